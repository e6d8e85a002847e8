//! Batches that decide live clearances again, as people see them: what was foreseen, how far they
//! are, what was done (domain.md c.11).

mod store;

use jiff::Timestamp;
use uuid::Uuid;

use super::preview::{Foreseen, LISTED, Outcome};
use super::settle::{near, tally};
use crate::access::Scope;
use crate::database::{Database, DatabaseError};
use crate::model::{AreaId, Cause, ClearanceId, PersonId};

/// A batch on record.
#[derive(Debug, Clone)]
pub(in crate::world) struct BatchRow {
    pub(in crate::world) redecision_id: Uuid,
    pub(in crate::world) cause: Cause,
    pub(in crate::world) areas: Vec<AreaId>,
    pub(in crate::world) person_id: Option<PersonId>,
    pub(in crate::world) world_version: i64,
    pub(in crate::world) requested_by: Option<PersonId>,
    pub(in crate::world) requested_at: Timestamp,
    pub(in crate::world) began_at: Option<Timestamp>,
    pub(in crate::world) listed_at: Option<Timestamp>,
    pub(in crate::world) decided_at: Option<Timestamp>,
    pub(in crate::world) settled_at: Option<Timestamp>,
    /// Clearances it touches.
    pub(in crate::world) listed: i64,
    /// Clearances done so far.
    pub(in crate::world) done: i64,
    /// JSON.
    pub(in crate::world) foreseen: Option<String>,
    /// JSON.
    pub(in crate::world) applied: Option<String>,
}

/// Where a page of batches begins: before this time and batch.
pub(in crate::world) type BatchPlace = (Timestamp, Uuid);

/// Batches that a scope sees, the latest first.
pub(in crate::world) async fn batches(
    database: &Database,
    scope: &Scope,
    before: Option<BatchPlace>,
    limit: i64,
) -> Result<Vec<BatchRow>, DatabaseError> {
    store::batches(database, scope, before, limit, None).await
}

/// A batch that a scope sees, by its id or that of a change it is made of.
pub(in crate::world) async fn batch(
    database: &Database,
    scope: &Scope,
    id: Uuid,
) -> Result<Option<BatchRow>, DatabaseError> {
    Ok(store::batches(database, scope, None, 1, Some(id)).await?.pop())
}

/// What a batch has done so far.
pub(in crate::world) async fn so_far(
    database: &Database,
    batch: &BatchRow,
) -> Result<Foreseen, DatabaseError> {
    let tally = tally(database, batch.redecision_id).await?;
    let limit = i64::try_from(LISTED).unwrap_or(i64::MAX);
    let near = near(database, batch.redecision_id, None, limit).await?;
    let outcome = Outcome { tally, near: near.into_iter().collect() };
    Ok(Foreseen::of(batch.cause, &batch.areas, &outcome))
}

/// Near departures of a batch that stand, by clearance.
pub(in crate::world) async fn near_departures(
    database: &Database,
    batch: &BatchRow,
    after: Option<ClearanceId>,
    limit: i64,
) -> Result<Vec<ClearanceId>, DatabaseError> {
    near(database, batch.redecision_id, after, limit).await
}
