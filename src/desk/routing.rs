//! Whose word is needed after an item is passed up, appealed against, or freed of a missing course
//! (R-801, R-802, R-1202).

use jiff::{SignedDuration, Timestamp};

use super::item::Item;
use crate::access::Denial;
use crate::atlas::Atlas;
use crate::model::{ClearanceState, Decider, RiskBand, Role, UrgencyWeights};

/// How long the official has to hear an appeal, and headquarters (R-1202).
const HEARING: (SignedDuration, SignedDuration) =
    (SignedDuration::from_hours(48), SignedDuration::from_hours(72));

/// The next of the area's chain after the one whose word was needed; past its end the designated
/// official, and from there headquarters.
pub(super) fn next(item: &Item, atlas: &Atlas) -> Decider {
    let headquarters = Decider { role: Role::Usg, queue: None };
    let area = item.area_id.as_ref().and_then(|id| atlas.area(id));
    match (decider(item, atlas), area) {
        (Some(Role::DesignatedOfficial | Role::Usg), _) | (_, None) => headquarters,
        (decider, Some(area)) => {
            let chain = &area.policy.approver_chain;
            let here = chain.iter().position(|role| Some(*role) == decider);
            let next = here.and_then(|here| chain.get(here + 1)).copied();
            Decider {
                role: next.unwrap_or(Role::DesignatedOfficial),
                queue: Some(area.id().clone()),
            }
        }
    }
}

/// Whose word is needed now. A missing course brings an item to the official; once it is
/// waived, the first of the area's chain decides, else the level's, as of any other. High risk stays
/// the official's (c.6).
pub(super) fn decider(item: &Item, atlas: &Atlas) -> Option<Role> {
    let freed = !item.waived.is_empty() && item.missing_courses().is_empty();
    let ordinary = freed && item.state != ClearanceState::Escalated;
    let area = item.area_id.as_ref().and_then(|id| atlas.area(id)).filter(|_| ordinary);
    let Some(area) = area else { return item.decider };
    if area.state.risk_band.is_some_and(|band| band >= RiskBand::High) {
        return item.decider;
    }
    let of_level = || area.policy.level_table.row(area.state.security_level).map(|row| row.decider);
    area.policy.approver_chain.first().copied().or_else(of_level).or(item.decider)
}

/// Who hears an appeal, and by when: the official, or headquarters where the no was the official's
/// own; none where headquarters has been heard (R-1202).
pub(super) fn hearing(item: &Item, denial: Option<Denial>) -> Option<(Decider, Timestamp)> {
    let official = denial.is_some_and(|denial| denial.by_official);
    let (official_has, headquarters_has) = HEARING;
    let due = |within| item.now.checked_add(within).unwrap_or(item.now);
    match (&item.area_id, official) {
        _ if item.appealed_at_headquarters => None,
        (Some(area), false) if !item.appealed => Some((
            Decider { role: Role::DesignatedOfficial, queue: Some(area.clone()) },
            due(official_has),
        )),
        _ => Some((Decider { role: Role::Usg, queue: None }, due(headquarters_has))),
    }
}

/// Place in the queue of an item that is moved now.
pub(super) fn urgent_at(item: &Item, atlas: &Atlas, weights: UrgencyWeights) -> f64 {
    let area = item.area_id.as_ref().and_then(|id| atlas.area(id));
    let level = area.map(|area| area.state.security_level);
    weights.at(item.departs_at, item.submitted_at, level, false)
}
