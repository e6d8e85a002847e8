//! Deciding live clearances again after the world changed under them (domain.md c.11).
//!
//! | file | what |
//! | --- | --- |
//! | `again` | a trip on record, decided in a given world |
//! | `fate` | what becomes of one clearance |
//! | `weighing` | many trips decided again and nothing written: foreseeing ends here |
//! | this | writing what was weighed, and again where the world has moved on |

mod again;
mod fate;
mod weighing;

use std::collections::BTreeSet;
use std::time::Duration;

use uuid::Uuid;

use super::Trips;
use super::error::TripsError;
use crate::decision::RULESET_VERSION;
use crate::metrics::Stage;
use crate::model::{
    Became, Cause, ClearanceDecision, ClearanceId, Effect, ReasonCode, Swept, TripId, Weighed,
};
use crate::telemetry::Stopwatch;

/// How often trips are tried while the world keeps changing under them.
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
    /// Decides live clearances again and writes what follows, as part of a batch. Safe to repeat:
    /// no batch moves, counts or tells a clearance twice.
    pub async fn redecide(
        &self,
        batch: Uuid,
        clearances: &[ClearanceId],
        cause: Cause,
    ) -> Result<Redecided, TripsError> {
        let atlas = self.atlas();
        let weighed = self.weigh(&atlas, clearances, cause).await?;
        self.write_weighed(batch, weighed, atlas.version(), cause).await
    }

    /// Writes what was weighed in a version of the world. Trips under which something changed
    /// meanwhile are weighed again, in the world as it is by then.
    pub async fn write_weighed(
        &self,
        batch: Uuid,
        mut weighed: Vec<Weighed>,
        mut world_version: i64,
        cause: Cause,
    ) -> Result<Redecided, TripsError> {
        let mut done = Redecided::default();
        for _ in 0..ATTEMPTS {
            let seen = (world_version, RULESET_VERSION);
            let watch = Stopwatch::start();
            let swept = self.recorder().sweep(batch, &weighed, seen).await?;
            self.metrics().decisions.again(Stage::Commit, watch.elapsed());
            let (written, stale) = split(weighed, &swept);
            done.add(&written, &swept);
            weighed = stale;
            if weighed.is_empty() {
                return Ok(done);
            }
            if cause.only_tells() {
                // the world that is told of is not the loaded one: whoever thought of it tries again
                break;
            }
            let moved_on = !swept.areas.is_empty();
            if moved_on && self.newer_world(world_version, PATIENCE).await.is_err() {
                break;
            }
            let again: Vec<ClearanceId> = clearances(&weighed).collect();
            let atlas = self.atlas();
            world_version = atlas.version();
            weighed = self.weigh(&atlas, &again, cause).await?;
        }
        let left = clearances(&weighed).count();
        done.looked += left;
        done.unsettled += left;
        Ok(done)
    }
}

fn clearances(weighed: &[Weighed]) -> impl Iterator<Item = ClearanceId> + '_ {
    weighed.iter().flat_map(|trip| trip.clearances.iter().map(|one| one.clearance_id))
}

/// What was written, and what is to be weighed again.
fn split(weighed: Vec<Weighed>, swept: &Swept) -> (Vec<Weighed>, Vec<Weighed>) {
    let stale: BTreeSet<TripId> = swept.stale.iter().copied().collect();
    weighed.into_iter().partition(|trip| !stale.contains(&trip.trip_id))
}

impl Redecided {
    /// Adds trips that were written.
    fn add(&mut self, written: &[Weighed], swept: &Swept) {
        let moved: BTreeSet<ClearanceId> = swept.moved.iter().copied().collect();
        for clearance in written.iter().flat_map(|trip| &trip.clearances) {
            self.looked += 1;
            if clearance.became.moves().is_some() && !moved.contains(&clearance.clearance_id) {
                self.overtaken += 1;
                continue;
            }
            match clearance.became {
                Became::Suspended => self.suspended += 1,
                Became::PendingReview | Became::Superseded => self.to_review += 1,
                Became::Reinstated => self.reinstated += 1,
                Became::Cancelled => self.cancelled += 1,
                Became::Near
                | Became::Inside
                | Became::Warned
                | Became::Informed
                | Became::Stands => self.standing += 1,
            }
        }
    }
}

/// Reasons of the findings that give a decision its outcome.
pub(super) fn deciding_reasons(decision: &ClearanceDecision) -> Vec<ReasonCode> {
    let strictest = Effect::Outcome(decision.outcome);
    let findings = decision.findings.iter().filter(|found| found.effect == strictest);
    findings.map(|found| found.reason).collect()
}
