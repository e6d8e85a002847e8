//! Recorded by one, confirmed by a second who is entitled, never for oneself.

use safeconduct::access::{Role, act, admit};
use safeconduct::web::Authenticator as _;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{add, defects, delete, in_hours, person, told};
use crate::harness::Caller;
use crate::trips::stage::{NAKURU, Stage};

const PATH: &str = "/v1/appointments";

fn coordinator(stage: &Stage, of: &Caller) -> Value {
    json!({
        "person_id": of.id, "role": "area_security_coordinator", "area_ids": [NAKURU],
        "letter_ref": "DO/KE/12", "valid_to": in_hours(stage, 240),
    })
}

fn id(answer: &Value) -> String {
    answer["appointment_id"].as_str().unwrap().to_owned()
}

async fn confirm(stage: &Stage, by: &Caller, id: &str) -> crate::harness::Answer {
    stage.house.post(by, &format!("{PATH}/{id}/confirm"), &json!({})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appointment_is_in_force_once_a_second_person_has_confirmed_it() {
    let stage = Stage::set(&[]).await;
    let admin = person(&stage, Some((Role::Administrator, &[]))).await;
    let official = person(&stage, Some((Role::DesignatedOfficial, &["KE"]))).await;
    let elsewhere = person(&stage, Some((Role::DesignatedOfficial, &["UG"]))).await;
    let appointed = person(&stage, None).await;
    let decides = async || {
        let principal = stage.house.running().parts.identity.verify(&appointed.token).await;
        admit::<act::Decide>(&principal.unwrap()).is_ok()
    };
    let made = add(&stage, &admin, PATH, &coordinator(&stage, &appointed)).await.expect(201).json();
    assert_eq!((made["state"].as_str(), decides().await), (Some("recorded"), false));
    let made = id(&made);

    confirm(&stage, &elsewhere, &made).await.expect(404);
    confirm(&stage, &admin, &made).await.expect(403);
    confirm(&stage, &appointed, &made).await.expect(403);
    assert!(!decides().await);
    let confirmed = confirm(&stage, &official, &made).await.expect(200).json();
    assert_eq!(confirmed["state"], "in_force");
    assert_eq!(confirmed["confirmed_by"], official.id.to_string());
    assert!(decides().await, "this replica has heard of it");
    confirm(&stage, &official, &made).await.expect(200);
    let usg = person(&stage, Some((Role::Usg, &[]))).await;
    assert_eq!(confirm(&stage, &usg, &made).await.expect(409).json()["code"], "NOT_OPEN");

    let path = format!("{PATH}/{made}");
    delete(&stage, &elsewhere, &path).await.expect(404);
    delete(&stage, &appointed, &path).await.expect(403);
    delete(&stage, &admin, &path).await.expect(204);
    delete(&stage, &admin, &path).await.expect(204);
    assert!(!decides().await);
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_is_confirmed_by_those_entitled() {
    let stage = Stage::set(&[]).await;
    let admin = person(&stage, Some((Role::Administrator, &[]))).await;
    let official = person(&stage, Some((Role::DesignatedOfficial, &["KE"]))).await;
    let usg = person(&stage, Some((Role::Usg, &[]))).await;
    let head = Uuid::now_v7();
    stage.write_person(head, "unicef", None).await;
    let head = crate::harness::Someone::known(head).of_organization(Role::ExecutiveHead, "unicef");
    let head = stage.house.caller(head).await;
    let of = async |role: &str, more: Value| {
        let appointed = person(&stage, None).await;
        let mut body = json!({
            "person_id": appointed.id, "role": role, "letter_ref": "x",
            "valid_to": in_hours(&stage, 240),
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        id(&add(&stage, &admin, PATH, &body).await.expect(201).json())
    };
    let kenya = || json!({"countries": ["KE"]});
    // kind; what the official of Kenya, the head of the organization and headquarters are answered
    let kinds = [
        (of("designated_official", kenya()).await, [403, 404, 200]),
        (of("security_adviser", kenya()).await, [403, 404, 200]),
        (
            of("security_adviser", json!({"countries": ["KE"], "focal_point": true})).await,
            [200, 404, 409],
        ),
        (of("warden", json!({"area_ids": [NAKURU]})).await, [200, 404, 409]),
        (of("travel_focal_point", json!({"organization_id": "unicef"})).await, [404, 200, 409]),
        (of("auditor", json!({})).await, [404, 404, 200]),
        (of("usg", json!({})).await, [404, 404, 403]),
    ];
    for (made, expected) in kinds {
        for (by, status) in [&official, &head, &usg].into_iter().zip(expected) {
            confirm(&stage, by, &made).await.expect(status);
        }
    }
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_defect_is_told_at_once() {
    let stage = Stage::set(&[]).await;
    let admin = person(&stage, Some((Role::Administrator, &[]))).await;
    let none = add(&stage, &admin, PATH, &json!({})).await.expect(422);
    let expected = [
        ("", "ONE_HOLDER"),
        ("/letter_ref", "REQUIRED"),
        ("/role", "REQUIRED"),
        ("/valid_to", "REQUIRED"),
    ];
    assert_eq!(defects(&none), told(&expected));
    let body = json!({
        "person_id": Uuid::now_v7(), "role": "security_adviser", "area_ids": ["KEN-0"],
        "countries": ["ZZ"], "organization_id": "nobody", "focal_point": true,
        "letter_ref": "", "valid_to": in_hours(&stage, -1), "stray": 1,
    });
    let many = add(&stage, &admin, PATH, &body).await.expect(422);
    let expected = [
        ("/area_ids/0", "AREA_UNKNOWN"),
        ("/countries/0", "COUNTRY_UNKNOWN"),
        ("/focal_point", "NOT_OF_ROLE"),
        ("/letter_ref", "LENGTH"),
        ("/organization_id", "NOT_OF_ROLE"),
        ("/organization_id", "ORGANIZATION_UNKNOWN"),
        ("/person_id", "PERSON_UNKNOWN"),
        ("/stray", "UNKNOWN_FIELD"),
        ("/valid_to", "RANGE"),
    ];
    assert_eq!(defects(&many), told(&expected));
    let own = coordinator(&stage, &admin);
    let own = add(&stage, &admin, PATH, &own).await.expect(422);
    let expected = [("/person_id", "OWN_APPOINTMENT"), ("/role", "ADMINISTRATOR_DECIDES")];
    assert_eq!(defects(&own), told(&expected));
    let other = person(&stage, Some((Role::Administrator, &[]))).await;
    let decides = add(&stage, &admin, PATH, &coordinator(&stage, &other)).await.expect(422);
    assert_eq!(defects(&decides), told(&[("/role", "ADMINISTRATOR_DECIDES")]));
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_finds_what_the_first_one_made() {
    let stage = Stage::set(&[]).await;
    let admin = person(&stage, Some((Role::Administrator, &[]))).await;
    let appointed = person(&stage, None).await;
    let body = coordinator(&stage, &appointed);
    let first = stage.house.post_once(&admin, PATH, "k1", &body).await.expect(201);
    let again = stage.house.post_once(&admin, PATH, "k1", &body).await.expect(201);
    assert_eq!(first.json(), again.json());
    assert_eq!(again.header("idempotent-replayed"), "true");
    let other = json!({"letter_ref": "other"});
    let mut changed = body.clone();
    changed.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    let reused = stage.house.post_once(&admin, PATH, "k1", &changed).await.expect(422);
    assert_eq!(reused.json()["code"], "IDEMPOTENCY_KEY_REUSED");
    stage.house.post(&admin, PATH, &body).await.expect(400);
    assert_eq!(
        stage.count("SELECT count(*) FROM appointment WHERE letter_ref = 'DO/KE/12'").await,
        1
    );
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_paged_and_in_scope() {
    let stage = Stage::set(&[]).await;
    let admin = person(&stage, Some((Role::Administrator, &[]))).await;
    let official = person(&stage, Some((Role::DesignatedOfficial, &["KE"]))).await;
    for _ in 0..3 {
        let appointed = person(&stage, None).await;
        add(&stage, &admin, PATH, &coordinator(&stage, &appointed)).await.expect(201);
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("{PATH}?state=recorded&limit=2{cursor}");
        let page = stage.house.get(&official, &path).await.expect(200).json();
        seen.extend(page["items"].as_array().unwrap().iter().map(id));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    seen.dedup();
    assert_eq!(seen.len(), 3);
    let own = stage.house.get(&official, &format!("{PATH}?person={}", official.id)).await;
    assert_eq!(own.expect(200).json()["items"][0]["role"], "designated_official");
    let elsewhere = person(&stage, Some((Role::DesignatedOfficial, &["UG"]))).await;
    let none = stage.house.get(&elsewhere, &format!("{PATH}?area={NAKURU}")).await.expect(200);
    assert_eq!(none.json()["items"], json!([]));
    let wrong = stage.house.get(&admin, &format!("{PATH}?state=lost&role=king")).await.expect(422);
    assert_eq!(defects(&wrong), told(&[("?role", "CHOICE"), ("?state", "CHOICE")]));
    stage.house.close().await;
}
