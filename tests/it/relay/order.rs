//! The order of a trip's events, whatever time passes while they are looked for.

use std::fs::read_to_string;

use safeconduct::access::Role;
use serde_json::json;
use uuid::Uuid;

use super::outbox::{Batch, numbered};
use super::receiver::{Receiver, eager};
use crate::harness::{House, Someone, TestDatabase};

/// A clock that goes on by a second whenever somebody looks at it.
const STEPPING: &str = "
    CREATE SEQUENCE looks MINVALUE 0;
    CREATE OR REPLACE FUNCTION sc_now() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS $$SELECT timestamptz '2030-01-01Z' + nextval('looks') * interval '1 second'$$";

#[tokio::test(flavor = "multi_thread")]
async fn no_event_is_due_without_the_one_before_it() {
    let house = House::start_on(TestDatabase::create().await, |config| {
        eager(config);
        config.webhooks.endpoints = 0;
    })
    .await;
    let erp = house.caller(Someone::client("org").of_organization(Role::ErpClient, "org")).await;
    let receiver = Receiver::start();
    let webhook = receiver.register(&house, &erp, json!({})).await;
    let webhook: Uuid = webhook["webhook_id"].as_str().unwrap().parse().unwrap();
    let client = house.database().connect().await;
    Batch { versions: (1, 2), ..Batch::of(1) }.write(&client).await;
    assert_eq!(numbered(&client).await, 2);
    let plan = "INSERT INTO webhook_delivery
            (webhook_id, feed_seq, event_id, kind, order_key, state, next_try_at)
        SELECT $1, seq, gen_random_uuid(), 'clearance.approved', 'a trip', 'waiting', '2030-01-01Z'
        FROM generate_series(1, 2) AS seq";
    client.execute(plan, &[&webhook]).await.unwrap();

    let due = read_to_string("sql/queries/relay/webhook_due.sql").unwrap();
    let none: Vec<String> = Vec::new();
    let later = "UPDATE webhook_delivery
        SET next_try_at = timestamptz '2030-01-01Z' + $1::integer * interval '500 milliseconds'
        WHERE feed_seq = 1";
    client.batch_execute("BEGIN").await.unwrap();
    client.batch_execute(STEPPING).await.unwrap();
    let mut found = Vec::new();
    for halves in -1..8 {
        client.execute(later, &[&halves]).await.unwrap();
        client.batch_execute("ALTER SEQUENCE looks RESTART").await.unwrap();
        let rows = client.query(&due, &[&webhook, &10_i64, &true, &none, &none, &none]).await;
        let rows = rows.unwrap();
        found.push(rows.iter().map(|row| row.get::<_, i64>("feed_seq")).collect::<Vec<_>>());
    }
    client.batch_execute("ROLLBACK").await.unwrap();
    assert!(found.iter().all(|seqs| seqs[..] != [2]), "the second goes alone: {found:?}");
    // now comes once, and both ways
    assert_eq!((found.first(), found.last()), (Some(&vec![1, 2]), Some(&vec![])), "{found:?}");
    drop(client);
    house.close().await;
    receiver.stop().await;
}
