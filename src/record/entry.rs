//! A change made ready for writing: checked, its digest computed, its events told.

use hmac::{Hmac, Mac as _};
use jiff::Timestamp;
use sha2::Sha256;
use uuid::{NoContext, Uuid};

use super::error::RecordError;
use super::ground;
use super::missions;
use super::places::Hold;
use crate::model::{
    Actor, Capacity, Change, ClearanceMove, ClearanceState, Effect, Event, EventKind, Evidence,
    MoveTexts, MoveTo, Mover, NewClearance, ReasonCode, TripChange,
};

/// A change, with what follows from it.
pub(super) struct Entry {
    pub(super) change: Change,
    /// HMAC-SHA256(salt, evidence), for the ledger.
    pub(super) digest: Option<[u8; 32]>,
    /// What people put down with the moves, in their order, then with the waivers: evidence of
    /// their own, each with its digest.
    pub(super) words: Vec<Option<(Evidence, [u8; 32])>>,
    /// JSON array of the events of the change's trip, in order, and how many.
    pub(super) told: Option<(String, i32)>,
    /// JSON arrays of events that belong to no trip of the change.
    pub(super) loose: Vec<String>,
    /// Keys of other systems, as JSON.
    pub(super) external_refs: Option<String>,
}

impl Entry {
    /// Checks a change and computes what follows. Work of the caller's task, not of the lane's.
    pub(super) fn new(change: Change) -> Result<Self, RecordError> {
        check(&change)?;
        let digest = change.evidence.as_ref().map(digest);
        let texts = change.moves.iter().map(|step| &step.texts);
        let texts = texts.chain(change.waivers.iter().map(|waiver| &waiver.texts));
        let words = texts.map(|texts| words(texts, change.at)).collect::<Result<_, _>>()?;
        let (told, loose) = events(&change)?;
        let external_refs = match change.trip.as_ref().and_then(|trip| trip.new.as_ref()) {
            Some(new) if !new.external_refs.is_empty() => Some(json(&new.external_refs)?),
            _ => None,
        };
        Ok(Self { change, digest, words, told, loose, external_refs })
    }

    /// Whether a place or arrival is taken by rule, which only the limited lane may do.
    pub(super) fn takes_limited_places(&self) -> bool {
        let new = self.change.trip.iter().flat_map(|trip| &trip.clearances);
        new.map(|new| &new.decision).any(|decision| {
            Hold::of(decision.state) == Hold::Binding
                && (!decision.place_keys.is_empty() || decision.counts_arrival)
        })
    }
}

fn json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String, RecordError> {
    serde_json::to_string(value).map_err(|_impossible| RecordError::Json)
}

fn check(change: &Change) -> Result<(), RecordError> {
    let mover = match change.actor.capacity {
        Capacity::Rules => Mover::Rules,
        Capacity::Requester
        | Capacity::Witness
        | Capacity::Own
        | Capacity::Policy(_)
        | Capacity::Delegation(_)
        | Capacity::AdInterim
        | Capacity::Emergency => Mover::Person,
    };
    let speaks =
        matches!(change.actor.capacity, Capacity::Rules | Capacity::Requester | Capacity::Witness);
    // a step of a mission request brings its own power, which is asked in its own way
    let decides = !speaks && change.mission.is_none();
    if decides && (change.authority.is_none() || change.actor.person_id.is_none()) {
        return Err(RecordError::Misuse("a person decides by a power that can be asked for"));
    }
    let on_record = change.trip.as_ref().is_some_and(|trip| trip.new.is_none());
    let Change { reports, fulfilments, notices, .. } = change;
    let tells = !(reports.is_empty() && fulfilments.is_empty() && notices.is_empty());
    if tells && !on_record {
        return Err(RecordError::Misuse("what happens on the ground belongs to a trip on record"));
    }
    if !change.moves.iter().all(|step| is_move(step, mover)) {
        return Err(RecordError::Misuse("a move that the state machine does not have"));
    }
    let new = change.trip.iter().flat_map(|trip| &trip.clearances);
    if !new.map(|new| new.decision.state).all(|to| ClearanceState::Submitted.may_become(to, mover))
    {
        return Err(RecordError::Misuse("a first state that the state machine does not have"));
    }
    Ok(())
}

fn is_move(step: &ClearanceMove, mover: Mover) -> bool {
    match step.to {
        MoveTo::State(to) => {
            !step.from.is_empty() && step.from.iter().all(|from| from.may_become(to, mover))
        }
        MoveTo::Prior => step.from == [ClearanceState::Suspended] && mover == Mover::Rules,
    }
}

