//! Queues, who holds what, and one screen in one call.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};

use super::super::queue::{Place, QueueFilter};
use super::super::store::HeldPlace;
use super::super::view::{ContextView, HeldItem, QueueView};
use super::{desker, desker_for_id, id};
use crate::access::act;
use crate::desk::Desk;
use crate::model::{AreaId, ClearanceState, PersonId};
use crate::trips::Trips;
use crate::web::{Caller, ETag, Field, Listed, Page, Problem, note, read_query};

/// Lists the caller's queues, most urgent first: by default what the caller may act on now.
#[utoipa::path(
    tag = "approvals",
    params(
        ("area" = Option<String>, Query, description = "queue of an area"),
        ("state" = Option<ClearanceState>, Query, description = "pending_review, recommended, escalated or under_appeal"),
        ("person" = Option<uuid::Uuid>, Query, description = "who travels"),
        ("can" = Option<String>, Query, description = "`act` (the default): what the caller may act on now; `any`: the rest too"),
        ("limit" = Option<i64>, Query, description = "1 to 200"),
        ("cursor" = Option<String>, Query, description = "next_cursor of the page before"),
    ),
    responses((status = 200, body = QueueView))
)]
#[get("/v1/approvals")]
pub(super) async fn list_approvals(
    request: HttpRequest,
    caller: Caller,
    desk: Data<Desk>,
) -> Result<HttpResponse, Problem> {
    let desker = desker(&caller)?;
    let (filter, page) = read_query(&request, |query| {
        let page: Page<Place> = Page::read(query);
        let filter = QueueFilter {
            area: query.field("area").text(1..=200).map(AreaId::from),
            state: state(&query.field("state")),
            person: query.field("person").parse("a person_id").map(PersonId),
            any: any(&query.field("can")),
        };
        (filter, page)
    })?;
    let view = desk.queue(&desker, &filter, page.after, page.limit).await?;
    Ok(HttpResponse::Ok().json(view))
}

fn state(field: &Field<'_>) -> Option<ClearanceState> {
    let chosen: ClearanceState = field.choice()?;
    let queued = super::super::item::QUEUED.contains(&chosen);
    if !queued {
        field.fault("CHOICE", "is no state that waits in a queue");
    }
    queued.then_some(chosen)
}

fn any(field: &Field<'_>) -> bool {
    match field.text(1..=10) {
        Some("any") => true,
        Some("act") | None => false,
        Some(_) => {
            field.fault("CHOICE", "must be act or any");
            false
        }
    }
}

/// Who holds what in the caller's queues, the lease taken first on top.
#[utoipa::path(
    tag = "approvals",
    params(
        ("area" = Option<String>, Query, description = "queue of an area"),
        ("holder" = Option<uuid::Uuid>, Query, description = "who holds it"),
        ("limit" = Option<i64>, Query, description = "1 to 200"),
        ("cursor" = Option<String>, Query, description = "next_cursor of the page before"),
    ),
    responses((status = 200, body = Listed<HeldItem>))
)]
#[get("/v1/approvals/held")]
pub(super) async fn list_held(
    request: HttpRequest,
    caller: Caller,
    desk: Data<Desk>,
) -> Result<HttpResponse, Problem> {
    let desker = desker(&caller)?;
    let (area, holder, page) = read_query(&request, |query| {
        let page: Page<HeldPlace> = Page::read(query);
        let area = query.field("area").text(1..=200).map(AreaId::from);
        let holder = query.field("holder").parse("a person_id").map(PersonId);
        (area, holder, page)
    })?;
    let items = desk.held(&desker, area.as_ref(), holder, (page.after, page.limit)).await?;
    Ok(HttpResponse::Ok().json(Listed::of(items, page.limit, HeldPlace::of)))
}

/// One screen in one call: person, certificates, other trips, nights against the ceiling, earlier
/// decisions, advice.
#[utoipa::path(
    tag = "approvals",
    params(("clearance_id" = uuid::Uuid, Path, description = "the item")),
    responses((status = 200, body = ContextView))
)]
#[get("/v1/approvals/{clearance_id}/context")]
pub(super) async fn get_approval_context(
    request: HttpRequest,
    caller: Caller,
    (desk, trips): (Data<Desk>, Data<Trips>),
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let desker = desker_for_id(&caller)?;
    let reads = caller.admit_to_id::<act::ReadTrips>()?;
    let view = desk.context(&desker, &reads, &trips, id(&path)?).await?;
    note(&request, "clearance_id", path.as_str());
    let tag = ETag::of_version(view.item.version);
    Ok(HttpResponse::Ok().insert_header(("etag", tag.as_str())).json(view))
}
