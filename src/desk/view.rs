//! The desk's answers.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::item::{Item, Lease};
use super::moving::Moving;
use crate::access::Deed;
use crate::model::{
    AreaId, Change, ClearanceId, ClearanceState, Obligation, ObligationOwner, OrganizationId,
    PersonId, Role, SavedAnswer, TripId,
};
use crate::trips::Shown;

/// An answer that is kept for repetitions, given for the first time or again.
#[derive(Debug, Clone)]
pub struct AnsweredItem {
    /// The answer.
    pub answer: SavedAnswer,
    /// It was given before.
    pub replayed: bool,
}

/// Who holds an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct HolderView {
    /// Who.
    #[schema(value_type = Uuid)]
    pub person_id: PersonId,
    /// Since when.
    #[schema(value_type = String, format = "date-time")]
    pub since: Timestamp,
    /// Until when, unless renewed.
    #[schema(value_type = String, format = "date-time")]
    pub until: Timestamp,
}

/// An item of a queue.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QueueItem {
    /// The clearance.
    #[schema(value_type = Uuid)]
    pub clearance_id: ClearanceId,
    /// Its trip.
    #[schema(value_type = Uuid)]
    pub trip_id: TripId,
    /// What the traveller carries.
    pub reference: String,
    /// Who.
    #[schema(value_type = Uuid)]
    pub person_id: PersonId,
    /// Family name; null where personal fields are sealed.
    pub family_name: Option<String>,
    /// Given names; null likewise.
    pub given_names: Option<String>,
    /// Category of person.
    pub category: String,
    /// Organization; null where the reader may not know.
    #[schema(value_type = Option<String>)]
    pub organization: Option<OrganizationId>,
    /// Why.
    pub purpose: String,
    /// Programme criticality.
    pub pc_grade: Option<String>,
    /// Where; null where no area could even be guessed.
    #[schema(value_type = Option<String>)]
    pub area_id: Option<AreaId>,
    /// `stay` or `passage`.
    pub kind: String,
    /// State.
    pub state: ClearanceState,
    /// Local day of arrival.
    #[schema(value_type = String, format = "date")]
    pub arrive: Date,
    /// Local day of departure.
    #[schema(value_type = Option<String>, format = "date")]
    pub depart: Option<Date>,
    /// Nights.
    pub nights: u32,
    /// Level of the area when it was decided.
    pub security_level: Option<i16>,
    /// Later than the area asks.
    pub late: bool,
    /// An adviser recommends first.
    pub two_step: bool,
    /// Who recommended.
    #[schema(value_type = Option<Uuid>)]
    pub recommended_by: Option<PersonId>,
    /// Whose word is needed.
    #[schema(value_type = Option<String>)]
    pub decider: Option<Role>,
    /// When the trip begins.
    #[schema(value_type = String, format = "date-time")]
    pub departs_at: Timestamp,
    /// By when it should be decided.
    #[schema(value_type = Option<String>, format = "date-time")]
    pub due_by: Option<Timestamp>,
    /// When it was submitted.
    #[schema(value_type = String, format = "date-time")]
    pub submitted_at: Timestamp,
    /// When it was last moved.
    #[schema(value_type = String, format = "date-time")]
    pub moved_at: Timestamp,
    /// Moves so far: the version for `If-Match`.
    pub version: i32,
    /// Courses that are missing and not waived.
    #[schema(value_type = Vec<String>)]
    pub missing_courses: Vec<crate::model::Course>,
    /// Who holds it.
    pub holder: Option<HolderView>,
    /// What the caller may do to it now.
    pub actions: Vec<&'static str>,
}

/// How many wait in a state.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct StateCount {
    /// State.
    pub state: ClearanceState,
    /// How many.
    pub items: i64,
}

/// A page of queues.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QueueView {
    /// Most urgent first.
    pub items: Vec<QueueItem>,
    /// For the next page; null on the last.
    pub next_cursor: Option<String>,
    /// Of the whole queue as filtered, whether or not the caller may act on it.
    pub counts: Vec<StateCount>,
    /// When the oldest of them was submitted.
    #[schema(value_type = Option<String>, format = "date-time")]
    pub oldest_submitted_at: Option<Timestamp>,
    /// Its age in seconds, by the database's clock.
    pub oldest_age_seconds: Option<i64>,
}

