//! Faults that are really made.

use std::time::Duration;

use crate::harness::{Cluster, House, Someone, TestDatabase};

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_database_is_told_and_its_return_is_noticed() {
    let cluster = Cluster::start();
    let database = TestDatabase::create_with_world_on(&cluster.url()).await;
    let house = House::start_on(database, |_| {}).await;
    let caller = house.caller(Someone::person()).await;
    house.get(&caller, "/v1/nowhere").await.expect(404);
    house.expect_a_lost_database();
    cluster.kill();
    let unready = house.get_bare("/readyz").await;
    assert_eq!(
        (unready.status, &unready.json()["missing"]),
        (503, &serde_json::json!(["database"]))
    );
    // who was let in lately still is; a stranger cannot be looked up, and no request hangs
    house.get(&caller, "/v1/nowhere").await.expect(404);
    let claims = house.issuer().claims("somebody-else", house.now());
    house.get_with(&house.issuer().key().sign(&claims), "/v1/nowhere").await.expect(503);
    cluster.restart();
    while house.get_bare("/readyz").await.status != 200 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    house.get_with(&house.issuer().key().sign(&claims), "/v1/nowhere").await.expect(403);
    house.close().await;
}
