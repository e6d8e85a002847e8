//! Advisories as answers show them.

use std::fmt::Write as _;

use bytes::Bytes;
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::decision::{EntryRules, entry_rules};
use crate::model::{AreaId, PersonId};
use crate::web::ETag;
use crate::world::advisories::{
    Classification, Document, Draft, Headed, Language, Material, Parts, Text, Versioned, composed,
    languages,
};

/// The advisory of an area, in the copy for the reader's circle and in one language.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AdvisoryCopy {
    /// Id of the version; null where none was published.
    advisory_id: Option<Uuid>,
    /// The area.
    #[schema(value_type = String)]
    area_id: AreaId,
    /// Its name in this language.
    area_name: String,
    /// Version; 0 where none was published.
    version: i32,
    /// The version before.
    supersedes: Option<i32>,
    /// When it was published.
    #[schema(value_type = Option<String>, format = DateTime)]
    published_at: Option<Timestamp>,
    /// By whom; not in the public copy.
    by: Option<Uuid>,
    /// What is new; why it was withdrawn; not in the public copy.
    change_summary: Option<String>,
    /// The advisory was withdrawn with this version: nothing is said until the next.
    withdrawn: bool,
    /// For whom this copy is.
    classification: Classification,
    /// Its language.
    language: Language,
    /// The languages there are.
    languages: Vec<Language>,
    #[serde(flatten)]
    parts: Parts,
    /// The rules of entry: generated from the policy in force with every answer. Not of an older
    /// version.
    #[serde(skip_serializing_if = "Option::is_none")]
    entry_and_clearance: Option<EntryRules>,
}

/// The draft of an area's next version.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DraftAnswer {
    /// The area.
    #[schema(value_type = String)]
    area_id: AreaId,
    /// `draft`.
    state: &'static str,
    /// Rises with every saving.
    revision: i32,
    /// The version it was written over.
    based_on: i32,
    /// Another version was published since: it has to be saved again before it can be published.
    outdated: bool,
    /// The language that others fall back to.
    default_language: Language,
    /// What will be new.
    change_summary: String,
    /// The texts.
    texts: Vec<Text>,
    /// Who saved it last.
    #[schema(value_type = Uuid)]
    saved_by: PersonId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    saved_at: Timestamp,
}

/// An area with an advisory.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AdvisoryHead {
    /// The area.
    #[schema(value_type = String)]
    pub(super) area_id: AreaId,
    /// Id of the version.
    pub(super) advisory_id: Uuid,
    /// Version.
    version: i32,
    /// When it was published.
    #[schema(value_type = String, format = DateTime)]
    pub(super) published_at: Timestamp,
    /// What is new; not for the public.
    pub(super) change_summary: Option<String>,
    /// One line, as far as the reader may see one.
    pub(super) headline: Option<String>,
    /// Its language.
    pub(super) language: Language,
    /// It was withdrawn; only the feed tells of such.
    #[serde(skip)]
    pub(super) withdrawn: bool,
}

/// A published version.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AdvisoryVersion {
    /// Id of the version.
    advisory_id: Uuid,
    /// Version.
    version: i32,
    /// The version before.
    supersedes: Option<i32>,
    /// When it was published.
    #[schema(value_type = String, format = DateTime)]
    published_at: Timestamp,
    /// By whom; not for the public.
    #[schema(value_type = Option<Uuid>)]
    by: Option<PersonId>,
    /// Who wrote it; for security staff.
    #[schema(value_type = Option<Uuid>)]
    drafted_by: Option<PersonId>,
    /// What was new; not for the public.
    change_summary: Option<String>,
    /// The language that others fall back to.
    default_language: Language,
    /// The languages in which the reader finds something.
    languages: Vec<Language>,
    /// It withdrew the one before, and says nothing.
    withdrawn: bool,
}

