//! Courses (R-301..R-304): judged on the days of the stay, not on the day of the request.

use jiff::civil::{Date, date};

use crate::decision::case::Case;
use crate::decision::findings::{Evidence, Findings};
use crate::decision::registry::Rule;
use crate::model::{
    Certificate, CertificateState, ConditionCode, Course, CourseRule, Fact, FactClass, Outcome,
    ReasonCode,
};

/// The predecessors of BSAFE were accepted until this day (F-035): history, which no longer moves.
const PREDECESSORS_UNTIL: Date = date(2019, 6, 30);
/// Years of validity of the courses that expire, where a certificate names no day.
const YEARS: i16 = 3;

const EVIDENCE: &[(&str, FactClass)] = &[
    ("course", FactClass::I),
    ("valid_through", FactClass::I),
    ("expires_on", FactClass::I),
    ("area_id", FactClass::P),
];

/// How a traveller stands with a course on the days of a stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Verified, valid from the first day to the last.
    Verified,
    /// The same, but typed by hand.
    Claimed,
    /// Valid when the stay begins, lapses before it ends.
    Lapses(Date),
    /// Not held.
    Missing,
}

fn expiry(certificate: &Certificate) -> Option<Date> {
    certificate.expires_on.or_else(|| {
        let lapses = [&Course::SSAFE, &Course::BSITF, &Course::ASITF];
        if !lapses.contains(&&certificate.course) {
            return None;
        }
        let done = certificate.completed_on;
        // 29 February ends on the 28th, three years later
        Date::new(done.year().saturating_add(YEARS), done.month(), done.day())
            .or_else(|_| Date::new(done.year().saturating_add(YEARS), done.month(), 28))
            .ok()
    })
}

fn standing(case: &Case<'_>, course: &Course) -> Standing {
    let held = case.who.map_or(&[][..], |who| &who.certificates);
    held.iter()
        .filter(|certificate| {
            certificate.course == *course
                && certificate.state != CertificateState::Revoked
                && certificate.completed_on <= case.stay.arrive
        })
        .map(|certificate| match (expiry(certificate), certificate.state) {
            (Some(until), _) if until < case.stay.arrive => Standing::Missing,
            (Some(until), _) if until < case.last => Standing::Lapses(until),
            (_, CertificateState::Verified) => Standing::Verified,
            (_, CertificateState::Claimed | CertificateState::Revoked) => Standing::Claimed,
        })
        .min_by_key(|standing| match standing {
            Standing::Verified => (0, Date::ZERO),
            Standing::Claimed => (1, Date::ZERO),
            Standing::Lapses(until) => (2, *until),
            Standing::Missing => (3, Date::ZERO),
        })
        .unwrap_or(Standing::Missing)
}

fn evidence(case: &Case<'_>, course: &Course, standing: Standing) -> Evidence {
    let mut evidence =
        vec![("course", Fact::Text(course.0.clone())), ("valid_through", Fact::Day(case.last))];
    if let Standing::Lapses(until) = standing {
        evidence.push(("expires_on", Fact::Day(until)));
    }
    evidence.extend(case.area.map(|area| ("area_id", Fact::Area(area.area_id.clone()))));
    evidence
}

/// R-301's declaration.
pub(in crate::decision) const R_301: Rule =
    Rule::new("R-301", "B/C", "BSAFE is held, everywhere", EVIDENCE);

/// R-301 (B/C): BSAFE, or a predecessor in its time; claimed suffices and is to be
/// verified; missing is sent back.
pub(in crate::decision) fn bsafe(case: &Case<'_>, out: &mut Findings) {
    if case.who.is_none() {
        return;
    }
    let course = &Course::BSAFE;
    let standing = standing(case, course);
    if standing == Standing::Verified || predecessor(case) {
        return;
    }
    match standing {
        Standing::Verified => {}
        Standing::Claimed => {
            out.warn(&R_301, ReasonCode::CertUnverified, || evidence(case, course, standing));
            out.ask(&R_301, ConditionCode::VerifyCertificate, None, Some(&course.0));
        }
        Standing::Lapses(_) => {
            out.add(&R_301, Outcome::Return, ReasonCode::CertExpiresDuringStay, || {
                evidence(case, course, standing)
            });
        }
        Standing::Missing => {
            out.add(&R_301, Outcome::Return, ReasonCode::TrainingBsafeMissing, || {
                evidence(case, course, standing)
            });
        }
    }
}

