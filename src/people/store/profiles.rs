//! Profiles: reading within a scope, writing against a revision.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{LOCK, REDECIDE, category, recruitment, relation, status};
use crate::access::Scope;
use crate::database::{BEGIN, COMMIT, Database, DatabaseError, Row, Statement, statement, step};
use crate::model::{
    AreaId, Category, Cause, OrganizationId, PersonId, PersonStatus, Relation, Secret,
};
use crate::people::profile::{
    Contact, EmergencyContact, Profile, Residence, Seen, SeenProfile, alters_decisions, view,
};

const PROFILE: Statement = statement!("people/profile");
const DEPENDANTS: Statement = statement!("people/dependants");
const AREA_EXISTS: Statement = statement!("people/area_exists");
const WRITE_PROFILE: Statement = statement!("people/write_profile");
pub(super) const LEAVE_RESIDENCE: Statement = statement!("people/leave_residence");
pub(super) const TAKE_RESIDENCE: Statement = statement!("people/take_residence");
const CLEAR_CONTACTS: Statement = statement!("people/clear_contacts");
const WRITE_CONTACTS: Statement = statement!("people/write_contacts");
const CLEAR_KIN: Statement = statement!("people/clear_kin");
const WRITE_KIN: Statement = statement!("people/write_kin");

/// A member of a person's family, or a guest.
#[derive(Debug, Clone)]
pub(in crate::people) struct Dependant {
    pub(in crate::people) person_id: PersonId,
    pub(in crate::people) family_name: Option<Secret<String>>,
    pub(in crate::people) given_names: Option<Secret<String>>,
    pub(in crate::people) category: Category,
    pub(in crate::people) status: PersonStatus,
    pub(in crate::people) relation: Option<Relation>,
    pub(in crate::people) recognised: bool,
    pub(in crate::people) resides_at_duty_station: bool,
}

/// A person, if the scope sees them.
pub(in crate::people) async fn load_profile(
    database: &Database,
    person: PersonId,
    scope: &Scope,
) -> Result<Option<SeenProfile>, DatabaseError> {
    let arrays = scope.arrays();
    let mut connection = database.reader().await?;
    let row = connection
        .maybe(
            &PROFILE,
            &[
                &person.0,
                &arrays.everywhere,
                &arrays.persons,
                &arrays.organizations,
                &arrays.areas,
                &arrays.countries,
            ],
        )
        .await?;
    row.map_or(Ok(None), |row| seen(&row, scope))
}

fn seen(row: &Row, scope: &Scope) -> Result<Option<SeenProfile>, DatabaseError> {
    let profile = profile(row)?;
    let who = Seen {
        person: profile.person_id,
        sponsor: profile.sponsor_person_id,
        organization: &profile.organization,
        in_land: row.try_get("in_land")?,
    };
    let Some((view, logged)) = view(scope, &who) else { return Ok(None) };
    let from = row.try_get("from_day")?;
    let to = row.try_get("to_day")?;
    Ok(Some(SeenProfile {
        revision: row.try_get("revision")?,
        away: Option::map(from, |from| (from, to)),
        view,
        logged,
        now: row.try_get("now")?,
        profile,
    }))
}

fn profile(row: &Row) -> Result<Profile, DatabaseError> {
    let place = row.try_get("residence_place")?;
    let (lon, lat) = (row.try_get("residence_lon")?, row.try_get("residence_lat")?);
    let residence = Residence { place, lon, lat };
    let lives = residence.place.is_some() || residence.lon.is_some();
    let secret = |column| Ok::<_, DatabaseError>(row.try_get::<_, Option<String>>(column)?);
    Ok(Profile {
        person_id: PersonId(row.try_get("person_id")?),
        organization: OrganizationId::from(row.try_get::<_, String>("organization_id")?),
        staff_no: row.try_get("staff_no")?,
        family_name: secret("family_name")?.map(Secret::new),
        given_names: secret("given_names")?.map(Secret::new),
        full_name_local: secret("full_name_local")?.map(Secret::new),
        category: category(row)?,
        recruitment: recruitment(row)?,
        status: status(row)?,
        functional_title: row.try_get("functional_title")?,
        senior_official: row.try_get("senior_official")?,
        duty_station_area_id: row
            .try_get::<_, Option<String>>("duty_station_area_id")?
            .map(AreaId::from),
        sponsor_person_id: row.try_get::<_, Option<Uuid>>("sponsor_person_id")?.map(PersonId),
        relation: relation(row)?,
        languages: row.try_get("languages")?,
        residence: lives.then(|| Secret::new(residence)),
        medical_valid_to: row.try_get("medical_valid_to")?,
        contacts: Secret::new(list(row, "contacts")?),
        emergency_contacts: Secret::new(list(row, "emergency_contacts")?),
    })
}

/// A list that the statement put together from the room's own rows; what does not read as one is
/// left out.
fn list<T: serde::de::DeserializeOwned>(row: &Row, column: &str) -> Result<Vec<T>, DatabaseError> {
    let entries: Value = row.try_get(column)?;
    let entries = entries.as_array().map_or(&[][..], Vec::as_slice);
    Ok(entries.iter().filter_map(|entry| T::deserialize(entry).ok()).collect())
}

