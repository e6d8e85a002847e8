//! Tests against a real PostgreSQL and Redis, over HTTP.

#[cfg(test)]
mod app;
#[cfg(test)]
mod database;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod web;
