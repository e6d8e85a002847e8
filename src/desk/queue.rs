//! The queue: what waits, most urgent first.

use serde::{Deserialize, Serialize};

use super::desker::Desker;
use super::error::DeskError;
use super::item::{Item, QUEUED};
use super::view::{QueueItem, QueueView, StateCount};
use super::{Desk, routing, store};
use crate::atlas::Atlas;
use crate::model::{AreaId, ClearanceId, ClearanceState, PersonId};
use crate::trips::Shown;
use crate::web::cursor;

/// Items looked at for one page at most; a page may be short where the caller may act on few.
const LOOKED_AT: usize = 2_000;

/// What a caller looks for.
#[derive(Debug, Clone, Default)]
pub struct QueueFilter {
    /// Queue of an area.
    pub area: Option<AreaId>,
    /// State; all that wait without.
    pub state: Option<ClearanceState>,
    /// Who travels.
    pub person: Option<PersonId>,
    /// Also what the caller may not act on now.
    pub any: bool,
}

/// A place in the queue: that of the last item of a page.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Place {
    urgent_at: f64,
    clearance_id: ClearanceId,
}

impl Place {
    /// Before everything.
    const FIRST: Self =
        Self { urgent_at: f64::NEG_INFINITY, clearance_id: ClearanceId(uuid::Uuid::nil()) };

    /// Urgency and id, as the database compares them.
    pub(super) const fn parts(self) -> (f64, uuid::Uuid) {
        (self.urgent_at, self.clearance_id.0)
    }

    fn of(item: &Item) -> Self {
        let urgent_at = item.urgent_at.unwrap_or(f64::INFINITY);
        Self { urgent_at, clearance_id: item.clearance_id }
    }
}

impl Desk {
    /// A page of the caller's queues, with counts of the whole. By default what the caller may act
    /// on now; the cursor is a place in the order, so that it stands still while others work.
    pub async fn queue(
        &self,
        desker: &Desker,
        filter: &QueueFilter,
        after: Option<Place>,
        limit: i64,
    ) -> Result<QueueView, DeskError> {
        let atlas = self.atlas();
        let queues = desker.queues(&atlas, filter.area.as_ref());
        let states = filter.state.map_or_else(|| QUEUED.to_vec(), |state| vec![state]);
        let asked = store::Asked { queues: &queues, states: &states, person: filter.person };
        let counts = store::counts(self.database(), &asked).await?;
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let (mut items, mut last) = (Vec::new(), after.unwrap_or(Place::FIRST));
        let mut looked_at = 0;
        let more = loop {
            let page = store::queue(self.database(), &asked, last, limit).await?;
            let is_last = page.len() < wanted;
            looked_at += page.len();
            let mut full = false;
            for item in &page {
                full = items.len() == wanted;
                if full {
                    break;
                }
                last = Place::of(item);
                items.extend(self.wanted(desker, item, filter, &atlas));
            }
            if full || is_last || looked_at >= LOOKED_AT {
                break full || !is_last;
            }
        };
        Ok(QueueView {
            items,
            next_cursor: more.then(|| cursor(&last)),
            counts: counts.iter().map(|one| StateCount::of(one.state, one.items)).collect(),
            oldest_submitted_at: counts.iter().map(|one| one.oldest).min(),
            oldest_age_seconds: counts.iter().map(|one| one.age).max(),
        })
    }

    fn wanted(
        &self,
        desker: &Desker,
        item: &Item,
        filter: &QueueFilter,
        atlas: &Atlas,
    ) -> Option<QueueItem> {
        let shown = item.shown(desker, atlas)?;
        let item = self.queue_item(desker, item, shown, atlas);
        (filter.any || !item.actions.is_empty()).then_some(item)
    }

    /// An item as somebody sees it.
    pub(super) fn queue_item(
        &self,
        desker: &Desker,
        item: &Item,
        shown: Shown,
        atlas: &Atlas,
    ) -> QueueItem {
        let actions = self.actions(desker, item, atlas);
        QueueItem::of(item, routing::decider(item, atlas), &actions, shown)
    }
}
