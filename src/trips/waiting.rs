//! A place under a ceiling was given back: who waited for nothing else is decided again by rules
//!
//!
//! The decision is made as for any submission of the limited lane: with the counts as they are
//! under the locks of the nights, so that one place goes to one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::Trips;
use super::error::TripsError;
use super::facts;
use super::recording::id;
use super::store::{self, Waiting};
use crate::access::Scope;
use crate::atlas::Atlas;
use crate::decision::{RULESET_VERSION, decide, survey};
use crate::model::{
    Actor, AreaId, Change, ClearanceDecision, ClearanceId, ClearanceMove, ClearanceState,
    Committed, Decision, Evidence, EvidenceBody, FactClass, Facts, MoveTo, NightCount, Outcome,
    PersonId, RuleId, Seen, Terrain, Trip, TripChange,
};
use crate::record::{Limited, Limits, salt};
use crate::telemetry::Stopwatch;

/// The rule by which a place given back goes to who waited.
const PLACE_FREED: RuleId = RuleId("R-508");
/// How often one clearance is tried while the world keeps changing under it.
const ATTEMPTS: u32 = 10;
/// How long one attempt waits for a newer world.
const PATIENCE: Duration = Duration::from_secs(2);

/// What came of one who waited for a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceFound {
    /// Positive, by rule.
    Cleared,
    /// Still waits: another has the place, or a person must see it for another reason.
    Waits,
    /// Waits no longer: somebody decided or withdrew it first.
    Gone,
    /// What the decision reads kept changing; to be tried again.
    Unsettled,
}

impl Trips {
    /// Decides a clearance that waits for a place again, and clears it where the rules now say so.
    /// Safe to repeat. Whoever should have arrived by now is left to a person.
    pub async fn clear_waiting(&self, clearance: ClearanceId) -> Result<PlaceFound, TripsError> {
        for _ in 0..ATTEMPTS {
            let waiting = store::waiting(self.database(), clearance).await?;
            let Some(waiting) = waiting else { return Ok(PlaceFound::Gone) };
            let watch = Stopwatch::start();
            let again = self.waiting_again(waiting).await?;
            let world_version = again.world_version();
            let Some((limited, cleared)) = again.limited() else { return Ok(PlaceFound::Waits) };
            match self.recorder().commit_limited(limited).await? {
                Committed::Written { .. } if cleared.load(Ordering::Acquire) => {
                    return Ok(PlaceFound::Cleared);
                }
                Committed::Written { .. } | Committed::CeilingFull { .. } => {
                    return Ok(PlaceFound::Waits);
                }
                Committed::MoveLost(_) => return Ok(PlaceFound::Gone),
                Committed::Stale { areas, .. } => {
                    let left = PATIENCE.saturating_sub(watch.elapsed());
                    if !areas.is_empty() && self.newer_world(world_version, left).await.is_err() {
                        break;
                    }
                }
                Committed::Replayed(_)
                | Committed::KeyReused
                | Committed::Overlap(_)
                | Committed::Held(_)
                | Committed::NotAuthorized { .. }
                | Committed::ReferenceTaken => break,
            }
        }
        Ok(PlaceFound::Unsettled)
    }

    /// Everything the decision reads, as it is now. The counts are those of an empty area: the true
    /// ones come with the locks.
    async fn waiting_again(&self, waiting: Waiting) -> Result<Again, TripsError> {
        let EvidenceBody { mut trip, facts: then, .. } = serde_json::from_slice(&waiting.evidence)?;
        // who waits is asked first: what companions have is in the counts
        trip.travellers.sort_by_key(|one| one.person_id != waiting.person_id);
        let atlas = self.atlas();
        let terrain = survey(&trip.itinerary, &atlas, &self.survey_settings());
        let scope = Scope::service("a place was given back");
        let answer = self.facts().ask(facts::question_again(&trip, &scope)).await?;
        let now = answer.now;
        let facts = facts::again(&trip, &terrain, answer, then.now);
        Ok(Again { waiting, atlas, trip, facts, terrain, now })
    }
}

/// A clearance that waits, as it would be decided now.
struct Again {
    waiting: Waiting,
    atlas: Arc<Atlas>,
    trip: Trip,
    facts: Facts,
    terrain: Terrain,
    /// The database's time.
    now: Timestamp,
}

impl Again {
    fn world_version(&self) -> i64 {
        self.atlas.version()
    }

