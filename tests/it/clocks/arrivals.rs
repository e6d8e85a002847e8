//! Arrivals that nobody confirmed, and windows that end.

use jiff::Timestamp;
use safeconduct::model::AreaPolicy;
use serde_json::json;
use uuid::Uuid;

use super::{Offices, hours, look, move_to};
use crate::harness::Caller;
use crate::trips::stage::{NAIROBI, Stage, Standing};

fn counted(policy: &mut AreaPolicy) {
    policy.ceilings.total = Some(100);
}

async fn cleared(stage: &Stage, traveller: &Caller) -> String {
    let trip = stage.submit(traveller, &stage.to_nairobi(traveller, 10, 10)).await.expect(201);
    let clearance = &trip.json()["clearances"][0];
    assert_eq!(clearance["state"], "cleared", "{clearance}");
    clearance["clearance_id"].as_str().unwrap().to_owned()
}

async fn state(stage: &Stage, clearance: &str) -> String {
    let client = stage.house.database().connect().await;
    let sql = "SELECT state FROM clearance WHERE clearance_id = $1";
    let id: Uuid = clearance.parse().unwrap();
    client.query_one(sql, &[&id]).await.unwrap().get(0)
}

fn arrival(stage: &Stage) -> Timestamp {
    stage.at(10, "10:45").parse().unwrap()
}

async fn arrive(stage: &Stage, traveller: &mut Caller, clearance: &str) {
    let claims = stage.house.issuer().claims(&traveller.subject, stage.house.now());
    traveller.token = stage.house.issuer().key().sign(&claims);
    let path = format!("/v1/stays/{clearance}/arrive");
    let key = Uuid::new_v4().to_string();
    stage.house.post_once(traveller, &path, &key, &json!({})).await.expect(200);
}

const RANG: &str = "SELECT count(*) FROM clock_notice WHERE clock = 'overdue_arrival'";
const COMMITTED: &str = "SELECT coalesce(sum(committed), 0)::bigint FROM night_count";

/// R-1005.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_expected_and_not_heard_of_is_missed_and_then_over() {
    let level = Standing { policy: counted, ..Standing::at_level(NAIROBI, 3) };
    let stage = Stage::set(&[level]).await;
    let offices = Offices::fill(&stage).await;
    let (silent, mut there) = (stage.person("unicef").await, stage.person("unicef").await);
    let missed = cleared(&stage, &silent).await;
    let met = cleared(&stage, &there).await;
    move_to(&stage, arrival(&stage) + hours(1)).await;
    arrive(&stage, &mut there, &met).await;
    look(&stage, arrival(&stage) + hours(23)).await;
    assert_eq!(stage.count(RANG).await, 0);
    look(&stage, arrival(&stage) + hours(25)).await;
    assert_eq!(stage.count(RANG).await, 1);
    let client = stage.house.database().connect().await;
    let told = "SELECT persons FROM clock_notice WHERE clock = 'overdue_arrival'";
    let told: Vec<Uuid> = client.query_one(told, &[]).await.unwrap().get(0);
    for caller in [&offices.coordinator, &offices.adviser, &offices.focal, &silent] {
        assert!(told.contains(&caller.id));
    }
    assert_eq!(state(&stage, &missed).await, "cleared");
    assert_eq!(stage.count(COMMITTED).await, 20);
    look(&stage, arrival(&stage) + hours(71)).await;
    assert_eq!(state(&stage, &missed).await, "cleared");
    look(&stage, arrival(&stage) + hours(73)).await;
    assert_eq!(state(&stage, &missed).await, "expired");
    assert_eq!(state(&stage, &met).await, "cleared");
    assert_eq!(stage.count(COMMITTED).await, 10);
    assert_eq!(stage.count(RANG).await, 1);
    // ten nights and two days of grace later the other's window is over
    look(&stage, arrival(&stage) + hours(24 * 13)).await;
    assert_eq!(state(&stage, &met).await, "completed");
    assert_eq!(stage.count(COMMITTED).await, 0);
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_missed_where_nobody_is_asked_and_the_window_ends_all() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    let unasked = cleared(&stage, &traveller).await;
    let private = stage.person("unicef").await;
    let mut holiday = stage.to_nairobi(&private, 10, 10);
    holiday["trip_kind"] = json!("personal");
    holiday["purpose"] = json!("private");
    let trip = stage.submit(&private, &holiday).await.expect(201).json();
    let noted = trip["clearances"][0]["clearance_id"].as_str().unwrap().to_owned();
    assert_eq!(trip["clearances"][0]["state"], "notified", "{trip}");
    look(&stage, arrival(&stage) + hours(24 * 5)).await;
    assert_eq!(stage.count(RANG).await, 0);
    assert_eq!(state(&stage, &unasked).await, "cleared");
    look(&stage, arrival(&stage) + hours(24 * 13)).await;
    assert_eq!(state(&stage, &unasked).await, "expired");
    assert_eq!(state(&stage, &noted).await, "completed");
    let over = "SELECT count(*) FROM trip_traveller WHERE live";
    assert_eq!(stage.count(over).await, 0);
    stage.house.close().await;
}
