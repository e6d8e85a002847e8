//! What came, and what it proposes, in the database.

mod reading;
mod writing;

pub(in crate::world) use self::reading::{
    AlertRow, ListQuestion, ProposalRow, ProposalState, list, proposals, repeated,
};
pub(super) use self::reading::{Source, sources};
pub(super) use self::writing::{
    Decided, Intake, Known, NewAlert, NewProposal, NewlyDrawn, Standing, Waiting, due, expire,
    lease, seen, shape,
};
