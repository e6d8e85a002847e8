//! Security levels, risk bands and the status of an area.

use compact_str::CompactString;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Threat level of an area, 1 minimal to 6 extreme (F-091, B). It never acts alone: the area's
/// policy says what a level means there (F-093, A).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i16", into = "i16")]
pub struct SecurityLevel(u8);

impl SecurityLevel {
    /// Level 1.
    pub const MINIMAL: Self = Self(1);
    /// Level 6: headquarters' to set (c.6).
    pub const EXTREME: Self = Self(6);

    /// A level; `None` outside 1..=6.
    pub const fn new(level: u8) -> Option<Self> {
        if level >= 1 && level <= 6 { Some(Self(level)) } else { None }
    }

    /// 1..=6.
    pub const fn get(self) -> u8 {
        self.0
    }

    /// The level's name in the security level system (F-091, B).
    pub const fn name(self) -> &'static str {
        match self.0 {
            1 => "minimal",
            2 => "low",
            3 => "moderate",
            4 => "substantial",
            5 => "high",
            _ => "extreme",
        }
    }
}

impl TryFrom<i16> for SecurityLevel {
    type Error = &'static str;

    fn try_from(level: i16) -> Result<Self, Self::Error> {
        u8::try_from(level).ok().and_then(Self::new).ok_or("a security level is 1 to 6")
    }
}

impl From<SecurityLevel> for i16 {
    fn from(level: SecurityLevel) -> Self {
        Self::from(level.0)
    }
}

/// Present security risk after measures (c.6). It may only tighten a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskBand {
    /// All activities.
    Low,
    /// PC1-PC4 with measures in place.
    Medium,
    /// PC1 and PC2.
    High,
    /// PC1 only, by MSCR.
    VeryHigh,
    /// None.
    Unacceptable,
}

impl RiskBand {
    /// Every band.
    pub const ALL: [Self; 5] =
        [Self::Low, Self::Medium, Self::High, Self::VeryHigh, Self::Unacceptable];

    /// The name in JSON and SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::VeryHigh => "very_high",
            Self::Unacceptable => "unacceptable",
        }
    }

    /// The band of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == name)
    }
}

/// Whether an area takes travel (b.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusKind {
    /// As the policy says.
    Open,
    /// No new travel; requests are parked, positive clearances frozen.
    Suspended,
    /// Only an MSCR.
    Closed,
}

impl StatusKind {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Open, Self::Suspended, Self::Closed];

    /// The name in JSON and SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Suspended => "suspended",
            Self::Closed => "closed",
        }
    }

    /// The status of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == name)
    }
}

/// The status of an area with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AreaStatus {
    /// Open, suspended or closed.
    pub kind: StatusKind,
    /// Since when.
    pub since: Option<Timestamp>,
    /// When a person looks at it again; reaching it reopens nothing (fine-print.md).
    pub review_at: Option<Timestamp>,
    /// Words for travellers.
    pub reason: Option<CompactString>,
}

impl AreaStatus {
    /// Open, with nothing to say.
    pub const fn open() -> Self {
        Self { kind: StatusKind::Open, since: None, review_at: None, reason: None }
    }
}
