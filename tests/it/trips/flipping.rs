//! An area flips between open and suspended while submissions go on: no positive clearance
//! outlives a change it did not see (fine-print.md, "World changes and commits in flight").

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::Method;
use safeconduct::access::Role;
use serde_json::{Value, json};
use tokio_postgres::Client;

use super::stage::{NAKURU, Stage};
use crate::harness::{Answer, Caller, Someone, environment};

/// Flips of the whole test.
const FLIPS: usize = 1_000;
/// People who submit all the while.
const TRAVELLERS: usize = 6;
/// Trips of one person, a week apart, so that none overlaps another.
const TRIPS: i32 = 48;

/// What one traveller was answered.
#[derive(Debug, Default)]
struct Answered {
    accepted: BTreeSet<String>,
    turned_away: usize,
}

/// Submits trips one after the other, withdraws them when there is no week left, and begins again.
async fn travel(stage: Arc<Stage>, traveller: Caller, done: Arc<AtomicBool>) -> Answered {
    let mut answered = Answered::default();
    let mut live: Vec<String> = Vec::new();
    for week in (0..TRIPS).cycle() {
        if done.load(Ordering::Relaxed) {
            break;
        }
        if week == 0 {
            for trip in live.drain(..) {
                withdraw(&stage, &traveller, &trip).await;
            }
        }
        let answer = stage.submit(&traveller, &stage.example(&traveller, 20 + week * 7)).await;
        match answer.status {
            201 => {
                let trip = answer.json()["trip_id"].as_str().unwrap().to_owned();
                answered.accepted.insert(trip.clone());
                live.push(trip);
            }
            503 => answered.turned_away += 1,
            other => panic!("{other}: {}", answer.text),
        }
    }
    answered
}

/// Withdraws a trip, which the world may be changing at the same time.
async fn withdraw(stage: &Stage, traveller: &Caller, trip: &str) {
    let path = format!("/v1/trips/{trip}/cancel");
    loop {
        let request = stage.house.request(traveller, Method::POST, &path).json(&json!({}));
        let request = request.header("if-match", "*").header("idempotency-key", trip);
        let answer = Answer::read(request.send().await.unwrap()).await;
        match answer.status {
            200 => return,
            409 | 412 | 503 => {}
            other => panic!("{other}: {}", answer.text),
        }
    }
}

/// Changes the status and waits until what it touches is settled.
async fn flip(stage: &Stage, official: &Caller, client: &Client, body: &Value) {
    let path = format!("/v1/areas/{NAKURU}/status");
    let request = stage.house.request(official, Method::PUT, &path).json(body);
    let answer = request.header("if-match", "*").send().await.unwrap();
    let answer = Answer::read(answer).await.expect(200).json();
    let id: uuid::Uuid = answer["redecision_id"].as_str().unwrap().parse().unwrap();
    let settled = "SELECT settled_at IS NOT NULL FROM redecision WHERE redecision_id = $1";
    while !client.query_one(settled, &[&id]).await.unwrap().get::<_, bool>(0) {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

async fn count(client: &Client, what: &str) -> i64 {
    let query = format!(
        "SELECT count(*) FROM clearance AS c JOIN area_state AS a ON a.area_id = c.area_id \
         WHERE c.area_id = '{NAKURU}' AND {what}"
    );
    client.query_one(&query, &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_positive_clearance_outlives_a_flip_it_did_not_see() {
    let stage = Arc::new(Stage::set(&[]).await);
    let official = Someone::person().of_countries(Role::DesignatedOfficial, &["KE"]);
    let official = stage.house.caller(official).await;
    let client = stage.house.database().connect().await;
    let done = Arc::new(AtomicBool::new(false));
    let mut travellers = tokio::task::JoinSet::new();
    for _ in 0..TRAVELLERS {
        let traveller = stage.person("unicef").await;
        travellers.spawn(travel(Arc::clone(&stage), traveller, Arc::clone(&done)));
    }
    let (mut frozen, mut positive) = (0, 0);
    for number in 0..environment().count(FLIPS) {
        let (body, must_not_be) = if number % 2 == 0 {
            (json!({"status": "suspended", "reason": "flip"}), "c.state IN ('cleared', 'approved')")
        } else {
            (json!({"status": "open"}), "c.state = 'suspended'")
        };
        flip(&stage, &official, &client, &body).await;
        let unseen = "c.state IN ('cleared', 'approved') AND c.revision < a.revision";
        assert_eq!(count(&client, unseen).await, 0, "flip {number}");
        assert_eq!(count(&client, must_not_be).await, 0, "flip {number}: {must_not_be}");
        frozen += count(&client, "c.state = 'suspended'").await;
        positive += count(&client, "c.state = 'cleared'").await;
    }
    done.store(true, Ordering::Relaxed);
    let mut accepted = BTreeSet::new();
    while let Some(answered) = travellers.join_next().await {
        let Answered { accepted: one, turned_away } = answered.unwrap();
        assert!(turned_away <= one.len(), "{turned_away} turned away, {} accepted", one.len());
        accepted.extend(one);
    }
    assert!(frozen > 0 && positive > 0, "{frozen} frozen, {positive} positive: nothing was tested");
    let stored = client.query("SELECT trip_id::text FROM trip", &[]).await.unwrap();
    let stored: BTreeSet<String> = stored.iter().map(|row| row.get(0)).collect();
    assert_eq!(stored, accepted, "what was accepted is what is on record");
    drop(client);
    Arc::try_unwrap(stage).ok().unwrap().house.close().await;
}
