//! Certificates: reading, verifying scope, writing.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{LOCK, REDECIDE, named, state};
use crate::access::Scope;
use crate::database::{BEGIN, COMMIT, Database, DatabaseError, Row, Statement, statement, step};
use crate::model::{Cause, Course, PersonId};
use crate::people::certificates::{
    CertificateReport, Evidence, StoredCertificate, alter_decisions,
};

const CERTIFICATES: Statement = statement!("people/certificates");
const VERIFIABLE: Statement = statement!("people/verifiable");
const RAISE_REVISION: Statement = statement!("people/raise_revision");
const WRITE_CERTIFICATES: Statement = statement!("people/write_certificates");
const FORGET_CLAIMS: Statement = statement!("people/forget_claims");

/// The certificates of a person whom the caller has been shown.
pub(in crate::people) async fn load_certificates(
    database: &Database,
    person: PersonId,
) -> Result<Vec<StoredCertificate>, DatabaseError> {
    let rows = database.reader().await?.rows(&CERTIFICATES, &[&person.0]).await?;
    rows.iter().map(stored).collect()
}

fn stored(row: &Row) -> Result<StoredCertificate, DatabaseError> {
    let evidence = named(row, "evidence_kind", &Evidence::ALL, Evidence::as_str)?;
    Ok(StoredCertificate {
        certificate_id: row.try_get("certificate_id")?,
        report: CertificateReport {
            course: Course(row.try_get::<_, &str>("course")?.into()),
            course_version: row.try_get("course_version")?,
            completed_on: row.try_get("completed_on")?,
            expires_on: row.try_get("expires_on")?,
            place: row.try_get("place")?,
            issuer: row.try_get("issuer")?,
            evidence: evidence.unwrap_or(Evidence::Typed),
            evidence_ref: row.try_get("evidence_ref")?,
            state: state(row)?,
        },
        verified_at: row.try_get("verified_at")?,
    })
}

/// The revision of a person whose certificates the scope may verify, and the time.
pub(in crate::people) async fn verifiable(
    database: &Database,
    person: PersonId,
    scope: &Scope,
) -> Result<Option<(i64, Timestamp)>, DatabaseError> {
    let arrays = scope.arrays();
    let mut connection = database.reader().await?;
    let row = connection
        .maybe(&VERIFIABLE, &[&person.0, &arrays.everywhere, &arrays.areas, &arrays.countries])
        .await?;
    row.map(|row| Ok((row.try_get("revision")?, row.try_get("now")?))).transpose()
}

/// Writes certificates of a person as of a revision; `whole` takes back the claims that are not
/// among them. Answers the new revision, or nothing where somebody was faster.
pub(in crate::people) async fn write_certificates(
    database: &Database,
    (person, read): (PersonId, i64),
    reports: &[CertificateReport],
    whole: bool,
    by: Uuid,
) -> Result<Option<i64>, DatabaseError> {
    let (person, next) = (person.0, read + 1);
    let (people, nexts, redecisions) = (vec![person], vec![next], vec![Uuid::now_v7()]);
    let rows = report_rows(reports);
    let courses: Vec<&str> = reports.iter().map(|report| report.course.as_str()).collect();
    let days: Vec<Date> = reports.iter().map(|report| report.completed_on).collect();
    let mut connection = database.writer().await?;
    let mut answers = connection
        .group(&[
            step(&BEGIN, &[]),
            step(&LOCK, &[&people]),
            step(&RAISE_REVISION, &[&person, &read]),
        ])
        .await?;
    if whole {
        connection.execute(&FORGET_CLAIMS, &[&person, &next, &courses, &days]).await?;
    }
    connection.execute(&WRITE_CERTIFICATES, &[&person, &next, &rows, &by]).await?;
    // A claim that is gone may have carried a decision too.
    if whole || alter_decisions(reports) {
        let cause = Cause::Certificate.as_str();
        connection.execute(&REDECIDE, &[&people, &nexts, &redecisions, &by, &cause]).await?;
    }
    connection.group(&[step(&COMMIT, &[])]).await?;
    let written = answers.pop().and_then(|mut rows| rows.pop());
    written.map(|row| Ok(row.try_get("revision")?)).transpose()
}

/// Certificates as the statement takes them.
pub(super) fn report_rows(reports: &[CertificateReport]) -> Value {
    let row = |report: &CertificateReport| {
        json!({
            "certificate_id": Uuid::now_v7(),
            "course": report.course,
            "course_version": report.course_version,
            "completed_on": report.completed_on,
            "expires_on": report.expires_on,
            "place": report.place,
            "issuer": report.issuer,
            "evidence_kind": report.evidence.as_str(),
            "evidence_ref": report.evidence_ref,
            "state": report.state.as_str(),
        })
    };
    reports.iter().map(row).collect()
}
