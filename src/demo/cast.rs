//! The cast: one person or machine for each role, with tokens of the same name.

use compact_str::CompactString;
use serde::Serialize;
use uuid::Uuid;

use super::chance::Chance;
use super::member::{Held, Kin, Member, person_id};
use super::organizations::ORGANIZATIONS;
use crate::model::{
    AreaId, Category, CertificateState, LonLat, PersonId, PersonStatus, Recruitment, Relation, Role,
};

const SEED: u64 = 0xCA57;

/// Where a member of the cast works.
#[derive(Debug, Clone, Copy)]
struct Station {
    area: &'static str,
    place: &'static str,
    lon: f64,
    lat: f64,
}

const ADDIS: Station = Station { area: "ETH-3133", place: "Addis Ababa", lon: 38.75, lat: 9.02 };
const NAIROBI: Station = Station { area: "KEN-1196", place: "Nairobi", lon: 36.82, lat: -1.28 };
const NAKURU: Station = Station { area: "KEN-890", place: "Nakuru", lon: 36.07, lat: -0.31 };
const BOGOTA: Station = Station { area: "COL-1399", place: "Bogotá", lon: -74.08, lat: 4.61 };
const NEW_YORK: Station =
    Station { area: "USA-3559", place: "New York City", lon: -74.01, lat: 40.71 };
const GARISSA: Station = Station { area: "KEN-893", place: "Garissa", lon: 39.65, lat: -0.45 };
const KAMPALA: Station = Station { area: "UGA-3088", place: "Kampala", lon: 32.58, lat: 0.32 };
const GENEVA: Station = Station { area: "CHE-159", place: "Geneva", lon: 6.15, lat: 46.2 };

/// What a role reaches over.
#[derive(Debug, Clone, Copy)]
enum Reach {
    Areas(&'static [&'static str]),
    Countries(&'static [&'static str]),
    OwnOrganization,
    World,
}

/// A part of the cast.
#[derive(Debug, Clone, Copy)]
struct Part {
    /// `--as NAME`, and the subject of the tokens.
    name: &'static str,
    organization: usize,
    full_name: (&'static str, &'static str),
    title: &'static str,
    station: Station,
    role: Option<(Role, Reach)>,
    /// Who confirmed the appointment that an administrator recorded (c.8).
    confirmed_by: &'static str,
    /// Stands in for the official.
    ad_interim: bool,
    /// Holds the adviser's role where no adviser is posted.
    focal_point: bool,
}

const RIFT_VALLEY: Reach = Reach::Areas(&["KEN-890", "KEN-1195", "KEN-1196"]);
const BOGOTA_AREAS: Reach = Reach::Areas(&["COL-1399", "COL-1398"]);

const fn part(
    name: &'static str,
    organization: usize,
    full_name: (&'static str, &'static str),
    title: &'static str,
    station: Station,
) -> Part {
    Part {
        name,
        organization,
        full_name,
        title,
        station,
        role: None,
        confirmed_by: "usg",
        ad_interim: false,
        focal_point: false,
    }
}

impl Part {
    const fn appointed(mut self, role: Role, reach: Reach, confirmed_by: &'static str) -> Self {
        self.role = Some((role, reach));
        self.confirmed_by = confirmed_by;
        self
    }

    const fn standing_in(mut self) -> Self {
        self.ad_interim = true;
        self
    }

    const fn as_focal_point(mut self) -> Self {
        self.focal_point = true;
        self
    }
}

