//! Reason codes: the stable vocabulary of answers (domain.md c.13, fine-print.md).

use serde::{Deserialize, Serialize};

macro_rules! reason_codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Why: a stable code in every answer, event and metric.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum ReasonCode {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl ReasonCode {
            /// The code as it stands in JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// Every code, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
        }
    };
}

reason_codes! {
    /// The person's category is outside the system.
    NotEligible = "NOT_ELIGIBLE",
    /// Something the request must carry is missing.
    Incomplete = "INCOMPLETE",
    /// Consecutive segments do not meet.
    ItineraryGap = "ITINERARY_GAP",
    /// Another live trip of the person covers the same time.
    ItineraryOverlap = "ITINERARY_OVERLAP",
    /// Later than the area's lead time.
    Late = "LATE",
    /// Departure was already past.
    Retroactive = "RETROACTIVE",
    /// No BSAFE.
    TrainingBsafeMissing = "TRAINING_BSAFE_MISSING",
    /// No SSAFE where the area asks for it.
    TrainingSsafeMissing = "TRAINING_SSAFE_MISSING",
    /// Another course the area asks for.
    TrainingOtherMissing = "TRAINING_OTHER_MISSING",
    /// A certificate lapses before the last day.
    CertExpiresDuringStay = "CERT_EXPIRES_DURING_STAY",
    /// A certificate is claimed, not verified.
    CertUnverified = "CERT_UNVERIFIED",
    /// Medical clearance missing where required.
    MedicalMissing = "MEDICAL_MISSING",
    /// A briefing is due.
    BriefingPending = "BRIEFING_PENDING",
    /// Lodging does not fit the area's rule.
    LodgingNotApproved = "LODGING_NOT_APPROVED",
    /// A programme criticality grade is needed.
    PcMissing = "PC_MISSING",
    /// The grade is not enough for the risk.
    PcInsufficient = "PC_INSUFFICIENT",
    /// No place left under the area's ceiling.
    CeilingFull = "CEILING_FULL",
    /// No place left for the organization or category.
    OrgQuotaFull = "ORG_QUOTA_FULL",
    /// The area's requests go to a person.
    AreaManual = "AREA_MANUAL",
    /// The area is suspended.
    AreaSuspended = "AREA_SUSPENDED",
    /// The area is closed.
    AreaClosed = "AREA_CLOSED",
    /// The area takes mission security clearance requests only.
    AreaMscr = "AREA_MSCR",
    /// The area's policy removes family.
    NonFamilyArea = "NON_FAMILY_AREA",
    /// The area limits movement.
    MovementRestricted = "MOVEMENT_RESTRICTED",
    /// The air operator is unknown.
    OperatorUnknown = "OPERATOR_UNKNOWN",
    /// The air operator is not recommended.
    OperatorNotRecommended = "OPERATOR_NOT_RECOMMENDED",
    /// Too many of one organization on one flight.
    FlightConcentration = "FLIGHT_CONCENTRATION",
    /// The decider has an interest.
    ConflictOfInterest = "CONFLICT_OF_INTEREST",
    /// A senior official travels.
    SeniorOfficial = "SENIOR_OFFICIAL",
    /// The same request again.
    Duplicate = "DUPLICATE",
    /// The host government.
    HostGovernment = "HOST_GOVERNMENT",
    /// The adviser's advice.
    SecurityAdvice = "SECURITY_ADVICE",
    /// Something else, in words.
    Other = "OTHER",
    /// A place cannot be put into an area for certain.
    PlaceUncertain = "PLACE_UNCERTAIN",
    /// The route of a road leg is not known.
    RouteUnknown = "ROUTE_UNKNOWN",
    /// Within the map's error of an area that decides more strictly.
    NearStricterArea = "NEAR_STRICTER_AREA",
    /// No such person within the caller's scope.
    PersonUnknown = "PERSON_UNKNOWN",
    /// The last stay has no end.
    ItineraryOpen = "ITINERARY_OPEN",
    /// No reachable contact.
    ContactMissing = "CONTACT_MISSING",
    /// No lodging for a stay.
    LodgingMissing = "LODGING_MISSING",
    /// The lead time of the area.
    LeadTime = "LEAD_TIME",
    /// The trip starts too far ahead.
    TooFarAhead = "TOO_FAR_AHEAD",
    /// The stay is longer than allowed.
    StayTooLong = "STAY_TOO_LONG",
    /// A fence denies.
    FenceDeny = "FENCE_DENY",
    /// A fence asks for a mission security clearance request.
    FenceMscr = "FENCE_MSCR",
    /// A fence asks for a person.
    FenceManual = "FENCE_MANUAL",
    /// A fence holds at certain hours only.
    HoursRestricted = "HOURS_RESTRICTED",
    /// The risk band is unacceptable.
    RiskUnacceptable = "RISK_UNACCEPTABLE",
    /// More arrivals in a day than the area clears by rule.
    QuotaDay = "QUOTA_DAY",
    /// Two steps are needed.
    TwoStep = "TWO_STEP",
    /// A rule could not be applied; a person looks.
    RuleError = "RULE_ERROR",
    /// The world's data is too old to decide by rule.
    WorldStale = "WORLD_STALE",
    /// Personal or notify-only travel, on record.
    Notified = "NOTIFIED",
    /// Nothing stands against it: cleared by rule.
    AreaAuto = "AREA_AUTO",
    /// A fence touches the stay or the way: advice.
    FenceAdvice = "FENCE_ADVICE",
    /// Register or confirm arrival.
    ArrivalConfirmation = "ARRIVAL_CONFIRMATION",
    /// A field that the area's policy adds is missing.
    FieldMissing = "FIELD_MISSING",
}
