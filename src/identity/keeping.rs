//! Keeping the calendar of an area: its own working week and holidays, in which the clocks of c.9
//! count.

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::Date;

use super::calendar::{Calendar, Place, Week};
use super::register::{Register, RegisterError};
use super::store::calendars as store;
use crate::access::{Extent, Pass, act};
use crate::model::{AreaId, PersonId, WorkingTime};

/// A day on which nobody works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Holiday {
    pub(super) day: Date,
    pub(super) name: String,
}

/// What is on record of when an area works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AreaCalendar {
    pub(super) area_id: AreaId,
    pub(super) country: Option<CompactString>,
    /// Changes so far; 0 where the area has none of its own.
    pub(super) version: i32,
    pub(super) changed: Option<(PersonId, Timestamp)>,
    pub(super) own: Times,
    pub(super) of_country: Times,
}

/// A week and holidays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Times {
    /// None where it is not the area's, or the country's, to say.
    pub(super) week: Option<Week>,
    pub(super) holidays: Vec<Holiday>,
}

impl AreaCalendar {
    /// As the clocks count.
    pub(super) fn in_force(&self) -> WorkingTime {
        let mut calendar = Calendar::default();
        let places = [
            (Some(Place::Area(self.area_id.clone())), &self.own),
            (self.country.clone().map(Place::Country), &self.of_country),
        ];
        for (place, times) in places {
            let Some(place) = place else { continue };
            let days = times.holidays.iter().map(|holiday| holiday.day);
            calendar.holidays.insert(place.clone(), days.collect());
            calendar.weeks.extend(times.week.clone().map(|week| (place, week)));
        }
        calendar.of(&self.area_id, self.country.as_deref())
    }
}

impl Register {
    /// The calendar of an area by its id.
    pub(super) async fn calendar(&self, area: &str) -> Result<AreaCalendar, RegisterError> {
        store::read(self.database(), area).await?.ok_or(RegisterError::Hidden)
    }

    /// Replaces what an area says of itself. `permit` sees the version that is replaced.
    pub(super) async fn keep_calendar<E: From<RegisterError>>(
        &self,
        pass: &Pass<act::KeepCalendar>,
        area: &str,
        times: &Times,
        permit: impl FnOnce(i32) -> Result<(), E>,
    ) -> Result<AreaCalendar, E> {
        let before = self.calendar(area).await?;
        let by = pass.principal().person().ok_or(RegisterError::Hidden)?;
        let mut extents = pass.scope().extents().iter();
        if !extents.any(|(extent, _)| reaches(extent, &before)) {
            return Err(RegisterError::NotEntitled("the appointment is for other areas").into());
        }
        permit(before.version)?;
        let kept = store::write(self.database(), (area, before.version), times, by).await;
        if !kept.map_err(RegisterError::from)? {
            return Err(RegisterError::Overtaken("another has changed it meanwhile").into());
        }
        self.hear().await;
        Ok(self.calendar(area).await?)
    }
}

fn reaches(extent: &Extent, area: &AreaCalendar) -> bool {
    match extent {
        Extent::Everywhere => true,
        Extent::Land { areas, countries } => {
            let in_country = |country: &CompactString| countries.contains(country);
            areas.contains(&area.area_id) || area.country.as_ref().is_some_and(in_country)
        }
        Extent::Own(_) | Extent::Organization(_) => false,
    }
}
