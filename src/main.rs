//! The command line of safeconduct.

use std::error::Error;
use std::io;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use safeconduct::app::demonstration::{self, Day, DeskWanted};
use safeconduct::app::{AppError, commands};
use safeconduct::config::{Config, environment};
use safeconduct::demo::levels::SEED;
use safeconduct::telemetry::{Stopwatch, Telemetry};
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

/// Open travel clearance: a trip in, a reasoned decision for every stay out.
#[derive(Debug, Parser)]
#[command(name = "safeconduct")]
struct Line {
    /// A configuration file; the environment overrides it.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API until told to stop.
    Serve,
    /// Bring the database's schema up to date.
    Migrate,
    /// Load shipped data into the database.
    #[command(subcommand)]
    Import(Import),
    /// Print a token of a member of the demonstration's cast, or of many subjects.
    Token {
        /// The member: traveller, focal, asc, csa, do, usg, erp, auditor, admin, …
        #[arg(long = "as", required_unless_present = "subjects", conflicts_with = "subjects")]
        name: Option<String>,
        /// A file with a subject on each line; as many tokens are printed.
        #[arg(long)]
        subjects: Option<PathBuf>,
    },
    /// Make the development issuer's key in a new file.
    DevKey {
        /// The file; it must not exist.
        path: PathBuf,
    },
    /// Write what is invented into an empty database, and mark it as a demonstration.
    Demo {
        #[command(subcommand)]
        what: Demo,
    },
    /// Send a drawn day of trips to a running demonstration, and account for every answer.
    Traffic(Requests),
    /// Make every stored decision again, and say how many came out the same. Only reads, and may run
    /// beside the service; fails where one came out otherwise.
    Replay,
    /// Erase the evidence of trips that ended long ago, by whole months of it. May run beside the service.
    /// The ledger stays: who moved which clearance, when, by which rules and reasons; what a decision was
    /// given cannot be shown, and the decision not be made again.
    EraseEvidence {
        /// Months since a trip ended, from which on its evidence goes.
        #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
        months: u16,
        /// Only tell what would go.
        #[arg(long)]
        rehearsal: bool,
    },
    /// Print the OpenAPI document.
    Openapi,
    /// Print the configuration in force, with secrets masked.
    CheckConfig,
}

#[derive(Debug, Subcommand)]
enum Demo {
    /// The cast with its appointments, and a generated population; what is there stays.
    Cast {
        /// Generated people besides the cast.
        #[arg(long, default_value_t = 20_000)]
        people: u64,
        /// The folder of the shipped tables.
        #[arg(long, default_value = "data")]
        data: PathBuf,
    },
    /// Play a day at the desk of a running demonstration: requests, coordinators who work side by
    /// side, two of them absent, a delegation that ends; and say who decided what.
    Desk(DeskArgs),
}

#[derive(Debug, Args)]
struct DeskArgs {
    /// Address of the service.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    url: String,
    /// Manual requests.
    #[arg(long, default_value_t = 700)]
    requests: usize,
    /// Areas they are for.
    #[arg(long, default_value_t = 40)]
    areas: usize,
    /// Coordinators, the absent ones among them.
    #[arg(long, default_value_t = 25)]
    coordinators: usize,
    /// Coordinators who are absent.
    #[arg(long, default_value_t = 2)]
    absent: usize,
    /// Seconds from the beginning of the work to "noon", when the delegation ends: the service's
    /// own clock runs.
    #[arg(long, default_value_t = 10)]
    noon: i64,
    /// The same seed draws the same requests and words.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Size of the generated population.
    #[arg(long, default_value_t = 20_000)]
    people: u64,
    /// The folder of the shipped tables.
    #[arg(long, default_value = "data")]
    data: PathBuf,
}

#[derive(Debug, Args)]
struct Requests {
    /// How many.
    #[arg(long, default_value_t = 6_850)]
    trips: usize,
    /// Address of the service.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    url: String,
    /// The same seed gives the same day.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Requests at once.
    #[arg(long, default_value_t = 32)]
    concurrency: usize,
    /// Size of the generated population.
    #[arg(long, default_value_t = 20_000)]
    people: u64,
    /// The folder of the shipped tables.
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// Count in the configured database too.
    #[arg(long)]
    database: bool,
    /// Write the table as JSON into a file too.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Send nothing: write the sound trips of machines into a file, a token, a tab and a body on
    /// each line, for a load generator.
    #[arg(long)]
    emit: Option<PathBuf>,
    /// Send nothing: write a status question about each of those trips into a file, a token, a tab
    /// and a path on each line.
    #[arg(long)]
    emit_questions: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Import {
    /// Countries, areas, airports, cities, operators and names; levels and policies are invented
    /// for areas that have none. The same data again changes nothing.
    World {
        /// The folder of the data.
        #[arg(long, default_value = "data")]
        data: PathBuf,
        /// Another seed invents other levels.
        #[arg(long, default_value_t = SEED)]
        seed: u64,
    },
}

fn main() -> ExitCode {
    match run(Line::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to tell it to where this cannot be written.
            let _unwritten = writeln!(io::stderr(), "safeconduct: {}", whole(&error));
            ExitCode::FAILURE
        }
    }
}

