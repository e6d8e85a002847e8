//! New clearances as columns, each with what its first ledger entry says.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::columns::{array, array_of, rows};
use super::entry::{Entry, actor_id, reasons};
use super::places::joined;
use crate::model::{
    AreaId, ClearanceDecision, ConditionCode, CountKey, Effect, NewClearance, ReasonCode, RiskBand,
    TripChange,
};

rows! {
    /// Clearances: parameters of `clearances.sql`.
    ClearanceRow<'r> in ClearanceColumns {
        n: i32,
        clearance_id: Uuid,
        trip_id: Uuid,
        trip_version: i32,
        person_id: Uuid,
        area_id: Option<&'r str>,
        kind: &'r str,
        stay_no: i32,
        state: &'r str,
        outcome: &'r str,
        arrive: Date,
        depart: Option<Date>,
        arrive_at: Timestamp,
        depart_at: Option<Timestamp>,
        nights: i32,
        security_level: Option<i16>,
        risk_band: Option<&'r str>,
        policy_version: i32,
        advisory_version: i32,
        revision: i64,
        world_version: i64,
        ruleset_version: &'r str,
        valid_from: Timestamp,
        valid_to: Option<Timestamp>,
        due_by: Option<Timestamp>,
        urgent_at: Option<f64>,
        late: bool,
        two_step: bool,
        decider_role: Option<&'r str>,
        queue_area_id: Option<&'r str>,
        at: Timestamp,
        moved_by: Option<Uuid>,
        evidence_id: Option<Uuid>,
        place_nights: Option<String>,
        place_keys: Option<String>,
        counts_arrival: bool,
        away_area_id: Option<&'r str>,
        away_nights: Option<String>,
        away_keys: Option<String>,
        answer: &'r str,
        capacity: String,
        rules: String,
        reasons: String,
        digest: Option<&'r [u8]>,
        confirms_arrival: bool,
        conditions: Option<&'r str>,
    }
}

rows! {
    /// Areas read besides the own one: parameters of `reads.sql`.
    ReadRow<'r> in ReadColumns {
        n: i32,
        area_id: &'r str,
        clearance_id: Uuid,
        revision: i64,
    }
}

pub(super) fn keys(keys: &[CountKey]) -> Option<String> {
    let names: Vec<String> = keys.iter().map(joined).collect();
    (!names.is_empty()).then(|| array(names))
}

pub(super) fn nights(days: &[Date]) -> Option<String> {
    (!days.is_empty()).then(|| array_of(days))
}

/// Whether the arrival is to be confirmed or registered.
fn confirms_arrival(decision: &ClearanceDecision) -> bool {
    let asked =
        |code| matches!(code, ConditionCode::ConfirmArrival | ConditionCode::RegisterArrival);
    decision.conditions.iter().any(|condition| asked(condition.code))
}

pub(super) fn clearance<'r>(
    n: i32,
    entry: &'r Entry,
    trip: &'r TripChange,
    new: &'r NewClearance,
) -> ClearanceRow<'r> {
    let change = &entry.change;
    let decision = &new.decision;
    let absence = new.absence.as_ref();
    let decided = decision.findings.iter().filter(|finding| finding.effect != Effect::Warning);
    ClearanceRow {
        n,
        clearance_id: new.clearance_id.0,
        trip_id: trip.trip_id.0,
        trip_version: trip.version,
        person_id: decision.person_id.0,
        area_id: decision.area_id.as_ref().map(AreaId::as_str),
        kind: decision.kind.as_str(),
        stay_no: i32::try_from(decision.stay).unwrap_or(i32::MAX),
        state: decision.state.as_str(),
        outcome: decision.outcome.as_str(),
        arrive: decision.arrive,
        depart: decision.depart,
        arrive_at: decision.arrive_at,
        depart_at: decision.depart_at,
        nights: i32::try_from(decision.nights).unwrap_or(i32::MAX),
        security_level: decision.security_level.map(i16::from),
        risk_band: decision.risk_band.map(RiskBand::as_str),
        policy_version: decision.policy_version,
        advisory_version: decision.advisory_version,
        // the stay's own area comes first
        revision: decision.revisions.first().map_or(0, |(_, revision)| *revision),
        world_version: change.world_version,
        ruleset_version: change.ruleset_version,
        valid_from: decision.valid_from,
        valid_to: decision.valid_to,
        due_by: decision.due_by,
        urgent_at: new.urgent_at,
        late: decision.late,
        two_step: decision.two_step,
        decider_role: decision.decider.as_ref().map(|decider| decider.role.as_str()),
        queue_area_id: decision
            .decider
            .as_ref()
            .and_then(|decider| decider.queue.as_ref())
            .map(AreaId::as_str),
        at: change.at,
        moved_by: actor_id(change.actor),
        evidence_id: change.evidence.as_ref().map(|evidence| evidence.evidence_id),
        place_nights: nights(&decision.places),
        place_keys: keys(&decision.place_keys),
        counts_arrival: decision.counts_arrival,
        away_area_id: absence.map(|absence| absence.area_id.as_str()),
        away_nights: absence.and_then(|absence| nights(&absence.nights)),
        away_keys: absence.and_then(|absence| keys(&absence.keys)),
        answer: &new.answer,
        capacity: change.actor.capacity.name(),
        rules: array(decided.map(|finding| finding.rule.0)),
        reasons: array(reasons(new).map(ReasonCode::as_str)),
        digest: entry.digest.as_ref().map(<[u8; 32]>::as_slice),
        confirms_arrival: confirms_arrival(decision),
        conditions: new.conditions.as_deref(),
    }
}

pub(super) fn reads<'r>(n: i32, new: &'r NewClearance, columns: &mut ReadColumns<'r>) {
    for (area_id, revision) in new.decision.revisions.iter().skip(1) {
        columns.push(ReadRow {
            n,
            area_id: area_id.as_str(),
            clearance_id: new.clearance_id.0,
            revision: *revision,
        });
    }
}
