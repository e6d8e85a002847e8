//! Rings on the map, cut to a tile.

use super::mercator::{EXTENT, OnMap, Tile};
use crate::atlas::{Part, Shape};
use crate::model::LonLat;

/// Drawn beyond the tile's edge, so that no seam shows.
const MARGIN: i64 = 64;
/// Coarse levels drop so many binary digits.
const COARSE: [(u8, u32); 2] = [(2, 2), (4, 1)];

/// A closed ring on the map; the last position is not repeated.
#[derive(Debug, Clone)]
struct Ring {
    positions: Box<[OnMap]>,
    low: OnMap,
    high: OnMap,
}

/// A shape on the map: for each part its outer ring, then its holes.
#[derive(Debug, Clone)]
pub(super) struct OnTheMap(Box<[Box<[Ring]>]>);

/// A ring in units of a tile; the last position is not repeated.
pub(super) type Local = Vec<[i64; 2]>;

impl Ring {
    fn of(points: &[LonLat]) -> Self {
        let closing = points.len().saturating_sub(1);
        let positions: Box<[OnMap]> =
            points.iter().take(closing).map(|&point| OnMap::of(point)).collect();
        let least = OnMap { x: u32::MAX, y: u32::MAX };
        let low = positions
            .iter()
            .fold(least, |low, at| OnMap { x: low.x.min(at.x), y: low.y.min(at.y) });
        let high = positions.iter().fold(OnMap { x: 0, y: 0 }, |high, at| OnMap {
            x: high.x.max(at.x),
            y: high.y.max(at.y),
        });
        Self { positions, low, high }
    }

    /// The ring as far as a tile shows it; empty where it does not.
    fn cut(&self, tile: Tile) -> Local {
        let coarse = coarse(tile);
        let (low, high) = (tile.local(self.low, coarse), tile.local(self.high, coarse));
        let range = -MARGIN..=EXTENT + MARGIN;
        if low.iter().any(|at| at > range.end()) || high.iter().any(|at| at < range.start()) {
            return Vec::new();
        }
        let mut local: Local = Vec::new();
        for &at in &self.positions {
            let at = tile.local(at, coarse);
            if local.last() != Some(&at) {
                local.push(at);
            }
        }
        if local.len() > 1 && local.first() == local.last() {
            local.pop();
        }
        let is_inside = low.iter().chain(&high).all(|at| range.contains(at));
        if is_inside { local } else { clipped(local) }
    }
}

/// How many binary digits a level drops.
fn coarse(tile: Tile) -> u32 {
    let coarse = COARSE.into_iter().find(|(level, _)| tile.level() <= *level);
    coarse.map_or(0, |(_, digits)| digits)
}

impl OnTheMap {
    /// A shape on the map.
    pub(super) fn of(shape: &Shape) -> Self {
        let part = |part: &Part| part.rings().map(|ring| Ring::of(ring.points())).collect();
        Self(shape.parts().iter().map(part).collect())
    }

    /// The rings that a tile shows, outer rings running as the map's format wants them, each
    /// followed by its holes. What is too small to be seen is left out.
    pub(super) fn cut(&self, tile: Tile) -> Vec<Local> {
        let mut shown = Vec::new();
        for part in &self.0 {
            let mut rings = part.iter().map(|ring| ring.cut(tile));
            let Some(outer) = rings.next().and_then(|ring| turned(ring, true)) else { continue };
            shown.push(outer);
            shown.extend(rings.filter_map(|ring| turned(ring, false)));
        }
        shown
    }

    /// Small squares in the place of parts too small to be seen: a danger does not vanish from the
    /// map.
    pub(super) fn marks(&self, tile: Tile) -> Vec<Local> {
        let outer = self.0.iter().filter_map(|part| part.first());
        let marks = outer.map(|ring| tile.local(ring.low, 0));
        let shown = marks.filter(|at| at.iter().all(|at| (0..EXTENT).contains(at)));
        shown.map(|[x, y]| vec![[x, y], [x + 2, y], [x + 2, y + 2], [x, y + 2]]).collect()
    }
}