/// A lease with its item.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LeaseView {
    /// Since when.
    #[schema(value_type = String, format = "date-time")]
    pub claimed_at: Timestamp,
    /// Until when, unless renewed.
    #[schema(value_type = String, format = "date-time")]
    pub leased_until: Timestamp,
    /// The item.
    pub item: QueueItem,
}

/// An item that somebody holds.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HeldItem {
    /// The clearance.
    #[schema(value_type = Uuid)]
    pub clearance_id: ClearanceId,
    /// Its trip.
    #[schema(value_type = Uuid)]
    pub trip_id: TripId,
    /// Where.
    #[schema(value_type = Option<String>)]
    pub area_id: Option<AreaId>,
    /// State.
    pub state: ClearanceState,
    /// Who holds it.
    #[schema(value_type = Uuid)]
    pub holder: PersonId,
    /// Since when.
    #[schema(value_type = String, format = "date-time")]
    pub since: Timestamp,
    /// Until when, unless renewed.
    #[schema(value_type = String, format = "date-time")]
    pub until: Timestamp,
}

/// What an approval obliges to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ObligationView {
    /// The obligation.
    pub obligation_id: Uuid,
    /// What.
    pub code: &'static str,
    /// In words.
    pub text: Option<String>,
    /// Who owes it.
    pub owner: ObligationOwner,
    /// By when.
    #[schema(value_type = Option<String>, format = "date-time")]
    pub due_at: Option<Timestamp>,
    /// What will prove it.
    pub evidence: Option<String>,
}

/// A decision that was written.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DecisionView {
    /// The clearance.
    #[schema(value_type = Uuid)]
    pub clearance_id: ClearanceId,
    /// Its trip.
    #[schema(value_type = Uuid)]
    pub trip_id: TripId,
    /// The state it is in now.
    pub state: ClearanceState,
    /// Moves so far.
    pub version: i32,
    /// When, by the database.
    #[schema(value_type = String, format = "date-time")]
    pub at: Timestamp,
    /// Who; null for a machine.
    #[schema(value_type = Option<Uuid>)]
    pub by: Option<PersonId>,
    /// In which capacity: `own`, `policy:<version>`, `delegation:<id>`, …
    pub capacity: String,
    /// Why, by code.
    pub reason_codes: Vec<&'static str>,
    /// What it obliges to.
    pub obligations: Vec<ObligationView>,
    /// Courses waived with it.
    pub waived: Vec<String>,
    /// Who has to be told, and what has to follow.
    pub notices: Vec<&'static str>,
}

/// A certificate of the traveller.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CertificateView {
    /// Course.
    pub course: String,
    /// Day of completion.
    #[schema(value_type = String, format = "date")]
    pub completed_on: Date,
    /// Last day; null for ever.
    #[schema(value_type = Option<String>, format = "date")]
    pub expires_on: Option<Date>,
    /// `claimed`, `verified`, `revoked`.
    pub state: String,
}

/// Another clearance of the traveller, and what came of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OtherClearance {
    /// The clearance.
    #[schema(value_type = Uuid)]
    pub clearance_id: ClearanceId,
    /// Its trip.
    #[schema(value_type = Uuid)]
    pub trip_id: TripId,
    /// What the traveller carries.
    pub reference: String,
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
    /// When it was last moved.
    #[schema(value_type = String, format = "date-time")]
    pub moved_at: Timestamp,
    /// Who moved it; null for rules.
    #[schema(value_type = Option<Uuid>)]
    pub moved_by: Option<PersonId>,
}

/// A night of the stay against the ceiling.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NightView {
    /// The night, or the day of a visit.
    pub night: String,
    /// `total:`, `organization:<id>` or `category:<name>`.
    pub count: String,
    /// Places taken by visitors.
    pub committed: i64,
    /// Residents present.
    pub residents: i64,
    /// The ceiling in force; null for none.
    pub ceiling: Option<u32>,
}

/// Who travels, beside what the item tells.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TravellerView {
    /// What they are employed as.
    pub functional_title: Option<String>,
    /// Area of the duty station.
    #[schema(value_type = Option<String>)]
    pub duty_station_area_id: Option<AreaId>,
    /// `active`, `on_leave`, `deactivated`.
    pub status: String,
    /// Of a rank that asks for more protection.
    pub senior_official: bool,
    /// Languages they understand.
    pub languages: Vec<String>,
    /// How to reach them, best first; for security staff.
    #[schema(value_type = Vec<Object>)]
    pub contacts: Value,
}

