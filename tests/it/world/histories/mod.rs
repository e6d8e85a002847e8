//! Random histories of changes: after each has settled, the states of all live clearances are those
//! of a slow model that decides everything again from nothing, and what was done is, byte for byte,
//! what a preview of the change had said.

mod changes;
mod slow;

use std::collections::BTreeSet;
use std::time::Duration;

use safeconduct::access::Role;
use safeconduct::model::Cause;
use tokio_postgres::Client;

use self::changes::{Chance, change, give_back};
use self::slow::{Change, after, concerned, evidences, stored};
use crate::harness::{Someone, environment};
use crate::trips::stage::Stage;

/// Changes of the whole test.
const STEPS: usize = 10_000;

async fn at_rest(stage: &Stage, client: &Client) {
    stage.house.running().parts.settle.notify_one();
    let open = "SELECT count(*) FROM redecision WHERE settled_at IS NULL";
    while client.query_one(open, &[]).await.unwrap().get::<_, i64>(0) > 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Trips of a few people, near and far; what some of them have is a person's word.
async fn fill(stage: &Stage, client: &Client) {
    for ahead in [3, 20, 40] {
        for _ in 0..2 {
            let traveller = stage.person("unicef").await;
            stage.submit(&traveller, &stage.example(&traveller, ahead)).await.expect(201);
            let other = stage.person("wfp").await;
            stage.submit(&other, &stage.to_nairobi(&other, ahead, 2)).await.expect(201);
        }
    }
    let approve = "UPDATE clearance SET state = 'approved' WHERE state = 'cleared' \
                   AND abs(hashtext(clearance_id::text)) % 3 = 0";
    client.batch_execute(approve).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_history_ends_where_a_slow_model_ends() {
    let stage = Stage::set(&[]).await;
    let client = stage.house.database().connect().await;
    let usg = stage.house.caller(Someone::person().holding(Role::Usg)).await;
    fill(&stage, &client).await;
    let bodies = evidences(&client).await;
    let mut model = stored(&client).await;
    let (mut chance, mut moved) = (Chance(0x5EED_0003), 0);
    for step in 0..environment().count(STEPS) {
        // from time to time everybody who lost a clearance has it again, or nothing would move
        let made = if step % 20 == 19 {
            give_back(&client).await;
            model = stored(&client).await;
            None
        } else {
            Some(change(&stage, &usg, &client, &mut chance).await)
        };
        at_rest(&stage, &client).await;
        let cause = made.as_ref().map_or(Cause::Level, |made| made.cause).as_str();
        let atlas = stage.house.running().parts.world.snapshot().load();
        let concerned = match made.as_ref().and_then(|made| made.area.as_ref()) {
            Some(area) => concerned(&client, area).await,
            None => BTreeSet::new(),
        };
        let now = stage.house.now();
        for (id, own) in &mut model {
            let change = Change { cause, concerns: concerned.contains(id), now };
            let next = after(own, &bodies[&own.trip], &atlas, change);
            moved += usize::from(next != *own);
            *own = next;
        }
        let stored = stored(&client).await;
        let differ = model.iter().find(|(id, own)| stored.get(id) != Some(own));
        assert_eq!(differ.map(|(id, own)| (own, &stored[id])), None, "step {step}: {cause}");
        if let Some(made) = made {
            let last = "SELECT applied FROM redecision WHERE leader_id IS NULL \
                        ORDER BY world_version DESC LIMIT 1";
            let applied: String = client.query_one(last, &[]).await.unwrap().get(0);
            assert_eq!(made.foreseen, applied, "step {step}: the preview is what was done");
        }
    }
    assert!(moved > environment().count(STEPS) / 4, "{moved} moves: nothing was tested");
    let twice = "SELECT count(*) FROM (SELECT redecision_id, clearance_id FROM ledger_entry \
                 WHERE redecision_id IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1) AS t";
    assert_eq!(stage.count(twice).await, 0, "no batch tells anybody twice");
    let uneven = "SELECT count(*) FROM redecision \
                  WHERE leader_id IS NULL AND foreseen IS DISTINCT FROM applied";
    assert_eq!(stage.count(uneven).await, 0, "what was foreseen was applied, byte for byte");
    drop(client);
    stage.house.close().await;
}
