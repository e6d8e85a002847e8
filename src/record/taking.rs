//! Places taken by moves: an approval, and a rule that clears who waited, are compared with the
//! ceilings in force under the locks of their nights.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::columns::{array_of, rows};
use super::entry::{Entry, actor_id, event_id};
use super::error::RecordError;
use super::own::OwnPlaces;
use super::places::{Counts, Hold, key_of};
use crate::database::{DatabaseError, Row};
use crate::model::{
    AreaId, Change, ClearanceId, ClearanceMove, ClearanceState, Committed, CountKey, MoveTo,
    PlaceCheck, RuleId,
};

/// The rule by which overbooking is refused.
const OVERBOOKING: RuleId = RuleId("R-506");

/// States in which a place above the ceiling can still be permitted.
pub(super) const WAITING: &[ClearanceState] = &[
    ClearanceState::PendingReview,
    ClearanceState::Recommended,
    ClearanceState::Escalated,
    ClearanceState::UnderAppeal,
];

/// An area's night and the count a place is taken in.
pub(super) type Place = (AreaId, Date, CountKey);

rows! {
    /// What is permitted above a ceiling: parameters of `overrides.sql`.
    OverrideRow<'r> in OverrideColumns {
        n: i32,
        override_id: Uuid,
        clearance_id: Uuid,
        area_id: String,
        nights: String,
        policy_version: i32,
        reason: &'r str,
        capacity: String,
        person_id: Uuid,
        at: Timestamp,
    }
}

rows! {
    /// Clearances that are to become positive: parameters of `takings.sql`.
    AskedRow<'r> in AskedColumns {
        n: i32,
        clearance_id: &'r Uuid,
        person_id: Option<Uuid>,
    }
}

/// Whether a move takes a place that the clearance does not hold yet.
pub(super) fn enters(step: &ClearanceMove) -> bool {
    let held = |state: &ClearanceState| Hold::of(*state) == Hold::Binding;
    matches!(&step.to, MoveTo::State(to) if held(to)) && !step.from.iter().all(held)
}

/// The clearances of a change that take a place by a move, or may from now on.
pub(super) fn entering(change: &Change) -> impl Iterator<Item = &ClearanceId> {
    let moves = change.moves.iter().filter(|step| enters(step)).map(|step| &step.clearance_id);
    moves.chain(change.overbookings.iter().map(|one| &one.clearance_id))
}

/// What one clearance holds and would take.
struct Taking {
    state: ClearanceState,
    area_id: AreaId,
    places: Vec<(Place, Option<u32>)>,
    arrival: Option<Date>,
    policy_version: i32,
    is_permitted: bool,
    may_permit: bool,
}

/// What the clearances of a batch hold and would take, by record and clearance.
#[derive(Default)]
pub(super) struct Takings(BTreeMap<(usize, ClearanceId), Taking>);

/// What was permitted above a ceiling by one record.
pub(super) struct Permitted {
    override_id: Uuid,
    clearance_id: ClearanceId,
    area_id: AreaId,
    nights: Vec<Date>,
    policy_version: i32,
    reason: String,
}

impl Takings {
    /// Reads the answer of `takings.sql`.
    pub(super) fn read(rows: &[Row]) -> Result<Self, RecordError> {
        let mut all = BTreeMap::new();
        for row in rows {
            let asked = asked(row).map_err(RecordError::Database)?;
            let taking = taking(row).map_err(RecordError::Database)?;
            all.insert(asked, taking.ok_or(RecordError::Misuse("a place of an unknown kind"))?);
        }
        Ok(Self(all))
    }

    /// Lets the moves of a change take their places, in order, and answers what is permitted above
    /// a ceiling; or leaves the counts alone and says why not.
    pub(super) fn admit(
        &self,
        n: usize,
        change: &Change,
        counts: &mut Counts,
        own: &OwnPlaces,
    ) -> Result<Vec<Permitted>, Committed> {
        let mut mine: BTreeMap<&Place, u32> = BTreeMap::new();
        let mut arrivals = Vec::new();
        let mut permitted = Vec::new();
        let mut full = Vec::new();
        for step in change.moves.iter().filter(|step| enters(step)) {
            let Some(taking) = self.0.get(&(n, step.clearance_id)) else { continue };
            if !step.from.contains(&taking.state) || Hold::of(taking.state) == Hold::Binding {
                continue; // lost, or no place is taken anew
            }
            let over = taking.over(step.clearance_id, counts, &mine, own);
            if !over.is_empty() && !taking.is_permitted {
                match &step.places {
                    PlaceCheck::Override { reason } if taking.may_permit => {
                        let id = event_id(change.at);
                        permitted.push(taking.permit(id, step.clearance_id, &over, reason));
                    }
                    PlaceCheck::Override { .. } => {
                        return Err(Committed::NotAuthorized { rule: OVERBOOKING });
                    }
                    PlaceCheck::None | PlaceCheck::Within => full.extend(over.into_iter().cloned()),
                }
            }
            for (place, _) in &taking.places {
                *mine.entry(place).or_default() += 1;
            }
            let by_rule = step.to == MoveTo::State(ClearanceState::Cleared);
            arrivals.extend(taking.arrival.filter(|_| by_rule).map(|day| (&taking.area_id, day)));
        }
        if !full.is_empty() {
            full.sort();
            full.dedup();
            return Err(Committed::CeilingFull { nights: full });
        }
        for wish in &change.overbookings {
            let taking = self.0.get(&(n, wish.clearance_id)).filter(|taking| taking.may_permit);
            let taking = taking.ok_or(Committed::NotAuthorized { rule: OVERBOOKING })?;
            let over = taking.over(wish.clearance_id, counts, &mine, own);
            permitted.push(taking.permit(wish.override_id, wish.clearance_id, &over, &wish.reason));
        }
        for (place, places) in mine {
            counts.add(place, places);
        }
        for (area, day) in arrivals {
            counts.arrive(area, day);
        }
        Ok(permitted)
    }
}

