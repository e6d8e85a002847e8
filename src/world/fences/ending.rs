//! The end of a danger: clearances that a fence froze go back to a person when the fence comes to
//! its end, never by themselves to positive (fine-print.md, "Suspension, closure and end dates").
//!
//! Whichever replica first sees it by the database's clock writes it down under the lock `world`;
//! the loop that settles changes does the rest.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use crate::database::{BEGIN, COMMIT, Database, DatabaseError, Statement, step};
use crate::tasks::Stopping;

macro_rules! own {
    ($name:literal) => {
        Statement::new(
            concat!("world/", $name),
            include_str!(concat!("../../../sql/queries/world/", $name, ".sql")),
        )
    };
}

const LOCK: Statement = own!("import_lock");
const DUE: Statement = own!("fence_due");
const END: Statement = own!("fence_end");

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
            match self.sweep().await {
                Ok(None) => {}
                Ok(Some(_)) => self.settle.notify_one(),
                Err(error) => tracing::warn!(%error, "ended fences could not be looked for"),
            }
            tokio::select! {
                () = stopping.wait() => return,
                () = tokio::time::sleep(self.poll) => {}
            }
        }
    }

    /// Writes down what has ended; the world's new version, none where nothing has.
    pub async fn sweep(&self) -> Result<Option<i64>, DatabaseError> {
        if self.database.reader().await?.maybe(&DUE, &[]).await?.is_none() {
            return Ok(None);
        }
        let mut connection = self.database.writer().await?;
        let answers = connection
            .group(&[step(&BEGIN, &[]), step(&LOCK, &[]), step(&END, &[]), step(&COMMIT, &[])])
            .await?;
        let row = answers.get(2).and_then(|rows| rows.first());
        Ok(row.map(|row| row.try_get("version")).transpose()?)
    }
}
