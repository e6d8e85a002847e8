//! Many trips in one request.

use reqwest::Method;
use serde_json::{Value, json};

use super::stage::Stage;
use crate::harness::{Answer, Caller};

async fn send(stage: &Stage, caller: &Caller, lines: &[String]) -> Vec<Value> {
    let request = stage.house.request(caller, Method::POST, "/v1/trips/batch");
    let request = request.header("content-type", "application/x-ndjson");
    let answer =
        Answer::read(request.body(lines.join("\n")).send().await.unwrap()).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn each_line_stands_alone_and_keeps_its_place() {
    let stage = Stage::set(&[]).await;
    let erp = stage.erp("unicef").await;
    let mut lines = Vec::new();
    for round in 0..30 {
        let traveller = stage.person("unicef").await;
        let mut body = stage.to_nairobi(&traveller, 20, 2);
        body["external_refs"] = json!([{"system": "umoja", "id": format!("TR-{round}")}]);
        if round % 5 == 1 {
            body["segments"][0]["to"] = json!({"airport": "QQQ"});
        }
        if round % 5 == 2 {
            body["external_refs"] = json!([]);
        }
        lines.push(if round % 5 == 3 { "{oh".to_owned() } else { body.to_string() });
    }
    let answers = send(&stage, &erp, &lines).await;
    assert_eq!(answers.len(), lines.len());
    for (round, answer) in (0_u64..).zip(&answers) {
        assert_eq!(answer["line"], round + 1);
        let (status, code) = match round % 5 {
            1 => (422, json!("PLACE_UNKNOWN")),
            2 => (400, json!("IDEMPOTENCY_KEY_MISSING")),
            3 => (400, Value::Null),
            _ => (201, Value::Null),
        };
        assert_eq!(answer["status"], status, "{answer}");
        match status {
            201 => assert_eq!(answer["trip"]["clearances"].as_array().unwrap().len(), 1),
            422 => assert_eq!(answer["problem"]["errors"][0]["code"], code),
            _ => assert_eq!(answer["problem"]["code"], code),
        }
    }
    assert_eq!(stage.count("SELECT count(*) FROM trip").await, 12);

    let again = send(&stage, &erp, &lines).await;
    assert_eq!(
        stage.count("SELECT count(*) FROM trip").await,
        12,
        "the same lines, the same trips"
    );
    for (first, second) in answers.iter().zip(&again) {
        assert_eq!((&first["status"], &first["trip"]), (&second["status"], &second["trip"]));
        let replayed = if first["status"] == 201 { json!(true) } else { Value::Null };
        assert_eq!(second["replayed"], replayed);
    }
    stage.house.close().await;
}

#[tokio::test]
async fn a_line_may_bring_its_own_key() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    let mut body = stage.to_nairobi(&traveller, 20, 2);
    body["idempotency_key"] = json!("mine");
    let lines = vec![body.to_string(), body.to_string()];
    let answers = send(&stage, &traveller, &lines).await;
    assert_eq!(answers[0]["trip"], answers[1]["trip"]);
    let replayed = answers.iter().filter(|answer| answer["replayed"] == json!(true)).count();
    assert_eq!(replayed, 1);
    assert_eq!(stage.count("SELECT count(*) FROM trip").await, 1);
    stage.house.close().await;
}