impl Taking {
    /// Where no place is left, with those that the same record takes, and without those of what
    /// stands in for the clearance until it is decided.
    fn over(
        &self,
        id: ClearanceId,
        counts: &Counts,
        mine: &BTreeMap<&Place, u32>,
        own: &OwnPlaces,
    ) -> Vec<&Place> {
        let is_over = |(place, ceiling): &(Place, Option<u32>)| {
            let taken = counts.taken(place).saturating_sub(own.nights_for(id, place));
            let mine = mine.get(place).copied().unwrap_or_default();
            ceiling.is_some_and(|most| taken.saturating_add(mine) >= most)
        };
        self.places.iter().filter(|place| is_over(place)).map(|(place, _)| place).collect()
    }

    fn permit(
        &self,
        override_id: Uuid,
        clearance_id: ClearanceId,
        over: &[&Place],
        reason: &str,
    ) -> Permitted {
        let mut nights: Vec<Date> = over.iter().map(|(_, night, _)| *night).collect();
        nights.sort();
        nights.dedup();
        Permitted {
            override_id,
            clearance_id,
            area_id: self.area_id.clone(),
            nights,
            policy_version: self.policy_version,
            reason: reason.to_owned(),
        }
    }
}

/// What one record permits, as rows; nobody permits anything namelessly.
pub(super) fn overrides<'r>(
    n: i32,
    entry: &Entry,
    permitted: &'r [Permitted],
    columns: &mut OverrideColumns<'r>,
) {
    let actor = entry.change.actor;
    let Some(person_id) = actor_id(actor) else { return };
    for one in permitted {
        columns.push(OverrideRow {
            n,
            override_id: one.override_id,
            clearance_id: one.clearance_id.0,
            area_id: one.area_id.as_str().to_owned(),
            nights: array_of(&one.nights),
            policy_version: one.policy_version,
            reason: &one.reason,
            capacity: actor.capacity.name(),
            person_id,
            at: entry.change.at,
        });
    }
}

/// Which record of the batch asks about which clearance.
fn asked(row: &Row) -> Result<(usize, ClearanceId), DatabaseError> {
    let n: i32 = row.try_get("n")?;
    Ok((usize::try_from(n).unwrap_or(usize::MAX), ClearanceId(row.try_get("clearance_id")?)))
}

/// A row of `takings.sql`; none where a count is of an unknown kind.
fn taking(row: &Row) -> Result<Option<Taking>, DatabaseError> {
    let area_id = AreaId::from(row.try_get::<_, &str>("area_id")?);
    let nights: Option<Vec<Date>> = row.try_get("place_nights")?;
    let keys: Option<Vec<&str>> = row.try_get("place_keys")?;
    let ceilings: Vec<Option<i64>> = row.try_get("ceilings")?;
    let (nights, keys) = (nights.unwrap_or_default(), keys.unwrap_or_default());
    let mut places = Vec::with_capacity(nights.len() * keys.len());
    for (named, ceiling) in keys.into_iter().zip(ceilings) {
        let (kind, key) = named.split_once(':').unwrap_or((named, ""));
        let Some(key) = key_of(kind, key) else { return Ok(None) };
        let most = ceiling.map(|most| u32::try_from(most.max(0)).unwrap_or(u32::MAX));
        let own = nights.iter().map(|night| ((area_id.clone(), *night, key.clone()), most));
        places.extend(own);
    }
    let counts_arrival: bool = row.try_get("counts_arrival")?;
    let arrive: Date = row.try_get("arrive")?;
    Ok(Some(Taking {
        // a state that nobody knows takes no place
        state: ClearanceState::named(row.try_get("state")?).unwrap_or(ClearanceState::Expired),
        area_id,
        places,
        arrival: counts_arrival.then_some(arrive),
        policy_version: row.try_get("policy_version")?,
        is_permitted: row.try_get("permitted")?,
        may_permit: row.try_get("may_permit")?,
    }))
}
