//! The metric structs.
//!
//! One registry of our own. Labels are enums, codes of the domain or route patterns, never texts of
//! callers, and ids of a bounded number of webhooks alone, so that the program bounds the number of
//! series.

mod alerts;
mod cache;
mod queues;
mod relay;

use std::time::Duration;

use prometheus::core::Collector;
use prometheus::{
    Encoder as _, Gauge, GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounter,
    IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
};

pub use self::alerts::AlertMetrics;
pub use self::cache::{AdvisoryMetrics, CacheMetrics};
pub use self::queues::QueueMetrics;
pub use self::relay::RelayMetrics;

const SECONDS: [f64; 14] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];
const BATCH: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// The families cannot be registered: two have one name. A defect, seen at the first start.
#[derive(Debug, thiserror::Error)]
#[error("metrics cannot be registered")]
pub struct MetricsError(#[from] prometheus::Error);

/// The steps of a submission that are timed apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Itinerary against the atlas.
    Survey,
    /// Reading people, certificates, counts and the time.
    Facts,
    /// The decision itself.
    Decide,
    /// Until it is durable.
    Commit,
}

impl Stage {
    const ALL: [Self; 4] = [Self::Survey, Self::Facts, Self::Decide, Self::Commit];

    /// The label.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Survey => "survey",
            Self::Facts => "facts",
            Self::Decide => "decide",
            Self::Commit => "commit",
        }
    }
}

/// Every family of the service.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    /// Requests.
    pub http: HttpMetrics,
    /// Decisions.
    pub decisions: DecisionMetrics,
    /// Queues, and how decisions fall.
    pub queues: QueueMetrics,
    /// PostgreSQL.
    pub database: DatabaseMetrics,
    /// The loaded world.
    pub atlas: AtlasMetrics,
    /// The shared cache.
    pub cache: CacheMetrics,
    /// Advisories.
    pub advisories: AdvisoryMetrics,
    /// Alerts of others.
    pub alerts: AlertMetrics,
    /// Webhooks, and the feed that live streams follow.
    pub relay: RelayMetrics,
    /// Events that have no number in the feed yet.
    pub outbox_unnumbered: IntGauge,
    /// 1 while Redis answers, 0 while it does not or none is configured.
    pub redis_up: IntGauge,
    /// Seconds since the appointments were last known to be current.
    pub authority_age: Gauge,
}

/// Requests, and those that were turned away.
#[derive(Debug)]
pub struct HttpMetrics {
    /// Answers by route pattern, method and status class (`2xx` …).
    pub requests: IntCounterVec,
    /// Seconds from first byte to answer, by route pattern and method.
    pub seconds: HistogramVec,
    /// Requests in work.
    pub in_flight: IntGauge,
    /// Requests turned away for load.
    pub shed: IntCounter,
    /// Requests turned away for the caller's rate.
    pub rate_limited: IntCounter,
    /// Failed authentications by reason.
    pub auth_failures: IntCounterVec,
    /// Live streams open.
    pub streams: IntGauge,
    /// Streams that ended, by reason.
    pub streams_ended: IntCounterVec,
}

/// Decisions and the time they take.
#[derive(Debug)]
pub struct DecisionMetrics {
    /// Clearances decided, by outcome.
    pub outcomes: IntCounterVec,
    /// Findings, by reason code.
    pub reasons: IntCounterVec,
    stages: [Histogram; 4],
    again: HistogramVec,
}

impl DecisionMetrics {
    /// Notes how long one step took.
    pub fn stage(&self, stage: Stage, took: Duration) {
        let [survey, facts, decide, commit] = &self.stages;
        let histogram = match stage {
            Stage::Survey => survey,
            Stage::Facts => facts,
            Stage::Decide => decide,
            Stage::Commit => commit,
        };
        histogram.observe(took.as_secs_f64());
    }

    /// Notes how long one step of deciding a set of live clearances again took.
    pub fn again(&self, stage: Stage, took: Duration) {
        self.again.with_label_values(&[stage.name()]).observe(took.as_secs_f64());
    }
}

/// Pools and lanes.
#[derive(Debug)]
pub struct DatabaseMetrics {
    /// Open connections by pool.
    pub connections: IntGaugeVec,
    /// Callers that wait for a connection, by pool.
    pub waiting: IntGaugeVec,
    /// Requests that travelled together, by lane.
    pub batch_size: HistogramVec,
    /// Requests turned away because a lane was full, by lane.
    pub lane_full: IntCounterVec,
    /// Statements that failed, by class of trouble.
    pub trouble: IntCounterVec,
}

/// The loaded world.
#[derive(Debug)]
pub struct AtlasMetrics {
    /// The version in use.
    pub version: IntGauge,
    /// Seconds since it was last known to be current.
    pub age: Gauge,
    /// Seconds that loading took, by part.
    pub load_seconds: GaugeVec,
}

/// Creates families and keeps the first error, so that the struct reads as a list.
struct Families<'r> {
    registry: &'r Registry,
}

