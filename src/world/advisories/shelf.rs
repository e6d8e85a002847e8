//! Where advisories are read: in the process, else in Redis, else in PostgreSQL.
//!
//! What is shared and kept is the written text alone, under the id of its version, so that a copy can
//! be old but never wrong; which version is current, and the part that follows from the policy, come
//! from the loaded world with every request. Answers made of both are kept in the process beside the
//! texts, under the text's id and the area's revision.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use uuid::Uuid;

use super::compose::languages;
use super::language::{Language, chosen};
use super::store;
use super::text::{Classification, Document};
use crate::atlas::AreaEntry;
use crate::cache::{Bounded, Cache, Flights, Kept, Lock, draw, is_due};
use crate::config;
use crate::database::{Clock, Database, DatabaseError};
use crate::metrics::Metrics;
use crate::model::AreaId;
use crate::tasks::Tasks;
use crate::telemetry::Stopwatch;
use crate::web::ETag;

/// Between two looks whether another replica has filled.
const LOOK: Duration = Duration::from_millis(15);
/// What an answer in the process weighs beside its body.
const PAGE_WEIGHS: usize = 400;
/// What a text weighs in the process, for each byte of it as JSON.
const TEXT_WEIGHS: usize = 2;

/// Why an advisory cannot be read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AdvisoryError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The database does not have the version that it says is current.
    #[error("the advisory {0} is not there")]
    Missing(Uuid),
    /// A row cannot be read.
    #[error("the advisory cannot be read: {0}")]
    Unreadable(String),
}

/// Advisories, for reading; cloned freely.
#[derive(Debug, Clone)]
pub struct Advisories {
    shelf: Arc<Shelf>,
}

#[derive(Debug)]
struct Shelf {
    database: Database,
    cache: Cache,
    clock: Arc<Clock>,
    tasks: Tasks,
    metrics: Arc<Metrics>,
    settings: config::Advisories,
    texts: Bounded<AreaId, Arc<Held>>,
    pages: Bounded<(AreaId, Classification, Language), Arc<Page>>,
    flights: Flights<(AreaId, Uuid), Result<Arc<Held>, AdvisoryError>>,
    failed: AtomicBool,
}

/// A text in the process.
#[derive(Debug)]
pub(in crate::world) struct Held {
    /// The text.
    pub(in crate::world) document: Document,
    /// Since it was read.
    since: Stopwatch,
    /// What reading it took.
    cost: Duration,
    /// Length as JSON.
    length: usize,
}

/// An answer in the process.
#[derive(Debug)]
pub(in crate::world) struct Page {
    /// The text it was made of; none where nothing was published.
    advisory_id: Option<Uuid>,
    /// Of the area, on which the generated part depends.
    revision: i64,
    /// The language of it.
    pub(in crate::world) language: Language,
    /// The strong tag.
    pub(in crate::world) tag: ETag,
    /// The body.
    pub(in crate::world) body: Bytes,
}

/// What an answer is made of.
#[derive(Debug, Clone, Copy)]
pub(in crate::world) struct Material<'m> {
    /// The area as it stands.
    pub(in crate::world) area: &'m AreaEntry,
    /// The text; none where nothing was published.
    pub(in crate::world) document: Option<&'m Document>,
    /// The reader's circle.
    pub(in crate::world) circle: Classification,
    /// The language of the answer.
    pub(in crate::world) language: Language,
}

/// What is read, with its age where it is older than it may be.
pub(in crate::world) type Aged<T> = (T, Option<Duration>);

impl Advisories {
    /// An empty shelf over a cache and a database.
    pub fn new(
        (database, cache): (Database, Cache),
        clock: Arc<Clock>,
        tasks: &Tasks,
        metrics: Arc<Metrics>,
        settings: config::Advisories,
    ) -> Self {
        let shelf = Shelf {
            database,
            cache,
            clock,
            tasks: tasks.clone(),
            metrics,
            texts: Bounded::new(settings.memory_bytes),
            pages: Bounded::new(settings.memory_bytes),
            flights: Flights::new(),
            failed: AtomicBool::new(false),
            settings,
        };
        Self { shelf: Arc::new(shelf) }
    }

    /// Whether the last text that had to be read could be.
    pub fn is_well(&self) -> bool {
        !self.shelf.failed.load(Ordering::Relaxed)
    }

