//! The next version of a trip as columns: the trip, its clearances that stand, successions, flights.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::clearances::{keys, nights};
use super::columns::{array, array_of, rows};
use super::entry::{Entry, actor_id};
use super::trips::{TravellerColumns, TravellerRow};
use crate::model::{Adjustment, Amendment, FlightSeats};

rows! {
    /// Trips: parameters of `amend_trips.sql`.
    AmendedRow<'r> in AmendedColumns {
        n: i32,
        trip_id: Uuid,
        trip_kind: &'r str,
        purpose: &'r str,
        starts_at: Timestamp,
        ends_at: Timestamp,
        at: Timestamp,
        replaced_by: Option<Uuid>,
        world_version: i64,
        ruleset_version: &'r str,
        evidence_id: Option<Uuid>,
        travellers: String,
        external_refs: Option<&'r str>,
        body: &'r str,
        notes: &'r str,
        changes: &'r str,
    }
}

rows! {
    /// Clearances that stand: parameters of `amend_clearances.sql`.
    AdjustRow<'r> in AdjustColumns {
        n: i32,
        clearance_id: Uuid,
        arrive: Date,
        depart: Option<Date>,
        arrive_at: Timestamp,
        depart_at: Option<Timestamp>,
        nights: i32,
        valid_from: Timestamp,
        valid_to: Option<Timestamp>,
        granted_from: Option<Timestamp>,
        granted_to: Option<Timestamp>,
        due_by: Option<Timestamp>,
        urgent_at: Option<f64>,
        place_nights: Option<String>,
        place_keys: Option<String>,
        counts_arrival: bool,
        away_area_id: Option<&'r str>,
        away_nights: Option<String>,
        away_keys: Option<String>,
        answer: &'r str,
        rules: String,
        at: Timestamp,
        capacity: String,
        person_id: Option<Uuid>,
        world_version: i64,
        ruleset_version: &'r str,
        evidence_id: Option<Uuid>,
        digest: Option<&'r [u8]>,
        conditions: Option<&'r str>,
    }
}

rows! {
    /// Who stands in for whom: parameters of `successions.sql`.
    SuccessionRow<'r> in SuccessionColumns {
        n: i32,
        clearance_id: &'r Uuid,
        successor_id: &'r Uuid,
    }
}

rows! {
    /// Flights that are left: parameters of `leave_flights.sql`.
    LeftRow<'r> in LeftColumns {
        n: i32,
        organization_id: &'r str,
        flight: &'r str,
        day: Date,
        trip_id: Uuid,
    }
}

rows! {
    /// Flights: parameters of `flights.sql`.
    FlightRow<'r> in FlightColumns {
        n: i32,
        organization_id: &'r str,
        flight: &'r str,
        day: Date,
        trip_id: Uuid,
        people: i32,
    }
}

pub(super) fn amended<'r>(n: i32, entry: &'r Entry, next: &'r Amendment) -> AmendedRow<'r> {
    let change = &entry.change;
    AmendedRow {
        n,
        trip_id: next.trip_id.0,
        trip_kind: next.trip_kind.as_str(),
        purpose: next.purpose.as_str(),
        starts_at: next.starts_at,
        ends_at: next.ends_at,
        at: change.at,
        replaced_by: actor_id(next.by),
        world_version: change.world_version,
        ruleset_version: change.ruleset_version,
        evidence_id: change.evidence.as_ref().map(|evidence| evidence.evidence_id),
        travellers: array_of(next.travellers.iter().map(|(traveller, _)| traveller.person_id)),
        external_refs: next.external_refs.as_deref(),
        body: &next.body,
        notes: &next.notes,
        changes: &next.changes,
    }
}

pub(super) fn travellers<'r>(
    n: i32,
    next: &'r Amendment,
    personal: bool,
    columns: &mut TravellerColumns<'r>,
) {
    for (traveller, (covers_from, covers_until)) in &next.travellers {
        columns.push(TravellerRow {
            n,
            person_id: traveller.person_id.0,
            covers_until: *covers_until,
            trip_id: next.trip_id.0,
            covers_from: *covers_from,
            starts_at: next.starts_at,
            ends_at: next.ends_at,
            role: traveller.role.as_str(),
            personal,
            reference: &next.reference,
            first_day: next.days.map(|days| days.first),
            last_day: next.days.and_then(|days| days.last),
        });
    }
}

pub(super) fn adjust<'r>(
    n: i32,
    entry: &'r Entry,
    next: &'r Amendment,
    one: &'r Adjustment,
) -> AdjustRow<'r> {
    let change = &entry.change;
    let absence = one.absence.as_ref();
    AdjustRow {
        n,
        clearance_id: one.clearance_id.0,
        arrive: one.arrive,
        depart: one.depart,
        arrive_at: one.arrive_at,
        depart_at: one.depart_at,
        nights: i32::try_from(one.nights).unwrap_or(i32::MAX),
        valid_from: one.window.0,
        valid_to: one.window.1,
        granted_from: one.granted.map(|(from, _)| from),
        granted_to: one.granted.and_then(|(_, to)| to),
        due_by: one.due_by,
        urgent_at: one.urgent_at,
        place_nights: nights(&one.places),
        place_keys: keys(&one.place_keys),
        counts_arrival: one.counts_arrival,
        away_area_id: absence.map(|absence| absence.area_id.as_str()),
        away_nights: absence.and_then(|absence| nights(&absence.nights)),
        away_keys: absence.and_then(|absence| keys(&absence.keys)),
        answer: &one.answer,
        rules: array(one.rules.iter().map(|rule| rule.0)),
        at: change.at,
        capacity: next.by.capacity.name(),
        person_id: actor_id(next.by),
        world_version: change.world_version,
        ruleset_version: change.ruleset_version,
        evidence_id: change.evidence.as_ref().map(|evidence| evidence.evidence_id),
        digest: entry.digest.as_ref().map(<[u8; 32]>::as_slice),
        conditions: one.conditions.as_deref(),
    }
}

pub(super) fn left(n: i32, trip_id: Uuid, seats: &FlightSeats) -> LeftRow<'_> {
    LeftRow {
        n,
        organization_id: seats.organization.as_str(),
        flight: &seats.flight.number,
        day: seats.flight.day,
        trip_id,
    }
}

pub(super) fn flight(n: i32, trip_id: Uuid, seats: &FlightSeats) -> FlightRow<'_> {
    FlightRow {
        n,
        organization_id: seats.organization.as_str(),
        flight: &seats.flight.number,
        day: seats.flight.day,
        trip_id,
        people: i32::try_from(seats.people).unwrap_or(i32::MAX),
    }
}
