//! Clearances that wait for a place.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::database::{Database, DatabaseError, Statement, statement};
use crate::model::{AreaId, ClearanceId, OrganizationId, PersonId, TripId};

const WAITING: Statement = statement!("trips/waiting");

/// A clearance that waits, with what is needed to decide it again.
#[derive(Debug, Clone)]
pub(in crate::trips) struct Waiting {
    pub(in crate::trips) clearance_id: ClearanceId,
    pub(in crate::trips) trip_id: TripId,
    pub(in crate::trips) trip_version: i32,
    pub(in crate::trips) organization: OrganizationId,
    pub(in crate::trips) personal: bool,
    pub(in crate::trips) person_id: PersonId,
    pub(in crate::trips) area_id: AreaId,
    pub(in crate::trips) arrive: Date,
    pub(in crate::trips) arrive_at: Timestamp,
    pub(in crate::trips) evidence: Vec<u8>,
}

/// A clearance that waits for a decision; none where it waits no longer, or where nothing is left
/// to decide it with.
pub(in crate::trips) async fn waiting(
    database: &Database,
    clearance_id: ClearanceId,
) -> Result<Option<Waiting>, DatabaseError> {
    let row = database.reader().await?.maybe(&WAITING, &[&clearance_id.0]).await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Waiting {
        clearance_id,
        trip_id: TripId(row.try_get("trip_id")?),
        trip_version: row.try_get("version")?,
        organization: OrganizationId::from(row.try_get::<_, &str>("organization_id")?),
        personal: row.try_get("personal")?,
        person_id: PersonId(row.try_get("person_id")?),
        area_id: AreaId::from(row.try_get::<_, &str>("area_id")?),
        arrive: row.try_get("arrive")?,
        arrive_at: row.try_get("arrive_at")?,
        evidence: row.try_get("body")?,
    }))
}
