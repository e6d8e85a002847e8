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
pub(in crate::world) use self::store::{
    Headed, Versioned, draft, list, publish, recent, save, version, versions,
};
pub(in crate::world) use self::text::{
    Classification, Contact, Content, Document, Hours, LONGEST_LINE, LONGEST_TEXT, Restriction,
    Text, Threat,
};
use crate::database::DatabaseError;
use crate::model::{PersonId, Role};

/// Roles that may save a draft.
const DRAFT: [Role; 4] =
    [Role::Usg, Role::DesignatedOfficial, Role::SecurityAdviser, Role::AreaSecurityCoordinator];
/// Roles that may publish.
const PUBLISH: [Role; 3] = [Role::Usg, Role::DesignatedOfficial, Role::SecurityAdviser];

/// What becomes the next version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::world) enum Publishing {
    /// This.
    Content(Content),
    /// The draft as it stands.
    Draft,
    /// Nothing, for this reason: what stands is withdrawn. A draft stays.
    Withdrawal(String),
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

impl Publishing {
    /// What is published, seen from how things stand.
    fn chosen(self, by: PersonId, standing: Standing) -> Result<Chosen, PublishError> {
        match self {
            Self::Content(content) => Ok(Chosen { content, drafted_by: by }),
            Self::Draft => {
                let draft = standing.draft.ok_or(PublishError::NoDraft)?;
                let (based_on, current) = (draft.based_on, standing.version);
                if based_on != current {
                    return Err(PublishError::Outdated { based_on, current });
                }
                Ok(Chosen { content: draft.content, drafted_by: draft.saved_by })
            }
            Self::Withdrawal(change_summary) => {
                let default_language = standing.stands_in.ok_or(PublishError::NothingStands)?;
                let content = Content { default_language, change_summary, texts: Vec::new() };
                Ok(Chosen { content, drafted_by: by })
            }
        }
    }
}
