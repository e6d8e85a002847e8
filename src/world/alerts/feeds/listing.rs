//! What a feed lists: Atom and RSS whose entries link to messages or hold them, or one message.

use sha2::{Digest as _, Sha256};

use uuid::Builder;

use crate::world::alerts::cap::{
    Element, Reading, Remark, RemarkCode, Space, alert_of, text_of, tree,
};

/// More entries of one answer are not looked at.
const MOST: usize = 1_000;

/// An entry of a feed.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// What names this version of it; changes when the entry does.
    pub(super) item: String,
    /// Where its message is.
    pub(super) message: Place,
}

/// Where the message of an entry is.
#[derive(Debug, Clone)]
pub(super) enum Place {
    /// At an address.
    Link(String),
    /// In the entry: as it was read there, and its own text.
    Here(Box<Reading>, String),
}

/// The entries of an answer, the oldest first where they are listed the latest first, as usual.
pub(super) fn entries(bytes: &[u8]) -> Result<Vec<Entry>, Remark> {
    let text = text_of(bytes)?;
    let root = tree(&text)?;
    let mut found: Vec<Entry> = if is_alert(&root) {
        vec![held(&root, &text)]
    } else if root.space == Space::Atom && root.name == "feed" {
        root.named("entry").take(MOST).filter_map(|entry| of_atom(entry, &text)).collect()
    } else if root.space == Space::None && root.name == "rss" {
        let items = root.named("channel").flat_map(|channel| channel.named("item"));
        items.take(MOST).filter_map(|item| of_rss(item, &text)).collect()
    } else {
        let name: String = root.name.chars().take(40).collect();
        let told = format!("`{name}` is neither a feed nor an alert");
        return Err(Remark::new(RemarkCode::NotCap, told));
    };
    found.reverse();
    Ok(found)
}

fn is_alert(element: &Element) -> bool {
    element.space.version().is_some() && element.name == "alert"
}

/// A message in the answer itself, named by its text.
fn held(alert: &Element, text: &str) -> Entry {
    let own = text.get(alert.span.clone()).unwrap_or_default();
    let item = Builder::from_custom_bytes(digest(own)).into_uuid().to_string();
    Entry { item, message: Place::Here(Box::new(alert_of(alert)), own.to_owned()) }
}

/// The beginning of a text's digest.
fn digest(text: &str) -> [u8; 16] {
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(Sha256::digest(text)) {
        *to = from;
    }
    bytes
}

/// The message that an entry holds, as its content or beside it.
fn embedded(entry: &Element) -> Option<&Element> {
    let mut inner = entry.children.iter().flat_map(|child| &child.children);
    entry.children.iter().find(|child| is_alert(child)).or_else(|| inner.find(|one| is_alert(one)))
}

/// The message itself, or the link to one in the protocol, or else the entry's own.
fn of_atom(entry: &Element, text: &str) -> Option<Entry> {
    if let Some(alert) = embedded(entry) {
        return Some(held(alert, text));
    }
    let links: Vec<&Element> =
        entry.named("link").filter(|link| link.link("href").is_some()).collect();
    let of_cap = |link: &&&Element| {
        link.link("type").is_some_and(|kind| kind.eq_ignore_ascii_case("application/cap+xml"))
    };
    let own = |link: &&&Element| matches!(link.link("rel"), None | Some("alternate" | "self"));
    let chosen = links.iter().find(of_cap).or_else(|| links.iter().find(own));
    let link = chosen.and_then(|link| link.link("href")).or_else(|| entry.text_of("id"))?;
    let id = entry.text_of("id").unwrap_or(link);
    Some(named(id, entry.text_of("updated"), link))
}

fn of_rss(item: &Element, text: &str) -> Option<Entry> {
    if let Some(alert) = embedded(item) {
        return Some(held(alert, text));
    }
    let link = item.text_of("link")?;
    let id = item.text_of("guid").unwrap_or(link);
    Some(named(id, item.text_of("pubDate"), link))
}

fn named(id: &str, updated: Option<&str>, link: &str) -> Entry {
    let item = format!("{id} {}", updated.unwrap_or_default());
    let item = item.trim_end().chars().take(2_000).collect();
    Entry { item, message: Place::Link(link.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(text: &str) -> Vec<(String, Option<String>)> {
        let entries = entries(text.as_bytes()).unwrap();
        let link = |entry: Entry| match entry.message {
            Place::Link(link) => (entry.item, Some(link)),
            Place::Here(..) => (entry.item, None),
        };
        entries.into_iter().map(link).collect()
    }

    #[test]
    fn atom_entries_link_to_their_messages() {
        let text = r#"<feed xmlns="http://www.w3.org/2005/Atom">
            <entry><id>2</id><updated>u2</updated>
              <link rel="alternate" type="text/html" href="https://a.example/2.html"/>
              <link type="application/cap+xml" href="https://a.example/2.cap?x=1&amp;y=2"/></entry>
            <entry><id>https://a.example/1</id></entry>
            <entry><title>nothing to follow</title></entry></feed>"#;
        let link = |text: &str| Some(text.to_owned());
        assert_eq!(
            listed(text),
            [
                ("https://a.example/1".to_owned(), link("https://a.example/1")),
                ("2 u2".to_owned(), link("https://a.example/2.cap?x=1&y=2")),
            ]
        );
    }

    #[test]
    fn rss_items_link_to_their_messages() {
        let text = "<?xml version='1.0'?><rss version='2.0'><channel><title>x</title>
            <item><guid>b</guid><pubDate>later</pubDate><link>https://a.example/b</link></item>
            <item><link> https://a.example/a </link></item></channel></rss>";
        let link = |text: &str| Some(text.to_owned());
        assert_eq!(
            listed(text),
            [
                ("https://a.example/a".to_owned(), link("https://a.example/a")),
                ("b later".to_owned(), link("https://a.example/b")),
            ]
        );
    }

    #[test]
    fn a_message_by_itself_is_its_own_entry_and_anything_else_is_refused() {
        let alert = r#"<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"/>"#;
        assert_eq!(listed(alert).len(), 1);
        let within = format!(
            "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id>\
                              <content type='text/xml'>{alert}</content></entry></feed>"
        );
        let entry = entries(within.as_bytes()).unwrap().remove(0);
        assert!(matches!(entry.message, Place::Here(_, own) if own == alert));
        assert_eq!(entries(b"<html/>").unwrap_err().code, RemarkCode::NotCap);
        let bomb = b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss/>";
        assert_eq!(entries(bomb).unwrap_err().code, RemarkCode::DocumentType);
    }
}
