//! Reports of stays, obligations met and clocks that rang, as columns: what happens on the ground,
//! and what does not.

use jiff::Timestamp;
use uuid::Uuid;

use super::columns::{array, array_of, rows};
use super::entry::{Entry, actor_id, event_id};
use crate::model::{
    AreaId, Change, ClearanceId, ClearanceState, ClockNotice, Event, EventKind, Fulfilment,
    StayReport, TripChange,
};

/// What an obligation that was met is called where the commit asks whether it was before.
const OBLIGATION: &str = "obligation";

rows! {
    /// Reports: parameters of `reports.sql`.
    ReportRow<'r> in ReportColumns {
        n: i32,
        clearance_id: Uuid,
        trip_id: Uuid,
        kind: &'r str,
        at: Timestamp,
        person_id: Option<Uuid>,
        place: Option<&'r str>,
    }
}

rows! {
    /// Clocks: parameters of `notices.sql`.
    NoticeRow<'r> in NoticeColumns {
        n: i32,
        clearance_id: Uuid,
        clock: &'r str,
        round: i32,
        trip_id: Uuid,
        area_id: Option<&'r str>,
        at: Timestamp,
        roles: String,
        persons: String,
    }
}

rows! {
    /// Obligations that were met: parameters of `fulfilments.sql`.
    FulfilmentRow<'r> in FulfilmentColumns {
        n: i32,
        clearance_id: Uuid,
        number: i32,
        at: Timestamp,
        person_id: Option<Uuid>,
        proof: &'r str,
    }
}

rows! {
    /// Reports, obligations and clocks that may be on record already.
    ToldRow<'r> in ToldColumns {
        n: i32,
        clearance_id: &'r Uuid,
        what: &'r str,
        round: i32,
    }
}

/// Reports and clocks of a change, as rows; a change that has any names its trip.
pub(super) fn ground<'r>(
    n: i32,
    entry: &'r Entry,
    reports: &mut ReportColumns<'r>,
    notices: &mut NoticeColumns<'r>,
) {
    let change = &entry.change;
    let Some(trip) = &change.trip else { return };
    for report in &change.reports {
        reports.push(ReportRow {
            n,
            clearance_id: report.clearance_id.0,
            trip_id: trip.trip_id.0,
            kind: report.kind.as_str(),
            at: report.at,
            person_id: report.by.map(|person| person.0),
            place: report.place.as_deref(),
        });
    }
    for notice in &change.notices {
        notices.push(NoticeRow {
            n,
            clearance_id: notice.clearance_id.0,
            clock: notice.clock.as_str(),
            round: notice.round,
            trip_id: trip.trip_id.0,
            area_id: notice.area_id.as_ref().map(AreaId::as_str),
            at: change.at,
            roles: array(&notice.roles),
            persons: array_of(notice.persons.iter().map(|person| person.0)),
        });
    }
}

/// Obligations that a change meets, as rows.
pub(super) fn met<'r>(n: i32, entry: &'r Entry, fulfilments: &mut FulfilmentColumns<'r>) {
    let change = &entry.change;
    for one in &change.fulfilments {
        fulfilments.push(FulfilmentRow {
            n,
            clearance_id: one.clearance_id.0,
            number: one.number,
            at: change.at,
            person_id: actor_id(change.actor),
            proof: &one.proof,
        });
    }
}

/// What is asked about a change's reports, obligations and clocks before it is written.
pub(super) fn told(change: &Change) -> impl Iterator<Item = (&ClearanceId, &'static str, i32)> {
    let reports = change.reports.iter().map(|one| (&one.clearance_id, one.kind.as_str(), 0));
    let met = change.fulfilments.iter().map(|one| (&one.clearance_id, OBLIGATION, one.number));
    let clocks = change.notices.iter();
    reports.chain(met).chain(clocks.map(|one| (&one.clearance_id, one.clock.as_str(), one.round)))
}

/// The states in which reports, obligations and clocks find their clearances.
pub(super) fn expected(change: &Change) -> impl Iterator<Item = (&ClearanceId, &[ClearanceState])> {
    let reports = change.reports.iter().map(|one| (&one.clearance_id, one.while_in.as_slice()));
    let met = change.fulfilments.iter().map(|one| (&one.clearance_id, one.while_in.as_slice()));
    let clocks = change.notices.iter();
    reports.chain(met).chain(clocks.map(|one| (&one.clearance_id, one.while_in.as_slice())))
}

/// The events of a change's reports, obligations and clocks, in their order.
pub(super) fn events(change: &Change, trip: &TripChange) -> Vec<Event> {
    let event = |kind, clearance_id, area_id: &Option<AreaId>| Event {
        event_id: event_id(change.at),
        kind,
        at: change.at,
        trip_id: Some(trip.trip_id),
        trip_version: trip.version,
        clearance_id: Some(clearance_id),
        areas: area_id.iter().cloned().collect(),
        organization: Some(trip.organization.clone()),
        personal: trip.personal,
        reasons: Vec::new(),
    };
    let told = |one: &StayReport| event(one.kind.event(), one.clearance_id, &one.area_id);
    let met = |one: &Fulfilment| event(EventKind::ObligationMet, one.clearance_id, &one.area_id);
    let rang = |one: &ClockNotice| event(one.clock.event(), one.clearance_id, &one.area_id);
    let happened = change.reports.iter().map(told).chain(change.fulfilments.iter().map(met));
    happened.chain(change.notices.iter().map(rang)).collect()
}
