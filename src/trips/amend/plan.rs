//! Which clearances stand, by the counts as they are, and what is decided again.

use std::collections::BTreeSet;

use jiff::Span;
use jiff::civil::Date;

use super::super::case::{Case, Decided, Matter};
use super::super::store::StandingRow;
use super::next::Next;
use crate::decision::{Fate, Holding, Word, decide, has_room, remedies};
use crate::model::{
    AreaId, ClearanceDecision, ClearanceId, ClearanceState, CountKey, Facts, NightCount, PersonId,
    RuleId, StandingStay, TerrainArea, TerrainStay,
};
use crate::record::Limits;

/// Counts under their locks: places on nights, arrivals by rule on days.
pub(super) type Counts<'c> = (&'c [NightCount], &'c [(AreaId, Date, u32)]);

/// A next version, decided.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// Of each clearance that has one, in the order of [`Next::rows`].
    pub(super) fates: Vec<Fate>,
    /// What is decided again.
    pub(super) decided: Decided,
}

/// Places that a clearance holds once it is adjusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) nights: Vec<Date>,
    pub(super) keys: Vec<CountKey>,
    pub(super) counts_arrival: bool,
}

impl StandingRow {
    /// As its fate depends on it.
    pub(super) fn holding(&self) -> Holding {
        let row = &self.row;
        Holding {
            person_id: row.person_id,
            area_id: row.area_id.clone(),
            kind: row.kind,
            state: row.state,
            arrive: row.arrive,
            depart: row.depart,
            arrive_at: self.arrive_at,
            depart_at: self.depart_at,
            granted: self.granted.unwrap_or((row.valid_from, row.valid_to)),
        }
    }

    /// Positive, or frozen: its places are binding, its window was granted.
    pub(super) fn is_binding(&self) -> bool {
        self.row.state.is_positive() || self.row.state == ClearanceState::Suspended
    }

    fn is_by_rule(&self) -> bool {
        self.row.state == ClearanceState::Cleared
            || (self.row.state == ClearanceState::Suspended
                && self.prior == Some(ClearanceState::Cleared))
    }
}

impl Next {
    /// Decides; without counts by those that were read.
    pub(super) fn plan(&self, counts: Option<Counts<'_>>) -> Plan {
        let mut facts = self.facts().clone();
        if let Some(counts) = counts {
            update(&mut facts, counts);
        }
        let mut fates = self.fates.clearances.clone();
        for (row, fate) in self.rows.iter().zip(&mut fates) {
            if fate.word == Word::Adjusted && row.is_binding() && !self.take(row, fate, &mut facts)
            {
                fate.word = Word::Redecided;
                fate.rules.push(RuleId("B-404"));
            }
        }
        facts.standing = self.standing(&fates);
        let Matter { trip, terrain, .. } = self.matter();
        let decision = decide(trip, &facts, terrain);
        let remedies = self.remedies(&facts, &decision.clearances);
        let case = Case { facts, ..self.case.clone() };
        Plan { fates, decided: Decided { case, decision, remedies } }
    }

