//! Where people are reported to be, over HTTP.

mod arrivals;
mod inside;
mod reports;
