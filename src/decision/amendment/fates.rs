//! What becomes of each clearance of the old version, and which stays of the new one stand.

use jiff::Timestamp;
use jiff::civil::Date;

use super::aspects::{Pair, is_other_matter};
use super::identity::{Mark, pairs};
use super::{Change, Material, rule_of};
use crate::model::{
    AreaId, ClearanceDecision, ClearanceState, Decision, Hull, MovementRule, Outcome, PersonFacts,
    PersonId, ReasonCode, RuleId, StandingStay, StayKind, Terrain, TerrainStay, TravellerRole,
    Trip,
};

/// One version of a trip on the ground of one world.
#[derive(Debug, Clone, Copy)]
pub struct Side<'s> {
    /// The trip.
    pub trip: &'s Trip,
    /// The ground, in the present world for both versions.
    pub terrain: &'s Terrain,
    /// What the rules say of it: both versions under one clock, with present facts, and with no
    /// place taken by anybody.
    pub decision: &'s Decision,
    /// The travellers as they were when the version was decided.
    pub people: &'s [PersonFacts],
}

/// A clearance on record, as far as its fate depends on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Holding {
    /// Whose.
    pub person_id: PersonId,
    /// Where.
    pub area_id: Option<AreaId>,
    /// Stay or passage.
    pub kind: StayKind,
    /// State.
    pub state: ClearanceState,
    /// Local day of arrival.
    pub arrive: Date,
    /// Local day of departure.
    pub depart: Option<Date>,
    /// Arrival.
    pub arrive_at: Timestamp,
    /// Departure.
    pub depart_at: Option<Timestamp>,
    /// The window that was decided, whatever adjustments there were.
    pub granted: Hull,
}

/// What becomes of a clearance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// Nothing of its stay changed: it is not looked at.
    Untouched,
    /// It stands, with other days or details.
    Adjusted,
    /// Its stay is decided again.
    Redecided,
    /// Its stay is no more, or asks for nothing any more.
    Removed,
}

/// The fate of one clearance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fate {
    /// What becomes of it.
    pub word: Word,
    /// Position of its stay in the new terrain; none where it is no more.
    pub stay: Option<usize>,
    /// Lines of the table that spoke.
    pub rules: Vec<RuleId>,
}

/// What a new version means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fates {
    /// Of each clearance, in the order given.
    pub clearances: Vec<Fate>,
    /// Stays that are not decided again.
    pub standing: Vec<StandingStay>,
}

/// Both versions, with the clearances of the old one.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The version on record.
    pub before: Side<'a>,
    /// The version that replaces it.
    pub after: Side<'a>,
    /// The current clearances; one that stands in for another is not among them.
    pub holdings: &'a [Holding],
}

/// What a new version of a trip means for its clearances (b.4).
pub fn fates(asked: &Asked<'_>) -> Fates {
    let people: Vec<PersonId> =
        asked.after.trip.travellers.iter().map(|one| one.person_id).collect();
    let held = asked.pair_holdings(&people);
    let spots = asked.pair_stays(&people);
    let mut clearances = Vec::with_capacity(asked.holdings.len());
    let mut standing = Vec::new();
    for (holding, spot) in asked.holdings.iter().zip(&held) {
        let fate = asked.fate(holding, spot.and_then(|at| spots.get(at)));
        if let (Some(stay), Word::Untouched | Word::Adjusted) = (fate.stay, fate.word) {
            let person_id = holding.person_id;
            standing.push(StandingStay { person_id, stay, has_clearance: true });
        }
        clearances.push(fate);
    }
    for (at, spot) in spots.iter().enumerate() {
        if !held.contains(&Some(at)) && asked.asks_nothing_still(spot) {
            let Spot { person_id, stay, .. } = *spot;
            standing.push(StandingStay { person_id, stay, has_clearance: false });
        }
    }
    Fates { clearances, standing }
}

/// A stay of the new version for one traveller, with the same stay of the old one.
#[derive(Debug, Clone, Copy)]
struct Spot {
    person_id: PersonId,
    stay: usize,
    before: Option<usize>,
}

