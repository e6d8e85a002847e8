//! The loop over feeds and over what is due. Any replica may run it; one at a time does.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use uuid::Uuid;

use super::fetch::{Fetched, Fetcher};
use super::listing::{Entry, Place, entries};
use super::store::{self, DueFeed, Polled};
use crate::atlas::Atlas;
use crate::cache::Snapshot;
use crate::config;
use crate::database::{Database, DatabaseError};
use crate::metrics::Metrics;
use crate::tasks::Stopping;
use crate::world::alerts::cap::read_alert;
use crate::world::alerts::decide::{DecideError, do_what_is_due};
use crate::world::alerts::intake::{Origin, take_in_read};
use crate::world::alerts::store as alerts;

/// Feeds fetched in one round.
const TOGETHER: i64 = 20;

/// Why a round ended early.
#[derive(Debug, thiserror::Error)]
enum RoundError {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Decide(#[from] DecideError),
}

/// Fetches the feeds on the list, and does what alerts ask for without a person.
#[derive(Debug)]
pub struct Poller {
    database: Database,
    metrics: Arc<Metrics>,
    atlas: Arc<Snapshot<Atlas>>,
    settle: Arc<Notify>,
    fetcher: Fetcher,
    config: config::Alerts,
    holder: Uuid,
}

impl Poller {
    /// A loop that has not begun.
    pub fn new(
        (database, metrics): (Database, Arc<Metrics>),
        atlas: Arc<Snapshot<Atlas>>,
        settle: Arc<Notify>,
        config: config::Alerts,
    ) -> Result<Self, reqwest::Error> {
        let fetcher = Fetcher::new(&config)?;
        Ok(Self { database, metrics, atlas, settle, fetcher, config, holder: Uuid::now_v7() })
    }

    /// Goes round until the service stops.
    pub async fn run(&self, mut stopping: Stopping) {
        loop {
            if let Err(error) = self.round(&stopping).await {
                tracing::info!(%error, "feeds of alerts were not read to the end; trying later");
            }
            if !stopping.rest(Duration::from_millis(self.config.poll_ms)).await {
                return;
            }
        }
    }

    async fn round(&self, stopping: &Stopping) -> Result<(), RoundError> {
        if !alerts::lease(&self.database, self.holder).await? {
            return Ok(());
        }
        for feed in store::due(&self.database, TOGETHER).await? {
            if stopping.is_set() || !alerts::lease(&self.database, self.holder).await? {
                return Ok(());
            }
            let polled = self.poll(&feed, stopping).await?;
            let next = f64::from(self.config.feed_seconds);
            store::polled(&self.database, feed.feed_id, &polled, next).await?;
        }
        store::forget(&self.database).await?;
        if do_what_is_due((&self.database, &self.metrics.alerts), &self.atlas.load()).await? {
            self.settle.notify_one();
        }
        Ok(())
    }

    /// Fetches a feed and takes in what is new. Where an entry could not be fetched, the feed is
    /// asked for in full again.
    async fn poll(&self, feed: &DueFeed, stopping: &Stopping) -> Result<Polled, RoundError> {
        let known = (feed.etag.as_deref(), feed.last_modified.as_deref());
        let in_vain = |fault| Polled { fault: Some(fault), ..Polled::default() };
        let (body, etag, last_modified) = match self.fetcher.ask(&feed.url, known).await {
            Ok(Fetched::Body { body, etag, last_modified }) => (body, etag, last_modified),
            Ok(Fetched::Same) => {
                let (etag, last_modified) = (feed.etag.clone(), feed.last_modified.clone());
                return Ok(Polled { etag, last_modified, fault: None });
            }
            Err(fault) => return Ok(in_vain(fault)),
        };
        let Ok(listed) = entries(&body) else { return Ok(in_vain("unreadable")) };
        let items: Vec<&str> = listed.iter().map(|entry| entry.item.as_str()).collect();
        let unread = store::unread(&self.database, feed.feed_id, &items).await?;
        let new = listed.into_iter().filter(|entry| unread.contains(&entry.item));
        for (at, entry) in new.enumerate() {
            if stopping.is_set() || at >= self.config.entries {
                return Ok(Polled::default());
            }
            if let Err(fault) = self.take(feed, entry).await? {
                return Ok(in_vain(fault));
            }
        }
        Ok(Polled { etag, last_modified, fault: None })
    }

    /// Takes in the message of an entry; or why it could not be fetched.
    async fn take(
        &self,
        feed: &DueFeed,
        entry: Entry,
    ) -> Result<Result<(), &'static str>, RoundError> {
        let message = match entry.message {
            Place::Here(reading, own) => Some((*reading, own.into_bytes())),
            Place::Link(link) => match self.fetcher.ask(&link, (None, None)).await {
                Ok(Fetched::Body { body, .. }) => Some((read_alert(&body), body)),
                // an entry that is gone before it was read is gone; its feed goes on
                Err("status") | Ok(Fetched::Same) => None,
                Err(fault) => return Ok(Err(fault)),
            },
        };
        if let Some((reading, raw)) = message {
            let origin = Origin::fetched(feed.feed_id);
            let atlas = self.atlas.load();
            let taken = take_in_read(&self.database, &atlas, reading, &raw, &origin).await?;
            taken.count(&self.metrics.alerts);
        }
        store::read(&self.database, feed.feed_id, &entry.item).await?;
        Ok(Ok(()))
    }
}
