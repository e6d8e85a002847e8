//! The desk over HTTP.

mod acceptance;
mod acceptance_record;
mod appeals;
pub(crate) mod bench;
mod bulk;
mod crowd;
mod dealing;
mod deciding;
mod leases;
mod lent;
mod obligations;
mod opposite;
mod queue;
mod reached;
mod refusals;
mod revoking;
mod states;
mod waiving;