/// One screen in one call.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContextView {
    /// The item.
    pub item: QueueItem,
    /// The decision of the rules, and what is owed.
    pub clearance: crate::trips::ClearanceView,
    /// Who travels.
    pub traveller: TravellerView,
    /// What they have been taught.
    pub certificates: Vec<CertificateView>,
    /// Their other clearances that the reader may see, the latest stays first.
    pub other_clearances: Vec<OtherClearance>,
    /// The nights of the stay against the ceiling.
    pub nights: Vec<NightView>,
    /// Every move so far, with advice and words as far as the reader may read them.
    pub history: Vec<crate::trips::MoveView>,
    /// Heads of the advisories in force.
    pub advisories: Vec<crate::trips::AdvisoryAnswer>,
}

impl QueueItem {
    pub(super) fn of(item: &Item, decider: Option<Role>, actions: &[Deed], shown: Shown) -> Self {
        let personal = shown.sight.personal;
        Self {
            clearance_id: item.clearance_id,
            trip_id: item.trip_id,
            reference: item.reference.clone(),
            person_id: item.person_id,
            family_name: item.family_name.clone().filter(|_| personal),
            given_names: item.given_names.clone().filter(|_| personal),
            category: item.category.as_str().to_owned(),
            organization: personal.then(|| item.organization.clone()),
            purpose: item.purpose.clone(),
            pc_grade: item.pc_grade.clone(),
            area_id: item.area_id.clone(),
            kind: item.kind.clone(),
            state: item.state,
            arrive: item.arrive,
            depart: item.depart,
            nights: item.nights,
            security_level: item.security_level,
            late: item.late,
            two_step: item.two_step,
            recommended_by: item.recommended_by,
            decider,
            departs_at: item.departs_at,
            due_by: item.due_by,
            submitted_at: item.submitted_at,
            moved_at: item.moved_at,
            version: item.entries,
            missing_courses: item.missing_courses(),
            holder: item.lease.map(HolderView::of),
            actions: actions.iter().map(|deed| deed.as_str()).collect(),
        }
    }
}

impl HolderView {
    const fn of(lease: Lease) -> Self {
        Self { person_id: lease.holder, since: lease.since, until: lease.until }
    }
}

impl StateCount {
    pub(super) const fn of(state: ClearanceState, items: i64) -> Self {
        Self { state, items }
    }
}

impl LeaseView {
    pub(super) const fn of(item: QueueItem, lease: Lease) -> Self {
        Self { claimed_at: lease.since, leased_until: lease.until, item }
    }
}

impl DecisionView {
    /// A decision about to be written.
    pub(super) fn of(moving: &Moving<'_>, change: &Change) -> Self {
        let notices = moving.used.notices.iter().map(|notice| notice.as_str());
        Self { notices: notices.collect(), ..Self::written(moving.item, change, moving.to) }
    }

    /// An appeal about to be opened.
    pub(super) fn appealed(item: &Item, change: &Change) -> Self {
        Self::written(item, change, ClearanceState::UnderAppeal)
    }

    fn written(item: &Item, change: &Change, state: ClearanceState) -> Self {
        let moved = change.moves.first();
        let obligations = moved.into_iter().flat_map(|step| &step.obligations);
        let reasons = moved.into_iter().flat_map(|step| &step.reasons);
        let waived = change.waivers.iter().map(|waiver| waiver.course.as_str().to_owned());
        Self {
            clearance_id: item.clearance_id,
            trip_id: item.trip_id,
            state,
            version: item.entries + i32::from(moved.is_some()),
            at: change.at,
            by: change.actor.person_id,
            capacity: change.actor.capacity.name(),
            reason_codes: reasons.map(|reason| reason.as_str()).collect(),
            obligations: obligations.map(ObligationView::of).collect(),
            waived: waived.collect(),
            notices: Vec::new(),
        }
    }

    /// As it is answered and kept.
    pub(super) fn answer(&self) -> Result<AnsweredItem, serde_json::Error> {
        let answer = SavedAnswer {
            status: 200,
            headers: vec![("etag".to_owned(), format!("\"v{}\"", self.version))],
            body: serde_json::to_vec(self)?.into(),
        };
        Ok(AnsweredItem { answer, replayed: false })
    }
}

impl ObligationView {
    fn of(one: &Obligation) -> Self {
        Self {
            obligation_id: one.obligation_id,
            code: one.code.as_str(),
            text: one.text.clone(),
            owner: one.owner,
            due_at: one.due_at,
            evidence: one.evidence.clone(),
        }
    }
}
