//! Killed with SIGKILL in the middle of deciding live clearances again: the next process goes on.
//! No stay is missed or told twice.

use std::time::Duration;

use tokio_postgres::Client;

use crate::harness::environment;
use crate::trips::killed::Process;
use crate::trips::stage::{NAIROBI, Stage};

/// Live stays of the whole test.
const STAYS: usize = 100_000;
/// Kills that are tried until one falls into the middle.
const TRIES: usize = 12;

/// Live stays as the load test makes them.
async fn fill(client: &Client, stays: usize) {
    let pattern = client.query_one("SELECT trip_id::text FROM trip", &[]).await.unwrap();
    let text = include_str!("../../../loadtests/redecide_fill.sql")
        .replace("\\ir again.sql", include_str!("../../../loadtests/again.sql"))
        .replace(":'pattern'", &format!("'{}'", pattern.get::<_, &str>(0)))
        .replace(":stays", &stays.to_string());
    client.batch_execute(&text).await.unwrap();
}

/// The area changes, as the service writes it.
async fn change(client: &Client, status: &str, cause: &str) -> uuid::Uuid {
    let id = uuid::Uuid::now_v7();
    let text = format!(
        "BEGIN; SELECT lock_world_exclusive(); \
         UPDATE world_state SET version = version + 1; \
         UPDATE area_state SET status = '{status}', \
             revision = (SELECT version FROM world_state) WHERE area_id = '{NAIROBI}'; \
         INSERT INTO redecision (redecision_id, area_id, cause, world_version) \
         SELECT '{id}', '{NAIROBI}', '{cause}', version FROM world_state; \
         SELECT pg_notify('world', version::text) FROM world_state; COMMIT"
    );
    client.batch_execute(&text).await.unwrap();
    id
}

async fn count(client: &Client, query: &str) -> i64 {
    client.query_one(query, &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_was_killed_goes_on_and_tells_nobody_twice() {
    let stays = environment().count(STAYS).max(4_000);
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    stage.submit(&traveller, &stage.to_nairobi(&traveller, 20, 2)).await.expect(201);
    let (running, telemetry, _log, issuer, database) = stage.house.into_parts();
    assert!(running.stop().await.is_empty());
    telemetry.finish();
    let client = database.connect().await;
    fill(&client, stays).await;
    let all = i64::try_from(stays).unwrap() + 1;

    let (mut middle, mut changes) = (0, vec![("suspended", "suspended"), ("open", "reopened")]);
    for _ in 0..TRIES {
        let (status, cause) = changes[0];
        changes.rotate_left(1);
        // nobody has the lease of a process that is gone for long
        client.batch_execute("UPDATE settling SET leased_until = '-infinity'").await.unwrap();
        let id = change(&client, status, cause).await;
        let done = format!("SELECT count(*) FROM ledger_entry WHERE redecision_id = '{id}'");
        let first = Process::start_on(&database.url(), &issuer.url);
        while count(&client, &done).await == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        first.kill();
        let before = count(&client, &done).await;
        middle += usize::from(before < all);
        client.batch_execute("UPDATE settling SET leased_until = '-infinity'").await.unwrap();
        let second = Process::start_on(&database.url(), &issuer.url);
        let open = "SELECT count(*) FROM redecision WHERE settled_at IS NULL";
        while count(&client, open).await > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        second.kill();
        assert_eq!(count(&client, &done).await, all, "every stay is told, and once");
        let told = format!(
            "SELECT count(DISTINCT e.event ->> 'clearance_id') FROM outbox AS o \
             CROSS JOIN LATERAL json_array_elements(o.events) AS e (event) \
             WHERE e.event ->> 'redecision_id' = '{id}'"
        );
        assert_eq!(count(&client, &told).await, all);
        let told = told.replace("DISTINCT e.event ->> 'clearance_id'", "*");
        assert_eq!(count(&client, &told).await, all, "an event for each");
        let state = if status == "open" { "cleared" } else { "suspended" };
        let states = format!("SELECT count(*) FROM clearance WHERE state = '{state}'");
        assert_eq!(count(&client, &states).await, all);
        let even = format!(
            "SELECT count(*) FROM redecision WHERE redecision_id = '{id}' \
             AND foreseen = applied AND moved = {all}"
        );
        assert_eq!(count(&client, &even).await, 1, "what was foreseen was applied");
        if middle > 0 {
            break;
        }
    }
    assert!(middle > 0, "no kill fell into the middle of a batch");
    drop(client);
    issuer.stop().await;
    database.drop_now().await;
}
