//! What makes a body no itinerary at all: refused with 422, nothing stored (fine-print.md, "422
//! or returned"). Unknown places, people and fields are found by those who look them up.

use jiff::civil::Date;

use crate::atlas::distance_km;
use crate::model::{AreaId, PersonFacts, Purpose, ResolvedPlace, Segment, Trip, TripKind};

/// Most segments of a trip.
pub const MOST_SEGMENTS: usize = 60;
/// Most travellers of a trip.
pub const MOST_TRAVELLERS: usize = 200;
/// Most route points of all segments of a trip together.
pub const MOST_ROUTE_POINTS: usize = 500;
/// Two places this near need no segment between them, in kilometres.
const NEAR_KM: f64 = 150.0;
/// Two places far from every area are the same place within so many kilometres.
const SAME_KM: f64 = 5.0;

/// A defect of the submitted body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer (RFC 6901) into the submit body.
    pub pointer: String,
    /// Stable code.
    pub code: &'static str,
    /// For a person.
    pub detail: String,
}

/// Where a segment starts and ends; none where that place itself was refused.
pub type Ends<'p> = (Option<&'p ResolvedPlace>, Option<&'p ResolvedPlace>);

/// Every defect of an itinerary at once. `places` holds the ends of each segment; `people` is read
/// for duty stations alone and may be empty, or lack some.
pub fn itinerary_faults(trip: &Trip, places: &[Ends<'_>], people: &[PersonFacts]) -> Vec<Fault> {
    let mut faults = plain_faults(trip, places);
    faults.extend(open_fault(trip, places, people));
    faults
}

/// Those that stand whatever the travellers' duty stations are.
pub fn plain_faults(trip: &Trip, places: &[Ends<'_>]) -> Vec<Fault> {
    let mut faults = Vec::new();
    caps(trip, &mut faults);
    if (trip.trip_kind == TripKind::Personal) != (trip.purpose == Purpose::Private) {
        faults.push(fault(
            "/purpose",
            "KIND_CONTRADICTS_PURPOSE",
            "a personal trip has the purpose `private`, and no other trip has it",
        ));
    }
    for (index, segment) in trip.itinerary.segments.iter().enumerate() {
        if segment.arrives_at <= segment.departs_at {
            faults.push(segment_fault(
                (index, "arrives_at"),
                "ARRIVAL_NOT_AFTER_DEPARTURE",
                "the arrival must be after the departure",
            ));
        }
    }
    let pairs = trip.itinerary.segments.iter().zip(trip.itinerary.segments.iter().skip(1));
    for (index, (before, after)) in (1..).zip(pairs) {
        sequence(index, before, after, &mut faults);
        let arrival = places.get(index - 1).and_then(|(_, to)| *to);
        let departure = places.get(index).and_then(|(from, _)| *from);
        if let (Some(arrival), Some(departure)) = (arrival, departure) {
            gap(index, arrival, departure, &mut faults);
        }
    }
    ending(trip, places, &mut faults);
    faults
}

/// What the travellers' duty stations add: a last stay that nothing ends. A trip ends where
/// it began, at the duty stations, on a day, or without end where its purpose allows that.
pub fn open_fault(trip: &Trip, places: &[Ends<'_>], people: &[PersonFacts]) -> Option<Fault> {
    let (first, last) = outermost(places)?;
    let said = trip.itinerary.until.is_some() || trip.itinerary.open_ended;
    let closed = said || returns(first, last) || all_at_home(trip, last.area_id.as_ref(), people);
    (!closed).then(|| {
        fault(
            "/until",
            "ITINERARY_OPEN",
            "the trip does not come back to where it began: give the last day of the last stay",
        )
    })
}

/// Where the trip begins and where it ends.
fn outermost<'p>(places: &[Ends<'p>]) -> Option<(&'p ResolvedPlace, &'p ResolvedPlace)> {
    let (first, _) = *places.first()?;
    let (_, last) = *places.last()?;
    first.zip(last)
}

fn caps(trip: &Trip, faults: &mut Vec<Fault>) {
    let segments = &trip.itinerary.segments;
    let points: usize = segments.iter().map(|segment| segment.route_points.len()).sum();
    let counted = [
        (segments.is_empty(), "/segments", "NO_SEGMENT", "a trip has at least one segment"),
        (
            segments.len() > MOST_SEGMENTS,
            "/segments",
            "TOO_MANY_SEGMENTS",
            "a trip has at most 60 segments",
        ),
        (trip.travellers.is_empty(), "/travellers", "NO_TRAVELLER", "somebody must travel"),
        (
            trip.travellers.len() > MOST_TRAVELLERS,
            "/travellers",
            "TOO_MANY_TRAVELLERS",
            "a trip has at most 200 travellers",
        ),
        (
            points > MOST_ROUTE_POINTS,
            "/segments",
            "TOO_MANY_ROUTE_POINTS",
            "the segments of a trip have at most 500 route points together",
        ),
    ];
    faults.extend(
        counted
            .into_iter()
            .filter(|(wrong, ..)| *wrong)
            .map(|(_, pointer, code, detail)| fault(pointer, code, detail)),
    );
}

/// Segments follow one another: in number and in time; they may touch at one instant.
fn sequence(index: usize, before: &Segment, after: &Segment, faults: &mut Vec<Fault>) {
    if after.seq <= before.seq {
        faults.push(segment_fault(
            (index, "seq"),
            "SEQ_OUT_OF_ORDER",
            "the numbers of segments rise",
        ));
    }
    if after.departs_at < before.arrives_at {
        faults.push(segment_fault(
            (index, "departs_at"),
            "ITINERARY_OVERLAP",
            "the segment departs before the one before it arrives",
        ));
    }
}

fn gap(index: usize, arrival: &ResolvedPlace, departure: &ResolvedPlace, faults: &mut Vec<Fault>) {
    let one_area = arrival.area_id.is_some() && arrival.area_id == departure.area_id;
    if !one_area && distance_km(arrival.point, departure.point) > NEAR_KM {
        faults.push(segment_fault(
            (index, "from"),
            "ITINERARY_GAP",
            "the segment starts neither in the area where the one before it ends nor within \
             150 km of there",
        ));
    }
}

/// A last stay has a last day that is not before its arrival, or no end where that is allowed.
fn ending(trip: &Trip, places: &[Ends<'_>], faults: &mut Vec<Fault>) {
    let itinerary = &trip.itinerary;
    if itinerary.open_ended && !trip.purpose.may_be_open_ended() {
        faults.push(fault(
            "/open_ended",
            "OPEN_ENDED_PURPOSE",
            "only an appointment, a transfer or a repatriation may have no end",
        ));
    }
    if itinerary.open_ended && itinerary.until.is_some() {
        faults.push(fault(
            "/until",
            "UNTIL_OF_OPEN_ENDED",
            "a last stay has either a last day or no end",
        ));
    }
    let Some((_, last)) = outermost(places) else { return };
    let arrives = itinerary.segments.last().map(|segment| segment.arrives_at);
    if let (Some(until), Some(arrives)) = (itinerary.until, arrives) {
        ends_after(until, last.zone.day_of(arrives), faults);
    }
}

fn ends_after(until: Date, arrives: Date, faults: &mut Vec<Fault>) {
    if until < arrives {
        let detail = "the last day of the last stay is before its arrival";
        faults.push(fault("/until", "UNTIL_BEFORE_ARRIVAL", detail));
    }
}

/// The trip comes back to the area in which it began; far from every area, to the same point.
pub(super) fn returns(first: &ResolvedPlace, last: &ResolvedPlace) -> bool {
    match (&first.area_id, &last.area_id) {
        (Some(first), Some(last)) => first == last,
        (None, None) => distance_km(first.point, last.point) <= SAME_KM,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn all_at_home(trip: &Trip, area: Option<&AreaId>, people: &[PersonFacts]) -> bool {
    area.is_some()
        && trip.travellers.iter().all(|traveller| {
            people.iter().any(|known| {
                known.person.person_id == traveller.person_id
                    && known.person.duty_station_area_id.as_ref() == area
            })
        })
}

fn segment_fault(
    (index, field): (usize, &'static str),
    code: &'static str,
    detail: &'static str,
) -> Fault {
    Fault { pointer: format!("/segments/{index}/{field}"), code, detail: detail.to_owned() }
}

fn fault(pointer: &'static str, code: &'static str, detail: &'static str) -> Fault {
    Fault { pointer: pointer.to_owned(), code, detail: detail.to_owned() }
}
