//! What is submitted (domain.md d.4-d.6; api.md).

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AreaId, DayRange, LonLat, OrganizationId, PersonId, Place, Secret};

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
        )]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $text)] $variant,)*
        }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in JSON and SQL.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

named! {
    /// Kind of a trip (R-102..R-104).
    TripKind {
        /// Paid or ordered by the organization.
        Official = "official",
        /// Private: notifications only.
        Personal = "personal",
        /// Official with days of leave.
        OfficialWithLeave = "official_with_leave",
    }
}

named! {
    /// Purpose of a trip (d.4).
    Purpose {
        /// First appointment.
        Appointment = "appointment",
        /// Transfer to another duty station.
        Transfer = "transfer",
        /// Repatriation.
        Repatriation = "repatriation",
        /// Duty travel.
        DutyTravel = "duty_travel",
        /// A meeting.
        Meeting = "meeting",
        /// Training.
        Training = "training",
        /// A field mission.
        FieldMission = "field_mission",
        /// Home leave.
        HomeLeave = "home_leave",
        /// Education grant travel.
        EducationGrant = "education_grant",
        /// Family visit.
        FamilyVisit = "family_visit",
        /// Rest and recuperation.
        RestAndRecuperation = "rest_and_recuperation",
        /// Medical evacuation.
        MedicalEvacuation = "medical_evacuation",
        /// Security evacuation.
        SecurityEvacuation = "security_evacuation",
        /// Interview.
        Interview = "interview",
        /// Surge deployment.
        Surge = "surge",
        /// Private.
        Private = "private",
    }
}

impl Purpose {
    /// Entitlement travel: the organization pays, the purpose is the traveller's.
    pub const fn is_entitlement(self) -> bool {
        matches!(
            self,
            Self::Appointment
                | Self::Repatriation
                | Self::HomeLeave
                | Self::EducationGrant
                | Self::FamilyVisit
                | Self::RestAndRecuperation
                | Self::MedicalEvacuation
        )
    }

    /// The last stay may have no end (fine-print.md, "Beginning, end and home of a trip").
    pub const fn may_be_open_ended(self) -> bool {
        matches!(self, Self::Appointment | Self::Transfer | Self::Repatriation)
    }
}

named! {
    /// Programme criticality grade (F-100); PC1 is the most critical and the least value.
    PcGrade {
        /// Life-saving, or directed by the highest authority.
        Pc1 = "PC1",
        /// Essential.
        Pc2 = "PC2",
        /// Important.
        Pc3 = "PC3",
        /// Routine.
        Pc4 = "PC4",
    }
}

named! {
    /// Means of a segment (d.5).
    TransportMode {
        /// Scheduled flight.
        AirCommercial = "air_commercial",
        /// Flight of the organization.
        AirUn = "air_un",
        /// Chartered flight.
        AirCharter = "air_charter",
        /// Own vehicle.
        RoadOwn = "road_own",
        /// Convoy.
        RoadUnConvoy = "road_un_convoy",
        /// Railway.
        Rail = "rail",
        /// Ship or boat.
        Sea = "sea",
        /// On foot.
        Foot = "foot",
        /// Several; treated as on the ground.
        Mixed = "mixed",
    }
}

impl TransportMode {
    /// By air: touches only its end points.
    pub const fn is_air(self) -> bool {
        matches!(self, Self::AirCommercial | Self::AirUn | Self::AirCharter)
    }
}

named! {
    /// Kind of lodging (d.6).
    LodgingKind {
        /// Hotel.
        Hotel = "hotel",
        /// Guest house.
        Guesthouse = "guesthouse",
        /// Compound of the organization.
        UnCompound = "un_compound",
        /// Private residence.
        Private = "private",
        /// The traveller's own house at the duty station.
        OwnResidence = "own_residence",
        /// To be advised.
        Tba = "tba",
    }
}

named! {
    /// Part of a traveller in a group (d.4).
    TravellerRole {
        /// Leads the group.
        Leader = "leader",
        /// Travels with it.
        Member = "member",
        /// Accompanies as family.
        Family = "family",
    }
}

/// One who travels on the trip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traveller {
    /// Who.
    pub person_id: PersonId,
    /// Leader, member or family.
    pub role: TravellerRole,
}

/// One movement from A to B (b.0).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// Number in the submitted body, rising.
    pub seq: u16,
    /// Means.
    pub mode: TransportMode,
    /// Where from.
    pub from: Place,
    /// Where to.
    pub to: Place,
    /// Departure, an instant.
    pub departs_at: Timestamp,
    /// Arrival, an instant after departure.
    pub arrives_at: Timestamp,
    /// Airline code.
    pub carrier_code: Option<CompactString>,
    /// Flight number.
    pub flight_no: Option<CompactString>,
    /// On this segment's departure the traveller has stayed airside since the one before.
    /// Absent counts as false: leaving the airport is the cautious assumption.
    pub airside_transit: bool,
    /// Points on the way, between `from` and `to`.
    pub route_points: Vec<LonLat>,
}

/// Where a traveller sleeps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lodging {
    /// For stays in which area; resolved from an alias where one was given.
    pub area_id: AreaId,
    /// What kind.
    pub kind: LodgingKind,
    /// Name of the house.
    pub name: Option<Secret<CompactString>>,
    /// Address, asked for private residences.
    pub address: Option<Secret<CompactString>>,
    /// Telephone.
    pub phone: Option<Secret<CompactString>>,
    /// The house's point: `lon` and `lat` of the body.
    pub point: Option<LonLat>,
    /// First night, where an area has several stays; none fits every stay there.
    pub from: Option<Date>,
}

/// The traveller's way through the world: all that `survey` reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Itinerary {
    /// In order of time, at least one, at most 60.
    pub segments: Vec<Segment>,
    /// Last local day of an open last stay.
    pub until: Option<Date>,
    /// The last stay has no end (appointment, transfer, repatriation).
    pub open_ended: bool,
    /// Where the travellers sleep.
    pub lodging: Vec<Lodging>,
}

/// A key of another system for the same trip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExternalRef {
    /// `umoja`, `quantum`, `sap`, …
    pub system: CompactString,
    /// The key there.
    pub id: CompactString,
}

/// A sound trip: parsed, its places known to exist, its times in order. Ids of the trip itself,
/// its state and version are the store's, not the decision's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trip {
    /// Official, personal, official with leave.
    pub trip_kind: TripKind,
    /// Why.
    pub purpose: Purpose,
    /// Why, in words.
    pub purpose_text: Option<Secret<CompactString>>,
    /// Why so late, in words.
    pub justification: Option<Secret<CompactString>>,
    /// Programme criticality of the activity.
    pub pc_grade: Option<PcGrade>,
    /// The activity in the country's approved list.
    pub programme_activity_id: Option<CompactString>,
    /// Who travels: at least one, at most 200.
    pub travellers: Vec<Traveller>,
    /// Where and when.
    pub itinerary: Itinerary,
    /// Days of leave in official travel.
    pub private_days: Vec<DayRange>,
    /// Organization the trip is for.
    pub organization: OrganizationId,
    /// Who submitted: a person, or none for a machine client.
    pub requester_id: Option<PersonId>,
    /// Keys of other systems.
    pub external_refs: Vec<ExternalRef>,
    /// The mission security clearance request this trip falls under.
    pub mscr_id: Option<uuid::Uuid>,
    /// Names of the documents given, as area policy may ask: `host_permit_no`,
    /// `vehicle`, `tor`, `escort`, …
    pub supplied_fields: Vec<CompactString>,
}
