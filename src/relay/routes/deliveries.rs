//! What was delivered, and delivering again.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};

use super::named;
use super::shown::{DeliveryAnswer, DeliveryList, ReplayBody, WebhookAnswer};
use crate::access::act::KeepWebhooks;
use crate::model::Claim;
use crate::relay::Webhooks;
use crate::relay::store::{Delivery, Replay};
use crate::web::{
    Caller, Faults, IdempotencyKey, JsonBody, Listed, Object, Page, Problem, read_query, read_value,
};

const STATES: [&str; 4] = ["waiting", "delivered", "dead", "withheld"];

/// Deliveries of one of the caller's webhooks, newest events first. What was delivered is kept for a
/// week, dead letters for a month.
#[utoipa::path(
    tag = "webhooks",
    params(
        ("webhook_id" = String, Path, description = "its id"),
        ("state" = Option<String>, Query, description = "waiting, delivered, dead or withheld"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
        ("cursor" = Option<String>, Query, description = "where the page before ended"),
    ),
    responses((status = 200, body = DeliveryList))
)]
#[get("/v1/webhooks/{webhook_id}/deliveries")]
pub(super) async fn list_deliveries(
    caller: Caller,
    request: HttpRequest,
    webhooks: Data<Webhooks>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<KeepWebhooks>()?;
    let place = (pass.principal().identity, named(&path)?);
    let (state, page) = read_query(&request, |query| {
        let field = query.field("state");
        let state = field.text(1..=20).map(str::to_owned);
        if state.as_ref().is_some_and(|state| !STATES.contains(&state.as_str())) {
            field.fault("CHOICE", "is not one of the names that are known here");
        }
        let page: Page<i64> = Page::read(query);
        (state, page)
    })?;
    let range = (page.after, page.limit.saturating_add(1));
    let found = webhooks.deliveries(place, state.as_deref(), range).await?;
    let listed = Listed::of(found, page.limit, |delivery: &Delivery| delivery.seq);
    let items = listed.items.into_iter().map(DeliveryAnswer::from).collect();
    Ok(HttpResponse::Ok().json(Listed { items, next_cursor: listed.next_cursor }))
}

/// Delivers again: everything from a number of the feed, a dead letter, or every dead letter.
#[utoipa::path(
    tag = "webhooks",
    params(
        ("webhook_id" = String, Path, description = "its id"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
    ),
    request_body = ReplayBody,
    responses((status = 202, body = WebhookAnswer))
)]
#[post("/v1/webhooks/{webhook_id}/deliveries")]
pub(super) async fn replay_deliveries(
    caller: Caller,
    webhooks: Data<Webhooks>,
    path: Path<String>,
    key: IdempotencyKey,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<KeepWebhooks>()?;
    let place = (pass.principal().identity, named(&path)?);
    let replay = wish(&body.0)?;
    let route = format!("/v1/webhooks/{}/deliveries", place.1);
    let claim = Claim::of(place.0, "POST", &route, &key.0, &body.0);
    let made = webhooks.replay(&claim, place, replay).await?;
    let mut answer = HttpResponse::Accepted();
    if made.is_replayed {
        answer.insert_header(("idempotent-replayed", "true"));
    }
    Ok(answer.json(WebhookAnswer::of(made.webhook)))
}

fn wish(body: &[u8]) -> Result<Replay, Problem> {
    let value = read_value(body)?;
    let faults = Faults::new();
    let mut wishes = Vec::new();
    if let Some(mut object) = Object::body(&value, &faults) {
        let from = object.field("from").integer(1..=i64::MAX);
        let one = object.field("dead_letter").integer(1..=i64::MAX);
        let all = object.field("dead_letters").boolean().filter(|all| *all);
        wishes.extend(from.map(Replay::From));
        wishes.extend(one.map(Replay::DeadLetter));
        wishes.extend(all.map(|_all| Replay::DeadLetters));
        object.finish();
    }
    if wishes.len() != 1 && faults.is_empty() {
        faults.add("", "CHOICE", "must have exactly one of from, dead_letter and dead_letters");
    }
    faults.settle(wishes.pop())
}
