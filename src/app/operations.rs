//! What operators and their machines ask: alive, ready, metrics.

use std::time::Duration;

use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::parts::Parts;
use crate::web::{Kind, Problem, wing};

/// Longer than this, and the database counts as away.
const PATIENCE: Duration = Duration::from_secs(1);

/// The operations of this file.
#[derive(Debug, OpenApi)]
#[openapi(paths(get_healthz, get_readyz, get_metrics), components(schemas(Health, Readiness)))]
pub(super) struct Api;

/// The service is alive.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Health {
    /// Always true: a dead process does not answer.
    alive: bool,
}

/// Whether traffic may come.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Readiness {
    /// Traffic may come.
    ready: bool,
    /// What is missing, so that no traffic may come.
    missing: Vec<&'static str>,
    /// What is not well, though traffic may come.
    degraded: Vec<&'static str>,
}

/// The routes for operators, on both ports.
pub(super) fn configure(config: &mut ServiceConfig) {
    wing::<Api>(config, |wing| {
        wing.service(get_healthz).service(get_readyz).service(get_metrics);
    });
}

/// Tells that the process lives.
#[utoipa::path(tag = "operations", security(()), responses((status = 200, body = Health)))]
#[get("/healthz")]
async fn get_healthz() -> HttpResponse {
    HttpResponse::Ok().json(Health { alive: true })
}

/// Tells whether traffic may come, and names what is degraded.
#[utoipa::path(
    tag = "operations",
    security(()),
    responses((status = 200, body = Readiness), (status = 503, body = Readiness))
)]
#[get("/readyz")]
async fn get_readyz(parts: Data<Parts>) -> HttpResponse {
    let (mut missing, mut degraded) = (Vec::new(), Vec::new());
    if parts.is_draining() {
        missing.push("stopping");
    }
    let ping = tokio::time::timeout(PATIENCE, parts.database.ping()).await;
    if !matches!(ping, Ok(Ok(()))) {
        missing.push("database");
    }
    if parts.cache.is_configured() {
        let is_up = parts.cache.is_up().await;
        parts.metrics.redis_up.set(i64::from(is_up));
        if !is_up {
            degraded.push("redis");
        }
    }
    for probe in &parts.probes {
        if !(probe.is_well)() {
            if probe.needed { &mut missing } else { &mut degraded }.push(probe.name);
        }
    }
    let readiness = Readiness { ready: missing.is_empty(), missing, degraded };
    if readiness.ready {
        HttpResponse::Ok().json(readiness)
    } else {
        HttpResponse::ServiceUnavailable().json(readiness)
    }
}

/// Metrics in the text format of Prometheus.
#[utoipa::path(
    tag = "operations",
    security(()),
    responses((status = 200, body = String, content_type = "text/plain"))
)]
#[get("/metrics")]
async fn get_metrics(parts: Data<Parts>) -> Result<HttpResponse, Problem> {
    parts.database.observe();
    parts.metrics.authority_age.set(parts.identity.authority().age().as_secs_f64());
    let text =
        parts.metrics.render().map_err(|error| Problem::new(Kind::Internal).because(&error))?;
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text))
}
