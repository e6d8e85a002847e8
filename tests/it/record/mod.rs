//! The record room against a real PostgreSQL: what is written, what is refused, what survives.

mod ceilings;
mod crash;
mod feed;
pub(crate) mod fixture;
mod ground;
mod keys;
mod lost;
mod machine;
pub(crate) mod moves;
mod plans;
pub(crate) mod recount;
mod retention;
mod submit;
