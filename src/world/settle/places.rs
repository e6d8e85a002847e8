//! Clearances that wait and that the rules may clear by now: those for whom a place is free,
//! in the order of the area's list, and those whom a policy leaves to the rules again.

use super::{SettleError, Settler, store};
use crate::model::{AreaId, ClearanceId, ClearanceMode};
use crate::tasks::Stopping;
use crate::trips::PlaceFound;

/// After so many the lease is renewed.
const LEASE_EVERY: usize = 16;
/// Clearances that are listed at once.
const PAGE: i64 = 500;

/// What came of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Given {
    /// Clearances that were decided again.
    pub(super) looked: usize,
    /// Those that found a place.
    pub(super) cleared: usize,
}

impl std::ops::AddAssign for Given {
    fn add_assign(&mut self, other: Self) {
        self.looked += other.looked;
        self.cleared += other.cleared;
    }
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
            if !self.give(next.clearance_id, &mut given, stopping).await? {
                return Ok(None);
            }
            last = Some(next);
        }
        Ok(Some(given))
    }

    /// Has everyone decided again who has waited for a person since asking, where the area's policy
    /// now leaves it to the rules. What came to a person since is the person's. None where it did
    /// not come to rest.
    pub(super) async fn leave_to_rules(
        &self,
        area_id: &AreaId,
        stopping: &Stopping,
    ) -> Result<Option<Given>, SettleError> {
        let (mut given, mut last) = (Given::default(), None);
        let atlas = self.atlas.load();
        let mode = atlas.area(area_id).map(|area| area.policy.clearance_mode);
        if mode != Some(ClearanceMode::Auto) {
            return Ok(Some(given));
        }
        loop {
            let page = store::asked(&self.database, area_id, last, PAGE).await?;
            if page.is_empty() {
                return Ok(Some(given));
            }
            for next in page {
                if !self.give(next.clearance_id, &mut given, stopping).await? {
                    return Ok(None);
                }
                last = Some(next);
            }
        }
    }

    /// Has one decided again; false where it did not come to rest, or another replica leads.
    async fn give(
        &self,
        clearance: ClearanceId,
        given: &mut Given,
        stopping: &Stopping,
    ) -> Result<bool, SettleError> {
        let lapsing = given.looked.is_multiple_of(LEASE_EVERY);
        if stopping.is_set() || lapsing && !store::lease(&self.database, self.holder).await? {
            return Ok(false);
        }
        given.looked += 1;
        Ok(match self.trips.clear_waiting(clearance).await? {
            PlaceFound::Cleared => {
                given.cleared += 1;
                true
            }
            PlaceFound::Waits | PlaceFound::Gone => true,
            PlaceFound::Unsettled => false,
        })
    }
}
