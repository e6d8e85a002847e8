//! People, as far as the decision needs them (domain.md d.1-d.3).

use std::fmt::{Debug, Formatter, Result as FmtResult};

use serde::{Deserialize, Serialize};

use super::{AreaId, OrganizationId, PersonId};

/// A value that must never reach a log or an error: names, phone numbers, places of people.
/// `Debug` prints `[redacted]`; there is no `Display`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for those entitled to see it.
    pub const fn reveal(&self) -> &T {
        &self.0
    }

    /// The value itself.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Debug for Secret<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        f.write_str("[redacted]")
    }
}

macro_rules! categories {
    ($($(#[$doc:meta])* $name:ident = $text:literal: $eligible:literal, $ceiling:literal,)*) => {
        /// Person category (domain.md d.2). Each carries whether the system covers it and whether
        /// it takes a place under a ceiling by default (visitors and internationals, c.4).
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum Category {
            $($(#[$doc])* $name,)*
        }

        impl Category {
            /// Every category.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name in JSON and SQL.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// Covered by the security management system (R-101, provenance A/B for most).
            pub const fn is_eligible(self) -> bool {
                match self { $(Self::$name => $eligible,)* }
            }

            /// Takes a place under an area's ceiling when visiting (c.5; D).
            pub const fn counts_in_ceiling(self) -> bool {
                match self { $(Self::$name => $ceiling,)* }
            }
        }
    };
}

categories! {
    /// Internationally recruited staff.
    StaffInternational = "staff_international": true, true,
    /// Locally recruited staff.
    StaffLocal = "staff_local": true, true,
    /// Temporary staff.
    TemporaryStaff = "temporary_staff": true, true,
    /// International UN volunteer.
    UnVolunteerInternational = "un_volunteer_international": true, true,
    /// National UN volunteer.
    UnVolunteerNational = "un_volunteer_national": true, true,
    /// Consultant.
    Consultant = "consultant": true, true,
    /// Individual contractor (F-048).
    IndividualContractor = "individual_contractor": true, true,
    /// Service contract holder.
    ServiceContractHolder = "service_contract_holder": true, true,
    /// Intern.
    Intern = "intern": true, true,
    /// Fellow.
    Fellow = "fellow": true, true,
    /// Observer, staff officer or individual police.
    MilitaryOrPoliceIndividual = "military_or_police_individual": true, true,
    /// Member of a contingent: outside the system, countable.
    ContingentMember = "contingent_member": false, false,
    /// Meeting participant.
    MeetingParticipant = "meeting_participant": true, true,
    /// Expert on mission.
    ExpertOnMission = "expert_on_mission": true, true,
    /// Goodwill ambassador or guest.
    GoodwillAmbassadorOrGuest = "goodwill_ambassador_or_guest": true, true,
    /// Dignitary.
    Dignitary = "dignitary": true, true,
    /// Eligible family member.
    EligibleFamilyMember = "eligible_family_member": true, true,
    /// Other accompanying person.
    AccompanyingOther = "accompanying_other": true, true,
    /// Partner organization's worker: by agreement only.
    PartnerNgo = "partner_ngo": false, false,
    /// Area staff with arrangements of their own (F-056).
    AreaStaff = "area_staff": false, false,
}

/// How a person was recruited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recruitment {
    /// Internationally.
    International,
    /// Locally.
    Local,
}

impl Recruitment {
    /// Every value.
    pub const ALL: &'static [Self] = &[Self::International, Self::Local];

    /// The name in JSON and SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::International => "international",
            Self::Local => "local",
        }
    }
}

/// Whether a person may travel for the organization at all (d.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonStatus {
    /// In service.
    Active,
    /// On leave.
    OnLeave,
    /// No longer in service; clearances lapse (R-1004).
    Deactivated,
}

impl PersonStatus {
    /// Every status.
    pub const ALL: &'static [Self] = &[Self::Active, Self::OnLeave, Self::Deactivated];

    /// The name in JSON and SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::OnLeave => "on_leave",
            Self::Deactivated => "deactivated",
        }
    }
}

/// What a dependant is to the member of personnel (d.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Husband or wife.
    Spouse,
    /// Child.
    Child,
    /// Another recognised dependant.
    Other,
}

impl Relation {
    /// Every relation.
    pub const ALL: &'static [Self] = &[Self::Spouse, Self::Child, Self::Other];

    /// The name in JSON and SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Spouse => "spouse",
            Self::Child => "child",
            Self::Other => "other",
        }
    }
}

#[expect(clippy::struct_excessive_bools, reason = "each says that something is on record")]
/// What the decision knows of a traveller. No name, contact or document: none is asked for
/// (`reachable` and `next_of_kin` say only that they exist).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Stable id.
    pub person_id: PersonId,
    /// Employing or sponsoring organization.
    pub organization: OrganizationId,
    /// Category (d.2).
    pub category: Category,
    /// International or local.
    pub recruitment: Recruitment,
    /// In service, on leave, deactivated.
    pub status: PersonStatus,
    /// Area of the duty station; going back there is no clearance stay.
    pub duty_station_area_id: Option<AreaId>,
    /// The member of personnel a family member or guest belongs to.
    pub sponsor_person_id: Option<PersonId>,
    /// A contact reachable abroad is on record.
    pub reachable: bool,
    /// A next-of-kin contact is on record.
    pub next_of_kin: bool,
    /// A name is on record.
    pub named: bool,
    /// A senior official: protection coordination is told.
    pub senior_official: bool,
}
