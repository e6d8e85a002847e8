//! Working time of an area: what the clocks of c.9 count instead of hours.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};

use super::Zone;

/// No area closes for so many days in a row; the search for working time ends there.
const LONGEST_SEARCH_DAYS: usize = 3 * 366;

/// Days and hours on which an area works, in its local time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkingTime {
    /// Days of the week, 1 is Monday.
    pub week_days: BTreeSet<i8>,
    /// When a working day begins.
    pub opens: Time,
    /// When it ends. At or before `opens` is on the next day; equal means around the clock.
    pub closes: Time,
    /// Days on which nobody works. A shift belongs to the day on which it begins.
    pub holidays: BTreeSet<Date>,
}

impl Default for WorkingTime {
    /// Monday to Friday from 8 to 17.
    fn default() -> Self {
        Self {
            week_days: (1..=5).collect(),
            opens: Time::constant(8, 0, 0, 0),
            closes: Time::constant(17, 0, 0, 0),
            holidays: BTreeSet::new(),
        }
    }
}

impl WorkingTime {
    /// Working time between two instants; none where the second is not later.
    pub fn between(&self, zone: &Zone, from: Timestamp, to: Timestamp) -> SignedDuration {
        self.shifts(zone, from)
            .take_while(|(begins, _)| *begins < to)
            .map(|(begins, ends)| ends.min(to).duration_since(begins.max(from)))
            .filter(SignedDuration::is_positive)
            .fold(SignedDuration::ZERO, SignedDuration::saturating_add)
    }

    /// The instant by which so much working time has passed; none where that is years away.
    pub fn after(&self, zone: &Zone, from: Timestamp, work: SignedDuration) -> Option<Timestamp> {
        let mut left = work;
        for (begins, ends) in self.shifts(zone, from).take(LONGEST_SEARCH_DAYS) {
            let begins = begins.max(from);
            let part = ends.duration_since(begins);
            if !part.is_positive() {
                continue;
            }
            if part >= left {
                return begins.checked_add(left).ok();
            }
            left = left.saturating_sub(part);
        }
        None
    }

    /// Whether the area works at an instant.
    pub fn is_open(&self, zone: &Zone, at: Timestamp) -> bool {
        let mut near = self.shifts(zone, at).take_while(|(begins, _)| *begins <= at);
        near.any(|(_, ends)| at < ends)
    }

    /// Shifts in order, from the one that may still last at an instant.
    fn shifts(&self, zone: &Zone, from: Timestamp) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        let today = zone.day_of(from);
        let first = today.yesterday().unwrap_or(today);
        std::iter::successors(Some(first), |day| day.tomorrow().ok())
            .take(LONGEST_SEARCH_DAYS)
            .filter(|day| self.works_on(*day))
            .map(|day| {
                let last = if self.closes > self.opens { Ok(day) } else { day.tomorrow() };
                let ends = last.map_or(Timestamp::MAX, |last| zone.at(last, self.closes));
                (zone.at(day, self.opens), ends)
            })
    }

    fn works_on(&self, day: Date) -> bool {
        self.week_days.contains(&day.weekday().to_monday_one_offset())
            && !self.holidays.contains(&day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn nairobi() -> Zone {
        Zone::named("Africa/Nairobi").unwrap()
    }

    fn hours(hours: i64) -> SignedDuration {
        SignedDuration::from_hours(hours)
    }

    #[test]
    fn a_weekend_does_not_count() {
        let week = WorkingTime::default();
        // Friday the 20th, 16:00 in Nairobi, to Monday the 23rd, 10:00
        let (friday, monday) = (at("2026-11-20T13:00:00Z"), at("2026-11-23T07:00:00Z"));
        assert_eq!(week.between(&nairobi(), friday, monday), hours(3));
        assert_eq!(week.after(&nairobi(), friday, hours(3)), Some(monday));
        assert_eq!(week.between(&nairobi(), monday, friday), SignedDuration::ZERO);
    }

    #[test]
    fn a_holiday_does_not_count() {
        let mut week = WorkingTime::default();
        week.holidays.insert("2026-11-23".parse().unwrap());
        let friday = at("2026-11-20T13:00:00Z");
        assert_eq!(week.after(&nairobi(), friday, hours(3)), Some(at("2026-11-24T07:00:00Z")));
        assert!(!week.is_open(&nairobi(), at("2026-11-23T07:00:00Z")));
        assert!(week.is_open(&nairobi(), at("2026-11-24T07:00:00Z")));
    }

    #[test]
    fn another_weekend_and_the_local_day() {
        let sunday_to_thursday =
            WorkingTime { week_days: [7, 1, 2, 3, 4].into(), ..WorkingTime::default() };
        let amman = Zone::named("Asia/Amman").unwrap();
        // Thursday 16:00 to Sunday 09:00 in Amman, three hours ahead
        let (thursday, sunday) = (at("2026-11-19T13:00:00Z"), at("2026-11-22T06:00:00Z"));
        assert_eq!(sunday_to_thursday.between(&amman, thursday, sunday), hours(2));
    }

    #[test]
    fn a_night_shift_belongs_to_the_day_it_begins() {
        let nights = WorkingTime {
            opens: Time::constant(20, 0, 0, 0),
            closes: Time::constant(4, 0, 0, 0),
            ..WorkingTime::default()
        };
        let utc = Zone::utc();
        // Friday's shift lasts into Saturday; Saturday has none
        assert!(nights.is_open(&utc, at("2026-11-21T03:59:00Z")));
        assert!(!nights.is_open(&utc, at("2026-11-21T20:30:00Z")));
        let (friday, sunday) = (at("2026-11-20T00:00:00Z"), at("2026-11-22T00:00:00Z"));
        assert_eq!(nights.between(&utc, friday, sunday), hours(12));
    }

    #[test]
    fn around_the_clock_counts_every_hour_of_a_day_that_has_23() {
        let always = WorkingTime {
            week_days: (1..=7).collect(),
            opens: Time::midnight(),
            closes: Time::midnight(),
            ..WorkingTime::default()
        };
        let paris = Zone::named("Europe/Paris").unwrap();
        let (from, to) = (at("2026-03-28T23:00:00Z"), at("2026-03-29T22:00:00Z"));
        assert_eq!(always.between(&paris, from, to), hours(23));
        assert_eq!(always.after(&paris, from, hours(23)), Some(to));
    }

    #[test]
    fn who_never_works_is_not_waited_for() {
        let never = WorkingTime { week_days: BTreeSet::new(), ..WorkingTime::default() };
        let from = at("2026-11-20T13:00:00Z");
        assert_eq!(never.after(&Zone::utc(), from, hours(1)), None);
        assert_eq!(
            never.between(&Zone::utc(), from, at("2027-11-20T13:00:00Z")),
            SignedDuration::ZERO
        );
    }

    #[test]
    fn after_and_between_agree() {
        let week = WorkingTime::default();
        for minutes in (1..5000).step_by(37) {
            for start in ["2026-11-20T13:07:00Z", "2026-11-21T02:00:00Z", "2026-12-24T05:00:00Z"] {
                let (from, work) = (at(start), SignedDuration::from_mins(minutes));
                let then = week.after(&nairobi(), from, work).unwrap();
                assert_eq!(week.between(&nairobi(), from, then), work);
            }
        }
    }
}
