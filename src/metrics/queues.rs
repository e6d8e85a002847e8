//! What an approver's boss wants to know (domain.md c.18): the queues, and how decisions fall.

use std::time::Duration;

use prometheus::{Gauge, GaugeVec, Histogram, IntCounterVec, IntGauge, IntGaugeVec};

use super::Families;

/// From a minute to a month.
const WAITS: [f64; 14] = [
    60.0,
    300.0,
    900.0,
    3600.0,
    7200.0,
    14_400.0,
    28_800.0,
    57_600.0,
    86_400.0,
    172_800.0,
    345_600.0,
    604_800.0,
    1_209_600.0,
    2_592_000.0,
];

/// The queues, told by the replica that minds the clocks, and decisions, told by the replica that
/// wrote them.
#[derive(Debug)]
pub struct QueueMetrics {
    /// Items that wait for a decision, by area of the queue.
    pub items: IntGaugeVec,
    /// Seconds since the oldest of them was submitted, by area of the queue.
    pub oldest: GaugeVec,
    /// Seconds until the next departure of a trip with an undecided clearance; infinite where
    /// there is none.
    pub departs_in: Gauge,
    /// Undecided items past the time by which they should be decided, or past departure.
    pub overdue: IntGauge,
    /// Obligations of approvals that are owed past their time.
    pub obligations_overdue: IntGauge,
    decided: IntCounterVec,
    seconds: Histogram,
}

impl QueueMetrics {
    pub(super) fn new(families: &Families<'_>) -> Result<Self, prometheus::Error> {
        Ok(Self {
            items: families.counts(
                "queue_items",
                "Items that wait for a decision, by area of the queue.",
                &["area"],
            )?,
            oldest: families.gauges(
                "queue_oldest_seconds",
                "Seconds since the oldest waiting item was submitted, by area of the queue.",
                &["area"],
            )?,
            departs_in: families.gauge(
                "queue_next_departure_seconds",
                "Seconds until the next departure of a trip with an undecided clearance.",
            )?,
            overdue: families.count(
                "queue_overdue",
                "Undecided items past the time by which they should be decided.",
            )?,
            obligations_overdue: families.count(
                "obligations_overdue",
                "Obligations of approvals that are owed past their time.",
            )?,
            decided: families.counters(
                "clearances_decided_total",
                "Clearances decided, by rules or a person, and whether they were late.",
                &["by", "late"],
            )?,
            seconds: families.histogram(
                "decision_wait_seconds",
                "Seconds from submission to the decision of a person.",
                &WAITS,
            )?,
        })
    }

    /// Counts a decision of the rules.
    pub fn decided_by_rules(&self, late: bool) {
        self.decided.with_label_values(&["rules", yes_or_no(late)]).inc();
    }

    /// Counts a decision of a person, that long after submission.
    pub fn decided_by_person(&self, late: bool, waited: Duration) {
        self.decided.with_label_values(&["person", yes_or_no(late)]).inc();
        self.seconds.observe(waited.as_secs_f64());
    }
}

const fn yes_or_no(word: bool) -> &'static str {
    if word { "yes" } else { "no" }
}
