//! The feed, the streams and the webhooks over HTTP.

mod deliveries;
mod events;
mod shown;
mod stream;
mod webhooks;

use std::sync::Arc;

use actix_web::web::{Data, ServiceConfig};
use utoipa::OpenApi;
use uuid::Uuid;

use super::{Relay, StreamError, WebhookError};
use crate::web::{Fault, Kind, Problem, wing};

/// This room's part of the document.
#[derive(Debug, OpenApi)]
#[openapi(
    paths(
        events::list_events,
        stream::get_approvals_stream,
        webhooks::list_webhooks,
        webhooks::add_webhook,
        webhooks::get_webhook,
        webhooks::delete_webhook,
        webhooks::rotate_webhook,
        webhooks::verify_webhook,
        deliveries::list_deliveries,
        deliveries::replay_deliveries,
    ),
    components(schemas(
        events::EventList,
        events::NumberedEvent,
        shown::WebhookBody,
        shown::WebhookAnswer,
        shown::WebhookList,
        shown::DeliveryAnswer,
        shown::DeliveryList,
        shown::ReplayBody,
    ))
)]
pub struct Api;

/// This room's routes and what they need. The stream stands before any route of the desk that has
/// an id in its place.
pub fn configure(config: &mut ServiceConfig, relay: &Relay) {
    config
        .app_data(Data::new(relay.feed.clone()))
        .app_data(Data::from(Arc::clone(&relay.streams)))
        .app_data(Data::from(Arc::clone(&relay.webhooks)));
    wing::<Api>(config, |wing| {
        wing.service(events::list_events)
            .service(stream::get_approvals_stream)
            .service(webhooks::list_webhooks)
            .service(webhooks::add_webhook)
            .service(webhooks::get_webhook)
            .service(webhooks::delete_webhook)
            .service(webhooks::rotate_webhook)
            .service(webhooks::verify_webhook)
            .service(deliveries::list_deliveries)
            .service(deliveries::replay_deliveries);
    });
}

/// The id of a path; what is none names nothing.
fn named(path: &str) -> Result<Uuid, Problem> {
    path.parse().map_err(|_no_id| Problem::hidden())
}

impl From<WebhookError> for Problem {
    fn from(error: WebhookError) -> Self {
        let told = error.to_string();
        let of_url = |code| {
            let (pointer, detail) = ("/url".to_owned(), told.clone());
            Self::invalid(vec![Fault { pointer, code, detail }])
        };
        match error {
            WebhookError::Url(fault) => of_url(fault.code()),
            WebhookError::Challenge("address_refused") => of_url("ADDRESS_REFUSED"),
            WebhookError::Challenge(_) => of_url("CHALLENGE_FAILED"),
            WebhookError::Unknown => Self::hidden(),
            WebhookError::Stale => Self::new(Kind::PreconditionFailed),
            WebhookError::KeyReused => {
                Self::new(Kind::Unprocessable).code("IDEMPOTENCY_KEY_REUSED").detail(told)
            }
            WebhookError::TooMany => Self::new(Kind::Conflict).code("TOO_MANY").detail(told),
            WebhookError::Database(error) => error.into(),
            WebhookError::Authority(error) => Self::new(Kind::Unavailable).because(&error),
            WebhookError::Secret(error) => Self::internal(&error),
            WebhookError::Client(error) => Self::internal(&error),
        }
    }
}

impl From<StreamError> for Problem {
    fn from(error: StreamError) -> Self {
        match error {
            StreamError::Database(error) => error.into(),
            StreamError::Authority(error) => Self::new(Kind::Unavailable).because(&error),
            StreamError::NotPermitted => Self::new(Kind::Forbidden).detail(error.to_string()),
            StreamError::Full => Self::new(Kind::Unavailable).detail(error.to_string()),
        }
    }
}
