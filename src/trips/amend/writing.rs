//! What is written of a plan: a value, made of values.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::super::answer::{ClearanceAnswer, local};
use super::super::case::Matter;
use super::super::error::TripsError;
use super::super::facts::window as trip_window;
use super::super::recording::{absence, days, evidence, id, new_clearance, notes, owed, seen};
use super::super::store::StandingRow;
use super::super::submit::Summary;
use super::answer::{AmendedAnswer, Became};
use super::next::Next;
use super::plan::Plan;
use crate::decision::{Fate, RULESET_VERSION, STANDS_IN, Word, seats, window};
use crate::model::{
    Actor, Adjustment, Amendment, AreaId, Change, ClearanceId, ClearanceMove, ClearanceState,
    Event, EventKind, Hull, MoveTo, Mover, NewClearance, PersonId, RuleId, SavedAnswer, Seen,
    TripChange,
};

/// What becomes of the clearances on record, worked out once for what is written and what is told.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) moves: Vec<ClearanceMove>,
    pub(super) adjusts: Vec<Adjustment>,
    pub(super) successions: Vec<(ClearanceId, ClearanceId)>,
    /// Each clearance that has a fate: what it became, its successor, the lines that spoke.
    pub(super) became: Vec<(ClearanceId, Became, Option<ClearanceId>, Vec<RuleId>)>,
}

impl Next {
    /// Everything the plan read that may have changed since.
    pub(super) fn seen(&self, plan: &Plan) -> Seen {
        let mut seen = seen(&plan.decided);
        if let Some(window) = &mut seen.window {
            window.own = Some(self.trip_id());
        }
        seen
    }

    /// Ids and codes for the request's log line.
    pub(super) fn summary(&self, plan: &Plan) -> Summary {
        let decision = &plan.decided.decision;
        Summary {
            trip_id: Some(self.trip_id().to_string()),
            outcomes: decision.clearances.iter().map(|one| one.outcome.as_str()).collect(),
            world_version: decision.world_version,
        }
    }

    /// The whole of what is written, with the answer kept for repetitions.
    pub(super) fn change(&self, plan: &Plan) -> Result<Change, TripsError> {
        let decision = &plan.decided.decision;
        let outcome = self.outcome(plan)?;
        let told = self.told(plan, &outcome, true);
        let at = decision.decided_at;
        let mut change = Change::empty(at, Actor::RULES, decision.world_version, RULESET_VERSION);
        let whole = plan.decided.answer(&self.acting);
        let new = decision.clearances.iter().zip(&whole.clearances).zip(&self.ids.clearances);
        let clearances: Result<Vec<NewClearance>, _> =
            new.map(|(said, id)| new_clearance(&plan.decided, &self.weights, *id, said)).collect();
        let clearances = clearances?;
        let matter = self.matter();
        change.events = self.events(plan, &outcome, &clearances);
        change.flights = seats(&matter.trip, &self.facts().people, &matter.terrain);
        change.evidence = Some(evidence(&self.ids, &plan.decided)?);
        change.answer = Some(self.saved(&told)?);
        let (starts_at, ends_at) = trip_window(&matter.trip, &matter.terrain);
        let refs = &matter.trip.external_refs;
        change.amendment = Some(Box::new(Amendment {
            trip_id: self.trip_id(),
            reference: self.row.reference.clone(),
            change_no: self.change_no(),
            by: self.by,
            trip_kind: matter.trip.trip_kind,
            purpose: matter.trip.purpose,
            starts_at,
            ends_at,
            days: days(matter),
            travellers: self.hulls(&outcome, &clearances, (starts_at, ends_at)),
            external_refs: (!refs.is_empty()).then(|| serde_json::to_string(refs)).transpose()?,
            body: self.body.clone(),
            notes: serde_json::to_string(&notes(&plan.decided, &whole))?,
            changes: serde_json::to_string(&told.changes)?,
            adjusts: outcome.adjusts,
            successions: outcome.successions,
            left_flights: self.left_flights.clone(),
        }));
        change.moves = outcome.moves;
        change.trip = Some(TripChange {
            trip_id: self.trip_id(),
            version: self.row.version + 1,
            organization: self.row.organization.clone(),
            personal: self.row.personal,
            new: None,
            withdrawn: false,
            clearances,
        });
        Ok(change)
    }

