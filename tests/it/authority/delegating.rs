//! Given by an official within the own power, seen in scope, taken back.

use safeconduct::access::{DelegationState, Role};
use safeconduct::web::Authenticator as _;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{add, defects, delete, in_hours, person, told};
use crate::harness::{Caller, Someone};
use crate::trips::stage::{NAKURU, Stage};

const PATH: &str = "/v1/delegations";

fn nakuru(stage: &Stage, to: &Caller) -> Value {
    json!({
        "delegate": {"person_id": to.id}, "area_ids": [NAKURU], "risk_bands": ["low", "medium"],
        "max_stay_nights": 21, "letter_ref": "DO/KE/40", "valid_to": in_hours(stage, 24),
    })
}

fn with(mut body: Value, more: &Value) -> Value {
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn an_official_gives_and_takes_back() {
    let stage = Stage::set(&[]).await;
    let official = person(&stage, Some((Role::DesignatedOfficial, &["KE"]))).await;
    let delegate = person(&stage, None).await;
    let given = async || {
        let principal = stage.house.running().parts.identity.verify(&delegate.token).await;
        principal.unwrap().delegations.first().map(|one| one.state(stage.house.now()))
    };
    let made = add(&stage, &official, PATH, &nakuru(&stage, &delegate)).await.expect(201).json();
    assert_eq!(made["state"], "in_force");
    assert_eq!(made["delegator_id"], official.id.to_string());
    assert_eq!(given().await, Some(DelegationState::InForce));

    let path = format!("{PATH}/{}", made["delegation_id"].as_str().unwrap());
    let other = person(&stage, Some((Role::DesignatedOfficial, &["UG"]))).await;
    delete(&stage, &other, &path).await.expect(404);
    let refused = delete(&stage, &delegate, &path).await.expect(403);
    assert!(refused.text.contains("R-803"), "{}", refused.text);
    delete(&stage, &official, &path).await.expect(204);
    delete(&stage, &official, &path).await.expect(204);
    assert_eq!(given().await, Some(DelegationState::Revoked));
    let seen = stage.house.get(&delegate, &format!("{PATH}?state=revoked")).await.expect(200);
    assert_eq!(seen.json()["items"][0]["revoked_by"], official.id.to_string());
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_is_a_delegate_too() {
    let stage = Stage::set(&[]).await;
    let official = person(&stage, Some((Role::DesignatedOfficial, &["KE"]))).await;
    let adviser = person(&stage, Some((Role::SecurityAdviser, &["KE"]))).await;
    let body = with(
        nakuru(&stage, &adviser),
        &json!({"delegate": {"role": "security_adviser", "country": "KE"}, "risk_bands": ["high"]}),
    );
    add(&stage, &official, PATH, &body).await.expect(201);
    let principal = stage.house.running().parts.identity.verify(&adviser.token).await.unwrap();
    assert_eq!(principal.delegations.len(), 1);
    assert!(principal.delegated.areas.contains(&NAKURU.into()));
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_more_than_they_have_and_every_defect_is_told() {
    let stage = Stage::set(&[]).await;
    let official = person(&stage, Some((Role::DesignatedOfficial, &["KE"]))).await;
    let delegate = person(&stage, None).await;
    let refused = async |more: Value| {
        let body = with(nakuru(&stage, &delegate), &more);
        defects(&add(&stage, &official, PATH, &body).await.expect(422))
    };
    let above = refused(json!({"area_ids": ["COL-1399", NAKURU], "countries": ["KE", "UG"]})).await;
    let expected = [("/area_ids/0", "ABOVE_OWN_POWER"), ("/countries/1", "ABOVE_OWN_POWER")];
    assert_eq!(above, told(&expected));
    let long = refused(json!({"valid_to": in_hours(&stage, 24 * 400)})).await;
    assert_eq!(long, told(&[("/valid_to", "ABOVE_OWN_POWER")]));
    let bands = refused(json!({"risk_bands": ["low", "high", "very_high", "odd"]})).await;
    let expected = [
        ("/risk_bands/1", "NOT_DELEGABLE"),
        ("/risk_bands/2", "NOT_DELEGABLE"),
        ("/risk_bands/3", "CHOICE"),
    ];
    assert_eq!(bands, told(&expected));
    let own = refused(json!({"delegate": {"person_id": official.id}})).await;
    assert_eq!(own, told(&[("/delegate/person_id", "TO_ONESELF")]));
    let both = json!({"person_id": delegate.id, "role": "security_adviser", "country": "KE"});
    let both = refused(json!({"delegate": both})).await;
    assert_eq!(both, told(&[("/delegate", "ONE_DELEGATE")]));
    let none = add(&stage, &official, PATH, &json!({})).await.expect(422);
    let expected = [
        ("/area_ids", "REQUIRED"),
        ("/delegate", "ONE_DELEGATE"),
        ("/delegate", "REQUIRED"),
        ("/letter_ref", "REQUIRED"),
        ("/risk_bands", "REQUIRED"),
        ("/valid_to", "REQUIRED"),
    ];
    assert_eq!(defects(&none), told(&expected));
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_official_in_person_delegates() {
    let stage = Stage::set(&[]).await;
    let id = Uuid::now_v7();
    stage.write_person(id, "undss", None).await;
    let stand_in = Someone::known(id).of_countries(Role::DesignatedOfficial, &["KE"]).ad_interim();
    let stand_in = stage.house.caller(stand_in).await;
    let delegate = person(&stage, None).await;
    let refused = add(&stage, &stand_in, PATH, &nakuru(&stage, &delegate)).await.expect(403);
    assert!(refused.text.contains("R-803"), "{}", refused.text);
    let usg = person(&stage, Some((Role::Usg, &[]))).await;
    add(&stage, &usg, PATH, &nakuru(&stage, &delegate)).await.expect(403);
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_finds_what_the_first_one_gave() {
    let stage = Stage::set(&[]).await;
    let official = person(&stage, Some((Role::DesignatedOfficial, &["KE"]))).await;
    let delegate = person(&stage, None).await;
    let body = nakuru(&stage, &delegate);
    let first = stage.house.post_once(&official, PATH, "k1", &body).await.expect(201);
    let again = stage.house.post_once(&official, PATH, "k1", &body).await.expect(201);
    assert_eq!(first.json(), again.json());
    let other = with(body, &json!({"max_stay_nights": 3}));
    let reused = stage.house.post_once(&official, PATH, "k1", &other).await.expect(422);
    assert_eq!(reused.json()["code"], "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(stage.count("SELECT count(*) FROM delegation").await, 1);
    stage.house.close().await;
}
