//! Advice on air operators: who sees it, what it does to trips, and what it never does.

use reqwest::Method;
use safeconduct::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Answer, Caller, Someone};
use crate::trips::stage::Stage;

/// The stage with an air focal point of the traveller's organization.
async fn set() -> (Stage, Caller, Caller) {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    let focal = Someone::person().of_organization(Role::AirFocalPoint, "unicef");
    let focal = stage.house.caller(focal).await;
    (stage, traveller, focal)
}

async fn put(stage: &Stage, caller: &Caller, code: &str, tag: &str, body: &Value) -> Answer {
    let path = format!("/v1/operators/{code}");
    let request = stage.house.request(caller, Method::PUT, &path).header("if-match", tag);
    Answer::read(request.json(body).send().await.unwrap()).await
}

async fn permit(stage: &Stage, caller: &Caller, code: &str, body: &Value) -> Answer {
    let path = format!("/v1/operators/{code}/authorizations");
    stage.house.post_once(caller, &path, &Uuid::new_v4().to_string(), body).await
}

/// Gates by R-702 of a trip, and whether its clearances carry the condition.
fn asked(trip: &Value) -> (usize, bool) {
    let gates = trip["organization_gates"].as_array().unwrap().iter();
    let gates = gates.filter(|gate| gate["rule"] == "R-702").count();
    let clearances = trip["clearances"].as_array().unwrap();
    let mut conditions = clearances.iter().flat_map(|one| one["conditions"].as_array().unwrap());
    (gates, conditions.any(|one| one["rule"] == "R-702"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_that_is_not_recommended_waits_for_the_organization_alone() {
    let (stage, traveller, focal) = set().await;
    let trip = |ahead| stage.to_nairobi(&traveller, ahead, 2);
    let check = |body: Value| {
        let house = &stage.house;
        let traveller = &traveller;
        async move { house.post(traveller, "/v1/trips/check", &body).await.expect(200).json() }
    };
    let before = check(trip(20)).await;
    assert_eq!(asked(&before), (0, false), "an organization that keeps no list is asked nothing");

    let told = json!({"status": "not_recommended", "basis": "iosa", "note": "no audit since"});
    let answer = put(&stage, &focal, "et", "\"v0\"", &told).await.expect(200);
    assert_eq!(answer.json()["advice"][0]["status"], "not_recommended");
    let after = check(trip(20)).await;
    assert_eq!(asked(&after), (1, true), "as a condition; of the way back nobody is named");
    let outcomes = |trip: &Value| -> Vec<Value> {
        let clearances = trip["clearances"].as_array().unwrap().iter();
        clearances.map(|one| json!([one["state"], one["outcome"], one["outcomes"]])).collect()
    };
    assert_eq!(outcomes(&after), outcomes(&before), "never an outcome");
    let text = after.to_string();
    assert!(!text.contains("not_recommended") && !text.contains("no audit"), "never to travellers");

    // flights of the organization are not asked about; those of strangers to the list are
    let mut own = trip(20);
    own["segments"][0]["mode"] = json!("air_un");
    assert_eq!(asked(&check(own).await), (0, false));
    let mut stranger = trip(20);
    stranger["segments"][0]["carrier_code"] = json!("KQ");
    stranger["segments"][0]["flight_no"] = json!("KQ401");
    put(&stage, &focal, "ET", "*", &json!({"status": "suitable"})).await.expect(200);
    assert_eq!(asked(&check(trip(20)).await), (0, false));
    assert_eq!(asked(&check(stranger.clone()).await), (1, true));
    let blanket = json!({"kind": "blanket", "until": stage.day(400), "reason": "the only one"});
    permit(&stage, &focal, "KQ", &blanket).await.expect(201);
    assert_eq!(asked(&check(stranger).await), (0, false));

    // advice ends with its last day
    let lapsing = json!({"status": "suitable", "valid_to": stage.day(20)});
    put(&stage, &focal, "ET", "*", &lapsing).await.expect(200);
    assert_eq!(asked(&check(trip(20)).await), (0, false), "on its last day it holds");
    assert_eq!(asked(&check(trip(21)).await), (1, true), "and not a day longer");
    // another organization's list is its own
    let other = stage.person("wfp").await;
    let theirs =
        stage.house.post(&other, "/v1/trips/check", &stage.to_nairobi(&other, 30, 2)).await;
    assert_eq!(asked(&theirs.expect(200).json()), (0, false));
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_lists_the_trips_and_a_permission_for_one_is_for_that_one() {
    let (stage, traveller, focal) = set().await;
    let trip =
        stage.submit(&traveller, &stage.to_nairobi(&traveller, 20, 2)).await.expect(201).json();
    let told = json!({"status": "unknown"});
    let answer = put(&stage, &focal, "ET", "*", &told).await.expect(200).json();
    let flights = |trips: &Value| -> Vec<(Value, Value, Value)> {
        let trips = trips.as_array().unwrap().iter();
        let told = |one: &Value| {
            (one["reference"].clone(), one["flight"].clone(), one["authorized"].clone())
        };
        trips.map(told).collect()
    };
    let expected = |authorized: bool| {
        let first = (trip["reference"].clone(), json!("ET308"), json!(authorized));
        vec![first]
    };
    assert_eq!(flights(&answer["trips"]), expected(false));
    let path = "/v1/operators/ET/trips?limit=1";
    let listed = stage.house.get(&focal, path).await.expect(200).json();
    assert_eq!(flights(&listed["items"]), expected(false));

    let ad_hoc = json!({"kind": "ad_hoc", "trip_id": trip["trip_id"], "until": stage.day(30), "reason": "x"});
    let given = permit(&stage, &focal, "ET", &ad_hoc).await.expect(201).json();
    assert_eq!((&given["kind"], &given["trip_id"]), (&json!("ad_hoc"), &trip["trip_id"]));
    let listed = stage.house.get(&focal, path).await.expect(200).json();
    assert_eq!(flights(&listed["items"]), expected(true));
    let stranger =
        json!({"kind": "ad_hoc", "trip_id": Uuid::new_v4(), "until": stage.day(30), "reason": "x"});
    permit(&stage, &focal, "ET", &stranger).await.expect(403);
    let all = stage.house.get(&focal, "/v1/operators/ET/authorizations").await.expect(200).json();
    assert_eq!(all["items"].as_array().unwrap().len(), 1);

    // the clearance stands as it stood
    let client = stage.house.database().connect().await;
    let count = "SELECT count(*) FROM redecision";
    let asked: i64 = client.query_one(count, &[]).await.unwrap().get(0);
    assert_eq!(asked, 0, "a change of advice decides nothing again");
    drop(client);
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_air_focal_points_and_security_staff_see_it() {
    let (stage, traveller, focal) = set().await;
    let told = json!({"status": "conditional", "valid_to": stage.day(90), "aoc_state": "et"});
    let made = put(&stage, &focal, "ET", "\"v0\"", &told).await.expect(200);
    let read = stage.house.get(&focal, "/v1/operators/et").await.expect(200);
    assert_eq!(read.header("etag"), made.header("etag"));
    assert_eq!(read.json()["advice"][0]["aoc_state"], "ET");
    put(&stage, &focal, "ET", "\"v0\"", &told).await.expect(412);
    put(&stage, &focal, "ETHIO", "*", &told).await.expect(404);
    let wrong = json!({"status": "banned", "basis": "gossip", "valid_to": "soon", "x": 1});
    let faults = put(&stage, &focal, "ET", "*", &wrong).await.expect(422).faults();
    let pointers: Vec<&str> = faults.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/status", "/valid_to", "/basis", "/x"]);

    stage.house.get(&traveller, "/v1/operators/ET").await.expect(403);
    let other = Someone::person().of_organization(Role::AirFocalPoint, "wfp");
    stage.person("wfp").await;
    let other = stage.house.caller(other).await;
    let seen = stage.house.get(&other, "/v1/operators/ET").await.expect(200).json();
    assert_eq!(seen["advice"], json!([]), "another organization's advice is its own");
    let staff = Someone::person().of_countries(Role::SecurityAdviser, &["KE"]);
    let staff = stage.house.caller(staff).await;
    let seen = stage.house.get(&staff, "/v1/operators/ET").await.expect(200).json();
    assert_eq!(seen["advice"][0]["organization_id"], "unicef");
    put(&stage, &staff, "ET", "*", &told).await.expect(403);

    // an appointment that was revoked a moment ago is none
    let client = stage.house.database().connect().await;
    let revoke = "UPDATE appointment SET revoked_at = sc_now() WHERE role = 'air_focal_point'";
    client.execute(revoke, &[]).await.unwrap();
    put(&stage, &focal, "ET", "*", &told).await.expect(403);
    let blanket = json!({"kind": "blanket", "until": stage.day(9), "reason": "x"});
    permit(&stage, &focal, "ET", &blanket).await.expect(403);
    let history = "SELECT count(*) FROM operator_advice_history";
    let written: i64 = client.query_one(history, &[]).await.unwrap().get(0);
    assert_eq!(written, 1);
    drop(client);
    stage.house.close().await;
}
