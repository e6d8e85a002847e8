//! Advisories in the database.

use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use super::shelf::AdvisoryError;
use super::text::{Content, Document, Text};
use super::{Chosen, Draft, Language, PublishError, Publishing, Standing};
use crate::database::{
    COMMIT, Connection, Database, DatabaseError, ROLLBACK, Row, Statement, Step, ToSql, statement,
    step,
};
use crate::model::{AreaId, EventKind, OrganizationId, PersonId, Role};
use crate::record::{AREA_EVENTS, area_events};
use crate::world::store::locked_row;

const DOCUMENT: Statement = statement!("world/advisory_document");
const VERSION: Statement = statement!("world/advisory_version");
pub(in crate::world::advisories) const STANDING: Statement = statement!("world/advisory_standing");
pub(in crate::world::advisories) const SAVE: Statement = statement!("world/advisory_save");
pub(in crate::world::advisories) const PUBLISH: Statement = statement!("world/advisory_publish");
const ORGANIZATIONS: Statement = statement!("world/advisory_organizations");
const LIST: Statement = statement!("world/advisory_list");
const RECENT: Statement = statement!("world/advisory_recent");
const VERSIONS: Statement = statement!("world/advisory_versions");

/// What a list tells of an advisory.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(in crate::world) struct Head {
    pub(in crate::world) language: Language,
    pub(in crate::world) classification: super::Classification,
    pub(in crate::world) headline: Option<String>,
}

/// An area with its current advisory, as a list tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::world) struct Headed {
    pub(in crate::world) area_id: AreaId,
    pub(in crate::world) advisory_id: Uuid,
    pub(in crate::world) version: i32,
    pub(in crate::world) default_language: Language,
    pub(in crate::world) change_summary: String,
    pub(in crate::world) published_at: Timestamp,
    pub(in crate::world) heads: Vec<Head>,
}

/// A published version, as the history tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::world) struct Versioned {
    pub(in crate::world) advisory_id: Uuid,
    pub(in crate::world) version: i32,
    pub(in crate::world) supersedes: Option<i32>,
    pub(in crate::world) default_language: Language,
    pub(in crate::world) change_summary: String,
    pub(in crate::world) published_at: Timestamp,
    pub(in crate::world) published_by: PersonId,
    pub(in crate::world) drafted_by: PersonId,
    pub(in crate::world) languages: Vec<Language>,
    /// It withdrew the one before.
    pub(in crate::world) withdrawn: bool,
}

/// A published text.
pub(super) async fn document(database: &Database, id: Uuid) -> Result<Document, AdvisoryError> {
    let row = database.reader().await?.maybe(&DOCUMENT, &[&id]).await?;
    document_of(&row.ok_or(AdvisoryError::Missing(id))?)
}

/// A version of an area's advisory.
pub(in crate::world) async fn version(
    database: &Database,
    area_id: &AreaId,
    version: i32,
) -> Result<Option<Document>, AdvisoryError> {
    let row = database.reader().await?.maybe(&VERSION, &[&area_id.as_str(), &version]).await?;
    row.as_ref().map(document_of).transpose()
}

fn document_of(row: &Row) -> Result<Document, AdvisoryError> {
    Ok(Document {
        advisory_id: get(row, "advisory_id")?,
        area_id: AreaId::from(get::<&str>(row, "area_id")?),
        version: get(row, "version")?,
        supersedes: get(row, "supersedes")?,
        superseded_at: get(row, "superseded_at")?,
        default_language: language(get(row, "default_language")?)?,
        change_summary: get(row, "change_summary")?,
        published_at: get(row, "published_at")?,
        published_by: get(row, "published_by")?,
        texts: parsed(get(row, "texts")?)?,
    })
}

pub(in crate::world::advisories) fn get<'r, T: tokio_postgres::types::FromSql<'r>>(
    row: &'r Row,
    column: &str,
) -> Result<T, AdvisoryError> {
    row.try_get(column).map_err(|error| AdvisoryError::Database(error.into()))
}

pub(in crate::world::advisories) fn parsed<'t, T: Deserialize<'t>>(
    text: &'t str,
) -> Result<T, AdvisoryError> {
    serde_json::from_str(text).map_err(|error| AdvisoryError::Unreadable(error.to_string()))
}

pub(in crate::world::advisories) fn language(name: &str) -> Result<Language, AdvisoryError> {
    let unknown = || AdvisoryError::Unreadable(format!("the language {name}"));
    Language::named(name).ok_or_else(unknown)
}

pub(in crate::world::advisories) fn standing(row: &Row) -> Result<Standing, AdvisoryError> {
    let draft = match get::<Option<i32>>(row, "draft_revision")? {
        None => None,
        Some(revision) => Some(Draft {
            revision,
            based_on: get(row, "based_on")?,
            content: Content {
                default_language: language(get(row, "default_language")?)?,
                change_summary: get(row, "change_summary")?,
                texts: parsed(get(row, "texts")?)?,
            },
            saved_by: PersonId(get(row, "saved_by")?),
            saved_at: get(row, "saved_at")?,
        }),
    };
    let stands_in = get::<Option<&str>>(row, "stands_in")?.map(language).transpose()?;
    Ok(Standing {
        version: get(row, "advisory_version")?,
        stands_in,
        draft,
        appointment: get(row, "appointment_id")?,
        now: get(row, "now")?,
    })
}

