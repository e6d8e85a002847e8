//! The front door: what happens to every request before and after its handler.
//!
//! In this order: a number and a stopwatch; shedding; what the caller accepts; for `/v1` the token
//! and the rate; then the handler, within its time. Afterwards: problems in one form, headers,
//! metrics, one log line. Limits and shedding come before any body is read.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ResponseHead, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{ACCEPT, AUTHORIZATION, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, HttpRequest};
use prometheus::{Histogram, IntCounter};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::caller::{AuthFault, Authenticator, Caller};
use super::limits::{Allowance, Limits};
use super::problem::{Kind, Problem};
use crate::metrics::Metrics;
use crate::telemetry::{RequestLine, RequestLog, Stopwatch};

const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const RATE_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const RATE: HeaderName = HeaderName::from_static("ratelimit");
const TRACE_PARENT: HeaderName = HeaderName::from_static("traceparent");
const MODE: HeaderName = HeaderName::from_static("x-safeconduct-mode");

/// What the front door needs, shared by all workers.
pub struct Front {
    /// Checks tokens.
    pub authenticator: Arc<dyn Authenticator>,
    /// Rates.
    pub limits: Arc<Limits>,
    /// Metrics.
    pub metrics: Arc<Metrics>,
    /// The log.
    pub log: RequestLog,
    /// Requests in work, over all workers.
    pub in_flight: Arc<AtomicUsize>,
    /// More than these are shed.
    pub max_in_flight: usize,
    /// A request's time.
    pub timeout: Duration,
    /// `X-Safeconduct-Mode` of a demonstration.
    pub is_demonstration: bool,
}

impl fmt::Debug for Front {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Front").field("in_flight", &self.in_flight).finish_non_exhaustive()
    }
}

/// The front door of one worker, with the metric handles it has resolved.
#[derive(Debug)]
pub struct Worker {
    front: Arc<Front>,
    handles: RefCell<BTreeMap<(String, &'static str), Rc<Handles>>>,
}

#[derive(Debug)]
struct Handles {
    seconds: Histogram,
    classes: [IntCounter; 5],
}

/// Fields of the domain that a handler leaves for the request's log line.
#[derive(Debug, Default)]
struct Notes(Map<String, Value>);

/// The request's id, as the answer and the log carry it.
#[derive(Debug, Clone)]
pub struct RequestId(pub Uuid);

/// Leaves a field for the request's log line: an id, a code, a version; never a name.
pub fn note(request: &HttpRequest, name: &str, value: impl Into<Value>) {
    let mut extensions = request.extensions_mut();
    if !extensions.contains::<Notes>() {
        extensions.insert(Notes::default());
    }
    if let Some(notes) = extensions.get_mut::<Notes>() {
        notes.0.insert(name.to_owned(), value.into());
    }
}

/// Counts a request out again, however it ends.
struct InFlight<'f>(&'f Front);

impl<'f> InFlight<'f> {
    fn enter(front: &'f Front) -> (Self, usize) {
        let before = front.in_flight.fetch_add(1, Ordering::Relaxed);
        front.metrics.http.in_flight.inc();
        (Self(front), before)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
        self.0.metrics.http.in_flight.dec();
    }
}

/// What is known of a request that its answer and its line need.
struct Visit {
    watch: Stopwatch,
    id: String,
    trace_id: Option<String>,
    caller: Option<Uuid>,
    allowance: Option<Allowance>,
}

/// How a request ended.
struct Ending {
    route: String,
    method: &'static str,
    status: u16,
    cause: Option<String>,
    notes: Option<Notes>,
}

impl Worker {
    /// The front door of a new worker.
    pub fn new(front: Arc<Front>) -> Self {
        Self { front, handles: RefCell::default() }
    }

