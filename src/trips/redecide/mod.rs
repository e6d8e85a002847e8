//! Deciding live clearances again after the world changed under them (domain.md c.11).
//!
//! | file | what |
//! | --- | --- |
//! | `again` | a trip on record, decided in a given world |
//! | `fate` | what becomes of one clearance |
//! | `weighing` | many trips decided again and nothing written: foreseeing ends here |
//! | this | doing it: each trip by itself, safe to repeat |

mod again;
mod fate;
mod weighing;

use std::time::Duration;

pub use self::weighing::Weighed;
use super::Trips;
use super::error::TripsError;
use crate::decision::RULESET_VERSION;
use crate::model::{
    Actor, Became, Cause, Change, ClearanceDecision, ClearanceId, Committed, Effect, LostMoves,
    ReasonCode, Record,
};
use crate::telemetry::Stopwatch;

/// How often one trip is tried while the world keeps changing under it.
const ATTEMPTS: u32 = 10;
/// How long one attempt waits for a newer world.
const PATIENCE: Duration = Duration::from_secs(2);

/// What became of live clearances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Redecided {
    /// Clearances that were looked at.
    pub looked: usize,
    /// Left standing: they have now seen the newer world.
    pub standing: usize,
    /// Frozen.
    pub suspended: usize,
    /// Handed to a person.
    pub to_review: usize,
    /// Positive again as they were before they were frozen.
    pub reinstated: usize,
    /// Withdrawn with their traveller.
    pub cancelled: usize,
    /// Somebody else moved them first.
    pub overtaken: usize,
    /// The world kept changing; they are to be looked at again.
    pub unsettled: usize,
}

impl std::ops::AddAssign for Redecided {
    fn add_assign(&mut self, other: Self) {
        self.looked += other.looked;
        self.standing += other.standing;
        self.suspended += other.suspended;
        self.to_review += other.to_review;
        self.reinstated += other.reinstated;
        self.cancelled += other.cancelled;
        self.overtaken += other.overtaken;
        self.unsettled += other.unsettled;
    }
}

impl Trips {
    /// Decides live clearances again, each trip by itself, and writes what follows. Safe to repeat.
    pub async fn redecide(
        &self,
        clearances: &[ClearanceId],
        cause: Cause,
    ) -> Result<Redecided, TripsError> {
        let weighed = self.weigh(&self.atlas(), clearances, cause).await?;
        let work = weighed.into_iter().map(|one| self.write_again(one, cause));
        let mut all = Redecided::default();
        for done in futures_util::future::join_all(work).await {
            all += done?;
        }
        Ok(all)
    }

    /// Writes what was weighed of one trip; where the world moved on meanwhile, it is weighed
    /// again.
    async fn write_again(
        &self,
        mut weighed: Weighed,
        cause: Cause,
    ) -> Result<Redecided, TripsError> {
        let looked = weighed.clearances.len();
        for _ in 0..ATTEMPTS {
            let watch = Stopwatch::start();
            let (record, mut done) = record(&weighed);
            match self.recorder().commit(record).await? {
                Committed::Written { skipped, .. } => {
                    done.overtaken = skipped.len();
                    return Ok(done);
                }
                Committed::Stale { areas: newer, .. } => {
                    let left = PATIENCE.saturating_sub(watch.elapsed());
                    if !newer.is_empty()
                        && self.newer_world(weighed.world_version, left).await.is_err()
                    {
                        break;
                    }
                }
                Committed::Replayed(_)
                | Committed::KeyReused
                | Committed::Overlap(_)
                | Committed::MoveLost(_)
                | Committed::Held(_)
                | Committed::NotAuthorized { .. }
                | Committed::CeilingFull { .. }
                | Committed::ReferenceTaken => break,
            }
            let own: Vec<_> = weighed.clearances.iter().map(|one| one.clearance_id).collect();
            let again = self.weigh(&self.atlas(), &own, cause).await?;
            match again.into_iter().next() {
                Some(next) => weighed = next,
                None => return Ok(Redecided { looked, overtaken: looked, ..Redecided::default() }),
            }
        }
        Ok(Redecided { looked, unsettled: looked, ..Redecided::default() })
    }
}

/// What is written of one trip.
fn record(weighed: &Weighed) -> (Record, Redecided) {
    let Weighed { now, world_version, .. } = *weighed;
    let mut change = Change::empty(now, Actor::RULES, world_version, RULESET_VERSION);
    change.lost = LostMoves::Skip;
    let mut done = Redecided::default();
    for clearance in &weighed.clearances {
        done.count(clearance.became);
        change.moves.extend(clearance.moved(weighed.trip_id));
        change.restamps.extend(clearance.restamp());
    }
    (Record { seen: weighed.seen.clone(), claim: None, change }, done)
}

impl Redecided {
    fn count(&mut self, became: Became) {
        self.looked += 1;
        match became {
            Became::Suspended => self.suspended += 1,
            Became::PendingReview | Became::Superseded => self.to_review += 1,
            Became::Reinstated => self.reinstated += 1,
            Became::Cancelled => self.cancelled += 1,
            Became::Near | Became::Inside | Became::Stands => self.standing += 1,
        }
    }
}

/// Reasons of the findings that give a decision its outcome.
pub(super) fn deciding_reasons(decision: &ClearanceDecision) -> Vec<ReasonCode> {
    let strictest = Effect::Outcome(decision.outcome);
    let findings = decision.findings.iter().filter(|found| found.effect == strictest);
    findings.map(|found| found.reason).collect()
}
