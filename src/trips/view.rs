//! Trips and clearances on record, as their readers see them.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::answer::{AdvisoryAnswer, ClearanceAnswer, CrossingAnswer, FindingAnswer, GateAnswer};
use super::obligations::ObligationAnswer;
use super::recording::Notes;
use super::sight::{Shown, Whose, shown};
use super::store::{ClearanceRow, MoveRow, OneClearance, TripRow};
use crate::access::Scope;
use crate::atlas::Atlas;
use crate::model::{
    Actor, Advice, AreaId, ClearanceId, ClearanceState, FactClass, MoveTexts, OrganizationId,
    PersonId, TripId,
};

/// A trip on record. What the reader may not see is null, or not in the lists.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TripView {
    /// The trip.
    #[schema(value_type = Uuid)]
    pub trip_id: TripId,
    /// What the traveller carries.
    pub reference: String,
    /// Version of what was submitted.
    pub version: i32,
    /// State over all its clearances.
    pub state: String,
    /// Official, personal, official with leave.
    pub trip_kind: Option<String>,
    /// Why.
    pub purpose: Option<String>,
    /// Whom it is for.
    #[schema(value_type = Option<String>)]
    pub organization: Option<OrganizationId>,
    /// The person who submitted; null for a machine.
    #[schema(value_type = Option<Uuid>)]
    pub requester_id: Option<PersonId>,
    /// When it was submitted.
    #[schema(value_type = String, format = "date-time")]
    pub submitted_at: Timestamp,
    /// World it was decided in.
    pub world_version: i64,
    /// Rules it was decided by.
    pub ruleset_version: String,
    /// Levels and policies are invented for demonstration.
    pub demonstration: bool,
    /// The clearances that the reader may see.
    pub clearances: Vec<ClearanceAnswer>,
    /// Areas crossed that made no clearance.
    pub crossings: Vec<CrossingAnswer>,
    /// Advisories that were read.
    pub advisories: Vec<AdvisoryAnswer>,
    /// Warnings that belong to no stay.
    pub warnings: Vec<FindingAnswer>,
    /// What waits for the organization's word.
    pub organization_gates: Vec<GateAnswer>,
    /// What was submitted; null to those who may not see all of it.
    #[schema(value_type = Option<Object>)]
    pub submitted: Option<Value>,
    /// Changes so far: the entity tag.
    #[serde(skip)]
    pub(super) change_no: i32,
}

/// A trip in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TripItem {
    /// The trip.
    #[schema(value_type = Uuid)]
    pub trip_id: TripId,
    /// What the traveller carries.
    pub reference: String,
    /// Version of what was submitted.
    pub version: i32,
    /// State over all its clearances.
    pub state: String,
    /// Official, personal, official with leave.
    pub trip_kind: Option<String>,
    /// Why.
    pub purpose: Option<String>,
    /// Whom it is for.
    #[schema(value_type = Option<String>)]
    pub organization: Option<OrganizationId>,
    /// When it was submitted.
    #[schema(value_type = String, format = "date-time")]
    pub submitted_at: Timestamp,
    /// The clearances that the reader may see.
    pub clearances: Vec<ClearanceItem>,
}

/// A clearance in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClearanceItem {
    /// The clearance.
    #[schema(value_type = Uuid)]
    pub clearance_id: ClearanceId,
    /// Who.
    #[schema(value_type = Uuid)]
    pub person_id: PersonId,
    /// Where.
    #[schema(value_type = Option<String>)]
    pub area_id: Option<AreaId>,
    /// State.
    pub state: ClearanceState,
    /// Local day of arrival.
    #[schema(value_type = String, format = "date")]
    pub arrive: Date,
    /// Local day of departure.
    #[schema(value_type = Option<String>, format = "date")]
    pub depart: Option<Date>,
}

/// A clearance on record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClearanceView {
    /// Its trip.
    #[schema(value_type = Uuid)]
    pub trip_id: TripId,
    /// What the traveller carries.
    pub reference: String,
    /// Moves so far.
    pub version: i32,
    /// When it was last moved.
    #[schema(value_type = String, format = "date-time")]
    pub moved_at: Timestamp,
    /// World it was decided in.
    pub world_version: i64,
    /// Rules it was decided by.
    pub ruleset_version: String,
    /// What the newest approval obliges to.
    pub obligations: Vec<ObligationAnswer>,
    /// The decision, in its present state.
    #[serde(flatten)]
    pub clearance: ClearanceAnswer,
}

