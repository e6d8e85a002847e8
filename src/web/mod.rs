//! Extractors, problems, paging, limits, bodies.
//!
//! A handler takes what it needs as arguments ([`Caller`], [`IdempotencyKey`], a body, [`IfMatch`])
//! and answers `Result<HttpResponse, Problem>`; the [`Front`] does what is the same for all.

mod body;
mod caller;
mod conditional;
mod fields;
mod front;
mod idempotency;
mod limits;
mod lines;
mod outside;
mod preview;
mod problem;
mod query;
mod sse;
mod streams;
mod wing;

pub use self::body::{
    BodyLimits, JsonBody, LargeJsonBody, LinesBody, XmlBody, fingerprint, read_json, read_value,
};
pub use self::caller::{AuthFault, Authenticated, Authenticator, Caller};
pub use self::conditional::{ETag, IfMatch, MaybeIfMatch};
pub use self::fields::{Faults, Field, Object};
pub use self::front::{Front, RequestId, Worker, note};
pub use self::idempotency::IdempotencyKey;
pub use self::limits::Limits;
pub use self::lines::{Line, answer_lines, lines};
pub use self::outside::{UrlFault, endpoint, outside_client, was_refused};
pub use self::preview::Preview;
pub use self::problem::{Fault, Kind, Problem, ProblemBody, saved_answer};
pub use self::query::{Listed, Page, Parameters, cursor, read_query};
pub use self::sse::{Resume, Sse, event_stream};
pub use self::streams::{OpenStreams, StreamEnd, StreamPlace, Telling};
pub use self::wing::{Patterns, wing};
