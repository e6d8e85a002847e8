//! Hearing of changes: `LISTEN` on a connection of its own. Whoever listens also polls, so a message
//! that is lost with a connection costs seconds, not truth.

use std::future::poll_fn;
use std::pin::pin;
use std::time::Duration;

use tokio_postgres::{AsyncMessage, NoTls};

use super::error::DatabaseError;
use super::pool::settings;
use super::statement::Statement;
use crate::config;
use crate::tasks::Stopping;

/// How long to wait before a lost connection is made again.
const PAUSE: Duration = Duration::from_secs(1);

/// Listens until the service stops, and calls `heard` with every message, and once with an empty one
/// whenever listening has begun (anew), for something may have been missed before.
pub async fn listen(
    config: &config::Database,
    statement: &Statement,
    heard: impl Fn(&str),
    mut stopping: Stopping,
) {
    loop {
        let hearing = hear(config, statement, &heard);
        tokio::select! {
            () = stopping.wait() => return,
            ended = hearing => {
                if let Err(error) = ended {
                    tracing::info!(%error, "listening ended; it begins again");
                }
            }
        }
        if !stopping.rest(PAUSE).await {
            return;
        }
    }
}

/// Listens until the connection ends.
async fn hear(
    config: &config::Database,
    statement: &Statement,
    heard: &impl Fn(&str),
) -> Result<(), DatabaseError> {
    let failed = |source| DatabaseError::statement(statement.name(), source);
    let connecting = settings(config, "safeconduct listen", "")?.connect(NoTls).await;
    let (client, mut connection) = connecting.map_err(failed)?;
    let mut beginning = pin!(client.batch_execute(statement.text()));
    let mut has_begun = false;
    loop {
        tokio::select! {
            begun = &mut beginning, if !has_begun => {
                begun.map_err(failed)?;
                has_begun = true;
                heard("");
            }
            message = poll_fn(|context| connection.poll_message(context)) => match message {
                Some(Ok(AsyncMessage::Notification(message))) => heard(message.payload()),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(failed(error)),
                None => return Ok(()),
            }
        }
    }
}
