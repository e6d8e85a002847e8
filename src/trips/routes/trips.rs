//! Trips on record.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::super::{CancelledView, TripFilter, TripItem, TripView, Trips};
use super::answered;
use crate::access::act;
use crate::model::{AreaId, Claim, TripId, TripState};
use crate::web::{
    Caller, ETag, Field, IdempotencyKey, IfMatch, Listed, Page, Problem, ProblemBody, note,
    read_query,
};

/// Lists trips within the caller's reach, newest first.
#[utoipa::path(
    tag = "trips",
    params(
        ("traveller" = Option<uuid::Uuid>, Query, description = "who travels"),
        ("state" = Option<TripState>, Query, description = "state of the trip"),
        ("area" = Option<String>, Query, description = "an area with a clearance of the trip"),
        ("departs_from" = Option<String>, Query, description = "first departure on or after this day, UTC"),
        ("departs_to" = Option<String>, Query, description = "first departure on or before this day, UTC"),
        ("limit" = Option<i64>, Query, description = "1 to 200"),
        ("cursor" = Option<String>, Query, description = "next_cursor of the page before"),
    ),
    responses((status = 200, body = Listed<TripItem>))
)]
#[get("/v1/trips")]
pub(super) async fn list_trips(
    request: HttpRequest,
    caller: Caller,
    trips: Data<Trips>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ReadTrips>()?;
    let (filter, page) = read_query(&request, |query| {
        let page: Page<TripId> = Page::read(query);
        let filter = TripFilter {
            traveller: query.field("traveller").parse("a person_id"),
            state: state(&query.field("state")),
            area: query.field("area").text(1..=200).map(AreaId::from),
            departs_from: day(&query.field("departs_from"), false),
            departs_to: day(&query.field("departs_to"), true),
        };
        (filter, page)
    })?;
    let items = trips.list(&pass, &filter, page.after, page.limit).await?;
    Ok(HttpResponse::Ok().json(Listed::of(items, page.limit, |last| last.trip_id)))
}

fn state(field: &Field<'_>) -> Option<String> {
    let chosen: TripState = field.choice()?;
    Some(chosen.as_str().to_owned())
}

/// The start of a day, or of the day after it.
fn day(field: &Field<'_>, after: bool) -> Option<Timestamp> {
    let day = field.date()?;
    let day = if after { day.tomorrow().ok()? } else { day };
    TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()
}

/// One trip, by its id or by the reference that people use.
#[utoipa::path(
    tag = "trips",
    params(("trip_id" = String, Path, description = "id or reference")),
    responses(
        (status = 200, body = TripView, headers(("ETag" = String, description = "its version"))),
        (status = 304, description = "as the caller has it"),
    )
)]
#[get("/v1/trips/{trip_id}")]
pub(super) async fn get_trip(
    request: HttpRequest,
    caller: Caller,
    trips: Data<Trips>,
    key: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<act::ReadTrips>()?;
    let view = trips.trip(&pass, &key).await?;
    note(&request, "trip_id", view.trip_id.to_string());
    let tag = ETag::of_version(view.change_no);
    if tag.is_known_to(&request) {
        return Ok(HttpResponse::NotModified().insert_header(("etag", tag.as_str())).finish());
    }
    Ok(HttpResponse::Ok().insert_header(("etag", tag.as_str())).json(view))
}

/// Withdraws a trip: whatever of it can still be withdrawn is, and its places are given back.
#[utoipa::path(
    tag = "trips",
    params(
        ("trip_id" = String, Path, description = "id or reference"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
        ("If-Match" = String, Header, description = "the version that is withdrawn"),
    ),
    responses(
        (status = 200, body = CancelledView),
        (status = 409, body = ProblemBody),
    )
)]
#[post("/v1/trips/{trip_id}/cancel")]
pub(super) async fn cancel_trip(
    request: HttpRequest,
    caller: Caller,
    trips: Data<Trips>,
    key: Path<String>,
    (idempotency, if_match): (IdempotencyKey, IfMatch),
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<act::CancelTrip>()?;
    let route = format!("/v1/trips/{}/cancel", key.as_str());
    let claim = Claim::of(pass.principal().identity, "POST", &route, &idempotency.0, b"");
    let permits = |version: i32| if_match.permit(&ETag::of_version(version)).is_ok();
    let cancelled = trips.cancel(&pass, &key, claim, permits).await?;
    note(&request, "trip", key.as_str());
    Ok(answered(cancelled))
}
