//! Where an alert is. The standard has latitude first; services that write it the other way round
//! are noticed by impossible latitudes, or by where the alert would lie.

use super::cap::{CapArea, CapCircle, Info, Remark, RemarkCode};
use crate::access::Land;
use crate::atlas::{Atlas, Defect, DefectKind, PlaceFault, RepairKind, Shape, receive};
use crate::model::{AreaId, LonLat};

/// Most positions of one place.
const MOST_POSITIONS: usize = 10_000;

/// Which number of a pair is the latitude.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axes {
    /// The first, as the standard says.
    AsGiven,
    /// The second.
    Swapped,
}

impl Axes {
    const fn lon_lat(self, [first, second]: [f64; 2]) -> [f64; 2] {
        match self {
            Self::AsGiven => [second, first],
            Self::Swapped => [first, second],
        }
    }

    fn fit(self, areas: &[&CapArea]) -> bool {
        let corners = areas.iter().flat_map(|area| area.polygons.iter().flatten());
        let centres = areas.iter().flat_map(|area| &area.circles).map(|circle| &circle.centre);
        corners.chain(centres).all(|pair| {
            let [lon, lat] = self.lon_lat(*pair);
            lon.abs() <= 360.0 && lat.abs() <= 90.0
        })
    }
}

/// Where one info block is.
#[derive(Debug, Clone, Default)]
pub(super) struct Placed {
    /// What can be drawn; none where only words, codes or points say where.
    pub(super) shape: Option<Shape>,
    /// Areas it touches, by shape, point or code.
    pub(super) areas: Vec<AreaId>,
    /// A ring was closed.
    pub(super) closed: bool,
    /// There is a point without a radius.
    pub(super) points: bool,
}

/// Which axes an alert uses, as far as numbers and land tell: it should touch the land.
pub(super) fn axes(infos: &[&Info], atlas: &Atlas, land: &Land) -> (Axes, Vec<Remark>) {
    let areas: Vec<&CapArea> = infos.iter().flat_map(|info| &info.areas).collect();
    if !Axes::AsGiven.fit(&areas) && Axes::Swapped.fit(&areas) {
        return (Axes::Swapped, vec![swapped("a first number is no latitude")]);
    }
    let is_drawn = areas.iter().any(|area| !area.polygons.is_empty() || !area.circles.is_empty());
    // what cannot be drawn is told of when it is
    let touches = |axes| Some(touches(&place(&areas, axes, atlas).ok()?, atlas, land));
    if land.is_empty() || !is_drawn || touches(Axes::AsGiven) != Some(false) {
        return (Axes::AsGiven, Vec::new());
    }
    if Axes::Swapped.fit(&areas) && touches(Axes::Swapped) == Some(true) {
        return (Axes::Swapped, vec![swapped("only so it lies in the countries it is about")]);
    }
    let told = "the place touches none of the countries it should be about";
    (Axes::AsGiven, vec![Remark::new(RemarkCode::OutsideCountries, told)])
}

fn swapped(why: &str) -> Remark {
    Remark::new(RemarkCode::AxesSwapped, format!("longitude stands first: {why}"))
}

fn touches(placed: &Placed, atlas: &Atlas, land: &Land) -> bool {
    placed.areas.iter().any(|area| land.covers(area, country(atlas, area)))
}

/// An area's country.
pub(super) fn country<'a>(atlas: &'a Atlas, area: &AreaId) -> Option<&'a str> {
    atlas.area(area)?.country()
}

/// Draws the places of a block, or tells why they cannot be drawn.
pub(super) fn place(areas: &[&CapArea], axes: Axes, atlas: &Atlas) -> Result<Placed, Vec<Remark>> {
    let mut placed = Placed::default();
    let mut parts = Vec::new();
    let mut polygons = Vec::new();
    let mut faults = Vec::new();
    for area in areas {
        let ring =
            |ring: &Vec<[f64; 2]>| vec![ring.iter().map(|pair| axes.lon_lat(*pair)).collect()];
        polygons.extend(area.polygons.iter().map(ring));
        for circle in &area.circles {
            match round(circle, axes) {
                Ok(Round::Point(point)) => {
                    placed.points = true;
                    placed.areas.extend(atlas.at(point).areas.iter().map(|area| area.id().clone()));
                }
                Ok(Round::Shape(shape)) => parts.extend(shape.parts().iter().cloned()),
                Err(told) => faults.push(told),
            }
        }
        placed.areas.extend(coded(area, atlas));
    }
    if !polygons.is_empty() {
        match receive(&polygons, MOST_POSITIONS) {
            Ok(received) => {
                let closed = |kind| kind == RepairKind::RingClosed;
                placed.closed = received.repairs.iter().any(|repair| closed(repair.kind));
                parts.extend(received.shape.parts().iter().cloned());
            }
            Err(defects) => faults.extend(defects.iter().map(told)),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    if !parts.is_empty() {
        let shape = Shape::new(parts).map_err(|error| vec![impossible(error.to_string())])?;
        let touched = atlas.areas_touched(&shape);
        placed.areas.extend(touched.map_err(|error| vec![impossible(error.to_string())])?);
        placed.shape = Some(shape);
    }
    placed.areas.sort();
    placed.areas.dedup();
    Ok(placed)
}

/// What a circle comes to.
enum Round {
    Point(LonLat),
    Shape(Shape),
}

/// A shape around a circle, so that the danger never gets smaller; a point without a radius.
fn round(circle: &CapCircle, axes: Axes) -> Result<Round, Remark> {
    let [lon, lat] = axes.lon_lat(circle.centre);
    let middle = LonLat::new(lon, lat).map_err(|error| impossible(format!("a circle: {error}")))?;
    if circle.km <= 0.0 {
        return Ok(Round::Point(middle));
    }
    let widest = Shape::WIDEST_CIRCLE_KM;
    if circle.km > widest {
        return Err(impossible(format!("a circle of more than {widest} km is not drawn")));
    }
    let shape = Shape::around(middle, circle.km);
    shape.map(Round::Shape).map_err(|error| impossible(format!("a circle: {error}")))
}

fn impossible(detail: String) -> Remark {
    Remark::new(RemarkCode::GeometryInvalid, detail)
}

fn told(defect: &Defect) -> Remark {
    let at = defect.spot.at.map_or_else(String::new, |[lon, lat]| format!(" at {lon}, {lat}"));
    let code = match defect.kind {
        DefectKind::EdgesMeet => RemarkCode::GeometryCrossing,
        DefectKind::TooManyPositions => RemarkCode::TooLarge,
        DefectKind::Empty
        | DefectKind::OffTheMap
        | DefectKind::AxesSwapped
        | DefectKind::RingShort
        | DefectKind::RingFlat
        | DefectKind::HoleOutside
        | DefectKind::AroundPole => RemarkCode::GeometryInvalid,
    };
    let polygon = defect.spot.polygon + 1;
    Remark::new(code, format!("polygon {polygon}{at}: {}", defect.kind.text()))
}

/// Areas whose id or ISO 3166-2 code a service has written as a code of the place.
fn coded(area: &CapArea, atlas: &Atlas) -> Vec<AreaId> {
    let named = area.geocodes.iter().map(|(_, value)| atlas.area_named(value.trim()));
    let areas = named.flat_map(|found| match found {
        Ok(entry) => vec![entry.id().clone()],
        Err(PlaceFault::Ambiguous(areas)) => areas,
        Err(PlaceFault::Unknown) => Vec::new(),
    });
    areas.collect()
}
