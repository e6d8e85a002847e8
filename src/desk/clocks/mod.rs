//! The clocks over what waits and over who is expected (domain.md c.9, c.10, R-1005).
//!
//! Any replica may mind them, and one does at a time, by a lease. Every deadline is the database's
//! time. What rings is an event and a row, written together and once; where silence leads is a
//! [`due::Quiet`], which is never positive. The work goes a page at a time and a trip at a time, so
//! that it can be stopped anywhere: what is left is due still.

mod audience;
mod consents;
mod due;
mod figures;
mod store;
mod telling;
mod waiting;
mod windows;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::AddAssign;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;
use tokio::sync::Mutex;
use uuid::Uuid;

use self::due::Quiet;
use self::telling::{Step, record};
use crate::atlas::Atlas;
use crate::cache::Snapshot;
use crate::database::{Database, DatabaseError};
use crate::metrics::Metrics;
use crate::model::{AreaId, Committed, TripId, WorkingTime};
use crate::record::{RecordError, Recorder};
use crate::tasks::Stopping;
use crate::telemetry::Stopwatch;

/// Pages of one kind in one round; what is left is taken in the next.
const MOST_PAGES: usize = 2000;
/// The clocks are looked at no more often than so.
const REST: Duration = Duration::from_millis(200);

/// The figures of the queues read all that waits: they rest so many times as long as they took.
const FIGURES_REST: u32 = 20;

/// When an area of a country works.
pub type WorkingTimes = Arc<dyn Fn(&AreaId, Option<&str>) -> WorkingTime + Send + Sync>;

/// Why a round ended early.
#[derive(Debug, thiserror::Error)]
pub enum ClockError {
    /// The database cannot be asked.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Something could not be written.
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// What a round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Round {
    /// This replica minded the clocks.
    pub minded: bool,
    /// Clocks that rang.
    pub rang: usize,
    /// Clearances passed up.
    pub escalated: usize,
    /// Clearances that ended unused.
    pub expired: usize,
    /// Clearances that ended after a stay.
    pub completed: usize,
}

impl Round {
    const fn did_something(self) -> bool {
        self.rang + self.escalated + self.expired + self.completed > 0
    }

    const fn count(&mut self, quiet: Quiet) {
        match quiet {
            Quiet::Escalated => self.escalated += 1,
            Quiet::Expired => self.expired += 1,
            Quiet::Completed => self.completed += 1,
        }
    }
}

impl AddAssign for Round {
    fn add_assign(&mut self, other: Self) {
        self.minded |= other.minded;
        self.rang += other.rang;
        self.escalated += other.escalated;
        self.expired += other.expired;
        self.completed += other.completed;
    }
}

/// What is looked at in a round, in this order.
#[derive(Debug, Clone, Copy)]
enum Sweep {
    Waiting,
    Overdue,
    Windows,
}

impl Sweep {
    const ALL: [Self; 3] = [Self::Waiting, Self::Overdue, Self::Windows];
}

/// What became of a page.
#[derive(Debug, Clone, Copy)]
enum Page {
    /// Nothing more is due.
    Empty,
    /// Something is due and nothing could be done about it: it is looked at in the next round.
    Stuck,
    /// Something was done.
    Done(Round),
}

impl Page {
    const fn of(round: Round) -> Self {
        if round.did_something() { Self::Done(round) } else { Self::Stuck }
    }
}

/// What the clocks stand on.
#[derive(Clone)]
pub struct ClockParts {
    /// PostgreSQL.
    pub database: Database,
    /// The loaded world.
    pub world: Arc<Snapshot<Atlas>>,
    /// The one writer.
    pub recorder: Recorder,
    /// When areas work.
    pub working_time: WorkingTimes,
    /// Where the figures of the queues go.
    pub metrics: Arc<Metrics>,
    /// The longest between two looks.
    pub poll: Duration,
}

impl fmt::Debug for ClockParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClockParts").field("poll", &self.poll).finish_non_exhaustive()
    }
}

/// The clocks of one replica.
pub struct Clocks {
    parts: ClockParts,
    holder: Uuid,
    turn: Mutex<()>,
}

impl fmt::Debug for Clocks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clocks").field("holder", &self.holder).finish_non_exhaustive()
    }
}

impl Clocks {
    /// Clocks that nobody minds yet.
    pub fn new(parts: ClockParts) -> Self {
        Self { parts, holder: Uuid::now_v7(), turn: Mutex::new(()) }
    }

