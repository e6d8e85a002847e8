//! Random trips, facts and terrains, from a seed. Everything a policy can say is said sooner or
//! later; most values are drawn near the thresholds where rules change their mind.

use std::sync::Arc;

use fastrand::Rng;
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use safeconduct::model::{
    AreaId, AreaPolicy, AreaStatus, ArrivalRule, BriefingRule, Category, Ceilings, Certificate,
    CertificateState, ClearanceMode, CountKey, Course, CourseRule, DailyHours, DayRange, Facts,
    Fence, FenceContact, FenceContactKind, FenceEffect, FenceId, FenceKind, Gap, InternalMovement,
    Itinerary, LateHandling, Lodging, LodgingKind, LodgingRule, LonLat, ModeOverride, MovementRule,
    MscrFacts, NearArea, NightCount, OrganizationId, OrganizationRules, PcGrade, Person,
    PersonFacts, PersonId, PersonStatus, Place, PlaceDoubt, PlaceName, Purpose, Recruitment,
    Resolution, ResolvedPlace, RiskBand, Role, Secret, SecurityLevel, Segment, StatusKind,
    StayKind, Terrain, TerrainArea, TerrainCrossing, TerrainRoute, TerrainStay, TransportMode,
    Traveller, TravellerRole, Trip, TripKind, Validity, Zone,
};
use uuid::Uuid;

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
    if one_in(rng, one_of) { Some(value(rng)) } else { None }
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

fn area(rng: &mut Rng, index: usize) -> TerrainArea {
    let policy_version = rng.i32(1..5);
    let level = pick(rng, &[1, 1, 2, 2, 3, 3, 4, 5, 6]);
    TerrainArea {
        area_id: area_id(index),
        country: Some(["AA", "BB", "CC", "DD"][index].into()),
        zone: Zone::named(pick(
            rng,
            &["Africa/Nairobi", "America/Bogota", "Asia/Kathmandu", "Pacific/Apia"],
        ))
        .unwrap(),
        revision: rng.i64(1..100),
        security_level: SecurityLevel::new(level).unwrap(),
        risk_band: maybe(rng, 3, |rng| {
            pick(
                rng,
                &[
                    RiskBand::Low,
                    RiskBand::Medium,
                    RiskBand::Medium,
                    RiskBand::High,
                    RiskBand::VeryHigh,
                    RiskBand::Unacceptable,
                ],
            )
        }),
        status: AreaStatus {
            kind: pick(
                rng,
                &[
                    StatusKind::Open,
                    StatusKind::Open,
                    StatusKind::Open,
                    StatusKind::Open,
                    StatusKind::Open,
                    StatusKind::Suspended,
                    StatusKind::Closed,
                ],
            ),
            ..AreaStatus::open()
        },
        policy_version,
        policy: if one_in(rng, 40) { None } else { Some(Arc::new(policy(rng, policy_version))) },
        advisory_version: rng.i32(0..3),
    }
}

