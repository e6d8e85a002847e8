//! Readings in the database.

use uuid::Uuid;

use super::{Read, Reading, Recorded, Stay};
use crate::database::{Database, DatabaseError, Row, Statement, statement};
use crate::model::{AreaId, ClearanceId, OrganizationId, PersonId};

const STAY: Statement = statement!("world/advisory_stay");
const READ: Statement = statement!("world/advisory_read");

/// The stay of a clearance, with what was read for it last.
pub(in crate::world) async fn stay(
    database: &Database,
    id: ClearanceId,
) -> Result<Option<Stay>, DatabaseError> {
    let row = database.reader().await?.maybe(&STAY, &[&id.0]).await?;
    row.as_ref().map(stay_of).transpose()
}

fn stay_of(row: &Row) -> Result<Stay, DatabaseError> {
    let sponsor: Option<Uuid> = row.try_get("sponsor_person_id")?;
    let area: Option<&str> = row.try_get("area_id")?;
    let version: Option<i32> = row.try_get("read_version")?;
    let read = match version {
        None => None,
        Some(version) => Some(Read {
            version,
            language: row.try_get("read_language")?,
            read_at: row.try_get("read_at")?,
            read_by: PersonId(row.try_get("read_by")?),
        }),
    };
    Ok(Stay {
        organization: OrganizationId::from(row.try_get::<_, &str>("organization_id")?),
        personal: row.try_get("personal")?,
        person_id: PersonId(row.try_get("person_id")?),
        sponsor: sponsor.map(PersonId),
        area_id: area.map(AreaId::from),
        decided_with: row.try_get("decided_with")?,
        read,
    })
}

/// Records a reading, unless it is on record.
pub(super) async fn record(
    database: &Database,
    reading: &Reading,
) -> Result<Recorded, DatabaseError> {
    let mut connection = database.writer().await?;
    let row = connection
        .maybe(
            &READ,
            &[
                &reading.clearance_id.0,
                &reading.version,
                &reading.area_id.as_str(),
                &reading.language.as_str(),
                &reading.by.0,
                &reading.claim.key_hash.as_slice(),
                &reading.claim.fingerprint.as_slice(),
            ],
        )
        .await?;
    let Some(row) = row else { return Ok(Recorded::Nothing) };
    if row.try_get("is_other")? {
        return Ok(Recorded::OtherBody);
    }
    let read = Read {
        version: row.try_get("version")?,
        language: row.try_get("language")?,
        read_at: row.try_get("read_at")?,
        read_by: PersonId(row.try_get("read_by")?),
    };
    Ok(Recorded::Read(read, row.try_get("is_known")?))
}
