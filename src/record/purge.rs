//! Forgetting answers that nobody may ask for again, and making room for the evidence to come.

use std::time::Duration;

use super::retention;
use super::statements::PURGE;
use crate::database::{Database, DatabaseError};
use crate::tasks::Tasks;

/// Between two looks.
const EVERY: Duration = Duration::from_mins(10);
/// Rows in one statement, so that none holds locks for long.
const SOME: i64 = 5_000;

/// Starts the loop.
pub(super) fn start(database: Database, tasks: &Tasks) {
    let mut stopping = tasks.stopping();
    tasks.spawn("record purge", async move {
        loop {
            if let Err(error) = retention::make_months(&database).await {
                tracing::warn!(%error, "parts for the evidence to come could not be made");
            }
            if !stopping.rest(EVERY).await {
                return;
            }
            if let Err(error) = purge(&database).await {
                tracing::warn!(%error, "expired keys could not be forgotten");
            }
        }
    });
}

/// Forgets everything that has expired.
async fn purge(database: &Database) -> Result<(), DatabaseError> {
    let mut connection = database.writer().await?;
    loop {
        let gone = connection.execute(&PURGE, &[&SOME]).await?;
        if gone < u64::try_from(SOME).unwrap_or(u64::MAX) {
            return Ok(());
        }
    }
}
