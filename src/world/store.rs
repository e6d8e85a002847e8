//! What several corners of this room ask the database, and the lock `world`.

use crate::atlas::Shape;
use crate::database::{
    BEGIN, Connection, Database, DatabaseError, Row, Statement, Step, statement, step,
};
use crate::model::{AreaId, Role};

const LOCK: Statement = statement!("world/lock");
const SHAPE: Statement = statement!("world/shape");

/// Opens a transaction under the lock `world`, and asks in the same round trip: while it is open
/// nothing is decided against the world, and nobody else changes it.
pub(super) async fn locked(
    connection: &mut Connection,
    asked: &[Step<'_>],
) -> Result<Vec<Vec<Row>>, DatabaseError> {
    let mut steps = vec![step(&BEGIN, &[]), step(&LOCK, &[])];
    steps.extend_from_slice(asked);
    Ok(connection.group(&steps).await?.split_off(2))
}

/// Like [`locked`], for one question that one row answers.
pub(super) async fn locked_row(
    connection: &mut Connection,
    asked: Step<'_>,
) -> Result<Option<Row>, DatabaseError> {
    Ok(locked(connection, &[asked]).await?.pop().and_then(|mut rows| rows.pop()))
}

/// The shape of an area; none where it has none.
pub(super) async fn shape(
    database: &Database,
    area_id: &AreaId,
) -> Result<Option<Shape>, super::LoadError> {
    let row = database.reader().await?.maybe(&SHAPE, &[&area_id.as_str()]).await?;
    let Some(row) = row else { return Ok(None) };
    let bytes: &[u8] = row.try_get("shape").map_err(DatabaseError::from)?;
    Ok(Some(Shape::from_bytes(bytes)?))
}

/// The office that a statement found, in its column `office`.
pub(super) fn office(row: &Row) -> Result<Option<Role>, DatabaseError> {
    let name: Option<&str> = row.try_get("office")?;
    Ok(name.and_then(|name| Role::ALL.into_iter().find(|role| role.as_str() == name)))
}
