//! What the command line can do; the parsing of its words is in `main.rs`.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use indicatif::ProgressBar;

use super::AppError;
use super::documents::openapi;
use super::running::start;
use crate::config::{self, Config};
use crate::database::{Database, MIGRATIONS, migrate};
use crate::demo::{CountryFlags, standing};
use crate::identity::DevelopmentKey;
use crate::metrics::Metrics;
use crate::model::AreaId;
use crate::record::{self, PastEvidence};
use crate::tasks::Tasks;
use crate::telemetry::{Telemetry, wall_clock};
use crate::trips::{Replayed, replay_all};
use crate::world::{self, CountryRow, DataFolder, Imported, WorldData};

/// How long connections may take to say goodbye.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Reads the configuration: defaults, the file if one is named, the environment.
pub fn configuration(
    file: Option<&Path>,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Config, AppError> {
    let text = file.map(read).transpose()?;
    Ok(Config::load(text.as_deref(), environment)?)
}

/// The effective configuration as text, secrets masked, after it was found good.
pub fn check_config(
    file: Option<&Path>,
    environment: &[(String, String)],
) -> Result<String, AppError> {
    let text = file.map(read).transpose()?;
    Config::load(text.as_deref(), environment.iter().cloned())?;
    Ok(Config::describe(text.as_deref(), environment.iter().cloned())?)
}

fn read(path: &Path) -> Result<String, AppError> {
    fs::read_to_string(path)
        .map_err(|source| AppError::File { path: path.display().to_string(), source })
}

/// Serves until `stop` completes, then drains.
pub async fn serve(
    config: Config,
    telemetry: &Telemetry,
    stop: impl Future<Output = ()>,
) -> Result<(), AppError> {
    let running = start(config, telemetry).await?;
    let ended = tokio::select! {
        () = stop => None,
        name = running.first_to_end() => Some(name),
    };
    tracing::info!("stopping");
    let aborted = running.stop().await;
    if !aborted.is_empty() {
        tracing::warn!(?aborted, "tasks had to be aborted");
    }
    ended.map_or(Ok(()), |name| Err(AppError::TaskEnded(name)))
}

/// Brings the schema up to date; returns the names of what was applied.
pub async fn migrate_schema(config: &Config) -> Result<Vec<&'static str>, AppError> {
    let tasks = Tasks::new();
    Ok(migrate(&config.database, MIGRATIONS, &tasks).await?)
}

/// A token of a member of the demonstration's cast, signed with the development key.
pub fn token(config: &Config, name: &str) -> Result<String, AppError> {
    let path = Path::new(&config.identity.development_key_file);
    let key = DevelopmentKey::read(path)?;
    Ok(key.token(name, &config.identity.audience, wall_clock())?)
}

/// Tokens of the subjects in a file, one a line, signed with the development key; as many lines.
pub fn tokens(config: &Config, subjects: &Path) -> Result<String, AppError> {
    let key = DevelopmentKey::read(Path::new(&config.identity.development_key_file))?;
    let (subjects, now) = (read(subjects)?, wall_clock());
    let sign = |subject| key.token_for(subject, &config.identity.audience, now);
    Ok(subjects.lines().map(sign).collect::<Result<Vec<_>, _>>()?.join("\n"))
}

/// Makes the development key, in a new file that its owner alone may read.
pub fn make_development_key(path: &Path) -> Result<(), AppError> {
    DevelopmentKey::create(path)?;
    Ok(())
}

/// The OpenAPI document.
pub fn openapi_document() -> String {
    openapi()
}

/// Imports the shipped world from its folder; areas that stand nowhere yet get levels and policies
/// for demonstration. Answers what was done, in words.
pub async fn import_world(
    config: &Config,
    folder: &Path,
    seed: u64,
    bar: &ProgressBar,
) -> Result<String, AppError> {
    let folder = DataFolder::new(folder);
    let tasks = Tasks::new();
    let database = patient(config, &tasks)?;
    if world::is_imported(&database, &folder.checksum()?).await? {
        return Ok(told(&Imported::Already));
    }
    let data = WorldData::read(&folder)?;
    let first = |area: &AreaId, country: Option<&CountryRow>| {
        standing(CountryFlags::of(country), area, seed)
    };
    let imported = world::write(&database, &data, &first, bar).await?;
    bar.finish_and_clear();
    drop(database);
    tasks.stop(LAST_WORDS).await;
    Ok(told(&imported))
}

/// Makes every stored decision again, and says how many came out the same.
pub async fn replay(config: &Config, bar: &ProgressBar) -> Result<Replayed, AppError> {
    let tasks = Tasks::new();
    let database = patient(config, &tasks)?;
    let replayed = replay_all(&database, bar).await?;
    bar.finish_and_clear();
    drop(database);
    tasks.stop(LAST_WORDS).await;
    Ok(replayed)
}

/// What of the evidence is of trips that ended so many months ago, part by part. Only reads.
pub async fn past_evidence(config: &Config, months: u16) -> Result<Vec<PastEvidence>, AppError> {
    let tasks = Tasks::new();
    let database = patient(config, &tasks)?;
    let past = record::past_evidence(&database, months).await?;
    drop(database);
    tasks.stop(LAST_WORDS).await;
    Ok(past)
}

/// Erases what is past its time of these parts, one after the other.
pub async fn erase_evidence(
    config: &Config,
    past: &[PastEvidence],
    bar: &ProgressBar,
) -> Result<(), AppError> {
    let tasks = Tasks::new();
    let database = patient(config, &tasks)?;
    for part in bar.wrap_iter(past.iter()) {
        record::erase_evidence(&database, part).await?;
    }
    bar.finish_and_clear();
    drop(database);
    tasks.stop(LAST_WORDS).await;
    Ok(())
}

/// A database for work that takes longer than any request may.
fn patient(config: &Config, tasks: &Tasks) -> Result<Database, AppError> {
    let patient = config::Database { statement_timeout_ms: 600_000, ..config.database.clone() };
    Ok(Database::open(&patient, tasks, Arc::new(Metrics::new()?))?)
}

fn told(imported: &Imported) -> String {
    match imported {
        Imported::Already => "the world is there already; nothing was written".to_owned(),
        Imported::Written { version, counts } => {
            let lines = counts.iter().map(|(what, count)| format!("{count:>9} {what}"));
            lines
                .chain([format!("{version:>9} is the version of the world")])
                .collect::<Vec<_>>()
                .join("\n")
        }
    }
}
