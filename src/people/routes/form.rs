//! Reading profiles and certificates, every defect at its pointer.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::shown::as_shown;
use crate::model::{
    AreaId, Category, CertificateState, Course, OrganizationId, PersonStatus, Recruitment, Secret,
};
use crate::people::import::Entry;
use crate::people::profile::{Contact, EmergencyContact, Profile, Residence, SeenProfile};
use crate::people::reading::settle;
use crate::people::{CertificateReport, ContactKind, Evidence, Hand, Reporter, course_named};
use crate::web::{Faults, Field, Object};

/// Letters of a name, a title, a place.
const NAME: RangeInclusive<usize> = 1..=200;
/// Entries of a list.
const FEW: RangeInclusive<usize> = 0..=20;

/// A profile as it is written. Fields left out stay as they are, null clears; fields that are not
/// the caller's to write may be given as they were read.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "the schema of the body; it is read field by field")]
pub(super) struct PersonIn {
    /// Number in the organization.
    staff_no: Option<String>,
    /// Family name.
    family_name: Option<String>,
    /// Given names.
    given_names: Option<String>,
    /// The whole name as the person writes it.
    full_name_local: Option<String>,
    /// Category (`staff_international`, …).
    category: Option<String>,
    /// `international` or `local`.
    recruitment: Option<String>,
    /// `active` or `on_leave`, for oneself.
    status: Option<String>,
    /// What they are employed as.
    functional_title: Option<String>,
    /// Of a rank that asks for more protection.
    senior_official: Option<bool>,
    /// The area of the duty station.
    duty_station_area_id: Option<String>,
    /// Languages they understand.
    languages: Option<Vec<String>>,
    /// Where they live at the duty station.
    residence: Option<Residence>,
    /// Ways to reach them.
    contacts: Option<Vec<Contact>>,
    /// Whom to tell.
    emergency_contacts: Option<Vec<EmergencyContact>>,
    /// The medical service's word, by the organization's machine.
    #[schema(value_type = Option<String>, format = "date")]
    medical_valid_to: Option<String>,
}

/// A certificate as it is reported.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "the schema of the body; it is read field by field")]
pub(super) struct CertificateIn {
    /// `BSAFE`, `SSAFE`, …
    course: String,
    /// Version of the course.
    course_version: Option<String>,
    /// Day of completion.
    #[schema(value_type = String, format = "date")]
    completed_on: String,
    /// Three years after an SSAFE where it is left out.
    #[schema(value_type = Option<String>, format = "date")]
    expires_on: Option<String>,
    /// Where it was held.
    place: Option<String>,
    /// Who held it.
    issuer: Option<String>,
    /// What it rests on: `kind` and `ref`.
    #[schema(value_type = Option<Object>)]
    evidence: Option<Value>,
    /// `claimed`, or from a learning system or security staff `verified` or `revoked`.
    state: Option<String>,
}

/// All claims of a person.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "the schema of the body; it is read field by field")]
pub(super) struct CertificatesIn {
    /// At most 100. Claims that are not among them are taken back.
    certificates: Vec<CertificateIn>,
}

/// The profile that a body makes of the one that was read.
pub(super) fn profile(
    body: &Value,
    before: &SeenProfile,
    hand: Hand,
    faults: &Faults,
) -> Option<Profile> {
    let mut object = Object::body(body, faults)?;
    let mut after = before.profile.clone();
    let shown = as_shown(before, &before.profile);
    for (name, given) in body.as_object().into_iter().flatten() {
        if hand.may_write(name) {
            continue;
        }
        match shown.get(name) {
            Some(known) if known == given => {}
            Some(_) => faults.add(object.at(name), "FIELD_NOT_YOURS", "is not yours to change"),
            None => faults.add(object.at(name), "UNKNOWN_FIELD", "is not known"),
        }
    }
    if hand.organization {
        organization_fields(&mut object, &mut after);
    }
    if hand.own {
        own_fields(&mut object, &mut after);
    }
    if hand.machine && object.has("medical_valid_to") {
        after.medical_valid_to = object.field("medical_valid_to").date();
    }
    common_fields(&mut object, &mut after);
    Some(after)
}

fn organization_fields(object: &mut Object<'_>, after: &mut Profile) {
    if object.has("staff_no") {
        after.staff_no = object.field("staff_no").text(1..=64).map(str::to_owned);
    }
    if object.has("functional_title") {
        after.functional_title = object.field("functional_title").text(NAME).map(str::to_owned);
    }
    if object.has("duty_station_area_id") {
        after.duty_station_area_id =
            object.field("duty_station_area_id").text(1..=32).map(AreaId::from);
    }
    if let Some(category) = kept(object, "category").and_then(|field| field.choice()) {
        after.category = category;
    }
    if let Some(recruitment) = kept(object, "recruitment").and_then(|field| field.choice()) {
        after.recruitment = recruitment;
    }
    if let Some(senior) = kept(object, "senior_official").and_then(|field| field.boolean()) {
        after.senior_official = senior;
    }
}

