//! Advice of organizations on air operators, and their permissions to use them all the same (R-701
//! to R-704). It acts on the organization's side alone: a gate on the trip and a condition on its
//! clearances, never an outcome.

mod store;

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

pub(in crate::world) use self::store::{advice, authorizations, flying, name};
use crate::database::{Database, DatabaseError};
use crate::model::{Claim, OperatorStanding, OrganizationId, PersonId};

/// Whose advice is seen: one's own organizations', or everybody's.
#[derive(Debug, Clone, Default)]
pub(in crate::world) struct AdviceSight {
    pub(in crate::world) everybody: bool,
    pub(in crate::world) organizations: Vec<String>,
}

/// Advice as its organization writes it.
#[derive(Debug, Clone)]
pub(in crate::world) struct NewAdvice {
    pub(in crate::world) standing: OperatorStanding,
    pub(in crate::world) valid_to: Option<Date>,
    pub(in crate::world) aoc_state: Option<String>,
    pub(in crate::world) basis: Option<&'static str>,
    pub(in crate::world) note: Option<String>,
}

/// What advice may rest on (F-156).
pub(in crate::world) const BASES: [&str; 4] = ["icao_audit", "iosa", "bars", "own"];

/// Advice on record.
#[derive(Debug, Clone)]
pub(in crate::world) struct Advice {
    pub(in crate::world) organization: String,
    pub(in crate::world) standing: String,
    pub(in crate::world) valid_to: Option<Date>,
    pub(in crate::world) lapsed: bool,
    pub(in crate::world) aoc_state: Option<String>,
    pub(in crate::world) basis: Option<String>,
    pub(in crate::world) note: Option<String>,
    pub(in crate::world) revision: i32,
    pub(in crate::world) changed_by: Uuid,
    pub(in crate::world) changed_at: Timestamp,
}

/// A permission to be given.
#[derive(Debug, Clone)]
pub(in crate::world) struct NewAuthorization {
    /// For one trip; none for everybody of the organization.
    pub(in crate::world) trip_id: Option<Uuid>,
    pub(in crate::world) valid_from: Option<Date>,
    pub(in crate::world) valid_to: Date,
    pub(in crate::world) reason: String,
}

/// A permission on record.
#[derive(Debug, Clone)]
pub(in crate::world) struct Authorization {
    pub(in crate::world) authorization_id: Uuid,
    pub(in crate::world) organization: String,
    pub(in crate::world) kind: String,
    pub(in crate::world) trip_id: Option<Uuid>,
    pub(in crate::world) valid_from: Date,
    pub(in crate::world) valid_to: Date,
    pub(in crate::world) reason: String,
    pub(in crate::world) fingerprint: Vec<u8>,
    pub(in crate::world) given_by: Uuid,
    pub(in crate::world) given_at: Timestamp,
}

/// A live trip that flies with an operator.
#[derive(Debug, Clone)]
pub(in crate::world) struct Flying {
    pub(in crate::world) organization: String,
    pub(in crate::world) trip_id: Uuid,
    pub(in crate::world) reference: String,
    pub(in crate::world) flight: String,
    pub(in crate::world) day: Date,
    pub(in crate::world) people: i32,
    pub(in crate::world) authorized: bool,
}

/// Why nothing is written.
#[derive(Debug, thiserror::Error)]
pub(in crate::world) enum OperatorError {
    /// The person is not the organization's air focal point, or the trip is not its own.
    #[error("only the organization's air focal point, and for its own trips")]
    NotPermitted,
    /// The key was used with another body.
    #[error("this key was used with another body")]
    KeyReused,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Writes an organization's advice on an operator. `permit` sees the revision that stands, 0 for
/// none, before anything is written.
pub(in crate::world) async fn advise<E: From<OperatorError>>(
    database: &Database,
    (organization, code): (&OrganizationId, &str),
    new: &NewAdvice,
    by: PersonId,
    permit: impl FnOnce(i32) -> Result<(), E>,
) -> Result<(), E> {
    store::advise(database, (organization, code), new, by, permit).await
}

/// Gives a permission; answers it, and whether this request gave it.
pub(in crate::world) async fn authorize(
    database: &Database,
    (id, claim): (Uuid, &Claim),
    (organization, code): (&OrganizationId, &str),
    new: &NewAuthorization,
    by: PersonId,
) -> Result<(Authorization, bool), OperatorError> {
    let sight =
        AdviceSight { everybody: false, organizations: vec![organization.as_str().to_owned()] };
    let one = || authorizations(database, code, &sight, None, (Some(id), 1));
    let is_new = one().await?.is_empty();
    if is_new {
        store::authorize(database, (id, claim), (organization, code), new, by).await?;
    }
    let found = one().await?.into_iter().next().ok_or(OperatorError::NotPermitted)?;
    if found.fingerprint != claim.fingerprint {
        return Err(OperatorError::KeyReused);
    }
    Ok((found, is_new))
}
