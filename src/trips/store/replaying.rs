//! Evidence in ranges, and every policy it names.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;

use super::read::policy;
use crate::database::{Database, DatabaseError, Statement, statement};
use crate::model::{AreaId, AreaPolicy};

const EXTENT: Statement = statement!("trips/evidence_extent");
const PAGE: Statement = statement!("trips/evidence_page");
const EVERY_POLICY: Statement = statement!("trips/every_policy");

/// Policies by area and version.
pub(in crate::trips) type Policies = BTreeMap<(AreaId, i32), Arc<AreaPolicy>>;

/// What a decision was given, or the words of a person.
#[derive(Debug)]
pub(in crate::trips) struct StoredEvidence {
    pub(in crate::trips) evidence_id: Uuid,
    /// None once it is erased.
    pub(in crate::trips) body: Option<Vec<u8>>,
}

/// The last id of evidence, and how many there are; none where there is none.
pub(in crate::trips) async fn evidence_extent(
    database: &Database,
) -> Result<Option<(Uuid, u64)>, DatabaseError> {
    let row = database.reader().await?.one(&EXTENT, &[]).await?;
    let count: i64 = row.try_get("count")?;
    let last: Option<Uuid> = row.try_get("last")?;
    Ok(last.map(|last| (last, u64::try_from(count).unwrap_or_default())))
}

/// Evidence by id: after one, up to and with another, at most so many.
pub(in crate::trips) async fn evidence_page(
    database: &Database,
    (after, last): (Uuid, Uuid),
    most: i64,
) -> Result<Vec<StoredEvidence>, DatabaseError> {
    let rows = database.reader().await?.rows(&PAGE, &[&after, &last, &most]).await?;
    let read = rows.iter().map(|row| {
        Ok(StoredEvidence { evidence_id: row.try_get("evidence_id")?, body: row.try_get("body")? })
    });
    read.collect()
}

/// Every policy in every version; one that cannot be read is left out.
pub(in crate::trips) async fn every_policy(database: &Database) -> Result<Policies, DatabaseError> {
    let rows = database.reader().await?.rows(&EVERY_POLICY, &[]).await?;
    let mut policies = Policies::new();
    for row in &rows {
        if let Some((key, policy)) = policy(row)? {
            policies.insert(key, Arc::new(policy));
        }
    }
    Ok(policies)
}
