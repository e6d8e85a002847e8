//! No statement of the hot path reads a large table from end to end, neither on a filled table nor
//! on an empty one whose plan is kept while it fills. What is asked for every check, submission and
//! status question does not on one that the server has seen empty or nearly so either, nor does it
//! read the whole of an index.
//! Connections plan with `enable_seqscan` off, which still reads to the end where no index fits;
//! those of the reading lanes without joins that walk a table.

use std::fs;
use std::path::Path;

use safeconduct::database::{BY_INDEX, BY_KEY};
use tokio_postgres::Client;

use super::fixture::Setting;

const LARGE: [&str; 21] = [
    "trip",
    "trip_traveller",
    "clearance",
    "clearance_reads",
    "evidence",
    "ledger_entry",
    "outbox",
    "night_count",
    "resident_count",
    "arrival_count",
    "idempotency_key",
    "person",
    "person_identity",
    "operator_advice",
    "trip_flight",
    "redecision_near",
    "ceiling_wait",
    "person_contact",
    "headcount_entry",
    "headcount_response",
    "headcount_request",
];

/// Looks through old blocks at its leisure, or is a command of the operator.
const AT_LEISURE: [&str; 2] = ["record/purge", "record/evidence_past"];

/// A part of a large table is named after it.
const PARTED: &str = "evidence";

const FILL: &str = "
    INSERT INTO trip (trip_id, reference, version, change_no, trip_kind, purpose, organization_id,
        personal, state, starts_at, ends_at, submitted_at, world_version, ruleset_version, travellers)
    SELECT lpad(to_hex(n), 32, '0')::uuid, 'SC-' || n, 1, 1, 'official', 'meeting', 'org', false,
        'go', now() + n * interval '1 minute', now() + n * interval '1 minute' + interval '3 days',
        now(), 1, 'x', ARRAY[lpad(to_hex(n % 1000 + 1), 32, '0')::uuid]
    FROM generate_series(1, 20000) AS n;
    INSERT INTO trip_traveller (person_id, covers_until, trip_id, covers_from, starts_at, ends_at,
        role, personal, live, organization_id)
    SELECT travellers[1], ends_at, trip_id, starts_at, starts_at, ends_at, 'member', false, true, 'o'
    FROM trip;
    INSERT INTO clearance (clearance_id, trip_id, trip_version, person_id, area_id, kind, stay_no,
        state, outcome, arrive, arrive_at, nights, policy_version, advisory_version, revision,
        world_version, ruleset_version, valid_from, valid_to, late, two_step, submitted_at, moved_at,
        entries, counts_arrival)
    SELECT lpad(to_hex(n), 32, '0')::uuid, lpad(to_hex(n % 20000 + 1), 32, '0')::uuid, 1,
        lpad(to_hex(n % 1000 + 1), 32, '0')::uuid, 'AAA-' || n % 20, 'stay', 0, 'cleared', 'auto',
        '2030-01-01', now(), 1, 1, 0, 1, 1, 'x', now(), now(), false, false, now(), now(), 1, false
    FROM generate_series(1, 40000) AS n;
    INSERT INTO ledger_entry (clearance_id, entry, trip_id, at, from_state, to_state, capacity,
        rules, reasons, world_version, policy_version, advisory_version, ruleset_version)
    SELECT clearance_id, 1, trip_id, now(), 'submitted', 'cleared', 'rules', '{}', '{}', 1, 1, 0, 'x'
    FROM clearance;
    INSERT INTO outbox (trip_id, change_no, written_at, event_count, events, feed_seq)
    SELECT trip_id, 1, now(), 1, '[]', row_number() OVER () FROM trip;
    INSERT INTO idempotency_key (key_hash, fingerprint, status, headers, body, claimed_at, expires_at)
    SELECT sha256(n::text::bytea), '', 201, '[]', '', now(), now() + interval '1 day'
    FROM generate_series(1, 20000) AS n;
    INSERT INTO night_count (area_id, night, key_kind, key)
    SELECT 'AAA-' || a, date '2030-01-01' + n, 'total', ''
    FROM generate_series(0, 19) AS a, generate_series(1, 1000) AS n;
    INSERT INTO resident_count (area_id, key_kind, key, residents)
    SELECT 'AAA-' || a, 'organization', 'o' || n, 1
    FROM generate_series(0, 19) AS a, generate_series(1, 1000) AS n;
    INSERT INTO arrival_count (area_id, day)
    SELECT 'AAA-' || a, date '2030-01-01' + n
    FROM generate_series(0, 19) AS a, generate_series(1, 1000) AS n;
    INSERT INTO evidence (evidence_id, class, salt, body)
    SELECT trip_id, 'I', '', '' FROM trip;
    INSERT INTO operator_advice (organization_id, code, standing, changed_by)
    SELECT organization_id, chr(65 + n) || chr(65 + m), 'suitable', gen_random_uuid()
    FROM (SELECT organization_id FROM organization LIMIT 1) AS o,
        generate_series(0, 19) AS n, generate_series(0, 19) AS m;
    INSERT INTO clearance_reads (area_id, clearance_id, revision)
    SELECT 'AAA-0', clearance_id, 1 FROM clearance;
    INSERT INTO headcount (headcount_id, area_ids, reason, as_of, opened_by, changes)
    SELECT lpad(to_hex(h), 32, '0')::uuid, '{AAA-1}', 'x', now(), gen_random_uuid(), 20000
    FROM generate_series(1, 3) AS h;
    INSERT INTO headcount_entry (headcount_id, person_id, area_id, basis, source, source_at,
        overstays, left_behind, organization_id, has_phone)
    SELECT h.headcount_id, lpad(to_hex(n), 32, '0')::uuid, 'AAA-1', 'visitor', 'itinerary', now(),
        false, false, 'o', true
    FROM headcount AS h, generate_series(1, 20000) AS n;
    INSERT INTO headcount_response (headcount_id, change, person_id, status, observed_at,
        recorded_at, recorded_by, shown)
    SELECT headcount_id, row_number() OVER (PARTITION BY headcount_id), person_id, 'safe', now(),
        now(), person_id, true
    FROM headcount_entry;
    INSERT INTO headcount_request (key_hash, fingerprint, headcount_id, body, made_at)
    SELECT sha256(n::text::bytea), '', gen_random_uuid(), '', now()
    FROM generate_series(1, 20000) AS n;
    ANALYZE";

