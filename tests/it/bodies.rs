//! Bodies: size, type, time and defects, through the front door of a small application.

use std::future::pending;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::dev::{Service as _, ServiceResponse};
use actix_web::http::header::ContentType;
use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, init_service, read_body};
use actix_web::web::{self, Bytes, Data};
use actix_web::{App, Error, HttpResponse};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use safeconduct::access::{Holder, Principal};
use safeconduct::config::{Config, DEVELOPMENT_ISSUER};
use safeconduct::metrics::Metrics;
use safeconduct::model::PersonId;
use safeconduct::telemetry::Telemetry;
use safeconduct::web::{
    Authenticated, Authenticator, BodyLimits, Caller, Front, IdempotencyKey, JsonBody, Limits,
    LinesBody, Object, Problem, Worker, answer_lines, lines, read_json,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

/// Lets in whoever shows any token.
struct Anybody;

impl Authenticator for Anybody {
    fn recall(&self, _: &str) -> Option<Authenticated> {
        let holder = Holder::Person(PersonId(Uuid::nil()));
        let principal = Principal {
            identity: Uuid::nil(),
            holder,
            organization: None,
            appointments: vec![],
            delegations: vec![],
            delegated: safeconduct::access::Land::default(),
        };
        Some(Ok(Arc::new(principal)))
    }

    fn verify<'t>(&'t self, token: &'t str) -> BoxFuture<'t, Authenticated> {
        async move { self.recall(token).unwrap() }.boxed()
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    word: String,
    count: u32,
}

async fn note(body: JsonBody, _: Caller, _: IdempotencyKey) -> Result<HttpResponse, Problem> {
    let note: Note = read_json(&body.0, |value, faults| {
        if let Some(mut object) = Object::body(value, faults) {
            object.field("word").required().text(1..=20);
            object.field("count").required().integer(0..=i64::from(u32::MAX));
            object.finish();
        }
    })?;
    Ok(HttpResponse::Ok().json(note))
}

async fn each(body: LinesBody) -> HttpResponse {
    answer_lines(futures_util::stream::iter(lines(&body.0).map(|line| line.number)))
}

async fn never() -> HttpResponse {
    pending().await
}

/// What a small application with the real front door answers.
async fn answered(request: TestRequest) -> Result<ServiceResponse<BoxBody>, Error> {
    let issuer = ("SAFECONDUCT__IDENTITY__ISSUER".to_owned(), "https://issuer.example".to_owned());
    let config = Config::load(None, [issuer]).unwrap();
    let front = Front {
        authenticator: Arc::new(Anybody),
        limits: Arc::new(Limits::new(&config.limits)),
        metrics: Arc::new(Metrics::new().unwrap()),
        log: Telemetry::start(&config.log, std::io::sink()).requests(),
        in_flight: Arc::new(AtomicUsize::new(0)),
        max_in_flight: 10,
        timeout: Duration::from_millis(300),
        is_demonstration: false,
    };
    let worker = Rc::new(Worker::new(Arc::new(front)));
    let limits = BodyLimits { ordinary: 1000, batch: 5000, patience: Duration::from_millis(100) };
    let app = init_service(
        App::new()
            .wrap(from_fn(move |request, next| Rc::clone(&worker).handle(request, next)))
            .app_data(Data::new(limits))
            .route("/v1/note", web::post().to(note))
            .route("/v1/each", web::post().to(each))
            .route("/v1/never", web::get().to(never)),
    )
    .await;
    app.call(request.to_request()).await.map(ServiceResponse::map_into_boxed_body)
}

/// A request with a token, a key and a type.
fn post(path: &str, kind: &'static str, body: impl Into<Bytes>) -> TestRequest {
    TestRequest::post()
        .uri(path)
        .insert_header(("authorization", "Bearer any"))
        .insert_header(("idempotency-key", "k"))
        .insert_header(("content-type", kind))
        .set_payload(body)
}

async fn told(request: TestRequest) -> (u16, Value) {
    let answer = answered(request).await.unwrap();
    let status = answer.status().as_u16();
    let body = read_body(answer).await;
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

const JSON: &str = "application/json; charset=utf-8";

#[actix_web::test]
async fn a_good_body_is_read() {
    let body = json!({"word": "a", "count": 3});
    assert_eq!(told(post("/v1/note", JSON, body.to_string())).await, (200, body));
}

#[actix_web::test]
async fn what_is_not_json_is_400() {
    let deep = format!("{}{}", "[".repeat(500), "]".repeat(400));
    for body in
        [&b"{\"word\":"[..], b"", b"{\"word\": \"\xff\"}", b"{\"count\": 1e999}", deep.as_bytes()]
    {
        let (status, problem) = told(post("/v1/note", JSON, body.to_vec())).await;
        assert_eq!((status, &problem["type"]), (400, &json!("/problems/malformed")), "{problem}");
    }
}

#[actix_web::test]
async fn every_defect_is_told_at_once() {
    let body = json!({"word": 7, "count": -1, "more": true});
    let (status, problem) = told(post("/v1/note", JSON, body.to_string())).await;
    assert_eq!(status, 422);
    let codes: Vec<_> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| {
            format!("{} {}", fault["pointer"].as_str().unwrap(), fault["code"].as_str().unwrap())
        })
        .collect();
    assert_eq!(codes, ["/word TYPE", "/count RANGE", "/more UNKNOWN_FIELD"]);
    // readable field by field, yet not as a whole
    let (status, problem) =
        told(post("/v1/note", JSON, r#"{"word":"a","word":"b","count":1}"#)).await;
    assert_eq!((status, &problem["errors"][0]["code"]), (422, &json!("INVALID")));
}

#[actix_web::test]
async fn another_type_is_415() {
    for kind in ["text/plain", "application/xml", "application/jsonx"] {
        assert_eq!(told(post("/v1/note", kind, "{}")).await.0, 415, "{kind}");
    }
    assert_eq!(told(post("/v1/each", "application/json", "{}")).await.0, 415);
}

#[actix_web::test]
async fn a_body_too_large_is_413_whether_it_says_so_or_not() {
    let large = format!("{{\"word\":\"{}\",\"count\":1}}", "a".repeat(1000));
    assert_eq!(told(post("/v1/note", JSON, large.clone())).await.0, 413);
    let announced = post("/v1/note", JSON, "{}").insert_header(("content-length", "1001"));
    assert_eq!(told(announced).await.0, 413);
    assert_eq!(told(post("/v1/each", "application/x-ndjson", large)).await.0, 200);
}

#[actix_web::test]
async fn a_key_that_is_missing_or_malformed_is_400() {
    let body = json!({"word": "a", "count": 3}).to_string();
    let bare = TestRequest::post().uri("/v1/note").insert_header(("authorization", "Bearer any"));
    let bare = bare.insert_header(ContentType::json()).set_payload(body.clone());
    let (status, problem) = told(bare).await;
    assert_eq!((status, &problem["code"]), (400, &json!("IDEMPOTENCY_KEY_MISSING")));
    let odd = post("/v1/note", JSON, body).insert_header(("idempotency-key", "two words"));
    let (status, problem) = told(odd).await;
    assert_eq!((status, &problem["code"]), (400, &json!("IDEMPOTENCY_KEY_MALFORMED")));
}

#[actix_web::test]
async fn a_handler_that_does_not_end_is_answered_503() {
    let request =
        TestRequest::get().uri("/v1/never").insert_header(("authorization", "Bearer any"));
    let Err(error) = answered(request).await else {
        panic!("the framework renders this one");
    };
    let answer = error.error_response();
    assert_eq!(answer.status().as_u16(), 503);
    assert!(answer.headers().contains_key("x-request-id"));
}

#[test]
fn production_refuses_the_development_issuer() {
    let issuer = ("SAFECONDUCT__IDENTITY__ISSUER".to_owned(), DEVELOPMENT_ISSUER.to_owned());
    let faults = Config::load(None, [issuer]).unwrap_err().0;
    assert!(faults.iter().any(|fault| fault.fault.contains("development issuer")), "{faults:?}");
}
