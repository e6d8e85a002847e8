//! What a caller may see, as something a loader can ask the database with.

use std::collections::BTreeSet;

use compact_str::CompactString;
use uuid::Uuid;

use crate::model::{AreaId, OrganizationId, PersonId};

/// What is shown of a row that is in scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sight {
    /// Names and other personal fields; otherwise they are null.
    pub personal: bool,
    /// Restricted texts.
    pub restricted: bool,
    /// Reading leaves a trace.
    pub logged: bool,
}

impl Sight {
    /// Personal fields, no restricted text.
    pub const PLAIN: Self = Self { personal: true, restricted: false, logged: false };
    /// Everything.
    pub const RESTRICTED: Self = Self { personal: true, restricted: true, logged: false };
    /// Everything, and reading leaves a trace.
    pub const RESTRICTED_LOGGED: Self = Self { personal: true, restricted: true, logged: true };
    /// Ids, areas, states and times; reading leaves a trace.
    pub const SEALED: Self = Self { personal: false, restricted: false, logged: true };

    /// What two roles show together: each thing that one of them shows. A trace is left only
    /// where no unlogged role shows as much.
    fn with(self, other: Self) -> Self {
        let logged = match (self.logged, other.logged) {
            (true, true) => true,
            (false, false) => false,
            (true, false) => !other.shows(self),
            (false, true) => !self.shows(other),
        };
        Self {
            personal: self.personal || other.personal,
            restricted: self.restricted || other.restricted,
            logged,
        }
    }

    fn shows(self, other: Self) -> bool {
        self.personal >= other.personal && self.restricted >= other.restricted
    }
}

/// A part of the world and its people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extent {
    /// Everything.
    Everywhere,
    /// A person and that person's dependants.
    Own(PersonId),
    /// What is official in an organization.
    Organization(OrganizationId),
    /// Stays in areas, and in every area of countries.
    Land {
        /// Areas.
        areas: BTreeSet<AreaId>,
        /// Countries, ISO 3166-1 alpha-2.
        countries: BTreeSet<CompactString>,
    },
}

/// What a question may reach: the union of what each role of the caller reaches in one action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    why: &'static str,
    extents: Vec<(Extent, Sight)>,
}

/// A row, as far as visibility depends on it: one person's matter in one area, or a person alone.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'s> {
    /// Whose it is.
    pub person: PersonId,
    /// The member of personnel that a dependant belongs to.
    pub sponsor: Option<PersonId>,
    /// The person's organization.
    pub organization: &'s OrganizationId,
    /// Official rather than personal travel; a person's profile counts as official.
    pub official: bool,
    /// The area it concerns.
    pub area: Option<&'s AreaId>,
    /// That area's country.
    pub country: Option<&'s str>,
}

/// A scope as statement parameters. A row is in scope where `everywhere` holds, or its person or
/// the person's sponsor is in `persons`, or it is official and its organization in
/// `organizations`, or its area in `areas`, or that area's country in `countries`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScopeArrays {
    /// No limit.
    pub everywhere: bool,
    /// Persons seen with their dependants.
    pub persons: Vec<Uuid>,
    /// Organizations whose official matters are seen.
    pub organizations: Vec<String>,
    /// Areas.
    pub areas: Vec<String>,
    /// Countries.
    pub countries: Vec<String>,
}

impl Scope {
    /// A scope of extents; `why` names the action for the log.
    pub const fn new(why: &'static str, extents: Vec<(Extent, Sight)>) -> Self {
        Self { why, extents }
    }

    /// What the service itself reads, and why: loops, re-decisions, facts of a decision.
    pub fn service(why: &'static str) -> Self {
        Self::new(why, vec![(Extent::Everywhere, Sight::RESTRICTED)])
    }

    /// Why it is asked.
    pub const fn why(&self) -> &'static str {
        self.why
    }

    /// The parts of it.
    pub fn extents(&self) -> &[(Extent, Sight)] {
        &self.extents
    }

    /// What may be shown of a row; nothing where it is out of scope.
    pub fn sight(&self, subject: &Subject<'_>) -> Option<Sight> {
        self.extents
            .iter()
            .filter(|(extent, _)| extent.covers(subject))
            .map(|(_, sight)| *sight)
            .reduce(Sight::with)
    }

    /// The scope as statement parameters.
    pub fn arrays(&self) -> ScopeArrays {
        let mut arrays = ScopeArrays::default();
        for (extent, _) in &self.extents {
            match extent {
                Extent::Everywhere => arrays.everywhere = true,
                Extent::Own(person) => arrays.persons.push(person.0),
                Extent::Organization(id) => arrays.organizations.push(id.as_str().to_owned()),
                Extent::Land { areas, countries } => {
                    arrays.areas.extend(areas.iter().map(|area| area.as_str().to_owned()));
                    arrays.countries.extend(countries.iter().map(|iso2| iso2.as_str().to_owned()));
                }
            }
        }
        arrays
    }
}

impl Extent {
    fn covers(&self, subject: &Subject<'_>) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Own(person) => subject.person == *person || subject.sponsor == Some(*person),
            Self::Organization(id) => subject.official && subject.organization == id,
            Self::Land { areas, countries } => {
                subject.area.is_some_and(|area| areas.contains(area))
                    || subject.country.is_some_and(|iso2| countries.contains(iso2))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(n: u128) -> PersonId {
        PersonId(Uuid::from_u128(n))
    }

    #[test]
    fn an_organization_sees_nothing_personal() {
        let unicef = OrganizationId::from("unicef");
        let scope = Scope::new("test", vec![(Extent::Organization(unicef.clone()), Sight::PLAIN)]);
        let mut subject = Subject {
            person: person(1),
            sponsor: None,
            organization: &unicef,
            official: true,
            area: None,
            country: None,
        };
        assert_eq!(scope.sight(&subject), Some(Sight::PLAIN));
        subject.official = false;
        assert_eq!(scope.sight(&subject), None);
    }

    #[test]
    fn a_dependant_is_seen_by_the_sponsor_alone() {
        let unicef = OrganizationId::from("unicef");
        let child = Subject {
            person: person(2),
            sponsor: Some(person(1)),
            organization: &unicef,
            official: false,
            area: None,
            country: None,
        };
        let of = |n| Scope::new("test", vec![(Extent::Own(person(n)), Sight::PLAIN)]);
        assert!(of(1).sight(&child).is_some());
        assert!(of(3).sight(&child).is_none());
    }

    #[test]
    fn reading_leaves_no_trace_where_another_role_shows_as_much() {
        assert!(!Sight::SEALED.with(Sight::PLAIN).logged);
        assert!(Sight::RESTRICTED_LOGGED.with(Sight::PLAIN).logged);
        assert!(!Sight::RESTRICTED_LOGGED.with(Sight::RESTRICTED).logged);
    }
}
