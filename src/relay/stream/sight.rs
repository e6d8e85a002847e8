//! What a stream may show: the queues of its caller, asked again whenever appointments change.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{StreamError, StreamParts};
use crate::access::{Principal, Scope, act, admit};
use crate::atlas::Atlas;
use crate::identity::Standing;
use crate::model::AreaId;
use crate::relay::event::Told;

/// The queues of a caller.
#[derive(Debug)]
pub(super) struct Sight {
    standing: Standing,
    /// For questions to the database.
    pub(super) scope: Scope,
    everywhere: bool,
    organizations: BTreeSet<String>,
    areas: BTreeSet<AreaId>,
    countries: BTreeSet<String>,
}

impl Sight {
    /// The queues of a principal; none where it has none.
    pub(super) fn of(principal: &Arc<Principal>, standing: Standing) -> Option<Self> {
        let pass = admit::<act::Decide>(principal).ok()?;
        if pass.scope().extents().is_empty() {
            // power that was delegated once, or will be, has no queue
            return None;
        }
        let arrays = pass.scope().arrays();
        Some(Self {
            standing,
            scope: pass.scope().clone(),
            everywhere: arrays.everywhere,
            organizations: arrays.organizations.into_iter().collect(),
            areas: arrays.areas.into_iter().map(AreaId::from).collect(),
            countries: arrays.countries.into_iter().collect(),
        })
    }

    /// Whether the appointments may have changed since.
    pub(super) fn is_old(&self, parts: &StreamParts) -> bool {
        self.standing.is_old(parts.identity.authority())
    }

    /// The queues as they are now; none where there are none any more.
    pub(super) async fn renewed(&self, parts: &StreamParts) -> Result<Option<Self>, StreamError> {
        let renewed = self.standing.renewed(parts.identity.authority()).await?;
        Ok(renewed.and_then(|(principal, standing)| Self::of(&principal, standing)))
    }

    /// Whether an event is about one of the queues; the same question as in the statement `feed`.
    pub(super) fn shows(&self, told: &Told, atlas: &Atlas) -> bool {
        let of_organization =
            told.organization.as_ref().is_some_and(|id| self.organizations.contains(id));
        self.everywhere
            || (!told.personal && of_organization)
            || told.areas.iter().any(|area| self.reaches(area, atlas))
    }

    /// Whether a queue is one of theirs; headquarters' is for those who see everything.
    pub(super) fn watches(&self, queue: Option<&AreaId>, atlas: &Atlas) -> bool {
        self.everywhere || queue.is_some_and(|area| self.reaches(area, atlas))
    }

    fn reaches(&self, area: &AreaId, atlas: &Atlas) -> bool {
        let country = || atlas.area(area)?.country();
        self.areas.contains(area)
            || (!self.countries.is_empty()
                && country().is_some_and(|country| self.countries.contains(country)))
    }
}
