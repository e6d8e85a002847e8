//! Whom the clocks bring to an item may decide it, and what a person decides is counted.

use jiff::SignedDuration;
use safeconduct::access::Role;

use super::bench::{Bench, ids};
use crate::harness::Someone;
use crate::trips::stage::{NAIROBI, NAKURU, Standing};

/// What a counter of decisions says, over late and timely ones.
async fn counted(bench: &Bench, by: &str) -> u64 {
    let metrics = bench.stage.house.get_bare("/metrics").await.expect(200).text;
    let name = "safeconduct_clearances_decided_total{";
    let by = format!("by=\"{by}\"");
    let lines = metrics.lines().filter(|line| line.starts_with(name) && line.contains(&by));
    lines.map(|line| line.rsplit_once(' ').unwrap().1.parse::<u64>().unwrap()).sum()
}

#[tokio::test]
async fn whom_the_clocks_reached_may_decide_and_is_counted() {
    let bench = Bench::set().await;
    let id = bench.waiting(20).await;
    let early = bench.does(&bench.csa, &id, "approve").await;
    assert_eq!(early.status, 403, "nobody brought the adviser in: {}", early.text);
    assert_eq!(counted(&bench, "person").await, 0);

    let rang = "INSERT INTO clock_notice (clearance_id, clock, round, trip_id, area_id, rang_at, \
                roles, persons) SELECT clearance_id, 'adviser', 0, trip_id, area_id, sc_now(), \
                '{security_adviser}', '{}' FROM clearance WHERE clearance_id::text = $1";
    assert!(bench.claim_next(&bench.csa, 1).await.is_empty(), "it is the coordinator's");
    let client = bench.stage.house.database().connect().await;
    assert_eq!(client.execute(rang, &[&id]).await.unwrap(), 1);
    let next = bench.claim_next(&bench.csa, 1).await;
    assert_eq!(next[0]["item"]["clearance_id"], serde_json::json!(id));
    let decided = bench.does(&bench.csa, &id, "approve").await.expect(200).json();
    assert_eq!(decided["state"], "approved");
    assert_eq!(counted(&bench, "person").await, 1);
    bench.stage.house.close().await;
}

/// Two steps, nobody at work, and the clock passes it up: whom it reached can still bring it to an
/// end, and the two steps stay two.
#[tokio::test]
async fn a_two_step_item_that_the_clock_passed_up_is_decided_by_whom_it_reached() {
    let two_steps =
        Standing { policy: |policy| policy.two_step = true, ..Standing::at_level(NAIROBI, 4) };
    let bench = Bench::set_with(&[two_steps, Standing::at_level(NAKURU, 4)]).await;
    let id = bench.waiting(20).await;
    assert_eq!(bench.clearance(&bench.official, &id).await["two_step"], true);
    let near = SignedDuration::from_hours(18 * 24 + 12);
    bench.wait_minutes(near.as_mins()).await;
    let clocks = &bench.stage.house.running().parts.clocks;
    while clocks.round().await.unwrap().rang > 0 {}
    // tokens do not last so long
    let of_kenya = |role| Someone::person().of_countries(role, &["KE"]);
    let csa = bench.stage.house.caller(of_kenya(Role::SecurityAdviser)).await;
    let official = bench.stage.house.caller(of_kenya(Role::DesignatedOfficial)).await;
    assert_eq!(bench.clearance(&official, &id).await["state"], "escalated");

    let early = bench.does(&official, &id, "approve").await.expect(409).json();
    assert_eq!(early["code"], "TWO_STEP");
    assert_eq!(ids(&bench.queue(&csa, "").await), [id.as_str()], "the first step is the adviser's");
    bench.does(&csa, &id, "recommend").await.expect(200);
    let own = bench.does(&csa, &id, "approve").await.expect(403).json();
    assert_eq!(own["rule"], "R-805", "who recommends does not decide: {own}");
    let next = bench.claim_next(&official, 1).await;
    assert_eq!(next[0]["item"]["clearance_id"], serde_json::json!(id));
    let done = bench.does(&official, &id, "approve").await.expect(200).json();
    assert_eq!((&done["state"], &done["capacity"]), (&"approved".into(), &"own".into()));
    bench.stage.house.close().await;
}
