//! What an approval obliges to, and what came of it (domain.md b.1): each with an owner, a time and
//! what proves it.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::sight::Shown;
use super::store;
use crate::database::{Database, DatabaseError};
use crate::model::{ClearanceId, ObligationOwner, PersonId};

/// An obligation of the newest approval.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ObligationAnswer {
    /// Its number among those of the clearance, by which it is fulfilled.
    pub number: i32,
    /// The obligation.
    pub obligation_id: Uuid,
    /// What: a code of conditions.
    pub code: String,
    /// Who owes it.
    pub owner: ObligationOwner,
    /// By when; null lasts as long as the stay.
    #[schema(value_type = Option<String>, format = "date-time")]
    pub due_at: Option<Timestamp>,
    /// In words; null where personal fields are sealed.
    pub text: Option<String>,
    /// What will prove it; null likewise.
    pub evidence: Option<String>,
    /// When it was met; null while it is owed.
    #[schema(value_type = Option<String>, format = "date-time")]
    pub done_at: Option<Timestamp>,
    /// Who said so; null for a machine.
    #[schema(value_type = Option<Uuid>)]
    pub done_by: Option<PersonId>,
    /// What proved it, in words; null where personal fields are sealed, or a report met it.
    pub proof: Option<String>,
    /// Owed, and its time has passed.
    pub overdue: bool,
}

impl ObligationAnswer {
    /// Words are personal.
    pub(super) fn narrow(mut self, shown: Shown) -> Self {
        if !shown.sight.personal {
            (self.text, self.evidence, self.proof) = (None, None, None);
        }
        self
    }
}

/// The obligations of a clearance's newest approval, or one of them by its number.
pub async fn obligations(
    database: &Database,
    id: ClearanceId,
    number: Option<i32>,
) -> Result<Vec<ObligationAnswer>, DatabaseError> {
    store::obligations(database, id, number).await
}
