//! Problems (RFC 9457): the one place that knows status codes and what a refused caller is told.
//!
//! Two texts per error: `detail` and the faults are for the caller; `cause` is for the operator's
//! log line alone and never leaves the house.

use std::error::Error;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::access::Refusal;
use crate::database::{DatabaseError, Overloaded, Trouble};

/// Seconds after which a caller that was turned away for load may come again.
const COME_AGAIN: u64 = 1;

/// The kinds of problem, each with a stable type, title and status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The request cannot be read.
    Malformed,
    /// No valid token.
    Unauthenticated,
    /// Known, but not permitted.
    Forbidden,
    /// Not there, or not for the caller to know of.
    NotFound,
    /// The path is known, the method is not.
    MethodNotAllowed,
    /// No representation that the caller accepts.
    NotAcceptable,
    /// The body did not arrive in time.
    BodyTimeout,
    /// The state of the resource refuses it.
    Conflict,
    /// It was there.
    Gone,
    /// `If-Match` names another version.
    PreconditionFailed,
    /// The body is too large.
    TooLarge,
    /// The body is of the wrong type.
    UnsupportedMediaType,
    /// Understood, and refused.
    Unprocessable,
    /// `If-Match` is missing.
    PreconditionRequired,
    /// More requests than the caller may send.
    TooManyRequests,
    /// A defect of the program.
    Internal,
    /// Come again.
    Unavailable,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 17] = [
        Self::Malformed,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::NotAcceptable,
        Self::BodyTimeout,
        Self::Conflict,
        Self::Gone,
        Self::PreconditionFailed,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::Unprocessable,
        Self::PreconditionRequired,
        Self::TooManyRequests,
        Self::Internal,
        Self::Unavailable,
    ];

    const fn entry(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Malformed => (StatusCode::BAD_REQUEST, "malformed", "The request cannot be read"),
            Self::Unauthenticated => {
                (StatusCode::UNAUTHORIZED, "unauthenticated", "A valid token is needed")
            }
            Self::Forbidden => (StatusCode::FORBIDDEN, "forbidden", "This is not permitted"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not-found", "There is nothing here"),
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "The method is not for this path",
            ),
            Self::NotAcceptable => {
                (StatusCode::NOT_ACCEPTABLE, "not-acceptable", "No acceptable representation")
            }
            Self::BodyTimeout => {
                (StatusCode::REQUEST_TIMEOUT, "body-timeout", "The body did not arrive in time")
            }
            Self::Conflict => (StatusCode::CONFLICT, "conflict", "The state does not allow it"),
            Self::Gone => (StatusCode::GONE, "gone", "It is no longer here"),
            Self::PreconditionFailed => {
                (StatusCode::PRECONDITION_FAILED, "stale", "The version has moved on")
            }
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is too large"),
            Self::UnsupportedMediaType => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                "The body is of another type",
            ),
            Self::Unprocessable => {
                (StatusCode::UNPROCESSABLE_ENTITY, "invalid", "The request is refused")
            }
            Self::PreconditionRequired => {
                (StatusCode::PRECONDITION_REQUIRED, "if-match-needed", "If-Match is needed")
            }
            Self::TooManyRequests => {
                (StatusCode::TOO_MANY_REQUESTS, "too-many-requests", "Too many requests")
            }
            Self::Internal => {
                (StatusCode::INTERNAL_SERVER_ERROR, "internal", "A defect of the service")
            }
            Self::Unavailable => {
                (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "The service cannot answer now")
            }
        }
    }

    /// HTTP status.
    pub fn status(self) -> u16 {
        self.entry().0.as_u16()
    }

    /// The last part of the type's URI.
    pub const fn slug(self) -> &'static str {
        self.entry().1
    }

    /// What the kind is called.
    pub const fn title(self) -> &'static str {
        self.entry().2
    }

    fn of_status(status: StatusCode) -> Self {
        let found = Self::ALL.into_iter().find(|kind| kind.entry().0 == status);
        found.unwrap_or(if status.is_client_error() { Self::Malformed } else { Self::Internal })
    }
}

/// One defect of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Fault {
    /// JSON pointer into the body, or `?name` for a query parameter.
    pub pointer: String,
    /// Stable code.
    pub code: &'static str,
    /// For a person.
    pub detail: String,
}

/// What a refused caller is told.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemBody {
    /// Stable, relative URI of the kind.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the kind is called.
    pub title: &'static str,
    /// HTTP status.
    pub status: u16,
    /// Stable code of this refusal, where the kind alone does not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
    /// For a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// This occurrence: the request's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// All defects at once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Fault>,
    /// Members of single codes, such as `by` and `at` of `ALREADY_DECIDED`.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub more: Map<String, Value>,
}

