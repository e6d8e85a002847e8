//! The answer to check and submit, and what is kept of it (api.md). Everything a decision says is
//! put into words here once; a reader then sees as much of it as the reader's circle may.

use compact_str::CompactString;
use jiff::civil::Date;
use jiff::{Timestamp, tz::Offset};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::store::ClearanceRow;
use crate::decision::RULES;
use crate::model::{
    AreaId, ClearanceDecision, ClearanceId, ClearanceState, Condition, Crossing, Decision, Effect,
    FactClass, FenceId, Finding, GateKeeper, OrganizationGate, Outcome, PersonId, ReasonCode,
    Reference, Remedy, Resolution, RiskBand, Role, SecurityLevel, StayKind, Terrain, TerrainArea,
    TripId, TripState, Zone,
};

/// A decided trip.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TripAnswer {
    /// The trip; absent from a check.
    #[schema(value_type = Option<Uuid>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trip_id: Option<TripId>,
    /// What the traveller carries; absent from a check.
    #[schema(value_type = Option<String>, example = "SC-7K3M92QF-4")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Reference>,
    /// Version of what was submitted; absent from a check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i32>,
    /// State of the trip over its clearances.
    pub state: TripState,
    /// World it was decided in.
    pub world_version: i64,
    /// Rules it was decided by.
    #[schema(value_type = String)]
    pub ruleset_version: CompactString,
    /// When, by the database.
    #[schema(value_type = String, format = "date-time")]
    pub decided_at: Timestamp,
    /// Levels and policies are invented for demonstration.
    pub demonstration: bool,
    /// One per traveller and stay.
    pub clearances: Vec<ClearanceAnswer>,
    /// Areas crossed that made no clearance.
    pub crossings: Vec<CrossingAnswer>,
    /// Advisories in force that were read.
    pub advisories: Vec<AdvisoryAnswer>,
    /// Warnings that belong to no stay.
    pub warnings: Vec<FindingAnswer>,
    /// What waits for the organization's word: never an outcome, a condition of the clearances.
    pub organization_gates: Vec<GateAnswer>,
}

/// The decision for one traveller and one stay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ClearanceAnswer {
    /// The clearance; absent from a check.
    #[schema(value_type = Option<Uuid>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clearance_id: Option<ClearanceId>,
    /// Who.
    #[schema(value_type = Uuid)]
    pub person_id: PersonId,
    /// Where; null where no area could even be guessed.
    #[schema(value_type = Option<String>)]
    pub area_id: Option<AreaId>,
    /// `stay` or `passage`.
    #[schema(value_type = String)]
    pub kind: StayKind,
    /// Local day of arrival.
    #[schema(value_type = String, format = "date")]
    pub arrive: Date,
    /// Local day of departure; null for an open stay.
    #[schema(value_type = Option<String>, format = "date")]
    pub depart: Option<Date>,
    /// Local midnights in between.
    pub nights: u32,
    /// State.
    pub state: ClearanceState,
    /// The strictest of the outcomes.
    #[schema(value_type = String)]
    pub outcome: Outcome,
    /// Level of the area, 1 to 6.
    #[schema(value_type = Option<i16>)]
    pub security_level: Option<SecurityLevel>,
    /// Risk band of the area, where one is assessed.
    #[schema(value_type = Option<String>)]
    pub risk_band: Option<RiskBand>,
    /// Level and policy are invented for demonstration.
    pub demonstration: bool,
    /// Policy that was read.
    pub policy_version: i32,
    /// Advisory that was in force.
    pub advisory_version: i32,
    /// How the place of arrival was put into its area.
    #[schema(value_type = Object)]
    pub resolved: Resolution,
    /// Whose word is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decider: Option<DeciderAnswer>,
    /// By when, in the area's time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_by: Option<String>,
    /// Later than the area asks.
    pub late: bool,
    /// An adviser recommends first.
    pub two_step: bool,
    /// Start of the window, in the area's time.
    pub valid_from: String,
    /// End of the window; null for an open stay.
    pub valid_to: Option<String>,
    /// What each rule says.
    pub outcomes: Vec<FindingAnswer>,
    /// What does not change the outcome.
    pub warnings: Vec<FindingAnswer>,
    /// What the traveller owes.
    pub conditions: Vec<ConditionAnswer>,
    /// Smallest changes that would give a better outcome.
    pub remedies: Vec<RemedyAnswer>,
}

/// Whose word is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeciderAnswer {
    /// Role.
    #[schema(value_type = String)]
    pub role: Role,
    /// The area's queue; null for headquarters.
    #[schema(value_type = Option<String>)]
    pub queue: Option<AreaId>,
}

