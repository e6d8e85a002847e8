//! Who is calling, as a handler asks for it. How a token is checked is the identity room's matter.

use std::future::{Ready, ready};
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};

use super::problem::{Kind, Problem};
use crate::access::{Act, Pass, Principal, Refusal, admit};

/// Seconds that an address which failed too often is asked to wait: the usual window.
const BLOCKED_FOR: u64 = 60;

/// Why a token does not let its bearer in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AuthFault {
    /// No `Authorization: Bearer`.
    #[error("no bearer token")]
    Missing,
    /// Not a token, or one without what it must have.
    #[error("the token cannot be read")]
    Malformed,
    /// Signed by nobody that is trusted, or not at all.
    #[error("the signature is not trusted")]
    Forged,
    /// Of another issuer.
    #[error("another issuer")]
    WrongIssuer,
    /// For another audience.
    #[error("another audience")]
    WrongAudience,
    /// Expired, or not valid yet.
    #[error("outside its time")]
    OutsideItsTime,
    /// Of a type that is not for calling this service.
    #[error("another type of token")]
    WrongType,
    /// Valid, of a subject that is not known here.
    #[error("the subject is not known")]
    UnknownSubject,
    /// Too many failures from the caller's address.
    #[error("too many failures from this address")]
    Blocked,
    /// The issuer's keys or the appointments cannot be had now.
    #[error("the check cannot be made now")]
    Unavailable,
}

impl AuthFault {
    /// The metric's label.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Malformed => "malformed",
            Self::Forged => "forged",
            Self::WrongIssuer => "wrong_issuer",
            Self::WrongAudience => "wrong_audience",
            Self::OutsideItsTime => "outside_its_time",
            Self::WrongType => "wrong_type",
            Self::UnknownSubject => "unknown_subject",
            Self::Blocked => "blocked",
            Self::Unavailable => "unavailable",
        }
    }

    /// Whether it counts against the caller's address: an attempt with a token that cost a check,
    /// as opposed to none at all or one that was not checked.
    pub(super) const fn counts(self) -> bool {
        !matches!(self, Self::Missing | Self::Blocked | Self::Unavailable)
    }
}

impl From<AuthFault> for Problem {
    fn from(fault: AuthFault) -> Self {
        match fault {
            AuthFault::Missing => {
                Self::new(Kind::Unauthenticated).header("www-authenticate", "Bearer")
            }
            AuthFault::Blocked => Self::new(Kind::TooManyRequests)
                .detail("too many failed authentications")
                .retry_after(BLOCKED_FOR),
            AuthFault::Unavailable => Self::new(Kind::Unavailable),
            AuthFault::UnknownSubject => {
                Self::new(Kind::Forbidden).code("PRINCIPAL_UNKNOWN").because(&fault)
            }
            // What exactly is wrong with a token helps nobody but a forger: it goes to the log.
            AuthFault::Malformed
            | AuthFault::Forged
            | AuthFault::WrongIssuer
            | AuthFault::WrongAudience
            | AuthFault::OutsideItsTime
            | AuthFault::WrongType => Self::new(Kind::Unauthenticated)
                .header("www-authenticate", "Bearer error=\"invalid_token\"")
                .because(&fault),
        }
    }
}

/// What checking a token comes to.
pub type Authenticated = Result<Arc<Principal>, AuthFault>;

/// Checks tokens; made by the identity room.
pub trait Authenticator: Send + Sync + 'static {
    /// The answer without any signature being computed, if the token was checked lately.
    fn recall(&self, token: &str) -> Option<Authenticated>;

    /// Checks the token in full.
    fn verify<'t>(
        &'t self,
        token: &'t str,
    ) -> Pin<Box<dyn Future<Output = Authenticated> + Send + 't>>;
}

/// The authenticated caller.
#[derive(Debug, Clone)]
pub struct Caller(pub Arc<Principal>);

impl Caller {
    /// A pass for an action, if a role of the caller permits it.
    pub fn admit<A: Act>(&self) -> Result<Pass<A>, Refusal> {
        admit(&self.0)
    }

    /// A pass for an action on one id: a caller without any may not learn whether the id exists.
    pub fn admit_to_id<A: Act>(&self) -> Result<Pass<A>, Problem> {
        admit(&self.0).map_err(|_refused| Problem::hidden())
    }
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = request.extensions().get::<Self>().cloned();
        ready(caller.ok_or_else(|| AuthFault::Missing.into()))
    }
}
