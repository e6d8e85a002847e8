//! Batches that decide live clearances again: foreseen, applied, resumed, told once.

use reqwest::Method;
use safeconduct::access::Role;
use serde_json::{Value, json};

use crate::harness::{Answer, Caller, Someone};
use crate::trips::stage::{NAIROBI, Stage};

async fn put(stage: &Stage, caller: &Caller, path: &str, body: &Value) -> Answer {
    let path = format!("/v1/areas/{NAIROBI}/{path}");
    let request = stage.house.request(caller, Method::PUT, &path);
    let request = request.header("if-match", "*").json(body);
    Answer::read(request.send().await.unwrap()).await
}

/// The batch once it is settled.
pub(super) async fn settled(stage: &Stage, caller: &Caller, id: &Value) -> Value {
    let path = format!("/v1/redecisions/{}", id.as_str().unwrap());
    loop {
        let batch = stage.house.get(caller, &path).await.expect(200).json();
        if batch["state"] == "settled" {
            return batch;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

/// Waits until every batch is settled.
async fn at_rest(stage: &Stage) {
    let open = "SELECT count(*) FROM redecision WHERE settled_at IS NULL";
    while stage.count(open).await > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_leaves_travels_no_more() {
    let stage = Stage::set(&[]).await;
    let (traveller, erp) = (stage.person("unicef").await, stage.erp("unicef").await);
    for ahead in [20, 40] {
        let body = stage.to_nairobi(&traveller, ahead, 2);
        stage.submit(&traveller, &body).await.expect(201);
    }
    // one of them has begun
    let update = "UPDATE clearance SET arrive_at = sc_now() - interval '1 hour' \
                  WHERE arrive = (SELECT min(arrive) FROM clearance)";
    stage.house.database().connect().await.batch_execute(update).await.unwrap();
    let path = format!("/v1/people/{}/deactivate", traveller.id);
    let leave = |caller| {
        let request = stage.house.request(caller, Method::POST, &path).header("if-match", "*");
        async { Answer::read(request.send().await.unwrap()).await }
    };
    let other = stage.erp("wfp").await;
    leave(&other).await.expect(404);
    leave(&erp).await.expect(200);
    assert_eq!(stage.count("SELECT count(*) FROM person WHERE status = 'deactivated'").await, 1);
    at_rest(&stage).await;
    assert_eq!(stage.count("SELECT count(*) FROM clearance WHERE state = 'cancelled'").await, 1);
    assert_eq!(stage.count("SELECT count(*) FROM clearance WHERE state = 'cleared'").await, 1);
    let inside = "SELECT count(*) FROM redecision WHERE cause = 'deactivated' AND inside = 1";
    assert_eq!(stage.count(inside).await, 1, "who is there shows there");
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_foreseen_is_applied_and_told_once() {
    let stage = Stage::set(&[]).await;
    let official = Someone::person().of_countries(Role::DesignatedOfficial, &["KE"]);
    let official = stage.house.caller(official).await;
    let mut trips = Vec::new();
    for (organization, ahead) in [("unicef", 20), ("wfp", 3), ("unicef", 40)] {
        let traveller = stage.person(organization).await;
        let body = stage.to_nairobi(&traveller, ahead, 2);
        trips.push(stage.submit(&traveller, &body).await.expect(201).json());
    }
    let suspend = json!({"status": "suspended", "reason": "fighting"});
    let said = put(&stage, &official, "status?preview=true", &suspend).await.expect(200).json();
    let done = put(&stage, &official, "status", &suspend).await.expect(200).json();
    let batch = settled(&stage, &official, &done["redecision_id"]).await;
    assert_eq!(batch["foreseen"], said);
    assert_eq!(batch["applied"], said);
    assert_eq!((&batch["listed"], &batch["done"]), (&3.into(), &3.into()));
    assert_eq!(said["clearances"]["suspended"], 3);

    let one = trips[0]["clearances"][0]["clearance_id"].as_str().unwrap();
    let history = format!("/v1/clearances/{one}/history");
    let history = stage.house.get(&official, &history).await.expect(200).json();
    let last = history["items"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["to"], &last["redecision_id"]),
        (&"suspended".into(), &batch["redecision_id"])
    );
    assert!(last["reasons"].as_array().unwrap().contains(&"AREA_SUSPENDED".into()));

    let told = "SELECT count(*) FROM outbox AS o CROSS JOIN LATERAL \
                json_array_elements(o.events) AS e (event) \
                WHERE e.event ->> 'kind' = 'clearance.suspended' \
                AND e.event ->> 'redecision_id' IS NOT NULL \
                AND e.event -> 'reasons' ->> 0 = 'AREA_SUSPENDED'";
    assert_eq!(stage.count(told).await, 3);

    // asked again, nothing is done twice
    let id = batch["redecision_id"].as_str().unwrap();
    let resume = format!("/v1/redecisions/{id}/resume");
    let key = uuid::Uuid::new_v4().to_string();
    let again = stage.house.post_once(&official, &resume, &key, &json!({})).await.expect(200);
    assert_eq!(again.json()["state"], "settled");
    assert_eq!(stage.count(told).await, 3);

    let list = stage.house.get(&official, "/v1/redecisions").await.expect(200).json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    let elsewhere = Someone::person().of_countries(Role::DesignatedOfficial, &["UG"]);
    let elsewhere = stage.house.caller(elsewhere).await;
    let path = format!("/v1/redecisions/{id}");
    stage.house.get(&elsewhere, &path).await.expect(404);
    let traveller = stage.person("unicef").await;
    stage.house.get(&traveller, &path).await.expect(403);
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dependant_travels_no_more_when_the_sponsor_leaves() {
    let stage = Stage::set(&[]).await;
    let (sponsor, erp) = (stage.person("unicef").await, stage.erp("unicef").await);
    let dependant = stage.dependant(&sponsor, "unicef").await;
    let mut body = stage.to_nairobi(&sponsor, 20, 2);
    body["travellers"] = json!([{"person_id": dependant}]);
    stage.submit(&sponsor, &body).await.expect(201);
    assert_eq!(stage.count("SELECT count(*) FROM clearance WHERE state = 'cleared'").await, 1);
    let path = format!("/v1/people/{}/deactivate", sponsor.id);
    let request = stage.house.request(&erp, Method::POST, &path).header("if-match", "*");
    Answer::read(request.send().await.unwrap()).await.expect(200);
    at_rest(&stage).await;
    assert_eq!(stage.count("SELECT count(*) FROM clearance WHERE state = 'cancelled'").await, 1);
    stage.house.close().await;
}

/// Another policy for Nairobi, in force at once; answers the batch once it is settled.
async fn under(stage: &Stage, official: &Caller, wish: &Value) -> Value {
    let draft = put(stage, official, "policy", wish).await.expect(201).json();
    let path = format!("/v1/areas/{NAIROBI}/policy/{}/approve", draft["version"]);
    let approved = stage.house.post(official, &path, &json!({})).await.expect(200).json();
    settled(stage, official, &approved["redecision_id"]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_a_policy_kept_waiting_is_cleared_when_it_leaves_it_to_the_rules() {
    let stage = Stage::set(&[]).await;
    let official = Someone::person().of_countries(Role::DesignatedOfficial, &["KE"]);
    let official = stage.house.caller(official).await;
    let traveller = stage.person("unicef").await;
    stage.submit(&traveller, &stage.to_nairobi(&traveller, 40, 2)).await.expect(201);
    let batch = under(&stage, &official, &json!({"clearance_mode": "manual"})).await;
    assert_eq!(batch["applied"]["clearances"]["pending_review"], 1, "a person has it now");
    let late = stage.person("unicef").await;
    let asked = stage.submit(&late, &stage.to_nairobi(&late, 40, 2)).await.expect(201).json();
    let asked = &asked["clearances"][0];
    assert_eq!(asked["state"], "pending_review");
    under(&stage, &official, &json!({"clearance_mode": "auto"})).await;
    let states = "SELECT count(*) FROM clearance WHERE state = ";
    assert_eq!(stage.count(&format!("{states} 'pending_review'")).await, 1, "and keeps it");
    let own = format!(
        "{states} 'cleared' AND clearance_id = '{}' AND EXISTS (SELECT FROM ledger_entry AS e \
         WHERE e.clearance_id = clearance.clearance_id AND e.rules = '{{R-508}}')",
        asked["clearance_id"].as_str().unwrap()
    );
    assert_eq!(stage.count(&own).await, 1);
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn near_departures_stand_unless_the_policy_says_otherwise() {
    let stage = Stage::set(&[]).await;
    let official = Someone::person().of_countries(Role::DesignatedOfficial, &["KE"]);
    let official = stage.house.caller(official).await;
    let traveller = stage.person("unicef").await;
    stage.submit(&traveller, &stage.to_nairobi(&traveller, 2, 2)).await.expect(201);
    let stands = under(&stage, &official, &json!({"clearance_mode": "manual"})).await;
    assert_eq!(stands["applied"]["clearances"]["near"], 1);
    let wish = json!({"clearance_mode": "manual", "near_departures_stand": false});
    let moves = under(&stage, &official, &wish).await;
    assert_eq!(moves["applied"]["clearances"]["pending_review"], 1);
    stage.house.close().await;
}
