//! Alerts of others in the Common Alerting Protocol: taken in, judged, and turned into proposals
//! that a person confirms (fine-print.md, "HTTPS, webhooks, alerts").
//!
//! Nothing that came vanishes: every message is kept as it came, with what became of it. Only a feed
//! that an official has put on the list has effects by itself, from the severity the official has
//! set, and only such as tighten; what had to be repaired waits for a person. A cancellation takes
//! away the fence its message made and nothing else; it makes nothing positive.
//!
//! | file | what |
//! | --- | --- |
//! | [`cap`] | messages as values |
//! | `place` | where an alert is: axes, rings, circles, codes |
//! | [`mod@judge`] | what becomes of a message, and what it proposes |
//! | `quarantine` | the two ways out: a person puts a message right, or dismisses it |
//! | `intake` | taking a message in, with those it speaks of and those that speak of it |
//! | [`mod@feeds`] | the list of feeds, and fetching them |
//! | `decide` | confirming and dismissing proposals, and doing what is due |

mod cap;
mod decide;
mod feeds;
mod intake;
mod judge;
mod place;
mod quarantine;
mod store;

pub use self::cap::{
    CapAlert, CapArea, CapCircle, Category, Certainty, Identity, Info, MessageKind, MessageScope,
    MessageStatus, Reading, Remark, RemarkCode, Severity, Urgency, read_alert,
};
pub(in crate::world) use self::decide::{
    DecideError, Wish, confirm, dismiss, do_what_is_due, planned,
};
pub use self::feeds::Poller;
pub(in crate::world) use self::feeds::{FeedError, FeedRow, NewFeed, add_feed, feeds, remove_feed};
pub use self::intake::{Correction, Origin, TakenIn, take_in};
pub use self::judge::{AlertState, Judged, SuggestedText, Suggestion, country_of, judge};
pub(in crate::world) use self::quarantine::{QuarantineError, Reach, release, set_aside};
pub(in crate::world) use self::store::{
    AlertRow, ListQuestion, ProposalRow, ProposalState, list, proposals, repeated,
};
