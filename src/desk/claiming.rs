//! Claims of next items, through a lane: those that come while others are under way go together in
//! the next. What is free at their stations is looked up once for all of them, dealt out here, each
//! in turn the most urgent that is for them, and leased at once; what it is a second lane looks up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fastrand::Rng;
use uuid::Uuid;

use super::desker::{Desker, Station};
use super::item::{Item, Lease};
use super::store::{self, Free};
use crate::atlas::Atlas;
use crate::cache::Snapshot;
use crate::config;
use crate::database::{Database, DatabaseError, Lane, LaneSettings, Overloaded, all_failed};
use crate::metrics::Metrics;
use crate::model::{AreaId, ClearanceId, PersonId};
use crate::tasks::Tasks;

/// Why a claim was not made.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ClaimError {
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Too many wait.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
}

/// Who wants how many items, of which areas.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) desker: Desker,
    pub(super) person: PersonId,
    /// In these areas alone; in all of theirs where there are none.
    pub(super) areas: Vec<AreaId>,
    pub(super) limit: usize,
    /// How many more are looked at in each queue: some are not for them.
    pub(super) beyond: usize,
    /// Items that are not for them.
    pub(super) without: Vec<Uuid>,
    /// Whether another replica was faster: then they step aside, for it goes on in the same order.
    pub(super) aside: bool,
}

impl Wanted {
    /// Nobody decides their own trip, nor what they passed up themselves, though a delegation may give
    /// them the very queue it went to.
    fn may_take(&self, item: &Free) -> bool {
        item.traveller != self.person
            && item.passed_up_by != Some(self.person)
            && !self.without.contains(&item.id.0)
    }
}

/// What somebody was given.
#[derive(Debug)]
pub(super) struct Taken {
    /// Most urgent first.
    pub(super) items: Vec<(Item, Lease)>,
    /// Whether others were faster with some of what was in sight.
    pub(super) lost: bool,
    /// Whether there is, or may be, more to take.
    pub(super) more: bool,
}

/// What somebody was leased.
#[derive(Debug)]
struct Leased {
    /// Most urgent first.
    leases: Vec<(ClearanceId, Lease)>,
    lost: bool,
    more: bool,
}

/// The lanes of claims.
#[derive(Debug, Clone)]
pub(super) struct Claims {
    /// Deals out and leases.
    dealing: Lane<Wanted, Leased, ClaimError>,
    /// Looks up what was leased, while the next are dealt to.
    reading: Lane<Vec<ClearanceId>, Vec<Item>, ClaimError>,
}

impl Claims {
    /// Starts the lanes; a lease lasts so many seconds.
    pub(super) fn start(
        database: &Database,
        world: &Arc<Snapshot<Atlas>>,
        (config, lease_seconds): (&config::Database, u32),
        tasks: &Tasks,
        metrics: &Metrics,
    ) -> Self {
        // two at once would deal out the same
        let settings = LaneSettings { workers: 1, ..LaneSettings::reading("claims", config) };
        let (of_dealing, world) = (database.clone(), Arc::clone(world));
        let dealing = Lane::start(settings, tasks, metrics, move |wanted: Vec<Wanted>| {
            let (database, atlas) = (of_dealing.clone(), world.load());
            async move {
                match leased(&database, &atlas, lease_seconds, &wanted).await {
                    Ok(leased) => leased.into_iter().map(Ok).collect(),
                    Err(error) => all_failed(wanted.len(), &error.into()),
                }
            }
        });
        let settings = LaneSettings::reading("claimed", config);
        let of_reading = database.clone();
        let reading = Lane::start(settings, tasks, metrics, move |asked: Vec<Vec<ClearanceId>>| {
            let database = of_reading.clone();
            async move {
                match found(&database, &asked).await {
                    Ok(found) => found.into_iter().map(Ok).collect(),
                    Err(error) => all_failed(asked.len(), &error.into()),
                }
            }
        });
        Self { dealing, reading }
    }

    /// Takes leases for somebody.
    pub(super) async fn claim(&self, wanted: Wanted) -> Result<Taken, ClaimError> {
        let Leased { leases, lost, more } = self.dealing.ask(wanted).await?;
        let ids: Vec<ClearanceId> = leases.iter().map(|(id, _)| *id).collect();
        let found = if ids.is_empty() { Vec::new() } else { self.reading.ask(ids).await? };
        let lease = |item: Item| {
            let (_, lease) = leases.iter().find(|(id, _)| *id == item.clearance_id)?;
            Some((item, *lease))
        };
        Ok(Taken { items: found.into_iter().filter_map(lease).collect(), lost, more })
    }
}

