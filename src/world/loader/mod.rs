//! Keeps the atlas current: loads it whole once, then follows the world's version, taking over only
//! what changed. A failed look keeps the old atlas; past its maximum age decisions go to people.

mod merging;
mod store;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use compact_str::CompactString;
use tokio::task::{JoinError, spawn_blocking};

use self::merging::{Merged, Merging};
pub use self::store::WorldFacts;
use self::store::{Changes, FenceRow, Standing, Whole};
use crate::atlas::{
    AreaEntry, Atlas, AtlasFault, AtlasParts, BuildError, DrawnFence, FenceLayer, Mosaic, Places,
    Shape, ShapeError,
};
use crate::cache::Snapshot;
use crate::config;
use crate::database::{Database, DatabaseError, listen};
use crate::metrics::Metrics;
use crate::model::{AreaId, LonLatError, ZoneError};
use crate::tasks::Stopping;
use crate::telemetry::Stopwatch;
use crate::world::tiles::Tiles;

/// Why the world cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The database cannot be asked.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The row of the world's version is missing.
    #[error("the database does not know its world's version")]
    Unversioned,
    /// A row names an area that is not there.
    #[error("a row names the area {0}, which is not there")]
    Stranger(CompactString),
    /// A column holds a name this program does not know.
    #[error("a {0} is not known to this program")]
    Name(&'static str),
    /// A policy cannot be read.
    #[error("the policy of {area_id} cannot be read")]
    Policy {
        /// Whose.
        area_id: AreaId,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// A coordinate is off the earth.
    #[error(transparent)]
    Point(#[from] LonLatError),
    /// A time zone is unknown.
    #[error(transparent)]
    Zone(#[from] ZoneError),
    /// A shape cannot be read.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// The shapes cannot be indexed.
    #[error(transparent)]
    Index(#[from] BuildError),
    /// The parts do not fit together.
    #[error(transparent)]
    Atlas(#[from] AtlasFault),
    /// Building was given up: the service stops, or there is a defect.
    #[error("the next world was not built to its end")]
    GivenUp(#[from] JoinError),
}

/// Loads the atlas and keeps it current.
#[derive(Debug)]
pub struct Loader {
    database: Database,
    metrics: Arc<Metrics>,
    snapshot: Arc<Snapshot<Atlas>>,
    facts: ArcSwap<WorldFacts>,
    /// The map as it was drawn.
    tiles: Arc<Tiles>,
    /// Names the imported data the snapshot was made of.
    data: Mutex<Option<String>>,
    poll: Duration,
}

impl Loader {
    /// Loads the whole world for the first time.
    pub async fn open(
        database: &Database,
        config: &config::Atlas,
        metrics: Arc<Metrics>,
    ) -> Result<Self, LoadError> {
        let watch = Stopwatch::start();
        let whole = store::whole(database).await?;
        if whole.areas.is_empty() {
            tracing::info!("there is no world in the database; run `safeconduct import world`");
        }
        metrics.atlas.load_seconds.with_label_values(&["read"]).set(watch.elapsed().as_secs_f64());
        let assembling = Stopwatch::start();
        let data = whole.version.data.clone();
        let atlas = assembled(database, whole).await?;
        let took = assembling.elapsed().as_secs_f64();
        metrics.atlas.load_seconds.with_label_values(&["assemble"]).set(took);
        metrics.atlas.version.set(atlas.version());
        let facts = ArcSwap::from_pointee(store::facts(database).await?);
        let version = atlas.version();
        let max_age = Duration::from_secs(config.max_age_seconds);
        Ok(Self {
            database: database.clone(),
            metrics,
            snapshot: Arc::new(Snapshot::new(atlas, version, watch, max_age)),
            facts,
            tiles: Arc::default(),
            data: Mutex::new(data),
            poll: Duration::from_millis(config.poll_ms),
        })
    }

    /// The atlas in use, for everyone who reads it.
    pub fn snapshot(&self) -> Arc<Snapshot<Atlas>> {
        Arc::clone(&self.snapshot)
    }

    /// The map of the world in use.
    pub fn tiles(&self) -> Arc<Tiles> {
        Arc::clone(&self.tiles)
    }

    /// What `GET /v1/world` tells beside the atlas.
    pub fn facts(&self) -> Arc<WorldFacts> {
        self.facts.load_full()
    }

    /// Looks for a newer version and takes it over. A failure keeps the atlas as it is.
    pub async fn refresh(&self) -> Result<(), LoadError> {
        let watch = Stopwatch::start();
        let latest = store::version(&self.database).await?;
        let current = self.snapshot.load();
        if latest.version != current.version() {
            let next = if latest.data == *self.data() {
                let changes = store::changes(&self.database, current.version()).await?;
                // off the threads that answer: nobody waits for a change that they do not need
                spawn_blocking(move || changed(&current, changes)).await??
            } else {
                let whole = store::whole(&self.database).await?;
                let data = whole.version.data.clone();
                let atlas = assembled(&self.database, whole).await?;
                self.facts.store(Arc::new(store::facts(&self.database).await?));
                *self.data() = data;
                atlas
            };
            let version = next.version();
            self.snapshot.replace(next, version);
            self.metrics.atlas.version.set(version);
        }
        self.snapshot.confirm(watch);
        Ok(())
    }

    /// Whether a world was imported.
    pub fn has_world(&self) -> bool {
        !self.snapshot.load().areas().is_empty()
    }

    fn data(&self) -> MutexGuard<'_, Option<String>> {
        self.data.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hears of changes until the service stops, and has them looked at without delay.
    pub async fn hear(&self, config: &config::Database, stopping: Stopping) {
        listen(config, &store::LISTEN, |_version| self.snapshot.nudge(), stopping).await;
    }

    /// Looks again and again until the service stops: at every poll, and whenever somebody waits
    /// for a newer version. Renews the base of the fences beside it when much lies over it.
    pub async fn run(&self, mut stopping: Stopping) {
        let mut merging = Merging::default();
        loop {
            tokio::select! {
                () = stopping.wait() => return,
                () = self.snapshot.wanted() => {}
                () = tokio::time::sleep(self.poll) => {}
                merged = merging.done() => {
                    if let Err(error) = merged.and_then(|merged| self.take_over(&merged)) {
                        tracing::warn!(%error, "the fences keep their old base");
                    }
                }
            }
            if let Err(error) = self.refresh().await {
                tracing::warn!(%error, "the world could not be refreshed; the loaded one stays");
            }
            self.metrics.atlas.age.set(self.snapshot.age().as_secs_f64());
            merging.consider(&self.snapshot.load().parts().fences);
        }
    }

    /// Puts the fences of the atlas in use onto a new base; the same world in another form.
    fn take_over(&self, merged: &Merged) -> Result<(), LoadError> {
        let mut parts = self.snapshot.load().parts().clone();
        let Some(fences) = parts.fences.onto(&merged.layer, &merged.then)? else { return Ok(()) };
        parts.fences = Arc::new(fences);
        let version = parts.version;
        self.snapshot.reshape(Atlas::assemble(parts)?, version);
        Ok(())
    }
}

/// An atlas of everything. The prepared index is used if it was made of the same data.
async fn assembled(database: &Database, whole: Whole) -> Result<Atlas, LoadError> {
    let Whole { version, areas, aliases, airports, cities, fences, image } = whole;
    let prepared = image
        .filter(|(data, _)| Some(data) == version.data.as_ref())
        .and_then(|(_, bytes)| Mosaic::from_bytes(&bytes).ok());
    let shapes = match prepared {
        Some(mosaic) => mosaic,
        None if areas.is_empty() => Mosaic::build::<Shape>([])?,
        None => {
            tracing::warn!("the prepared index does not fit; building it, which takes seconds");
            Mosaic::build((0..).zip(&store::shapes(database).await?))?
        }
    };
    let entry =
        |(ground, Standing { state, policy, .. })| Arc::new(AreaEntry::new(ground, state, policy));
    let drawn = fences.into_iter().filter_map(|row| drawn(row).1);
    Ok(Atlas::assemble(AtlasParts {
        version: version.version,
        changed_at: version.changed_at,
        areas: areas.into_iter().map(entry).collect(),
        shapes: Arc::new(shapes),
        aliases: Arc::new(aliases),
        places: Arc::new(Places::new(airports, cities)),
        fences: Arc::new(FenceLayer::new(drawn)?),
    })?)
}

/// The next atlas: what changed is new, the rest is shared.
fn changed(current: &Atlas, changes: Changes) -> Result<Atlas, LoadError> {
    let Changes { version, areas, fences } = changes;
    let mut parts = current.parts().clone();
    parts.version = version.version;
    parts.changed_at = version.changed_at;
    for Standing { area_id, state, policy } in areas {
        let slot = current.position(&area_id).and_then(|at| parts.areas.get_mut(at));
        let slot = slot.ok_or_else(|| LoadError::Stranger(area_id.0.clone()))?;
        *slot = Arc::new(AreaEntry::new(Arc::clone(&slot.ground), state, policy));
    }
    if !fences.is_empty() {
        parts.fences = Arc::new(parts.fences.changed(fences.into_iter().map(drawn))?);
    }
    Ok(Atlas::assemble(parts)?)
}

fn drawn(row: FenceRow) -> (crate::model::FenceId, Option<DrawnFence>) {
    let FenceRow { fence, shape } = row;
    (fence.fence_id, shape.map(|shape| DrawnFence { fence, shape }))
}