const PARTS: [Part; 19] = [
    part("traveller", 0, ("Tesfaye", "Marta"), "Programme officer", ADDIS),
    part("traveller2", 1, ("Castillo", "Diego"), "Child protection officer", BOGOTA),
    part("focal", 0, ("Bekele", "Daniel"), "Travel assistant", ADDIS).appointed(
        Role::TravelFocalPoint,
        Reach::OwnOrganization,
        "exec",
    ),
    part("focal2", 1, ("Molina", "Lucia"), "Travel assistant", BOGOTA).appointed(
        Role::TravelFocalPoint,
        Reach::OwnOrganization,
        "exec2",
    ),
    part("asc", 2, ("Mwangi", "Grace"), "Area security coordinator", NAKURU).appointed(
        Role::AreaSecurityCoordinator,
        RIFT_VALLEY,
        "do",
    ),
    part("asc2", 1, ("Aguilar", "Ines"), "Area security coordinator", BOGOTA).appointed(
        Role::AreaSecurityCoordinator,
        BOGOTA_AREAS,
        "usg",
    ),
    part("csa", 3, ("Eriksen", "Lars"), "Chief security adviser", NAIROBI).appointed(
        Role::SecurityAdviser,
        Reach::Countries(&["KE"]),
        "usg",
    ),
    part("do", 4, ("Ndiaye", "Amara"), "Designated official", NAIROBI).appointed(
        Role::DesignatedOfficial,
        Reach::Countries(&["KE"]),
        "usg",
    ),
    part("doai", 4, ("Haddad", "Karim"), "Designated official ad interim", NAIROBI)
        .appointed(Role::DesignatedOfficial, Reach::Countries(&["KE"]), "usg")
        .standing_in(),
    part("adhoc", 4, ("Moreau", "Helene"), "Ad hoc designated official", GARISSA).appointed(
        Role::DesignatedOfficial,
        Reach::Areas(&["KEN-893"]),
        "usg",
    ),
    part("csfp", 2, ("Okello", "Peter"), "Country security focal point", KAMPALA)
        .appointed(Role::SecurityAdviser, Reach::Countries(&["UG"]), "usg")
        .as_focal_point(),
    part("usg", 0, ("Laurent", "Camille"), "Under-secretary-general", NEW_YORK).appointed(
        Role::Usg,
        Reach::World,
        "exec",
    ),
    part("auditor", 3, ("Sharma", "Deepa"), "Auditor", GENEVA).appointed(
        Role::Auditor,
        Reach::World,
        "usg",
    ),
    part("admin", 5, ("Novak", "Felix"), "System administrator", GENEVA).appointed(
        Role::Administrator,
        Reach::World,
        "usg",
    ),
    part("exec", 0, ("Okafor", "Adaeze"), "Executive head", NEW_YORK).appointed(
        Role::ExecutiveHead,
        Reach::OwnOrganization,
        "usg",
    ),
    part("exec2", 1, ("Santos", "Beatriz"), "Executive head", NEW_YORK).appointed(
        Role::ExecutiveHead,
        Reach::OwnOrganization,
        "usg",
    ),
    part("air", 0, ("Kimura", "Naomi"), "Air travel focal point", GENEVA).appointed(
        Role::AirFocalPoint,
        Reach::OwnOrganization,
        "exec",
    ),
    part("warden", 2, ("Otieno", "Samuel"), "Warden", NAIROBI).appointed(
        Role::Warden,
        Reach::Areas(&["KEN-1196"]),
        "do",
    ),
    part("colleague", 0, ("Abebe", "Elias"), "Logistics officer", ADDIS),
];

/// The machines, beside one ERP client for each organization.
const MACHINES: [(&str, Role, &str); 2] = [
    ("learning", Role::LearningSystem, "Learning system (demonstration)"),
    ("alerts", Role::AlertFeed, "Alert feed (demonstration)"),
];

/// A row of `client` with its identity.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ClientRow {
    client_id: Uuid,
    identity_id: Uuid,
    name: &'static str,
    organization_id: Option<&'static str>,
    subject: &'static str,
}

/// A row of `appointment`.
#[derive(Debug, Clone, Serialize)]
pub(super) struct AppointmentRow {
    appointment_id: Uuid,
    person_id: Option<Uuid>,
    client_id: Option<Uuid>,
    role: &'static str,
    area_ids: Vec<&'static str>,
    countries: Vec<&'static str>,
    organization_id: Option<&'static str>,
    ad_interim: bool,
    focal_point: bool,
    letter_ref: String,
    recorded_by: Uuid,
    confirmed_by: Uuid,
}

/// A row of `delegation`, all of them by the official of Kenya.
#[derive(Debug, Clone, Serialize)]
pub(super) struct DelegationRow {
    delegation_id: Uuid,
    delegator_id: Uuid,
    given_from: Uuid,
    delegate_person_id: Uuid,
    area_ids: &'static [&'static str],
    countries: &'static [&'static str],
    risk_bands: &'static [&'static str],
    max_stay_nights: Option<i32>,
    letter_ref: String,
    /// Days from the day of the demonstration.
    from_days: i32,
    to_days: i32,
}

