//! Migrations: forward only, each in a transaction of its own, checked against what was applied.

use sha2::{Digest as _, Sha256};
use tokio_postgres::{Client, NoTls};

use super::error::DatabaseError;
use super::pool::settings;
use super::statement::{
    MIGRATION_LOCK, MIGRATION_RECORD, MIGRATION_TABLE, MIGRATIONS_APPLIED, Statement,
};
use crate::config;
use crate::tasks::Tasks;

/// One step of the schema.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Its place.
    pub number: i32,
    /// The file's name without number and ending.
    pub name: &'static str,
    /// The file's text.
    pub text: &'static str,
}

macro_rules! migration {
    ($number:literal, $file:literal, $name:literal) => {
        Migration {
            number: $number,
            name: $name,
            text: include_str!(concat!("../../sql/migrations/", $file, "_", $name, ".sql")),
        }
    };
}

/// Every migration, in order. Each must leave a schema that the release before can work with.
pub const MIGRATIONS: &[Migration] = &[
    migration!(1, "0001", "base"),
    migration!(2, "0002", "world"),
    migration!(3, "0003", "people"),
    migration!(4, "0004", "record"),
    migration!(5, "0005", "settling"),
    migration!(6, "0006", "authority"),
    migration!(7, "0007", "desk"),
    migration!(8, "0008", "clocks"),
    migration!(9, "0009", "mscr"),
    migration!(10, "0010", "ceilings"),
    migration!(11, "0011", "amend"),
    migration!(12, "0012", "webhooks"),
    migration!(13, "0013", "standing_in"),
    migration!(14, "0014", "levels"),
    migration!(15, "0015", "fences"),
    migration!(16, "0016", "redecision"),
    migration!(17, "0017", "advisories"),
    migration!(18, "0018", "alerts"),
    migration!(19, "0019", "operators"),
    migration!(20, "0020", "desk"),
    migration!(21, "0021", "telling"),
    migration!(22, "0022", "fences_and_packs"),
    migration!(23, "0023", "hot_paths"),
    migration!(24, "0024", "tidied"),
    migration!(25, "0025", "alert_release"),
    migration!(26, "0026", "lz4"),
    migration!(27, "0027", "alert_dismissed"),
    migration!(30, "0030", "submitted_together"),
    migration!(31, "0031", "conditions"),
    migration!(32, "0032", "travellers"),
    migration!(33, "0033", "night_places"),
    migration!(34, "0034", "traveller_days"),
    migration!(35, "0035", "kept_plans"),
    migration!(36, "0036", "headcounts"),
    migration!(37, "0037", "evidence_months"),
    migration!(38, "0038", "full_nights"),
    migration!(39, "0039", "count_visitors_anew"),
];

/// Why the schema cannot be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database cannot be reached or refused a statement.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A migration that was applied has another text now.
    #[error(
        "migration {number:04}_{name} was changed after it was applied; write a new one instead"
    )]
    Changed {
        /// Its place.
        number: i32,
        /// Its name.
        name: String,
    },
    /// A migration was slipped in before one that was applied.
    #[error("migration {number:04}_{name} comes before one that was applied already")]
    Late {
        /// Its place.
        number: i32,
        /// Its name.
        name: &'static str,
    },
    /// A migration itself failed; nothing of it was kept.
    #[error("migration {number:04}_{name} failed")]
    Failed {
        /// Its place.
        number: i32,
        /// Its name.
        name: &'static str,
        /// The server's word.
        #[source]
        source: tokio_postgres::Error,
    },
}

impl Migration {
    /// SHA-256 of the text.
    pub fn checksum(&self) -> Vec<u8> {
        Sha256::digest(self.text).to_vec()
    }
}

/// Applies what is missing, on a connection of its own under an advisory lock; returns the names.
/// Migrations newer than this program are left alone: that is a release after this one at work.
pub async fn migrate(
    config: &config::Database,
    migrations: &[Migration],
    tasks: &Tasks,
) -> Result<Vec<&'static str>, MigrateError> {
    let client = connect(config, tasks).await?;
    run(&client, &MIGRATION_LOCK).await?;
    run(&client, &MIGRATION_TABLE).await?;
    let missing = missing(&client, migrations).await?;
    for migration in &missing {
        apply(&client, migration).await?;
        tracing::info!(number = migration.number, name = migration.name, "migration applied");
    }
    Ok(missing.iter().map(|migration| migration.name).collect())
}

/// The names of migrations that this program needs and the database lacks.
pub async fn pending(
    config: &config::Database,
    migrations: &[Migration],
    tasks: &Tasks,
) -> Result<Vec<&'static str>, MigrateError> {
    let client = connect(config, tasks).await?;
    run(&client, &MIGRATION_TABLE).await?;
    let missing = missing(&client, migrations).await?;
    Ok(missing.iter().map(|migration| migration.name).collect())
}

async fn connect(config: &config::Database, tasks: &Tasks) -> Result<Client, DatabaseError> {
    let mut settings = settings(config, "safeconduct migrate", "")?;
    // A migration may take longer than any request.
    let options = settings.get_options().unwrap_or_default().to_owned();
    settings.options(format!(
        "{options} -c statement_timeout=0 -c idle_in_transaction_session_timeout=0 \
         -c lock_timeout=60000 -c client_min_messages=warning"
    ));
    let (client, connection) = settings
        .connect(NoTls)
        .await
        .map_err(|source| DatabaseError::statement("migrate/connect", source))?;
    tasks.spawn_short("migration connection", async move {
        if let Err(error) = connection.await {
            tracing::info!(%error, "the migrating connection ended");
        }
    });
    Ok(client)
}

async fn run(client: &Client, statement: &Statement) -> Result<(), DatabaseError> {
    let error = |source| DatabaseError::statement(statement.name(), source);
    client.batch_execute(statement.text()).await.map_err(error)
}

async fn missing(
    client: &Client,
    migrations: &[Migration],
) -> Result<Vec<Migration>, MigrateError> {
    let rows = client
        .query(MIGRATIONS_APPLIED.text(), &[])
        .await
        .map_err(|source| DatabaseError::statement(MIGRATIONS_APPLIED.name(), source))?;
    let mut applied = std::collections::BTreeMap::new();
    for row in &rows {
        let number: i32 = row.try_get("number").map_err(DatabaseError::from)?;
        let checksum: Vec<u8> = row.try_get("checksum").map_err(DatabaseError::from)?;
        applied.insert(number, checksum);
    }
    let last = applied.keys().next_back().copied().unwrap_or(0);
    let mut missing = Vec::new();
    for migration in migrations {
        let Migration { number, name, .. } = *migration;
        match applied.get(&number) {
            Some(checksum) if *checksum == migration.checksum() => {}
            Some(_) => return Err(MigrateError::Changed { number, name: name.to_owned() }),
            None if number < last => return Err(MigrateError::Late { number, name }),
            None => missing.push(*migration),
        }
    }
    Ok(missing)
}

async fn apply(client: &Client, migration: &Migration) -> Result<(), MigrateError> {
    let Migration { number, name, text } = *migration;
    let failed = |source| MigrateError::Failed { number, name, source };
    client.batch_execute(super::statement::BEGIN.text()).await.map_err(failed)?;
    client.batch_execute(text).await.map_err(failed)?;
    client
        .execute(MIGRATION_RECORD.text(), &[&number, &name, &migration.checksum()])
        .await
        .map_err(failed)?;
    client.batch_execute(super::statement::COMMIT.text()).await.map_err(failed)
}
