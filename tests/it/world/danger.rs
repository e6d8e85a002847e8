//! What a dangerous fence does to live clearances, and what its end does.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use reqwest::Method;
use safeconduct::access::Role;
use safeconduct::world::FenceEnds;
use serde_json::{Value, json};

use super::drawing::{change, draw, fence};
use crate::harness::{Answer, Caller, Someone};
use crate::trips::stage::Stage;

/// Around the airport of Nairobi.
fn airport() -> Value {
    let ring = json!([[36.8, -1.4], [37.0, -1.4], [37.0, -1.2], [36.8, -1.2], [36.8, -1.4]]);
    json!({"type": "Polygon", "coordinates": [ring]})
}

/// Waits until so many clearances are in a state.
async fn reached(stage: &Stage, state: &str, many: i64) {
    let query = format!("SELECT count(*) FROM clearance WHERE state = '{state}'");
    while stage.count(&query).await != many {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn settled(stage: &Stage) {
    while stage.count("SELECT count(*) FROM redecision WHERE settled_at IS NULL").await > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn official(stage: &Stage) -> Caller {
    let official = Someone::person().of_countries(Role::DesignatedOfficial, &["KE"]);
    stage.house.caller(official).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_danger_brings_clearances_to_a_person_and_none_to_a_yes() {
    let stage = Stage::set(&[]).await;
    let official = official(&stage).await;
    let (traveller, other) = (stage.person("unicef").await, stage.person("wfp").await);
    stage.submit(&traveller, &stage.to_nairobi(&traveller, 20, 4)).await.expect(201);
    stage.submit(&other, &stage.to_nairobi(&other, 30, 4)).await.expect(201);
    let mut body = fence(&airport(), "deny");
    body["properties"]["valid_until"] = json!(stage.at(21, "12:00"));
    draw(&stage.house, &official, &body).await.expect(201);
    reached(&stage, "suspended", 1).await;
    reached(&stage, "cleared", 1).await;
    // the stay has begun, nobody has arrived, and now the danger is over
    let over = SignedDuration::from_hours(24 * 21 + 20);
    stage.house.database().move_clock(over).await;
    reached(&stage, "pending_review", 1).await;
    settled(&stage).await;
    assert_eq!(stage.count("SELECT count(*) FROM fence WHERE ended_at IS NOT NULL").await, 1);
    assert_eq!(stage.count("SELECT count(*) FROM clearance WHERE state = 'cleared'").await, 1);
    let told = "SELECT count(*) FROM redecision WHERE cause = 'fence'";
    let so_far = stage.count(told).await;
    // it ends once
    let parts = &stage.house.running().parts;
    let ends =
        FenceEnds::new(parts.database.clone(), Arc::clone(&parts.settle), Duration::from_secs(1));
    assert_eq!(ends.sweep().await.unwrap(), None);
    assert_eq!(stage.count(told).await, so_far);
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_danger_taken_away_reinstates_nobody() {
    let stage = Stage::set(&[]).await;
    let official = official(&stage).await;
    let traveller = stage.person("unicef").await;
    stage.submit(&traveller, &stage.to_nairobi(&traveller, 20, 4)).await.expect(201);
    let made = draw(&stage.house, &official, &fence(&airport(), "mscr")).await.expect(201).json();
    reached(&stage, "suspended", 1).await;
    let delete = (&official, Method::DELETE);
    change(&stage.house, delete, &made, Some("*"), None).await.expect(204);
    reached(&stage, "pending_review", 1).await;
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_fence_would_do_is_said_and_not_done_and_then_happens() {
    let stage = Stage::set(&[]).await;
    let official = official(&stage).await;
    for organization in ["unicef", "wfp", "undp"] {
        let traveller = stage.person(organization).await;
        stage.submit(&traveller, &stage.to_nairobi(&traveller, 20, 4)).await.expect(201);
    }
    let body = fence(&airport(), "deny");
    let preview = async |caller: &Caller, body: &Value| {
        let request = stage.house.request(caller, Method::POST, "/v1/fences?preview=true");
        let request = request.header("idempotency-key", "p").json(body);
        Answer::read(request.send().await.unwrap()).await
    };
    let said = preview(&official, &body).await.expect(200).json();
    assert_eq!((&said["cause"], &said["moved"]), (&json!("fence"), &json!(3)));
    assert_eq!(said["clearances"]["suspended"], 3);
    assert_eq!(stage.count("SELECT count(*) FROM fence").await, 0);
    assert_eq!(stage.count("SELECT version FROM world_state").await, 1);
    // the same checks as without it
    let nobody = stage.house.caller(Someone::person()).await;
    preview(&nobody, &body).await.expect(403);
    let foreign = Someone::person().of_countries(Role::DesignatedOfficial, &["UG"]);
    preview(&stage.house.caller(foreign).await, &body).await.expect(403);

    let made = draw(&stage.house, &official, &body).await.expect(201).json();
    settled(&stage).await;
    reached(&stage, "suspended", 3).await;
    let path = format!("/v1/fences/{}?preview=true", made["id"].as_str().unwrap());
    let lift = stage.house.request(&official, Method::DELETE, &path).header("if-match", "*");
    let said = Answer::read(lift.send().await.unwrap()).await.expect(200).json();
    assert_eq!(said["clearances"]["pending_review"], 3);
    assert_eq!(stage.count("SELECT count(*) FROM clearance WHERE state = 'suspended'").await, 3);
    stage.house.close().await;
}