/// The person of a part; other demonstration code needs no database to know it.
pub(super) fn id_of(name: &str) -> PersonId {
    person_id(SEED, name, 0)
}

/// Who verified the demonstration's certificates: the learning system.
pub(super) fn verifier() -> Uuid {
    client_id("learning")
}

fn client_id(name: &str) -> Uuid {
    person_id(SEED, name, 1).0
}

fn organization_id(at: usize) -> &'static str {
    ORGANIZATIONS.get(at).map_or("demo-relief", |organization| organization.id)
}

/// Everyone of the cast, sponsors before their family.
pub(super) fn people() -> Vec<Member> {
    let mut people: Vec<Member> = PARTS.iter().map(member).collect();
    people.extend([
        family("traveller", "spouse", "Samuel", Relation::Spouse),
        family("traveller", "child", "Hana", Relation::Child),
        // who travel on their own accounts, and whose trips their family does not decide
        Member {
            subject: Some("partner".to_owned()),
            ..family("asc", "partner", "Joseph", Relation::Spouse)
        },
        family("do", "daughter", "Fatou", Relation::Child),
    ]);
    people
}

fn member(part: &Part) -> Member {
    let Part { name, full_name: (family_name, given_names), station, .. } = *part;
    let mut chance = Chance::of(SEED, name, 2);
    let bsafe = held("BSAFE", 400, None, CertificateState::Verified, &mut chance);
    let ssafe = held("SSAFE", 300, Some(3), CertificateState::Verified, &mut chance);
    Member {
        person_id: id_of(name),
        organization: organization_id(part.organization),
        staff_no: Some(format!("CAST-{name}")),
        family_name,
        given_names,
        category: Category::StaffInternational,
        recruitment: Recruitment::International,
        status: PersonStatus::Active,
        title: Some(part.title),
        senior_official: matches!(part.role, Some((Role::Usg | Role::ExecutiveHead, _))),
        duty_station: Some(AreaId::from(station.area)),
        sponsor: None,
        languages: "en",
        residence: LonLat::new(station.lon, station.lat)
            .ok()
            .map(|at| (CompactString::from(station.place), at)),
        medical_days: Some(365),
        contacts: vec![
            ("mobile", format!("+999{:09}", chance.below(1_000_000_000))),
            ("email", format!("{name}@demonstration.example")),
        ],
        kin: Some(Kin {
            name: format!("Next of kin of {given_names} {family_name}"),
            relation: "spouse",
            phone: format!("+999{:09}", chance.below(1_000_000_000)),
        }),
        certificates: if part.role.is_some() { vec![bsafe, ssafe] } else { vec![bsafe] },
        subject: Some(name.to_owned()),
    }
}

fn family(
    sponsor: &'static str,
    part: &'static str,
    given_names: &'static str,
    relation: Relation,
) -> Member {
    let of = PARTS.iter().find(|of| of.name == sponsor).unwrap_or(&PARTS[0]);
    let mut chance = Chance::of(SEED, part, 2);
    let bsafe = held("BSAFE", 200, None, CertificateState::Claimed, &mut chance);
    Member {
        person_id: id_of(part),
        staff_no: None,
        given_names,
        category: Category::EligibleFamilyMember,
        title: None,
        senior_official: false,
        sponsor: Some((id_of(sponsor), relation)),
        certificates: if relation == Relation::Spouse { vec![bsafe] } else { Vec::new() },
        subject: None,
        ..member(of)
    }
}

fn held(
    course: &'static str,
    days_ago: u32,
    years: Option<u8>,
    state: CertificateState,
    chance: &mut Chance,
) -> Held {
    Held { certificate_id: chance.id(1_767_225_600_000), course, days_ago, years, state }
}

/// One ERP client for each organization, and the machines of no organization.
pub(super) fn clients() -> Vec<ClientRow> {
    let erp = ORGANIZATIONS.iter().map(|of| (of.client, of.name, Some(of.id)));
    let machines = MACHINES.iter().map(|&(subject, _, name)| (subject, name, None));
    erp.chain(machines)
        .map(|(subject, name, organization_id)| ClientRow {
            client_id: client_id(subject),
            identity_id: person_id(SEED, subject, 3).0,
            name,
            organization_id,
            subject,
        })
        .collect()
}

