//! The shared cache, and what is read through it.

use prometheus::{IntCounter, IntCounterVec};

use super::Families;

/// The shared cache.
#[derive(Debug)]
pub struct CacheMetrics {
    /// Commands by what they were and what came of them.
    pub commands: IntCounterVec,
    /// Values that were not what was written.
    pub discarded: IntCounter,
}

/// Where advisories were read.
#[derive(Debug)]
pub struct AdvisoryMetrics {
    /// In the process.
    pub memory: IntCounter,
    /// In the shared cache.
    pub shared: IntCounter,
    /// In the database.
    pub database: IntCounter,
    /// Nowhere: an older copy was shown with its age.
    pub stale: IntCounter,
    /// Nowhere, and there was none to show.
    pub failed: IntCounter,
    /// Made anew before they ended.
    pub early: IntCounter,
}

impl CacheMetrics {
    pub(super) fn new(families: &Families<'_>) -> Result<Self, prometheus::Error> {
        Ok(Self {
            commands: families.counters(
                "redis_commands_total",
                "Commands to the shared cache, by command and outcome.",
                &["command", "outcome"],
            )?,
            discarded: families.counter(
                "redis_discarded_total",
                "Values of the shared cache that were not what was written.",
            )?,
        })
    }
}

impl AdvisoryMetrics {
    pub(super) fn new(families: &Families<'_>) -> Result<Self, prometheus::Error> {
        let reads = families.counters(
            "advisory_reads_total",
            "Advisories by where they were read.",
            &["from"],
        )?;
        let of = |from: &str| reads.with_label_values(&[from]);
        Ok(Self {
            memory: of("memory"),
            shared: of("redis"),
            database: of("postgresql"),
            stale: of("stale"),
            failed: of("nowhere"),
            early: families.counter(
                "advisory_early_total",
                "Advisories made anew before their copies ended.",
            )?,
        })
    }
}
