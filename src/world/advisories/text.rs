//! What people write into an advisory (domain.md d.11), by language and classification.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::language::Language;
use crate::model::AreaId;

/// Longest line of a text, in characters.
pub(in crate::world) const LONGEST_LINE: usize = 200;
/// Longest part of a text, in characters.
pub(in crate::world) const LONGEST_TEXT: usize = 8_000;

/// For whom a text is (R-1704). Greater is for fewer.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub(in crate::world) enum Classification {
    /// Anybody.
    Public,
    /// Those who travel, and those who plan for them.
    Personnel,
    /// Security staff of the area.
    Security,
}

impl Classification {
    /// From the widest circle to the narrowest.
    pub(in crate::world) const ALL: [Self; 3] = [Self::Public, Self::Personnel, Self::Security];

    /// The name in JSON.
    pub(in crate::world) const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Personnel => "personnel",
            Self::Security => "security",
        }
    }
}

/// The categories of threats (c.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::world) enum Threat {
    /// Armed conflict.
    ArmedConflict,
    /// Terrorism.
    Terrorism,
    /// Crime.
    Crime,
    /// Civil unrest.
    CivilUnrest,
    /// Hazards of nature and technology.
    Hazards,
}

impl Threat {
    /// Every category.
    pub(in crate::world) const ALL: [Self; 5] =
        [Self::ArmedConflict, Self::Terrorism, Self::Crime, Self::CivilUnrest, Self::Hazards];

    /// The name in JSON.
    pub(in crate::world) const fn as_str(self) -> &'static str {
        match self {
            Self::ArmedConflict => "armed_conflict",
            Self::Terrorism => "terrorism",
            Self::Crime => "crime",
            Self::CivilUnrest => "civil_unrest",
            Self::Hazards => "hazards",
        }
    }
}

/// What is restricted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::world) enum RestrictionKind {
    /// Nobody outside at these hours.
    Curfew,
    /// Nobody there.
    NoGo,
    /// In convoy only.
    ConvoyOnly,
    /// Report at points of the way.
    CheckIn,
}

/// A restriction, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(in crate::world) struct Restriction {
    /// What.
    pub(in crate::world) kind: RestrictionKind,
    /// Where, in words.
    pub(in crate::world) r#where: String,
    /// At which local hours; always where none are named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    pub(in crate::world) hours: Option<Hours>,
}

/// Local hours; over midnight where `from` is later than `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(in crate::world) struct Hours {
    /// From, included.
    #[schema(value_type = String, example = "20:00:00")]
    pub(in crate::world) from: Time,
    /// To, not included.
    #[schema(value_type = String, example = "06:00:00")]
    pub(in crate::world) to: Time,
}

/// Whom to turn to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AdvisoryContact)]
pub(in crate::world) struct Contact {
    /// An office or a function.
    pub(in crate::world) name: String,
    /// What for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::world) role: Option<String>,
    /// By telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::world) phone: Option<String>,
    /// By mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::world) email: Option<String>,
    /// By radio: channel and call sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::world) radio: Option<String>,
}

/// One text: a language, a classification, and whichever parts it has something to say on. Where it
/// has nothing, the text for the wider circle holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AdvisoryText)]
pub(in crate::world) struct Text {
    /// Its language.
    pub(in crate::world) language: Language,
    /// For whom it is.
    pub(in crate::world) classification: Classification,
    /// One line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::world) headline: Option<String>,
    /// The whole in a few sentences.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::world) summary: Option<String>,
    /// By category.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = Object)]
    pub(in crate::world) threat_summary: BTreeMap<Threat, String>,
    /// Curfews, places nobody goes to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::world) restrictions: Vec<Restriction>,
    /// Where to sleep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::world) lodging: Option<String>,
    /// How to move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::world) transport: Option<String>,
    /// Radio channel, telephones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::world) communications: Option<String>,
    /// Health.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::world) health: Option<String>,
    /// What to do on arrival.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::world) arrival_instructions: Option<String>,
    /// Whom to turn to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::world) contacts: Vec<Contact>,
}

/// What people write, all texts together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::world) struct Content {
    /// The language that others fall back to.
    pub(in crate::world) default_language: Language,
    /// What is new, for those who knew the version before.
    pub(in crate::world) change_summary: String,
    /// No two of one language and classification.
    pub(in crate::world) texts: Vec<Text>,
}

/// A published version. It never changes. One without a text withdraws what stood before it: its
/// summary says why, and none holds until the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::world) struct Document {
    /// Id.
    pub(in crate::world) advisory_id: Uuid,
    /// The area.
    pub(in crate::world) area_id: AreaId,
    /// Version, from 1.
    pub(in crate::world) version: i32,
    /// The version before; none for the first.
    pub(in crate::world) supersedes: Option<i32>,
    /// When that was published.
    pub(in crate::world) superseded_at: Option<Timestamp>,
    /// The language that others fall back to.
    pub(in crate::world) default_language: Language,
    /// What is new.
    pub(in crate::world) change_summary: String,
    /// When it was published.
    pub(in crate::world) published_at: Timestamp,
    /// By whom.
    pub(in crate::world) published_by: Uuid,
    /// The texts.
    pub(in crate::world) texts: Vec<Text>,
}

impl Document {
    /// Whether nothing is said any more.
    pub(in crate::world) const fn is_withdrawal(&self) -> bool {
        self.texts.is_empty()
    }
}

impl Text {
    /// A text that says nothing yet.
    pub(super) fn empty(language: Language, classification: Classification) -> Self {
        Self {
            language,
            classification,
            headline: None,
            summary: None,
            threat_summary: BTreeMap::new(),
            restrictions: Vec::new(),
            lodging: None,
            transport: None,
            communications: None,
            health: None,
            arrival_instructions: None,
            contacts: Vec::new(),
        }
    }

    /// Bytes of its words, for weighing.
    pub(super) fn length(&self) -> usize {
        serde_json::to_vec(self).map_or(0, |json| json.len())
    }
}
