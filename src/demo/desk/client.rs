//! The service, as people of the day use it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::Method;
use reqwest::header::{DATE, RETRY_AFTER};
use rustls::crypto::ring;
use serde_json::Value;

use super::DeskDay;
use crate::demo::traffic::TrafficError;
use crate::identity::DevelopmentKey;
use crate::telemetry::wall_clock;

/// How often somebody who was asked to wait comes again.
const PATIENCE: u32 = 30;
const TIMEOUT: Duration = Duration::from_mins(1);
/// Too many requests, or the service is busy: come again.
const LATER: [u16; 2] = [429, 503];

/// An answer: status and body; null where it had none.
pub(super) type Answer = (u16, Value);

/// A client with the tokens of everyone who has asked something.
pub(super) struct Client<'d> {
    http: reqwest::Client,
    url: &'d str,
    key: &'d DevelopmentKey,
    audience: &'d str,
    tokens: Mutex<BTreeMap<String, String>>,
    /// Begins every idempotency key, so that a second day is not taken for the first.
    run: String,
}

impl<'d> Client<'d> {
    pub(super) fn new(day: &'d DeskDay<'_>) -> Result<Self, TrafficError> {
        // An error means that another part of the program has chosen already.
        let _installed_before = ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| TrafficError::Service(day.url.clone(), error))?;
        Ok(Self {
            http,
            url: day.url.trim_end_matches('/'),
            key: day.key,
            audience: &day.audience,
            tokens: Mutex::default(),
            run: format!("desk-{}-{}", day.seed, wall_clock().as_millisecond()),
        })
    }

    /// The time of the service's answers.
    pub(super) async fn server_time(&self) -> Result<Timestamp, TrafficError> {
        let answer = self.http.get(format!("{}/healthz", self.url)).send().await;
        let answer = answer.map_err(|error| self.fault(error))?;
        let date = answer.headers().get(DATE).and_then(|value| value.to_str().ok());
        let read = date.and_then(|text| rfc2822::parse(text).ok());
        let status = answer.status().as_u16();
        read.map(|zoned| zoned.timestamp())
            .ok_or_else(|| TrafficError::Strange(self.url.to_owned(), status, "GET /healthz"))
    }

    /// Reads as somebody.
    pub(super) async fn get(&self, who: &str, path: &str) -> Result<Answer, TrafficError> {
        self.send(who, Method::GET, path, None).await
    }

    /// Sends a body as somebody; `key` names it among those of the day.
    pub(super) async fn post(
        &self,
        who: &str,
        path: &str,
        key: &str,
        body: &Value,
    ) -> Result<Answer, TrafficError> {
        self.send(who, Method::POST, path, Some((key, body))).await
    }

    async fn send(
        &self,
        who: &str,
        method: Method,
        path: &str,
        sent: Option<(&str, &Value)>,
    ) -> Result<Answer, TrafficError> {
        let mut last = (0, Value::Null);
        for _ in 0..PATIENCE {
            let address = format!("{}{path}", self.url);
            let mut request = self.http.request(method.clone(), address);
            request = request.bearer_auth(self.token(who)?);
            if let Some((key, body)) = sent {
                request = request.header("idempotency-key", format!("{}-{key}", self.run));
                request = request.json(body);
            }
            let answer = request.send().await.map_err(|error| self.fault(error))?;
            let status = answer.status().as_u16();
            let wait = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            let wait = wait.and_then(|text| text.parse().ok()).unwrap_or(1);
            let bytes = answer.bytes().await.map_err(|error| self.fault(error))?;
            // an answer without a body is none that anybody reads further
            last = (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null));
            if !LATER.contains(&status) {
                break;
            }
            tokio::time::sleep(Duration::from_secs(wait)).await;
        }
        Ok(last)
    }

    fn token(&self, who: &str) -> Result<String, TrafficError> {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = tokens.get(who) {
            return Ok(token.clone());
        }
        let token = self.key.token_for(who, self.audience, wall_clock())?;
        tokens.insert(who.to_owned(), token.clone());
        drop(tokens);
        Ok(token)
    }

    fn fault(&self, error: reqwest::Error) -> TrafficError {
        TrafficError::Service(self.url.to_owned(), error)
    }

    /// The answer's body, where it has the status that must be.
    pub(super) fn expect(
        &self,
        (status, body): Answer,
        wanted: u16,
        what: &'static str,
    ) -> Result<Value, TrafficError> {
        if status == wanted {
            return Ok(body);
        }
        Err(TrafficError::Strange(self.url.to_owned(), status, what))
    }
}

/// A text member of a body; empty where there is none.
pub(super) fn text<'v>(body: &'v Value, name: &str) -> &'v str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The entries of a list member.
pub(super) fn items<'v>(body: &'v Value, name: &str) -> &'v [Value] {
    body.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
