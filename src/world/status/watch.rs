//! What becomes of a suspension while time passes (fine-print.md, "Suspension, closure and end
//! dates"). Nothing ends by itself: an emergency that no official confirms within a day is marked and
//! passed up, and at its review date what a status has frozen goes back to a person.
//!
//! Any replica may watch, and one does at a time, by a lease. Every time is the database's.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, Notify};
use uuid::Uuid;

use super::store::watch as store;
use crate::atlas::Atlas;
use crate::cache::Snapshot;
use crate::database::{Database, DatabaseError};
use crate::decision::RULESET_VERSION;
use crate::model::{
    Actor, Change, ClearanceMove, ClearanceState, Committed, Decider, LostMoves, MoveTo,
    ReasonCode, Record, Role, RuleId, Seen, StatusKind, UrgencyWeights,
};
use crate::record::{RecordError, Recorder};
use crate::tasks::Stopping;

/// Hours within which an official confirms an emergency suspension.
const CONFIRMED_WITHIN: i32 = 24;
/// Hours that the officials have after that, before the Communications Centre phones them.
const ANSWERED_WITHIN: i32 = 2;
/// Clearances of one page.
const CLEARANCES: i64 = 200;
/// The status of an area.
const R_401: RuleId = RuleId("R-401");

/// Why a look ended early.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The database cannot be asked.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// What was frozen could not be handed on.
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// What a look did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Watched {
    /// Suspensions marked as unconfirmed.
    pub unconfirmed: usize,
    /// Those passed on to the Communications Centre.
    pub centre: usize,
    /// Clearances that went back to a person.
    pub reviewed: usize,
}

/// Watches over suspensions.
#[derive(Debug)]
pub struct StatusWatch {
    database: Database,
    world: Arc<Snapshot<Atlas>>,
    recorder: Recorder,
    weights: UrgencyWeights,
    holder: Uuid,
    /// Wakes what decides live clearances again.
    settle: Arc<Notify>,
    poll: Duration,
    turn: Mutex<()>,
}

impl StatusWatch {
    /// A watch that has not begun.
    pub fn new(
        database: Database,
        world: Arc<Snapshot<Atlas>>,
        recorder: Recorder,
        weights: UrgencyWeights,
        (settle, poll): (Arc<Notify>, Duration),
    ) -> Self {
        let (holder, turn) = (Uuid::now_v7(), Mutex::new(()));
        Self { database, world, recorder, weights, holder, settle, poll, turn }
    }

    /// Watches until the service stops.
    pub async fn run(&self, mut stopping: Stopping) {
        loop {
            if let Err(error) = self.look().await {
                tracing::warn!(%error, "suspensions could not be watched; trying later");
            }
            if !stopping.rest(self.poll).await {
                return;
            }
        }
    }

    /// One look: everything that is due now, if no other replica watches.
    pub async fn look(&self) -> Result<Watched, WatchError> {
        let _turn = self.turn.lock().await;
        let mut watched = Watched::default();
        if !store::lease(&self.database, self.holder).await? {
            return Ok(watched);
        }
        for area in store::unconfirmed(&self.database, CONFIRMED_WITHIN).await? {
            let marked = store::mark(&self.database, &area, CONFIRMED_WITHIN).await?;
            watched.unconfirmed += usize::from(marked);
        }
        for area in store::silent(&self.database, ANSWERED_WITHIN).await? {
            watched.centre += usize::from(store::centre(&self.database, &area).await?);
        }
        if watched.unconfirmed > 0 {
            self.settle.notify_one();
        }
        if watched.unconfirmed + watched.centre > 0 {
            // what was told waits for its number
            self.recorder.written().notify_one();
        }
        loop {
            let page = store::reviews(&self.database, CLEARANCES).await?;
            let handed_on = self.hand_on(&page).await?;
            watched.reviewed += handed_on;
            if handed_on == 0 || !store::lease(&self.database, self.holder).await? {
                return Ok(watched);
            }
        }
    }

    /// Hands a page of frozen clearances to people; one that somebody moved meanwhile is left.
    async fn hand_on(&self, page: &[store::Review]) -> Result<usize, WatchError> {
        let Some(now) = page.first().map(|one| one.now) else { return Ok(0) };
        let version = self.world.load().version();
        let mut change = Change::empty(now, Actor::RULES, version, RULESET_VERSION);
        change.lost = LostMoves::Skip;
        change.moves = page.iter().map(|one| self.step(one)).collect();
        let record = Record { seen: Seen::default(), claim: None, change };
        Ok(match self.recorder.commit(record).await? {
            Committed::Written { skipped, .. } => page.len().saturating_sub(skipped.len()),
            Committed::Replayed(_)
            | Committed::KeyReused
            | Committed::Stale { .. }
            | Committed::Overlap(_)
            | Committed::MoveLost(_)
            | Committed::Held(_)
            | Committed::NotAuthorized { .. }
            | Committed::CeilingFull { .. }
            | Committed::ReferenceTaken => 0,
        })
    }

    fn step(&self, one: &store::Review) -> ClearanceMove {
        use ClearanceState::{PendingReview, Superseded, Suspended};
        // a person has the successor of one that stands in already
        let to = if one.stands_in { Superseded } else { PendingReview };
        let reason = match one.status {
            StatusKind::Closed => ReasonCode::AreaClosed,
            StatusKind::Open | StatusKind::Suspended => ReasonCode::AreaSuspended,
        };
        let urgent_at = self.weights.at(one.starts_at, one.submitted_at, one.level, false);
        let from = vec![Suspended];
        // what the rules had cleared was in nobody's queue
        let official =
            || Decider { role: Role::DesignatedOfficial, queue: Some(one.area_id.clone()) };
        ClearanceMove {
            decider: (!one.stands_in).then(official),
            rules: vec![R_401],
            reasons: vec![reason],
            urgent_at: (!one.stands_in).then_some(urgent_at),
            ..ClearanceMove::new(one.clearance_id, one.trip_id, from, MoveTo::State(to))
        }
    }
}
