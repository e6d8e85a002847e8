//! Advisories (domain.md c.17, d.11): what people are told of an area.
//!
//! A version has texts by language and classification ([`text`]); a reader gets one copy composed of
//! them ([`compose`]), with the rules of entry, which nobody writes: they follow from the policy in
//! force ([`crate::decision::entry_rules`]). Texts are read through the [`shelf`]. Security staff draft, those who may
//! publish; publishing reaches every replica with the next version of the world and leaves the area's
//! revision as it is, for no decision depends on an advisory.

mod atom;
mod cap;
mod compose;
mod folding;
mod language;
mod reading;
mod shelf;
mod store;
mod text;

use jiff::Timestamp;
use uuid::Uuid;

pub(in crate::world) use self::atom::{AtomEntry, atom};
pub(in crate::world) use self::cap::alert;
pub(in crate::world) use self::compose::{Parts, composed, languages};
pub(in crate::world) use self::folding::{Told, ToldText, draft_folded, publish_folded};
pub(in crate::world) use self::language::{Language, wanted};
pub(in crate::world) use self::reading::{Read, Reading, ReadingError, Stay, read, stay};
pub(in crate::world) use self::shelf::Material;
pub use self::shelf::{Advisories, AdvisoryError};
pub(in crate::world) use self::store::{Headed, Versioned, draft, list, recent, version, versions};
pub(in crate::world) use self::text::{
    Classification, Contact, Content, Document, Hours, LONGEST_LINE, LONGEST_TEXT, Restriction,
    Text, Threat,
};
use crate::database::{Database, DatabaseError};
use crate::model::{AreaId, PersonId, Role};

/// Roles that may save a draft.
const DRAFT: [Role; 4] =
    [Role::Usg, Role::DesignatedOfficial, Role::SecurityAdviser, Role::AreaSecurityCoordinator];
/// Roles that may publish.
const PUBLISH: [Role; 3] = [Role::Usg, Role::DesignatedOfficial, Role::SecurityAdviser];

/// A wish to change an area's advisory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::world) enum Wish {
    /// Keep this as the draft of the next version.
    Save(Content),
    /// Publish this as the next version.
    Publish(Content),
    /// Publish the draft as it stands.
    PublishDraft,
    /// Withdraw what stands, for a reason: a version without a text. A draft stays.
    Withdraw(String),
}

/// The draft of the next version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::world) struct Draft {
    /// Rises with every saving.
    pub(in crate::world) revision: i32,
    /// The version it was written over.
    pub(in crate::world) based_on: i32,
    /// What it says.
    pub(in crate::world) content: Content,
    /// Who saved it last.
    pub(in crate::world) saved_by: PersonId,
    /// When.
    pub(in crate::world) saved_at: Timestamp,
}

/// How an area's advisory stands before a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::world) struct Standing {
    /// The current version; 0 for none.
    pub(in crate::world) version: i32,
    /// The language that others fall back to in what stands; none where nothing was published, or
    /// it was withdrawn.
    stands_in: Option<Language>,
    /// The draft of the next.
    pub(in crate::world) draft: Option<Draft>,
    /// The appointment that permits the change.
    appointment: Option<Uuid>,
    now: Timestamp,
}

/// What came of a wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::world) enum Changed {
    /// A draft was saved.
    Saved,
    /// A version was published or withdrawn; the world has this version now.
    Published(i64),
}

/// Why an advisory is not changed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PublishError {
    /// There is no such area.
    #[error("there is no such area")]
    UnknownArea,
    /// No appointment in force permits it for this area.
    #[error("no appointment in force permits this for the area")]
    NotPermitted,
    /// There is no draft to publish.
    #[error("there is no draft")]
    NoDraft,
    /// There is nothing to withdraw.
    #[error("no advisory stands")]
    NothingStands,
    /// Another version was published since the draft was written.
    #[error("the draft was written over version {based_on}; version {current} is published")]
    Outdated {
        /// The version it was written over.
        based_on: i32,
        /// The current one.
        current: i32,
    },
    /// Another draft was saved a moment ago.
    #[error("another draft was saved a moment ago")]
    Overtaken,
    /// A row cannot be read.
    #[error(transparent)]
    Advisory(#[from] AdvisoryError),
    /// A text cannot be written.
    #[error("the text has no JSON form: {0}")]
    Unwritable(String),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// What is published: the text, and who wrote it.
struct Chosen {
    content: Content,
    drafted_by: PersonId,
}

impl Wish {
    fn roles(&self) -> &'static [Role] {
        match self {
            Self::Save(_) => &DRAFT,
            Self::Publish(_) | Self::PublishDraft | Self::Withdraw(_) => &PUBLISH,
        }
    }

    /// What is published for a wish, seen from how things stand.
    fn chosen(self, by: PersonId, standing: Standing) -> Result<Chosen, PublishError> {
        match self {
            Self::Save(content) | Self::Publish(content) => Ok(Chosen { content, drafted_by: by }),
            Self::PublishDraft => {
                let draft = standing.draft.ok_or(PublishError::NoDraft)?;
                let (based_on, current) = (draft.based_on, standing.version);
                if based_on != current {
                    return Err(PublishError::Outdated { based_on, current });
                }
                Ok(Chosen { content: draft.content, drafted_by: draft.saved_by })
            }
            Self::Withdraw(change_summary) => {
                let default_language = standing.stands_in.ok_or(PublishError::NothingStands)?;
                let content = Content { default_language, change_summary, texts: Vec::new() };
                Ok(Chosen { content, drafted_by: by })
            }
        }
    }
}

/// Changes an area's advisory. `permit` sees first how it stands. Publishing is one transaction under
/// the lock `world`, with the events that tell of it.
pub(in crate::world) async fn change<E: From<PublishError>>(
    database: &Database,
    area_id: &AreaId,
    by: PersonId,
    wish: Wish,
    permit: impl FnOnce(&Standing) -> Result<(), E>,
) -> Result<Changed, E> {
    match wish {
        Wish::Save(content) => store::save(database, area_id, by, content, permit).await,
        wish @ (Wish::Publish(_) | Wish::PublishDraft | Wish::Withdraw(_)) => {
            store::publish(database, area_id, by, wish, permit).await.map(Changed::Published)
        }
    }
}

/// Withdraws an area's advisory, for a reason; the world's version that has it withdrawn.
pub(in crate::world) async fn withdraw<E: From<PublishError>>(
    database: &Database,
    area_id: &AreaId,
    by: PersonId,
    reason: String,
    permit: impl FnOnce(&Standing) -> Result<(), E>,
) -> Result<i64, E> {
    store::publish(database, area_id, by, Wish::Withdraw(reason), permit).await
}
