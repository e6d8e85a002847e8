//! Where people are reported to be, over HTTP.

mod inside;
mod reports;
