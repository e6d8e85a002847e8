//! `?preview=true`: say what would happen, and do nothing.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::problem::Problem;
use super::query::read_query;

/// Whether a change is only to be thought of. No other parameter is read beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preview(pub bool);

impl FromRequest for Preview {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read_query(request, |query| Self(query.field("preview").boolean().unwrap_or(false))))
    }
}
