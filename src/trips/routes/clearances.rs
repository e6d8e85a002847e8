//! Clearances, their moves, and their decisions made again.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};

use super::super::{ClearanceView, HistoryView, ReplayView, Trips};
use crate::access::act;
use crate::model::ClearanceId;
use crate::web::{Caller, ETag, Problem, note};

/// What is no id names nothing.
fn id(path: &Path<String>) -> Result<ClearanceId, Problem> {
    path.parse().map_err(|_no_id| Problem::hidden())
}

/// One clearance: state, outcomes, conditions, validity.
#[utoipa::path(
    tag = "clearances",
    params(("clearance_id" = uuid::Uuid, Path, description = "the clearance")),
    responses(
        (status = 200, body = ClearanceView, headers(("ETag" = String, description = "moves so far"))),
        (status = 304, description = "as the caller has it"),
    )
)]
#[get("/v1/clearances/{clearance_id}")]
pub(super) async fn get_clearance(
    request: HttpRequest,
    caller: Caller,
    trips: Data<Trips>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<act::ReadTrips>()?;
    let view = trips.clearance(&pass, id(&path)?).await?;
    note(&request, "clearance_id", path.as_str());
    let tag = ETag::of_version(view.version);
    if tag.is_known_to(&request) {
        return Ok(HttpResponse::NotModified().insert_header(("etag", tag.as_str())).finish());
    }
    Ok(HttpResponse::Ok().insert_header(("etag", tag.as_str())).json(view))
}

/// Every move of a clearance: who, in which capacity, when, why, and the facts seen.
#[utoipa::path(
    tag = "clearances",
    params(("clearance_id" = uuid::Uuid, Path, description = "the clearance")),
    responses((status = 200, body = HistoryView))
)]
#[get("/v1/clearances/{clearance_id}/history")]
pub(super) async fn get_clearance_history(
    request: HttpRequest,
    caller: Caller,
    trips: Data<Trips>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<act::ReadTrips>()?;
    let view = trips.history(&pass, id(&path)?).await?;
    note(&request, "clearance_id", path.as_str());
    Ok(HttpResponse::Ok().json(view))
}

/// Decides again from the stored facts and says whether the answer is the same.
#[utoipa::path(
    tag = "clearances",
    params(("clearance_id" = uuid::Uuid, Path, description = "the clearance")),
    responses((status = 200, body = ReplayView))
)]
#[get("/v1/clearances/{clearance_id}/replay")]
pub(super) async fn replay_clearance(
    request: HttpRequest,
    caller: Caller,
    trips: Data<Trips>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<act::Replay>()?;
    let view = trips.replay(&pass, id(&path)?).await?;
    note(&request, "clearance_id", path.as_str());
    note(&request, "equal", view.equal);
    Ok(HttpResponse::Ok().json(view))
}
