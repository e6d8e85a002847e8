//! When each area works: the usual week, the country's, or the area's own.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;
use jiff::civil::{Date, Time};

use crate::model::{AreaId, WorkingTime};

/// What a row of the calendar is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Area(AreaId),
    Country(CompactString),
}

/// Days of a week and the hours on them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Week {
    pub(super) days: BTreeSet<i8>,
    pub(super) opens: Time,
    pub(super) closes: Time,
}

/// Weeks and holidays that are on record.
#[derive(Debug, Default)]
pub(super) struct Calendar {
    pub(super) weeks: BTreeMap<Place, Week>,
    pub(super) holidays: BTreeMap<Place, BTreeSet<Date>>,
}

impl Calendar {
    /// The working time of an area: its own week before its country's before the usual one; the
    /// holidays of both.
    pub(super) fn of(&self, area: &AreaId, country: Option<&str>) -> WorkingTime {
        let area = Place::Area(area.clone());
        let country = country.map(|country| Place::Country(CompactString::from(country)));
        let places = [Some(&area), country.as_ref()];
        let week = places.into_iter().flatten().find_map(|place| self.weeks.get(place));
        let holidays = places.into_iter().flatten().filter_map(|place| self.holidays.get(place));
        let holidays = holidays.flatten().copied().collect();
        match week.cloned() {
            Some(Week { days, opens, closes }) => {
                WorkingTime { week_days: days, opens, closes, holidays }
            }
            None => WorkingTime { holidays, ..WorkingTime::default() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_areas_own_week_wins_and_the_holidays_of_both_count() {
        let mut calendar = Calendar::default();
        let area = AreaId::from("JOR-1");
        assert_eq!(calendar.of(&area, Some("JO")), WorkingTime::default());
        let week = |day: i8| Week {
            days: [day].into(),
            opens: Time::constant(9, 0, 0, 0),
            closes: Time::constant(15, 0, 0, 0),
        };
        let (of_area, of_country) = (Place::Area(area.clone()), Place::Country("JO".into()));
        calendar.weeks.insert(of_country.clone(), week(7));
        assert_eq!(calendar.of(&area, Some("JO")).week_days, [7].into());
        assert_eq!(calendar.of(&area, None), WorkingTime::default());
        calendar.weeks.insert(of_area.clone(), week(1));
        assert_eq!(calendar.of(&area, Some("JO")).week_days, [1].into());
        let days: [Date; 2] = ["2026-12-01".parse().unwrap(), "2026-12-02".parse().unwrap()];
        calendar.holidays.entry(of_area).or_default().insert(days[0]);
        calendar.holidays.entry(of_country).or_default().insert(days[1]);
        assert_eq!(calendar.of(&area, Some("JO")).holidays, days.into());
    }
}