/// One rule's word.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FindingAnswer {
    /// Rule.
    #[schema(value_type = String)]
    pub rule: CompactString,
    /// Outcome; absent from a warning.
    #[schema(value_type = Option<String>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Why.
    #[schema(value_type = String)]
    pub reason: ReasonCode,
    /// The evidence that the reader may see; null where none of it is.
    #[schema(value_type = Option<Object>)]
    pub facts: Option<Map<String, Value>>,
}

/// What the traveller owes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConditionAnswer {
    /// Which.
    #[schema(value_type = String)]
    pub code: CompactString,
    /// By when, in the area's time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// The rule that asks for it.
    #[schema(value_type = String)]
    pub rule: CompactString,
    /// A fence, a course.
    #[schema(value_type = Option<String>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<CompactString>,
}

/// A change that, applied, leads to a better outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RemedyAnswer {
    /// In words.
    pub text: String,
    /// `{"patch": […]}` (RFC 6902 on the submit body) or `{"obtain": {…}}`.
    #[schema(value_type = Object)]
    pub change: Value,
    /// The clearance's outcome then.
    #[schema(value_type = String)]
    pub leads_to: Outcome,
}

/// An area crossed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CrossingAnswer {
    /// The segment's `seq`.
    pub segment: u16,
    /// Area.
    #[schema(value_type = String)]
    pub area_id: AreaId,
    /// Fences touched in it.
    #[schema(value_type = Vec<Uuid>)]
    pub fences: Vec<FenceId>,
}

/// A flight that waits for the word of the traveller's organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GateAnswer {
    /// The rule that asks.
    #[schema(value_type = String)]
    pub rule: CompactString,
    /// The segment's `seq`.
    pub segment: u16,
    /// Carrier and number, where there is one.
    #[schema(value_type = Option<String>)]
    pub flight: Option<CompactString>,
    /// Local day on which it leaves.
    #[schema(value_type = Option<String>, format = "date")]
    pub day: Option<Date>,
    /// People of the organization on it, over all live trips.
    pub people: Option<u32>,
    /// Most that the organization lets fly together without its word.
    pub limit: Option<u32>,
    /// Who in the organization says yes.
    pub keeper: GateKeeper,
}

/// An advisory in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AdvisoryAnswer {
    /// Area.
    #[schema(value_type = String)]
    pub area_id: AreaId,
    /// Version.
    pub version: i32,
}

impl TripAnswer {
    /// A decision in words, every class of fact included, without the ids that the store gives.
    pub(super) fn of(decision: &Decision, remedies: &[Vec<Remedy>], terrain: &Terrain) -> Self {
        let mut clearances: Vec<_> =
            decision.clearances.iter().map(|one| ClearanceAnswer::of(one, terrain)).collect();
        for (clearance, remedies) in clearances.iter_mut().zip(remedies) {
            clearance.remedies = remedies.iter().map(RemedyAnswer::of).collect();
        }
        let states: Vec<_> = clearances.iter().map(|one| one.state).collect();
        let read = terrain.areas.iter().filter(|area| area.advisory_version > 0);
        Self {
            trip_id: None,
            reference: None,
            version: None,
            state: TripState::of(&states, false),
            world_version: decision.world_version,
            ruleset_version: decision.ruleset_version.into(),
            decided_at: decision.decided_at,
            demonstration: terrain.areas.iter().any(is_demonstration),
            clearances,
            crossings: decision.crossings.iter().map(CrossingAnswer::of).collect(),
            advisories: read.map(AdvisoryAnswer::of).collect(),
            warnings: decision.warnings.iter().map(FindingAnswer::of).collect(),
            organization_gates: Vec::new(),
        }
    }

    /// Leaves what a circle may read.
    pub(super) fn narrow(&mut self, circle: FactClass) {
        for clearance in &mut self.clearances {
            clearance.narrow(circle);
        }
        for warning in &mut self.warnings {
            warning.narrow(circle);
        }
    }
}

impl ClearanceAnswer {
    /// A decision in words, every class of fact included.
    pub(super) fn of(decision: &ClearanceDecision, terrain: &Terrain) -> Self {
        let stay = terrain.stays.get(decision.stay);
        let area = stay.and_then(|stay| terrain.areas.get(stay.area?));
        let local = |at: Timestamp| local(at, area.map(|area| &area.zone));
        let findings = |warnings: bool| {
            let kind = decision
                .findings
                .iter()
                .filter(move |found| matches!(found.effect, Effect::Warning) == warnings);
            kind.map(FindingAnswer::of).collect()
        };
        Self {
            clearance_id: None,
            person_id: decision.person_id,
            area_id: decision.area_id.clone(),
            kind: decision.kind,
            arrive: decision.arrive,
            depart: decision.depart,
            nights: decision.nights,
            state: decision.state,
            outcome: decision.outcome,
            security_level: decision.security_level,
            risk_band: decision.risk_band,
            demonstration: area.is_some_and(is_demonstration),
            policy_version: decision.policy_version,
            advisory_version: decision.advisory_version,
            resolved: stay.map_or(Resolution::Named, |stay| stay.place.resolved.clone()),
            decider: decision
                .decider
                .as_ref()
                .map(|one| DeciderAnswer { role: one.role, queue: one.queue.clone() }),
            due_by: decision.due_by.map(local),
            late: decision.late,
            two_step: decision.two_step,
            valid_from: local(decision.valid_from),
            valid_to: decision.valid_to.map(local),
            outcomes: findings(false),
            warnings: findings(true),
            conditions: decision
                .conditions
                .iter()
                .map(|condition| ConditionAnswer::of(condition, local))
                .collect(),
            remedies: Vec::new(),
        }
    }

