//! What becomes of live clearances when the world changes under them.

use safeconduct::model::{Cause, ClearanceId};
use safeconduct::trips::Redecided;
use serde_json::Value;
use uuid::Uuid;

use super::stage::{NAIROBI, NAKURU, Stage, Standing};
use crate::harness::Caller;

async fn redecide(stage: &Stage, trip: &Value, area: &str, cause: Cause) -> Redecided {
    let own = trip["clearances"].as_array().unwrap().iter().filter(|one| one["area_id"] == area);
    let own: Vec<ClearanceId> = own
        .map(|one| ClearanceId(one["clearance_id"].as_str().unwrap().parse().unwrap()))
        .collect();
    stage.house.running().parts.trips.redecide(Uuid::now_v7(), &own, cause).await.unwrap()
}

async fn states(stage: &Stage, caller: &Caller, trip: &Value) -> Vec<String> {
    let path = format!("/v1/trips/{}", trip["trip_id"].as_str().unwrap());
    let read = stage.house.get(caller, &path).await.expect(200).json();
    let clearances = read["clearances"].as_array().unwrap();
    clearances.iter().map(|one| one["state"].as_str().unwrap().to_owned()).collect()
}

const POSITIVE_UNSEEN: &str = "SELECT count(*) FROM clearance AS c \
    JOIN area_state AS a ON a.area_id = c.area_id \
    WHERE c.state IN ('cleared', 'approved') AND c.revision <> a.revision";

#[tokio::test]
async fn a_suspension_freezes_and_an_opening_thaws() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    let trip = stage.submit(&traveller, &stage.example(&traveller, 20)).await.expect(201).json();
    assert_eq!(states(&stage, &traveller, &trip).await, ["cleared", "cleared", "cleared"]);

    stage.change(&Standing { status: "suspended", ..Standing::at_level(NAKURU, 1) }).await;
    assert_eq!(stage.count(POSITIVE_UNSEEN).await, 1);
    let done = redecide(&stage, &trip, NAKURU, Cause::Level).await;
    assert_eq!((done.looked, done.suspended), (1, 1));
    assert_eq!(states(&stage, &traveller, &trip).await, ["cleared", "suspended", "cleared"]);
    assert_eq!(stage.count(POSITIVE_UNSEEN).await, 0);

    stage.change(&Standing::at_level(NAKURU, 1)).await;
    let done = redecide(&stage, &trip, NAKURU, Cause::Reopened).await;
    assert_eq!((done.looked, done.reinstated), (1, 1));
    assert_eq!(states(&stage, &traveller, &trip).await, ["cleared", "cleared", "cleared"]);
    assert_eq!(stage.count(POSITIVE_UNSEEN).await, 0);
    stage.house.close().await;
}

#[tokio::test]
async fn what_ends_by_itself_goes_to_a_person() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    let trip = stage.submit(&traveller, &stage.example(&traveller, 20)).await.expect(201).json();
    stage.change(&Standing { status: "suspended", ..Standing::at_level(NAKURU, 1) }).await;
    redecide(&stage, &trip, NAKURU, Cause::Level).await;
    stage.change(&Standing::at_level(NAKURU, 1)).await;
    let done = redecide(&stage, &trip, NAKURU, Cause::Level).await;
    assert_eq!(done.to_review, 1);
    assert_eq!(states(&stage, &traveller, &trip).await, ["cleared", "pending_review", "cleared"]);
    stage.house.close().await;
}

#[tokio::test]
async fn a_level_that_asks_for_a_person_takes_the_far_ones_and_leaves_the_near() {
    let stage = Stage::set(&[]).await;
    let (near, far) = (stage.person("unicef").await, stage.person("unicef").await);
    let soon = stage.submit(&near, &stage.to_nairobi(&near, 3, 2)).await.expect(201).json();
    let later = stage.submit(&far, &stage.to_nairobi(&far, 30, 2)).await.expect(201).json();
    stage.change(&Standing::at_level(NAIROBI, 4)).await;
    let stood = redecide(&stage, &soon, NAIROBI, Cause::Level).await;
    assert_eq!((stood.standing, stood.to_review), (1, 0), "nearer than the lead time: it stands");
    let moved = redecide(&stage, &later, NAIROBI, Cause::Level).await;
    assert_eq!((moved.standing, moved.to_review), (0, 1));
    assert_eq!(states(&stage, &far, &later).await, ["pending_review"]);
    assert_eq!(stage.count(POSITIVE_UNSEEN).await, 0);
    stage.house.close().await;
}

#[tokio::test]
async fn a_submission_decides_again_when_the_world_moves_under_it() {
    let stage = Stage::set(&[]).await;
    let traveller = stage.person("unicef").await;
    // the service has not noticed: its first decision is stale when it is written
    let client = stage.house.database().connect().await;
    client
        .batch_execute(
            "UPDATE world_state SET version = version + 1; \
             UPDATE area_state SET security_level = 4, \
                 revision = (SELECT version FROM world_state) WHERE area_id = 'KEN-1196'",
        )
        .await
        .unwrap();
    let trip = stage.submit(&traveller, &stage.to_nairobi(&traveller, 20, 2)).await.expect(201);
    assert_eq!(trip.json()["clearances"][0]["state"], "pending_review");
    assert_eq!(stage.count(POSITIVE_UNSEEN).await, 0);
    stage.house.close().await;
}
