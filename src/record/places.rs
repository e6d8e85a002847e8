//! Places under ceilings and arrivals by rule: what a clearance holds, what a lane locks and hands
//! to a decision (domain.md c.5, R-410, R-504).

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::columns::rows;
use super::entry::Entry;
use super::error::RecordError;
use super::own::{Held, Own, OwnPlaces};
use super::taking::{Place, enters};
use crate::database::{DatabaseError, Row};
use crate::model::{
    AreaId, Category, Change, ClearanceMove, ClearanceState, CountKey, Decision, MoveTo,
    NewClearance, NightCount, OrganizationId,
};

/// What a clearance holds of its places; `place_hold` in SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    /// Positive, or suspended: the place stays taken until the clearance is over.
    Binding,
    /// Waits for a person: shown, binding nobody.
    Soft,
    /// Nothing.
    None,
}

impl Hold {
    pub(super) const fn of(state: ClearanceState) -> Self {
        use ClearanceState as S;
        match state {
            S::Cleared | S::Approved | S::Suspended => Self::Binding,
            S::PendingReview | S::Recommended | S::Escalated | S::UnderAppeal => Self::Soft,
            S::Submitted
            | S::Notified
            | S::Returned
            | S::Denied
            | S::Revoked
            | S::Cancelled
            | S::Superseded
            | S::Expired
            | S::Completed => Self::None,
        }
    }
}

/// A count as SQL names it: its kind and its key.
pub(super) fn names(key: &CountKey) -> (&'static str, &str) {
    match key {
        CountKey::Total => ("total", ""),
        CountKey::Organization(id) => ("organization", id.as_str()),
        CountKey::Category(category) => ("category", category.as_str()),
    }
}

/// A count in one text, as a clearance keeps it: `organization:unicef`.
pub(super) fn joined(key: &CountKey) -> String {
    let (kind, name) = names(key);
    format!("{kind}:{name}")
}

/// The count of a kind and a key; none where the kind or category is unknown.
pub(super) fn key_of(kind: &str, key: &str) -> Option<CountKey> {
    match kind {
        "total" => Some(CountKey::Total),
        "organization" => Some(CountKey::Organization(OrganizationId::from(key))),
        "category" => {
            let category = Category::ALL.iter().copied().find(|known| known.as_str() == key);
            category.map(CountKey::Category)
        }
        _ => None,
    }
}

rows! {
    /// Places taken: parameters of `places.sql`.
    PlaceRow<'r> in PlaceColumns {
        n: i32,
        area_id: &'r str,
        night: Date,
        key_kind: &'r str,
        key: &'r str,
        committed: i32,
        soft: i32,
        away: i32,
    }
}

rows! {
    /// Arrivals counted: parameters of `arrivals.sql`.
    ArrivalRow<'r> in ArrivalColumns {
        n: i32,
        area_id: &'r str,
        day: Date,
    }
}

/// Whether a decision takes places by rule: it must be committed by the limited lane.
pub fn is_limited(decision: &Decision) -> bool {
    decision
        .clearances
        .iter()
        .any(|one| one.state.is_positive() && (!one.place_keys.is_empty() || one.counts_arrival))
}

/// The counts a decision depends on: locked, read, and handed to the decision made again.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    /// Places on nights.
    pub nights: BTreeSet<(AreaId, Date, CountKey)>,
    /// Arrivals on days.
    pub arrivals: BTreeSet<(AreaId, Date)>,
}

impl Limits {
    /// Adds what a clearance on record holds, to be given back.
    pub fn give_back(&mut self, area_id: &AreaId, nights: &[Date], keys: &[CountKey]) {
        for (night, key) in pairs(nights, keys) {
            self.nights.insert((area_id.clone(), night, key.clone()));
        }
    }

    /// Adds another's limits.
    pub fn join(&mut self, other: Self) {
        self.nights.extend(other.nights);
        self.arrivals.extend(other.arrivals);
    }

    /// Everything the clearances of a decision may take.
    pub fn of(decision: &Decision) -> Self {
        let mut limits = Self::default();
        for one in &decision.clearances {
            let Some(area_id) = &one.area_id else { continue };
            for (night, key) in pairs(&one.places, &one.place_keys) {
                limits.nights.insert((area_id.clone(), night, key.clone()));
            }
            if one.counts_arrival {
                limits.arrivals.insert((area_id.clone(), one.arrive));
            }
        }
        limits
    }
}

