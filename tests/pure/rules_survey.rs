//! Stays, passages and fences from segments: on worlds of boxes, and the example of the contract on
//! the shipped world.

use std::sync::Arc;

use safeconduct::atlas::{
    Airport, AreaBox, Atlas, AtlasParts, Candidates, DrawnFence, FenceLayer, Places, Placing,
    rectangle,
};
use safeconduct::decision::{SurveySettings, itinerary_faults, survey};
use safeconduct::model::{
    AreaId, DailyHours, Fence, FenceContactKind, FenceEffect, FenceId, FenceKind, Itinerary,
    Lodging, LodgingKind, LonLat, Place, PlaceName, SecurityLevel, Segment, StatusKind, StayKind,
    Terrain, TransportMode, Trip, Validity, Zone,
};
use uuid::Uuid;

use super::rules_sanity::plain_trip;

/// Four areas in a row, two degrees wide each, at the equator: HOME, A, B, C.
pub(crate) fn boxes() -> Vec<AreaBox> {
    let areas = [("HOME", 0.0), ("A", 2.0), ("B", 4.0), ("C", 6.0)];
    let area = |(id, west): (&str, f64)| {
        AreaBox::new(id, Some("AA"), [west, 0.0, west + 2.0, 2.0], SecurityLevel::MINIMAL)
    };
    areas.into_iter().map(area).collect()
}

pub(crate) fn world(boxes: &[AreaBox], fences: Vec<DrawnFence>) -> Atlas {
    let mut parts = AtlasParts::of_boxes(7, boxes).unwrap();
    // positions are those of the sorted ids: A, B, C, HOME
    let airport = |code: &str, lon: f64, area: usize| Airport {
        ident: code.into(),
        iata: Some(code.into()),
        icao: None,
        name: code.into(),
        kind: "large_airport".into(),
        country: "AA".into(),
        scheduled: true,
        point: point(lon, 1.0),
        zone: None,
        placing: Placing::Covered(Candidates::One(area)),
    };
    let airports = vec![
        airport("AAA", 3.0, 0),
        airport("AAB", 3.2, 0),
        airport("BBB", 5.0, 1),
        airport("CCC", 7.0, 2),
        airport("HOM", 1.0, 3),
    ];
    parts.places = Arc::new(Places::new(airports, Vec::new()));
    parts.fences = Arc::new(FenceLayer::new(fences).unwrap());
    Atlas::assemble(parts).unwrap()
}

pub(crate) fn point(lon: f64, lat: f64) -> LonLat {
    LonLat::new(lon, lat).unwrap()
}

pub(crate) fn airport(code: &str) -> PlaceName {
    PlaceName::Airport(code.into())
}

pub(crate) fn spot(lon: f64) -> PlaceName {
    PlaceName::Point(point(lon, 1.0))
}

fn segment(mode: TransportMode, from: PlaceName, to: PlaceName, times: [&str; 2]) -> Segment {
    let place = |name| Place { name, label: None };
    Segment {
        seq: 0,
        mode,
        from: place(from),
        to: place(to),
        departs_at: times[0].parse().unwrap(),
        arrives_at: times[1].parse().unwrap(),
        carrier_code: None,
        flight_no: None,
        airside_transit: false,
        route_points: Vec::new(),
    }
}

pub(crate) fn fly(from: &str, to: &str, times: [&str; 2]) -> Segment {
    segment(TransportMode::AirCommercial, airport(from), airport(to), times)
}

fn drive(from: f64, to: f64, times: [&str; 2]) -> Segment {
    let mut segment = segment(TransportMode::RoadOwn, spot(from), spot(to), times);
    // a point every half degree: no long gaps
    let steps = ((to - from).abs() / 0.5).round().max(1.0);
    let step = (to - from) / steps;
    let mut at = from + step;
    while (to - at).abs() > 0.25 {
        segment.route_points.push(point(at, 1.0));
        at += step;
    }
    segment
}

