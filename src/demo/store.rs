//! The statements of the demonstration: a marker, the cast, people by `COPY`.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use futures_util::SinkExt as _;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use uuid::Uuid;

use super::cast;
use super::member::{Frame, Member, Rows};
use super::organizations::ORGANIZATIONS;
use crate::database::{
    BEGIN, COMMIT, Connection, Database, DatabaseError, Statement, statement, step,
};
use crate::model::AreaId;

const MARK: Statement = statement!("demo/mark");
const ORGANIZATION_ROWS: Statement = statement!("demo/organizations");
const CLIENTS: Statement = statement!("demo/clients");
const CLIENT_IDENTITIES: Statement = statement!("demo/client_identities");
const APPOINTMENTS: Statement = statement!("demo/appointments");
const DELEGATIONS: Statement = statement!("demo/delegations");
const KNOWN_PEOPLE: Statement = statement!("demo/known_people");
const TOWN_AREAS: Statement = statement!("demo/town_areas");
const COUNT_RESIDENTS: Statement = statement!("demo/count_residents");
const STORED_TRIPS: Statement = statement!("demo/stored_trips");
const COPY_PERSON: Statement = statement!("demo/copy_person");
const COPY_CONTACT: Statement = statement!("demo/copy_contact");
const COPY_KIN: Statement = statement!("demo/copy_kin");
const COPY_CERTIFICATE: Statement = statement!("demo/copy_certificate");
const COPY_IDENTITY: Statement = statement!("demo/copy_identity");

#[derive(Serialize)]
struct OrganizationRow {
    organization_id: &'static str,
    name: &'static str,
    entitlement_notify_only: bool,
    flight_concentration_max: i32,
}

/// Marks an empty database as a demonstration; a marked one stays so.
pub(super) async fn mark(database: &Database) -> Result<(), DatabaseError> {
    database.writer().await?.execute(&MARK, &[]).await.map(|_| ())
}

/// Organizations, machines, appointments and delegations; what is there stays as it is.
pub(super) async fn write_offices(database: &Database, issuer: &str) -> Result<(), DatabaseError> {
    let organizations = serde_json::json!(
        ORGANIZATIONS
            .iter()
            .map(|of| OrganizationRow {
                organization_id: of.id,
                name: of.name,
                entitlement_notify_only: of.entitlement_notify_only,
                flight_concentration_max: of.flight_concentration_max,
            })
            .collect::<Vec<_>>()
    );
    let clients = serde_json::json!(cast::clients());
    let appointments = serde_json::json!(cast::appointments());
    let delegations = serde_json::json!(cast::delegations());
    let mut connection = database.writer().await?;
    connection
        .group(&[
            step(&BEGIN, &[]),
            step(&ORGANIZATION_ROWS, &[&organizations]),
            step(&CLIENTS, &[&clients]),
            step(&CLIENT_IDENTITIES, &[&clients, &issuer]),
            step(&APPOINTMENTS, &[&appointments]),
            step(&DELEGATIONS, &[&delegations]),
            step(&COMMIT, &[]),
        ])
        .await
        .map(|_| ())
}

/// Which area each town lies in, by `GeoNames` id.
pub(super) async fn town_areas(
    database: &Database,
) -> Result<BTreeMap<u32, AreaId>, DatabaseError> {
    let mut areas = BTreeMap::new();
    for row in database.reader().await?.rows(&TOWN_AREAS, &[]).await? {
        let (id, area): (i32, Option<String>) =
            (row.try_get("geoname_id")?, row.try_get("area_id")?);
        if let (Ok(id), Some(area)) = (u32::try_from(id), area) {
            areas.insert(id, AreaId::from(area));
        }
    }
    Ok(areas)
}

/// Adds those who are not there yet, in one transaction; returns how many were added.
pub(super) async fn add_people(
    database: &Database,
    members: &[Member],
    issuer: &str,
) -> Result<usize, DatabaseError> {
    let mut connection = database.writer().await?;
    let ids: Vec<Uuid> = members.iter().map(|member| member.person_id.0).collect();
    let row = connection.one(&KNOWN_PEOPLE, &[&ids]).await?;
    let known: BTreeSet<Uuid> = row.try_get::<_, Vec<Uuid>>("known")?.into_iter().collect();
    let now: Timestamp = row.try_get("now")?;
    let today = now.to_zoned(TimeZone::UTC).date();
    let frame = Frame { now, today, issuer, verifier: cast::verifier() };
    let mut rows = Rows::default();
    for member in members.iter().filter(|member| !known.contains(&member.person_id.0)) {
        rows.add(member, frame);
    }
    if rows.ids.is_empty() {
        return Ok(0);
    }
    connection.group(&[step(&BEGIN, &[])]).await?;
    copy(&mut connection, &COPY_PERSON, rows.people).await?;
    copy(&mut connection, &COPY_CONTACT, rows.contacts).await?;
    copy(&mut connection, &COPY_KIN, rows.kin).await?;
    copy(&mut connection, &COPY_CERTIFICATE, rows.certificates).await?;
    copy(&mut connection, &COPY_IDENTITY, rows.identities).await?;
    connection.group(&[step(&COUNT_RESIDENTS, &[&rows.ids]), step(&COMMIT, &[])]).await?;
    Ok(rows.ids.len())
}

async fn copy(
    connection: &mut Connection,
    statement: &Statement,
    rows: String,
) -> Result<(), DatabaseError> {
    let sink = connection.copy_in(statement).await?;
    let mut sink = std::pin::pin!(sink);
    sink.send(Bytes::from(rows)).await?;
    sink.finish().await.map(|_| ()).map_err(DatabaseError::from)
}

/// The trips of a day, by how their references begin, with the number of their clearances.
pub(super) async fn stored_trips(
    database: &Database,
    references: &str,
) -> Result<BTreeMap<Uuid, usize>, DatabaseError> {
    let rows = database.reader().await?.rows(&STORED_TRIPS, &[&references]).await?;
    let mut trips = BTreeMap::new();
    for row in &rows {
        let count: i64 = row.try_get("clearances")?;
        trips.insert(row.try_get("trip_id")?, usize::try_from(count).unwrap_or(0));
    }
    Ok(trips)
}
