//! The waiting lists of areas whose ceilings are reached.

use jiff::Timestamp;
use uuid::Uuid;

use super::columns::rows;
use super::entry::Entry;
use super::places::Hold;
use crate::model::{ClearanceDecision, Effect, Finding, Outcome, ReasonCode};

rows! {
    /// Who waits: parameters of `waits.sql`.
    WaitRow<'r> in WaitColumns {
        n: i32,
        clearance_id: Uuid,
        area_id: &'r str,
        trip_id: Uuid,
        at: Timestamp,
        alone: bool,
    }
}

/// Puts the new clearances that found no place on the lists of their areas.
pub(super) fn wait<'r>(n: i32, entry: &'r Entry, columns: &mut WaitColumns<'r>) {
    let Some(trip) = &entry.change.trip else { return };
    for new in &trip.clearances {
        let decision = &new.decision;
        if let (Some(area_id), Some(alone)) = (&decision.area_id, waits(decision)) {
            columns.push(WaitRow {
                n,
                clearance_id: new.clearance_id.0,
                area_id: area_id.as_str(),
                trip_id: trip.trip_id.0,
                at: entry.change.at,
                alone,
            });
        }
    }
}

/// Whether it waits for a place, and if so, whether for nothing else.
fn waits(decision: &ClearanceDecision) -> Option<bool> {
    let weighty =
        |found: &&Finding| matches!(found.effect, Effect::Outcome(word) if word > Outcome::Auto);
    let is_full = |found: &Finding| {
        matches!(found.reason, ReasonCode::CeilingFull | ReasonCode::OrgQuotaFull)
    };
    let found: Vec<&Finding> = decision.findings.iter().filter(weighty).collect();
    let waits = Hold::of(decision.state) == Hold::Soft && found.iter().any(|one| is_full(one));
    waits.then(|| found.iter().all(|one| is_full(one)))
}
