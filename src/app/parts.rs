//! What the service is made of, built once.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

use super::AppError;
use crate::cache::Cache;
use crate::config::{self, Config, IdentityMode};
use crate::database::{Clock, Database, refuse_unsafe};
use crate::desk::{ClockParts, Clocks, Desk, Missions, WorkingTimes};
use crate::identity::Identity;
use crate::metrics::Metrics;
use crate::presence::{HeadcountParts, Headcounts};
use crate::record::{RecordSettings, Recorder};
use crate::relay::{Relay, RelayParts};
use crate::tasks::Tasks;
use crate::telemetry::{RequestLog, Telemetry};
use crate::trips::{Footing, Trips, TripsSettings};
use crate::web::{Authenticator, BodyLimits, Front, Limits, OpenStreams};
use crate::world::{
    Advisories, AlertPoller, DueChanges, FenceEnds, Loader, Packs, Settler, StatusWatch, WorldParts,
};

/// How often quiet callers are forgotten.
const SWEEP: Duration = Duration::from_secs(30);

/// Everything that lives as long as the service.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The configuration in force.
    pub config: Arc<Config>,
    /// Background tasks.
    pub tasks: Tasks,
    /// Metrics.
    pub metrics: Arc<Metrics>,
    /// PostgreSQL.
    pub database: Database,
    /// Redis.
    pub cache: Cache,
    /// The database's time between questions.
    pub clock: Arc<Clock>,
    /// Who may act as what.
    pub identity: Arc<Identity>,
    /// The one writer.
    pub recorder: Recorder,
    /// Tells of events.
    pub relay: Relay,
    /// Keeps the loaded world current.
    pub world: Arc<Loader>,
    /// Advisories, for reading.
    pub advisories: Advisories,
    /// Packs for phones.
    pub packs: Packs,
    /// The use cases of trips.
    pub trips: Trips,
    /// Live streams, of whatever kind.
    pub streams: Arc<OpenStreams>,
    /// The use cases of headcounts.
    pub headcounts: Headcounts,
    /// The use cases of the desk.
    pub desk: Desk,
    /// Wakes the loop that decides live clearances again.
    pub settle: Arc<Notify>,
    /// Deadlines.
    pub clocks: Arc<Clocks>,
    /// Watches over suspensions.
    pub watch: Arc<StatusWatch>,
    /// Rates.
    pub limits: Arc<Limits>,
    /// What readiness asks, besides database, cache and identity.
    pub probes: Vec<Probe>,
    /// Set when the service stops: readiness goes off.
    pub draining: Arc<AtomicBool>,
    log: RequestLog,
}

/// A question of readiness.
#[derive(Clone)]
pub struct Probe {
    /// What it asks about, as `/readyz` names it.
    pub name: &'static str,
    /// Without it no traffic may come; otherwise the service is only degraded.
    pub needed: bool,
    /// Whether it is well.
    pub is_well: Arc<dyn Fn() -> bool + Send + Sync>,
}

