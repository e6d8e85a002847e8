//! Webhooks of the caller.

use actix_web::http::header::{ETAG, LOCATION};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use uuid::Uuid;

use super::named;
use super::shown::{WebhookAnswer, WebhookBody, WebhookList};
use crate::access::act::KeepWebhooks;
use crate::model::{Claim, EventKind};
use crate::relay::Webhooks;
use crate::relay::store::Webhook;
use crate::relay::webhook::{Made, Told};
use crate::web::{
    Caller, ETag, Faults, Field, IdempotencyKey, IfMatch, JsonBody, Listed, Object, Page, Problem,
    ProblemBody, note, read_value,
};

/// The caller's webhooks.
#[utoipa::path(
    tag = "webhooks",
    params(
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
        ("cursor" = Option<String>, Query, description = "where the page before ended"),
    ),
    responses((status = 200, body = WebhookList))
)]
#[get("/v1/webhooks")]
pub(super) async fn list_webhooks(
    caller: Caller,
    request: HttpRequest,
    webhooks: Data<Webhooks>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<KeepWebhooks>()?;
    let page = Page::<Uuid>::only(&request)?;
    let identity = pass.principal().identity;
    let found = webhooks.list(identity, page.after, page.limit.saturating_add(1)).await?;
    let listed = Listed::of(found, page.limit, |webhook: &Webhook| webhook.webhook_id);
    let items = listed.items.into_iter().map(WebhookAnswer::of).collect();
    Ok(HttpResponse::Ok().json(Listed { items, next_cursor: listed.next_cursor }))
}

/// Has events told to an address, once it has answered a challenge. The answer shows the secret that
/// signs every message, this once.
#[utoipa::path(
    tag = "webhooks",
    params(("Idempotency-Key" = String, Header, description = "1 to 255 visible characters")),
    request_body = WebhookBody,
    responses(
        (status = 201, body = WebhookAnswer, headers(("Location" = String), ("ETag" = String))),
        (status = 409, body = ProblemBody),
    )
)]
#[post("/v1/webhooks")]
pub(super) async fn add_webhook(
    caller: Caller,
    request: HttpRequest,
    webhooks: Data<Webhooks>,
    key: IdempotencyKey,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<KeepWebhooks>()?;
    let told = told(&body.0)?;
    let identity = pass.principal().identity;
    let claim = Claim::of(identity, "POST", "/v1/webhooks", &key.0, &body.0);
    let made = webhooks.add(identity, &claim, told).await?;
    note(&request, "webhook_id", made.webhook.webhook_id.to_string());
    let place = format!("/v1/webhooks/{}", made.webhook.webhook_id);
    let mut answer = HttpResponse::Created();
    answer.insert_header((LOCATION, place));
    Ok(changed(answer, made))
}

fn told(body: &[u8]) -> Result<Told, Problem> {
    let value = read_value(body)?;
    let faults = Faults::new();
    let told = Object::body(&value, &faults).and_then(|mut object| {
        let url = object.field("url").required().text(1..=2048).map(str::to_owned);
        let description = object.field("description").text(1..=200).map(str::to_owned);
        let kinds = object.field("kinds").list(0..=EventKind::ALL.len());
        let kinds = kinds.unwrap_or_default();
        let kinds = kinds.iter().filter_map(Field::choice::<EventKind>).collect();
        let after = object.field("after").integer(0..=i64::MAX);
        object.finish();
        Some(Told { url: url?, description, kinds, after })
    });
    faults.settle(told)
}

/// The answer to a request that changed a webhook.
fn changed(mut answer: actix_web::HttpResponseBuilder, made: Made) -> HttpResponse {
    answer.insert_header((ETAG, tag(&made.webhook).as_str()));
    if made.is_replayed {
        answer.insert_header(("idempotent-replayed", "true"));
    }
    answer.json(WebhookAnswer::made(made))
}

fn tag(webhook: &Webhook) -> ETag {
    ETag::of_version(webhook.revision)
}

/// One of the caller's webhooks and how it stands.
#[utoipa::path(
    tag = "webhooks",
    params(("webhook_id" = String, Path, description = "its id")),
    responses((status = 200, body = WebhookAnswer, headers(("ETag" = String))))
)]
#[get("/v1/webhooks/{webhook_id}")]
pub(super) async fn get_webhook(
    caller: Caller,
    webhooks: Data<Webhooks>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<KeepWebhooks>()?;
    let webhook = webhooks.one(pass.principal().identity, named(&path)?).await?;
    let tag = tag(&webhook);
    Ok(HttpResponse::Ok().insert_header((ETAG, tag.as_str())).json(WebhookAnswer::of(webhook)))
}

/// Tells no more, and forgets what was to be told.
#[utoipa::path(
    tag = "webhooks",
    params(
        ("webhook_id" = String, Path, description = "its id"),
        ("If-Match" = String, Header, description = "the version that was read, or `*`"),
    ),
    responses((status = 204, description = "It is gone"))
)]
#[delete("/v1/webhooks/{webhook_id}")]
pub(super) async fn delete_webhook(
    caller: Caller,
    webhooks: Data<Webhooks>,
    path: Path<String>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<KeepWebhooks>()?;
    let identity = pass.principal().identity;
    let webhook = webhooks.one(identity, named(&path)?).await?;
    if_match.permit(&tag(&webhook))?;
    webhooks.delete(identity, &webhook).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Makes a new secret, shown this once. The old one signs too until `old_secret_until`: both
/// signatures are sent, so that no message fails while the endpoint changes over.
#[utoipa::path(
    tag = "webhooks",
    params(
        ("webhook_id" = String, Path, description = "its id"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
        ("If-Match" = String, Header, description = "the version that was read, or `*`"),
    ),
    responses((status = 200, body = WebhookAnswer, headers(("ETag" = String))))
)]
#[post("/v1/webhooks/{webhook_id}/rotate")]
pub(super) async fn rotate_webhook(
    caller: Caller,
    webhooks: Data<Webhooks>,
    path: Path<String>,
    (key, if_match): (IdempotencyKey, IfMatch),
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<KeepWebhooks>()?;
    let (identity, webhook_id) = (pass.principal().identity, named(&path)?);
    let route = format!("/v1/webhooks/{webhook_id}/rotate");
    let claim = Claim::of(identity, "POST", &route, &key.0, b"");
    let permit = |revision| if_match.permit(&ETag::of_version(revision));
    let made = webhooks.rotate::<Problem>(identity, &claim, webhook_id, permit).await?;
    Ok(changed(HttpResponse::Ok(), made))
}

/// Challenges the address again. A webhook that was disabled goes on from where it stood.
#[utoipa::path(
    tag = "webhooks",
    params(("webhook_id" = String, Path, description = "its id")),
    responses(
        (status = 200, body = WebhookAnswer, headers(("ETag" = String))),
        (status = 422, body = ProblemBody, description = "the address did not answer as it must"),
    )
)]
#[post("/v1/webhooks/{webhook_id}/verify")]
pub(super) async fn verify_webhook(
    caller: Caller,
    webhooks: Data<Webhooks>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<KeepWebhooks>()?;
    let webhook = webhooks.verify(pass.principal().identity, named(&path)?).await?;
    let tag = tag(&webhook);
    Ok(HttpResponse::Ok().insert_header((ETAG, tag.as_str())).json(WebhookAnswer::of(webhook)))
}