/// Every appointment: recorded by the administrator (the administrator's own by an executive
/// head), confirmed by a second person.
pub(super) fn appointments() -> Vec<AppointmentRow> {
    let mut rows = Vec::new();
    for part in &PARTS {
        if let Some((role, reach)) = part.role {
            let mut row = appointment(part.name, role, reach, organization_id(part.organization));
            row.person_id = Some(id_of(part.name).0);
            row.confirmed_by = id_of(part.confirmed_by).0;
            (row.ad_interim, row.focal_point) = (part.ad_interim, part.focal_point);
            if part.name == "admin" {
                row.recorded_by = id_of("exec").0;
            }
            rows.push(row);
        }
    }
    for of in &ORGANIZATIONS {
        let mut row = appointment(of.client, Role::ErpClient, Reach::OwnOrganization, of.id);
        row.client_id = Some(client_id(of.client));
        rows.push(row);
    }
    for (subject, role, _) in MACHINES {
        let mut row = appointment(subject, role, Reach::World, "");
        row.client_id = Some(client_id(subject));
        rows.push(row);
    }
    rows
}

fn appointment(
    name: &str,
    role: Role,
    reach: Reach,
    organization_id: &'static str,
) -> AppointmentRow {
    let (mut area_ids, mut countries, mut of) = (Vec::new(), Vec::new(), None);
    match reach {
        Reach::Areas(areas) => area_ids = areas.to_vec(),
        Reach::Countries(codes) => countries = codes.to_vec(),
        Reach::OwnOrganization => of = Some(organization_id),
        Reach::World => {}
    }
    AppointmentRow {
        appointment_id: appointment_id(name),
        person_id: None,
        client_id: None,
        role: role.as_str(),
        area_ids,
        countries,
        organization_id: of,
        ad_interim: false,
        focal_point: false,
        letter_ref: format!("DEMO/2026/{name}"),
        recorded_by: id_of("admin").0,
        confirmed_by: id_of("usg").0,
    }
}

fn appointment_id(name: &str) -> Uuid {
    person_id(SEED, name, 4).0
}

/// What the official of Kenya has given in writing: to the coordinator, to the adviser, and, ended
/// yesterday, to a colleague.
pub(super) fn delegations() -> Vec<DelegationRow> {
    let given = |at: u64, to: &str| DelegationRow {
        delegation_id: person_id(SEED, "delegation", at).0,
        delegator_id: id_of("do").0,
        given_from: appointment_id("do"),
        delegate_person_id: id_of(to).0,
        area_ids: &["KEN-890", "KEN-1195", "KEN-1196"],
        countries: &[],
        risk_bands: &["low", "medium"],
        max_stay_nights: Some(30),
        letter_ref: format!("DEMO/2026/do/{at}"),
        from_days: -1,
        to_days: 365,
    };
    vec![
        given(1, "asc"),
        DelegationRow {
            area_ids: &[],
            countries: &["KE"],
            risk_bands: &["high"],
            max_stay_nights: None,
            ..given(2, "csa")
        },
        DelegationRow { from_days: -30, to_days: -1, ..given(3, "colleague") },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_appoints_or_confirms_themselves() {
        for row in appointments() {
            assert_ne!(row.recorded_by, row.confirmed_by, "{}", row.letter_ref);
            assert_ne!(row.person_id, Some(row.confirmed_by), "{}", row.letter_ref);
            assert_ne!(row.person_id, Some(row.recorded_by), "{}", row.letter_ref);
        }
    }

    #[test]
    fn what_is_delegated_is_given_from_an_office_and_not_to_oneself() {
        let offices: Vec<Uuid> = appointments().iter().map(|row| row.appointment_id).collect();
        for row in delegations() {
            assert!(offices.contains(&row.given_from), "{}", row.letter_ref);
            assert_ne!(row.delegate_person_id, row.delegator_id, "{}", row.letter_ref);
        }
    }

    #[test]
    fn confirmers_exist_and_ids_differ() {
        let mut ids: Vec<PersonId> = people().iter().map(|member| member.person_id).collect();
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count);
        for part in &PARTS {
            assert!(PARTS.iter().any(|other| other.name == part.confirmed_by));
        }
    }
}