/// One move of a clearance.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MoveView {
    /// Number of the move.
    pub entry: i32,
    /// When.
    #[schema(value_type = String, format = "date-time")]
    pub at: Timestamp,
    /// From which state.
    pub from: String,
    /// To which.
    pub to: String,
    /// In which capacity: `rules`, `own`, `policy:<version>`, `delegation:<id>`, …
    pub capacity: String,
    /// Who; null for rules and machines.
    #[schema(value_type = Option<Uuid>)]
    pub person_id: Option<PersonId>,
    /// Rules that spoke.
    pub rules: Vec<String>,
    /// Reasons.
    pub reasons: Vec<String>,
    /// World it saw.
    pub world_version: i64,
    /// Policy it saw.
    pub policy_version: i32,
    /// Advisory it saw.
    pub advisory_version: i32,
    /// Rules it was decided by.
    pub ruleset_version: String,
    /// The batch that decided it again after a change; null for every other move.
    #[schema(value_type = Option<String>)]
    pub redecision_id: Option<uuid::Uuid>,
    /// `kept`, `erased`, or null where the move has none.
    pub evidence: Option<&'static str>,
    /// Facts seen, as far as the reader may see them.
    pub facts_seen: Vec<FindingAnswer>,
    /// An adviser's advice.
    pub advice: Option<Advice>,
    /// Words for everybody concerned.
    pub text_for_traveller: Option<String>,
    /// Words for the chain alone.
    pub restricted_text: Option<String>,
    /// What the decider was shown; for security staff.
    #[schema(value_type = Option<Object>)]
    pub seen: Option<Value>,
}

/// A clearance's moves.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HistoryView {
    /// The clearance.
    #[schema(value_type = Uuid)]
    pub clearance_id: ClearanceId,
    /// Oldest first.
    pub items: Vec<MoveView>,
}

/// A reader on the ground of a world.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'r> {
    pub(super) scope: &'r Scope,
    pub(super) atlas: &'r Atlas,
}

