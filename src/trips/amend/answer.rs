//! What the caller of an amendment is told.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::answer::{ClearanceAnswer, ConditionAnswer, TripAnswer};
use super::super::case::BRINGS;
use super::super::store::StandingRow;
use super::next::Next;
use super::plan::Plan;
use super::writing::Outcome;
use crate::decision::{Fate, Word};
use crate::model::{ClearanceId, ClearanceState, RuleId, TripState};

/// A trip in its next version: every current clearance, and what became of those before.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AmendedAnswer {
    /// The trip.
    #[serde(flatten)]
    pub trip: TripAnswer,
    /// What became of each clearance, and which are new.
    pub changes: Vec<StayChange>,
}

/// What became of one clearance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StayChange {
    /// The clearance; absent from a new one of a preview.
    #[schema(value_type = Option<Uuid>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clearance_id: Option<ClearanceId>,
    /// What became of it.
    pub became: Became,
    /// The clearance that takes its place; absent from a preview.
    #[schema(value_type = Option<Uuid>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor_id: Option<ClearanceId>,
    /// Lines of the table of changes that spoke: `B-403`, …
    pub rules: Vec<String>,
}

/// What became of a clearance in the next version of its trip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// Nothing of its stay changed.
    Untouched,
    /// It stands, with other days or details.
    Adjusted,
    /// Its stay was decided again.
    Replaced,
    /// Its stay waits for a new decision; until then it holds for travel within its window.
    StandsIn,
    /// Its stay is no more.
    Withdrawn,
    /// It is new.
    Decided,
}

impl Next {
    /// What the caller is told of a plan; of a version that is not stored, without the ids of what is
    /// new.
    pub(super) fn answer(&self, plan: &Plan, stored: bool) -> AmendedAnswer {
        let outcome = self.outcome(plan).unwrap_or_default();
        self.told(plan, &outcome, stored)
    }

    /// The same, with what becomes of the clearances at hand.
    pub(super) fn told(&self, plan: &Plan, outcome: &Outcome, stored: bool) -> AmendedAnswer {
        let mut whole = plan.decided.answer(&self.acting);
        whole.trip_id = Some(self.trip_id());
        whole.reference = Some(self.ids.reference.clone());
        whole.version = Some(self.row.version + 1);
        if stored {
            for (clearance, id) in whole.clearances.iter_mut().zip(&self.ids.clearances) {
                clearance.clearance_id = Some(*id);
            }
        }
        let changes = self.changes(plan, outcome, stored);
        let gone = |id: ClearanceId| outcome.moves.iter().find(|step| step.clearance_id == id);
        let kept = self.rows.iter().zip(&plan.fates).map(|(row, fate)| (row, Some(fate)));
        let kept = kept.chain(self.stand_ins.iter().map(|row| (row, None)));
        for (row, fate) in kept {
            let state = match gone(row.row.clearance_id).map(|step| step.to) {
                Some(crate::model::MoveTo::State(ClearanceState::Superseded)) => continue,
                Some(crate::model::MoveTo::State(state)) => state,
                Some(crate::model::MoveTo::Prior) | None => row.row.state,
            };
            whole.clearances.push(self.kept(row, fate, outcome, state));
        }
        let travellers = &self.matter().trip.travellers;
        whole.clearances.sort_by_key(|one| {
            let place = travellers.iter().position(|who| who.person_id == one.person_id);
            (place, one.arrive, one.depart, one.clearance_id)
        });
        let states: Vec<ClearanceState> = whole.clearances.iter().map(|one| one.state).collect();
        whole.state = TripState::of(&states, self.arrived);
        whole.narrow(BRINGS);
        AmendedAnswer { trip: whole, changes }
    }

    fn changes(&self, plan: &Plan, outcome: &Outcome, stored: bool) -> Vec<StayChange> {
        let names = |rules: &[RuleId]| rules.iter().map(|rule| rule.0.to_owned()).collect();
        let became = outcome.became.iter().map(|(id, became, successor, rules)| StayChange {
            clearance_id: Some(*id),
            became: *became,
            successor_id: successor.filter(|_| stored),
            rules: names(rules),
        });
        let mut changes: Vec<StayChange> = became.collect();
        let new = plan.decided.decision.clearances.iter().zip(&self.ids.clearances);
        changes.extend(new.map(|(_, id)| StayChange {
            clearance_id: stored.then_some(*id),
            became: Became::Decided,
            successor_id: None,
            rules: Vec::new(),
        }));
        changes
    }

    /// A clearance that is still shown, as it will be.
    fn kept(
        &self,
        row: &StandingRow,
        fate: Option<&Fate>,
        outcome: &Outcome,
        state: ClearanceState,
    ) -> ClearanceAnswer {
        let id = row.row.clearance_id;
        let adjusted = outcome.adjusts.iter().find(|one| one.clearance_id == id);
        let answer = match (adjusted, fate) {
            (Some(one), Some(fate)) => Some(self.adjusted_answer(row, fate, one.window)),
            _ => row.row.answer.clone().and_then(|answer| serde_json::from_value(answer).ok()),
        };
        let mut answer = answer.unwrap_or_else(|| ClearanceAnswer::erased(&row.row));
        answer.clearance_id = Some(id);
        answer.state = state;
        answer
    }

    /// What the organization has yet to say of the flights of a stay that stands.
    pub(super) fn gate_conditions(&self, row: &StandingRow, fate: &Fate) -> Vec<ConditionAnswer> {
        if fate.word != Word::Adjusted {
            return Vec::new();
        }
        let matter = self.matter();
        let facts = crate::model::Facts { standing: Vec::new(), ..self.facts().clone() };
        let now = crate::decision::decide(&matter.trip, &facts, &matter.terrain);
        let mut same = now.clearances.iter();
        let same =
            same.find(|one| one.person_id == row.row.person_id && Some(one.stay) == fate.stay);
        let answer = same.map(|one| ClearanceAnswer::of(one, &matter.terrain));
        let conditions = answer.map(|answer| answer.conditions).unwrap_or_default();
        conditions.into_iter().filter(|one| one.code == "ORGANIZATION_GATE").collect()
    }
}
