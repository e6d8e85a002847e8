//! A line of a batch: a submission that brings its own key.

use serde_json::Value;

use super::Trips;
use super::acting::Acting;
use super::body::NotJson;
use super::error::TripsError;
use super::submit::Submitted;
use crate::model::Claim;

/// The route that keys of lines belong to.
const ROUTE: &str = "/v1/trips/batch";

impl Trips {
    /// Submits one line.
    pub async fn submit_line(&self, acting: &Acting, line: &[u8]) -> Result<Submitted, TripsError> {
        let value: Value = serde_json::from_slice(line).map_err(NotJson)?;
        let key = key_of(&value, acting).ok_or(TripsError::KeyMissing)?;
        let claim = Claim::of(acting.identity(), "POST", ROUTE, &key, line);
        self.submit_body(acting, line, claim).await
    }
}

/// The line's own key, else the organization with the first key of another system.
fn key_of(line: &Value, acting: &Acting) -> Option<String> {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    if let Some(own) = text(line.get("idempotency_key")) {
        return Some(format!("key:{own}"));
    }
    let named = text(line.get("organization"));
    let organization = named.or_else(|| acting.organization().map(ToString::to_string))?;
    let first = line.get("external_refs")?.get(0)?;
    let (system, id) = (text(first.get("system"))?, text(first.get("id"))?);
    // the lengths keep ("a:b", "c") apart from ("a", "b:c")
    Some(format!("ref:{organization}:{}:{system}:{}:{id}", system.len(), id.len()))
}
