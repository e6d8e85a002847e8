//! Deciding live clearances again after the world changed under them (domain.md c.11).
//!
//! Whatever the new decision says, rules alone never make anything positive that was not: a
//! clearance is left standing, frozen, or handed to a person.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::Trips;
use super::error::TripsError;
use super::facts;

use super::store::{self, LiveClearance, LiveTrip};
use crate::access::Scope;
use crate::atlas::Atlas;
use crate::decision::{RULESET_VERSION, decide, survey};
use crate::model::{
    Actor, AreaId, Change, ClearanceDecision, ClearanceMove, ClearanceState, Committed, Decision,
    Effect, EvidenceBody, LostMoves, MoveTo, MscrFacts, Outcome, ReasonCode, Record, Restamp,
    RuleId, Seen, TripId,
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
        let evidence: Option<EvidenceBody> =
            live.evidence.as_deref().map(serde_json::from_slice).transpose()?;
        for _ in 0..ATTEMPTS {
            let watch = Stopwatch::start();
            let again = self.again(live, evidence.as_ref()).await?;
            let world_version = again.atlas.version();
            let (record, mut done) = self.redecision(live, &again, cause);
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
                | Committed::Held(_)
                | Committed::NotAuthorized { .. }
                | Committed::CeilingFull { .. }
                | Committed::ReferenceTaken => break,
            }
        }
        Ok(Redecided { looked, unsettled: looked, ..Redecided::default() })
    }

    /// The decision as it would be now. Without evidence there is none: people look after what was
    /// positive.
    pub(super) async fn again(
        &self,
        live: &LiveTrip,
        evidence: Option<&EvidenceBody>,
    ) -> Result<Again, TripsError> {
        let atlas = self.atlas();
        let own = live.clearances.iter().filter_map(|one| atlas.area(&one.area_id));
        let mut areas: BTreeMap<AreaId, i64> =
            own.map(|area| (area.id().clone(), area.state.revision)).collect();
        let Some(EvidenceBody { trip, .. }) = evidence else {
            let now = store::now(self.database()).await?;
            let seen = Seen { areas: areas.into_iter().collect(), ..Seen::default() };
            let (mission, decisions) = (None, BTreeMap::new());
            return Ok(Again { atlas, now, departs_at: now, seen, mission, decisions });
        };
        let terrain = survey(&trip.itinerary, &atlas, &self.survey_settings());
        areas.extend(terrain.areas.iter().map(|area| (area.area_id.clone(), area.revision)));
        let scope = Scope::service("decide again");
        let answer = self.facts().ask(facts::question_again(trip, &scope)).await?;
        let now = answer.now;
        let mut facts = facts::again(trip, &terrain, answer, now);
        let people = facts.people.iter().map(|one| (one.person.person_id, one.revision));
        let seen = Seen {
            people: people.collect(),
            areas: areas.into_iter().collect(),
            ..Seen::default()
        };
        let departs_at = trip.itinerary.segments.first().map_or(now, |leg| leg.departs_at);
        let mut decisions = BTreeMap::new();
        for clearance in &live.clearances {
            // an amendment has not reset the clock of what it left standing
            facts.now = clearance.submitted_at;
            let decision = || decide(trip, &facts, &terrain);
            decisions.entry(clearance.submitted_at).or_insert_with(decision);
        }
        let mission = facts.mscr.filter(|mission| mission.granted);
        Ok(Again { atlas, now, departs_at, seen, mission, decisions })
    }

    /// What is written of one trip.
    fn redecision(&self, live: &LiveTrip, again: &Again, cause: WorldCause) -> (Record, Redecided) {
        let mut change =
            Change::empty(again.now, Actor::RULES, again.atlas.version(), RULESET_VERSION);
        change.lost = LostMoves::Skip;
        let mut done = Redecided::default();
        for clearance in &live.clearances {
            let decision = again.of(clearance);
            let fate = fate(clearance, decision, again, cause);
            done.count(fate);
            let revision = again.atlas.area(&clearance.area_id).map(|area| area.state.revision);
            match (fate, revision) {
                (Fate::Stands, Some(revision)) => {
                    let clearance_id = clearance.clearance_id;
                    change.restamps.push(Restamp { clearance_id, revision });
                }
                (Fate::Stands, None) => {}
                (Fate::Moves(to), revision) => {
                    let queued = to == MoveTo::State(ClearanceState::PendingReview);
                    let level = decision.and_then(|decision| decision.security_level);
                    let (rules, reasons) = why(decision);
                    let weights = self.settings().urgency;
                    let urgent_at =
                        weights.at(again.departs_at, clearance.submitted_at, level, false);
                    let (id, from) = (clearance.clearance_id, vec![clearance.state]);
                    change.moves.push(ClearanceMove {
                        rules,
                        reasons,
                        urgent_at: queued.then_some(urgent_at),
                        revision,
                        ..ClearanceMove::new(id, live.trip_id, from, to)
                    });
                }
            }
        }
        (Record { seen: again.seen.clone(), claim: None, change }, done)
    }
}

