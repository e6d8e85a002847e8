//! The only writer of trips, clearances, evidence, ledger entries, outbox, counts and keys.
//!
//! A use case builds a [`Record`] and calls [`Recorder::commit`]. Records that wait while a commit
//! is under way go together in the next, in one transaction and one round trip: locks, comparison
//! with what was seen, writing, COMMIT. A record that may not be written is left out without harm
//! to its neighbours, and the answer says why. A record whose decision takes places under a ceiling
//! by rule goes through [`Recorder::commit_limited`], where it is decided again under the locks of
//! its nights; one that moves clearances to a positive state takes the same lane by itself, and is
//! compared with the ceilings there.
//!
//! Live clearances that were decided again after a change go beside the lanes, in sets
//! ([`Recorder::sweep`]).
//!
//! Nothing is answered before COMMIT is confirmed. Where the connection is lost in between, the
//! same record is tried again, which finds out whether the first attempt was committed; only if the
//! database does not come back in time is the answer [`RecordError::Unknown`].

mod amendment;
mod areas;
mod clearances;
mod columns;
mod counted;
mod entry;
mod error;
mod fallback;
mod ground;
mod judge;
mod lane;
mod limited;
mod missions;
mod moves;
mod own;
mod places;
mod purge;
mod retention;
mod saved;
mod statements;
mod sweeping;
mod taking;
mod together;
mod trips;
mod waiting;
mod warrant;
mod writing;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, mpsc};
use uuid::Uuid;

pub use self::areas::{AREA_EVENTS, area_event, area_events, headcount_event};
use self::counted::Counted;
pub use self::entry::{event_id, salt};
pub use self::error::RecordError;
use self::fallback::{Together, run};
use self::lane::{Bounds, Job, Lane, Running, Touches, ask};
pub use self::limited::{Decide, Limited};
pub use self::missions::mission_event;
pub use self::places::{Limits, is_limited};
pub use self::retention::{PastEvidence, erase_evidence, past_evidence};
pub use self::saved::{Saved, all_saved, saved};
pub use self::statements::{AREA_EVENT, RECOUNT};
use self::together::Plain;
use crate::config;
use crate::database::Database;
use crate::metrics::Metrics;
use crate::model::{Committed, Record, Seen};
use crate::tasks::Tasks;

const PLAIN: &str = "record";
const LIMITED: &str = "record limited";

/// How the lanes work.
#[derive(Debug, Clone, Copy)]
pub struct RecordSettings {
    /// Records that may wait in a lane.
    pub queue: usize,
    /// Records that travel together at most.
    pub batch: usize,
    /// People and trips locked by one batch at most; a record with more goes alone.
    pub ids: usize,
    /// Plain batches under way at once.
    pub writers: usize,
    /// Records that must wait for a batch to begin beside another.
    pub beside: usize,
    /// How long a lost database is asked what became of a commit.
    pub patience: Duration,
}

impl RecordSettings {
    /// As configured.
    pub fn of(config: &config::Database) -> Self {
        Self {
            queue: config.lane_queue,
            batch: config.lane_batch,
            // well within PostgreSQL's table of locks as it comes: 64 × 100 for all sessions
            ids: 1024,
            writers: 2,
            beside: (config.lane_batch / 4).max(1),
            patience: Duration::from_millis(config.statement_timeout_ms),
        }
    }
}

/// Where records are handed in; cloned freely.
#[derive(Clone)]
pub struct Recorder {
    plain: mpsc::Sender<Job<Plain>>,
    limited: mpsc::Sender<Job<Counted>>,
    written: Arc<Notify>,
    database: Database,
    settings: RecordSettings,
}

impl Recorder {
    /// Starts the lanes, the purge of expired keys and the making of months of evidence.
    pub fn start(
        database: &Database,
        settings: RecordSettings,
        tasks: &Tasks,
        metrics: &Metrics,
    ) -> Self {
        purge::start(database.clone(), tasks);
        let written = Arc::new(Notify::new());
        let lanes = Lanes { database, settings, tasks, metrics, written: &written };
        Self {
            plain: lanes.open(PLAIN, settings.writers),
            // The nights of one area are the same for many: batches would wait for each other.
            limited: lanes.open(LIMITED, 1),
            written,
            database: database.clone(),
            settings,
        }
    }

    /// Commits a record. See [`Committed`] for what may come of it; errors wrote nothing, save
    /// [`RecordError::Unknown`]. Dropping the future withdraws a record that still waits; one under
    /// way is committed.
    pub async fn commit(&self, record: Record) -> Result<Committed, RecordError> {
        let plain = Plain::new(record)?;
        let mut touches = touches(&plain.seen);
        touches.claim = plain.claim;
        touches.ids.extend(moves::trips(&plain.entry).map(|trip| trip.0));
        touches.ids.extend(missions::touched(&plain.seen, Some(&plain.entry.change)));
        if plain.takes_places() {
            return ask(&self.limited, LIMITED, Counted::Given(Box::new(plain)), touches).await;
        }
        ask(&self.plain, PLAIN, plain, touches).await
    }

    /// Commits a record whose decision depends on counts: it is made again under the locks
    /// of the counts, in order of arrival.
    pub async fn commit_limited(&self, limited: Limited) -> Result<Committed, RecordError> {
        let mut touches = touches(&limited.seen);
        touches.claim = limited.claim;
        touches.ids.extend(limited.trips.iter().map(|trip| trip.0));
        touches.ids.extend(missions::touched(&limited.seen, limited.decision.as_deref()));
        ask(&self.limited, LIMITED, Counted::Decided(Box::new(limited)), touches).await
    }

    const fn database(&self) -> &Database {
        &self.database
    }

    const fn settings(&self) -> &RecordSettings {
        &self.settings
    }

    /// Wakes whoever waits for it when something may have been written.
    pub fn written(&self) -> Arc<Notify> {
        Arc::clone(&self.written)
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("room", &self.plain.capacity()).finish_non_exhaustive()
    }
}

fn touches(seen: &Seen) -> Touches {
    let mut ids: Vec<Uuid> = seen.people.iter().map(|(person, _)| person.0).collect();
    let travellers = seen.window.iter().flat_map(|window| &window.travellers);
    ids.extend(travellers.map(|person| person.0));
    ids.sort_unstable();
    ids.dedup();
    Touches { ids, claim: None }
}

/// What every lane needs.
struct Lanes<'s> {
    database: &'s Database,
    settings: RecordSettings,
    tasks: &'s Tasks,
    metrics: &'s Metrics,
    written: &'s Arc<Notify>,
}

impl Lanes<'_> {
    fn open<W: Together>(&self, name: &'static str, writers: usize) -> mpsc::Sender<Job<W>> {
        let RecordSettings { queue, batch, ids, beside, patience, .. } = self.settings;
        let (queue, jobs) = mpsc::channel(queue);
        let (database, written) = (self.database.clone(), Arc::clone(self.written));
        let run = Box::new(move |batch: Vec<W>| -> Running {
            let (database, written) = (database.clone(), Arc::clone(&written));
            Box::pin(async move {
                let done = run(database, batch, patience).await;
                written.notify_one();
                done
            })
        });
        let sizes = self.metrics.database.batch_size.with_label_values(&[name]);
        let lane = Lane::new(jobs, run, Bounds { records: batch, ids, writers, beside }, sizes);
        let mut stopping = self.tasks.lanes_stopping();
        self.tasks.spawn_lane(name, lane.work(async move { stopping.wait().await }));
        queue
    }
}
