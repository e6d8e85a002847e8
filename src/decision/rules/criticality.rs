//! Risk and criticality (R-601..R-604, c.6): the band may only tighten.

use crate::decision::case::Case;
use crate::decision::findings::{Evidence, Findings};
use crate::decision::registry::Rule;
use crate::model::{Fact, FactClass, Outcome, PcGrade, ReasonCode, RiskBand};

const EVIDENCE: &[(&str, FactClass)] = &[
    ("area_id", FactClass::P),
    ("risk_band", FactClass::I),
    ("pc_grade", FactClass::I),
    ("lowest_pc", FactClass::P),
    ("mscr", FactClass::I),
];

/// R-601's declaration.
pub(in crate::decision) const R_601: Rule =
    Rule::new("R-601", "B", "A criticality grade is given where the area asks for it", EVIDENCE);

/// R-601 (B): a band of high or more, or the policy, asks for a grade; without one the request is
/// sent back.
pub(in crate::decision) fn graded(case: &Case<'_>, out: &mut Findings) {
    if case.trip().pc_grade.is_none() && asks_for_grade(case) {
        out.add(&R_601, Outcome::Return, ReasonCode::PcMissing, || evidence(case, None));
    }
}

fn band_of(case: &Case<'_>) -> Option<RiskBand> {
    case.area?.risk_band
}

/// A policy that names a least grade cannot be met without one.
fn asks_for_grade(case: &Case<'_>) -> bool {
    band_of(case).is_some_and(|band| band >= RiskBand::High)
        || case.policy.is_some_and(|policy| policy.pc_required || policy.lowest_pc.is_some())
}

/// The least critical grade that a band admits; none where all go, and where none goes, which is
/// R-604's word.
pub(in crate::decision) const fn admitted_by(band: RiskBand) -> Option<PcGrade> {
    match band {
        RiskBand::High => Some(PcGrade::Pc2),
        RiskBand::VeryHigh => Some(PcGrade::Pc1),
        RiskBand::Low | RiskBand::Medium | RiskBand::Unacceptable => None,
    }
}

/// R-602's declaration.
pub(in crate::decision) const R_602: Rule =
    Rule::new("R-602", "B/D", "The grade is enough for the risk", EVIDENCE);

/// R-602 (B/D): a grade below what the band or the policy admits is refused, whichever is
/// stricter.
pub(in crate::decision) fn admitted(case: &Case<'_>, out: &mut Findings) {
    let by_band = band_of(case).and_then(admitted_by);
    let by_policy = case.policy.and_then(|policy| policy.lowest_pc);
    let lowest = [by_band, by_policy].into_iter().flatten().min();
    let (Some(grade), Some(lowest)) = (case.trip().pc_grade, lowest) else { return };
    if grade > lowest {
        out.add(&R_602, Outcome::DenyHard, ReasonCode::PcInsufficient, || {
            evidence(case, Some(lowest))
        });
    }
}

/// R-603's declaration.
pub(in crate::decision) const R_603: Rule = Rule::new(
    "R-603",
    "B",
    "The grade is the one approved for the activity",
    &[("pc_grade", FactClass::I), ("programme_activity_id", FactClass::I)],
);

/// R-603 (B): where the country keeps a list of approved activities, a grade that is not the
/// activity's goes to a person, in areas that read grades.
pub(in crate::decision) fn approved_list(case: &Case<'_>, out: &mut Findings) {
    let (Some(grade), Some(approved)) = (case.trip().pc_grade, &case.facts().activity_grades)
    else {
        return;
    };
    let read = asks_for_grade(case) || case.row.is_some_and(|row| row.lowest_pc.is_some());
    if read && !approved.contains(&grade) {
        out.add(&R_603, Outcome::Manual, ReasonCode::PcInsufficient, || {
            let activity = case.trip().programme_activity_id.clone();
            let mut evidence = vec![("pc_grade", Fact::Name(grade.as_str()))];
            evidence.extend(activity.map(|id| ("programme_activity_id", Fact::Text(id))));
            evidence
        });
    }
}

/// R-604's declaration.
pub(in crate::decision) const R_604: Rule = Rule::new(
    "R-604",
    "B",
    "Very high risk needs a mission request, unacceptable risk admits nobody",
    EVIDENCE,
);

/// R-604 (B): very high risk needs a mission security clearance request; unacceptable risk is
/// closed to all.
pub(in crate::decision) fn band(case: &Case<'_>, out: &mut Findings) {
    match band_of(case) {
        Some(RiskBand::VeryHigh) => {
            out.add_binding(&R_604, Outcome::Mscr, ReasonCode::AreaMscr, || {
                let mut evidence = evidence(case, None);
                evidence.push(("mscr", Fact::Flag(under_mission_request(case))));
                evidence
            });
        }
        Some(RiskBand::Unacceptable) => {
            out.add_binding(&R_604, Outcome::BlockClosed, ReasonCode::RiskUnacceptable, || {
                evidence(case, None)
            });
        }
        Some(RiskBand::Low | RiskBand::Medium | RiskBand::High) | None => {}
    }
}

/// An open mission security clearance request names this person, this area and all days of the
/// stay (fine-print.md, "MSCR").
pub(in crate::decision) fn under_mission_request(case: &Case<'_>) -> bool {
    let (Some(area), Some(request)) = (case.area, &case.facts().mscr) else { return false };
    case.trip().mscr_id == Some(request.mscr_id)
        && request.names(case.traveller.person_id, &area.area_id, case.stay.arrive, case.last)
}

fn evidence(case: &Case<'_>, lowest: Option<PcGrade>) -> Evidence {
    let mut evidence = Vec::with_capacity(4);
    evidence.extend(case.area.map(|area| ("area_id", Fact::Area(area.area_id.clone()))));
    evidence.extend(band_of(case).map(|band| ("risk_band", Fact::Name(band.as_str()))));
    evidence.extend(case.trip().pc_grade.map(|grade| ("pc_grade", Fact::Name(grade.as_str()))));
    evidence.extend(lowest.map(|lowest| ("lowest_pc", Fact::Name(lowest.as_str()))));
    evidence
}