async fn leased(
    database: &Database,
    atlas: &Atlas,
    seconds: u32,
    wanted: &[Wanted],
) -> Result<Vec<Leased>, DatabaseError> {
    let now = store::now(database).await?;
    let of = |one: &Wanted| one.desker.stations(atlas, &one.areas, now);
    let stations: Vec<Vec<Station>> = wanted.iter().map(of).collect();
    let sight = sight(database, wanted, &stations).await?;
    let (mut gone, mut rng) = (BTreeSet::new(), Rng::new());
    let hand = |(one, stations): (&Wanted, &Vec<Station>)| {
        let seen: Vec<_> = stations.iter().filter_map(|station| sight.get(station)).collect();
        dealt(one, &seen, &mut gone, &mut rng)
    };
    let hands: Vec<Hand> = wanted.iter().zip(&stations).map(hand).collect();
    let dealt: Vec<(Free, PersonId)> = (wanted.iter().zip(&hands))
        .flat_map(|(one, hand)| hand.items.iter().map(|item| (*item, one.person)))
        .collect();
    let leases = if dealt.is_empty() {
        BTreeMap::new()
    } else {
        store::claim_dealt(database, &dealt, seconds).await?
    };
    let given = hands.into_iter().map(|Hand { items, more }| {
        let lease = |item: &Free| Some((item.id, *leases.get(&item.id)?));
        let leases: Vec<_> = items.iter().filter_map(lease).collect();
        let lost = leases.len() < items.len();
        Leased { leases, lost, more: lost || more }
    });
    Ok(given.collect())
}

/// What was leased, for each who asks.
async fn found(
    database: &Database,
    asked: &[Vec<ClearanceId>],
) -> Result<Vec<Vec<Item>>, DatabaseError> {
    let found = store::found(database, &asked.concat()).await?;
    let mut found: BTreeMap<ClearanceId, Item> =
        found.into_iter().map(|item| (item.clearance_id, item)).collect();
    Ok(asked.iter().map(|ids| ids.iter().filter_map(|id| found.remove(id)).collect()).collect())
}

/// What is in sight at a station.
#[derive(Debug)]
struct Seen {
    /// Most urgent first.
    items: Vec<Free>,
    /// Whether there may be more.
    cut_off: bool,
}

/// What is free at all their stations: at each as many as those there want, and some more.
async fn sight<'s>(
    database: &Database,
    wanted: &[Wanted],
    stations: &'s [Vec<Station>],
) -> Result<BTreeMap<&'s Station, Seen>, DatabaseError> {
    let mut depths: BTreeMap<&Station, (usize, usize)> = BTreeMap::new();
    for (one, stations) in wanted.iter().zip(stations) {
        for station in stations {
            let (limit, beyond) = depths.entry(station).or_default();
            *limit += one.limit;
            *beyond = (*beyond).max(one.beyond + one.without.len());
        }
    }
    let depth = |(limit, beyond): (usize, usize)| i64::try_from(limit + beyond).unwrap_or(i64::MAX);
    let asked: Vec<_> = depths.into_iter().map(|(at, depths)| (at, depth(depths))).collect();
    if asked.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found = store::claimable(database, &asked).await?;
    let seen = asked.into_iter().zip(found).map(|((station, depth), items)| {
        let cut_off = i64::try_from(items.len()).is_ok_and(|count| count >= depth);
        (station, Seen { items, cut_off })
    });
    Ok(seen.collect())
}

/// What is dealt to somebody.
#[derive(Debug)]
struct Hand {
    /// Most urgent first.
    items: Vec<Free>,
    /// Whether there is, or may be, more.
    more: bool,
}

/// The most urgent of what is in sight that is for somebody and not gone.
fn dealt(one: &Wanted, seen: &[&Seen], gone: &mut BTreeSet<ClearanceId>, rng: &mut Rng) -> Hand {
    let (mut items, mut cut_off) = (Vec::new(), false);
    for seen in seen {
        let theirs = |item: &&Free| one.may_take(item) && !gone.contains(&item.id);
        items.extend(seen.items.iter().filter(theirs).copied());
        cut_off |= seen.cut_off;
    }
    items.sort_by(|a, b| a.urgent_at.total_cmp(&b.urgent_at).then_with(|| a.id.cmp(&b.id)));
    let spare = items.len().saturating_sub(one.limit);
    let aside = if one.aside { rng.usize(..=spare) } else { 0 };
    let items: Vec<Free> = items.into_iter().skip(aside).take(one.limit).collect();
    gone.extend(items.iter().map(|item| item.id));
    Hand { items, more: cut_off || spare > 0 }
}
