//! What the API shows of people: the profile as far as a view reaches.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::model::{PersonId, Relation, Secret};
use crate::people::profile::{Contact, EmergencyContact, Profile, Residence, SeenProfile, View};
use crate::people::store::Dependant;
use crate::people::{Evidence, StoredCertificate};
use crate::web::ETag;

/// A person. Fields beyond the caller's view are null.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct PersonOut {
    /// Id.
    person_id: Uuid,
    /// The organization they belong to.
    organization: String,
    /// Number in the organization.
    staff_no: Option<String>,
    /// Family name.
    family_name: Option<String>,
    /// Given names.
    given_names: Option<String>,
    /// The whole name as the person writes it.
    full_name_local: Option<String>,
    /// Category (`staff_international`, …).
    category: &'static str,
    /// `international` or `local`.
    recruitment: &'static str,
    /// `active`, `on_leave` or `deactivated`.
    status: Option<&'static str>,
    /// What they are employed as.
    functional_title: Option<String>,
    /// Of a rank that asks for more protection.
    senior_official: Option<bool>,
    /// The area of the duty station.
    duty_station_area_id: Option<String>,
    /// The member of personnel they depend on.
    sponsor_person_id: Option<Uuid>,
    /// `spouse`, `child` or `other`.
    relation: Option<&'static str>,
    /// Languages they understand.
    languages: Option<Vec<String>>,
    /// Where they live at the duty station.
    residence: Option<Residence>,
    /// Ways to reach them.
    contacts: Option<Vec<Contact>>,
    /// Whom to tell.
    emergency_contacts: Option<Vec<EmergencyContact>>,
    /// Last day of the medical clearance.
    #[schema(value_type = Option<String>, format = "date")]
    medical_valid_to: Option<Date>,
    /// A personal trip is on record that is not over.
    away: bool,
    /// Its first day.
    #[schema(value_type = Option<String>, format = "date")]
    from: Option<Date>,
    /// Its last day.
    #[schema(value_type = Option<String>, format = "date")]
    to: Option<Date>,
    /// Personal fields are sealed to the caller.
    sealed: bool,
    /// Raised by every change.
    revision: i64,
}

impl PersonOut {
    /// What the view shows of a profile.
    pub(super) fn of(seen: &SeenProfile) -> Self {
        let profile = &seen.profile;
        let open = seen.view > View::Sealed;
        let security = seen.view >= View::Security;
        let own = seen.view == View::Own;
        // class S; states stay open to those for whom all else is sealed
        let state = seen.view != View::Organization;
        let name = |name: &Option<Secret<String>>| name.as_ref().map(|name| name.reveal().clone());
        Self {
            person_id: profile.person_id.0,
            organization: profile.organization.to_string(),
            staff_no: profile.staff_no.clone().filter(|_| open),
            family_name: name(&profile.family_name).filter(|_| open),
            given_names: name(&profile.given_names).filter(|_| open),
            full_name_local: name(&profile.full_name_local).filter(|_| open),
            category: profile.category.as_str(),
            recruitment: profile.recruitment.as_str(),
            status: state.then_some(profile.status.as_str()),
            functional_title: profile.functional_title.clone().filter(|_| open),
            senior_official: open.then_some(profile.senior_official),
            duty_station_area_id: profile.duty_station_area_id.as_ref().map(ToString::to_string),
            sponsor_person_id: profile.sponsor_person_id.filter(|_| state).map(|id: PersonId| id.0),
            relation: profile.relation.filter(|_| open).map(Relation::as_str),
            languages: security.then(|| profile.languages.clone()),
            residence: profile.residence.clone().filter(|_| security).map(Secret::into_inner),
            contacts: security.then(|| profile.contacts.reveal().clone()),
            emergency_contacts: own.then(|| profile.emergency_contacts.reveal().clone()),
            medical_valid_to: profile.medical_valid_to.filter(|_| security),
            away: open && seen.away.is_some(),
            from: seen.away.filter(|_| open).map(|(from, _)| from),
            to: seen.away.filter(|_| open).and_then(|(_, to)| to),
            sealed: !open,
            revision: seen.revision,
        }
    }
}

