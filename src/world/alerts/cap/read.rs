//! A document as a message. What the standard asks for and is missing makes the message one that a
//! person must look at; what is merely odd is told.

use std::borrow::Cow;
use std::str;

use jiff::Timestamp;

use super::numbers::{circle, references, ring, time};
use super::tree::{Element, tree};
use super::{
    CapAlert, CapArea, Category, Certainty, Identity, Info, MessageKind, MessageScope,
    MessageStatus, Remark, RemarkCode, Severity, Urgency,
};

/// Longest text that is kept beside the message itself, in characters.
const LONGEST: usize = 20_000;
const MOST_INFOS: usize = 200;
const MOST_AREAS: usize = 2_000;
const MOST_POSITIONS: usize = 100_000;

/// What came of reading a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// What names it, as far as that can be read.
    pub identity: Option<Identity>,
    /// The message, where nothing is wrong with it.
    pub alert: Option<CapAlert>,
    /// What is wrong: each for itself keeps the message from having effects.
    pub faults: Vec<Remark>,
    /// What is odd.
    pub notes: Vec<Remark>,
}

impl Reading {
    fn broken(fault: Remark) -> Self {
        Self { identity: None, alert: None, faults: vec![fault], notes: Vec::new() }
    }
}

/// Reads a message from bytes as they came. Never fails: what cannot be read is told.
pub fn read_alert(bytes: &[u8]) -> Reading {
    match text_of(bytes).and_then(|text| tree(&text)) {
        Ok(root) => alert_of(&root),
        Err(fault) => Reading::broken(fault),
    }
}

/// The text of bytes: UTF-8, or ISO 8859-1 where the document says so.
pub(in crate::world::alerts) fn text_of(bytes: &[u8]) -> Result<Cow<'_, str>, Remark> {
    if let Ok(text) = str::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text.trim_start_matches('\u{feff}')));
    }
    let head: String = bytes.iter().take(100).map(|byte| char::from(*byte)).collect();
    let head = head.to_ascii_lowercase();
    if ["iso-8859-1", "latin1", "us-ascii"].iter().any(|name| head.contains(name)) {
        return Ok(Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect()));
    }
    Err(Remark::new(RemarkCode::NotText, "neither UTF-8 nor declared as ISO 8859-1"))
}

/// The message of an element.
pub(in crate::world::alerts) fn alert_of(root: &Element) -> Reading {
    let Some(version) = root.space.version().filter(|_| root.name == "alert") else {
        let name: String = root.name.chars().take(40).collect();
        let told = format!("`{name}` is no alert in a namespace of the protocol");
        return Reading::broken(Remark::new(RemarkCode::NotCap, told));
    };
    let mut reader = Reader::default();
    let identity = reader.identity(root);
    let status = reader.word(root, "status", MessageStatus::named);
    let kind = reader.word(root, "msgType", MessageKind::named);
    let scope = reader.scope(root);
    let spoken_of = reader.references(root);
    let infos = reader.infos(root);
    let message = |identity, status, kind| CapAlert {
        version: version.to_owned(),
        identity,
        status,
        kind,
        scope,
        source: clipped(root, "source"),
        note: clipped(root, "note"),
        references: spoken_of,
        infos,
    };
    let alert = match (&identity, status, kind) {
        (Some(identity), Some(status), Some(kind)) if reader.faults.is_empty() => {
            Some(message(identity.clone(), status, kind))
        }
        _ => None,
    };
    Reading { identity, alert, faults: reader.faults, notes: reader.notes }
}

fn clipped(element: &Element, name: &str) -> Option<String> {
    element.text_of(name).map(|text| text.chars().take(LONGEST).collect())
}

/// Collects what is wrong and what is odd.
#[derive(Default)]
struct Reader {
    faults: Vec<Remark>,
    notes: Vec<Remark>,
    areas: usize,
    positions: usize,
}

impl Reader {
    fn fault(&mut self, code: RemarkCode, detail: String) {
        self.faults.push(Remark::new(code, detail));
    }

    fn note(&mut self, code: RemarkCode, detail: String) {
        self.notes.push(Remark::new(code, detail));
    }

