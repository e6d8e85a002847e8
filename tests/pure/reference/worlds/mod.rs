//! Random trips, facts and terrains, from a seed. Everything a policy can say is said sooner or
//! later; most values are drawn near the thresholds where rules change their mind.

mod areas;
mod facts;

use std::sync::Arc;

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use safeconduct::model::{
    AreaId, DailyHours, DayRange, Facts, Fence, FenceContact, FenceContactKind, FenceEffect,
    FenceId, FenceKind, Itinerary, Lodging, LodgingKind, LonLat, NearArea, OrganizationId, PcGrade,
    PersonId, Place, PlaceDoubt, PlaceName, Purpose, Resolution, ResolvedPlace, Secret, Segment,
    StayKind, Terrain, TerrainArea, TerrainCrossing, TerrainRoute, TerrainStay, TransportMode,
    Traveller, TravellerRole, Trip, TripKind, Validity, Zone,
};
use uuid::Uuid;

use self::areas::area;
use self::facts::facts;

/// One case: what `decide` is given.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) trip: Trip,
    pub(crate) facts: Facts,
    pub(crate) terrain: Terrain,
}

/// The case of a seed.
pub(crate) fn case(seed: u64) -> Case {
    let mut rng = Rng::with_seed(seed);
    let now: Timestamp = "2026-11-22T09:30:00Z".parse().unwrap();
    let areas: Vec<TerrainArea> = (0..rng.usize(1..=4)).map(|i| area(&mut rng, i)).collect();
    let (itinerary, stays) = itinerary(&mut rng, now, &areas);
    let travellers: Vec<Traveller> = (0..rng.usize(1..=2))
        .map(|_| Traveller {
            person_id: PersonId(uuid(&mut rng)),
            role: pick(&mut rng, &[TravellerRole::Leader, TravellerRole::Member]),
        })
        .collect();
    let trip = trip(&mut rng, now, travellers, itinerary);
    let terrain = terrain(&mut rng, &trip, areas, stays);
    let facts = facts(&mut rng, now, &trip, &terrain);
    Case { trip, facts, terrain }
}

fn pick<T: Clone>(rng: &mut Rng, from: &[T]) -> T {
    from[rng.usize(..from.len())].clone()
}

fn one_in(rng: &mut Rng, n: u32) -> bool {
    rng.u32(..n) == 0
}

fn maybe<T>(rng: &mut Rng, one_of: u32, value: impl FnOnce(&mut Rng) -> T) -> Option<T> {
    one_in(rng, one_of).then(|| value(rng))
}

fn uuid(rng: &mut Rng) -> Uuid {
    Uuid::from_u128(rng.u128(..))
}

fn area_id(index: usize) -> AreaId {
    AreaId::from(["AAA-1", "BBB-2", "CCC-3", "DDD-4"][index])
}

fn organization(rng: &mut Rng) -> OrganizationId {
    OrganizationId::from(pick(rng, &["alpha", "beta", "gamma"]))
}

/// Segments that chain the stays: each stay begins where one segment ends and the next leaves.
fn itinerary(
    rng: &mut Rng,
    now: Timestamp,
    areas: &[TerrainArea],
) -> (Itinerary, Vec<TerrainStay>) {
    let hours = pick(rng, &[-30, -2, 3, 30, 60, 100, 170, 300, 500, 9000]);
    let mut at = now + SignedDuration::from_mins(hours * 60 + rng.i64(0..600));
    let (mut segments, mut stays): (Vec<Segment>, Vec<TerrainStay>) = (Vec::new(), Vec::new());
    let count = rng.usize(1..=3);
    for index in 0..count {
        let area = rng.usize(..areas.len());
        let departs_at = at;
        let arrives_at = departs_at + SignedDuration::from_mins(rng.i64(40..900));
        segments.push(segment(rng, index, departs_at, arrives_at));
        let passage = index > 0 && one_in(rng, 6);
        let last = index + 1 == count;
        let leaves = arrives_at
            + if passage {
                SignedDuration::from_mins(90)
            } else {
                SignedDuration::from_mins(rng.i64(120..60 * 24 * 7))
            };
        at = leaves;
        let until = if last && one_in(rng, 5) { None } else { Some(leaves) };
        stays.push(stay(rng, areas, area, index, arrives_at, until, passage));
    }
    if stays.last().is_some_and(|stay| stay.depart_at.is_some() && rng.bool()) {
        let arrives_at = at + SignedDuration::from_hours(5);
        let going_home = segment(rng, count, at, arrives_at);
        segments.push(going_home);
        stays.last_mut().unwrap().leaves_by = Some(count);
    }
    for index in 1..stays.len() {
        stays[index - 1].leaves_by = Some(index);
    }
    let lodging = lodging(rng, areas);
    for stay in &mut stays {
        let fits = stay.area.and_then(|a| {
            lodging.iter().position(|house: &Lodging| house.area_id == areas[a].area_id)
        });
        stay.lodging = fits.filter(|_| stay.kind == StayKind::Stay);
    }
    let itinerary = Itinerary { segments, until: None, open_ended: false, lodging };
    (itinerary, stays)
}