    /// Takes the places of an adjusted clearance; false where a night or day it gains has none.
    fn take(&self, row: &StandingRow, fate: &Fate, facts: &mut Facts) -> bool {
        let Some((stay, area)) = self.ground(fate) else { return true };
        let held = self.held(row, stay, fate);
        let gained = |night: &&Date| {
            !(row.row.arrive <= **night && row.row.depart.is_none_or(|depart| **night < depart))
        };
        let gained: Vec<Date> = held.nights.iter().filter(gained).copied().collect();
        let ceilings = area.policy.as_ref().map(|policy| &policy.ceilings);
        let room = ceilings.is_none_or(|ceilings| {
            has_room(&area.area_id, &gained, &held.keys, ceilings, &facts.nights)
        });
        let day = (&area.area_id, stay.arrive);
        let quota = area.policy.as_ref().and_then(|policy| policy.auto_quota_per_day);
        let other_day = held.counts_arrival && row.is_by_rule() && stay.arrive != row.row.arrive;
        let arrived = facts.arrivals.iter_mut().find(|(area, on, _)| (area, *on) == day);
        let welcome = match (&arrived, quota.filter(|_| other_day)) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some((.., count)), Some(quota)) => *count < quota,
        };
        if !(room && welcome) {
            return false;
        }
        if let Some((.., count)) = arrived.filter(|_| held.counts_arrival && row.is_by_rule()) {
            *count += 1;
        }
        for count in &mut facts.nights {
            if count.area_id == area.area_id
                && held.nights.contains(&count.night)
                && held.keys.contains(&count.key)
            {
                count.committed += 1;
            }
        }
        true
    }

    /// The stay of a fate in the new terrain, and its area.
    pub(super) fn ground(&self, fate: &Fate) -> Option<(&TerrainStay, &TerrainArea)> {
        let terrain = &self.matter().terrain;
        let stay = terrain.stays.get(fate.stay?)?;
        Some((stay, terrain.areas.get(stay.area?)?))
    }

    /// What the rules say of a stay, no place taken.
    pub(super) fn judged(
        &self,
        person: PersonId,
        stay: Option<usize>,
    ) -> Option<&ClearanceDecision> {
        let mut judged = self.judged.clearances.iter();
        judged.find(|one| one.person_id == person && Some(one.stay) == stay)
    }

    /// What a clearance holds once it is adjusted to its stay. On the same days it holds what it
    /// held; else every night of the stay, in the counts it was in before, if it was in any.
    pub(super) fn held(&self, row: &StandingRow, stay: &TerrainStay, fate: &Fate) -> Held {
        let judged = self.judged(row.row.person_id, fate.stay);
        let counts_arrival = judged.map_or(row.counts_arrival, |one| one.counts_arrival);
        if (stay.arrive, stay.depart) == (row.row.arrive, row.row.depart) {
            let (nights, keys) = (row.places.clone(), row.place_keys.clone());
            return Held { nights, keys, counts_arrival: row.counts_arrival };
        }
        if row.place_keys.is_empty() {
            let (nights, keys) =
                judged.map(|one| (one.places.clone(), one.place_keys.clone())).unwrap_or_default();
            return Held { nights, keys, counts_arrival };
        }
        let days = stay.arrive.series(Span::new().days(1));
        let nights = days.take(usize::try_from(stay.nights.max(1)).unwrap_or(1)).collect();
        Held { nights, keys: row.place_keys.clone(), counts_arrival }
    }

    /// Stays that are not decided again.
    fn standing(&self, fates: &[Fate]) -> Vec<StandingStay> {
        let with = self.rows.iter().zip(fates).filter_map(|(row, fate)| {
            let stands = matches!(fate.word, Word::Untouched | Word::Adjusted);
            let stay = fate.stay.filter(|_| stands)?;
            Some(StandingStay { person_id: row.row.person_id, stay, has_clearance: true })
        });
        let bare = self.fates.standing.iter().copied().filter(|one| !one.has_clearance);
        with.chain(bare).collect()
    }

    /// Remedies of what is decided again: looked for in the whole trip, so that none of them makes a
    /// standing clearance worse.
    fn remedies(
        &self,
        facts: &Facts,
        decided: &[ClearanceDecision],
    ) -> Vec<Vec<crate::model::Remedy>> {
        let Matter { trip, terrain, atlas, settings, .. } = self.matter();
        if decided.is_empty() {
            return Vec::new();
        }
        let facts = Facts { standing: Vec::new(), ..facts.clone() };
        let whole = decide(trip, &facts, terrain);
        let found = remedies((trip, &facts, terrain), atlas, settings, &whole);
        let of = |one: &ClearanceDecision| {
            let mut pairs = whole.clearances.iter().zip(&found);
            let same = pairs.find(|(other, _)| {
                (other.person_id, other.stay, other.outcome)
                    == (one.person_id, one.stay, one.outcome)
            });
            same.map(|(_, remedies)| remedies.clone()).unwrap_or_default()
        };
        decided.iter().map(of).collect()
    }

    fn touched(&self) -> impl Iterator<Item = &StandingRow> {
        let rows = self.rows.iter().zip(&self.fates.clearances);
        rows.filter(|(_, fate)| fate.word != Word::Untouched).map(|(row, _)| row)
    }

    /// Clearances whose places may be given back: the touched ones; what stands in for them comes
    /// with them.
    pub(super) fn own(&self) -> Vec<ClearanceId> {
        self.touched().map(|row| row.row.clearance_id).collect()
    }

    /// Takes what the touched clearances hold out of the counts that were read.
    pub(super) fn leave_own_counts(&mut self) {
        let mut facts = self.case.facts.clone();
        for row in self.touched() {
            let id = row.row.clearance_id;
            for own in self.stand_ins_of(id).chain([row]).filter(|own| own.is_binding()) {
                for count in &mut facts.nights {
                    if Some(&count.area_id) == own.row.area_id.as_ref()
                        && own.places.contains(&count.night)
                        && own.place_keys.contains(&count.key)
                    {
                        count.committed = count.committed.saturating_sub(1);
                    }
                }
                let day = (own.row.area_id.as_ref(), own.row.arrive);
                let by_rule = own.counts_arrival && own.is_by_rule();
                for (area, on, count) in &mut facts.arrivals {
                    if by_rule && (Some(&*area), *on) == day {
                        *count = count.saturating_sub(1);
                    }
                }
            }
        }
        self.case.facts = facts;
    }

    /// Everything that may be given back or taken; empty where nothing is limited.
    pub(super) fn limits(&self, plan: &Plan) -> Limits {
        let decided: BTreeSet<(PersonId, usize)> =
            plan.decided.decision.clearances.iter().map(|one| (one.person_id, one.stay)).collect();
        let mut judged = self.judged.clone();
        let adjusted = |one: &ClearanceDecision| {
            self.rows.iter().zip(&plan.fates).any(|(row, fate)| {
                fate.word == Word::Adjusted
                    && (row.row.person_id, fate.stay) == (one.person_id, Some(one.stay))
            })
        };
        judged
            .clearances
            .retain(|one| decided.contains(&(one.person_id, one.stay)) || adjusted(one));
        let mut limits = Limits::of(&judged);
        limits.join(Limits::of(&plan.decided.decision));
        for row in self.touched() {
            let own = self.stand_ins_of(row.row.clearance_id).chain([row]);
            for own in own.filter(|own| !own.row.state.is_over()) {
                let Some(area) = &own.row.area_id else { continue };
                limits.give_back(area, &own.places, &own.place_keys);
                if own.counts_arrival {
                    limits.arrivals.insert((area.clone(), own.row.arrive));
                }
            }
        }
        for (row, fate) in self.rows.iter().zip(&plan.fates) {
            if let (Word::Adjusted, Some((stay, area))) = (fate.word, self.ground(fate)) {
                let held = self.held(row, stay, fate);
                limits.give_back(&area.area_id, &held.nights, &held.keys);
                if held.counts_arrival {
                    limits.arrivals.insert((area.area_id.clone(), stay.arrive));
                }
            }
        }
        limits
    }
}

fn update(facts: &mut Facts, (nights, arrivals): Counts<'_>) {
    for new in nights {
        let place = |old: &&mut NightCount| {
            old.area_id == new.area_id && old.night == new.night && old.key == new.key
        };
        match facts.nights.iter_mut().find(place) {
            Some(old) => *old = new.clone(),
            None => facts.nights.push(new.clone()),
        }
    }
    for (area, day, count) in arrivals {
        match facts.arrivals.iter_mut().find(|old| old.0 == *area && old.1 == *day) {
            Some(old) => old.2 = *count,
            None => facts.arrivals.push((area.clone(), *day, *count)),
        }
    }
}
