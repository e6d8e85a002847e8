//! From findings to a clearance's decision: state, routing, window, places, what was read.

use super::case::Case;
use super::findings::Findings;
use super::registry::RULES;
use super::rules::{ceilings, lateness, routing, validity};
use crate::model::{
    AreaId, ClearanceDecision, ClearanceState, Finding, Outcome, RuleId, TerrainArea,
};

/// The decision of one clearance.
pub(super) fn assemble(case: &Case<'_>, at: usize, out: Findings) -> ClearanceDecision {
    let outcome = out.strictest;
    let (valid_from, valid_to) = validity::window(case);
    let decider = routing::decider(case, outcome, &out.findings);
    let counts = outcome > Outcome::Notify;
    let held = counts && ceilings::holds_places(outcome) && !case.demand.nights.is_empty();
    ClearanceDecision {
        person_id: case.traveller.person_id,
        area_id: case.area.map(|area| area.area_id.clone()),
        kind: case.stay.kind,
        stay: at,
        arrive: case.stay.arrive,
        depart: case.stay.depart,
        arrive_at: case.stay.arrive_at,
        depart_at: case.stay.depart_at,
        nights: case.stay.nights,
        outcome,
        // no clearance is ever made of `none`: something was asked, so something was said
        state: ClearanceState::first(outcome).unwrap_or(ClearanceState::PendingReview),
        security_level: case.area.map(|area| area.security_level),
        risk_band: case.area.and_then(|area| area.risk_band),
        policy_version: case.area.map_or(0, |area| area.policy_version),
        advisory_version: case.area.map_or(0, |area| area.advisory_version),
        revisions: revisions(case),
        findings: out.findings,
        conditions: out.conditions,
        due_by: decider.is_some().then(|| routing::due_by(case)),
        two_step: decider.is_some() && routing::two_step(case),
        decider,
        valid_from,
        valid_to,
        late: counts && (lateness::is_late(case) || lateness::is_retroactive(case)),
        places: if held { case.demand.nights.clone() } else { Vec::new() },
        place_keys: if held {
            case.demand.keys.iter().map(|(key, _)| key.clone()).collect()
        } else {
            Vec::new()
        },
        counts_arrival: counts && ceilings::quota(case).is_some(),
        remedies: Vec::new(),
    }
}

/// Every area that was read, with its revision: its own, the one whose shape covers it, those
/// near its points, those that its ways touch.
fn revisions(case: &Case<'_>) -> Vec<(AreaId, i64)> {
    let terrain = case.matter.terrain;
    let near = case.stay.near.iter().map(|near| near.area);
    let read = case.stay.area.into_iter().chain(case.stay.covered_by).chain(near);
    let read = read.chain(case.burden.areas.iter().copied());
    let mut revisions: Vec<(AreaId, i64)> = Vec::with_capacity(1);
    for TerrainArea { area_id, revision, .. } in read.filter_map(|at| terrain.areas.get(at)) {
        if !revisions.iter().any(|(known, _)| known == area_id) {
            revisions.push((area_id.clone(), *revision));
        }
    }
    revisions
}

/// Puts findings into the order of the rules; those of one rule keep theirs.
pub(super) fn into_rule_order(findings: &mut [Finding]) {
    let position = |id: RuleId| RULES.iter().position(|rule| rule.id == id);
    findings.sort_by_key(|finding| position(finding.rule));
}
