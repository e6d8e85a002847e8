//! Reading versions of policies, and whose review comes up.

use jiff::Timestamp;
use uuid::Uuid;

use super::parsed;
use crate::access::ScopeArrays;
use crate::database::{Database, DatabaseError, Row, Statement, statement};
use crate::model::{AreaId, AreaPolicy, PersonId, PolicyTemplate, Role};
use crate::world::policies::{Hand, PoliciesError, Review, Version, VersionState};

const HISTORY: Statement = statement!("world/policy_history");
const REVIEWS: Statement = statement!("world/policy_reviews");

/// Versions, newest first.
pub(in crate::world::policies) async fn versions(
    database: &Database,
    area_id: &AreaId,
    (one, before): (Option<i32>, Option<i32>),
    limit: i64,
) -> Result<Vec<Version>, PoliciesError> {
    let mut connection = database.reader().await?;
    let rows = connection.rows(&HISTORY, &[&area_id.as_str(), &one, &before, &limit]).await?;
    rows.iter().map(version).collect()
}

fn version(row: &Row) -> Result<Version, PoliciesError> {
    let texts = |row: &Row| -> Result<_, DatabaseError> {
        let (body, base): (String, Option<String>) = (row.try_get("body")?, row.try_get("base")?);
        let state: String = row.try_get("state")?;
        let template: Option<String> = row.try_get("template")?;
        Ok((body, base, state, template))
    };
    let (body, base, state, template) = texts(row)?;
    let known = VersionState::ALL.into_iter().find(|one| one.as_str() == state);
    let state = known.ok_or_else(|| PoliciesError::Policy(format!("{state} is no state")))?;
    let read = |row: &Row| -> Result<Version, DatabaseError> {
        let asked: Option<Timestamp> = row.try_get("wished_from")?;
        let applied: Option<Timestamp> = row.try_get("applied_at")?;
        let planned: Timestamp = row.try_get("effective_from")?;
        let is_draft = state == VersionState::Draft;
        Ok(Version {
            state,
            policy: AreaPolicy::standard(0, planned),
            base: None,
            effective_from: if is_draft { asked } else { Some(applied.unwrap_or(planned)) },
            template: template.as_deref().and_then(PolicyTemplate::named),
            review_at: row.try_get("review_at")?,
            change_note: row.try_get("change_note")?,
            smt_minutes_ref: row.try_get("smt_minutes_ref")?,
            recorded: hand(row, "recorded")?,
            approved: hand(row, "approved")?,
        })
    };
    let base = base.as_deref().map(parsed).transpose()?;
    Ok(Version { policy: parsed(&body)?, base, ..read(row)? })
}

/// Who did a thing to a version, by the columns of its name.
fn hand(row: &Row, deed: &str) -> Result<Option<Hand>, DatabaseError> {
    let column = |part: &str| format!("{deed}_{part}");
    let by: Option<Uuid> = row.try_get(column("by").as_str())?;
    let at: Option<Timestamp> = row.try_get(column("at").as_str())?;
    let office: Option<&str> = row.try_get(column("as").as_str())?;
    let office = office.and_then(|name| Role::ALL.into_iter().find(|role| role.as_str() == name));
    Ok(by.zip(at).map(|(by, at)| Hand { by: PersonId(by), office, at }))
}

/// Policies whose review comes up.
pub(in crate::world::policies) async fn reviews(
    database: &Database,
    before: Timestamp,
    scope: &ScopeArrays,
    after: Option<(Timestamp, String)>,
    limit: i64,
) -> Result<Vec<Review>, DatabaseError> {
    let (date, area) = after.unzip();
    let ScopeArrays { everywhere, areas, countries, .. } = scope;
    let mut connection = database.reader().await?;
    let rows = connection
        .rows(&REVIEWS, &[&before, everywhere, areas, countries, &date, &area, &limit])
        .await?;
    let one = |row: &Row| {
        Ok(Review {
            area_id: AreaId::from(row.try_get::<_, &str>("area_id")?),
            name: row.try_get("name")?,
            country: row.try_get("iso2")?,
            version: row.try_get("version")?,
            clearance_mode: row.try_get("mode")?,
            review_at: row.try_get("review_at")?,
            is_past: row.try_get("past")?,
        })
    };
    rows.iter().map(one).collect()
}
