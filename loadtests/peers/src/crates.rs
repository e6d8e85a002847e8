//! Other ways to answer the same in a Rust process.

use country_boundaries::{BOUNDARIES_ODBL_360X180, CountryBoundaries, LatLon};
use geo::{Coord, Intersects as _, LineString, Point, Polygon};
use rstar::{AABB, RTree, RTreeObject};
use safeconduct::atlas::geometry::{Part, Ring};
use safeconduct::model::LonLat;
use tzf_rs::DefaultFinder;

use crate::rows::Ours;
use crate::samples::World;
use crate::timing::{Figures, Table};

pub(crate) fn measure(world: &World, ours: &Ours, table: &mut Table) {
    let boundaries = CountryBoundaries::from_reader(BOUNDARIES_ODBL_360X180).expect("bundled");
    compare("country-boundaries", Some(2.0), ours, table, |at| {
        boundaries.ids(LatLon::new(at.lat(), at.lon()).expect("on the map")).len()
    });

    let finder = DefaultFinder::new();
    compare("tzf-rs", Some(2.0), ours, table, |at| finder.get_tz_names(at.lon(), at.lat()).len());

    let parts = world.areas.iter().flat_map(|(_, shape)| shape.parts());
    let tree = RTree::bulk_load(parts.map(Piece::of).collect());
    compare("geo and rstar, plain", None, ours, table, |at| {
        let here = AABB::from_point([at.lon(), at.lat()]);
        let point = Point::new(at.lon(), at.lat());
        let near = tree.locate_in_envelope_intersecting(&here);
        near.filter(|piece| piece.polygon.intersects(&point)).count()
    });
}

/// Ours and a peer's, taking turns.
fn compare(
    name: &str,
    goal: Option<f64>,
    ours: &Ours,
    table: &mut Table,
    peer: impl FnMut(&LonLat) -> usize,
) {
    let here = |at: &LonLat| ours.mosaic.at(*at).len();
    let [own, peer] = Figures::beside(&ours.points, here, peer);
    table.say(&format!("1  ours beside {name}: p50"), own.p50, "ns");
    table.say(&format!("1  ours beside {name}: mean"), own.mean, "ns");
    table.say(&format!("1  {name}: p50"), peer.p50, "ns");
    table.say(&format!("1  {name}: mean"), peer.mean, "ns");
    let (half, mean) = (peer.p50 / own.p50, peer.mean / own.mean);
    match goal {
        Some(goal) => {
            table.at_least(&format!("1  {name} by ours: p50"), goal, half, "x");
            table.at_least(&format!("1  {name} by ours: mean"), goal, mean, "x");
        }
        None => table.say(&format!("1  {name} by ours: mean"), mean, "x"),
    }
}

struct Piece {
    polygon: Polygon,
    envelope: AABB<[f64; 2]>,
}

impl Piece {
    fn of(part: &Part) -> Self {
        let line = |ring: &Ring| -> LineString {
            ring.points().iter().map(|at| Coord { x: at.lon(), y: at.lat() }).collect()
        };
        let corner = |at: &LonLat| [at.lon(), at.lat()];
        let corners: Vec<[f64; 2]> = part.outer.points().iter().map(corner).collect();
        Self {
            polygon: Polygon::new(line(&part.outer), part.holes.iter().map(line).collect()),
            envelope: AABB::from_points(&corners),
        }
    }
}

impl RTreeObject for Piece {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        self.envelope
    }
}
