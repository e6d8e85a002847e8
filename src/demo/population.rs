//! The generated population: person number `i` is a function of `i` and the shipped towns alone,
//! so that the loader and the traffic know the same people without asking each other.

use super::chance::Chance;
use super::gazetteer::{Gazetteer, Town};
use super::member::{Held, Kin, Member, person_id};
use super::names::{FAMILY, GIVEN, LANGUAGES};
use super::organizations::{ORGANIZATIONS, Organization};
use crate::model::{Category, CertificateState, PersonId, PersonStatus, Recruitment, Relation};

/// The population's seed; part of every invented id.
const SEED: u64 = 0x5AFE_C0DE;
/// Of so many neighbours the last is family of one of the others.
const HOUSEHOLD: u64 = 5;

/// How often each category is drawn, and whether it may be recruited internationally.
const CATEGORIES: [(u32, Category); 18] = [
    (180, Category::StaffInternational),
    (380, Category::StaffLocal),
    (45, Category::TemporaryStaff),
    (30, Category::UnVolunteerInternational),
    (30, Category::UnVolunteerNational),
    (105, Category::Consultant),
    (60, Category::IndividualContractor),
    (50, Category::ServiceContractHolder),
    (20, Category::Intern),
    (4, Category::Fellow),
    (40, Category::MilitaryOrPoliceIndividual),
    (4, Category::ContingentMember),
    (20, Category::MeetingParticipant),
    (10, Category::ExpertOnMission),
    (1, Category::GoodwillAmbassadorOrGuest),
    (1, Category::Dignitary),
    (8, Category::PartnerNgo),
    (12, Category::AreaStaff),
];

/// What the traffic needs to know of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Outline {
    pub(super) person_id: PersonId,
    pub(super) organization: usize,
    pub(super) category: Category,
    pub(super) active: bool,
    /// Position of the duty station's town.
    pub(super) home: usize,
    /// Number of the person this one is family of.
    pub(super) sponsor: Option<u64>,
}

/// Person number `index` in outline.
pub(super) fn outline(index: u64, gazetteer: &Gazetteer) -> Outline {
    let mut chance = Chance::of(SEED, "outline", index);
    if index % HOUSEHOLD == HOUSEHOLD - 1 {
        let sponsor = index - 1 - chance.below(HOUSEHOLD - 1);
        let of = outline(sponsor, gazetteer);
        return Outline {
            person_id: id(index),
            category: Category::EligibleFamilyMember,
            sponsor: Some(sponsor),
            ..of
        };
    }
    let shares: Vec<(u32, usize)> =
        ORGANIZATIONS.iter().enumerate().map(|(at, of)| (of.share, at)).collect();
    Outline {
        person_id: id(index),
        organization: chance.weighted(&shares).unwrap_or(0),
        category: chance.weighted(&CATEGORIES).unwrap_or(Category::StaffLocal),
        active: !chance.permille(8),
        home: gazetteer.home(&mut chance),
        sponsor: None,
    }
}

/// The subject of a person's tokens.
pub(super) fn subject(index: u64) -> String {
    format!("person-{index:07}")
}

fn id(index: u64) -> PersonId {
    person_id(SEED, "population", index)
}

/// Person number `index`, whole.
pub(super) fn member(index: u64, gazetteer: &Gazetteer) -> Member {
    let outline = outline(index, gazetteer);
    let mut chance = Chance::of(SEED, "member", index);
    let town = gazetteer.towns.get(outline.home);
    // Family shares the name of the one they belong to.
    let mut household = Chance::of(SEED, "household", outline.sponsor.unwrap_or(index));
    let family_name = household.pick(&FAMILY).copied().unwrap_or_default();
    let recruitment = recruitment(&outline, gazetteer);
    let is_family = outline.sponsor.is_some();
    let relation =
        chance.weighted(&[(35, Relation::Spouse), (60, Relation::Child), (5, Relation::Other)]);
    Member {
        person_id: outline.person_id,
        organization: ORGANIZATIONS
            .get(outline.organization)
            .map_or("demo-relief", |organization: &Organization| organization.id),
        staff_no: (!is_family).then(|| format!("{index:07}")),
        family_name,
        given_names: chance.pick(&GIVEN).copied().unwrap_or_default(),
        category: outline.category,
        recruitment,
        status: status(outline.active, &mut chance),
        title: None,
        senior_official: outline.category == Category::Dignitary || chance.permille(2),
        duty_station: town.and_then(|town| town.area.clone()),
        sponsor: outline.sponsor.map(id).zip(relation),
        languages: chance.weighted(&LANGUAGES).unwrap_or("en"),
        residence: town.map(|town| (town.name.clone(), town.at)),
        medical_days: chance.permille(700).then(|| chance.between(30, 720)),
        contacts: contacts(index, &mut chance),
        kin: chance.permille(985).then(|| kin(family_name, &mut chance)),
        certificates: certificates(is_family, town, gazetteer, &mut chance),
        subject: (!is_family).then(|| subject(index)),
    }
}

