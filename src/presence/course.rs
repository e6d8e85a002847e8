//! What a report does, seen from the stay as it stands. Pure.

use jiff::{SignedDuration, Timestamp};

use super::error::PresenceError;
use super::store::Stay;
use crate::model::{ClearanceState, ReportKind};

/// How long after the planned arrival it can be said that nobody came.
const NO_SHOW_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// By how much a reporter's clock may be ahead.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// States in which somebody is expected or there.
const EXPECTED: [ClearanceState; 3] =
    [ClearanceState::Notified, ClearanceState::Cleared, ClearanceState::Approved];

/// What a report does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Course {
    /// It is on record already.
    Known,
    /// It is written while the clearance is in one of these states, and moves it.
    Report {
        /// States.
        while_in: Vec<ClearanceState>,
        /// Where to; none leaves it.
        to: Option<ClearanceState>,
    },
}

/// Judges a report of something that happened at an instant.
pub(super) fn course(
    stay: &Stay,
    kind: ReportKind,
    at: Timestamp,
) -> Result<Course, PresenceError> {
    let known = match kind {
        ReportKind::Arrived => stay.arrived_at,
        ReportKind::Briefed => stay.briefed_at,
        ReportKind::Departed => stay.departed_at,
        ReportKind::NoShow => stay.no_show_at,
    };
    if known.is_some() {
        return Ok(Course::Known);
    }
    let latest = stay.now.saturating_add(TOLERANCE).unwrap_or(stay.now);
    if at > latest {
        return Err(PresenceError::Future);
    }
    match kind {
        ReportKind::Arrived | ReportKind::Briefed => {
            let while_in = expected(stay)?;
            within(stay, at)?;
            Ok(Course::Report { while_in, to: None })
        }
        ReportKind::Departed => departed(stay, at),
        ReportKind::NoShow => no_show(stay),
    }
}

/// The state, if somebody is expected in it.
fn expected(stay: &Stay) -> Result<Vec<ClearanceState>, PresenceError> {
    if EXPECTED.contains(&stay.state) { Ok(vec![stay.state]) } else { Err(refused(stay.state)) }
}

fn refused(state: ClearanceState) -> PresenceError {
    if state.is_over() { PresenceError::Over(state) } else { PresenceError::NotPositive(state) }
}

fn within(stay: &Stay, at: Timestamp) -> Result<(), PresenceError> {
    let inside = stay.valid_from <= at && stay.valid_to.is_none_or(|end| at <= end);
    let (from, to) = (stay.valid_from, stay.valid_to);
    inside.then_some(()).ok_or(PresenceError::OutOfWindow { from, to })
}

/// Whoever is there can leave, whatever became of the clearance meanwhile; where it is live, it is
/// complete.
fn departed(stay: &Stay, at: Timestamp) -> Result<Course, PresenceError> {
    use ClearanceState as S;
    let live = EXPECTED.contains(&stay.state) || stay.state == S::Suspended;
    let was_there =
        stay.arrived_at.is_some() && !matches!(stay.state, S::Cancelled | S::Superseded);
    if !live && !was_there {
        return Err(refused(stay.state));
    }
    if at < stay.valid_from {
        let (from, to) = (stay.valid_from, stay.valid_to);
        return Err(PresenceError::OutOfWindow { from, to });
    }
    if stay.arrived_at.is_some_and(|arrived| at < arrived) {
        return Err(PresenceError::BeforeArrival);
    }
    Ok(Course::Report { while_in: vec![stay.state], to: live.then_some(S::Completed) })
}