/// A ring running clockwise to the eye where it is an outer one; none where it encloses nothing.
fn turned(mut ring: Local, is_outer: bool) -> Option<Local> {
    let next = ring.iter().cycle().skip(1);
    let area: i64 = ring.iter().zip(next).map(|([ax, ay], [bx, by])| ax * by - bx * ay).sum();
    if area == 0 {
        return None;
    }
    // the row counts downwards, so what is positive runs clockwise
    if (area > 0) != is_outer {
        ring.reverse();
    }
    Some(ring)
}

/// Cuts a ring at the four sides, one after the other (Sutherland and Hodgman).
fn clipped(ring: Local) -> Local {
    let mut left = ring;
    for (axis, side, sign) in
        [(0, -MARGIN, 1), (0, EXTENT + MARGIN, -1), (1, -MARGIN, 1), (1, EXTENT + MARGIN, -1)]
    {
        left = cut_at(&left, axis, side, sign);
    }
    left
}

fn cut_at(ring: &[[i64; 2]], axis: usize, side: i64, sign: i64) -> Local {
    let depth = |at: &[i64; 2]| at.get(axis).map_or(0, |at| (at - side) * sign);
    let mut kept: Local = Vec::with_capacity(ring.len());
    let mut keep = |at: [i64; 2]| {
        if kept.last() != Some(&at) {
            kept.push(at);
        }
    };
    for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        let (of_a, of_b) = (depth(a), depth(b));
        if of_a >= 0 {
            keep(*a);
        }
        if (of_a >= 0) != (of_b >= 0) {
            let ([ax, ay], [bx, by]) = (*a, *b);
            let between = |from: i64, to: i64| from + (to - from) * of_a / (of_a - of_b);
            let at = if axis == 0 { [side, between(ay, by)] } else { [between(ax, bx), side] };
            keep(at);
        }
    }
    if kept.len() > 1 && kept.first() == kept.last() {
        kept.pop();
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atlas::rectangle;

    fn area(ring: &Local) -> i64 {
        let next = ring.iter().cycle().skip(1);
        ring.iter().zip(next).map(|([ax, ay], [bx, by])| ax * by - bx * ay).sum::<i64>() / 2
    }

    #[test]
    fn what_covers_a_tile_covers_it_with_its_margin() {
        let shape = OnTheMap::of(&rectangle([-170.0, -80.0, 170.0, 80.0]).unwrap());
        let tile = Tile::new(4, 7, 7).unwrap();
        let rings = shape.cut(tile);
        let [ring] = rings.as_slice() else { panic!("{rings:?}") };
        assert_eq!(area(ring), (EXTENT + 2 * MARGIN).pow(2), "an outer ring, and all of the tile");
    }

    #[test]
    fn parts_of_a_shape_in_neighbouring_tiles_add_up() {
        // its corners lie on the grid of both tiles
        let shape = OnTheMap::of(&rectangle([-45.0, -45.0, 45.0, 40.0]).unwrap());
        let whole = shape.cut(Tile::new(0, 0, 0).unwrap());
        assert_eq!(whole.len(), 1);
        for (column, row) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            let rings = shape.cut(Tile::new(1, column, row).unwrap());
            let [ring] = rings.as_slice() else { panic!("{rings:?}") };
            let range = -MARGIN..=EXTENT + MARGIN;
            assert!(ring.iter().flatten().all(|at| range.contains(at)));
            assert!(area(ring) > 0);
        }
        assert!(shape.cut(Tile::new(3, 0, 0).unwrap()).is_empty());
    }

    #[test]
    fn what_is_too_small_is_left_out_or_marked() {
        let shape = OnTheMap::of(&rectangle([36.8, -1.3, 36.801, -1.299]).unwrap());
        let tile = Tile::new(2, 2, 2).unwrap();
        assert!(shape.cut(tile).is_empty());
        assert_eq!(shape.marks(tile).len(), 1);
        assert!(shape.marks(Tile::new(2, 0, 0).unwrap()).is_empty());
        assert_eq!(shape.cut(Tile::new(14, 9866, 8251).unwrap()).len(), 1);
    }
}
