//! Appointments and delegations: in the snapshot, in SQL, over HTTP.

mod appointing;
mod calendar;
mod delegating;
mod snapshot;
mod statement;

use jiff::SignedDuration;
use reqwest::Method;
use safeconduct::access::Role;
use serde_json::Value;
use uuid::Uuid;

use crate::harness::{Answer, Caller, Someone};
use crate::trips::stage::Stage;

/// A person of an organization with a profile, and a role over countries unless none is given.
async fn person(stage: &Stage, role: Option<(Role, &[&str])>) -> Caller {
    let id = Uuid::now_v7();
    stage.write_person(id, "undss", None).await;
    let someone = Someone::known(id);
    let someone = match role {
        None => someone,
        Some((role, [])) => someone.holding(role),
        Some((role, countries)) => someone.of_countries(role, countries),
    };
    stage.house.caller(someone).await
}

/// An instant from now as the API writes it.
fn in_hours(stage: &Stage, hours: i64) -> String {
    (stage.house.now() + SignedDuration::from_hours(hours)).to_string()
}

async fn add(stage: &Stage, caller: &Caller, path: &str, body: &Value) -> Answer {
    stage.house.post_once(caller, path, &Uuid::new_v4().to_string(), body).await
}

async fn delete(stage: &Stage, caller: &Caller, path: &str) -> Answer {
    let request = stage.house.request(caller, Method::DELETE, path);
    Answer::read(request.send().await.unwrap()).await
}

/// Pointers and codes of a refusal.
fn defects(answer: &Answer) -> Vec<(String, String)> {
    let errors = answer.json()["errors"].as_array().cloned().unwrap_or_default();
    let text = |error: &Value, name: &str| error[name].as_str().unwrap_or_default().to_owned();
    let mut told: Vec<_> =
        errors.iter().map(|error| (text(error, "pointer"), text(error, "code"))).collect();
    told.sort();
    told
}

fn told(defects: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut told: Vec<_> =
        defects.iter().map(|(at, code)| ((*at).to_owned(), (*code).to_owned())).collect();
    told.sort();
    told
}
