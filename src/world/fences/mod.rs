//! Drawing fences over the areas and taking them away: by people, within what they hold, and by the
//! program itself.

mod change;
mod ending;
mod store;

pub(in crate::world) use self::change::{
    FenceChange, FenceChanged, FenceRefusal, FenceWish, FenceWritten,
};
pub use self::ending::FenceEnds;
pub(in crate::world) use self::store::{
    FenceDrawn, FenceEdit, FenceFilter, FenceOnRecord, FenceRow, draw_for, fences_on_record,
    plan_for, redraw_for, remove_for, standing,
};

use crate::atlas::PathError;
use crate::database::DatabaseError;

/// Why a fence is not drawn.
#[derive(Debug, thiserror::Error)]
pub(in crate::world) enum FenceError {
    /// A border cannot be followed.
    #[error(transparent)]
    Border(#[from] PathError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}