pub(crate) fn itinerary(segments: Vec<Segment>) -> Itinerary {
    Itinerary { segments, until: None, open_ended: false, lodging: Vec::new() }
}

fn house(area: &str) -> Lodging {
    Lodging {
        area_id: area.into(),
        kind: LodgingKind::Hotel,
        name: None,
        address: None,
        phone: None,
        point: None,
        from: None,
    }
}

/// `A 3 nights`, `passage B`, `HOME at home`, in the order of the terrain.
fn stays(terrain: &Terrain) -> Vec<String> {
    let name =
        |at: Option<usize>| at.map_or("nowhere".into(), |at| terrain.areas[at].area_id.to_string());
    terrain
        .stays
        .iter()
        .map(|stay| match (stay.kind, stay.at_start_area) {
            (StayKind::Passage, _) => format!("passage {}", name(stay.area)),
            (StayKind::Stay, true) => format!("{} at home", name(stay.area)),
            (StayKind::Stay, false) => format!("{} {} nights", name(stay.area), stay.nights),
        })
        .collect()
}

fn look(itinerary: &Itinerary) -> Terrain {
    survey(itinerary, &world(&boxes(), Vec::new()), &SurveySettings::default())
}

#[test]
fn a_stay_between_two_flights_and_home_at_the_end() {
    let terrain = look(&itinerary(vec![
        fly("HOM", "AAA", ["2026-12-01T08:00:00Z", "2026-12-01T10:00:00Z"]),
        fly("AAA", "HOM", ["2026-12-04T08:00:00Z", "2026-12-04T10:00:00Z"]),
    ]));
    assert_eq!(stays(&terrain), ["A 3 nights", "HOME at home"]);
    assert_eq!(terrain.start_area, Some("HOME".into()));
    assert_eq!(terrain.world_version, 7);
    assert!(terrain.crossings.is_empty(), "flights cross nothing");
}

#[test]
fn a_night_across_midnight_is_one_night_of_the_areas_own_clock() {
    let visit = itinerary(vec![
        fly("HOM", "AAA", ["2026-12-01T19:00:00Z", "2026-12-01T20:30:00Z"]),
        fly("AAA", "HOM", ["2026-12-01T22:00:00Z", "2026-12-01T23:30:00Z"]),
    ]);
    assert_eq!(stays(&look(&visit)), ["A 0 nights", "HOME at home"]);
    let mut east = boxes();
    east[1].zone = Zone::named("Africa/Nairobi").unwrap();
    let terrain = survey(&visit, &world(&east, Vec::new()), &SurveySettings::default());
    assert_eq!(stays(&terrain), ["A 1 nights", "HOME at home"], "midnight is at 21:00 there");
}

#[test]
fn an_airside_transit_is_no_stay_within_its_limits() {
    let way = |arrives: &str, departs: &str, from: &str, airside: bool| {
        let mut on = fly(from, "BBB", [departs, "2026-12-03T23:00:00Z"]);
        on.airside_transit = airside;
        let mut way = itinerary(vec![
            fly("HOM", "AAA", ["2026-12-01T08:00:00Z", arrives]),
            on,
            fly("BBB", "HOM", ["2026-12-05T08:00:00Z", "2026-12-05T10:00:00Z"]),
        ]);
        way.lodging = Vec::new();
        stays(&look(&way))
    };
    let (noon, next_noon) = ("2026-12-01T12:00:00Z", "2026-12-02T12:00:00Z");
    let passed = ["B 2 nights", "HOME at home"];
    let stayed = ["A 1 nights", "B 2 nights", "HOME at home"];
    assert_eq!(way(noon, next_noon, "AAA", true), passed, "24 hours to the second");
    assert_eq!(way(noon, "2026-12-02T12:00:01Z", "AAA", true), stayed);
    assert_eq!(way(noon, next_noon, "AAA", false), stayed, "leaving the airport");
    assert_eq!(way(noon, next_noon, "AAB", true), stayed, "another airport");
}

