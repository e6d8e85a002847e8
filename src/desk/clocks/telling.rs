//! Records of what the clocks do: which ring, and where silence leads.

use jiff::Timestamp;

use super::audience::{Audience, People, audience};
use super::due::Quiet;
use super::store::Subject;
use crate::decision::RULESET_VERSION;
use crate::model::{
    Actor, Change, ClearanceMove, Clock, ClockNotice, LostMoves, MoveTo, Record, Role, RuleId,
    Seen, TripChange,
};

/// What is done about one clearance.
#[derive(Debug)]
pub(super) struct Step<'s> {
    pub(super) subject: &'s Subject,
    /// The role that the policy names.
    pub(super) decider: Option<Role>,
    /// Clocks that ring, each with its round.
    pub(super) rings: Vec<(Clock, i32)>,
    /// Where the clearance goes, and by which rule.
    pub(super) moves: Option<(Quiet, RuleId)>,
}

/// What is written about the clearances of one trip: all of it, or nothing where one of them has
/// moved on, or a clock rang already.
pub(super) fn record(steps: &[Step<'_>], people: &People, world_version: i64) -> Option<Record> {
    let first = steps.first()?.subject;
    let mut change = opened(first.now, world_version);
    change.trip = Some(TripChange {
        trip_id: first.trip_id,
        version: first.trip_version,
        organization: first.organization.clone(),
        personal: first.personal,
        new: None,
        withdrawn: false,
        clearances: Vec::new(),
    });
    for step in steps {
        change.notices.extend(step.rings.iter().map(|bell| notice(step, *bell, people)));
        if let Some((quiet, rule)) = step.moves {
            change.moves.push(quiet_move(step.subject, quiet, rule));
        }
    }
    Some(Record { seen: Seen::default(), claim: None, change })
}

/// A change by the rules that nothing is in yet.
pub(super) fn opened(now: Timestamp, world_version: i64) -> Change {
    let mut change = Change::empty(now, Actor::RULES, world_version, RULESET_VERSION);
    change.lost = LostMoves::Refuse;
    change
}

fn notice(step: &Step<'_>, (clock, round): (Clock, i32), people: &People) -> ClockNotice {
    let Audience { roles, persons } = audience(clock, step.subject, step.decider, people);
    ClockNotice {
        clearance_id: step.subject.clearance_id,
        area_id: step.subject.area_id.clone(),
        clock,
        round,
        roles,
        persons,
        while_in: vec![step.subject.state],
    }
}

fn quiet_move(subject: &Subject, quiet: Quiet, rule: RuleId) -> ClearanceMove {
    let to = MoveTo::State(quiet.state());
    let step = ClearanceMove::new(subject.clearance_id, subject.trip_id, vec![subject.state], to);
    ClearanceMove { rules: vec![rule], ..step }
}
