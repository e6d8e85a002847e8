//! Events of areas. The world changes in a transaction of its own, under its lock; what is told of
//! the change commits with it, through these doors.

use std::slice;

use jiff::Timestamp;
use serde::Serialize;

use super::event_id;
use crate::database::{Statement, statement};
use crate::model::{AreaId, Event, EventKind, HeadcountId, OrganizationId};

/// An event about an area that belongs to no trip, as [`AREA_EVENT`](super::AREA_EVENT) takes it:
/// the second parameter, after its time.
pub fn area_event(kind: EventKind, area_id: &AreaId, at: Timestamp) -> String {
    let event = of_areas(kind, at, slice::from_ref(area_id), None);
    // An event has no value that JSON cannot hold; were there one, the database would refuse the
    // empty text, and nothing would be written.
    serde_json::to_string(&[event]).unwrap_or_default()
}

/// Writes what [`area_events`] made: when, how many, and the events.
pub const AREA_EVENTS: Statement = statement!("record/area_events");

/// The events of a change of areas: one for those who look after them, and one for each organization
/// that is to be told because it has people there. Answers how many they are, and their JSON.
pub fn area_events(
    kind: EventKind,
    at: Timestamp,
    areas: &[AreaId],
    organizations: impl IntoIterator<Item = OrganizationId>,
) -> (i32, String) {
    let event = |organization| of_areas(kind, at, areas, organization);
    let told = std::iter::once(None).chain(organizations.into_iter().map(Some));
    let events: Vec<Event> = told.map(event).collect();
    // An event is made of ids and codes, which always have a JSON form.
    let json = serde_json::to_string(&events).unwrap_or_else(|_impossible| "[]".to_owned());
    (i32::try_from(events.len()).unwrap_or(i32::MAX), json)
}

/// An event with the headcount it is about.
#[derive(Debug, Serialize)]
struct OfHeadcount {
    #[serde(flatten)]
    event: Event,
    headcount_id: HeadcountId,
}

/// The event of a headcount, as [`AREA_EVENTS`] takes it: to those who look after its areas, and to
/// no organization, for where people are is security's matter alone (domain.md c.15). Answers how
/// many events it is, and their JSON. It needs no lock of the world, which it does not change.
pub fn headcount_event(
    kind: EventKind,
    headcount_id: HeadcountId,
    areas: &[AreaId],
    at: Timestamp,
) -> (i32, String) {
    let event = of_areas(kind, at, areas, None);
    // As above: an empty text is refused by the database, and nothing is written.
    (1, serde_json::to_string(&[OfHeadcount { event, headcount_id }]).unwrap_or_default())
}

/// An event about areas that belongs to no trip.
fn of_areas(
    kind: EventKind,
    at: Timestamp,
    areas: &[AreaId],
    organization: Option<OrganizationId>,
) -> Event {
    Event {
        event_id: event_id(at),
        kind,
        at,
        trip_id: None,
        trip_version: 0,
        clearance_id: None,
        areas: areas.to_vec(),
        organization,
        personal: false,
        reasons: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_of_a_headcount_says_which() {
        let at = Timestamp::from_second(1_800_000_000).unwrap();
        let id = HeadcountId(uuid::Uuid::from_u128(7));
        let areas = [AreaId::from("KEN-890"), AreaId::from("KEN-1196")];
        let (count, text) = headcount_event(EventKind::HeadcountOpened, id, &areas, at);
        let events: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(events.as_array().unwrap().len(), usize::try_from(count).unwrap());
        assert_eq!(events[0]["headcount_id"], id.to_string());
        assert_eq!(events[0]["kind"], "headcount.opened");
        let read: Vec<Event> = serde_json::from_str(&text).unwrap();
        assert_eq!((read[0].areas.as_slice(), &read[0].organization), (&areas[..], &None));
    }

    #[test]
    fn an_event_of_an_area_reads_back() {
        let at = Timestamp::from_second(1_800_000_000).unwrap();
        let area = AreaId::from("KEN-890");
        let text = area_event(EventKind::AreaSuspended, &area, at);
        let events: Vec<Event> = serde_json::from_str(&text).unwrap();
        assert_eq!(events.len(), 1);
        assert_eq!((events[0].kind, events[0].at), (EventKind::AreaSuspended, at));
        assert_eq!((&events[0].areas, events[0].trip_id), (&vec![area], None));
    }
}
