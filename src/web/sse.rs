//! Server-sent events: where a stream begins, its words, and how it is answered.
//!
//! Every stream of the service resumes after a number, which is the `id` of its events; signs of life
//! move it on, and a last event `resume` says why the stream ends and after which number to go on.

use std::convert::Infallible;
use std::fmt::Display;

use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};

use super::fields::Faults;
use super::problem::Problem;
use super::query::Parameters;

/// Where a stream begins, and whether it goes on.
#[derive(Debug, Clone, Copy)]
pub struct Resume {
    /// After this number; none for what comes from now on.
    pub after: Option<i64>,
    /// Waits for more once it has shown what there is.
    pub waits: bool,
}

impl Resume {
    /// Reads `Last-Event-ID`, or `after` where no header can be sent, and `wait`.
    pub fn read(request: &HttpRequest) -> Result<Self, Problem> {
        let parameters = Parameters::of(request)?;
        let faults = Faults::new();
        let mut object = parameters.read(&faults);
        let asked = object.field("after").integer(0..=i64::MAX);
        let waits = object.field("wait").boolean().unwrap_or(true);
        object.finish();
        let header = request.headers().get("last-event-id").map(|value| {
            let number = value.to_str().ok().and_then(|text| text.trim().parse().ok());
            number.filter(|number: &i64| *number >= 0)
        });
        if header == Some(None) {
            faults.add("Last-Event-ID", "FORMAT", "must be the id of an event of this stream");
        }
        let after = header.flatten().or(asked);
        faults.settle(Some(Self { after, waits }))
    }
}

/// The answer that a stream of events is.
pub fn event_stream(events: impl Stream<Item = Bytes> + 'static) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header(("cache-control", "no-store"))
        // a proxy must not gather what is meant for now
        .insert_header(("x-accel-buffering", "no"))
        .streaming(events.map(Ok::<_, Infallible>))
}

/// The words of a stream.
#[derive(Debug, Clone, Copy)]
pub struct Sse;

impl Sse {
    /// The first words: how soon to come again, and the number to come again with.
    pub fn ready(after: i64) -> Bytes {
        format!("retry: 2000\nid: {after}\nevent: ready\ndata: {{\"after\":{after}}}\n\n").into()
    }

    /// An event with its number; the data must have no line break.
    pub fn event(id: i64, name: &str, data: impl Display) -> Bytes {
        format!("id: {id}\nevent: {name}\ndata: {data}\n\n").into()
    }

    /// A sign of life, which also moves the number on with which a reader comes again.
    pub fn heartbeat(after: i64) -> Bytes {
        format!(": here\nid: {after}\n\n").into()
    }

    /// The last words: why it ends, and after which number to resume.
    pub fn last(after: i64, reason: &str) -> Bytes {
        Self::event(after, "resume", format_args!("{{\"after\":{after},\"reason\":\"{reason}\"}}"))
    }
}
