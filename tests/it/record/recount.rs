//! After any sequence of commits, everything kept beside the clearances equals a recount.

use std::sync::{Arc, Mutex};

use fastrand::Rng;
use safeconduct::model::{
    Actor, Capacity, ClearanceId, ClearanceState as S, Committed, CountKey, LostMoves, MoveTo,
    Mover, OrganizationId, TripId, TripState,
};
use safeconduct::relay::number;
use tokio_postgres::Client;

use super::fixture::{Draft, Setting, Stay, limited, person};
use super::moves::{about, clearances, moving, step};
use crate::harness::{environment, spawn};

type Known = Arc<Mutex<Vec<(TripId, Vec<ClearanceId>)>>>;

fn stay(rng: &mut Rng, person: u32, from: i32) -> Stay {
    let states = [S::Notified, S::Cleared, S::PendingReview, S::Returned, S::Denied, S::Escalated];
    let mut stay = Stay::new(person, rng.u32(0..5), from, rng.i32(0..4));
    stay.state = states[rng.usize(..states.len())];
    if stay.state != S::Cleared && rng.bool() {
        stay.keys = vec![CountKey::Total, CountKey::Organization(OrganizationId::from("org"))];
    }
    stay
}

async fn submit(setting: &Setting, rng: &mut Rng, known: &Known) {
    let (who, from) = (rng.u32(1..200), rng.i32(0..300));
    let trip = if rng.bool() {
        let mut stay = Stay::new(who, rng.u32(0..5), from, rng.i32(0..4));
        stay.keys = vec![CountKey::Total];
        stay.counts_arrival = rng.bool();
        let limited = limited(stay, 4, 3, None);
        let trip = limited.new_trip.unwrap();
        let _taken_or_not = setting.recorder.commit_limited(limited).await.unwrap();
        trip
    } else {
        let stays = (0..rng.i32(1..4)).map(|n| stay(rng, who, from + 5 * n)).collect::<Vec<_>>();
        let draft = Draft::of(stays);
        let _taken_or_not = setting.recorder.commit(draft.record()).await.unwrap();
        draft.trip_id
    };
    let ids = clearances(setting, trip).await;
    if !ids.is_empty() {
        known.lock().unwrap().push((trip, ids));
    }
}

async fn change(setting: &Setting, rng: &mut Rng, known: &Known) {
    let chosen = {
        let known = known.lock().unwrap();
        if known.is_empty() {
            return;
        }
        known[rng.usize(..known.len())].clone()
    };
    let (trip, ids) = chosen;
    let by_rules = rng.bool();
    let (actor, mover) = if by_rules {
        (Actor::RULES, Mover::Rules)
    } else {
        let person_id = Some(person(rng.u32(900..950)));
        (Actor { capacity: Capacity::Own, person_id }, Mover::Person)
    };
    let targets = [
        S::Cleared,
        S::Approved,
        S::Denied,
        S::Suspended,
        S::Revoked,
        S::Cancelled,
        S::Superseded,
        S::Expired,
        S::Completed,
        S::PendingReview,
        S::Returned,
        S::Escalated,
        S::UnderAppeal,
    ];
    let to = targets[rng.usize(..targets.len())];
    let from: Vec<S> = S::ALL.iter().copied().filter(|from| from.may_become(to, mover)).collect();
    let prior = by_rules && rng.u8(..4) == 0;
    let (from, to) = match (prior, from.is_empty()) {
        (true, _) => (vec![S::Suspended], MoveTo::Prior),
        (false, true) => return,
        (false, false) => (from, MoveTo::State(to)),
    };
    let some = ids.iter().filter(|_| rng.u8(..3) > 0);
    let steps = some.map(|id| step(trip, *id, &from, to)).collect::<Vec<_>>();
    if steps.is_empty() {
        return;
    }
    let mut record = moving(actor, steps);
    record.change.lost = if rng.bool() { LostMoves::Refuse } else { LostMoves::Skip };
    if rng.u8(..5) == 0 {
        record.change.trip = Some(about(trip, true));
    }
    let result = setting.recorder.commit(record).await.unwrap();
    assert!(matches!(result, Committed::Written { .. } | Committed::MoveLost(_)), "{result:?}");
}

/// Rows of a statement that must find nothing.
async fn nothing(client: &Client, what: &str, sql: &str) {
    let rows = client.query(sql, &[]).await.unwrap();
    assert!(rows.is_empty(), "{what}: {} rows, first {:?}", rows.len(), rows.first());
}

const TRIP_STATES: &str = "
    SELECT t.trip_id, t.state, s.states
    FROM trip AS t
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(c.state ORDER BY c.state), '{}') AS states
        FROM clearance AS c WHERE c.trip_id = t.trip_id AND c.state <> 'superseded'
    ) AS s
    WHERE t.state <> CASE WHEN s.states = '{}' AND t.withdrawn THEN 'cancelled'
        ELSE trip_state(s.states, t.arrived) END";

const NIGHTS: &str = "
    WITH held AS (
        SELECT area_id, night, split_part(k, ':', 1) AS kind, split_part(k, ':', 2) AS key,
            count(*) FILTER (WHERE state IN ('cleared', 'approved', 'suspended')) AS committed,
            count(*) FILTER (
                WHERE state IN ('pending_review', 'recommended', 'escalated', 'under_appeal')
            ) AS soft
        FROM clearance, unnest(place_nights) AS night, unnest(place_keys) AS k
        GROUP BY 1, 2, 3, 4
    )
    SELECT *
    FROM night_count AS n
    FULL JOIN held AS h
        ON h.area_id = n.area_id AND h.night = n.night AND h.kind = n.key_kind AND h.key = n.key
    WHERE coalesce(n.committed, 0) <> coalesce(h.committed, 0)
        OR coalesce(n.soft, 0) <> coalesce(h.soft, 0)";

