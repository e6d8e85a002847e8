//! Who sees what of a trip.

use safeconduct::access::Role;
use serde_json::{Value, json};

use super::stage::{BETWEEN, NAIROBI, NAKURU, Stage, Standing};
use crate::harness::{Answer, Caller, Someone};

async fn trip_of(stage: &Stage, traveller: &Caller) -> Value {
    stage.submit(traveller, &stage.example(traveller, 20)).await.expect(201).json()
}

fn areas(trip: &Value) -> Vec<&str> {
    let clearances = trip["clearances"].as_array().unwrap();
    clearances.iter().map(|one| one["area_id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_trip_is_read_back_by_id_and_by_reference() {
    let stage = Stage::set(&[Standing::at_level(NAKURU, 4)]).await;
    let traveller = stage.person("unicef").await;
    let trip = trip_of(&stage, &traveller).await;
    let path = format!("/v1/trips/{}", trip["trip_id"].as_str().unwrap());
    let read = stage.house.get(&traveller, &path).await.expect(200);
    let body = read.json();
    for name in ["trip_id", "reference", "version", "state", "clearances", "crossings"] {
        assert_eq!(body[name], trip[name], "{name}");
    }
    assert_eq!(body["submitted"], stage.example(&traveller, 20));
    let small = trip["reference"].as_str().unwrap().to_lowercase();
    let by_name = stage.house.get(&traveller, &format!("/v1/trips/{small}")).await.expect(200);
    assert_eq!(by_name.json(), body);
    let request = stage.house.request(&traveller, reqwest::Method::GET, &path);
    let known = request.header("if-none-match", read.header("etag")).send().await.unwrap();
    assert_eq!(known.status(), 304);
    for nothing in ["/v1/trips/none", "/v1/trips/018f0000-0000-7000-8000-00000000dead"] {
        stage.house.get(&traveller, nothing).await.expect(404);
    }
    stage.house.close().await;
}

#[tokio::test]
async fn each_role_sees_its_part() {
    let stage = Stage::set(&[Standing::at_level(NAKURU, 4)]).await;
    let traveller = stage.person("unicef").await;
    let trip = trip_of(&stage, &traveller).await;
    let path = format!("/v1/trips/{}", trip["trip_id"].as_str().unwrap());
    let clearance = trip["clearances"][1]["clearance_id"].as_str().unwrap();
    let person = Someone::person;
    let all = [NAIROBI, NAKURU, NAIROBI];
    let cases: [(&str, Someone, Option<&[&str]>, bool); 10] = [
        ("stranger", person(), None, false),
        ("own erp", erp("unicef"), Some(&all), true),
        ("other erp", erp("wfp"), None, false),
        ("asc there", asc(&[NAKURU]), Some(&[NAKURU]), false),
        ("asc elsewhere", asc(&[BETWEEN]), None, false),
        ("csa", person().of_countries(Role::SecurityAdviser, &["KE"]), Some(&all), false),
        ("do", person().of_countries(Role::DesignatedOfficial, &["KE"]), Some(&all), false),
        ("usg", person().holding(Role::Usg), Some(&all), true),
        ("auditor", person().holding(Role::Auditor), Some(&all), true),
        ("admin", person().holding(Role::Administrator), Some(&all), false),
    ];
    for (name, someone, wanted, sees_body) in cases {
        let caller = stage.house.caller(someone).await;
        let answer = stage.house.get(&caller, &path).await;
        let one = stage.house.get(&caller, &format!("/v1/clearances/{clearance}")).await;
        let listed = stage.house.get(&caller, "/v1/trips").await.expect(200).json();
        let listed = listed["items"].as_array().unwrap().clone();
        match wanted {
            None => {
                assert_eq!((answer.status, one.status), (404, 404), "{name}");
                assert!(listed.is_empty(), "{name}: {listed:?}");
            }
            Some(wanted) => {
                let seen = answer.expect(200).json();
                assert_eq!(areas(&seen), wanted, "{name}");
                assert_eq!(!seen["submitted"].is_null(), sees_body, "{name}: the body");
                assert_eq!(one.expect(200).json()["area_id"], NAKURU, "{name}");
                assert_eq!(listed.len(), 1, "{name}");
                assert_eq!(listed[0]["clearances"].as_array().unwrap().len(), wanted.len());
            }
        }
    }
    stage.house.close().await;
}

fn erp(organization: &str) -> Someone {
    Someone::client(organization).of_organization(Role::ErpClient, organization)
}

fn asc(areas: &[&str]) -> Someone {
    Someone::person().of_areas(Role::AreaSecurityCoordinator, areas)
}

#[tokio::test]
async fn what_is_personal_is_sealed_to_the_administrator() {
    let stage = Stage::set(&[Standing::at_level(NAKURU, 4)]).await;
    let traveller = stage.person("unicef").await;
    let trip = trip_of(&stage, &traveller).await;
    let admin = stage.house.caller(Someone::person().holding(Role::Administrator)).await;
    let path = format!("/v1/trips/{}", trip["trip_id"].as_str().unwrap());
    let seen = stage.house.get(&admin, &path).await.expect(200).json();
    for name in ["purpose", "organization", "requester_id", "submitted"] {
        assert!(seen[name].is_null(), "{name} of {seen}");
    }
    for clearance in seen["clearances"].as_array().unwrap() {
        for finding in clearance["outcomes"].as_array().unwrap() {
            assert!(finding["facts"].is_null(), "{finding}");
        }
    }
    assert!(!seen.to_string().contains("Field monitoring"));
    stage.house.close().await;
}

#[tokio::test]
async fn a_personal_trip_is_nobodys_business_in_the_organization() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    let mut body = stage.to_nairobi(&traveller, 20, 3);
    body["trip_kind"] = json!("personal");
    body["purpose"] = json!("private");
    let trip = stage.submit(&traveller, &body).await.expect(201).json();
    let path = format!("/v1/trips/{}", trip["trip_id"].as_str().unwrap());
    let machine = stage.house.caller(erp("unicef")).await;
    stage.house.get(&machine, &path).await.expect(404);
    let listed = stage.house.get(&machine, "/v1/trips").await.expect(200).json();
    assert_eq!(listed["items"], json!([]));
    let officer = stage.house.caller(asc(&[NAIROBI])).await;
    assert_eq!(areas(&stage.house.get(&officer, &path).await.expect(200).json()), [NAIROBI]);
    stage.house.close().await;
}

#[tokio::test]
async fn a_list_is_filtered_and_paged() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    let other = stage.person("unicef").await;
    let machine = stage.house.caller(erp("unicef")).await;
    for round in 0..5 {
        let body = stage.to_nairobi(&traveller, 20 + round * 10, 2);
        stage.submit(&traveller, &body).await.expect(201);
    }
    stage.submit(&other, &stage.example(&other, 200)).await.expect(201);
    let get = async |query: &str| -> Answer {
        stage.house.get(&machine, &format!("/v1/trips?{query}")).await
    };
    let count =
        async |query: &str| get(query).await.expect(200).json()["items"].as_array().unwrap().len();
    assert_eq!(count("").await, 6);
    assert_eq!(count(&format!("traveller={}", other.id)).await, 1);
    assert_eq!(count("state=go").await, 6);
    assert_eq!(count("state=no_go").await, 0);
    assert_eq!(count(&format!("area={NAKURU}")).await, 1);
    assert_eq!(count(&format!("departs_from={}", stage.day(35))).await, 4);
    assert_eq!(count(&format!("departs_to={}", stage.day(45))).await, 3);
    assert_eq!(get("state=gone").await.expect(422).faults()[0].0, "?state");
    assert_eq!(get("departs_from=soon").await.expect(422).faults()[0].0, "?departs_from");

    let mut seen = Vec::new();
    let mut query = "limit=2".to_owned();
    loop {
        let page = get(&query).await.expect(200).json();
        for item in page["items"].as_array().unwrap() {
            seen.push(item["trip_id"].as_str().unwrap().to_owned());
        }
        // what is added while somebody reads does not move the pages that are still to come
        let late = stage.person("unicef").await;
        stage.submit(&late, &stage.to_nairobi(&late, 20, 2)).await.expect(201);
        match page["next_cursor"].as_str() {
            Some(cursor) => query = format!("limit=2&cursor={cursor}"),
            None => break,
        }
    }
    let mut sorted = seen.clone();
    sorted.sort_by(|a, b| b.cmp(a));
    sorted.dedup();
    assert_eq!((seen.len(), &seen), (6, &sorted));
    stage.house.close().await;
}