fn status(active: bool, chance: &mut Chance) -> PersonStatus {
    match (active, chance.permille(20)) {
        (false, _) => PersonStatus::Deactivated,
        (true, true) => PersonStatus::OnLeave,
        (true, false) => PersonStatus::Active,
    }
}

/// Local staff are local; of the others most come from elsewhere. Family follows its staff member.
fn recruitment(outline: &Outline, gazetteer: &Gazetteer) -> Recruitment {
    let (index, category) = match outline.sponsor {
        Some(sponsor) => (sponsor, self::outline(sponsor, gazetteer).category),
        None => (u64::MAX, outline.category),
    };
    let local = matches!(
        category,
        Category::StaffLocal
            | Category::UnVolunteerNational
            | Category::ServiceContractHolder
            | Category::AreaStaff
            | Category::PartnerNgo
    );
    let mixed = matches!(
        category,
        Category::Consultant | Category::IndividualContractor | Category::TemporaryStaff
    );
    let from_here = Chance::of(SEED, "recruitment", index).permille(400);
    if local || (mixed && from_here) { Recruitment::Local } else { Recruitment::International }
}

/// Addresses of the domain that is reserved for examples, numbers that no exchange has.
fn contacts(index: u64, chance: &mut Chance) -> Vec<(&'static str, String)> {
    let mut contacts = Vec::new();
    if chance.permille(985) {
        contacts.push(("mobile", format!("+999{:09}", chance.below(1_000_000_000))));
    }
    if chance.permille(600) {
        contacts.push(("email", format!("person-{index:07}@demonstration.example")));
    }
    if chance.permille(20) {
        contacts.push(("satellite", format!("+8816{:08}", chance.below(100_000_000))));
    }
    contacts
}

fn kin(family_name: &str, chance: &mut Chance) -> Kin {
    let given = chance.pick(&GIVEN).copied().unwrap_or_default();
    Kin {
        name: format!("{given} {family_name}"),
        relation: chance
            .weighted(&[(5, "spouse"), (3, "parent"), (2, "sibling")])
            .unwrap_or("parent"),
        phone: format!("+999{:09}", chance.below(1_000_000_000)),
    }
}

/// BSAFE for 97 of 100, SSAFE for a quarter and for more of those who work in crises.
fn certificates(
    is_family: bool,
    town: Option<&Town>,
    gazetteer: &Gazetteer,
    chance: &mut Chance,
) -> Vec<Held> {
    let in_crisis = town.is_some_and(|town| gazetteer.crisis.contains(&town.country));
    let mut held = Vec::new();
    if chance.permille(if is_family { 620 } else { 970 }) {
        held.push(certificate("BSAFE", 2_200, None, chance));
    }
    let often = match (is_family, in_crisis) {
        (true, _) => 10,
        (false, true) => 450,
        (false, false) => 150,
    };
    if chance.permille(often) {
        held.push(certificate("SSAFE", 1_250, Some(3), chance));
    }
    if chance.permille(40) {
        held.push(certificate("ETB", 1_000, Some(2), chance));
    }
    held
}

fn certificate(course: &'static str, oldest: u32, years: Option<u8>, chance: &mut Chance) -> Held {
    let claimed = chance.permille(120);
    Held {
        certificate_id: chance.id(1_767_225_600_000),
        course,
        days_ago: chance.between(5, oldest),
        years,
        state: if claimed { CertificateState::Claimed } else { CertificateState::Verified },
    }
}
