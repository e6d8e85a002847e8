//! The latest advisories as an Atom feed (RFC 4287) of CAP messages. Pure.

use std::fmt::Write as _;

use jiff::Timestamp;
use uuid::Uuid;

use super::cap::xml::Xml;
use super::language::Language;

const NAMESPACE: &str = "http://www.w3.org/2005/Atom";
/// The feed's id: it is the same wherever the service stands.
const ID: &str = "urn:uuid:6f0f3ad4-6a3e-5c0e-9a53-8c1f5f2d7a10";

/// An advisory as the feed tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::world) struct AtomEntry {
    /// Id of the area.
    pub(in crate::world) area_id: String,
    /// Id of the version.
    pub(in crate::world) advisory_id: Uuid,
    /// When it was published.
    pub(in crate::world) published_at: Timestamp,
    /// In a line.
    pub(in crate::world) title: String,
    /// What is new, for whoever may know.
    pub(in crate::world) summary: Option<String>,
    /// Language of the title.
    pub(in crate::world) language: Language,
}

/// The feed; entries the latest first.
pub(in crate::world) fn atom(entries: &[AtomEntry]) -> String {
    let updated = entries.first().map_or(Timestamp::UNIX_EPOCH, |entry| entry.published_at);
    let mut xml = Xml::new();
    xml.within_named("feed", &[("xmlns", NAMESPACE)], |xml| {
        xml.text("id", ID);
        xml.text("title", "Travel security advisories");
        xml.text("updated", &updated.to_string());
        xml.within("author", |xml| xml.text("name", "safeconduct"));
        let own = [("rel", "self"), ("href", "/v1/advisories.atom")];
        xml.within_named("link", &own, |_nothing| {});
        for entry in entries {
            write(xml, entry);
        }
    });
    xml.finish()
}

fn write(xml: &mut Xml, entry: &AtomEntry) {
    let path = format!("/v1/advisories/{}", encoded(&entry.area_id));
    xml.within_named("entry", &[("xml:lang", entry.language.as_str())], |xml| {
        xml.text("id", &format!("urn:uuid:{}", entry.advisory_id));
        xml.text("title", &entry.title);
        xml.text("updated", &entry.published_at.to_string());
        xml.maybe("summary", entry.summary.as_deref());
        for form in ["application/cap+xml", "application/json"] {
            let link = [("rel", "alternate"), ("type", form), ("href", path.as_str())];
            xml.within_named("link", &link, |_nothing| {});
        }
    });
}

/// A path's segment, percent-encoded.
fn encoded(segment: &str) -> String {
    let mut text = String::new();
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _infallible = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_with_signs_in_its_id_is_linked_and_markup_is_text() {
        let entry = AtomEntry {
            area_id: "KAS+00?".to_owned(),
            advisory_id: Uuid::nil(),
            published_at: Timestamp::UNIX_EPOCH,
            title: "Calm & <quiet>".to_owned(),
            summary: None,
            language: Language::Fr,
        };
        let feed = atom(&[entry]);
        assert!(feed.contains("href=\"/v1/advisories/KAS%2B00%3F\""), "{feed}");
        assert!(feed.contains("<title>Calm &amp; &lt;quiet&gt;</title>"), "{feed}");
        assert!(feed.contains("<entry xml:lang=\"fr\">"), "{feed}");
    }
}
