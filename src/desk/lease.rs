//! Leases: who holds what, until when.

use uuid::Uuid;

use super::claiming::{Taken, Wanted};
use super::desker::Desker;
use super::error::DeskError;
use super::item::{Item, Lease};
use super::view::{HeldItem, LeaseView};
use super::{Desk, store};
use crate::access::Deed;
use crate::model::{AreaId, ClearanceId, Hold, PersonId};

/// How often the next item is looked for while others are faster, or more of the queue must be seen.
const ATTEMPTS: u32 = 20;
/// How far beyond what is wanted the first look goes: past what is not for the caller.
const NEAR: usize = 4;
/// Each look goes so many times as far as the one before, until this far.
const FARTHER: usize = 4;
const FARTHEST: usize = 1 << 16;

impl Lease {
    /// As the record room names it.
    pub(super) const fn hold(self, clearance_id: ClearanceId) -> Hold {
        Hold { clearance_id, by: self.holder, at: self.since, until: self.until }
    }
}

impl Desk {
    /// Takes leases on the most urgent items that the caller may act on, in the areas named or in
    /// all of theirs. Never two holders; nothing where nothing waits.
    pub async fn claim_next(
        &self,
        desker: &Desker,
        areas: &[AreaId],
        limit: i64,
    ) -> Result<Vec<LeaseView>, DeskError> {
        self.authority_is_fresh()?;
        let person = desker.person().ok_or(DeskError::NotHeld)?;
        let limit = usize::try_from(limit).unwrap_or_default();
        let (mut taken, mut passed_over) = (Vec::new(), Vec::new());
        let (mut beyond, mut aside) = (NEAR, false);
        for _ in 0..ATTEMPTS {
            let wanted = limit.saturating_sub(taken.len());
            if wanted == 0 {
                break;
            }
            let wanted = Wanted {
                desker: desker.clone(),
                person,
                areas: areas.to_vec(),
                limit: wanted,
                beyond,
                without: passed_over.clone(),
                aside,
            };
            let Taken { items, lost, more } = self.claims().claim(wanted).await?;
            let (kept, given_back) = self.sorted(desker, items).await?;
            taken.extend(kept);
            passed_over.extend(given_back);
            if !more {
                break;
            }
            beyond = beyond.saturating_mul(FARTHER).min(FARTHEST);
            aside = lost;
        }
        Ok(taken)
    }

    /// Keeps the leases on items that the caller may act on; gives the others back.
    async fn sorted(
        &self,
        desker: &Desker,
        items: Vec<(Item, Lease)>,
    ) -> Result<(Vec<LeaseView>, Vec<Uuid>), DeskError> {
        let atlas = self.atlas();
        let (mut kept, mut given_back) = (Vec::new(), Vec::new());
        for (item, lease) in items {
            let shown = item.shown(desker, &atlas);
            let view = shown.map(|shown| self.queue_item(desker, &item, shown, &atlas));
            match view.filter(|view| !view.actions.is_empty()) {
                Some(view) => kept.push(LeaseView::of(view, lease)),
                None => given_back.push(item.clearance_id.0),
            }
        }
        if let Some(person) = desker.person().filter(|_| !given_back.is_empty()) {
            store::release(self.database(), &given_back, person).await?;
        }
        Ok((kept, given_back))
    }

    /// Takes a lease on one item, or prolongs the caller's own.
    pub async fn claim(&self, desker: &Desker, id: ClearanceId) -> Result<LeaseView, DeskError> {
        self.authority_is_fresh()?;
        let (item, person) = self.in_sight(desker, id).await?;
        if !super::item::QUEUED.contains(&item.state) {
            return Err(item.refusal(Deed::Approve));
        }
        self.may_act(desker, &item)?;
        let seconds = self.settings().lease_seconds;
        let taken = store::claim(self.database(), id, person, seconds).await?;
        let Some(lease) = taken else { return Err(self.why_not_held(id, person).await?) };
        let (item, _) = self.in_sight(desker, id).await?;
        self.lease_view(desker, &item, lease)
    }

    /// Prolongs the caller's lease.
    pub async fn renew(&self, desker: &Desker, id: ClearanceId) -> Result<LeaseView, DeskError> {
        let (item, person) = self.in_sight(desker, id).await?;
        let seconds = self.settings().lease_seconds;
        match store::renew(self.database(), id, person, seconds).await? {
            Some(lease) => self.lease_view(desker, &item, lease),
            None => Err(self.why_not_held(id, person).await?),
        }
    }

    /// Ends the caller's lease; one that has ended stays so.
    pub async fn release(&self, desker: &Desker, id: ClearanceId) -> Result<(), DeskError> {
        let (_, person) = self.in_sight(desker, id).await?;
        store::release(self.database(), &[id.0], person).await?;
        Ok(())
    }

    /// Who holds what in the caller's queues, the lease taken first on top; one more than the limit
    /// where there is another page.
    pub async fn held(
        &self,
        desker: &Desker,
        area: Option<&AreaId>,
        holder: Option<PersonId>,
        page: (Option<store::HeldPlace>, i64),
    ) -> Result<Vec<HeldItem>, DeskError> {
        let queues = desker.queues(&self.atlas(), area);
        let (after, limit) = page;
        Ok(store::held(self.database(), &queues, holder, after, limit.saturating_add(1)).await?)
    }

    async fn in_sight(
        &self,
        desker: &Desker,
        id: ClearanceId,
    ) -> Result<(Item, PersonId), DeskError> {
        let found = store::found(self.database(), &[id]).await?.pop();
        let item = found.ok_or(DeskError::Hidden)?;
        let atlas = self.atlas();
        if item.shown(desker, &atlas).is_none() {
            return Err(self.unseen(desker, &item, Deed::Approve, &atlas));
        }
        Ok((item, desker.person().ok_or(DeskError::Hidden)?))
    }

    /// Who may do nothing to an item holds it for nothing; the refusal is that of a yes.
    fn may_act(&self, desker: &Desker, item: &Item) -> Result<(), DeskError> {
        let atlas = self.atlas();
        let free = Item { lease: None, ..item.clone() };
        if !self.actions(desker, &free, &atlas).is_empty() {
            return Ok(());
        }
        match self.power(desker, item, Deed::Approve, &atlas) {
            Err(barred) if barred.is_two_step() => Err(DeskError::TwoStep),
            Err(barred) => Err(barred.into()),
            Ok(_) => Ok(()),
        }
    }

    async fn why_not_held(
        &self,
        id: ClearanceId,
        person: PersonId,
    ) -> Result<DeskError, DeskError> {
        let found = store::found(self.database(), &[id]).await?.pop();
        let item = found.ok_or(DeskError::Hidden)?;
        Ok(match item.held_from(person) {
            Some(lease) => DeskError::Held(lease.hold(id)),
            None if super::item::QUEUED.contains(&item.state) => DeskError::NotHeld,
            None => item.refusal(Deed::Approve),
        })
    }

    fn lease_view(
        &self,
        desker: &Desker,
        item: &Item,
        lease: Lease,
    ) -> Result<LeaseView, DeskError> {
        let atlas = self.atlas();
        let shown = item.shown(desker, &atlas).ok_or(DeskError::Hidden)?;
        Ok(LeaseView::of(self.queue_item(desker, item, shown, &atlas), lease))
    }
}
