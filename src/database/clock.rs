//! The database's time, between two questions.

use arc_swap::ArcSwap;
use jiff::{SignedDuration, Timestamp};

use super::error::DatabaseError;
use super::pool::Database;
use super::statement::NOW;
use crate::telemetry::Stopwatch;

/// What time the database said it was, carried forward by a stopwatch: for matters that need no
/// question of their own, such as the expiry of a token. A decision never uses it; its `now` comes
/// with the facts.
#[derive(Debug)]
pub struct Clock {
    reading: ArcSwap<(Timestamp, Stopwatch)>,
}

impl Clock {
    /// Asks the database for the first time.
    pub async fn read(database: &Database) -> Result<Self, DatabaseError> {
        let now = ask(database).await?;
        Ok(Self { reading: ArcSwap::from_pointee((now, Stopwatch::start())) })
    }

    /// The time the database would give now, to within the last correction.
    pub fn now(&self) -> Timestamp {
        let reading = self.reading.load();
        let (then, since) = **reading;
        let passed = SignedDuration::try_from(since.elapsed()).unwrap_or(SignedDuration::MAX);
        then.saturating_add(passed).unwrap_or(then)
    }

    /// Takes a time that a statement answered.
    pub fn correct(&self, now: Timestamp) {
        self.reading.store(std::sync::Arc::new((now, Stopwatch::start())));
    }

    /// Asks the database again.
    pub async fn refresh(&self, database: &Database) -> Result<(), DatabaseError> {
        self.correct(ask(database).await?);
        Ok(())
    }
}

async fn ask(database: &Database) -> Result<Timestamp, DatabaseError> {
    Ok(database.reader().await?.one(&NOW, &[]).await?.try_get("now")?)
}
