//! What a person's decision rests on: a power in writing, and no lease of another on the item; and
//! what a decision leaves beside its move: obligations, waivers, an ended lease.

use std::collections::BTreeSet;

use jiff::Timestamp;
use uuid::Uuid;

use super::columns::{Columns, Parameters, rows};
use super::entry::{Entry, actor_id};
use crate::database::{DatabaseError, Row};
use crate::model::{Authority, Change, ClearanceId, Hold, Obligation, PersonId, RuleId, TripId};

rows! {
    /// Powers, one row an area and trip.
    PowerRow<'r> in PowerColumns {
        n: i32,
        person_id: Uuid,
        appointment_id: Option<Uuid>,
        delegation_id: Option<Uuid>,
        area_id: Option<&'r str>,
        trip_id: Uuid,
    }
}

rows! {
    /// Items that nobody else may hold, as they were read.
    ItemRow<'r> in ItemColumns {
        n: i32,
        clearance_id: &'r Uuid,
        holder_id: Uuid,
        entries: Option<i32>,
    }
}

rows! {
    /// Obligations: parameters of `obligations.sql`.
    ObligationRow<'r> in ObligationColumns {
        n: i32,
        obligation_id: Uuid,
        clearance_id: &'r Uuid,
        code: &'r str,
        owner: &'r str,
        due_at: Option<Timestamp>,
        text: Option<&'r str>,
        evidence: Option<&'r str>,
    }
}

rows! {
    /// Waived courses: parameters of `waivers.sql`.
    WaiverRow<'r> in WaiverColumns {
        n: i32,
        clearance_id: &'r Uuid,
        course: &'r str,
        at: Timestamp,
        person_id: Option<Uuid>,
        capacity: String,
        evidence_id: Option<Uuid>,
    }
}

rows! {
    /// Leases that end: parameters of `leases.sql`.
    LeaseRow<'r> in LeaseColumns {
        n: i32,
        clearance_id: &'r Uuid,
    }
}

/// What one decision rests on.
pub(super) struct Warrant<'r> {
    person: PersonId,
    authority: &'r Authority,
    holder: Option<PersonId>,
    /// Clearances it touches, each with its trip and its moves so far.
    items: Vec<(&'r ClearanceId, TripId, Option<i32>)>,
}

impl<'r> Warrant<'r> {
    /// Of a change; none where no person decides.
    pub(super) fn of(change: &'r Change) -> Option<Self> {
        let (person, authority) = (change.actor.person_id?, change.authority.as_ref()?);
        let steps = change.moves.iter();
        let steps = steps.map(|step| (&step.clearance_id, step.trip_id, step.version));
        let waivers = change.waivers.iter();
        let waivers = waivers.map(|one| (&one.clearance_id, one.trip_id, Some(one.version)));
        let items = steps.chain(waivers).collect();
        Some(Self { person, authority, holder: change.holder, items })
    }
}

/// The warrants of a batch: the parameters of `warrant.sql` and of the lock before it.
#[derive(Default)]
pub(super) struct Warrants<'r> {
    powers: PowerColumns<'r>,
    items: ItemColumns<'r>,
    /// Clearances to lock.
    pub(super) lock: Vec<Uuid>,
}

impl<'r> Warrants<'r> {
    pub(super) fn add(&mut self, n: i32, warrant: Warrant<'r>) {
        let Authority { appointment_id, delegation_id, areas } = warrant.authority;
        let (appointment_id, delegation_id) = (*appointment_id, *delegation_id);
        let person_id = warrant.person.0;
        let trips: BTreeSet<Uuid> = warrant.items.iter().map(|(_, trip, _)| trip.0).collect();
        for trip_id in trips {
            let mut power = |area_id| {
                self.powers.push(PowerRow {
                    n,
                    person_id,
                    appointment_id,
                    delegation_id,
                    area_id,
                    trip_id,
                });
            };
            if areas.is_empty() {
                // headquarters' own
                power(None);
            }
            for area in areas {
                power(Some(area.as_str()));
            }
        }
        for (clearance, _, entries) in warrant.items {
            let clearance_id = &clearance.0;
            self.lock.push(clearance.0);
            if let Some(holder) = warrant.holder {
                self.items.push(ItemRow { n, clearance_id, holder_id: holder.0, entries });
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.powers.is_empty() && self.items.is_empty()
    }

    /// The parameters of `warrant.sql`.
    pub(super) fn parameters(&self) -> Parameters<'_> {
        let all: [&dyn Columns; 2] = [&self.powers, &self.items];
        all.iter().flat_map(|columns| columns.parameters()).collect()
    }
}

/// The rule that refuses a power, by its name in SQL.
pub(super) fn refusing(name: &str) -> RuleId {
    let known = ["R-604", "R-801", "R-802", "R-803", "R-804", "R-806"];
    RuleId(known.into_iter().find(|rule| *rule == name).unwrap_or("R-801"))
}

/// A lease of another, from its row.
pub(super) fn hold(row: &Row) -> Result<Hold, DatabaseError> {
    Ok(Hold {
        clearance_id: ClearanceId(row.try_get("clearance_id")?),
        by: PersonId(row.try_get("person_id")?),
        at: row.try_get("at")?,
        until: row.try_get("until")?,
    })
}

/// What a decision leaves beside its moves.
pub(super) fn decided<'r>(
    n: i32,
    entry: &'r Entry,
    obligations: &mut ObligationColumns<'r>,
    waivers: &mut WaiverColumns<'r>,
    leases: &mut LeaseColumns<'r>,
) {
    let change = &entry.change;
    for step in &change.moves {
        let clearance_id = &step.clearance_id.0;
        for one in &step.obligations {
            obligations.push(obligation(n, clearance_id, one));
        }
        if change.holder.is_some() {
            leases.push(LeaseRow { n, clearance_id });
        }
    }
    let words = entry.words.iter().skip(change.moves.len());
    for (waiver, words) in change.waivers.iter().zip(words) {
        waivers.push(WaiverRow {
            n,
            clearance_id: &waiver.clearance_id.0,
            course: waiver.course.as_str(),
            at: change.at,
            person_id: actor_id(change.actor),
            capacity: change.actor.capacity.name(),
            evidence_id: words.as_ref().map(|(evidence, _)| evidence.evidence_id),
        });
    }
}

fn obligation<'r>(n: i32, clearance_id: &'r Uuid, one: &'r Obligation) -> ObligationRow<'r> {
    ObligationRow {
        n,
        obligation_id: one.obligation_id,
        clearance_id,
        code: one.code.as_str(),
        owner: one.owner.as_str(),
        due_at: one.due_at,
        text: one.text.as_deref(),
        evidence: one.evidence.as_deref(),
    }
}
