//! PostgreSQL killed with SIGKILL in the middle of load, on a cluster where what is acknowledged is
//! durable.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use safeconduct::model::{Committed, TripId};
use uuid::Uuid;

use super::fixture::{Draft, Setting, Stay, furnish};
use crate::harness::{Cluster, TestDatabase, spawn};

async fn client(
    setting: Arc<Setting>,
    person: u32,
    rounds: i32,
    done: Arc<AtomicUsize>,
) -> Vec<TripId> {
    let mut acknowledged = Vec::new();
    for round in 0..rounds {
        let mut draft =
            Draft::of([Stay::new(person, 1, 3 * round, 1)]).key(&format!("{person}-{round}"), "{}");
        draft.evidence = 4_000;
        loop {
            match setting.recorder.commit(draft.record()).await {
                Ok(Committed::Written { .. }) => break acknowledged.push(draft.trip_id),
                Ok(Committed::Replayed(answer)) => {
                    // an attempt that failed for the client had been written: its first trip
                    let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
                    let id = body["trip_id"].as_str().unwrap().parse().unwrap();
                    break acknowledged.push(id);
                }
                Ok(other) => panic!("{other:?}"),
                Err(error) => {
                    assert!(error.is_passing(), "{error:?}");
                    // the client repeats with its key, as a new decision
                    draft.trip_id = TripId(Uuid::now_v7());
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
        done.fetch_add(1, Ordering::Relaxed);
    }
    acknowledged
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_there_after_postgresql_was_killed() {
    let cluster = Cluster::start();
    let made = TestDatabase::create_on(&cluster.url()).await;
    furnish(&made.connect().await, 20, 1000).await;
    let setting = Arc::new(Setting::start_on(made, |config| {
        config.database.statement_timeout_ms = 3_000;
    }));
    let done = Arc::new(AtomicUsize::new(0));
    let clients =
        (1..=16).map(|person| spawn(client(Arc::clone(&setting), person, 200, Arc::clone(&done))));
    let clients: Vec<_> = clients.collect();
    // by what is done rather than by the clock, so that each kill falls among the submissions
    for quarter in 1..=3 {
        while done.load(Ordering::Relaxed) < quarter * 16 * 200 / 4 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        // some clients never notice: the recorder finds out by itself what became of a commit
        assert!(done.load(Ordering::Relaxed) < 16 * 200, "the server is killed while nobody asks");
        cluster.kill();
        tokio::time::sleep(Duration::from_millis(100)).await;
        cluster.restart();
    }
    let mut acknowledged = BTreeSet::new();
    for client in clients {
        acknowledged.extend(client.await.unwrap());
    }
    assert_eq!(acknowledged.len(), 16 * 200);
    let rows = setting.client().await.query("SELECT trip_id FROM trip", &[]).await.unwrap();
    let stored: BTreeSet<TripId> = rows.iter().map(|row| TripId(row.get(0))).collect();
    assert_eq!(stored, acknowledged);
    Arc::into_inner(setting).unwrap().close().await;
}
