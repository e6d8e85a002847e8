//! Mission security clearance requests over HTTP, in the shipped world.

mod consents;
mod facts;
mod requests;
pub(crate) mod scene;
