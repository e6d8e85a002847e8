//! From a body to a sound trip: places known to exist, people within the caller's reach, an
//! itinerary that holds together. Every defect that can be found is found before anybody is told.

use std::collections::BTreeSet;

use serde::Deserialize as _;
use serde_json::Value;

use super::body::{PlaceIn, Pointer, SegmentBody, fault};
use crate::atlas::{Atlas, PlaceFault};
use crate::decision;
use crate::model::{
    AreaId, PersonFacts, PersonId, Place, PlaceName, Purpose, ResolvedPlace, Segment, Terrain,
    Traveller, TravellerRole, Trip, TripKind,
};
use crate::web::Fault;

/// Where each segment starts and ends, as far as the places are known.
pub(super) type Ends = Vec<(Option<ResolvedPlace>, Option<ResolvedPlace>)>;

/// Looks up the places of a trip and replaces aliases of areas in its lodging.
pub(super) fn look_up(trip: &mut Trip, atlas: &Atlas) -> (Ends, Vec<Fault>) {
    let mut faults = Vec::new();
    let root = Pointer::Root;
    let segments = root.member("segments");
    let ends = (0..).zip(&trip.itinerary.segments).map(|(index, segment)| {
        let at = segments.item(index);
        let from = place(&at.member("from"), &segment.from, atlas, &mut faults);
        let to = place(&at.member("to"), &segment.to, atlas, &mut faults);
        (from, to)
    });
    let ends = ends.collect();
    let lodging = root.member("lodging");
    for (index, house) in (0..).zip(&mut trip.itinerary.lodging) {
        let at = lodging.item(index);
        if let Some(known) = area(&at.member("area_id"), &house.area_id, atlas, &mut faults) {
            house.area_id = known;
        }
    }
    if trip.travellers.len() > 1 {
        faults.extend(repeated(trip.travellers.iter().map(|one| Some(one.person_id))));
    }
    for (index, days) in (0..).zip(&trip.private_days) {
        if days.to < days.from {
            let at = root.member("private_days");
            let at = at.item(index);
            faults.push(fault(
                &at.member("to"),
                "DAYS_REVERSED",
                "the last day is before the first",
            ));
        }
    }
    (ends, faults)
}

/// Defects of the itinerary as such that stand whatever the travellers' duty stations are.
pub(super) fn plain_faults(trip: &Trip, ends: &Ends) -> Vec<Fault> {
    let ends: Vec<_> = ends.iter().map(|(from, to)| (from.as_ref(), to.as_ref())).collect();
    decision::plain_faults(trip, &ends).into_iter().map(told).collect()
}

/// What the travellers' duty stations add: a last stay without an end.
pub(super) fn open_fault(trip: &Trip, terrain: &Terrain, people: &[PersonFacts]) -> Option<Fault> {
    let ends: Vec<_> = terrain.places.iter().map(|(from, to)| (Some(from), Some(to))).collect();
    decision::open_fault(trip, &ends, people).map(told)
}

fn told(found: decision::Fault) -> Fault {
    Fault { pointer: found.pointer, code: found.code, detail: found.detail }
}

/// What can still be said of a body that is no trip: the places and times of the segments that
/// can be read, areas of lodging, people named twice. Answers the travellers that could be read,
/// with their position.
pub(super) fn salvage(
    body: &Value,
    atlas: &Atlas,
    faults: &mut Vec<Fault>,
) -> Vec<(usize, PersonId)> {
    let root = Pointer::Root;
    let at_segments = root.member("segments");
    let mut segments = Vec::new();
    for (index, value) in items(body, "segments") {
        let at = at_segments.item(index);
        let mut end = |name| {
            let read = PlaceIn::deserialize(value.get(name)?).ok()?;
            place(&at.member(name), &read.into_inner(), atlas, faults)
        };
        let ends = (end("from"), end("to"));
        let segment = SegmentBody::deserialize(value).ok().map(SegmentBody::into_model);
        segments.push(segment.map(|segment| (segment, ends)));
    }
    faults.extend(segment_faults(&segments));
    let lodging = root.member("lodging");
    for (index, house) in items(body, "lodging") {
        if let Some(id) = house.get("area_id").and_then(Value::as_str) {
            let at = lodging.item(index);
            area(&at.member("area_id"), &AreaId::from(id), atlas, faults);
        }
    }
    let people: Vec<_> = items(body, "travellers")
        .map(|(_, one)| PersonId::deserialize(one.get("person_id")?).ok())
        .collect();
    faults.extend(repeated(people.iter().copied()));
    people.into_iter().enumerate().filter_map(|(index, id)| Some((index, id?))).collect()
}

