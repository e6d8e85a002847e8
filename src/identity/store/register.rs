//! The statements of the register.

use std::collections::BTreeMap;

use jiff::Timestamp;
use uuid::Uuid;

use super::delegations::{land, role_named};
use crate::access::{Appointment, Land, Role, Scope};
use crate::database::{BEGIN, COMMIT, Database, DatabaseError, Row, Statement, statement, step};
use crate::identity::register::{
    Known, NewAppointment, NewDelegation, Places, RegisteredAppointment, RegisteredDelegation,
    apart_from, organization,
};
use crate::model::{AreaId, Claim};

const KNOWN: Statement = statement!("identity/known");
const PLACES: Statement = statement!("identity/places");
const APPOINTMENT_LOCK: Statement = statement!("identity/appointment_lock");
const APPOINTMENT_INSERT: Statement = statement!("identity/appointment_insert");
const APPOINTMENT_ONE: Statement = statement!("identity/appointment_one");
const APPOINTMENT_CONFIRM: Statement = statement!("identity/appointment_confirm");
const APPOINTMENT_REVOKE: Statement = statement!("identity/appointment_revoke");
const APPOINTMENT_LIST: Statement = statement!("identity/appointment_list");
const DELEGATION_INSERT: Statement = statement!("identity/delegation_insert");
const DELEGATION_ONE: Statement = statement!("identity/delegation_one");
const DELEGATION_LIST: Statement = statement!("identity/delegation_list");
const DELEGATION_REVOKE: Statement = statement!("identity/delegation_revoke");

/// Where a page of the register ended.
pub(in crate::identity) type After = (Timestamp, Uuid);

/// What a list of appointments is narrowed to.
#[derive(Debug, Default)]
pub(in crate::identity) struct AppointmentFilter {
    pub(in crate::identity) role: Option<Role>,
    pub(in crate::identity) person: Option<Uuid>,
    pub(in crate::identity) area: Option<String>,
    pub(in crate::identity) state: Option<&'static str>,
}

/// What a list of delegations is narrowed to.
#[derive(Debug, Default)]
pub(in crate::identity) struct DelegationFilter {
    pub(in crate::identity) area: Option<String>,
    pub(in crate::identity) state: Option<&'static str>,
    pub(in crate::identity) delegator: Option<Uuid>,
    pub(in crate::identity) delegate: Option<Uuid>,
}

pub(in crate::identity) async fn known(
    database: &Database,
    (person, client, organization): (Option<Uuid>, Option<Uuid>, Option<&str>),
    areas: &[String],
    countries: &[String],
) -> Result<Known, DatabaseError> {
    let answers = database
        .reader()
        .await?
        .group(&[
            step(&KNOWN, &[&person, &client, &organization, &countries]),
            step(&PLACES, &[&areas]),
        ])
        .await?;
    let none = DatabaseError::Rows { statement: KNOWN.name(), rows: 0 };
    let [rows, places] = answers.as_slice() else { return Err(none) };
    let row = rows.first().ok_or(none)?;
    let roles: Vec<String> = row.try_get("roles")?;
    Ok(Known {
        now: row.try_get("now")?,
        person: row.try_get("person")?,
        client: row.try_get("client")?,
        organization: row.try_get("organization")?,
        countries: row.try_get("countries")?,
        roles: roles.iter().filter_map(|name| role_named(name)).collect(),
        places: placed(places)?,
    })
}

pub(in crate::identity) async fn places(
    database: &Database,
    areas: &[String],
) -> Result<Places, DatabaseError> {
    placed(&database.reader().await?.rows(&PLACES, &[&areas]).await?)
}

fn placed(rows: &[Row]) -> Result<Places, DatabaseError> {
    let mut places = BTreeMap::new();
    for row in rows {
        let area: String = row.try_get("area_id")?;
        places.insert(AreaId::from(area), row.try_get("iso2")?);
    }
    Ok(places)
}

/// Records an appointment under the person's lock; says whether it is new.
pub(in crate::identity) async fn insert_appointment(
    database: &Database,
    (id, claim): (Uuid, &Claim),
    new: &NewAppointment,
    by: Uuid,
) -> Result<bool, DatabaseError> {
    let role = new.role.as_str();
    let apart: Vec<&str> = apart_from(new.role).iter().map(|role| role.as_str()).collect();
    let fingerprint = claim.fingerprint.as_slice();
    let mut connection = database.writer().await?;
    let answers = connection
        .group(&[
            step(&BEGIN, &[]),
            step(&APPOINTMENT_LOCK, &[&new.person.or(new.client)]),
            step(
                &APPOINTMENT_INSERT,
                &[
                    &id,
                    &new.person,
                    &new.client,
                    &role,
                    &new.areas,
                    &new.countries,
                    &new.organization,
                    &new.ad_interim,
                    &new.focal_point,
                    &new.letter_ref,
                    &by,
                    &fingerprint,
                    &new.valid_from,
                    &new.valid_to,
                    &apart,
                ],
            ),
            step(&COMMIT, &[]),
        ])
        .await?;
    // begin, lock, insert, commit
    Ok(answers.get(2).is_some_and(|rows| !rows.is_empty()))
}

