//! Setting an area's level, and taking back what was set for later.

use std::sync::Arc;

use actix_web::http::header::ETAG;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, delete, put};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::id_of;
use crate::access::act;
use crate::atlas::AreaState;
use crate::model::{AreaId, PersonId, SecurityLevel};
use crate::web::{
    Caller, ETag, Faults, IfMatch, JsonBody, Kind, Object, Preview, Problem, read_value,
};
use crate::world::levels::{LevelSet, LevelWish, cause, foresee_level, set_level, withdraw_level};
use crate::world::preview::{Edit, Foreseen, foresee};
use crate::world::routes::areas::{AreaAnswer, named};
use crate::world::routes::{PATIENCE, WorldParts};

/// The level an area shall have.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(super) struct LevelBody {
    /// 1 minimal to 6 extreme.
    security_level: u8,
    /// `low`, `medium`, `high`, `very_high` or `unacceptable`; by default what the assessment
    /// found, or what stands where it found none. Never below the assessment.
    risk_band: Option<String>,
    /// What it is set from.
    assessment_id: String,
    /// Why; needed where the level is not the one that the assessment comes to.
    reason: Option<String>,
    /// From when; at once by default.
    #[schema(format = DateTime)]
    effective_from: Option<String>,
}

/// The area as it stands now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LevelSetAnswer {
    #[serde(flatten)]
    area: AreaAnswer,
    /// The setting; null where the area stood so already.
    #[schema(value_type = Option<String>)]
    setting_id: Option<Uuid>,
    /// Waits for its time.
    scheduled: bool,
    /// What decides the area's live clearances again; null where nothing changed yet.
    #[schema(value_type = Option<String>)]
    redecision_id: Option<Uuid>,
    /// Settings that were scheduled before and take no effect any more.
    #[schema(value_type = Vec<String>)]
    overtaken: Vec<Uuid>,
}

/// The area as it stands now, or what the level would do.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(
    dead_code,
    clippy::large_enum_variant,
    reason = "describes the answer, which is one of the two"
)]
enum LevelChangeAnswer {
    Set(LevelSetAnswer),
    Foreseen(Foreseen),
}

/// Sets the level and risk band of an area from a threat assessment, at once or from a time on.
/// Its official sets levels up to 5, headquarters any; an adviser proposes by an assessment. Risk
/// above high is lowered by headquarters alone, and by nobody below what was assessed. A level set
/// at once overtakes what was scheduled before it. Live clearances are decided again afterwards.
#[utoipa::path(
    tag = "world",
    params(
        ("area_id" = String, Path, description = "The id, percent-encoded"),
        ("If-Match" = String, Header, description = "The area's `ETag`, or `*`"),
        ("preview" = Option<bool>, Query, description = "Only say what it would do, at once"),
    ),
    request_body = LevelBody,
    responses(
        (status = 200, body = LevelChangeAnswer),
        (status = 403, body = crate::web::ProblemBody, description = "`ONLY_PROPOSES`, \
            `LEVEL_FOR_HEADQUARTERS`, `RISK_FOR_HEADQUARTERS` or `NO_OFFICE`"),
    )
)]
#[expect(clippy::too_many_arguments, reason = "a handler's arguments are what it reads")]
#[put("/v1/areas/{area_id}/security-level")]
pub(super) async fn put_security_level(
    caller: Caller,
    parts: Data<WorldParts>,
    area_id: Path<String>,
    if_match: IfMatch,
    Preview(preview): Preview,
    JsonBody(body): JsonBody,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ProposeLevel>()?;
    let by = pass.principal().person().ok_or_else(|| Problem::new(Kind::Forbidden))?;
    let wish = wish(&body, by)?;
    let area_id = named(&parts.atlas.load(), &area_id)?.id().clone();
    let permit = |revision: i64| if_match.permit(&ETag::of_version(revision));
    if preview {
        return foreseen(&parts, &area_id, &wish, permit).await;
    }
    let set = set_level::<Problem>(&parts.database, &area_id, &wish, permit).await?;
    let LevelSet { setting_id, version, redecision, overtaken } = set;
    if let Some(version) = version {
        parts.changed();
        // The answer shows the area as it stands now; where the world is slow, as it stood.
        let _reached = parts.atlas.wait_for(version, PATIENCE).await;
    }
    let atlas = parts.atlas.load();
    let area = atlas.area(&area_id).ok_or_else(Problem::hidden)?;
    let tag = ETag::of_version(area.state.revision);
    let answer = LevelSetAnswer {
        area: AreaAnswer::of(area),
        setting_id,
        scheduled: setting_id.is_some() && version.is_none(),
        redecision_id: redecision,
        overtaken,
    };
    Ok(HttpResponse::Ok().insert_header((ETAG, tag.as_str())).json(answer))
}

/// What a level would do to live clearances, were it in effect now.
async fn foreseen(
    parts: &WorldParts,
    area_id: &AreaId,
    wish: &LevelWish,
    permit: impl FnOnce(i64) -> Result<(), Problem>,
) -> Result<HttpResponse, Problem> {
    let (level, band) = foresee_level::<Problem>(&parts.database, area_id, wish, permit).await?;
    let atlas = parts.atlas.load();
    let area = atlas.area(area_id).ok_or_else(Problem::hidden)?;
    let cause = cause(area.state.risk_band, band);
    if (area.state.security_level, area.state.risk_band) == (level, band) {
        return Ok(HttpResponse::Ok().json(Foreseen::nothing(cause, area_id)));
    }
    let state = AreaState { security_level: level, risk_band: band, ..area.state.clone() };
    let policy = Arc::clone(&area.policy);
    let edit = Edit::Area { area_id: area_id.clone(), state, policy };
    Ok(HttpResponse::Ok().json(foresee(parts, &edit, cause).await?))
}

/// Takes back a setting of an area's level that has not taken effect. Whoever sets levels may.
#[utoipa::path(
    tag = "world",
    params(
        ("area_id" = String, Path, description = "The id, percent-encoded"),
        ("setting_id" = String, Path, description = "The setting"),
    ),
    responses(
        (status = 204, description = "It takes no effect"),
        (status = 409, body = crate::web::ProblemBody, description = "`NOT_SCHEDULED`"),
    )
)]
#[delete("/v1/areas/{area_id}/security-level/{setting_id}")]
pub(super) async fn cancel_level_setting(
    caller: Caller,
    parts: Data<WorldParts>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ProposeLevel>()?;
    let by = pass.principal().person().ok_or_else(|| Problem::new(Kind::Forbidden))?;
    let (area_id, id) = path.into_inner();
    let area_id = named(&parts.atlas.load(), &area_id)?.id().clone();
    withdraw_level(&parts.database, &area_id, id_of(&id)?, by).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The wish of a body.
fn wish(body: &[u8], by: PersonId) -> Result<LevelWish, Problem> {
    let value = read_value(body)?;
    let faults = Faults::new();
    let mut wish = None;
    if let Some(mut object) = Object::body(&value, &faults) {
        let level = object.field("security_level").required().integer(1..=6);
        let level = level.and_then(|level| u8::try_from(level).ok()).and_then(SecurityLevel::new);
        let band = object.field("risk_band").choice();
        let assessment: Option<Uuid> = object.field("assessment_id").required().parse("a UUID");
        let reason = object.field("reason").text(1..=2000).map(str::to_owned);
        let effective_from: Option<Timestamp> = object.field("effective_from").timestamp();
        object.finish();
        wish = level.zip(assessment).map(|(level, assessment_id)| LevelWish {
            level,
            band,
            assessment_id,
            reason,
            effective_from,
            by,
        });
    }
    faults.settle(wish)
}
