//! Streams that are open: how many there may be, how long one lasts, and how it ends.
//!
//! Whatever a stream tells of, it begins with the number it resumes after and ends with a last event
//! that says why, and where to go on. All streams of a process share one bound and one end.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::Stream;
use futures_util::stream::unfold;
use tokio::sync::watch;

use super::sse::Sse;
use crate::metrics::Metrics;
use crate::telemetry::Stopwatch;

/// What a stream tells, step by step.
pub trait Telling {
    /// Everything up to this number was told or is not for the caller.
    fn after(&self) -> i64;

    /// Adds what is told next, waiting for it if need be, or says why the stream ends. A step is
    /// given up where the service stops meanwhile: what it has not added by then must not count as
    /// told.
    fn step(&mut self, words: &mut VecDeque<Bytes>) -> impl Future<Output = Result<(), StreamEnd>>;
}

/// Why a stream ends: the reason in its last event, and the metric's label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamEnd {
    /// It has told what there is, and was not asked to wait.
    Complete,
    /// What it tells of is closed, and everything was told.
    Closed,
    /// It fell behind by more than is kept.
    SlowReader,
    /// The service stops.
    Stopping,
    /// It has lasted as long as one may.
    LongEnough,
    /// The caller may not hear of it any more.
    NotPermitted,
    /// The database cannot be asked.
    Unavailable,
}

impl StreamEnd {
    const fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Closed => "closed",
            Self::SlowReader => "slow_reader",
            Self::Stopping => "stopping",
            Self::LongEnough => "long_enough",
            Self::NotPermitted => "not_permitted",
            Self::Unavailable => "unavailable",
        }
    }
}

/// All streams of this process.
#[derive(Debug)]
pub struct OpenStreams {
    most: usize,
    longest: Duration,
    open: AtomicUsize,
    ending: watch::Sender<bool>,
    metrics: Arc<Metrics>,
}

/// A stream's place among them; counts it out again, however it ends.
#[derive(Debug)]
pub struct StreamPlace {
    streams: Arc<OpenStreams>,
    since: Stopwatch,
}

impl OpenStreams {
    /// None yet: at most so many at once, each for so long.
    pub fn new(most: usize, longest: Duration, metrics: Arc<Metrics>) -> Self {
        Self {
            most,
            longest,
            open: AtomicUsize::new(0),
            ending: watch::Sender::new(false),
            metrics,
        }
    }

    /// Ends every stream with a last event that tells where to resume; new ones are refused.
    pub fn end(&self) {
        self.ending.send_replace(true);
    }

    /// A place for one more; none where as many are open as may be, or the service stops.
    pub fn place(self: &Arc<Self>) -> Option<StreamPlace> {
        let before = self.open.fetch_add(1, Ordering::AcqRel);
        self.metrics.http.streams.inc();
        // counts itself out again where it is refused
        let place = StreamPlace { streams: Arc::clone(self), since: Stopwatch::start() };
        (before < self.most && !*self.ending.borrow()).then_some(place)
    }
}

impl Drop for StreamPlace {
    fn drop(&mut self) {
        self.streams.open.fetch_sub(1, Ordering::AcqRel);
        self.streams.metrics.http.streams.dec();
    }
}

impl StreamPlace {
    /// The text of a stream, event by event, from its first words to its last.
    pub fn run<T: Telling>(self, telling: T) -> impl Stream<Item = Bytes> + use<T> {
        let words = VecDeque::from([Sse::ready(telling.after())]);
        let running = Running { place: self, telling, words, has_ended: false };
        unfold(running, |mut running| async move {
            loop {
                if let Some(text) = running.words.pop_front() {
                    return Some((text, running));
                }
                if running.has_ended {
                    return None;
                }
                if let Err(end) = running.step().await {
                    running.end(end);
                }
            }
        })
    }
}

/// A stream under way.
struct Running<T> {
    place: StreamPlace,
    telling: T,
    /// Told next.
    words: VecDeque<Bytes>,
    has_ended: bool,
}

impl<T: Telling> Running<T> {
    async fn step(&mut self) -> Result<(), StreamEnd> {
        let Self { place: StreamPlace { streams, since }, telling, words, .. } = self;
        if since.elapsed() > streams.longest {
            return Err(StreamEnd::LongEnough);
        }
        let mut ending = streams.ending.subscribe();
        tokio::select! {
            biased;
            // an error says that the service is gone, which is a stop too
            _stopping_either_way = ending.wait_for(|ending| *ending) => Err(StreamEnd::Stopping),
            stepped = telling.step(words) => stepped,
        }
    }

    fn end(&mut self, end: StreamEnd) {
        self.has_ended = true;
        let ended = &self.place.streams.metrics.http.streams_ended;
        ended.with_label_values(&[end.name()]).inc();
        self.words.push_back(Sse::last(self.telling.after(), end.name()));
    }
}