fn policy(rng: &mut Rng, version: i32) -> AreaPolicy {
    let base = AreaPolicy::standard(version, "2026-01-01T00:00:00Z".parse().unwrap());
    if one_in(rng, 4) {
        return base;
    }
    AreaPolicy {
        clearance_mode: pick(
            rng,
            &[
                ClearanceMode::ByLevel,
                ClearanceMode::ByLevel,
                ClearanceMode::Auto,
                ClearanceMode::Auto,
                ClearanceMode::Manual,
                ClearanceMode::MscrOnly,
                ClearanceMode::NotifyOnly,
            ],
        ),
        mode_overrides: (0..rng.usize(0..3)).map(|_| mode_override(rng)).collect(),
        lead_time_hours_manual: pick(rng, &[0, 72, 168, 240]),
        lead_time_hours_auto: pick(rng, &[0, 0, 24, 96]),
        late_handling: pick(
            rng,
            &[
                LateHandling::AcceptFlagged,
                LateHandling::RequireJustification,
                LateHandling::Refuse,
            ],
        ),
        pc_required: one_in(rng, 6),
        lowest_pc: maybe(rng, 4, |rng| pick(rng, PcGrade::ALL)),
        training_required: (0..rng.usize(0..3)).map(|_| course_rule(rng)).collect(),
        medical_required: one_in(rng, 6),
        briefing: maybe(rng, 2, |rng| {
            pick(
                rng,
                &[
                    BriefingRule::None,
                    BriefingRule::Advise,
                    BriefingRule::Within(12),
                    BriefingRule::BeforeLeavingAirport,
                ],
            )
        }),
        ceilings: ceilings(rng),
        lodging_rule: pick(
            rng,
            &[
                LodgingRule::Any,
                LodgingRule::AdviseList,
                LodgingRule::ApprovedOnly,
                LodgingRule::UnCompoundOnly,
            ],
        ),
        approved_lodging: if rng.bool() { vec!["Park Side".into()] } else { Vec::new() },
        lodging_tba_hours: pick(rng, &[None, Some(24), Some(48)]),
        movement_rule: pick(
            rng,
            &[
                MovementRule::Free,
                MovementRule::Free,
                MovementRule::Notify,
                MovementRule::Clearance,
                MovementRule::ConvoyOnly,
            ],
        ),
        arrival: maybe(rng, 2, |rng| {
            pick(
                rng,
                &[
                    ArrivalRule::None,
                    ArrivalRule::ConfirmWithin(6),
                    ArrivalRule::RegisterWithin(48),
                ],
            )
        }),
        family_allowed: !one_in(rng, 4),
        required_fields: if one_in(rng, 5) { vec!["host_permit_no".into()] } else { Vec::new() },
        equipment: if one_in(rng, 4) {
            vec![pick(rng, &["ppe".into(), "radio".into(), "tracker".into()])]
        } else {
            Vec::new()
        },
        two_step: one_in(rng, 5),
        auto_quota_per_day: maybe(rng, 5, |rng| rng.u32(0..4)),
        max_advance_days: pick(rng, &[365, 365, 20]),
        max_stay_days: pick(rng, &[180, 180, 5]),
        internal_movement: pick(
            rng,
            &[InternalMovement::None, InternalMovement::Notify, InternalMovement::Clearance],
        ),
        return_control: one_in(rng, 4),
        approver_chain: if one_in(rng, 3) {
            vec![Role::SecurityAdviser, Role::DesignatedOfficial]
        } else {
            Vec::new()
        },
        ..base
    }
}

fn mode_override(rng: &mut Rng) -> ModeOverride {
    ModeOverride {
        categories: maybe(rng, 3, |rng| vec![pick(rng, Category::ALL)]).unwrap_or_default(),
        organizations: maybe(rng, 3, |rng| vec![organization(rng)]).unwrap_or_default(),
        pc_grades: maybe(rng, 4, |rng| vec![pick(rng, PcGrade::ALL)]).unwrap_or_default(),
        purposes: maybe(rng, 4, |rng| vec![pick(rng, Purpose::ALL)]).unwrap_or_default(),
        transport_modes: maybe(rng, 4, |rng| vec![pick(rng, TransportMode::ALL)])
            .unwrap_or_default(),
        min_nights: maybe(rng, 4, |rng| rng.u16(0..6)),
        max_nights: maybe(rng, 4, |rng| rng.u16(0..6)),
        mode: pick(
            rng,
            &[
                ClearanceMode::Auto,
                ClearanceMode::Manual,
                ClearanceMode::ByLevel,
                ClearanceMode::NotifyOnly,
                ClearanceMode::MscrOnly,
            ],
        ),
    }
}

fn course_rule(rng: &mut Rng) -> CourseRule {
    CourseRule {
        course: pick(
            rng,
            &[Course::BSAFE, Course::SSAFE, Course::SSAFE, Course("ETB".into())],
        ),
        categories: maybe(rng, 3, |rng| vec![pick(rng, Category::ALL)]).unwrap_or_default(),
        min_stay_nights: pick(rng, &[0, 0, 2, 4]),
    }
}

