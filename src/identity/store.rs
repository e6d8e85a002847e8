//! The statements of this room.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;
use jiff::Timestamp;
use uuid::Uuid;

use crate::access::{Appointment, Holder, Role};
use crate::database::{Database, DatabaseError, Row, Statement};
use crate::model::{AreaId, OrganizationId, PersonId};

const VERSION: Statement =
    Statement::new("identity/version", include_str!("../../sql/queries/identity/version.sql"));
const APPOINTMENTS: Statement = Statement::new(
    "identity/appointments",
    include_str!("../../sql/queries/identity/appointments.sql"),
);
const FIND: Statement =
    Statement::new("identity/find", include_str!("../../sql/queries/identity/find.sql"));

/// Appointments by who holds them.
pub(super) type Held = BTreeMap<Uuid, Vec<Appointment>>;

/// A whole reading of the appointments.
pub(super) struct Reading {
    pub(super) version: i64,
    pub(super) now: Timestamp,
    pub(super) held: Held,
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

/// Every appointment that is or will be in force.
pub(super) async fn appointments(database: &Database) -> Result<Reading, DatabaseError> {
    let rows = database.reader().await?.rows(&APPOINTMENTS, &[]).await?;
    let first =
        rows.first().ok_or(DatabaseError::Rows { statement: APPOINTMENTS.name(), rows: 0 })?;
    let (version, now) = (first.try_get("version")?, first.try_get("now")?);
    let mut held = Held::new();
    for row in &rows {
        if let Some((holder, appointment)) = appointment(row)? {
            held.entry(holder).or_default().push(appointment);
        }
    }
    Ok(Reading { version, now, held })
}

/// The row as an appointment and its holder; none for the row that only carries the version.
fn appointment(row: &Row) -> Result<Option<(Uuid, Appointment)>, DatabaseError> {
    let Some(appointment_id) = row.try_get::<_, Option<Uuid>>("appointment_id")? else {
        return Ok(None);
    };
    let person: Option<Uuid> = row.try_get("person_id")?;
    let client: Option<Uuid> = row.try_get("client_id")?;
    let name: &str = row.try_get("role")?;
    let role = Role::ALL.into_iter().find(|role| role.as_str() == name);
    let (Some(holder), Some(role)) = (person.or(client), role) else {
        // A role of a release after this one: unknown here, so it permits nothing here.
        tracing::warn!(%appointment_id, "an appointment is passed over: its role is not known");
        return Ok(None);
    };
    let areas: Vec<String> = row.try_get("area_ids")?;
    let countries: Vec<String> = row.try_get("countries")?;
    let organization: Option<String> = row.try_get("organization_id")?;
    let appointment = Appointment {
        appointment_id,
        role,
        areas: areas.into_iter().map(AreaId::from).collect(),
        countries: countries.into_iter().map(CompactString::from).collect::<BTreeSet<_>>(),
        organization: organization.map(OrganizationId::from),
        ad_interim: row.try_get("ad_interim")?,
        focal_point: false,
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
    let Some(row) = database.reader().await?.maybe(&FIND, &[&issuer, &subject]).await? else {
        return Ok(None);
    };
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
