//! Whether a fence stands at some instant of a span.

use jiff::{SignedDuration, Timestamp};

use super::Span;
use crate::model::{DailyHours, Fence, Validity, Zone};

/// A way is planned, not timed: this much earlier or later counts (fine-print.md, "Fences").
const AROUND: SignedDuration = SignedDuration::from_mins(60);

/// A span widened by the uncertainty of a way.
pub(super) fn widened((from, until): Span) -> Span {
    let from = from.checked_sub(AROUND).unwrap_or(Timestamp::MIN);
    (from, until.checked_add(AROUND).unwrap_or(Timestamp::MAX))
}

/// Whether the fence stands at some instant of the span, its hours read in the zone.
pub(super) fn stands(fence: &Fence, (from, until): Span, zone: &Zone) -> bool {
    fence.validity.meets(from, until)
        && fence.hours.is_none_or(|hours| {
            let within = clipped(fence.validity, (from, until));
            falls_into(hours, within, zone)
        })
}

/// The part of a span that lies in the validity.
pub(super) fn clipped(validity: Validity, (from, until): Span) -> Span {
    let from = validity.from.map_or(from, |start| start.max(from));
    (from, validity.until.map_or(until, |end| end.min(until)))
}

/// Whether some instant of the span lies in the hours of some local day. Equal hours mean all day.
fn falls_into(hours: DailyHours, (from, until): Span, zone: &Zone) -> bool {
    let all_day = hours.from == hours.to;
    if all_day || from.duration_until(until) >= SignedDuration::from_hours(25) {
        return true;
    }
    let at = |day: jiff::civil::Date, time| {
        let local = day.to_datetime(time);
        zone.rules().to_ambiguous_timestamp(local).compatible().unwrap_or(Timestamp::MAX)
    };
    // hours over midnight may have begun the day before
    let first = zone.day_of(from);
    let mut day = first.yesterday().unwrap_or(first);
    let last = zone.day_of(until);
    while day <= last {
        let begins = at(day, hours.from);
        let next = day.tomorrow().unwrap_or(day);
        let ends = at(if hours.from < hours.to { day } else { next }, hours.to);
        if begins <= until && from < ends {
            return true;
        }
        if next == day {
            break;
        }
        day = next;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(from: &str, to: &str) -> DailyHours {
        DailyHours { from: from.parse().unwrap(), to: to.parse().unwrap() }
    }

    fn meets(hours: DailyHours, from: &str, until: &str) -> bool {
        let zone = Zone::named("Africa/Nairobi").unwrap();
        falls_into(hours, (from.parse().unwrap(), until.parse().unwrap()), &zone)
    }

    #[test]
    fn hours_over_midnight_are_local() {
        let night = hours("22:00:00", "05:00:00");
        assert!(meets(night, "2026-12-01T19:00:00Z", "2026-12-01T19:00:00Z"));
        assert!(!meets(night, "2026-12-01T18:59:59Z", "2026-12-01T18:59:59Z"));
        assert!(meets(night, "2026-12-01T23:30:00Z", "2026-12-02T01:00:00Z"));
        assert!(!meets(night, "2026-12-02T02:00:00Z", "2026-12-02T18:00:00Z"));
        assert!(meets(night, "2026-12-02T01:59:59Z", "2026-12-02T18:00:00Z"));
    }

    #[test]
    fn hours_within_a_day() {
        let noon = hours("12:00:00", "14:00:00");
        assert!(meets(noon, "2026-12-01T09:00:00Z", "2026-12-01T09:30:00Z"));
        assert!(!meets(noon, "2026-12-01T11:00:00Z", "2026-12-01T12:00:00Z"));
        assert!(meets(noon, "2026-12-01T12:00:00Z", "2026-12-02T09:00:00Z"));
        assert!(meets(noon, "2026-12-01T12:00:00Z", "2026-12-02T13:00:01Z"));
    }
}