fn ceilings(rng: &mut Rng) -> Ceilings {
    if !one_in(rng, 3) {
        return Ceilings::default();
    }
    Ceilings {
        total: maybe(rng, 2, |rng| rng.u32(0..12)),
        by_organization: maybe(rng, 2, |rng| (organization(rng), rng.u32(0..6)))
            .into_iter()
            .collect(),
        by_category: maybe(rng, 3, |rng| (pick(rng, Category::ALL), rng.u32(0..6)))
            .into_iter()
            .collect(),
        count_day_visits: rng.bool(),
    }
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
        let depart_at = if last && one_in(rng, 5) { None } else { Some(leaves) };
        stays.push(stay(rng, areas, area, index, arrives_at, depart_at, passage));
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
        covered_by: if !passage && other != area && one_in(rng, 10) { Some(other) } else { None },
        near: if other != area && one_in(rng, 6) {
            vec![NearArea { area: other, km: 1.2 }]
        } else {
            Vec::new()
        },
        fences: if one_in(rng, 4) { vec![contact(rng, areas, area, arrive_at, passage)] } else { Vec::new() },
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
        segment: if kind == FenceContactKind::Crosses { Some(0) } else { None },
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
        vec![TerrainRoute { segment: 0, gap_km: Some(140), delicate: rng.bool() }]
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

fn facts(rng: &mut Rng, now: Timestamp, trip: &Trip, terrain: &Terrain) -> Facts {
    let people: Vec<PersonFacts> =
        trip.travellers.iter().map(|t| person(rng, t.person_id, terrain)).collect();
    Facts {
        now,
        nights: nights(rng, trip, terrain, &people),
        arrivals: terrain
            .stays
            .iter()
            .filter_map(|s| Some((terrain.areas[s.area?].area_id.clone(), s.arrive, rng.u32(0..5))))
            .collect(),
        organization: OrganizationRules {
            organization: trip.organization.clone(),
            entitlement_notify_only: one_in(rng, 4),
            flight_concentration_max: 30,
        },
        mscr: trip.mscr_id.filter(|_| rng.bool()).map(|mscr_id| MscrFacts {
            mscr_id,
            people: trip
                .travellers
                .iter()
                .map(|t| t.person_id)
                .filter(|_| !one_in(rng, 3))
                .collect(),
            areas: terrain
                .areas
                .iter()
                .map(|a| a.area_id.clone())
                .filter(|_| !one_in(rng, 3))
                .collect(),
            from: date(2026, 1, 1),
            to: if one_in(rng, 3) { date(2026, 11, 24) } else { date(2028, 12, 31) },
        }),
        activity_grades: None,
        gaps: if one_in(rng, 30) { vec![Gap::Person(people[0].person.person_id)] } else { vec![] },
        people,
    }
}

fn person(rng: &mut Rng, person_id: PersonId, terrain: &Terrain) -> PersonFacts {
    let today = date(2026, 11, 22);
    PersonFacts {
        person: Person {
            person_id,
            organization: organization(rng),
            category: if rng.bool() {
                Category::StaffInternational
            } else {
                pick(rng, Category::ALL)
            },
            recruitment: pick(rng, &[Recruitment::International, Recruitment::Local]),
            status: if one_in(rng, 25) { PersonStatus::Deactivated } else { PersonStatus::Active },
            duty_station_area_id: maybe(rng, 3, |rng| {
                terrain.areas[rng.usize(..terrain.areas.len())].area_id.clone()
            }),
            sponsor_person_id: None,
            reachable: !one_in(rng, 12),
            next_of_kin: !one_in(rng, 12),
            named: !one_in(rng, 20),
            senior_official: one_in(rng, 12),
        },
        revision: rng.i64(1..50),
        certificates: (0..rng.usize(0..4)).map(|_| certificate(rng, today)).collect(),
        medical_valid_to: maybe(rng, 2, |rng| today + rng.i32(-3..40).days()),
        resident: rng.bool(),
    }
}

fn certificate(rng: &mut Rng, today: Date) -> Certificate {
    let course = pick(
        rng,
        &[
            Course::BSAFE,
            Course::BSAFE,
            Course::BSAFE,
            Course::SSAFE,
            Course::BSITF,
            Course::ASITF,
            Course("ETB".into()),
        ],
    );
    Certificate {
        expires_on: if course == Course::BSAFE {
            None
        } else {
            Some(today + rng.i32(-20..60).days())
        },
        completed_on: today - rng.i32(30..900).days(),
        course,
        state: pick(
            rng,
            &[
                CertificateState::Verified,
                CertificateState::Verified,
                CertificateState::Claimed,
                CertificateState::Revoked,
            ],
        ),
    }
}

fn nights(
    rng: &mut Rng,
    trip: &Trip,
    terrain: &Terrain,
    people: &[PersonFacts],
) -> Vec<NightCount> {
    let mut counts = Vec::new();
    for stay in &terrain.stays {
        let Some(area) = stay.area.map(|a| &terrain.areas[a]) else { continue };
        let mut keys = vec![CountKey::Total, CountKey::Organization(trip.organization.clone())];
        for facts in people {
            keys.push(CountKey::Organization(facts.person.organization.clone()));
            keys.push(CountKey::Category(facts.person.category));
        }
        keys.sort();
        keys.dedup();
        for offset in 0..=stay.nights.min(12) {
            let night = stay.arrive + i64::from(offset).days();
            for key in &keys {
                if one_in(rng, 3) {
                    counts.push(NightCount {
                        area_id: area.area_id.clone(),
                        night,
                        key: key.clone(),
                        committed: rng.u32(0..9),
                        residents: rng.u32(0..3),
                    });
                }
            }
        }
    }
    counts.sort_by(|a, b| (&a.area_id, a.night, &a.key).cmp(&(&b.area_id, b.night, &b.key)));
    counts.dedup_by(|a, b| (&a.area_id, a.night, &a.key) == (&b.area_id, b.night, &b.key));
    counts
}
