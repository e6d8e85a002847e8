//! Trips over HTTP, in the shipped world.

mod amending;
mod amending_places;
mod amending_random;
mod amending_rights;
mod batch;
mod flipping;
mod generated;
pub(crate) mod killed;
mod reading;
mod redeciding;
mod refusals;
mod remedies;
mod replaying;
pub(crate) mod stage;
mod status;
mod submitting;
mod withdrawing;
