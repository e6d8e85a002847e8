//! PostgreSQL as the rooms use it: migrations, statements, groups, lanes.

use std::fs;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use safeconduct::config::Config;
use safeconduct::database::{
    BEGIN, COMMIT, Database, Lane, LaneSettings, MIGRATIONS, MigrateError, Migration, Overloaded,
    Statement, Trouble, migrate, step,
};
use safeconduct::metrics::Metrics;
use safeconduct::tasks::Tasks;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use crate::harness::{TestDatabase, spawn};

const NOTE: Statement =
    Statement::new("test/note", "INSERT INTO database_marker (name) VALUES ($1)");
const NOTES: Statement =
    Statement::new("test/notes", "SELECT name FROM database_marker ORDER BY name");
const SLEEP: Statement = Statement::new("test/sleep", "SELECT pg_sleep($1)");
const PID: Statement = Statement::new("test/pid", "SELECT pg_backend_pid()");

/// A test's database with pools on it.
struct Pools {
    made: TestDatabase,
    database: Database,
    tasks: Tasks,
    metrics: Arc<Metrics>,
}

impl Pools {
    async fn open(change: impl FnOnce(&mut Config)) -> Self {
        let made = TestDatabase::create().await;
        let mut config = made.config();
        config.database.write_connections = 1;
        change(&mut config);
        let (tasks, metrics) = (Tasks::new(), Arc::new(Metrics::new().unwrap()));
        let database = Database::open(&config.database, &tasks, Arc::clone(&metrics)).unwrap();
        Self { made, database, tasks, metrics }
    }

    async fn notes(&self) -> Vec<String> {
        let rows = self.database.reader().await.unwrap().rows(&NOTES, &[]).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }

    async fn close(self) {
        self.database.close();
        self.tasks.stop(Duration::from_secs(5)).await;
        self.made.drop_now().await;
    }
}

fn files_under(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn every_statement_is_one_that_the_database_understands() {
    let made = TestDatabase::create().await;
    let client = made.connect().await;
    let files = files_under("sql/queries", "sql");
    assert!(files.len() > 10, "the statements are not where they should be");
    let mut refused = Vec::new();
    // tables of a transaction, which the statements after them fill and read
    client.batch_execute("BEGIN").await.unwrap();
    for file in files.iter().filter(|file| file.to_string_lossy().contains("_stage_")) {
        client.batch_execute(&fs::read_to_string(file).unwrap()).await.unwrap();
    }
    for file in files {
        if let Err(error) = client.prepare(&fs::read_to_string(&file).unwrap()).await {
            let told = error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string);
            refused.push(format!("{}: {told}", file.display()));
        }
    }
    assert!(refused.is_empty(), "refused:\n{}", refused.join("\n"));
    made.drop_now().await;
}

