//! XML as a tree that cannot grow without bounds: no document type, no entity but the five of XML
//! itself, so deep and so many elements at most. Of attributes only those of links are kept.

use std::mem;
use std::ops::Range;

use quick_xml::NsReader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;

use super::{Remark, RemarkCode};

const DEEPEST: usize = 32;
const MOST_ELEMENTS: usize = 200_000;
const LINK_ATTRIBUTES: [&str; 3] = ["href", "rel", "type"];

/// The namespaces that are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::world::alerts) enum Space {
    Cap10,
    Cap11,
    Cap12,
    Atom,
    /// No namespace, as in RSS.
    None,
    Other,
}

impl Space {
    fn of(found: &ResolveResult<'_>) -> Self {
        match found {
            ResolveResult::Bound(space) => match space.as_ref().trim() {
                "urn:oasis:names:tc:emergency:cap:1.2" => Self::Cap12,
                "urn:oasis:names:tc:emergency:cap:1.1" => Self::Cap11,
                "urn:oasis:names:tc:emergency:cap:1.0" | "http://www.incident.com/cap/1.0" => {
                    Self::Cap10
                }
                "http://www.w3.org/2005/Atom" => Self::Atom,
                "" => Self::None,
                _ => Self::Other,
            },
            ResolveResult::Unbound => Self::None,
            ResolveResult::Unknown(_) => Self::Other,
        }
    }

    /// The version of the protocol, where it is one.
    pub(in crate::world::alerts) const fn version(self) -> Option<&'static str> {
        match self {
            Self::Cap10 => Some("1.0"),
            Self::Cap11 => Some("1.1"),
            Self::Cap12 => Some("1.2"),
            Self::Atom | Self::None | Self::Other => None,
        }
    }
}

/// An element with its text, as far as it is its own, and its children.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::world::alerts) struct Element {
    pub(in crate::world::alerts) space: Space,
    pub(in crate::world::alerts) name: String,
    pub(in crate::world::alerts) links: Vec<(&'static str, String)>,
    pub(in crate::world::alerts) text: String,
    pub(in crate::world::alerts) children: Vec<Self>,
    /// Where it stands in the text, in bytes.
    pub(in crate::world::alerts) span: Range<usize>,
}

impl Element {
    /// The children of a name in the element's own namespace.
    pub(in crate::world::alerts) fn named<'e>(
        &'e self,
        name: &'e str,
    ) -> impl Iterator<Item = &'e Self> {
        self.children.iter().filter(move |child| child.space == self.space && child.name == name)
    }

    /// The text of the first child of a name, without space around it; none where it is empty.
    pub(in crate::world::alerts) fn text_of<'e>(&'e self, name: &str) -> Option<&'e str> {
        let own = |child: &&'e Self| child.space == self.space && child.name == name;
        let mut texts = self.children.iter().filter(own).map(|child| child.text.trim());
        texts.find(|text| !text.is_empty())
    }

    /// An attribute of a link.
    pub(in crate::world::alerts) fn link(&self, name: &str) -> Option<&str> {
        self.links.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

/// Reads a whole document.
pub(in crate::world::alerts) fn tree(text: &str) -> Result<Element, Remark> {
    let mut reader = NsReader::from_str(text);
    let mut growing = Growing::default();
    loop {
        let place = offset(reader.buffer_position());
        let broken = |error: &dyn std::fmt::Display| {
            Remark::new(RemarkCode::NotXml, format!("at byte {place}: {error}"))
        };
        let (found, event) = reader.read_resolved_event().map_err(|error| broken(&error))?;
        let space = Space::of(&found);
        match event {
            Event::Start(start) => growing.open(space, &start, place)?,
            Event::Empty(start) => {
                growing.open(space, &start, place)?;
                growing.close(offset(reader.buffer_position()));
            }
            Event::End(_) => growing.close(offset(reader.buffer_position())),
            Event::Text(text) => growing.write(&text.xml10_content())?,
            Event::CData(text) => growing.write(&text.xml10_content())?,
            Event::GeneralRef(reference) => growing.write(&resolved(&reference)?)?,
            Event::DocType(_) => {
                return Err(Remark::new(RemarkCode::DocumentType, "a document type is refused"));
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    growing.whole()
}

fn offset(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

/// A character, or one of the five names that XML itself knows.
fn resolved(reference: &BytesRef<'_>) -> Result<String, Remark> {
    let name = reference.xml10_content();
    let unknown = || {
        let shown: String = name.chars().take(40).collect();
        Remark::new(RemarkCode::UnknownEntity, format!("the entity `{shown}` is refused"))
    };
    if reference.is_char_ref() {
        let known = reference.resolve_char_ref().map_err(|_none| unknown())?;
        return known.map(String::from).ok_or_else(unknown);
    }
    let known = match name.as_ref() {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "apos" => "'",
        "quot" => "\"",
        _ => return Err(unknown()),
    };
    Ok(known.to_owned())
}

/// The tree while it is read.
#[derive(Default)]
struct Growing {
    open: Vec<Element>,
    elements: usize,
    root: Option<Element>,
}

impl Growing {
    fn open(&mut self, space: Space, start: &BytesStart<'_>, at: usize) -> Result<(), Remark> {
        if self.root.is_some() {
            return Err(Remark::new(RemarkCode::NotXml, "more than one root"));
        }
        if self.open.len() >= DEEPEST {
            let told = format!("more than {DEEPEST} elements within each other");
            return Err(Remark::new(RemarkCode::TooDeep, told));
        }
        self.elements += 1;
        if self.elements > MOST_ELEMENTS {
            let told = format!("more than {MOST_ELEMENTS} elements");
            return Err(Remark::new(RemarkCode::TooLarge, told));
        }
        self.open.push(Element {
            space,
            name: start.local_name().as_ref().to_owned(),
            links: links(start),
            text: String::new(),
            children: Vec::new(),
            span: at..at,
        });
        Ok(())
    }

    fn close(&mut self, end: usize) {
        let Some(mut done) = self.open.pop() else { return };
        done.span.end = end;
        match self.open.last_mut() {
            Some(parent) => parent.children.push(done),
            None => self.root = Some(done),
        }
    }

    /// What XML forbids, such as a zero, and a database would not take, is left out.
    fn write(&mut self, text: &str) -> Result<(), Remark> {
        let Some(element) = self.open.last_mut() else {
            if text.trim_start_matches('\u{feff}').trim().is_empty() {
                return Ok(());
            }
            return Err(Remark::new(RemarkCode::NotXml, "text outside the root"));
        };
        let fit = |c: &char| !c.is_control() || matches!(c, '\t' | '\n');
        element.text.extend(text.chars().filter(fit));
        Ok(())
    }

    fn whole(mut self) -> Result<Element, Remark> {
        match (mem::take(&mut self.root), self.open.last()) {
            (Some(root), None) => Ok(root),
            (_, Some(open)) => {
                let name: String = open.name.chars().take(40).collect();
                Err(Remark::new(RemarkCode::NotXml, format!("`{name}` is not closed")))
            }
            (None, None) => Err(Remark::new(RemarkCode::NotXml, "there is no element")),
        }
    }
}

fn links(start: &BytesStart<'_>) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for attribute in start.attributes().flatten() {
        let name = attribute.key.as_ref();
        if let Some(known) = LINK_ATTRIBUTES.into_iter().find(|known| *known == name) {
            // of addresses only `&amp;` is ever needed
            found.push((known, attribute.value.replace("&amp;", "&")));
        }
    }
    found
}
