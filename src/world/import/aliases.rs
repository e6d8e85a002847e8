//! Which areas an ISO 3166-2 code means (fine-print.md, "Ids and limits").

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;

use super::map::AreaRow;
use super::tables::SubdivisionRow;
use crate::atlas::AreaIndex;

/// Current codes with their areas, in order of id. A code that no area carries itself, but parts of
/// it do, means all of these: `GB-ENG` is ambiguous rather than unknown. Retired codes mean nothing.
pub(super) fn aliases_of(
    areas: &[AreaRow],
    subdivisions: &[SubdivisionRow],
) -> BTreeMap<CompactString, Vec<AreaIndex>> {
    let parents: BTreeMap<&str, &str> = subdivisions
        .iter()
        .filter_map(|row| Some((row.code.as_str(), row.parent.as_deref()?)))
        .collect();
    let mut own: BTreeMap<CompactString, BTreeSet<AreaIndex>> = BTreeMap::new();
    let mut parts = own.clone();
    for (area, row) in areas.iter().enumerate() {
        let current = row.iso_3166_2_status == "current";
        let Some(code) = row.iso_3166_2.as_ref().filter(|_| current) else { continue };
        own.entry(code.clone()).or_default().insert(area);
        let mut above = parents.get(code.as_str());
        // The parent of a first-level code is a country, which is no subdivision.
        while let Some(parent) = above.filter(|parent| parent.contains('-')) {
            parts.entry(CompactString::from(*parent)).or_default().insert(area);
            above = parents.get(parent);
        }
    }
    for (code, areas) in parts {
        own.entry(code).or_insert(areas);
    }
    own.into_iter().map(|(code, areas)| (code, areas.into_iter().collect())).collect()
}
