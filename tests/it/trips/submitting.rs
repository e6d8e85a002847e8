//! A trip goes in, a decision for every stay comes out, and stays.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::stage::{BETWEEN, NAIROBI, NAKURU, Stage, Standing};

fn column<'a>(answer: &'a Value, name: &str) -> Vec<&'a str> {
    let clearances = answer["clearances"].as_array().unwrap();
    clearances.iter().map(|one| one[name].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_trip_of_the_documentation_gets_three_clearances() {
    let stage = Stage::set(&[Standing::at_level(NAKURU, 4)]).await;
    let traveller = stage.person("unicef").await;
    let body = stage.example(&traveller, 20);
    let checked = stage.house.post(&traveller, "/v1/trips/check", &body).await.expect(200).json();
    assert_eq!(stage.count("SELECT count(*) FROM trip").await, 0, "a check stores nothing");

    let answer = stage.submit(&traveller, &body).await.expect(201);
    let trip = answer.json();
    assert_eq!(
        answer.header("location"),
        format!("/v1/trips/{}", trip["trip_id"].as_str().unwrap())
    );
    assert_eq!(answer.header("etag"), "\"v1\"");
    assert_eq!(column(&trip, "area_id"), [NAIROBI, NAKURU, NAIROBI]);
    assert_eq!(column(&trip, "outcome"), ["auto", "manual", "manual"]);
    assert_eq!(column(&trip, "state"), ["cleared", "pending_review", "pending_review"]);
    let way_back = trip["clearances"][2]["outcomes"].as_array().unwrap();
    assert!(
        way_back.iter().any(|one| one["reason"] == "ROUTE_UNKNOWN"),
        "150 km back by road without a point on the way, out of an area where a person decides"
    );
    assert_eq!(trip["state"], "in_progress");
    assert_eq!(trip["clearances"][0]["nights"], 2);
    assert_eq!(trip["clearances"][1]["nights"], 2);
    assert_eq!(trip["clearances"][2]["nights"], 1);
    assert_eq!(trip["clearances"][1]["arrive"], stage.day(22).to_string());
    assert_eq!(trip["clearances"][1]["security_level"], 4);
    assert_eq!(
        trip["clearances"][1]["decider"],
        json!({"role": "area_security_coordinator", "queue": NAKURU})
    );
    let crossed: Vec<&Value> = trip["crossings"].as_array().unwrap().iter().collect();
    assert!(crossed.iter().any(|crossing| crossing["area_id"] == BETWEEN), "{crossed:?}");
    let outcomes = trip["clearances"][1]["outcomes"].as_array().unwrap();
    let manual = outcomes.iter().find(|one| one["rule"] == "R-402").unwrap();
    assert_eq!((&manual["outcome"], &manual["reason"]), (&json!("manual"), &json!("AREA_MANUAL")));
    let due = trip["clearances"][1]["due_by"].as_str().unwrap();
    assert!(due.ends_with("+03:00"), "in the area's time: {due}");

    assert_eq!(without_ids(trip), without_ids(checked), "check equals submit");
    stage.house.close().await;
}

/// An answer without what only a stored trip has, and without the instants of the decision.
pub(super) fn without_ids(mut answer: Value) -> Value {
    for name in ["trip_id", "reference", "version", "decided_at"] {
        answer.as_object_mut().unwrap().remove(name);
    }
    for clearance in answer["clearances"].as_array_mut().unwrap() {
        clearance.as_object_mut().unwrap().remove("clearance_id");
    }
    answer
}

#[tokio::test]
async fn everything_of_a_submission_is_written_together() {
    let stage = Stage::set(&[Standing::at_level(NAKURU, 4)]).await;
    let traveller = stage.person("unicef").await;
    let trip = stage.submit(&traveller, &stage.example(&traveller, 20)).await.expect(201).json();
    for (table, rows) in [
        ("trip", 1),
        ("trip_traveller", 1),
        ("clearance", 3),
        ("ledger_entry", 3),
        ("evidence", 1),
        ("idempotency_key", 1),
        ("outbox", 1),
    ] {
        assert_eq!(stage.count(&format!("SELECT count(*) FROM {table}")).await, rows, "{table}");
    }
    let events = "SELECT event_count::bigint FROM outbox";
    assert_eq!(stage.count(events).await, 4, "one for the trip, one for each clearance");
    let reference = trip["reference"].as_str().unwrap();
    assert!(reference.starts_with("SC-") && reference.len() == 13, "{reference}");
    stage.house.close().await;
}

#[tokio::test]
async fn the_same_key_at_once_makes_one_trip() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    let body = stage.to_nairobi(&traveller, 20, 2);
    let requests = (0..50).map(|_| stage.house.post_once(&traveller, "/v1/trips", "once", &body));
    let answers = join_all(requests).await;
    let bodies: BTreeSet<&str> = answers.iter().map(|answer| answer.text.as_str()).collect();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    assert!(answers.iter().all(|answer| answer.status == 201));
    let first = answers.iter().filter(|answer| answer.header("idempotent-replayed").is_empty());
    assert_eq!(first.count(), 1);
    let etags: BTreeSet<&str> = answers.iter().map(|answer| answer.header("etag")).collect();
    assert_eq!(etags, BTreeSet::from(["\"v1\""]));
    assert_eq!(stage.count("SELECT count(*) FROM trip").await, 1);

    let other = stage.to_nairobi(&traveller, 40, 2);
    let reused = stage.house.post_once(&traveller, "/v1/trips", "once", &other).await.expect(422);
    assert_eq!(reused.json()["code"], "IDEMPOTENCY_KEY_REUSED");
    // the key still stands for its answer, though the trip now overlaps with itself
    let again = stage.house.post_once(&traveller, "/v1/trips", "once", &body).await.expect(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    stage.house.close().await;
}

#[tokio::test]
async fn the_last_places_under_a_ceiling_go_to_as_many_as_there_are() {
    let stage = Stage::set(&[Standing {
        policy: |policy| policy.ceilings.total = Some(10),
        ..Standing::at_level(NAIROBI, 1)
    }])
    .await;
    let count = 200;
    let mut travellers = Vec::new();
    for _ in 0..count {
        travellers.push(stage.person("unicef").await);
    }
    let bodies: Vec<Value> = travellers.iter().map(|one| stage.to_nairobi(one, 20, 3)).collect();
    let requests = travellers.iter().zip(&bodies).map(|(one, body)| stage.submit(one, body));
    let answers = join_all(requests).await;
    let mut states: Vec<String> = Vec::new();
    for answer in answers {
        let trip = answer.expect(201).json();
        states.push(trip["clearances"][0]["state"].as_str().unwrap().to_owned());
    }
    let cleared = states.iter().filter(|state| *state == "cleared").count();
    let waiting = states.iter().filter(|state| *state == "pending_review").count();
    assert_eq!((cleared, waiting), (10, count - 10));
    let most = "SELECT max(committed)::bigint FROM night_count";
    assert_eq!(stage.count(most).await, 10);
    stage.house.close().await;
}
