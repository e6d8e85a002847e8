//! Opening, suspending and closing areas over HTTP.

use reqwest::Method;
use safeconduct::access::Role;
use serde_json::{Value, json};

use crate::harness::{Answer, Caller, House, Someone};

const PATH: &str = "/v1/areas/KEN-890/status";

async fn put(house: &House, caller: &Caller, tag: Option<&str>, body: &Value) -> Answer {
    let request = house.request(caller, Method::PUT, PATH).json(body);
    let request = match tag {
        Some(tag) => request.header("if-match", tag),
        None => request,
    };
    Answer::read(request.send().await.unwrap()).await
}

async fn tag(house: &House, caller: &Caller) -> String {
    house.get(caller, "/v1/areas/KEN-890").await.expect(200).header("etag").to_owned()
}

fn suspend() -> Value {
    json!({"status": "suspended", "reason": "fighting in town"})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_is_changed_and_seen_at_once() {
    let house = House::start().await;
    let official = Someone::person().of_countries(Role::DesignatedOfficial, &["KE"]);
    let official = house.caller(official).await;
    let before = tag(&house, &official).await;
    let answer = put(&house, &official, Some(&before), &suspend()).await.expect(200);
    let body = answer.json();
    assert_eq!(
        (&body["status"], &body["status_reason"]),
        (&"suspended".into(), &"fighting in town".into())
    );
    assert_eq!(body["review_at"], Value::Null, "an official need not look again");
    assert_eq!(body["revision"], 2);
    assert!(body["redecision_id"].is_string());
    assert_eq!(answer.header("etag"), tag(&house, &official).await);
    assert_ne!(answer.header("etag"), before);

    // The version before is stale, and the same wish again changes nothing.
    put(&house, &official, Some(&before), &suspend()).await.expect(412);
    let again = put(&house, &official, Some("*"), &suspend()).await.expect(200).json();
    assert_eq!((&again["revision"], &again["redecision_id"]), (&2.into(), &Value::Null));

    let open =
        put(&house, &official, Some("*"), &json!({"status": "open"})).await.expect(200).json();
    assert_eq!((&open["status"], &open["status_reason"]), (&"open".into(), &Value::Null));
    assert_eq!(house.get(&official, "/v1/world").await.expect(200).json()["world_version"], 3);
    let client = house.database().connect().await;
    let rows = client
        .query("SELECT cause, world_version FROM redecision ORDER BY world_version", &[])
        .await
        .unwrap();
    let rows: Vec<(&str, i64)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(rows, [("suspended", 2), ("reopened", 3)]);
    let told = client
        .query(
            "SELECT e ->> 'kind', e -> 'areas' ->> 0 FROM outbox, json_array_elements(events) AS e
             ORDER BY outbox_id",
            &[],
        )
        .await
        .unwrap();
    let told: Vec<(&str, &str)> = told.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(told, [("area.suspended", "KEN-890"), ("area.reopened", "KEN-890")]);
    drop(client);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn security_staff_suspend_in_an_emergency_and_no_more() {
    let house = House::start().await;
    let of = Role::AreaSecurityCoordinator;
    let coordinator = house.caller(Someone::person().of_areas(of, &["KEN-890"])).await;
    let far = house.now() + jiff::SignedDuration::from_hours(1000);
    let wish = json!({"status": "suspended", "reason": "flood", "review_at": far.to_string()});
    let body = put(&house, &coordinator, Some("*"), &wish).await.expect(200).json();
    let review: jiff::Timestamp = body["review_at"].as_str().unwrap().parse().unwrap();
    assert!(review <= house.now() + jiff::SignedDuration::from_hours(24));
    put(&house, &coordinator, Some("*"), &json!({"status": "open"})).await.expect(403);
    let close = json!({"status": "closed", "reason": "x"});
    put(&house, &coordinator, Some("*"), &close).await.expect(403);
    let client = house.database().connect().await;
    let row = client
        .query_one("SELECT status, emergency FROM area_state WHERE area_id = 'KEN-890'", &[])
        .await
        .unwrap();
    assert_eq!((row.get::<_, &str>(0), row.get::<_, bool>(1)), ("suspended", true));
    drop(client);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_is_refused_and_nothing_is_written() {
    let house = House::start().await;
    let nobody = house.caller(Someone::person()).await;
    put(&house, &nobody, Some("*"), &suspend()).await.expect(403);
    let elsewhere = Someone::person().of_countries(Role::DesignatedOfficial, &["UG"]);
    let elsewhere = house.caller(elsewhere).await;
    put(&house, &elsewhere, Some("*"), &suspend()).await.expect(403);
    let official = Someone::person().of_countries(Role::DesignatedOfficial, &["KE"]);
    let official = house.caller(official).await;
    put(&house, &official, Some("*"), &json!({"status": "closed", "reason": "x"}))
        .await
        .expect(403);
    put(&house, &official, None, &suspend()).await.expect(428);

    // Headquarters closes, and only headquarters opens what it closed.
    let usg = house.caller(Someone::person().holding(Role::Usg)).await;
    let close = json!({"status": "closed", "reason": "war"});
    put(&house, &usg, Some("*"), &close).await.expect(200);
    put(&house, &official, Some("*"), &json!({"status": "open"})).await.expect(403);
    put(&house, &official, Some("*"), &suspend()).await.expect(403);

    // An appointment that was revoked a moment ago is no appointment, whatever the snapshot says.
    let client = house.database().connect().await;
    client
        .execute("UPDATE appointment SET revoked_at = sc_now() WHERE role = 'usg'", &[])
        .await
        .unwrap();
    put(&house, &usg, Some("*"), &json!({"status": "open"})).await.expect(403);
    let version: i64 =
        client.query_one("SELECT version FROM world_state", &[]).await.unwrap().get(0);
    assert_eq!(version, 2, "one change was made");
    drop(client);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_defect_of_the_wish_is_told() {
    let house = House::start().await;
    let usg = house.caller(Someone::person().holding(Role::Usg)).await;
    let refused = |answer: Answer| answer.expect(422).faults();
    let pair = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
    let body = json!({"status": "ajar", "review_at": "2001-01-01T00:00:00Z", "x": 1});
    assert_eq!(
        refused(put(&house, &usg, Some("*"), &body).await),
        [pair("/status", "CHOICE"), pair("/review_at", "RANGE"), pair("/x", "UNKNOWN_FIELD")]
    );
    let body = json!({"status": "closed"});
    assert_eq!(refused(put(&house, &usg, Some("*"), &body).await), [pair("/reason", "REQUIRED")]);
    let request = house.request(&usg, Method::PUT, "/v1/areas/NO-SUCH/status");
    let request = request.json(&suspend()).header("if-match", "*");
    Answer::read(request.send().await.unwrap()).await.expect(404);
    house.close().await;
}
