//! The only door to a pass.

use std::marker::PhantomData;
use std::sync::Arc;

use super::action::{Act, Action};
use super::delegation::Land;
use super::principal::{Appointment, Principal};
use super::scope::{Extent, Scope, Sight};
use super::table::{Grant, Reach, grant};
use crate::model::Role;

/// What a delegation opens, whatever other roles its holder has.
const DELEGATED: [Action; 2] = [Action::Decide, Action::ReadTrips];

/// Proof that a principal may do `A`, and how far. Nothing but [`admit`] makes one.
#[derive(Debug, Clone)]
pub struct Pass<A> {
    principal: Arc<Principal>,
    scope: Scope,
    action: PhantomData<A>,
}

impl<A: Act> Pass<A> {
    /// Who acts.
    pub fn principal(&self) -> &Arc<Principal> {
        &self.principal
    }

    /// How far.
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The appointments that carry the action, for writing down the capacity used.
    pub fn capacities(&self) -> impl Iterator<Item = &Appointment> {
        self.principal.appointments.iter().filter(|held| grant(held.role, A::ACTION).is_some())
    }
}

/// No role of the caller permits the action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no role of the caller permits to {}", .action.name())]
pub struct Refusal {
    /// What was asked.
    pub action: Action,
}

/// Looks the principal's roles up in the table. The pass reaches as far as all of them together.
pub fn admit<A: Act>(principal: &Arc<Principal>) -> Result<Pass<A>, Refusal> {
    let mut extents = Vec::new();
    if let Some(own) = grant(Role::Traveller, A::ACTION) {
        extents.extend(as_traveller(principal, own));
    }
    for held in &principal.appointments {
        if let Some(granted) = grant(held.role, A::ACTION) {
            extents.extend(as_appointed(held, granted));
        }
    }
    extents.extend(as_delegate(principal, A::ACTION));
    if extents.is_empty() && !was_delegate(principal, A::ACTION) {
        return Err(Refusal { action: A::ACTION });
    }
    let scope = Scope::new(A::ACTION.name(), extents);
    Ok(Pass { principal: Arc::clone(principal), scope, action: PhantomData })
}

/// Whoever was delegated power at any time comes as far as the desk, which says what became of it;
/// the pass itself reaches nothing.
fn was_delegate(principal: &Principal, action: Action) -> bool {
    action == Action::Decide && !principal.delegations.is_empty()
}

/// Everyone who is known is a traveller for themselves. A machine has no self, but it may read
/// what every authenticated caller may.
fn as_traveller(principal: &Principal, granted: Grant) -> Option<(Extent, Sight)> {
    match granted.reach {
        Reach::Own => principal.person().map(|person| (Extent::Own(person), granted.sight)),
        Reach::Everywhere => Some((Extent::Everywhere, granted.sight)),
        Reach::Organization | Reach::Land => None,
    }
}

fn as_appointed(held: &Appointment, granted: Grant) -> Option<(Extent, Sight)> {
    let extent = match granted.reach {
        Reach::Everywhere => Extent::Everywhere,
        Reach::Organization => Extent::Organization(held.organization.clone()?),
        Reach::Land if held.areas.is_empty() && held.countries.is_empty() => return None,
        Reach::Land => {
            Extent::Land { areas: held.areas.clone(), countries: held.countries.clone() }
        }
        // Only travellers reach themselves, and that is not an appointment.
        Reach::Own => return None,
    };
    Some((extent, granted.sight))
}

/// Whoever was delegated power sees and decides in its land as the area's coordinator does; what
/// exactly is [`power`](fn@super::power)'s matter.
fn as_delegate(principal: &Principal, action: Action) -> Option<(Extent, Sight)> {
    if principal.delegated.is_empty() || !DELEGATED.contains(&action) {
        return None;
    }
    let granted = grant(Role::AreaSecurityCoordinator, action)?;
    let Land { areas, countries } = principal.delegated.clone();
    Some((Extent::Land { areas, countries }, granted.sight))
}
