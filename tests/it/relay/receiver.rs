//! An endpoint of the test's own, which verifies what it hears with the reference library.

use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use actix_web::dev::ServerHandle;
use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use safeconduct::config::Config;
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use tokio::sync::watch;

use crate::harness::{Caller, House, spawn};

/// A message as it came.
#[derive(Debug, Clone)]
pub(super) struct Message {
    /// `webhook-id`
    pub(super) id: String,
    /// Number in the feed.
    pub(super) seq: i64,
    /// Trip and its version.
    pub(super) trip: String,
    pub(super) version: i64,
    /// The whole envelope.
    pub(super) envelope: Value,
    /// How many signatures it had.
    pub(super) signatures: usize,
    /// What it was answered.
    pub(super) status: u16,
}

/// What a receiver answers.
#[derive(Debug, Clone)]
pub(super) enum Reply {
    Status(u16),
    /// A status with `Retry-After`.
    Later(u16, &'static str),
    /// 302 to somewhere else.
    Elsewhere(String),
    /// The challenge with another answer.
    Wrong,
    /// An answer larger than is read.
    Large,
}

type Behaviour = Box<dyn Fn(&Value) -> Reply + Send + Sync>;

/// What a receiver has heard, and how it answers.
pub(super) struct Ears {
    messages: Mutex<Vec<Message>>,
    /// Every signature must be good for one of them; none: anything is taken as it is.
    secrets: Mutex<Vec<String>>,
    behaviour: Mutex<Behaviour>,
    /// Messages heard, and different events taken.
    count: watch::Sender<(usize, usize)>,
    taken: Mutex<BTreeSet<i64>>,
}

/// A listening receiver.
pub(super) struct Receiver {
    pub(super) url: String,
    ears: Arc<Ears>,
    handle: ServerHandle,
}

impl Receiver {
    /// Listens and takes everything.
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let ears = Arc::new(Ears {
            messages: Mutex::default(),
            secrets: Mutex::default(),
            behaviour: Mutex::new(Box::new(|_| Reply::Status(204))),
            count: watch::Sender::new((0, 0)),
            taken: Mutex::default(),
        });
        let shared = Data::from(Arc::clone(&ears));
        let server = HttpServer::new(move || {
            App::new().app_data(shared.clone()).route("/hook", web::post().to(hear))
        })
        .workers(1)
        .disable_signals()
        .listen(listener)
        .unwrap()
        .run();
        let handle = server.handle();
        spawn(server);
        Self { url, ears, handle }
    }

    /// Changes how it answers.
    pub(super) fn behave(&self, behaviour: impl Fn(&Value) -> Reply + Send + Sync + 'static) {
        *self.ears.behaviour.lock().unwrap() = Box::new(behaviour);
    }

    /// The secrets that signatures must be good for.
    pub(super) fn trust(&self, secrets: &[&str]) {
        *self.ears.secrets.lock().unwrap() = secrets.iter().map(|&one| one.to_owned()).collect();
    }

    /// What was heard so far, without challenges.
    pub(super) fn messages(&self) -> Vec<Message> {
        self.ears.messages.lock().unwrap().clone()
    }

    /// What it has taken, in the order of arrival.
    pub(super) fn taken(&self) -> Vec<Message> {
        self.messages().into_iter().filter(|message| message.status < 300).collect()
    }

    /// Waits until so many messages were heard.
    pub(super) async fn heard(&self, count: usize) {
        let mut counts = self.ears.count.subscribe();
        counts.wait_for(|(heard, _)| *heard >= count).await.unwrap();
    }

    /// Waits until so many different events were taken.
    pub(super) async fn has_taken(&self, count: usize) {
        let mut counts = self.ears.count.subscribe();
        counts.wait_for(|(_, taken)| *taken >= count).await.unwrap();
    }

    /// Forgets what was heard.
    pub(super) fn forget(&self) {
        self.ears.messages.lock().unwrap().clear();
        self.ears.taken.lock().unwrap().clear();
        self.ears.count.send_replace((0, 0));
    }