/// How an area's advisory stands, for somebody who may draft it; none for others.
pub(in crate::world) async fn draft(
    database: &Database,
    area_id: &AreaId,
    by: PersonId,
) -> Result<Option<Standing>, AdvisoryError> {
    let roles = super::DRAFT.map(Role::as_str);
    let mut connection = database.reader().await?;
    let row = connection.maybe(&STANDING, &[&area_id.as_str(), &by.0, &roles.as_slice()]).await?;
    let standing = row.as_ref().map(standing).transpose()?;
    Ok(standing.filter(|standing| standing.appointment.is_some()))
}

/// What a change may begin with, and by which power.
fn admitted<E: From<PublishError>>(
    row: Option<&Row>,
    permit: impl FnOnce(&Standing) -> Result<(), E>,
) -> Result<(Standing, Uuid), E> {
    let row = row.ok_or(PublishError::UnknownArea)?;
    let standing = standing(row).map_err(PublishError::from)?;
    permit(&standing)?;
    let appointment = standing.appointment.ok_or(PublishError::NotPermitted)?;
    Ok((standing, appointment))
}

pub(in crate::world::advisories) fn json(texts: &[Text]) -> Result<String, PublishError> {
    serde_json::to_string(texts).map_err(|error| PublishError::Unwritable(error.to_string()))
}

/// Saves a draft over the one that was seen. `permit` sees first how the advisory stands.
pub(in crate::world) async fn save<E: From<PublishError>>(
    database: &Database,
    area_id: &AreaId,
    by: PersonId,
    content: Content,
    permit: impl FnOnce(&Standing) -> Result<(), E>,
) -> Result<(), E> {
    let failed = |error: DatabaseError| E::from(PublishError::from(error));
    let mut connection = database.writer().await.map_err(failed)?;
    let (area, roles) = (area_id.as_str(), super::DRAFT.map(Role::as_str));
    let row = connection.maybe(&STANDING, &[&area, &by.0, &roles.as_slice()]).await;
    let row = row.map_err(failed)?;
    let (standing, _appointment) = admitted(row.as_ref(), permit)?;
    let seen = standing.draft.map_or(0, |draft| draft.revision);
    let texts = json(&content.texts)?;
    let default = content.default_language.as_str();
    let saved = connection
        .maybe(
            &SAVE,
            &[&area, &seen, &standing.version, &default, &content.change_summary, &texts, &by.0],
        )
        .await;
    match saved.map_err(failed)? {
        Some(_revision) => Ok(()),
        None => Err(PublishError::Overtaken.into()),
    }
}

/// Publishes the next version in one transaction under the lock `world`, with the events that tell of
/// it. `permit` sees first how the advisory stands. Whom to tell is asked before it: whoever comes
/// later has seen the new version, or is told of the next. The world's version.
pub(in crate::world) async fn publish<E: From<PublishError>>(
    database: &Database,
    area_id: &AreaId,
    by: PersonId,
    publishing: Publishing,
    permit: impl FnOnce(&Standing) -> Result<(), E>,
) -> Result<i64, E> {
    let failed = |error: DatabaseError| E::from(PublishError::from(error));
    let mut connection = database.writer().await.map_err(failed)?;
    let (area, roles) = (area_id.as_str(), super::PUBLISH.map(Role::as_str));
    let told = organizations(&mut connection, area_id).await.map_err(failed)?;
    let row =
        locked_row(&mut connection, step(&STANDING, &[&area, &by.0, &roles.as_slice()])).await;
    let row = row.map_err(failed)?;
    let written = match admitted(row.as_ref(), permit) {
        Ok(admitted) => write(&mut connection, area_id, by, (publishing, told), admitted).await,
        Err(refused) => Err(refused),
    };
    if written.is_err() {
        connection.group(&[step(&ROLLBACK, &[])]).await.map_err(failed)?;
    }
    written
}

async fn write<E: From<PublishError>>(
    connection: &mut Connection,
    area_id: &AreaId,
    by: PersonId,
    (publishing, told): (Publishing, Vec<OrganizationId>),
    (standing, appointment): (Standing, Uuid),
) -> Result<i64, E> {
    let (version, now) = (standing.version + 1, standing.now);
    let keeps_draft = matches!(publishing, Publishing::Withdrawal(_));
    let Chosen { content, drafted_by } = publishing.chosen(by, standing)?;
    let publication = Publication {
        area_id,
        version,
        content: &content,
        drafted_by,
        by,
        appointment,
        now,
        keeps_draft,
    };
    Ok(publication.write(connection, told, &[step(&COMMIT, &[])]).await?)
}

