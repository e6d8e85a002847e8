//! What organizations say of the operators of a trip's flights.

use crate::database::{DatabaseError, Row, Statement, statement};
use crate::model::{OperatorFacts, OperatorStanding, OperatorUse, OrganizationId};

pub(super) const OPERATORS: Statement = statement!("trips/fact_operators");

/// The question's number, whose advice, and what it says.
pub(super) fn advised(row: &Row) -> Result<(i32, (OrganizationId, OperatorFacts)), DatabaseError> {
    let code = row.try_get::<_, &str>("code")?.into();
    let standing = OperatorStanding::named(row.try_get("standing")?);
    let facts = OperatorFacts {
        of: OperatorUse { code, day: row.try_get("day")? },
        standing: standing.unwrap_or(OperatorStanding::Unknown),
        authorized: row.try_get("authorized")?,
    };
    let organization = OrganizationId::from(row.try_get::<_, &str>("organization_id")?);
    Ok((row.try_get("question")?, (organization, facts)))
}
