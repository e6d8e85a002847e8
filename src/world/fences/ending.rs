//! The end of a danger: clearances that a fence froze go back to a person when the fence comes to
//! its end, never by themselves to positive (fine-print.md, "Suspension, closure and end dates").
//!
//! Whichever replica first sees it by the database's clock writes it down under the lock `world`;
//! the loop that settles changes does the rest.
//!
//! A fence that ended so long ago that no live stay can meet it any more leaves the loaded world, so
//! that the world does not grow for ever. Its row stays on record, and drawing it anew brings it back.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::store;
use crate::database::{Database, DatabaseError};
use crate::tasks::Stopping;

/// Watches for fences that come to their end.
#[derive(Debug)]
pub struct FenceEnds {
    database: Database,
    settle: Arc<Notify>,
    poll: Duration,
}

impl FenceEnds {
    /// A watch that has not begun. `settle` wakes the loop that decides again.
    pub const fn new(database: Database, settle: Arc<Notify>, poll: Duration) -> Self {
        Self { database, settle, poll }
    }

    /// Looks again and again until the service stops.
    pub async fn run(&self, mut stopping: Stopping) {
        loop {
            match self.look().await {
                Ok(None) => {}
                Ok(Some(_)) => self.settle.notify_one(),
                Err(error) => tracing::warn!(%error, "ended fences could not be looked for"),
            }
            if !stopping.rest(self.poll).await {
                return;
            }
        }
    }

    async fn look(&self) -> Result<Option<i64>, DatabaseError> {
        let ended = self.sweep().await?;
        self.forget().await?;
        Ok(ended)
    }

    /// Writes down what has ended; the world's new version, none where nothing has.
    pub async fn sweep(&self) -> Result<Option<i64>, DatabaseError> {
        if store::any_due(&self.database).await? {
            store::end_due(&self.database).await
        } else {
            Ok(None)
        }
    }

    /// Takes what is long past out of the loaded world, at most once in an hour; the world's new
    /// version, none where nothing left it.
    pub async fn forget(&self) -> Result<Option<i64>, DatabaseError> {
        match store::horizon(&self.database).await? {
            Some(horizon) => store::forget(&self.database, horizon).await,
            None => Ok(None),
        }
    }
}
