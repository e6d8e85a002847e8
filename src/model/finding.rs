//! Findings: what a rule says of a stay, with its evidence.

use std::fmt::{Display, Formatter, Result as FmtResult};

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::ser::{SerializeMap as _, SerializeStruct as _};
use serde::{Serialize, Serializer};

use super::{AreaId, FenceId, Outcome, ReasonCode};

/// Id of a rule: `R-402`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct RuleId(pub &'static str);

impl Display for RuleId {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        f.write_str(self.0)
    }
}

/// Who may read a fact (domain.md d: P, I, S, R). Ordered: the greatest is the narrowest circle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum FactClass {
    /// Public.
    P,
    /// All personnel concerned.
    I,
    /// Security staff of the scope.
    S,
    /// Named people.
    R,
}

/// One value of the evidence. Small, and none allocates more than its own text.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// A number.
    Number(i64),
    /// Kilometres, one decimal.
    Km(f64),
    /// Yes or no.
    Flag(bool),
    /// A code or short text from data.
    Text(CompactString),
    /// A name known at compile time.
    Name(&'static str),
    /// An area.
    Area(AreaId),
    /// A fence.
    Fence(FenceId),
    /// A local day.
    Day(Date),
    /// Local days.
    Days(Vec<Date>),
    /// An instant.
    Instant(Timestamp),
}

impl Serialize for Fact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(n) => n.serialize(serializer),
            Self::Km(km) => km.serialize(serializer),
            Self::Flag(flag) => flag.serialize(serializer),
            Self::Text(text) => text.serialize(serializer),
            Self::Name(name) => name.serialize(serializer),
            Self::Area(id) => id.serialize(serializer),
            Self::Fence(id) => id.serialize(serializer),
            Self::Day(day) => day.serialize(serializer),
            Self::Days(days) => days.serialize(serializer),
            Self::Instant(at) => at.serialize(serializer),
        }
    }
}

/// What a finding does to its stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Joins the lattice; the strictest wins.
    Outcome(Outcome),
    /// Changes nothing; is shown.
    Warning,
}

/// One rule's word on one stay.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The rule.
    pub rule: RuleId,
    /// Outcome or warning.
    pub effect: Effect,
    /// Why.
    pub reason: ReasonCode,
    /// The evidence, by name; the rule's declaration gives each name its class.
    pub facts: Vec<(&'static str, Fact)>,
}

/// `{"rule", "outcome", "reason", "facts"}`; a warning carries `"warning": true` in place of the
/// outcome.
impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Finding", 4)?;
        object.serialize_field("rule", &self.rule)?;
        match self.effect {
            Effect::Outcome(outcome) => object.serialize_field("outcome", &outcome)?,
            Effect::Warning => object.serialize_field("warning", &true)?,
        }
        object.serialize_field("reason", &self.reason)?;
        object.serialize_field("facts", &Evidence(&self.facts))?;
        object.end()
    }
}

struct Evidence<'a>(&'a [(&'static str, Fact)]);

impl Serialize for Evidence<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, fact) in self.0 {
            map.serialize_entry(name, fact)?;
        }
        map.end()
    }
}

macro_rules! condition_codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What a traveller owes for a clearance to hold.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum ConditionCode {
            $($(#[$doc])* $name,)*
        }

        impl ConditionCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code in JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

condition_codes! {
    /// Be briefed on arrival.
    BriefingOnArrival = "BRIEFING_ON_ARRIVAL",
    /// Be briefed before leaving the airport.
    BriefingBeforeLeavingAirport = "BRIEFING_BEFORE_LEAVING_AIRPORT",
    /// Confirm arrival.
    ConfirmArrival = "CONFIRM_ARRIVAL",
    /// Register with the office.
    RegisterArrival = "REGISTER_ARRIVAL",
    /// Give the lodging.
    AdviseLodging = "ADVISE_LODGING",
    /// Tell the office before moving.
    NotifyMovement = "NOTIFY_MOVEMENT",
    /// Move in convoy.
    ConvoyOnly = "CONVOY_ONLY",
    /// Keep the hours of a fence.
    HoursRestricted = "HOURS_RESTRICTED",
    /// A fence's condition.
    FenceCondition = "FENCE_CONDITION",
    /// Protective equipment.
    ProtectiveEquipment = "PROTECTIVE_EQUIPMENT",
    /// Radio.
    Radio = "RADIO",
    /// Tracker.
    Tracker = "TRACKER",
    /// Have a certificate verified.
    VerifyCertificate = "VERIFY_CERTIFICATE",
    /// The organization has yet to say yes to the operator or the flight.
    OrganizationGate = "ORGANIZATION_GATE",
    /// Something else, in words.
    Other = "OTHER",
}

impl Serialize for ConditionCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// An obligation on the traveller.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Condition {
    /// Which.
    pub code: ConditionCode,
    /// By when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// The rule that asks for it.
    pub rule: RuleId,
    /// What it is about: a fence, a course.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<CompactString>,
}
