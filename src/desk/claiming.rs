//! Claims of next items, through a lane: those that come while others are under way go together in
//! the next. What is free at their stations is looked up once for all of them, dealt out here, each
//! in turn the most urgent that is for them, and leased at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fastrand::Rng;
use tokio::sync::Mutex;
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

/// The lane of claims.
#[derive(Debug, Clone)]
pub(super) struct Claims(Lane<Wanted, Taken, ClaimError>);

impl Claims {
    /// Starts the lane; a lease lasts so many seconds.
    pub(super) fn start(
        database: &Database,
        world: &Arc<Snapshot<Atlas>>,
        (config, lease_seconds): (&config::Database, u32),
        tasks: &Tasks,
        metrics: &Metrics,
    ) -> Self {
        let settings = LaneSettings::reading("claims", config);
        let (database, world) = (database.clone(), Arc::clone(world));
        let turn = Arc::new(Mutex::new(()));
        Self(Lane::start(settings, tasks, metrics, move |wanted: Vec<Wanted>| {
            let (database, atlas, turn) = (database.clone(), world.load(), Arc::clone(&turn));
            async move {
                match taken((&database, &turn), &atlas, lease_seconds, &wanted).await {
                    Ok(taken) => taken.into_iter().map(Ok).collect(),
                    Err(error) => all_failed(wanted.len(), &error.into()),
                }
            }
        }))
    }

    /// Takes leases for somebody.
    pub(super) async fn claim(&self, wanted: Wanted) -> Result<Taken, ClaimError> {
        self.0.ask(wanted).await
    }
}

/// Deals out and leases under the replica's turn, for two at once would deal out the same; what the
/// items are is looked up while the next have theirs.
async fn taken(
    (database, turn): (&Database, &Mutex<()>),
    atlas: &Atlas,
    seconds: u32,
    wanted: &[Wanted],
) -> Result<Vec<Taken>, DatabaseError> {
    let now = store::now(database).await?;
    let of = |one: &Wanted| one.desker.stations(atlas, &one.areas, now);
    let stations: Vec<Vec<Station>> = wanted.iter().map(of).collect();
    let (hands, leases) = {
        let _turn = turn.lock().await;
        let hands = hands(database, wanted, &stations).await?;
        let dealt: Vec<(Free, PersonId)> = (wanted.iter().zip(&hands))
            .flat_map(|(one, hand)| hand.items.iter().map(|item| (*item, one.person)))
            .collect();
        (hands, leased(database, &dealt, seconds).await?)
    };
    let mut given = looked_up(database, leases).await?;
    let taken = hands.into_iter().map(|hand| {
        let count = hand.items.len();
        let items: Vec<_> = hand.items.iter().filter_map(|item| given.remove(&item.id)).collect();
        let lost = items.len() < count;
        Taken { items, lost, more: lost || hand.more }
    });
    Ok(taken.collect())
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

/// What everybody is dealt, in their order.
async fn hands(
    database: &Database,
    wanted: &[Wanted],
    stations: &[Vec<Station>],
) -> Result<Vec<Hand>, DatabaseError> {
    let sight = sight(database, wanted, stations).await?;
    let (mut gone, mut rng) = (BTreeSet::new(), Rng::new());
    let hand = |(one, stations): (&Wanted, &Vec<Station>)| {
        let seen: Vec<_> = stations.iter().filter_map(|station| sight.get(station)).collect();
        dealt(one, &seen, &mut gone, &mut rng)
    };
    Ok(wanted.iter().zip(stations).map(hand).collect())
}

/// Leases what was dealt out, as far as others were not faster.
async fn leased(
    database: &Database,
    dealt: &[(Free, PersonId)],
    seconds: u32,
) -> Result<BTreeMap<ClearanceId, Lease>, DatabaseError> {
    if dealt.is_empty() {
        return Ok(BTreeMap::new());
    }
    store::claim_dealt(database, dealt, seconds).await
}

/// What is leased.
async fn looked_up(
    database: &Database,
    mut leases: BTreeMap<ClearanceId, Lease>,
) -> Result<BTreeMap<ClearanceId, (Item, Lease)>, DatabaseError> {
    let ids: Vec<ClearanceId> = leases.keys().copied().collect();
    let items = if ids.is_empty() { Vec::new() } else { store::found(database, &ids).await? };
    let found = items.into_iter().filter_map(|item| {
        let lease = leases.remove(&item.clearance_id)?;
        Some((item.clearance_id, (item, lease)))
    });
    Ok(found.collect())
}