    /// Handles one request; to be wrapped around the application.
    pub async fn handle<B: MessageBody + 'static>(
        self: Rc<Self>,
        mut request: ServiceRequest,
        next: Next<B>,
    ) -> Result<ServiceResponse<BoxBody>, Error> {
        let headers_only = is_head(&mut request);
        let (_in_flight, before) = InFlight::enter(&self.front);
        let id = Uuid::now_v7();
        let mut visit = Visit {
            watch: Stopwatch::start(),
            id: id.to_string(),
            trace_id: trace_id(&request),
            caller: None,
            allowance: None,
        };
        request.extensions_mut().insert(RequestId(id));
        if let Err(problem) = self.admit(&request, before, &mut visit).await {
            let answer = request.into_response(problem.answer(Some(&visit.id)));
            return Ok(self.finish(answer, &visit, problem.cause().map(str::to_owned)));
        }
        let method = method(request.method());
        match tokio::time::timeout(self.front.timeout, next.call(request)).await {
            Ok(Ok(answer)) if headers_only => {
                Ok(self.settle(answer.map_into_boxed_body().map_body(without_stream), &visit))
            }
            Ok(Ok(answer)) => Ok(self.settle(answer.map_into_boxed_body(), &visit)),
            Ok(Err(error)) => Err(error),
            Err(_elapsed) => {
                // The request is gone with its future, so the framework renders this one.
                let problem = Problem::new(Kind::Unavailable).header("x-request-id", &visit.id);
                let (route, cause) = ("(timed out)".to_owned(), Some("timed out".to_owned()));
                self.record(Ending { route, method, status: 503, cause, notes: None }, &visit);
                Err(problem.into())
            }
        }
    }

    /// Everything that may turn a request away before its handler.
    async fn admit(
        &self,
        request: &ServiceRequest,
        before: usize,
        visit: &mut Visit,
    ) -> Result<(), Problem> {
        let front = &*self.front;
        let is_v1 = is_v1(request.path());
        if is_v1 && before >= front.max_in_flight {
            front.metrics.http.shed.inc();
            return Err(Problem::new(Kind::Unavailable).detail("too many requests are in work"));
        }
        if !is_v1 {
            return Ok(());
        }
        if !accepts(request) {
            return Err(Problem::new(Kind::NotAcceptable));
        }
        let principal = self.authenticated(request).await.inspect_err(|fault| {
            front.metrics.http.auth_failures.with_label_values(&[fault.reason()]).inc();
        })?;
        visit.caller = Some(principal.identity);
        let allowance = front.limits.ask(&principal);
        let wait = allowance.wait;
        visit.allowance = Some(allowance);
        if let Some(seconds) = wait {
            front.metrics.http.rate_limited.inc();
            return Err(Problem::new(Kind::TooManyRequests).retry_after(seconds));
        }
        request.extensions_mut().insert(Caller(principal));
        Ok(())
    }

    async fn authenticated(
        &self,
        request: &ServiceRequest,
    ) -> Result<Arc<crate::access::Principal>, AuthFault> {
        let token = bearer(request).ok_or(AuthFault::Missing)?;
        if let Some(known) = self.front.authenticator.recall(token) {
            return known;
        }
        let failures = self.front.limits.failures();
        let address = request.peer_addr().map(|peer| peer.ip());
        if address.is_some_and(|address| failures.is_blocked(address)) {
            return Err(AuthFault::Blocked);
        }
        let checking = self.front.authenticator.verify(token);
        let checked = tokio::time::timeout(self.front.timeout, checking).await;
        let checked = checked.unwrap_or(Err(AuthFault::Unavailable));
        if let (Err(fault), Some(address)) = (&checked, address)
            && fault.counts()
        {
            failures.note(address);
        }
        checked
    }

    /// Puts every refusal into the one form of problems.
    fn settle(&self, answer: ServiceResponse<BoxBody>, visit: &Visit) -> ServiceResponse<BoxBody> {
        let status = answer.status();
        if !status.is_client_error() && !status.is_server_error() {
            return self.finish(answer, visit, None);
        }
        let error = answer.response().error();
        let told = error.and_then(|error| error.as_error::<Problem>());
        let (rendered, cause) = match (told, error) {
            (Some(problem), _) => {
                (problem.answer(Some(&visit.id)), problem.cause().map(str::to_owned))
            }
            // An answer that a handler made by hand stands.
            (None, None) => return self.finish(answer, visit, None),
            (None, Some(error)) => {
                let problem = Problem::of_framework(status, Some(error));
                (problem.answer(Some(&visit.id)), problem.cause().map(str::to_owned))
            }
        };
        let (request, _) = answer.into_parts();
        self.finish(ServiceResponse::new(request, rendered), visit, cause)
    }

    fn finish(
        &self,
        mut answer: ServiceResponse<BoxBody>,
        visit: &Visit,
        cause: Option<String>,
    ) -> ServiceResponse<BoxBody> {
        let headers = answer.headers_mut();
        let mut put = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        put(REQUEST_ID, &visit.id);
        if let Some(allowance) = &visit.allowance {
            put(RATE, &allowance.state);
            headers.insert(RATE_POLICY, allowance.policy.clone());
        }
        if self.front.is_demonstration {
            headers.insert(MODE, HeaderValue::from_static("demonstration"));
        }
        let request = answer.request();
        let ending = Ending {
            route: request.match_pattern().unwrap_or_else(|| "(none)".to_owned()),
            method: method(request.method()),
            status: answer.status().as_u16(),
            cause,
            notes: request.extensions_mut().remove::<Notes>(),
        };
        self.record(ending, visit);
        answer
    }

    fn record(&self, ending: Ending, visit: &Visit) {
        let Ending { route, method, status, cause, notes } = ending;
        let took = visit.watch.elapsed();
        let key = (route, method);
        let handles = self.handles(&key);
        handles.seconds.observe(took.as_secs_f64());
        if let Some(class) = handles.classes.get(usize::from(status / 100).saturating_sub(1)) {
            class.inc();
        }
        let (route, method) = key;
        self.front.log.write(&RequestLine {
            level: if status == 500 { "ERROR" } else { "INFO" },
            request_id: &visit.id,
            trace_id: visit.trace_id.as_deref(),
            method,
            route: &route,
            status,
            took,
            caller: visit.caller,
            cause: cause.as_deref(),
            domain: notes.as_ref().map(|notes| &notes.0),
        });
    }

    fn handles(&self, key: &(String, &'static str)) -> Rc<Handles> {
        if let Some(handles) = self.handles.borrow().get(key) {
            return Rc::clone(handles);
        }
        let http = &self.front.metrics.http;
        let (route, method) = key;
        let handles = Rc::new(Handles {
            seconds: http.seconds.with_label_values(&[&**route, *method]),
            classes: CLASSES
                .map(|class| http.requests.with_label_values(&[&**route, *method, class])),
        });
        self.handles.borrow_mut().insert(key.clone(), Rc::clone(&handles));
        handles
    }
}