    fn saved(&self, told: &AmendedAnswer) -> Result<SavedAnswer, serde_json::Error> {
        Ok(SavedAnswer {
            status: super::super::DONE,
            headers: vec![("etag".to_owned(), format!("\"v{}\"", self.change_no() + 1))],
            body: serde_json::to_vec(told)?.into(),
        })
    }

    /// What becomes of each clearance on record.
    pub(super) fn outcome(&self, plan: &Plan) -> Result<Outcome, TripsError> {
        let mut outcome = Outcome::default();
        let only_notices = self.leaves_only_notices(plan);
        for (row, fate) in self.rows.iter().zip(&plan.fates) {
            let id = row.row.clearance_id;
            match fate.word {
                Word::Untouched => {
                    outcome.became.push((id, Became::Untouched, None, Vec::new()));
                }
                Word::Adjusted => {
                    outcome.adjusts.extend(self.adjustment(row, fate)?);
                    outcome.became.push((id, Became::Adjusted, None, fate.rules.clone()));
                }
                Word::Redecided => self.replace(row, fate, plan, &mut outcome),
                Word::Removed => {
                    let to = if only_notices {
                        ClearanceState::Superseded
                    } else {
                        ClearanceState::Cancelled
                    };
                    let own = self.stand_ins_of(id).chain([row]);
                    let moves = own.filter_map(|own| leave(own, to, &fate.rules));
                    let moves: Vec<ClearanceMove> = moves.collect();
                    if !moves.is_empty() {
                        outcome.became.push((id, Became::Withdrawn, None, fate.rules.clone()));
                    }
                    outcome.moves.extend(moves);
                }
            }
        }
        Ok(outcome)
    }

    /// A clearance whose stay is decided again: it goes, unless it is positive and its successor
    /// waits.
    fn replace(&self, row: &StandingRow, fate: &Fate, plan: &Plan, outcome: &mut Outcome) {
        let id = row.row.clearance_id;
        let new = self.successor(row.row.person_id, fate.stay, plan);
        let successor = new.map(|(id, _)| id);
        let waits =
            new.is_some_and(|(_, state)| state.is_undecided() || state == ClearanceState::Returned);
        for own in self.stand_ins_of(id).chain([row]) {
            if let Some(successor) = successor.filter(|_| waits && own.row.state.is_positive()) {
                outcome.successions.push((own.row.clearance_id, successor));
            } else {
                let mut rules = fate.rules.clone();
                rules.push(STANDS_IN);
                outcome.moves.extend(leave(own, ClearanceState::Superseded, &rules));
            }
        }
        let stands = waits && row.row.state.is_positive();
        let became = if stands { Became::StandsIn } else { Became::Replaced };
        outcome.became.push((id, became, successor, fate.rules.clone()));
    }

    /// The new clearance of a person's stay, with its state.
    fn successor(
        &self,
        person: PersonId,
        stay: Option<usize>,
        plan: &Plan,
    ) -> Option<(ClearanceId, ClearanceState)> {
        let mut new = plan.decided.decision.clearances.iter().zip(&self.ids.clearances);
        let (decision, id) =
            new.find(|(one, _)| one.person_id == person && Some(one.stay) == stay)?;
        Some((*id, decision.state))
    }

    /// Whether nothing but notifications, or nothing at all, is left of the trip: then what goes is
    /// superseded, for a trip whose every clearance is withdrawn would be a withdrawn trip.
    fn leaves_only_notices(&self, plan: &Plan) -> bool {
        let stays = self.rows.iter().zip(&plan.fates);
        let stays = stays.filter(|(_, fate)| matches!(fate.word, Word::Untouched | Word::Adjusted));
        let kept = stays.map(|(row, _)| row.row.state);
        let new = plan.decided.decision.clearances.iter().map(|one| one.state);
        kept.chain(new).all(|state| state == ClearanceState::Notified || state.is_over())
    }

