//! Who submits, and what follows from it: for whom they may act, what they may read.

use std::sync::Arc;

use uuid::Uuid;

use crate::access::{Act, Pass, Principal, Scope, Subject, act, admit};
use crate::model::{OrganizationId, OtherTrip, PersonId};

/// A caller who brings a trip.
#[derive(Debug, Clone)]
pub struct Acting {
    principal: Arc<Principal>,
    /// For whom the caller may act.
    scope: Scope,
    /// Which trips on record the caller may see.
    sees: Option<Scope>,
}

impl Acting {
    /// The caller of a pass to check or submit.
    pub fn of<A: Act>(pass: &Pass<A>) -> Self {
        let principal = Arc::clone(pass.principal());
        let sees = admit::<act::ReadTrips>(&principal).ok().map(|pass| pass.scope().clone());
        Self { principal, scope: pass.scope().clone(), sees }
    }

    /// The person who brings it; none for a machine.
    pub(super) fn person(&self) -> Option<PersonId> {
        self.principal.person()
    }

    /// The row of issuer and subject: idempotency keys are its own.
    pub(super) fn identity(&self) -> Uuid {
        self.principal.identity
    }

    /// The organization the caller acts for, where one is known.
    pub(super) fn organization(&self) -> Option<&OrganizationId> {
        self.principal.organization.as_ref()
    }

    /// For whom the caller may act.
    pub(super) const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Whether the caller may know of another trip, which a traveller of theirs is on.
    pub(super) fn sees(&self, other: &OtherTrip) -> bool {
        self.sees.as_ref().is_some_and(|scope| {
            let subject = Subject {
                person: other.person_id,
                sponsor: None,
                organization: &other.organization,
                official: !other.personal,
                area: None,
                country: None,
            };
            scope.sight(&subject).is_some()
        })
    }
}
