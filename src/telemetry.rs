//! One log line a request; durations.
//!
//! The only file that reads a clock of this machine: a [`Stopwatch`] for durations, and the wall
//! clock for the time stamps of log lines. What the service decides by comes from the database.

mod line;
mod queue;

use std::fmt;
use std::io::Write;
use std::time::{Duration, Instant, SystemTime};

use jiff::Timestamp;
use tracing::Dispatch;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;

pub use self::line::{RequestLine, RequestLog};
use self::queue::{Queue, Writer};

use crate::config::{Log, LogFormat, LogLevel};

/// Measures how long something takes.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    #[expect(clippy::disallowed_methods, reason = "the one place that measures durations")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Time since the start.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }

    /// Seconds since the start, for histograms.
    pub fn seconds(self) -> f64 {
        self.elapsed().as_secs_f64()
    }
}

/// The time of this machine, for time stamps of log lines and of development tokens only.
#[expect(
    clippy::disallowed_methods,
    reason = "log lines carry the time of the machine that wrote them"
)]
pub fn wall_clock() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// A value that no formatter shows: names, document numbers, tokens.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Redacted<T>(pub T);

impl<T> fmt::Debug for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Where log lines go: written by a thread of its own, so that no request waits for a terminal.
#[derive(Debug)]
pub struct Telemetry {
    queue: Queue,
    format: LogFormat,
    level: LevelFilter,
    /// Writes what is left when it is dropped.
    writer: Writer,
}

impl Telemetry {
    /// Starts the writing thread on `out`. A line more than the queue holds is dropped and counted
    /// rather than waited for.
    pub fn start(log: &Log, out: impl Write + Send + 'static) -> Self {
        let (queue, writer) = Queue::start(out);
        Self { queue, format: log.format, level: level(log.level), writer }
    }

    /// A subscriber for `tracing`, to be made the default of the process or of a test.
    pub fn dispatch(&self) -> Dispatch {
        match self.format {
            LogFormat::Json => json(self.queue.clone(), self.level),
            LogFormat::Text => text(self.queue.clone(), self.level),
        }
    }

    /// The log of requests, one line each.
    pub fn requests(&self) -> RequestLog {
        RequestLog::new(self.queue.clone(), self.format, self.level >= LevelFilter::INFO)
    }

    /// Writes what is left and ends the thread.
    pub fn finish(self) {
        drop(self.writer);
    }
}

fn json<W>(writer: W, level: LevelFilter) -> Dispatch
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(writer);
    Dispatch::new(tracing_subscriber::registry().with(lines).with(level))
}

fn text<W>(writer: W, level: LevelFilter) -> Dispatch
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(writer);
    Dispatch::new(tracing_subscriber::registry().with(lines).with(level))
}

fn level(level: LogLevel) -> LevelFilter {
    match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    }
}
