//! A trip on record as an amendment sees it, and its earlier versions.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::facts;
use super::read::{ClearanceRow, clearance_row, state};
use crate::database::{Database, DatabaseError, Row, Statement, statement, step};
use crate::model::{ClearanceId, ClearanceState, CountKey, Hull, PersonId, SecurityLevel, TripId};

const STANDING: Statement = statement!("trips/standing");
const PRESENT: Statement = statement!("trips/present_version");
const EVERY: Statement = statement!("trips/every_clearance");
const VERSIONS: Statement = statement!("trips/versions");

/// A current clearance with what an amendment moves, keeps and gives back.
#[derive(Debug, Clone)]
pub(in crate::trips) struct StandingRow {
    /// As readers see it.
    pub(in crate::trips) row: ClearanceRow,
    pub(in crate::trips) prior: Option<ClearanceState>,
    pub(in crate::trips) arrive_at: Timestamp,
    pub(in crate::trips) depart_at: Option<Timestamp>,
    /// The window that was decided, where an adjustment has moved the stay within it.
    pub(in crate::trips) granted: Option<Hull>,
    /// The clearance it stands in for.
    pub(in crate::trips) successor: Option<ClearanceId>,
    /// That one is still current: this one has no fate of its own.
    pub(in crate::trips) stands_in: bool,
    pub(in crate::trips) security_level: Option<SecurityLevel>,
    pub(in crate::trips) submitted_at: Timestamp,
    pub(in crate::trips) places: Vec<jiff::civil::Date>,
    pub(in crate::trips) place_keys: Vec<CountKey>,
    pub(in crate::trips) counts_arrival: bool,
}

/// What the present version of a trip was decided from.
#[derive(Debug, Clone)]
pub(in crate::trips) struct Present {
    /// An arrival is confirmed.
    pub(in crate::trips) arrived: bool,
    /// The evidence; none once it is erased.
    pub(in crate::trips) evidence: Option<Vec<u8>>,
    /// Its current clearances.
    pub(in crate::trips) standing: Vec<StandingRow>,
}

/// An earlier version.
#[derive(Debug, Clone)]
pub(in crate::trips) struct VersionRow {
    pub(in crate::trips) version: i32,
    pub(in crate::trips) body: Option<Value>,
    pub(in crate::trips) world_version: i64,
    pub(in crate::trips) ruleset_version: String,
    pub(in crate::trips) replaced_at: Timestamp,
    pub(in crate::trips) replaced_by: Option<PersonId>,
    pub(in crate::trips) changes: Value,
}

/// The present version of a trip.
pub(in crate::trips) async fn present(
    database: &Database,
    trip: TripId,
) -> Result<Present, DatabaseError> {
    let mut connection = database.reader().await?;
    let mut answers = connection
        .group(&[step(&PRESENT, &[&trip.0]), step(&STANDING, &[&trip.0])])
        .await?
        .into_iter();
    let about = answers.next().unwrap_or_default();
    let standing = answers.next().unwrap_or_default();
    let about = about.first();
    let mut standing: Vec<StandingRow> =
        standing.iter().map(standing_row).collect::<Result<_, _>>()?;
    let current: BTreeSet<ClearanceId> = standing
        .iter()
        .filter(|one| !one.row.state.is_over())
        .map(|one| one.row.clearance_id)
        .collect();
    for one in &mut standing {
        one.stands_in = one.successor.is_some_and(|successor| current.contains(&successor));
    }
    Ok(Present {
        arrived: about.map(|row| row.try_get("arrived")).transpose()?.unwrap_or_default(),
        evidence: about.map(|row| row.try_get("body")).transpose()?.flatten(),
        standing,
    })
}

/// Every clearance that a trip ever had.
pub(in crate::trips) async fn every_clearance(
    database: &Database,
    trip: TripId,
) -> Result<Vec<ClearanceRow>, DatabaseError> {
    let rows = database.reader().await?.rows(&EVERY, &[&trip.0]).await?;
    rows.iter().map(clearance_row).collect()
}

/// Earlier versions of a trip, newest first.
pub(in crate::trips) async fn versions(
    database: &Database,
    trip: TripId,
    before: Option<i32>,
    limit: i64,
) -> Result<Vec<VersionRow>, DatabaseError> {
    let rows = database.reader().await?.rows(&VERSIONS, &[&trip.0, &before, &limit]).await?;
    rows.iter().map(version_row).collect()
}

fn standing_row(row: &Row) -> Result<StandingRow, DatabaseError> {
    let prior: Option<&str> = row.try_get("prior_state")?;
    let granted_from: Option<Timestamp> = row.try_get("granted_from")?;
    let granted_to: Option<Timestamp> = row.try_get("granted_to")?;
    let level: Option<i16> = row.try_get("security_level")?;
    let keys: Option<Vec<&str>> = row.try_get("place_keys")?;
    Ok(StandingRow {
        row: clearance_row(row)?,
        prior: prior.map(|_| state(row, "prior_state")).transpose()?,
        arrive_at: row.try_get("arrive_at")?,
        depart_at: row.try_get("depart_at")?,
        granted: granted_from.map(|from| (from, granted_to)),
        successor: row.try_get::<_, Option<Uuid>>("successor_id")?.map(ClearanceId),
        stands_in: false,
        security_level: level.and_then(|n| u8::try_from(n).ok()).and_then(SecurityLevel::new),
        submitted_at: row.try_get("submitted_at")?,
        places: row.try_get::<_, Option<Vec<_>>>("place_nights")?.unwrap_or_default(),
        place_keys: keys
            .unwrap_or_default()
            .iter()
            .filter_map(|key| facts::named_key(key))
            .collect(),
        counts_arrival: row.try_get("counts_arrival")?,
    })
}

fn version_row(row: &Row) -> Result<VersionRow, DatabaseError> {
    Ok(VersionRow {
        version: row.try_get("version")?,
        body: row.try_get("body")?,
        world_version: row.try_get("world_version")?,
        ruleset_version: row.try_get("ruleset_version")?,
        replaced_at: row.try_get("replaced_at")?,
        replaced_by: row.try_get::<_, Option<Uuid>>("replaced_by")?.map(PersonId),
        changes: row.try_get("changes")?,
    })
}
