//! Whom the clocks bring to an item may decide it, and what a person decides is counted.

use super::bench::Bench;

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
    let client = bench.stage.house.database().connect().await;
    assert_eq!(client.execute(rang, &[&id]).await.unwrap(), 1);
    let decided = bench.does(&bench.csa, &id, "approve").await.expect(200).json();
    assert_eq!(decided["state"], "approved");
    assert_eq!(counted(&bench, "person").await, 1);
    bench.stage.house.close().await;
}
