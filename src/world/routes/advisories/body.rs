//! The body that drafts or publishes an advisory, read with every defect told.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Time;
use serde::Serialize;
use utoipa::ToSchema;

use crate::web::{Faults, Field, Object, Problem, read_value};
use crate::world::advisories::{
    Classification, Contact, Content, Hours, LONGEST_LINE, LONGEST_TEXT, Language, Restriction,
    Text, Threat,
};

/// Texts of one advisory at most: each language in each classification.
const MOST_TEXTS: usize = Language::ALL.len() * Classification::ALL.len();
const MOST_RESTRICTIONS: usize = 100;
const MOST_CONTACTS: usize = 50;

/// An advisory as it is written, or a word that the draft be published.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AdvisoryBody {
    /// Keep it as a draft; who may publish publishes by default, others draft.
    draft: Option<bool>,
    /// Publish the draft as it stands; then nothing else is given.
    publish_draft: Option<bool>,
    /// The language that others fall back to.
    default_language: Option<Language>,
    /// What is new, for those who know the version before.
    change_summary: Option<String>,
    /// Texts, no two of one language and classification. One in the default language, public or for
    /// personnel, has a headline. A part that a text leaves out is that of the wider circle.
    texts: Option<Vec<Text>>,
}

/// What is asked.
pub(super) enum Asked {
    /// The draft shall be published.
    PublishDraft,
    /// This shall be published or kept.
    Content {
        /// What it says.
        content: Content,
        /// Whether to keep it as a draft, where that is said.
        draft: Option<bool>,
    },
}

/// Why an advisory is withdrawn.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdvisoryWithdrawal)]
pub(super) struct WithdrawalBody {
    /// For those who knew it; not in the public copy.
    reason: String,
}

/// Reads why.
pub(super) fn read_withdrawal(body: &[u8]) -> Result<String, Problem> {
    let value = read_value(body)?;
    let faults = Faults::new();
    let reason = Object::body(&value, &faults).and_then(|mut object| {
        let reason = object.field("reason").required().text(1..=LONGEST_TEXT).map(str::to_owned);
        object.finish();
        reason
    });
    faults.settle(reason)
}

/// Reads the body.
pub(super) fn read(body: &[u8]) -> Result<Asked, Problem> {
    let value = read_value(body)?;
    let faults = Faults::new();
    let asked = Object::body(&value, &faults).and_then(|mut object| {
        let of_draft = object.field("publish_draft").boolean();
        if of_draft == Some(true) {
            object.finish();
            return Some(Asked::PublishDraft);
        }
        let draft = object.field("draft").boolean();
        let content = content(&mut object);
        unwritten(&mut object);
        object.finish();
        Some(Asked::Content { content: content?, draft })
    });
    faults.settle(asked)
}

/// Refuses what nobody writes (R-1702).
fn unwritten(object: &mut Object<'_>) {
    let field = object.field("entry_and_clearance");
    if field.is_present() {
        field.fault("GENERATED", "follows from the area's policy and cannot be written");
    }
}

fn content(object: &mut Object<'_>) -> Option<Content> {
    let default = object.field("default_language");
    let default_language = if default.is_present() { default.choice() } else { Some(Language::En) };
    let change_summary = object.field("change_summary").required().text(1..=LONGEST_TEXT);
    let field = object.field("texts").required();
    let entries = field.list(1..=MOST_TEXTS)?;
    let mut seen = BTreeSet::new();
    let mut texts = Vec::new();
    for entry in &entries {
        let Some(text) = text(entry) else { continue };
        if !seen.insert((text.language, text.classification)) {
            entry.fault("REPEATED", "a text of this language and classification is there already");
        }
        texts.push(text);
    }
    let default_language = default_language?;
    let headed = texts.iter().any(|text| {
        text.language == default_language
            && text.classification < Classification::Security
            && text.headline.is_some()
    });
    // only where every text could be read: else the one with the headline may be among the others
    if texts.len() == entries.len() && !headed {
        field.fault(
            "HEADLINE_MISSING",
            "a text in the default language, public or for personnel, needs a headline",
        );
    }
    Some(Content { default_language, change_summary: change_summary?.to_owned(), texts })
}

fn text(entry: &Field<'_>) -> Option<Text> {
    let mut object = entry.object()?;
    let language = object.field("language").required().choice();
    let classification = object.field("classification").required().choice();
    let headline = line(&object.field("headline"));
    let summary = words(&object.field("summary"));
    let threat_summary = threats(&object.field("threat_summary"));
    let restrictions = restrictions(&object.field("restrictions"));
    let lodging = words(&object.field("lodging"));
    let transport = words(&object.field("transport"));
    let communications = words(&object.field("communications"));
    let health = words(&object.field("health"));
    let arrival_instructions = words(&object.field("arrival_instructions"));
    let contacts = contacts(&object.field("contacts"));
    unwritten(&mut object);
    object.finish();
    Some(Text {
        language: language?,
        classification: classification?,
        headline,
        summary,
        threat_summary,
        restrictions,
        lodging,
        transport,
        communications,
        health,
        arrival_instructions,
        contacts,
    })
}

fn line(field: &Field<'_>) -> Option<String> {
    field.text(1..=LONGEST_LINE).map(str::to_owned)
}

fn words(field: &Field<'_>) -> Option<String> {
    field.text(1..=LONGEST_TEXT).map(str::to_owned)
}

fn threats(field: &Field<'_>) -> BTreeMap<Threat, String> {
    let Some(mut object) = field.object() else { return BTreeMap::new() };
    let said = Threat::ALL.map(|threat| Some((threat, words(&object.field(threat.as_str()))?)));
    object.finish();
    said.into_iter().flatten().collect()
}

fn restrictions(field: &Field<'_>) -> Vec<Restriction> {
    let entries = field.list(0..=MOST_RESTRICTIONS).unwrap_or_default();
    let one = |entry: &Field<'_>| {
        let mut object = entry.object()?;
        let kind = object.field("kind").required().choice();
        let place = line(&object.field("where").required());
        let hours = object.field("hours").object().and_then(|mut hours| {
            let mut time =
                |name| hours.field(name).required().parse::<Time>("a local time, such as 20:00");
            let (from, to) = (time("from"), time("to"));
            hours.finish();
            Some(Hours { from: from?, to: to? })
        });
        object.finish();
        Some(Restriction { kind: kind?, r#where: place?, hours })
    };
    entries.iter().filter_map(one).collect()
}

fn contacts(field: &Field<'_>) -> Vec<Contact> {
    let entries = field.list(0..=MOST_CONTACTS).unwrap_or_default();
    let one = |entry: &Field<'_>| {
        let mut object = entry.object()?;
        let name = line(&object.field("name").required());
        let role = line(&object.field("role"));
        let phone = line(&object.field("phone"));
        let email = line(&object.field("email"));
        let radio = line(&object.field("radio"));
        object.finish();
        Some(Contact { name: name?, role, phone, email, radio })
    };
    entries.iter().filter_map(one).collect()
}
