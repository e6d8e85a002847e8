//! Reads batches.

use jiff::Timestamp;
use uuid::Uuid;

use super::{BatchPlace, BatchRow};
use crate::access::Scope;
use crate::database::{Database, DatabaseError, Row, Statement, statement};
use crate::model::{AreaId, Cause, PersonId};

const LIST: Statement = statement!("world/redecision_list");

/// Batches that a scope sees, the latest first; or one of them.
pub(super) async fn batches(
    database: &Database,
    scope: &Scope,
    before: Option<BatchPlace>,
    limit: i64,
    one: Option<Uuid>,
) -> Result<Vec<BatchRow>, DatabaseError> {
    let seen = scope.arrays();
    let (time, id) = before.unwrap_or((Timestamp::MAX, Uuid::max()));
    let mut connection = database.reader().await?;
    let rows = connection
        .rows(&LIST, &[&seen.everywhere, &seen.areas, &seen.countries, &time, &id, &limit, &one])
        .await?;
    rows.iter().map(batch).collect()
}

fn batch(row: &Row) -> Result<BatchRow, DatabaseError> {
    let areas: Vec<&str> = row.try_get("areas")?;
    let person: Option<Uuid> = row.try_get("person_id")?;
    let by: Option<Uuid> = row.try_get("requested_by")?;
    let listed: i32 = row.try_get("listed")?;
    Ok(BatchRow {
        redecision_id: row.try_get("redecision_id")?,
        cause: Cause::named(row.try_get("cause")?).unwrap_or(Cause::Level),
        areas: areas.into_iter().map(AreaId::from).collect(),
        person_id: person.map(PersonId),
        world_version: row.try_get("world_version")?,
        requested_by: by.map(PersonId),
        requested_at: row.try_get("requested_at")?,
        began_at: row.try_get("began_at")?,
        listed_at: row.try_get("listed_at")?,
        decided_at: row.try_get("decided_at")?,
        settled_at: row.try_get("settled_at")?,
        listed: i64::from(listed),
        done: row.try_get("done")?,
        foreseen: row.try_get("foreseen")?,
        applied: row.try_get("applied")?,
    })
}
