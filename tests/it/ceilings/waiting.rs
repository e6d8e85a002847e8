//! The waiting list: who is on it, in which order, and who gets a place that is given back.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use super::recount;
use crate::harness::Caller;
use crate::trips::stage::{NAIROBI, Stage, Standing};

/// A stage on which Nairobi has so many places and nobody is asked.
pub(super) async fn stage(places: fn(&mut safeconduct::model::AreaPolicy)) -> Stage {
    Stage::set(&[Standing { policy: places, ..Standing::at_level(NAIROBI, 1) }]).await
}

/// Submits a trip of the grade; answers the caller, the trip and the state of its stay.
pub(super) async fn submit(stage: &Stage, grade: Option<&str>, nights: i32) -> (Caller, Value) {
    let traveller = stage.person("unicef").await;
    let mut body = stage.to_nairobi(&traveller, 20, nights);
    body["pc_grade"] = json!(grade);
    let trip = stage.submit(&traveller, &body).await.expect(201).json();
    (traveller, trip)
}

pub(super) async fn cancel(stage: &Stage, (traveller, trip): &(Caller, Value)) {
    let path = format!("/v1/trips/{}/cancel", trip["trip_id"].as_str().unwrap());
    let request = stage.house.request(traveller, reqwest::Method::POST, &path).json(&json!({}));
    let request = request.header("if-match", "*").header("idempotency-key", "cancel");
    crate::harness::Answer::read(request.send().await.unwrap()).await.expect(200);
}

pub(super) fn first_state(trip: &Value) -> &str {
    trip["clearances"][0]["state"].as_str().unwrap()
}

/// The state of the only stay, as it is now.
pub(super) async fn state(stage: &Stage, (traveller, trip): &(Caller, Value)) -> String {
    let path = format!("/v1/trips/{}", trip["trip_id"].as_str().unwrap());
    let read = stage.house.get(traveller, &path).await.expect(200).json();
    first_state(&read).to_owned()
}

