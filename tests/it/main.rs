//! Tests against a real PostgreSQL and Redis, over HTTP.

mod app;
mod database;
mod harness;
mod identity;
mod web;
