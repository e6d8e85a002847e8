//! Reads fences on record and writes what changes of them, each change in one short transaction
//! under the lock `world`.

mod ending;
mod reading;
mod writing;

pub(super) use self::ending::{any_due, end_due};
pub(in crate::world) use self::reading::{FenceFilter, FenceOnRecord, fences_on_record};
pub(in crate::world) use self::writing::{FenceDrawn, draw_for, plan_for, redraw_for, remove_for};

use super::NewFence;
use crate::database::{COMMIT, Database, DatabaseError, Row, Statement, statement, step};
use crate::model::{AreaId, FenceId, PersonId};
use crate::world::store::locked_row;

const INSERT: Statement = statement!("world/fence_insert");
const REMOVE: Statement = statement!("world/fence_remove");

pub(super) async fn draw(
    database: &Database,
    fence: &NewFence,
    areas: &[AreaId],
) -> Result<i64, DatabaseError> {
    let areas: Vec<&str> = areas.iter().map(AreaId::as_str).collect();
    let hours = fence.hours.map(|hours| (hours.from, hours.to)).unzip();
    let by = fence.by.map(|person| person.0);
    let mut connection = database.writer().await?;
    let row = locked_row(
        &mut connection,
        step(
            &INSERT,
            &[
                &fence.fence_id.0,
                &fence.kind.as_str(),
                &fence.name.as_str(),
                &fence.effect.as_str(),
                &fence.validity.from,
                &fence.validity.until,
                &hours.0,
                &hours.1,
                &areas,
                &fence.shape.to_bytes(),
                &by,
            ],
        ),
    )
    .await?;
    connection.group(&[step(&COMMIT, &[])]).await?;
    version(row.as_ref())?.ok_or(DatabaseError::Rows { statement: INSERT.name(), rows: 0 })
}

pub(super) async fn remove(
    database: &Database,
    fence_id: FenceId,
    by: Option<PersonId>,
) -> Result<Option<i64>, DatabaseError> {
    let by = by.map(|person| person.0);
    let mut connection = database.writer().await?;
    let row = locked_row(&mut connection, step(&REMOVE, &[&fence_id.0, &by])).await?;
    connection.group(&[step(&COMMIT, &[])]).await?;
    version(row.as_ref())
}

fn version(row: Option<&Row>) -> Result<Option<i64>, DatabaseError> {
    Ok(row.map(|row| row.try_get("version")).transpose()?)
}
