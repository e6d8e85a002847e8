//! Appointments and delegations: in the snapshot, in SQL, over HTTP.

mod snapshot;
mod statement;
