//! Keeping webhooks: made once, shown without their secret, rotated, taken away; each owner's own.

use reqwest::Method;
use safeconduct::access::Role;
use serde_json::{Value, json};

use super::outbox::Batch;
use super::receiver::{Receiver, eager};
use crate::harness::{Answer, Caller, House, Someone, TestDatabase};

async fn change(house: &House, caller: &Caller, ask: (Method, &str), tag: &str) -> Answer {
    let request = house.request(caller, ask.0, ask.1).header("idempotency-key", "rotation");
    let request = if tag.is_empty() { request } else { request.header("if-match", tag) };
    Answer::read(request.send().await.unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_shown_once_and_a_repeated_request_has_no_second_effect() {
    let house = House::start_on(TestDatabase::create().await, eager).await;
    let erp = house.caller(Someone::client("org").of_organization(Role::ErpClient, "org")).await;
    let receiver = Receiver::start();
    let body = json!({
        "url": receiver.url, "description": "ERP", "kinds": ["clearance.approved"],
    });
    let made = house.post_once(&erp, "/v1/webhooks", "key", &body).await.expect(201);
    let webhook = made.json();
    assert!(webhook["secret"].as_str().unwrap().starts_with("whsec_"));
    let path = format!("/v1/webhooks/{}", webhook["webhook_id"].as_str().unwrap());
    assert_eq!((made.header("location"), made.header("etag")), (path.as_str(), "\"v1\""));

    let again = house.post_once(&erp, "/v1/webhooks", "key", &body).await.expect(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.json()["webhook_id"], webhook["webhook_id"]);
    assert_eq!(again.json()["secret"], webhook["secret"]);
    let other = json!({"url": receiver.url});
    let reused = house.post_once(&erp, "/v1/webhooks", "key", &other).await.expect(422);
    assert_eq!(reused.json()["code"], "IDEMPOTENCY_KEY_REUSED");
    house.post(&erp, "/v1/webhooks", &body).await.expect(400);

    let shown = house.get(&erp, &path).await.expect(200).json();
    assert_eq!((&shown["secret"], &shown["kinds"]), (&Value::Null, &json!(["clearance.approved"])));
    let page = house.get(&erp, "/v1/webhooks").await.expect(200);
    assert!(!page.text.contains("whsec_"));
    assert_eq!(page.json()["items"].as_array().unwrap().len(), 1);

    let wrong = json!({"url": 7, "kinds": ["clearance.loved"], "stray": 1});
    let told = house.post_once(&erp, "/v1/webhooks", "wrong", &wrong).await.expect(422);
    assert_eq!(told.faults().len(), 3, "{}", told.text);
    house.close().await;
    receiver.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_rotation_both_secrets_sign_until_the_grace_is_over() {
    let house = House::start_on(TestDatabase::create().await, eager).await;
    let client = house.database().connect().await;
    let erp = house.caller(Someone::client("org").of_organization(Role::ErpClient, "org")).await;
    let receiver = Receiver::start();
    let old = receiver.register(&house, &erp, json!({})).await;
    let path = format!("/v1/webhooks/{}", old["webhook_id"].as_str().unwrap());
    let rotate = format!("{path}/rotate");
    change(&house, &erp, (Method::POST, &rotate), "").await.expect(428);
    change(&house, &erp, (Method::POST, &rotate), "\"v7\"").await.expect(412);
    let new = change(&house, &erp, (Method::POST, &rotate), "\"v1\"").await.expect(200).json();
    assert_ne!(new["secret"], old["secret"]);
    assert!(!new["old_secret_until"].is_null());
    // a repetition shows the same secret and makes none, though the version has moved on
    let again = change(&house, &erp, (Method::POST, &rotate), "\"v1\"").await.expect(200);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.json()["secret"], new["secret"]);

    let secrets = [&old, &new].map(|webhook| webhook["secret"].as_str().unwrap());
    receiver.trust(&secrets);
    Batch::of(5).write(&client).await;
    receiver.has_taken(5).await;
    assert!(receiver.taken().iter().all(|message| message.signatures == 2));

    let over = "UPDATE webhook SET old_secret_until = sc_now()";
    client.execute(over, &[]).await.unwrap();
    receiver.trust(&secrets[1..]);
    receiver.forget();
    Batch { versions: (2, 2), ..Batch::of(5) }.write(&client).await;
    receiver.has_taken(5).await;
    assert!(receiver.taken().iter().all(|message| message.signatures == 1));
    house.close().await;
    receiver.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_its_owners_alone_and_tells_no_more_once_it_is_gone() {
    let house = House::start_on(TestDatabase::create().await, eager).await;
    let client = house.database().connect().await;
    let erp = house.caller(Someone::client("org").of_organization(Role::ErpClient, "org")).await;
    let same = house.caller(Someone::client("org").of_organization(Role::ErpClient, "org")).await;
    let traveller = house.caller(Someone::person()).await;
    let receiver = Receiver::start();
    let webhook = receiver.register(&house, &erp, json!({})).await;
    let path = format!("/v1/webhooks/{}", webhook["webhook_id"].as_str().unwrap());
    for stranger in [&same, &traveller] {
        house.get(stranger, &path).await.expect(404);
        house.get(stranger, &format!("{path}/deliveries")).await.expect(404);
        change(&house, stranger, (Method::DELETE, &path), "*").await.expect(404);
        change(&house, stranger, (Method::POST, &format!("{path}/rotate")), "*").await.expect(404);
    }
    house.get(&traveller, "/v1/webhooks").await.expect(403);
    let empty = house.get(&same, "/v1/webhooks").await.expect(200).json();
    assert_eq!(empty["items"], json!([]));

    Batch::of(3).write(&client).await;
    receiver.has_taken(3).await;
    change(&house, &erp, (Method::DELETE, &path), "\"v7\"").await.expect(412);
    change(&house, &erp, (Method::DELETE, &path), "*").await.expect(204);
    house.get(&erp, &path).await.expect(404);
    // another one hears what it does not
    let after = Receiver::start();
    after.register(&house, &erp, json!({"after": 0})).await;
    Batch { versions: (2, 2), ..Batch::of(3) }.write(&client).await;
    after.has_taken(6).await;
    assert_eq!(receiver.messages().len(), 3);
    house.close().await;
    receiver.stop().await;
    after.stop().await;
}
