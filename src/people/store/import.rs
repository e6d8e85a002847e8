//! Bringing people in: what is known of them, and one transaction for a group.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use uuid::Uuid;

use super::certificates::report_rows;
use super::profiles::{LEAVE_RESIDENCE, TAKE_RESIDENCE, contact_rows, kin_rows};
use super::{LOCK, REDECIDE};
use crate::database::{
    BEGIN, COMMIT, Connection, Database, DatabaseError, Row, Statement, statement, step,
};
use crate::model::{AreaId, Cause, Course, OrganizationId, PersonId, Relation, Secret};
use crate::people::import::{Entry, Known, Placed};

const KNOWN: Statement = statement!("people/import_known");
const AREAS: Statement = statement!("people/import_areas");
const INSERT: Statement = statement!("people/import_insert");
const CERTIFICATES: Statement = statement!("people/import_certificates");
const UPDATE: Statement = statement!("people/import_update");
const CLEAR_CONTACTS: Statement = statement!("people/import_clear_contacts");
const CONTACTS: Statement = statement!("people/import_contacts");
const CLEAR_KIN: Statement = statement!("people/import_clear_kin");
const KIN: Statement = statement!("people/import_kin");

/// Who is known by the numbers of a group, sponsors included, and which of its areas there are.
pub(in crate::people) async fn known_staff(
    database: &Database,
    organization: &OrganizationId,
    entries: &[Entry],
) -> Result<Known, DatabaseError> {
    let numbers: Vec<&str> = entries
        .iter()
        .flat_map(|entry| [Some(entry.staff_no.as_str()), entry.sponsor_staff_no.as_deref()])
        .flatten()
        .collect();
    let areas: Vec<&str> = entries
        .iter()
        .filter_map(|entry| entry.duty_station_area_id.as_ref().map(AreaId::as_str))
        .collect();
    let mut connection = database.reader().await?;
    let answers = connection
        .group(&[step(&KNOWN, &[&organization.as_str(), &numbers]), step(&AREAS, &[&areas])])
        .await?;
    let mut known = Known::default();
    for row in answers.first().into_iter().flatten() {
        let (id, revision) = (PersonId(row.try_get("person_id")?), row.try_get("revision")?);
        known.people.insert(row.try_get("staff_no")?, (id, revision));
    }
    for row in answers.get(1).into_iter().flatten() {
        known.areas.insert(row.try_get("area_id")?);
    }
    Ok(known)
}

/// Writes a group. Answers, by person, the revision and whether this changed it; whoever is missing
/// was added by another at the same time.
pub(in crate::people) async fn write_import(
    database: &Database,
    organization: &OrganizationId,
    placed: &[Placed],
    by: Uuid,
) -> Result<BTreeMap<PersonId, (i64, bool)>, DatabaseError> {
    let (new, old): (Vec<&Placed>, Vec<&Placed>) = placed.iter().partition(|of| of.is_new);
    let numbers: Vec<&str> = old.iter().map(|of| of.entry.staff_no.as_str()).collect();
    let locked: Vec<Uuid> = old.iter().map(|of| of.person_id.0).collect();
    let mut connection = database.writer().await?;
    let answers = connection
        .group(&[
            step(&BEGIN, &[]),
            step(&LOCK, &[&locked]),
            step(&KNOWN, &[&organization.as_str(), &numbers]),
        ])
        .await?;
    let mut revisions = BTreeMap::new();
    for row in answers.last().into_iter().flatten() {
        revisions.insert(PersonId(row.try_get("person_id")?), (row.try_get("revision")?, false));
    }
    let (people, reads) = arrays(&revisions);
    let answers = connection
        .group(&[
            step(&LEAVE_RESIDENCE, &[&people, &reads]),
            step(&INSERT, &[&organization.as_str(), &person_rows(&new)]),
            step(&CERTIFICATES, &[&certificate_rows(placed)]),
        ])
        .await?;
    for row in answers.get(1).into_iter().flatten() {
        revisions.insert(PersonId(row.try_get("person_id")?), (1, true));
    }
    let claims = Claims::read(answers.last().map_or(&[][..], Vec::as_slice))?;
    let rows = connection.rows(&UPDATE, &[&person_rows(&old), &claims.touched]).await?;
    let mut altered = BTreeMap::new();
    for row in &rows {
        let (person, revision) = (PersonId(row.try_get("person_id")?), row.try_get("revision")?);
        revisions.insert(person, (revision, true));
        if row.try_get("alters")? || claims.of_bsafe.contains(&person.0) {
            altered.insert(person, (revision, true));
        }
    }
    write_lists(&mut connection, placed, &revisions).await?;
    let (people, nows) = arrays(&revisions);
    let (concerned, since) = arrays(&altered);
    let ids: Vec<Uuid> = concerned.iter().map(|_| Uuid::now_v7()).collect();
    // claims come with it, and may go
    let cause = Cause::Certificate.as_str();
    connection
        .group(&[
            step(&TAKE_RESIDENCE, &[&people, &nows]),
            step(&REDECIDE, &[&concerned, &since, &ids, &by, &cause]),
            step(&COMMIT, &[]),
        ])
        .await?;
    Ok(revisions)
}

