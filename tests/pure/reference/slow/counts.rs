//! Places under ceilings and arrivals in a day.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::Date;
use safeconduct::model::{CountKey, Outcome};

use super::{Against, Taken, View, policy_of};

impl View<'_> {
    /// nights and counts.
    pub(super) fn demand(&self) -> (Vec<Date>, BTreeSet<CountKey>) {
        let nothing = (Vec::new(), BTreeSet::new());
        let (Some(policy), Some(who)) = (policy_of(self.area), self.who) else { return nothing };
        let person = &who.person;
        let at_home = who.resident
            && person.duty_station_area_id.as_ref() == self.area.map(|area| &area.area_id);
        if at_home || !person.category.counts_in_ceiling() {
            return nothing;
        }
        let mut keys = BTreeSet::new();
        if policy.ceilings.total.is_some() {
            keys.insert(CountKey::Total);
        }
        if policy.ceilings.by_organization.contains_key(&person.organization) {
            keys.insert(CountKey::Organization(person.organization.clone()));
        }
        if policy.ceilings.by_category.contains_key(&person.category) {
            keys.insert(CountKey::Category(person.category));
        }
        if keys.is_empty() {
            return nothing;
        }
        let mut nights: Vec<Date> =
            (0..self.stay.nights).map(|n| self.stay.arrive + i64::from(n).days()).collect();
        if nights.is_empty() && policy.ceilings.count_day_visits {
            nights.push(self.stay.arrive);
        }
        (nights, keys)
    }

    pub(super) fn counts(
        &self,
        taken: &Taken,
        nights: &[Date],
        keys: &BTreeSet<CountKey>,
        all: &mut Against,
    ) {
        let (Some(area), Some(policy)) = (self.stay.area, policy_of(self.area)) else { return };
        let area_id = &self.terrain.areas[area].area_id;
        for key in keys {
            let limit = match key {
                CountKey::Total => policy.ceilings.total.unwrap(),
                CountKey::Organization(id) => policy.ceilings.by_organization[id],
                CountKey::Category(category) => policy.ceilings.by_category[category],
            };
            let held: Vec<Option<u32>> = nights
                .iter()
                .map(|night| {
                    let count = self.facts.nights.iter().find(|count| {
                        count.area_id == *area_id && count.night == *night && count.key == *key
                    })?;
                    let own = taken.places.iter().filter(|p| **p == (area, *night, key.clone()));
                    let own = u32::try_from(own.count()).unwrap();
                    Some(count.committed + count.residents + own)
                })
                .collect();
            if held.contains(&None) {
                all.push(("RULE_ERROR", Outcome::Manual, false));
            } else if held.iter().flatten().any(|&held| held >= limit) {
                let total = *key == CountKey::Total;
                let code = if total { "CEILING_FULL" } else { "ORG_QUOTA_FULL" };
                all.push((code, Outcome::Manual, false));
            }
        }
        let Some(quota) = policy.auto_quota_per_day.filter(|_| self.is_stay()) else { return };
        let day = self.stay.arrive;
        let known = self.facts.arrivals.iter().find(|a| a.0 == *area_id && a.1 == day);
        let own = taken.arrivals.iter().filter(|&&a| a == (area, day)).count();
        match known {
            None => all.push(("RULE_ERROR", Outcome::Manual, false)),
            Some((_, _, n)) if n + u32::try_from(own).unwrap() >= quota => {
                all.push(("QUOTA_DAY", Outcome::Manual, false));
            }
            Some(_) => {}
        }
    }
}
