//! Folds what an alert says into advisories, in a transaction that is open under the lock `world`.

use jiff::Timestamp;
use uuid::Uuid;

use super::Told;
use crate::database::{Connection, Row, Statement, statement};
use crate::model::{AreaId, PersonId, Role};
use crate::world::advisories::store::{
    Publication, SAVE, STANDING, get, json, language, organizations, parsed, standing,
};
use crate::world::advisories::{Content, PUBLISH, PublishError};

const BASE: Statement = statement!("world/advisory_base");

/// What the next advisory of an area is written over.
struct Base {
    area_id: AreaId,
    version: i32,
    published: Option<Content>,
    /// Its revision, and the version it was written over.
    draft: Option<(i32, i32, Content)>,
}

/// Saves drafts of the next advisories of areas with what is told, over those that there are.
pub(in crate::world) async fn draft_folded(
    connection: &mut Connection,
    areas: &[AreaId],
    told: &Told,
    by: Uuid,
) -> Result<(), PublishError> {
    for base in bases(connection, areas).await? {
        let (seen, based_on, content) = match base.draft {
            Some((revision, based_on, content)) => (revision, based_on, Some(content)),
            None => (0, base.version, base.published),
        };
        let content = told.folded(content);
        let (area, texts) = (base.area_id.as_str(), json(&content.texts)?);
        let default = content.default_language.as_str();
        let saved = connection
            .maybe(
                &SAVE,
                &[&area, &seen, &based_on, &default, &content.change_summary, &texts, &by],
            )
            .await?;
        if saved.is_none() {
            return Err(PublishError::Overtaken);
        }
    }
    Ok(())
}

/// Publishes the next advisories of areas with what is told, by an official's power; drafts stay.
/// Answers the world's version; none, and nothing is written, where no appointment of the
/// official's in force covers all of them.
pub(in crate::world) async fn publish_folded(
    connection: &mut Connection,
    areas: &[AreaId],
    told: &Told,
    (official, now): (Uuid, Timestamp),
) -> Result<Option<i64>, PublishError> {
    let roles: Vec<&str> = PUBLISH.map(Role::as_str).to_vec();
    let mut permitted = Vec::new();
    for base in bases(connection, areas).await? {
        let area = base.area_id.as_str();
        let row = connection.maybe(&STANDING, &[&area, &official, &roles]).await?;
        let appointment = row.as_ref().map(standing).transpose()?.and_then(|row| row.appointment);
        let Some(appointment) = appointment else { return Ok(None) };
        permitted.push((base, appointment));
    }
    let mut world = None;
    for (base, appointment) in permitted {
        let organizations = organizations(connection, &base.area_id).await?;
        let publication = Publication {
            area_id: &base.area_id,
            version: base.version.saturating_add(1),
            content: &told.folded(base.published),
            drafted_by: PersonId(official),
            by: PersonId(official),
            appointment,
            now,
            keeps_draft: true,
        };
        world = Some(publication.write(connection, organizations, &[]).await?);
    }
    Ok(world)
}

async fn bases(connection: &mut Connection, areas: &[AreaId]) -> Result<Vec<Base>, PublishError> {
    let areas: Vec<&str> = areas.iter().map(AreaId::as_str).collect();
    let rows = connection.rows(&BASE, &[&areas]).await?;
    rows.iter().map(base).collect()
}

fn base(row: &Row) -> Result<Base, PublishError> {
    let content = |name: &str, texts: &str| -> Result<Option<Content>, PublishError> {
        let Some(default) = get::<Option<&str>>(row, name)? else { return Ok(None) };
        Ok(Some(Content {
            default_language: language(default)?,
            change_summary: String::new(),
            texts: parsed(get(row, texts)?)?,
        }))
    };
    let draft = match content("draft_language", "draft_texts")? {
        Some(content) => Some((get(row, "draft_revision")?, get(row, "based_on")?, content)),
        None => None,
    };
    Ok(Base {
        area_id: AreaId::from(get::<&str>(row, "area_id")?),
        version: get(row, "advisory_version")?,
        published: content("default_language", "texts")?,
        draft,
    })
}