impl Reader<'_> {
    /// A trip as the reader sees it; none where nothing of it.
    pub(super) fn trip(&self, trip: &TripRow, rows: &[ClearanceRow]) -> Option<TripView> {
        let clearances: Vec<_> =
            rows.iter().filter_map(|row| self.clearance_answer(trip, row)).collect();
        let whole = self.whole(trip);
        if clearances.is_empty() && whole.is_none() {
            return None;
        }
        let personal = clearances.iter().map(|(_, shown)| *shown).chain(whole);
        let personal = personal.into_iter().any(|shown| shown.sight.personal);
        let notes = trip.notes.clone().and_then(|notes| serde_json::from_value(notes).ok());
        let notes: Option<Notes> = notes;
        let whole_notes = notes.as_ref().filter(|_| whole.is_some());
        let class = whole.map_or(FactClass::P, |shown| shown.class);
        let mut warnings = whole_notes.map(|notes| notes.warnings.clone()).unwrap_or_default();
        for warning in &mut warnings {
            warning.narrow(class);
        }
        Some(TripView {
            trip_id: trip.trip_id,
            reference: trip.reference.clone(),
            version: trip.version,
            state: trip.state.clone(),
            trip_kind: personal.then(|| trip.trip_kind.clone()),
            purpose: personal.then(|| trip.purpose.clone()),
            organization: personal.then(|| trip.organization.clone()),
            requester_id: trip.requester_id.filter(|_| personal),
            submitted_at: trip.submitted_at,
            world_version: trip.world_version,
            ruleset_version: trip.ruleset_version.clone(),
            demonstration: notes.as_ref().is_some_and(|notes| notes.demonstration),
            clearances: clearances.into_iter().map(|(answer, _)| answer).collect(),
            crossings: whole_notes.map(|notes| notes.crossings.clone()).unwrap_or_default(),
            advisories: whole_notes.map(|notes| notes.advisories.clone()).unwrap_or_default(),
            warnings,
            organization_gates: whole_notes
                .map(|notes| notes.organization_gates.clone())
                .unwrap_or_default(),
            submitted: trip.body.clone().filter(|_| self.sees_all(trip)),
            change_no: trip.change_no,
        })
    }

    /// A trip in a list; none where the reader sees nothing of it.
    pub(super) fn item(&self, trip: &TripRow, rows: &[ClearanceRow]) -> Option<TripItem> {
        let seen = rows.iter().filter_map(|row| Some((row, self.of_clearance(trip, row)?)));
        let seen: Vec<_> = seen.collect();
        let whole = self.whole(trip);
        if seen.is_empty() && whole.is_none() {
            return None;
        }
        let personal =
            seen.iter().map(|(_, shown)| *shown).chain(whole).any(|shown| shown.sight.personal);
        Some(TripItem {
            trip_id: trip.trip_id,
            reference: trip.reference.clone(),
            version: trip.version,
            state: trip.state.clone(),
            trip_kind: personal.then(|| trip.trip_kind.clone()),
            purpose: personal.then(|| trip.purpose.clone()),
            organization: personal.then(|| trip.organization.clone()),
            submitted_at: trip.submitted_at,
            clearances: seen.into_iter().map(|(row, _)| ClearanceItem::of(row)).collect(),
        })
    }

    /// One clearance as the reader sees it.
    pub(super) fn clearance(
        &self,
        one: &OneClearance,
        owed: Vec<ObligationAnswer>,
    ) -> Option<ClearanceView> {
        let shown = self.of_one(one)?;
        let OneClearance { clearance, reference, .. } = one;
        Some(ClearanceView {
            trip_id: clearance.trip_id,
            reference: reference.clone(),
            version: clearance.entries,
            moved_at: clearance.moved_at,
            world_version: one.world_version,
            ruleset_version: one.ruleset_version.clone(),
            obligations: owed.into_iter().map(|one| one.narrow(shown)).collect(),
            clearance: present(clearance, shown),
        })
    }

    /// A move as the reader sees it.
    pub(super) fn moved(&self, one: &OneClearance, row: &MoveRow) -> Option<MoveView> {
        let shown = self.of_one(one)?;
        let mut facts_seen = row.evidence.as_deref().map(|body| facts_seen(one, body));
        for finding in facts_seen.iter_mut().flatten() {
            finding.narrow(shown.class);
            if !shown.sight.personal {
                finding.facts = None;
            }
        }
        let words = words(row, shown);
        Some(MoveView {
            entry: row.entry,
            at: row.at,
            from: row.from_state.clone(),
            to: row.to_state.clone(),
            capacity: row.capacity.clone(),
            person_id: row.person_id,
            rules: row.rules.clone(),
            reasons: row.reasons.clone(),
            world_version: row.world_version,
            policy_version: row.policy_version,
            advisory_version: row.advisory_version,
            ruleset_version: row.ruleset_version.clone(),
            redecision_id: row.redecision_id,
            evidence: row.evidence_id.map(|_| if row.erased { "erased" } else { "kept" }),
            facts_seen: facts_seen.unwrap_or_default(),
            advice: words.advice,
            text_for_traveller: words.traveller,
            restricted_text: words.restricted,
            seen: words.seen,
        })
    }

    /// The clearances of a trip that the reader may see.
    pub(super) fn clearances_of(
        &self,
        trip: &TripRow,
        rows: &[ClearanceRow],
    ) -> BTreeSet<ClearanceId> {
        let seen = rows.iter().filter(|row| self.of_clearance(trip, row).is_some());
        seen.map(|row| row.clearance_id).collect()
    }

    /// Whether the reader may see the trip as such, and its personal fields.
    pub(super) fn sees_trip(&self, trip: &TripRow) -> Option<bool> {
        self.whole(trip).map(|shown| shown.sight.personal)
    }

    /// What is shown of a single clearance.
    pub(super) fn of_one(&self, one: &OneClearance) -> Option<Shown> {
        let whose = Whose {
            person: one.clearance.person_id,
            sponsor: one.sponsor,
            organization: &one.organization,
            personal: one.personal,
        };
        shown(self.scope, whose, one.clearance.area_id.as_ref(), self.atlas)
    }

    fn clearance_answer(
        &self,
        trip: &TripRow,
        row: &ClearanceRow,
    ) -> Option<(ClearanceAnswer, Shown)> {
        let shown = self.of_clearance(trip, row)?;
        Some((present(row, shown), shown))
    }

    fn of_clearance(&self, trip: &TripRow, row: &ClearanceRow) -> Option<Shown> {
        let sponsor = trip.travellers.iter().find(|(person, _)| *person == row.person_id);
        let whose = whose(trip, row.person_id, sponsor.and_then(|(_, sponsor)| *sponsor));
        shown(self.scope, whose, row.area_id.as_ref(), self.atlas)
    }

    /// What is shown of the trip as such, wherever it goes: to travellers, their organization, and
    /// those who see everything.
    fn whole(&self, trip: &TripRow) -> Option<Shown> {
        let mut travellers = trip.travellers.iter();
        travellers.find_map(|(person, sponsor)| {
            shown(self.scope, whose(trip, *person, *sponsor), None, self.atlas)
        })
    }

    /// Whether the reader may see every traveller's part with its personal fields.
    pub(super) fn sees_all(&self, trip: &TripRow) -> bool {
        trip.travellers.iter().all(|(person, sponsor)| {
            shown(self.scope, whose(trip, *person, *sponsor), None, self.atlas)
                .is_some_and(|shown| shown.sight.personal)
        })
    }
}

