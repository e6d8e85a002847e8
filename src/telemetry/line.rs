//! The line that every request leaves.

use std::cell::RefCell;
use std::io::{self, Write as _};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::queue::Queue;
use super::wall_clock;
use crate::config::LogFormat;

/// What is written of one request. Holds ids, codes and numbers, never a name or a value of the body.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct RequestLine<'l> {
    /// `INFO`, or `ERROR` for an answer 500.
    pub level: &'static str,
    /// The request's id, which the answer carries too.
    pub request_id: &'l str,
    /// The caller's trace, if it sent one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<&'l str>,
    /// HTTP method.
    pub method: &'static str,
    /// The route's pattern; never the path, which holds ids of people.
    pub route: &'l str,
    /// HTTP status.
    pub status: u16,
    /// From first byte to answer.
    #[serde(rename = "duration_ms", serialize_with = "milliseconds")]
    pub took: Duration,
    /// The caller's identity row, if it was authenticated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller: Option<Uuid>,
    /// Why it failed, for the operator alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<&'l str>,
    /// Fields of the domain: trip, clearance, outcome, world version.
    #[serde(flatten)]
    pub domain: Option<&'l Map<String, Value>>,
}

#[derive(Serialize)]
struct Stamped<'l> {
    timestamp: Timestamp,
    target: &'static str,
    #[serde(flatten)]
    line: &'l RequestLine<'l>,
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
            let _infallible = match self.format {
                LogFormat::Json => json(text, line),
                LogFormat::Text => plain(text, line),
            };
            text.push(b'\n');
            self.queue.put(text);
        });
    }
}

/// Milliseconds with their fraction.
fn milliseconds<S: Serializer>(took: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(took.as_secs_f64() * 1000.0)
}

fn json(text: &mut Vec<u8>, line: &RequestLine<'_>) -> io::Result<()> {
    let stamped = Stamped { timestamp: wall_clock(), target: "request", line };
    serde_json::to_writer(text, &stamped)?;
    Ok(())
}

fn plain(text: &mut Vec<u8>, line: &RequestLine<'_>) -> io::Result<()> {
    let RequestLine { level, method, route, status, request_id, .. } = line;
    let (at, took) = (wall_clock(), line.took.as_secs_f64() * 1000.0);
    write!(text, "{at} {level:>5} {method} {route} {status} {took:.2}ms id={request_id}")?;
    if let Some(caller) = line.caller {
        write!(text, " caller={caller}")?;
    }
    if let Some(cause) = line.cause {
        write!(text, " cause={cause}")?;
    }
    for (name, value) in line.domain.into_iter().flatten() {
        write!(text, " {name}={value}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(
        write: fn(&mut Vec<u8>, &RequestLine<'_>) -> io::Result<()>,
        line: &RequestLine<'_>,
    ) -> String {
        let mut text = Vec::new();
        write(&mut text, line).unwrap();
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
            took: Duration::from_micros(12_500),
            caller: Some(caller),
            cause: Some("it said \"no\"\nand left"),
            domain: Some(&domain),
        };
        let mut object: Value = serde_json::from_str(&written(json, &line)).unwrap();
        let stamp = object.as_object_mut().unwrap().remove("timestamp").unwrap();
        assert!(stamp.as_str().unwrap().parse::<Timestamp>().is_ok());
        let expected = serde_json::json!({
            "target": "request",
            "level": "ERROR",
            "request_id": "the-id",
            "trace_id": "0af7651916cd43dd8448eb211c80319c",
            "method": "GET",
            "route": "/v1/trips/{trip_id}",
            "status": 500,
            "duration_ms": 12.5,
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
            "ERROR GET /v1/trips/{trip_id} 500 12.50ms id=the-id \
             caller=019b76da-a800-7af6-8c2c-d33cb02e0f42 cause=it said \"no\"\nand left \
             trip_id=\"a\\\"b\" world=7"
        );
    }
}
