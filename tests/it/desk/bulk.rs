//! Many decisions in one request.

use serde_json::{Value, json};

use super::bench::Bench;

#[tokio::test]
async fn each_of_many_decisions_stands_for_itself() {
    let bench = Bench::set().await;
    let mut waiting = Vec::new();
    for ahead in 20..26 {
        waiting.push(bench.waiting(ahead).await);
    }
    bench.lease(&bench.official, &waiting[2], "claim").await.expect(200);
    bench.does(&bench.asc, &waiting[3], "approve").await.expect(200);
    let no = json!({
        "clearance_id": waiting[1], "action": "deny", "reason_codes": ["OTHER"],
        "text_for_traveller": "Full.",
    });
    let body = json!({"items": [
        {"clearance_id": waiting[0], "action": "approve", "version": 1},
        no,
        {"clearance_id": waiting[2], "action": "approve"},
        {"clearance_id": waiting[3], "action": "approve"},
        {"clearance_id": waiting[4], "action": "approve", "version": 9},
        {"clearance_id": uuid::Uuid::now_v7(), "action": "approve"},
    ]});
    let house = &bench.stage.house;
    let path = "/v1/approvals/decide";
    let done = house.post_once(&bench.asc, path, "many", &body).await.expect(200).json();
    let results = done["results"].as_array().unwrap().clone();
    let status = |results: &[Value]| -> Vec<i64> {
        results.iter().map(|one| one["status"].as_i64().unwrap()).collect()
    };
    assert_eq!(status(&results), [200, 200, 409, 409, 412, 404]);
    assert_eq!(results[0]["decision"]["state"], "approved");
    assert_eq!(results[1]["decision"]["state"], "denied");
    assert_eq!(results[2]["problem"]["code"], "HELD");
    assert_eq!(results[3]["problem"]["code"], "ALREADY_DECIDED");
    // the same request finds what was written, and tries the rest again
    bench.lease(&bench.official, &waiting[2], "release").await.expect(204);
    let again = house.post_once(&bench.asc, path, "many", &body).await.expect(200).json();
    let again = again["results"].as_array().unwrap().clone();
    assert_eq!(status(&again), [200, 200, 200, 409, 412, 404]);
    assert_eq!(again[0]["decision"], results[0]["decision"]);

    let twice = json!({"items": [
        {"clearance_id": waiting[5], "action": "approve"},
        {"clearance_id": waiting[5], "action": "appeal"},
    ]});
    let told = house.post_once(&bench.asc, path, "x", &twice).await.expect(422).faults();
    let told: Vec<_> = told.iter().map(|(_, code)| code.as_str()).collect();
    assert_eq!(told, ["REPEATED", "CHOICE"]);
    let many: Vec<Value> = (0..201)
        .map(|_| json!({"clearance_id": uuid::Uuid::now_v7(), "action": "approve"}))
        .collect();
    house.post_once(&bench.asc, path, "y", &json!({"items": many})).await.expect(422);
    bench.stage.house.close().await;
}

#[tokio::test]
async fn many_are_taken_back_by_who_may_take_back_one() {
    let bench = Bench::set().await;
    let mut given = Vec::new();
    for ahead in 20..23 {
        let id = bench.waiting(ahead).await;
        bench.does(&bench.asc, &id, "approve").await.expect(200);
        given.push(id);
    }
    let waiting = bench.waiting(24).await;
    let taken_back = |id: &str| {
        json!({
            "clearance_id": id, "action": "revoke", "reason_codes": ["SECURITY_ADVICE"],
            "text_for_traveller": "The roads are closed.",
        })
    };
    let body = json!({"items": [
        taken_back(&given[0]),
        taken_back(&given[1]),
        taken_back(&waiting),
        {"clearance_id": given[2], "action": "deny", "reason_codes": ["SECURITY_ADVICE"],
            "text_for_traveller": "No."},
    ]});
    let house = &bench.stage.house;
    let path = "/v1/approvals/decide";
    let results = async |caller, key: &str| {
        let done = house.post_once(caller, path, key, &body).await.expect(200).json();
        done["results"].as_array().unwrap().clone()
    };
    let status = |results: &[Value]| -> Vec<i64> {
        results.iter().map(|one| one["status"].as_i64().unwrap()).collect()
    };
    let refused = results(&bench.asc, "no").await;
    assert_eq!(status(&refused)[..2], [403, 403], "{refused:?}");
    assert_eq!(refused[0]["problem"]["rule"], "R-801");
    let done = results(&bench.official, "yes").await;
    // what waits was never given; what was given is not denied any more
    assert_eq!(status(&done), [200, 200, 409, 409], "{done:?}");
    assert_eq!(done[0]["decision"]["state"], "revoked");
    assert_eq!(done[2]["problem"]["code"], "MOVE_NOT_ALLOWED");
    assert_eq!(done[3]["problem"]["code"], "ALREADY_DECIDED");
    let again = results(&bench.official, "yes").await;
    assert_eq!(again[1]["decision"], done[1]["decision"]);
    let last = bench.history(&bench.official, &given[1]).await.pop().unwrap();
    assert_eq!(last["text_for_traveller"], "The roads are closed.");
    bench.stage.house.close().await;
}
