//! Overlay fences: what lies over the areas (domain.md, "Security levels and risk bands").

use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::Time;
use serde::{Deserialize, Serialize};

use super::{AreaId, FenceId, Zone};

/// What a fence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FenceKind {
    /// Restricted place.
    Restricted,
    /// No-go.
    NoGo,
    /// Curfew.
    Curfew,
    /// Perimeter of an incident.
    IncidentPerimeter,
    /// Road for convoys only.
    ConvoyOnlyRoad,
    /// Advisory zone.
    AdvisoryZone,
}

impl FenceKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Restricted,
        Self::NoGo,
        Self::Curfew,
        Self::IncidentPerimeter,
        Self::ConvoyOnlyRoad,
        Self::AdvisoryZone,
    ];

    /// The name in JSON and SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Restricted => "restricted",
            Self::NoGo => "no_go",
            Self::Curfew => "curfew",
            Self::IncidentPerimeter => "incident_perimeter",
            Self::ConvoyOnlyRoad => "convoy_only_road",
            Self::AdvisoryZone => "advisory_zone",
        }
    }

    /// The kind of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == name)
    }
}

/// What contact with a fence does; ordered, the strictest wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FenceEffect {
    /// A warning.
    Advise,
    /// A condition.
    Condition,
    /// A person decides.
    Manual,
    /// A mission security clearance request.
    Mscr,
    /// Denied.
    Deny,
}

impl FenceEffect {
    /// Every effect.
    pub const ALL: [Self; 5] =
        [Self::Advise, Self::Condition, Self::Manual, Self::Mscr, Self::Deny];

    /// The name in JSON and SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Advise => "advise",
            Self::Condition => "condition",
            Self::Manual => "manual",
            Self::Mscr => "mscr",
            Self::Deny => "deny",
        }
    }

    /// The effect of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == name)
    }
}

/// From when until when something holds; open ends allowed. The end is not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validity {
    /// From.
    pub from: Option<Timestamp>,
    /// Until, not included.
    pub until: Option<Timestamp>,
}

impl Validity {
    /// Whether any instant of `[from, until]` (both included) is within the validity.
    pub fn meets(&self, from: Timestamp, until: Timestamp) -> bool {
        self.from.is_none_or(|start| start <= until) && self.until.is_none_or(|end| from < end)
    }
}

/// Hours of every local day; where `from` is later than `to`, over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DailyHours {
    /// From, included.
    pub from: Time,
    /// To, not included.
    pub to: Time,
}

/// A fence without its geometry, which the atlas holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fence {
    /// Id.
    pub fence_id: FenceId,
    /// What it is.
    pub kind: FenceKind,
    /// Name for people.
    pub name: CompactString,
    /// What contact does.
    pub effect: FenceEffect,
    /// When it stands.
    pub validity: Validity,
    /// At which local hours; `None` at all.
    pub hours: Option<DailyHours>,
    /// Areas it touches, sorted: their revisions rise when it changes.
    pub areas: Arc<[AreaId]>,
    /// Version of the fence.
    pub version: i32,
}

impl DailyHours {
    /// Whether a local time of day lies within the hours.
    pub fn contains(&self, time: Time) -> bool {
        if self.from <= self.to {
            self.from <= time && time < self.to
        } else {
            self.from <= time || time < self.to
        }
    }
}

impl Fence {
    /// Whether the fence stands at an instant, by the hours of a zone.
    pub fn stands_at(&self, at: Timestamp, zone: &Zone) -> bool {
        self.validity.meets(at, at)
            && self.hours.is_none_or(|hours| hours.contains(zone.rules().to_datetime(at).time()))
    }
}
