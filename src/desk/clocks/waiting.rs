//! What waits for a decision or an answer: a page at a time, a trip at a time.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::due::{Due, Quiet, REMINDER_HOURS, Wait, due};
use super::store::{self, Look, Waiting};
use super::telling::Step;
use super::{ClockError, Clocks, Page};
use crate::atlas::Atlas;
use crate::model::{Clock, EscalationHours, RuleId, TripId};

/// Clearances of one page.
const ITEMS: i64 = 200;
/// Both the official and the stand-in are silent: the rule of stand-ins (R-806, c.9).
const R_806: RuleId = RuleId("R-806");
/// The end of a window (R-1001).
const R_1001: RuleId = RuleId("R-1001");

impl Clocks {
    /// Looks at a page of what waits.
    pub(super) async fn waiting(&self) -> Result<Page, ClockError> {
        let page = store::due(self.database(), ITEMS).await?;
        if page.is_empty() {
            return Ok(Page::Empty);
        }
        let atlas = self.atlas();
        let (mut looks, mut trips) = (Vec::new(), BTreeMap::<TripId, Vec<Step<'_>>>::new());
        for item in &page {
            let Due { rings, moves, next_at } = self.due_over(item, &atlas);
            if rings.is_empty() && moves.is_none() {
                looks.push(Look {
                    clearance_id: item.subject.clearance_id,
                    entry: item.entry,
                    next_at,
                    departs_at: item.departs_at,
                });
                continue;
            }
            let moves = moves.map(|quiet| (quiet, rule_of(quiet)));
            let step = Step { subject: &item.subject, decider: item.decider, rings, moves };
            trips.entry(item.subject.trip_id).or_default().push(step);
        }
        let set = store::set(self.database(), &looks).await?;
        let round = self.tell(trips).await?;
        Ok(if set > 0 { Page::Done(round) } else { Page::of(round) })
    }

    fn due_over(&self, item: &Waiting, atlas: &Atlas) -> Due {
        let now = item.subject.now;
        let area = item.subject.area_id.as_ref().and_then(|id| atlas.area(id));
        let day = SignedDuration::from_hours(REMINDER_HOURS);
        // work within a day is no more than a day: nothing to compute before
        let waits_long = now.duration_since(item.since) >= day
            && !item.rang.contains(&(Clock::Reminder, item.entry));
        let reminder_at = area.filter(|_| waits_long).and_then(|area| {
            let working = (self.parts.working_time)(area.id(), area.country());
            working.after(&area.ground.zone, item.since, day)
        });
        // headquarters works around the clock
        let reminder_at = reminder_at
            .or_else(|| if area.is_none() { item.since.checked_add(day).ok() } else { None });
        let wait = Wait {
            state: item.subject.state,
            entry: item.entry,
            since: item.since,
            departs_at: item.departs_at,
            valid_to: item.valid_to,
            reminder_at,
            rang: item.rang.clone(),
        };
        let hours = area.map_or_else(EscalationHours::default, |a| a.policy.escalation_hours);
        due(&wait, hours, now)
    }
}

const fn rule_of(quiet: Quiet) -> RuleId {
    match quiet {
        Quiet::Escalated => R_806,
        Quiet::Expired | Quiet::Completed => R_1001,
    }
}
