//! What a decision says: one word per traveller and stay, with reasons.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;

use super::{
    AreaId, ClearanceState, Condition, CountKey, FenceId, Finding, Outcome, PersonId, RiskBand,
    Role, SecurityLevel, StayKind,
};

/// The whole answer, without ids: they are the store's. Equal inputs give equal decisions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decision {
    /// Version of the rules, raised with every change that alters an outcome of the rule cases.
    pub ruleset_version: &'static str,
    /// World the terrain was read from.
    pub world_version: i64,
    /// The time it was decided at, from the facts.
    pub decided_at: Timestamp,
    /// One per traveller and stay, travellers in the order of the trip, stays by arrival.
    pub clearances: Vec<ClearanceDecision>,
    /// Areas crossed that made no clearance, and fences met in them.
    pub crossings: Vec<Crossing>,
    /// Warnings that belong to the trip and to no stay.
    pub warnings: Vec<Finding>,
}

/// The decision for one traveller and one stay.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClearanceDecision {
    /// Who.
    pub person_id: PersonId,
    /// Where; none where no area could even be guessed (a person decides, at headquarters).
    pub area_id: Option<AreaId>,
    /// Stay or passage.
    pub kind: StayKind,
    /// Position in the terrain's stays.
    pub stay: usize,
    /// Local day of arrival.
    pub arrive: Date,
    /// Local day of departure.
    pub depart: Option<Date>,
    /// Arrival.
    pub arrive_at: Timestamp,
    /// Departure.
    pub depart_at: Option<Timestamp>,
    /// Nights.
    pub nights: u32,
    /// The strictest of the findings.
    pub outcome: Outcome,
    /// The state it starts in.
    pub state: ClearanceState,
    /// Level of the area; none without an area.
    pub security_level: Option<SecurityLevel>,
    /// Band of the area.
    pub risk_band: Option<RiskBand>,
    /// The policy read.
    pub policy_version: i32,
    /// The advisory in force.
    pub advisory_version: i32,
    /// Revisions of every area the decision of this stay read, the stay's own first.
    pub revisions: Vec<(AreaId, i64)>,
    /// Every finding, outcomes and warnings, in the order of the rules.
    pub findings: Vec<Finding>,
    /// What the traveller owes.
    pub conditions: Vec<Condition>,
    /// Who decides, where a person must.
    pub decider: Option<Decider>,
    /// By when they should.
    pub due_by: Option<Timestamp>,
    /// Start of the clearance's window (R-1001).
    pub valid_from: Timestamp,
    /// End of the clearance's window; none for an open stay.
    pub valid_to: Option<Timestamp>,
    /// Late against the lead time, or retroactive.
    pub late: bool,
    /// Adviser recommends, decider decides.
    pub two_step: bool,
    /// Nights to take a place on; binding if cleared, soft if it waits. Empty where none counts.
    pub places: Vec<Date>,
    /// Counts it takes a place in. Empty in areas without ceilings.
    pub place_keys: Vec<CountKey>,
    /// The area limits arrivals by rule in a day: counted when cleared.
    pub counts_arrival: bool,
    /// Smallest changes that would give a better outcome.
    pub remedies: Vec<Remedy>,
}

/// Routing: whose word is needed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Decider {
    /// Role.
    pub role: Role,
    /// Whose queue; none for headquarters.
    pub queue: Option<AreaId>,
}

/// An area crossed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Crossing {
    /// The segment's `seq`.
    pub segment: u16,
    /// Area.
    pub area_id: AreaId,
    /// Fences touched in it.
    pub fences: Vec<FenceId>,
}

/// A change that, applied, gives a better outcome; verified by deciding again.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Remedy {
    /// In words.
    pub text: String,
    /// `{"patch": [RFC 6902 on the submit body]}` or `{"obtain": {"course", "valid_through"}}`.
    pub change: Value,
    /// The clearance's outcome then; no other clearance gets worse.
    pub leads_to: Outcome,
}