fn pairs<'p>(
    nights: &'p [Date],
    keys: &'p [CountKey],
) -> impl Iterator<Item = (Date, &'p CountKey)> {
    nights.iter().flat_map(move |night| keys.iter().map(move |key| (*night, key)))
}

/// Takes the places of new clearances.
pub(super) fn take<'r>(
    n: i32,
    entry: &'r Entry,
    places: &mut PlaceColumns<'r>,
    arrivals: &mut ArrivalColumns<'r>,
) {
    for new in entry.change.trip.iter().flat_map(|trip| &trip.clearances) {
        let decision = &new.decision;
        let hold = Hold::of(decision.state);
        let (committed, soft) = match hold {
            Hold::Binding => (1, 0),
            Hold::Soft => (0, 1),
            Hold::None => continue,
        };
        if let Some(area_id) = &decision.area_id {
            for (night, key) in pairs(&decision.places, &decision.place_keys) {
                let (key_kind, key) = names(key);
                let area_id = area_id.as_str();
                let away = 0;
                places.push(PlaceRow { n, area_id, night, key_kind, key, committed, soft, away });
            }
            if decision.counts_arrival && decision.state == ClearanceState::Cleared {
                arrivals.push(ArrivalRow { n, area_id: area_id.as_str(), day: decision.arrive });
            }
        }
        if hold == Hold::Binding {
            leave(n, new, places);
        }
    }
}

/// Frees the traveller's own place at home.
fn leave<'r>(n: i32, new: &'r NewClearance, places: &mut PlaceColumns<'r>) {
    if let Some(absence) = &new.absence {
        for (night, key) in pairs(&absence.nights, &absence.keys) {
            let (key_kind, key) = names(key);
            let area_id = absence.area_id.as_str();
            places.push(PlaceRow {
                n,
                area_id,
                night,
                key_kind,
                key,
                committed: 0,
                soft: 0,
                away: 1,
            });
        }
    }
}

/// The counts of a batch in the limited lane, as its trips take places one after another.
#[derive(Default)]
pub(super) struct Counts {
    nights: BTreeMap<(AreaId, Date, CountKey), (u32, u32)>,
    arrivals: BTreeMap<(AreaId, Date), u32>,
}

impl Counts {
    /// Reads what the locks answered. A negative count is a defect that must not let anybody in.
    pub(super) fn read(nights: &[Row], arrivals: &[Row]) -> Result<Self, RecordError> {
        let mut counts = Self::default();
        for row in nights {
            let (place, taken) = night(row).map_err(RecordError::Database)?;
            let place = place.ok_or(RecordError::Misuse("a count of an unknown kind"))?;
            let [committed, residents] = taken.map(u32::try_from);
            let (Ok(committed), Ok(residents)) = (committed, residents) else {
                return Err(RecordError::Misuse("a negative count of places"));
            };
            counts.nights.insert(place, (committed, residents));
        }
        for row in arrivals {
            let (day, count) = arrival(row).map_err(RecordError::Database)?;
            let count = u32::try_from(count)
                .map_err(|_negative| RecordError::Misuse("a negative count of arrivals"))?;
            counts.arrivals.insert(day, count);
        }
        Ok(counts)
    }

    /// The counts as facts of one decision, without what is the record's own.
    pub(super) fn of(
        &self,
        limits: &Limits,
        own: &OwnPlaces,
    ) -> (Vec<NightCount>, Vec<(AreaId, Date, u32)>) {
        let nights = limits.nights.iter().map(|place| {
            let (committed, residents) = self.nights.get(place).copied().unwrap_or_default();
            let committed = committed.saturating_sub(own.nights(place));
            let (area_id, night, key) = place.clone();
            NightCount { area_id, night, key, committed, residents }
        });
        let arrivals = limits.arrivals.iter().map(|place| {
            let count = self.arrivals.get(place).copied().unwrap_or_default();
            (place.0.clone(), place.1, count.saturating_sub(own.arrivals(place)))
        });
        (nights.collect(), arrivals.collect())
    }

