//! People of an organization, brought in from its own systems line by line.
//!
//! The key of a line is (caller's organization, staff number). What a line leaves out stays as it
//! is; certificates come in as claims; status, roles and other organizations cannot be written
//! (fine-print.md, "Appointments, imports, certificates"). Lines are written in groups, each group
//! in one transaction; a line that changes nothing disturbs nobody.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use uuid::Uuid;

use super::certificates::CertificateReport;
use super::profile::{Contact, EmergencyContact};
use super::{People, PeopleError, store};
use crate::model::{AreaId, Category, OrganizationId, PersonId, Recruitment, Relation, Secret};

/// Lines of one transaction.
pub(super) const GROUP: usize = 500;

/// A line that can be read.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Its number in the body.
    pub(super) number: u64,
    pub(super) staff_no: String,
    pub(super) family_name: Secret<String>,
    pub(super) given_names: Option<Secret<String>>,
    pub(super) full_name_local: Option<Secret<String>>,
    pub(super) category: Category,
    pub(super) recruitment: Recruitment,
    pub(super) functional_title: Option<String>,
    pub(super) senior_official: Option<bool>,
    pub(super) duty_station_area_id: Option<AreaId>,
    pub(super) sponsor_staff_no: Option<String>,
    pub(super) relation: Option<Relation>,
    pub(super) languages: Option<Vec<String>>,
    pub(super) medical_valid_to: Option<Date>,
    pub(super) contacts: Option<Secret<Vec<Contact>>>,
    pub(super) emergency_contacts: Option<Secret<Vec<EmergencyContact>>>,
    pub(super) certificates: Vec<CertificateReport>,
}

/// A line with the people it speaks of.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) entry: Entry,
    pub(super) person_id: PersonId,
    pub(super) sponsor_person_id: Option<PersonId>,
    pub(super) is_new: bool,
}

/// What became of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The person is on record; `revision` says since which change.
    Done { person_id: PersonId, staff_no: String, revision: i64, created: bool, changed: bool },
    /// The duty station is no area.
    AreaUnknown,
    /// The sponsor is nobody's number here.
    SponsorUnknown,
    /// Another import added the same number at the same time: send the line again.
    Raced,
}

/// What the store knows of a group's numbers and areas.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) people: BTreeMap<String, (PersonId, i64)>,
    pub(super) areas: BTreeSet<String>,
}

impl People {
    /// Writes a group of lines with different numbers; outcomes by line number.
    pub(super) async fn bring_in(
        &self,
        organization: &OrganizationId,
        entries: Vec<Entry>,
        by: Uuid,
    ) -> Result<BTreeMap<u64, Outcome>, PeopleError> {
        let known = store::known_staff(&self.database, organization, &entries).await?;
        let mut outcomes = BTreeMap::new();
        let placed = place(entries, &known, &mut outcomes);
        let written = store::write_import(&self.database, organization, &placed, by).await?;
        for Placed { entry, person_id, is_new, .. } in placed {
            let outcome = written.get(&person_id).map_or(Outcome::Raced, |(revision, changed)| {
                Outcome::Done {
                    person_id,
                    staff_no: entry.staff_no,
                    revision: *revision,
                    created: is_new,
                    changed: is_new || *changed,
                }
            });
            outcomes.insert(entry.number, outcome);
        }
        Ok(outcomes)
    }
}

/// Finds the people of each line, in the order of the lines: a sponsor may stand in an earlier one.
fn place(entries: Vec<Entry>, known: &Known, outcomes: &mut BTreeMap<u64, Outcome>) -> Vec<Placed> {
    let mut added: BTreeMap<String, PersonId> = BTreeMap::new();
    let mut placed = Vec::with_capacity(entries.len());
    for entry in entries {
        let find = |number: &str| {
            known.people.get(number).map(|(id, _)| *id).or_else(|| added.get(number).copied())
        };
        let sponsor = entry.sponsor_staff_no.as_deref().map(find);
        let area = entry.duty_station_area_id.as_ref();
        if area.is_some_and(|area| !known.areas.contains(area.as_str())) {
            outcomes.insert(entry.number, Outcome::AreaUnknown);
        } else if sponsor == Some(None) {
            outcomes.insert(entry.number, Outcome::SponsorUnknown);
        } else {
            let existing = find(&entry.staff_no);
            let person_id = existing.unwrap_or_else(|| PersonId(Uuid::now_v7()));
            let is_new = existing.is_none();
            added.insert(entry.staff_no.clone(), person_id);
            placed.push(Placed { entry, person_id, sponsor_person_id: sponsor.flatten(), is_new });
        }
    }
    placed
}
