//! From a wish and a power to what is written of a decision.

use serde_json::{Value, json};

use super::item::Item;
use super::routing;
use super::wish::{Wish, WishedObligation};
use crate::access::{Deed, Used};
use crate::atlas::Atlas;
use crate::decision::RULESET_VERSION;
use crate::model::{
    Actor, Authority, Capacity, Change, ClearanceMove, ClearanceState, MoveTo, Obligation,
    PersonId, PlaceCheck, RuleId, Seen, UrgencyWeights,
};
use crate::record::event_id;

/// A decision about to be written.
pub(super) struct Moving<'m> {
    pub(super) item: &'m Item,
    pub(super) wish: &'m Wish,
    pub(super) to: ClearanceState,
    pub(super) used: &'m Used,
    pub(super) person: PersonId,
    pub(super) atlas: &'m Atlas,
    pub(super) weights: UrgencyWeights,
    /// The traveller's certificates and the places taken on the nights.
    pub(super) facts: &'m Value,
}

impl Moving<'_> {
    /// The change: one move by a person who holds the item, or takes it with the decision.
    pub(super) fn change(&self) -> Change {
        let mut change = self.by_person();
        change.moves = vec![self.step()];
        change
    }

    /// A change by the person, in the capacity and by the power found; it writes nothing yet.
    pub(super) fn by_person(&self) -> Change {
        let Self { item, used, person, atlas, .. } = self;
        let actor = Actor { capacity: used.capacity, person_id: Some(*person) };
        let mut change = Change::empty(item.now, actor, atlas.version(), RULESET_VERSION);
        change.authority = Some(Authority {
            appointment_id: used.appointment_id,
            delegation_id: used.delegation_id,
            areas: item.area_id.iter().cloned().collect(),
        });
        change.holder = Some(*person);
        change
    }

    /// What it was decided with: whoever becomes positive has seen the area and the traveller as
    /// they are.
    pub(super) fn seen(&self) -> Seen {
        let Self { item, .. } = self;
        let revision = self.revision().filter(|_| self.to.is_positive());
        Seen {
            people: revision.map(|_| (item.person_id, item.person_revision)).into_iter().collect(),
            areas: item.area_id.clone().zip(revision).into_iter().collect(),
            ..Seen::default()
        }
    }

    fn revision(&self) -> Option<i64> {
        let area = self.item.area_id.as_ref().and_then(|id| self.atlas.area(id));
        area.map(|area| area.state.revision)
    }

    fn step(&self) -> ClearanceMove {
        let Self { item, wish, to, .. } = self;
        let queued = matches!(to, ClearanceState::Recommended | ClearanceState::Escalated);
        let escalated = *to == ClearanceState::Escalated;
        let to_move = MoveTo::State(*to);
        ClearanceMove {
            rules: self.rules(),
            reasons: wish.recorded_reasons(),
            urgent_at: queued.then(|| routing::urgent_at(item, self.atlas, self.weights)),
            revision: self.revision().filter(|_| to.is_positive()),
            decider: escalated.then(|| routing::next(item, self.atlas)),
            version: Some(item.entries),
            texts: wish.texts(self.shown()),
            obligations: self.obligations(),
            places: self.places(),
            ..ClearanceMove::new(item.clearance_id, item.trip_id, vec![item.state], to_move)
        }
    }

    /// The rules a decision rests on: that of the power, and those of what goes with it.
    fn rules(&self) -> Vec<RuleId> {
        let mut rules = vec![capacity_rule(self.used)];
        rules.extend(self.used.notices.iter().map(|notice| notice.rule()));
        if self.wish.deed == Deed::Recommend {
            rules.push(RuleId("R-805"));
        }
        if matches!(self.wish.deed, Deed::AllowAppeal | Deed::DismissAppeal) {
            rules.push(RuleId("R-1202"));
        }
        if self.to.is_positive() && !self.item.waived.is_empty() {
            rules.push(RuleId("R-303"));
        }
        rules.dedup();
        rules
    }

    fn places(&self) -> PlaceCheck {
        match &self.wish.above_ceiling {
            _ if !self.to.is_positive() => PlaceCheck::None,
            Some(reason) => PlaceCheck::Override { reason: reason.clone() },
            None => PlaceCheck::Within,
        }
    }

    /// What the decider was shown (b.1): versions, certificates, places, advice, waivers.
    pub(super) fn shown(&self) -> Value {
        let Self { item, atlas, facts, .. } = self;
        json!({
            "world_version": atlas.version(),
            "policy_version": item.policy_version,
            "advisory_version": item.advisory_version,
            "area_revision": self.revision(),
            "certificates": facts.get("certificates"),
            "places": facts.get("places"),
            "recommended_by": item.recommended_by,
            "waived": item.waived,
            "notices": self.used.notices.iter().map(|notice| notice.as_str()).collect::<Vec<_>>(),
        })
    }

    fn obligations(&self) -> Vec<Obligation> {
        self.wish.obligations.iter().map(|wished| self.obligation(wished)).collect()
    }

    fn obligation(&self, wished: &WishedObligation) -> Obligation {
        Obligation {
            obligation_id: event_id(self.item.now),
            code: wished.code,
            text: wished.text.clone(),
            owner: wished.owner,
            due_at: wished.due_at,
            evidence: wished.evidence.clone(),
        }
    }
}

/// The rule that gives a power.
const fn capacity_rule(used: &Used) -> RuleId {
    RuleId(match used.capacity {
        Capacity::Rules | Capacity::Requester | Capacity::Witness | Capacity::Own => "R-801",
        Capacity::Policy(_) => "R-802",
        Capacity::Delegation(_) => "R-803",
        Capacity::AdInterim => "R-806",
        Capacity::Emergency => "R-807",
    })
}
