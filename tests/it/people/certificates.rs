//! Certificates: who may say what, and the question of training.

use jiff::civil::date;
use reqwest::Method;
use safeconduct::access::Role;
use serde_json::json;
use uuid::Uuid;

use super::super::harness::{Answer, Someone};
use super::{Town, add_person, bsafe};

#[tokio::test]
async fn a_holder_claims_and_a_learning_system_verifies() {
    let town = Town::new().await;
    let path = format!("{}/certificates", town.path());
    let claimed = town.house.post(&town.person, &path, &bsafe(date(2026, 1, 5))).await.expect(201);
    assert_eq!(claimed.json()["state"], "claimed");
    assert_eq!(claimed.json()["evidence"]["kind"], "typed");
    assert_eq!(town.revision(town.person.id).await, 2);
    let loud = json!({"course": "BSAFE", "completed_on": "2026-01-05", "state": "verified"});
    let told = town.house.post(&town.person, &path, &loud).await.expect(422).faults();
    assert_eq!(told, [("/state".to_owned(), "STATE_NOT_YOURS".to_owned())]);
    let erp = town.erp("alpha").await;
    town.house.post(&erp, &path, &loud).await.expect(422);
    let learning = town.house.caller(Someone::client("beta").holding(Role::LearningSystem)).await;
    let verified = town.house.post(&learning, &path, &loud).await.expect(201).json();
    assert_eq!(
        (&verified["state"], &verified["evidence"]["kind"]),
        (&json!("verified"), &json!("lms_feed"))
    );
    // what was verified stands against a later claim
    town.house.post(&town.person, &path, &bsafe(date(2026, 1, 5))).await.expect(201);
    let items = town.house.get(&town.person, &path).await.expect(200).json();
    assert_eq!(items["items"].as_array().unwrap().len(), 1);
    assert_eq!(items["items"][0]["state"], "verified");
    town.house.close().await;
}

#[tokio::test]
async fn security_staff_verify_for_their_own_land_and_never_for_themselves() {
    let town = Town::new().await;
    town.add_area("KEN-890", "KE").await;
    let asc = Someone::person().of_areas(Role::AreaSecurityCoordinator, &["KEN-890"]);
    let asc = town.house.caller(asc).await;
    let path = format!("{}/certificates", town.path());
    let ssafe = json!({"course": "ssafe", "completed_on": "2026-02-01"});
    town.house.post(&asc, &path, &ssafe).await.expect(404);
    town.add_stay("KEN-890", false).await;
    let verified = town.house.post(&asc, &path, &ssafe).await.expect(201).json();
    assert_eq!(verified["state"], "verified");
    assert_eq!(verified["evidence"]["kind"], "officer");
    assert_eq!(verified["expires_on"], "2029-01-31", "three years (R-303)");
    assert_eq!(town.redecisions(town.person.id).await, 1);
    let revoked = json!({"course": "SSAFE", "completed_on": "2026-02-01", "state": "revoked"});
    town.house.post(&asc, &path, &revoked).await.expect(201);
    // an officer who is posted in the own area
    let officer = Uuid::now_v7();
    add_person(&town.client, officer, "alpha", "A-7").await;
    let update = "UPDATE person SET duty_station_area_id = 'KEN-890' WHERE person_id = $1";
    town.client.execute(update, &[&officer]).await.unwrap();
    let own = Someone::known(officer).of_areas(Role::AreaSecurityCoordinator, &["KEN-890"]);
    let own = town.house.caller(own).await;
    town.house.post(&asc, &format!("/v1/people/{officer}/certificates"), &ssafe).await.expect(201);
    let mine = "/v1/people/me/certificates";
    let claimed = town.house.post(&own, mine, &bsafe(date(2026, 3, 1))).await.expect(201).json();
    assert_eq!(claimed["state"], "claimed");
    town.house.close().await;
}

