//! From a decided case to what is written of it: a value, made of values.

use jiff::civil::Date;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::{NoContext, Uuid};

use super::acting::Acting;
use super::answer::{
    AdvisoryAnswer, ClearanceAnswer, CrossingAnswer, FindingAnswer, GateAnswer, TripAnswer,
};
use super::case::{BRINGS, Case, Decided, Matter};
use super::facts::window;
use crate::atlas::Atlas;
use crate::decision::{RULESET_VERSION, seats};
use crate::model::{
    Absence, Actor, AreaId, Change, ClearanceDecision, ClearanceId, CountKey, Evidence, FactClass,
    NewClearance, NewTrip, PersonFacts, Reference, SavedAnswer, Seen, TravelWindow, TripChange,
    TripDays, TripId, TripKind, UrgencyWeights,
};
use crate::record::salt;

/// Ids that the store will know a new trip by.
#[derive(Debug, Clone)]
pub(super) struct Ids {
    /// The trip.
    pub(super) trip_id: TripId,
    /// What people call it.
    pub(super) reference: Reference,
    /// Enough for each clearance.
    pub(super) clearances: Vec<ClearanceId>,
    /// The evidence.
    pub(super) evidence_id: Uuid,
    /// Destroyed with the evidence.
    salt: [u8; 32],
}

impl Ids {
    /// New ids in the order of time for a decided trip, with one for every traveller and stay: which
    /// of them become clearances may still change with the counts. The reference is drawn with
    /// the trip's id.
    pub(super) fn new(decided: &Decided) -> Self {
        let Decided { case, decision, .. } = decided;
        let at = decision.decided_at;
        let clearances = case.matter.trip.travellers.len() * case.matter.terrain.stays.len();
        let trip_id = id(at);
        let (_, random) = trip_id.as_u64_pair();
        Self {
            trip_id: TripId(trip_id),
            reference: Reference::from_number(random & (u64::MAX >> 2)),
            clearances: (0..clearances).map(|_| ClearanceId(id(at))).collect(),
            evidence_id: id(at),
            salt: salt(),
        }
    }

    /// New ids for the next version of a trip on record.
    pub(super) fn again(
        trip_id: TripId,
        reference: Reference,
        count: usize,
        at: Timestamp,
    ) -> Self {
        let clearances = (0..count).map(|_| ClearanceId(id(at))).collect();
        Self { trip_id, reference, clearances, evidence_id: id(at), salt: salt() }
    }

    /// Gives the ids to an answer.
    pub(super) fn put_into(&self, answer: &mut TripAnswer) {
        answer.trip_id = Some(self.trip_id);
        answer.reference = Some(self.reference.clone());
        answer.version = Some(FIRST_VERSION);
        for (clearance, id) in answer.clearances.iter_mut().zip(&self.clearances) {
            clearance.clearance_id = Some(*id);
        }
    }
}

/// Version of a trip as it was first submitted.
pub(super) const FIRST_VERSION: i32 = 1;

/// A UUIDv7 of the database's time.
pub(super) fn id(at: Timestamp) -> Uuid {
    let seconds = u64::try_from(at.as_second()).unwrap_or_default();
    let nanos = u32::try_from(at.subsec_nanosecond()).unwrap_or_default();
    Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, seconds, nanos))
}

/// What is kept of a decision beside its clearances, and the local days the trip covers: those stand
/// beside the travellers too, where status questions read them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Notes {
    /// Areas crossed that made no clearance.
    pub(super) crossings: Vec<CrossingAnswer>,
    /// Warnings that belong to no stay.
    pub(super) warnings: Vec<FindingAnswer>,
    /// Advisories that were read.
    pub(super) advisories: Vec<AdvisoryAnswer>,
    /// Local day of the first departure.
    pub(super) first_day: Date,
    /// Local day on which the trip ends; none for one without end.
    pub(super) last_day: Option<Date>,
    /// Levels and policies are invented.
    pub(super) demonstration: bool,
    /// What waits for the organization's word.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) organization_gates: Vec<GateAnswer>,
}