/// The tag of what a caller is shown: of the revision, and of the absence beside it.
pub(super) fn etag(seen: &SeenProfile) -> ETag {
    let away = seen.away.map_or_else(String::new, |(from, to)| {
        format!("-{from}-{}", to.map_or_else(String::new, |to| to.to_string()))
    });
    ETag::of_version(format!("{}{away}", seen.revision))
}

/// Family and guests of a person.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct DependantsOut {
    /// One entry each.
    items: Vec<DependantOut>,
}

/// A dependant.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct DependantOut {
    /// Id.
    person_id: Uuid,
    /// Family name.
    family_name: Option<String>,
    /// Given names.
    given_names: Option<String>,
    /// Category (`eligible_family_member`, …).
    category: &'static str,
    /// `active`, `on_leave` or `deactivated`.
    status: &'static str,
    /// `spouse`, `child` or `other`.
    relation: Option<&'static str>,
    /// Recognised by the organization.
    recognised: bool,
    /// Lives at the duty station.
    resides_at_duty_station: Option<bool>,
}

impl DependantsOut {
    /// What the view of the sponsor shows.
    pub(super) fn of(dependants: Vec<Dependant>, view: View) -> Self {
        let open = view > View::Sealed;
        let shown = |of: Dependant| DependantOut {
            person_id: of.person_id.0,
            family_name: of.family_name.filter(|_| open).map(Secret::into_inner),
            given_names: of.given_names.filter(|_| open).map(Secret::into_inner),
            category: of.category.as_str(),
            status: of.status.as_str(),
            relation: of.relation.filter(|_| open).map(Relation::as_str),
            recognised: of.recognised,
            resides_at_duty_station: (view >= View::Security).then_some(of.resides_at_duty_station),
        };
        Self { items: dependants.into_iter().map(shown).collect() }
    }
}

/// Certificates of a person.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct CertificatesOut {
    /// By course and day of completion.
    pub(super) items: Vec<CertificateOut>,
}

/// A certificate. Whether it has expired is judged on the days of a stay.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct CertificateOut {
    /// Id.
    certificate_id: Uuid,
    /// `BSAFE`, `SSAFE`, …
    course: String,
    /// Version of the course.
    course_version: Option<String>,
    /// Day of completion.
    #[schema(value_type = String, format = "date")]
    completed_on: Date,
    /// Last day it holds; null where it does not expire.
    #[schema(value_type = Option<String>, format = "date")]
    expires_on: Option<Date>,
    /// Where it was held.
    place: Option<String>,
    /// Who held it.
    issuer: Option<String>,
    /// What it rests on.
    evidence: EvidenceOut,
    /// `claimed`, `verified` or `revoked`.
    state: &'static str,
    /// When it was confirmed.
    #[schema(value_type = Option<String>, format = "date-time")]
    verified_at: Option<Timestamp>,
}

/// What a certificate rests on.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
struct EvidenceOut {
    /// Its kind.
    kind: Evidence,
    /// Where it is found.
    #[serde(rename = "ref")]
    reference: Option<String>,
}

impl CertificateOut {
    /// The certificate as far as the view reaches.
    pub(super) fn of(stored: StoredCertificate, view: View) -> Self {
        let open = view > View::Sealed;
        let report = stored.report;
        Self {
            certificate_id: stored.certificate_id,
            course: report.course.as_str().to_owned(),
            course_version: report.course_version,
            completed_on: report.completed_on,
            expires_on: report.expires_on,
            place: report.place.filter(|_| open),
            issuer: report.issuer.filter(|_| open),
            evidence: EvidenceOut {
                kind: report.evidence,
                reference: report.evidence_ref.filter(|_| open),
            },
            state: report.state.as_str(),
            verified_at: stored.verified_at,
        }
    }
}

/// The profile as the one who may write it sees it: what may stay in a body unchanged.
pub(super) fn as_shown(seen: &SeenProfile, profile: &Profile) -> serde_json::Value {
    let shown = PersonOut::of(&SeenProfile { profile: profile.clone(), ..seen.clone() });
    serde_json::to_value(shown).unwrap_or_default()
}
