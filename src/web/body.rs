//! Bodies: size, type, time, and the two ways of reading JSON.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::fields::Faults;
use super::problem::{Kind, Problem};

/// Limits of bodies, as configured.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimits {
    /// Largest ordinary body in bytes.
    pub ordinary: usize,
    /// Largest batch body in bytes.
    pub batch: usize,
    /// How long a body may take to arrive.
    pub patience: Duration,
}

/// A JSON body of ordinary size, as it came.
#[derive(Debug, Clone)]
pub struct JsonBody(pub Bytes);

/// A JSON or GeoJSON body of batch size, as it came.
#[derive(Debug, Clone)]
pub struct LargeJsonBody(pub Bytes);

/// An NDJSON body of batch size, as it came.
#[derive(Debug, Clone)]
pub struct LinesBody(pub Bytes);

/// An XML body of batch size, as it came.
#[derive(Debug, Clone)]
pub struct XmlBody(pub Bytes);

type Reading<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

impl FromRequest for JsonBody {
    type Error = Problem;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let arriving = arriving(request, payload, |limits| limits.ordinary, JSON);
        Box::pin(async { arriving.await.map(Self) })
    }
}

impl FromRequest for LargeJsonBody {
    type Error = Problem;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let arriving = arriving(request, payload, |limits| limits.batch, JSON);
        Box::pin(async { arriving.await.map(Self) })
    }
}

impl FromRequest for LinesBody {
    type Error = Problem;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let arriving = arriving(request, payload, |limits| limits.batch, LINES);
        Box::pin(async { arriving.await.map(Self) })
    }
}

impl FromRequest for XmlBody {
    type Error = Problem;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let arriving = arriving(request, payload, |limits| limits.batch, XML);
        Box::pin(async { arriving.await.map(Self) })
    }
}

const XML: &[&str] = &["application/cap+xml", "application/xml", "text/xml"];
const JSON: &[&str] = &["application/json", "application/geo+json", "application/merge-patch+json"];
const LINES: &[&str] = &["application/x-ndjson", "application/jsonl"];

fn arriving(
    request: &HttpRequest,
    payload: &mut Payload,
    limit: fn(&BodyLimits) -> usize,
    types: &'static [&'static str],
) -> impl Future<Output = Result<Bytes, Problem>> + use<> {
    let limits = request.app_data::<Data<BodyLimits>>().map(|limits| ***limits);
    let right_type = has_type(request, types);
    let announced = request
        .headers()
        .get("content-length")
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    let payload = payload.take();
    async move {
        let Some(limits) = limits else {
            return Err(Problem::new(Kind::Internal));
        };
        if !right_type {
            return Err(Problem::new(Kind::UnsupportedMediaType)
                .detail(format!("Content-Type must be {}", types.join(" or "))));
        }
        let most = limit(&limits);
        if announced.is_some_and(|length| length > most) {
            return Err(too_large(most));
        }
        match tokio::time::timeout(limits.patience, collected(payload, most)).await {
            Ok(body) => body,
            Err(_elapsed) => Err(Problem::new(Kind::BodyTimeout)),
        }
    }
}

fn has_type(request: &HttpRequest, types: &[&str]) -> bool {
    let given = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = given.and_then(|given| given.split(';').next()).map(str::trim);
    essence.is_some_and(|essence| types.iter().any(|known| essence.eq_ignore_ascii_case(known)))
}

async fn collected(mut payload: Payload, most: usize) -> Result<Bytes, Problem> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| Problem::new(Kind::Malformed).because(&error))?;
        if body.len() + chunk.len() > most {
            return Err(too_large(most));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn too_large(most: usize) -> Problem {
    Problem::new(Kind::TooLarge).detail(format!("a body may have {most} bytes here"))
}

/// SHA-256 of a body as it came: what an idempotency key is bound to.
pub fn fingerprint(body: &[u8]) -> [u8; 32] {
    Sha256::digest(body).into()
}

/// A body as JSON without a type; 400 where it is not JSON.
pub fn read_value(body: &[u8]) -> Result<Value, Problem> {
    serde_json::from_slice(body).map_err(|error| malformed(&error))
}

/// Reads a body into its type the fast way. Where that fails, `explain` reads it again and tells
/// every fault: 422. What is not JSON at all is 400.
pub fn read_json<T: DeserializeOwned>(
    body: &[u8],
    explain: impl FnOnce(&Value, &Faults),
) -> Result<T, Problem> {
    match serde_json::from_slice(body) {
        Ok(read) => Ok(read),
        Err(error) => {
            let value = read_value(body)?;
            let faults = Faults::new();
            explain(&value, &faults);
            if faults.is_empty() {
                // Readable field by field, yet not as a whole: a field given twice.
                faults.add("", "INVALID", error.to_string());
            }
            Err(Problem::invalid(faults.into_vec()))
        }
    }
}

fn malformed(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    Problem::new(Kind::Malformed)
        .detail(format!("the body is not JSON: line {line}, column {column}"))
}
