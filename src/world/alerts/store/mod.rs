//! What came, and what it proposes, in the database.

mod deciding;
mod reading;
mod writing;

pub(super) use self::deciding::{Decided, NewlyDrawn, Standing, Telling, seen};
pub(in crate::world) use self::reading::{
    AlertRow, ListQuestion, ProposalRow, ProposalState, list, proposals, repeated,
};
pub(super) use self::reading::{Source, sources};
pub(super) use self::writing::{
    Intake, Known, NewAlert, NewProposal, Waiting, due, expire, lease, shape,
};
