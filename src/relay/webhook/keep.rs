//! What owners do with their webhooks.

use std::sync::Arc;

use serde::Deserialize;
use uuid::Uuid;

use super::envelope::challenge;
use super::retry::Retry;
use super::send::Sender;
use super::signature::{NoRandomness, secret};
use crate::config;
use crate::database::{Clock, Database, DatabaseError};
use crate::identity::{AuthorityError, Identity};
use crate::metrics::Metrics;
use crate::model::{Claim, EventKind};
use crate::relay::store::{self, Delivery, NewWebhook, Replay, Webhook};
use crate::web::{UrlFault, endpoint};

/// Webhooks of one owner.
const MOST: i64 = 20;

/// Why a webhook is not as its owner wants it.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The owner's appointments cannot be read.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// No secret can be made.
    #[error(transparent)]
    Secret(#[from] NoRandomness),
    /// The HTTPS client cannot be made.
    #[error("the HTTPS client for webhooks cannot be made")]
    Client(#[from] reqwest::Error),
    /// No webhook of the owner.
    #[error("there is no such webhook")]
    Unknown,
    /// It was changed meanwhile.
    #[error("the webhook was changed meanwhile")]
    Stale,
    /// The key was used with another body.
    #[error("this key was used with another body")]
    KeyReused,
    /// The address may not be asked.
    #[error(transparent)]
    Url(#[from] UrlFault),
    /// The address did not answer the challenge as it should: `wrong_answer`, or why not at all.
    #[error("the address did not answer the challenge: {0}")]
    Challenge(&'static str),
    /// The owner has as many as may be.
    #[error("an owner may have {MOST} webhooks")]
    TooMany,
}

/// A webhook as it is asked for.
#[derive(Debug, Clone)]
pub(in crate::relay) struct Told {
    pub(in crate::relay) url: String,
    pub(in crate::relay) description: Option<String>,
    /// Kinds of events; empty for all.
    pub(in crate::relay) kinds: Vec<EventKind>,
    /// Told of what comes after this number; none for what comes from now on.
    pub(in crate::relay) after: Option<i64>,
}

/// A webhook after a request that may have made a secret.
#[derive(Debug)]
pub(in crate::relay) struct Made {
    pub(in crate::relay) webhook: Webhook,
    /// The secret may be shown: this request made it.
    pub(in crate::relay) shows_secret: bool,
    /// The request was made before, and had its effect then.
    pub(in crate::relay) is_replayed: bool,
}

/// The webhooks of everybody, and the way to their endpoints.
#[derive(Debug)]
pub struct Webhooks {
    pub(super) database: Database,
    pub(super) identity: Arc<Identity>,
    pub(super) sender: Sender,
    pub(super) retry: Retry,
    pub(super) config: config::Webhooks,
    pub(super) metrics: Arc<Metrics>,
}

#[derive(Deserialize)]
struct Answer {
    challenge: String,
}

impl Webhooks {
    /// Builds the HTTPS client; nothing is sent yet.
    pub fn new(
        database: &Database,
        identity: Arc<Identity>,
        clock: Arc<Clock>,
        config: config::Webhooks,
        metrics: Arc<Metrics>,
    ) -> Result<Self, WebhookError> {
        let sender = Sender::new(&config, clock, Arc::clone(&metrics))?;
        let retry = Retry::of(&config);
        Ok(Self { database: database.clone(), identity, sender, retry, config, metrics })
    }

    /// Adds a webhook once its address has answered the challenge.
    pub(in crate::relay) async fn add(
        &self,
        identity: Uuid,
        claim: &Claim,
        told: Told,
    ) -> Result<Made, WebhookError> {
        if let Some(made) = self.repeated(identity, claim).await? {
            return Ok(made);
        }
        endpoint(&told.url, self.config.allow_loopback)?;
        let kept = store::list(&self.database, identity, None, (None, MOST)).await?;
        if i64::try_from(kept.len()).is_ok_and(|count| count >= MOST) {
            return Err(WebhookError::TooMany);
        }
        let new = NewWebhook {
            webhook_id: Uuid::now_v7(),
            identity,
            secret: secret()?,
            description: told.description,
            kinds: told.kinds.iter().map(|kind| kind.as_str().to_owned()).collect(),
            url: told.url,
            after: told.after,
        };
        self.challenge(&new.url, std::slice::from_ref(&new.secret)).await?;
        if !store::insert(&self.database, claim, &new).await? {
            // The same request came twice at a time, and the other one was first.
            return self.repeated(identity, claim).await?.ok_or(WebhookError::Stale);
        }
        let webhook = self.one(identity, new.webhook_id).await?;
        Ok(Made { webhook, shows_secret: true, is_replayed: false })
    }

    /// What a request has made before, if it was made before.
    async fn repeated(&self, identity: Uuid, claim: &Claim) -> Result<Option<Made>, WebhookError> {
        let Some(request) = store::request(&self.database, claim).await? else {
            return Ok(None);
        };
        if request.fingerprint != claim.fingerprint {
            return Err(WebhookError::KeyReused);
        }
        let webhook = self.one(identity, request.webhook_id).await?;
        let shows_secret = webhook.secret_of == claim.key_hash;
        Ok(Some(Made { webhook, shows_secret, is_replayed: true }))
    }

    /// Asks an address whether it wants to be told, so that nobody is told who does not.
    async fn challenge(&self, url: &str, secrets: &[Vec<u8>]) -> Result<(), WebhookError> {
        let (id, nonce) = (Uuid::now_v7().to_string(), Uuid::new_v4().to_string());
        let message = challenge(&id, &self.sender.now().to_string(), &nonce);
        let sent = self.sender.send_once(url, secrets, message).await;
        let taken = sent.map_err(|fault| WebhookError::Challenge(fault.name()))?;
        let answer: Option<Answer> = serde_json::from_slice(&taken.body).ok();
        if answer.is_some_and(|answer| answer.challenge == nonce) {
            return Ok(());
        }
        Err(WebhookError::Challenge("wrong_answer"))
    }

    /// Webhooks of an owner, those after one.
    pub(in crate::relay) async fn list(
        &self,
        identity: Uuid,
        after: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<Webhook>, WebhookError> {
        Ok(store::list(&self.database, identity, None, (after, limit)).await?)
    }

    /// One webhook of an owner.
    pub(in crate::relay) async fn one(
        &self,
        identity: Uuid,
        webhook_id: Uuid,
    ) -> Result<Webhook, WebhookError> {
        let found = store::list(&self.database, identity, Some(webhook_id), (None, 1)).await?;
        found.into_iter().next().ok_or(WebhookError::Unknown)
    }

    /// Takes a webhook away.
    pub(in crate::relay) async fn delete(
        &self,
        identity: Uuid,
        webhook: &Webhook,
    ) -> Result<(), WebhookError> {
        let is_gone = store::delete(&self.database, identity, webhook).await?;
        if is_gone { Ok(()) } else { Err(WebhookError::Stale) }
    }

    /// Gives a webhook a new secret, if `permit` takes its revision; the old one signs too for the
    /// configured grace.
    pub(in crate::relay) async fn rotate<E: From<WebhookError>>(
        &self,
        identity: Uuid,
        claim: &Claim,
        webhook_id: Uuid,
        permit: impl FnOnce(i64) -> Result<(), E>,
    ) -> Result<Made, E> {
        if let Some(made) = self.repeated(identity, claim).await? {
            return Ok(made);
        }
        let webhook = self.one(identity, webhook_id).await?;
        permit(webhook.revision)?;
        let secret = secret().map_err(WebhookError::from)?;
        let new = (secret.as_slice(), f64::from(self.config.rotation_grace_seconds));
        let rotating = store::rotate(&self.database, claim, (identity, &webhook), new);
        if !rotating.await.map_err(WebhookError::from)? {
            let repeated = self.repeated(identity, claim).await?;
            return Ok(repeated.ok_or(WebhookError::Stale)?);
        }
        let webhook = self.one(identity, webhook_id).await?;
        Ok(Made { webhook, shows_secret: true, is_replayed: false })
    }

    /// Challenges the address again; a webhook that was disabled goes on from where it stood.
    pub(in crate::relay) async fn verify(
        &self,
        identity: Uuid,
        webhook_id: Uuid,
    ) -> Result<Webhook, WebhookError> {
        let webhook = self.one(identity, webhook_id).await?;
        let secrets: Vec<_> = [webhook.secret].into_iter().chain(webhook.old_secret).collect();
        self.challenge(&webhook.url, &secrets).await?;
        if !store::enable(&self.database, identity, webhook_id).await? {
            return Err(WebhookError::Unknown);
        }
        self.one(identity, webhook_id).await
    }

    /// Has events delivered again; a repeated request has no second effect.
    pub(in crate::relay) async fn replay(
        &self,
        claim: &Claim,
        (identity, webhook_id): (Uuid, Uuid),
        replay: Replay,
    ) -> Result<Made, WebhookError> {
        if let Some(made) = self.repeated(identity, claim).await? {
            return Ok(Made { shows_secret: false, ..made });
        }
        let webhook = self.one(identity, webhook_id).await?;
        let place = (identity, webhook.webhook_id);
        if !store::replay(&self.database, claim, place, replay).await? {
            // Used by the same request at the same time; or there is no such dead letter.
            let repeated = self.repeated(identity, claim).await?.ok_or(WebhookError::Unknown)?;
            return Ok(Made { shows_secret: false, ..repeated });
        }
        let webhook = self.one(identity, webhook_id).await?;
        Ok(Made { webhook, shows_secret: false, is_replayed: false })
    }

    /// Deliveries of a webhook, newest events first.
    pub(in crate::relay) async fn deliveries(
        &self,
        (identity, webhook_id): (Uuid, Uuid),
        state: Option<&str>,
        (before, limit): (Option<i64>, i64),
    ) -> Result<Vec<Delivery>, WebhookError> {
        self.one(identity, webhook_id).await?;
        let place = (identity, webhook_id);
        Ok(store::deliveries(&self.database, place, state, (before, limit)).await?)
    }
}
