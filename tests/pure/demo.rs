//! The demonstration's day of traffic: the same seed gives the same day, and every kind of trip
//! and every way to be wrong is in it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;

use jiff::civil::{Date, date};
use safeconduct::demo::{Expect, Gazetteer, Payload, PlannedTrip, Sender, World, Wrong, day};
use safeconduct::model::{AreaId, Purpose, TransportMode, TripKind};
use serde_json::Value;

const TODAY: Date = date(2026, 11, 22);

fn gazetteer() -> &'static Gazetteer {
    static GAZETTEER: OnceLock<Gazetteer> = OnceLock::new();
    GAZETTEER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let mut gazetteer = Gazetteer::read(&folder).unwrap();
        // the areas of a made-up world: one for each country
        let areas: Vec<Option<AreaId>> = (gazetteer.towns.iter().map(|town| &town.country))
            .chain(gazetteer.airports.iter().map(|airport| &airport.country))
            .map(|country| Some(AreaId::from(format!("{country}-1"))))
            .collect();
        gazetteer.locate(areas);
        gazetteer
    })
}

fn planned(seed: u64, trips: usize) -> Vec<PlannedTrip> {
    day(seed, trips, &World { gazetteer: gazetteer(), people: 20_000, today: TODAY })
}

fn bodies(day: &[PlannedTrip]) -> impl Iterator<Item = &Value> {
    day.iter().filter_map(|trip| match (&trip.payload, trip.expect) {
        (Payload::Json(body), Expect::Accepted) => Some(body),
        _ => None,
    })
}

fn texts<'v>(day: &'v [PlannedTrip], pointer: &str) -> BTreeSet<&'v str> {
    bodies(day).filter_map(|body| body.pointer(pointer)?.as_str()).collect()
}

#[test]
fn one_seed_gives_one_day() {
    assert_eq!(planned(7, 600), planned(7, 600));
    assert_ne!(planned(7, 600), planned(8, 600));
}

#[test]
fn the_population_limits_the_day() {
    let people = World { gazetteer: gazetteer(), people: 2_000, today: TODAY };
    let trips = day(3, 100_000, &people);
    assert!(!trips.is_empty() && trips.len() < 2_000, "the people limit the day");
}

#[test]
fn two_of_a_hundred_are_wrong_in_every_way() {
    let trips = planned(1, 6_850);
    assert_eq!(trips.len(), 6_850);
    let wrong: Vec<Wrong> = trips
        .iter()
        .filter_map(|trip| match trip.expect {
            Expect::Refused(wrong) => Some(wrong),
            Expect::Accepted | Expect::Repeated(_) => None,
        })
        .collect();
    assert_eq!(wrong.len(), 137);
    let ways: BTreeSet<Wrong> = wrong.into_iter().collect();
    assert_eq!(ways.len(), Wrong::ALL.len());
}

#[test]
fn every_kind_means_and_purpose_is_there() {
    let trips = planned(1, 6_850);
    assert_eq!(texts(&trips, "/trip_kind").len(), TripKind::ALL.len());
    assert_eq!(texts(&trips, "/purpose").len(), Purpose::ALL.len());
    assert_eq!(texts(&trips, "/segments/0/mode").len(), TransportMode::ALL.len());
    let personal = bodies(&trips).filter(|body| body["trip_kind"] == "personal").count();
    assert!((800..1_300).contains(&personal), "{personal} of 6,850 are personal");
    let groups = trips.iter().filter(|trip| trip.travellers > 2).count();
    assert!(groups > 100, "{groups} groups");
    for pointer in ["/private_days", "/until", "/open_ended", "/segments/1/airside_transit"] {
        assert!(bodies(&trips).any(|body| body.pointer(pointer).is_some()), "{pointer}");
    }
}

#[test]
fn nobody_travels_twice_except_to_be_refused() {
    let trips = planned(5, 4_000);
    let mut seen = BTreeSet::new();
    for body in bodies(&trips) {
        for traveller in body["travellers"].as_array().unwrap() {
            let person = traveller["person_id"].as_str().unwrap();
            assert!(seen.insert(person.to_owned()), "{person} travels twice");
        }
    }
}

#[test]
fn itineraries_are_in_order_and_begin_near_their_day() {
    let first = TODAY.checked_sub(jiff::Span::new().days(3)).unwrap();
    let last = TODAY.checked_add(jiff::Span::new().days(62)).unwrap();
    for body in bodies(&planned(11, 2_000)) {
        let mut before = jiff::Timestamp::MIN;
        for segment in body["segments"].as_array().unwrap() {
            for name in ["departs_at", "arrives_at"] {
                let at: jiff::Timestamp = segment[name].as_str().unwrap().parse().unwrap();
                assert!(before < at, "{body}");
                before = at;
            }
        }
        let begins = body["segments"][0]["departs_at"].as_str().unwrap();
        let begins = begins.parse::<jiff::Timestamp>().unwrap();
        let begins = begins.to_zoned(jiff::tz::TimeZone::UTC).date();
        assert!(first <= begins && begins <= last, "{begins}");
    }
}

#[test]
fn personal_trips_are_sent_by_the_traveller() {
    for trip in planned(2, 2_000) {
        let (Payload::Json(body), Expect::Accepted) = (&trip.payload, trip.expect) else {
            continue;
        };
        let personal = body["trip_kind"] == "personal";
        assert_eq!(matches!(trip.sender, Sender::Person(_)), personal);
    }
}
