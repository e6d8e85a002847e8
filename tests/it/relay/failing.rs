//! Endpoints that fail: back-off, dead letters, replay, disabling, and coming back.

use jiff::SignedDuration;
use safeconduct::access::Role;
use safeconduct::config::Config;
use serde_json::{Value, json};

use super::outbox::{Batch, numbered};
use super::receiver::{Receiver, Reply, eager};
use crate::harness::{Caller, House, Someone, TestDatabase};

struct Setting {
    house: House,
    client: tokio_postgres::Client,
    erp: Caller,
    receiver: Receiver,
    path: String,
}

impl Setting {
    async fn start(change: impl FnOnce(&mut Config)) -> Self {
        let house = House::start_on(TestDatabase::create().await, |config| {
            eager(config);
            change(config);
        })
        .await;
        let client = house.database().connect().await;
        let erp = Someone::client("org").of_organization(Role::ErpClient, "org");
        let erp = house.caller(erp).await;
        let receiver = Receiver::start();
        let webhook = receiver.register(&house, &erp, json!({})).await;
        let path = format!("/v1/webhooks/{}", webhook["webhook_id"].as_str().unwrap());
        Self { house, client, erp, receiver, path }
    }

    async fn stands(&self) -> Value {
        self.house.get(&self.erp, &self.path).await.expect(200).json()
    }

