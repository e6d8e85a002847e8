//! The running service, from listening to the last answer.

use std::net::{SocketAddr, TcpListener};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::web::Data;
use actix_web::{App, HttpServer};

use tracing::dispatcher::{get_default, set_default};

use super::documents::Documents;
use super::parts::Parts;
use super::{AppError, operations, routes};
use crate::config::Config;
use crate::telemetry::{Stopwatch, Telemetry};
use crate::web::Worker;

/// How long background tasks may take to end once nothing more comes in.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// A service that answers.
#[derive(Debug)]
pub struct Running {
    /// Where the API listens.
    pub address: SocketAddr,
    /// Where the scraper asks.
    pub metrics_address: SocketAddr,
    /// What it is made of.
    pub parts: Parts,
    api: ServerHandle,
    scraper: ServerHandle,
}

/// Opens the parts, listens, and serves until [`Running::stop`].
pub async fn start(config: Config, telemetry: &Telemetry) -> Result<Running, AppError> {
    let watch = Stopwatch::start();
    let parts = Parts::open(config, telemetry).await?;
    let server = &parts.config.server;
    let api = TcpListener::bind((server.address, server.port))?;
    let scraper = TcpListener::bind((server.address, server.metrics_port))?;
    let (address, metrics_address) = (api.local_addr()?, scraper.local_addr()?);
    let running = Running {
        api: serve_api(api, &parts)?,
        scraper: serve_scraper(scraper, &parts)?,
        address,
        metrics_address,
        parts,
    };
    tracing::info!(%address, %metrics_address, seconds = watch.seconds(), "serving");
    Ok(running)
}

fn serve_api(listener: TcpListener, parts: &Parts) -> Result<ServerHandle, AppError> {
    let front = parts.front();
    let shared = Data::new(parts.clone());
    let documents = Data::new(Documents::new());
    let server = &parts.config.server;
    // Tests run many services in one process, each with a log of its own.
    let log = parts.config.test_mode.then(|| get_default(Clone::clone));
    let mut http = HttpServer::new(move || {
        let log = log.as_ref().map(set_default);
        let worker = Rc::new(Worker::new(Arc::clone(&front)));
        App::new()
            .wrap(from_fn(move |request, next| Rc::clone(&worker).handle(request, next)))
            .app_data(log)
            .configure(|config| routes::configure(config, &shared, &documents))
    })
    .disable_signals()
    .client_request_timeout(Duration::from_millis(server.body_timeout_ms))
    .keep_alive(Duration::from_secs(server.keep_alive_seconds))
    // Ours comes first, and cancels what still runs.
    .shutdown_timeout(server.drain_seconds.saturating_mul(2).max(5));
    if server.workers > 0 {
        http = http.workers(server.workers);
    }
    let running = http.listen(listener)?.run();
    let handle = running.handle();
    parts.tasks.spawn("http server", async move {
        if let Err(error) = running.await {
            tracing::error!(%error, "the http server failed");
        }
    });
    Ok(handle)
}

fn serve_scraper(listener: TcpListener, parts: &Parts) -> Result<ServerHandle, AppError> {
    let shared = Data::new(parts.clone());
    let running = HttpServer::new(move || {
        App::new().app_data(shared.clone()).configure(operations::configure)
    })
    .workers(1)
    .disable_signals()
    .listen(listener)?
    .run();
    let handle = running.handle();
    parts.tasks.spawn("metrics server", async move {
        if let Err(error) = running.await {
            tracing::error!(%error, "the metrics server failed");
        }
    });
    Ok(handle)
}

impl Running {
    /// Waits for a task that ends though nobody told it to.
    pub async fn first_to_end(&self) -> &'static str {
        self.parts.tasks.first_to_end().await
    }

    /// Readiness off, then no new connections, then requests in flight finish; what still runs at
    /// the deadline is cancelled in the database. Returns the names of tasks that had to be aborted.
    pub async fn stop(self) -> Vec<&'static str> {
        let server = &self.parts.config.server;
        self.parts.draining.store(true, Ordering::Release);
        tokio::time::sleep(Duration::from_millis(server.drain_notice_ms)).await;
        // Streams have no end of their own that a drain could wait for.
        self.parts.streams.end();
        let patience = Duration::from_secs(server.drain_seconds);
        let mut finishing = std::pin::pin!(self.api.stop(true));
        if tokio::time::timeout(patience, &mut finishing).await.is_err() {
            let cancelled = self.parts.database.cancel_running().await;
            tracing::warn!(cancelled, "requests were still in work at the end of the drain");
            if tokio::time::timeout(LAST_WORDS, &mut finishing).await.is_err() {
                self.api.stop(false).await;
            }
        }
        self.scraper.stop(false).await;
        let aborted = self.parts.tasks.stop(LAST_WORDS).await;
        self.parts.database.close();
        aborted
    }
}