#[test]
fn moving_inside_an_area_continues_the_stay() {
    let terrain = look(&itinerary(vec![
        fly("HOM", "AAA", ["2026-12-01T08:00:00Z", "2026-12-01T10:00:00Z"]),
        drive(3.0, 3.4, ["2026-12-02T08:00:00Z", "2026-12-02T10:00:00Z"]),
        fly("AAB", "HOM", ["2026-12-04T08:00:00Z", "2026-12-04T10:00:00Z"]),
    ]));
    assert_eq!(stays(&terrain), ["A 3 nights", "HOME at home"]);
    let stay = &terrain.stays[0];
    assert_eq!((stay.arrives_by, stay.leaves_by), (0, Some(2)));
    assert_eq!(stay.points.len(), 3, "airport, the spot driven to, airport");
}

#[test]
fn a_drive_through_an_area_is_a_passage() {
    let terrain = look(&itinerary(vec![
        drive(1.0, 5.0, ["2026-12-01T08:00:00Z", "2026-12-01T16:00:00Z"]),
        drive(5.0, 1.0, ["2026-12-03T08:00:00Z", "2026-12-03T16:00:00Z"]),
    ]));
    assert_eq!(
        stays(&terrain),
        ["passage A", "B 2 nights", "passage A", "HOME at home"],
        "neither where it begins nor where it ends"
    );
    let passage = &terrain.stays[0];
    assert_eq!(passage.arrive_at, "2026-12-01T10:00:00Z".parse().unwrap(), "a quarter of the way");
    assert_eq!(passage.depart_at, Some("2026-12-01T14:00:00Z".parse().unwrap()));
    assert!(terrain.unknown_routes.is_empty());
    let crossed: Vec<_> = terrain
        .crossings
        .iter()
        .map(|c| (c.segment, terrain.areas[c.area].area_id.as_str()))
        .collect();
    assert_eq!(crossed, [(0, "HOME"), (0, "A"), (0, "B"), (1, "B"), (1, "A"), (1, "HOME")]);
}

#[test]
fn moving_about_where_the_trip_begins_is_at_home() {
    let terrain = look(&itinerary(vec![
        drive(0.5, 1.0, ["2026-12-01T08:00:00Z", "2026-12-01T10:00:00Z"]),
        fly("HOM", "AAA", ["2026-12-02T08:00:00Z", "2026-12-02T10:00:00Z"]),
        fly("AAA", "HOM", ["2026-12-04T08:00:00Z", "2026-12-04T10:00:00Z"]),
        fly("HOM", "BBB", ["2026-12-06T08:00:00Z", "2026-12-06T10:00:00Z"]),
        fly("BBB", "HOM", ["2026-12-07T08:00:00Z", "2026-12-07T10:00:00Z"]),
    ]));
    assert_eq!(
        stays(&terrain),
        ["HOME at home", "A 2 nights", "HOME 2 nights", "B 1 nights", "HOME at home"],
        "coming back in between is a stay"
    );
}

#[test]
fn a_last_stay_ends_on_a_day_or_never() {
    let mut way =
        itinerary(vec![fly("HOM", "AAA", ["2026-12-01T08:00:00Z", "2026-12-01T10:00:00Z"])]);
    way.until = Some("2026-12-05".parse().unwrap());
    let terrain = look(&way);
    assert_eq!(stays(&terrain), ["A 4 nights"]);
    assert_eq!(terrain.stays[0].depart, way.until);
    way.until = None;
    way.open_ended = true;
    let terrain = look(&way);
    assert_eq!(stays(&terrain), ["A 180 nights"], "as long as visitors may stay");
    assert_eq!((terrain.stays[0].depart, terrain.stays[0].depart_at), (None, None));
}

