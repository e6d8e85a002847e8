//! Deciding live clearances again after the world changed under them (domain.md c.11).
//!
//! Whatever the new decision says, rules alone never make anything positive that was not: a
//! clearance is left standing, frozen, or handed to a person.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::Trips;
use super::error::TripsError;
use super::facts;

use super::store::{self, LiveClearance, LiveTrip};
use crate::access::Scope;
use crate::decision::{RULESET_VERSION, decide, survey};
use crate::model::{
    Actor, AreaId, Change, ClearanceDecision, ClearanceMove, ClearanceState, Committed, Decision,
    Effect, EvidenceBody, LostMoves, MoveTo, Outcome, ReasonCode, Record, Restamp, RuleId, Seen,
    Terrain, Trip, TripId,
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
        self.overtaken += other.overtaken;
        self.unsettled += other.unsettled;
    }
}

/// What changed in the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorldCause {
    /// A person opened the area again: what its suspension froze comes back as it was.
    Reopened,
    /// Anything else: a frozen clearance that nothing blocks any more goes to a person.
    Changed,
}

/// What happens to one clearance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Stands,
    Moves(MoveTo),
}

impl Trips {
    /// Decides the live clearances of trips in areas again, each trip by itself, and writes what
    /// follows. Safe to repeat.
    pub async fn redecide(
        &self,
        trips: &[TripId],
        areas: &[AreaId],
        cause: WorldCause,
    ) -> Result<Redecided, TripsError> {
        let live = store::live_trips(self.database(), trips, areas).await?;
        let work = live.iter().map(|trip| self.redecide_trip(trip, cause));
        let mut all = Redecided::default();
        for done in futures_util::future::join_all(work).await {
            all += done?;
        }
        Ok(all)
    }

    async fn redecide_trip(
        &self,
        live: &LiveTrip,
        cause: WorldCause,
    ) -> Result<Redecided, TripsError> {
        let looked = live.clearances.len();
        // without evidence nothing can be decided; people look after what is left
        let Some(evidence) = &live.evidence else {
            return Ok(Redecided { looked, unsettled: looked, ..Redecided::default() });
        };
        let EvidenceBody { trip, facts: seen, .. } = serde_json::from_slice(evidence)?;
        for _ in 0..ATTEMPTS {
            let watch = Stopwatch::start();
            let (record, mut done) = self.redecision(live, (&trip, seen.now), cause).await?;
            let world_version = record.change.world_version;
            match self.recorder().commit(record).await? {
                Committed::Written { skipped, .. } => {
                    done.overtaken = skipped.len();
                    done.looked = looked;
                    return Ok(done);
                }
                Committed::Stale { areas, .. } => {
                    let left = PATIENCE.saturating_sub(watch.elapsed());
                    if !areas.is_empty() && self.newer_world(world_version, left).await.is_err() {
                        break;
                    }
                }
                Committed::Replayed(_)
                | Committed::KeyReused
                | Committed::Overlap(_)
                | Committed::MoveLost(_)
                | Committed::ReferenceTaken => break,
            }
        }
        Ok(Redecided { looked, unsettled: looked, ..Redecided::default() })
    }

    /// What is written of one trip, in the world as it is.
    async fn redecision(
        &self,
        live: &LiveTrip,
        (trip, then): (&Trip, Timestamp),
        cause: WorldCause,
    ) -> Result<(Record, Redecided), TripsError> {
        let atlas = self.atlas();
        let terrain = survey(&trip.itinerary, &atlas, &self.survey_settings());
        let scope = Scope::service("decide again");
        let answer = self.facts().ask(facts::question_again(trip, &scope)).await?;
        let now = answer.now;
        let facts = facts::again(trip, &terrain, answer, then);
        let decision = decide(trip, &facts, &terrain);
        let mut change = Change::empty(now, Actor::RULES, terrain.world_version, RULESET_VERSION);
        change.lost = LostMoves::Skip;
        let mut done = Redecided::default();
        let weights = self.settings().urgency;
        let departs_at = trip.itinerary.segments.first().map_or(then, |segment| segment.departs_at);
        for clearance in &live.clearances {
            let again = matching(clearance, &decision);
            let fate = fate(clearance, again, now, &terrain, cause);
            done.count(fate);
            let revision = revision(&clearance.area_id, &terrain);
            match (fate, revision) {
                (Fate::Stands, Some(revision)) => {
                    change
                        .restamps
                        .push(Restamp { clearance_id: clearance.clearance_id, revision });
                }
                (Fate::Stands, None) => {}
                (Fate::Moves(to), revision) => {
                    let level = again.and_then(|again| again.security_level);
                    let queued = to == MoveTo::State(ClearanceState::PendingReview);
                    let (rules, reasons) = why(again);
                    change.moves.push(ClearanceMove {
                        clearance_id: clearance.clearance_id,
                        trip_id: live.trip_id,
                        from: vec![clearance.state],
                        to,
                        rules,
                        reasons,
                        urgent_at: queued.then(|| weights.at(departs_at, then, level, false)),
                        revision,
                    });
                }
            }
        }
        let areas = terrain.areas.iter().map(|area| (area.area_id.clone(), area.revision));
        let people = facts.people.iter().map(|one| (one.person.person_id, one.revision));
        let seen = Seen { people: people.collect(), areas: areas.collect(), window: None };
        Ok((Record { seen, claim: None, change }, done))
    }
}

