//! The record room against a real PostgreSQL: what is written, what is refused, what survives.

mod ceilings;
mod fixture;
mod keys;
mod submit;