fn lodging(rng: &mut Rng, areas: &[TerrainArea]) -> Vec<Lodging> {
    let mut houses = Vec::new();
    for area in areas {
        if one_in(rng, 4) {
            continue;
        }
        houses.push(Lodging {
            area_id: area.area_id.clone(),
            kind: pick(rng, LodgingKind::ALL),
            name: maybe(rng, 2, |rng| {
                Secret::new(pick(rng, &["park side".into(), "Elsewhere".into()]))
            }),
            address: maybe(rng, 2, |_| Secret::new("1 Road".into())),
            phone: None,
            point: None,
            from: None,
        });
    }
    houses
}

fn segment(rng: &mut Rng, index: usize, departs_at: Timestamp, arrives_at: Timestamp) -> Segment {
    Segment {
        seq: u16::try_from(index + 1).unwrap(),
        mode: pick(rng, TransportMode::ALL),
        from: somewhere(),
        to: somewhere(),
        departs_at,
        arrives_at,
        carrier_code: None,
        flight_no: None,
        airside_transit: false,
        route_points: Vec::new(),
    }
}

fn somewhere() -> Place {
    Place { name: PlaceName::Point(LonLat::new(36.0, -1.0).unwrap()), label: None }
}

#[expect(clippy::too_many_arguments, reason = "a stay is where everything meets")]
fn stay(
    rng: &mut Rng,
    areas: &[TerrainArea],
    area: usize,
    arrives_by: usize,
    arrive_at: Timestamp,
    depart_at: Option<Timestamp>,
    passage: bool,
) -> TerrainStay {
    let zone = &areas[area].zone;
    let uncertain = one_in(rng, 12);
    let lost = uncertain && one_in(rng, 3);
    let (arrive, depart) = (zone.day_of(arrive_at), depart_at.map(|at| zone.day_of(at)));
    let nights = depart.map_or(180, |depart| (depart - arrive).get_days().unsigned_abs());
    let other = rng.usize(..areas.len());
    TerrainStay {
        kind: if passage { StayKind::Passage } else { StayKind::Stay },
        area: if lost { None } else { Some(area) },
        arrive_at,
        depart_at,
        arrive,
        depart,
        nights: if passage { 0 } else { nights },
        arrives_by,
        leaves_by: None,
        points: vec![LonLat::new(36.0, -1.0).unwrap()],
        place: ResolvedPlace {
            point: LonLat::new(36.0, -1.0).unwrap(),
            zone: zone.clone(),
            area_id: if lost { None } else { Some(areas[area].area_id.clone()) },
            resolved: if uncertain {
                Resolution::Uncertain { doubt: PlaceDoubt::NoAreaNear }
            } else {
                Resolution::Covered
            },
            airport: None,
        },
        covered_by: (!passage && other != area && one_in(rng, 10)).then_some(other),
        near: if other != area && one_in(rng, 6) {
            vec![NearArea { area: other, km: 1.2 }]
        } else {
            Vec::new()
        },
        fences: if one_in(rng, 4) {
            vec![contact(rng, areas, area, arrive_at, passage)]
        } else {
            Vec::new()
        },
        lodging: None,
        at_start_area: !passage && one_in(rng, 12),
    }
}

