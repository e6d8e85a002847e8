//! The feed over HTTP.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::access::act::ReadEvents;
use crate::relay::Feed;
use crate::web::{Caller, Problem, read_query};

/// Events of one answer where the caller does not say.
const USUAL: i64 = 50;
/// Events of one answer at most.
const MOST: i64 = 200;

/// A piece of the feed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EventList {
    /// Events in the caller's scope, in the order of the feed.
    items: Vec<NumberedEvent>,
    /// The next question's `after`; it moves on even where nothing was in scope.
    next_after: i64,
}

/// An event with its place in the feed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NumberedEvent {
    /// Its number, rising; the same at every delivery.
    seq: i64,
    /// The event: `event_id`, `kind`, `at`, `trip_id`, `trip_version`, `clearance_id`, `areas`,
    /// `organization`, `personal`, `reasons`.
    #[schema(value_type = Object)]
    event: Box<RawValue>,
}

/// Events after a number: what was told in the caller's organization or areas.
#[utoipa::path(
    tag = "events",
    params(
        ("after" = Option<i64>, Query, description = "number of the last event seen; 0 for all"),
        ("limit" = Option<i64>, Query, description = "1 to 200 events; 50 by default"),
    ),
    responses((status = 200, body = EventList))
)]
#[get("/v1/events")]
pub(super) async fn list_events(
    caller: Caller,
    request: HttpRequest,
    feed: Data<Feed>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<ReadEvents>()?;
    let (after, limit) = question(&request)?;
    let piece = feed.after(after, limit, pass.scope()).await?;
    let items = piece.events.into_iter().map(|(seq, event)| NumberedEvent { seq, event }).collect();
    Ok(HttpResponse::Ok().json(EventList { items, next_after: piece.next_after }))
}

fn question(request: &HttpRequest) -> Result<(i64, i64), Problem> {
    read_query(request, |query| {
        let after = query.field("after").integer(0..=i64::MAX).unwrap_or(0);
        let limit = query.field("limit").integer(1..=MOST).unwrap_or(USUAL);
        (after, limit)
    })
}
