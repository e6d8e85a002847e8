//! The window of a clearance (R-1001).

use jiff::Timestamp;

use crate::decision::case::{Case, hours_after, hours_before};
use crate::decision::registry::Rule;

/// R-1001's declaration.
pub(in crate::decision) const R_1001: Rule = Rule::new(
    "R-1001",
    "C/D",
    "Valid from a little before arrival to a little after departure",
    &[],
);

/// R-1001 (C/D): valid for one person and one area, from arrival less the early grace to
/// departure plus the late grace; without a policy there is no grace.
pub(in crate::decision) fn window(case: &Case<'_>) -> (Timestamp, Option<Timestamp>) {
    let (early, late) =
        case.policy.map_or((0, 0), |policy| (policy.early_grace_hours, policy.late_grace_hours));
    let from = hours_before(case.stay.arrive_at, early);
    let to = case.stay.depart_at.map(|at| hours_after(at, late));
    (from, to)
}