impl AdvisoryCopy {
    fn of(material: &Material<'_>, rules: Option<EntryRules>) -> Self {
        let Material { area, document, circle, language } = *material;
        let is_inside = circle > Classification::Public;
        let told = |document: &Document| composed(document, circle, language);
        Self {
            advisory_id: document.map(|document| document.advisory_id),
            area_id: area.id().clone(),
            area_name: language.name_of(&area.ground).to_owned(),
            version: document.map_or(0, |document| document.version),
            supersedes: document.and_then(|document| document.supersedes),
            published_at: document.map(|document| document.published_at),
            by: document.filter(|_| is_inside).map(|document| document.published_by),
            change_summary: document.filter(|_| is_inside).map(|one| one.change_summary.clone()),
            withdrawn: document.is_some_and(Document::is_withdrawal),
            classification: circle,
            language,
            languages: document.map(|one| languages(&one.texts, circle)).unwrap_or_default(),
            parts: document.map(told).unwrap_or_default(),
            entry_and_clearance: rules,
        }
    }
}

/// The current advisory as a body with its tag.
pub(super) fn render(material: Material<'_>) -> Result<(Bytes, ETag), serde_json::Error> {
    let mut rules = entry_rules(material.area);
    if material.circle == Classification::Public {
        rules = rules.for_the_public();
    }
    let body = serde_json::to_vec(&AdvisoryCopy::of(&material, Some(rules)))?;
    let version = material.document.map_or(0, |document| document.version);
    let tag = tag(version, &body);
    Ok((body.into(), tag))
}

/// An older version; its rules of entry were those of its time.
pub(super) fn older(material: Material<'_>) -> Result<(Bytes, ETag), serde_json::Error> {
    let body = serde_json::to_vec(&AdvisoryCopy::of(&material, None))?;
    let version = material.document.map_or(0, |document| document.version);
    let tag = tag(version, &body);
    Ok((body.into(), tag))
}

/// The strong tag of a version's body: the same body has the same tag in every replica.
pub(super) fn tag(version: i32, body: &[u8]) -> ETag {
    let digest = Sha256::digest(body);
    let digest = digest.iter().take(12).fold(String::new(), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    });
    ETag::of_representation(version, digest)
}

/// The tag of a draft over the current version.
pub(super) fn draft_tag(version: i32, draft: &Draft) -> ETag {
    ETag::of_version(format_args!("{version}d{}", draft.revision))
}

impl DraftAnswer {
    pub(super) fn of(area_id: AreaId, version: i32, draft: Draft) -> Self {
        Self {
            area_id,
            state: "draft",
            revision: draft.revision,
            based_on: draft.based_on,
            outdated: draft.based_on != version,
            default_language: draft.content.default_language,
            change_summary: draft.content.change_summary,
            texts: draft.content.texts,
            saved_by: draft.saved_by,
            saved_at: draft.saved_at,
        }
    }
}

impl AdvisoryHead {
    /// A row for a reader: the headline of the narrowest circle, in the best language.
    pub(super) fn of(head: Headed, circle: Classification, wanted: &[Language]) -> Self {
        let withdrawn = head.heads.is_empty();
        let seen: Vec<_> = head
            .heads
            .into_iter()
            .filter(|one| one.classification <= circle && one.headline.is_some())
            .collect();
        let there: Vec<Language> = seen.iter().map(|one| one.language).collect();
        let language = wanted.iter().copied().find(|one| there.contains(one));
        let language = language.unwrap_or(head.default_language);
        let best = seen
            .into_iter()
            .filter(|one| one.language == language)
            .max_by_key(|one| one.classification);
        Self {
            area_id: head.area_id,
            withdrawn,
            advisory_id: head.advisory_id,
            version: head.version,
            published_at: head.published_at,
            change_summary: Some(head.change_summary).filter(|_| circle > Classification::Public),
            headline: best.and_then(|one| one.headline),
            language,
        }
    }
}

impl AdvisoryVersion {
    pub(super) fn of(one: Versioned, circle: Classification) -> Self {
        let is_inside = circle > Classification::Public;
        Self {
            advisory_id: one.advisory_id,
            version: one.version,
            supersedes: one.supersedes,
            published_at: one.published_at,
            by: Some(one.published_by).filter(|_| is_inside),
            drafted_by: Some(one.drafted_by).filter(|_| circle == Classification::Security),
            change_summary: Some(one.change_summary).filter(|_| is_inside),
            default_language: one.default_language,
            languages: one.languages,
            withdrawn: one.withdrawn,
        }
    }
}