    fn needed<'e>(&mut self, element: &'e Element, name: &str) -> Option<&'e str> {
        let text = element.text_of(name);
        if text.is_none() {
            self.fault(RemarkCode::FieldMissing, format!("`{name}` is needed"));
        }
        text
    }

    fn word<W>(
        &mut self,
        element: &Element,
        name: &str,
        named: impl Fn(&str) -> Option<W>,
    ) -> Option<W> {
        let text = self.needed(element, name)?;
        let word = named(text);
        if word.is_none() {
            self.fault(RemarkCode::FieldInvalid, format!("`{name}` is none of the words known"));
        }
        word
    }

    fn identity(&mut self, root: &Element) -> Option<Identity> {
        let identifier = self.needed(root, "identifier");
        let sender = self.needed(root, "sender");
        let sent = self.needed(root, "sent");
        let read = sent.and_then(time);
        if sent.is_some() && read.is_none() {
            self.fault(RemarkCode::FieldInvalid, "`sent` is no time with its offset".to_owned());
        }
        let clip = |text: &str| text.chars().take(1_000).collect();
        Some(Identity { sender: clip(sender?), identifier: clip(identifier?), sent: read? })
    }

    /// Version 1.0 need not say; then it is public.
    fn scope(&mut self, root: &Element) -> MessageScope {
        let Some(text) = root.text_of("scope") else { return MessageScope::Public };
        MessageScope::named(text).unwrap_or_else(|| {
            self.note(RemarkCode::ValueUnknown, "`scope` is read as private".to_owned());
            MessageScope::Private
        })
    }

    fn references(&mut self, root: &Element) -> Vec<Identity> {
        let text = root.text_of("references").unwrap_or_default();
        references(text).unwrap_or_else(|| {
            let told = "`references` are not sender,identifier,sent with space between";
            self.fault(RemarkCode::FieldInvalid, told.to_owned());
            Vec::new()
        })
    }

    fn infos(&mut self, root: &Element) -> Vec<Info> {
        let mut infos = Vec::new();
        for (at, element) in root.named("info").enumerate() {
            if at >= MOST_INFOS {
                self.fault(RemarkCode::TooLarge, format!("more than {MOST_INFOS} info blocks"));
                break;
            }
            infos.push(self.info(element));
        }
        infos
    }

    fn info(&mut self, element: &Element) -> Info {
        let event = self.needed(element, "event").unwrap_or_default();
        let areas = element.named("area").map(|area| self.area(area)).collect();
        Info {
            language: clipped(element, "language").unwrap_or_else(|| "en-US".to_owned()),
            categories: Self::categories(element),
            event: event.chars().take(LONGEST).collect(),
            urgency: self.known(element, "urgency", Urgency::named, Urgency::Unknown),
            severity: self.known(element, "severity", Severity::named, Severity::Unknown),
            certainty: self.certainty(element),
            effective: self.moment(element, "effective"),
            onset: self.moment(element, "onset"),
            expires: self.moment(element, "expires"),
            sender_name: clipped(element, "senderName"),
            headline: clipped(element, "headline"),
            description: clipped(element, "description"),
            instruction: clipped(element, "instruction"),
            web: clipped(element, "web"),
            contact: clipped(element, "contact"),
            areas,
        }
    }

    fn categories(element: &Element) -> Vec<Category> {
        let texts = element.named("category").map(|one| one.text.trim());
        let mut found: Vec<Category> =
            texts.map(|text| Category::named(text).unwrap_or(Category::Other)).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// A word that may be missing or another's.
    fn known<W: Copy>(
        &mut self,
        element: &Element,
        name: &str,
        named: impl Fn(&str) -> Option<W>,
        unknown: W,
    ) -> W {
        let Some(word) = element.text_of(name).and_then(named) else {
            self.note(RemarkCode::ValueUnknown, format!("`{name}` is read as unknown"));
            return unknown;
        };
        word
    }

    /// Version 1.0 said `Very Likely` where it later became `Likely`.
    fn certainty(&mut self, element: &Element) -> Certainty {
        let named = |text: &str| {
            let likely = text.eq_ignore_ascii_case("very likely").then_some(Certainty::Likely);
            Certainty::named(text).or(likely)
        };
        self.known(element, "certainty", named, Certainty::Unknown)
    }

    fn moment(&mut self, element: &Element, name: &str) -> Option<Timestamp> {
        let text = element.text_of(name)?;
        let read = time(text);
        if read.is_none() {
            let told = format!("`{name}` is no time with its offset, and taken as not given");
            self.note(RemarkCode::TimeUnreadable, told);
        }
        read
    }

    fn area(&mut self, element: &Element) -> CapArea {
        let mut area = CapArea {
            description: clipped(element, "areaDesc").unwrap_or_default(),
            polygons: Vec::new(),
            circles: Vec::new(),
            geocodes: geocodes(element),
        };
        self.areas += 1;
        if self.areas > MOST_AREAS || self.positions > MOST_POSITIONS {
            if self.faults.iter().all(|fault| fault.code != RemarkCode::TooLarge) {
                self.fault(
                    RemarkCode::TooLarge,
                    "more areas or positions than are read".to_owned(),
                );
            }
            return area;
        }
        for polygon in element.named("polygon").map(|one| one.text.trim()) {
            match ring(polygon) {
                Some(ring) if ring.is_empty() => {}
                Some(ring) => {
                    self.positions += ring.len();
                    area.polygons.push(ring);
                }
                None => self.misplaced("polygon", polygon),
            }
        }
        for text in element.named("circle").map(|one| one.text.trim()) {
            match circle(text) {
                Some(circle) => area.circles.push(circle),
                None if text.is_empty() => {}
                None => self.misplaced("circle", text),
            }
        }
        area
    }

    fn misplaced(&mut self, what: &str, text: &str) {
        let shown: String = text.chars().take(60).collect();
        let told = format!("a {what} cannot be read: `{shown}`");
        self.fault(RemarkCode::GeometryInvalid, told);
    }
}

fn geocodes(element: &Element) -> Vec<(String, String)> {
    let clip = |text: &str| text.chars().take(200).collect();
    let codes = element.named("geocode").take(1_000);
    let named = codes.filter_map(|code| Some((code.text_of("valueName")?, code.text_of("value")?)));
    named.map(|(name, value)| (clip(name), clip(value))).collect()
}
