//! Writes down the ends of fences.

use crate::database::{COMMIT, Database, DatabaseError, Statement, statement, step};
use crate::world::store::locked_row;

const DUE: Statement = statement!("world/fence_due");
const END: Statement = statement!("world/fence_end");

/// Whether a fence has come to its end that nobody wrote down.
pub(in crate::world::fences) async fn any_due(database: &Database) -> Result<bool, DatabaseError> {
    Ok(database.reader().await?.maybe(&DUE, &[]).await?.is_some())
}

/// Writes down what has ended; the world's new version, none where another was faster.
pub(in crate::world::fences) async fn end_due(
    database: &Database,
) -> Result<Option<i64>, DatabaseError> {
    let mut connection = database.writer().await?;
    let row = locked_row(&mut connection, step(&END, &[])).await?;
    connection.group(&[step(&COMMIT, &[])]).await?;
    Ok(row.as_ref().map(|row| row.try_get("version")).transpose()?)
}