impl<'a> Asked<'a> {
    /// Every traveller × stay of the new version, each with its old stay.
    fn pair_stays(&self, people: &[PersonId]) -> Vec<Spot> {
        let marks = |side: &Side<'a>, person| -> Vec<Mark<'a>> {
            side.terrain.stays.iter().map(|stay| mark(side.terrain, stay, person)).collect()
        };
        let mut spots = Vec::new();
        for person_id in people.iter().copied() {
            let travelled =
                self.before.trip.travellers.iter().any(|one| one.person_id == person_id);
            let new = marks(&self.after, person_id);
            let found = pairs(&marks(&self.before, person_id), &new);
            spots.extend((0..new.len()).map(|stay| {
                let before = found.iter().position(|spot| *spot == Some(stay));
                Spot { person_id, stay, before: before.filter(|_| travelled) }
            }));
        }
        spots
    }

    /// For each clearance its spot among those of [`Asked::pair_stays`].
    fn pair_holdings(&self, people: &[PersonId]) -> Vec<Option<usize>> {
        let own: Vec<Mark<'_>> = self
            .holdings
            .iter()
            .map(|one| Mark {
                person: one.person_id,
                area: one.area_id.as_ref(),
                kind: one.kind,
                arrive: one.arrive,
                depart: one.depart,
                is_over: one.state.is_over(),
            })
            .collect();
        let terrain = self.after.terrain;
        let stays = people
            .iter()
            .flat_map(|person| terrain.stays.iter().map(|stay| mark(terrain, stay, *person)));
        pairs(&own, &stays.collect::<Vec<_>>())
    }

    fn fate(&self, holding: &Holding, spot: Option<&Spot>) -> Fate {
        let gone = rule_of(Change::Stay).id;
        let Some(spot) = spot else {
            return Fate { word: Word::Removed, stay: None, rules: vec![gone] };
        };
        let stay = Some(spot.stay);
        if spot.before.is_none() && holding.state.is_over() {
            // of a stay that went with an earlier version: this one is new
            return Fate { word: Word::Removed, stay: None, rules: vec![gone] };
        }
        let after = self.after.decided(spot.person_id, spot.stay);
        if after.is_none() && !holding.state.is_over() {
            return Fate { word: Word::Removed, stay, rules: vec![gone] };
        }
        let (changes, material) = self.changes(holding, spot, after);
        let word = match (changes.is_empty(), material) {
            (true, _) => Word::Untouched,
            (false, false) => Word::Adjusted,
            (false, true) => Word::Redecided,
        };
        Fate { word, stay, rules: changes.into_iter().map(|change| rule_of(change).id).collect() }
    }

    /// What differs, and whether any of it matters to the decision.
    fn changes(
        &self,
        holding: &Holding,
        spot: &Spot,
        after: Option<&ClearanceDecision>,
    ) -> (Vec<Change>, bool) {
        let Some(new) = self.after.terrain.stays.get(spot.stay) else { return (Vec::new(), false) };
        let mut changes = Vec::new();
        let old = spot.before.and_then(|at| self.before.terrain.stays.get(at));
        if let Some(old) = old {
            changes = Pair { before: &self.before, after: &self.after, old, new }.changes();
        }
        if (new.arrive_at, new.depart_at) != (holding.arrive_at, holding.depart_at) {
            let within = is_within(new, holding.granted);
            changes.push(if within { Change::DaysWithinGrace } else { Change::Days });
        }
        if is_other_matter(self.before.trip, self.after.trip) || self.is_other_person(holding) {
            changes.push(Change::Matter);
        }
        if holding.state == ClearanceState::Returned {
            changes.push(Change::Answer);
        }
        let before = spot.before.and_then(|at| self.before.decided(spot.person_id, at));
        if let (Some(before), Some(after)) = (before, after) {
            if is_judged_otherwise(holding.state, before.outcome, after.outcome) {
                changes.push(Change::Judgement);
            }
            let nights = (after.arrive, after.depart) != (holding.arrive, holding.depart);
            let by_rule = before.outcome.max(after.outcome) <= Outcome::Auto;
            if nights && by_rule && holding.state.is_undecided() {
                changes.push(Change::WaitingNights);
            }
        }
        let material = changes.iter().any(|change| self.is_material(*change, new, after));
        changes.sort_unstable();
        (changes, material)
    }

