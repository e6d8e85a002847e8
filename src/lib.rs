//! safeconduct: a trip comes in over REST, every stay is decided, with reasons.
//!
//! Rooms stand in one order; a room imports only what stands before it (see ARCHITECTURE.md):
//! the pure rooms, the ground floor, the use cases, the assembly.

pub mod access;
pub mod app;
pub mod atlas;
pub mod cache;
pub mod config;
pub mod database;
pub mod decision;
pub mod demo;
pub mod desk;
pub mod identity;
pub mod metrics;
pub mod model;
pub mod people;
pub mod presence;
pub mod record;
pub mod relay;
pub mod tasks;
pub mod telemetry;
pub mod trips;
pub mod web;
pub mod world;

/// Of every program that has the library, so that what is measured runs as the service does. The
/// system's took a tenth of a request.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
