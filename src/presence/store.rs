//! The statements of this room.

use jiff::Timestamp;
use uuid::Uuid;

use super::Inside;
use crate::database::{Database, DatabaseError, Row, Statement, statement};
use crate::model::{AreaId, ClearanceId, ClearanceState, OrganizationId, PersonId, TripId};

const STAY: Statement = statement!("presence/stay");
const INSIDE: Statement = statement!("presence/inside");

/// A stay with what was reported of it, as it is at `now`.
#[derive(Debug, Clone)]
pub(super) struct Stay {
    pub(super) clearance_id: ClearanceId,
    pub(super) trip_id: TripId,
    pub(super) trip_version: i32,
    pub(super) organization: OrganizationId,
    pub(super) personal: bool,
    pub(super) person_id: PersonId,
    pub(super) sponsor: Option<PersonId>,
    pub(super) area_id: Option<AreaId>,
    pub(super) state: ClearanceState,
    pub(super) arrive_at: Timestamp,
    pub(super) valid_from: Timestamp,
    pub(super) valid_to: Option<Timestamp>,
    pub(super) arrived_at: Option<Timestamp>,
    pub(super) briefed_at: Option<Timestamp>,
    pub(super) departed_at: Option<Timestamp>,
    pub(super) no_show_at: Option<Timestamp>,
    pub(super) now: Timestamp,
}

/// The stay of a clearance.
pub(super) async fn stay(
    database: &Database,
    id: ClearanceId,
) -> Result<Option<Stay>, DatabaseError> {
    let row = database.reader().await?.maybe(&STAY, &[&id.0]).await?;
    row.as_ref().map(stay_of).transpose()
}

fn stay_of(row: &Row) -> Result<Stay, DatabaseError> {
    let area: Option<&str> = row.try_get("area_id")?;
    let sponsor: Option<Uuid> = row.try_get("sponsor_person_id")?;
    Ok(Stay {
        clearance_id: ClearanceId(row.try_get("clearance_id")?),
        trip_id: TripId(row.try_get("trip_id")?),
        trip_version: row.try_get("version")?,
        organization: OrganizationId::from(row.try_get::<_, &str>("organization_id")?),
        personal: row.try_get("personal")?,
        person_id: PersonId(row.try_get("person_id")?),
        sponsor: sponsor.map(PersonId),
        area_id: area.map(AreaId::from),
        state: state(row)?,
        arrive_at: row.try_get("arrive_at")?,
        valid_from: row.try_get("valid_from")?,
        valid_to: row.try_get("valid_to")?,
        arrived_at: row.try_get("arrived_at")?,
        briefed_at: row.try_get("briefed_at")?,
        departed_at: row.try_get("departed_at")?,
        no_show_at: row.try_get("no_show_at")?,
        now: row.try_get("now")?,
    })
}

/// A state that this program does not know is nobody's: it permits nothing.
fn state(row: &Row) -> Result<ClearanceState, DatabaseError> {
    let name: &str = row.try_get("state")?;
    Ok(ClearanceState::named(name).unwrap_or(ClearanceState::Submitted))
}

/// People inside an area, after a clearance, by clearance.
pub(super) async fn inside(
    database: &Database,
    area_id: &AreaId,
    after: Option<ClearanceId>,
    limit: i64,
) -> Result<Vec<Inside>, DatabaseError> {
    let after = after.map_or(Uuid::nil(), |id| id.0);
    let mut connection = database.reader().await?;
    let rows = connection.rows(&INSIDE, &[&area_id.as_str(), &after, &limit]).await?;
    rows.iter().map(inside_of).collect()
}

fn inside_of(row: &Row) -> Result<Inside, DatabaseError> {
    Ok(Inside {
        person_id: PersonId(row.try_get("person_id")?),
        clearance_id: ClearanceId(row.try_get("clearance_id")?),
        trip_id: TripId(row.try_get("trip_id")?),
        organization: OrganizationId::from(row.try_get::<_, &str>("organization_id")?),
        state: state(row)?,
        arrived_at: row.try_get("arrived_at")?,
        arrive_at: row.try_get("arrive_at")?,
        depart_at: row.try_get("depart_at")?,
        overstays: row.try_get("overstays")?,
    })
}
