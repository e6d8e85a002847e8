//! Advice of an organization on air operators: for its own people, never published.

use compact_str::CompactString;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What an organization thinks of an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperatorStanding {
    /// Its people may fly with it.
    Suitable,
    /// They may, under conditions that the air focal point tells.
    Conditional,
    /// The air focal point decides each time.
    NotRecommended,
    /// Nobody has looked yet, or the last look is too old.
    Unknown,
}

impl OperatorStanding {
    /// Every standing.
    pub const ALL: [Self; 4] =
        [Self::Suitable, Self::Conditional, Self::NotRecommended, Self::Unknown];

    /// The name in JSON and SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Suitable => "suitable",
            Self::Conditional => "conditional",
            Self::NotRecommended => "not_recommended",
            Self::Unknown => "unknown",
        }
    }

    /// The standing of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == name)
    }

    /// Whether the organization has to say yes first.
    pub const fn needs_word(self) -> bool {
        matches!(self, Self::NotRecommended | Self::Unknown)
    }
}

/// A flight with an operator on a day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OperatorUse {
    /// ICAO or IATA code, in capitals.
    pub code: CompactString,
    /// Local day of departure.
    pub day: Date,
}

/// What the trip's organization says of the operator of a flight; organizations that keep no list
/// say nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorFacts {
    /// Which, and when.
    #[serde(flatten)]
    pub of: OperatorUse,
    /// Its advice on that day.
    pub standing: OperatorStanding,
    /// It has permitted the flight all the same: for this trip, or for everybody for a time.
    pub authorized: bool,
}