#[tokio::test]
async fn history_and_replay_tell_what_was_decided_and_why() {
    let stage = Stage::set(&[Standing::at_level(NAKURU, 4), Standing::at_level(BETWEEN, 3)]).await;
    let traveller = stage.person("unicef").await;
    let trip = trip_of(&stage, &traveller).await;
    let id = trip["clearances"][1]["clearance_id"].as_str().unwrap();
    let history = stage.house.get(&traveller, &format!("/v1/clearances/{id}/history")).await;
    let history = history.expect(200).json();
    let first = &history["items"][0];
    assert_eq!(
        (&first["from"], &first["to"], &first["capacity"], &first["evidence"]),
        (&json!("submitted"), &json!("pending_review"), &json!("rules"), &json!("kept"))
    );
    assert!(first["reasons"].as_array().unwrap().contains(&json!("AREA_MANUAL")), "{first}");
    let seen = first["facts_seen"].as_array().unwrap();
    assert!(seen.iter().any(|finding| finding["rule"] == "R-402"), "{seen:?}");

    let officer = stage.house.caller(asc(&[NAKURU])).await;
    stage.house.get(&traveller, &format!("/v1/clearances/{id}/replay")).await.expect(404);
    let replay = stage.house.get(&officer, &format!("/v1/clearances/{id}/replay")).await;
    let replay = replay.expect(200).json();
    assert_eq!((&replay["equal"], &replay["differences"]), (&json!(true), &json!([])), "{replay}");
    assert_eq!(replay["stored_ruleset"], replay["running_ruleset"]);

    let client = stage.house.database().connect().await;
    client
        .batch_execute("UPDATE evidence SET body = NULL, salt = NULL, erased_at = sc_now()")
        .await
        .unwrap();
    let replay = stage.house.get(&officer, &format!("/v1/clearances/{id}/replay")).await;
    let replay = replay.expect(200).json();
    assert_eq!((&replay["evidence"], &replay["equal"]), (&json!("erased"), &Value::Null));
    let history = stage.house.get(&officer, &format!("/v1/clearances/{id}/history")).await;
    assert_eq!(history.expect(200).json()["items"][0]["evidence"], "erased");
    stage.house.close().await;
}

/// Every stored decision, decided again from its evidence, is the same.
#[tokio::test]
async fn every_stored_decision_replays_equal() {
    let stage = Stage::set(&[Standing::at_level(NAKURU, 5), Standing::at_level(BETWEEN, 3)]).await;
    let usg = stage.house.caller(Someone::person().holding(Role::Usg)).await;
    for round in 0..6 {
        let traveller = stage.person("unicef").await;
        let mut body = stage.example(&traveller, 5 + round * 4);
        if round % 2 == 0 {
            body["lodging"] = json!([]);
        }
        let trip = stage.submit(&traveller, &body).await.expect(201).json();
        for clearance in trip["clearances"].as_array().unwrap() {
            let id = clearance["clearance_id"].as_str().unwrap();
            let replay = stage.house.get(&usg, &format!("/v1/clearances/{id}/replay")).await;
            let replay = replay.expect(200).json();
            assert_eq!(replay["equal"], json!(true), "{replay}");
        }
    }
    stage.house.close().await;
}
