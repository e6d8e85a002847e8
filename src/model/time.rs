//! Time zones and windows of local days.

use compact_str::CompactString;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A time zone of the IANA database, held by value; its name is what is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "CompactString", into = "CompactString")]
pub struct Zone {
    name: CompactString,
    rules: TimeZone,
}

/// No such time zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no time zone is called {0}")]
pub struct ZoneError(CompactString);

impl Zone {
    /// The zone of an IANA name such as `Africa/Nairobi`, from the tables compiled into the
    /// program: two replicas cannot differ in their rules.
    pub fn named(name: &str) -> Result<Self, ZoneError> {
        TimeZone::get(name)
            .map(|rules| Self { name: name.into(), rules })
            .map_err(|_absent| ZoneError(name.into()))
    }

    /// Coordinated Universal Time.
    pub fn utc() -> Self {
        Self { name: CompactString::const_new("UTC"), rules: TimeZone::UTC }
    }

    /// The IANA name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The zone's rules.
    pub const fn rules(&self) -> &TimeZone {
        &self.rules
    }

    /// The local day on which an instant falls.
    pub fn day_of(&self, at: Timestamp) -> Date {
        self.rules.to_datetime(at).date()
    }

    /// The first instant of a local day (the later side of a gap at midnight). Saturates at the
    /// ends of time.
    pub fn start_of(&self, day: Date) -> Timestamp {
        self.rules.to_ambiguous_timestamp(day.at(0, 0, 0, 0)).compatible().unwrap_or(Timestamp::MAX)
    }

    /// The instant of a local day and time; a time that is skipped counts as the one after the gap.
    /// Saturates at the ends of time.
    pub fn at(&self, day: Date, time: Time) -> Timestamp {
        let local = self.rules.to_ambiguous_timestamp(day.to_datetime(time));
        local.compatible().unwrap_or(Timestamp::MAX)
    }

    /// The last nanosecond-free instant before the next local day begins: its start.
    pub fn end_of(&self, day: Date) -> Timestamp {
        day.tomorrow().map_or(Timestamp::MAX, |next| self.start_of(next))
    }

    /// How far local time is ahead of UTC at an instant.
    pub fn offset_at(&self, at: Timestamp) -> SignedDuration {
        SignedDuration::from_secs(i64::from(self.rules.to_offset(at).seconds()))
    }
}

impl TryFrom<CompactString> for Zone {
    type Error = ZoneError;

    fn try_from(name: CompactString) -> Result<Self, ZoneError> {
        Self::named(&name)
    }
}

impl From<Zone> for CompactString {
    fn from(zone: Zone) -> Self {
        zone.name
    }
}

/// Local days from the first to the last, both included; the last may be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayRange {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

impl DayRange {
    /// Whether a day lies in the range.
    pub fn contains(self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }

    /// Whether two ranges share a day.
    pub fn meets(self, other: Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }
}
