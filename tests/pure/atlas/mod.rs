//! The atlas on the shipped world: areas, zones, places, demonstration levels.

mod borders;
mod fence_changes;
mod levels;
mod names;
mod places;
mod zones;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use safeconduct::atlas::Atlas;
use safeconduct::demo::levels::{CountryFlags, SEED, standing};
use safeconduct::world::{DataFolder, WorldData};

/// The shipped world, read once: it takes seconds.
pub(crate) fn world() -> &'static WorldData {
    static WORLD: OnceLock<WorldData> = OnceLock::new();
    WORLD.get_or_init(|| {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        WorldData::read(&DataFolder::new(data)).unwrap()
    })
}

/// The atlas of the shipped world with the levels of the demonstration.
pub(crate) fn atlas() -> &'static Atlas {
    static ATLAS: OnceLock<Atlas> = OnceLock::new();
    ATLAS.get_or_init(|| {
        let first = |area: &_, country: Option<&_>| standing(CountryFlags::of(country), area, SEED);
        world().atlas(&first).unwrap()
    })
}

/// Counts of what an iterator gives.
fn counts<T: Ord>(items: impl Iterator<Item = T>) -> BTreeMap<T, usize> {
    let mut counts = BTreeMap::new();
    for item in items {
        *counts.entry(item).or_default() += 1;
    }
    counts
}
