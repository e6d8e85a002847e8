//! The organization's side of a flight: a condition on the clearance, never an
//! outcome (fine-print.md, "Further calls").

use crate::decision::case::Case;
use crate::decision::findings::Findings;
use crate::decision::registry::Rule;
use crate::model::{ConditionCode, Segment, TransportMode};

/// R-702's declaration.
pub(in crate::decision) const R_702: Rule =
    Rule::new("R-702", "B", "The organization says yes to an operator that is not known", &[]);

/// R-702 (B): a charter whose operator is not named waits for the organization's word. Advice on
/// named operators is not among the facts of a decision.
pub(in crate::decision) fn operator(case: &Case<'_>, out: &mut Findings) {
    let unnamed = |segment: &Segment| {
        segment.mode == TransportMode::AirCharter && segment.carrier_code.is_none()
    };
    if flights(case).any(unnamed) {
        out.ask(&R_702, ConditionCode::OrganizationGate, None, None);
    }
}

/// R-703's declaration.
pub(in crate::decision) const R_703: Rule = Rule::new(
    "R-703",
    "B",
    "The organization says yes to too many of its people on one flight",
    &[],
);

/// R-703 (B): more travellers of the organization on one flight than it allows wait for its word.
/// Only this trip's travellers are counted.
pub(in crate::decision) fn concentration(case: &Case<'_>, out: &mut Findings) {
    if case.matter.company <= case.facts().organization.flight_concentration_max {
        return;
    }
    for flight in flights(case).filter_map(|segment| segment.flight_no.as_ref()) {
        out.ask(&R_703, ConditionCode::OrganizationGate, None, Some(flight));
    }
}

/// The flights that bring the traveller here and away.
fn flights<'a>(case: &Case<'a>) -> impl Iterator<Item = &'a Segment> + use<'a> {
    [case.arriving(), case.leaving()].into_iter().flatten().filter(|segment| segment.mode.is_air())
}
