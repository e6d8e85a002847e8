//! Several replicas, and one that dies in the middle.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use safeconduct::desk::{ClockParts, Clocks};

use super::{Offices, departure, hours, move_to};
use crate::trips::stage::{NAIROBI, Stage, Standing};

fn replica(stage: &Stage) -> Clocks {
    let parts = &stage.house.running().parts;
    let identity = Arc::clone(&parts.identity);
    Clocks::new(ClockParts {
        database: parts.database.clone(),
        world: parts.world.snapshot(),
        recorder: parts.recorder.clone(),
        working_time: Arc::new(move |area, country| {
            identity.authority().working_time(area, country)
        }),
        metrics: Arc::clone(&parts.metrics),
        poll: Duration::from_secs(30),
    })
}

/// As many events of clocks as notes of them, each clock once in a round.
const NOTED: &str = "SELECT count(*) FROM clock_notice";
const TOLD: &str = "SELECT count(*) FROM outbox, json_array_elements(events) AS e \
    WHERE e ->> 'kind' IN ('clearance.reminded', 'clearance.adviser_informed', \
    'clearance.official_informed', 'clearance.centre_informed', 'clearance.not_cleared')";

#[tokio::test(flavor = "multi_thread")]
async fn one_of_many_minds_the_clocks_and_each_rings_once() {
    let stage = Stage::set(&[Standing::at_level(NAIROBI, 4)]).await;
    let _offices = Offices::fill(&stage).await;
    for _ in 0..8 {
        let traveller = stage.person("unicef").await;
        stage.submit(&traveller, &stage.to_nairobi(&traveller, 30, 2)).await.expect(201);
    }
    let replicas: Vec<Clocks> = (0..4).map(|_| replica(&stage)).collect();
    let mut at = departure(&stage, 30) - hours(80);
    for _ in 0..50 {
        move_to(&stage, at).await;
        let rounds = join_all(replicas.iter().map(Clocks::round)).await;
        let minded = rounds.into_iter().filter(|round| round.as_ref().unwrap().minded).count();
        assert!(minded <= 1, "{minded} replicas mind the clocks at once");
        assert_eq!(stage.count(TOLD).await, stage.count(NOTED).await);
        at += hours(4);
    }
    let whole = "SELECT count(DISTINCT clearance_id) FROM clock_notice \
                 WHERE clock = 'not_cleared'";
    assert_eq!(stage.count(whole).await, 8);
    let over = "SELECT count(*) FROM clearance WHERE state = 'expired'";
    assert_eq!(stage.count(over).await, 8);
    stage.house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_leaves_in_the_middle_the_next_goes_on_with() {
    let stage = Stage::set(&[Standing::at_level(NAIROBI, 4)]).await;
    let _offices = Offices::fill(&stage).await;
    for _ in 0..12 {
        let traveller = stage.person("unicef").await;
        stage.submit(&traveller, &stage.to_nairobi(&traveller, 30, 2)).await.expect(201);
    }
    let mut at = departure(&stage, 30) - hours(48);
    // each gets a little further before it dies; its lease ends with its time
    for milliseconds in 1..24 {
        move_to(&stage, at).await;
        let dying = replica(&stage);
        let patience = Duration::from_millis(milliseconds);
        let _dead_or_done = tokio::time::timeout(patience, dying.round()).await;
        at += hours(1);
    }
    move_to(&stage, at).await;
    // one of the two has the lease
    let last = replica(&stage);
    let (one, other) = tokio::join!(last.round(), stage.house.running().parts.clocks.round());
    assert!(one.unwrap().minded != other.unwrap().minded);
    let passed_up = "SELECT count(*) FROM clearance WHERE state = 'escalated'";
    assert_eq!(stage.count(passed_up).await, 12);
    assert_eq!(stage.count(TOLD).await, stage.count(NOTED).await);
    let officials = "SELECT count(*) FROM clock_notice WHERE clock = 'official'";
    assert_eq!(stage.count(officials).await, 12);
    stage.house.close().await;
}
