//! Telling others: webhooks, and the feed that live streams follow.

use prometheus::{GaugeVec, Histogram, IntCounterVec, IntGauge, IntGaugeVec};

use super::{Families, SECONDS};

/// Telling others.
#[derive(Debug)]
pub struct RelayMetrics {
    /// Webhooks by state.
    pub webhooks: IntGaugeVec,
    /// Deliveries tried, by what came of them.
    pub tries: IntCounterVec,
    /// Seconds that endpoints take to answer.
    pub seconds: Histogram,
    /// Events that an endpoint has not been told yet. The families by webhook show those in most
    /// trouble alone, so that their number is bounded too.
    pub behind: IntGaugeVec,
    /// Seconds since the first failure of an endpoint after its last success.
    pub failing: GaugeVec,
    /// Dead letters of an endpoint.
    pub dead: IntGaugeVec,
    /// Number of the last event that was handed to the streams.
    pub stream_position: IntGauge,
}

impl RelayMetrics {
    pub(super) fn new(families: &Families<'_>) -> Result<Self, prometheus::Error> {
        Ok(Self {
            webhooks: families.counts("webhooks", "Webhooks by state.", &["state"])?,
            tries: families.counters(
                "webhook_tries_total",
                "Deliveries tried, by what came of them.",
                &["outcome"],
            )?,
            seconds: families.histogram(
                "webhook_seconds",
                "Seconds that endpoints take to answer.",
                &SECONDS,
            )?,
            behind: families.counts(
                "webhook_endpoint_behind",
                "Events that an endpoint has not been told yet; those in most trouble alone.",
                &["webhook"],
            )?,
            failing: families.gauges(
                "webhook_endpoint_failing_seconds",
                "Seconds since the first failure after the last success of an endpoint.",
                &["webhook"],
            )?,
            dead: families.counts(
                "webhook_endpoint_dead",
                "Dead letters of an endpoint; those in most trouble alone.",
                &["webhook"],
            )?,
            stream_position: families.count(
                "stream_position",
                "Number of the last event that was handed to the streams.",
            )?,
        })
    }
}