    /// The answer for a circle, in the best of the wanted languages. `render` makes body and tag
    /// where none is kept.
    pub(in crate::world) async fn page(
        &self,
        area: &AreaEntry,
        circle: Classification,
        wanted: &[Language],
        render: impl FnOnce(Material<'_>) -> Result<(Bytes, ETag), serde_json::Error>,
    ) -> Result<Aged<Arc<Page>>, AdvisoryError> {
        let (held, age) = match area.state.advisory_id {
            Some(id) => {
                let (held, age) = self.text(area, id).await?;
                (Some(held), age)
            }
            None => (None, None),
        };
        let document = held.as_deref().map(|held| &held.document);
        let language = language_for(document, circle, wanted);
        let advisory_id = document.map(|document| document.advisory_id);
        let key = (area.id().clone(), circle, language);
        let revision = area.state.revision;
        let fits = |page: &Arc<Page>| page.advisory_id == advisory_id && page.revision == revision;
        if let Some(page) = self.shelf.pages.get(&key).filter(fits) {
            return Ok((page, age));
        }
        let (body, tag) = render(Material { area, document, circle, language })
            .map_err(|error| AdvisoryError::Unreadable(error.to_string()))?;
        let page = Arc::new(Page { advisory_id, revision, language, tag, body });
        self.shelf.pages.put(key, Arc::clone(&page), page.body.len() + PAGE_WEIGHS);
        Ok((page, age))
    }

    /// The current text of an area. A newer one than asked for is as good: the caller's world is
    /// about to move on. Where nothing can be read, an older copy with its age.
    pub(in crate::world) async fn text(
        &self,
        area: &AreaEntry,
        id: Uuid,
    ) -> Result<Aged<Arc<Held>>, AdvisoryError> {
        let (own, version) = (&self.shelf, area.state.advisory_version);
        let held = own.texts.get(area.id());
        if let Some(held) = &held
            && (held.document.advisory_id == id || held.document.version > version)
            && let Some(left) = own.fresh().checked_sub(held.since.elapsed())
        {
            if is_due(left, held.cost, draw()) {
                self.renew(area.id().clone(), Arc::clone(held));
            }
            own.metrics.advisories.memory.inc();
            return Ok((Arc::clone(held), None));
        }
        let key = (area.id().clone(), id);
        let filled = own.flights.join(&key, || own.filled(&key, held.clone())).await;
        let error = match filled {
            Ok(held) => return Ok((held, None)),
            Err(error) => error,
        };
        let Some(held) = held else {
            own.metrics.advisories.failed.inc();
            return Err(error);
        };
        own.metrics.advisories.stale.inc();
        let age = held.since.elapsed();
        Ok((held, Some(age)))
    }

    /// Reads a text anew beside the readers of the one that is about to end.
    fn renew(&self, area_id: AreaId, held: Arc<Held>) {
        let own = Arc::clone(&self.shelf);
        own.metrics.advisories.early.inc();
        self.shelf.tasks.spawn_short("advisory, early", async move {
            let key = (area_id, held.document.advisory_id);
            // A failure is told where it matters: to whoever finds the text ended.
            let _renewed = own.flights.join(&key, || own.filled(&key, Some(held))).await;
        });
    }
}

impl Shelf {
    fn fresh(&self) -> Duration {
        Duration::from_secs(self.settings.fresh_seconds)
    }

    /// Reads a text and keeps it, for all who wait. `seen` is what the reader found too old.
    async fn filled(
        &self,
        (area_id, id): &(AreaId, Uuid),
        seen: Option<Arc<Held>>,
    ) -> Result<Arc<Held>, AdvisoryError> {
        // Somebody may have kept it since this reader looked.
        let kept = self.texts.get(area_id).filter(|kept| kept.document.advisory_id == *id);
        if let Some(kept) = kept
            && !seen.as_ref().is_some_and(|seen| Arc::ptr_eq(seen, &kept))
            && kept.since.elapsed() < self.fresh()
        {
            return Ok(kept);
        }
        let read = self.read(area_id, *id).await;
        let before = self.failed.swap(read.is_err(), Ordering::Relaxed);
        match &read {
            Ok(held) => self.keep(area_id, held),
            Err(error) if !before => {
                tracing::warn!(%error, area_id = area_id.as_str(), "an advisory cannot be read");
            }
            Err(_known) => {}
        }
        read
    }