    /// The record for the limited lane, with what it will say of the clearance; none where the
    /// rules ask for a person even in an empty area.
    fn limited(self) -> Option<(Limited, Arc<AtomicBool>)> {
        let decision = decide(&self.trip, &self.facts, &self.terrain);
        let own = self.of(&decision).filter(|own| own.outcome == Outcome::Auto)?;
        if self.waiting.arrive_at <= self.now {
            return None;
        }
        let mut limits = Limits::default();
        for night in &own.places {
            let keys = own.place_keys.iter().cloned();
            limits.nights.extend(keys.map(|key| (self.waiting.area_id.clone(), *night, key)));
        }
        if own.counts_arrival {
            limits.arrivals.insert((self.waiting.area_id.clone(), own.arrive));
        }
        let people = self.facts.people.iter().map(|one| (one.person.person_id, one.revision));
        let areas = self.terrain.areas.iter().map(|area| (area.area_id.clone(), area.revision));
        let seen = Seen { people: people.collect(), areas: areas.collect(), ..Seen::default() };
        let (trip_id, clearance_id) = (self.waiting.trip_id, self.waiting.clearance_id);
        let cleared = Arc::new(AtomicBool::new(false));
        let noted = Arc::clone(&cleared);
        let ids = (id(self.now), salt());
        let decide = move |nights: &[NightCount], arrivals: &[(AreaId, Date, u32)]| {
            let change = self.change(nights, arrivals, ids);
            noted.store(!change.moves.is_empty(), Ordering::Release);
            change
        };
        let limited = Limited {
            seen,
            claim: None,
            limits,
            new_trip: None,
            trips: vec![trip_id],
            amends: None,
            own: Vec::new(),
            expects: vec![(clearance_id, vec![ClearanceState::PendingReview])],
            decision: None,
            decide: Box::new(decide),
        };
        Some((limited, cleared))
    }

    /// What is written with these counts: the move with its evidence, or nothing.
    fn change(
        &self,
        nights: &[NightCount],
        arrivals: &[(AreaId, Date, u32)],
        (evidence_id, salt): (Uuid, [u8; 32]),
    ) -> Change {
        let mut facts = self.facts.clone();
        let counted = |old: &NightCount| {
            nights.iter().any(|new| {
                (&new.area_id, new.night, &new.key) == (&old.area_id, old.night, &old.key)
            })
        };
        facts.nights.retain(|old| !counted(old));
        facts.nights.extend_from_slice(nights);
        facts.arrivals.retain(|(area, day, _)| {
            !arrivals.iter().any(|(counted, on, _)| counted == area && on == day)
        });
        facts.arrivals.extend_from_slice(arrivals);
        let mut change =
            Change::empty(self.now, Actor::RULES, self.world_version(), RULESET_VERSION);
        let decision = decide(&self.trip, &facts, &self.terrain);
        let is_free = self.of(&decision).is_some_and(|own| own.outcome == Outcome::Auto);
        // values of ours always have JSON; were it otherwise, nobody is cleared without evidence
        let text = Evidence::text(&self.trip, &facts, &self.terrain, &decision).ok();
        let Some(body) = text.filter(|_| is_free) else { return change };
        let medical = facts.people.iter().any(|one| one.medical_valid_to.is_some());
        let class = if medical { FactClass::R } else { FactClass::S };
        change.evidence = Some(Evidence { evidence_id, class, salt, body });
        change.trip = Some(self.about());
        change.moves = vec![self.clearing()];
        change
    }

    fn clearing(&self) -> ClearanceMove {
        let Waiting { clearance_id, trip_id, area_id, .. } = &self.waiting;
        let from = vec![ClearanceState::PendingReview];
        let to = MoveTo::State(ClearanceState::Cleared);
        ClearanceMove {
            rules: vec![PLACE_FREED],
            revision: self.atlas.area(area_id).map(|area| area.state.revision),
            ..ClearanceMove::new(*clearance_id, *trip_id, from, to)
        }
    }

    /// The trip on record, to which the evidence belongs.
    fn about(&self) -> TripChange {
        TripChange {
            trip_id: self.waiting.trip_id,
            version: self.waiting.trip_version,
            organization: self.waiting.organization.clone(),
            personal: self.waiting.personal,
            new: None,
            withdrawn: false,
            clearances: Vec::new(),
        }
    }

    /// What a decision says of the clearance: the same person, area and day of arrival.
    fn of<'d>(&self, decision: &'d Decision) -> Option<&'d ClearanceDecision> {
        let Waiting { person_id, area_id, arrive, .. } = &self.waiting;
        let is_own = |one: &&ClearanceDecision| -> bool {
            let who: PersonId = one.person_id;
            who == *person_id && one.area_id.as_ref() == Some(area_id) && one.arrive == *arrive
        };
        decision.clearances.iter().find(is_own)
    }
}
