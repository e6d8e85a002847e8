//! Several deliverers on one database: one at a time for each webhook.

use std::sync::Arc;

use safeconduct::access::Role;
use safeconduct::relay::Deliverer;
use serde_json::json;

use super::outbox::Batch;
use super::receiver::{Receiver, assert_in_order, eager};
use crate::harness::{House, Someone, TestDatabase, spawn};

/// Four webhooks of one organization, each with a receiver of its own.
async fn four_receivers(house: &House) -> Vec<Receiver> {
    let erp = house.caller(Someone::client("org").of_organization(Role::ErpClient, "org")).await;
    let mut receivers = Vec::new();
    for _ in 0..4 {
        let receiver = Receiver::start();
        receiver.register(house, &erp, json!({})).await;
        receivers.push(receiver);
    }
    receivers
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_share_the_webhooks_and_deliver_nothing_twice() {
    let house = House::start_on(TestDatabase::create().await, |config| {
        eager(config);
        config.webhooks.endpoints = 2;
    })
    .await;
    let parts = &house.running().parts;
    let (webhooks, news) = (Arc::clone(&parts.relay.webhooks), parts.relay.news.clone());
    let other = spawn(Deliverer::new(webhooks, 2, news).run(parts.tasks.stopping()));
    let client = house.database().connect().await;
    let receivers = four_receivers(&house).await;
    for version in 1..=6 {
        Batch { versions: (version, version), ..Batch::of(50) }.write(&client).await;
    }
    for receiver in &receivers {
        receiver.has_taken(300).await;
    }
    house.close().await;
    other.await.unwrap();
    for receiver in receivers {
        let taken = receiver.taken();
        assert_eq!(taken.len(), 300, "nobody was killed, so nothing comes twice");
        assert_in_order(&taken);
        receiver.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn visits_go_on_while_more_webhooks_are_leased() {
    let house = House::start_on(TestDatabase::create().await, |config| {
        eager(config);
        // whoever waits for the one connection without letting go of it waits in vain
        config.database.write_connections = 1;
        config.database.wait_timeout_ms = 600_000;
    })
    .await;
    let client = house.database().connect().await;
    let receivers = four_receivers(&house).await;
    for version in 1..=6 {
        Batch { versions: (version, version), ..Batch::of(5) }.write(&client).await;
        for receiver in &receivers {
            receiver.has_taken(usize::try_from(version).unwrap() * 5).await;
        }
    }
    house.close().await;
    for receiver in receivers {
        assert_in_order(&receiver.taken());
        receiver.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_keeps_others_away_until_it_ends() {
    let house = House::start_on(TestDatabase::create().await, eager).await;
    let client = house.database().connect().await;
    let erp = house.caller(Someone::client("org").of_organization(Role::ErpClient, "org")).await;
    let (taken, free) = (Receiver::start(), Receiver::start());
    let webhook = taken.register(&house, &erp, json!({})).await;
    free.register(&house, &erp, json!({})).await;
    let id: uuid::Uuid = webhook["webhook_id"].as_str().unwrap().parse().unwrap();
    let hold = "UPDATE webhook SET holder = gen_random_uuid(), leased_until = $2 \
                WHERE webhook_id = $1";
    let later = house.now() + jiff::SignedDuration::from_hours(1);
    client.execute(hold, &[&id, &later]).await.unwrap();
    Batch::of(10).write(&client).await;
    free.has_taken(10).await;
    assert!(taken.messages().is_empty(), "another holds it");
    client.execute(hold, &[&id, &house.now()]).await.unwrap();
    taken.has_taken(10).await;
    house.close().await;
    taken.stop().await;
    free.stop().await;
}