    /// Keeps a text in the process, unless there is a newer one.
    fn keep(&self, area_id: &AreaId, held: &Arc<Held>) {
        let version = held.document.version;
        if self.texts.get(area_id).is_none_or(|kept| kept.document.version <= version) {
            let weight = held.length.saturating_mul(TEXT_WEIGHS) + PAGE_WEIGHS;
            self.texts.put(area_id.clone(), Arc::clone(held), weight);
        }
    }

    /// Reads a text from the shared cache, else from the database; one replica reads the database and
    /// shares, the others wait a moment for it.
    async fn read(&self, area_id: &AreaId, id: Uuid) -> Result<Arc<Held>, AdvisoryError> {
        let key = format!("advisory:1:{}:{id}", area_id.as_str());
        if let Some(held) = self.shared(&key, id).await {
            return Ok(held);
        }
        let lock_key = format!("{key}:lock");
        let wait = Duration::from_millis(self.settings.lock_ms);
        let lock = self.cache.lock(&lock_key, wait.saturating_mul(2)).await;
        let filled = match lock {
            Lock::Held => self.filled_elsewhere(&key, id, wait).await,
            // another may have filled and gone between the look and the lock
            Lock::Taken(_) => self.shared(&key, id).await,
            Lock::Unknown => None,
        };
        if let Some(held) = filled {
            self.unlocked(&lock_key, lock).await;
            return Ok(held);
        }
        let watch = Stopwatch::start();
        let document = store::document(&self.database, id).await;
        self.metrics.advisories.database.inc();
        if let Ok(document) = &document
            && let Ok(body) = serde_json::to_vec(document)
        {
            let lasts = Duration::from_secs(self.settings.shared_seconds);
            self.cache.put(&key, &body, (self.clock.now(), lasts), watch.elapsed()).await;
        }
        self.unlocked(&lock_key, lock).await;
        let document = document?;
        let length = document.texts.iter().map(super::text::Text::length).sum();
        let (since, cost) = (Stopwatch::start(), watch.elapsed());
        Ok(Arc::new(Held { document, since, cost, length }))
    }

    /// What another replica has shared, unless it is to be read anew early.
    async fn shared(&self, key: &str, id: Uuid) -> Option<Arc<Held>> {
        let kept = self.cache.get(key, self.clock.now()).await?;
        if is_due(kept.left, kept.cost, draw()) {
            return None;
        }
        let held = held_of(&kept, id)?;
        self.metrics.advisories.shared.inc();
        Some(held)
    }

    /// Gives the lock back, if it was taken.
    async fn unlocked(&self, key: &str, lock: Lock) {
        if let Lock::Taken(token) = lock {
            self.cache.unlock(key, token).await;
        }
    }

    /// Looks for what another replica is about to share.
    async fn filled_elsewhere(&self, key: &str, id: Uuid, wait: Duration) -> Option<Arc<Held>> {
        let waited = Stopwatch::start();
        while waited.elapsed() < wait {
            tokio::time::sleep(LOOK).await;
            let kept = self.cache.get(key, self.clock.now()).await;
            if let Some(held) = kept.and_then(|kept| held_of(&kept, id)) {
                self.metrics.advisories.shared.inc();
                return Some(held);
            }
        }
        None
    }
}

/// A text out of the shared cache, if it is the one asked for.
fn held_of(kept: &Kept, id: Uuid) -> Option<Arc<Held>> {
    let document: Document = serde_json::from_slice(&kept.body).ok()?;
    let (since, cost, length) = (Stopwatch::start(), kept.cost, kept.body.len());
    (document.advisory_id == id).then(|| Arc::new(Held { document, since, cost, length }))
}

/// The language of a copy.
fn language_for(
    document: Option<&Document>,
    circle: Classification,
    wanted: &[Language],
) -> Language {
    match document {
        Some(document) => {
            chosen(wanted, &languages(&document.texts, circle), document.default_language)
        }
        // Nothing is written: the name of the area alone has a language.
        None => wanted.first().copied().unwrap_or(Language::En),
    }
}