    /// Minds the clocks until the service stops, waking when the next is due.
    pub async fn run(&self, mut stopping: Stopping) {
        let (mut told, mut rest_of_figures) = (Stopwatch::start(), Duration::ZERO);
        loop {
            let round = match self.round_while(|| !stopping.is_set()).await {
                Ok(round) if round.minded && told.elapsed() >= rest_of_figures => {
                    told = Stopwatch::start();
                    let result = self.tell_figures().await;
                    rest_of_figures = told.elapsed() * FIGURES_REST;
                    result
                }
                round => round.map(|_done| ()),
            };
            if let Err(error) = round {
                tracing::warn!(%error, "the clocks could not be minded; trying later");
            }
            let rest = self.until_next().await;
            if !stopping.rest(rest).await {
                return;
            }
        }
    }

    /// One round: everything that is due now, if no other replica minds the clocks.
    pub async fn round(&self) -> Result<Round, ClockError> {
        let round = self.round_while(|| true).await?;
        if round.minded {
            self.tell_figures().await?;
        }
        Ok(round)
    }

    async fn tell_figures(&self) -> Result<(), ClockError> {
        Ok(figures::refresh(self.database(), &self.parts.metrics).await?)
    }

    async fn round_while(&self, goes_on: impl Fn() -> bool) -> Result<Round, ClockError> {
        let _turn = self.turn.lock().await;
        let mut round = Round::default();
        let Some(lease) = store::lease(self.database(), self.holder).await? else {
            figures::forget(&self.parts.metrics);
            return Ok(round);
        };
        round.minded = true;
        let mut whole = true;
        for sweep in Sweep::ALL {
            whole &= self.sweep(sweep, lease.windows_until, &goes_on, &mut round).await?;
        }
        if whole {
            store::windows_done(self.database(), self.holder, lease.now).await?;
        }
        if goes_on() {
            round.rang += self.remind_heads().await?;
        }
        Ok(round)
    }

    /// Takes pages of one kind until nothing more can be done; false where it stopped before.
    async fn sweep(
        &self,
        sweep: Sweep,
        done: Timestamp,
        goes_on: &impl Fn() -> bool,
        round: &mut Round,
    ) -> Result<bool, ClockError> {
        for _ in 0..MOST_PAGES {
            let leased = store::lease(self.database(), self.holder).await?.is_some();
            if !leased || !goes_on() {
                return Ok(false);
            }
            let page = match sweep {
                Sweep::Waiting => self.waiting().await?,
                Sweep::Overdue => self.overdue(done).await?,
                Sweep::Windows => self.windows(done).await?,
            };
            match page {
                Page::Done(page) => *round += page,
                Page::Empty => return Ok(true),
                Page::Stuck => return Ok(false),
            }
        }
        Ok(false)
    }

    /// How long nothing is due.
    async fn until_next(&self) -> Duration {
        let next = store::next(self.database()).await.ok().flatten();
        let next = next.and_then(|seconds| Duration::try_from_secs_f64(seconds.max(0.0)).ok());
        next.map_or(self.parts.poll, |next| next.clamp(REST, self.parts.poll))
    }

    /// Writes what is due over clearances, each trip by itself; a trip that was overtaken is due
    /// still, and one that cannot be written does not hold the others.
    async fn tell(&self, trips: BTreeMap<TripId, Vec<Step<'_>>>) -> Result<Round, ClockError> {
        let mut done = Round::default();
        if trips.is_empty() {
            return Ok(done);
        }
        let subjects = trips.values().flatten().map(|step| step.subject);
        let people = store::people(self.database(), subjects).await?;
        let version = self.atlas().version();
        let writing = trips.values().filter_map(|steps| {
            let record = record(steps, &people, version)?;
            Some(async move { (steps, self.parts.recorder.commit(record).await) })
        });
        for (steps, result) in join_all(writing).await {
            match result {
                Ok(Committed::Written { .. }) => {
                    for step in steps {
                        done.rang += step.rings.len();
                        if let Some((quiet, _)) = step.moves {
                            done.count(quiet);
                        }
                    }
                }
                Ok(_overtaken) => {}
                Err(error) => tracing::warn!(%error, "a clock could not ring; trying later"),
            }
        }
        Ok(done)
    }

    const fn database(&self) -> &Database {
        &self.parts.database
    }

    fn atlas(&self) -> Arc<Atlas> {
        self.parts.world.load()
    }
}
