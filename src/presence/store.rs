//! The statements of this room.

use jiff::Timestamp;
use uuid::Uuid;

use super::arrivals::{Arrival, ArrivalFilter, ArrivalPlace, GroupLeader};
use super::{Inside, PresenceError};
use crate::database::{Database, DatabaseError, Row, Statement, statement};
use crate::model::{AreaId, ClearanceId, ClearanceState, OrganizationId, PersonId, TripId};

const STAY: Statement = statement!("presence/stay");
const INSIDE: Statement = statement!("presence/inside");
const ARRIVALS: Statement = statement!("presence/arrivals");

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

/// Who is to arrive in an area of a time zone, after a place, by time and flight.
pub(super) async fn arrivals(
    database: &Database,
    (area_id, zone): (&AreaId, &str),
    filter: &ArrivalFilter,
    (after, limit): (Option<ArrivalPlace>, i64),
) -> Result<Vec<Arrival>, PresenceError> {
    let ArrivalFilter { from, to, flight } = filter;
    let (at, after_flight, id) =
        after.map_or((None, None, None), |(at, flight, id)| (Some(at), Some(flight), Some(id)));
    let mut connection = database.reader().await?;
    let rows = connection
        .rows(
            &ARRIVALS,
            &[&area_id.as_str(), &zone, from, to, flight, &at, &after_flight, &id, &limit],
        )
        .await?;
    rows.iter().map(arrival_of).collect()
}

fn arrival_of(row: &Row) -> Result<Arrival, PresenceError> {
    let read = || -> Result<Arrival, DatabaseError> {
        let flight: &str = row.try_get("flight")?;
        let role: Option<&str> = row.try_get("role")?;
        Ok(Arrival {
            clearance_id: ClearanceId(row.try_get("clearance_id")?),
            trip_id: TripId(row.try_get("trip_id")?),
            reference: row.try_get("reference")?,
            person_id: PersonId(row.try_get("person_id")?),
            role: role.unwrap_or("member").to_owned(),
            organization: OrganizationId::from(row.try_get::<_, &str>("organization_id")?),
            state: state(row)?,
            day: row.try_get("arrive")?,
            arrive_at: row.try_get("arrive_at")?,
            flight: (!flight.is_empty()).then(|| flight.to_owned()),
            arrived_at: row.try_get("arrived_at")?,
            no_show_at: row.try_get("no_show_at")?,
            leader: None,
        })
    };
    let leader: Option<Uuid> = row.try_get("leader_id").map_err(DatabaseError::from)?;
    let contacts: Option<&str> = row.try_get("leader_contacts").map_err(DatabaseError::from)?;
    let leader = leader.map(|id| -> Result<GroupLeader, PresenceError> {
        let contacts = contacts.map(serde_json::from_str).transpose()?.unwrap_or_default();
        Ok(GroupLeader { person_id: PersonId(id), contacts })
    });
    Ok(Arrival { leader: leader.transpose()?, ..read()? })
}
