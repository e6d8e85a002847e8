//! What holds for every delegation and every matter, drawn from a seed.

use fastrand::Rng;
use safeconduct::access::{
    Appointment, Deed, Delegate, Delegation, DelegationScope, Denial, Matter, Mission, Posted,
    Principal, Seat, Tie,
};
use safeconduct::model::{Capacity, Category, RiskBand, Role};
use uuid::Uuid;

use super::*;

const SEED: u64 = 20_261_122;
const DRAWS: usize = 20_000;
const PLACES: [&str; 6] = [NAKURU, NAIROBI, "UGA-3300", "KE", "UG", "CO"];

fn one<'a, T>(rng: &mut Rng, of: &'a [T]) -> &'a T {
    &of[rng.usize(..of.len())]
}

fn some<T: Clone + Ord>(rng: &mut Rng, of: &[T]) -> std::collections::BTreeSet<T> {
    of.iter().filter(|_| rng.bool()).cloned().collect()
}

fn drawn_office(rng: &mut Rng) -> Appointment {
    const ROLES: [Role; 5] = [
        Role::DesignatedOfficial,
        Role::DesignatedOfficial,
        Role::SecurityAdviser,
        Role::AreaSecurityCoordinator,
        Role::Usg,
    ];
    let role = *one(rng, &ROLES);
    let places: Vec<&str> = some(rng, &PLACES).into_iter().collect();
    Appointment {
        appointment_id: Uuid::from_u128(rng.u128(..)),
        ad_interim: rng.u8(..4) == 0,
        focal_point: role == Role::SecurityAdviser && rng.bool(),
        valid_to: in_hours(rng.i64(-5..20)),
        ..office(role, &places)
    }
}

fn drawn_delegation(rng: &mut Rng) -> Delegation {
    let places: Vec<&str> = some(rng, &PLACES).into_iter().collect();
    let delegate = match rng.u8(..3) {
        0 => Delegate::Post { role: Role::SecurityAdviser, seat: Seat::Country("KE".into()) },
        _ => Delegate::Person(person(rng.u128(10..13))),
    };
    let of_official = office(Role::DesignatedOfficial, &[*one(rng, &["KE", NAKURU])]);
    let given_from = if rng.u8(..3) > 0 { of_official } else { drawn_office(rng) };
    Delegation {
        delegation_id: Uuid::from_u128(rng.u128(..)),
        delegator: person(rng.u128(1..13)),
        given_from,
        delegate,
        scope: DelegationScope {
            land: land(&places),
            bands: some(rng, &RiskBand::ALL),
            categories: some(rng, &[Category::Consultant, Category::StaffInternational]),
            max_nights: rng.bool().then(|| rng.u32(..10)),
        },
        letter_ref: String::new(),
        valid_from: in_hours(rng.i64(-20..5)),
        valid_to: in_hours(rng.i64(-5..20)),
        revoked_at: (rng.u8(..4) == 0).then(|| in_hours(rng.i64(-5..5))),
    }
}

fn drawn_matter(rng: &mut Rng) -> Matter {
    let (area, country) = *one(rng, &[(NAKURU, "KE"), (NAIROBI, "KE"), ("UGA-3300", "UG")]);
    let ties = (0..rng.usize(..4)).map(|_| (person(rng.u128(1..13)), *one(rng, &Tie::ALL)));
    let parties = ties.collect::<Vec<_>>().into_iter().collect();
    let deciders =
        [Role::AreaSecurityCoordinator, Role::SecurityAdviser, Role::DesignatedOfficial, Role::Usg];
    Matter {
        area_id: (rng.u8(..10) > 0).then(|| area.into()),
        country: Some(country.into()),
        band: (rng.u8(..6) > 0).then(|| *one(rng, &RiskBand::ALL)),
        decider: Some(*one(rng, &deciders)),
        two_step: rng.bool(),
        recommended_by: rng.bool().then(|| person(rng.u128(1..13))),
        mission: *one(rng, &[Mission::None, Mission::None, Mission::Open, Mission::Consented]),
        category: *one(rng, &[Category::Consultant, Category::StaffInternational]),
        nights: rng.u32(..12),
        parties,
        posted: Posted {
            coordinator: rng.bool(),
            adviser: rng.bool(),
            ad_hoc_official: rng.bool(),
        },
        denial: rng
            .bool()
            .then(|| Denial { by: Some(person(rng.u128(1..13))), by_official: rng.bool() }),
        ..matter()
    }
}

fn drawn_principal(rng: &mut Rng) -> Principal {
    let offices: Vec<_> = (0..rng.usize(..3)).map(|_| drawn_office(rng)).collect();
    let mut principal = who(rng.u128(10..13), &offices);
    principal.delegations = (0..rng.usize(..4)).map(|_| drawn_delegation(rng)).collect();
    principal
}

/// Whoever gave the delegation, with nothing but the office it was given from.
fn delegator(of: &Delegation) -> Principal {
    Principal {
        holder: Holder::Person(of.delegator),
        ..who(0, std::slice::from_ref(&of.given_from))
    }
}

#[test]
fn no_delegation_gives_more_than_its_delegator_has() {
    let mut rng = Rng::with_seed(SEED);
    let mut used = 0;
    for draw in 0..DRAWS {
        let (principal, matter) = (drawn_principal(&mut rng), drawn_matter(&mut rng));
        for deed in Deed::ALL {
            let Ok(answer) = ask(&principal, &matter, deed) else { continue };
            let Capacity::Delegation(id) = answer.capacity else { continue };
            used += 1;
            let by = principal.delegations.iter().find(|one| one.delegation_id == id).unwrap();
            let theirs = ask(&delegator(by), &matter, deed);
            assert!(theirs.is_ok(), "draw {draw}, {deed:?}: {theirs:?}\n{by:?}\n{matter:?}");
            let band = matter.band.unwrap_or(RiskBand::Low);
            assert!(by.scope.bands.contains(&band) && band <= RiskBand::High, "draw {draw}");
            assert!(by.valid_from <= now() && now() < by.valid_to, "draw {draw}");
        }
    }
    assert!(used > DRAWS / 200, "the draws hardly ever use a delegation: {used}");
}

#[test]
fn taking_away_a_delegation_never_gives_power() {
    let mut rng = Rng::with_seed(SEED + 1);
    for _ in 0..DRAWS / 4 {
        let (principal, matter) = (drawn_principal(&mut rng), drawn_matter(&mut rng));
        let bare = Principal { delegations: Vec::new(), ..principal.clone() };
        for deed in Deed::ALL {
            if ask(&bare, &matter, deed).is_ok() {
                assert!(ask(&principal, &matter, deed).is_ok(), "{deed:?}: {principal:?}");
            }
        }
    }
}

#[test]
fn no_party_and_no_unacceptable_risk_ever_passes() {
    let mut rng = Rng::with_seed(SEED + 2);
    for _ in 0..DRAWS / 4 {
        let (principal, matter) = (drawn_principal(&mut rng), drawn_matter(&mut rng));
        let tied = matter.parties.tie(principal.person().unwrap()).is_some();
        for deed in Deed::ALL {
            let passed = ask(&principal, &matter, deed).is_ok();
            let unacceptable = matter.band == Some(RiskBand::Unacceptable) && deed.is_positive();
            assert!(!(passed && (tied || unacceptable)), "{deed:?}: {principal:?}\n{matter:?}");
        }
    }
}