fn items<'v>(body: &'v Value, name: &str) -> impl Iterator<Item = (usize, &'v Value)> {
    body.get(name).and_then(Value::as_array).into_iter().flatten().enumerate()
}

type Readable = Option<(Segment, (Option<ResolvedPlace>, Option<ResolvedPlace>))>;

/// Defects of each unbroken run of readable segments, with the pointers they have in the body.
fn segment_faults(segments: &[Readable]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut start = 0;
    for run in segments.split(Option::is_none) {
        let (legs, ends): (Vec<Segment>, Ends) = run.iter().flatten().cloned().unzip();
        if !legs.is_empty() {
            let found = plain_faults(&bare(legs), &ends).into_iter();
            faults.extend(found.filter_map(|found| moved(found, start)));
        }
        start += run.len() + 1;
    }
    faults
}

/// A trip of these segments and nothing else.
fn bare(segments: Vec<Segment>) -> Trip {
    Trip {
        trip_kind: TripKind::Official,
        purpose: Purpose::DutyTravel,
        purpose_text: None,
        justification: None,
        pc_grade: None,
        programme_activity_id: None,
        travellers: vec![Traveller {
            person_id: PersonId(uuid::Uuid::nil()),
            role: TravellerRole::Member,
        }],
        itinerary: crate::model::Itinerary {
            segments,
            until: None,
            open_ended: false,
            lodging: Vec::new(),
        },
        private_days: Vec::new(),
        organization: crate::model::OrganizationId::from(""),
        requester_id: None,
        external_refs: Vec::new(),
        mscr_id: None,
        supplied_fields: Vec::new(),
    }
}

/// A fault of a segment, so many segments further on; faults of anything else are not the run's.
fn moved(fault: Fault, by: usize) -> Option<Fault> {
    let rest = fault.pointer.strip_prefix("/segments/")?;
    let (index, tail) = rest.split_once('/').map_or((rest, ""), |(index, tail)| (index, tail));
    let index = index.parse::<usize>().ok()? + by;
    let slash = if tail.is_empty() { "" } else { "/" };
    Some(Fault { pointer: format!("/segments/{index}{slash}{tail}"), ..fault })
}

fn repeated(people: impl Iterator<Item = Option<PersonId>>) -> Vec<Fault> {
    let root = Pointer::Root;
    let travellers = root.member("travellers");
    let mut seen = BTreeSet::new();
    people
        .enumerate()
        .filter(|(_, id)| id.is_some_and(|id| !seen.insert(id)))
        .map(|(index, _)| {
            let at = travellers.item(index);
            fault(&at.member("person_id"), "TRAVELLER_REPEATED", "this person is named before")
        })
        .collect()
}

/// People whom the caller may not act for, or who do not exist: one code for both.
pub(super) fn unknown_people(positions: impl Iterator<Item = usize>) -> Vec<Fault> {
    let root = Pointer::Root;
    let travellers = root.member("travellers");
    positions
        .map(|index| {
            let at = travellers.item(index);
            fault(&at.member("person_id"), "PERSON_UNKNOWN", "no such person within your reach")
        })
        .collect()
}

fn place(
    at: &Pointer<'_>,
    place: &Place,
    atlas: &Atlas,
    faults: &mut Vec<Fault>,
) -> Option<ResolvedPlace> {
    let member = match place.name {
        PlaceName::Airport(_) => at.member("airport"),
        PlaceName::City(_) => at.member("city"),
        PlaceName::Point(_) => *at,
        PlaceName::Area(_) => at.member("area_id"),
    };
    let refuse = |missing| {
        let (code, detail) = place_fault(&missing);
        faults.push(fault(&member, code, detail));
    };
    atlas.resolve(&place.name).map_err(refuse).ok()
}

fn area(at: &Pointer<'_>, id: &AreaId, atlas: &Atlas, faults: &mut Vec<Fault>) -> Option<AreaId> {
    area_named(id, atlas).map_err(|(code, detail)| faults.push(fault(at, code, detail))).ok()
}

/// The area of an id or of a code that means one area; else the fault's code and detail.
pub(super) fn area_named(name: &AreaId, atlas: &Atlas) -> Result<AreaId, (&'static str, String)> {
    atlas
        .area_named(name.as_str())
        .map(|area| area.id().clone())
        .map_err(|missing| place_fault(&missing))
}

fn place_fault(missing: &PlaceFault) -> (&'static str, String) {
    match missing {
        PlaceFault::Unknown => ("PLACE_UNKNOWN", "no such place is known".to_owned()),
        PlaceFault::Ambiguous(areas) => {
            let ids: Vec<&str> = areas.iter().map(AreaId::as_str).collect();
            ("AREA_AMBIGUOUS", format!("the code fits several areas: {}", ids.join(", ")))
        }
    }
}