    /// Places taken on a night, residents present included.
    pub(super) fn taken(&self, place: &Place) -> u32 {
        let (committed, residents) = self.nights.get(place).copied().unwrap_or_default();
        committed.saturating_add(residents)
    }

    /// Counts places that a move of this batch takes.
    pub(super) fn add(&mut self, place: &Place, places: u32) {
        let (committed, _) = self.nights.entry(place.clone()).or_default();
        *committed = committed.saturating_add(places);
    }

    /// Counts an arrival by rule of this batch.
    pub(super) fn arrive(&mut self, area_id: &AreaId, day: Date) {
        *self.arrivals.entry((area_id.clone(), day)).or_default() += 1;
    }

    /// Counts what a decision of this batch takes and gives back, for those after it.
    pub(super) fn take(&mut self, change: &Change, own: &OwnPlaces) {
        let amendment = change.amendment.as_deref();
        let adjusts = amendment.map_or(&[][..], |next| next.adjusts.as_slice());
        for given in own.all().filter(|given| is_given_back(change, given)) {
            match &given.held {
                Held::Night(place) => {
                    let taken = &mut self.nights.entry(place.clone()).or_default().0;
                    *taken = taken.saturating_sub(1);
                }
                Held::Arrival(day) => {
                    let count = self.arrivals.entry(day.clone()).or_default();
                    *count = count.saturating_sub(1);
                }
            }
        }
        for new in change.trip.iter().flat_map(|trip| &trip.clearances) {
            let decision = &new.decision;
            let (Some(area_id), Hold::Binding) = (&decision.area_id, Hold::of(decision.state))
            else {
                continue;
            };
            self.hold(area_id, &decision.places, &decision.place_keys);
            if decision.counts_arrival && decision.state == ClearanceState::Cleared {
                self.arrive(area_id, decision.arrive);
            }
        }
        for one in adjusts {
            // what holds nothing gave nothing back either
            let mut held = own.all().filter(|given| given.clearance_id == one.clearance_id);
            if let Some(area_id) = held.clone().map(Own::area).next() {
                self.hold(area_id, &one.places, &one.place_keys);
                if held.any(|given| matches!(given.held, Held::Arrival(_))) {
                    self.arrive(area_id, one.arrive);
                }
            }
        }
    }

    fn hold(&mut self, area_id: &AreaId, nights: &[Date], keys: &[CountKey]) {
        for (night, key) in pairs(nights, keys) {
            self.add(&(area_id.clone(), night, key.clone()), 1);
        }
    }
}

/// Whether a change gives back what one of its own clearances holds: by a move, by an adjustment
/// that takes it anew, or because what it stands in for becomes positive.
fn is_given_back(change: &Change, own: &Own) -> bool {
    let leaves = |step: &ClearanceMove| match step.to {
        MoveTo::State(to) => step.clearance_id == own.clearance_id && Hold::of(to) != Hold::Binding,
        MoveTo::Prior => false,
    };
    let succeeds = |step: &ClearanceMove| {
        own.asked_id != own.clearance_id && step.clearance_id == own.asked_id && enters(step)
    };
    let adjusts = change.amendment.as_deref().into_iter().flat_map(|next| &next.adjusts);
    change.moves.iter().any(|step| leaves(step) || succeeds(step))
        || adjusts.into_iter().any(|one| one.clearance_id == own.clearance_id)
}

type Night = (Option<(AreaId, Date, CountKey)>, [i32; 2]);

fn night(row: &Row) -> Result<Night, DatabaseError> {
    let area_id = AreaId::from(row.try_get::<_, &str>("area_id")?);
    let night: Date = row.try_get("night")?;
    let key = key_of(row.try_get("key_kind")?, row.try_get("key")?);
    let taken = [row.try_get("committed")?, row.try_get("residents")?];
    Ok((key.map(|key| (area_id, night, key)), taken))
}

fn arrival(row: &Row) -> Result<((AreaId, Date), i32), DatabaseError> {
    let area_id = AreaId::from(row.try_get::<_, &str>("area_id")?);
    Ok(((area_id, row.try_get("day")?), row.try_get("arrivals")?))
}
