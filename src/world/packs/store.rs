//! What packs need of the database.

use uuid::Uuid;

use crate::database::{Database, DatabaseError, Statement, statement};
use crate::model::{AreaId, FenceId};

const KEY: Statement = statement!("world/pack_key");
const KEY_MADE: Statement = statement!("world/pack_key_made");
const CHANGES: Statement = statement!("world/pack_changes");

/// The key's name, and the key in PKCS 8; none where none was made.
pub(super) async fn key(database: &Database) -> Result<Option<(String, Vec<u8>)>, DatabaseError> {
    let row = database.writer().await?.maybe(&KEY, &[]).await?;
    row.map(|row| Ok((row.try_get("key_id")?, row.try_get("pkcs8")?))).transpose()
}

/// Keeps a key that was made, unless another replica was faster.
pub(super) async fn keep_key(
    database: &Database,
    name: &str,
    pkcs8: &[u8],
) -> Result<(), DatabaseError> {
    database.writer().await?.execute(&KEY_MADE, &[&name, &pkcs8]).await?;
    Ok(())
}

/// Fences that touch an area or once did, and changed after a version of the world; none where
/// other data was imported since.
pub(super) async fn fences_changed(
    database: &Database,
    area_id: &AreaId,
    since: i64,
) -> Result<Option<Vec<FenceId>>, DatabaseError> {
    let row = database.reader().await?.one(&CHANGES, &[&area_id.as_str(), &since]).await?;
    if row.try_get("is_other_world")? {
        return Ok(None);
    }
    let fences: Vec<Uuid> = row.try_get("fences")?;
    Ok(Some(fences.into_iter().map(FenceId).collect()))
}
