//! The line that every request leaves.

use std::cell::RefCell;
use std::io::Write as _;
use std::time::Duration;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::queue::Queue;
use super::wall_clock;
use crate::config::LogFormat;

/// What is written of one request. Holds ids, codes and numbers, never a name or a value of the body.
#[derive(Debug, Clone, Copy)]
pub struct RequestLine<'l> {
    /// `INFO`, or `ERROR` for an answer 500.
    pub level: &'static str,
    /// The request's id, which the answer carries too.
    pub request_id: &'l str,
    /// The caller's trace, if it sent one: hexadecimal digits.
    pub trace_id: Option<&'l str>,
    /// HTTP method.
    pub method: &'static str,
    /// The route's pattern; never the path, which holds ids of people.
    pub route: &'l str,
    /// HTTP status.
    pub status: u16,
    /// From first byte to answer.
    pub took: Duration,
    /// The caller's identity row, if it was authenticated.
    pub caller: Option<Uuid>,
    /// Why it failed, for the operator alone.
    pub cause: Option<&'l str>,
    /// Fields of the domain: trip, clearance, outcome, world version.
    pub domain: Option<&'l Map<String, Value>>,
}

/// Writes request lines.
#[derive(Debug, Clone)]
pub struct RequestLog {
    queue: Queue,
    format: LogFormat,
    enabled: bool,
}

thread_local! {
    /// A line is put together here, so that none costs memory of its own.
    static LINE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl RequestLog {
    pub(super) fn new(queue: Queue, format: LogFormat, enabled: bool) -> Self {
        Self { queue, format, enabled }
    }

    /// Queues one line; it never waits and never fails the request.
    pub fn write(&self, line: &RequestLine<'_>) {
        if !self.enabled && line.level == "INFO" {
            return;
        }
        LINE.with_borrow_mut(|text| {
            text.clear();
            match self.format {
                LogFormat::Json => json(text, line),
                LogFormat::Text => plain(text, line),
            }
            text.push(b'\n');
            self.queue.put(text);
        });
    }
}

/// Puts pieces one after another. Every request leaves a line: what goes through formatters cost
/// more than the rest of the request's way through the front.
fn put(text: &mut Vec<u8>, pieces: &[&str]) {
    for piece in pieces {
        text.extend_from_slice(piece.as_bytes());
    }
}

fn timestamp(text: &mut Vec<u8>) {
    let _infallible = write!(text, "{}", wall_clock());
}

fn number(text: &mut Vec<u8>, number: u128) {
    let _infallible = write!(text, "{number}");
}

/// Milliseconds with three digits of their fraction.
fn milliseconds(text: &mut Vec<u8>, took: Duration) {
    let micros = took.as_micros();
    number(text, micros / 1000);
    for place in [100, 10, 1] {
        let digit = u8::try_from(micros % 1000 / place % 10).unwrap_or_default();
        text.extend((place == 100).then_some(b'.').into_iter().chain([b'0' + digit]));
    }
}

fn id(text: &mut Vec<u8>, id: Uuid) {
    text.extend_from_slice(id.hyphenated().encode_lower(&mut Uuid::encode_buffer()).as_bytes());
}

/// An object of JSON. Only what comes from elsewhere can hold what must be escaped.
fn json(text: &mut Vec<u8>, line: &RequestLine<'_>) {
    let RequestLine { level, request_id, trace_id, method, route, status, .. } = *line;
    put(text, &["{\"timestamp\":\""]);
    timestamp(text);
    put(text, &["\",\"target\":\"request\",\"level\":\"", level]);
    put(text, &["\",\"request_id\":\"", request_id]);
    if let Some(trace_id) = trace_id {
        put(text, &["\",\"trace_id\":\"", trace_id]);
    }
    put(text, &["\",\"method\":\"", method, "\",\"route\":\"", route, "\",\"status\":"]);
    number(text, status.into());
    put(text, &[",\"duration_ms\":"]);
    milliseconds(text, line.took);
    if let Some(caller) = line.caller {
        put(text, &[",\"caller\":\""]);
        id(text, caller);
        put(text, &["\""]);
    }
    if let Some(cause) = line.cause {
        put(text, &[",\"cause\":"]);
        let _infallible = serde_json::to_writer(&mut *text, cause);
    }
    for (name, value) in line.domain.into_iter().flatten() {
        put(text, &[",\"", name, "\":"]);
        let _infallible = serde_json::to_writer(&mut *text, value);
    }
    put(text, &["}"]);
}

fn plain(text: &mut Vec<u8>, line: &RequestLine<'_>) {
    let RequestLine { level, request_id, method, route, status, .. } = *line;
    timestamp(text);
    put(text, &[if level.len() < 5 { "  " } else { " " }, level, " ", method, " ", route, " "]);
    number(text, status.into());
    put(text, &[" "]);
    milliseconds(text, line.took);
    put(text, &["ms id=", request_id]);
    if let Some(caller) = line.caller {
        put(text, &[" caller="]);
        id(text, caller);
    }
    if let Some(cause) = line.cause {
        put(text, &[" cause=", cause]);
    }
    for (name, value) in line.domain.into_iter().flatten() {
        let _infallible = write!(text, " {name}={value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: fn(&mut Vec<u8>, &RequestLine<'_>), line: &RequestLine<'_>) -> String {
        let mut text = Vec::new();
        write(&mut text, line);
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn a_line_is_an_object_whatever_its_cause_says() {
        let mut domain = Map::new();
        domain.insert("trip_id".to_owned(), "a\"b".into());
        domain.insert("world".to_owned(), 7.into());
        let caller = Uuid::from_u128(0x019b_76da_a800_7af6_8c2c_d33c_b02e_0f42);
        let line = RequestLine {
            level: "ERROR",
            request_id: "the-id",
            trace_id: Some("0af7651916cd43dd8448eb211c80319c"),
            method: "GET",
            route: "/v1/trips/{trip_id}",
            status: 500,
            took: Duration::from_micros(12_034),
            caller: Some(caller),
            cause: Some("it said \"no\"\nand left"),
            domain: Some(&domain),
        };
        let mut object: Value = serde_json::from_str(&written(json, &line)).unwrap();
        let stamp = object.as_object_mut().unwrap().remove("timestamp").unwrap();
        assert!(stamp.as_str().unwrap().parse::<jiff::Timestamp>().is_ok());
        let expected = serde_json::json!({
            "target": "request",
            "level": "ERROR",
            "request_id": "the-id",
            "trace_id": "0af7651916cd43dd8448eb211c80319c",
            "method": "GET",
            "route": "/v1/trips/{trip_id}",
            "status": 500,
            "duration_ms": 12.034,
            "caller": "019b76da-a800-7af6-8c2c-d33cb02e0f42",
            "cause": "it said \"no\"\nand left",
            "trip_id": "a\"b",
            "world": 7,
        });
        assert_eq!(object, expected);
        let told = written(plain, &line);
        let (_, told) = told.split_once(' ').unwrap();
        assert_eq!(
            told,
            "ERROR GET /v1/trips/{trip_id} 500 12.034ms id=the-id \
             caller=019b76da-a800-7af6-8c2c-d33cb02e0f42 cause=it said \"no\"\nand left \
             trip_id=\"a\\\"b\" world=7"
        );
    }
}
