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
        {"clearance_id": waiting[5], "action": "revoke"},
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
