//! A place under a ceiling was given back: the waiting list of its area, in order.

use super::{Redecision, SettleError, Settler, store};
use crate::model::AreaId;
use crate::tasks::Stopping;
use crate::trips::PlaceFound;

/// After so many the lease is renewed.
const LEASE_EVERY: usize = 16;

impl Settler {
    /// Has everyone decided again for whom there is a place now, one after the other in the order
    /// of the list, until no place is left or nobody waits; whether it came to rest. Whoever cannot
    /// be cleared by rule is passed over.
    pub(super) async fn give_places(
        &self,
        area_id: &AreaId,
        change: &Redecision,
        stopping: &Stopping,
    ) -> Result<bool, SettleError> {
        let (mut looked, mut cleared, mut last) = (0_usize, 0, None);
        loop {
            let lapsing = looked % LEASE_EVERY == 0;
            if stopping.is_set() || lapsing && !store::lease(&self.database, self.holder).await? {
                return Ok(false);
            }
            let next = store::next_waiting(&self.database, area_id, last).await?;
            let Some(next) = next else { break };
            looked += 1;
            match self.trips.clear_waiting(next.clearance_id).await? {
                PlaceFound::Cleared => cleared += 1,
                PlaceFound::Waits | PlaceFound::Gone => {}
                PlaceFound::Unsettled => return Ok(false),
            }
            last = Some(next);
        }
        let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
        let counts = [count(looked), count(cleared), count(looked - cleared)];
        store::done(&self.database, change, counts).await?;
        Ok(true)
    }
}
