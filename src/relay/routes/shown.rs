//! Bodies and answers of webhooks.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::relay::store::{Delivery, Webhook};
use crate::relay::webhook::{Made, shown};

/// A webhook to be.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(super) struct WebhookBody {
    /// Where to tell: https, port 443 or 8443, a public address. It is asked first: it must answer
    /// a message of type `webhook.challenge` with `{"challenge": …}`, the value of `data.challenge`.
    url: String,
    /// For people.
    description: Option<String>,
    /// Kinds of events; all where none is named.
    kinds: Option<Vec<String>>,
    /// Told of what comes after this number of the feed; of what comes from now on where it is left
    /// out.
    after: Option<i64>,
}

/// What is to be delivered again: exactly one of the three.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(super) struct ReplayBody {
    /// Everything from this number of the feed.
    from: Option<i64>,
    /// The dead letter of this number.
    dead_letter: Option<i64>,
    /// Every dead letter.
    dead_letters: Option<bool>,
}

/// A webhook and how it stands.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WebhookAnswer {
    /// Its id.
    #[schema(value_type = String)]
    webhook_id: Uuid,
    /// Where it tells.
    url: String,
    /// For people.
    description: Option<String>,
    /// Kinds of events; empty for all.
    kinds: Vec<String>,
    /// `active` or `disabled`.
    state: String,
    /// Why it is disabled: `failing`, `gone` or `not_permitted`.
    disabled_reason: Option<String>,
    /// Since when.
    #[schema(value_type = Option<String>, format = DateTime)]
    disabled_at: Option<Timestamp>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Everything of the feed up to this number is delivered or waits for it.
    position: i64,
    /// Numbers of the feed after that.
    behind: i64,
    /// Events that wait to be delivered.
    waiting: i64,
    /// Dead letters.
    dead: i64,
    /// First failure since the last success.
    #[schema(value_type = Option<String>, format = DateTime)]
    failing_since: Option<Timestamp>,
    /// Last success.
    #[schema(value_type = Option<String>, format = DateTime)]
    delivered_at: Option<Timestamp>,
    /// Nothing is sent before.
    #[schema(value_type = Option<String>, format = DateTime)]
    resume_at: Option<Timestamp>,
    /// Until then the secret before the last rotation signs too.
    #[schema(value_type = Option<String>, format = DateTime)]
    old_secret_until: Option<Timestamp>,
    /// The secret, `whsec_…`: in the answer to the request that made it and nowhere else.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl WebhookAnswer {
    /// Without its secret.
    pub(super) fn of(webhook: Webhook) -> Self {
        Self {
            webhook_id: webhook.webhook_id,
            url: webhook.url,
            description: webhook.description,
            kinds: webhook.kinds,
            state: webhook.state,
            disabled_reason: webhook.disabled_reason,
            disabled_at: webhook.disabled_at,
            created_at: webhook.created_at,
            position: webhook.position,
            behind: webhook.behind,
            waiting: webhook.waiting,
            dead: webhook.dead,
            failing_since: webhook.failing_since,
            delivered_at: webhook.delivered_at,
            resume_at: webhook.resume_at,
            old_secret_until: webhook.old_secret_until,
            secret: None,
        }
    }

    /// With its secret, where the request made it.
    pub(super) fn made(made: Made) -> Self {
        let secret = made.shows_secret.then(|| shown(&made.webhook.secret));
        Self { secret, ..Self::of(made.webhook) }
    }
}

/// A page of webhooks.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WebhookList {
    /// Webhooks of the caller, in the order of their making.
    items: Vec<WebhookAnswer>,
    /// For the next page; null on the last.
    next_cursor: Option<String>,
}

/// A delivery.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeliveryAnswer {
    /// Number of the event in the feed.
    pub(super) seq: i64,
    /// The event; its `webhook-id` at every try.
    #[schema(value_type = String)]
    event_id: Uuid,
    /// What happened.
    kind: String,
    /// `waiting`, `delivered`, `dead`, or `withheld`: the owner might no longer see it.
    state: String,
    /// Tries so far.
    tries: i32,
    /// HTTP status of the last answer.
    status: Option<i16>,
    /// Why the last try was in vain: `address_refused`, `timed_out`, `unreachable`, `redirected`,
    /// `gone` or `status`.
    fault: Option<String>,
    /// When it was tried last.
    #[schema(value_type = Option<String>, format = DateTime)]
    tried_at: Option<Timestamp>,
    /// When it is tried next, at the earliest.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_try_at: Option<Timestamp>,
}

impl From<Delivery> for DeliveryAnswer {
    fn from(delivery: Delivery) -> Self {
        Self {
            seq: delivery.seq,
            event_id: delivery.event_id,
            kind: delivery.kind,
            state: delivery.state,
            tries: delivery.tries,
            status: delivery.status,
            fault: delivery.fault,
            tried_at: delivery.tried_at,
            next_try_at: delivery.next_try_at,
        }
    }
}

/// A page of deliveries.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeliveryList {
    /// Deliveries, newest events first.
    items: Vec<DeliveryAnswer>,
    /// For the next page; null on the last.
    next_cursor: Option<String>,
}
