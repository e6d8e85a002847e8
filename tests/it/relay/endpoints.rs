//! Addresses that are not public are refused, at registration and at every delivery.

use safeconduct::access::Role;
use serde_json::json;

use super::outbox::Batch;
use super::receiver::{Receiver, Reply, eager};
use crate::harness::{House, Someone, TestDatabase};

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_are_not_public_are_refused() {
    // as in production: this machine is not allowed
    let house = House::start_on(TestDatabase::create().await, |_config| {}).await;
    let erp = house.caller(Someone::client("org").of_organization(Role::ErpClient, "org")).await;
    let receiver = Receiver::start();
    let table = [
        ("https://127.0.0.1/", "ADDRESS_REFUSED"),
        ("https://localhost/", "ADDRESS_REFUSED"),
        ("https://localhost:8443/", "ADDRESS_REFUSED"),
        ("https://0.0.0.0/", "ADDRESS_REFUSED"),
        ("https://10.1.2.3/", "ADDRESS_REFUSED"),
        ("https://172.20.0.1/", "ADDRESS_REFUSED"),
        ("https://192.168.0.1/", "ADDRESS_REFUSED"),
        ("https://169.254.169.254/latest/", "ADDRESS_REFUSED"),
        ("https://100.100.0.1/", "ADDRESS_REFUSED"),
        ("https://224.0.0.1/", "ADDRESS_REFUSED"),
        ("https://2130706433/", "ADDRESS_REFUSED"),
        ("https://[::1]/", "ADDRESS_REFUSED"),
        ("https://[::ffff:10.0.0.1]/", "ADDRESS_REFUSED"),
        ("https://[fe80::1]/", "ADDRESS_REFUSED"),
        ("https://[fd00::1]/", "ADDRESS_REFUSED"),
        ("http://hooks.example.org/", "SCHEME"),
        (receiver.url.as_str(), "SCHEME"),
        ("https://hooks.example.org:5432/", "PORT"),
        ("https://me:you@hooks.example.org/", "URL_ORNAMENT"),
        ("not a url", "FORMAT"),
    ];
    for (n, (url, code)) in table.into_iter().enumerate() {
        let body = json!({"url": url});
        let refused =
            house.post_once(&erp, "/v1/webhooks", &n.to_string(), &body).await.expect(422);
        assert_eq!(refused.faults(), [("/url".to_owned(), code.to_owned())], "{url}");
    }
    assert!(receiver.messages().is_empty());
    house.close().await;
    receiver.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_turns_private_after_registration_is_refused_at_delivery() {
    let house = House::start_on(TestDatabase::create().await, |config| {
        eager(config);
        config.webhooks.tries = 1;
    })
    .await;
    let client = house.database().connect().await;
    let erp = house.caller(Someone::client("org").of_organization(Role::ErpClient, "org")).await;
    let receiver = Receiver::start();
    let webhook = receiver.register(&house, &erp, json!({})).await;
    client.execute("UPDATE webhook SET url = 'https://192.168.7.7/'", &[]).await.unwrap();
    Batch::of(1).write(&client).await;
    let path = format!("/v1/webhooks/{}", webhook["webhook_id"].as_str().unwrap());
    while house.get(&erp, &path).await.expect(200).json()["dead"] != 1 {
        tokio::task::yield_now().await;
    }
    let dead = house.get(&erp, &format!("{path}/deliveries")).await.expect(200).json();
    assert_eq!(dead["items"][0]["fault"], "address_refused");
    house.close().await;
    receiver.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_does_not_answer_the_challenge_is_no_endpoint() {
    let house = House::start_on(TestDatabase::create().await, eager).await;
    let erp = house.caller(Someone::client("org").of_organization(Role::ErpClient, "org")).await;
    let receiver = Receiver::start();
    let body = json!({"url": receiver.url});
    for (key, reply) in [("a", Reply::Wrong), ("b", Reply::Status(500)), ("c", Reply::Large)] {
        receiver.behave(move |_| reply.clone());
        let refused = house.post_once(&erp, "/v1/webhooks", key, &body).await.expect(422);
        assert_eq!(refused.faults(), [("/url".to_owned(), "CHALLENGE_FAILED".to_owned())]);
    }
    let none = house.get(&erp, "/v1/webhooks").await.expect(200).json();
    assert_eq!(none["items"], json!([]));
    // the same key again, once the address answers: what was refused was not kept
    receiver.behave(|_| Reply::Status(204));
    house.post_once(&erp, "/v1/webhooks", "a", &body).await.expect(201);
    house.close().await;
    receiver.stop().await;
}
