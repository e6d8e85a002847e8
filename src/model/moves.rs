//! Moves of clearances on record: where to, why, in which words, by which power, and what may come
//! in their way.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    AreaId, ClearanceId, ClearanceState, ConditionCode, Course, Decider, FactClass, PersonId,
    ReasonCode, RuleId, TripId,
};

/// A move of a clearance on record.
#[derive(Debug, Clone)]
pub struct ClearanceMove {
    /// Which.
    pub clearance_id: ClearanceId,
    /// Its trip.
    pub trip_id: TripId,
    /// States it may be in now; any other loses the move.
    pub from: Vec<ClearanceState>,
    /// Where to.
    pub to: MoveTo,
    /// Rules that moved it.
    pub rules: Vec<RuleId>,
    /// Reasons.
    pub reasons: Vec<ReasonCode>,
    /// New place in the queue, where the move enters one.
    pub urgent_at: Option<f64>,
    /// Revision of the clearance's area the move was decided with; none leaves it.
    pub revision: Option<i64>,
    /// Whose word is needed from now on; none leaves it.
    pub decider: Option<Decider>,
    /// By when; none leaves it.
    pub due_by: Option<Timestamp>,
    /// Moves so far, as the decider saw them; compared where the change has a holder.
    pub version: Option<i32>,
    /// What a person put down with it.
    pub texts: MoveTexts,
    /// What it is bound to, as obligations.
    pub obligations: Vec<Obligation>,
    /// Whether the ceiling is asked before a place is taken.
    pub places: PlaceCheck,
}

impl ClearanceMove {
    /// A move without rules, reasons, words or obligations, that asks no ceiling and keeps its
    /// place in the queue.
    pub const fn new(
        clearance_id: ClearanceId,
        trip_id: TripId,
        from: Vec<ClearanceState>,
        to: MoveTo,
    ) -> Self {
        Self {
            clearance_id,
            trip_id,
            from,
            to,
            rules: Vec::new(),
            reasons: Vec::new(),
            urgent_at: None,
            revision: None,
            decider: None,
            due_by: None,
            version: None,
            texts: MoveTexts::NONE,
            obligations: Vec::new(),
            places: PlaceCheck::None,
        }
    }
}

/// Target of a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoveTo {
    /// A state.
    State(ClearanceState),
    /// From `suspended` back to the state it had.
    Prior,
}

/// What becomes of a record when one of its moves comes too late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LostMoves {
    /// Nothing of it is written (a person's decision, a cancellation).
    Refuse,
    /// The move is left out and named (a change of many clearances by the world).
    Skip,
}

/// What a person put down with a move (R-1201). Erasable evidence, one row a move: no ledger entry,
/// event or log line holds any of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MoveTexts {
    /// For everybody concerned (class I).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traveller: Option<String>,
    /// For the chain of decision alone (class R).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restricted: Option<String>,
    /// An adviser's advice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<Advice>,
    /// What the decider was shown: versions, certificates, counts (class S).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<serde_json::Value>,
}

impl MoveTexts {
    /// Nothing.
    pub const NONE: Self = Self { traveller: None, restricted: None, advice: None, seen: None };

    /// Nothing was put down.
    pub const fn is_empty(&self) -> bool {
        matches!(self, Self { traveller: None, restricted: None, advice: None, seen: None })
    }

    /// The narrowest circle any of it belongs to.
    pub const fn class(&self) -> FactClass {
        match self {
            Self { restricted: Some(_), .. } => FactClass::R,
            Self { seen: Some(_), .. } => FactClass::S,
            _ => FactClass::I,
        }
    }
}

/// What an adviser says to the one who decides; it binds nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// Nothing against it.
    Favourable,
    /// Against it.
    Unfavourable,
}

/// A missing course that is waived for one stay.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiver {
    /// The clearance.
    pub clearance_id: ClearanceId,
    /// Its trip.
    pub trip_id: TripId,
    /// States it may be in now.
    pub from: Vec<ClearanceState>,
    /// Moves so far, as the decider saw them.
    pub version: i32,
    /// The course.
    pub course: Course,
    /// What the decider put down with it.
    pub texts: MoveTexts,
}

/// A condition of an approval that somebody owes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obligation {
    /// Id, in the order of time.
    pub obligation_id: Uuid,
    /// What.
    pub code: ConditionCode,
    /// In words, for the owner (class I).
    pub text: Option<String>,
    /// Who owes it.
    pub owner: ObligationOwner,
    /// By when; none lasts as long as the stay.
    pub due_at: Option<Timestamp>,
    /// What will prove it, in words.
    pub evidence: Option<String>,
}

/// An obligation that was met. The first word stands; a second one leaves the record unwritten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fulfilment {
    /// The clearance.
    pub clearance_id: ClearanceId,
    /// Its area.
    pub area_id: Option<AreaId>,
    /// Number of the obligation among those of the clearance.
    pub number: i32,
    /// What proves it, in words; erasable, in no event and no log.
    pub proof: String,
    /// States the clearance may be in; in any other nothing is written.
    pub while_in: Vec<ClearanceState>,
}

/// Who owes an obligation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObligationOwner {
    /// Who travels.
    Traveller,
    /// The traveller's organization.
    Organization,
    /// The area's security office.
    AreaOffice,
}

impl ObligationOwner {
    /// Every owner.
    pub const ALL: [Self; 3] = [Self::Traveller, Self::Organization, Self::AreaOffice];

    /// The name in JSON and SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Traveller => "traveller",
            Self::Organization => "organization",
            Self::AreaOffice => "area_office",
        }
    }
}

/// Whether a move that takes a place asks the ceiling first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum PlaceCheck {
    /// It takes no place, or one that was free for it already.
    #[default]
    None,
    /// Every night must have a place, under the locks of the nights; else
    /// [`Committed::CeilingFull`](super::Committed::CeilingFull).
    Within,
    /// Above the ceiling, by somebody who may.
    Override {
        /// Why, in words; shown in reports.
        reason: String,
    },
}

/// A permission for a clearance to take its places above the ceiling, ahead of the decision
/// . Whoever then decides needs no power of that kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overbooking {
    /// Id, in the order of time.
    pub override_id: Uuid,
    /// Which clearance; it must wait for a decision.
    pub clearance_id: ClearanceId,
    /// Its trip.
    pub trip_id: TripId,
    /// Why, in words; shown in reports.
    pub reason: String,
}

/// The written power that a capacity rests on (R-801..R-803, R-806). The statement that records the
/// decision asks the database again, at its own time: in force, confirmed, not revoked, covering
/// every area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// The decider's own appointment; none where only a delegation gives the power.
    pub appointment_id: Option<Uuid>,
    /// The delegation used.
    pub delegation_id: Option<Uuid>,
    /// Areas of the clearances it moves.
    pub areas: Vec<AreaId>,
}

/// Somebody's lease on an item of a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// The clearance.
    pub clearance_id: ClearanceId,
    /// Who holds it.
    pub by: PersonId,
    /// Since when.
    pub at: Timestamp,
    /// Until when, unless renewed.
    pub until: Timestamp,
}

/// Who was faster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostMove {
    /// The clearance.
    pub clearance_id: ClearanceId,
    /// The state it is in; none where there is no such clearance.
    pub state: Option<ClearanceState>,
    /// Who moved it last; none for rules.
    pub by: Option<PersonId>,
    /// When.
    pub at: Option<Timestamp>,
}
