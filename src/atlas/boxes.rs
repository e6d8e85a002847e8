//! Small worlds of boxes, for tests of rules and routes that need a map but not the earth's.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::area::{AreaEntry, AreaGround, AreaNames, AreaState, ZoneBasis};
use super::fences::FenceLayer;
use super::geometry::{Mosaic, Part, Ring, Shape, ShapeError};
use super::places::Places;
use super::world::AtlasParts;
use crate::model::{AreaId, AreaPolicy, AreaStatus, LonLat, SecurityLevel, StatusKind, Zone};

/// An area between two meridians and two parallels.
#[derive(Debug, Clone)]
pub struct AreaBox {
    /// Id.
    pub area_id: AreaId,
    /// ISO 3166-1 alpha-2; none for an area of no country.
    pub country: Option<&'static str>,
    /// Degrees: west, south, east, north.
    pub edges: [f64; 4],
    /// Security level.
    pub level: SecurityLevel,
    /// Open, suspended or closed.
    pub status: StatusKind,
    /// Zone of its days.
    pub zone: Zone,
    /// The policy.
    pub policy: AreaPolicy,
}

impl AreaBox {
    /// An area at a level under the standard policy, in UTC.
    pub fn new(
        area_id: &str,
        country: Option<&'static str>,
        edges: [f64; 4],
        level: SecurityLevel,
    ) -> Self {
        let policy = AreaPolicy::standard(1, Timestamp::UNIX_EPOCH);
        let (area_id, status, zone) = (AreaId::from(area_id), StatusKind::Open, Zone::utc());
        Self { area_id, country, edges, level, status, zone, policy }
    }

    /// The box as a shape.
    pub fn shape(&self) -> Result<Shape, ShapeError> {
        rectangle(self.edges)
    }

    fn entry(&self, version: i64) -> Result<AreaEntry, ShapeError> {
        let [west, south, east, north] = self.edges;
        let ground = AreaGround {
            area_id: self.area_id.clone(),
            name: self.area_id.0.clone(),
            names: AreaNames::default(),
            country: self.country.map(Into::into),
            iso_3166_2: None,
            kind: None,
            label: position(f64::midpoint(west, east), f64::midpoint(south, north))?,
            vertex: position(west, south)?,
            area_km2: 0.0,
            zone: self.zone.clone(),
            zone_basis: ZoneBasis::Set,
        };
        let state = AreaState {
            security_level: self.level,
            risk_band: None,
            status: AreaStatus { kind: self.status, ..AreaStatus::open() },
            unconfirmed_since: None,
            advisory_version: 0,
            advisory_id: None,
            revision: version,
        };
        Ok(AreaEntry::new(Arc::new(ground), state, Arc::new(self.policy.clone())))
    }
}

impl AtlasParts {
    /// A world of boxes in a version, without places and fences.
    pub fn of_boxes(version: i64, boxes: &[AreaBox]) -> Result<Self, ShapeError> {
        let mut boxes: Vec<_> = boxes.iter().collect();
        boxes.sort_by(|one, other| one.area_id.cmp(&other.area_id));
        let shapes = boxes.iter().map(|area| area.shape()).collect::<Result<Vec<_>, _>>()?;
        let areas = boxes
            .iter()
            .map(|area| area.entry(version).map(Arc::new))
            .collect::<Result<Vec<_>, _>>()?;
        // Few rectangles always fit into an index.
        let mosaic = Mosaic::build((0..).zip(&shapes)).map_err(|_full| ShapeError::Empty)?;
        Ok(Self {
            version,
            changed_at: Timestamp::UNIX_EPOCH,
            areas,
            shapes: Arc::new(mosaic),
            aliases: Arc::new(BTreeMap::new()),
            places: Arc::new(Places::default()),
            fences: Arc::new(FenceLayer::default()),
        })
    }
}

/// The shape between two meridians and two parallels: west, south, east, north.
pub fn rectangle([west, south, east, north]: [f64; 4]) -> Result<Shape, ShapeError> {
    let corners = [(west, south), (east, south), (east, north), (west, north), (west, south)];
    let points =
        corners.into_iter().map(|(lon, lat)| position(lon, lat)).collect::<Result<_, _>>()?;
    Shape::new(vec![Part { outer: Ring::new(points)?, holes: Vec::new() }])
}

fn position(lon: f64, lat: f64) -> Result<LonLat, ShapeError> {
    LonLat::new(lon, lat).map_err(|_off| ShapeError::Position { lon, lat })
}
