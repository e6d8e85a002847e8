//! Training certificates (domain.md d.12).

use compact_str::CompactString;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A course by its code. The well-known ones have constants; areas may name others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Course(pub CompactString);

impl Course {
    /// The online awareness course, for everyone; does not expire (F-035).
    pub const BSAFE: Self = Self(CompactString::const_new("BSAFE"));
    /// Its predecessor, three years' validity.
    pub const BSITF: Self = Self(CompactString::const_new("BSITF"));
    /// The advanced predecessor.
    pub const ASITF: Self = Self(CompactString::const_new("ASITF"));
    /// The in-person course for field environments, three years.
    pub const SSAFE: Self = Self(CompactString::const_new("SSAFE"));

    /// The code.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// Life of a certificate (b.8). Expiry is judged on the dates of a stay, not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateState {
    /// Typed by the holder or an organization.
    Claimed,
    /// Confirmed by a learning system or security staff.
    Verified,
    /// Withdrawn.
    Revoked,
}

impl CertificateState {
    /// Every state.
    pub const ALL: &'static [Self] = &[Self::Claimed, Self::Verified, Self::Revoked];

    /// The name in JSON and SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Verified => "verified",
            Self::Revoked => "revoked",
        }
    }
}

/// One certificate of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Which course.
    pub course: Course,
    /// Day of completion.
    pub completed_on: Date,
    /// Last day of validity; `None` never expires.
    pub expires_on: Option<Date>,
    /// Claimed, verified or revoked.
    pub state: CertificateState,
}

impl Certificate {
    /// Whether the certificate stands on a day (not revoked, completed, not expired).
    pub fn stands_on(&self, day: Date) -> bool {
        self.state != CertificateState::Revoked
            && self.completed_on <= day
            && self.expires_on.is_none_or(|last| day <= last)
    }
}
