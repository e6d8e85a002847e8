//! Server-sent events as text.

use std::fmt::Write as _;

use bytes::Bytes;

use crate::model::EventKind;

/// A person must act.
const ENTERED: [EventKind; 4] = [
    EventKind::ClearancePending,
    EventKind::ClearanceRecommended,
    EventKind::ClearanceEscalated,
    EventKind::ClearanceAppealed,
];
/// A person has acted.
const DECIDED: [EventKind; 3] =
    [EventKind::ClearanceApproved, EventKind::ClearanceDenied, EventKind::ClearanceReturned];
/// Nobody needs to act any more. A clearance by rule was in a queue where it had waited for a place;
/// a client that does not know the item passes it over.
const LEFT: [EventKind; 4] = [
    EventKind::ClearanceCleared,
    EventKind::ClearanceCancelled,
    EventKind::ClearanceSuperseded,
    EventKind::ClearanceExpired,
];

/// What an event means to a queue; none where it means nothing.
pub(super) fn change(kind: &str) -> Option<&'static str> {
    let is_of = |kinds: &[EventKind]| kinds.iter().any(|known| known.as_str() == kind);
    let changes =
        [("entered", is_of(&ENTERED)), ("decided", is_of(&DECIDED)), ("left", is_of(&LEFT))];
    changes.into_iter().find_map(|(change, is_it)| is_it.then_some(change))
}

/// The first words: how soon to come again, and the number to come again with.
pub(super) fn ready(after: i64) -> Bytes {
    format!("retry: 2000\nid: {after}\nevent: ready\ndata: {{\"after\":{after}}}\n\n").into()
}

/// An event of the feed.
pub(super) fn event(seq: i64, change: &str, event: &str) -> Bytes {
    // White space between tokens is the only place where JSON has a line break.
    let event = event.replace(['\n', '\r'], " ");
    let mut text = String::with_capacity(event.len() + 64);
    let _infallible =
        write!(text, "id: {seq}\nevent: {change}\ndata: {{\"seq\":{seq},\"event\":{event}}}\n\n");
    text.into()
}

/// A lease. It has no number: a reader that comes again comes with that of the last event.
pub(super) fn lease(change: &str, lease: &str) -> Bytes {
    format!("event: {change}\ndata: {lease}\n\n").into()
}

/// A sign of life, which also moves the number on with which a reader comes again.
pub(super) fn heartbeat(after: i64) -> Bytes {
    format!(": here\nid: {after}\n\n").into()
}

/// The last words: why it ends, and after which number to resume.
pub(super) fn last(after: i64, reason: &str) -> Bytes {
    format!("id: {after}\nevent: resume\ndata: {{\"after\":{after},\"reason\":\"{reason}\"}}\n\n")
        .into()
}