/// Whose claims changed something, and whose of BSAFE, which may alter decisions.
struct Claims {
    touched: Vec<Uuid>,
    of_bsafe: BTreeSet<Uuid>,
}

impl Claims {
    fn read(rows: &[Row]) -> Result<Self, DatabaseError> {
        let mut claims = Self { touched: Vec::new(), of_bsafe: BTreeSet::new() };
        for row in rows {
            let person = row.try_get("person_id")?;
            claims.touched.push(person);
            if row.try_get::<_, &str>("course")? == Course::BSAFE.as_str() {
                claims.of_bsafe.insert(person);
            }
        }
        Ok(claims)
    }
}

/// Contacts and next of kin of those who were added or changed, where the line gives them.
async fn write_lists(
    connection: &mut Connection,
    placed: &[Placed],
    revisions: &BTreeMap<PersonId, (i64, bool)>,
) -> Result<(), DatabaseError> {
    let changed = |of: &&Placed| revisions.get(&of.person_id).is_some_and(|(_, changed)| *changed);
    let (mut reached, mut contacts) = (Vec::new(), Vec::new());
    let (mut related, mut kin) = (Vec::new(), Vec::new());
    for of in placed.iter().filter(changed) {
        if let Some(list) = &of.entry.contacts {
            reached.push(of.person_id.0);
            contacts.extend(owned(contact_rows(list.reveal()), of.person_id));
        }
        if let Some(list) = &of.entry.emergency_contacts {
            related.push(of.person_id.0);
            kin.extend(owned(kin_rows(list.reveal()), of.person_id));
        }
    }
    let (contacts, kin) = (Value::Array(contacts), Value::Array(kin));
    connection
        .group(&[
            step(&CLEAR_CONTACTS, &[&reached]),
            step(&CONTACTS, &[&contacts]),
            step(&CLEAR_KIN, &[&related]),
            step(&KIN, &[&kin]),
        ])
        .await
        .map(|_| ())
}

fn arrays(revisions: &BTreeMap<PersonId, (i64, bool)>) -> (Vec<Uuid>, Vec<i64>) {
    revisions.iter().map(|(person, (revision, _))| (person.0, *revision)).unzip()
}

/// Rows of one person, each with the person's id.
fn owned(rows: Value, person: PersonId) -> Vec<Value> {
    let Value::Array(mut rows) = rows else { return Vec::new() };
    for row in &mut rows {
        if let Some(fields) = row.as_object_mut() {
            fields.insert("person_id".to_owned(), json!(person));
        }
    }
    rows
}

fn certificate_rows(placed: &[Placed]) -> Value {
    placed.iter().flat_map(|of| owned(report_rows(&of.entry.certificates), of.person_id)).collect()
}

fn person_rows(placed: &[&Placed]) -> Value {
    let name = |name: &Option<Secret<String>>| name.as_ref().map(|name| name.reveal().clone());
    let row = |of: &&Placed| {
        let entry = &of.entry;
        let contacts = entry.contacts.as_ref().map(|list| {
            let shown = list.reveal().iter();
            shown.map(|of| json!({"kind": of.kind, "value": of.value})).collect::<Vec<_>>()
        });
        json!({
            "person_id": of.person_id,
            "staff_no": entry.staff_no,
            "family_name": entry.family_name.reveal(),
            "given_names": name(&entry.given_names),
            "full_name_local": name(&entry.full_name_local),
            "category": entry.category.as_str(),
            "recruitment": entry.recruitment.as_str(),
            "functional_title": entry.functional_title,
            "senior_official": entry.senior_official,
            "duty_station_area_id": entry.duty_station_area_id,
            "sponsor_person_id": of.sponsor_person_id,
            "relation": entry.relation.map(Relation::as_str),
            "languages": entry.languages,
            "medical_valid_to": entry.medical_valid_to,
            "contacts": contacts,
            "emergency_contacts": entry.emergency_contacts.as_ref().map(Secret::reveal),
        })
    };
    placed.iter().map(row).collect()
}
