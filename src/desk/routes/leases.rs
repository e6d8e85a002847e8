//! Leases: claim-next, claim, renew, release.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::view::LeaseView;
use super::{desker, desker_for_id, id};
use crate::desk::Desk;
use crate::model::AreaId;
use crate::web::{Caller, Faults, JsonBody, Object, Problem, ProblemBody, note, read_value};

/// Items at once at most.
const MOST: i64 = 50;

/// Which items are wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "the schema of the body; it is read field by field")]
pub(super) struct ClaimNextIn {
    /// In these areas alone.
    areas: Option<Vec<String>>,
    /// How many, 1 to 50; 1 where it is left out.
    limit: Option<i64>,
}

/// Leases that were taken.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Claimed {
    /// Most urgent first; empty where nothing waits for the caller.
    items: Vec<LeaseView>,
}

/// Takes leases on the most urgent items that the caller may act on; never two holders.
#[utoipa::path(
    tag = "approvals",
    request_body = ClaimNextIn,
    responses((status = 200, body = Claimed))
)]
#[post("/v1/approvals/claim-next")]
pub(super) async fn claim_next_approvals(
    request: HttpRequest,
    caller: Caller,
    desk: Data<Desk>,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let desker = desker(&caller)?;
    let value = read_value(&body.0)?;
    let faults = Faults::new();
    let read = Object::body(&value, &faults).map(|mut object| {
        let areas = object.field("areas").list(0..=1000).unwrap_or_default();
        let areas: Vec<AreaId> =
            areas.iter().filter_map(|area| area.text(1..=200).map(AreaId::from)).collect();
        let limit = object.field("limit").integer(1..=MOST).unwrap_or(1);
        object.finish();
        (areas, limit)
    });
    let (areas, limit) = faults.settle(read)?;
    let items = desk.claim_next(&desker, &areas, limit).await?;
    note(&request, "claimed", items.len());
    Ok(HttpResponse::Ok().json(Claimed { items }))
}

/// Takes a lease on one item; the holder's own is prolonged.
#[utoipa::path(
    tag = "approvals",
    params(("clearance_id" = uuid::Uuid, Path, description = "the item")),
    responses(
        (status = 200, body = LeaseView),
        (status = 409, body = ProblemBody),
    )
)]
#[post("/v1/approvals/{clearance_id}/claim")]
pub(super) async fn claim_approval(
    request: HttpRequest,
    caller: Caller,
    desk: Data<Desk>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let desker = desker_for_id(&caller)?;
    let view = desk.claim(&desker, id(&path)?).await?;
    note(&request, "clearance_id", path.as_str());
    Ok(HttpResponse::Ok().json(view))
}

/// Prolongs the caller's lease; one that has ended must be claimed again.
#[utoipa::path(
    tag = "approvals",
    params(("clearance_id" = uuid::Uuid, Path, description = "the item")),
    responses(
        (status = 200, body = LeaseView),
        (status = 409, body = ProblemBody),
    )
)]
#[post("/v1/approvals/{clearance_id}/renew")]
pub(super) async fn renew_approval(
    request: HttpRequest,
    caller: Caller,
    desk: Data<Desk>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let desker = desker_for_id(&caller)?;
    let view = desk.renew(&desker, id(&path)?).await?;
    note(&request, "clearance_id", path.as_str());
    Ok(HttpResponse::Ok().json(view))
}

/// Ends the caller's lease before its time.
#[utoipa::path(
    tag = "approvals",
    params(("clearance_id" = uuid::Uuid, Path, description = "the item")),
    responses((status = 204, description = "nothing is held any more"))
)]
#[post("/v1/approvals/{clearance_id}/release")]
pub(super) async fn release_approval(
    request: HttpRequest,
    caller: Caller,
    desk: Data<Desk>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let desker = desker_for_id(&caller)?;
    desk.release(&desker, id(&path)?).await?;
    note(&request, "clearance_id", path.as_str());
    Ok(HttpResponse::NoContent().finish())
}
