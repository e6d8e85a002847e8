//! Tests against a real PostgreSQL and Redis, over HTTP.

#![cfg_attr(test, expect(clippy::similar_names, reason = "people of a scene are asker and asked"))]

#[cfg(test)]
mod app;
#[cfg(test)]
mod authority;
#[cfg(test)]
mod bodies;
#[cfg(test)]
mod ceilings;
#[cfg(test)]
mod clocks;
#[cfg(test)]
mod database;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod matrix;
#[cfg(test)]
mod mscr;
#[cfg(test)]
mod people;
#[cfg(test)]
mod presence;
#[cfg(test)]
mod record;
#[cfg(test)]
mod relay;
#[cfg(test)]
mod trips;
#[cfg(test)]
mod web;
#[cfg(test)]
mod world;
