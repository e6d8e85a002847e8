//! The world over HTTP and in the database.

mod acceptance;
mod advisories;
mod alerts;
mod areas;
mod crashing;
mod danger;
mod drawing;
mod due;
mod fences;
mod following;
mod geometry;
mod histories;
mod import;
pub(crate) mod levels;
mod loading;
mod operators;
mod outlines;
mod packs;
mod policies;
mod preview;
mod raising;
mod redecisions;
mod status;
mod telling;
mod tiles;
mod watching;
