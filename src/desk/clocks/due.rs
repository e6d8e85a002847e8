//! What is due over a clearance that waits (domain.md c.9, c.10). Pure.
//!
//! Silence is never consent: what a clock can move to is a [`Quiet`], and no [`Quiet`] is positive.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::model::{ClearanceState, Clock, EscalationHours};

/// Working hours after which somebody is reminded (c.9).
pub(super) const REMINDER_HOURS: i64 = 24;
/// What was sent back and not answered ends after so long, or at departure (c.9).
const UNANSWERED: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How long before it ends the requester is told that it is not cleared.
const WARNING: SignedDuration = SignedDuration::from_hours(24);
/// However far the next clock is, a clearance is looked at again within this time: its departure
/// or its area's hours may have changed.
const AT_LEAST_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// Where silence leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Quiet {
    /// Passed up.
    Escalated,
    /// Over, and it was never positive or never used.
    Expired,
    /// Over, after a stay.
    Completed,
}

impl Quiet {
    /// Everything that a clock can move a clearance to.
    #[cfg(test)]
    const ALL: [Self; 3] = [Self::Escalated, Self::Expired, Self::Completed];

    /// The state.
    pub(super) const fn state(self) -> ClearanceState {
        match self {
            Self::Escalated => ClearanceState::Escalated,
            Self::Expired => ClearanceState::Expired,
            Self::Completed => ClearanceState::Completed,
        }
    }
}

/// A clearance that waits, as far as its clocks depend on it.
#[derive(Debug, Clone)]
pub(super) struct Wait {
    /// Undecided, or sent back.
    pub(super) state: ClearanceState,
    /// The ledger entry since which it waits.
    pub(super) entry: i32,
    /// When that was.
    pub(super) since: Timestamp,
    /// First departure of the trip.
    pub(super) departs_at: Timestamp,
    /// End of the window; none for an open stay.
    pub(super) valid_to: Option<Timestamp>,
    /// When a working day will have passed; none where that is years away.
    pub(super) reminder_at: Option<Timestamp>,
    /// Clocks that rang, each with its round.
    pub(super) rang: BTreeSet<(Clock, i32)>,
}

/// What is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Due {
    /// Clocks that ring now, each with its round.
    pub(super) rings: Vec<(Clock, i32)>,
    /// Where the clearance goes now.
    pub(super) moves: Option<Quiet>,
    /// When it is to be looked at again if nothing is due now.
    pub(super) next_at: Timestamp,
}

/// Collects what is due, and when the next thing will be.
struct Dial<'w> {
    wait: &'w Wait,
    now: Timestamp,
    due: Due,
}

impl Dial<'_> {
    /// Whether an instant has come; one that has not is a reason to look again then.
    fn has_come(&mut self, at: Timestamp) -> bool {
        if at > self.now {
            self.due.next_at = self.due.next_at.min(at);
        }
        at <= self.now
    }

    /// A clock that rings from an instant on, once a round.
    fn ring(&mut self, clock: Clock, round: i32, at: Timestamp) {
        if !self.wait.rang.contains(&(clock, round)) && self.has_come(at) {
            self.due.rings.push((clock, round));
        }
    }

    /// Nothing ends before whoever travels was told that it is not cleared.
    fn expire(&mut self, at: Timestamp) {
        if self.has_come(at) && self.wait.rang.contains(&(Clock::NotCleared, 0)) {
            self.due.moves = Some(Quiet::Expired);
        }
    }
}

/// What is due over a clearance at an instant.
pub(super) fn due(wait: &Wait, hours: EscalationHours, now: Timestamp) -> Due {
    let next_at = later(now, AT_LEAST_EVERY);
    let mut dial = Dial { wait, now, due: Due { rings: Vec::new(), moves: None, next_at } };
    if wait.state == ClearanceState::Returned {
        let ends_at = unanswered_until(wait);
        dial.ring(Clock::NotCleared, 0, earlier(ends_at, WARNING));
        dial.expire(ends_at);
        return dial.due;
    }
    if let Some(reminder_at) = wait.reminder_at {
        dial.ring(Clock::Reminder, wait.entry, reminder_at);
    }
    let before = |hours: u32| earlier(wait.departs_at, SignedDuration::from_hours(hours.into()));
    dial.ring(Clock::Adviser, 0, before(hours.adviser));
    dial.ring(Clock::Official, 0, before(hours.official));
    dial.ring(Clock::Centre, 0, before(hours.centre));
    dial.ring(Clock::NotCleared, 0, wait.departs_at);
    let below = matches!(wait.state, ClearanceState::PendingReview | ClearanceState::Recommended);
    if below && dial.has_come(before(hours.official)) {
        dial.due.moves = Some(Quiet::Escalated);
    }
    if let Some(valid_to) = wait.valid_to {
        dial.expire(valid_to);
    }
    dial.due
}

/// When a clearance that was sent back ends: at departure or after 14 days; one that was sent back
/// after departure keeps what is left of its window.
fn unanswered_until(wait: &Wait) -> Timestamp {
    let at_most = later(wait.since, UNANSWERED);
    let end = if wait.departs_at > wait.since { Some(wait.departs_at) } else { wait.valid_to };
    end.map_or(at_most, |end| end.min(at_most))
}

