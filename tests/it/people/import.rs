//! Imports: a line for a line, keyed by number, once for a key.

use safeconduct::access::Role;
use serde_json::{Value, json};

use super::super::harness::{Answer, Caller, Someone};
use super::Town;

const ROUTE: &str = "/v1/people/import";

async fn import(town: &Town, caller: &Caller, key: Option<&str>, lines: &[Value]) -> Answer {
    let text = lines.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
    let mut request = town.house.request(caller, reqwest::Method::POST, ROUTE);
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    let request = request.header("content-type", "application/x-ndjson").body(text);
    Answer::read(request.send().await.unwrap()).await
}

fn lines(answer: &Answer) -> Vec<Value> {
    answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn line(staff_no: &str) -> Value {
    json!({
        "staff_no": staff_no, "family_name": "Otieno", "given_names": "Samuel",
        "category": "consultant", "recruitment": "international",
        "contacts": [{"kind": "mobile", "value": "+999111222333"}],
        "emergency_contacts": [{"name": "Anna Otieno", "relation": "spouse", "phone": "+999444"}],
        "certificates": [{"course": "BSAFE", "completed_on": "2025-05-05"}],
    })
}

#[tokio::test]
async fn people_come_in_and_the_same_again_disturbs_nobody() {
    let town = Town::new().await;
    town.add_area("KEN-890", "KE").await;
    let erp = town.erp("alpha").await;
    let mut stationed = line("B-2");
    stationed["duty_station_area_id"] = json!("KEN-890");
    stationed["medical_valid_to"] = json!("2027-01-01");
    let body = [line("B-1"), stationed, line("A-1")];
    let first = import(&town, &erp, Some("first"), &body).await.expect(200);
    let told = lines(&first);
    let statuses: Vec<&Value> = told.iter().map(|line| &line["status"]).collect();
    assert_eq!(statuses, [&json!(201), &json!(201), &json!(200)], "{told:?}");
    assert_eq!(town.residents("KEN-890").await, 1);
    assert_eq!(town.revision(town.person.id).await, 2);
    let me = town.house.get(&town.person, "/v1/people/me").await.json();
    assert_eq!((&me["family_name"], &me["category"]), (&json!("Otieno"), &json!("consultant")));
    assert_eq!(me["contacts"][0]["value"], "+999111222333");
    let held = town.house.get(&town.person, "/v1/people/me/certificates").await.json();
    assert_eq!(held["items"][0]["state"], "claimed");
    let again = import(&town, &erp, Some("second"), &body).await.expect(200);
    for line in lines(&again) {
        assert_eq!((&line["status"], &line["person"]["changed"]), (&json!(200), &json!(false)));
    }
    assert_eq!(town.revision(town.person.id).await, 2);
    assert_eq!(town.residents("KEN-890").await, 1);
    town.house.close().await;
}

#[tokio::test]
async fn a_key_gives_one_answer() {
    let town = Town::new().await;
    let erp = town.erp("alpha").await;
    let body = [line("B-1"), json!({"staff_no": "B-2"})];
    let missing = import(&town, &erp, None, &body).await.expect(400);
    assert_eq!(missing.json()["code"], "IDEMPOTENCY_KEY_MISSING");
    let first = import(&town, &erp, Some("once"), &body).await.expect(200);
    let again = import(&town, &erp, Some("once"), &body).await.expect(200);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(first.text, again.text);
    let other = import(&town, &erp, Some("once"), &body[..1]).await.expect(422);
    assert_eq!(other.json()["code"], "IDEMPOTENCY_KEY_REUSED");
    town.house.close().await;
}

#[tokio::test]
async fn each_line_stands_alone_with_every_defect() {
    let town = Town::new().await;
    let erp = town.erp("alpha").await;
    let mut lines_in = vec![line("B-1")];
    lines_in.push(json!({"staff_no": "B-2", "status": "active", "roles": ["usg"],
        "organization": "beta", "category": "king"}));
    let mut lost = line("B-3");
    lost["duty_station_area_id"] = json!("NOWHERE");
    lines_in.push(lost);
    let mut orphan = line("B-4");
    orphan["sponsor_staff_no"] = json!("B-99");
    lines_in.push(orphan);
    let mut family = line("B-5");
    family["sponsor_staff_no"] = json!("B-1");
    family["relation"] = json!("spouse");
    lines_in.push(family);
    lines_in.push(line("B-1"));
    let answer = import(&town, &erp, Some("k"), &lines_in).await.expect(200);
    let told = lines(&answer);
    let statuses: Vec<i64> = told.iter().map(|line| line["status"].as_i64().unwrap()).collect();
    assert_eq!(statuses, [201, 422, 422, 422, 201, 200], "{told:#?}");
    let codes: Vec<(&str, &str)> = told[1]["problem"]["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| (fault["pointer"].as_str().unwrap(), fault["code"].as_str().unwrap()))
        .collect();
    for expected in [
        ("/organization", "FIELD_NOT_YOURS"),
        ("/status", "FIELD_NOT_YOURS"),
        ("/family_name", "REQUIRED"),
        ("/category", "CHOICE"),
        ("/recruitment", "REQUIRED"),
        ("/roles", "UNKNOWN_FIELD"),
    ] {
        assert!(codes.contains(&expected), "{expected:?} in {codes:?}");
    }
    assert_eq!(told[2]["problem"]["errors"][0]["code"], "AREA_UNKNOWN");
    assert_eq!(told[3]["problem"]["errors"][0]["code"], "PERSON_UNKNOWN");
    let select = "SELECT count(*) FROM person WHERE staff_no LIKE 'B-%'";
    let count: i64 = town.client.query_one(select, &[]).await.unwrap().get(0);
    assert_eq!(count, 2);
    town.house.close().await;
}

#[tokio::test]
async fn only_an_organization_imports_and_only_its_machine_brings_health() {
    let town = Town::new().await;
    for caller in [
        town.person.clone(),
        town.house.caller(Someone::person().holding(Role::Auditor)).await,
        town.house.caller(Someone::client("beta").holding(Role::LearningSystem)).await,
    ] {
        import(&town, &caller, Some("k"), &[line("B-1")]).await.expect(403);
    }
    let focal = town.focal("alpha").await;
    let mut fit = line("B-1");
    fit["medical_valid_to"] = json!("2030-01-01");
    let told = lines(&import(&town, &focal, Some("k"), &[fit]).await.expect(200));
    assert_eq!(told[0]["problem"]["errors"][0]["pointer"], "/medical_valid_to");
    // the same number in another organization is another person
    let beta = town.erp("beta").await;
    let told = lines(&import(&town, &beta, Some("k"), &[line("A-1")]).await.expect(200));
    assert_eq!(told[0]["status"], 201);
    assert_eq!(town.revision(town.person.id).await, 1);
    town.house.close().await;
}