#[test]
fn leaving_from_a_neighbouring_area_cuts_the_stay() {
    let way = |lodging: &[&str]| {
        let mut way = itinerary(vec![
            fly("HOM", "AAA", ["2026-12-01T08:00:00Z", "2026-12-01T10:00:00Z"]),
            segment(
                TransportMode::AirCommercial,
                spot(4.2),
                airport("HOM"),
                ["2026-12-04T08:00:00Z", "2026-12-04T10:00:00Z"],
            ),
        ]);
        way.lodging = lodging.iter().map(|area| house(area)).collect();
        stays(&look(&way))
    };
    assert_eq!(way(&["A"]), ["A 3 nights", "B 0 nights", "HOME at home"]);
    assert_eq!(way(&["B"]), ["A 0 nights", "B 3 nights", "HOME at home"]);
    assert_eq!(way(&[]), ["A 3 nights", "B 0 nights", "HOME at home"]);
    assert_eq!(way(&["A", "B"]), ["A 3 nights", "B 3 nights", "HOME at home"]);
}

#[test]
fn the_house_of_a_stay_is_the_one_of_its_nights() {
    let mut way = itinerary(vec![
        fly("HOM", "AAA", ["2026-12-01T08:00:00Z", "2026-12-01T10:00:00Z"]),
        fly("AAA", "BBB", ["2026-12-03T08:00:00Z", "2026-12-03T10:00:00Z"]),
        fly("BBB", "AAA", ["2026-12-05T08:00:00Z", "2026-12-05T10:00:00Z"]),
        fly("AAA", "HOM", ["2026-12-08T08:00:00Z", "2026-12-08T10:00:00Z"]),
    ]);
    let later = Lodging { from: Some("2026-12-05".parse().unwrap()), ..house("A") };
    way.lodging = vec![later, house("A")];
    let terrain = look(&way);
    assert_eq!(stays(&terrain), ["A 2 nights", "B 2 nights", "A 3 nights", "HOME at home"]);
    let houses: Vec<_> = terrain.stays.iter().map(|stay| stay.lodging).collect();
    assert_eq!(houses, [Some(1), None, Some(0), None]);
}

#[test]
fn a_way_with_long_gaps_is_not_known() {
    let way = |mode: StatusKind| {
        let mut boxes = boxes();
        boxes[1].status = mode;
        let mut drive = drive(1.0, 5.0, ["2026-12-01T08:00:00Z", "2026-12-01T16:00:00Z"]);
        drive.route_points.clear();
        let back = fly("BBB", "HOM", ["2026-12-03T08:00:00Z", "2026-12-03T16:00:00Z"]);
        let way = itinerary(vec![drive, back]);
        survey(&way, &world(&boxes, Vec::new()), &SurveySettings::default()).unknown_routes
    };
    let harmless = way(StatusKind::Open);
    assert_eq!(harmless.len(), 1);
    assert_eq!(harmless[0].gap_km, Some(445), "four degrees along the first parallel");
    assert!(!harmless[0].delicate);
    assert!(way(StatusKind::Suspended)[0].delicate);
}

#[test]
fn an_end_known_only_as_an_area_is_a_way_not_known() {
    let mut way = drive(1.0, 3.0, ["2026-12-01T08:00:00Z", "2026-12-01T16:00:00Z"]);
    way.to.name = PlaceName::Area("A".into());
    let back = fly("AAA", "HOM", ["2026-12-03T08:00:00Z", "2026-12-03T16:00:00Z"]);
    let terrain = look(&itinerary(vec![way, back]));
    assert_eq!(terrain.unknown_routes[0].gap_km, None);
    assert_eq!(stays(&terrain), ["A 2 nights", "HOME at home"]);
    assert_eq!(terrain.stays[0].points.len(), 1, "a label is no point of a stay");
}

