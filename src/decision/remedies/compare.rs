//! A decision beside the one before a change: which clearance is which, and is none worse?

use crate::decision::decide::Verdict;
use crate::model::{ClearanceDecision, Decision, Outcome, StayKind, Terrain};

/// What the clearance at a position comes to in the trial; none if another clearance gets worse or
/// a new one is not automatic. A stay that is left out comes to nothing; a passage that needs no
/// clearance of its own any more is automatic.
pub(super) fn leads_to(
    before: &Decision,
    at: usize,
    trial: &[Verdict],
    terrain: &Terrain,
) -> Option<Outcome> {
    let mut taken = vec![false; trial.len()];
    // all before it are taken
    let mut first = 0;
    let mut result = None;
    for (position, clearance) in before.clearances.iter().enumerate() {
        let mut left = trial.iter().zip(&taken).enumerate().skip(first);
        let same = left.find(|(_, (other, taken))| !**taken && is_same(clearance, other));
        let same = same.map(|(same, _)| same);
        if let Some(flag) = same.and_then(|same| taken.get_mut(same)) {
            *flag = true;
        }
        first += taken.iter().skip(first).take_while(|taken| **taken).count();
        let now = same.and_then(|same| trial.get(same)).map(|other| other.outcome);
        if position == at {
            result = Some(now.unwrap_or_else(|| unasked(clearance, terrain)));
        } else if now.is_some_and(|now| now > clearance.outcome) {
            return None;
        }
    }
    let mut added = trial.iter().zip(&taken).filter(|(_, taken)| !**taken);
    if added.any(|(verdict, _)| verdict.outcome > Outcome::Auto) {
        return None;
    }
    result
}

/// The next of the same person's stays, or passages, in the same area.
fn is_same(one: &ClearanceDecision, other: &Verdict) -> bool {
    one.person_id == other.person_id && one.area_id == other.area_id && one.kind == other.kind
}

fn unasked(clearance: &ClearanceDecision, terrain: &Terrain) -> Outcome {
    let still_crossed = clearance.kind == StayKind::Passage
        && terrain.stays.iter().any(|stay| {
            let area = stay.area.and_then(|at| terrain.areas.get(at)).map(|area| &area.area_id);
            stay.kind == StayKind::Passage && area == clearance.area_id.as_ref()
        });
    if still_crossed { Outcome::Auto } else { Outcome::None }
}
