//! The square map of web maps: where a point lies on it, and which tile is which part of it.

use std::f64::consts::PI;

use crate::model::LonLat;

/// A tile is so many units wide and high.
pub(super) const EXTENT: i64 = 4096;
/// As a power of two.
const EXTENT_BITS: u32 = 12;
/// Finest level; one unit of it is 60 cm at the equator.
pub(super) const FINEST: u8 = 14;
/// The map ends here, north and south.
const EDGE: f64 = 85.051_128_779_806_59;

/// A place on the map: the whole of it is 2^32 wide and high, from its north-west corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OnMap {
    pub(super) x: u32,
    pub(super) y: u32,
}

/// One tile of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::world) struct Tile {
    level: u8,
    column: u32,
    row: u32,
}

impl OnMap {
    /// Where a point lies; beyond 85 degrees on the edge.
    pub(super) fn of(point: LonLat) -> Self {
        let lat = point.lat().clamp(-EDGE, EDGE).to_radians();
        let y = (1.0 - lat.tan().asinh() / PI) / 2.0;
        Self { x: share((point.lon() + 180.0) / 360.0), y: share(y) }
    }
}

/// A share of the map's width, 0 to 1, in its units.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, which is what is wanted; there is no From for it"
)]
fn share(part: f64) -> u32 {
    (part * 4_294_967_296.0) as u32
}

impl Tile {
    /// A tile, if there is one.
    pub(in crate::world) fn new(level: u8, column: u32, row: u32) -> Option<Self> {
        let across = 1_u32.checked_shl(level.into())?;
        let is_there = level <= FINEST && column < across && row < across;
        is_there.then_some(Self { level, column, row })
    }

    /// Its level, 0 for the whole map.
    pub(super) const fn level(self) -> u8 {
        self.level
    }

    /// A place in units of this tile, from its north-west corner; so many of the lowest binary
    /// digits are dropped, as a coarse map needs no fine borders.
    pub(super) fn local(self, at: OnMap, coarse: u32) -> [i64; 2] {
        let shift = u32::BITS - EXTENT_BITS - u32::from(self.level) + coarse;
        let unit = |place: u32| (i64::from(place) >> shift) << coarse;
        [unit(at.x) - i64::from(self.column) * EXTENT, unit(at.y) - i64::from(self.row) * EXTENT]
    }

    /// The south-west and north-east corners, with a margin of a tenth of its width around.
    pub(super) fn corners(self) -> [[f64; 2]; 2] {
        let across = f64::from(1_u32 << self.level);
        let (column, row) = (f64::from(self.column), f64::from(self.row));
        let lon = |column: f64| (column / across * 360.0 - 180.0).clamp(-180.0, 180.0);
        let lat = |row: f64| {
            let up = PI * (1.0 - 2.0 * row / across);
            // the last rows reach to the poles
            let lat = up.sinh().atan().to_degrees();
            if lat.abs() >= EDGE { lat.signum() * 90.0 } else { lat }
        };
        [[lon(column - 0.1), lat(row + 1.1)], [lon(column + 1.1), lat(row - 0.1)]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lon: f64, lat: f64) -> OnMap {
        OnMap::of(LonLat::new(lon, lat).unwrap())
    }

    #[test]
    fn the_middle_is_the_middle_and_the_edges_are_the_edges() {
        assert_eq!(at(0.0, 0.0), OnMap { x: 1 << 31, y: 1 << 31 });
        assert_eq!(at(-180.0, 90.0), OnMap { x: 0, y: 0 });
        assert_eq!(at(180.0, -90.0).x, u32::MAX);
        let whole = Tile::new(0, 0, 0).unwrap();
        assert_eq!(whole.local(at(0.0, 0.0), 0), [2048, 2048]);
        assert_eq!(whole.local(at(180.0, -90.0), 0), [4095, 4095]);
        // Nairobi, as every web map has it
        let tile = Tile::new(14, 9867, 8250).unwrap();
        let [x, y] = tile.local(at(36.82, -1.29), 0);
        assert!((0..EXTENT).contains(&x) && (0..EXTENT).contains(&y), "{x} {y}");
        let [[west, south], [east, north]] = tile.corners();
        assert!(west < 36.82 && 36.82 < east && south < -1.29 && -1.29 < north);
    }

    #[test]
    fn there_are_so_many_tiles_and_no_more() {
        assert!(Tile::new(0, 0, 0).is_some() && Tile::new(14, 16_383, 16_383).is_some());
        assert!(Tile::new(0, 1, 0).is_none() && Tile::new(3, 0, 8).is_none());
        assert!(Tile::new(15, 0, 0).is_none() && Tile::new(40, 0, 0).is_none());
    }
}
