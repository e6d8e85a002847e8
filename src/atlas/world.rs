//! The world in one version.

use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;

use super::answer::{PlaceFault, strictest};
use super::area::AreaEntry;
use super::fences::FenceLayer;
use super::geometry::Mosaic;
use super::names::Names;
use super::places::{Airport, AreaIndex, Candidates, City, Places, Placing};
use super::placing;
use crate::model::{
    AreaId, Fence, LonLat, PlaceDoubt, PlaceName, Resolution, ResolvedPlace, TerrainArea, Zone,
};

/// What an atlas is made of. Everything behind an `Arc` is shared with the version before where it
/// did not change.
#[derive(Debug, Clone)]
pub struct AtlasParts {
    /// Version of the world.
    pub version: i64,
    /// When it became so.
    pub changed_at: Timestamp,
    /// Areas, in order of id.
    pub areas: Vec<Arc<AreaEntry>>,
    /// Their shapes: a handle is the position of its area.
    pub shapes: Arc<Mosaic>,
    /// Current ISO 3166-2 codes with the areas they mean.
    pub aliases: Arc<BTreeMap<CompactString, Vec<AreaIndex>>>,
    /// Airports and cities.
    pub places: Arc<Places>,
    /// Fences.
    pub fences: Arc<FenceLayer>,
}

/// The parts do not fit together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AtlasFault {
    /// Areas are not in rising order of id.
    #[error("area {0} is not in its place")]
    Order(AreaId),
    /// Something refers to an area that there is not.
    #[error("something refers to an area that there is not")]
    Stranger,
}

/// The loaded world: immutable, in one version. A request takes one and uses it to the end.
#[derive(Debug, Clone)]
pub struct Atlas {
    pub(super) parts: AtlasParts,
    /// Of the areas.
    names: Names,
}

impl Atlas {
    /// Puts the parts together, if they fit.
    pub fn assemble(parts: AtlasParts) -> Result<Self, AtlasFault> {
        for (before, after) in parts.areas.iter().zip(parts.areas.iter().skip(1)) {
            if before.id() >= after.id() {
                return Err(AtlasFault::Order(after.id().clone()));
            }
        }
        let areas = parts.areas.len();
        let known = |index: &AreaIndex| *index < areas;
        if !parts.aliases.values().flatten().all(known) || !parts.places.refers_within(areas) {
            return Err(AtlasFault::Stranger);
        }
        let names = Names::of(parts.areas.iter().map(|area| area.id().as_str()));
        Ok(Self { parts, names })
    }

    /// The parts, to make the next version from.
    pub const fn parts(&self) -> &AtlasParts {
        &self.parts
    }

    /// Version of the world.
    pub const fn version(&self) -> i64 {
        self.parts.version
    }

    /// When this version came to be.
    pub const fn changed_at(&self) -> Timestamp {
        self.parts.changed_at
    }

    /// Every area, in order of id.
    pub fn areas(&self) -> &[Arc<AreaEntry>] {
        &self.parts.areas
    }

    /// Airports and cities.
    pub fn places(&self) -> &Places {
        &self.parts.places
    }

    /// The area of an id.
    pub fn area(&self, area_id: &AreaId) -> Option<&AreaEntry> {
        self.entry(self.position(area_id)?)
    }

    /// Position of an area in [`Atlas::areas`].
    pub fn position(&self, area_id: &AreaId) -> Option<AreaIndex> {
        self.place(area_id.as_str())
    }

    fn place(&self, name: &str) -> Option<AreaIndex> {
        self.names.find(name, |place| Some(self.entry(place)?.id().as_str()))
    }

    /// The areas that a current ISO 3166-2 code means, in order of id.
    pub fn alias(&self, code: &str) -> Vec<&AreaEntry> {
        let areas = self.parts.aliases.get(code).map(Vec::as_slice).unwrap_or_default();
        areas.iter().filter_map(|&area| self.entry(area)).collect()
    }