    /// Registers itself as a webhook and trusts its secret; answers the webhook.
    pub(super) async fn register(&self, house: &House, caller: &Caller, more: Value) -> Value {
        let mut body = json!({"url": self.url});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let key = uuid::Uuid::new_v4().to_string();
        let made = house.post_once(caller, "/v1/webhooks", &key, &body).await.expect(201).json();
        self.trust(&[made["secret"].as_str().unwrap()]);
        made
    }

    pub(super) async fn stop(self) {
        self.handle.stop(false).await;
    }
}

/// How many different events there are.
pub(super) fn different(messages: &[Message]) -> usize {
    messages.iter().map(|message| message.seq).collect::<BTreeSet<_>>().len()
}

/// Fails unless the first arrivals of each trip's events came in the order of its versions, none
/// left out.
pub(super) fn assert_in_order(messages: &[Message]) {
    let mut versions: BTreeMap<&str, i64> = BTreeMap::new();
    for message in messages {
        let last = versions.entry(&message.trip).or_default();
        assert!(message.version <= *last + 1, "{} overtook {last}: {message:?}", message.version);
        *last = (*last).max(message.version);
    }
}

/// A configuration that reaches receivers and does not wait long.
pub(super) fn eager(config: &mut Config) {
    config.webhooks.allow_loopback = true;
    config.webhooks.first_retry_ms = 10;
    config.webhooks.longest_retry_seconds = 1;
}

async fn hear(request: HttpRequest, body: Bytes, ears: Data<Ears>) -> HttpResponse {
    let envelope: Value = serde_json::from_slice(&body).unwrap();
    let reply = ears.behaviour.lock().unwrap()(&envelope);
    if envelope["type"] == "webhook.challenge" {
        return match reply {
            Reply::Status(200..=299) => {
                HttpResponse::Ok().json(json!({"challenge": envelope["data"]["challenge"]}))
            }
            Reply::Wrong => HttpResponse::Ok().json(json!({"challenge": "something else"})),
            Reply::Status(_) | Reply::Later(..) | Reply::Elsewhere(_) | Reply::Large => {
                answer(&reply)
            }
        };
    }
    let headers = headers(&request);
    let text = |name: &str| headers[name].to_str().unwrap().to_owned();
    assert_eq!(text("content-type"), "application/cloudevents+json; charset=utf-8");
    let secrets = ears.secrets.lock().unwrap().clone();
    for secret in &secrets {
        Webhook::new(secret).unwrap().verify(&body, &headers).unwrap();
    }
    let answer = answer(&reply);
    let data = &envelope["data"];
    let message = Message {
        id: text("webhook-id"),
        seq: envelope["sequence"].as_str().unwrap().parse().unwrap(),
        trip: data["trip_id"].as_str().unwrap_or_default().to_owned(),
        version: data["trip_version"].as_i64().unwrap(),
        signatures: text("webhook-signature").split(' ').count(),
        status: answer.status().as_u16(),
        envelope,
    };
    assert_eq!(message.id, message.envelope["id"].as_str().unwrap());
    let mut taken = ears.taken.lock().unwrap();
    if message.status < 300 {
        taken.insert(message.seq);
    }
    ears.messages.lock().unwrap().push(message);
    ears.count.send_modify(|(heard, different)| {
        *heard += 1;
        *different = taken.len();
    });
    drop(taken);
    answer
}

fn answer(reply: &Reply) -> HttpResponse {
    match reply {
        Reply::Status(status) => {
            HttpResponse::build(actix_web::http::StatusCode::from_u16(*status).unwrap()).finish()
        }
        Reply::Later(status, when) => {
            HttpResponse::build(actix_web::http::StatusCode::from_u16(*status).unwrap())
                .insert_header(("retry-after", *when))
                .finish()
        }
        Reply::Elsewhere(url) => {
            HttpResponse::Found().insert_header(("location", url.as_str())).finish()
        }
        Reply::Wrong => HttpResponse::Ok().finish(),
        Reply::Large => HttpResponse::Ok().body(vec![b'x'; 4 << 20]),
    }
}

/// The headers in the types of the reference library.
fn headers(request: &HttpRequest) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in request.headers() {
        let name = HeaderName::from_bytes(name.as_str().as_bytes()).unwrap();
        headers.insert(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    headers
}