impl fmt::Debug for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Probe").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Parts {
    /// Opens what the configuration names, and refuses what is not safe to stand on.
    pub async fn open(config: Config, telemetry: &Telemetry) -> Result<Self, AppError> {
        let config = Arc::new(config);
        let tasks = Tasks::new();
        let metrics = Arc::new(Metrics::new()?);
        let database = Database::open(&config.database, &tasks, Arc::clone(&metrics))?;
        refuse_unsafe(&database, &config, &tasks).await?;
        let clock = Arc::new(Clock::read(&database).await?);
        let identity = Identity::start(&config, &database, Arc::clone(&clock), &tasks).await?;
        let world = Arc::new(Loader::open(&database, &config.atlas, Arc::clone(&metrics)).await?);
        keep(&world, &config, &tasks);
        let settings = RecordSettings::of(&config.database);
        let recorder = Recorder::start(&database, settings, &tasks, &metrics);
        let streams = open_streams(config.streams, &metrics);
        let relay = RelayParts {
            database: database.clone(),
            identity: Arc::clone(&identity),
            clock: Arc::clone(&clock),
            atlas: world.snapshot(),
            written: recorder.written(),
            open: Arc::clone(&streams),
            metrics: Arc::clone(&metrics),
        };
        let relay = relay.start(&config, &tasks).await?;
        let trips = Trips::start(Footing {
            database: &database,
            config: &config.database,
            world: world.snapshot(),
            recorder: recorder.clone(),
            tasks: &tasks,
            metrics: Arc::clone(&metrics),
            settings: TripsSettings::of(&config),
        });
        let held = (&database, &identity, &streams);
        let headcounts = headcounts((&config, &tasks, &metrics), held, &world, &recorder);
        let desk = desk((&config, &tasks, &metrics), (&database, &identity), &world, &recorder);
        let settle = settle(&database, &world, (&trips, &recorder), &config, &tasks);
        let watch = watch(&database, &world, &recorder, (&settle, &config), &tasks);
        watch_alerts(&database, &world, (&settle, &metrics), &config, &tasks)?;
        let clocks = clocks((&config, &tasks, &metrics), (&database, &identity), &world, &recorder);
        let limits = limits(&config, &tasks);
        let cache = Cache::open(&config.redis, &tasks, Arc::clone(&metrics))?;
        let advisories = advisories((&database, &cache), &clock, &tasks, &metrics, &config);
        Ok(Self {
            probes: probes(&identity, &world, &advisories),
            cache,
            advisories,
            packs: Packs::default(),
            draining: Arc::new(AtomicBool::new(false)),
            log: telemetry.requests(),
            config,
            tasks,
            metrics,
            database,
            clock,
            identity,
            recorder,
            relay,
            streams,
            world,
            trips,
            headcounts,
            desk,
            settle,
            clocks,
            watch,
            limits,
        })
    }

    /// Whether the service is stopping.
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Acquire)
    }

    pub(super) fn front(&self) -> Arc<Front> {
        let authenticator: Arc<dyn Authenticator> = Arc::<Identity>::clone(&self.identity);
        Arc::new(Front {
            authenticator,
            limits: Arc::clone(&self.limits),
            metrics: Arc::clone(&self.metrics),
            log: self.log.clone(),
            in_flight: Arc::new(AtomicUsize::new(0)),
            max_in_flight: self.config.server.max_in_flight,
            timeout: self.config.server.request_timeout(),
            is_demonstration: self.config.identity.mode == IdentityMode::Development,
        })
    }

    /// What the routes of mission requests stand on.
    pub(super) fn missions(&self) -> Missions {
        Missions::new(
            self.database.clone(),
            Arc::clone(&self.identity),
            self.world.snapshot(),
            self.recorder.clone(),
            self.trips.clone(),
        )
    }

    /// What the routes of the world stand on.
    pub fn world_parts(&self) -> WorldParts {
        WorldParts {
            database: self.database.clone(),
            loader: Arc::clone(&self.world),
            atlas: self.world.snapshot(),
            clock: Arc::clone(&self.clock),
            settle: Arc::clone(&self.settle),
            recorder: self.recorder.clone(),
            trips: self.trips.clone(),
            advisories: self.advisories.clone(),
            tiles: self.world.tiles(),
            packs: self.packs.clone(),
            metrics: Arc::clone(&self.metrics),
            alerts: self.config.alerts,
        }
    }

    pub(super) fn body_limits(&self) -> BodyLimits {
        let server = &self.config.server;
        BodyLimits {
            ordinary: server.body_bytes,
            batch: server.batch_body_bytes,
            patience: Duration::from_millis(server.body_timeout_ms),
        }
    }
}

fn desk(
    (config, tasks, metrics): (&Config, &Tasks, &Arc<Metrics>),
    (database, identity): (&Database, &Arc<Identity>),
    world: &Loader,
    recorder: &Recorder,
) -> Desk {
    Desk::start(
        database.clone(),
        Arc::clone(identity),
        world.snapshot(),
        recorder.clone(),
        (config, tasks, Arc::clone(metrics)),
    )
}

fn open_streams(settings: config::Streams, metrics: &Arc<Metrics>) -> Arc<OpenStreams> {
    let longest = Duration::from_secs(settings.longest_seconds);
    Arc::new(OpenStreams::new(settings.most, longest, Arc::clone(metrics)))
}

fn headcounts(
    (config, tasks, metrics): (&Arc<Config>, &Tasks, &Arc<Metrics>),
    (database, identity, open): (&Database, &Arc<Identity>, &Arc<OpenStreams>),
    world: &Loader,
    recorder: &Recorder,
) -> Headcounts {
    let world = world.snapshot();
    let parts =
        HeadcountParts { config, database, identity, open, world, recorder, tasks, metrics };
    Headcounts::start(parts)
}

fn advisories(
    (database, cache): (&Database, &Cache),
    clock: &Arc<Clock>,
    tasks: &Tasks,
    metrics: &Arc<Metrics>,
    config: &Config,
) -> Advisories {
    let read = (database.clone(), cache.clone());
    Advisories::new(read, Arc::clone(clock), tasks, Arc::clone(metrics), config.advisories)
}

fn clocks(
    (config, tasks, metrics): (&Config, &Tasks, &Arc<Metrics>),
    (database, identity): (&Database, &Arc<Identity>),
    world: &Loader,
    recorder: &Recorder,
) -> Arc<Clocks> {
    let parts = ClockParts {
        database: database.clone(),
        world: world.snapshot(),
        recorder: recorder.clone(),
        working_time: working_time(identity),
        metrics: Arc::clone(metrics),
        poll: Duration::from_millis(config.clocks.poll_ms),
    };
    let clocks = Arc::new(Clocks::new(parts));
    tasks.spawn("clocks", minding(Arc::clone(&clocks), tasks.clone()));
    clocks
}

/// Rates, with quiet callers forgotten.
fn limits(config: &Config, tasks: &Tasks) -> Arc<Limits> {
    let limits = Arc::new(Limits::new(&config.limits));
    tasks.spawn("sweep of limits", sweep(Arc::clone(&limits), tasks.clone()));
    limits
}

