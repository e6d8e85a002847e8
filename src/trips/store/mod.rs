//! What the room reads. Nothing is written here: the record room is the only writer.

mod advice;
mod amend;
mod facts;
mod obligations;
mod read;
mod redecide;
mod replaying;
mod status;
mod waiting;

use crate::database::{Statement, statement};

pub(super) use amend::{Present, StandingRow, every_clearance, present, versions};
pub use facts::FactsError;
pub(super) use facts::{FactAnswer, FactQuestion, Facts, KnownPerson, NightQuestion, answers};
pub(super) use obligations::obligations;
pub(super) use read::{
    ClearanceRow, ListQuestion, MoveRow, OneClearance, TripKey, TripRow, clearance, evidence,
    history, list, now, policies, trip,
};
pub(super) use redecide::{LiveClearance, LiveTrip, live_clearances};
pub(super) use replaying::{
    Policies, StoredEvidence, every_policy, evidence_extent, evidence_page,
};
pub(super) use status::{
    PersonKey, StatusClearance, StatusQuestion, StatusRows, StatusTrip, Statuses,
};
pub(super) use waiting::{Waiting, waiting};

const NOW: Statement = statement!("trips/now");
