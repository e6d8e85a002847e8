//! Somebody at the desk: what they may decide, what they may read, which queues are theirs.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use crate::access::{DelegationState, Pass, Principal, Scope, act};
use crate::atlas::{AreaEntry, Atlas};
use crate::model::{AreaId, PersonId, Role};
use crate::trips::{Shown, Whose, shown};

/// A caller with a pass to decide, and whatever else they may read of trips.
#[derive(Debug, Clone)]
pub struct Desker {
    pass: Pass<act::Decide>,
    reads: Option<Scope>,
}

/// Queues: those of areas, and headquarters'.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Queues {
    pub(super) areas: Vec<String>,
    pub(super) headquarters: bool,
}

/// A queue and what somebody is there, for looking for the next item.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Station {
    /// The area; none for headquarters' queue.
    pub(super) area: Option<String>,
    /// Its official, its coordinator, its adviser, all of it by delegation.
    pub(super) posts: [bool; 4],
}

impl Desker {
    /// Somebody who may decide; `reads` is what they may read of trips in any role.
    pub fn new(pass: Pass<act::Decide>, reads: Option<&Pass<act::ReadTrips>>) -> Self {
        Self { pass, reads: reads.map(|reads| reads.scope().clone()) }
    }

    /// Who it is.
    pub fn principal(&self) -> &Arc<Principal> {
        self.pass.principal()
    }

    /// The person; machines decide nothing.
    pub fn person(&self) -> Option<PersonId> {
        self.principal().person()
    }

    /// What of a matter they may see, in any of their roles; none where nothing.
    pub(super) fn shown(
        &self,
        whose: Whose<'_>,
        area: Option<&AreaId>,
        atlas: &Atlas,
    ) -> Option<Shown> {
        let decides = shown(self.pass.scope(), whose, area, atlas);
        let reads = self.reads.as_ref().and_then(|scope| shown(scope, whose, area, atlas));
        decides.into_iter().chain(reads).max_by_key(|shown| shown.class)
    }

    /// Whether an area was delegated to them, whenever that is or was.
    pub(super) fn was_lent(&self, area: Option<&AreaId>, now: Timestamp, atlas: &Atlas) -> bool {
        let Some(area) = area else { return false };
        let country = atlas.area(area).and_then(|area| area.country());
        let principal = self.principal();
        let mut given = principal.delegations.iter();
        given.any(|one| one.names(principal, now) && one.scope.land.covers(area, country))
    }

    /// The queues of the areas they decide in, or of one of them.
    pub(super) fn queues(&self, atlas: &Atlas, only: Option<&AreaId>) -> Queues {
        let wanted = |area: &&AreaEntry| only.is_none_or(|one| one == area.id());
        let areas = self.areas(atlas).into_iter().filter(wanted);
        let areas = areas.map(|area| area.id().as_str().to_owned()).collect();
        let everywhere = self.pass.scope().arrays().everywhere;
        Queues { areas, headquarters: everywhere && only.is_none() }
    }

    /// The areas they decide in, in order of id. Where each is named, the others are not looked at:
    /// there are thousands, and whoever claims asks every time.
    fn areas<'a>(&self, atlas: &'a Atlas) -> Vec<&'a AreaEntry> {
        let arrays = self.pass.scope().arrays();
        if !arrays.everywhere && arrays.countries.is_empty() {
            let named: BTreeSet<AreaId> = arrays.areas.into_iter().map(AreaId::from).collect();
            return named.iter().filter_map(|area| atlas.area(area)).collect();
        }
        let reached = |area: &&AreaEntry| {
            arrays.everywhere
                || area.country().is_some_and(|iso2| arrays.countries.iter().any(|c| c == iso2))
                || arrays.areas.iter().any(|own| own == area.id().as_str())
        };
        atlas.areas().iter().map(Arc::as_ref).filter(reached).collect()
    }

    /// The queues of their areas, or of those named, and what they are there.
    pub(super) fn stations(&self, atlas: &Atlas, only: &[AreaId], now: Timestamp) -> Vec<Station> {
        let principal = self.principal();
        let holds = |role: Role, area: &AreaEntry| {
            principal.appointments.iter().any(|held| {
                held.role == role && held.is_in_force(now) && held.covers(area.id(), area.country())
            })
        };
        let delegated = |area: &AreaEntry| {
            principal.delegations.iter().any(|given| {
                given.names(principal, now)
                    && given.state(now) == DelegationState::InForce
                    && given.scope.land.covers(area.id(), area.country())
            })
        };
        let station = |area: &AreaEntry| {
            let posts = [
                holds(Role::DesignatedOfficial, area),
                holds(Role::AreaSecurityCoordinator, area),
                holds(Role::SecurityAdviser, area),
                delegated(area),
            ];
            let looked_for = only.is_empty() || only.contains(area.id());
            let name = || Some(area.id().as_str().to_owned());
            (looked_for && posts.contains(&true)).then(|| Station { area: name(), posts })
        };
        let areas = self.areas(atlas).into_iter().filter_map(station);
        let headquarters = only.is_empty() && principal.holds(Role::Usg);
        areas.chain(headquarters.then(Station::default)).collect()
    }
}