fn contact(
    rng: &mut Rng,
    areas: &[TerrainArea],
    area: usize,
    at: Timestamp,
    passage: bool,
) -> FenceContact {
    let kind = if passage {
        FenceContactKind::Crosses
    } else {
        pick(rng, &[FenceContactKind::Covers, FenceContactKind::InArea, FenceContactKind::Crosses])
    };
    FenceContact {
        fence: Arc::new(Fence {
            fence_id: FenceId(uuid(rng)),
            kind: pick(rng, &[FenceKind::NoGo, FenceKind::Curfew, FenceKind::Restricted]),
            name: "a fence".into(),
            effect: pick(
                rng,
                &[
                    FenceEffect::Advise,
                    FenceEffect::Condition,
                    FenceEffect::Manual,
                    FenceEffect::Mscr,
                    FenceEffect::Deny,
                ],
            ),
            validity: Validity { from: None, until: None },
            hours: maybe(rng, 3, |_| DailyHours {
                from: jiff::civil::time(20, 0, 0, 0),
                to: jiff::civil::time(5, 0, 0, 0),
            }),
            areas: vec![areas[area].area_id.clone()].into(),
            version: 1,
        }),
        kind,
        segment: (kind == FenceContactKind::Crosses).then_some(0),
        from: at,
        until: at + SignedDuration::from_hours(1),
    }
}

fn trip(rng: &mut Rng, now: Timestamp, travellers: Vec<Traveller>, itinerary: Itinerary) -> Trip {
    let trip_kind = pick(
        rng,
        &[
            TripKind::Official,
            TripKind::Official,
            TripKind::Official,
            TripKind::OfficialWithLeave,
            TripKind::Personal,
        ],
    );
    let today = Zone::utc().day_of(now);
    let first = today + rng.i32(0..8).days();
    Trip {
        trip_kind,
        purpose: if trip_kind == TripKind::Personal {
            Purpose::Private
        } else {
            pick(rng, Purpose::ALL)
        },
        purpose_text: None,
        justification: maybe(rng, 2, |_| Secret::new("urgent".into())),
        pc_grade: maybe(rng, 2, |rng| pick(rng, PcGrade::ALL)),
        programme_activity_id: None,
        travellers,
        itinerary,
        private_days: if trip_kind == TripKind::OfficialWithLeave {
            vec![DayRange { from: first, to: first + rng.i32(0..12).days() }]
        } else {
            Vec::new()
        },
        organization: organization(rng),
        requester_id: None,
        external_refs: Vec::new(),
        mscr_id: maybe(rng, 4, uuid),
        supplied_fields: if rng.bool() { vec!["host_permit_no".into()] } else { Vec::new() },
    }
}

fn terrain(
    rng: &mut Rng,
    trip: &Trip,
    areas: Vec<TerrainArea>,
    stays: Vec<TerrainStay>,
) -> Terrain {
    let crossings = if one_in(rng, 3) {
        vec![TerrainCrossing {
            segment: 0,
            area: 0,
            from: trip.itinerary.segments[0].departs_at,
            until: trip.itinerary.segments[0].arrives_at,
            fences: Vec::new(),
        }]
    } else {
        Vec::new()
    };
    let unknown_routes = if one_in(rng, 8) {
        vec![TerrainRoute { segment: 0, gap_km: Some(140), delicate: rng.bool(), areas: vec![0] }]
    } else {
        Vec::new()
    };
    let place = |area: &TerrainArea| ResolvedPlace {
        point: LonLat::new(36.0, -1.0).unwrap(),
        zone: area.zone.clone(),
        area_id: Some(area.area_id.clone()),
        resolved: Resolution::Covered,
        airport: None,
    };
    Terrain {
        world_version: 7,
        world_stale: one_in(rng, 40),
        places: trip
            .itinerary
            .segments
            .iter()
            .map(|_| (place(&areas[0]), place(&areas[0])))
            .collect(),
        start_area: Some(areas[0].area_id.clone()),
        areas,
        stays,
        crossings,
        unknown_routes,
    }
}
