//! The figures of the queues, told by whoever minds the clocks and by nobody else.

use super::store;
use crate::database::{Database, DatabaseError};
use crate::metrics::Metrics;

/// The label of the queue that belongs to no area.
const HEADQUARTERS: &str = "headquarters";

/// Brings the figures up to date.
pub(super) async fn refresh(database: &Database, metrics: &Metrics) -> Result<(), DatabaseError> {
    let queues = store::figures(database).await?;
    let gauges = &metrics.queues;
    gauges.items.reset();
    gauges.oldest.reset();
    let mut overdue = 0;
    let mut departs_in: Option<f64> = None;
    for queue in &queues {
        let area = queue.area_id.as_ref().map_or(HEADQUARTERS, |area| area.as_str());
        gauges.items.with_label_values(&[area]).set(queue.items);
        gauges.oldest.with_label_values(&[area]).set(queue.oldest_seconds);
        overdue += queue.overdue;
        let sooner = |one: f64| departs_in.map_or(one, |other| one.min(other));
        departs_in = queue.departs_in_seconds.map(sooner).or(departs_in);
    }
    gauges.overdue.set(overdue);
    gauges.obligations_overdue.set(store::obligations_overdue(database).await?);
    gauges.departs_in.set(departs_in.unwrap_or(f64::INFINITY));
    Ok(())
}

/// Another replica tells them.
pub(super) fn forget(metrics: &Metrics) {
    let gauges = &metrics.queues;
    gauges.items.reset();
    gauges.oldest.reset();
    gauges.overdue.set(0);
    gauges.obligations_overdue.set(0);
    gauges.departs_in.set(f64::INFINITY);
}