fn no_show(stay: &Stay) -> Result<Course, PresenceError> {
    if stay.arrived_at.is_some() {
        return Err(PresenceError::Arrived);
    }
    let while_in =
        if stay.state == ClearanceState::Suspended { vec![stay.state] } else { expected(stay)? };
    let not_before = stay.arrive_at.saturating_add(NO_SHOW_AFTER).unwrap_or(Timestamp::MAX);
    if stay.now < not_before {
        return Err(PresenceError::TooEarly { not_before });
    }
    Ok(Course::Report { while_in, to: Some(ClearanceState::Expired) })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::model::{ClearanceId, ClearanceState as S, OrganizationId, PersonId, TripId};

    fn hours(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
    }

    /// A stay of four days whose window is from hour 76 to hour 244, looked at at an hour.
    fn stay(state: S, now: i64) -> Stay {
        Stay {
            clearance_id: ClearanceId(Uuid::nil()),
            trip_id: TripId(Uuid::nil()),
            trip_version: 1,
            organization: OrganizationId::from("org"),
            personal: false,
            person_id: PersonId(Uuid::nil()),
            sponsor: None,
            area_id: None,
            state,
            arrive_at: hours(100),
            valid_from: hours(76),
            valid_to: Some(hours(244)),
            arrived_at: None,
            briefed_at: None,
            departed_at: None,
            no_show_at: None,
            now: hours(now),
        }
    }

    fn moved(result: Result<Course, PresenceError>) -> Option<S> {
        match result.unwrap() {
            Course::Report { to, .. } => to,
            Course::Known => panic!("on record"),
        }
    }

    #[test]
    fn an_arrival_needs_a_clearance_and_its_window() {
        for state in EXPECTED {
            let arrived = course(&stay(state, 101), ReportKind::Arrived, hours(100));
            assert_eq!(moved(arrived), None, "{state:?}");
        }
        for &state in S::ALL.iter().filter(|state| !EXPECTED.contains(state)) {
            let refused = course(&stay(state, 101), ReportKind::Arrived, hours(100)).unwrap_err();
            let over = matches!(refused, PresenceError::Over(_));
            assert_eq!(over, state.is_over(), "{state:?}: {refused}");
        }
        for (at, now) in [(75, 80), (245, 250)] {
            let refused = course(&stay(S::Cleared, now), ReportKind::Briefed, hours(at));
            assert!(matches!(refused, Err(PresenceError::OutOfWindow { .. })), "{at}");
        }
        let ahead = course(&stay(S::Cleared, 99), ReportKind::Arrived, hours(100));
        assert!(matches!(ahead, Err(PresenceError::Future)));
    }

    #[test]
    fn a_second_report_changes_nothing() {
        let mut there = stay(S::Expired, 101);
        there.arrived_at = Some(hours(100));
        let again = course(&there, ReportKind::Arrived, hours(400)).unwrap();
        assert_eq!(again, Course::Known);
    }

    #[test]
    fn a_departure_completes_what_is_live_and_is_kept_of_whoever_was_there() {
        for state in [S::Notified, S::Cleared, S::Approved, S::Suspended] {
            let left = course(&stay(state, 120), ReportKind::Departed, hours(120));
            assert_eq!(moved(left), Some(S::Completed));
        }
        let mut revoked = stay(S::Revoked, 120);
        assert!(course(&revoked, ReportKind::Departed, hours(120)).is_err());
        revoked.arrived_at = Some(hours(100));
        assert_eq!(moved(course(&revoked, ReportKind::Departed, hours(120))), None);
        let before = course(&revoked, ReportKind::Departed, hours(99));
        assert!(matches!(before, Err(PresenceError::BeforeArrival)));
    }

    #[test]
    fn nobody_is_missed_before_a_day_has_passed() {
        let early = course(&stay(S::Approved, 123), ReportKind::NoShow, hours(123));
        let expected = hours(124);
        assert!(
            matches!(early, Err(PresenceError::TooEarly { not_before }) if not_before == expected)
        );
        let missed = course(&stay(S::Approved, 124), ReportKind::NoShow, hours(124));
        assert_eq!(moved(missed), Some(S::Expired));
        let mut there = stay(S::Approved, 130);
        there.arrived_at = Some(hours(100));
        let there = course(&there, ReportKind::NoShow, hours(130));
        assert!(matches!(there, Err(PresenceError::Arrived)));
    }
}