/// A refusal on its way to the caller. Rooms make one from their errors in `routes.rs`.
pub struct Problem(Box<Told>);

struct Told {
    kind: Kind,
    code: Option<&'static str>,
    detail: Option<String>,
    faults: Vec<Fault>,
    more: Map<String, Value>,
    headers: Vec<(&'static str, String)>,
    cause: Option<String>,
}

impl Problem {
    /// A problem of a kind.
    pub fn new(kind: Kind) -> Self {
        let problem = Self(Box::new(Told {
            kind,
            code: None,
            detail: None,
            faults: Vec::new(),
            more: Map::new(),
            headers: Vec::new(),
            cause: None,
        }));
        if kind == Kind::Unavailable { problem.retry_after(COME_AGAIN) } else { problem }
    }

    /// 422 with every defect.
    pub fn invalid(faults: Vec<Fault>) -> Self {
        let mut problem = Self::new(Kind::Unprocessable);
        problem.0.faults = faults;
        problem
    }

    /// 404: not there, or not for the caller to know of.
    pub fn hidden() -> Self {
        Self::new(Kind::NotFound)
    }

    /// 500 with a cause for the log.
    pub fn internal(cause: &(dyn Error + 'static)) -> Self {
        Self::new(Kind::Internal).because(cause)
    }

    /// A stable code.
    #[must_use]
    pub fn code(mut self, code: &'static str) -> Self {
        self.0.code = Some(code);
        self
    }

    /// A sentence for the caller.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// An extension member.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.more.insert(name.to_owned(), value.into());
        self
    }

    /// A header of the answer.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.headers.push((name, value.into()));
        self
    }

    /// When to come again, in whole seconds.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        self.header("retry-after", seconds.to_string())
    }

    /// The error behind it with its sources, for the log line alone.
    #[must_use]
    pub fn because(mut self, error: &(dyn Error + 'static)) -> Self {
        let mut cause = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            cause.push_str(": ");
            cause.push_str(&error.to_string());
            source = error.source();
        }
        self.0.cause = Some(cause);
        self
    }

    /// What kind it is.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The text for the operator.
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// The faults it tells.
    pub fn faults(&self) -> &[Fault] {
        &self.0.faults
    }

    /// The body, for an answer of its own or for a line of a batch.
    pub fn body(&self, request_id: Option<&str>) -> ProblemBody {
        let told = &*self.0;
        ProblemBody {
            kind: format!("/problems/{}", told.kind.slug()),
            title: told.kind.title(),
            status: told.kind.status(),
            code: told.code,
            detail: told.detail.clone(),
            instance: request_id.map(|id| format!("urn:uuid:{id}")),
            errors: told.faults.clone(),
            more: told.more.clone(),
        }
    }

    /// The whole answer.
    pub(super) fn answer(&self, request_id: Option<&str>) -> HttpResponse {
        let mut answer = HttpResponse::build(self.0.kind.entry().0);
        for (name, value) in &self.0.headers {
            answer.insert_header((*name, value.as_str()));
        }
        let body = serde_json::to_vec(&self.body(request_id)).unwrap_or_default();
        answer.content_type("application/problem+json").body(body)
    }

    /// A problem for an error of the framework's own, by its status; its text stays inside.
    pub(super) fn of_framework(status: StatusCode, cause: Option<&actix_web::Error>) -> Self {
        let mut problem = Self::new(Kind::of_status(status));
        problem.0.cause = cause.map(ToString::to_string);
        problem
    }
}

/// An answer that was stored with an idempotency key, given again.
pub fn saved_answer(status: u16, body: Vec<u8>) -> HttpResponse {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    HttpResponse::build(status)
        .insert_header(("idempotent-replayed", "true"))
        .insert_header((header::CONTENT_TYPE, HeaderValue::from_static("application/json")))
        .body(body)
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.0.kind.entry().0
    }

    fn error_response(&self) -> HttpResponse {
        self.answer(None)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.kind.title())
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Problem")
            .field("kind", &self.0.kind)
            .field("code", &self.0.code)
            .field("faults", &self.0.faults)
            .field("cause", &self.0.cause)
            .finish_non_exhaustive()
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::new(Kind::Forbidden).detail(refusal.to_string())
    }
}

impl From<Overloaded> for Problem {
    fn from(overloaded: Overloaded) -> Self {
        Self::new(Kind::Unavailable).because(&overloaded)
    }
}

/// Trouble that no room explained in words of the domain.
impl From<DatabaseError> for Problem {
    fn from(error: DatabaseError) -> Self {
        let kind = match error.trouble() {
            Trouble::Unavailable | Trouble::TimedOut | Trouble::Contended => Kind::Unavailable,
            Trouble::Constraint(_) | Trouble::Defect => Kind::Internal,
        };
        Self::new(kind).because(&error)
    }
}
