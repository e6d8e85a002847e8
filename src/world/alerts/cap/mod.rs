//! Messages in the Common Alerting Protocol (OASIS CAP 1.2; the namespaces of 1.1 and 1.0 too), as
//! values. Nothing here knows the world, a clock or the database.
//!
//! | file | what |
//! | --- | --- |
//! | `tree` | XML as a bounded tree: no document type, no entities, so deep and so large at most |
//! | `words` | the words of the standard that mean something to us |
//! | `read` | a tree as a message, with everything that is wrong or odd told |
//! | `numbers` | coordinates, circles, times and references, as they are written |

mod numbers;
mod read;
mod tree;
mod words;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::read::{Reading, read_alert};
pub(super) use self::read::{alert_of, text_of};
pub(super) use self::tree::{Element, Space, tree};
pub use self::words::{
    Category, Certainty, MessageKind, MessageScope, MessageStatus, Severity, Urgency,
};

/// A message, as far as it means anything here. Texts are clipped; the message itself is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CapAlert {
    /// `1.0`, `1.1` or `1.2`.
    pub version: String,
    /// What names it.
    pub identity: Identity,
    /// Real, or an exercise.
    pub status: MessageStatus,
    /// What it does to earlier messages.
    pub kind: MessageKind,
    /// For whom it is meant.
    pub scope: MessageScope,
    /// Whose event it is.
    pub source: Option<String>,
    /// Words about the message itself.
    pub note: Option<String>,
    /// The messages it speaks of.
    pub references: Vec<Identity>,
    /// What is told: one block for each language, event or part of the area.
    pub infos: Vec<Info>,
}

/// What names a message: no two may have it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Identity {
    /// Who sent it.
    pub sender: String,
    /// The sender's name for it.
    pub identifier: String,
    /// When.
    pub sent: Timestamp,
}

impl Identity {
    /// One text for it, the time in UTC: how references find their message.
    pub fn key(&self) -> String {
        format!("{},{},{}", self.sender, self.identifier, self.sent)
    }
}

/// What is told in one language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Info {
    /// Language, `en-US` where it is not said.
    pub language: String,
    /// What it is about.
    pub categories: Vec<Category>,
    /// The kind of event.
    pub event: String,
    /// How soon to act.
    pub urgency: Urgency,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub certainty: Certainty,
    /// From when the message holds.
    pub effective: Option<Timestamp>,
    /// When the event is expected to begin.
    pub onset: Option<Timestamp>,
    /// Until when it holds.
    pub expires: Option<Timestamp>,
    /// Who says so, for people.
    pub sender_name: Option<String>,
    /// In a line.
    pub headline: Option<String>,
    /// What happens.
    pub description: Option<String>,
    /// What to do.
    pub instruction: Option<String>,
    /// Where to read more.
    pub web: Option<String>,
    /// Whom to ask.
    pub contact: Option<String>,
    /// Where.
    pub areas: Vec<CapArea>,
}

/// A part of where it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CapArea {
    /// In words.
    pub description: String,
    /// Rings of pairs as they are written: the standard has latitude first.
    pub polygons: Vec<Vec<[f64; 2]>>,
    /// Circles.
    pub circles: Vec<CapCircle>,
    /// Codes of places, by the name of their system.
    pub geocodes: Vec<(String, String)>,
}

/// A circle on the earth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CapCircle {
    /// The pair as it is written: the standard has latitude first.
    pub centre: [f64; 2],
    /// Radius in kilometres; 0 for a point.
    pub km: f64,
}

macro_rules! remark_codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What is odd or wrong about a message.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum RemarkCode {
            $($(#[$doc])* $name,)*
        }

        impl RemarkCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code in JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

remark_codes! {
    /// The bytes are no text in an encoding that is read here.
    NotText = "NOT_TEXT",
    /// The text is not well-formed XML.
    NotXml = "NOT_XML",
    /// A document type is declared: refused.
    DocumentType = "XML_DTD",
    /// An entity is used that XML itself does not know: refused.
    UnknownEntity = "XML_ENTITY",
    /// Elements within elements, too deep.
    TooDeep = "XML_TOO_DEEP",
    /// More elements, blocks or positions than are read.
    TooLarge = "TOO_LARGE",
    /// Not an alert in a namespace of the protocol.
    NotCap = "NOT_CAP",
    /// A field that the standard asks for is missing.
    FieldMissing = "FIELD_MISSING",
    /// A field cannot be read.
    FieldInvalid = "FIELD_INVALID",
    /// A value that the standard does not know, read as unknown.
    ValueUnknown = "VALUE_UNKNOWN",
    /// A time that cannot be read, taken as not given.
    TimeUnreadable = "TIME_UNREADABLE",
    /// A message that is spoken of has not come.
    ReferenceMissing = "REFERENCE_MISSING",
    /// A message of another sender is spoken of; it is left alone.
    ReferenceForeign = "REFERENCE_FOREIGN",
    /// A ring was not closed and now is.
    RingClosed = "RING_CLOSED",
    /// Longitude stood before latitude.
    AxesSwapped = "AXES_SWAPPED",
    /// A ring crossed itself and was taken apart.
    CrossingRepaired = "CROSSING_REPAIRED",
    /// The place is none that could be drawn.
    GeometryInvalid = "GEOMETRY_INVALID",
    /// A ring crosses itself.
    GeometryCrossing = "GEOMETRY_CROSSING",
    /// No ring, no circle: only words or codes say where.
    NoGeometry = "NO_GEOMETRY",
    /// A point without a radius: no fence can be drawn around it.
    PointOnly = "POINT_ONLY",
    /// The place touches nothing of the countries whose alerts these should be.
    OutsideCountries = "OUTSIDE_COUNTRIES",
    /// It no longer held when it came.
    Expired = "EXPIRED",
    /// It does not say until when it holds.
    NoExpiry = "NO_EXPIRY",
    /// An exercise, a test, a draft or a message between machines.
    NotActual = "NOT_ACTUAL",
    /// It acknowledges or refuses another message.
    Acknowledgement = "ACKNOWLEDGEMENT",
    /// It speaks of what is past.
    Past = "PAST",
    /// The same message came before.
    Duplicate = "DUPLICATE",
    /// A later message of the sender had already taken its place.
    Superseded = "SUPERSEDED",
}

/// One thing that is odd or wrong, for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// Which.
    #[serde(serialize_with = "as_code")]
    pub code: RemarkCode,
    /// Where and what, in words.
    pub detail: String,
}

impl Remark {
    /// A remark.
    pub fn new(code: RemarkCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
fn as_code<S: serde::Serializer>(code: &RemarkCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(code.as_str())
}
