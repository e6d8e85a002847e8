//! Reads fences on record and writes what changes of them, each change in one short transaction
//! under the lock `world`.

mod edit;
mod ending;
mod reading;
mod writing;

pub(in crate::world) use self::edit::{FenceEdit, FenceRow, standing};
pub(super) use self::ending::{any_due, end_due, forget, horizon};
pub(in crate::world) use self::reading::{FenceFilter, FenceOnRecord, fences_on_record};
pub(in crate::world) use self::writing::{FenceDrawn, draw_for, plan_for, redraw_for, remove_for};
