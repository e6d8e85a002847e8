//! A mission request as the API shows it.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::mission::{Mission, Said};
use crate::access::Scope;
use crate::model::{
    AreaId, ClearanceId, ClearanceState, MissionState, OrganizationId, Outcome, PersonId,
    ReasonCode,
};

/// A mission security clearance request.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MissionView {
    /// The request.
    pub mscr_id: Uuid,
    /// Raised by every step; the `ETag`.
    pub version: i32,
    /// How far it has come.
    pub state: MissionState,
    /// The mission, by its own papers.
    pub mission_ref: String,
    /// The risk assessment made for it.
    pub srm_ref: String,
    /// The concept of operations.
    pub conops: String,
    /// The record by which the activity was rated PC1.
    pub pc1_record: String,
    /// Whom it names; an organization sees its own people, a traveller themselves.
    pub people: Vec<NamedView>,
    /// How many it names.
    pub people_count: usize,
    /// Areas it is for.
    #[schema(value_type = Vec<String>)]
    pub areas: Vec<AreaId>,
    /// Days it is for.
    pub window: WindowView,
    /// SHA-256 of people, areas and window, in hexadecimal: what every consent is for.
    pub package_hash: String,
    /// Who opened it.
    #[schema(value_type = Option<Uuid>)]
    pub opened_by: Option<PersonId>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Timestamp,
    /// The official's advice.
    pub recommendation: Option<SaidView>,
    /// One for each organization whose people are named.
    pub consents: Vec<ConsentView>,
    /// Headquarters' word.
    pub decision: Option<SaidView>,
}

/// A person named.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NamedView {
    /// The person.
    #[schema(value_type = Uuid)]
    pub person_id: PersonId,
    /// Whom the person goes for.
    #[schema(value_type = String)]
    pub organization: OrganizationId,
}

/// Local days.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WindowView {
    /// The first.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The last.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
}

/// What somebody said.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SaidView {
    /// The word: `favourable`, `unfavourable`; `accept`, `refuse`; `grant`, `refuse`.
    pub decision: &'static str,
    /// Who.
    #[schema(value_type = Uuid)]
    pub by: PersonId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Why.
    #[schema(value_type = Vec<String>)]
    pub reason_codes: Vec<ReasonCode>,
}

/// The answer of an organization's head.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConsentView {
    /// The organization.
    #[schema(value_type = String)]
    pub organization: OrganizationId,
    /// What was said; null while nobody has.
    pub said: Option<SaidView>,
}

/// A request after a step.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SteppedView {
    /// The request as it stands now.
    #[serde(flatten)]
    pub mscr: MissionView,
    /// Clearances that moved with the step.
    pub clearances: Vec<MovedView>,
    /// Clearances that a granted request does not open, for something else stands against them:
    /// they stay as they are.
    pub left: Vec<LeftView>,
}

/// A clearance that moved.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MovedView {
    /// The clearance.
    #[schema(value_type = Uuid)]
    pub clearance_id: ClearanceId,
    /// Its state now.
    pub state: ClearanceState,
}

/// A clearance that did not.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LeftView {
    /// The clearance.
    #[schema(value_type = Uuid)]
    pub clearance_id: ClearanceId,
    /// As it would be decided now; null where what it was decided with is erased.
    #[schema(value_type = Option<String>)]
    pub outcome: Option<Outcome>,
    /// What stands against it.
    #[schema(value_type = Vec<String>)]
    pub reason_codes: Vec<ReasonCode>,
}

impl MissionView {
    /// What a reader sees of a request.
    pub(super) fn of(mission: &Mission, scope: &Scope) -> Self {
        let package = &mission.package;
        let named = package.people.iter().filter(|(person, of)| sees(scope, *person, of));
        Self {
            mscr_id: mission.mscr_id,
            version: mission.change_no,
            state: mission.state,
            mission_ref: mission.mission_ref.clone(),
            srm_ref: mission.srm_ref.clone(),
            conops: mission.conops.clone(),
            pc1_record: mission.pc1_record.clone(),
            people: named.map(|(person, of)| NamedView::of(*person, of)).collect(),
            people_count: package.people.len(),
            areas: package.areas.clone(),
            window: WindowView { from: package.from, to: package.to },
            package_hash: hexadecimal(&mission.package_hash),
            opened_by: mission.opened_by,
            opened_at: mission.opened_at,
            recommendation: mission.advice.as_ref().map(|s| SaidView::of(s, s.word.as_str())),
            consents: mission
                .consents
                .iter()
                .map(|(of, said)| ConsentView {
                    organization: of.clone(),
                    said: said.as_ref().map(|said| SaidView::of(said, said.word.as_str())),
                })
                .collect(),
            decision: mission.decision.as_ref().map(|s| SaidView::of(s, s.word.as_str())),
        }
    }
}

impl NamedView {
    fn of(person_id: PersonId, organization: &OrganizationId) -> Self {
        Self { person_id, organization: organization.clone() }
    }
}

impl SaidView {
    fn of<W>(said: &Said<W>, word: &'static str) -> Self {
        Self { decision: word, by: said.by, at: said.at, reason_codes: said.reasons.clone() }
    }
}

/// Security staff of an area see everybody who goes there; an organization its own people;
/// travellers themselves.
pub(super) fn sees(scope: &Scope, person: PersonId, organization: &OrganizationId) -> bool {
    let arrays = scope.arrays();
    let for_security =
        arrays.everywhere || !arrays.areas.is_empty() || !arrays.countries.is_empty();
    for_security
        || arrays.persons.contains(&person.0)
        || arrays.organizations.iter().any(|own| own == organization.as_str())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}
