//! Moves of clearances on record as columns, and the trips they touch.

use jiff::Timestamp;
use uuid::Uuid;

use super::columns::{array, rows};
use super::entry::{Entry, actor_id, event_id};
use crate::model::{AreaId, ClearanceMove, ClearanceState, Evidence, MoveTo, TripId};

rows! {
    /// Moves: the first parameters of `moves.sql`.
    MoveRow<'r> in MoveColumns {
        n: i32,
        clearance_id: Uuid,
        states: String,
        to_state: Option<&'r str>,
        rules: String,
        reasons: String,
        urgent_at: Option<f64>,
        revision: Option<i64>,
        event_id: Uuid,
        at: Timestamp,
        capacity: String,
        person_id: Option<Uuid>,
        world_version: i64,
        ruleset_version: &'r str,
        evidence_id: Option<Uuid>,
        digest: Option<&'r [u8]>,
        decider_role: Option<&'r str>,
        queue_area_id: Option<&'r str>,
        due_by: Option<Timestamp>,
        two_step: Option<bool>,
        redecision_id: Option<Uuid>,
        became: Option<&'r str>,
    }
}

rows! {
    /// Trips named for their own sake: the last parameters of `moves.sql`.
    NamedRow<'r> in NamedColumns {
        n: i32,
        trip_id: Uuid,
        withdrawn: bool,
        at: Timestamp,
        events: &'r str,
    }
}

/// States joined by commas.
pub(super) fn joined(states: &[ClearanceState]) -> String {
    let names: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
    names.join(",")
}

/// Where a move goes; none where it is the state that it had.
pub(super) const fn target(to: MoveTo) -> Option<&'static str> {
    match to {
        MoveTo::State(state) => Some(state.as_str()),
        MoveTo::Prior => None,
    }
}

/// A move with what a person put down with it, else with the evidence of the whole change.
pub(super) fn step<'r>(
    n: i32,
    entry: &'r Entry,
    step: &'r ClearanceMove,
    words: Option<&'r (Evidence, [u8; 32])>,
) -> MoveRow<'r> {
    let change = &entry.change;
    let whole = change.evidence.as_ref().zip(entry.digest.as_ref());
    let evidence = words.map(|(evidence, digest)| (evidence, digest)).or(whole);
    let decider = step.decider.as_ref();
    // what an amendment withdraws, its requester withdraws
    let actor = change.amendment.as_ref().map_or(change.actor, |next| next.by);
    MoveRow {
        n,
        clearance_id: step.clearance_id.0,
        states: joined(&step.from),
        to_state: target(step.to),
        rules: array(step.rules.iter().map(|rule| rule.0)),
        reasons: array(step.reasons.iter().map(|reason| reason.as_str())),
        urgent_at: step.urgent_at,
        revision: step.revision,
        event_id: event_id(change.at),
        at: change.at,
        capacity: actor.capacity.name(),
        person_id: actor_id(actor),
        world_version: change.world_version,
        ruleset_version: change.ruleset_version,
        evidence_id: evidence.map(|(evidence, _)| evidence.evidence_id),
        digest: evidence.map(|(_, digest)| digest.as_slice()),
        decider_role: decider.map(|decider| decider.role.as_str()),
        queue_area_id: decider.and_then(|decider| decider.queue.as_ref()).map(AreaId::as_str),
        due_by: step.due_by,
        // a batch that decides again says these
        two_step: None,
        redecision_id: None,
        became: None,
    }
}

/// A trip on record that the change speaks of, with the events of its new clearances.
pub(super) fn named(n: i32, entry: &Entry) -> Option<NamedRow<'_>> {
    let trip = entry.change.trip.as_ref().filter(|trip| trip.new.is_none())?;
    let events = entry.told.as_ref().map_or("[]", |(events, _)| events.as_str());
    let (trip_id, at) = (trip.trip_id.0, entry.change.at);
    Some(NamedRow { n, trip_id, withdrawn: trip.withdrawn, at, events })
}

/// Every trip on record that the change touches: locked before anything is compared.
pub(super) fn trips(entry: &Entry) -> impl Iterator<Item = TripId> + '_ {
    let own = entry.change.trip.iter().filter(|trip| trip.new.is_none()).map(|trip| trip.trip_id);
    let above = entry.change.overbookings.iter().map(|one| one.trip_id);
    own.chain(entry.change.moves.iter().map(|step| step.trip_id)).chain(above)
}
