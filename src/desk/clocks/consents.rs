//! Heads of organizations who leave a mission request without an answer: they are reminded for each
//! day that it waits. Their silence is no consent, and ends nothing.

use super::{ClockError, Clocks, store};
use crate::model::EventKind;
use crate::record::mission_event;

impl Clocks {
    /// Reminds every head who has been silent for another day; how many reminders were written.
    pub(super) async fn remind_heads(&self) -> Result<usize, ClockError> {
        let mut reminded = 0;
        for silent in store::silent_heads(self.database()).await? {
            let told = mission_event(
                EventKind::MscrReminded,
                (silent.mscr_id, &silent.areas),
                Some(&silent.organization),
                silent.now,
            );
            reminded += usize::from(store::remind(self.database(), &silent, &told).await?);
        }
        Ok(reminded)
    }
}
