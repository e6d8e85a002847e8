//! Asked too late, or afterwards.

use crate::decision::case::{Case, hours_before};
use crate::decision::findings::Findings;
use crate::decision::registry::Rule;
use crate::model::{Fact, FactClass, LateHandling, Outcome, ReasonCode};

/// R-207's declaration.
pub(in crate::decision) const R_207: Rule = Rule::new(
    "R-207",
    "D",
    "A request after departure is never cleared by rule",
    &[("departed_at", FactClass::I)],
);

/// R-207 (D): where the departure towards the stay is past, a person decides.
pub(in crate::decision) fn retroactive(case: &Case<'_>, out: &mut Findings) {
    if let Some(segment) = case.arriving().filter(|_| is_retroactive(case)) {
        out.add(&R_207, Outcome::Manual, ReasonCode::Retroactive, || {
            vec![("departed_at", Fact::Instant(segment.departs_at))]
        });
    }
}

/// Whether the departure towards the stay is past.
pub(in crate::decision) fn is_retroactive(case: &Case<'_>) -> bool {
    case.arriving().is_some_and(|segment| segment.departs_at <= case.now())
}

/// Hours the area asks for before departure: those of manual requests where its mode puts a
/// person before every request.
fn lead_hours(case: &Case<'_>) -> u32 {
    case.policy.map_or(0, |policy| {
        if case.is_manual_by_mode() {
            policy.lead_time_hours_manual
        } else {
            policy.lead_time_hours_auto
        }
    })
}

/// Whether the request comes later than the area's lead time, but before departure.
pub(in crate::decision) fn is_late(case: &Case<'_>) -> bool {
    case.is_stay()
        && !is_retroactive(case)
        && case
            .arriving()
            .is_some_and(|segment| case.now() > hours_before(segment.departs_at, lead_hours(case)))
}

/// R-403's declaration.
pub(in crate::decision) const R_403: Rule = Rule::new(
    "R-403",
    "D",
    "Lead time, and what happens to late requests",
    &[("lead_time_hours", FactClass::P), ("departs_at", FactClass::I), ("missing", FactClass::I)],
);

/// R-403 (D): a request later than the area's lead time is flagged, returned for words of
/// justification, or refused, as the policy says. After departure R-207 stands in its place.
pub(in crate::decision) fn lead_time(case: &Case<'_>, out: &mut Findings) {
    let (Some(policy), Some(segment)) = (case.policy, case.arriving()) else { return };
    if !is_late(case) {
        return;
    }
    let words = case.trip().justification.as_ref();
    let justified = words.is_some_and(|words| !words.reveal().trim().is_empty());
    let evidence = || {
        vec![
            ("lead_time_hours", Fact::Number(i64::from(lead_hours(case)))),
            ("departs_at", Fact::Instant(segment.departs_at)),
        ]
    };
    match policy.late_handling {
        LateHandling::Refuse => {
            out.add(&R_403, Outcome::DenyHard, ReasonCode::LeadTime, evidence);
        }
        LateHandling::RequireJustification if !justified => {
            out.add(&R_403, Outcome::Return, ReasonCode::Late, || {
                let mut evidence = evidence();
                evidence.push(("missing", Fact::Name("justification")));
                evidence
            });
        }
        LateHandling::RequireJustification | LateHandling::AcceptFlagged => {
            out.warn(&R_403, ReasonCode::Late, evidence);
        }
    }
}
