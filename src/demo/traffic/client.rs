//! The service, as the day's senders use it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::header::{CONTENT_TYPE, DATE, RETRY_AFTER};
use reqwest::{RequestBuilder, Response};
use rustls::crypto::ring;
use serde_json::Value;

use super::answer::Answer;
use super::{Traffic, TrafficError};
use crate::demo::organizations::ORGANIZATIONS;
use crate::demo::plan::{Payload, PlannedTrip, Sender};
use crate::demo::population;
use crate::identity::{DevelopmentError, DevelopmentKey};
use crate::telemetry::{Stopwatch, wall_clock};

/// How often a sender who was asked to wait comes again.
const PATIENCE: u32 = 20;
const TIMEOUT: Duration = Duration::from_mins(1);

/// A client of the service, with the tokens of everyone who has sent something.
pub(super) struct Client<'t> {
    http: reqwest::Client,
    url: &'t str,
    key: &'t DevelopmentKey,
    audience: &'t str,
    tokens: Mutex<BTreeMap<String, String>>,
}

impl<'t> Client<'t> {
    pub(super) fn new(traffic: &'t Traffic<'_>) -> Result<Self, TrafficError> {
        // An error means that another part of the program has chosen already.
        let _installed_before = ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| TrafficError::Service(traffic.url.clone(), error))?;
        Ok(Self {
            http,
            url: traffic.url.trim_end_matches('/'),
            key: traffic.key,
            audience: &traffic.audience,
            tokens: Mutex::default(),
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

    /// Asks as the head of security, who sees everything.
    pub(super) async fn ask(
        &self,
        path: &'static str,
        body: &Value,
    ) -> Result<Value, TrafficError> {
        let token = self.token("usg".to_owned())?;
        let request = self.http.post(format!("{}{path}", self.url)).bearer_auth(token).json(body);
        let answer = request.send().await.map_err(|error| self.fault(error))?;
        let status = answer.status();
        if !status.is_success() {
            return Err(TrafficError::Strange(self.url.to_owned(), status.as_u16(), path));
        }
        answer.json().await.map_err(|error| self.fault(error))
    }

    /// Submits a planned trip. Who is asked to wait waits and comes again; the time is that of the
    /// last try.
    pub(super) async fn submit(&self, trip: &PlannedTrip) -> (Duration, Answer) {
        for _ in 0..PATIENCE {
            let request = match self.submission(trip) {
                Ok(request) => request,
                Err(error) => return (Duration::ZERO, Answer::lost(&error)),
            };
            let watch = Stopwatch::start();
            let answer = match request.send().await {
                Ok(answer) => answer,
                Err(error) => return (watch.elapsed(), Answer::lost(&error)),
            };
            if let Some(wait) = told_to_wait(&answer) {
                tokio::time::sleep(wait).await;
                continue;
            }
            let answer = Answer::read(answer).await;
            return (watch.elapsed(), answer);
        }
        (Duration::ZERO, Answer::out_of_patience())
    }

    fn submission(&self, trip: &PlannedTrip) -> Result<RequestBuilder, DevelopmentError> {
        let mut request = self.http.post(format!("{}/v1/trips", self.url));
        if let Some(token) = self.token_of(trip.sender)? {
            request = request.bearer_auth(token);
        }
        if let Some(key) = &trip.key {
            request = request.header("idempotency-key", key);
        }
        Ok(match &trip.payload {
            Payload::Json(body) => request.json(body),
            Payload::Text { media, text } => {
                request.header(CONTENT_TYPE, *media).body(text.clone())
            }
        })
    }

    /// Reads a trip as the one who sent it.
    pub(super) async fn read(&self, sender: Sender, trip: uuid::Uuid) -> Answer {
        for _ in 0..PATIENCE {
            let token = match self.token_of(sender) {
                Ok(token) => token.unwrap_or_default(),
                Err(error) => return Answer::lost(&error),
            };
            let request = self.http.get(format!("{}/v1/trips/{trip}", self.url));
            match request.bearer_auth(token).send().await {
                Ok(answer) => match told_to_wait(&answer) {
                    Some(wait) => tokio::time::sleep(wait).await,
                    None => return Answer::read(answer).await,
                },
                Err(error) => return Answer::lost(&error),
            }
        }
        Answer::out_of_patience()
    }

    pub(super) fn token_of(&self, sender: Sender) -> Result<Option<String>, DevelopmentError> {
        let subject = match sender {
            Sender::Client(at) => {
                ORGANIZATIONS.get(at).map_or("erp", |organization| organization.client).to_owned()
            }
            Sender::Person(number) => population::subject(number),
            Sender::NoRight => "learning".to_owned(),
            Sender::Nobody => return Ok(None),
        };
        self.token(subject).map(Some)
    }

    fn token(&self, subject: String) -> Result<String, DevelopmentError> {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = tokens.get(&subject) {
            return Ok(token.clone());
        }
        let token = self.key.token_for(&subject, self.audience, wall_clock())?;
        tokens.insert(subject, token.clone());
        drop(tokens);
        Ok(token)
    }

    fn fault(&self, error: reqwest::Error) -> TrafficError {
        TrafficError::Service(self.url.to_owned(), error)
    }
}

/// How long a refused sender shall wait, where it was refused for its rate alone.
fn told_to_wait(answer: &Response) -> Option<Duration> {
    const TOO_MANY: u16 = 429;
    (answer.status().as_u16() == TOO_MANY).then(|| {
        let told = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        Duration::from_secs(told.and_then(|text| text.parse().ok()).unwrap_or(1))
    })
}
