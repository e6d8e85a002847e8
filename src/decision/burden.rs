//! What is met on the way falls to a stay: to the one it leads to, else to the one it leaves
//! (fine-print.md, "Fences on stays and crossings").

use super::case::{Burden, Matter};
use super::rules::applicability::Requirement;
use super::rules::{fences, route};
use crate::model::{
    Effect, FenceContact, FenceContactKind, FenceEffect, Finding, ReasonCode, StayKind,
};

/// What each stay bears for one traveller, beside the terrain's stays; and, as warnings of the
/// trip, what no stay can bear.
pub(super) fn distribute<'a>(
    matter: &Matter<'a>,
    needs: &[Requirement],
) -> (Vec<Burden<'a>>, Vec<Finding>) {
    let terrain = matter.terrain;
    let mut burdens: Vec<Burden<'a>> = Vec::with_capacity(needs.len());
    burdens.resize_with(needs.len(), Burden::default);
    let mut homeless = Vec::new();
    for crossing in &terrain.crossings {
        let bearer = bearer(matter, needs, crossing.segment);
        if let Some(burden) = bearer.and_then(|at| burdens.get_mut(at)) {
            burden.areas.push(crossing.area);
        }
    }
    for route in &terrain.unknown_routes {
        let bearer = bearer(matter, needs, route.segment);
        if let Some(burden) = bearer.and_then(|at| burdens.get_mut(at)) {
            burden.routes.push(route);
            burden.areas.extend_from_slice(&route.areas);
        } else {
            homeless.push(warning(&route::R_114, ReasonCode::RouteUnknown, || {
                route::route_evidence(matter.trip, route)
            }));
        }
    }
    // fences crossed where this traveller is at home
    let unasked =
        terrain.stays.iter().zip(needs).filter(|(_, need)| **need == Requirement::Nothing);
    let met = unasked.flat_map(|(stay, _)| &stay.fences);
    for contact in met.filter(|contact| contact.kind == FenceContactKind::Crosses) {
        let bearer = contact.segment.and_then(|segment| bearer(matter, needs, segment));
        if let Some(burden) = bearer.and_then(|at| burdens.get_mut(at)) {
            burden.fences.push(contact);
        } else {
            homeless.push(warning(&fences::R_409, reason(contact), || fences::evidence(contact)));
        }
    }
    (burdens, homeless)
}

/// The stay that bears what a segment meets: the one it leads to, else the one it leaves, else
/// the next or the last that is asked anything.
fn bearer(matter: &Matter<'_>, needs: &[Requirement], segment: usize) -> Option<usize> {
    let stays = || {
        let all = matter.terrain.stays.iter().zip(needs).enumerate();
        all.filter(|(_, (stay, _))| stay.kind == StayKind::Stay)
    };
    let asked = |need: &Requirement| *need != Requirement::Nothing;
    let after = || stays().filter(|(_, (stay, _))| stay.leaves_by.is_none_or(|by| by > segment));
    let before = || stays().filter(|(_, (stay, _))| stay.leaves_by.is_some_and(|by| by <= segment));
    let leads_to = after().next().filter(|(_, (_, need))| asked(need));
    let leaves = || before().next_back().filter(|(_, (_, need))| asked(need));
    let any_after = || after().find(|(_, (_, need))| asked(need));
    let any_before = || before().rfind(|(_, (_, need))| asked(need));
    leads_to.or_else(leaves).or_else(any_after).or_else(any_before).map(|(at, _)| at)
}

fn warning(
    rule: &super::Rule,
    reason: ReasonCode,
    evidence: impl FnOnce() -> super::findings::Evidence,
) -> Finding {
    Finding { rule: rule.id, effect: Effect::Warning, reason, facts: evidence() }
}

fn reason(contact: &FenceContact) -> ReasonCode {
    match contact.fence.effect {
        FenceEffect::Deny => ReasonCode::FenceDeny,
        FenceEffect::Mscr => ReasonCode::FenceMscr,
        FenceEffect::Manual => ReasonCode::FenceManual,
        FenceEffect::Condition | FenceEffect::Advise => ReasonCode::FenceAdvice,
    }
}
