//! What bodies of appointments and delegations share: land, dates, letters.

use jiff::Timestamp;
use uuid::Uuid;

use crate::identity::register::Known;
use crate::model::AreaId;
use crate::web::{Faults, Field, Object};

/// Areas or countries of one body at most.
const MOST_PLACES: usize = 500;

/// Texts of a list with their pointers.
pub(super) struct Named {
    pub(super) text: String,
    pub(super) pointer: String,
}

/// A list of texts of a length; absent is empty.
pub(super) fn names(field: &Field<'_>, length: std::ops::RangeInclusive<usize>) -> Vec<Named> {
    let entries = field.list(0..=MOST_PLACES).unwrap_or_default();
    let named = entries.iter().filter_map(|entry| {
        let text = entry.text(length.clone())?.to_owned();
        Some(Named { text, pointer: entry.pointer().to_owned() })
    });
    named.collect()
}

pub(super) fn texts(named: &[Named]) -> Vec<String> {
    named.iter().map(|named| named.text.clone()).collect()
}

/// An id in a field.
pub(super) fn id(field: &Field<'_>) -> Option<Uuid> {
    field.parse("an id")
}

/// Areas and countries that a body names.
pub(super) struct Places {
    pub(super) areas: Vec<Named>,
    pub(super) countries: Vec<Named>,
}

impl Places {
    pub(super) fn read(object: &mut Object<'_>) -> Self {
        Self {
            areas: names(&object.field("area_ids"), 1..=64),
            countries: names(&object.field("countries"), 2..=2),
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.areas.is_empty() && self.countries.is_empty()
    }

    /// Names those that are not on record.
    pub(super) fn check(&self, known: &Known, faults: &Faults) {
        for area in &self.areas {
            if !known.places.contains_key(&AreaId::from(area.text.as_str())) {
                faults.add(&area.pointer, "AREA_UNKNOWN", "there is no such area");
            }
        }
        for country in &self.countries {
            if !known.countries.contains(&country.text) {
                faults.add(&country.pointer, "COUNTRY_UNKNOWN", "there is no such country");
            }
        }
    }
}

/// A letter and the time for which it holds.
pub(super) struct Writing {
    pub(super) letter_ref: Option<String>,
    pub(super) valid_from: Option<Timestamp>,
    pub(super) valid_to: Option<Timestamp>,
    to: String,
}

impl Writing {
    pub(super) fn read(object: &mut Object<'_>) -> Self {
        let letter = object.field("letter_ref").required();
        let letter_ref = letter.text(1..=200).map(str::to_owned);
        let valid_from = object.field("valid_from").timestamp();
        let to = object.field("valid_to").required();
        Self { letter_ref, valid_from, valid_to: to.timestamp(), to: to.pointer().to_owned() }
    }

    /// When it begins; now where the body does not say. Its end must lie after that and after now,
    /// and no later than a limit.
    pub(super) fn begins(
        &self,
        now: Timestamp,
        limit: Option<Timestamp>,
        faults: &Faults,
    ) -> Timestamp {
        let from = self.valid_from.unwrap_or(now);
        if self.valid_to.is_some_and(|to| to <= from || to <= now) {
            faults.add(&self.to, "RANGE", "must be after the beginning and in the future");
        }
        if let (Some(to), Some(limit)) = (self.valid_to, limit)
            && to > limit
        {
            let detail = format!("R-803: the appointment it is given from ends at {limit}");
            faults.add(&self.to, "ABOVE_OWN_POWER", detail);
        }
        from
    }
}

/// One of some names.
pub(super) fn one_of(field: &Field<'_>, names: &[&'static str]) -> Option<&'static str> {
    let text = field.text(1..=64)?;
    let found = names.iter().copied().find(|name| *name == text);
    if found.is_none() {
        field.fault("CHOICE", "is not one of the names that are known here");
    }
    found
}
