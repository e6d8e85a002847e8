//! Records whose decision depends on counts that others take from at the same instant.

use std::fmt;

use jiff::civil::Date;

use super::judge::Question;
use super::places::Limits;
use super::warrant::Warrant;
use crate::model::{AreaId, Change, Claim, ClearanceId, ClearanceState, NightCount, Seen, TripId};

/// Makes the decision again with the counts under the locks: places on nights, arrivals on days.
/// It may be called more than once, and must give equal changes for equal counts.
pub type Decide = dyn Fn(&[NightCount], &[(AreaId, Date, u32)]) -> Change + Send + Sync;

/// A record for the limited lane (fine-print.md, "Lanes and locks").
pub struct Limited {
    /// As in a [`Record`](crate::model::Record).
    pub seen: Seen,
    /// As in a [`Record`](crate::model::Record).
    pub claim: Option<Claim>,
    /// The counts it depends on.
    pub limits: Limits,
    /// The new trip it will write, if it writes one.
    pub new_trip: Option<TripId>,
    /// Trips on record it will touch.
    pub trips: Vec<TripId>,
    /// The trip it amends, with its changes as they were read.
    pub amends: Option<(TripId, i32)>,
    /// Clearances it may give back besides those it expects: what they hold is not counted
    /// against it, nor what stands in for them.
    pub own: Vec<ClearanceId>,
    /// Clearances it may move and the states they must be in. Their nights are locked, and a move
    /// to a positive state is compared with the ceilings like anybody's.
    pub expects: Vec<(ClearanceId, Vec<ClearanceState>)>,
    /// A person's decision that asks the ceiling first: its power, lease and moves as they will be
    /// written, whatever the counts. None for rules.
    pub decision: Option<Box<Change>>,
    /// What it writes, by the counts.
    pub decide: Box<Decide>,
}

impl Limited {
    pub(super) fn question(&self, again: bool) -> Question<'_> {
        let expects = self.expects.iter();
        Question {
            seen: &self.seen,
            claim: self.claim.as_ref(),
            doubt: self.new_trip.as_ref().filter(|_| again),
            expects: expects.map(|(clearance, states)| (clearance, states.as_slice())).collect(),
            told: Vec::new(),
            trips: self.trips.clone(),
            warrant: self.decision.as_deref().and_then(Warrant::of),
            amends: self.amends.as_ref().map(|(trip, change_no)| (trip, *change_no)),
            change: self.decision.as_deref(),
        }
    }
}

impl fmt::Debug for Limited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limited").field("limits", &self.limits).finish_non_exhaustive()
    }
}
