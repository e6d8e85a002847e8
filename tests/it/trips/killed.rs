//! Killed with SIGKILL in the middle of traffic, on a cluster where what is acknowledged is durable:
//! PostgreSQL, and the service. Every 201 that a client saw is there afterwards, and once.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use uuid::Uuid;

use super::stage::Stage;
use crate::harness::{Caller, Cluster, TestDatabase, spawn};

const PEOPLE: usize = 8;
const TRIPS: i32 = 12;

/// What clients saw.
#[derive(Default)]
struct Seen {
    acknowledged: Vec<Uuid>,
    failed: usize,
}

/// Where the service answers at present; it moves when another process takes over.
type Address = Arc<Mutex<String>>;

/// Submits trips one after another, repeating each with its key until it is answered.
async fn client(address: Address, caller: Caller, bodies: Vec<Value>) -> Seen {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut seen = Seen::default();
    for body in bodies {
        // a trip now and then, so that the kills fall into the middle of them
        tokio::time::sleep(Duration::from_millis(100)).await;
        let key = Uuid::new_v4().to_string();
        loop {
            let url = format!("{}/v1/trips", address.lock().unwrap());
            let request = client.post(url).bearer_auth(&caller.token).json(&body);
            let answer = request.header("idempotency-key", &key).send().await;
            match answer {
                Ok(answer) if answer.status() == 201 => {
                    // an answer that breaks off was not seen
                    if let Ok(body) = answer.json::<Value>().await {
                        let id = body["trip_id"].as_str().unwrap().parse().unwrap();
                        break seen.acknowledged.push(id);
                    }
                }
                Ok(answer) => {
                    assert_eq!(answer.status(), 503, "{:?}", answer.text().await);
                }
                Err(_broken) => {}
            }
            seen.failed += 1;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    seen
}

/// Clients under way, each with people and trips of its own.
async fn clients(stage: &Stage, address: &Address) -> Vec<tokio::task::JoinHandle<Seen>> {
    let mut clients = Vec::new();
    for _ in 0..PEOPLE {
        let caller = stage.person("unicef").await;
        let bodies = (0..TRIPS).map(|n| stage.to_nairobi(&caller, 20 + 5 * n, 2)).collect();
        clients.push(spawn(client(Arc::clone(address), caller, bodies)));
    }
    clients
}

/// Waits for the clients; everything they saw is stored, and nothing else.
async fn settle(stage: &Stage, clients: Vec<tokio::task::JoinHandle<Seen>>) {
    let (mut acknowledged, mut failed) = (BTreeSet::new(), 0);
    for client in clients {
        let seen = client.await.unwrap();
        acknowledged.extend(seen.acknowledged);
        failed += seen.failed;
    }
    assert_eq!(acknowledged.len(), PEOPLE * usize::try_from(TRIPS).unwrap());
    assert!(failed > 0, "nobody asked while it was dead");
    let client = stage.house.database().connect().await;
    let rows = client.query("SELECT trip_id FROM trip", &[]).await.unwrap();
    let stored: BTreeSet<Uuid> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(stored, acknowledged);
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_is_killed_and_every_answer_holds() {
    let cluster = Cluster::start();
    let database = TestDatabase::create_with_world_on(&cluster.url()).await;
    let stage = Stage::set_on(database, &[]).await;
    // the service says that its database is gone, in many words
    stage.house.expect_alarm("");
    let address = Address::new(Mutex::new(stage.house.url("")));
    let clients = clients(&stage, &address).await;
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        cluster.kill();
        tokio::time::sleep(Duration::from_millis(200)).await;
        cluster.restart();
    }
    settle(&stage, clients).await;
    while stage.house.get_bare("/readyz").await.status != 200 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stage.house.close().await;
}

/// The program itself as a process, on the stage's database and issuer.
pub(crate) struct Process {
    child: Child,
    url: String,
}

impl Process {
    fn start(stage: &Stage) -> Self {
        Self::start_on(&stage.house.database().url(), &stage.house.issuer().url)
    }

    /// On a database and an issuer.
    pub(crate) fn start_on(database: &str, issuer: &str) -> Self {
        let settings = [
            ("TEST_MODE", "true"),
            ("SERVER__PORT", "0"),
            ("SERVER__METRICS_PORT", "0"),
            ("DATABASE__URL", database),
            ("IDENTITY__ISSUER", issuer),
        ];
        let mut child = Command::new(env!("CARGO_BIN_EXE_safeconduct"))
            .arg("serve")
            .envs(settings.map(|(name, value)| (format!("SAFECONDUCT__{name}"), value)))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let serving = lines.find(|line| line.as_ref().unwrap().contains("\"serving\""));
        let serving: Value = serde_json::from_str(&serving.unwrap().unwrap()).unwrap();
        let address = serving.pointer("/fields/address").or(serving.get("address")).unwrap();
        let url = format!("http://{}", address.as_str().unwrap());
        // the log must go on being read, or the process would wait for its reader
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url }
    }

    /// SIGKILL, and waits until it is gone.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_is_killed_and_every_answer_holds() {
    let cluster = Cluster::start();
    let database = TestDatabase::create_with_world_on(&cluster.url()).await;
    let stage = Stage::set_on(database, &[]).await;
    let mut process = Process::start(&stage);
    let address = Address::new(Mutex::new(process.url.clone()));
    let clients = clients(&stage, &address).await;
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        process.kill();
        process = Process::start(&stage);
        address.lock().unwrap().clone_from(&process.url);
    }
    settle(&stage, clients).await;
    process.kill();
    stage.house.close().await;
}
