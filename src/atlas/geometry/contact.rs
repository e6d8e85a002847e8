//! What a path touches.

use std::collections::BTreeMap;

use super::handles::Handle;

/// Stretches closer than this, in parts of the path, are one.
const SAME: f64 = 1e-12;

/// One shape that a path touches, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Contact {
    /// Which shape.
    pub handle: Handle,
    /// From where to where on the path, as parts of its length from 0 to 1, in order, apart from
    /// each other; a touch in one point is a stretch without length.
    pub spans: Vec<(f64, f64)>,
}

/// Contacts as they are found.
#[derive(Debug, Default)]
pub(super) struct Contacts(BTreeMap<Handle, Vec<(f64, f64)>>);

impl Contacts {
    pub(super) fn add(&mut self, handle: Handle, from: f64, to: f64) {
        let spans = self.0.entry(handle).or_default();
        match spans.last_mut() {
            Some(last) if last.0 <= from && from <= last.1 + SAME => last.1 = last.1.max(to),
            _ => spans.push((from, to)),
        }
    }

    /// In order of first contact, then by handle.
    pub(super) fn finish(self) -> Vec<Contact> {
        let mut contacts: Vec<_> = self
            .0
            .into_iter()
            .map(|(handle, spans)| Contact { handle, spans: merged(spans) })
            .collect();
        let begin = |contact: &Contact| contact.spans.first().map_or(0.0, |span| span.0);
        contacts.sort_by(|one, other| begin(one).total_cmp(&begin(other)));
        contacts
    }
}

fn merged(mut spans: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    spans.sort_by(|one, other| one.0.total_cmp(&other.0));
    spans.dedup_by(|next, kept| {
        let joins = next.0 <= kept.1 + SAME;
        if joins {
            kept.1 = kept.1.max(next.1);
        }
        joins
    });
    spans
}
