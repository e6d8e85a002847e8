//! One request to an endpoint.

use std::sync::Arc;
use std::time::Duration;

use jiff::fmt::rfc2822;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, Response};

use super::envelope::{MEDIA_TYPE, Message};
use super::signature::signatures;
use crate::config;
use crate::database::Clock;
use crate::metrics::Metrics;
use crate::telemetry::Stopwatch;
use crate::web::{endpoint, outside_client, was_refused};

/// More of an answer is not read.
const LARGEST_ANSWER: usize = 64 * 1024;
/// The endpoint wants nothing any more.
const GONE: u16 = 410;
/// However long an endpoint wants to be left alone, it is asked again after so many seconds.
const LONGEST_REST: u32 = 86_400;

/// What an endpoint answered with success.
#[derive(Debug)]
pub(super) struct Taken {
    /// HTTP status, 2xx.
    pub(super) status: u16,
    /// The beginning of the body.
    pub(super) body: Vec<u8>,
}

/// Why a try was in vain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The name or address is not public, or the URL is none that may be asked.
    Refused,
    /// No answer in time.
    Silent,
    /// No connection: name, network, or TLS.
    Unreachable,
    /// An answer that leads elsewhere, where nobody goes.
    Redirected(u16),
    /// 410: it wants nothing any more.
    Gone,
    /// Another answer without success.
    Status(u16),
    /// The same, with the wish to be asked again no sooner than in so many seconds (`Retry-After`).
    Later(u16, u32),
}

impl Fault {
    /// What its owner is told, and the metric's label.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Refused => "address_refused",
            Self::Silent => "timed_out",
            Self::Unreachable => "unreachable",
            Self::Redirected(_) => "redirected",
            Self::Gone => "gone",
            Self::Status(_) | Self::Later(..) => "status",
        }
    }

    /// The status, where there was an answer.
    pub(super) const fn status(self) -> Option<u16> {
        match self {
            Self::Refused | Self::Silent | Self::Unreachable => None,
            Self::Gone => Some(GONE),
            Self::Redirected(status) | Self::Status(status) | Self::Later(status, _) => {
                Some(status)
            }
        }
    }

    /// Seconds before which the endpoint does not want to be asked again; a day at most.
    pub(super) fn rests(self) -> f64 {
        match self {
            Self::Later(_, seconds) => f64::from(seconds.min(LONGEST_REST)),
            Self::Refused
            | Self::Silent
            | Self::Unreachable
            | Self::Redirected(_)
            | Self::Gone
            | Self::Status(_) => 0.0,
        }
    }
}

/// Sends signed messages.
#[derive(Debug, Clone)]
pub(super) struct Sender {
    client: Client,
    clock: Arc<Clock>,
    metrics: Arc<Metrics>,
    allow_loopback: bool,
}

impl Sender {
    /// A sender that asks public addresses alone.
    pub(super) fn new(
        config: &config::Webhooks,
        clock: Arc<Clock>,
        metrics: Arc<Metrics>,
    ) -> Result<Self, reqwest::Error> {
        let allow_loopback = config.allow_loopback;
        let client = outside_client(Duration::from_millis(config.timeout_ms), allow_loopback)?;
        Ok(Self { client, clock, metrics, allow_loopback })
    }

    /// The database's time, as it is signed.
    pub(super) fn now(&self) -> jiff::Timestamp {
        self.clock.now()
    }

    /// Sends a message, signed with every secret in force.
    pub(super) async fn send(
        &self,
        url: &str,
        secrets: &[Vec<u8>],
        message: Message,
    ) -> Result<Taken, Fault> {
        self.timed(url, secrets, message, "keep-alive").await
    }

    /// Sends a message on a connection of its own, from a thread that may end before deliveries do.
    pub(super) async fn send_once(
        &self,
        url: &str,
        secrets: &[Vec<u8>],
        message: Message,
    ) -> Result<Taken, Fault> {
        self.timed(url, secrets, message, "close").await
    }

    async fn timed(
        &self,
        url: &str,
        secrets: &[Vec<u8>],
        message: Message,
        connection: &'static str,
    ) -> Result<Taken, Fault> {
        let watch = Stopwatch::start();
        let sent = self.ask(url, secrets, message, connection).await;
        self.metrics.relay.seconds.observe(watch.seconds());
        let outcome = sent.as_ref().map_or_else(|fault| fault.name(), |_taken| "delivered");
        self.metrics.relay.tries.with_label_values(&[outcome]).inc();
        sent
    }

    async fn ask(
        &self,
        url: &str,
        secrets: &[Vec<u8>],
        message: Message,
        connection: &'static str,
    ) -> Result<Taken, Fault> {
        let url = endpoint(url, self.allow_loopback).map_err(|_refused| Fault::Refused)?;
        let second = self.clock.now().as_second();
        let Message { id, body } = message;
        let request = self
            .client
            .post(url)
            .header("connection", connection)
            .header("content-type", MEDIA_TYPE)
            .header("webhook-timestamp", second.to_string())
            .header("webhook-signature", signatures(secrets, &id, second, &body))
            .header("webhook-id", id)
            .body(body);
        let answer = request.send().await.map_err(|error| fault(&error))?;
        let status = answer.status();
        let code = status.as_u16();
        if status.is_success() {
            return Ok(Taken { status: code, body: beginning(answer).await });
        }
        Err(match code {
            GONE => Fault::Gone,
            300..=399 => Fault::Redirected(code),
            _ => match later(answer.headers(), second) {
                Some(seconds) => Fault::Later(code, seconds),
                None => Fault::Status(code),
            },
        })
    }
}

/// `Retry-After` in seconds from now, whether it gives them or a date (RFC 9110, 10.2.3).
fn later(headers: &HeaderMap, now: i64) -> Option<u32> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = text.parse().ok().or_else(|| {
        let date = rfc2822::parse(text).ok()?;
        date.timestamp().as_second().checked_sub(now)
    });
    seconds.map(|seconds: i64| u32::try_from(seconds.max(0)).unwrap_or(u32::MAX))
}

/// What of a body comes in time and is not too much. The status has said all that counts.
async fn beginning(mut answer: Response) -> Vec<u8> {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = answer.chunk().await {
        let room = LARGEST_ANSWER - body.len();
        body.extend(chunk.iter().take(room));
        if body.len() >= LARGEST_ANSWER {
            break;
        }
    }
    body
}

fn fault(error: &reqwest::Error) -> Fault {
    if was_refused(error) {
        Fault::Refused
    } else if error.is_timeout() {
        Fault::Silent
    } else {
        Fault::Unreachable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_says_when_to_come_again() {
        let told = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, reqwest::header::HeaderValue::from_static(text));
            later(&headers, 784_111_777)
        };
        assert_eq!(told("120"), Some(120));
        assert_eq!(told("Sun, 06 Nov 1994 08:50:37 GMT"), Some(60));
        assert_eq!(told("Sun, 06 Nov 1994 08:00:00 GMT"), Some(0));
        assert_eq!(told("soon"), None);
        assert_eq!(later(&HeaderMap::new(), 0), None);
        assert!((Fault::Later(503, 1_000_000).rests() - 86_400.0).abs() < f64::EPSILON);
    }
}