async fn one(
    database: &Database,
    statement: &Statement,
    id: Uuid,
    scope: &Scope,
) -> Result<Option<Row>, DatabaseError> {
    let of = scope.arrays();
    let mut connection = database.writer().await?;
    let parameters: [&(dyn crate::database::ToSql + Sync); 6] =
        [&id, &of.everywhere, &of.persons, &of.organizations, &of.areas, &of.countries];
    connection.maybe(statement, &parameters).await
}

pub(in crate::identity) async fn appointment(
    database: &Database,
    id: Uuid,
    scope: &Scope,
) -> Result<Option<RegisteredAppointment>, DatabaseError> {
    let row = one(database, &APPOINTMENT_ONE, id, scope).await?;
    row.map_or(Ok(None), |row| appointment_of(&row))
}

/// An appointment with the fingerprint of the body that made it.
pub(in crate::identity) async fn fingerprint_of_appointment(
    database: &Database,
    id: Uuid,
) -> Result<Option<(RegisteredAppointment, Vec<u8>)>, DatabaseError> {
    let row = one(database, &APPOINTMENT_ONE, id, &Scope::service("idempotency")).await?;
    let Some(row) = row else { return Ok(None) };
    let fingerprint: Option<Vec<u8>> = row.try_get("fingerprint")?;
    Ok(appointment_of(&row)?.map(|found| (found, fingerprint.unwrap_or_default())))
}

/// Confirms it; says whether it was waiting for that.
pub(in crate::identity) async fn confirm_appointment(
    database: &Database,
    id: Uuid,
    by: Uuid,
) -> Result<bool, DatabaseError> {
    Ok(database.writer().await?.execute(&APPOINTMENT_CONFIRM, &[&id, &by]).await? > 0)
}

/// Ends it; says whether it was not over.
pub(in crate::identity) async fn revoke_appointment(
    database: &Database,
    id: Uuid,
    by: Uuid,
) -> Result<bool, DatabaseError> {
    Ok(database.writer().await?.execute(&APPOINTMENT_REVOKE, &[&id, &by]).await? > 0)
}

/// Appointments in scope, newest first, at most `limit`.
pub(in crate::identity) async fn appointments(
    database: &Database,
    scope: &Scope,
    filter: &AppointmentFilter,
    (after, limit): (Option<After>, i64),
) -> Result<Vec<RegisteredAppointment>, DatabaseError> {
    let of = scope.arrays();
    let (at, id) = after.unzip();
    let role = filter.role.map(Role::as_str);
    let parameters: [&(dyn crate::database::ToSql + Sync); 12] = [
        &of.everywhere,
        &of.persons,
        &of.organizations,
        &of.areas,
        &of.countries,
        &role,
        &filter.person,
        &filter.area,
        &filter.state,
        &at,
        &id,
        &limit,
    ];
    let rows = database.reader().await?.rows(&APPOINTMENT_LIST, &parameters).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        found.extend(appointment_of(row)?);
    }
    Ok(found)
}

fn appointment_of(row: &Row) -> Result<Option<RegisteredAppointment>, DatabaseError> {
    let Some(role) = role_named(row.try_get("role")?) else { return Ok(None) };
    let Land { areas, countries } = land(row, "area_ids", "countries")?;
    let appointment = Appointment {
        appointment_id: row.try_get("appointment_id")?,
        role,
        areas,
        countries,
        organization: organization(row.try_get("organization_id")?),
        ad_interim: row.try_get("ad_interim")?,
        focal_point: row.try_get("focal_point")?,
        valid_from: row.try_get("valid_from")?,
        valid_to: row.try_get("valid_to")?,
    };
    Ok(Some(RegisteredAppointment {
        appointment,
        person: row.try_get("person_id")?,
        client: row.try_get("client_id")?,
        letter_ref: row.try_get("letter_ref")?,
        recorded_by: row.try_get("recorded_by")?,
        recorded_at: row.try_get("recorded_at")?,
        confirmed_by: row.try_get("confirmed_by")?,
        confirmed_at: row.try_get("confirmed_at")?,
        revoked_by: row.try_get("revoked_by")?,
        revoked_at: row.try_get("revoked_at")?,
        state: row.try_get("state")?,
    }))
}

