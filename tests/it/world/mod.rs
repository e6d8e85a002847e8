//! The world over HTTP and in the database.

mod areas;
mod fences;
mod geometry;
mod import;
mod loading;
mod preview;
mod status;
