//! What of a row a reader may see (fine-print.md, "Who may call what").

use crate::access::{Extent, Scope, Sight, Subject};
use crate::atlas::Atlas;
use crate::model::{AreaId, FactClass, OrganizationId, PersonId};

/// What is shown of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// Personal fields, restricted texts, and whether reading leaves a trace.
    pub sight: Sight,
    /// The narrowest class of fact that is shown.
    pub class: FactClass,
    /// The reader sees the person's whole trip, wherever it goes.
    pub whole: bool,
}

/// One person's matter, as far as who may see it depends on it.
#[derive(Debug, Clone, Copy)]
pub struct Whose<'w> {
    /// Who travels.
    pub person: PersonId,
    /// The member of personnel that a dependant belongs to.
    pub sponsor: Option<PersonId>,
    /// The organization of the trip.
    pub organization: &'w OrganizationId,
    /// Personal travel.
    pub personal: bool,
}

/// What a reader may see of a matter, in an area or as a whole; none where nothing.
pub fn shown(
    scope: &Scope,
    whose: Whose<'_>,
    area: Option<&AreaId>,
    atlas: &Atlas,
) -> Option<Shown> {
    let country = area.and_then(|id| atlas.area(id)).and_then(|area| area.country());
    let subject = Subject {
        person: whose.person,
        sponsor: whose.sponsor,
        organization: whose.organization,
        official: !whose.personal,
        area,
        country,
    };
    let sight = scope.sight(&subject)?;
    let class = if !sight.personal {
        FactClass::P
    } else if sight.restricted {
        FactClass::R
    } else if watches(scope).sight(&subject).is_some() {
        FactClass::S
    } else {
        FactClass::I
    };
    let everywhere = Subject { area: None, country: None, ..subject };
    Some(Shown { sight, class, whole: scope.sight(&everywhere).is_some() })
}

/// The part of a scope that is held for security: areas, countries, everything.
fn watches(scope: &Scope) -> Scope {
    let held = scope
        .extents()
        .iter()
        .filter(|(extent, _)| matches!(extent, Extent::Land { .. } | Extent::Everywhere));
    Scope::new(scope.why(), held.cloned().collect())
}
