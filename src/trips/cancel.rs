//! Withdrawing a trip: whatever can still be withdrawn of it is, and its places are given back.

use serde::Serialize;
use utoipa::ToSchema;

use super::Trips;
use super::error::TripsError;
use super::reading::trip_key;
use super::sight::{Whose, shown};
use super::store::{self, ClearanceRow, TripRow};
use super::submit::Submitted;
use crate::access::{Act, Pass, act};
use crate::decision::RULESET_VERSION;
use crate::model::{
    Actor, Capacity, Change, Claim, ClearanceId, ClearanceMove, ClearanceState, Committed, Event,
    EventKind, LostMoves, MoveTo, Mover, Record, SavedAnswer, Seen, TripChange, TripId, TripState,
};
use crate::record::{Saved, saved};

/// A trip after it was withdrawn.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CancelledView {
    /// The trip.
    #[schema(value_type = Uuid)]
    pub trip_id: TripId,
    /// What the traveller carries.
    pub reference: String,
    /// State over all its clearances.
    pub state: TripState,
    /// Every current clearance with its state now.
    pub clearances: Vec<CancelledClearance>,
}

/// A clearance after its trip was withdrawn.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CancelledClearance {
    /// The clearance.
    #[schema(value_type = Uuid)]
    pub clearance_id: ClearanceId,
    /// Its state; one that was over or refused stays as it was.
    pub state: ClearanceState,
}

impl Trips {
    /// Withdraws a trip in the version that `permits` lets pass; the same key gets the same answer.
    pub async fn cancel(
        &self,
        pass: &Pass<act::CancelTrip>,
        key: &str,
        claim: Claim,
        permits: impl Fn(i32) -> bool,
    ) -> Result<Submitted, TripsError> {
        match saved(self.database(), &claim).await? {
            Some(Saved::Same(answer)) => return Ok(Submitted::again(answer)),
            Some(Saved::Other) => return Err(TripsError::KeyReused),
            None => {}
        }
        let key = trip_key(key).ok_or(TripsError::Hidden)?;
        let (trip, rows) = store::trip(self.database(), &key).await?.ok_or(TripsError::Hidden)?;
        self.may_change(pass, &trip)?;
        if !permits(trip.change_no) {
            return Err(TripsError::OtherVersion(trip.change_no));
        }
        let answer = answer(&trip, &rows)?;
        let mut change = self.withdrawing(pass, &trip, &rows).await?;
        change.answer = Some(answer.clone());
        let record = Record { seen: Seen::default(), claim: Some(claim), change };
        match self.recorder().commit(record).await? {
            Committed::Written { .. } => Ok(Submitted { answer, replayed: false, summary: None }),
            Committed::Replayed(answer) => Ok(Submitted::again(answer)),
            Committed::KeyReused => Err(TripsError::KeyReused),
            // somebody moved a clearance in between: the caller has not seen that version
            Committed::MoveLost(_) => Err(TripsError::OtherVersion(trip.change_no + 1)),
            Committed::Stale { .. }
            | Committed::Overlap(_)
            | Committed::Held(_)
            | Committed::NotAuthorized { .. }
            | Committed::CeilingFull { .. }
            | Committed::ReferenceTaken => Err(TripsError::Unsettled),
        }
    }

    /// The caller must be able to act for every traveller; who cannot even see the trip is told
    /// nothing.
    pub(super) fn may_change<A: Act>(
        &self,
        pass: &Pass<A>,
        trip: &TripRow,
    ) -> Result<(), TripsError> {
        let atlas = self.atlas();
        let acts = trip.travellers.iter().filter(|(person, sponsor)| {
            let whose = Whose {
                person: *person,
                sponsor: *sponsor,
                organization: &trip.organization,
                personal: trip.personal,
            };
            shown(pass.scope(), whose, None, &atlas).is_some()
        });
        match acts.count() {
            0 => Err(TripsError::Hidden),
            all if all == trip.travellers.len() => Ok(()),
            _ => Err(TripsError::NotForTraveller),
        }
    }

    /// What is written of a withdrawal, without its answer.
    async fn withdrawing(
        &self,
        pass: &Pass<act::CancelTrip>,
        trip: &TripRow,
        rows: &[ClearanceRow],
    ) -> Result<Change, TripsError> {
        let at = store::now(self.database()).await?;
        let actor = Actor { capacity: Capacity::Requester, person_id: pass.principal().person() };
        let world_version = self.atlas().version();
        let mut change = Change::empty(at, actor, world_version, RULESET_VERSION);
        let leaving: Vec<&ClearanceRow> = rows.iter().filter(|row| leaves(row.state)).collect();
        if leaving.is_empty() && !rows.is_empty() || trip.state == TripState::Cancelled.as_str() {
            return Err(TripsError::NothingToCancel);
        }
        change.trip = Some(TripChange {
            trip_id: trip.trip_id,
            version: trip.version,
            organization: trip.organization.clone(),
            personal: trip.personal,
            withdrawn: true,
            new: None,
            clearances: Vec::new(),
        });
        change.moves = leaving.iter().map(|row| withdrawal(row)).collect();
        change.lost = LostMoves::Refuse;
        change.events = vec![Event {
            event_id: super::recording::id(at),
            kind: EventKind::TripCancelled,
            at,
            trip_id: Some(trip.trip_id),
            trip_version: trip.version,
            clearance_id: None,
            areas: leaving.iter().filter_map(|row| row.area_id.clone()).collect(),
            organization: Some(trip.organization.clone()),
            personal: trip.personal,
            reasons: Vec::new(),
        }];
        Ok(change)
    }
}

fn leaves(state: ClearanceState) -> bool {
    state.may_become(ClearanceState::Cancelled, Mover::Person)
}

fn withdrawal(row: &ClearanceRow) -> ClearanceMove {
    let cancelled = MoveTo::State(ClearanceState::Cancelled);
    ClearanceMove::new(row.clearance_id, row.trip_id, vec![row.state], cancelled)
}

fn answer(trip: &TripRow, rows: &[ClearanceRow]) -> Result<SavedAnswer, serde_json::Error> {
    let after = |state| if leaves(state) { ClearanceState::Cancelled } else { state };
    let states: Vec<ClearanceState> = rows.iter().map(|row| after(row.state)).collect();
    let state = if rows.is_empty() { TripState::Cancelled } else { TripState::of(&states, false) };
    let clearances = rows
        .iter()
        .zip(states)
        .map(|(row, state)| CancelledClearance { clearance_id: row.clearance_id, state });
    let view = CancelledView {
        trip_id: trip.trip_id,
        reference: trip.reference.clone(),
        state,
        clearances: clearances.collect(),
    };
    Ok(SavedAnswer {
        status: super::DONE,
        headers: vec![("etag".to_owned(), format!("\"v{}\"", trip.change_no + 1))],
        body: serde_json::to_vec(&view)?.into(),
    })
}
