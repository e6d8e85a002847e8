//! Row 4: a full decision of three stays, on the shipped world with the levels of the demonstration.

use std::path::Path;

use fastrand::Rng;
use safeconduct::atlas::{Airport, Atlas};
use safeconduct::decision::{SurveySettings, decide, remedies, survey};
use safeconduct::demo::levels::{CountryFlags, SEED, standing};
use safeconduct::model::{AreaId, Facts, PlaceName, StayKind, Terrain, Trip};
use safeconduct::world::{DataFolder, WorldData};
use serde_json::{Value, json};

use crate::timing::{Figures, Table};

const TRIPS: usize = 2_000;
/// What Cedar's authors published for one policy decision; `loadtests/peers` measures it as well.
const CEDAR_NS: f64 = 23_000.0;

/// What was decided, and what of ours a peer is held against.
pub(crate) struct Ours {
    /// Which trips they are.
    pub(crate) what: &'static str,
    /// What is known of the traveller.
    pub(crate) facts: Facts,
    /// The trips on their ground.
    pub(crate) surveyed: Vec<(Trip, Terrain)>,
    /// Row 4.
    pub(crate) decide: Figures,
}

/// Measures row 4 on the data under the project's root.
pub(crate) fn measure(root: &Path, table: &mut Table) -> Vec<Ours> {
    let atlas = shipped(root);
    let settings = SurveySettings::default();
    let facts: Facts = serde_json::from_value(facts()).expect("facts");

    let example: Vec<Trip> = vec![trip(&example()); TRIPS];
    let example = one("the contract's example", &example, (&facts, &atlas), table);

    let scheduled = atlas.places().airports().iter().filter(|airport| airport.scheduled);
    let airports: Vec<(&Airport, AreaId)> =
        scheduled.filter_map(|airport| Some((airport, area_of(&atlas, airport)?))).collect();
    let mut rng = Rng::with_seed(4);
    let flights: Vec<Trip> = (0..TRIPS).map(|_| trip(&round(&airports, &mut rng))).collect();
    let flights = one("three stays between airports", &flights, (&facts, &atlas), table);

    let tried: Vec<_> = flights
        .surveyed
        .iter()
        .take(200)
        .map(|(trip, terrain)| (trip, terrain, decide(trip, &facts, terrain)))
        .collect();
    let figures = Figures::of(&tried, |(trip, terrain, decision)| {
        remedies((trip, &facts, terrain), &atlas, &settings, decision).len()
    });
    table.say("   remedies, three stays between airports: p50", figures.p50, "ns");
    table.say("   remedies, three stays between airports: p99", figures.p99, "ns");
    vec![example, flights]
}

fn one(
    what: &'static str,
    trips: &[Trip],
    (facts, atlas): (&Facts, &Atlas),
    table: &mut Table,
) -> Ours {
    let settings = SurveySettings::default();
    let found = Figures::of(trips, |trip| survey(&trip.itinerary, atlas, &settings).stays.len());
    table.say(&format!("   survey, {what}: p50"), found.p50, "ns");
    table.say(&format!("   survey, {what}: p99"), found.p99, "ns");
    let surveyed: Vec<(Trip, Terrain)> = trips
        .iter()
        .map(|trip| (trip.clone(), survey(&trip.itinerary, atlas, &settings)))
        .collect();
    for (trip, terrain) in &surveyed {
        let asked = terrain.stays.iter().filter(|s| s.kind == StayKind::Stay && !s.at_start_area);
        assert_eq!(asked.count(), 3, "{:?}", trip.itinerary);
    }
    let found =
        Figures::of(&surveyed, |(trip, terrain)| decide(trip, facts, terrain).clearances.len());
    table.at_most(&format!("4  decide, {what}: p50"), 5_000.0, found.p50, "ns");
    let cedar = CEDAR_NS / found.p50;
    table.at_least(&format!("4  Cedar's 23 µs by ours, {what}"), 4.0, cedar, "x");
    table.say(&format!("4  decide, {what}: p99"), found.p99, "ns");
    table.say(&format!("4  decide, {what}: mean"), found.mean, "ns");
    Ours { what, facts: facts.clone(), surveyed, decide: found }
}

fn shipped(root: &Path) -> Atlas {
    let data = root.join("data");
    let world = WorldData::read(&DataFolder::new(data)).expect("the shipped world");
    let first = |area: &_, country: Option<&_>| standing(CountryFlags::of(country), area, SEED);
    world.atlas(&first).expect("the shipped world fits together")
}