/// A field that may be left out but not be cleared.
fn kept<'v>(object: &mut Object<'v>, name: &'static str) -> Option<Field<'v>> {
    let has = object.has(name);
    let field = object.field(name);
    has.then(|| field.required())
}

fn own_fields(object: &mut Object<'_>, after: &mut Profile) {
    if object.has("residence") {
        after.residence = object.field("residence").object().map(residence).map(Secret::new);
    }
    let Some(field) = kept(object, "status") else { return };
    match field.choice::<PersonStatus>() {
        Some(status) if status == after.status => {}
        Some(status @ (PersonStatus::Active | PersonStatus::OnLeave))
            if after.status != PersonStatus::Deactivated =>
        {
            after.status = status;
        }
        Some(_) => field.fault("FIELD_NOT_YOURS", "is not yours to change"),
        None => {}
    }
}

fn common_fields(object: &mut Object<'_>, after: &mut Profile) {
    let name = |object: &mut Object<'_>, field, place: &mut Option<Secret<String>>| {
        if object.has(field) {
            *place = object.field(field).text(NAME).map(|text| Secret::new(text.to_owned()));
        }
    };
    name(object, "family_name", &mut after.family_name);
    name(object, "given_names", &mut after.given_names);
    name(object, "full_name_local", &mut after.full_name_local);
    if object.has("languages") {
        let entries = object.field("languages").list(FEW).unwrap_or_default();
        after.languages =
            entries.iter().filter_map(|entry| entry.text(2..=20).map(str::to_owned)).collect();
    }
    if object.has("contacts") {
        let entries = object.field("contacts").list(FEW).unwrap_or_default();
        after.contacts = Secret::new(entries.iter().filter_map(contact).collect());
    }
    if object.has("emergency_contacts") {
        let entries = object.field("emergency_contacts").list(FEW).unwrap_or_default();
        after.emergency_contacts = Secret::new(entries.iter().filter_map(kin).collect());
    }
}

/// Two decimals of a degree, about a kilometre: nobody needs the house.
fn residence(mut object: Object<'_>) -> Residence {
    let coarse = |degrees: f64| (degrees * 100.0).round() / 100.0;
    let lon = object.field("lon").number(-180.0..=180.0).map(coarse);
    let lat = object.field("lat").number(-90.0..=90.0).map(coarse);
    if lon.is_some() != lat.is_some() {
        object.field("lat").fault("PAIR", "longitude and latitude belong together");
    }
    let place = object.field("place").text(NAME).map(str::to_owned);
    object.finish();
    Residence { place, lon, lat }
}

pub(super) fn contact(entry: &Field<'_>) -> Option<Contact> {
    let mut object = entry.object()?;
    let kind = object.field("kind").required().choice::<ContactKind>();
    let value = object.field("value").required().text(NAME).map(str::to_owned);
    let verified_at = object.field("verified_at").timestamp();
    object.finish();
    Some(Contact { kind: kind?, value: value?, verified_at })
}

pub(super) fn kin(entry: &Field<'_>) -> Option<EmergencyContact> {
    let mut object = entry.object()?;
    let name = object.field("name").required().text(NAME).map(str::to_owned);
    let relation = object.field("relation").required().text(NAME).map(str::to_owned);
    let phone = object.field("phone").required().text(3..=64).map(str::to_owned);
    let language = object.field("language").text(2..=20).map(str::to_owned);
    object.finish();
    Some(EmergencyContact { name: name?, relation: relation?, phone: phone?, language })
}

/// A certificate, completed and judged by who reports it.
pub(super) fn certificate(
    mut object: Object<'_>,
    reporter: Reporter,
    today: Date,
) -> Option<CertificateReport> {
    let course = course(&object.field("course").required());
    let completed_on = object.field("completed_on").required().date();
    let words = |field: Field<'_>| field.text(NAME).map(str::to_owned);
    let (kind, evidence_ref) = evidence(&object.field("evidence"));
    let asked = object.field("state").choice::<CertificateState>();
    let (course_version, expires_on) =
        (words(object.field("course_version")), object.field("expires_on").date());
    let (place, issuer) = (words(object.field("place")), words(object.field("issuer")));
    let report = CertificateReport {
        course: course?,
        course_version,
        completed_on: completed_on?,
        expires_on,
        place,
        issuer,
        evidence: kind.unwrap_or(Evidence::Typed),
        evidence_ref,
        state: CertificateState::Claimed,
    };
    let (report, defects) = settle(report, asked, reporter, today);
    for (field, code, detail) in defects {
        object.field(field).fault(code, detail);
    }
    object.finish();
    Some(report)
}

