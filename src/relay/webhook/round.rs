//! One round of deliveries to one endpoint: what comes next, in the order of each trip.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::iter;
use uuid::Uuid;

use super::envelope::event;
use super::keep::{WebhookError, Webhooks};
use super::retry::Retry;
use super::send::{Fault, Sender};
use crate::access::{ScopeArrays, act, admit};
use crate::relay::store::{self, Due, Errand, Noted, Tried};
use crate::tasks::Stopping;
use crate::telemetry::Stopwatch;

/// Events of one round.
const SOME: i64 = 64;
/// Events that may wait for one endpoint; the rest waits in the feed.
const ROOM: i64 = 1000;
/// No request of a round begins later than this after its lease was renewed: with the longest
/// request it ends well before the lease of 30 seconds.
const BUDGET: Duration = Duration::from_secs(12);
/// The owner may not receive events any more.
const NOT_PERMITTED: &str = "not_permitted";

/// What a round of deliveries came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Round {
    /// There may be more.
    More,
    /// There is nothing to do now, or another holds the lease.
    Over,
}

/// What every chain of a round needs.
#[derive(Clone)]
struct Carrier {
    sender: Sender,
    retry: Retry,
    errand: Arc<Errand>,
    watch: Stopwatch,
    stopping: Stopping,
}

impl Webhooks {
    /// One round. Whatever it is killed in the middle of is done again.
    pub(super) async fn round(
        &self,
        webhook: Uuid,
        holder: Uuid,
        stopping: &Stopping,
    ) -> Result<Round, WebhookError> {
        let watch = Stopwatch::start();
        let database = &self.database;
        let Some(errand) = store::renew(database, webhook, holder).await? else {
            return Ok(Round::Over);
        };
        let Some(sight) = self.sight(errand.identity).await? else {
            tracing::info!(%webhook, "a webhook is disabled: its owner may not receive events");
            store::disable(database, webhook, holder, NOT_PERMITTED).await?;
            return Ok(Round::Over);
        };
        let moved = store::plan(database, (webhook, holder), ROOM, &sight).await?;
        let most = if errand.is_failing { 1 } else { SOME };
        let due = store::due(database, webhook, most, &sight).await?;
        if due.is_empty() {
            return Ok(if moved { Round::More } else { Round::Over });
        }
        let errand = Arc::new(errand);
        let (sender, retry) = (self.sender.clone(), self.retry);
        let carrier = Carrier { sender, retry, errand, watch, stopping: stopping.clone() };
        let tried = carrier.carry(due, self.config.together).await;
        let noted = Noted {
            is_gone: tried.iter().any(|one| one.fault == Some(Fault::Gone.name())),
            disable_after_seconds: f64::from(self.config.disable_after_seconds),
        };
        let disabled = store::note(database, (webhook, holder), &tried, noted).await?;
        if let Some(reason) = disabled {
            tracing::info!(%webhook, reason, "a webhook is disabled");
            return Ok(Round::Over);
        }
        Ok(if stopping.is_set() { Round::Over } else { Round::More })
    }

    /// What the owner may see now; none where nothing.
    async fn sight(&self, identity: Uuid) -> Result<Option<ScopeArrays>, WebhookError> {
        let principal = self.identity.authority().principal_of(identity).await?;
        let pass = principal.and_then(|principal| admit::<act::KeepWebhooks>(&principal).ok());
        Ok(pass.map(|pass| pass.scope().arrays()))
    }
}

impl Carrier {
    /// Delivers what is due: one event of a trip after the other, trips beside each other.
    async fn carry(&self, due: Vec<Due>, together: usize) -> Vec<Tried> {
        let mut chains: BTreeMap<String, Vec<Due>> = BTreeMap::new();
        for one in due {
            chains.entry(one.order_key.clone()).or_default().push(one);
        }
        // in the order of the feed, as far as trips stand beside each other
        let mut chains: Vec<Vec<Due>> = chains.into_values().collect();
        chains.sort_by_key(|chain| chain.first().map(|due| due.seq));
        let carried = chains.into_iter().map(|chain| self.clone().chain(chain));
        iter(carried).buffer_unordered(together).concat().await
    }

    /// Delivers the events of one trip until one is not taken: what follows waits behind it.
    async fn chain(self, chain: Vec<Due>) -> Vec<Tried> {
        let mut tried = Vec::with_capacity(chain.len());
        for due in chain {
            if self.watch.elapsed() > BUDGET || self.stopping.is_set() {
                break;
            }
            let one = self.deliver(&due).await;
            let stops = one.state == "waiting";
            tried.push(one);
            if stops {
                break;
            }
        }
        tried
    }

    async fn deliver(&self, due: &Due) -> Tried {
        let seq = due.seq;
        let message = event(seq, &due.event).filter(|_| due.is_seen);
        let Some(message) = message else {
            return Tried { seq, state: "withheld", status: None, fault: None, delay: 0.0 };
        };
        let Errand { url, secrets, .. } = &*self.errand;
        match self.sender.send(url, secrets, message).await {
            Ok(taken) => {
                let status = Some(taken.status);
                Tried { seq, state: "delivered", status, fault: None, delay: 0.0 }
            }
            Err(fault) => Tried {
                seq,
                state: if self.retry.is_last(due.tries) { "dead" } else { "waiting" },
                status: fault.status(),
                fault: Some(fault.name()),
                delay: self.retry.delay(due.tries).max(fault.rests()),
            },
        }
    }
}
