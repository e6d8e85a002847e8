//! Who is calling.

use std::collections::BTreeSet;

use compact_str::CompactString;
use jiff::Timestamp;
use uuid::Uuid;

use super::delegation::{Delegation, Land};
use crate::model::{AreaId, OrganizationId, PersonId, Role};

/// Whom a token names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// A person.
    Person(PersonId),
    /// A machine client.
    Client(Uuid),
}

/// A role in writing, with its limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    /// The appointment's own id, which a decision names.
    pub appointment_id: Uuid,
    /// The role.
    pub role: Role,
    /// Areas it covers.
    pub areas: BTreeSet<AreaId>,
    /// Countries it covers, ISO 3166-1 alpha-2.
    pub countries: BTreeSet<CompactString>,
    /// The organization it is held in.
    pub organization: Option<OrganizationId>,
    /// Held in place of another.
    pub ad_interim: bool,
    /// A country security focal point: holds the adviser's role where no adviser is posted.
    pub focal_point: bool,
    /// First instant in force.
    pub valid_from: Timestamp,
    /// First instant no longer in force.
    pub valid_to: Timestamp,
}

impl Appointment {
    /// Whether it is in force at an instant.
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.valid_from <= now && now < self.valid_to
    }

    /// Whether it is over an area of a country, by the area's or the country's name.
    pub fn covers(&self, area: &AreaId, country: Option<&str>) -> bool {
        self.areas.contains(area)
            || country.is_some_and(|country| self.countries.iter().any(|own| own == country))
    }
}

/// An authenticated caller with the appointments in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The row of issuer and subject; the scope of idempotency keys and rates.
    pub identity: Uuid,
    /// The person or client behind it.
    pub holder: Holder,
    /// The organization it acts for, where one is known: the client's, or that of an appointment.
    pub organization: Option<OrganizationId>,
    /// What it was appointed to.
    pub appointments: Vec<Appointment>,
    /// What was delegated to it, by name or by post: in force, to come, and lately ended, so that a
    /// refusal can say which.
    pub delegations: Vec<Delegation>,
    /// Where those of them that are in force reach.
    pub delegated: Land,
}

impl Principal {
    /// The person, if it is one.
    pub fn person(&self) -> Option<PersonId> {
        match self.holder {
            Holder::Person(person) => Some(person),
            Holder::Client(_) => None,
        }
    }

    /// Whether it is a machine client.
    pub fn is_client(&self) -> bool {
        matches!(self.holder, Holder::Client(_))
    }

    /// Whether an appointment gives it a role; every person is a traveller for themselves.
    pub fn holds(&self, role: Role) -> bool {
        role == Role::Traveller || self.appointments.iter().any(|held| held.role == role)
    }
}
