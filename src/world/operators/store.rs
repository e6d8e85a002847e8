//! Advice and permissions in the database.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::{
    Advice, AdviceSight, Authorization, Flying, NewAdvice, NewAuthorization, OperatorError,
};
use crate::database::{
    BEGIN, COMMIT, Database, DatabaseError, ROLLBACK, Row, Statement, statement, step,
};
use crate::model::{Claim, OrganizationId, PersonId};

const READ: Statement = statement!("world/operator_read");
const NAME: Statement = statement!("world/operator_name");
const PERMIT: Statement = statement!("world/operator_permit");
const WRITE: Statement = statement!("world/operator_write");
const TRIPS: Statement = statement!("world/operator_trips");
const AUTHORIZE: Statement = statement!("world/operator_authorize");
const AUTHORIZATIONS: Statement = statement!("world/operator_authorizations");

/// Advice in sight, by organization.
pub(in crate::world) async fn advice(
    database: &Database,
    code: &str,
    sight: &AdviceSight,
) -> Result<Vec<Advice>, DatabaseError> {
    let mut connection = database.reader().await?;
    let rows = connection.rows(&READ, &[&code, &sight.everybody, &sight.organizations]).await?;
    rows.iter().map(advised).collect()
}

fn advised(row: &Row) -> Result<Advice, DatabaseError> {
    let lapsed: Option<bool> = row.try_get("lapsed")?;
    Ok(Advice {
        organization: row.try_get("organization_id")?,
        standing: row.try_get("standing")?,
        valid_to: row.try_get("valid_to")?,
        lapsed: lapsed.unwrap_or(false),
        aoc_state: row.try_get("aoc_state")?,
        basis: row.try_get("basis")?,
        note: row.try_get("note")?,
        revision: row.try_get("revision")?,
        changed_by: row.try_get("changed_by")?,
        changed_at: row.try_get("changed_at")?,
    })
}

/// The operator's name in the directory.
pub(in crate::world) async fn name(
    database: &Database,
    code: &str,
) -> Result<Option<String>, DatabaseError> {
    let row = database.reader().await?.maybe(&NAME, &[&code]).await?;
    Ok(row.map(|row| row.try_get("name")).transpose()?)
}

pub(super) async fn advise<E: From<OperatorError>>(
    database: &Database,
    (organization, code): (&OrganizationId, &str),
    new: &NewAdvice,
    by: PersonId,
    permit: impl FnOnce(i32) -> Result<(), E>,
) -> Result<(), E> {
    let failed = |error: DatabaseError| E::from(OperatorError::from(error));
    let organization = organization.as_str();
    let mut connection = database.writer().await.map_err(failed)?;
    let mut answers = connection
        .group(&[step(&BEGIN, &[]), step(&PERMIT, &[&organization, &code, &by.0])])
        .await
        .map_err(failed)?;
    let row = answers.pop().and_then(|mut rows| rows.pop());
    let read = row.as_ref().map(permitted).transpose().map_err(failed)?;
    let verdict = match read {
        Some((revision, true)) => permit(revision),
        Some((_, false)) | None => Err(E::from(OperatorError::NotPermitted)),
    };
    if let Err(refused) = verdict {
        connection.group(&[step(&ROLLBACK, &[])]).await.map_err(failed)?;
        return Err(refused);
    }
    let standing = new.standing.as_str();
    connection
        .group(&[
            step(
                &WRITE,
                &[
                    &organization,
                    &code,
                    &standing,
                    &new.valid_to,
                    &new.aoc_state,
                    &new.basis,
                    &new.note,
                    &by.0,
                ],
            ),
            step(&COMMIT, &[]),
        ])
        .await
        .map_err(failed)?;
    Ok(())
}

fn permitted(row: &Row) -> Result<(i32, bool), DatabaseError> {
    Ok((row.try_get("revision")?, row.try_get("entitled")?))
}

/// Live trips that fly with an operator, by day, after one.
pub(in crate::world) async fn flying(
    database: &Database,
    code: &str,
    sight: &AdviceSight,
    after: Option<(Date, Uuid, String)>,
    limit: i64,
) -> Result<Vec<Flying>, DatabaseError> {
    let (day, trip, flight) = match after {
        Some((day, trip, flight)) => (Some(day), Some(trip), Some(flight)),
        None => (None, None, None),
    };
    let mut connection = database.reader().await?;
    let rows = connection
        .rows(
            &TRIPS,
            &[&code, &sight.everybody, &sight.organizations, &day, &trip, &flight, &limit],
        )
        .await?;
    rows.iter().map(flies).collect()
}

fn flies(row: &Row) -> Result<Flying, DatabaseError> {
    Ok(Flying {
        organization: row.try_get("organization_id")?,
        trip_id: row.try_get("trip_id")?,
        reference: row.try_get("reference")?,
        flight: row.try_get("flight")?,
        day: row.try_get("day")?,
        people: row.try_get("people")?,
        authorized: row.try_get("authorized")?,
    })
}

pub(super) async fn authorize(
    database: &Database,
    (id, claim): (Uuid, &Claim),
    (organization, code): (&OrganizationId, &str),
    new: &NewAuthorization,
    by: PersonId,
) -> Result<(), DatabaseError> {
    let kind = if new.trip_id.is_some() { "ad_hoc" } else { "blanket" };
    let mut connection = database.writer().await?;
    connection
        .execute(
            &AUTHORIZE,
            &[
                &id,
                &organization.as_str(),
                &code,
                &kind,
                &new.trip_id,
                &new.valid_from,
                &new.valid_to,
                &new.reason,
                &claim.fingerprint.as_slice(),
                &by.0,
            ],
        )
        .await?;
    Ok(())
}

/// Permissions in sight, the latest first, before one; or one alone.
pub(in crate::world) async fn authorizations(
    database: &Database,
    code: &str,
    sight: &AdviceSight,
    before: Option<(Timestamp, Uuid)>,
    (one, limit): (Option<Uuid>, i64),
) -> Result<Vec<Authorization>, DatabaseError> {
    let (time, id) = before.unzip();
    let mut connection = database.writer().await?;
    let rows = connection
        .rows(
            &AUTHORIZATIONS,
            &[&code, &sight.everybody, &sight.organizations, &time, &id, &one, &limit],
        )
        .await?;
    rows.iter().map(authorized).collect()
}

fn authorized(row: &Row) -> Result<Authorization, DatabaseError> {
    Ok(Authorization {
        authorization_id: row.try_get("authorization_id")?,
        organization: row.try_get("organization_id")?,
        kind: row.try_get("kind")?,
        trip_id: row.try_get("trip_id")?,
        valid_from: row.try_get("valid_from")?,
        valid_to: row.try_get("valid_to")?,
        reason: row.try_get("reason")?,
        fingerprint: row.try_get("fingerprint")?,
        given_by: row.try_get("given_by")?,
        given_at: row.try_get("given_at")?,
    })
}
