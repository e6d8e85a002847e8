//! What the service refuses to stand on.

use super::error::DatabaseError;
use super::migrate::{MIGRATIONS, MigrateError, pending};
use super::pool::Database;
use super::statement::{CLOCK_STANDS, DURABILITY, MARKER};
use crate::config::Config;
use crate::tasks::Tasks;

/// Why the service does not start on this database.
#[derive(Debug, thiserror::Error)]
pub enum StartupFault {
    /// It cannot be asked.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Its schema cannot be compared.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// It lacks migrations.
    #[error("the database lacks migrations: {0}; run `safeconduct migrate`")]
    Behind(String),
    /// What is acknowledged would not be durable.
    #[error(
        "{0} is off: what is acknowledged would not survive a crash (permitted in test mode alone)"
    )]
    NotDurable(&'static str),
    /// Its clock was replaced.
    #[error("sc_now() is not the database's clock (permitted in test mode alone)")]
    ClockMoved,
}

/// Refuses a schema that is behind, a cluster without durability, and a moved clock.
pub async fn refuse_unsafe(
    database: &Database,
    config: &Config,
    tasks: &Tasks,
) -> Result<(), StartupFault> {
    let behind = pending(&config.database, MIGRATIONS, tasks).await?;
    if !behind.is_empty() {
        return Err(StartupFault::Behind(behind.join(", ")));
    }
    if config.test_mode {
        return Ok(());
    }
    let mut connection = database.writer().await?;
    let settings = connection.one(&DURABILITY, &[]).await?;
    for name in ["fsync", "synchronous_commit"] {
        if settings.try_get::<_, &str>(name).map_err(DatabaseError::from)? == "off" {
            return Err(StartupFault::NotDurable(name));
        }
    }
    let clock = connection.one(&CLOCK_STANDS, &[]).await?;
    if clock.try_get("stands").map_err(DatabaseError::from)? {
        Ok(())
    } else {
        Err(StartupFault::ClockMoved)
    }
}

/// Whether the database carries a marker, such as `demonstration`.
pub async fn is_marked(database: &Database, name: &str) -> Result<bool, DatabaseError> {
    Ok(database.reader().await?.one(&MARKER, &[&name]).await?.try_get("marked")?)
}
