//! The line that every request leaves.

use std::fmt::Write as _;

use super::queue::Queue;
use super::wall_clock;
use crate::config::LogFormat;
use serde::Serialize;
use serde_json::{Map, Value};

/// What is written of one request. Holds ids, codes and numbers, never a name or a value of the body.
#[derive(Debug, Default, Serialize)]
pub struct RequestLine {
    /// `INFO`, or `ERROR` for an answer 500.
    pub level: &'static str,
    /// The request's id, which the answer carries too.
    pub request_id: String,
    /// The caller's trace, if it sent one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// HTTP method.
    pub method: &'static str,
    /// The route's pattern; never the path, which holds ids of people.
    pub route: String,
    /// HTTP status.
    pub status: u16,
    /// Milliseconds from first byte to answer.
    pub duration_ms: f64,
    /// The caller's identity row, if it was authenticated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// Why it failed, for the operator alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// Fields of the domain: trip, clearance, outcome, world version.
    #[serde(flatten)]
    pub domain: Map<String, Value>,
}

#[derive(Serialize)]
struct Stamped<'l> {
    timestamp: String,
    target: &'static str,
    #[serde(flatten)]
    line: &'l RequestLine,
}

/// Writes request lines.
#[derive(Debug, Clone)]
pub struct RequestLog {
    queue: Queue,
    format: LogFormat,
    enabled: bool,
}

impl RequestLog {
    pub(super) fn new(queue: Queue, format: LogFormat, enabled: bool) -> Self {
        Self { queue, format, enabled }
    }

    /// Queues one line; it never waits and never fails the request.
    pub fn write(&self, line: &RequestLine) {
        if !self.enabled && line.level == "INFO" {
            return;
        }
        let timestamp = wall_clock().to_string();
        let mut text = match self.format {
            LogFormat::Json => serde_json::to_vec(&Stamped { timestamp, target: "request", line })
                .unwrap_or_default(),
            LogFormat::Text => plain(&timestamp, line).into_bytes(),
        };
        text.push(b'\n');
        self.queue.put(&text);
    }
}

fn plain(timestamp: &str, line: &RequestLine) -> String {
    let RequestLine { level, method, route, status, duration_ms, request_id, .. } = line;
    let mut text = format!(
        "{timestamp} {level:>5} {method} {route} {status} {duration_ms:.2}ms id={request_id}"
    );
    for (name, value) in [("caller", &line.caller), ("cause", &line.cause)] {
        if let Some(value) = value {
            let _infallible = write!(text, " {name}={value}");
        }
    }
    for (name, value) in &line.domain {
        let _infallible = write!(text, " {name}={value}");
    }
    text
}
