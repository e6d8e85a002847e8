//! Many workers over many items: none is decided or held twice, and what a killed holder had comes
//! back.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use fastrand::Rng;
use futures_util::future::join_all;
use jiff::Timestamp;
use safeconduct::access::Role;
use serde_json::Value;
use uuid::Uuid;

use super::bench::{Bench, least};
use crate::harness::{Caller, Someone, environment, spawn};
use crate::trips::stage::{NAIROBI, Standing};

const WORKERS: usize = 200;
const WHOLE: usize = 100_000;
/// Items left for the round in which workers die: it must be over before the first lease ends.
const LAST: usize = 2_000;

/// Items that wait in Nairobi, written at once: as many submissions would take the test's time.
pub(super) async fn fill(bench: &Bench, count: usize) -> Vec<Uuid> {
    let first = bench.waiting(30).await;
    bench.does(&bench.asc, &first, "approve").await.expect(200);
    let client = bench.stage.house.database().connect().await;
    let sql = "
        CREATE TEMPORARY TABLE made AS
        SELECT n, gen_random_uuid() AS person_id, gen_random_uuid() AS trip_id,
            gen_random_uuid() AS clearance_id
        FROM generate_series(1, $1::bigint) AS n";
    client.execute(&sql.replace("$1", &count.to_string()), &[]).await.unwrap();
    client.batch_execute("
        INSERT INTO person (person_id, organization_id, category, recruitment)
        SELECT person_id, 'unicef', 'staff_international', 'international' FROM made;
        INSERT INTO trip SELECT (t).* FROM (
            SELECT jsonb_populate_record(r, jsonb_build_object(
                'trip_id', m.trip_id, 'reference', 'M-' || m.n, 'requester_id', m.person_id,
                'change_no', 1, 'state', 'in_progress',
                'travellers', jsonb_build_array(m.person_id))) AS t
            FROM trip AS r CROSS JOIN made AS m
        ) AS made;
        INSERT INTO clearance (clearance_id, trip_id, trip_version, person_id, area_id, kind, stay_no,
            state, outcome, arrive, depart, arrive_at, depart_at, nights, security_level,
            policy_version, advisory_version, revision, world_version, ruleset_version, valid_from,
            valid_to, late, two_step, decider_role, queue_area_id, submitted_at, moved_at, entries,
            counts_arrival, urgent_at)
        SELECT m.clearance_id, m.trip_id, c.trip_version, m.person_id, c.area_id, c.kind, c.stay_no,
            'pending_review', c.outcome, c.arrive, c.depart, c.arrive_at, c.depart_at, c.nights,
            c.security_level, c.policy_version, c.advisory_version, c.revision, c.world_version,
            c.ruleset_version, c.valid_from, c.valid_to, c.late, c.two_step, c.decider_role,
            c.queue_area_id, c.submitted_at, c.submitted_at, 1, false, c.urgent_at + m.n
        FROM clearance AS c CROSS JOIN made AS m
        WHERE c.state = 'approved';
        INSERT INTO ledger_entry (clearance_id, entry, trip_id, at, from_state, to_state, capacity,
            rules, reasons, world_version, policy_version, advisory_version, ruleset_version)
        SELECT clearance_id, 1, trip_id, moved_at, 'submitted', 'pending_review', 'rules', '{}', '{}',
            world_version, policy_version, advisory_version, ruleset_version
        FROM clearance WHERE state = 'pending_review';
        DELETE FROM ledger_entry WHERE clearance_id IN
            (SELECT clearance_id FROM clearance WHERE state = 'approved');
        DELETE FROM clearance WHERE state = 'approved';
        ANALYZE;
    ").await.unwrap();
    let rows = client.query("SELECT clearance_id FROM made ORDER BY n", &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// A lease as its holder was told of it.
#[derive(Debug, Clone, Copy)]
struct Lease {
    holder: Uuid,
    from: Timestamp,
    until: Timestamp,
}

/// What the workers have seen together.
#[derive(Debug, Default)]
struct Seen {
    leases: BTreeMap<Uuid, Vec<Lease>>,
    decided: BTreeMap<Uuid, Uuid>,
}

fn time(value: &Value) -> Timestamp {
    value.as_str().unwrap().parse().unwrap()
}

/// How a round goes.
#[derive(Debug, Clone, Copy)]
struct Round {
    seed: u64,
    /// So many workers die with what they took first.
    dying: usize,
    /// So many decisions are enough.
    enough: usize,
}

/// Takes items and decides them until none is left or enough is done; a worker that dies takes some
/// and is not heard of again.
async fn work(bench: Arc<Bench>, (n, me): (usize, Caller), round: Round, seen: Arc<Mutex<Seen>>) {
    let mut rng = Rng::with_seed(round.seed + u64::try_from(n).unwrap());
    while seen.lock().unwrap().decided.len() < round.enough {
        let taken = bench.claim_next(&me, rng.i64(1..=4)).await;
        if taken.is_empty() {
            return;
        }
        let mut ids = Vec::new();
        for lease in &taken {
            let id: Uuid = lease["item"]["clearance_id"].as_str().unwrap().parse().unwrap();
            let (from, until) = (time(&lease["claimed_at"]), time(&lease["leased_until"]));
            let lease = Lease { holder: me.id, from, until };
            seen.lock().unwrap().leases.entry(id).or_default().push(lease);
            ids.push(id);
        }
        if n < round.dying {
            return;
        }
        for id in ids {
            let deed = if rng.u8(..3) == 0 { "deny" } else { "approve" };
            bench.act(&me, &id.to_string(), deed, &least(deed)).await.expect(200);
            let before = seen.lock().unwrap().decided.insert(id, me.id);
            assert_eq!(before, None, "{id} was decided twice");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_workers_decide_and_hold_nothing_twice() {
    let bench = Arc::new(Bench::set_with(&[Standing::at_level(NAIROBI, 4)]).await);
    let items = fill(&bench, environment().count(WHOLE)).await;
    let mut workers = Vec::new();
    for _ in 0..WORKERS {
        let someone = Someone::person().of_areas(Role::AreaSecurityCoordinator, &[NAIROBI]);
        workers.push(bench.stage.house.caller(someone).await);
    }
    let seen = Arc::new(Mutex::new(Seen::default()));
    let run = async |round: Round| {
        let tasks = workers
            .iter()
            .cloned()
            .enumerate()
            .map(|worker| spawn(work(Arc::clone(&bench), worker, round, Arc::clone(&seen))));
        for task in join_all(tasks).await {
            task.unwrap();
        }
    };
    run(Round { seed: 0, dying: 0, enough: items.len().saturating_sub(LAST) }).await;
    run(Round { seed: 1000, dying: 10, enough: usize::MAX }).await;
    let left = "SELECT count(*) FROM clearance WHERE queue_state IS NOT NULL";
    let dead = bench.stage.count(left).await;
    assert!(dead >= 1, "the dead took something");
    assert_eq!(bench.stage.count("SELECT count(*) FROM desk_lease").await, dead);
    // nothing comes back before its time, everything within it
    bench.wait_minutes(9).await;
    assert!(bench.claim_next(&workers[199], 50).await.is_empty());
    bench.wait_minutes(11).await;
    run(Round { seed: 2000, dying: 0, enough: usize::MAX }).await;
    assert_eq!(bench.stage.count(left).await, 0);

    let seen = std::mem::take(&mut *seen.lock().unwrap());
    for (id, leases) in &seen.leases {
        for pair in leases.windows(2) {
            assert!(pair[0].until <= pair[1].from, "{id} was held twice: {pair:?}");
        }
        assert_eq!(seen.decided[id], leases.last().unwrap().holder, "{id}");
    }
    assert_eq!(seen.decided.len(), items.len());
    let client = bench.stage.house.database().connect().await;
    let ledger = "SELECT clearance_id, person_id, from_state FROM ledger_entry \
                  WHERE capacity <> 'rules' ORDER BY clearance_id";
    let rows = client.query(ledger, &[]).await.unwrap();
    assert_eq!(rows.len(), items.len(), "one decision an item");
    for row in rows {
        assert_eq!(seen.decided[&row.get::<_, Uuid>(0)], row.get::<_, Uuid>(1));
        assert_eq!(row.get::<_, &str>(2), "pending_review");
    }
    Arc::into_inner(bench).unwrap().stage.house.close().await;
}
