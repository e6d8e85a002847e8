//! Levels and policies that somebody has set for a later time, brought into effect when it comes.
//!
//! Every replica looks, by the database's clock. What is due is taken in a transaction under the
//! lock `world`, which looks again whether it still waits: the lock is the lease, since nothing is
//! held beyond the one transaction, and a second replica finds nothing.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::levels::apply_due_levels;
use super::policies::{PoliciesError, apply_due_policies};
use crate::database::Database;
use crate::tasks::Stopping;

/// The loop that brings changes into effect when their time has come.
#[derive(Debug)]
pub struct DueChanges {
    database: Database,
    settle: Arc<Notify>,
    written: Arc<Notify>,
    poll: Duration,
}

impl DueChanges {
    /// A loop that has not begun. After a change it wakes whoever decides again, then whoever
    /// numbers events.
    pub fn new(
        database: Database,
        (settle, written): (Arc<Notify>, Arc<Notify>),
        poll: Duration,
    ) -> Self {
        Self { database, settle, written, poll }
    }

    /// Looks again and again until the service stops.
    pub async fn run(&self, mut stopping: Stopping) {
        loop {
            match self.apply().await {
                Ok(0) => {}
                Ok(applied) => {
                    tracing::info!(applied, "what was set for a later time is in effect");
                    self.settle.notify_one();
                    self.written.notify_one();
                }
                Err(error) => {
                    tracing::warn!(%error, "what is due could not be brought into effect yet");
                }
            }
            if !stopping.rest(self.poll).await {
                return;
            }
        }
    }

    async fn apply(&self) -> Result<usize, PoliciesError> {
        let levels = apply_due_levels(&self.database).await?;
        let policies = apply_due_policies(&self.database).await?;
        Ok(levels + policies)
    }
}