    /// The area of an id or of a current ISO 3166-2 code that means one area.
    pub fn area_named(&self, name: &str) -> Result<&AreaEntry, PlaceFault> {
        if let Some(area) = self.place(name).and_then(|area| self.entry(area)) {
            return Ok(area);
        }
        match self.alias(name).as_slice() {
            [] => Err(PlaceFault::Unknown),
            [one] => Ok(one),
            several => {
                Err(PlaceFault::Ambiguous(several.iter().map(|area| area.id().clone()).collect()))
            }
        }
    }

    /// Fences that touch an area, whether they stand at present or not.
    pub fn fences_in(&self, area_id: &AreaId) -> impl Iterator<Item = &Arc<Fence>> {
        self.parts.fences.in_area(area_id)
    }

    /// Fences that cover a point, boundaries included, in order of id.
    pub fn fences_at(&self, point: LonLat) -> Vec<&Arc<Fence>> {
        self.parts.fences.at(point)
    }

    /// The area as a decision keeps it.
    #[expect(clippy::unused_self, reason = "an area is asked of the world it belongs to")]
    pub fn terrain_area(&self, area: &AreaEntry) -> TerrainArea {
        area.terrain()
    }

    /// What a traveller calls a place, as one point, one zone and one area (fine-print.md,
    /// "Places").
    pub fn resolve(&self, name: &PlaceName) -> Result<ResolvedPlace, PlaceFault> {
        match name {
            PlaceName::Airport(code) => {
                let airport = self.parts.places.airport(code).ok_or(PlaceFault::Unknown)?;
                Ok(self.airport(airport))
            }
            PlaceName::City(id) => {
                let city = self.parts.places.city(*id).ok_or(PlaceFault::Unknown)?;
                Ok(self.city(city))
            }
            PlaceName::Point(point) => {
                let placing = placing::placed(self, *point);
                Ok(self.settled(*point, None, &placing))
            }
            PlaceName::Area(name) => {
                let area = self.area_named(name.as_str())?;
                Ok(ResolvedPlace {
                    point: area.ground.label,
                    zone: area.ground.zone.clone(),
                    area_id: Some(area.id().clone()),
                    resolved: Resolution::Named,
                    airport: None,
                })
            }
        }
    }

    fn airport(&self, airport: &Airport) -> ResolvedPlace {
        ResolvedPlace {
            airport: Some(airport.code().clone()),
            ..self.settled(airport.point, airport.zone.as_ref(), &airport.placing)
        }
    }

    fn city(&self, city: &City) -> ResolvedPlace {
        self.settled(city.point, city.zone.as_ref(), &city.placing)
    }

    /// A placed point with the area that decides. An area of no country is no certainty.
    fn settled(&self, point: LonLat, own: Option<&Zone>, placing: &Placing) -> ResolvedPlace {
        let (area, resolved) = match placing {
            Placing::Covered(areas) => (self.strictest(areas), Resolution::Covered),
            Placing::Nearest { areas, km, covered_by } => {
                let covered_by = covered_by.as_ref().and_then(|areas| self.strictest(areas));
                let covered_by = covered_by.map(|area| area.id().clone());
                (self.strictest(areas), Resolution::Nearest { km: *km, covered_by })
            }
            Placing::Uncertain { doubt, guess } => {
                (guess.and_then(|area| self.entry(area)), Resolution::Uncertain { doubt: *doubt })
            }
        };
        let stateless = area.is_some_and(|area| area.country().is_none());
        let certain = !matches!(resolved, Resolution::Uncertain { .. });
        let resolved = if stateless && certain {
            Resolution::Uncertain { doubt: PlaceDoubt::NoCountry }
        } else {
            resolved
        };
        let zone = own.or_else(|| area.map(|area| &area.ground.zone)).cloned();
        ResolvedPlace {
            point,
            zone: zone.unwrap_or_else(Zone::utc),
            area_id: area.map(|area| area.id().clone()),
            resolved,
            airport: None,
        }
    }

    fn strictest(&self, areas: &Candidates) -> Option<&AreaEntry> {
        strictest(areas.as_slice().iter().filter_map(|&area| self.entry(area)))
    }

    pub(super) fn entry(&self, area: AreaIndex) -> Option<&AreaEntry> {
        self.parts.areas.get(area).map(Arc::as_ref)
    }
}
