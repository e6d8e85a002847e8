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

/// Starts the relay; `written` wakes it.
pub fn start(database: Database, written: Arc<Notify>, tasks: &Tasks, metrics: Arc<Metrics>) {
    let mut stopping = tasks.stopping();
    tasks.spawn("relay", async move {
        loop {
            if let Err(error) = pass(&database, &metrics).await {
                tracing::warn!(%error, "events were not numbered");
            }
            tokio::select! {
                () = stopping.wait() => return,
                () = async {
                    tokio::time::sleep(REST).await;
                    // A timeout is the poll.
                    let _woken_or_not = tokio::time::timeout(EVERY, written.notified()).await;
                } => {}
            }
        }
    });
}

/// Numbers everything that is committed.
async fn pass(database: &Database, metrics: &Metrics) -> Result<(), DatabaseError> {
    while store::number(database).await? > 0 {}
    metrics.outbox_unnumbered.set(store::waiting(database).await?);
    Ok(())
}
