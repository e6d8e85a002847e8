//! Who may do what to which clearance, and in which capacity.

mod clocked;
mod delegations;
mod offices;
mod properties;

use jiff::{SignedDuration, Timestamp};
use safeconduct::access::{
    Appointment, Asked, Barred, Deed, Delegate, Delegation, DelegationScope, Holder, Land, Matter,
    Mission, Parties, Posted, Principal, Used, power,
};
use safeconduct::model::{AreaId, Capacity, Category, PersonId, RiskBand, Role};
use uuid::Uuid;

const NAKURU: &str = "KEN-890";
const NAIROBI: &str = "KEN-1196";

/// People of the tests.
const TRAVELLER: u128 = 1;
const REQUESTER: u128 = 2;
const OFFICIAL: u128 = 10;
const COORDINATOR: u128 = 11;
const ADVISER: u128 = 12;

fn now() -> Timestamp {
    "2026-11-22T09:00:00Z".parse().unwrap()
}

fn in_hours(hours: i64) -> Timestamp {
    now() + SignedDuration::from_hours(hours)
}

fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

/// Areas have a hyphen in their names, countries have not.
fn land(places: &[&str]) -> Land {
    let (areas, countries): (Vec<&str>, Vec<&str>) =
        places.iter().partition(|place| place.contains('-'));
    Land {
        areas: areas.into_iter().map(AreaId::from).collect(),
        countries: countries.into_iter().map(Into::into).collect(),
    }
}

/// An appointment in force; its id tells the role.
fn office(role: Role, places: &[&str]) -> Appointment {
    let Land { areas, countries } = land(places);
    Appointment {
        appointment_id: id_of(role),
        role,
        areas,
        countries,
        organization: None,
        ad_interim: false,
        focal_point: false,
        valid_from: in_hours(-1000),
        valid_to: in_hours(1000),
    }
}

fn id_of(role: Role) -> Uuid {
    let place = Role::ALL.into_iter().position(|known| known == role).unwrap();
    Uuid::from_u128(100 + u128::try_from(place).unwrap())
}

/// A person with offices.
fn who(n: u128, appointments: &[Appointment]) -> Principal {
    Principal {
        identity: Uuid::from_u128(n),
        holder: Holder::Person(person(n)),
        organization: None,
        appointments: appointments.to_vec(),
        delegations: Vec::new(),
        delegated: Land::default(),
    }
}

fn official() -> Principal {
    who(OFFICIAL, &[office(Role::DesignatedOfficial, &["KE"])])
}

fn coordinator() -> Principal {
    who(COORDINATOR, &[office(Role::AreaSecurityCoordinator, &[NAKURU])])
}

fn adviser() -> Principal {
    who(ADVISER, &[office(Role::SecurityAdviser, &["KE"])])
}

/// What the official of Kenya gave the coordinator: Nakuru, low and medium, three weeks.
fn delegation() -> Delegation {
    Delegation {
        delegation_id: Uuid::from_u128(200),
        delegator: person(OFFICIAL),
        given_from: office(Role::DesignatedOfficial, &["KE"]),
        delegate: Delegate::Person(person(COORDINATOR)),
        scope: DelegationScope {
            land: land(&[NAKURU]),
            bands: [RiskBand::Low, RiskBand::Medium].into(),
            categories: [].into(),
            max_nights: Some(21),
        },
        letter_ref: "KE/2026/1".to_owned(),
        valid_from: in_hours(-100),
        valid_to: in_hours(100),
        revoked_at: None,
    }
}

fn given(mut to: Principal, delegation: Delegation) -> Principal {
    to.delegations.push(delegation);
    to
}

/// A stay of three nights in Nakuru, which the policy leaves to the area's coordinator.
fn matter() -> Matter {
    Matter {
        area_id: Some(NAKURU.into()),
        country: Some("KE".into()),
        band: Some(RiskBand::Medium),
        decider: Some(Role::AreaSecurityCoordinator),
        policy_version: 3,
        reached: [].into(),
        two_step: false,
        recommended_by: None,
        mission: Mission::None,
        category: Category::StaffInternational,
        nights: 3,
        senior_official: false,
        parties: parties(),
        posted: Posted { coordinator: true, adviser: true, ad_hoc_official: false },
        denial: None,
    }
}

fn parties() -> Parties {
    use safeconduct::access::Tie;
    [(person(TRAVELLER), Tie::Traveller), (person(REQUESTER), Tie::Requester)].into_iter().collect()
}

/// The same, left to the official.
fn for_official() -> Matter {
    Matter { decider: Some(Role::DesignatedOfficial), ..matter() }
}

fn ask(principal: &Principal, matter: &Matter, asked: impl Into<Asked>) -> Result<Used, Barred> {
    power(principal, matter, asked, now())
}

/// The capacity by which somebody may approve, or the rule that refuses with its reason.
fn approves(principal: &Principal, matter: &Matter) -> Result<Capacity, String> {
    told(ask(principal, matter, Deed::Approve))
}

fn told(answer: Result<Used, Barred>) -> Result<Capacity, String> {
    answer.map(|used| used.capacity).map_err(|barred| barred.explain())
}

fn refused(rule: &str, why: &str) -> Result<Capacity, String> {
    Err(format!("{rule}: {why}"))
}

fn named(delegation: &Delegation, deed: Deed) -> Asked {
    Asked { delegation_id: Some(delegation.delegation_id), ..Asked::from(deed) }
}
