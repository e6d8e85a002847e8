//! Writes fences, each in one short transaction.

use super::NewFence;
use crate::database::{BEGIN, COMMIT, Database, DatabaseError, Row, Statement, step};
use crate::model::{AreaId, FenceId, PersonId};

macro_rules! own {
    ($name:literal) => {
        Statement::new(
            concat!("world/", $name),
            include_str!(concat!("../../../sql/queries/world/", $name, ".sql")),
        )
    };
}

const LOCK: Statement = own!("import_lock");
const INSERT: Statement = own!("fence_insert");
const REMOVE: Statement = own!("fence_remove");

pub(super) async fn draw(
    database: &Database,
    fence: &NewFence,
    areas: &[AreaId],
) -> Result<i64, DatabaseError> {
    let areas: Vec<&str> = areas.iter().map(AreaId::as_str).collect();
    let hours = fence.hours.map(|hours| (hours.from, hours.to)).unzip();
    let by = fence.by.map(|person| person.0);
    let mut connection = database.writer().await?;
    let answers = connection
        .group(&[
            step(&BEGIN, &[]),
            step(&LOCK, &[]),
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
            step(&COMMIT, &[]),
        ])
        .await?;
    version(&answers)?.ok_or(DatabaseError::Rows { statement: INSERT.name(), rows: 0 })
}

pub(super) async fn remove(
    database: &Database,
    fence_id: FenceId,
    by: Option<PersonId>,
) -> Result<Option<i64>, DatabaseError> {
    let by = by.map(|person| person.0);
    let mut connection = database.writer().await?;
    let answers = connection
        .group(&[
            step(&BEGIN, &[]),
            step(&LOCK, &[]),
            step(&REMOVE, &[&fence_id.0, &by]),
            step(&COMMIT, &[]),
        ])
        .await?;
    version(&answers)
}

fn version(answers: &[Vec<Row>]) -> Result<Option<i64>, DatabaseError> {
    let row = answers.get(2).and_then(|rows| rows.first());
    Ok(row.map(|row| row.try_get("version")).transpose()?)
}