/// A submission that may be written, whatever the counts turn out to be.
#[derive(Debug, Clone)]
pub(super) struct Submission {
    /// Who brings it.
    pub(super) acting: Acting,
    /// Its ids.
    pub(super) ids: Ids,
    /// What was submitted, as it came.
    pub(super) body: String,
    /// Weights of the queue.
    pub(super) weights: UrgencyWeights,
}

impl Submission {
    /// What is written of a decision, with the answer that is kept for repetitions.
    pub(super) fn change(&self, decided: &Decided) -> Result<Change, serde_json::Error> {
        let decision = &decided.decision;
        let mut whole = decided.answer(&self.acting);
        self.ids.put_into(&mut whole);
        let mut change = Change::empty(
            decision.decided_at,
            Actor::RULES,
            decision.world_version,
            RULESET_VERSION,
        );
        change.trip = Some(Page { submission: self, decided, whole: &whole }.trip()?);
        let Matter { trip, terrain, .. } = &*decided.case.matter;
        change.flights = seats(trip, &decided.case.facts.people, terrain);
        change.evidence = Some(evidence(&self.ids, decided)?);
        change.answer = Some(saved_answer(whole)?);
        Ok(change)
    }
}

/// What a decision was given. Medical dates, where there are any, put it into the narrowest circle.
pub(super) fn evidence(ids: &Ids, decided: &Decided) -> Result<Evidence, serde_json::Error> {
    let Decided { case, decision, .. } = decided;
    let Matter { trip, terrain, .. } = &*case.matter;
    let medical = case.facts.people.iter().any(|one| one.medical_valid_to.is_some());
    Ok(Evidence {
        evidence_id: ids.evidence_id,
        class: if medical { FactClass::R } else { FactClass::S },
        salt: ids.salt,
        body: Evidence::text(trip, &case.facts, terrain, decision)?,
    })
}

/// What the submitter is told, as it is kept for repetitions.
fn saved_answer(mut whole: TripAnswer) -> Result<SavedAnswer, serde_json::Error> {
    whole.narrow(BRINGS);
    let location = whole.trip_id.map(|id| format!("/v1/trips/{id}")).unwrap_or_default();
    Ok(SavedAnswer {
        status: super::CREATED,
        headers: vec![
            ("location".to_owned(), location),
            ("etag".to_owned(), format!("\"v{FIRST_VERSION}\"")),
        ],
        body: serde_json::to_vec(&whole)?.into(),
    })
}

/// A submission beside its decision.
struct Page<'p> {
    submission: &'p Submission,
    decided: &'p Decided,
    /// Everything it says, with ids, all classes of fact included.
    whole: &'p TripAnswer,
}

impl Page<'_> {
    fn trip(&self) -> Result<TripChange, serde_json::Error> {
        let Decided { case, decision, .. } = self.decided;
        let Matter { trip, terrain, .. } = &*case.matter;
        let (starts_at, ends_at) = window(trip, terrain);
        let clearances: Result<Vec<_>, _> = decision
            .clearances
            .iter()
            .zip(&self.whole.clearances)
            .zip(&self.submission.ids.clearances)
            .map(|(said, id)| new_clearance(self.decided, &self.submission.weights, *id, said))
            .collect();
        Ok(TripChange {
            trip_id: self.submission.ids.trip_id,
            version: FIRST_VERSION,
            organization: trip.organization.clone(),
            personal: trip.trip_kind == TripKind::Personal,
            withdrawn: false,
            new: Some(NewTrip {
                reference: self.submission.ids.reference.clone(),
                trip_kind: trip.trip_kind,
                purpose: trip.purpose,
                requester_id: trip.requester_id,
                starts_at,
                ends_at,
                days: days(&self.decided.case.matter),
                travellers: trip.travellers.clone(),
                external_refs: trip.external_refs.clone(),
                body: self.submission.body.clone(),
                notes: serde_json::to_string(&notes(self.decided, self.whole))?,
            }),
            clearances: clearances?,
        })
    }
}

/// The local days of a trip; none where no place of it is known.
pub(super) fn days(matter: &Matter) -> Option<TripDays> {
    let Matter { trip, terrain, .. } = matter;
    let (starts_at, ends_at) = window(trip, terrain);
    let ((from, _), (_, to)) = (terrain.places.first()?, terrain.places.last()?);
    let last = match trip.itinerary.until {
        Some(until) => until.max(to.zone.day_of(last_arrival(trip, ends_at))),
        None => to.zone.day_of(ends_at),
    };
    let last = Some(last).filter(|_| !trip.itinerary.open_ended);
    Some(TripDays { first: from.zone.day_of(starts_at), last })
}

