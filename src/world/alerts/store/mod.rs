//! What came, and what it proposes, in the database.

macro_rules! own {
    ($name:literal) => {
        crate::database::Statement::new(
            concat!("world/", $name),
            include_str!(concat!("../../../../sql/queries/world/", $name, ".sql")),
        )
    };
}
pub(super) use own;

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