const ARRIVALS: &str = "
    SELECT *
    FROM arrival_count AS n
    FULL JOIN (
        SELECT area_id, arrive AS day, count(*) AS arrivals FROM clearance
        WHERE counts_arrival
            AND (state = 'cleared' OR (state = 'suspended' AND prior_state = 'cleared'))
        GROUP BY 1, 2
    ) AS h ON h.area_id = n.area_id AND h.day = n.day
    WHERE coalesce(n.arrivals, 0) <> coalesce(h.arrivals, 0)";

const LEDGER: &str = "
    SELECT clearance_id FROM (
        SELECT e.clearance_id, e.entry, e.from_state, c.entries, c.state,
            row_number() OVER w AS place, lag(e.to_state) OVER w AS before,
            last_value(e.to_state) OVER (PARTITION BY e.clearance_id) AS last
        FROM ledger_entry AS e INNER JOIN clearance AS c USING (clearance_id)
        WINDOW w AS (PARTITION BY e.clearance_id ORDER BY e.entry)
    ) AS e
    WHERE e.entry <> e.place OR e.from_state <> coalesce(e.before, 'submitted')";

const TRAVELLERS: &str = "
    SELECT tt.trip_id FROM trip_traveller AS tt INNER JOIN trip AS t USING (trip_id)
    WHERE tt.live = (t.state IN ('cancelled', 'completed'))
        OR tt.cancelled <> (t.state = 'cancelled')
        OR tt.reference IS DISTINCT FROM t.reference
        OR tt.first_day::text IS DISTINCT FROM t.notes ->> 'first_day'
        OR tt.last_day::text IS DISTINCT FROM t.notes ->> 'last_day'";

const CHANGES: &str = "
    SELECT t.trip_id FROM trip AS t
    WHERE t.change_no <> (SELECT count(*) FROM outbox AS o WHERE o.trip_id = t.trip_id)";

const FEED_ORDER: &str = "
    SELECT trip_id FROM (
        SELECT trip_id, change_no, row_number() OVER (PARTITION BY trip_id ORDER BY feed_seq) AS n
        FROM outbox WHERE trip_id IS NOT NULL
    ) AS o WHERE o.change_no <> o.n";

/// Everything kept beside the clearances equals a recount; the feed aside, which comes later.
pub(crate) async fn everything_recounts(client: &Client) {
    for (what, sql) in [
        ("trip states", TRIP_STATES),
        ("nights", NIGHTS),
        ("arrivals", ARRIVALS),
        ("ledger", LEDGER),
        ("travellers", TRAVELLERS),
        ("one outbox row a change", CHANGES),
    ] {
        nothing(client, what, sql).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_kept_beside_equals_a_recount() {
    let setting = Arc::new(Setting::start().await);
    // two relays, as two replicas have
    for _ in 0..2 {
        let written = setting.recorder.written();
        number(setting.database.clone(), written, &setting.tasks, Arc::clone(&setting.metrics));
    }
    let known = Known::default();
    let count = environment().count(40_000);
    let workers = (0..8_u64).map(|seed| {
        let (setting, known) = (Arc::clone(&setting), Arc::clone(&known));
        spawn(async move {
            let mut rng = Rng::with_seed(seed);
            for _ in 0..count / 8 {
                if rng.u8(..3) == 0 {
                    submit(&setting, &mut rng, &known).await;
                } else {
                    change(&setting, &mut rng, &known).await;
                }
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
    while setting.number("SELECT count(*) FROM outbox WHERE feed_seq IS NULL").await > 0 {
        tokio::task::yield_now().await;
    }
    let client = setting.client().await;
    everything_recounts(&client).await;
    nothing(&client, "feed in the order of each trip's changes", FEED_ORDER).await;
    let total = setting.number("SELECT sum(event_count)::bigint FROM outbox").await;
    assert_eq!(setting.number("SELECT max(feed_seq) FROM outbox").await, total);
    assert_eq!(setting.number("SELECT last_seq FROM feed_head").await, total);
    assert!(setting.number("SELECT count(*) FROM ledger_entry WHERE entry > 1").await > 50);
    drop(client);
    Arc::into_inner(setting).unwrap().close().await;
}

/// The state of a trip in SQL and in the program, for every set of states.
#[tokio::test(flavor = "multi_thread")]
async fn the_two_ways_to_a_trip_state_agree() {
    let setting = Setting::start().await;
    let client = setting.client().await;
    let mut rng = Rng::with_seed(7);
    for _ in 0..2_000 {
        let states: Vec<S> =
            (0..rng.usize(..4)).map(|_| S::ALL[rng.usize(..S::ALL.len())]).collect();
        let arrived = rng.bool();
        let names: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
        let row = client.query_one("SELECT trip_state($1, $2)", &[&names, &arrived]).await.unwrap();
        assert_eq!(row.get::<_, &str>(0), TripState::of(&states, arrived).as_str(), "{states:?}");
    }
    drop(client);
    setting.close().await;
}
