//! Webhooks as their owners keep them.

use jiff::Timestamp;
use uuid::Uuid;

use crate::database::{Database, DatabaseError, Row, Statement, statement};
use crate::model::Claim;

const REQUEST: Statement = statement!("relay/webhook_request");
const INSERT: Statement = statement!("relay/webhook_insert");
const LIST: Statement = statement!("relay/webhook_list");
const DELETE: Statement = statement!("relay/webhook_delete");
const ROTATE: Statement = statement!("relay/webhook_rotate");
const ENABLE: Statement = statement!("relay/webhook_enable");
const REPLAY: Statement = statement!("relay/webhook_replay");

/// A webhook and how it stands.
#[derive(Debug, Clone)]
pub(in crate::relay) struct Webhook {
    pub(in crate::relay) webhook_id: Uuid,
    pub(in crate::relay) url: String,
    pub(in crate::relay) description: Option<String>,
    pub(in crate::relay) kinds: Vec<String>,
    pub(in crate::relay) secret: Vec<u8>,
    /// The request that made the secret.
    pub(in crate::relay) secret_of: Vec<u8>,
    /// The secret before, while it signs too.
    pub(in crate::relay) old_secret: Option<Vec<u8>>,
    pub(in crate::relay) old_secret_until: Option<Timestamp>,
    pub(in crate::relay) state: String,
    pub(in crate::relay) disabled_reason: Option<String>,
    pub(in crate::relay) disabled_at: Option<Timestamp>,
    pub(in crate::relay) created_at: Timestamp,
    pub(in crate::relay) revision: i64,
    pub(in crate::relay) position: i64,
    pub(in crate::relay) behind: i64,
    pub(in crate::relay) waiting: i64,
    pub(in crate::relay) dead: i64,
    pub(in crate::relay) failing_since: Option<Timestamp>,
    pub(in crate::relay) delivered_at: Option<Timestamp>,
    pub(in crate::relay) resume_at: Option<Timestamp>,
}

/// A webhook to be.
#[derive(Debug)]
pub(in crate::relay) struct NewWebhook {
    pub(in crate::relay) webhook_id: Uuid,
    pub(in crate::relay) identity: Uuid,
    pub(in crate::relay) url: String,
    pub(in crate::relay) description: Option<String>,
    pub(in crate::relay) kinds: Vec<String>,
    pub(in crate::relay) secret: Vec<u8>,
    pub(in crate::relay) after: Option<i64>,
}

/// What a key was used for.
#[derive(Debug)]
pub(in crate::relay) struct Request {
    pub(in crate::relay) fingerprint: Vec<u8>,
    pub(in crate::relay) webhook_id: Uuid,
}

/// What is to be delivered again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::relay) enum Replay {
    /// Everything from a number of the feed.
    From(i64),
    /// One dead letter.
    DeadLetter(i64),
    /// Every dead letter.
    DeadLetters,
}

/// What a key was used for, if it was.
pub(in crate::relay) async fn request(
    database: &Database,
    claim: &Claim,
) -> Result<Option<Request>, DatabaseError> {
    let row = database.reader().await?.maybe(&REQUEST, &[&claim.key_hash.as_slice()]).await?;
    row.map(|row| {
        Ok(Request {
            fingerprint: row.try_get("fingerprint")?,
            webhook_id: row.try_get("webhook_id")?,
        })
    })
    .transpose()
}

/// Adds a webhook; false where the key was used before.
pub(in crate::relay) async fn insert(
    database: &Database,
    claim: &Claim,
    new: &NewWebhook,
) -> Result<bool, DatabaseError> {
    let mut connection = database.writer().await?;
    let row = connection
        .maybe(
            &INSERT,
            &[
                &claim.key_hash.as_slice(),
                &claim.fingerprint.as_slice(),
                &new.webhook_id,
                &new.identity,
                &new.url,
                &new.description,
                &new.kinds,
                &new.secret,
                &new.after,
            ],
        )
        .await?;
    Ok(row.is_some())
}

/// Webhooks of an owner: one, or those after one.
pub(in crate::relay) async fn list(
    database: &Database,
    identity: Uuid,
    one: Option<Uuid>,
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<Webhook>, DatabaseError> {
    let mut connection = database.reader().await?;
    let rows = connection.rows(&LIST, &[&identity, &one, &after, &limit]).await?;
    rows.iter().map(webhook).collect()
}

/// Takes a webhook away; false where it has changed.
pub(in crate::relay) async fn delete(
    database: &Database,
    identity: Uuid,
    webhook: &Webhook,
) -> Result<bool, DatabaseError> {
    let mut connection = database.writer().await?;
    let row =
        connection.maybe(&DELETE, &[&identity, &webhook.webhook_id, &webhook.revision]).await?;
    Ok(row.is_some())
}

/// Gives a webhook a new secret; false where it has changed or the key was used before.
pub(in crate::relay) async fn rotate(
    database: &Database,
    claim: &Claim,
    (identity, webhook): (Uuid, &Webhook),
    (secret, grace_seconds): (&[u8], f64),
) -> Result<bool, DatabaseError> {
    let mut connection = database.writer().await?;
    let row = connection
        .maybe(
            &ROTATE,
            &[
                &claim.key_hash.as_slice(),
                &claim.fingerprint.as_slice(),
                &identity,
                &webhook.webhook_id,
                &webhook.revision,
                &secret,
                &grace_seconds,
            ],
        )
        .await?;
    Ok(row.is_some())
}

/// Has a webhook delivered to again.
pub(in crate::relay) async fn enable(
    database: &Database,
    identity: Uuid,
    webhook_id: Uuid,
) -> Result<bool, DatabaseError> {
    let mut connection = database.writer().await?;
    Ok(connection.maybe(&ENABLE, &[&identity, &webhook_id]).await?.is_some())
}

/// Has events delivered again; false where the key was used before, or there is no such dead letter.
pub(in crate::relay) async fn replay(
    database: &Database,
    claim: &Claim,
    (identity, webhook_id): (Uuid, Uuid),
    replay: Replay,
) -> Result<bool, DatabaseError> {
    let (from, one) = match replay {
        Replay::From(seq) => (Some(seq), None),
        Replay::DeadLetter(seq) => (None, Some(seq)),
        Replay::DeadLetters => (None, None),
    };
    let (key, fingerprint) = (claim.key_hash.as_slice(), claim.fingerprint.as_slice());
    let mut connection = database.writer().await?;
    let row = connection
        .maybe(&REPLAY, &[&key, &fingerprint, &identity, &webhook_id, &from, &one])
        .await?;
    Ok(row.is_some())
}

fn webhook(row: &Row) -> Result<Webhook, DatabaseError> {
    Ok(Webhook {
        webhook_id: row.try_get("webhook_id")?,
        url: row.try_get("url")?,
        description: row.try_get("description")?,
        kinds: row.try_get("kinds")?,
        secret: row.try_get("secret")?,
        secret_of: row.try_get("secret_of")?,
        old_secret: row.try_get("old_secret")?,
        old_secret_until: row.try_get("old_secret_until")?,
        state: row.try_get("state")?,
        disabled_reason: row.try_get("disabled_reason")?,
        disabled_at: row.try_get("disabled_at")?,
        created_at: row.try_get("created_at")?,
        revision: row.try_get("revision")?,
        position: row.try_get("position")?,
        behind: row.try_get("behind")?,
        waiting: row.try_get("waiting")?,
        dead: row.try_get("dead")?,
        failing_since: row.try_get("failing_since")?,
        delivered_at: row.try_get("delivered_at")?,
        resume_at: row.try_get("resume_at")?,
    })
}
