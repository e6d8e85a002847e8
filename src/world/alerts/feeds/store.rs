//! Feeds and what was read of them, in the database.

use jiff::Timestamp;
use uuid::Uuid;

use super::{FeedRow, NewFeed};
use crate::access::ScopeArrays;
use crate::database::{Database, DatabaseError, Row, Statement, statement};
use crate::model::{Claim, PersonId};
use crate::world::alerts::cap::Severity;

const INSERT: Statement = statement!("world/alert_feed_insert");
const KNOWN: Statement = statement!("world/alert_feed_known");
const LIST: Statement = statement!("world/alert_feed_list");
const REMOVE: Statement = statement!("world/alert_feed_remove");
const DUE: Statement = statement!("world/alert_feed_due");
const POLLED: Statement = statement!("world/alert_feed_polled");
const UNREAD: Statement = statement!("world/alert_feed_unread");
const READ: Statement = statement!("world/alert_feed_read");
const FORGET: Statement = statement!("world/alert_feed_forget");

/// What is on record of a request for a feed.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) fingerprint: Option<Vec<u8>>,
    pub(super) client_known: bool,
}

pub(super) async fn known(
    database: &Database,
    feed_id: Uuid,
    client: Option<Uuid>,
) -> Result<Known, DatabaseError> {
    let row = database.writer().await?.one(&KNOWN, &[&feed_id, &client]).await?;
    Ok(Known {
        fingerprint: row.try_get("fingerprint")?,
        client_known: row.try_get("client_known")?,
    })
}

pub(super) async fn insert(
    database: &Database,
    (feed_id, claim): (Uuid, &Claim),
    new: &NewFeed,
    by: PersonId,
) -> Result<(), DatabaseError> {
    let apply_from = new.apply_from.map(Severity::as_str);
    let mut connection = database.writer().await?;
    connection
        .execute(
            &INSERT,
            &[
                &feed_id,
                &new.name,
                &new.url,
                &new.client_id,
                &new.countries,
                &new.area_ids,
                &new.senders,
                &apply_from,
                &new.apply_effect.as_str(),
                &claim.fingerprint.as_slice(),
                &by.0,
            ],
        )
        .await?;
    Ok(())
}

pub(super) async fn list(
    database: &Database,
    sight: &ScopeArrays,
    after: Option<(Timestamp, Uuid)>,
    (one, limit): (Option<Uuid>, i64),
) -> Result<Vec<FeedRow>, DatabaseError> {
    let (time, id) = after.unzip();
    let ScopeArrays { everywhere, areas, countries, .. } = sight;
    let mut connection = database.reader().await?;
    let rows =
        connection.rows(&LIST, &[everywhere, areas, countries, &time, &id, &one, &limit]).await?;
    rows.iter().map(feed).collect()
}

fn feed(row: &Row) -> Result<FeedRow, DatabaseError> {
    Ok(FeedRow {
        feed_id: row.try_get("feed_id")?,
        name: row.try_get("name")?,
        url: row.try_get("url")?,
        client_id: row.try_get("client_id")?,
        countries: row.try_get("countries")?,
        area_ids: row.try_get("area_ids")?,
        senders: row.try_get("senders")?,
        apply_from: row.try_get("apply_from")?,
        apply_effect: row.try_get("apply_effect")?,
        created_by: row.try_get("created_by")?,
        created_at: row.try_get("created_at")?,
        polled_at: row.try_get("polled_at")?,
        failures: row.try_get("failures")?,
        fault: row.try_get("fault")?,
    })
}

pub(super) async fn remove(
    database: &Database,
    feed_id: Uuid,
    by: PersonId,
) -> Result<(), DatabaseError> {
    database.writer().await?.execute(&REMOVE, &[&feed_id, &by.0]).await?;
    Ok(())
}

/// A feed that is to be fetched.
#[derive(Debug, Clone)]
pub(super) struct DueFeed {
    pub(super) feed_id: Uuid,
    pub(super) url: String,
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
}

pub(super) async fn due(database: &Database, most: i64) -> Result<Vec<DueFeed>, DatabaseError> {
    let rows = database.reader().await?.rows(&DUE, &[&most]).await?;
    let feeds = rows.iter().map(|row| {
        Ok(DueFeed {
            feed_id: row.try_get("feed_id")?,
            url: row.try_get("url")?,
            etag: row.try_get("etag")?,
            last_modified: row.try_get("last_modified")?,
        })
    });
    feeds.collect()
}

/// What a fetch came to.
#[derive(Debug, Clone, Default)]
pub(super) struct Polled {
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
    /// Why it was in vain.
    pub(super) fault: Option<&'static str>,
}

pub(super) async fn polled(
    database: &Database,
    feed_id: Uuid,
    polled: &Polled,
    next_seconds: f64,
) -> Result<(), DatabaseError> {
    let Polled { etag, last_modified, fault } = polled;
    let mut connection = database.writer().await?;
    connection.execute(&POLLED, &[&feed_id, etag, last_modified, fault, &next_seconds]).await?;
    Ok(())
}

/// Entries that were not read yet, in the order of the list.
pub(super) async fn unread(
    database: &Database,
    feed_id: Uuid,
    items: &[&str],
) -> Result<Vec<String>, DatabaseError> {
    let rows = database.writer().await?.rows(&UNREAD, &[&feed_id, &items]).await?;
    rows.iter().map(|row| Ok(row.try_get("item")?)).collect()
}

pub(super) async fn read(
    database: &Database,
    feed_id: Uuid,
    item: &str,
) -> Result<(), DatabaseError> {
    database.writer().await?.execute(&READ, &[&feed_id, &item]).await?;
    Ok(())
}

pub(super) async fn forget(database: &Database) -> Result<(), DatabaseError> {
    database.writer().await?.execute(&FORGET, &[]).await?;
    Ok(())
}