#[test]
fn every_migration_file_is_listed_in_order() {
    let listed: Vec<_> =
        MIGRATIONS.iter().map(|m| format!("{:04}_{}.sql", m.number, m.name)).collect();
    let there: Vec<_> = files_under("sql/migrations", "sql")
        .iter()
        .map(|file| file.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(listed, there);
}

#[tokio::test]
async fn migrations_are_applied_once_even_by_several_at_a_time() {
    let made = TestDatabase::create_empty().await;
    let (config, tasks) = (made.config().database, Tasks::new());
    let all = MIGRATIONS.len();
    let both = futures_util::join!(
        migrate(&config, MIGRATIONS, &tasks),
        migrate(&config, MIGRATIONS, &tasks)
    );
    let mut counts = [both.0.unwrap().len(), both.1.unwrap().len()];
    counts.sort_unstable();
    assert_eq!(counts, [0, all]);
    assert!(migrate(&config, MIGRATIONS, &tasks).await.unwrap().is_empty());
    tasks.stop(Duration::from_secs(5)).await;
    made.drop_now().await;
}

/// A trip with its traveller, as the migrations up to 0033 have them.
const OLD_TRIP: &str = "
    INSERT INTO trip (trip_id, reference, version, change_no, trip_kind, purpose, organization_id,
        personal, state, starts_at, ends_at, submitted_at, world_version, ruleset_version,
        travellers, notes)
    SELECT gen_random_uuid(), o.reference, 1, 1, 'official', 'meeting', 'org', false, o.state, now(),
        now(), now(), 1, 'x', ARRAY[gen_random_uuid()], o.notes::json
    FROM (VALUES
        ('A', 'go', '{\"first_day\":\"2026-03-01\",\"last_day\":\"2026-03-04\"}'),
        ('B', 'cancelled', '{\"first_day\":\"2026-03-01\",\"last_day\":null}'),
        ('C', 'go', '{\"first_day\":\"-009999-01-01\",\"last_day\":null}'),
        ('D', 'go', NULL)
    ) AS o (reference, state, notes);
    INSERT INTO trip_traveller (person_id, covers_until, trip_id, covers_from, starts_at, ends_at,
        role, personal, live, organization_id)
    SELECT travellers[1], ends_at, trip_id, starts_at, starts_at, ends_at, 'member', false, true, 'o'
    FROM trip";

#[tokio::test]
async fn trips_on_record_have_their_days_beside_their_travellers_afterwards() {
    let made = TestDatabase::create_empty().await;
    let (config, tasks) = (made.config().database, Tasks::new());
    let before = MIGRATIONS.iter().position(|one| one.name == "traveller_days").unwrap();
    migrate(&config, MIGRATIONS.get(..before).unwrap(), &tasks).await.unwrap();
    let client = made.connect().await;
    client.batch_execute(OLD_TRIP).await.unwrap();
    migrate(&config, MIGRATIONS, &tasks).await.unwrap();
    let rows = client
        .query(
            "SELECT concat_ws(' ', reference, first_day, last_day, cancelled) FROM trip_traveller \
             ORDER BY reference",
            &[],
        )
        .await
        .unwrap();
    let told: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(told, ["A 2026-03-01 2026-03-04 f", "B 2026-03-01 t", "C f", "D f"]);
    tasks.stop(Duration::from_secs(5)).await;
    made.drop_now().await;
}

#[tokio::test]
async fn a_migration_that_was_changed_or_slipped_in_is_refused() {
    let made = TestDatabase::create_empty().await;
    let (config, tasks) = (made.config().database, Tasks::new());
    let one = Migration { number: 1, name: "one", text: "CREATE TABLE one ()" };
    let three = Migration { number: 3, name: "three", text: "CREATE TABLE three ()" };
    migrate(&config, &[one, three], &tasks).await.unwrap();
    let changed = Migration { text: "CREATE TABLE other ()", ..one };
    let told = migrate(&config, &[changed, three], &tasks).await;
    assert!(matches!(told, Err(MigrateError::Changed { number: 1, .. })), "{told:?}");
    let two = Migration { number: 2, name: "two", text: "CREATE TABLE two ()" };
    let told = migrate(&config, &[one, two, three], &tasks).await;
    assert!(matches!(told, Err(MigrateError::Late { number: 2, .. })), "{told:?}");
    let broken = Migration { number: 4, name: "four", text: "CREATE TABLE four (); SELECT 1/0" };
    let told = migrate(&config, &[one, three, broken], &tasks).await;
    assert!(matches!(told, Err(MigrateError::Failed { number: 4, .. })), "{told:?}");
    let client = made.connect().await;
    let half = client.query("SELECT 1 FROM pg_class WHERE relname = 'four'", &[]).await.unwrap();
    assert!(half.is_empty(), "nothing of a failed migration stays");
    tasks.stop(Duration::from_secs(5)).await;
    made.drop_now().await;
}

#[tokio::test]
async fn a_group_is_one_transaction() {
    let pools = Pools::open(|_| {}).await;
    let mut connection = pools.database.writer().await.unwrap();
    let steps = [step(&BEGIN, &[]), step(&NOTE, &[&"a"]), step(&NOTE, &[&"b"]), step(&COMMIT, &[])];
    let answers = connection.group(&steps).await.unwrap();
    assert_eq!(answers.len(), 4);
    let steps = [step(&BEGIN, &[]), step(&NOTE, &[&"c"]), step(&NOTE, &[&"a"]), step(&COMMIT, &[])];
    let refused = connection.group(&steps).await.unwrap_err();
    assert_eq!(refused.constraint().as_deref(), Some("database_marker_pkey"));
    // the connection is clean afterwards
    connection.rows(&NOTE, &[&"d"]).await.unwrap();
    assert_eq!(pools.notes().await, ["a", "b", "d"]);
    drop(connection);
    pools.close().await;
}

#[tokio::test]
async fn nobody_inherits_an_open_transaction() {
    let pools = Pools::open(|_| {}).await;
    let mut first = pools.database.writer().await.unwrap();
    first.group(&[step(&BEGIN, &[]), step(&NOTE, &[&"lost"])]).await.unwrap();
    let pid: i32 = first.one(&PID, &[]).await.unwrap().get(0);
    drop(first);
    let mut second = pools.database.writer().await.unwrap();
    let other: i32 = second.one(&PID, &[]).await.unwrap().get(0);
    assert_ne!(pid, other, "the pool has one connection, and it was replaced");
    assert_eq!(pools.notes().await, Vec::<String>::new());
    drop(second);
    pools.close().await;
}

#[tokio::test]
async fn an_abandoned_query_is_cancelled_and_its_connection_replaced() {
    let pools = Pools::open(|_| {}).await;
    let mut connection = pools.database.writer().await.unwrap();
    let pid: i32 = connection.one(&PID, &[]).await.unwrap().get(0);
    let query = async move { connection.rows(&SLEEP, &[&600.0_f64]).await };
    assert!(tokio::time::timeout(Duration::from_millis(300), query).await.is_err());
    let client = pools.made.connect().await;
    let running = "SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND state = 'active'";
    while !client.query(running, &[&pid]).await.unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let mut next = pools.database.writer().await.unwrap();
    let other: i32 = next.one(&PID, &[]).await.unwrap().get(0);
    assert_ne!(pid, other);
    drop(next);
    pools.close().await;
}

#[tokio::test]
async fn waits_are_bounded() {
    let pools = Pools::open(|config| {
        config.database.statement_timeout_ms = 100;
        config.database.wait_timeout_ms = 100;
    })
    .await;
    let mut connection = pools.database.writer().await.unwrap();
    let slow = connection.rows(&SLEEP, &[&600.0_f64]).await.unwrap_err();
    assert_eq!(slow.trouble(), Trouble::TimedOut);
    let none = pools.database.writer().await.unwrap_err();
    assert_eq!(none.trouble(), Trouble::Unavailable);
    drop(connection);
    pools.close().await;
}

#[tokio::test]
async fn a_killed_connection_is_trouble_once_and_replaced() {
    let pools = Pools::open(|_| {}).await;
    let mut connection = pools.database.writer().await.unwrap();
    let pid: i32 = connection.one(&PID, &[]).await.unwrap().get(0);
    let client = pools.made.connect().await;
    client.execute("SELECT pg_terminate_backend($1)", &[&pid]).await.unwrap();
    let told = connection.rows(&SLEEP, &[&1.0_f64]).await.unwrap_err();
    assert_eq!(told.trouble(), Trouble::Unavailable);
    drop(connection);
    pools.database.writer().await.unwrap().rows(&NOTES, &[]).await.unwrap();
    pools.close().await;
}

#[derive(Debug, Clone, PartialEq)]
struct Refused(Overloaded);

impl From<Overloaded> for Refused {
    fn from(overloaded: Overloaded) -> Self {
        Self(overloaded)
    }
}

type Batches = Arc<Mutex<Vec<Vec<u32>>>>;

/// A lane of one worker that waits for a permit, and notes each batch before it does.
fn lane(pools: &Pools, queue: usize) -> (Lane<u32, u32, Refused>, Arc<Semaphore>, Batches) {
    let (permits, batches) = (Arc::new(Semaphore::new(0)), Batches::default());
    let (permit, noted) = (Arc::clone(&permits), Arc::clone(&batches));
    let settings = LaneSettings { name: "test", queue, batch: 100, workers: 1 };
    let lane = Lane::start(settings, &pools.tasks, &pools.metrics, move |questions: Vec<u32>| {
        noted.lock().unwrap().push(questions.clone());
        let permit = Arc::clone(&permit);
        async move {
            permit.acquire().await.unwrap().forget();
            questions.into_iter().map(|question| Ok(question * 2)).collect()
        }
    });
    (lane, permits, batches)
}

/// Puts one question, and returns once the worker is busy with it.
async fn occupy(
    lane: &Lane<u32, u32, Refused>,
    batches: &Batches,
) -> JoinHandle<Result<u32, Refused>> {
    let lane = lane.clone();
    let first = spawn(async move { lane.ask(0).await });
    while batches.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    first
}

#[tokio::test]
async fn questions_that_wait_travel_together_and_each_gets_its_own_answer() {
    let pools = Pools::open(|_| {}).await;
    let (lane, permits, batches) = lane(&pools, 100);
    let first = occupy(&lane, &batches).await;
    let mut others = pin!(join_all((1..=50).map(|n| lane.ask(n))));
    assert!(futures_util::poll!(&mut others).is_pending());
    permits.add_permits(2);
    assert_eq!(first.await.unwrap(), Ok(0));
    let doubled: Vec<_> = (1..=50).map(|n| Ok(n * 2)).collect();
    assert_eq!(others.await, doubled);
    let sizes: Vec<_> = batches.lock().unwrap().iter().map(Vec::len).collect();
    assert_eq!(sizes, [1, 50]);
    pools.close().await;
}

#[tokio::test]
async fn a_question_too_many_is_refused_at_once() {
    let pools = Pools::open(|_| {}).await;
    let (lane, permits, batches) = lane(&pools, 2);
    let first = occupy(&lane, &batches).await;
    let mut waiting = pin!(join_all([lane.ask(1), lane.ask(2)]));
    assert!(futures_util::poll!(&mut waiting).is_pending());
    assert_eq!(lane.ask(3).await, Err(Refused(Overloaded::Full("test"))));
    permits.add_permits(2);
    assert_eq!(first.await.unwrap(), Ok(0));
    assert_eq!(waiting.await, [Ok(2), Ok(4)]);
    pools.close().await;
}

#[tokio::test]
async fn a_question_that_was_withdrawn_is_not_asked() {
    let pools = Pools::open(|_| {}).await;
    let (lane, permits, batches) = lane(&pools, 10);
    let first = occupy(&lane, &batches).await;
    {
        let mut withdrawn = pin!(lane.ask(1));
        assert!(futures_util::poll!(&mut withdrawn).is_pending());
    }
    let mut kept = pin!(lane.ask(2));
    assert!(futures_util::poll!(&mut kept).is_pending());
    permits.add_permits(2);
    assert_eq!((first.await.unwrap(), kept.await), (Ok(0), Ok(4)));
    assert_eq!(*batches.lock().unwrap(), [vec![0], vec![2]]);
    pools.close().await;
}

#[tokio::test]
async fn a_lane_that_was_stopped_says_so() {
    let pools = Pools::open(|_| {}).await;
    let (lane, _permits, _batches) = lane(&pools, 10);
    pools.tasks.stop(Duration::from_secs(5)).await;
    assert_eq!(lane.ask(1).await, Err(Refused(Overloaded::Stopped("test"))));
    pools.close().await;
}
