//! What happens in queues, as server-sent events.

use bytes::Bytes;

use crate::model::EventKind;
use crate::web::Sse;

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

/// An event of the feed.
pub(super) fn event(seq: i64, change: &str, event: &str) -> Bytes {
    // White space between tokens is the only place where JSON has a line break.
    let event = event.replace(['\n', '\r'], " ");
    Sse::event(seq, change, format_args!("{{\"seq\":{seq},\"event\":{event}}}"))
}

/// A lease. It has no number: a reader that comes again comes with that of the last event.
pub(super) fn lease(change: &str, lease: &str) -> Bytes {
    format!("event: {change}\ndata: {lease}\n\n").into()
}
