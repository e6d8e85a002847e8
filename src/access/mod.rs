//! Who may do what: role, principal, pass, scope. Pure.
//!
//! [`fn@admit`] is the only door: it looks a principal's roles up in the role × action table
//! ([`TABLE`]) and gives a [`Pass`] for the action. A use case takes `&Pass<A>`; a loader takes the
//! pass's [`Scope`], so that what the caller may not see never leaves the database. The table is
//! fine-print.md, "Who may call what", as data.
//!
//! [`fn@power`] answers the further question of the desk: who may do what to which clearance, and in
//! which capacity (R-801..R-808). A pass says that somebody decides at all; power, that they decide
//! this.

mod action;
mod admit;
mod delegation;
mod matter;
mod power;
mod principal;
mod scope;
mod table;

pub use self::action::{Act, Action, act};
pub use self::admit::{Pass, Refusal, admit};
pub use self::delegation::{Delegate, Delegation, DelegationScope, DelegationState, Land, Seat};
pub use self::matter::{Asked, Deed, Denial, Matter, Mission, Parties, Posted, Tie};
pub use self::power::{Barred, Notice, Used, Why, power};
pub use self::principal::{Appointment, Holder, Principal};
pub use self::scope::{Extent, Scope, ScopeArrays, Sight, Subject};
pub use self::table::{Grant, Reach, TABLE, grant, matrix};

pub use crate::model::Role;
