//! Random people, certificates and counts.

use fastrand::Rng;
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan as _};
use safeconduct::model::{
    Category, Certificate, CertificateState, CountKey, Course, Facts, Gap, MscrFacts, NightCount,
    OrganizationRules, Person, PersonFacts, PersonId, PersonStatus, Recruitment, Terrain, Trip,
};

use super::{maybe, one_in, organization, pick};

pub(super) fn facts(rng: &mut Rng, now: Timestamp, trip: &Trip, terrain: &Terrain) -> Facts {
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
            granted: false,
        }),
        activity_grades: None,
        gaps: if one_in(rng, 30) { vec![Gap::Person(people[0].person.person_id)] } else { vec![] },
        people,
        flights: Vec::new(),
        operators: Vec::new(),
        standing: Vec::new(),
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