/// Waits until every place given back has gone to whoever waited.
pub(super) async fn settled(stage: &Stage) {
    let open = "SELECT count(*) FROM redecision WHERE settled_at IS NULL";
    while stage.count(open).await > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_given_back_goes_to_the_first_of_the_list() {
    let stage = stage(|policy| policy.ceilings.total = Some(1)).await;
    let inside = submit(&stage, Some("PC2"), 2).await;
    assert_eq!(first_state(&inside.1), "cleared");
    // no grade, then less and more critical, then one of the same grade who asked later
    let mut waiting = Vec::new();
    for grade in [None, Some("PC3"), Some("PC1"), Some("PC1")] {
        let one = submit(&stage, grade, 2).await;
        assert_eq!(first_state(&one.1), "pending_review");
        waiting.push(one);
    }
    let (mut holder, order) = (inside, [2, 3, 1, 0]);
    for (round, next) in order.into_iter().enumerate() {
        cancel(&stage, &holder).await;
        settled(&stage).await;
        for (place, one) in order.into_iter().enumerate() {
            let expected = match place.cmp(&round) {
                std::cmp::Ordering::Less => "cancelled",
                std::cmp::Ordering::Equal => "cleared",
                std::cmp::Ordering::Greater => "pending_review",
            };
            assert_eq!(state(&stage, &waiting[one]).await, expected, "round {round}, {one}");
        }
        recount(&stage.house.database().connect().await).await;
        holder = (waiting[next].0.clone(), waiting[next].1.clone());
    }
    let by_rule = "SELECT count(*) FROM ledger_entry AS e JOIN evidence AS v USING (evidence_id) \
        WHERE e.from_state = 'pending_review' AND e.to_state = 'cleared' \
            AND e.capacity = 'rules' AND e.rules = '{R-508}' AND v.trip_id = e.trip_id";
    assert_eq!(stage.count(by_rule).await, 4, "each with its rule and evidence");
    assert_eq!(stage.count("SELECT count(*) FROM ceiling_wait").await, 0, "nobody waits");
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_a_person_must_see_is_passed_over() {
    let stage = stage(|policy| policy.ceilings.total = Some(1)).await;
    let inside = submit(&stage, Some("PC4"), 2).await;
    let first = submit(&stage, Some("PC1"), 2).await;
    let second = submit(&stage, Some("PC2"), 2).await;
    // a level at which a person decides: nobody becomes positive by rule
    stage
        .change(&Standing {
            policy: |policy| policy.ceilings.total = Some(1),
            ..Standing::at_level(NAIROBI, 4)
        })
        .await;
    cancel(&stage, &inside).await;
    settled(&stage).await;
    for one in [&first, &second] {
        assert_eq!(state(&stage, one).await, "pending_review");
    }
    // it is calm again, and another place is given back
    stage
        .change(&Standing {
            policy: |policy| policy.ceilings.total = Some(1),
            ..Standing::at_level(NAIROBI, 1)
        })
        .await;
    let third = submit(&stage, Some("PC1"), 2).await;
    assert_eq!(first_state(&third.1), "cleared", "a place is free, and is taken by whoever asks");
    cancel(&stage, &third).await;
    settled(&stage).await;
    assert_eq!(state(&stage, &first).await, "cleared");
    assert_eq!(state(&stage, &second).await, "pending_review");
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_fits_goes_before_who_does_not() {
    let stage = stage(|policy| policy.ceilings.total = Some(2)).await;
    let short = submit(&stage, None, 1).await;
    let long = submit(&stage, None, 3).await;
    let other = submit(&stage, None, 3).await;
    assert_eq!(first_state(&other.1), "pending_review", "the first night is full");
    let next = submit(&stage, None, 1).await;
    // one place on the first night alone: three nights would fit, for the others have room
    cancel(&stage, &short).await;
    settled(&stage).await;
    assert_eq!(state(&stage, &other).await, "cleared");
    assert_eq!(state(&stage, &next).await, "pending_review");
    cancel(&stage, &long).await;
    settled(&stage).await;
    assert_eq!(state(&stage, &next).await, "cleared");
    recount(&stage.house.database().connect().await).await;
    stage.house.close().await;
}

/// Many wait, many ask anew, and some give back, all at once: never one too many, and nobody is
/// left waiting while there is a place.
#[tokio::test(flavor = "multi_thread")]
async fn a_freed_place_goes_to_exactly_one() {
    let stage = stage(|policy| policy.ceilings.total = Some(10)).await;
    let mut travellers = Vec::new();
    for _ in 0..200 {
        travellers.push(stage.person("unicef").await);
    }
    let bodies: Vec<Value> = travellers.iter().map(|one| stage.to_nairobi(one, 20, 2)).collect();
    let requests = travellers.iter().zip(&bodies).map(|(one, body)| stage.submit(one, body));
    let trips = join_all(requests).await.into_iter().map(|answer| answer.expect(201).json());
    let trips: Vec<(Caller, Value)> = travellers.iter().cloned().zip(trips).collect();
    let (inside, outside): (Vec<_>, Vec<_>) =
        trips.into_iter().partition(|(_, trip)| first_state(trip) == "cleared");
    assert_eq!((inside.len(), outside.len()), (10, 190));
    join_all(inside.iter().map(|one| cancel(&stage, one))).await;
    settled(&stage).await;
    let cleared = "SELECT count(*) FROM clearance WHERE state = 'cleared'";
    assert_eq!(stage.count(cleared).await, 10);
    assert_eq!(stage.count("SELECT max(committed)::bigint FROM night_count").await, 10);
    // in the order of the list: the ten who asked first
    let first = "SELECT count(*) FROM clearance AS c WHERE c.state = 'cleared' AND c.submitted_at \
        > (SELECT min(w.submitted_at) FROM ceiling_wait AS w)";
    assert_eq!(stage.count(first).await, 0);
    recount(&stage.house.database().connect().await).await;
    stage.house.close().await;
}

/// A resident who leaves frees the own place for a visitor; one who comes back takes it again, even
/// above the ceiling.
#[tokio::test(flavor = "multi_thread")]
async fn a_resident_who_leaves_makes_room() {
    let stage = stage(|policy| policy.ceilings.total = Some(1)).await;
    let resident = stage.person("unicef").await;
    let client = stage.house.database().connect().await;
    settle_in(&client, resident.id).await;
    let visitor = submit(&stage, None, 2).await;
    assert_eq!(first_state(&visitor.1), "pending_review");
    // the resident goes to Kampala on those nights
    let mut body = stage.to_nairobi(&resident, 19, 4);
    body["segments"][0]["from"] = json!({"airport": "NBO"});
    body["segments"][0]["to"] = json!({"airport": "EBB"});
    body["segments"][1]["from"] = json!({"airport": "EBB"});
    body["segments"][1]["to"] = json!({"airport": "NBO"});
    body["lodging"] = json!([{"area_id": "UGA-3091", "kind": "tba"}]);
    let away = stage.submit(&resident, &body).await.expect(201).json();
    assert_eq!(first_state(&away), "cleared", "{away}");
    settled(&stage).await;
    assert_eq!(state(&stage, &visitor).await, "cleared");
    cancel(&stage, &(resident, away)).await;
    settled(&stage).await;
    assert_eq!(state(&stage, &visitor).await, "cleared", "nobody is put out");
    recount(&client).await;
    drop(client);
    stage.house.close().await;
}

/// Makes somebody a resident of Nairobi, counted there.
pub(super) async fn settle_in(client: &tokio_postgres::Client, person: Uuid) {
    let sql = "UPDATE person SET duty_station_area_id = $2 WHERE person_id = $1";
    client.execute(sql, &[&person, &NAIROBI]).await.unwrap();
    let sql = "INSERT INTO resident_count (area_id, key_kind, key, residents)
        VALUES ($1, 'total', '', 1), ($1, 'organization', 'unicef', 1),
            ($1, 'category', 'staff_international', 1)";
    client.execute(sql, &[&NAIROBI]).await.unwrap();
}
