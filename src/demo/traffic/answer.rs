//! An answer, as far as the day's accounts need it.

use std::error::Error;

use reqwest::Response;
use serde::Deserialize;
use uuid::Uuid;

/// What came back.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    /// HTTP status; 0 where nothing came back.
    pub(super) status: u16,
    /// The answer of an earlier request, again.
    pub(super) replayed: bool,
    body: Body,
}

#[derive(Debug, Clone)]
enum Body {
    Trip(Accepted),
    Problem(Refused),
    Other(String),
}

/// A trip with its clearances.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Accepted {
    pub(super) trip_id: Uuid,
    #[serde(default)]
    pub(super) clearances: Vec<Clearance>,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Clearance {
    pub(super) clearance_id: Uuid,
    pub(super) outcome: String,
    #[serde(default)]
    pub(super) outcomes: Vec<Reason>,
    #[serde(default)]
    pub(super) warnings: Vec<Reason>,
}

/// Why.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Reason {
    pub(super) reason: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Refused {
    code: Option<String>,
    detail: Option<String>,
    #[serde(default)]
    errors: Vec<Defect>,
}

#[derive(Debug, Clone, Deserialize)]
struct Defect {
    code: String,
    pointer: String,
    #[serde(default)]
    detail: String,
}

impl Answer {
    /// Reads an answer to its end.
    pub(super) async fn read(answer: Response) -> Self {
        let status = answer.status();
        let replayed = answer.headers().contains_key("idempotent-replayed");
        let body = match answer.bytes().await {
            Ok(bytes) if status.is_success() => serde_json::from_slice(&bytes).map(Body::Trip),
            Ok(bytes) => serde_json::from_slice(&bytes).map(Body::Problem),
            Err(error) => Ok(Body::Other(error.to_string())),
        };
        let body = body.unwrap_or_else(|error| Body::Other(error.to_string()));
        Self { status: status.as_u16(), replayed, body }
    }

    /// Nothing came back.
    pub(super) fn lost(error: &dyn Error) -> Self {
        let mut text = error.to_string();
        if let Some(source) = error.source() {
            text = format!("{text}: {source}");
        }
        Self { status: 0, replayed: false, body: Body::Other(text) }
    }

    /// Asked to wait too often.
    pub(super) fn out_of_patience() -> Self {
        let text = "told to wait too often".to_owned();
        Self { status: 0, replayed: false, body: Body::Other(text) }
    }

    /// The trip, where one was accepted or read.
    pub(super) fn trip(&self) -> Option<&Accepted> {
        match &self.body {
            Body::Trip(trip) => Some(trip),
            Body::Problem(_) | Body::Other(_) => None,
        }
    }

    /// Whether a refusal names a code.
    pub(super) fn names(&self, code: &str) -> bool {
        match &self.body {
            Body::Problem(told) => {
                told.code.as_deref() == Some(code)
                    || told.errors.iter().any(|defect| defect.code == code)
            }
            Body::Trip(_) | Body::Other(_) => false,
        }
    }

    /// Whether a refusal names this code and no other.
    pub(super) fn names_only(&self, code: &str) -> bool {
        let others = match &self.body {
            Body::Problem(told) => told.errors.iter().any(|defect| defect.code != code),
            Body::Trip(_) | Body::Other(_) => true,
        };
        !others && self.names(code)
    }

    /// In a few words, for the list of what was not expected.
    pub(super) fn words(&self) -> String {
        match &self.body {
            Body::Trip(trip) => format!("{}: {} clearances", self.status, trip.clearances.len()),
            Body::Other(text) => format!("{}: {text}", self.status),
            Body::Problem(told) => {
                let code = told.code.as_deref().or(told.detail.as_deref()).unwrap_or_default();
                let defects = told.errors.iter().take(3);
                let defects: Vec<String> = defects
                    .map(|of| format!("{} {} ({})", of.pointer, of.code, of.detail))
                    .collect();
                format!("{}: {code} {}", self.status, defects.join(", "))
            }
        }
    }
}
