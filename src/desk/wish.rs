//! What somebody wants done to an item, and in which words.

use jiff::Timestamp;
use uuid::Uuid;

use crate::access::{Asked, Deed};
use crate::model::{Advice, ConditionCode, Course, MoveTexts, ObligationOwner, ReasonCode};

/// A deed with its reasons and words, read and sound.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// What.
    pub deed: Deed,
    /// Why, by code.
    pub reasons: Vec<ReasonCode>,
    /// For everybody concerned.
    pub text_for_traveller: Option<String>,
    /// For the chain alone.
    pub restricted_text: Option<String>,
    /// What an approval obliges to.
    pub obligations: Vec<WishedObligation>,
    /// What an adviser says.
    pub advice: Option<Advice>,
    /// The course that is waived.
    pub course: Option<Course>,
    /// Above the ceiling, and why.
    pub above_ceiling: Option<String>,
    /// The delegation to be used, and no other power.
    pub delegation_id: Option<Uuid>,
    /// In an emergency.
    pub emergency: bool,
}

/// A condition of an approval, as it is wished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WishedObligation {
    /// What.
    pub code: ConditionCode,
    /// In words.
    pub text: Option<String>,
    /// Who owes it.
    pub owner: ObligationOwner,
    /// By when.
    pub due_at: Option<Timestamp>,
    /// What will prove it.
    pub evidence: Option<String>,
}

impl Wish {
    /// A deed without a word.
    pub const fn plain(deed: Deed) -> Self {
        Self {
            deed,
            reasons: Vec::new(),
            text_for_traveller: None,
            restricted_text: None,
            obligations: Vec::new(),
            advice: None,
            course: None,
            above_ceiling: None,
            delegation_id: None,
            emergency: false,
        }
    }

    /// As authority is asked.
    pub(super) const fn asked(&self) -> Asked {
        Asked { deed: self.deed, delegation_id: self.delegation_id, emergency: self.emergency }
    }

    /// The words, with what the decider was shown.
    pub(super) fn texts(&self, seen: serde_json::Value) -> MoveTexts {
        MoveTexts {
            traveller: self.text_for_traveller.clone(),
            restricted: self.restricted_text.clone(),
            advice: self.advice,
            seen: Some(seen),
        }
    }

    /// The reasons that are recorded: unfavourable advice is one by itself.
    pub(super) fn recorded_reasons(&self) -> Vec<ReasonCode> {
        let mut reasons = self.reasons.clone();
        let against = self.advice == Some(Advice::Unfavourable);
        if against && !reasons.contains(&ReasonCode::SecurityAdvice) {
            reasons.push(ReasonCode::SecurityAdvice);
        }
        reasons
    }
}
