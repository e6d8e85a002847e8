//! Faults that stop a body from being one itinerary, all of them at once.

use safeconduct::decision::itinerary_faults;
use safeconduct::model::Trip;

use super::rules_survey::{airport, boxes, fly, itinerary, point, spot, world};

pub(crate) fn plain_trip() -> Trip {
    let case: crate::rules_case::Case =
        serde_json::from_value(serde_json::json!({"says": "the usual", "expect": []})).unwrap();
    case.inputs().trip
}

/// Faults of the usual way with a change, as `pointer code`.
fn faults(change: impl FnOnce(&mut Trip)) -> Vec<String> {
    let mut trip = plain_trip();
    trip.itinerary = itinerary(vec![
        fly("HOM", "AAA", ["2026-12-01T08:00:00Z", "2026-12-01T10:00:00Z"]),
        fly("AAA", "HOM", ["2026-12-04T08:00:00Z", "2026-12-04T10:00:00Z"]),
    ]);
    for (seq, segment) in (1..).zip(&mut trip.itinerary.segments) {
        segment.seq = seq;
    }
    change(&mut trip);
    let atlas = world(&boxes(), Vec::new());
    let ends: Vec<_> = trip
        .itinerary
        .segments
        .iter()
        .map(|s| (atlas.resolve(&s.from.name).ok(), atlas.resolve(&s.to.name).ok()))
        .collect();
    let ends: Vec<_> = ends.iter().map(|(from, to)| (from.as_ref(), to.as_ref())).collect();
    let found = itinerary_faults(&trip, &ends, &[]);
    found.into_iter().map(|fault| format!("{} {}", fault.pointer, fault.code)).collect()
}

#[test]
fn every_fault_of_an_itinerary_at_once() {
    assert_eq!(faults(|_| {}), [""; 0]);
    let wrong = faults(|trip| {
        let segments = &mut trip.itinerary.segments;
        segments[0].arrives_at = segments[0].departs_at;
        segments[1].seq = 1;
        segments[1].from.name = airport("CCC");
        segments[1].to.name = airport("BBB");
        segments[1].departs_at = "2026-12-01T07:00:00Z".parse().unwrap();
        trip.trip_kind = safeconduct::model::TripKind::Personal;
        trip.itinerary.open_ended = true;
        trip.travellers.clear();
    });
    assert_eq!(
        wrong,
        [
            "/travellers NO_TRAVELLER",
            "/purpose KIND_CONTRADICTS_PURPOSE",
            "/segments/0/arrives_at ARRIVAL_NOT_AFTER_DEPARTURE",
            "/segments/1/seq SEQ_OUT_OF_ORDER",
            "/segments/1/departs_at ITINERARY_OVERLAP",
            "/segments/1/from ITINERARY_GAP",
            "/open_ended OPEN_ENDED_PURPOSE",
        ]
    );
}

#[test]
fn an_itinerary_has_an_end() {
    let open = |trip: &mut Trip| {
        trip.itinerary.segments.truncate(1);
    };
    assert_eq!(faults(open), ["/until ITINERARY_OPEN"]);
    let until = |day: &str| {
        let day = day.parse().unwrap();
        faults(|trip| {
            open(trip);
            trip.itinerary.until = Some(day);
        })
    };
    assert_eq!(until("2026-12-01"), [""; 0]);
    assert_eq!(until("2026-11-30"), ["/until UNTIL_BEFORE_ARRIVAL"]);
    let transfer = faults(|trip| {
        open(trip);
        trip.purpose = safeconduct::model::Purpose::Transfer;
        trip.itinerary.open_ended = true;
    });
    assert_eq!(transfer, [""; 0]);
    let near = faults(|trip| trip.itinerary.segments[1].from.name = spot(4.2));
    assert_eq!(near, [""; 0], "the next area, but within 150 km");
}

#[test]
fn caps_hold() {
    let many = faults(|trip| {
        trip.travellers = vec![trip.travellers[0].clone(); 201];
        trip.itinerary.segments[0].route_points = vec![point(2.0, 1.0); 501];
    });
    assert_eq!(many, ["/travellers TOO_MANY_TRAVELLERS", "/segments TOO_MANY_ROUTE_POINTS"]);
}
