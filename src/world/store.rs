//! What the routes of this room ask the database.

use crate::atlas::Shape;
use crate::database::{Database, DatabaseError, Row, Statement};
use crate::model::{AreaId, Role};

macro_rules! own {
    ($name:literal) => {
        Statement::new(
            concat!("world/", $name),
            include_str!(concat!("../../sql/queries/world/", $name, ".sql")),
        )
    };
}

const SHAPE: Statement = own!("shape");

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
