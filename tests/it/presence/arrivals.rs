//! Who is about to arrive in an area, flight by flight.

use reqwest::Method;
use safeconduct::access::Role;
use serde_json::{Value, json};

use super::reports::{report, stage};
use crate::harness::{Answer, Caller, Someone};
use crate::trips::stage::{NAIROBI, NAKURU, Stage};

async fn page(stage: &Stage, caller: &Caller, query: &str) -> Value {
    let path = format!("/v1/areas/{NAIROBI}/arrivals?{query}");
    stage.house.get(caller, &path).await.expect(200).json()
}

async fn listed(stage: &Stage, caller: &Caller, query: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut answer = page(stage, caller, &format!("{query}&limit=2")).await;
    loop {
        items.extend(answer["items"].as_array().unwrap().clone());
        let Some(cursor) = answer["next_cursor"].as_str() else { return items };
        answer = page(stage, caller, &format!("{query}&limit=2&cursor={cursor}")).await;
    }
}

fn people(items: &[Value]) -> Vec<String> {
    items.iter().map(|one| one["person_id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn arrivals_are_listed_by_flight_with_the_groups_leader_and_how_to_reach_them() {
    let stage = stage().await;
    let office = Someone::person().of_areas(Role::AreaSecurityCoordinator, &[NAIROBI]);
    let office = stage.house.caller(office).await;
    let (leader, member) = (stage.person("unicef").await, stage.person("unicef").await);
    let client = stage.house.database().connect().await;
    let contacts = "WITH gone AS (DELETE FROM person_contact WHERE person_id = $1) \
                    INSERT INTO person_contact (person_id, position, kind, value) \
                    VALUES ($1, 9, 'email', 'lead@example.org'), ($1, 8, 'mobile', '+254700000001')";
    client.execute(contacts, &[&leader.id]).await.unwrap();
    let erp = stage.erp("unicef").await;
    let mut group = stage.to_nairobi(&leader, 10, 2);
    group["travellers"] = json!([
        {"person_id": leader.id, "role": "leader"},
        {"person_id": member.id},
    ]);
    stage.submit(&erp, &group).await.expect(201);
    // another flight on the same day, one on another day, and one that does not come
    let (late, next, gone) =
        (stage.person("unicef").await, stage.person("unicef").await, stage.person("unicef").await);
    let mut other = stage.to_nairobi(&late, 10, 2);
    other["segments"][0]["flight_no"] = json!("KQ401");
    stage.submit(&late, &other).await.expect(201);
    let body = stage.to_nairobi(&next, 11, 2);
    let trip = stage.submit(&next, &body).await.expect(201).json();
    let third = trip["clearances"][0]["clearance_id"].as_str().unwrap().to_owned();
    let body = stage.to_nairobi(&gone, 10, 2);
    let away = stage.submit(&gone, &body).await.expect(201).json();
    let cancel = format!("/v1/trips/{}/cancel", away["trip_id"].as_str().unwrap());
    let cancel = stage.house.request(&gone, Method::POST, &cancel).header("if-match", "*");
    let cancel = cancel.header("idempotency-key", "gone").send().await.unwrap();
    Answer::read(cancel).await.expect(200);

    let (day, after) = (stage.day(10).to_string(), stage.day(11).to_string());
    let that_day = listed(&stage, &office, &format!("from={day}&to={day}")).await;
    let flights: Vec<&Value> = that_day.iter().map(|one| &one["flight"]).collect();
    assert_eq!(flights, ["ET308", "ET308", "KQ401"]);
    let mut together = people(&that_day[..2]);
    together.sort_unstable();
    let mut expected = [leader.id.to_string(), member.id.to_string()];
    expected.sort_unstable();
    assert_eq!(together, expected);
    for one in &that_day[..2] {
        assert_eq!(one["leader"]["person_id"], leader.id.to_string(), "{one}");
        let contacts = json!([
            {"kind": "mobile", "value": "+254700000001"},
            {"kind": "email", "value": "lead@example.org"},
        ]);
        assert_eq!(one["leader"]["contacts"], contacts);
        let leads = one["person_id"] == leader.id.to_string();
        assert_eq!(one["role"], if leads { "leader" } else { "member" });
        assert_eq!((&one["day"], &one["state"]), (&json!(day), &json!("cleared")));
    }
    assert_eq!(people(&that_day[2..]), [late.id.to_string()]);
    assert_eq!(that_day[2]["leader"], Value::Null);

    let one_flight = listed(&stage, &office, &format!("from={day}&flight=KQ401")).await;
    assert_eq!(people(&one_flight), [late.id.to_string()]);
    assert!(page(&stage, &office, "").await["items"].as_array().unwrap().is_empty());
    report(&stage, &next, &third, "no-show", &json!({})).await.expect(409);
    let last = listed(&stage, &office, &format!("from={after}")).await;
    assert_eq!(people(&last), [next.id.to_string()]);
    assert_eq!((&last[0]["arrived_at"], &last[0]["no_show_at"]), (&Value::Null, &Value::Null));

    let backwards = format!("/v1/areas/{NAIROBI}/arrivals?from={after}&to={day}");
    stage.house.get(&office, &backwards).await.expect(422);
    let elsewhere = Someone::person().of_areas(Role::AreaSecurityCoordinator, &[NAKURU]);
    let elsewhere = stage.house.caller(elsewhere).await;
    stage.house.get(&elsewhere, &format!("/v1/areas/{NAIROBI}/arrivals")).await.expect(403);
    stage.house.get(&office, "/v1/areas/NOWHERE/arrivals").await.expect(404);
    stage.house.close().await;
}