    /// Waits until the webhook stands as it should.
    async fn reaches(&self, as_it_should: impl Fn(&Value) -> bool) -> Value {
        loop {
            let stands = self.stands().await;
            if as_it_should(&stands) {
                return stands;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }

    async fn deliveries(&self, state: &str) -> Vec<Value> {
        let path = format!("{}/deliveries?limit=200&state={state}", self.path);
        let page = self.house.get(&self.erp, &path).await.expect(200).json();
        page["items"].as_array().unwrap().clone()
    }

    async fn replay(&self, body: Value, status: u16) -> Value {
        let (path, key) = (format!("{}/deliveries", self.path), uuid::Uuid::new_v4().to_string());
        self.house.post_once(&self.erp, &path, &key, &body).await.expect(status).json()
    }

    async fn close(self) {
        drop(self.client);
        self.house.close().await;
        self.receiver.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_never_taken_becomes_a_dead_letter_and_can_be_replayed() {
    let setting = Setting::start(|config| config.webhooks.tries = 3).await;
    let receiver = &setting.receiver;
    let poison = "00000000-0000-0000-0000-000000000002";
    receiver.behave(move |envelope| {
        let is_it = envelope["data"]["trip_id"] == poison && envelope["data"]["trip_version"] == 1;
        Reply::Status(if is_it { 500 } else { 204 })
    });
    Batch { versions: (1, 3), ..Batch::of(5) }.write(&setting.client).await;
    let head = numbered(&setting.client).await;
    assert_eq!(head, 15);
    receiver.has_taken(14).await;
    let stands = setting.reaches(|stands| stands["waiting"] == 0 && stands["position"] == 15).await;
    assert_eq!((&stands["dead"], &stands["state"]), (&json!(1), &json!("active")));

    let dead = setting.deliveries("dead").await;
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0]["seq"], 2);
    assert_eq!((&dead[0]["tries"], &dead[0]["status"]), (&json!(3), &json!(500)));
    assert_eq!(dead[0]["fault"], "status");
    assert_eq!(setting.deliveries("delivered").await.len(), 14);
    // what follows in its trip waited for its end, and no longer
    let of_trip: Vec<_> =
        receiver.messages().into_iter().filter(|message| message.trip == poison).collect();
    let order: Vec<_> = of_trip.iter().map(|one| (one.version, one.status)).collect();
    assert_eq!(order, [(1, 500), (1, 500), (1, 500), (2, 204), (3, 204)]);
    let ids: std::collections::BTreeSet<_> = of_trip.iter().take(3).map(|one| &one.id).collect();
    assert_eq!(ids.len(), 1, "the same id at every try");

    receiver.behave(|_| Reply::Status(204));
    receiver.forget();
    setting.replay(json!({"dead_letter": 3}), 404).await;
    setting.replay(json!({"dead_letter": 2}), 202).await;
    receiver.has_taken(1).await;
    assert_eq!(receiver.taken()[0].id, *of_trip[0].id);
    setting.reaches(|stands| stands["dead"] == 0 && stands["waiting"] == 0).await;

    receiver.forget();
    setting.replay(json!({"from": 6}), 202).await;
    receiver.has_taken(10).await;
    setting.reaches(|stands| stands["waiting"] == 0 && stands["position"] == 15).await;
    let seqs: std::collections::BTreeSet<_> =
        receiver.taken().into_iter().map(|one| one.seq).collect();
    assert_eq!(seqs.into_iter().collect::<Vec<_>>(), (6..=15).collect::<Vec<_>>());
    setting.replay(json!({"dead_letters": true}), 202).await;
    let refused = setting.replay(json!({"from": 1, "dead_letter": 2}), 422).await;
    assert_eq!(refused["errors"][0]["code"], "CHOICE");
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_endpoint_is_left_alone_for_a_while_then_disabled_and_goes_on_where_it_stood() {
    let setting = Setting::start(|config| {
        config.webhooks.first_retry_ms = 86_400_000;
        config.webhooks.longest_retry_seconds = 86_400;
        config.webhooks.disable_after_seconds = 600;
        config.webhooks.together = 1;
    })
    .await;
    let receiver = &setting.receiver;
    // the clock will be moved further than signatures may be old
    receiver.trust(&[]);
    receiver.behave(|_| Reply::Status(503));
    Batch::of(1).write(&setting.client).await;
    let stands = setting.reaches(|stands| !stands["resume_at"].is_null()).await;
    assert_eq!((&stands["waiting"], &stands["state"]), (&json!(1), &json!("active")));
    assert!(!stands["failing_since"].is_null());
    // what comes meanwhile waits in the feed and asks nothing of it
    Batch { first_trip: 2, ..Batch::of(20) }.write(&setting.client).await;
    assert_eq!(numbered(&setting.client).await, 21);
    let tried = receiver.messages().len();
    assert_eq!(tried, 1);

    // a day later it still fails: one event is tried, and that is enough
    setting.house.database().move_clock(SignedDuration::from_mins(20)).await;
    setting
        .client
        .execute("UPDATE webhook_delivery SET next_try_at = sc_now()", &[])
        .await
        .unwrap();
    setting.client.execute("UPDATE webhook SET resume_at = sc_now()", &[]).await.unwrap();
    let stands = setting.reaches(|stands| stands["state"] == "disabled").await;
    assert_eq!(stands["disabled_reason"], "failing");
    assert_eq!(
        receiver.messages().len(),
        2,
        "a failing endpoint is asked with one event at a time"
    );
    assert_eq!(setting.deliveries("dead").await.len(), 0, "nothing is given up");

    let verify = format!("{}/verify", setting.path);
    let refused = setting.house.post(&setting.erp, &verify, &json!({})).await.expect(422);
    assert_eq!(refused.faults(), [("/url".to_owned(), "CHALLENGE_FAILED".to_owned())]);
    receiver.behave(|_| Reply::Status(204));
    receiver.forget();
    setting
        .client
        .execute("UPDATE webhook_delivery SET next_try_at = sc_now()", &[])
        .await
        .unwrap();
    setting.house.post(&setting.erp, &verify, &json!({})).await.expect(200);
    receiver.has_taken(21).await;
    let stands = setting.reaches(|stands| stands["waiting"] == 0).await;
    assert!(stands["failing_since"].is_null());
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_gone_is_disabled_at_once() {
    let setting = Setting::start(|_config| {}).await;
    setting.receiver.behave(|_| Reply::Status(410));
    Batch::of(1).write(&setting.client).await;
    let stands = setting.reaches(|stands| stands["state"] == "disabled").await;
    assert_eq!(stands["disabled_reason"], "gone");
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_follows_a_redirect_and_nobody_reads_a_long_answer() {
    let setting = Setting::start(|config| config.webhooks.tries = 2).await;
    let elsewhere = Receiver::start();
    let url = elsewhere.url.clone();
    setting.receiver.behave(move |envelope| {
        if envelope["data"]["trip_version"] == 1 {
            return Reply::Elsewhere(url.clone());
        }
        Reply::Large
    });
    Batch { versions: (1, 2), ..Batch::of(1) }.write(&setting.client).await;
    setting.reaches(|stands| stands["waiting"] == 0 && stands["position"] == 2).await;
    let dead = setting.deliveries("dead").await;
    assert_eq!((dead.len(), &dead[0]["fault"]), (1, &json!("redirected")));
    assert_eq!(setting.deliveries("delivered").await.len(), 1, "a long answer is a success");
    assert!(elsewhere.messages().is_empty());
    elsewhere.stop().await;
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_silent_is_not_waited_for() {
    let setting = Setting::start(|config| {
        config.webhooks.tries = 1;
        config.webhooks.timeout_ms = 200;
    })
    .await;
    // it accepts and never answers
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    setting.client.execute("UPDATE webhook SET url = $1", &[&url]).await.unwrap();
    Batch::of(1).write(&setting.client).await;
    setting.reaches(|stands| stands["dead"] == 1).await;
    let dead = setting.deliveries("dead").await;
    assert_eq!((&dead[0]["fault"], &dead[0]["status"]), (&json!("timed_out"), &Value::Null));
    drop(silent);
    setting.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_says_when_is_not_asked_before() {
    let setting = Setting::start(|_config| {}).await;
    let receiver = &setting.receiver;
    // the clock will be moved further than signatures may be old
    receiver.trust(&[]);
    receiver.behave(|_| Reply::Later(429, "3600"));
    Batch::of(1).write(&setting.client).await;
    let stands = setting.reaches(|stands| !stands["resume_at"].is_null()).await;
    let resumes: jiff::Timestamp = stands["resume_at"].as_str().unwrap().parse().unwrap();
    let rest = resumes.duration_since(setting.house.now());
    assert!((3500..=3700).contains(&rest.as_secs()), "{rest}");
    receiver.behave(|_| Reply::Status(204));
    setting.house.database().move_clock(SignedDuration::from_mins(59)).await;
    assert_eq!(receiver.messages().len(), 1);
    setting.house.database().move_clock(SignedDuration::from_mins(61)).await;
    receiver.has_taken(1).await;
    assert_eq!(receiver.messages().len(), 2);
    setting.close().await;
}
