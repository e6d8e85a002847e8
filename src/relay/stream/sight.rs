//! What a stream may show: the queues of its caller, asked again whenever appointments change.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::{StreamError, StreamParts};
use crate::access::{Delegation, Principal, Scope, act, admit};
use crate::atlas::Atlas;
use crate::model::AreaId;
use crate::relay::event::Told;

/// The queues of a caller.
#[derive(Debug)]
pub(super) struct Sight {
    identity: Uuid,
    /// Of the appointments it was made from.
    version: i64,
    /// When the first of them ends.
    until: Timestamp,
    /// For questions to the database.
    pub(super) scope: Scope,
    everywhere: bool,
    organizations: BTreeSet<String>,
    areas: BTreeSet<AreaId>,
    countries: BTreeSet<String>,
}

impl Sight {
    /// The queues of a principal as its request came; none where it has none. They are looked at
    /// again at once, for the request may have waited.
    pub(super) fn of(principal: &Arc<Principal>) -> Option<Self> {
        Self::at(principal, i64::MIN, Timestamp::MIN)
    }

    fn at(principal: &Arc<Principal>, version: i64, now: Timestamp) -> Option<Self> {
        let pass = admit::<act::Decide>(principal).ok()?;
        if pass.scope().extents().is_empty() {
            // power that was delegated once, or will be, has no queue
            return None;
        }
        let ends = principal.appointments.iter().map(|held| held.valid_to);
        let ends = ends.chain(principal.delegations.iter().map(Delegation::ends_at));
        let arrays = pass.scope().arrays();
        Some(Self {
            identity: principal.identity,
            version,
            until: ends.filter(|end| *end > now).min().unwrap_or(Timestamp::MAX),
            scope: pass.scope().clone(),
            everywhere: arrays.everywhere,
            organizations: arrays.organizations.into_iter().collect(),
            areas: arrays.areas.into_iter().map(AreaId::from).collect(),
            countries: arrays.countries.into_iter().collect(),
        })
    }

    /// Whether the appointments may have changed since.
    pub(super) fn is_old(&self, parts: &StreamParts) -> bool {
        parts.identity.authority().version() != self.version || self.until <= parts.clock.now()
    }

    /// The queues as they are now; none where there are none any more.
    pub(super) async fn renewed(&self, parts: &StreamParts) -> Result<Option<Self>, StreamError> {
        let authority = parts.identity.authority();
        // Taken first, so that a change in between makes this too old rather than too new.
        let version = authority.version();
        let principal = authority.principal_of(self.identity).await?;
        Ok(principal.and_then(|principal| Self::at(&principal, version, parts.clock.now())))
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
