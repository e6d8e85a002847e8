//! New trips, their travellers, evidence and events, as columns.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::columns::{array_of, rows};
use super::entry::Entry;
use crate::model::{ClearanceState, FactClass, NewTrip, TripChange, TripState};

rows! {
    /// Trips: parameters of `trips.sql`.
    TripRow<'r> in TripColumns {
        n: i32,
        trip_id: Uuid,
        reference: &'r str,
        version: i32,
        trip_kind: &'r str,
        purpose: &'r str,
        organization_id: &'r str,
        requester_id: Option<Uuid>,
        personal: bool,
        state: &'r str,
        starts_at: Timestamp,
        ends_at: Timestamp,
        at: Timestamp,
        world_version: i64,
        ruleset_version: &'r str,
        evidence_id: Option<Uuid>,
        travellers: String,
        external_refs: Option<&'r str>,
        body: &'r str,
        notes: &'r str,
    }
}

rows! {
    /// Travellers: parameters of `travellers.sql`.
    TravellerRow<'r> in TravellerColumns {
        n: i32,
        person_id: Uuid,
        covers_until: Option<Timestamp>,
        trip_id: Uuid,
        covers_from: Timestamp,
        starts_at: Timestamp,
        ends_at: Timestamp,
        role: &'r str,
        personal: bool,
        reference: &'r str,
        first_day: Option<Date>,
        last_day: Option<Date>,
    }
}

rows! {
    /// Evidence: parameters of `evidence.sql`.
    EvidenceRow<'r> in EvidenceColumns {
        n: i32,
        evidence_id: Uuid,
        trip_id: Option<Uuid>,
        class: &'r str,
        salt: &'r [u8],
        body: &'r [u8],
    }
}

rows! {
    /// Events: parameters of `outbox.sql`.
    OutboxRow<'r> in OutboxColumns {
        n: i32,
        trip_id: Option<Uuid>,
        at: Timestamp,
        event_count: i32,
        events: &'r str,
    }
}

pub(super) fn trip<'r>(
    n: i32,
    entry: &'r Entry,
    trip: &'r TripChange,
    new: &'r NewTrip,
) -> TripRow<'r> {
    let change = &entry.change;
    let states: Vec<ClearanceState> =
        trip.clearances.iter().map(|new| new.decision.state).collect();
    TripRow {
        n,
        trip_id: trip.trip_id.0,
        reference: new.reference.as_str(),
        version: trip.version,
        trip_kind: new.trip_kind.as_str(),
        purpose: new.purpose.as_str(),
        organization_id: trip.organization.as_str(),
        requester_id: new.requester_id.map(|person| person.0),
        personal: trip.personal,
        state: TripState::of(&states, false).as_str(),
        starts_at: new.starts_at,
        ends_at: new.ends_at,
        at: change.at,
        world_version: change.world_version,
        ruleset_version: change.ruleset_version,
        evidence_id: change.evidence.as_ref().map(|evidence| evidence.evidence_id),
        travellers: array_of(new.travellers.iter().map(|traveller| traveller.person_id)),
        external_refs: entry.external_refs.as_deref(),
        body: &new.body,
        notes: &new.notes,
    }
}

pub(super) fn travellers<'r>(
    n: i32,
    trip: &'r TripChange,
    new: &'r NewTrip,
    columns: &mut TravellerColumns<'r>,
) {
    for traveller in &new.travellers {
        let mut covers_from = new.starts_at;
        let mut covers_until = Some(new.ends_at);
        let own = trip.clearances.iter().map(|new| &new.decision);
        for decision in own.filter(|decision| decision.person_id == traveller.person_id) {
            covers_from = covers_from.min(decision.valid_from);
            covers_until = covers_until.zip(decision.valid_to).map(|(a, b)| a.max(b));
        }
        columns.push(TravellerRow {
            n,
            person_id: traveller.person_id.0,
            covers_until,
            trip_id: trip.trip_id.0,
            covers_from,
            starts_at: new.starts_at,
            ends_at: new.ends_at,
            role: traveller.role.as_str(),
            personal: trip.personal,
            reference: new.reference.as_str(),
            first_day: new.days.map(|days| days.first),
            last_day: new.days.and_then(|days| days.last),
        });
    }
}

/// What the change was given, and what people put down with its moves and waivers.
pub(super) fn evidence<'r>(n: i32, entry: &'r Entry, columns: &mut EvidenceColumns<'r>) {
    let change = &entry.change;
    let whole = change.evidence.iter().map(|evidence| {
        let trip = change.trip.as_ref().map(|trip| trip.trip_id);
        (trip, evidence)
    });
    let moved = change.moves.iter().map(|step| step.trip_id);
    let trips = moved.chain(change.waivers.iter().map(|waiver| waiver.trip_id));
    let words = trips
        .zip(&entry.words)
        .filter_map(|(trip, words)| words.as_ref().map(|(evidence, _)| (Some(trip), evidence)));
    for (trip, evidence) in whole.chain(words) {
        columns.push(EvidenceRow {
            n,
            evidence_id: evidence.evidence_id,
            trip_id: trip.map(|trip| trip.0),
            class: match evidence.class {
                FactClass::P | FactClass::I => "I",
                FactClass::S => "S",
                FactClass::R => "R",
            },
            salt: &evidence.salt,
            body: &evidence.body,
        });
    }
}

/// Events of a new trip, and those of no trip; the events of a trip on record are written with its
/// moves.
pub(super) fn events<'r>(n: i32, entry: &'r Entry, columns: &mut OutboxColumns<'r>) {
    let at = entry.change.at;
    if let Some(trip) = &entry.change.trip
        && trip.new.is_some()
        && let Some((events, event_count)) = &entry.told
    {
        let trip_id = Some(trip.trip_id.0);
        columns.push(OutboxRow { n, trip_id, at, event_count: *event_count, events });
    }
    for events in &entry.loose {
        columns.push(OutboxRow { n, trip_id: None, at, event_count: 1, events });
    }
}
