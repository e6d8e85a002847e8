//! Reads what the map is drawn from.

use crate::atlas::Shape;
use crate::database::{Database, DatabaseError, Row, Statement, statement};
use crate::world::LoadError;

const SHAPES: Statement = statement!("world/load_shapes");

/// The shapes of all areas, in order of id.
pub(super) async fn shapes(database: &Database) -> Result<Vec<Shape>, LoadError> {
    let rows = database.reader().await?.rows(&SHAPES, &[]).await?;
    let shape = |row: &Row| {
        let bytes: &[u8] = row.try_get("shape").map_err(DatabaseError::from)?;
        Ok(Shape::from_bytes(bytes)?)
    };
    rows.iter().map(shape).collect()
}
