//! The bare echo that HTTP rows of the budget are held against: the same actix server, the same
//! extractor of the JSON body into the typed request, serialized back; no authentication, no
//! limits, no decision. Prints its address and serves until it is killed.
//!
//! `cargo run --release --example echo -- 127.0.0.1:0`

use std::env::args;
use std::io::{Result, Write as _, stdout};

use actix_web::{App, HttpResponse, HttpServer, web};
use safeconduct::trips::body::TripBody;
use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize, Serialize)]
struct StatusQuestion {
    person: String,
    on: String,
    area: Option<String>,
}

async fn echo_trip(body: web::Json<TripBody>) -> HttpResponse {
    HttpResponse::Ok().json(body.into_inner())
}

async fn echo_question(question: web::Query<StatusQuestion>) -> HttpResponse {
    HttpResponse::Ok().json(question.into_inner())
}

async fn echo_area(area: web::Path<String>) -> HttpResponse {
    HttpResponse::Ok().json(area.into_inner())
}

#[actix_web::main]
async fn main() -> Result<()> {
    let address = args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let server = HttpServer::new(|| {
        App::new()
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