/// R-302's declaration.
pub(in crate::decision) const R_302: Rule =
    Rule::new("R-302", "B/C", "Predecessors of BSAFE were accepted until 30 June 2019", &[]);

/// R-302 (B/C): a verified BSITF or ASITF stands for BSAFE on stays that ended by the cut-over.
fn predecessor(case: &Case<'_>) -> bool {
    case.last <= PREDECESSORS_UNTIL
        && [Course::BSITF, Course::ASITF]
            .iter()
            .any(|course| standing(case, course) == Standing::Verified)
}

/// R-303's declaration.
pub(in crate::decision) const R_303: Rule =
    Rule::new("R-303", "B/D", "SSAFE is held where the area asks for it", EVIDENCE);

/// R-303 (B/D): SSAFE where the area's policy asks for it, valid on the last day; without it a
/// person decides, since places are scarce and the official may waive it.
pub(in crate::decision) fn ssafe(case: &Case<'_>, out: &mut Findings) {
    for rule in asked(case).filter(|rule| rule.course == Course::SSAFE) {
        require(case, out, &R_303, &rule.course);
    }
}

/// R-304's declaration.
pub(in crate::decision) const R_304: Rule =
    Rule::new("R-304", "B", "Other courses that the area asks for", EVIDENCE);

/// R-304 (B): other courses that the area's policy asks for, as SSAFE.
pub(in crate::decision) fn other_courses(case: &Case<'_>, out: &mut Findings) {
    let known = [Course::BSAFE, Course::SSAFE];
    for rule in asked(case).filter(|rule| !known.contains(&rule.course)) {
        require(case, out, &R_304, &rule.course);
    }
}

/// Courses that the area's policy asks of this traveller for so many nights.
fn asked<'a>(case: &Case<'a>) -> impl Iterator<Item = &'a CourseRule> + use<'a> {
    let rules = case.policy.map_or(&[][..], |policy| &policy.training_required);
    let (category, nights) = (case.who.map(|who| who.person.category), case.stay.nights);
    rules.iter().filter(move |rule| {
        nights >= u32::from(rule.min_stay_nights)
            && category
                .is_some_and(|of| rule.categories.is_empty() || rule.categories.contains(&of))
    })
}

/// Courses of the level's row, beside those the policy asks for anyway.
pub(in crate::decision) fn level_courses(case: &Case<'_>, out: &mut Findings, rule: &Rule) {
    let courses = case.row.map_or(&[][..], |row| &row.courses);
    for course in courses.iter().filter(|course| **course != Course::BSAFE) {
        let twice = case.is_stay() && asked(case).any(|rule| rule.course == *course);
        if case.who.is_some() && !twice {
            require(case, out, rule, course);
        }
    }
}

fn require(case: &Case<'_>, out: &mut Findings, rule: &Rule, course: &Course) {
    let standing = standing(case, course);
    let reason = match standing {
        Standing::Verified => return,
        Standing::Claimed => ReasonCode::CertUnverified,
        Standing::Lapses(_) => ReasonCode::CertExpiresDuringStay,
        Standing::Missing if *course == Course::SSAFE => ReasonCode::TrainingSsafeMissing,
        Standing::Missing => ReasonCode::TrainingOtherMissing,
    };
    out.add(rule, Outcome::Manual, reason, || evidence(case, course, standing));
    if standing == Standing::Claimed {
        out.ask(rule, ConditionCode::VerifyCertificate, None, Some(&course.0));
    }
}
