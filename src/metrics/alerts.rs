//! Alerts of others: what came by which feed, and what became of what they propose.

use prometheus::IntCounterVec;

use super::Families;

/// Alerts.
#[derive(Debug)]
pub struct AlertMetrics {
    messages: IntCounterVec,
    proposals: IntCounterVec,
}

impl AlertMetrics {
    pub(super) fn new(families: &Families<'_>) -> Result<Self, prometheus::Error> {
        Ok(Self {
            messages: families.counters(
                "alerts_total",
                "Messages that came, by feed and by what became of them.",
                &["feed", "state"],
            )?,
            proposals: families.counters(
                "alert_proposals_total",
                "What alerts proposed, and what became of it.",
                &["kind", "became"],
            )?,
        })
    }

    /// A message came: by a feed on the list or by none, and what became of it.
    pub fn came(&self, feed: Option<&str>, state: &str) {
        self.messages.with_label_values(&[feed.unwrap_or("none"), state]).inc();
    }

    /// A proposal of a kind was made or decided.
    pub fn proposal(&self, kind: &str, became: &str) {
        self.proposals.with_label_values(&[kind, became]).inc();
    }
}
