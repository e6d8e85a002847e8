//! The statements of this room.

use crate::database::{Statement, statement};

pub(super) const LOCK: Statement = statement!("record/lock");
pub(super) const LOCK_TRIPS: Statement = statement!("record/lock_trips");
pub(super) const LOCK_CLEARANCES: Statement = statement!("record/lock_clearances");
pub(super) const LOCK_NIGHTS: Statement = statement!("record/lock_nights");
pub(super) const LOCK_ARRIVALS: Statement = statement!("record/lock_arrivals");
pub(super) const JUDGE: Statement = statement!("record/judge");
pub(super) const LOCK_MISSIONS: Statement = statement!("record/lock_missions");
pub(super) const JUDGE_MISSIONS: Statement = statement!("record/judge_missions");
pub(super) const WARRANT: Statement = statement!("record/warrant");
pub(super) const JUDGE_VERSIONS: Statement = statement!("record/judge_versions");
pub(super) const OWN_PLACES: Statement = statement!("record/own_places");
pub(super) const CLAIM: Statement = statement!("record/claim");
pub(super) const ANSWERS: Statement = statement!("record/answers");
pub(super) const TRIPS: Statement = statement!("record/trips");
pub(super) const TRAVELLERS: Statement = statement!("record/travellers");
pub(super) const AMEND_TRIPS: Statement = statement!("record/amend_trips");
pub(super) const AMEND_CLEARANCES: Statement = statement!("record/amend_clearances");
pub(super) const SUCCESSIONS: Statement = statement!("record/successions");
pub(super) const LEAVE_FLIGHTS: Statement = statement!("record/leave_flights");
pub(super) const FLIGHTS: Statement = statement!("record/flights");
pub(super) const EVIDENCE: Statement = statement!("record/evidence");
pub(super) const CLEARANCES: Statement = statement!("record/clearances");
pub(super) const READS: Statement = statement!("record/reads");
pub(super) const OUTBOX: Statement = statement!("record/outbox");
pub(super) const MOVES: Statement = statement!("record/moves");
pub(super) const MISSIONS: Statement = statement!("record/missions");
pub(super) const MISSION_STEPS: Statement = statement!("record/mission_steps");
pub(super) const OBLIGATIONS: Statement = statement!("record/obligations");
pub(super) const WAIVERS: Statement = statement!("record/waivers");
pub(super) const LEASES: Statement = statement!("record/leases");
pub(super) const REPORTS: Statement = statement!("record/reports");
pub(super) const FULFILMENTS: Statement = statement!("record/fulfilments");
pub(super) const NOTICES: Statement = statement!("record/notices");
pub(super) const PLACES: Statement = statement!("record/places");
pub(super) const ARRIVALS: Statement = statement!("record/arrivals");
pub(super) const ENTERING: Statement = statement!("record/entering");
pub(super) const TAKINGS: Statement = statement!("record/takings");
pub(super) const OVERRIDES: Statement = statement!("record/overrides");
pub(super) const WAITS: Statement = statement!("record/waits");
/// Counts the places of an area anew, in the transaction that changes its ceilings and under the
/// exclusive lock `world`: one parameter, the area. Nobody is refused anything.
pub const RECOUNT: Statement = statement!("record/recount");
/// Writes an event of an area, in the transaction that changes it and under the exclusive lock
/// `world`: its time, and what [`area_event`](super::area_event) made.
pub const AREA_EVENT: Statement = statement!("record/area_event");
pub(super) const SWEEP_LOCK: Statement = statement!("record/sweep_lock");
pub(super) const SWEEP_JUDGE: Statement = statement!("record/sweep_judge");
pub(super) const SWEEP_STANDS: Statement = statement!("record/sweep_stands");
pub(super) const PURGE: Statement = statement!("record/purge");
pub(super) const EVIDENCE_MONTHS: Statement = statement!("record/evidence_months");
pub(super) const EVIDENCE_PAST: Statement = statement!("record/evidence_past");
pub(super) const EVIDENCE_ERASE: Statement = statement!("record/evidence_erase");