    /// A clearance that stands, as it shall be; none for one that is over.
    fn adjustment(&self, row: &StandingRow, fate: &Fate) -> Result<Option<Adjustment>, TripsError> {
        let Some((stay, area)) = self.ground(fate).filter(|_| !row.row.state.is_over()) else {
            return Ok(None);
        };
        let moved = (stay.arrive_at, stay.depart_at) != (row.arrive_at, row.depart_at);
        let present: Hull = (row.row.valid_from, row.row.valid_to);
        let (window, granted) = if !moved {
            (present, row.granted)
        } else if row.is_binding() {
            let granted = row.granted.unwrap_or(present);
            (window(stay, area.policy.as_deref(), Some(granted)), Some(granted))
        } else {
            (window(stay, area.policy.as_deref(), None), None)
        };
        let held = self.held(row, stay, fate);
        let judged = self.judged(row.row.person_id, fate.stay);
        let waits = row.row.state.is_undecided();
        let Matter { trip, atlas, .. } = self.matter();
        let departs_at = trip.itinerary.segments.first().map(|leg| leg.departs_at);
        let urgent_at = departs_at.filter(|_| waits).map(|departs_at| {
            self.weights.at(departs_at, row.submitted_at, row.security_level, false)
        });
        let mut people = self.facts().people.iter();
        let who = people.find(|one| one.person.person_id == row.row.person_id);
        let answer = self.adjusted_answer(row, fate, window);
        Ok(Some(Adjustment {
            clearance_id: row.row.clearance_id,
            arrive: stay.arrive,
            depart: stay.depart,
            arrive_at: stay.arrive_at,
            depart_at: stay.depart_at,
            nights: stay.nights,
            window,
            granted,
            due_by: judged.filter(|_| waits).and_then(|one| one.due_by),
            urgent_at,
            places: held.nights,
            place_keys: held.keys,
            counts_arrival: held.counts_arrival,
            absence: who.zip(judged).and_then(|(who, one)| absence(who, one, atlas)),
            conditions: owed(&answer)?,
            answer: serde_json::to_string(&answer)?,
            rules: fate.rules.clone(),
        }))
    }

    /// The answer of a clearance that stands: its days, window and due times follow the stay, and
    /// so does what the organization has yet to say; everything else is as it was decided.
    pub(super) fn adjusted_answer(
        &self,
        row: &StandingRow,
        fate: &Fate,
        window: Hull,
    ) -> ClearanceAnswer {
        let kept = row.row.answer.clone();
        let kept: Option<ClearanceAnswer> = kept.and_then(|kept| serde_json::from_value(kept).ok());
        let mut kept = kept.unwrap_or_else(|| ClearanceAnswer::erased(&row.row));
        if let Some((stay, area)) = self.ground(fate) {
            (kept.arrive, kept.depart, kept.nights) = (stay.arrive, stay.depart, stay.nights);
            kept.valid_from = local(window.0, Some(&area.zone));
            kept.valid_to = window.1.map(|at| local(at, Some(&area.zone)));
        }
        if let Some(judged) = self.judged(row.row.person_id, fate.stay) {
            let fresh = ClearanceAnswer::of(judged, &self.matter().terrain);
            if row.row.state.is_undecided() {
                kept.due_by = fresh.due_by;
            }
            let gate = |code: &str| code == "ORGANIZATION_GATE";
            kept.conditions.retain(|one| !gate(&one.code));
            for one in &mut kept.conditions {
                let same = fresh.conditions.iter().find(|new| {
                    (&new.code, &new.rule, &new.about) == (&one.code, &one.rule, &one.about)
                });
                if let Some(same) = same {
                    one.due.clone_from(&same.due);
                }
            }
        }
        kept.conditions.extend(self.gate_conditions(row, fate));
        kept
    }

