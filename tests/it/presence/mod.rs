//! Where people are reported to be, over HTTP.

mod arrivals;
mod headcount;
mod headcount_answers;
mod headcount_sheet;
mod headcount_stream;
mod inside;
mod reports;
