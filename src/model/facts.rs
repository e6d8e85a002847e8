//! What the store knows that a decision reads. Loaded in one read, handed in as a value, kept
//! with the decision for replay.

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    AreaId, Category, Certificate, FlightCount, OperatorFacts, OrganizationId, Person, PersonId,
    StandingStay,
};

/// Facts of one decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// The database's time (`sc_now()`), the only clock of a decision.
    pub now: Timestamp,
    /// Every traveller, in the order of the trip.
    pub people: Vec<PersonFacts>,
    /// Occupied places, for the nights of stays in areas with ceilings.
    pub nights: Vec<NightCount>,
    /// Arrivals by rule already counted: (area, local day, how many), for R-410.
    pub arrivals: Vec<(AreaId, Date, u32)>,
    /// Rules of the organization the trip is for.
    pub organization: OrganizationRules,
    /// The mission security clearance request the trip names, if it is open.
    pub mscr: Option<MscrFacts>,
    /// Grades of the country's approved criticality list that the trip's activity has;
    /// none where no list is kept.
    pub activity_grades: Option<Vec<super::PcGrade>>,
    /// What could not be read: each leads to a person, never to `auto`.
    pub gaps: Vec<Gap>,
    /// People of the organization on the trip's flights by other live trips.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flights: Vec<FlightCount>,
    /// What the organization says of the operators of the trip's flights.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operators: Vec<OperatorFacts>,
    /// Stays that an amendment leaves standing: they are not decided again (c.0).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub standing: Vec<StandingStay>,
}

/// A traveller with certificates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonFacts {
    /// Who.
    pub person: Person,
    /// Revision of the person's facts, compared when the decision is committed.
    pub revision: i64,
    /// Certificates, sorted by course and day of completion.
    pub certificates: Vec<Certificate>,
    /// Last day of medical clearance (R-306: yes or no, never a diagnosis).
    pub medical_valid_to: Option<Date>,
    /// Resident in the area of the duty station, and counted there.
    pub resident: bool,
}

/// What a count of places is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountKey {
    /// Everyone who counts.
    Total,
    /// One organization.
    Organization(OrganizationId),
    /// One category.
    Category(Category),
}

/// Places taken on one night in one area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NightCount {
    /// Area.
    pub area_id: AreaId,
    /// The night that begins on this local day.
    pub night: Date,
    /// Of whom.
    pub key: CountKey,
    /// Committed by visitors.
    pub committed: u32,
    /// Held by residents present.
    pub residents: u32,
}

/// Switches of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationRules {
    /// Id.
    pub organization: OrganizationId,
    /// Entitlement travel is notified, not cleared.
    pub entitlement_notify_only: bool,
    /// Most people of the organization on one flight.
    pub flight_concentration_max: u32,
}

/// An open mission security clearance request (b.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MscrFacts {
    /// Id.
    pub mscr_id: Uuid,
    /// People it names.
    pub people: Vec<PersonId>,
    /// Areas it names.
    pub areas: Vec<AreaId>,
    /// First day of its window.
    pub from: Date,
    /// Last day of its window.
    pub to: Date,
    /// Headquarters has granted it.
    #[serde(default)]
    pub granted: bool,
}

impl MscrFacts {
    /// Whether it names a person, an area and every day of a stay.
    pub fn names(&self, person: PersonId, area: &AreaId, first: Date, last: Date) -> bool {
        self.people.contains(&person)
            && self.areas.contains(area)
            && self.from <= first
            && last <= self.to
    }
}

/// Something a decision should have read and could not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gap {
    /// Facts of a person.
    Person(PersonId),
    /// Counts of an area.
    Counts(AreaId),
    /// Rules of an organization.
    Organization(OrganizationId),
    /// Something else, by name.
    Other(CompactString),
}