    /// Events of the trip: that it was amended, for the areas of every stay that was touched, and
    /// one for each clearance that stands with other days or details.
    fn events(&self, plan: &Plan, outcome: &Outcome, new: &[NewClearance]) -> Vec<Event> {
        let at = plan.decided.decision.decided_at;
        let touched = self.rows.iter().zip(&plan.fates);
        let touched = touched.filter(|(_, fate)| fate.word != Word::Untouched);
        let mut areas: BTreeSet<AreaId> =
            touched.filter_map(|(row, _)| row.row.area_id.clone()).collect();
        areas.extend(new.iter().filter_map(|new| new.decision.area_id.clone()));
        let mut events = vec![self.event(at, EventKind::TripAmended, None, areas)];
        events.extend(outcome.adjusts.iter().map(|one| {
            let id = one.clearance_id;
            let row = self.rows.iter().find(|row| row.row.clearance_id == id);
            let area = row.and_then(|row| row.row.area_id.clone());
            self.event(at, EventKind::ClearanceAdjusted, Some(id), area.into_iter().collect())
        }));
        events
    }

    fn event(
        &self,
        at: Timestamp,
        kind: EventKind,
        clearance_id: Option<ClearanceId>,
        areas: BTreeSet<AreaId>,
    ) -> Event {
        Event {
            event_id: id(at),
            kind,
            at,
            trip_id: Some(self.trip_id()),
            trip_version: self.row.version + 1,
            clearance_id,
            areas: areas.into_iter().collect(),
            organization: Some(self.row.organization.clone()),
            personal: self.row.personal,
            reasons: Vec::new(),
        }
    }

    /// For each traveller the hull of the trip and of the windows of their clearances.
    fn hulls(
        &self,
        outcome: &Outcome,
        new: &[NewClearance],
        (starts_at, ends_at): (Timestamp, Timestamp),
    ) -> Vec<(crate::model::Traveller, Hull)> {
        let gone: BTreeSet<ClearanceId> =
            outcome.moves.iter().map(|step| step.clearance_id).collect();
        let adjusted = |row: &StandingRow| {
            let mut adjusts = outcome.adjusts.iter();
            adjusts.find(|one| one.clearance_id == row.row.clearance_id).map(|one| one.window)
        };
        let travellers = self.matter().trip.travellers.iter().map(|traveller| {
            let kept = self.rows.iter().chain(&self.stand_ins).filter(|row| {
                row.row.person_id == traveller.person_id && !gone.contains(&row.row.clearance_id)
            });
            let kept =
                kept.map(|row| adjusted(row).unwrap_or((row.row.valid_from, row.row.valid_to)));
            let own = new.iter().map(|new| &new.decision);
            let own = own.filter(|one| one.person_id == traveller.person_id);
            let own = own.map(|one| (one.valid_from, one.valid_to));
            let hull = kept.chain(own).fold((starts_at, Some(ends_at)), |hull, (from, to)| {
                (hull.0.min(from), hull.1.zip(to).map(|(a, b)| a.max(b)))
            });
            (traveller.clone(), hull)
        });
        travellers.collect()
    }
}

/// The move of a clearance that goes; where the machine has no such move, the other way out; none
/// where there is none.
fn leave(row: &StandingRow, to: ClearanceState, rules: &[RuleId]) -> Option<ClearanceMove> {
    let state = row.row.state;
    let ways = [to, ClearanceState::Superseded, ClearanceState::Cancelled];
    let to = ways.into_iter().find(|to| state.may_become(*to, Mover::Person))?;
    let (id, trip) = (row.row.clearance_id, row.row.trip_id);
    let step = ClearanceMove::new(id, trip, vec![state], MoveTo::State(to));
    Some(ClearanceMove { rules: rules.to_vec(), ..step })
}
