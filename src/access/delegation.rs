//! A delegation of authority: written, scoped, dated, revocable, not passed on.

use std::collections::BTreeSet;

use compact_str::CompactString;
use jiff::Timestamp;
use uuid::Uuid;

use super::principal::{Appointment, Principal};
use crate::model::{AreaId, Category, PersonId, RiskBand, Role};

/// Areas and whole countries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Land {
    /// Areas.
    pub areas: BTreeSet<AreaId>,
    /// Countries, ISO 3166-1 alpha-2.
    pub countries: BTreeSet<CompactString>,
}

impl Land {
    /// Whether an area of a country lies in it.
    pub fn covers(&self, area: &AreaId, country: Option<&str>) -> bool {
        self.areas.contains(area)
            || country.is_some_and(|country| self.countries.iter().any(|own| own == country))
    }

    /// No area at all.
    pub fn is_empty(&self) -> bool {
        self.areas.is_empty() && self.countries.is_empty()
    }
}

/// Where a post is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seat {
    /// Over an area.
    Area(AreaId),
    /// Over a country, ISO 3166-1 alpha-2.
    Country(CompactString),
}

/// To whom a delegation is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delegate {
    /// A named person.
    Person(PersonId),
    /// Whoever holds a post, as long as they hold it.
    Post {
        /// The role of the post.
        role: Role,
        /// Over what.
        seat: Seat,
    },
}

/// What a delegation covers: a matter must fit each of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DelegationScope {
    /// Where.
    pub land: Land,
    /// Bands of present risk. An area without a band counts as low.
    pub bands: BTreeSet<RiskBand>,
    /// Categories of travellers; empty means all.
    pub categories: BTreeSet<Category>,
    /// Longest stay in nights; none means any.
    pub max_nights: Option<u32>,
}

/// Power that a designated official has given in writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    /// Id, which a decision names.
    pub delegation_id: Uuid,
    /// Who gave it and stays accountable.
    pub delegator: PersonId,
    /// The appointment it was given from, which it does not outlive.
    pub given_from: Appointment,
    /// Who may use it.
    pub delegate: Delegate,
    /// For what.
    pub scope: DelegationScope,
    /// The letter.
    pub letter_ref: String,
    /// First instant in force.
    pub valid_from: Timestamp,
    /// First instant no longer in force.
    pub valid_to: Timestamp,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

/// Where a delegation stands in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DelegationState {
    /// Given, not begun.
    Granted,
    /// In force.
    InForce,
    /// Over, by its own date or with the appointment it was given from.
    Expired,
    /// Taken back.
    Revoked,
}

impl DelegationState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Granted, Self::InForce, Self::Expired, Self::Revoked];

    /// The name in JSON and SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::InForce => "in_force",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

impl Delegation {
    /// The state at an instant.
    pub fn state(&self, now: Timestamp) -> DelegationState {
        if self.revoked_at.is_some_and(|at| at <= now) {
            DelegationState::Revoked
        } else if self.ends_at() <= now {
            DelegationState::Expired
        } else if self.valid_from <= now && self.given_from.is_in_force(now) {
            DelegationState::InForce
        } else {
            DelegationState::Granted
        }
    }

    /// Its end, unless it is taken back before.
    pub fn ends_at(&self) -> Timestamp {
        self.valid_to.min(self.given_from.valid_to)
    }

    /// The appointment by which a principal is the post it was given to.
    pub(super) fn post_held<'p>(
        &self,
        principal: &'p Principal,
        now: Timestamp,
    ) -> Option<&'p Appointment> {
        let Delegate::Post { role, seat } = &self.delegate else { return None };
        principal.appointments.iter().find(|held| {
            held.role == *role
                && held.is_in_force(now)
                && match seat {
                    Seat::Area(area) => held.areas.contains(area),
                    Seat::Country(country) => held.countries.contains(country),
                }
        })
    }

    /// Whether it was given to a principal, by name or by post.
    pub fn names(&self, principal: &Principal, now: Timestamp) -> bool {
        match &self.delegate {
            Delegate::Person(person) => principal.person() == Some(*person),
            Delegate::Post { .. } => self.post_held(principal, now).is_some(),
        }
    }
}
