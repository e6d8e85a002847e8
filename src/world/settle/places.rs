//! Places under a ceiling that may be free: the waiting list of their area, in order.

use super::{SettleError, Settler, store};
use crate::model::AreaId;
use crate::tasks::Stopping;
use crate::trips::PlaceFound;

/// After so many the lease is renewed.
const LEASE_EVERY: usize = 16;

/// What came of a waiting list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Given {
    /// Clearances that were decided again.
    pub(super) looked: usize,
    /// Those that found a place.
    pub(super) cleared: usize,
}

impl Settler {
    /// Has everyone decided again for whom there is a place now, one after the other in the order
    /// of the list, until no place is left or nobody waits. Whoever cannot be cleared by rule is
    /// passed over. None where it did not come to rest.
    pub(super) async fn give_places(
        &self,
        area_id: &AreaId,
        stopping: &Stopping,
    ) -> Result<Option<Given>, SettleError> {
        let (mut given, mut last) = (Given::default(), None);
        while let Some(next) = store::next_waiting(&self.database, area_id, last).await? {
            let lapsing = given.looked.is_multiple_of(LEASE_EVERY);
            if stopping.is_set() || lapsing && !store::lease(&self.database, self.holder).await? {
                return Ok(None);
            }
            given.looked += 1;
            match self.trips.clear_waiting(next.clearance_id).await? {
                PlaceFound::Cleared => given.cleared += 1,
                PlaceFound::Waits | PlaceFound::Gone => {}
                PlaceFound::Unsettled => return Ok(None),
            }
            last = Some(next);
        }
        Ok(Some(given))
    }
}
