//! Check, submit, read, cancel and batch trips; status questions; deciding again.

pub mod body;