/// What is kept of a decision besides its clearances.
pub(super) fn notes(decided: &Decided, whole: &TripAnswer) -> Notes {
    let days = days(&decided.case.matter);
    Notes {
        crossings: whole.crossings.clone(),
        warnings: whole.warnings.clone(),
        advisories: whole.advisories.clone(),
        first_day: days.map_or(Date::MIN, |days| days.first),
        last_day: days.and_then(|days| days.last),
        demonstration: whole.demonstration,
        organization_gates: whole.organization_gates.clone(),
    }
}

/// A new clearance of a decided case.
pub(super) fn new_clearance(
    decided: &Decided,
    weights: &UrgencyWeights,
    clearance_id: ClearanceId,
    (decision, answer): (&ClearanceDecision, &ClearanceAnswer),
) -> Result<NewClearance, serde_json::Error> {
    let Case { matter, facts } = &decided.case;
    let Matter { trip, atlas, .. } = &**matter;
    let who = facts.people.iter().find(|one| one.person.person_id == decision.person_id);
    let departs_at = trip.itinerary.segments.first().map_or(facts.now, |leg| leg.departs_at);
    let waits = decision.state.is_undecided();
    Ok(NewClearance {
        clearance_id,
        decision: decision.clone(),
        answer: serde_json::to_string(answer)?,
        conditions: owed(answer)?,
        urgent_at: waits.then(|| weights.at(departs_at, facts.now, decision.security_level, false)),
        absence: who.and_then(|who| absence(who, decision, atlas)),
    })
}

/// What the traveller owes, as it is kept beside the answer for the status questions.
pub(super) fn owed(answer: &ClearanceAnswer) -> Result<Option<String>, serde_json::Error> {
    let owed = Some(&answer.conditions).filter(|owed| !owed.is_empty());
    owed.map(serde_json::to_string).transpose()
}

fn last_arrival(trip: &crate::model::Trip, otherwise: Timestamp) -> Timestamp {
    trip.itinerary.segments.last().map_or(otherwise, |segment| segment.arrives_at)
}

/// Everything the decision read that may have changed since.
pub(super) fn seen(decided: &Decided) -> Seen {
    let Decided { case, decision, .. } = decided;
    let Matter { trip, terrain, .. } = &*case.matter;
    let mut areas: Vec<(AreaId, i64)> =
        decision.clearances.iter().flat_map(|one| one.revisions.iter().cloned()).collect();
    areas.extend(terrain.areas.iter().map(|area| (area.area_id.clone(), area.revision)));
    areas.sort();
    areas.dedup();
    let (starts_at, ends_at) = window(trip, terrain);
    Seen {
        people: case.facts.people.iter().map(|one| (one.person.person_id, one.revision)).collect(),
        areas,
        window: Some(TravelWindow {
            travellers: trip.travellers.iter().map(|one| one.person_id).collect(),
            starts_at,
            ends_at,
            personal: trip.trip_kind == TripKind::Personal,
            own: None,
        }),
        mission: case.seen_mission(),
    }
}

/// A resident's nights away, where the own area counts places at all.
pub(super) fn absence(
    who: &PersonFacts,
    decision: &ClearanceDecision,
    atlas: &Atlas,
) -> Option<Absence> {
    let home = who.person.duty_station_area_id.as_ref().filter(|_| who.resident)?;
    let counts = atlas.area(home).is_some_and(|area| !area.policy.ceilings.is_unlimited());
    if !counts || decision.area_id.as_ref() == Some(home) || decision.nights == 0 {
        return None;
    }
    let nights = decision.arrive.series(Span::new().days(1));
    Some(Absence {
        area_id: home.clone(),
        nights: nights.take(usize::try_from(decision.nights).unwrap_or_default()).collect(),
        keys: vec![
            CountKey::Total,
            CountKey::Organization(who.person.organization.clone()),
            CountKey::Category(who.person.category),
        ],
    })
}
