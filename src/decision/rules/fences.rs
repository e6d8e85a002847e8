//! Fences on stays and on the way.

use crate::decision::case::Case;
use crate::decision::findings::{Evidence, Findings};
use crate::decision::registry::Rule;
use crate::model::{
    ConditionCode, Fact, FactClass, Fence, FenceContact, FenceContactKind, FenceEffect, Outcome,
    ReasonCode,
};

const EVIDENCE: &[(&str, FactClass)] = &[
    ("fence_id", FactClass::I),
    ("fence", FactClass::I),
    ("effect", FactClass::I),
    ("contact", FactClass::I),
    ("from", FactClass::I),
    ("until", FactClass::I),
];

/// R-408's declaration.
pub(in crate::decision) const R_408: Rule =
    Rule::new("R-408", "D", "A fence that covers the stay", EVIDENCE);

/// R-408 (D): a fence that covers a point of the stay while it lasts has its effect; one with
/// hours is a condition to keep them; one elsewhere in the area is a warning.
pub(in crate::decision) fn covering(case: &Case<'_>, out: &mut Findings) {
    for contact in case.fences() {
        match contact.kind {
            FenceContactKind::Crosses => {}
            FenceContactKind::InArea => {
                out.warn(&R_408, ReasonCode::FenceAdvice, || evidence(contact));
            }
            FenceContactKind::Covers if contact.fence.hours.is_some() => {
                out.warn(&R_408, ReasonCode::HoursRestricted, || evidence(contact));
                let about = Some(&contact.fence.name);
                out.ask(&R_408, ConditionCode::HoursRestricted, None, about);
            }
            FenceContactKind::Covers => act(out, &R_408, contact),
        }
    }
}

/// R-409's declaration.
pub(in crate::decision) const R_409: Rule = Rule::new("R-409", "D", "A fence on the way", EVIDENCE);

/// R-409 (D): a fence that a way touches at a time at which it stands has its effect.
pub(in crate::decision) fn crossed(case: &Case<'_>, out: &mut Findings) {
    for contact in case.fences().filter(|contact| contact.kind == FenceContactKind::Crosses) {
        act(out, &R_409, contact);
    }
}

fn act(out: &mut Findings, rule: &Rule, contact: &FenceContact) {
    let (outcome, reason) = match contact.fence.effect {
        FenceEffect::Deny => (Outcome::DenyHard, ReasonCode::FenceDeny),
        FenceEffect::Mscr => (Outcome::Mscr, ReasonCode::FenceMscr),
        FenceEffect::Manual => (Outcome::Manual, ReasonCode::FenceManual),
        FenceEffect::Condition => {
            out.warn(rule, ReasonCode::FenceAdvice, || evidence(contact));
            out.ask(rule, ConditionCode::FenceCondition, None, Some(&contact.fence.name));
            return;
        }
        FenceEffect::Advise => {
            out.warn(rule, ReasonCode::FenceAdvice, || evidence(contact));
            return;
        }
    };
    out.add(rule, outcome, reason, || evidence(contact));
}

/// Which fence, what it does, how and when it is met.
pub(in crate::decision) fn evidence(contact: &FenceContact) -> Evidence {
    let fence: &Fence = &contact.fence;
    vec![
        ("fence_id", Fact::Fence(fence.fence_id)),
        ("fence", Fact::Text(fence.name.clone())),
        ("effect", Fact::Name(fence.effect.as_str())),
        ("contact", Fact::Name(contact_kind(contact.kind))),
        ("from", Fact::Instant(contact.from)),
        ("until", Fact::Instant(contact.until)),
    ]
}

const fn contact_kind(kind: FenceContactKind) -> &'static str {
    match kind {
        FenceContactKind::Covers => "covers",
        FenceContactKind::InArea => "in_area",
        FenceContactKind::Crosses => "crosses",
    }
}
