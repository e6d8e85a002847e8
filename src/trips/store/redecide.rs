//! Live clearances that are decided again.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::read::state;
use crate::database::{Database, DatabaseError, Row, Statement, statement};
use crate::model::{
    AreaId, ClearanceId, ClearanceState, Course, OrganizationId, PersonId, Trip, TripId,
};

const CLEARANCES: Statement = statement!("trips/redecide_clearances");

/// A live clearance in an area that changed.
#[derive(Debug, Clone)]
pub(in crate::trips) struct LiveClearance {
    pub(in crate::trips) clearance_id: ClearanceId,
    pub(in crate::trips) person_id: PersonId,
    pub(in crate::trips) area_id: AreaId,
    pub(in crate::trips) state: ClearanceState,
    pub(in crate::trips) prior: Option<ClearanceState>,
    pub(in crate::trips) arrive: Date,
    pub(in crate::trips) depart: Option<Date>,
    pub(in crate::trips) arrive_at: Timestamp,
    /// The arrival is confirmed.
    pub(in crate::trips) arrived: bool,
    /// When its decision was asked for: the clock of lead times.
    pub(in crate::trips) submitted_at: Timestamp,
    /// A successor waits for its decision; until then this one holds.
    pub(in crate::trips) stands_in: bool,
    /// Courses that were waived for it.
    waived: Vec<String>,
}

impl LiveClearance {
    /// Whether a course was waived for it.
    pub(in crate::trips) fn waives(&self, course: &Course) -> bool {
        self.waived.iter().any(|waived| waived == course.as_str())
    }
}

/// The live clearances of a trip, and what was decided of its present version.
#[derive(Debug, Clone)]
pub(in crate::trips) struct LiveTrip {
    pub(in crate::trips) trip_id: TripId,
    pub(in crate::trips) organization: OrganizationId,
    /// The trip as JSON; none once its evidence is erased.
    trip: Option<Vec<u8>>,
    pub(in crate::trips) clearances: Vec<LiveClearance>,
}

impl LiveTrip {
    /// The trip as it was decided; none once its evidence is erased.
    pub(in crate::trips) fn trip(&self) -> Result<Option<Trip>, serde_json::Error> {
        self.trip.as_deref().map(serde_json::from_slice).transpose()
    }
}

/// Clearances that are still live, with their trips.
pub(in crate::trips) async fn live_clearances(
    database: &Database,
    clearances: &[ClearanceId],
) -> Result<Vec<LiveTrip>, DatabaseError> {
    let clearances: Vec<Uuid> = clearances.iter().map(|one| one.0).collect();
    by_trip(&database.reader().await?.rows(&CLEARANCES, &[&clearances]).await?)
}

fn by_trip(rows: &[Row]) -> Result<Vec<LiveTrip>, DatabaseError> {
    let mut found: BTreeMap<TripId, LiveTrip> = BTreeMap::new();
    for row in rows {
        let trip_id = TripId(row.try_get("trip_id")?);
        let organization = OrganizationId::from(row.try_get::<_, &str>("organization_id")?);
        let body: Option<Vec<u8>> = row.try_get("trip")?;
        let trip = found.entry(trip_id).or_insert_with(|| LiveTrip {
            trip_id,
            organization,
            trip: None,
            clearances: Vec::new(),
        });
        trip.trip = body.or_else(|| trip.trip.take());
        trip.clearances.push(live(row)?);
    }
    Ok(found.into_values().collect())
}

fn live(row: &Row) -> Result<LiveClearance, DatabaseError> {
    let prior: Option<&str> = row.try_get("prior_state")?;
    Ok(LiveClearance {
        clearance_id: ClearanceId(row.try_get("clearance_id")?),
        person_id: PersonId(row.try_get("person_id")?),
        area_id: AreaId::from(row.try_get::<_, &str>("area_id")?),
        state: state(row, "state")?,
        prior: prior.and_then(|name| ClearanceState::named(name).ok()),
        arrive: row.try_get("arrive")?,
        depart: row.try_get("depart")?,
        arrive_at: row.try_get("arrive_at")?,
        arrived: row.try_get("arrived")?,
        submitted_at: row.try_get("submitted_at")?,
        stands_in: row.try_get("stands_in")?,
        waived: row.try_get("waived")?,
    })
}