fn earlier(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Mover;

    const DEPARTURE: i64 = 1000;

    fn hour(hour: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour)
    }

    /// Submitted at hour 0, reminded at hour 72, departing at hour 1000, valid until hour 1100.
    fn wait(state: ClearanceState) -> Wait {
        Wait {
            state,
            entry: 3,
            since: hour(0),
            departs_at: hour(DEPARTURE),
            valid_to: Some(hour(1100)),
            reminder_at: Some(hour(72)),
            rang: BTreeSet::new(),
        }
    }

    fn at(wait: &Wait, now: i64) -> Due {
        due(wait, EscalationHours::default(), hour(now))
    }

    /// Lets the clocks run to an hour, an hour at a time; what rang and moved, and when.
    fn run(mut wait: Wait, until: i64) -> Vec<(i64, String)> {
        let mut seen = Vec::new();
        for now in 0..=until {
            loop {
                let due = at(&wait, now);
                if due.rings.is_empty() && due.moves.is_none() {
                    assert!(due.next_at > hour(now), "it would be looked at for ever");
                    break;
                }
                seen.extend(due.rings.iter().map(|(clock, _)| (now, clock.as_str().to_owned())));
                wait.rang.extend(due.rings);
                if let Some(quiet) = due.moves {
                    seen.push((now, quiet.state().as_str().to_owned()));
                    wait.state = quiet.state();
                }
                if wait.state == ClearanceState::Expired {
                    return seen;
                }
            }
        }
        seen
    }

    fn words(seen: &[(i64, String)]) -> Vec<(i64, &str)> {
        seen.iter().map(|(at, what)| (*at, what.as_str())).collect()
    }

    #[test]
    fn no_clock_leads_to_anything_positive() {
        for quiet in Quiet::ALL {
            assert!(!quiet.state().is_positive(), "{quiet:?}");
            let from = ClearanceState::ALL.iter();
            assert!(from.clone().any(|from| from.may_become(quiet.state(), Mover::Rules)));
        }
    }

    #[test]
    fn the_life_of_a_request_that_nobody_answers() {
        let seen = run(wait(ClearanceState::PendingReview), 1200);
        let expected = [
            (72, "reminder"),
            (DEPARTURE - 72, "adviser"),
            (DEPARTURE - 48, "official"),
            (DEPARTURE - 48, "escalated"),
            (DEPARTURE - 24, "centre"),
            (DEPARTURE, "not_cleared"),
            (1100, "expired"),
        ];
        assert_eq!(words(&seen), expected);
    }

    #[test]
    fn an_appeal_is_watched_and_moves_by_nobodys_silence_before_its_end() {
        let seen = run(wait(ClearanceState::UnderAppeal), 1099);
        assert!(words(&seen).iter().all(|(_, what)| *what != "escalated" && *what != "expired"));
        assert!(words(&seen).contains(&(DEPARTURE - 24, "centre")));
    }

    #[test]
    fn what_comes_late_rings_everything_at_once_and_is_told_before_it_ends() {
        let mut late = wait(ClearanceState::PendingReview);
        late.reminder_at = None;
        let due = at(&late, DEPARTURE - 10);
        let clocks: Vec<Clock> = due.rings.iter().map(|(clock, _)| *clock).collect();
        assert_eq!(clocks, [Clock::Adviser, Clock::Official, Clock::Centre]);
        assert_eq!(due.moves, Some(Quiet::Escalated));
        // nobody looked for a month: the traveller is told first all the same
        late.state = ClearanceState::Escalated;
        let after = at(&late, 2000);
        assert!(after.rings.contains(&(Clock::NotCleared, 0)));
        assert_eq!(after.moves, None);
        late.rang.extend(after.rings);
        assert_eq!(at(&late, 2000).moves, Some(Quiet::Expired));
    }

    #[test]
    fn what_is_sent_back_ends_at_departure_or_after_fourteen_days() {
        let far = run(wait(ClearanceState::Returned), 1200);
        assert_eq!(words(&far), [(312, "not_cleared"), (336, "expired")]);
        let mut near = wait(ClearanceState::Returned);
        near.departs_at = hour(100);
        assert_eq!(words(&run(near, 1200)), [(76, "not_cleared"), (100, "expired")]);
        let mut gone = wait(ClearanceState::Returned);
        gone.departs_at = hour(-5);
        gone.valid_to = Some(hour(90));
        assert_eq!(words(&run(gone, 1200)), [(66, "not_cleared"), (90, "expired")]);
    }

    #[test]
    fn a_reminder_comes_again_after_the_next_move_and_an_open_stay_never_expires() {
        let mut open = wait(ClearanceState::Escalated);
        open.valid_to = None;
        open.rang.insert((Clock::Reminder, 2));
        assert_eq!(at(&open, 72).rings, [(Clock::Reminder, 3)]);
        open.rang.insert((Clock::Reminder, 3));
        assert!(at(&open, 73).rings.is_empty());
        assert_eq!(at(&open, 100_000).moves, None);
    }

    #[test]
    fn the_next_look_is_at_the_next_clock_and_within_the_hour() {
        let quiet = wait(ClearanceState::PendingReview);
        assert_eq!(at(&quiet, 10).next_at, hour(11));
        let half = hour(72) - SignedDuration::from_mins(30);
        let due = due(&quiet, EscalationHours::default(), half);
        assert_eq!(due.next_at, hour(72));
    }
}
