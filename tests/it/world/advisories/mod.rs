//! Advisories over HTTP: reading, drafting, publishing, and what they cost.

mod cap;
mod copies;
mod faults;
mod publishing;
mod redis;
mod stays;

use reqwest::Method;
use safeconduct::access::Role;
use serde_json::{Value, json};

use crate::harness::{Answer, Caller, House, Someone};

/// An area of Kenya.
const AREA: &str = "KEN-890";
const PATH: &str = "/v1/advisories/KEN-890";

/// A text of an advisory.
fn text(language: &str, classification: &str, headline: &str) -> Value {
    json!({"language": language, "classification": classification, "headline": headline})
}

/// A body that writes texts.
fn advisory(texts: &[Value]) -> Value {
    json!({"change_summary": "The road is open again", "texts": texts})
}

/// PUT with a precondition.
async fn put(house: &House, caller: &Caller, tag: &str, body: &Value) -> Answer {
    let request = house.request(caller, Method::PUT, PATH).header("if-match", tag);
    Answer::read(request.json(body).send().await.unwrap()).await
}

/// Withdraws with a precondition.
async fn withdraw(house: &House, caller: &Caller, tag: &str, reason: &str) -> Answer {
    let path = format!("{PATH}/withdraw");
    let request = house.request(caller, Method::POST, &path).header("if-match", tag);
    Answer::read(request.json(&json!({"reason": reason})).send().await.unwrap()).await
}

/// GET with a header.
async fn get_with(house: &House, caller: &Caller, name: &str, value: &str) -> Answer {
    let request = house.request(caller, Method::GET, PATH).header(name, value);
    Answer::read(request.send().await.unwrap()).await
}

async fn official(house: &House) -> Caller {
    house.caller(Someone::person().of_countries(Role::DesignatedOfficial, &["KE"])).await
}

async fn coordinator(house: &House) -> Caller {
    house.caller(Someone::person().of_areas(Role::AreaSecurityCoordinator, &[AREA])).await
}

/// The number of a metric with its labels.
async fn metric(house: &House, named: &str) -> u64 {
    let metrics = house.get_bare("/metrics").await.expect(200).text;
    let line = metrics.lines().find_map(|line| line.strip_prefix(named));
    line.map_or(0, |rest| rest.trim().parse().unwrap())
}

/// How many texts the database was asked for.
async fn read_of_postgresql(house: &House) -> u64 {
    metric(house, "safeconduct_advisory_reads_total{from=\"postgresql\"}").await
}
