//! What reading a person's parts out of a document may find wrong, apart from its form.

use jiff::civil::Date;

use super::certificates::{CertificateReport, Reporter, usual_expiry};
use crate::model::CertificateState;

/// A defect of a certificate: the field, a code, words.
pub(super) type Defect = (&'static str, &'static str, &'static str);

/// Completes a report by what its course and reporter imply, and tells what is wrong with it.
/// `asked` is the state the report asks for.
pub(super) fn settle(
    mut report: CertificateReport,
    asked: Option<CertificateState>,
    reporter: Reporter,
    today: Date,
) -> (CertificateReport, Vec<Defect>) {
    let mut defects = Vec::new();
    if report.completed_on > today.tomorrow().unwrap_or(today) {
        defects.push(("completed_on", "FUTURE", "must not be later than today"));
    }
    report.expires_on =
        report.expires_on.or_else(|| usual_expiry(&report.course, report.completed_on));
    if report.expires_on.is_some_and(|last| last < report.completed_on) {
        defects.push(("expires_on", "ORDER", "must not be before the day of completion"));
    }
    report.state = match (asked, reporter.may_verify()) {
        (Some(CertificateState::Claimed), _) | (None, false) => CertificateState::Claimed,
        (None, true) => CertificateState::Verified,
        (Some(state), true) => state,
        (Some(_), false) => {
            let words = "only a learning system or security staff may verify or revoke";
            defects.push(("state", "STATE_NOT_YOURS", words));
            CertificateState::Claimed
        }
    };
    if report.state != CertificateState::Claimed {
        report.evidence = reporter.evidence();
    }
    (report, defects)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::model::Course;
    use crate::people::certificates::Evidence;

    fn report() -> CertificateReport {
        CertificateReport {
            course: Course::SSAFE,
            course_version: None,
            completed_on: date(2026, 1, 1),
            expires_on: None,
            place: None,
            issuer: None,
            evidence: Evidence::Upload,
            evidence_ref: None,
            state: CertificateState::Claimed,
        }
    }

    #[test]
    fn nobody_verifies_for_themselves() {
        let today = date(2026, 11, 22);
        let asked = Some(CertificateState::Verified);
        let (settled, defects) = settle(report(), asked, Reporter::Claimant, today);
        assert_eq!(settled.state, CertificateState::Claimed);
        assert_eq!(
            defects.iter().map(|(_, code, _)| *code).collect::<Vec<_>>(),
            ["STATE_NOT_YOURS"]
        );
        let (settled, defects) = settle(report(), None, Reporter::Claimant, today);
        assert_eq!((settled.state, defects.len()), (CertificateState::Claimed, 0));
        assert_eq!(settled.expires_on, Some(date(2028, 12, 31)));
    }

    #[test]
    fn a_learning_system_verifies_unless_it_says_otherwise() {
        let today = date(2026, 11, 22);
        let (settled, defects) = settle(report(), None, Reporter::LearningSystem, today);
        assert_eq!(settled.state, CertificateState::Verified);
        assert_eq!((settled.evidence, defects.len()), (Evidence::LmsFeed, 0));
        let asked = Some(CertificateState::Revoked);
        let (settled, _) = settle(report(), asked, Reporter::Officer, today);
        assert_eq!(settled.state, CertificateState::Revoked);
    }

    #[test]
    fn days_must_make_sense() {
        let early = CertificateReport { expires_on: Some(date(2025, 1, 1)), ..report() };
        let (_, defects) = settle(early, None, Reporter::Claimant, date(2025, 6, 1));
        assert_eq!(
            defects.iter().map(|(_, code, _)| *code).collect::<Vec<_>>(),
            ["FUTURE", "ORDER"]
        );
    }
}
