//! What was read of an advisory for a stay (R-1703).

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{Scope, Subject, act};
use crate::atlas::Atlas;
use crate::model::{AreaId, Claim, ClearanceId, PersonId};
use crate::web::{
    Caller, Faults, IdempotencyKey, JsonBody, Kind, Object, Problem, ProblemBody, note, read_value,
};
use crate::world::advisories::{Language, Read, Reading, Stay, read, stay};
use crate::world::routes::WorldParts;

/// The advisory of a stay's area, and what was read of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StayAdvisory {
    /// The clearance.
    #[schema(value_type = uuid::Uuid)]
    clearance_id: ClearanceId,
    /// Its area.
    #[schema(value_type = String)]
    area_id: AreaId,
    /// The current version; 0 where none was published.
    version: i32,
    /// The version that the decision saw.
    decided_with: i32,
    /// The newest version that was read; null where none was.
    read: Option<ReadAnswer>,
    /// The current version is the one that was read.
    is_current: bool,
}

/// A reading on record.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReadAnswer {
    /// The version that was shown.
    version: i32,
    /// In which language.
    language: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    read_at: Timestamp,
    /// Who says so.
    #[schema(value_type = uuid::Uuid)]
    read_by: PersonId,
}

/// What was read.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(super) struct ReadBody {
    /// The version that was shown.
    version: i32,
    /// In which language; the default one where none is named.
    language: Option<String>,
}

impl From<Read> for ReadAnswer {
    fn from(read: Read) -> Self {
        let Read { version, language, read_at, read_by } = read;
        Self { version, language, read_at, read_by }
    }
}

/// The stay of a clearance, if it is in reach; its area, if it has one.
async fn in_sight(
    parts: &WorldParts,
    atlas: &Atlas,
    scope: &Scope,
    id: ClearanceId,
) -> Result<(Stay, AreaId), Problem> {
    let stay = stay(&parts.database, id).await?.ok_or_else(Problem::hidden)?;
    let area_id = stay.area_id.clone();
    let country = area_id.as_ref().and_then(|id| atlas.area(id)).and_then(|area| area.country());
    let subject = Subject {
        person: stay.person_id,
        sponsor: stay.sponsor,
        organization: &stay.organization,
        official: !stay.personal,
        area: area_id.as_ref(),
        country,
    };
    scope.sight(&subject).ok_or_else(Problem::hidden)?;
    let area_id = area_id.ok_or_else(Problem::hidden)?;
    Ok((stay, area_id))
}

/// Which version of the advisory applies to a stay, which one its decision saw, and which one was
/// read.
#[utoipa::path(
    tag = "advisories",
    params(("clearance_id" = uuid::Uuid, Path, description = "the clearance of the stay")),
    responses((status = 200, body = StayAdvisory))
)]
#[get("/v1/stays/{clearance_id}/advisory")]
pub(super) async fn get_stay_advisory(
    caller: Caller,
    parts: Data<WorldParts>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<act::ReadTrips>()?;
    let clearance_id: ClearanceId = path.parse().map_err(|_no_id| Problem::hidden())?;
    let atlas = parts.atlas.load();
    let (stay, area_id) = in_sight(&parts, &atlas, pass.scope(), clearance_id).await?;
    let version = atlas.area(&area_id).map_or(0, |area| area.state.advisory_version);
    let is_current = version > 0 && stay.read.as_ref().is_some_and(|read| read.version == version);
    let decided_with = stay.decided_with;
    let read = stay.read.map(ReadAnswer::from);
    let answer = StayAdvisory { clearance_id, area_id, version, decided_with, read, is_current };
    Ok(HttpResponse::Ok().json(answer))
}

/// Records that a version of the advisory was shown for a stay and read, with the moment. The first
/// reading of a version stands.
#[utoipa::path(
    tag = "advisories",
    params(
        ("clearance_id" = uuid::Uuid, Path, description = "the clearance of the stay"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
    ),
    request_body = ReadBody,
    responses(
        (status = 200, body = ReadAnswer),
        (status = 422, body = ProblemBody, description = "`VERSION_UNKNOWN`"),
    )
)]
#[post("/v1/stays/{clearance_id}/advisory/read")]
pub(super) async fn confirm_advisory(
    request: HttpRequest,
    caller: Caller,
    parts: Data<WorldParts>,
    path: Path<String>,
    written: (IdempotencyKey, JsonBody),
) -> Result<HttpResponse, Problem> {
    let (key, JsonBody(body)) = written;
    let pass = caller.admit_to_id::<act::ConfirmPresence>()?;
    let clearance_id: ClearanceId = path.parse().map_err(|_no_id| Problem::hidden())?;
    let (version, language) = read_body(&body)?;
    let atlas = parts.atlas.load();
    let (_stay, area_id) = in_sight(&parts, &atlas, pass.scope(), clearance_id).await?;
    let by = pass
        .principal()
        .person()
        .ok_or_else(|| Problem::new(Kind::Forbidden).detail("a person has read it, and says so"))?;
    note(&request, "clearance_id", clearance_id.to_string());
    note(&request, "advisory_version", version);
    let route = format!("/v1/stays/{clearance_id}/advisory/read");
    let identity = pass.principal().identity;
    let claim = Claim::of(identity, "POST", &route, &key.0, &body);
    let reading = Reading { clearance_id, area_id, version, language, by, claim };
    let (read, was_known) = read(&parts.database, &reading).await?;
    let mut answer = HttpResponse::Ok();
    if was_known {
        answer.insert_header(("idempotent-replayed", "true"));
    }
    Ok(answer.json(ReadAnswer::from(read)))
}

fn read_body(body: &[u8]) -> Result<(i32, Language), Problem> {
    let value = read_value(body)?;
    let faults = Faults::new();
    let wish = Object::body(&value, &faults).and_then(|mut object| {
        let version = object.field("version").required().integer(1..=i64::from(i32::MAX));
        let language = object.field("language").choice();
        object.finish();
        let version = i32::try_from(version?).ok()?;
        Some((version, language.unwrap_or(Language::En)))
    });
    faults.settle(wish)
}
