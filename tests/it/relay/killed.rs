//! The deliverer killed at seeded points: every event arrives at least once, in the order of its
//! trip, with a good signature.

use safeconduct::access::Role;
use safeconduct::relay::Deliverer;
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_postgres::Client;
use uuid::Uuid;

use super::outbox::{Batch, numbered};
use super::receiver::{Receiver, Reply, assert_in_order, different, eager};
use crate::harness::{House, Someone, TestDatabase, environment, spawn};

/// Events of one round: what a kill can make come again.
const ROUND: usize = 64;

/// A deliverer of the test's own, which can be killed.
struct Doomed {
    holder: Uuid,
    running: JoinHandle<()>,
}

impl Doomed {
    fn start(house: &House) -> Self {
        let parts = &house.running().parts;
        let (webhooks, news) = (Arc::clone(&parts.relay.webhooks), parts.relay.news.clone());
        let deliverer = Deliverer::new(webhooks, 2, news);
        let holder = deliverer.holder();
        Self { holder, running: spawn(deliverer.run(parts.tasks.stopping())) }
    }

    async fn kill(self) {
        self.running.abort();
        assert!(self.running.await.unwrap_err().is_cancelled());
    }
}

/// Lets the leases of the dead run out at once, also those they had asked for when they died.
async fn bury(client: Client, dead: Arc<Mutex<Vec<Uuid>>>) {
    let end = "UPDATE webhook SET leased_until = '-infinity' \
               WHERE holder = ANY($1) AND leased_until > sc_now()";
    loop {
        let holders = dead.lock().unwrap().clone();
        client.execute(end, &[&holders]).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deliverer_killed_anywhere_loses_nothing_and_keeps_the_order_of_each_trip() {
    let whole = environment().count(100_000);
    let (versions, kills) = (10, (whole / 500).max(20));
    let trips = i32::try_from(whole).unwrap() / versions;
    let house = House::start_on(TestDatabase::create().await, |config| {
        eager(config);
        config.webhooks.endpoints = 0;
        config.webhooks.tries = 1000;
    })
    .await;
    let client = house.database().connect().await;
    let erp = house.caller(Someone::client("org").of_organization(Role::ErpClient, "org")).await;
    let receiver = Receiver::start();
    let webhook = receiver.register(&house, &erp, json!({})).await;

    // one in fifty is refused once or more, by a rule of the seed
    let chance = Mutex::new(fastrand::Rng::with_seed(7301));
    receiver.behave(move |_| {
        Reply::Status(if chance.lock().unwrap().u8(..50) == 0 { 500 } else { 204 })
    });
    let mut seeded = fastrand::Rng::with_seed(19);
    let mut points: Vec<usize> = (0..kills).map(|_| seeded.usize(1..whole)).collect();
    points.sort_unstable();
    let half = versions / 2;
    Batch { versions: (1, half), ..Batch::of(trips) }.write(&client).await;
    let rest = Batch { versions: (half + 1, versions), ..Batch::of(trips) };

    let dead = Arc::new(Mutex::new(Vec::new()));
    let burying = spawn(bury(house.database().connect().await, Arc::clone(&dead)));
    let mut writes = Some(rest);
    for point in points {
        let doomed = Doomed::start(&house);
        if point > whole / 4
            && let Some(rest) = writes.take()
        {
            rest.write(&client).await;
        }
        receiver.heard(point).await;
        dead.lock().unwrap().push(doomed.holder);
        doomed.kill().await;
    }
    if let Some(rest) = writes {
        rest.write(&client).await;
    }
    let last = Doomed::start(&house);
    receiver.has_taken(whole).await;
    let head = numbered(&client).await;
    let path = format!("/v1/webhooks/{}", webhook["webhook_id"].as_str().unwrap());
    loop {
        let stands = house.get(&erp, &path).await.expect(200).json();
        assert_eq!((&stands["state"], &stands["dead"]), (&json!("active"), &json!(0)));
        if stands["waiting"] == 0 && stands["position"] == head {
            break;
        }
        tokio::task::yield_now().await;
    }
    let taken = receiver.taken();
    assert_eq!(different(&taken), whole);
    assert_in_order(&taken);
    let again = taken.len() - whole;
    assert!(again <= kills * ROUND, "{again} of {whole} came again after {kills} kills");
    burying.abort();
    house.close().await;
    last.running.await.unwrap();
    receiver.stop().await;
}