fn fence(number: u128, edges: [f64; 4], areas: &[&str]) -> DrawnFence {
    DrawnFence {
        fence: Arc::new(Fence {
            fence_id: FenceId(Uuid::from_u128(number)),
            kind: FenceKind::NoGo,
            name: "Old quarter".into(),
            effect: FenceEffect::Deny,
            validity: Validity { from: None, until: None },
            hours: None,
            areas: areas.iter().map(|area| AreaId::from(*area)).collect(),
            version: 1,
        }),
        shape: Arc::new(rectangle(edges).unwrap()),
    }
}

fn amended(drawn: &DrawnFence, amend: impl FnOnce(&mut Fence)) -> DrawnFence {
    let mut fence = (*drawn.fence).clone();
    amend(&mut fence);
    DrawnFence { fence: Arc::new(fence), shape: Arc::clone(&drawn.shape) }
}

/// `stay: contact fence`, in order.
fn contacts(terrain: &Terrain) -> Vec<String> {
    let stays = terrain.stays.iter();
    stays
        .flat_map(|stay| {
            let area = stay.area.map_or("", |at| terrain.areas[at].area_id.as_str());
            stay.fences.iter().map(move |contact| {
                let kind = match contact.kind {
                    FenceContactKind::Covers => "covers",
                    FenceContactKind::InArea => "in area",
                    FenceContactKind::Crosses => "crosses",
                };
                format!("{area}: {kind} {}", contact.fence.fence_id.0.as_u128())
            })
        })
        .collect()
}

fn round_trip() -> Itinerary {
    itinerary(vec![
        drive(1.0, 5.0, ["2026-12-01T08:00:00Z", "2026-12-01T16:00:00Z"]),
        fly("BBB", "HOM", ["2026-12-03T08:00:00Z", "2026-12-03T10:00:00Z"]),
    ])
}

fn met(fences: Vec<DrawnFence>, way: &Itinerary) -> Vec<String> {
    contacts(&survey(way, &world(&boxes(), fences), &SurveySettings::default()))
}

#[test]
fn a_fence_over_a_point_of_the_stay_covers_it_and_one_beside_is_in_the_area() {
    let over = fence(1, [4.9, 0.9, 5.1, 1.1], &["B"]);
    let beside = fence(2, [5.5, 0.1, 5.6, 0.2], &["B"]);
    let found = met(vec![over.clone(), beside], &round_trip());
    assert_eq!(
        found,
        ["B: covers 1", "B: in area 2", "B: crosses 1", "B: crosses 1"],
        "the drive ends in it and the flight starts in it"
    );
    let past = amended(&over, |fence| {
        fence.validity.until = Some("2026-12-01T14:00:00Z".parse().unwrap());
    });
    assert_eq!(met(vec![past], &round_trip()), [""; 0], "over two hours before it is reached");
}

#[test]
fn a_house_with_a_point_is_a_point_of_the_stay() {
    let over = fence(1, [5.5, 0.1, 5.6, 0.2], &["B"]);
    let mut way = round_trip();
    way.lodging = vec![Lodging { point: Some(point(5.55, 0.15)), ..house("B") }];
    assert_eq!(met(vec![over], &way), ["B: covers 1"]);
}

#[test]
fn a_fence_on_the_way_is_met_where_and_when_it_is_crossed() {
    // the drive is at 3.0 at noon
    let on_the_way = fence(1, [2.99, 0.9, 3.01, 1.1], &["A"]);
    assert_eq!(met(vec![on_the_way.clone()], &round_trip()), ["A: crosses 1"]);
    let until = |time: &str| {
        let time = time.parse().unwrap();
        met(vec![amended(&on_the_way, |fence| fence.validity.until = Some(time))], &round_trip())
    };
    assert_eq!(until("2026-12-01T10:50:00Z"), [""; 0]);
    assert_eq!(until("2026-12-01T11:10:00Z"), ["A: crosses 1"], "an hour early counts");
    let hours = |from: &str, to: &str| {
        let hours = DailyHours { from: from.parse().unwrap(), to: to.parse().unwrap() };
        met(vec![amended(&on_the_way, |fence| fence.hours = Some(hours))], &round_trip())
    };
    assert_eq!(hours("22:00:00", "05:00:00"), [""; 0], "by day the curfew does not stand");
    assert_eq!(hours("12:30:00", "18:00:00"), ["A: crosses 1"], "an hour late counts");
}

