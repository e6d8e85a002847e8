//! Writes down the ends of fences, and lets go of what is long past.

use jiff::Timestamp;

use crate::database::{COMMIT, Database, DatabaseError, Statement, Step, statement, step};
use crate::world::store::locked_row;

const DUE: Statement = statement!("world/fence_due");
const END: Statement = statement!("world/fence_end");
const HORIZON: Statement = statement!("world/fence_horizon");
const FORGET: Statement = statement!("world/fence_forget");

/// Whether a fence has come to its end that nobody wrote down.
pub(in crate::world::fences) async fn any_due(database: &Database) -> Result<bool, DatabaseError> {
    Ok(database.reader().await?.maybe(&DUE, &[]).await?.is_some())
}

/// Writes down what has ended; the world's new version, none where another was faster.
pub(in crate::world::fences) async fn end_due(
    database: &Database,
) -> Result<Option<i64>, DatabaseError> {
    raised(database, step(&END, &[])).await
}

/// The time before which no live stay needs a fence; none where nobody has to look now.
pub(in crate::world::fences) async fn horizon(
    database: &Database,
) -> Result<Option<Timestamp>, DatabaseError> {
    let row = database.writer().await?.maybe(&HORIZON, &[]).await?;
    Ok(row.map(|row| row.try_get("horizon")).transpose()?)
}

/// Takes fences that ended before a time out of the loaded world; its new version, none where there
/// are none.
pub(in crate::world::fences) async fn forget(
    database: &Database,
    horizon: Timestamp,
) -> Result<Option<i64>, DatabaseError> {
    raised(database, step(&FORGET, &[&horizon])).await
}

/// Runs a statement that may raise the world's version, under the lock `world`.
async fn raised(database: &Database, asked: Step<'_>) -> Result<Option<i64>, DatabaseError> {
    let mut connection = database.writer().await?;
    let row = locked_row(&mut connection, asked).await?;
    connection.group(&[step(&COMMIT, &[])]).await?;
    Ok(row.as_ref().map(|row| row.try_get("version")).transpose()?)
}
