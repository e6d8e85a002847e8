//! The world over HTTP and in the database.

mod advisories;
mod areas;
mod due;
mod fences;
mod geometry;
mod import;
pub(crate) mod levels;
mod loading;
mod policies;
mod preview;
mod raising;
mod status;
mod watching;
