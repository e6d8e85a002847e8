//! When a batch fails: each record alone, so that one bad row never hurts its neighbours; and when
//! the connection was lost under it, again, until it is known what became of it.

use std::time::Duration;

use super::counted::{Counted, counted};
use super::error::{RecordError, may_be_committed};
use super::together::{Done, Failure, Plain, plain};
use crate::database::{Database, DatabaseError, Trouble};
use crate::model::{Committed, SavedAnswer};
use crate::telemetry::Stopwatch;

/// Between two attempts to reach a database that was lost.
const PAUSE: Duration = Duration::from_millis(100);

/// A kind of record that can be committed together with others of its kind.
pub(super) trait Together: Send + Sync + Sized + 'static {
    /// Commits a batch; the answer kept for each that was written.
    fn together(
        database: &Database,
        batch: &[&Self],
        again: bool,
    ) -> impl Future<Output = Result<Vec<(Committed, Option<SavedAnswer>)>, Failure>> + Send;
}

impl Together for Plain {
    async fn together(
        database: &Database,
        batch: &[&Self],
        again: bool,
    ) -> Result<Vec<(Committed, Option<SavedAnswer>)>, Failure> {
        let results = plain(database, batch, again).await?;
        let answers = batch.iter().map(|one| one.entry.change.answer.clone());
        Ok(results.into_iter().zip(answers).collect())
    }
}

impl Together for Counted {
    async fn together(
        database: &Database,
        batch: &[&Self],
        again: bool,
    ) -> Result<Vec<(Committed, Option<SavedAnswer>)>, Failure> {
        counted(database, batch, again).await
    }
}

/// Commits a batch; `patience` bounds the time after which a lost database is given up.
pub(super) async fn run<W: Together>(
    database: Database,
    batch: Vec<W>,
    patience: Duration,
) -> Vec<Done> {
    let all: Vec<&W> = batch.iter().collect();
    let failure = match W::together(&database, &all, false).await {
        Ok(results) => return results.into_iter().map(done).collect(),
        Err(failure) => failure,
    };
    let (alone, doubtful) = match &failure {
        Failure::Record(_) => (batch.len() == 1, false),
        Failure::Database(error) => {
            let passing = error.trouble() == Trouble::Unavailable;
            let doubtful = may_be_committed(error);
            (!doubtful && (batch.len() == 1 || passing), doubtful)
        }
    };
    tracing::warn!(records = batch.len(), doubtful, error = %failure, "a batch was not committed");
    if alone {
        return batch.iter().map(|_| result(&failure)).collect();
    }
    let waited = Stopwatch::start();
    let mut results = Vec::with_capacity(batch.len());
    for one in &batch {
        results.push(singly(&database, one, doubtful, patience, waited).await);
    }
    results
}

fn done((committed, answer): (Committed, Option<SavedAnswer>)) -> Done {
    Done { result: Ok(committed), answer }
}

/// What a failure that surely wrote nothing means to a record that was alone in its batch.
fn result(failure: &Failure) -> Done {
    let result = match failure {
        Failure::Record(error) => Err(error.clone()),
        Failure::Database(error) => match error.constraint().as_deref() {
            Some("trip_reference_key") => Ok(Committed::ReferenceTaken),
            _ => Err(RecordError::of(error.clone())),
        },
    };
    Done { result, answer: None }
}

async fn singly<W: Together>(
    database: &Database,
    one: &W,
    mut doubtful: bool,
    patience: Duration,
    waited: Stopwatch,
) -> Done {
    loop {
        if !doubtful && waited.elapsed() >= patience {
            return Done { result: Err(RecordError::Busy(None)), answer: None };
        }
        let failure = match W::together(database, &[one], doubtful).await {
            Ok(mut results) => match results.pop() {
                Some(only) => return done(only),
                None => return unanswered(),
            },
            Err(failure) => failure,
        };
        let Failure::Database(error) = &failure else { return result(&failure) };
        doubtful |= may_be_committed(error);
        let passing = !matches!(error.trouble(), Trouble::Constraint(_) | Trouble::Defect);
        if !doubtful || !passing {
            return result(&failure);
        }
        if waited.elapsed() >= patience {
            return Done { result: Err(RecordError::Unknown(error.clone())), answer: None };
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn unanswered() -> Done {
    let error = DatabaseError::Rows { statement: "record/judge", rows: 0 };
    Done { result: Err(RecordError::Database(error)), answer: None }
}
