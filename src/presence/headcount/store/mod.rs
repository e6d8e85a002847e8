//! The statements of headcounts.

mod reading;
mod sheet;
mod writing;

pub(super) use self::reading::{LISTEN, changes, counts, found, listed, own, page};
pub(super) use self::sheet::{sheet, sheet_areas};
pub(super) use self::writing::{Closing, Kept, Opening, close, open, respond};
