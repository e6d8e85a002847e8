//! Opening, suspending and closing an area.

use std::sync::Arc;

use actix_web::http::header::ETAG;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, put};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::areas::{AreaAnswer, named, tag};
use super::{PATIENCE, WorldParts};
use crate::access::act;
use crate::atlas::AreaState;
use crate::model::{AreaId, AreaStatus, Cause, PersonId, StatusKind};
use crate::web::{
    Caller, ETag, Faults, IfMatch, JsonBody, Kind, Object, Preview, Problem, read_value,
};
use crate::world::preview::{Edit, Foreseen, foresee};
use crate::world::status::{Change, Changed, StatusError, change_status, plan_status};

/// The status an area shall have.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(super) struct StatusBody {
    /// `open`, `suspended` or `closed`.
    status: String,
    /// Words for travellers; needed unless the area is opened.
    reason: Option<String>,
    /// When a person looks at it again; reaching it reopens nothing.
    #[schema(format = DateTime)]
    review_at: Option<String>,
}

/// The area as it stands now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AreaStatusAnswer {
    #[serde(flatten)]
    area: AreaAnswer,
    /// What decides the area's live clearances again; null where the area stood so already.
    #[schema(value_type = Option<String>)]
    redecision_id: Option<Uuid>,
}

/// The area as it stands now, or what the change would do.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes the answer, which is one of the two")]
enum AreaStatusChangeAnswer {
    Changed(Box<AreaStatusAnswer>),
    Foreseen(Box<Foreseen>),
}

/// Opens, suspends or closes an area. Security staff of the area suspend in an emergency, to be
/// looked at within 24 hours; its official opens and suspends; headquarters closes, and opens what
/// it closed. Live clearances are decided again afterwards.
#[utoipa::path(
    tag = "world",
    params(
        ("area_id" = String, Path, description = "The id, percent-encoded"),
        ("If-Match" = String, Header, description = "The area's `ETag`, or `*`"),
        ("preview" = Option<bool>, Query, description = "Only say what it would do"),
    ),
    request_body = StatusBody,
    responses((status = 200, body = AreaStatusChangeAnswer))
)]
#[expect(clippy::too_many_arguments, reason = "a handler's arguments are what it reads")]
#[put("/v1/areas/{area_id}/status")]
pub(super) async fn put_area_status(
    caller: Caller,
    parts: Data<WorldParts>,
    area_id: Path<String>,
    if_match: IfMatch,
    Preview(preview): Preview,
    JsonBody(body): JsonBody,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::SuspendArea>()?;
    let by = pass.principal().person().ok_or_else(|| Problem::new(Kind::Forbidden))?;
    let change = wish(&body, by, parts.clock.now())?;
    let area_id = named(&parts.atlas.load(), &area_id)?.id().clone();
    let permit = |revision: i64| if_match.permit(&ETag::of_version(revision));
    if preview {
        let status = plan_status::<Problem>(&parts.database, &area_id, &change, permit).await?;
        return foreseen(&parts, &area_id, status, change.cause()).await;
    }
    let Changed { version, redecision } =
        change_status::<Problem>(&parts.database, &area_id, &change, permit).await?;
    if let Some(version) = version {
        parts.changed();
        // The answer shows the area as it stands now; where the world is slow, as it stood.
        let _reached = parts.atlas.wait_for(version, PATIENCE).await;
    }
    let atlas = parts.atlas.load();
    let area = atlas.area(&area_id).ok_or_else(Problem::hidden)?;
    let tag = tag(area);
    let answer = AreaStatusAnswer { area: AreaAnswer::of(area), redecision_id: redecision };
    Ok(HttpResponse::Ok().insert_header((ETAG, tag.as_str())).json(answer))
}

/// What the status would do. An area that stands so already is left as it is: nothing would happen.
async fn foreseen(
    parts: &WorldParts,
    area_id: &AreaId,
    status: Option<AreaStatus>,
    cause: Cause,
) -> Result<HttpResponse, Problem> {
    let Some(status) = status else {
        return Ok(HttpResponse::Ok().json(Foreseen::nothing(cause, area_id)));
    };
    let atlas = parts.atlas.load();
    let area = atlas.area(area_id).ok_or_else(Problem::hidden)?;
    let edit = Edit::Area {
        area_id: area_id.clone(),
        state: AreaState { status, ..area.state.clone() },
        policy: Arc::clone(&area.policy),
    };
    Ok(HttpResponse::Ok().json(foresee(parts, &edit, cause).await?))
}

/// The wish of a body.
fn wish(body: &[u8], by: PersonId, now: Timestamp) -> Result<Change, Problem> {
    let value = read_value(body)?;
    let faults = Faults::new();
    let mut change = None;
    if let Some(mut object) = Object::body(&value, &faults) {
        let status = object.field("status").required().choice::<StatusKind>();
        let reason = object.field("reason");
        let reason = match status {
            Some(StatusKind::Suspended | StatusKind::Closed) => reason.required(),
            Some(StatusKind::Open) | None => reason,
        };
        let reason = reason.text(1..=2000).map(str::to_owned);
        let review = object.field("review_at");
        let review_at = review.timestamp();
        if review_at.is_some_and(|at| at <= now) {
            review.fault("RANGE", "must be in the future");
        }
        object.finish();
        change = status.map(|status| Change { status, review_at, reason, by });
    }
    faults.settle(change)
}

impl From<StatusError> for Problem {
    fn from(error: StatusError) -> Self {
        match error {
            StatusError::UnknownArea => Self::hidden(),
            StatusError::NotPermitted => Self::new(Kind::Forbidden).detail(error.to_string()),
            StatusError::Database(error) => Self::from(error),
        }
    }
}