/// As few lines as the server looks at of its own accord, and what it knows of them then.
fn nearly_empty() -> String {
    FILL.replace("40000", "120").replace("20000", "60").replace("(1, 1000)", "(1, 3)")
}

/// The plan is the one that is kept, and a batch that accepts nothing is planned too.
const KEPT: [(&str, &str); 2] =
    [("plan_cache_mode", "force_generic_plan"), ("safeconduct.accepted", "'{}'")];

fn set(settings: &[(&str, &str)]) -> String {
    settings
        .iter()
        .map(|(name, value)| format!("SET {name} = {value};"))
        .collect::<Vec<_>>()
        .concat()
}

/// As before any of these settings was made.
fn reset(settings: &[(&str, &str)]) -> String {
    settings.iter().map(|(name, _)| format!("RESET {name};")).collect::<Vec<_>>().concat()
}

/// Asked by the reading lanes, or under the relay's lock.
fn is_by_key(name: &str) -> bool {
    ["trips/fact_", "trips/status", "relay/number"].iter().any(|start| name.starts_with(start))
}

/// Asked for every check, submission, status question and response to a headcount. Whatever else has a plan of a nearly empty
/// table may wait until the server has looked at it again, a minute later.
fn is_all_the_time(name: &str) -> bool {
    let submission = [
        "claim",
        "clearances",
        "evidence",
        "judge",
        "lock",
        "lock_arrivals",
        "lock_nights",
        "outbox",
        "places",
        "reads",
        "travellers",
        "trips",
    ];
    is_by_key(name)
        || name.strip_prefix("record/").is_some_and(|one| submission.contains(&one))
        || name.strip_prefix("presence/headcount_").is_some_and(|one| RESPONSE.contains(&one))
}

/// What a response to a headcount takes: thousands come within minutes, each looked up by key.
const RESPONSE: [&str; 9] =
    ["add", "changed", "ground", "keep", "kept", "lock", "look", "respond", "show"];

/// Has only what waits, and is read whole.
const WAITING: &str = "outbox_waiting";

/// Settings of a session, which have no plan.
const WITHOUT_A_PLAN: [&str; 2] = ["LISTEN ", "SET "];

/// Of the rooms that only read, what every check, submission and status question asks, what a trip is
/// shown and amended by, and what is decided again after a change.
const ASKED: [&str; 24] = [
    "identity/find",
    "trips/clearance",
    "trips/clearances",
    "trips/evidence",
    "trips/fact_arrivals",
    "trips/fact_flights",
    "trips/fact_missions",
    "trips/fact_nights",
    "trips/fact_operators",
    "trips/fact_overlaps",
    "trips/fact_people",
    "trips/redecide_clearances",
    "trips/standing",
    "trips/status",
    "trips/status_staff",
    "trips/trip",
    "trips/waiting",
    "world/settle_area",
    "world/settle_asked",
    "world/settle_near",
    "world/settle_person",
    "world/settle_remaining",
    "world/settle_told",
    "world/settle_waiting",
];

