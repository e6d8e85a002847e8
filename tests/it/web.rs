//! What is the same for every request: problems, rates, shedding, time.

use std::time::Duration;

use reqwest::Method;
use safeconduct::access::Role;
use tokio::task::JoinHandle;

use crate::harness::{Answer, Caller, House, Someone, spawn};

const NOWHERE: &str = "/v1/nowhere";

#[tokio::test(flavor = "multi_thread")]
async fn problems_have_one_form_and_carry_the_requests_id() {
    let house = House::start().await;
    let caller = house.caller(Someone::person()).await;
    let missing = house.get(&caller, NOWHERE).await.expect(404);
    let id = missing.header("x-request-id").to_owned();
    assert_eq!(missing.json()["instance"], format!("urn:uuid:{id}"));
    assert_eq!(missing.json()["type"], "/problems/not-found");

    let request = house.request(&caller, Method::DELETE, "/healthz");
    let method = Answer::read(request.send().await.unwrap()).await.expect(405);
    assert_eq!(method.header("allow"), "GET, HEAD");

    let request = house.request(&caller, Method::GET, NOWHERE).header("accept", "image/png");
    Answer::read(request.send().await.unwrap()).await.expect(406);

    let log = house.close().await;
    let line = log.lines().into_iter().find(|line| line["request_id"] == id.as_str()).unwrap();
    assert_eq!(
        (&line["status"], &line["caller"]),
        (&404.into(), &caller.identity.to_string().into())
    );
    assert!(!log.lines().iter().any(|line| line.to_string().contains(&caller.token)));
}

#[tokio::test(flavor = "multi_thread")]
async fn head_tells_what_get_would_without_its_body() {
    let house = House::start().await;
    let caller = house.caller(Someone::person()).await;
    let whole = house.get(&caller, "/v1/world").await.expect(200);
    let request = house.request(&caller, Method::HEAD, "/v1/world");
    let head = Answer::read(request.send().await.unwrap()).await.expect(200);
    assert_eq!(head.text, "");
    for name in ["content-type", "etag"] {
        assert_eq!(head.header(name), whole.header(name));
    }
    assert!(head.header("content-length").parse::<usize>().unwrap() > 0);
    // one without end ends at once
    let adviser = Someone::person().of_countries(Role::SecurityAdviser, &["KE"]);
    let adviser = house.caller(adviser).await;
    let request = house.request(&adviser, Method::HEAD, "/v1/approvals/stream");
    let stream = Answer::read(request.send().await.unwrap()).await.expect(200);
    assert_eq!(stream.header("content-type"), "text/event-stream");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trace_is_carried_into_the_log() {
    let house = House::start().await;
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let request = house.client().get(house.url("/healthz"));
    let request = request.header("traceparent", format!("00-{trace}-00f067aa0ba902b7-01"));
    Answer::read(request.send().await.unwrap()).await.expect(200);
    let log = house.close().await;
    assert!(log.lines().iter().any(|line| line["trace_id"] == trace));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_above_its_rate_waits_and_others_do_not() {
    let house = House::start_with(|config| {
        config.limits.person_per_second = 1;
        config.limits.person_burst = 3;
    })
    .await;
    let busy = house.caller(Someone::person()).await;
    let calm = house.caller(Someone::person()).await;
    let machine = house.caller(Someone::client("unicef")).await;
    let mut last = None;
    for _ in 0..20 {
        last = Some(house.get(&busy, NOWHERE).await);
    }
    let refused = last.unwrap().expect(429);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
    assert_eq!(refused.header("ratelimit-policy"), "\"person\";q=1;w=1");
    assert!(refused.header("ratelimit").starts_with("\"person\";r=0;"));
    assert_eq!(
        house.get(&calm, NOWHERE).await.expect(404).header("ratelimit"),
        "\"person\";r=2;t=1"
    );
    house.get(&machine, NOWHERE).await.expect(404);
    house.close().await;
}

/// Holds every request of a caller that was not seen before: its identity cannot be looked up.
async fn hold(house: &House) -> tokio_postgres::Client {
    let client = house.database().connect().await;
    client
        .batch_execute("BEGIN; LOCK TABLE person_identity IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    client
}

fn ask(house: &House, caller: &Caller) -> JoinHandle<Answer> {
    let request = house.request(caller, Method::GET, NOWHERE);
    spawn(async move { Answer::read(request.send().await.unwrap()).await })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_too_many_is_shed_before_any_work() {
    let house = House::start_with(|config| config.server.max_in_flight = 2).await;
    let callers = [house.caller(Someone::person()).await, house.caller(Someone::person()).await];
    let gate = hold(&house).await;
    let held: Vec<_> = callers.iter().map(|caller| ask(&house, caller)).collect();
    let gauge = &house.running().parts.metrics.http.in_flight;
    while gauge.get() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let shed = house.get(&callers[0], NOWHERE).await.expect(503);
    assert!(!shed.header("retry-after").is_empty());
    house.get_bare("/healthz").await.expect(200);
    gate.batch_execute("COMMIT").await.unwrap();
    for answer in held {
        answer.await.unwrap().expect(404);
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_takes_too_long_is_answered_503() {
    let house = House::start_with(|config| {
        config.server.request_timeout_ms = 200;
        config.database.statement_timeout_ms = 600_000;
        config.database.lock_timeout_ms = 600_000;
    })
    .await;
    let caller = house.caller(Someone::person()).await;
    let gate = hold(&house).await;
    let answer = house.get(&caller, NOWHERE).await.expect(503);
    assert!(!answer.header("x-request-id").is_empty());
    gate.batch_execute("COMMIT").await.unwrap();
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_refusal_tells_anything_internal() {
    let house = House::start_with(|config| config.database.lock_timeout_ms = 50).await;
    let caller = house.caller(Someone::person()).await;
    let gate = hold(&house).await;
    let answer = house.get(&caller, NOWHERE).await.expect(503);
    for word in ["lock", "SELECT", "person_identity", "statement", "postgres", "error"] {
        assert!(!answer.text.contains(word), "{word} in {}", answer.text);
    }
    gate.batch_execute("COMMIT").await.unwrap();
    house.close().await;
}