#[test]
fn a_fence_met_where_the_trip_begins_falls_to_where_it_leads() {
    let at_home = fence(1, [1.4, 0.9, 1.5, 1.1], &["HOME"]);
    let found = met(vec![at_home], &round_trip());
    assert_eq!(found, ["B: crosses 1", "HOME: in area 1"]);
}

#[test]
fn a_near_border_is_told() {
    let mut way = round_trip();
    way.segments[0].to.name = spot(4.01);
    way.segments[0].route_points.retain(|point| point.lon() < 4.0);
    let terrain = look(&way);
    let stay = terrain.stays.iter().find(|stay| stay.kind == StayKind::Stay).unwrap();
    let near: Vec<_> =
        stay.near.iter().map(|n| (terrain.areas[n.area].area_id.as_str(), n.km)).collect();
    assert_eq!(near, [("A", 1.1)]);
}

/// The submit body of the contract, as values.
fn example() -> Itinerary {
    let nakuru = || PlaceName::Point(point(36.07, -0.30));
    let air = TransportMode::AirCommercial;
    let mut there = segment(
        TransportMode::RoadOwn,
        airport("NBO"),
        nakuru(),
        ["2026-12-03T07:00:00+03:00", "2026-12-03T11:00:00+03:00"],
    );
    there.route_points.push(point(36.65, -0.95));
    let mut segments = vec![
        segment(
            air,
            airport("ADD"),
            airport("NBO"),
            ["2026-12-01T08:30:00+03:00", "2026-12-01T10:45:00+03:00"],
        ),
        there,
        segment(
            TransportMode::RoadOwn,
            nakuru(),
            airport("NBO"),
            ["2026-12-05T13:00:00+03:00", "2026-12-05T17:00:00+03:00"],
        ),
        segment(
            air,
            airport("NBO"),
            airport("ADD"),
            ["2026-12-06T09:00:00+03:00", "2026-12-06T11:10:00+03:00"],
        ),
    ];
    for (seq, segment) in (1..).zip(&mut segments) {
        segment.seq = seq;
    }
    let nakuru = Lodging { point: Some(point(36.07, -0.29)), ..house("KEN-890") };
    Itinerary { segments, until: None, open_ended: false, lodging: vec![house("KEN-1196"), nakuru] }
}

#[test]
fn the_example_of_the_contract() {
    let way = example();
    let terrain = survey(&way, crate::atlas::atlas(), &SurveySettings::default());
    let of_stays: Vec<_> =
        stays(&terrain).into_iter().filter(|stay| !stay.starts_with("passage")).collect();
    assert_eq!(
        of_stays,
        ["KEN-1196 2 nights", "KEN-890 2 nights", "KEN-1196 1 nights", "ETH-3134 at home"].map(
            |line| if line.starts_with("ETH") {
                format!("{} at home", terrain.start_area.clone().unwrap())
            } else {
                line.to_owned()
            }
        )
    );
    let passages: Vec<_> =
        stays(&terrain).into_iter().filter(|stay| stay.starts_with("passage")).collect();
    assert!(passages.contains(&"passage KEN-1195".to_owned()), "{passages:?}");
    let lodging: Vec<_> = terrain.stays.iter().filter_map(|stay| stay.lodging).collect();
    assert_eq!(lodging, [0, 1, 0]);
    let ends: Vec<_> = terrain.places.iter().map(|(from, to)| (Some(from), Some(to))).collect();
    let trip: Trip = Trip { itinerary: way, ..plain_trip() };
    assert_eq!(itinerary_faults(&trip, &ends, &[]), []);
}
