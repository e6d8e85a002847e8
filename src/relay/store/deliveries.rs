//! Deliveries: the lease of who makes them, what is due, what came of it.

use jiff::Timestamp;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::access::ScopeArrays;
use crate::database::{Database, DatabaseError, Row, Statement, statement};

const LEASE: Statement = statement!("relay/webhook_lease");
const RENEW: Statement = statement!("relay/webhook_renew");
const RELEASE: Statement = statement!("relay/webhook_release");
const DISABLE: Statement = statement!("relay/webhook_disable");
const PLAN: Statement = statement!("relay/webhook_plan");
const DUE: Statement = statement!("relay/webhook_due");
const NOTE: Statement = statement!("relay/webhook_note");
const DELIVERIES: Statement = statement!("relay/webhook_deliveries");
const STANDING: Statement = statement!("relay/webhook_standing");
const PURGE: Statement = statement!("relay/webhook_purge");

/// A webhook as its deliverer needs it.
#[derive(Debug)]
pub(in crate::relay) struct Errand {
    /// The owner.
    pub(in crate::relay) identity: Uuid,
    pub(in crate::relay) url: String,
    /// The newest first.
    pub(in crate::relay) secrets: Vec<Vec<u8>>,
    /// Its last try failed: it is asked with one event at a time.
    pub(in crate::relay) is_failing: bool,
}

/// An event that can be delivered now.
#[derive(Debug)]
pub(in crate::relay) struct Due {
    pub(in crate::relay) seq: i64,
    pub(in crate::relay) order_key: String,
    /// Tries so far.
    pub(in crate::relay) tries: u32,
    pub(in crate::relay) event: Box<RawValue>,
    /// Whether the owner still may see it.
    pub(in crate::relay) is_seen: bool,
}

/// What came of a try.
#[derive(Debug)]
pub(in crate::relay) struct Tried {
    pub(in crate::relay) seq: i64,
    /// `delivered`, `waiting` (again), `dead` or `withheld`.
    pub(in crate::relay) state: &'static str,
    /// HTTP status, where an answer came.
    pub(in crate::relay) status: Option<u16>,
    /// Why it was in vain.
    pub(in crate::relay) fault: Option<&'static str>,
    /// Seconds until the next try.
    pub(in crate::relay) delay: f64,
}

/// What a round is noted with besides its tries.
#[derive(Debug, Clone, Copy)]
pub(in crate::relay) struct Noted {
    /// The endpoint said that it is gone for good.
    pub(in crate::relay) is_gone: bool,
    /// Seconds of failing after which it is disabled.
    pub(in crate::relay) disable_after_seconds: f64,
}

/// A delivery, as it is shown.
#[derive(Debug)]
pub(in crate::relay) struct Delivery {
    pub(in crate::relay) seq: i64,
    pub(in crate::relay) event_id: Uuid,
    pub(in crate::relay) kind: String,
    pub(in crate::relay) state: String,
    pub(in crate::relay) tries: i32,
    pub(in crate::relay) status: Option<i16>,
    pub(in crate::relay) fault: Option<String>,
    pub(in crate::relay) tried_at: Option<Timestamp>,
    pub(in crate::relay) next_try_at: Option<Timestamp>,
}

/// How an endpoint stands, for the gauges.
#[derive(Debug)]
pub(in crate::relay) struct Standing {
    pub(in crate::relay) webhook_id: Uuid,
    pub(in crate::relay) behind: i64,
    pub(in crate::relay) failing_seconds: f64,
    pub(in crate::relay) dead: i64,
    /// Webhooks of all owners.
    pub(in crate::relay) active: i64,
    pub(in crate::relay) disabled: i64,
}

/// Takes the lease of webhooks that something can be delivered to.
pub(in crate::relay) async fn lease(
    database: &Database,
    holder: Uuid,
    most: i64,
) -> Result<Vec<Uuid>, DatabaseError> {
    let rows = database.writer().await?.rows(&LEASE, &[&holder, &most]).await?;
    rows.iter().map(|row| Ok(row.try_get("webhook_id")?)).collect()
}

/// Renews a lease; none where it was lost or nothing is to be sent for now.
pub(in crate::relay) async fn renew(
    database: &Database,
    webhook: Uuid,
    holder: Uuid,
) -> Result<Option<Errand>, DatabaseError> {
    let row = database.writer().await?.maybe(&RENEW, &[&webhook, &holder]).await?;
    row.as_ref().map(errand).transpose()
}

fn errand(row: &Row) -> Result<Errand, DatabaseError> {
    let old: Option<Vec<u8>> = row.try_get("old_secret")?;
    Ok(Errand {
        identity: row.try_get("identity_id")?,
        url: row.try_get("url")?,
        secrets: [row.try_get("secret")?].into_iter().chain(old).collect(),
        is_failing: row.try_get("is_failing")?,
    })
}

/// Gives one lease back, or all of a holder.
pub(in crate::relay) async fn release(
    database: &Database,
    holder: Uuid,
    webhook: Option<Uuid>,
) -> Result<(), DatabaseError> {
    database.writer().await?.execute(&RELEASE, &[&holder, &webhook]).await?;
    Ok(())
}

