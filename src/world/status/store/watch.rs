//! What watching over suspensions reads and writes.

use jiff::Timestamp;
use uuid::Uuid;

use crate::database::{
    BEGIN, COMMIT, Connection, Database, DatabaseError, ROLLBACK, Row, Statement, statement, step,
};
use crate::model::{AreaId, ClearanceId, EventKind, SecurityLevel, StatusKind, TripId};
use crate::record::{AREA_EVENT, area_event};
use crate::world::store::locked_row;

const LEASE: Statement = statement!("world/watch_lease");
const UNCONFIRMED: Statement = statement!("world/watch_unconfirmed");
const MARK: Statement = statement!("world/watch_mark");
const SILENT: Statement = statement!("world/watch_silent");
const CENTRE: Statement = statement!("world/watch_centre");
const REVIEWS: Statement = statement!("world/watch_reviews");

/// A clearance that a status has frozen, at its review date.
#[derive(Debug, Clone)]
pub(in crate::world::status) struct Review {
    pub(in crate::world::status) clearance_id: ClearanceId,
    pub(in crate::world::status) trip_id: TripId,
    pub(in crate::world::status) area_id: AreaId,
    pub(in crate::world::status) status: StatusKind,
    pub(in crate::world::status) level: Option<SecurityLevel>,
    pub(in crate::world::status) submitted_at: Timestamp,
    pub(in crate::world::status) starts_at: Timestamp,
    /// It stands in for a successor that is not decided.
    pub(in crate::world::status) stands_in: bool,
    /// The database's time.
    pub(in crate::world::status) now: Timestamp,
}

/// Takes or renews the lease; false where another replica has it.
pub(in crate::world::status) async fn lease(
    database: &Database,
    holder: Uuid,
) -> Result<bool, DatabaseError> {
    Ok(database.writer().await?.maybe(&LEASE, &[&holder]).await?.is_some())
}

/// Areas with an emergency that no official has confirmed within some hours, not marked yet.
pub(in crate::world::status) async fn unconfirmed(
    database: &Database,
    hours: i32,
) -> Result<Vec<AreaId>, DatabaseError> {
    areas(&database.reader().await?.rows(&UNCONFIRMED, &[&hours]).await?)
}

/// Areas of whose unconfirmed suspension the Communications Centre should know.
pub(in crate::world::status) async fn silent(
    database: &Database,
    hours: i32,
) -> Result<Vec<AreaId>, DatabaseError> {
    areas(&database.reader().await?.rows(&SILENT, &[&hours]).await?)
}

/// Marks a suspension as unconfirmed, under the lock `world`; false where somebody was faster.
pub(in crate::world::status) async fn mark(
    database: &Database,
    area: &AreaId,
    hours: i32,
) -> Result<bool, DatabaseError> {
    let asked = (area.as_str(), Uuid::now_v7());
    let mut connection = database.writer().await?;
    let row = locked_row(&mut connection, step(&MARK, &[&asked.0, &hours, &asked.1])).await?;
    told(connection, row, area, ("changed_at", EventKind::AreaUnconfirmed)).await
}

/// Passes an unconfirmed suspension on to the Communications Centre; false where it was.
pub(in crate::world::status) async fn centre(
    database: &Database,
    area: &AreaId,
) -> Result<bool, DatabaseError> {
    let mut connection = database.writer().await?;
    let mut answers =
        connection.group(&[step(&BEGIN, &[]), step(&CENTRE, &[&area.as_str()])]).await?;
    let row = answers.pop().and_then(|mut rows| rows.pop());
    told(connection, row, area, ("told_at", EventKind::AreaCentreInformed)).await
}

/// Makes what was written durable with the event that tells of it; false where nothing was.
async fn told(
    mut connection: Connection,
    row: Option<Row>,
    area: &AreaId,
    (column, kind): (&str, EventKind),
) -> Result<bool, DatabaseError> {
    let Some(row) = row else {
        connection.group(&[step(&ROLLBACK, &[])]).await?;
        return Ok(false);
    };
    let at: Timestamp = row.try_get(column)?;
    let event = area_event(kind, area, at);
    connection.group(&[step(&AREA_EVENT, &[&at, &event]), step(&COMMIT, &[])]).await?;
    Ok(true)
}

/// A page of clearances whose review date has come.
pub(in crate::world::status) async fn reviews(
    database: &Database,
    limit: i64,
) -> Result<Vec<Review>, DatabaseError> {
    database.reader().await?.rows(&REVIEWS, &[&limit]).await?.iter().map(review).collect()
}

fn review(row: &Row) -> Result<Review, DatabaseError> {
    Ok(Review {
        clearance_id: ClearanceId(row.try_get("clearance_id")?),
        trip_id: TripId(row.try_get("trip_id")?),
        area_id: AreaId::from(row.try_get::<_, &str>("area_id")?),
        status: StatusKind::named(row.try_get("status")?).unwrap_or(StatusKind::Closed),
        level: SecurityLevel::try_from(row.try_get::<_, i16>("security_level")?).ok(),
        submitted_at: row.try_get("submitted_at")?,
        starts_at: row.try_get("starts_at")?,
        stands_in: row.try_get("stands_in")?,
        now: row.try_get("now")?,
    })
}

fn areas(rows: &[Row]) -> Result<Vec<AreaId>, DatabaseError> {
    let area = |row: &Row| Ok(AreaId::from(row.try_get::<_, &str>("area_id")?));
    rows.iter().map(area).collect()
}
