//! Whose word is needed, and by when (R-801, R-802, R-805, c.9).

use jiff::Timestamp;

use crate::decision::case::{Case, hours_before};
use crate::decision::registry::Rule;
use crate::model::{Decider, Effect, Finding, Outcome, ReasonCode, RiskBand, Role};

/// Before departure by so many hours nobody but the Communications Centre is left to ask (c.9).
const LAST_CALL_HOURS: i64 = 24;

/// R-801's declaration.
pub(in crate::decision) const R_801: Rule =
    Rule::new("R-801", "A/B", "A clearance belongs to its area's official", &[]);

/// R-801 (A/B): a clearance belongs to the area in which the stay is; a mission request and a
/// stay in no area belong to headquarters.
pub(in crate::decision) fn decider(
    case: &Case<'_>,
    outcome: Outcome,
    findings: &[Finding],
) -> Option<Decider> {
    match (outcome, case.area) {
        (Outcome::Manual, Some(area)) => {
            Some(Decider { role: approver(case, findings), queue: Some(area.area_id.clone()) })
        }
        (Outcome::Manual, None) | (Outcome::Mscr, _) => {
            Some(Decider { role: Role::Usg, queue: None })
        }
        (
            Outcome::None
            | Outcome::Notify
            | Outcome::Auto
            | Outcome::Return
            | Outcome::DenyHard
            | Outcome::BlockClosed,
            _,
        ) => None,
    }
}

/// R-802's declaration.
pub(in crate::decision) const R_802: Rule =
    Rule::new("R-802", "A", "The first of the area's approvers, else the level's", &[]);

/// R-802 (A): the first of the area's approver chain, else the decider of the level's row. High
/// risk (c.6) and a waiver of SSAFE are the Designated Official's alone.
fn approver(case: &Case<'_>, findings: &[Finding]) -> Role {
    let high = case.area.and_then(|area| area.risk_band).is_some_and(|band| band >= RiskBand::High);
    let waiver = || {
        findings
            .iter()
            .any(|f| f.reason == ReasonCode::TrainingSsafeMissing && f.effect != Effect::Warning)
    };
    if high || waiver() {
        return Role::DesignatedOfficial;
    }
    let of_chain = case.policy.and_then(|policy| policy.approver_chain.first().copied());
    let of_level = case.row.map(|row| row.decider);
    of_chain.or(of_level).unwrap_or(Role::DesignatedOfficial)
}

/// R-805's declaration.
pub(in crate::decision) const R_805: Rule =
    Rule::new("R-805", "A/B", "An adviser recommends before a decision on high risk", &[]);

/// R-805 (A/B): two steps where the band is high or more, or the policy or the level says so.
pub(in crate::decision) fn two_step(case: &Case<'_>) -> bool {
    case.area.and_then(|area| area.risk_band).is_some_and(|band| band >= RiskBand::High)
        || case.policy.is_some_and(|policy| policy.two_step)
        || case.row.is_some_and(|row| row.two_step)
}

/// By when a person should have decided: a day before the trip begins, for its traveller needs
/// the whole answer then; at once where that is past (c.9).
pub(in crate::decision) fn due_by(case: &Case<'_>) -> Timestamp {
    let start = case.trip().itinerary.segments.first().map(|segment| segment.departs_at);
    start.map_or(case.now(), |start| hours_before(start, LAST_CALL_HOURS).max(case.now()))
}
