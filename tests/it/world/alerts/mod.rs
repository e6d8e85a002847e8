//! Alerts of others: real ones, broken ones, and what becomes of their proposals.

mod feeds;
mod lifecycle;
mod real;
mod release;
mod rights;
mod rubbish;
mod scene;
mod words;
