//! The statements of this room.

use crate::database::Statement;

macro_rules! own {
    ($name:literal) => {
        Statement::new(
            concat!("record/", $name),
            include_str!(concat!("../../sql/queries/record/", $name, ".sql")),
        )
    };
}

pub(super) const LOCK: Statement = own!("lock");
pub(super) const LOCK_TRIPS: Statement = own!("lock_trips");
pub(super) const LOCK_CLEARANCES: Statement = own!("lock_clearances");
pub(super) const LOCK_NIGHTS: Statement = own!("lock_nights");
pub(super) const LOCK_ARRIVALS: Statement = own!("lock_arrivals");
pub(super) const JUDGE: Statement = own!("judge");
pub(super) const LOCK_MISSIONS: Statement = own!("lock_missions");
pub(super) const JUDGE_MISSIONS: Statement = own!("judge_missions");
pub(super) const WARRANT: Statement = own!("warrant");
pub(super) const JUDGE_VERSIONS: Statement = own!("judge_versions");
pub(super) const OWN_PLACES: Statement = own!("own_places");
pub(super) const CLAIM: Statement = own!("claim");
pub(super) const ANSWERS: Statement = own!("answers");
pub(super) const TRIPS: Statement = own!("trips");
pub(super) const TRAVELLERS: Statement = own!("travellers");
pub(super) const AMEND_TRIPS: Statement = own!("amend_trips");
pub(super) const AMEND_CLEARANCES: Statement = own!("amend_clearances");
pub(super) const SUCCESSIONS: Statement = own!("successions");
pub(super) const LEAVE_FLIGHTS: Statement = own!("leave_flights");
pub(super) const FLIGHTS: Statement = own!("flights");
pub(super) const EVIDENCE: Statement = own!("evidence");
pub(super) const CLEARANCES: Statement = own!("clearances");
pub(super) const READS: Statement = own!("reads");
pub(super) const OUTBOX: Statement = own!("outbox");
pub(super) const RESTAMPS: Statement = own!("restamps");
pub(super) const MOVES: Statement = own!("moves");
pub(super) const MISSIONS: Statement = own!("missions");
pub(super) const MISSION_STEPS: Statement = own!("mission_steps");
pub(super) const OBLIGATIONS: Statement = own!("obligations");
pub(super) const WAIVERS: Statement = own!("waivers");
pub(super) const LEASES: Statement = own!("leases");
pub(super) const REPORTS: Statement = own!("reports");
pub(super) const FULFILMENTS: Statement = own!("fulfilments");
pub(super) const NOTICES: Statement = own!("notices");
pub(super) const PLACES: Statement = own!("places");
pub(super) const ARRIVALS: Statement = own!("arrivals");
pub(super) const ENTERING: Statement = own!("entering");
pub(super) const TAKINGS: Statement = own!("takings");
pub(super) const OVERRIDES: Statement = own!("overrides");
pub(super) const WAITS: Statement = own!("waits");
/// Counts the places of an area anew, in the transaction that changes its ceilings and under the
/// exclusive lock `world`: one parameter, the area. Nobody is refused anything.
pub const RECOUNT: Statement = own!("recount");
/// Writes an event of an area, in the transaction that changes it and under the exclusive lock
/// `world`: its time, and what [`area_event`](super::area_event) made.
pub const AREA_EVENT: Statement = own!("area_event");
pub(super) const SWEEP_LOCK: Statement = own!("sweep_lock");
pub(super) const SWEEP_JUDGE: Statement = own!("sweep_judge");
pub(super) const SWEEP_MOVES: Statement = own!("sweep_moves");
pub(super) const SWEEP_STANDS: Statement = own!("sweep_stands");
pub(super) const PURGE: Statement = own!("purge");