/// Gives a delegation; says whether it is new.
pub(in crate::identity) async fn insert_delegation(
    database: &Database,
    (id, claim): (Uuid, &Claim),
    new: &NewDelegation,
    by: Uuid,
) -> Result<bool, DatabaseError> {
    let role = new.role.map(Role::as_str);
    let fingerprint = claim.fingerprint.as_slice();
    let parameters: [&(dyn crate::database::ToSql + Sync); 16] = [
        &id,
        &by,
        &new.given_from,
        &new.person,
        &role,
        &new.seat_area,
        &new.seat_country,
        &new.areas,
        &new.countries,
        &new.bands,
        &new.categories,
        &new.max_nights,
        &new.letter_ref,
        &fingerprint,
        &new.valid_from,
        &new.valid_to,
    ];
    Ok(database.writer().await?.execute(&DELEGATION_INSERT, &parameters).await? > 0)
}

pub(in crate::identity) async fn delegation(
    database: &Database,
    id: Uuid,
    scope: &Scope,
) -> Result<Option<RegisteredDelegation>, DatabaseError> {
    one_delegation(database, id, scope).await?.map(|row| delegation_of(&row)).transpose()
}

async fn one_delegation(
    database: &Database,
    id: Uuid,
    scope: &Scope,
) -> Result<Option<Row>, DatabaseError> {
    let of = scope.arrays();
    let parameters: [&(dyn crate::database::ToSql + Sync); 5] =
        [&id, &of.everywhere, &of.persons, &of.areas, &of.countries];
    database.writer().await?.maybe(&DELEGATION_ONE, &parameters).await
}

/// A delegation with the fingerprint of the body that made it.
pub(in crate::identity) async fn fingerprint_of_delegation(
    database: &Database,
    id: Uuid,
) -> Result<Option<(RegisteredDelegation, Vec<u8>)>, DatabaseError> {
    let row = one_delegation(database, id, &Scope::service("idempotency")).await?;
    let Some(row) = row else { return Ok(None) };
    let fingerprint: Option<Vec<u8>> = row.try_get("fingerprint")?;
    Ok(Some((delegation_of(&row)?, fingerprint.unwrap_or_default())))
}

/// Takes it back; says whether it was not over.
pub(in crate::identity) async fn revoke_delegation(
    database: &Database,
    id: Uuid,
    by: Uuid,
) -> Result<bool, DatabaseError> {
    Ok(database.writer().await?.execute(&DELEGATION_REVOKE, &[&id, &by]).await? > 0)
}

/// Delegations in scope, newest first, at most `limit`.
pub(in crate::identity) async fn delegations(
    database: &Database,
    scope: &Scope,
    filter: &DelegationFilter,
    (after, limit): (Option<After>, i64),
) -> Result<Vec<RegisteredDelegation>, DatabaseError> {
    let of = scope.arrays();
    let (at, id) = after.unzip();
    let parameters: [&(dyn crate::database::ToSql + Sync); 11] = [
        &of.everywhere,
        &of.persons,
        &of.areas,
        &of.countries,
        &filter.area,
        &filter.state,
        &filter.delegator,
        &filter.delegate,
        &at,
        &id,
        &limit,
    ];
    let rows = database.reader().await?.rows(&DELEGATION_LIST, &parameters).await?;
    rows.iter().map(delegation_of).collect()
}

fn delegation_of(row: &Row) -> Result<RegisteredDelegation, DatabaseError> {
    Ok(RegisteredDelegation {
        delegation_id: row.try_get("delegation_id")?,
        delegator: row.try_get("delegator_id")?,
        given_from: row.try_get("given_from")?,
        person: row.try_get("delegate_person_id")?,
        role: row.try_get("delegate_role")?,
        seat_area: row.try_get("delegate_area_id")?,
        seat_country: row.try_get("delegate_country")?,
        areas: row.try_get("area_ids")?,
        countries: row.try_get("countries")?,
        bands: row.try_get("risk_bands")?,
        categories: row.try_get("categories")?,
        max_nights: row.try_get("max_stay_nights")?,
        letter_ref: row.try_get("letter_ref")?,
        granted_at: row.try_get("granted_at")?,
        valid_from: row.try_get("valid_from")?,
        valid_to: row.try_get("valid_to")?,
        revoked_by: row.try_get("revoked_by")?,
        revoked_at: row.try_get("revoked_at")?,
        state: row.try_get("state")?,
    })
}