/// A version to be published, in a transaction that is open under the lock `world`.
#[derive(Debug)]
pub(in crate::world::advisories) struct Publication<'p> {
    pub(in crate::world::advisories) area_id: &'p AreaId,
    pub(in crate::world::advisories) version: i32,
    pub(in crate::world::advisories) content: &'p Content,
    pub(in crate::world::advisories) drafted_by: PersonId,
    pub(in crate::world::advisories) by: PersonId,
    pub(in crate::world::advisories) appointment: Uuid,
    pub(in crate::world::advisories) now: Timestamp,
    /// The draft of the area is of something else, and stays.
    pub(in crate::world::advisories) keeps_draft: bool,
}

impl Publication<'_> {
    /// Writes it with the events that tell organizations of it, and what the caller adds; the world's
    /// version.
    pub(in crate::world::advisories) async fn write(
        &self,
        connection: &mut Connection,
        told: Vec<OrganizationId>,
        then: &[Step<'_>],
    ) -> Result<i64, PublishError> {
        let (id, texts) = (Uuid::now_v7(), json(&self.content.texts)?);
        let default = self.content.default_language.as_str();
        let areas = std::slice::from_ref(self.area_id);
        let withdraws = self.content.texts.is_empty();
        let kind =
            if withdraws { EventKind::AdvisoryWithdrawn } else { EventKind::AdvisoryPublished };
        let (count, events) = area_events(kind, self.now, areas, told);
        let area = self.area_id.as_str();
        let publish: [&(dyn ToSql + Sync); 11] = [
            &area,
            &id,
            &self.version,
            &default,
            &self.content.change_summary,
            &texts,
            &self.drafted_by.0,
            &self.by.0,
            &self.appointment,
            &self.now,
            &self.keeps_draft,
        ];
        let event: [&(dyn ToSql + Sync); 3] = [&self.now, &count, &events];
        let mut steps = vec![step(&PUBLISH, &publish), step(&AREA_EVENTS, &event)];
        steps.extend_from_slice(then);
        let answers = connection.group(&steps).await?;
        let row = answers.first().and_then(|rows| rows.first());
        let world = row.map(|row| row.try_get("version")).transpose();
        let world: Option<i64> = world.map_err(DatabaseError::from)?;
        Ok(world.unwrap_or_default())
    }
}

/// Organizations with people in an area, or cleared to go there.
pub(in crate::world::advisories) async fn organizations(
    connection: &mut Connection,
    area_id: &AreaId,
) -> Result<Vec<OrganizationId>, DatabaseError> {
    let rows = connection.rows(&ORGANIZATIONS, &[&area_id.as_str()]).await?;
    let ids = rows.iter().map(|row| row.try_get::<_, &str>("organization_id"));
    Ok(ids.map(|id| id.map(OrganizationId::from)).collect::<Result<_, _>>()?)
}

/// Areas with an advisory, after an area, by id.
pub(in crate::world) async fn list(
    database: &Database,
    after: Option<&AreaId>,
    country: Option<&str>,
    limit: i64,
) -> Result<Vec<Headed>, AdvisoryError> {
    let after = after.map_or("", AreaId::as_str);
    let rows = database.reader().await?.rows(&LIST, &[&after, &country, &limit]).await?;
    rows.iter().map(headed).collect()
}

/// Areas with an advisory, the latest published first.
pub(in crate::world) async fn recent(
    database: &Database,
    limit: i64,
) -> Result<Vec<Headed>, AdvisoryError> {
    let rows = database.reader().await?.rows(&RECENT, &[&limit]).await?;
    rows.iter().map(headed).collect()
}

fn headed(row: &Row) -> Result<Headed, AdvisoryError> {
    Ok(Headed {
        area_id: AreaId::from(get::<&str>(row, "area_id")?),
        advisory_id: get(row, "advisory_id")?,
        version: get(row, "version")?,
        default_language: language(get(row, "default_language")?)?,
        change_summary: get(row, "change_summary")?,
        published_at: get(row, "published_at")?,
        heads: parsed(get(row, "texts")?)?,
    })
}

/// The published versions of an area's advisory before one, newest first.
pub(in crate::world) async fn versions(
    database: &Database,
    area_id: &AreaId,
    before: Option<i32>,
    limit: i64,
    seen: &[&str],
) -> Result<Vec<Versioned>, AdvisoryError> {
    let before = before.unwrap_or(i32::MAX);
    let mut connection = database.reader().await?;
    let rows = connection.rows(&VERSIONS, &[&area_id.as_str(), &before, &limit, &seen]).await?;
    let one = |row: &Row| {
        Ok(Versioned {
            advisory_id: get(row, "advisory_id")?,
            version: get(row, "version")?,
            supersedes: get(row, "supersedes")?,
            default_language: language(get(row, "default_language")?)?,
            change_summary: get(row, "change_summary")?,
            published_at: get(row, "published_at")?,
            published_by: PersonId(get(row, "published_by")?),
            drafted_by: PersonId(get(row, "drafted_by")?),
            languages: parsed(get(row, "languages")?)?,
            withdrawn: get(row, "withdrawn")?,
        })
    };
    rows.iter().map(one).collect()
}
