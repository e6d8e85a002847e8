//! The bare echo that HTTP rows of the budget are held against: the same actix server, the same
//! extractors, no authentication, no limits, no log, no decision. A body is read into the typed
//! request and serialized back; a question, which has none, is answered with the bytes that the
//! service answered to such a question, so that both send as much. Prints its address and serves
//! until it is killed.
//!
//! `cargo run --release --example echo -- 127.0.0.1:0 STATUS_ANSWER ADVISORY_ANSWER`, two files

use std::env::args;
use std::fs::read;
use std::io::{Result, Write as _, stdout};

use actix_web::web::{Bytes, Data};
use actix_web::{App, HttpResponse, HttpServer, web};
use safeconduct::trips::body::TripBody;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "read as the service reads it, and answered by what was kept")]
struct StatusQuestion {
    person: String,
    on: String,
    area: Option<String>,
}

/// What the service answered.
struct Answers {
    status: Bytes,
    advisory: Bytes,
}

async fn echo_trip(body: web::Json<TripBody>) -> HttpResponse {
    HttpResponse::Ok().json(body.into_inner())
}

async fn echo_question(_: web::Query<StatusQuestion>, kept: Data<Answers>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(kept.status.clone())
}

async fn echo_area(_: web::Path<String>, kept: Data<Answers>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(kept.advisory.clone())
}

#[actix_web::main]
async fn main() -> Result<()> {
    let mut words = args().skip(1);
    let address = words.next().unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let mut answer = || words.next().map_or(Ok(Bytes::new()), |file| read(file).map(Bytes::from));
    let kept = Data::new(Answers { status: answer()?, advisory: answer()? });
    let server = HttpServer::new(move || {
        App::new()
            .app_data(kept.clone())
            .app_data(web::JsonConfig::default().limit(256 * 1024))
            .route("/v1/trips/check", web::post().to(echo_trip))
            .route("/v1/clearance-status", web::get().to(echo_question))
            .route("/v1/advisories/{area_id}", web::get().to(echo_area))
    })
    .workers(2)
    .bind(&address)?;
    for bound in server.addrs() {
        writeln!(stdout(), "http://{bound}")?;
    }
    server.run().await
}