/// A course by its code.
pub(super) fn course(field: &Field<'_>) -> Option<Course> {
    let text = field.text(1..=32)?;
    let course = course_named(text);
    if course.is_none() {
        field.fault("FORMAT", "must be a course's code, such as BSAFE");
    }
    course
}

/// What is typed or uploaded; a feed's or an officer's word comes from themselves alone.
fn evidence(field: &Field<'_>) -> (Option<Evidence>, Option<String>) {
    let Some(mut object) = field.object() else { return (None, None) };
    let kind = object.field("kind").choice::<Evidence>();
    let kind = kind.filter(|kind| matches!(kind, Evidence::Typed | Evidence::Upload));
    let reference = object.field("ref").text(NAME).map(str::to_owned);
    object.finish();
    (kind, reference)
}

/// Who imports, and when.
pub(super) struct Importer<'i> {
    pub(super) organization: &'i OrganizationId,
    /// The organization's machine, which brings the medical service's word.
    pub(super) is_machine: bool,
    pub(super) today: Date,
}

/// A line of an import.
pub(super) fn entry(mut object: Object<'_>, number: u64, importer: &Importer<'_>) -> Entry {
    let words = |field: Field<'_>| field.text(NAME).map(str::to_owned);
    let name = |field: Field<'_>| field.text(NAME).map(|text| Secret::new(text.to_owned()));
    let of = object.field("organization");
    if of.text(NAME).is_some_and(|text| text != importer.organization.as_str()) {
        of.fault("FIELD_NOT_YOURS", "people come in for the caller's own organization");
    }
    let status = object.field("status");
    if status.is_present() {
        status.fault("FIELD_NOT_YOURS", "an import writes no status");
    }
    let medical = object.field("medical_valid_to");
    if medical.is_present() && !importer.is_machine {
        medical.fault("FIELD_NOT_YOURS", "the organization's own system brings this");
    }
    let staff_no = object.field("staff_no").required().text(1..=64).map(str::to_owned);
    let family_name = name(object.field("family_name").required());
    let category = object.field("category").required().choice();
    let recruitment = object.field("recruitment").required().choice();
    let sponsor = object.field("sponsor_staff_no").text(1..=64).map(str::to_owned);
    let relation = object.field("relation");
    if relation.is_present() && sponsor.is_none() {
        relation.fault("PAIR", "a relation needs its sponsor_staff_no");
    }
    let entry = Entry {
        number,
        given_names: name(object.field("given_names")),
        full_name_local: name(object.field("full_name_local")),
        functional_title: words(object.field("functional_title")),
        senior_official: object.field("senior_official").boolean(),
        duty_station_area_id: object.field("duty_station_area_id").text(1..=32).map(AreaId::from),
        relation: relation.choice(),
        languages: listed(&object.field("languages"), |entry| {
            entry.text(2..=20).map(str::to_owned)
        }),
        medical_valid_to: medical.date(),
        contacts: listed(&object.field("contacts"), contact).map(Secret::new),
        emergency_contacts: listed(&object.field("emergency_contacts"), kin).map(Secret::new),
        certificates: claims(&object.field("certificates"), importer.today),
        staff_no: staff_no.unwrap_or_default(),
        family_name: family_name.unwrap_or_default(),
        category: category.unwrap_or(Category::AreaStaff),
        recruitment: recruitment.unwrap_or(Recruitment::Local),
        sponsor_staff_no: sponsor,
    };
    object.finish();
    entry
}

fn listed<'v, T>(field: &Field<'v>, read: fn(&Field<'v>) -> Option<T>) -> Option<Vec<T>> {
    field.list(FEW).map(|entries| entries.iter().filter_map(read).collect())
}

fn claims(field: &Field<'_>, today: Date) -> Vec<CertificateReport> {
    let entries = field.list(0..=50).unwrap_or_default();
    let read = |entry: &Field<'_>| certificate(entry.object()?, Reporter::Claimant, today);
    let mut seen = BTreeSet::new();
    let mut claims = Vec::new();
    for entry in &entries {
        let Some(claim) = read(entry) else { continue };
        if !seen.insert((claim.course.clone(), claim.completed_on)) {
            entry.fault("TWICE", "the same course on the same day is listed before");
        }
        claims.push(claim);
    }
    claims
}