fn whose(trip: &TripRow, person: PersonId, sponsor: Option<PersonId>) -> Whose<'_> {
    Whose { person, sponsor, organization: &trip.organization, personal: trip.personal }
}

impl ClearanceItem {
    fn of(row: &ClearanceRow) -> Self {
        Self {
            clearance_id: row.clearance_id,
            person_id: row.person_id,
            area_id: row.area_id.clone(),
            state: row.state,
            arrive: row.arrive,
            depart: row.depart,
        }
    }
}

/// The decision of a clearance in its present state, as far as it is shown.
fn present(row: &ClearanceRow, shown: Shown) -> ClearanceAnswer {
    let kept = row.answer.clone().and_then(|answer| serde_json::from_value(answer).ok());
    let mut answer = kept.unwrap_or_else(|| ClearanceAnswer::erased(row));
    answer.clearance_id = Some(row.clearance_id);
    answer.state = row.state;
    answer.narrow(shown.class);
    if !shown.whole {
        // they may speak of days and places elsewhere
        answer.remedies.clear();
    }
    if !shown.sight.personal {
        answer.seal();
    }
    answer
}

/// What a person put down with a move, as far as a reader may read it: words for the traveller are
/// for all who see the personal fields, the rest for narrower circles.
fn words(row: &MoveRow, shown: Shown) -> MoveTexts {
    let by_person = row.capacity != Actor::RULES.capacity.name() && row.entry > 1;
    let kept = row.evidence.as_deref().filter(|_| by_person && shown.sight.personal);
    let kept: Option<MoveTexts> = kept.and_then(|body| serde_json::from_slice(body).ok());
    let Some(words) = kept else { return MoveTexts::NONE };
    let reads = |class: FactClass| class <= shown.class;
    MoveTexts {
        traveller: words.traveller.filter(|_| reads(FactClass::I)),
        restricted: words.restricted.filter(|_| reads(FactClass::R)),
        advice: words.advice.filter(|_| reads(FactClass::S)),
        seen: words.seen.filter(|_| reads(FactClass::S)),
    }
}

/// The findings of a clearance in the evidence of its decision.
fn facts_seen(one: &OneClearance, evidence: &[u8]) -> Vec<FindingAnswer> {
    let evidence: Value = serde_json::from_slice(evidence).unwrap_or_default();
    let clearances = evidence.pointer("/decision/clearances").and_then(Value::as_array);
    let person = one.clearance.person_id.to_string();
    let mine = clearances.into_iter().flatten().find(|decision| {
        decision.get("person_id").and_then(Value::as_str) == Some(&person)
            && decision.get("stay").and_then(Value::as_i64) == Some(i64::from(one.stay_no))
    });
    let findings = mine.and_then(|decision| decision.get("findings")).cloned();
    findings.and_then(|findings| serde_json::from_value(findings).ok()).unwrap_or_default()
}