#[tokio::test]
async fn every_defect_of_a_certificate_is_told() {
    let town = Town::new().await;
    let path = format!("{}/certificates", town.path());
    let bad = json!({"course": "BS AFE", "completed_on": "2026-02-30", "evidence": {"kind": "x"}});
    let told = town.house.post(&town.person, &path, &bad).await.expect(422).faults();
    let pointers: Vec<&str> = told.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/course", "/completed_on", "/evidence/kind"]);
    let early =
        json!({"course": "BSAFE", "completed_on": "2099-01-01", "expires_on": "2098-01-01"});
    let told = town.house.post(&town.person, &path, &early).await.expect(422).faults();
    let codes: Vec<&str> = told.iter().map(|(_, code)| code.as_str()).collect();
    assert_eq!(codes, ["FUTURE", "ORDER"]);
    assert_eq!(town.revision(town.person.id).await, 1);
    town.house.close().await;
}

#[tokio::test]
async fn a_list_replaces_claims_and_leaves_what_was_verified() {
    let town = Town::new().await;
    let path = format!("{}/certificates", town.path());
    let learning = town.house.caller(Someone::client("beta").holding(Role::LearningSystem)).await;
    town.house.post(&learning, &path, &bsafe(date(2026, 1, 5))).await.expect(201);
    town.house.post(&town.person, &path, &bsafe(date(2025, 1, 5))).await.expect(201);
    let list = json!({"certificates": [{"course": "ETB", "completed_on": "2026-04-01"}]});
    let put = town.house.request(&town.person, Method::PUT, &path).json(&list);
    Answer::read(put.send().await.unwrap()).await.expect(428);
    let put = town.house.request(&town.person, Method::PUT, &path).json(&list);
    let put = put.header("if-match", "\"v3\"").send().await.unwrap();
    let items = Answer::read(put).await.expect(200).json();
    let items = items["items"].as_array().unwrap();
    let held: Vec<(&str, &str)> = items
        .iter()
        .map(|of| (of["course"].as_str().unwrap(), of["state"].as_str().unwrap()))
        .collect();
    assert_eq!(held, [("BSAFE", "verified"), ("ETB", "claimed")]);
    town.house.close().await;
}

#[tokio::test]
async fn the_question_of_training_tells_nothing_out_of_sight() {
    let town = Town::new().await;
    let path = format!("{}/certificates", town.path());
    let ssafe =
        json!({"course": "SSAFE", "completed_on": "2024-01-10", "expires_on": "2027-01-09"});
    town.house.post(&town.person, &path, &ssafe).await.expect(201);
    let erp = town.erp("alpha").await;
    let ask =
        |on: &str| format!("/v1/training-status?person=staff_no:alpha:A-1&course=SSAFE&on={on}");
    let held = town.house.get(&erp, &ask("2027-01-09")).await.expect(200).json();
    assert_eq!((&held["answer"], &held["verified"]), (&json!("held"), &json!(false)));
    assert_eq!(held["person_id"], town.person.id.to_string());
    let late = town.house.get(&erp, &ask("2027-01-10")).await.expect(200).json();
    assert_eq!(late["answer"], "not_held");
    let other = town.erp("beta").await;
    let hidden = town.house.get(&other, &ask("2027-01-09")).await.expect(200).json();
    assert_eq!((&hidden["answer"], hidden["person_id"].is_null()), (&json!("not_held"), true));
    let query = json!({"questions": [
        {"person": town.person.id, "course": "SSAFE", "on": "2026-06-01"},
        {"person": town.spouse, "course": "BSAFE"},
    ]});
    let answers = town.house.post(&erp, "/v1/training-status/query", &query).await.expect(200);
    let answers = answers.json();
    assert_eq!(answers["answers"][0]["answer"], "held");
    assert_eq!(answers["answers"][1]["answer"], "not_held");
    let many = json!({"questions": vec![json!({"person": town.person.id, "course": "X"}); 1_001]});
    let told = town.house.post(&erp, "/v1/training-status/query", &many).await.expect(422);
    assert_eq!(told.faults(), [("/questions".to_owned(), "LENGTH".to_owned())]);
    let bad = "/v1/training-status?person=me&course=&on=2026-1-1&stray=1";
    let told = town.house.get(&erp, bad).await.expect(422).faults();
    assert_eq!(told.len(), 4, "{told:?}");
    town.house.close().await;
}
