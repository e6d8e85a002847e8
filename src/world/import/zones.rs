//! The zone of an area's days (fine-print.md, "Local days"): where most people of its cities live;
//! else where most of its airports are; else as the nearest city or airport of the same country to
//! the label point. The only areas left after that belong to no country or have neither city nor
//! airport in it: they take the nearest of any country, and say so.

use std::collections::BTreeMap;

use compact_str::CompactString;

use super::ImportError;
use crate::atlas::{AreaIndex, Placing, ZoneBasis};
use crate::model::{LonLat, Zone};

/// A city or an airport, as far as the zones of areas are concerned.
#[derive(Debug, Clone)]
pub(super) struct Beacon<'a> {
    /// People who live there; none for an airport.
    pub(super) population: Option<u32>,
    /// Where.
    pub(super) point: LonLat,
    /// ISO 3166-1 alpha-2.
    pub(super) country: &'a str,
    /// IANA time zone.
    pub(super) zone: &'a str,
    /// Its area.
    pub(super) placing: &'a Placing,
}

/// The zone of an area, and how it was found.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaZone {
    /// The zone.
    pub zone: Zone,
    /// How it was found.
    pub basis: ZoneBasis,
}

/// The zones of areas given as (country, label point), in their order.
pub(super) fn zones_of(
    areas: &[(Option<CompactString>, LonLat)],
    beacons: &[Beacon<'_>],
) -> Result<Vec<AreaZone>, ImportError> {
    let mut people: BTreeMap<AreaIndex, BTreeMap<&str, u64>> = BTreeMap::new();
    let mut airports = people.clone();
    for beacon in beacons {
        let Some(area) = area_of(beacon.placing) else { continue };
        let (votes, weight) = match beacon.population {
            Some(population) => (&mut people, u64::from(population)),
            None => (&mut airports, 1),
        };
        *votes.entry(area).or_default().entry(beacon.zone).or_default() += weight;
    }
    let zone = |(area, (country, label)): (usize, &(Option<CompactString>, LonLat))| {
        let elected = |votes: &BTreeMap<AreaIndex, BTreeMap<&'_ str, u64>>| {
            votes.get(&area).and_then(winner).map(CompactString::from)
        };
        let own = |beacon: &&Beacon<'_>| Some(beacon.country) == country.as_deref();
        let (name, basis) = elected(&people)
            .map(|name| (name, ZoneBasis::CityPopulation))
            .or_else(|| elected(&airports).map(|name| (name, ZoneBasis::Airports)))
            .or_else(|| closest(beacons.iter().filter(own), *label, ZoneBasis::Nearest))
            .or_else(|| closest(beacons.iter(), *label, ZoneBasis::NearestAbroad))
            .ok_or(ImportError::NoZone)?;
        Ok(AreaZone { zone: Zone::named(&name)?, basis })
    };
    areas.iter().enumerate().map(zone).collect()
}

/// The area that a place is certain to be in.
fn area_of(placing: &Placing) -> Option<AreaIndex> {
    match placing {
        Placing::Covered(areas) | Placing::Nearest { areas, .. } => {
            areas.as_slice().first().copied()
        }
        Placing::Uncertain { .. } => None,
    }
}

/// The zone with most votes; of equals the one first in the alphabet.
fn winner<'a>(votes: &BTreeMap<&'a str, u64>) -> Option<&'a str> {
    let most = votes.values().max()?;
    votes.iter().find(|(_, weight)| *weight == most).map(|(name, _)| *name)
}

fn closest<'a>(
    beacons: impl Iterator<Item = &'a Beacon<'a>>,
    label: LonLat,
    basis: ZoneBasis,
) -> Option<(CompactString, ZoneBasis)> {
    beacons
        .min_by(|a, b| chord(a.point, label).total_cmp(&chord(b.point, label)))
        .map(|beacon| (beacon.zone.into(), basis))
}

/// The square of the straight distance through a globe of radius one: it grows with the distance
/// over ground, and that is all that is asked of it here.
fn chord(a: LonLat, b: LonLat) -> f64 {
    let vector = |point: LonLat| {
        let (lon, lat) = (point.lon().to_radians(), point.lat().to_radians());
        [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
    };
    vector(a).iter().zip(vector(b)).map(|(one, other)| (one - other).powi(2)).sum()
}