/// A trip on record as it would be decided now.
pub(super) struct Again {
    pub(super) atlas: Arc<Atlas>,
    /// The database's time.
    pub(super) now: Timestamp,
    departs_at: Timestamp,
    pub(super) seen: Seen,
    /// The mission request of the trip, where headquarters has granted it.
    mission: Option<MscrFacts>,
    /// By the time at which a decision was asked for. None where the evidence is erased.
    decisions: BTreeMap<Timestamp, Decision>,
}

impl Again {
    /// The decision for the same person and area on overlapping days: the same stay.
    pub(super) fn of(&self, clearance: &LiveClearance) -> Option<&ClearanceDecision> {
        let decision = self.decisions.get(&clearance.submitted_at)?;
        decision.clearances.iter().find(|again| {
            again.person_id == clearance.person_id
                && again.area_id.as_ref() == Some(&clearance.area_id)
                && again.arrive <= clearance.depart.unwrap_or(Date::MAX)
                && clearance.arrive <= again.depart.unwrap_or(Date::MAX)
        })
    }

    /// A granted mission request names the clearance: what asks for one blocks it no more.
    fn is_granted(&self, clearance: &LiveClearance) -> bool {
        let LiveClearance { person_id, area_id, arrive, depart, .. } = clearance;
        let last = depart.unwrap_or(Date::MAX);
        self.mission.as_ref().is_some_and(|own| own.names(*person_id, area_id, *arrive, last))
    }

    /// Nearer than the lead time of a person's decision: it stands, and is listed (c.11).
    fn is_near(&self, clearance: &LiveClearance) -> bool {
        let area = self.atlas.area(&clearance.area_id);
        let hours = area.map_or(0, |area| area.policy.lead_time_hours_manual);
        let left = clearance.arrive_at.duration_since(self.now);
        left < SignedDuration::from_hours(i64::from(hours))
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

/// What becomes of a clearance (c.11). Whoever has arrived is left untouched; a headcount is the
/// means for them.
fn fate(
    clearance: &LiveClearance,
    decision: Option<&ClearanceDecision>,
    again: &Again,
    cause: WorldCause,
) -> Fate {
    use ClearanceState as S;
    let begun = clearance.arrived || clearance.arrive_at <= again.now;
    let granted = again.is_granted(clearance);
    let blocked = decision.is_some_and(|decision| is_blocked(decision, granted));
    // a person has the successor of one that stands in already
    let to_a_person = Fate::Moves(MoveTo::State(if clearance.stands_in {
        S::Superseded
    } else {
        S::PendingReview
    }));
    match clearance.state {
        S::Cleared | S::Approved if begun => Fate::Stands,
        S::Cleared | S::Approved if again.decisions.is_empty() => to_a_person,
        S::Cleared | S::Approved if blocked => Fate::Moves(MoveTo::State(S::Suspended)),
        S::Cleared if asks_for_a_person(decision) && !again.is_near(clearance) => to_a_person,
        S::Suspended if blocked || begun => Fate::Stands,
        S::Suspended => match (cause, clearance.prior) {
            (WorldCause::Reopened, Some(S::Approved)) => Fate::Moves(MoveTo::Prior),
            (WorldCause::Reopened, Some(S::Cleared)) if !asks_for_a_person(decision) => {
                Fate::Moves(MoveTo::Prior)
            }
            _ => to_a_person,
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

/// The area or a fence stands in the way as such, whatever a person would say; save headquarters,
/// where that is what is asked for, and it was `granted`.
fn is_blocked(again: &ClearanceDecision, granted: bool) -> bool {
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
    findings.any(|found| match found.effect {
        Effect::Outcome(Outcome::Mscr) if granted => false,
        Effect::Outcome(_) => blocks(found.reason),
        Effect::Warning => false,
    })
}

fn asks_for_a_person(again: Option<&ClearanceDecision>) -> bool {
    again.is_some_and(|again| again.outcome > Outcome::Auto)
}

fn why(again: Option<&ClearanceDecision>) -> (Vec<RuleId>, Vec<ReasonCode>) {
    let findings = again.into_iter().flat_map(|again| &again.findings);
    let decided = findings.filter(|found| matches!(found.effect, Effect::Outcome(_)));
    decided.map(|found| (found.rule, found.reason)).unzip()
}

/// Reasons of the findings that give a decision its outcome.
pub(super) fn deciding_reasons(decision: &ClearanceDecision) -> Vec<ReasonCode> {
    let strictest = Effect::Outcome(decision.outcome);
    let findings = decision.findings.iter().filter(|found| found.effect == strictest);
    findings.map(|found| found.reason).collect()
}
