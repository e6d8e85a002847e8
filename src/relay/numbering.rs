//! The loop that numbers events.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::store;
use crate::database::{Database, DatabaseError};
use crate::metrics::Metrics;
use crate::tasks::Tasks;

/// Between two looks when nobody wakes the relay: what another replica wrote waits no longer.
const EVERY: Duration = Duration::from_secs(1);
/// Between two numberings under load, so that many commits are numbered at once.
const REST: Duration = Duration::from_millis(50);
/// Rows numbered in one transaction.
const AT_ONCE: i64 = 1000;

/// Starts the numbering; `written` wakes it. It lasts as long as the lanes: what the last requests and
/// loops wrote is numbered before the service ends.
pub fn number(database: Database, written: Arc<Notify>, tasks: &Tasks, metrics: Arc<Metrics>) {
    let mut stopping = tasks.lanes_stopping();
    tasks.spawn_lane("relay", async move {
        let mut failures = 0;
        while !stopping.is_set() {
            failures = match pass(&database, &metrics).await {
                Ok(()) => 0,
                Err(error) => told(&error, failures, stopping.is_set()),
            };
            tokio::select! {
                () = stopping.wait() => {}
                () = async {
                    tokio::time::sleep(REST).await;
                    // A timeout is the poll.
                    let _woken_or_not = tokio::time::timeout(EVERY, written.notified()).await;
                } => {}
            }
        }
        if let Err(error) = pass(&database, &metrics).await {
            tracing::info!(%error, "the last events are numbered by another replica or at the next start");
        }
    });
}

/// Tells of a failure, and counts it. One alone passes: at the end of a drain whatever still runs is
/// cancelled in the database, and a cancelled numbering has written nothing. Rows without a number
/// wait for the next.
fn told(error: &DatabaseError, failures: u32, is_stopping: bool) -> u32 {
    if failures == 0 || is_stopping {
        tracing::info!(%error, "events were not numbered; trying again");
    } else {
        tracing::warn!(%error, "events were not numbered");
    }
    failures.saturating_add(1)
}

/// Numbers everything that is committed. What waits is counted only where that fails.
async fn pass(database: &Database, metrics: &Metrics) -> Result<(), DatabaseError> {
    loop {
        match store::number(database, AT_ONCE).await {
            Ok(numbered) if numbered >= AT_ONCE => {}
            Ok(_) => {
                metrics.outbox_unnumbered.set(0);
                return Ok(());
            }
            Err(error) => {
                metrics.outbox_unnumbered.set(store::waiting(database).await?);
                return Err(error);
            }
        }
    }
}
