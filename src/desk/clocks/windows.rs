//! Positive clearances that time passes over: arrivals that nobody confirmed (R-1005), and windows
//! that ended (c.10).

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::due::Quiet;
use super::store::{self, Ended, Overdue};
use super::telling::{Step, opened};
use super::{ClockError, Clocks, Page, Round};
use crate::model::{
    ClearanceMove, ClearanceState, Clock, Committed, LostMoves, MoveTo, Record, RuleId, Seen,
    TripId,
};

/// Clearances of one page.
const CLEARANCES: i64 = 200;
/// Hours after the planned arrival at which the clock rings, and at which nobody comes any more
/// (R-1005).
const OVERDUE_HOURS: [i32; 2] = [24, 72];
/// How far a look goes back behind what is done: what a commit under way was about to leave.
const SLACK: SignedDuration = SignedDuration::from_hours(1);
const R_1001: RuleId = RuleId("R-1001");
const R_1005: RuleId = RuleId("R-1005");

impl Clocks {
    /// Looks at a page of overdue arrivals.
    pub(super) async fn overdue(&self, done: Timestamp) -> Result<Page, ClockError> {
        let over = SignedDuration::from_hours(OVERDUE_HOURS[1].into()).saturating_add(SLACK);
        let after = done.checked_sub(over).unwrap_or(Timestamp::UNIX_EPOCH);
        let page = store::overdue(self.database(), after, OVERDUE_HOURS, CLEARANCES).await?;
        if page.is_empty() {
            return Ok(Page::Empty);
        }
        let mut trips = BTreeMap::<TripId, Vec<Step<'_>>>::new();
        for Overdue { subject, over, rang } in &page {
            // it rings before it ends, however late it is looked at
            let rings = if *rang { Vec::new() } else { vec![(Clock::OverdueArrival, 0)] };
            let moves = (*rang && *over).then_some((Quiet::Expired, R_1005));
            let step = Step { subject, decider: None, rings, moves };
            trips.entry(subject.trip_id).or_default().push(step);
        }
        let round = self.tell(trips).await?;
        Ok(Page::of(round))
    }

    /// Closes a page of windows that ended.
    pub(super) async fn windows(&self, done: Timestamp) -> Result<Page, ClockError> {
        let after = done.checked_sub(SLACK).unwrap_or(Timestamp::UNIX_EPOCH);
        let page = store::ended(self.database(), after, CLEARANCES).await?;
        let Some(now) = page.first().map(|one| one.now) else { return Ok(Page::Empty) };
        let mut change = opened(now, self.atlas().version());
        change.lost = LostMoves::Skip;
        let mut round = Round::default();
        for one in &page {
            let quiet = end_of(one);
            round.count(quiet);
            let to = MoveTo::State(quiet.state());
            let step = ClearanceMove::new(one.clearance_id, one.trip_id, vec![one.state], to);
            change.moves.push(ClearanceMove { rules: vec![R_1001], ..step });
        }
        let record = Record { seen: Seen::default(), claim: None, change };
        let committed = self.parts.recorder.commit(record).await?;
        let done = matches!(
            committed,
            Committed::Written { skipped, .. } if skipped.len() < page.len()
        );
        Ok(if done { Page::Done(round) } else { Page::Stuck })
    }
}

/// Where the end of a window leads: a stay that was seen is complete, and so is what was only on
/// record; the rest was never used.
const fn end_of(one: &Ended) -> Quiet {
    if one.arrived || matches!(one.state, ClearanceState::Notified) {
        Quiet::Completed
    } else {
        Quiet::Expired
    }
}
