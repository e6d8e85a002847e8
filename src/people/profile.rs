//! A profile, and how much of it a caller sees.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::access::{Extent, Scope};
use crate::model::{
    AreaId, Category, OrganizationId, PersonId, PersonStatus, Recruitment, Relation, Secret,
};

/// A person as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Who.
    pub person_id: PersonId,
    /// Organization.
    pub organization: OrganizationId,
    /// Number in the organization.
    pub staff_no: Option<String>,
    /// Family name.
    pub family_name: Option<Secret<String>>,
    /// Given names.
    pub given_names: Option<Secret<String>>,
    /// Full name in the person's own writing.
    pub full_name_local: Option<Secret<String>>,
    /// Category (domain.md d.2).
    pub category: Category,
    /// International or local.
    pub recruitment: Recruitment,
    /// In service, on leave, deactivated.
    pub status: PersonStatus,
    /// Title of the post.
    pub functional_title: Option<String>,
    /// A senior official.
    pub senior_official: bool,
    /// Area of the duty station.
    pub duty_station_area_id: Option<AreaId>,
    /// The member of personnel this one belongs to.
    pub sponsor_person_id: Option<PersonId>,
    /// What this one is to the sponsor.
    pub relation: Option<Relation>,
    /// Languages, best first.
    pub languages: Vec<String>,
    /// The neighbourhood of the dwelling.
    pub residence: Option<Secret<Residence>>,
    /// Last day of medical clearance.
    pub medical_valid_to: Option<Date>,
    /// How to reach the person, best first.
    pub contacts: Secret<Vec<Contact>>,
    /// Next of kin.
    pub emergency_contacts: Secret<Vec<EmergencyContact>>,
}

/// Where somebody lives, coarsely.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Residence {
    /// Name of the place.
    pub place: Option<String>,
    /// Longitude, two decimals.
    pub lon: Option<f64>,
    /// Latitude, two decimals.
    pub lat: Option<f64>,
}

/// A way to reach a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Contact {
    /// `mobile`, `satellite`, `radio_call_sign`, `email` or `messenger`.
    pub kind: ContactKind,
    /// Number, sign or address.
    pub value: String,
    /// When it was last found to work.
    #[schema(value_type = Option<String>, format = "date-time")]
    pub verified_at: Option<Timestamp>,
}

/// Kind of a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    /// Mobile telephone.
    Mobile,
    /// Satellite telephone.
    Satellite,
    /// Call sign on the radio.
    RadioCallSign,
    /// E-mail.
    Email,
    /// Messenger.
    Messenger,
}

/// Somebody to tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EmergencyContact {
    /// Name.
    pub name: String,
    /// What they are to the person.
    pub relation: String,
    /// Telephone.
    pub phone: String,
    /// Language they understand.
    pub language: Option<String>,
}

/// A profile as it was read for a caller.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenProfile {
    /// The profile.
    pub profile: Profile,
    /// Raised by every change.
    pub revision: i64,
    /// A personal trip on record, not over: days from and to. Its itinerary is nobody's business.
    pub away: Option<(Date, Option<Date>)>,
    /// How much the caller sees.
    pub view: View,
    /// Seeing it leaves a trace.
    pub logged: bool,
    /// The database's time.
    pub now: Timestamp,
}

/// How much of a profile a caller sees, least first (domain.md d.1; fine-print.md, "Who may call
/// what" and "Health and private life").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// Ids and states; personal fields are null.
    Sealed,
    /// Class I: what all personnel concerned may know. No contacts, no residence, no health.
    Organization,
    /// Class S too: how to reach the person, where they live.
    Security,
    /// Everything, next of kin included.
    Own,
}

impl SeenProfile {
    /// What decides who may see and write it.
    pub(super) const fn as_seen(&self) -> Seen<'_> {
        Seen {
            person: self.profile.person_id,
            sponsor: self.profile.sponsor_person_id,
            organization: &self.profile.organization,
            in_land: false,
        }
    }
}

/// Whose profile it is, as far as the view depends on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen<'s> {
    pub(super) person: PersonId,
    pub(super) sponsor: Option<PersonId>,
    pub(super) organization: &'s OrganizationId,
    pub(super) in_land: bool,
}

/// The widest view that one of the scope's extents gives, and whether it leaves a trace.
pub(super) fn view(scope: &Scope, seen: &Seen<'_>) -> Option<(View, bool)> {
    let of = |extent: &Extent| match extent {
        Extent::Own(person) => {
            (seen.person == *person || seen.sponsor == Some(*person)).then_some(View::Own)
        }
        Extent::Everywhere => Some(View::Security),
        Extent::Organization(id) => (seen.organization == id).then_some(View::Organization),
        Extent::Land { .. } => seen.in_land.then_some(View::Security),
    };
    scope
        .extents()
        .iter()
        .filter_map(|(extent, sight)| {
            let view =
                if sight.personal { of(extent)? } else { of(extent).map(|_| View::Sealed)? };
            Some((view, sight.logged))
        })
        // where two roles show as much, the unlogged one is used
        .max_by_key(|(view, logged)| (*view, !logged))
}

/// Whether a change of profile may alter what was decided for the person.
pub(super) fn alters_decisions(before: &Profile, after: &Profile) -> bool {
    before.category != after.category
        || before.recruitment != after.recruitment
        || before.status != after.status
        || before.duty_station_area_id != after.duty_station_area_id
        || before.senior_official != after.senior_official
        || before.medical_valid_to != after.medical_valid_to
}

/// Fields that the organization keeps, and only it.
pub(super) const KEPT_BY_ORGANIZATION: [&str; 6] = [
    "staff_no",
    "category",
    "recruitment",
    "functional_title",
    "senior_official",
    "duty_station_area_id",
];

/// Who may write what: the person, the organization, its machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hand {
    /// As the person, or the member of personnel it is a dependant of.
    pub own: bool,
    /// For the organization.
    pub organization: bool,
    /// As a machine of the organization: brings the medical service's word.
    pub machine: bool,
}

impl Hand {
    /// What a scope for writing permits with a person.
    pub(super) fn of(scope: &Scope, seen: &Seen<'_>, machine: bool) -> Option<Self> {
        let own = scope.extents().iter().any(|(extent, _)| {
            matches!(extent, Extent::Own(person)
                if *person == seen.person || Some(*person) == seen.sponsor)
        });
        let organization = scope.extents().iter().any(
            |(extent, _)| matches!(extent, Extent::Organization(id) if id == seen.organization),
        );
        (own || organization).then_some(Self {
            own,
            organization,
            machine: machine && organization,
        })
    }

    /// Whether a field of the profile may be written.
    pub(super) fn may_write(self, field: &str) -> bool {
        match field {
            "medical_valid_to" => self.machine,
            "residence" | "status" => self.own,
            kept if KEPT_BY_ORGANIZATION.contains(&kept) => self.organization,
            "family_name" | "given_names" | "full_name_local" | "languages" | "contacts"
            | "emergency_contacts" => true,
            _ => false,
        }
    }
}