impl Redecided {
    fn count(&mut self, fate: Fate) {
        match fate {
            Fate::Stands => self.standing += 1,
            Fate::Moves(MoveTo::State(ClearanceState::Suspended)) => self.suspended += 1,
            Fate::Moves(MoveTo::Prior) => self.reinstated += 1,
            Fate::Moves(MoveTo::State(_)) => self.to_review += 1,
        }
    }
}

/// The decision for the same person and area on overlapping days: the same stay.
fn matching<'d>(
    clearance: &LiveClearance,
    decision: &'d Decision,
) -> Option<&'d ClearanceDecision> {
    decision.clearances.iter().find(|again| {
        again.person_id == clearance.person_id
            && again.area_id.as_ref() == Some(&clearance.area_id)
            && again.arrive <= clearance.depart.unwrap_or(jiff::civil::Date::MAX)
            && clearance.arrive <= again.depart.unwrap_or(jiff::civil::Date::MAX)
    })
}

/// What becomes of a clearance (c.11). Whoever has arrived is left untouched; a headcount is the
/// means for them.
fn fate(
    clearance: &LiveClearance,
    again: Option<&ClearanceDecision>,
    now: Timestamp,
    terrain: &Terrain,
    cause: WorldCause,
) -> Fate {
    use ClearanceState as S;
    let begun = clearance.arrive_at <= now;
    let blocked = again.is_some_and(is_blocked);
    match clearance.state {
        S::Cleared | S::Approved if begun => Fate::Stands,
        S::Cleared | S::Approved if blocked => Fate::Moves(MoveTo::State(S::Suspended)),
        S::Cleared if asks_for_a_person(again) && !is_near(clearance, now, terrain) => {
            Fate::Moves(MoveTo::State(S::PendingReview))
        }
        S::Suspended if blocked || begun => Fate::Stands,
        S::Suspended => match (cause, clearance.prior) {
            (WorldCause::Reopened, Some(S::Approved)) => Fate::Moves(MoveTo::Prior),
            (WorldCause::Reopened, Some(S::Cleared)) if !asks_for_a_person(again) => {
                Fate::Moves(MoveTo::Prior)
            }
            _ => Fate::Moves(MoveTo::State(S::PendingReview)),
        },
        // a person has it, or nothing is left to decide: it has seen the newer world, no more
        S::Cleared
        | S::Approved
        | S::Submitted
        | S::Notified
        | S::PendingReview
        | S::Returned
        | S::Recommended
        | S::Escalated
        | S::Denied
        | S::UnderAppeal
        | S::Revoked
        | S::Cancelled
        | S::Superseded
        | S::Expired
        | S::Completed => Fate::Stands,
    }
}

/// The area or a fence stands in the way as such, whatever a person would say.
fn is_blocked(again: &ClearanceDecision) -> bool {
    let blocks = |reason| {
        matches!(
            reason,
            ReasonCode::AreaSuspended
                | ReasonCode::AreaClosed
                | ReasonCode::FenceDeny
                | ReasonCode::FenceMscr
                | ReasonCode::RiskUnacceptable
        )
    };
    let mut findings = again.findings.iter();
    findings.any(|found| matches!(found.effect, Effect::Outcome(_)) && blocks(found.reason))
}

fn asks_for_a_person(again: Option<&ClearanceDecision>) -> bool {
    again.is_some_and(|again| again.outcome > Outcome::Auto)
}

/// Nearer than the lead time of a person's decision: it stands, and is listed (c.11).
fn is_near(clearance: &LiveClearance, now: Timestamp, terrain: &Terrain) -> bool {
    let area = terrain.areas.iter().find(|area| area.area_id == clearance.area_id);
    let policy = area.and_then(|area| area.policy.as_ref());
    let hours = policy.map_or(0, |policy| policy.lead_time_hours_manual);
    clearance.arrive_at.duration_since(now) < SignedDuration::from_hours(i64::from(hours))
}

fn revision(area_id: &AreaId, terrain: &Terrain) -> Option<i64> {
    terrain.areas.iter().find(|area| area.area_id == *area_id).map(|area| area.revision)
}

fn why(again: Option<&ClearanceDecision>) -> (Vec<RuleId>, Vec<ReasonCode>) {
    let findings = again.into_iter().flat_map(|again| &again.findings);
    let decided = findings.filter(|found| matches!(found.effect, Effect::Outcome(_)));
    decided.map(|found| (found.rule, found.reason)).unzip()
}
