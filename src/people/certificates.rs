//! Certificates: what a course means here, and who may say what.

use jiff::civil::Date;
use jiff::{Span, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::model::{CertificateState, Course};

/// A certificate as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCertificate {
    /// Its id.
    pub certificate_id: Uuid,
    /// What was reported.
    pub report: CertificateReport,
    /// When it was verified or revoked.
    pub verified_at: Option<Timestamp>,
}

/// A certificate as somebody reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateReport {
    /// The course.
    pub course: Course,
    /// Its version.
    pub course_version: Option<String>,
    /// Day of completion.
    pub completed_on: Date,
    /// Last day of validity; none never expires.
    pub expires_on: Option<Date>,
    /// Where.
    pub place: Option<String>,
    /// Who issued it.
    pub issuer: Option<String>,
    /// Kind of evidence.
    pub evidence: Evidence,
    /// Where the evidence is.
    pub evidence_ref: Option<String>,
    /// Claimed, verified or revoked.
    pub state: CertificateState,
}

/// What a certificate rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// A learning system's word.
    LmsFeed,
    /// A security officer saw it.
    Officer,
    /// Typed by hand.
    Typed,
    /// An upload.
    Upload,
}

impl Evidence {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::LmsFeed, Self::Officer, Self::Typed, Self::Upload];

    /// The name in JSON and SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LmsFeed => "lms_feed",
            Self::Officer => "officer",
            Self::Typed => "typed",
            Self::Upload => "upload",
        }
    }
}

/// Who reports a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reporter {
    /// The holder or an organization: a claim (fine-print.md, "Appointments, imports,
    /// certificates").
    Claimant,
    /// A learning system.
    LearningSystem,
    /// Security staff for their area.
    Officer,
}

impl Reporter {
    /// May verify and revoke.
    pub const fn may_verify(self) -> bool {
        matches!(self, Self::LearningSystem | Self::Officer)
    }

    /// The evidence of their word.
    pub(super) const fn evidence(self) -> Evidence {
        match self {
            Self::Claimant => Evidence::Typed,
            Self::LearningSystem => Evidence::LmsFeed,
            Self::Officer => Evidence::Officer,
        }
    }
}

/// The last day of validity where the report names none: three years for the courses that have
/// them, none for the rest.
pub(super) fn usual_expiry(course: &Course, completed_on: Date) -> Option<Date> {
    let three_years = [Course::SSAFE, Course::BSITF, Course::ASITF].contains(course);
    let anniversary = || completed_on.saturating_add(Span::new().years(3));
    three_years.then(|| anniversary().saturating_sub(Span::new().days(1)))
}

/// Whether reports may alter what was decided: never by a claim, except of BSAFE.
pub(super) fn alter_decisions(reports: &[CertificateReport]) -> bool {
    reports
        .iter()
        .any(|report| report.state != CertificateState::Claimed || report.course == Course::BSAFE)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn three_years_end_on_the_eve_of_the_anniversary() {
        let day = date(2024, 2, 29);
        assert_eq!(usual_expiry(&Course::SSAFE, day), Some(date(2027, 2, 27)));
        assert_eq!(usual_expiry(&Course::BSAFE, day), None);
    }
}