impl Families<'_> {
    fn add<C: Collector + Clone + 'static>(
        &self,
        family: Result<C, prometheus::Error>,
    ) -> Result<C, prometheus::Error> {
        let family = family?;
        self.registry.register(Box::new(family.clone()))?;
        Ok(family)
    }

    fn counter(&self, name: &str, help: &str) -> Result<IntCounter, prometheus::Error> {
        self.add(IntCounter::new(named(name), help))
    }

    fn counters(
        &self,
        name: &str,
        help: &str,
        labels: &[&str],
    ) -> Result<IntCounterVec, prometheus::Error> {
        self.add(IntCounterVec::new(Opts::new(named(name), help), labels))
    }

    fn count(&self, name: &str, help: &str) -> Result<IntGauge, prometheus::Error> {
        self.add(IntGauge::new(named(name), help))
    }

    fn counts(
        &self,
        name: &str,
        help: &str,
        labels: &[&str],
    ) -> Result<IntGaugeVec, prometheus::Error> {
        self.add(IntGaugeVec::new(Opts::new(named(name), help), labels))
    }

    fn gauge(&self, name: &str, help: &str) -> Result<Gauge, prometheus::Error> {
        self.add(Gauge::new(named(name), help))
    }

    fn gauges(
        &self,
        name: &str,
        help: &str,
        labels: &[&str],
    ) -> Result<GaugeVec, prometheus::Error> {
        self.add(GaugeVec::new(Opts::new(named(name), help), labels))
    }

    fn histogram(
        &self,
        name: &str,
        help: &str,
        buckets: &[f64],
    ) -> Result<Histogram, prometheus::Error> {
        let opts = HistogramOpts::new(named(name), help).buckets(buckets.to_vec());
        self.add(Histogram::with_opts(opts))
    }

    fn histograms(
        &self,
        name: &str,
        help: &str,
        labels: &[&str],
        buckets: &[f64],
    ) -> Result<HistogramVec, prometheus::Error> {
        let opts = HistogramOpts::new(named(name), help).buckets(buckets.to_vec());
        self.add(HistogramVec::new(opts, labels))
    }
}

fn named(name: &str) -> String {
    format!("safeconduct_{name}")
}

impl Metrics {
    /// All families, registered.
    pub fn new() -> Result<Self, MetricsError> {
        let registry = Registry::new();
        let families = Families { registry: &registry };
        let http = HttpMetrics::new(&families)?;
        let decisions = DecisionMetrics::new(&families)?;
        let queues = QueueMetrics::new(&families)?;
        let database = DatabaseMetrics::new(&families)?;
        let atlas = AtlasMetrics {
            version: families.count("atlas_version", "Version of the loaded world.")?,
            age: families.gauge(
                "atlas_age_seconds",
                "Seconds since the loaded world was last known to be current.",
            )?,
            load_seconds: families.gauges(
                "atlas_load_seconds",
                "Seconds that the last loading took, by part.",
                &["part"],
            )?,
        };
        let cache = CacheMetrics::new(&families)?;
        let advisories = AdvisoryMetrics::new(&families)?;
        let alerts = AlertMetrics::new(&families)?;
        let relay = RelayMetrics::new(&families)?;
        let outbox_unnumbered = families
            .count("outbox_unnumbered", "Committed events without a number in the feed.")?;
        let redis_up = families.count("redis_up", "1 while the shared cache answers.")?;
        let authority_age = families.gauge(
            "authority_age_seconds",
            "Seconds since the appointments were last known to be current.",
        )?;
        Ok(Self {
            registry,
            http,
            decisions,
            queues,
            database,
            atlas,
            cache,
            advisories,
            alerts,
            relay,
            outbox_unnumbered,
            redis_up,
            authority_age,
        })
    }

    /// All families in the text format of Prometheus.
    pub fn render(&self) -> Result<String, MetricsError> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }
}

impl HttpMetrics {
    fn new(families: &Families<'_>) -> Result<Self, prometheus::Error> {
        Ok(Self {
            requests: families.counters(
                "http_requests_total",
                "Answers by route pattern, method and status class.",
                &["route", "method", "status"],
            )?,
            seconds: families.histograms(
                "http_request_seconds",
                "Seconds from first byte to answer, by route pattern and method.",
                &["route", "method"],
                &SECONDS,
            )?,
            in_flight: families.count("http_in_flight", "Requests in work.")?,
            shed: families.counter("http_shed_total", "Requests turned away for load.")?,
            rate_limited: families.counter(
                "http_rate_limited_total",
                "Requests turned away for the caller's rate.",
            )?,
            auth_failures: families.counters(
                "auth_failures_total",
                "Failed authentications by reason.",
                &["reason"],
            )?,
            streams: families.count("streams_open", "Live streams open.")?,
            streams_ended: families.counters(
                "streams_ended_total",
                "Live streams that ended, by reason.",
                &["reason"],
            )?,
        })
    }
}

impl DecisionMetrics {
    fn new(families: &Families<'_>) -> Result<Self, prometheus::Error> {
        let seconds = families.histograms(
            "stage_seconds",
            "Seconds of one step of a submission.",
            &["stage"],
            &SECONDS,
        )?;
        Ok(Self {
            outcomes: families.counters(
                "decisions_total",
                "Clearances decided, by outcome.",
                &["outcome"],
            )?,
            reasons: families.counters(
                "findings_total",
                "Findings, by reason code.",
                &["reason"],
            )?,
            stages: Stage::ALL.map(|stage| seconds.with_label_values(&[stage.name()])),
            again: families.histograms(
                "redecision_seconds",
                "Seconds of one step of deciding a set of live clearances again.",
                &["stage"],
                &SECONDS,
            )?,
        })
    }
}

impl DatabaseMetrics {
    fn new(families: &Families<'_>) -> Result<Self, prometheus::Error> {
        Ok(Self {
            connections: families.counts(
                "pool_connections",
                "Open connections by pool.",
                &["pool"],
            )?,
            waiting: families.counts(
                "pool_waiting",
                "Callers that wait for a connection, by pool.",
                &["pool"],
            )?,
            batch_size: families.histograms(
                "lane_batch_size",
                "Requests that travelled together, by lane.",
                &["lane"],
                &BATCH,
            )?,
            lane_full: families.counters(
                "lane_full_total",
                "Requests turned away because a lane was full, by lane.",
                &["lane"],
            )?,
            trouble: families.counters(
                "database_trouble_total",
                "Statements that failed, by class of trouble.",
                &["class"],
            )?,
        })
    }
}
