//! Connections that break while a commit is under way: what was committed is told so, what was not
//! is committed again, and nothing twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use safeconduct::config::Secret;
use safeconduct::model::Committed;
use safeconduct::record::RecordError;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio_postgres::config::Host;

use super::fixture::{Draft, Setting, Stay, furnish};
use crate::harness::{TestDatabase, environment, spawn};

/// Between client and server; breaks a connection after the server's next `COMMIT`s, before the
/// client hears of them.
struct Proxy {
    port: u16,
    breaks: Arc<AtomicUsize>,
}

impl Proxy {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let breaks = Arc::new(AtomicUsize::new(0));
        let shared = Arc::clone(&breaks);
        spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                spawn(through(client, Arc::clone(&shared)));
            }
        });
        Self { port, breaks }
    }

    fn url(&self, database: &TestDatabase) -> String {
        let direct = database.url();
        let kept = direct
            .split(' ')
            .filter(|word| !word.starts_with("host=") && !word.starts_with("port="));
        let kept: Vec<&str> = kept.collect();
        format!("host=127.0.0.1 port={} {}", self.port, kept.join(" "))
    }
}

async fn through(client: TcpStream, breaks: Arc<AtomicUsize>) {
    let cluster: tokio_postgres::Config = environment().postgres.parse().unwrap();
    let port = cluster.get_ports().first().copied().unwrap_or(5432);
    match &cluster.get_hosts()[0] {
        Host::Tcp(host) => {
            let server = TcpStream::connect((host.as_str(), port)).await.unwrap();
            let (read, write) = server.into_split();
            copy(client, read, write, breaks).await;
        }
        Host::Unix(folder) => {
            let server =
                UnixStream::connect(folder.join(format!(".s.PGSQL.{port}"))).await.unwrap();
            let (read, write) = server.into_split();
            copy(client, read, write, breaks).await;
        }
    }
}

async fn copy(
    client: TcpStream,
    mut from_server: impl tokio::io::AsyncRead + Unpin,
    mut to_server: impl tokio::io::AsyncWrite + Unpin + Send + 'static,
    breaks: Arc<AtomicUsize>,
) {
    let (mut from_client, mut to_client) = client.into_split();
    spawn(async move {
        let _closed = tokio::io::copy(&mut from_client, &mut to_server).await;
    });
    let mut buffer = vec![0; 65_536];
    while let Ok(count @ 1..) = from_server.read(&mut buffer).await {
        let committed = buffer[..count].windows(7).any(|bytes| bytes == b"COMMIT\0");
        let breaking = committed
            && breaks
                .fetch_update(Ordering::AcqRel, Ordering::Acquire, |n| n.checked_sub(1))
                .is_ok();
        if breaking || to_client.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_answer_was_lost_is_found_again() {
    let made = TestDatabase::create().await;
    furnish(&made.connect().await, 20, 1000).await;
    let proxy = Proxy::start().await;
    let url = proxy.url(&made);
    let setting = Setting::start_on(made, |config| config.database.url = Secret::new(url));
    setting.written(Draft::of([Stay::new(1, 1, 10, 2)]).record()).await;
    for (round, keyed) in (1_u32..).zip([true, false, true, false]) {
        proxy.breaks.store(2, Ordering::Release);
        let commits = (1..=20).map(|n| {
            let draft = Draft::of([Stay::new(round * 100 + n, 1, 10, 2)]);
            let draft = if keyed { draft.key(&format!("{round}-{n}"), "{}") } else { draft };
            let recorder = setting.recorder.clone();
            async move { (recorder.commit(draft.record()).await, draft) }
        });
        for (result, draft) in join_all(commits).await {
            let result = result.unwrap();
            if let Committed::Replayed(answer) = result {
                // its own answer, found under its key
                assert_eq!(answer, draft.change().answer.unwrap());
            } else {
                assert!(matches!(result, Committed::Written { .. }), "{result:?}");
            }
        }
        assert_eq!(proxy.breaks.load(Ordering::Acquire), 0, "nothing was broken");
        let trips = setting.number("SELECT count(*) FROM trip").await;
        assert_eq!(trips, 1 + 20 * i64::from(round));
    }
    assert_eq!(setting.number("SELECT count(*) FROM idempotency_key").await, 40);
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn backends_that_are_terminated_lose_nothing_and_write_nothing_twice() {
    let setting = Setting::start().await;
    let client = setting.client().await;
    let killed = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&killed);
    let terminating = spawn(async move {
        while count.load(Ordering::Acquire) < 12 {
            tokio::time::sleep(Duration::from_millis(150)).await;
            let kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = 'safeconduct write'
                AND state = 'active'";
            let gone: i64 = client.query_one(kill, &[]).await.unwrap().get(0);
            count.fetch_add(usize::try_from(gone).unwrap(), Ordering::AcqRel);
        }
    });
    let (mut written, mut unknown, mut round) = (0, 0, 0);
    // however slow the machine, some rounds come through between the blows
    while !terminating.is_finished() || written <= 100 {
        let commits = (1..=50).map(|n| {
            let draft = Draft::of([Stay::new(n, 1, 3 * round, 1)]);
            setting.recorder.commit(draft.record())
        });
        for result in join_all(commits).await {
            match result {
                Ok(Committed::Written { .. }) => written += 1,
                Err(RecordError::Unknown(_)) => unknown += 1,
                // a connection could not be had: surely nothing was sent
                Err(error) if error.is_passing() => {}
                other => panic!("{other:?}"),
            }
        }
        round += 1;
    }
    terminating.await.unwrap();
    let stored = setting.number("SELECT count(*) FROM trip").await;
    assert!((written..=written + unknown).contains(&stored), "{written} {unknown} {stored}");
    assert!(unknown < written / 10, "{unknown} of {written} were given up");
    setting.close().await;
}
