//! A Redis of a test's own, which the test may kill, flush and fill with rubbish, and a way to it that
//! can be made slow.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use uuid::Uuid;

use super::environment::environment;

/// A running server in a folder of its own; stopped and removed when it is dropped.
#[derive(Debug)]
pub(crate) struct RedisServer {
    folder: PathBuf,
    program: String,
    child: Child,
}

impl RedisServer {
    /// Makes and starts a server that keeps nothing on disk, reached by its socket.
    pub(crate) async fn start() -> Self {
        let environment = environment();
        // short: the path of a socket has 107 letters at most
        let folder = PathBuf::from(&environment.scratch).join(Uuid::new_v4().simple().to_string());
        std::fs::create_dir_all(&folder).unwrap();
        let program = environment.redis_program;
        let child = spawned(&program, &folder);
        let server = Self { folder, program, child };
        server.wait().await;
        server
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("redis+unix://{}", self.socket().display())
    }

    /// Its socket.
    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.join("redis.sock")
    }

    /// Kills it, with no chance to say a word.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let _gone_already = std::fs::remove_file(self.socket());
    }

    /// Starts it again, empty.
    pub(crate) async fn restart(&mut self) {
        self.child = spawned(&self.program, &self.folder);
        self.wait().await;
    }

    /// A connection of the test's own.
    pub(crate) async fn connect(&self) -> MultiplexedConnection {
        let client = redis::Client::open(self.url()).unwrap();
        client.get_multiplexed_async_connection().await.unwrap()
    }

    /// Every key there is.
    pub(crate) async fn keys(&self) -> Vec<String> {
        redis::cmd("KEYS").arg("*").query_async(&mut self.connect().await).await.unwrap()
    }

    async fn wait(&self) {
        while UnixStream::connect(self.socket()).await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

fn spawned(program: &str, folder: &std::path::Path) -> Child {
    let mut command = Command::new(program);
    command.current_dir(folder).args(["--port", "0", "--unixsocket", "redis.sock"]);
    command.args(["--save", "", "--appendonly", "no"]);
    // who cleans up after a test that was killed finds it by this
    command.args(["--pidfile", "redis.pid"]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _dead_already = self.child.kill();
        let _collected = self.child.wait();
        let _left_behind = std::fs::remove_dir_all(&self.folder);
    }
}

/// A way to a server on which every answer can be held up.
#[derive(Debug, Clone)]
pub(crate) struct SlowWay {
    port: u16,
    millis: Arc<AtomicU64>,
}

impl SlowWay {
    /// A way to a server, quick at first.
    pub(crate) async fn to(server: &RedisServer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let way = Self { port: listener.local_addr().unwrap().port(), millis: Arc::default() };
        let (socket, millis) = (server.socket(), Arc::clone(&way.millis));
        super::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let (socket, millis) = (socket.clone(), Arc::clone(&millis));
                super::spawn(async move {
                    if let Ok(far) = UnixStream::connect(socket).await {
                        carry(near, far, &millis).await;
                    }
                });
            }
        });
        way
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// Holds every answer up for so many milliseconds.
    pub(crate) fn hold(&self, millis: u64) {
        self.millis.store(millis, Ordering::Relaxed);
    }
}

async fn carry(near: TcpStream, far: UnixStream, millis: &AtomicU64) {
    let (mut asks, mut hears) = near.into_split();
    let (mut answers, mut takes) = far.into_split();
    let there = tokio::io::copy(&mut asks, &mut takes);
    let back = async {
        let mut piece = vec![0; 1 << 16];
        while let Ok(length @ 1..) = answers.read(&mut piece).await {
            tokio::time::sleep(Duration::from_millis(millis.load(Ordering::Relaxed))).await;
            if hears.write_all(&piece[..length]).await.is_err() {
                return;
            }
        }
    };
    tokio::select! { _ended = there => {}, () = back => {} }
}