/// Stops deliveries to a webhook.
pub(in crate::relay) async fn disable(
    database: &Database,
    webhook: Uuid,
    holder: Uuid,
    reason: &'static str,
) -> Result<(), DatabaseError> {
    database.writer().await?.rows(&DISABLE, &[&webhook, &holder, &reason]).await?;
    Ok(())
}

/// Plans what comes next in the feed; true where the position moved on.
pub(in crate::relay) async fn plan(
    database: &Database,
    (webhook, holder): (Uuid, Uuid),
    room: i64,
    sight: &ScopeArrays,
) -> Result<bool, DatabaseError> {
    let ScopeArrays { everywhere, organizations, areas, countries, .. } = sight;
    let mut connection = database.writer().await?;
    let row = connection
        .maybe(&PLAN, &[&webhook, &holder, &room, everywhere, organizations, areas, countries])
        .await?;
    Ok(row.is_some())
}

/// What can be delivered now, in the order of the feed.
pub(in crate::relay) async fn due(
    database: &Database,
    webhook: Uuid,
    most: i64,
    sight: &ScopeArrays,
) -> Result<Vec<Due>, DatabaseError> {
    let ScopeArrays { everywhere, organizations, areas, countries, .. } = sight;
    // of the writers' pool: it must see what was just planned, whatever readers read from
    let mut connection = database.writer().await?;
    let rows = connection
        .rows(&DUE, &[&webhook, &most, everywhere, organizations, areas, countries])
        .await?;
    let mut due = Vec::with_capacity(rows.len());
    for row in &rows {
        let text: Option<String> = row.try_get("event")?;
        let event = text.and_then(|text| RawValue::from_string(text).ok());
        let tries: i32 = row.try_get("tries")?;
        due.push(Due {
            seq: row.try_get("feed_seq")?,
            order_key: row.try_get("order_key")?,
            tries: u32::try_from(tries).unwrap_or(0),
            is_seen: row.try_get::<_, bool>("is_seen")? && event.is_some(),
            event: event.unwrap_or_default(),
        });
    }
    Ok(due)
}

/// Notes what came of a round; nothing where the lease was taken over. Answers why the endpoint was
/// disabled, if it was.
pub(in crate::relay) async fn note(
    database: &Database,
    (webhook, holder): (Uuid, Uuid),
    tried: &[Tried],
    noted: Noted,
) -> Result<Option<String>, DatabaseError> {
    let seqs: Vec<i64> = tried.iter().map(|one| one.seq).collect();
    let states: Vec<&str> = tried.iter().map(|one| one.state).collect();
    let answered = |one: &Tried| i16::try_from(one.status?).ok();
    let codes: Vec<Option<i16>> = tried.iter().map(answered).collect();
    let faults: Vec<Option<&str>> = tried.iter().map(|one| one.fault).collect();
    let delays: Vec<f64> = tried.iter().map(|one| one.delay).collect();
    let mut connection = database.writer().await?;
    let row = connection
        .maybe(
            &NOTE,
            &[
                &webhook,
                &holder,
                &seqs,
                &states,
                &codes,
                &faults,
                &delays,
                &noted.is_gone,
                &noted.disable_after_seconds,
            ],
        )
        .await?;
    Ok(row.map(|row| row.try_get("disabled_reason")).transpose()?.flatten())
}

/// Deliveries of a webhook, newest events first.
pub(in crate::relay) async fn deliveries(
    database: &Database,
    (identity, webhook): (Uuid, Uuid),
    state: Option<&str>,
    (before, limit): (Option<i64>, i64),
) -> Result<Vec<Delivery>, DatabaseError> {
    let mut connection = database.reader().await?;
    let rows =
        connection.rows(&DELIVERIES, &[&identity, &webhook, &state, &before, &limit]).await?;
    let delivery = |row: &Row| {
        Ok(Delivery {
            seq: row.try_get("feed_seq")?,
            event_id: row.try_get("event_id")?,
            kind: row.try_get("kind")?,
            state: row.try_get("state")?,
            tries: row.try_get("tries")?,
            status: row.try_get("status")?,
            fault: row.try_get("fault")?,
            tried_at: row.try_get("tried_at")?,
            next_try_at: row.try_get("next_try_at")?,
        })
    };
    rows.iter().map(delivery).collect()
}

/// How the webhooks in most trouble stand.
pub(in crate::relay) async fn standing(
    database: &Database,
    most: i64,
) -> Result<Vec<Standing>, DatabaseError> {
    let rows = database.reader().await?.rows(&STANDING, &[&most]).await?;
    let standing = |row: &Row| {
        Ok(Standing {
            webhook_id: row.try_get("webhook_id")?,
            behind: row.try_get("behind")?,
            failing_seconds: row.try_get("failing")?,
            dead: row.try_get("dead")?,
            active: row.try_get("active")?,
            disabled: row.try_get("disabled")?,
        })
    };
    rows.iter().map(standing).collect()
}

/// Forgets some of what has grown old; answers how much.
pub(in crate::relay) async fn purge(database: &Database, some: i64) -> Result<i64, DatabaseError> {
    Ok(database.writer().await?.one(&PURGE, &[&some]).await?.try_get("gone")?)
}
