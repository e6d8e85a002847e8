//! What stands around an item.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use uuid::Uuid;

use super::items::state;
use crate::database::{Database, DatabaseError, Row, Statement, statement, step};
use crate::desk::view::CertificateView;
use crate::model::{AreaId, ClearanceId, ClearanceState, OrganizationId, PersonId, TripId};

const CERTIFICATES: Statement = statement!("desk/certificates");
const OTHERS: Statement = statement!("desk/others");
const PERSON: Statement = statement!("desk/person");

/// Everything around an item that is read in one round trip.
#[derive(Debug, Default)]
pub(in crate::desk) struct ContextRows {
    pub(in crate::desk) person: PersonRow,
    pub(in crate::desk) certificates: Vec<CertificateView>,
    pub(in crate::desk) others: Vec<OtherRow>,
}

/// The traveller beside what the item tells.
#[derive(Debug, Default)]
pub(in crate::desk) struct PersonRow {
    pub(in crate::desk) functional_title: Option<String>,
    pub(in crate::desk) duty_station: Option<AreaId>,
    pub(in crate::desk) status: String,
    pub(in crate::desk) languages: Vec<String>,
    pub(in crate::desk) contacts: Value,
}

/// Another clearance of the traveller, with what decides who may see it.
#[derive(Debug)]
pub(in crate::desk) struct OtherRow {
    pub(in crate::desk) clearance_id: ClearanceId,
    pub(in crate::desk) trip_id: TripId,
    pub(in crate::desk) reference: String,
    pub(in crate::desk) area_id: Option<AreaId>,
    pub(in crate::desk) state: ClearanceState,
    pub(in crate::desk) arrive: Date,
    pub(in crate::desk) depart: Option<Date>,
    pub(in crate::desk) moved_at: Timestamp,
    pub(in crate::desk) moved_by: Option<PersonId>,
    pub(in crate::desk) organization: OrganizationId,
    pub(in crate::desk) personal: bool,
}

/// Reads what stands around an item of a person.
pub(in crate::desk) async fn context(
    database: &Database,
    person: PersonId,
    id: ClearanceId,
) -> Result<ContextRows, DatabaseError> {
    let mut connection = database.reader().await?;
    let mut answers = connection
        .group(&[
            step(&CERTIFICATES, &[&person.0]),
            step(&OTHERS, &[&person.0, &id.0]),
            step(&PERSON, &[&person.0]),
        ])
        .await?
        .into_iter();
    let certificates = answers.next().unwrap_or_default();
    let others = answers.next().unwrap_or_default();
    let people = answers.next().unwrap_or_default();
    Ok(ContextRows {
        person: people.first().map(person_row).transpose()?.unwrap_or_default(),
        certificates: certificates.iter().map(certificate).collect::<Result<_, _>>()?,
        others: others.iter().map(other).collect::<Result<_, _>>()?,
    })
}

fn person_row(row: &Row) -> Result<PersonRow, DatabaseError> {
    Ok(PersonRow {
        functional_title: row.try_get("functional_title")?,
        duty_station: row.try_get::<_, Option<&str>>("duty_station_area_id")?.map(AreaId::from),
        status: row.try_get("status")?,
        languages: row.try_get("languages")?,
        contacts: row.try_get("contacts")?,
    })
}

fn certificate(row: &Row) -> Result<CertificateView, DatabaseError> {
    Ok(CertificateView {
        course: row.try_get("course")?,
        completed_on: row.try_get("completed_on")?,
        expires_on: row.try_get("expires_on")?,
        state: row.try_get("state")?,
    })
}

fn other(row: &Row) -> Result<OtherRow, DatabaseError> {
    Ok(OtherRow {
        clearance_id: ClearanceId(row.try_get("clearance_id")?),
        trip_id: TripId(row.try_get("trip_id")?),
        reference: row.try_get("reference")?,
        area_id: row.try_get::<_, Option<&str>>("area_id")?.map(AreaId::from),
        state: state(row, "state")?,
        arrive: row.try_get("arrive")?,
        depart: row.try_get("depart")?,
        moved_at: row.try_get("moved_at")?,
        moved_by: row.try_get::<_, Option<Uuid>>("moved_by")?.map(PersonId),
        organization: OrganizationId::from(row.try_get::<_, &str>("organization_id")?),
        personal: row.try_get("personal")?,
    })
}
