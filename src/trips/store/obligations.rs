//! What approvals oblige to.

use uuid::Uuid;

use crate::database::{Database, DatabaseError, Row, Statement, statement};
use crate::model::{ClearanceId, ObligationOwner, PersonId};
use crate::trips::ObligationAnswer;

const OBLIGATIONS: Statement = statement!("trips/obligations");

/// The obligations of a clearance's newest approval, or one of them by its number.
pub(in crate::trips) async fn obligations(
    database: &Database,
    id: ClearanceId,
    number: Option<i32>,
) -> Result<Vec<ObligationAnswer>, DatabaseError> {
    let rows = database.reader().await?.rows(&OBLIGATIONS, &[&id.0, &number]).await?;
    rows.iter().map(obligation).collect()
}

fn obligation(row: &Row) -> Result<ObligationAnswer, DatabaseError> {
    Ok(ObligationAnswer {
        number: row.try_get("number")?,
        obligation_id: row.try_get("obligation_id")?,
        code: row.try_get("code")?,
        owner: owner(row)?,
        due_at: row.try_get("due_at")?,
        text: row.try_get("text")?,
        evidence: row.try_get("evidence")?,
        done_at: row.try_get("done_at")?,
        done_by: row.try_get::<_, Option<Uuid>>("done_by")?.map(PersonId),
        proof: row.try_get("proof")?,
        overdue: row.try_get("overdue")?,
    })
}

/// An owner by its name. The column's check holds the names equal to the program's; were one
/// unknown, security staff would have to see to it.
fn owner(row: &Row) -> Result<ObligationOwner, DatabaseError> {
    let name: &str = row.try_get("owner")?;
    let found = ObligationOwner::ALL.into_iter().find(|owner| owner.as_str() == name);
    Ok(found.unwrap_or(ObligationOwner::AreaOffice))
}
