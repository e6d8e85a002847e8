//! The statements of this room.

pub(super) mod calendars;
mod delegations;
pub(super) mod register;

use std::collections::BTreeMap;

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use self::delegations::{delegation, land, role_named};
use super::calendar::{Calendar, Place, Week};
use crate::access::{Appointment, Delegation, Holder, Land};
use crate::database::{Database, DatabaseError, Row, Statement, statement, step};
use crate::model::{AreaId, OrganizationId, PersonId};

const VERSION: Statement = statement!("identity/version");
const APPOINTMENTS: Statement = statement!("identity/appointments");
const DELEGATIONS: Statement = statement!("identity/delegations");
const WORKING_WEEKS: Statement = statement!("identity/working_weeks");
const HOLIDAYS: Statement = statement!("identity/holidays");
const FIND: Statement = statement!("identity/find");
const FIND_BY_ID: Statement = statement!("identity/find_by_id");

/// Appointments by who holds them.
pub(super) type Held = BTreeMap<Uuid, Vec<Appointment>>;

/// A whole reading of what gives authority.
pub(super) struct Reading {
    pub(super) version: i64,
    pub(super) now: Timestamp,
    pub(super) held: Held,
    pub(super) delegations: Vec<Delegation>,
    pub(super) calendar: Calendar,
}

/// The row behind an issuer's subject.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) identity: Uuid,
    pub(super) holder: Holder,
    pub(super) organization: Option<OrganizationId>,
}

/// The newest version and the database's time.
pub(super) async fn version(database: &Database) -> Result<(i64, Timestamp), DatabaseError> {
    let row = database.reader().await?.one(&VERSION, &[]).await?;
    Ok((row.try_get("version")?, row.try_get("now")?))
}

/// Everything that gives authority. The version is read first: what changes in between is read
/// again with the next version.
pub(super) async fn authority(database: &Database) -> Result<Reading, DatabaseError> {
    let steps = [&APPOINTMENTS, &DELEGATIONS, &WORKING_WEEKS, &HOLIDAYS];
    let steps = steps.map(|statement| step(statement, &[]));
    let answers = database.reader().await?.group(&steps).await?;
    let none = DatabaseError::Rows { statement: APPOINTMENTS.name(), rows: 0 };
    let [appointments, delegations, weeks, holidays] = answers.as_slice() else {
        return Err(none);
    };
    let first = appointments.first().ok_or(none)?;
    let (version, now) = (first.try_get("version")?, first.try_get("now")?);
    let mut held = Held::new();
    for row in appointments {
        if let Some((holder, appointment)) = appointment(row)? {
            held.entry(holder).or_default().push(appointment);
        }
    }
    let mut given = Vec::with_capacity(delegations.len());
    for row in delegations {
        given.extend(delegation(row)?);
    }
    let calendar = calendar(weeks, holidays)?;
    Ok(Reading { version, now, held, delegations: given, calendar })
}

fn calendar(weeks: &[Row], holidays: &[Row]) -> Result<Calendar, DatabaseError> {
    let mut calendar = Calendar::default();
    for row in weeks {
        let days: Vec<i16> = row.try_get("week_days")?;
        let days = days.into_iter().filter_map(|day| i8::try_from(day).ok()).collect();
        let hour = |column: &str| -> Result<_, DatabaseError> {
            // PostgreSQL's own form of a time is ISO 8601
            Ok(row.try_get::<_, &str>(column)?.parse().unwrap_or_default())
        };
        let week = Week { days, opens: hour("opens")?, closes: hour("closes")? };
        calendar.weeks.extend(place(row)?.map(|place| (place, week)));
    }
    for row in holidays {
        let day: Date = row.try_get("day")?;
        if let Some(place) = place(row)? {
            calendar.holidays.entry(place).or_default().insert(day);
        }
    }
    Ok(calendar)
}

fn place(row: &Row) -> Result<Option<Place>, DatabaseError> {
    let area: Option<String> = row.try_get("area_id")?;
    let country: Option<String> = row.try_get("country")?;
    let area = area.map(|area| Place::Area(AreaId::from(area)));
    Ok(area.or(country.map(|country| Place::Country(CompactString::from(country)))))
}

/// The row as an appointment and its holder; none for the row that only carries the version.
fn appointment(row: &Row) -> Result<Option<(Uuid, Appointment)>, DatabaseError> {
    let Some(appointment_id) = row.try_get::<_, Option<Uuid>>("appointment_id")? else {
        return Ok(None);
    };
    let person: Option<Uuid> = row.try_get("person_id")?;
    let client: Option<Uuid> = row.try_get("client_id")?;
    let name: &str = row.try_get("role")?;
    let role = role_named(name);
    let (Some(holder), Some(role)) = (person.or(client), role) else {
        // A role of a release after this one: unknown here, so it permits nothing here.
        tracing::warn!(%appointment_id, "an appointment is passed over: its role is not known");
        return Ok(None);
    };
    let Land { areas, countries } = land(row, "area_ids", "countries")?;
    let organization: Option<String> = row.try_get("organization_id")?;
    let appointment = Appointment {
        appointment_id,
        role,
        areas,
        countries,
        organization: organization.map(OrganizationId::from),
        ad_interim: row.try_get("ad_interim")?,
        focal_point: row.try_get("focal_point")?,
        valid_from: row.try_get("valid_from")?,
        valid_to: row.try_get("valid_to")?,
    };
    Ok(Some((holder, appointment)))
}

/// Whom a subject of an issuer means; none where it is unknown or disabled.
pub(super) async fn find(
    database: &Database,
    issuer: &str,
    subject: &str,
) -> Result<Option<Known>, DatabaseError> {
    let row = database.reader().await?.maybe(&FIND, &[&issuer, &subject]).await?;
    row.as_ref().map_or(Ok(None), known)
}

/// Who is behind a row of issuer and subject; none where there is none, or it is disabled.
pub(super) async fn find_by_id(
    database: &Database,
    identity: Uuid,
) -> Result<Option<Known>, DatabaseError> {
    let row = database.reader().await?.maybe(&FIND_BY_ID, &[&identity]).await?;
    row.as_ref().map_or(Ok(None), known)
}

fn known(row: &Row) -> Result<Option<Known>, DatabaseError> {
    let person: Option<Uuid> = row.try_get("person_id")?;
    let client: Option<Uuid> = row.try_get("client_id")?;
    let organization: Option<String> = row.try_get("organization_id")?;
    let holder = match (person, client) {
        (Some(person), _) => Holder::Person(PersonId(person)),
        (None, Some(client)) => Holder::Client(client),
        // A check of the table forbids it.
        (None, None) => return Ok(None),
    };
    Ok(Some(Known {
        identity: row.try_get("identity_id")?,
        holder,
        organization: organization.map(OrganizationId::from),
    }))
}