/// The statements of the rooms that write and wait, and those asked all the time, by name.
fn statements() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for room in ["desk", "identity", "presence", "record", "relay", "trips", "world"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sql/queries").join(room);
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{room}/{}", path.file_stem().unwrap().to_str().unwrap());
            let reads_only =
                ["identity/", "trips/", "world/"].iter().any(|room| name.starts_with(room));
            if reads_only && !ASKED.contains(&name.as_str()) {
                continue;
            }
            let sql = fs::read_to_string(path).unwrap();
            let begins = sql.lines().find(|line| !line.starts_with("--")).unwrap();
            if !WITHOUT_A_PLAN.iter().any(|word| begins.starts_with(word)) {
                found.push((name, sql));
            }
        }
    }
    let missing = ASKED.iter().find(|asked| found.iter().all(|(name, _)| name != *asked));
    assert!(missing.is_none() && found.len() > 20, "statements are missing: {missing:?}");
    found
}

/// The plan that a prepared statement settles on.
async fn plan(client: &Client, sql: &str) -> String {
    let arity = client.prepare(sql).await.unwrap().params().len();
    let nulls =
        if arity == 0 { String::new() } else { format!("({})", vec!["NULL"; arity].join(", ")) };
    client.batch_execute(&format!("PREPARE looked_at AS {sql}")).await.unwrap();
    let rows = client.query(&format!("EXPLAIN EXECUTE looked_at{nulls}"), &[]).await.unwrap();
    client.batch_execute("DEALLOCATE looked_at").await.unwrap();
    rows.iter().map(|row| row.get::<_, String>(0)).collect::<Vec<_>>().join("\n")
}

/// Whether a line of a plan, with the one after it, reads a table or an index from end to end.
fn walks(line: &str, next: &str, hot: bool) -> bool {
    let of_index =
        ["Index Scan using ", "Index Only Scan using "].iter().any(|it| line.contains(it));
    line.contains("Seq Scan on ")
        || (hot && of_index && !line.contains(WAITING) && !next.contains("Index Cond"))
}

async fn end_to_end(client: &Client, asked: fn(&str) -> bool) -> Vec<String> {
    client.batch_execute(&(set(&KEPT) + &set(&BY_INDEX))).await.unwrap();
    let mut found = Vec::new();
    for (name, sql) in statements() {
        if AT_LEISURE.contains(&name.as_str()) || !asked(&name) {
            continue;
        }
        let joins = if is_by_key(&name) { set(&BY_KEY) } else { reset(&BY_KEY) };
        client.batch_execute(&joins).await.unwrap();
        let plan = plan(client, &sql).await;
        let after = plan.lines().skip(1).chain([""]);
        for (line, next) in plan.lines().zip(after) {
            if !walks(line, next, is_all_the_time(&name)) {
                continue;
            }
            let table = line.split(" on ").nth(1).unwrap().split(' ').next().unwrap();
            let table = if table.starts_with(PARTED) { PARTED } else { table };
            if LARGE.contains(&table) {
                found.push(format!("{name} reads {table} from end to end:\n{plan}"));
            }
        }
    }
    found
}

/// Asked where a ceiling or a mission changed, or by an operator.
const SELDOM: [&str; 3] = ["record/evidence_past", "record/judge_missions", "record/recount"];