fn digest(evidence: &Evidence) -> [u8; 32] {
    // A key of any length is accepted, so the error cannot occur.
    Hmac::<Sha256>::new_from_slice(&evidence.salt).map_or([0; 32], |mut mac| {
        mac.update(&evidence.body);
        mac.finalize().into_bytes().into()
    })
}

/// The evidence of what a person put down; none where that is nothing.
fn words(texts: &MoveTexts, at: Timestamp) -> Result<Option<(Evidence, [u8; 32])>, RecordError> {
    if texts.is_empty() {
        return Ok(None);
    }
    let body = serde_json::to_vec(texts).map_err(|_impossible| RecordError::Json)?;
    let evidence = Evidence { evidence_id: event_id(at), class: texts.class(), salt: salt(), body };
    let digest = digest(&evidence);
    Ok(Some((evidence, digest)))
}

/// A new salt for evidence.
pub fn salt() -> [u8; 32] {
    let mut salt = [0; 32];
    let halves = [Uuid::new_v4(), Uuid::new_v4()];
    for (slot, byte) in salt.iter_mut().zip(halves.iter().flat_map(Uuid::as_bytes)) {
        *slot = *byte;
    }
    salt
}

type Told = (Option<(String, i32)>, Vec<String>);

fn events(change: &Change) -> Result<Told, RecordError> {
    let mut told = Vec::new();
    if let Some(trip) = &change.trip {
        if trip.new.is_some() {
            told.push(about_trip(EventKind::TripSubmitted, trip, change.at));
        }
        let is_told = change.events.iter().any(|event| event.kind == EventKind::TripCancelled);
        if trip.withdrawn && !is_told {
            told.push(about_trip(EventKind::TripCancelled, trip, change.at));
        }
        told.extend(trip.clearances.iter().map(|new| decided(trip, new, change.at)));
        told.extend(ground::events(change, trip));
    }
    let mut loose = Vec::new();
    for event in &change.events {
        match &change.trip {
            Some(trip) if event.trip_id == Some(trip.trip_id) => told.push(event.clone()),
            _ => loose.push(json(&[event])?),
        }
    }
    loose.extend(missions::told(change)?);
    let told = match i32::try_from(told.len()) {
        Ok(0) | Err(_) => None,
        Ok(count) => Some((json(&told)?, count)),
    };
    Ok((told, loose))
}

fn about_trip(kind: EventKind, trip: &TripChange, at: Timestamp) -> Event {
    let mut areas: Vec<_> =
        trip.clearances.iter().filter_map(|new| new.decision.area_id.clone()).collect();
    areas.sort();
    areas.dedup();
    Event {
        event_id: event_id(at),
        kind,
        at,
        trip_id: Some(trip.trip_id),
        trip_version: trip.version,
        clearance_id: None,
        areas,
        organization: Some(trip.organization.clone()),
        personal: trip.personal,
        reasons: Vec::new(),
    }
}

fn decided(trip: &TripChange, new: &NewClearance, at: Timestamp) -> Event {
    let decision = &new.decision;
    Event {
        event_id: event_id(at),
        kind: EventKind::of_state(decision.state, ClearanceState::Submitted),
        at,
        trip_id: Some(trip.trip_id),
        trip_version: trip.version,
        clearance_id: Some(new.clearance_id),
        areas: decision.area_id.iter().cloned().collect(),
        organization: Some(trip.organization.clone()),
        personal: trip.personal,
        reasons: reasons(new).collect(),
    }
}

/// Reasons of the findings that decided, warnings left out.
pub(super) fn reasons(new: &NewClearance) -> impl Iterator<Item = ReasonCode> + '_ {
    let findings = new.decision.findings.iter();
    findings.filter(|finding| finding.effect != Effect::Warning).map(|finding| finding.reason)
}

/// A new id, in the order of time.
pub fn event_id(at: Timestamp) -> Uuid {
    let seconds = u64::try_from(at.as_second()).unwrap_or(0);
    let nanos = u32::try_from(at.subsec_nanosecond()).unwrap_or(0);
    Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, seconds, nanos))
}

/// Who a ledger entry names; rules have no name.
pub(super) fn actor_id(actor: Actor) -> Option<Uuid> {
    actor.person_id.map(|person| person.0)
}
