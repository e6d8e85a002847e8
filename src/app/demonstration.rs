//! The demonstration's commands: the cast and a population, a day of traffic.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};

use super::AppError;
use crate::config::{Config, DEVELOPMENT_ISSUER};
use crate::database::Database;
use crate::demo::{self, DeskDay, DeskReport, Gazetteer, Line, Report, Staged, Traffic};
use crate::identity::DevelopmentKey;
use crate::metrics::Metrics;
use crate::tasks::Tasks;

/// Marks an empty database as a demonstration and writes the cast and `people` generated people;
/// what is there already stays. `data` is the folder of the shipped tables.
pub async fn stage(config: &Config, data: &Path, people: u64) -> Result<Staged, AppError> {
    let tasks = Tasks::new();
    let database = Database::open(&config.database, &tasks, Arc::new(Metrics::new()?))?;
    let gazetteer = Gazetteer::read(data)?;
    let bar = bar("people");
    let staged = demo::set_stage(&database, gazetteer, people, DEVELOPMENT_ISSUER, &bar).await?;
    bar.finish_and_clear();
    Ok(staged)
}

/// A day of traffic, as the command line asks for it.
#[derive(Debug, Clone)]
pub struct Day {
    /// Base address of the service.
    pub url: String,
    /// Requests.
    pub trips: usize,
    /// Seed.
    pub seed: u64,
    /// Size of the generated population.
    pub people: u64,
    /// Requests at once.
    pub concurrency: usize,
    /// The folder of the shipped tables.
    pub data: PathBuf,
    /// Count in the configured database too.
    pub counts_stored: bool,
}

/// Sends a day of trips to a running demonstration and accounts for every answer.
pub async fn traffic(config: &Config, asked: Day) -> Result<Report, AppError> {
    let key = DevelopmentKey::read(Path::new(&config.identity.development_key_file))?;
    let tasks = Tasks::new();
    let database = if asked.counts_stored {
        Some(Database::open(&config.database, &tasks, Arc::new(Metrics::new()?))?)
    } else {
        None
    };
    let mut gazetteer = Gazetteer::read(&asked.data)?;
    let traffic = asked.traffic(config, &key, database.as_ref());
    Ok(demo::drive(&traffic, &mut gazetteer, &bar("requests")).await?)
}

/// Plays a day at the desk against a running demonstration. `data` is the folder of the shipped
/// tables; `wanted` says everything but the key and the audience.
pub async fn desk(
    config: &Config,
    data: &Path,
    wanted: DeskWanted,
) -> Result<DeskReport, AppError> {
    let key = DevelopmentKey::read(Path::new(&config.identity.development_key_file))?;
    let gazetteer = Gazetteer::read(data)?;
    let day = DeskDay {
        url: wanted.url,
        key: &key,
        audience: config.identity.audience.clone(),
        requests: wanted.requests,
        areas: wanted.areas,
        coordinators: wanted.coordinators,
        absent: wanted.absent,
        noon: wanted.noon,
        seed: wanted.seed,
        people: wanted.people,
    };
    Ok(demo::play(&day, &gazetteer, &bar("requests and accounts")).await?)
}

/// A day at the desk, as the command line asks for it.
#[derive(Debug, Clone)]
pub struct DeskWanted {
    /// Base address of the service.
    pub url: String,
    /// Manual requests.
    pub requests: usize,
    /// Areas they are for.
    pub areas: usize,
    /// Coordinators.
    pub coordinators: usize,
    /// Those of them who are absent.
    pub absent: usize,
    /// Seconds from the beginning of the work until the delegation ends.
    pub noon: i64,
    /// Seed.
    pub seed: u64,
    /// Size of the generated population.
    pub people: u64,
}

/// Writes the sound trips of such a day for a load generator, a token, a tab and the body on each
/// line, and the status questions about them, a token, a tab and the path. Nothing is sent. Answers
/// how many lines there are.
pub async fn emit(
    config: &Config,
    asked: Day,
    bodies: Option<&Path>,
    questions: Option<&Path>,
) -> Result<usize, AppError> {
    let key = DevelopmentKey::read(Path::new(&config.identity.development_key_file))?;
    let mut gazetteer = Gazetteer::read(&asked.data)?;
    let lines = demo::lines(&asked.traffic(config, &key, None), &mut gazetteer).await?;
    let write = |path: Option<&Path>, what: fn(&Line) -> &str| {
        let text = |line: &Line| format!("{}\t{}\n", line.token, what(line));
        path.map_or(Ok(()), |path| {
            fs::write(path, lines.iter().map(text).collect::<Vec<_>>().concat())
        })
    };
    write(bodies, |line| &line.body)?;
    write(questions, |line| &line.question)?;
    Ok(lines.len())
}

impl Day {
    fn traffic<'t>(
        &self,
        config: &Config,
        key: &'t DevelopmentKey,
        database: Option<&'t Database>,
    ) -> Traffic<'t> {
        Traffic {
            url: self.url.clone(),
            key,
            audience: config.identity.audience.clone(),
            trips: self.trips,
            seed: self.seed,
            people: self.people,
            concurrency: self.concurrency,
            database,
        }
    }
}

/// A bar on the terminal; nothing where there is none.
fn bar(what: &'static str) -> ProgressBar {
    let bar = ProgressBar::no_length();
    let template = "{spinner} {msg} {pos}/{len} {wide_bar} {per_sec} {eta}";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.with_message(what)
}