fn run(Line { config, command }: Line) -> Result<(), AppError> {
    let load = || commands::configuration(config.as_deref(), environment());
    match command {
        Command::Serve => serve(load()?),
        Command::Migrate => {
            let applied = Runtime::new()?.block_on(commands::migrate_schema(&load()?))?;
            say(&format!("{} migration(s) applied", applied.len()))
        }
        Command::Import(Import::World { data, seed }) => {
            let (config, bar) = (load()?, bar("{bar:40} {pos}/{len} {msg}"));
            let import = commands::import_world(&config, &data, seed, &bar);
            say(&Runtime::new()?.block_on(import)?)
        }
        Command::Token { subjects: Some(file), .. } => say(&commands::tokens(&load()?, &file)?),
        Command::Token { name, .. } => say(&commands::token(&load()?, &name.unwrap_or_default())?),
        Command::Replay => replay(&load()?),
        Command::EraseEvidence { months, rehearsal } => erase_evidence(&load()?, months, rehearsal),
        Command::DevKey { path } => commands::make_development_key(&path),
        Command::Demo { what: Demo::Cast { people, data } } => {
            let config = load()?;
            let staged = Runtime::new()?.block_on(demonstration::stage(&config, &data, people))?;
            say(&format!("added: {} of the cast, {} people", staged.cast, staged.people))
        }
        Command::Demo { what: Demo::Desk(asked) } => desk(&load()?, asked),
        Command::Traffic(requests) => traffic(&load()?, requests),
        Command::Openapi => say(&commands::openapi_document()),
        Command::CheckConfig => say(&commands::check_config(config.as_deref(), &environment())?),
    }
}

fn serve(config: Config) -> Result<(), AppError> {
    let telemetry = Telemetry::start(&config.log, io::stdout());
    let dispatch = telemetry.dispatch();
    // Fails only if one is set already, and this is the first line of the program that could.
    let _first = tracing::dispatcher::set_global_default(dispatch);
    let served = Runtime::new()?.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let stop = async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        };
        commands::serve(config, &telemetry, stop).await
    });
    telemetry.finish();
    served
}

fn desk(config: &Config, asked: DeskArgs) -> Result<(), AppError> {
    let DeskArgs { url, requests, areas, coordinators, absent, noon, seed, people, data } = asked;
    let wanted = DeskWanted { url, requests, areas, coordinators, absent, noon, seed, people };
    let report = Runtime::new()?.block_on(demonstration::desk(config, &data, wanted))?;
    say(&report.to_string())?;
    if report.is_clean() { Ok(()) } else { Err(AppError::DeskDay) }
}

fn erase_evidence(config: &Config, months: u16, rehearsal: bool) -> Result<(), AppError> {
    let runtime = Runtime::new()?;
    let past = runtime.block_on(commands::past_evidence(config, months))?;
    for part in &past {
        say(&part.to_string())?;
    }
    let goes: i64 = past.iter().map(|part| part.goes).sum();
    if rehearsal {
        return say(&format!("the evidence of {goes} decisions would be erased"));
    }
    let bar = bar("{bar:40} {pos}/{len} parts");
    runtime.block_on(commands::erase_evidence(config, &past, &bar))?;
    say(&format!("the evidence of {goes} decisions erased"))
}

fn replay(config: &Config) -> Result<(), AppError> {
    let bar = bar("{bar:40} {pos}/{len} {per_sec} {eta}");
    let watch = Stopwatch::start();
    let replayed = Runtime::new()?.block_on(commands::replay(config, &bar))?;
    say(&format!("{replayed}\n{:>9.2} seconds", watch.seconds()))?;
    if replayed.is_clean() { Ok(()) } else { Err(AppError::Unequal) }
}

/// A bar on the terminal; nothing where there is none.
fn bar(template: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template);
    let style = style.unwrap_or_else(|_malformed| ProgressStyle::default_bar());
    ProgressBar::new(0).with_style(style)
}

fn traffic(config: &Config, requests: Requests) -> Result<(), AppError> {
    let Requests { trips, url, seed, concurrency, people, data, database, json, .. } = requests;
    let day = Day { url, trips, seed, people, concurrency, data, counts_stored: database };
    if requests.emit.is_some() || requests.emit_questions.is_some() {
        let (bodies, questions) = (requests.emit.as_deref(), requests.emit_questions.as_deref());
        let emit = demonstration::emit(config, day, bodies, questions);
        return say(&format!("{} lines", Runtime::new()?.block_on(emit)?));
    }
    let report = Runtime::new()?.block_on(demonstration::traffic(config, day))?;
    if let Some(path) = json {
        std::fs::write(path, report.to_json())?;
    }
    say(&report.to_string())?;
    if report.is_clean() { Ok(()) } else { Err(AppError::Unaccounted) }
}

fn say(text: &str) -> Result<(), AppError> {
    let mut out = io::stdout();
    writeln!(out, "{text}")?;
    Ok(())
}

/// An error with everything behind it.
fn whole(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