/// The family and guests of a person whom the caller has been shown.
pub(in crate::people) async fn load_dependants(
    database: &Database,
    of: &SeenProfile,
) -> Result<Vec<Dependant>, DatabaseError> {
    let rows = database.reader().await?.rows(&DEPENDANTS, &[&of.profile.person_id.0]).await?;
    let dependant = |row: &Row| {
        Ok(Dependant {
            person_id: PersonId(row.try_get("person_id")?),
            family_name: row.try_get::<_, Option<String>>("family_name")?.map(Secret::new),
            given_names: row.try_get::<_, Option<String>>("given_names")?.map(Secret::new),
            category: category(row)?,
            status: status(row)?,
            relation: relation(row)?,
            recognised: row.try_get("recognised")?,
            resides_at_duty_station: row.try_get("resides_at_duty_station")?,
        })
    };
    rows.iter().map(dependant).collect()
}

/// Whether there is such an area.
pub(in crate::people) async fn area_exists(
    database: &Database,
    area: &AreaId,
) -> Result<bool, DatabaseError> {
    let row = database.reader().await?.one(&AREA_EXISTS, &[&area.as_str()]).await?;
    Ok(row.try_get("known")?)
}

/// Writes a profile in place of the one that was read; answers the new revision, or nothing where
/// somebody was faster.
pub(in crate::people) async fn write_profile(
    database: &Database,
    before: &SeenProfile,
    after: &Profile,
    by: Uuid,
) -> Result<Option<i64>, DatabaseError> {
    let person = after.person_id.0;
    let (read, next) = (before.revision, before.revision + 1);
    let (people, reads, nexts) = (vec![person], vec![read], vec![next]);
    let redecisions = vec![Uuid::now_v7()];
    let residence = after.residence.as_ref().map(Secret::reveal);
    let name = |name: &Option<Secret<String>>| name.as_ref().map(|name| name.reveal().clone());
    let (family, given) = (name(&after.family_name), name(&after.given_names));
    let local = name(&after.full_name_local);
    let (category, recruitment) = (after.category.as_str(), after.recruitment.as_str());
    let (status, station) =
        (after.status.as_str(), after.duty_station_area_id.as_ref().map(AreaId::as_str));
    let place = residence.and_then(|of| of.place.clone());
    let (lon, lat) = (residence.and_then(|of| of.lon), residence.and_then(|of| of.lat));
    let contacts = contact_rows(after.contacts.reveal());
    let kin = kin_rows(after.emergency_contacts.reveal());
    let alters = alters_decisions(&before.profile, after);
    let cause = cause(&before.profile, after).as_str();
    let mut connection = database.writer().await?;
    connection.group(&[step(&BEGIN, &[]), step(&LOCK, &[&people])]).await?;
    if alters {
        connection.execute(&LEAVE_RESIDENCE, &[&people, &reads]).await?;
    }
    let written = connection
        .maybe(
            &WRITE_PROFILE,
            &[
                &person,
                &read,
                &after.staff_no,
                &family,
                &given,
                &local,
                &category,
                &recruitment,
                &status,
                &by,
                &after.functional_title,
                &after.senior_official,
                &station,
                &after.languages,
                &place,
                &lon,
                &lat,
                &after.medical_valid_to,
            ],
        )
        .await?;
    if alters {
        connection
            .group(&[
                step(&TAKE_RESIDENCE, &[&people, &nexts]),
                step(&REDECIDE, &[&people, &nexts, &redecisions, &by, &cause]),
            ])
            .await?;
    }
    connection
        .group(&[
            step(&CLEAR_CONTACTS, &[&person, &next]),
            step(&WRITE_CONTACTS, &[&person, &next, &contacts]),
            step(&CLEAR_KIN, &[&person, &next]),
            step(&WRITE_KIN, &[&person, &next, &kin]),
            step(&COMMIT, &[]),
        ])
        .await?;
    written.map(|row| Ok(row.try_get("revision")?)).transpose()
}

/// What the loop that decides again is told.
fn cause(before: &Profile, after: &Profile) -> Cause {
    let gone = |profile: &Profile| profile.status == PersonStatus::Deactivated;
    if gone(after) && !gone(before) { Cause::Deactivated } else { Cause::Person }
}

/// Contacts as the statement takes them.
pub(super) fn contact_rows(contacts: &[Contact]) -> Value {
    let row = |(position, contact): (usize, &Contact)| {
        json!({
            "position": position,
            "kind": contact.kind,
            "value": contact.value,
            "verified_at": contact.verified_at,
        })
    };
    contacts.iter().enumerate().map(row).collect()
}

/// Next of kin as the statement takes them.
pub(super) fn kin_rows(contacts: &[EmergencyContact]) -> Value {
    let row = |(position, contact): (usize, &EmergencyContact)| {
        json!({
            "position": position,
            "name": contact.name,
            "relation": contact.relation,
            "phone": contact.phone,
            "language": contact.language,
        })
    };
    contacts.iter().enumerate().map(row).collect()
}