    /// What is left of a decision whose evidence is erased.
    pub(super) fn erased(row: &ClearanceRow) -> Self {
        Self {
            clearance_id: Some(row.clearance_id),
            person_id: row.person_id,
            area_id: row.area_id.clone(),
            kind: row.kind,
            arrive: row.arrive,
            depart: row.depart,
            nights: row.nights,
            state: row.state,
            outcome: row.outcome,
            security_level: None,
            risk_band: None,
            demonstration: false,
            policy_version: row.policy_version,
            advisory_version: row.advisory_version,
            resolved: Resolution::Named,
            decider: None,
            due_by: None,
            late: false,
            two_step: false,
            valid_from: local(row.valid_from, None),
            valid_to: row.valid_to.map(|at| local(at, None)),
            outcomes: Vec::new(),
            warnings: Vec::new(),
            conditions: Vec::new(),
            remedies: Vec::new(),
        }
    }

    /// Leaves what a circle may read.
    pub(super) fn narrow(&mut self, circle: FactClass) {
        for finding in self.outcomes.iter_mut().chain(&mut self.warnings) {
            finding.narrow(circle);
        }
    }

    /// Leaves ids, areas, states and times: for readers to whom personal fields are sealed.
    pub(super) fn seal(&mut self) {
        for finding in self.outcomes.iter_mut().chain(&mut self.warnings) {
            finding.facts = None;
        }
        self.conditions.clear();
        self.remedies.clear();
    }
}

impl FindingAnswer {
    fn of(finding: &Finding) -> Self {
        let facts = finding.facts.iter().map(|(name, fact)| {
            ((*name).to_owned(), serde_json::to_value(fact).unwrap_or_default())
        });
        Self {
            rule: finding.rule.0.into(),
            outcome: match finding.effect {
                Effect::Outcome(outcome) => Some(outcome),
                Effect::Warning => None,
            },
            reason: finding.reason,
            facts: Some(facts.collect()),
        }
    }

    /// Leaves the facts that a circle may read; a fact that its rule does not declare is for
    /// nobody but the narrowest.
    pub(super) fn narrow(&mut self, circle: FactClass) {
        let rule = RULES.iter().find(|rule| rule.id.0 == self.rule);
        if let Some(facts) = &mut self.facts {
            facts.retain(|name, _| rule.map_or(FactClass::R, |rule| rule.class_of(name)) <= circle);
        }
    }
}

impl ConditionAnswer {
    fn of(condition: &Condition, local: impl Fn(Timestamp) -> String) -> Self {
        Self {
            code: condition.code.as_str().into(),
            due: condition.due.map(local),
            rule: condition.rule.0.into(),
            about: condition.about.clone(),
        }
    }
}

impl RemedyAnswer {
    fn of(remedy: &Remedy) -> Self {
        Self { text: remedy.text.clone(), change: remedy.change.clone(), leads_to: remedy.leads_to }
    }
}

impl CrossingAnswer {
    fn of(crossing: &Crossing) -> Self {
        Self {
            segment: crossing.segment,
            area_id: crossing.area_id.clone(),
            fences: crossing.fences.clone(),
        }
    }
}

impl GateAnswer {
    /// A gate in words.
    pub(super) fn of(gate: &OrganizationGate) -> Self {
        Self {
            rule: gate.rule.0.into(),
            segment: gate.segment,
            flight: gate.flight.as_ref().map(|flight| flight.number.clone()),
            day: gate.flight.as_ref().map(|flight| flight.day),
            people: gate.people,
            limit: gate.limit,
            keeper: gate.keeper,
        }
    }
}

impl AdvisoryAnswer {
    fn of(area: &TerrainArea) -> Self {
        Self { area_id: area.area_id.clone(), version: area.advisory_version }
    }
}

fn is_demonstration(area: &TerrainArea) -> bool {
    area.policy.as_ref().is_some_and(|policy| policy.demonstration)
}

/// An instant as it is written in a zone: RFC 3339 with the zone's offset.
pub(super) fn local(at: Timestamp, zone: Option<&Zone>) -> String {
    let offset = zone.map_or(Offset::UTC, |zone| zone.rules().to_offset(at));
    at.display_with_offset(offset).to_string()
}