/// Whether only the headers are asked for. What answers GET answers HEAD: the handler is asked for
/// the whole, and the server sends no body to whoever asked for none (RFC 9110, 9.3.2).
fn is_head(request: &mut ServiceRequest) -> bool {
    let asked = request.method() == Method::HEAD;
    if asked {
        request.head_mut().method = Method::GET;
    }
    asked
}

/// A body without end is not begun where nobody reads it.
fn without_stream(_head: &mut ResponseHead, body: BoxBody) -> BoxBody {
    match body.size() {
        BodySize::Stream => BoxBody::new(()),
        BodySize::None | BodySize::Sized(_) => body,
    }
}

/// A method's name as a label: callers must not be able to invent series.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn is_v1(path: &str) -> bool {
    path.starts_with("/v1/") || path == "/v1"
}

fn bearer(request: &ServiceRequest) -> Option<&str> {
    let value = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_ascii())
}

/// Whether something that this service writes is acceptable to the caller.
fn accepts(request: &ServiceRequest) -> bool {
    const WRITTEN: [&str; 11] = [
        "*/*",
        "application/*",
        "application/json",
        "application/problem+json",
        "application/geo+json",
        "application/cap+xml",
        "application/atom+xml",
        "application/x-ndjson",
        "application/vnd.mapbox-vector-tile",
        "text/event-stream",
        "text/*",
    ];
    let mut accepted = request.headers().get_all(ACCEPT).peekable();
    accepted.peek().is_none()
        || accepted.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).any(
            |range| {
                let essence = range.split(';').next().unwrap_or_default().trim();
                WRITTEN.iter().any(|written| written.eq_ignore_ascii_case(essence))
            },
        )
}

/// The trace id of a `traceparent` (W3C Trace Context), if it is one.
fn trace_id(request: &ServiceRequest) -> Option<String> {
    let header = request.headers().get(TRACE_PARENT)?.to_str().ok()?;
    let mut parts = header.split('-');
    let (_version, trace) = (parts.next()?, parts.next()?);
    let valid = trace.len() == 32
        && trace.bytes().all(|b| b.is_ascii_hexdigit())
        && trace.bytes().any(|b| b != b'0');
    valid.then(|| trace.to_ascii_lowercase())
}