fn area_of(atlas: &Atlas, airport: &Airport) -> Option<AreaId> {
    atlas.resolve(&PlaceName::Airport(airport.ident.clone())).ok()?.area_id
}

/// Three stays in three areas, two nights each, flown between scheduled airports.
fn round(airports: &[(&Airport, AreaId)], rng: &mut Rng) -> Value {
    let mut picked: Vec<&(&Airport, AreaId)> = Vec::new();
    while picked.len() < 4 {
        let next = &airports[rng.usize(..airports.len())];
        if picked.iter().all(|known| known.1 != next.1) {
            picked.push(next);
        }
    }
    picked.push(picked[0]);
    let day = |leg: usize| 1 + 2 * leg;
    let segments = picked.windows(2).enumerate().map(|(leg, ends)| {
        segment(
            (leg + 1, "air_commercial"),
            (&json!({"airport": ends[0].0.ident}), &json!({"airport": ends[1].0.ident})),
            (
                &format!("2026-12-{:02}T06:00:00Z", day(leg)),
                &format!("2026-12-{:02}T16:00:00Z", day(leg)),
            ),
        )
    });
    segments.collect()
}

/// The trip of the contract (api.md).
fn example() -> Value {
    let (add, nbo) = (json!({"airport": "ADD"}), json!({"airport": "NBO"}));
    let nakuru = json!({"point": [36.07, -0.30]});
    let mut there = segment(
        (2, "road_own"),
        (&nbo, &nakuru),
        ("2026-12-03T07:00:00+03:00", "2026-12-03T11:00:00+03:00"),
    );
    there["route_points"] = json!([[36.65, -0.95]]);
    json!([
        segment(
            (1, "air_commercial"),
            (&add, &nbo),
            ("2026-12-01T08:30:00+03:00", "2026-12-01T10:45:00+03:00"),
        ),
        there,
        segment(
            (3, "road_own"),
            (&nakuru, &nbo),
            ("2026-12-05T13:00:00+03:00", "2026-12-05T17:00:00+03:00"),
        ),
        segment(
            (4, "air_commercial"),
            (&nbo, &add),
            ("2026-12-06T09:00:00+03:00", "2026-12-06T11:10:00+03:00"),
        ),
    ])
}

fn segment(
    (seq, mode): (usize, &str),
    (from, to): (&Value, &Value),
    (departs, arrives): (&str, &str),
) -> Value {
    json!({
        "seq": seq, "mode": mode, "from": {"name": from, "label": null},
        "to": {"name": to, "label": null}, "departs_at": departs, "arrives_at": arrives,
        "carrier_code": "XX", "flight_no": null, "airside_transit": false, "route_points": [],
    })
}

fn trip(segments: &Value) -> Trip {
    let lodging = |area: &str| {
        json!({
            "area_id": area, "kind": "hotel", "name": null, "address": null, "phone": null,
            "point": null, "from": null,
        })
    };
    let trip = json!({
        "trip_kind": "official", "purpose": "duty_travel", "purpose_text": null,
        "justification": null, "pc_grade": "PC2", "programme_activity_id": null,
        "travellers": [{"person_id": "00000000-0000-7000-8000-000000000001", "role": "member"}],
        "itinerary": {
            "segments": segments, "until": null, "open_ended": false,
            "lodging": [lodging("KEN-1196"), lodging("KEN-890")],
        },
        "private_days": [], "organization": "unicef", "requester_id": null,
        "external_refs": [], "mscr_id": null, "supplied_fields": [],
    });
    serde_json::from_value(trip).expect("a trip")
}

fn facts() -> Value {
    json!({
        "now": "2026-11-01T00:00:00Z",
        "people": [{
            "person": {
                "person_id": "00000000-0000-7000-8000-000000000001", "organization": "unicef",
                "category": "staff_international", "recruitment": "international",
                "status": "active", "duty_station_area_id": "CHE-167", "sponsor_person_id": null,
                "reachable": true, "next_of_kin": true, "named": true, "senior_official": false,
            },
            "revision": 1,
            "certificates": [
                {"course": "BSAFE", "completed_on": "2024-05-01", "expires_on": null, "state": "verified"},
                {"course": "SSAFE", "completed_on": "2025-05-01", "expires_on": "2028-05-01", "state": "verified"},
            ],
            "medical_valid_to": "2027-12-31", "resident": true,
        }],
        "nights": [], "arrivals": [],
        "organization": {
            "organization": "unicef", "entitlement_notify_only": false,
            "flight_concentration_max": 30,
        },
        "mscr": null, "activity_grades": null, "gaps": [],
    })
}