/// Functions in SQL that a statement calls as they are, instead of taking their text into its plan:
/// they are planned anew each time the statement runs, which takes longer than what they look up.
async fn planned_anew(client: &Client, sql: &str, functions: &[String]) -> Vec<String> {
    let arity = client.prepare(sql).await.unwrap().params().len();
    let nulls =
        if arity == 0 { String::new() } else { format!("({})", vec!["NULL"; arity].join(", ")) };
    client.batch_execute(&format!("PREPARE looked_at AS {sql}")).await.unwrap();
    let seen = format!("EXPLAIN (VERBOSE) EXECUTE looked_at{nulls}");
    let rows = client.query(&seen, &[]).await.unwrap();
    client.batch_execute("DEALLOCATE looked_at").await.unwrap();
    let plan: String = rows.iter().map(|row| row.get::<_, String>(0) + "\n").collect();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let called: Vec<&str> =
        plan.split('(').filter_map(|before| before.rsplit(|c| !is_word(c)).next()).collect();
    let calls = |name: &&String| called.contains(&name.as_str());
    functions.iter().filter(calls).cloned().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_statement_of_every_request_calls_what_is_planned_anew() {
    let setting = Setting::start().await;
    let client = setting.client().await;
    client.batch_execute(&(set(&KEPT) + &set(&BY_INDEX))).await.unwrap();
    let in_sql = "SELECT p.proname::text FROM pg_proc AS p
                  INNER JOIN pg_language AS l ON l.oid = p.prolang
                  WHERE l.lanname = 'sql' AND p.pronamespace = 'public'::regnamespace";
    let rows = client.query(in_sql, &[]).await.unwrap();
    let functions: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let mut found = Vec::new();
    for (name, sql) in statements() {
        if !SELDOM.contains(&name.as_str()) {
            let called = planned_anew(&client, &sql, &functions).await;
            found.extend(called.into_iter().map(|function| format!("{name} calls {function}")));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    // and the look itself works
    client
        .batch_execute(
            "CREATE FUNCTION looked_up(who uuid) RETURNS bigint LANGUAGE sql STABLE
             AS $$SELECT count(*) FROM trip AS t WHERE t.trip_id = who$$",
        )
        .await
        .unwrap();
    let own = ["looked_up".to_owned()];
    let called = planned_anew(&client, "SELECT looked_up($1)", &own).await;
    assert_eq!(called, own);
    drop(client);
    setting.close().await;
}

/// Asked for one item at a time, with what is asked each time: a planner that saw how little it is would
/// make a plan for each, which takes longer than the looking.
const FOR_ONE: [(&str, &str); 3] = [
    (
        "desk/claimable",
        "ARRAY['AAA-1'], ARRAY[true], ARRAY[true], ARRAY[false], ARRAY[false], ARRAY[17]",
    ),
    (
        "desk/claim_dealt",
        "ARRAY[lpad('1', 32, '0')::uuid], ARRAY[1], ARRAY[gen_random_uuid()], 600",
    ),
    ("desk/seen", "ARRAY[lpad('1', 32, '0')::uuid]"),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_one_keeps_its_plan() {
    let setting = Setting::start().await;
    let client = setting.client().await;
    client.batch_execute(FILL).await.unwrap();
    client.batch_execute(&set(&BY_INDEX)).await.unwrap();
    for (name, asked) in FOR_ONE {
        let sql = fs::read_to_string(format!("sql/queries/{name}.sql")).unwrap();
        let execute = format!("EXECUTE looked_at({asked});").repeat(9);
        let asking = format!("PREPARE looked_at AS {sql}; BEGIN; {execute} ROLLBACK");
        client.batch_execute(&asking).await.unwrap();
        let kept = "SELECT generic_plans, custom_plans FROM pg_prepared_statements \
                    WHERE name = 'looked_at'";
        let row = client.query_one(kept, &[]).await.unwrap();
        let plans: (i64, i64) = (row.get(0), row.get(1));
        assert_eq!(plans, (4, 5), "{name}: kept after the fifth plan");
        client.batch_execute("DEALLOCATE looked_at").await.unwrap();
    }
    drop(client);
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_hot_statement_reads_a_large_table_from_end_to_end() {
    let setting = Setting::start().await;
    let client = setting.client().await;
    let found = end_to_end(&client, |_| true).await;
    assert!(found.is_empty(), "on empty tables:\n{}", found.join("\n"));
    client.batch_execute("BEGIN; ANALYZE").await.unwrap();
    let found = end_to_end(&client, is_all_the_time).await;
    assert!(found.is_empty(), "on tables seen empty:\n{}", found.join("\n"));
    client.batch_execute("ROLLBACK").await.unwrap();
    client.batch_execute(&format!("BEGIN; {}", nearly_empty())).await.unwrap();
    let found = end_to_end(&client, is_all_the_time).await;
    assert!(found.is_empty(), "on nearly empty tables:\n{}", found.join("\n"));
    client.batch_execute("ROLLBACK").await.unwrap();
    client.batch_execute(FILL).await.unwrap();
    let found = end_to_end(&client, |_| true).await;
    assert!(found.is_empty(), "on filled tables:\n{}", found.join("\n"));
    // nor does a question about a day read the years before it
    let status = fs::read_to_string("sql/queries/trips/status.sql").unwrap();
    let seen = plan(&client, &status).await;
    let bounded = |line: &str| line.contains("Index Cond") && line.contains("covers_until");
    assert!(seen.lines().any(bounded), "{seen}");
    // and the look itself works
    let seen = plan(&client, "SELECT count(*) FROM trip WHERE version = $1").await;
    assert!(seen.contains("Seq Scan on trip"), "{seen}");
    drop(client);
    setting.close().await;
}
