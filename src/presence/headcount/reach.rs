//! How far into headcounts a caller sees: areas, and persons with their dependants. Pure.

use uuid::Uuid;

use crate::access::Scope;
use crate::atlas::Atlas;
use crate::model::{AreaId, PersonId};

/// Whom of a headcount a caller sees: everybody; those whose estimate lies in one of the areas; the
/// persons and their dependants. Countries are written out as their areas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Reach {
    pub(super) everywhere: bool,
    pub(super) areas: Vec<String>,
    pub(super) persons: Vec<Uuid>,
}

impl Reach {
    /// That of a pass.
    pub(super) fn of(scope: &Scope, atlas: &Atlas) -> Self {
        let arrays = scope.arrays();
        let mut areas = arrays.areas;
        if !arrays.countries.is_empty() {
            let is_of_country = |iso2: &str| arrays.countries.iter().any(|country| country == iso2);
            let all = atlas.areas().iter();
            let own = all.filter(|area| area.country().is_some_and(is_of_country));
            areas.extend(own.map(|area| area.id().as_str().to_owned()));
        }
        areas.sort_unstable();
        areas.dedup();
        Self { everywhere: arrays.everywhere, areas, persons: arrays.persons }
    }

    /// Sees more than persons: security staff, or a warden.
    pub(super) fn has_land(&self) -> bool {
        self.everywhere || !self.areas.is_empty()
    }

    /// Whether an area is in sight.
    pub(super) fn covers(&self, area: &AreaId) -> bool {
        let found = || self.areas.binary_search_by(|one| one.as_str().cmp(area.as_str()));
        self.everywhere || found().is_ok()
    }

    /// Whether somebody is one of the persons, or a dependant of one.
    pub(super) fn is_own(&self, person: PersonId, sponsor: Option<PersonId>) -> bool {
        self.persons.iter().any(|own| *own == person.0 || sponsor.is_some_and(|it| it.0 == *own))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_traveller_reaches_the_family_and_no_land() {
        let (own, child) = (PersonId(Uuid::from_u128(1)), PersonId(Uuid::from_u128(2)));
        let reach = Reach { persons: vec![own.0], ..Reach::default() };
        assert!(reach.is_own(own, None) && reach.is_own(child, Some(own)));
        assert!(!reach.is_own(child, None) && !reach.has_land());
        assert!(!reach.covers(&AreaId::from("KEN-890")));
    }

    #[test]
    fn an_area_is_covered_by_name_or_by_everything() {
        let areas = vec!["KEN-1196".to_owned(), "KEN-890".to_owned()];
        let reach = Reach { areas, ..Reach::default() };
        assert!(reach.covers(&AreaId::from("KEN-890")) && reach.has_land());
        assert!(!reach.covers(&AreaId::from("KEN-8")));
        let all = Reach { everywhere: true, ..Reach::default() };
        assert!(all.covers(&AreaId::from("KEN-8")));
    }
}