/// Keeps the loaded world current, and hears of its news.
fn keep(world: &Arc<Loader>, config: &Arc<Config>, tasks: &Tasks) {
    tasks.spawn("world loader", follow(Arc::clone(world), tasks.clone()));
    let hearing = hear(Arc::clone(world), Arc::clone(config), tasks.clone());
    tasks.spawn("news of the world", hearing);
}

/// Starts the loop that decides live clearances again, and the one that brings into effect what was
/// set for a later time; answers what wakes the first.
fn settle(
    database: &Database,
    world: &Loader,
    (trips, recorder): (&Trips, &Recorder),
    config: &Config,
    tasks: &Tasks,
) -> Arc<Notify> {
    let settle = Arc::new(Notify::new());
    let poll = Duration::from_millis(config.atlas.poll_ms);
    let rhythm = (Arc::clone(&settle), poll);
    let settler = Settler::new(database.clone(), world.snapshot(), trips.clone(), rhythm);
    tasks.spawn("settling of changes", settling(settler, tasks.clone()));
    let wakes = (Arc::clone(&settle), recorder.written());
    let due = DueChanges::new(database.clone(), wakes, poll);
    tasks.spawn("changes that are due", bringing(due, tasks.clone()));
    let ends = FenceEnds::new(database.clone(), Arc::clone(&settle), poll);
    tasks.spawn("ends of fences", ending(ends, tasks.clone()));
    settle
}

/// Starts the loop over feeds of alerts, unless other replicas shall do it.
fn watch_alerts(
    database: &Database,
    world: &Loader,
    (settle, metrics): (&Arc<Notify>, &Arc<Metrics>),
    config: &Config,
    tasks: &Tasks,
) -> Result<(), AppError> {
    if config.alerts.poll_ms > 0 {
        let (database, settle) = (database.clone(), Arc::clone(settle));
        let poller = AlertPoller::new(
            (database, Arc::clone(metrics)),
            world.snapshot(),
            settle,
            config.alerts,
        )?;
        tasks.spawn("feeds of alerts", polling(poller, tasks.clone()));
    }
    Ok(())
}

fn probes(identity: &Arc<Identity>, world: &Arc<Loader>, advisories: &Advisories) -> Vec<Probe> {
    let (keys, appointments) = (Arc::clone(identity), Arc::clone(identity));
    let (imported, current) = (Arc::clone(world), world.snapshot());
    let texts = advisories.clone();
    vec![
        Probe { name: "world", needed: true, is_well: Arc::new(move || imported.has_world()) },
        Probe { name: "world_age", needed: false, is_well: Arc::new(move || !current.is_stale()) },
        Probe { name: "issuer_keys", needed: true, is_well: Arc::new(move || keys.has_keys()) },
        Probe {
            name: "appointments",
            needed: false,
            is_well: Arc::new(move || !appointments.is_stale()),
        },
        Probe { name: "advisories", needed: false, is_well: Arc::new(move || texts.is_well()) },
    ]
}

async fn follow(world: Arc<Loader>, tasks: Tasks) {
    world.run(tasks.stopping()).await;
}

async fn hear(world: Arc<Loader>, config: Arc<Config>, tasks: Tasks) {
    world.hear(&config.database, tasks.stopping()).await;
}

/// When areas work, as the snapshot of authority has it.
fn working_time(identity: &Arc<Identity>) -> WorkingTimes {
    let identity = Arc::clone(identity);
    Arc::new(move |area, country| identity.authority().working_time(area, country))
}

async fn minding(clocks: Arc<Clocks>, tasks: Tasks) {
    clocks.run(tasks.stopping()).await;
}

async fn bringing(due: DueChanges, tasks: Tasks) {
    due.run(tasks.stopping()).await;
}

/// Starts the watch over suspensions.
fn watch(
    database: &Database,
    world: &Loader,
    recorder: &Recorder,
    (settle, config): (&Arc<Notify>, &Config),
    tasks: &Tasks,
) -> Arc<StatusWatch> {
    let rhythm = (Arc::clone(settle), Duration::from_millis(config.clocks.poll_ms));
    let weights = TripsSettings::of(config).urgency;
    let (world, recorder) = (world.snapshot(), recorder.clone());
    let watch = Arc::new(StatusWatch::new(database.clone(), world, recorder, weights, rhythm));
    tasks.spawn("watch over suspensions", watching(Arc::clone(&watch), tasks.clone()));
    watch
}

async fn watching(watch: Arc<StatusWatch>, tasks: Tasks) {
    watch.run(tasks.stopping()).await;
}

async fn settling(settler: Settler, tasks: Tasks) {
    settler.run(tasks.stopping()).await;
}

async fn ending(ends: FenceEnds, tasks: Tasks) {
    ends.run(tasks.stopping()).await;
}

async fn polling(poller: AlertPoller, tasks: Tasks) {
    poller.run(tasks.stopping()).await;
}

async fn sweep(limits: Arc<Limits>, tasks: Tasks) {
    let mut stopping = tasks.stopping();
    loop {
        tokio::select! {
            () = tokio::time::sleep(SWEEP) => limits.sweep(),
            () = stopping.wait() => return,
        }
    }
}
