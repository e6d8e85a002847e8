//! The loop that delivers. Any replica may run it; each webhook has one holder at a time.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::watch;
use uuid::Uuid;

use super::keep::{WebhookError, Webhooks};
use super::round::Round;
use crate::database::DatabaseError;
use crate::relay::store;
use crate::tasks::Stopping;

/// Between two looks when nobody tells of something new.
const EVERY: Duration = Duration::from_secs(1);
/// At a stop: how long requests under way may take; after it they count as not made.
const LAST_WORDS: Duration = Duration::from_secs(3);
/// Between two looks at how the endpoints stand and at what may be forgotten.
const SURVEY: Duration = Duration::from_secs(15);
/// Endpoints that have gauges of their own.
const SHOWN: i64 = 50;
/// Rows forgotten in one statement.
const SOME: i64 = 5_000;

/// Rounds of one webhook, until there is nothing to do.
type Visit = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Delivers to webhooks that nobody else delivers to.
#[derive(Debug)]
pub struct Deliverer {
    webhooks: Arc<Webhooks>,
    endpoints: usize,
    holder: Uuid,
    news: watch::Receiver<u64>,
}

impl Deliverer {
    /// A deliverer to so many endpoints at once, which holds nothing yet; `news` changes when
    /// something was numbered.
    pub fn new(webhooks: Arc<Webhooks>, endpoints: usize, news: watch::Receiver<u64>) -> Self {
        Self { webhooks, endpoints, holder: Uuid::now_v7(), news }
    }

    /// By which name it holds leases.
    pub const fn holder(&self) -> Uuid {
        self.holder
    }

    /// Delivers until the service stops. Dropping the future at any point loses nothing: what was
    /// not noted is delivered again once the lease has ended.
    pub async fn run(mut self, mut stopping: Stopping) {
        let mut visits: FuturesUnordered<Visit> = FuturesUnordered::new();
        loop {
            match self.lease(&mut visits).await {
                Ok(leased) => visits.extend(leased.into_iter().map(|webhook| -> Visit {
                    let webhooks = Arc::clone(&self.webhooks);
                    Box::pin(visit(webhooks, webhook, self.holder, stopping.clone()))
                })),
                Err(error) => tracing::info!(%error, "no webhook could be taken; trying later"),
            }
            tokio::select! {
                () = stopping.wait() => break,
                Some(()) = visits.next(), if !visits.is_empty() => {}
                Ok(()) = self.news.changed() => {}
                () = tokio::time::sleep(EVERY) => {}
            }
        }
        let finishing = async { while visits.next().await.is_some() {} };
        // A timeout is a request that has no answer; it will be made again.
        let _in_time = tokio::time::timeout(LAST_WORDS, finishing).await;
        drop(visits);
        if let Err(error) = store::release(&self.webhooks.database, self.holder, None).await {
            tracing::info!(%error, "leases were not given back; they end by themselves");
        }
    }

    /// Leases as many webhooks as there is room for. The visits go on meanwhile: they may hold the
    /// connections that this waits for.
    async fn lease(
        &self,
        visits: &mut FuturesUnordered<Visit>,
    ) -> Result<Vec<Uuid>, DatabaseError> {
        let room = self.endpoints.saturating_sub(visits.len());
        if room == 0 {
            return Ok(Vec::new());
        }
        let room = i64::try_from(room).unwrap_or(i64::MAX);
        let mut leasing = pin!(store::lease(&self.webhooks.database, self.holder, room));
        loop {
            tokio::select! {
                leased = &mut leasing => return leased,
                Some(()) = visits.next(), if !visits.is_empty() => {}
            }
        }
    }
}

/// Rounds until there is nothing to do; then the lease is given back.
async fn visit(webhooks: Arc<Webhooks>, webhook: Uuid, holder: Uuid, stopping: Stopping) {
    let done = loop {
        match webhooks.round(webhook, holder, &stopping).await {
            Ok(Round::More) => {}
            Ok(Round::Over) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    let released = store::release(&webhooks.database, holder, Some(webhook)).await;
    if let Err(error) = done.and(released.map_err(WebhookError::from)) {
        tracing::info!(%webhook, %error, "deliveries were interrupted; they go on later");
    }
}

/// Keeps the gauges of the endpoints and forgets what has grown old, until the service stops.
pub(in crate::relay) async fn survey(webhooks: Arc<Webhooks>, mut stopping: Stopping) {
    loop {
        if let Err(error) = look(&webhooks).await {
            tracing::info!(%error, "the webhooks could not be looked at");
        }
        if !stopping.rest(SURVEY).await {
            return;
        }
    }
}

async fn look(webhooks: &Webhooks) -> Result<(), WebhookError> {
    let standings = store::standing(&webhooks.database, SHOWN).await?;
    let metrics = &webhooks.metrics.relay;
    let counts = standings.first().map_or((0, 0), |one| (one.active, one.disabled));
    metrics.webhooks.with_label_values(&["active"]).set(counts.0);
    metrics.webhooks.with_label_values(&["disabled"]).set(counts.1);
    metrics.behind.reset();
    metrics.failing.reset();
    metrics.dead.reset();
    for one in standings {
        let webhook = one.webhook_id.to_string();
        metrics.behind.with_label_values(&[&webhook]).set(one.behind);
        metrics.failing.with_label_values(&[&webhook]).set(one.failing_seconds);
        metrics.dead.with_label_values(&[&webhook]).set(one.dead);
    }
    while store::purge(&webhooks.database, SOME).await? >= SOME {}
    Ok(())
}