    fn is_material(
        &self,
        change: Change,
        new: &TerrainStay,
        after: Option<&ClearanceDecision>,
    ) -> bool {
        match rule_of(change).material {
            Material::Never => false,
            Material::Always | Material::Refused => true,
            Material::WhereAPersonDecides => after.is_some_and(|after| {
                let off_list = change == Change::Lodging
                    && after
                        .findings
                        .iter()
                        .any(|one| one.reason == ReasonCode::LodgingNotApproved);
                off_list || is_manual_area(after)
            }),
            Material::WhereRoadsAreControlled => {
                let area = new.area.and_then(|at| self.after.terrain.areas.get(at));
                let policy = area.and_then(|area| area.policy.as_deref());
                policy.is_none_or(|policy| policy.movement_rule != MovementRule::Free)
            }
        }
    }

    /// The person is of another category, or came as family, or family came with them.
    fn is_other_person(&self, holding: &Holding) -> bool {
        let category = |side: &Side<'_>| {
            let mut people = side.people.iter();
            people
                .find(|one| one.person.person_id == holding.person_id)
                .map(|one| one.person.category)
        };
        let family = |trip: &Trip| {
            let family = trip.travellers.iter().filter(|one| one.role == TravellerRole::Family);
            let mut family: Vec<PersonId> = family.map(|one| one.person_id).collect();
            family.sort_unstable();
            family
        };
        let known = category(&self.before).zip(category(&self.after));
        known.is_some_and(|(before, after)| before != after)
            || family(self.before.trip) != family(self.after.trip)
    }

    /// Nothing was asked of the old stay, and nothing of it changed.
    fn asks_nothing_still(&self, spot: &Spot) -> bool {
        let stays = (
            spot.before.and_then(|at| self.before.terrain.stays.get(at)),
            self.after.terrain.stays.get(spot.stay),
        );
        let (Some(old), Some(new)) = stays else { return false };
        let same_days = (old.arrive_at, old.depart_at) == (new.arrive_at, new.depart_at);
        same_days
            && !is_other_matter(self.before.trip, self.after.trip)
            && Pair { before: &self.before, after: &self.after, old, new }.changes().is_empty()
    }
}

impl Side<'_> {
    fn decided(&self, person: PersonId, stay: usize) -> Option<&ClearanceDecision> {
        let mut decided = self.decision.clearances.iter();
        decided.find(|one| one.person_id == person && one.stay == stay)
    }
}

fn mark<'t>(terrain: &'t Terrain, stay: &TerrainStay, person: PersonId) -> Mark<'t> {
    let area = stay.area.and_then(|at| terrain.areas.get(at));
    Mark {
        person,
        area: area.map(|area| &area.area_id),
        kind: stay.kind,
        arrive: stay.arrive,
        depart: stay.depart,
        is_over: false,
    }
}

/// The stay lies in the window that was decided: up to the early grace before the arrival that was
/// decided, up to the late grace after the departure.
fn is_within(stay: &TerrainStay, (from, to): Hull) -> bool {
    let ends_within = match (stay.depart_at, to) {
        (_, None) => true,
        (Some(depart), Some(to)) => depart <= to,
        (None, Some(_)) => false,
    };
    from <= stay.arrive_at && ends_within
}

/// A positive word must not be milder than what the rules would now say; one that is not positive
/// gains by whatever is better. Between a notification and a decision every change counts.
fn is_judged_otherwise(state: ClearanceState, before: Outcome, after: Outcome) -> bool {
    let notice = |outcome: Outcome| outcome <= Outcome::Notify;
    let waits = !state.is_positive() && state != ClearanceState::Suspended && !state.is_over();
    before < after || notice(before) != notice(after) || (waits && after < before)
}

/// A person decides by the area's status or mode, whatever else is found.
fn is_manual_area(decision: &ClearanceDecision) -> bool {
    let by_area = |reason| {
        matches!(
            reason,
            ReasonCode::AreaManual
                | ReasonCode::AreaMscr
                | ReasonCode::AreaSuspended
                | ReasonCode::AreaClosed
        )
    };
    decision.findings.iter().any(|one| by_area(one.reason))
}
