//! Places under ceilings: what a stay takes and what is taken already (c.5).

use jiff::civil::Date;

use crate::model::{AreaId, CountKey, Facts, NightCount};

/// What a stay takes: one place on each night, in each count. Empty where nothing is limited.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Demand {
    /// Nights, or the day of a same-day visit that counts.
    pub(super) nights: Vec<Date>,
    /// The limited counts it falls under, with their limits: total, organization, category.
    pub(super) keys: Vec<(CountKey, u32)>,
}

/// Places taken: the counts handed in, and those that earlier clearances of the same decision
/// take if they are recorded.
#[derive(Debug)]
pub(super) struct Tally<'a> {
    facts: &'a Facts,
    /// Positions of the night counts, in order of area, night and key.
    order: Vec<usize>,
    /// Places taken within this decision, beside `order`'s positions.
    taken: Vec<u32>,
    /// Arrivals cleared within this decision, beside the facts' positions.
    arrived: Vec<u32>,
}

impl<'a> Tally<'a> {
    /// The counts handed in, ready to be looked up.
    pub(super) fn new(facts: &'a Facts) -> Self {
        let mut order: Vec<usize> = (0..facts.nights.len()).collect();
        order.sort_unstable_by_key(|&at| facts.nights.get(at).map(place));
        Self { facts, taken: vec![0; order.len()], arrived: vec![0; facts.arrivals.len()], order }
    }

    fn find(&self, area: &AreaId, night: Date, key: &CountKey) -> Option<usize> {
        let wanted = Some((area, night, key));
        self.order.binary_search_by_key(&wanted, |&at| self.facts.nights.get(at).map(place)).ok()
    }

    /// Places taken on a night; none where the count was not handed in.
    pub(super) fn taken(&self, area: &AreaId, night: Date, key: &CountKey) -> Option<u32> {
        let found = self.find(area, night, key)?;
        let count = self.order.get(found).and_then(|&at| self.facts.nights.get(at))?;
        let within = self.taken.get(found).copied().unwrap_or_default();
        Some(count.committed.saturating_add(count.residents).saturating_add(within))
    }

    fn find_arrivals(&self, area: &AreaId, day: Date) -> Option<usize> {
        self.facts.arrivals.iter().position(|(known, on, _)| known == area && *on == day)
    }

    /// Arrivals by rule counted for a day; none where the count was not handed in.
    pub(super) fn arrived(&self, area: &AreaId, day: Date) -> Option<u32> {
        let found = self.find_arrivals(area, day)?;
        let (.., counted) = self.facts.arrivals.get(found)?;
        let within = self.arrived.get(found).copied().unwrap_or_default();
        Some(counted.saturating_add(within))
    }

    /// Takes the places of a cleared stay.
    pub(super) fn take(&mut self, area: &AreaId, demand: &Demand) {
        for &night in &demand.nights {
            for (key, _) in &demand.keys {
                let found = self.find(area, night, key);
                if let Some(taken) = found.and_then(|at| self.taken.get_mut(at)) {
                    *taken = taken.saturating_add(1);
                }
            }
        }
    }

    /// Counts a cleared arrival.
    pub(super) fn arrive(&mut self, area: &AreaId, day: Date) {
        let found = self.find_arrivals(area, day);
        if let Some(arrived) = found.and_then(|at| self.arrived.get_mut(at)) {
            *arrived = arrived.saturating_add(1);
        }
    }
}

fn place(count: &NightCount) -> (&AreaId, Date, &CountKey) {
    (&count.area_id, count.night, &count.key)
}
