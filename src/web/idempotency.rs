//! The idempotency key of a request.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::problem::{Kind, Problem};

const HEADER: &str = "idempotency-key";
const LONGEST: usize = 255;

/// `Idempotency-Key`: 1 to 255 visible ASCII characters. Missing is 400
/// `IDEMPOTENCY_KEY_MISSING` (fine-print.md, "Idempotency").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(pub String);

impl IdempotencyKey {
    /// Reads a key from wherever it stands, such as a line of a batch.
    pub fn read(text: &str) -> Option<Self> {
        let valid =
            (1..=LONGEST).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        valid.then(|| Self(text.to_owned()))
    }
}

impl FromRequest for IdempotencyKey {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let malformed = |code, detail| Problem::new(Kind::Malformed).code(code).detail(detail);
        ready(match request.headers().get(HEADER) {
            None => {
                Err(malformed("IDEMPOTENCY_KEY_MISSING", "the header Idempotency-Key is needed"))
            }
            Some(value) => value.to_str().ok().and_then(Self::read).ok_or_else(|| {
                malformed(
                    "IDEMPOTENCY_KEY_MALFORMED",
                    "Idempotency-Key must have 1 to 255 visible ASCII characters",
                )
            }),
        })
    }
}
