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
    FenceDrawn, FenceFilter, FenceOnRecord, draw_for, fences_on_record, plan_for, redraw_for,
    remove_for,
};

use compact_str::CompactString;

use crate::atlas::{Atlas, PathError, Shape, ShapeError};
use crate::database::{Database, DatabaseError};
use crate::model::{DailyHours, FenceEffect, FenceId, FenceKind, PersonId, Validity};

/// A fence to draw.
#[derive(Debug, Clone)]
pub struct NewFence {
    /// Id.
    pub fence_id: FenceId,
    /// What it is.
    pub kind: FenceKind,
    /// Name for people.
    pub name: CompactString,
    /// What contact does.
    pub effect: FenceEffect,
    /// When it stands.
    pub validity: Validity,
    /// At which local hours.
    pub hours: Option<DailyHours>,
    /// Where.
    pub shape: Shape,
    /// Who draws it; none for the program itself.
    pub by: Option<PersonId>,
}

/// Why a fence is not drawn.
#[derive(Debug, thiserror::Error)]
pub enum FenceError {
    /// The shape has no clear inside.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// A border cannot be followed.
    #[error(transparent)]
    Border(#[from] PathError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Draws a fence in one transaction under the lock `world`; returns the world's new version. The
/// shape is checked first; areas never move, so those it touches are found in any loaded world.
pub async fn draw_fence(
    database: &Database,
    atlas: &Atlas,
    fence: &NewFence,
) -> Result<i64, FenceError> {
    fence.shape.check()?;
    let areas = atlas.areas_touched(&fence.shape)?;
    Ok(store::draw(database, fence, &areas).await?)
}

/// Takes a fence away; returns the world's new version, none where there is no such fence.
pub async fn remove_fence(
    database: &Database,
    fence_id: FenceId,
    by: Option<PersonId>,
) -> Result<Option<i64>, DatabaseError> {
    store::remove(database, fence_id, by).await
}
