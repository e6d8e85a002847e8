//! A shape in the form in which a phone asks it: coarse cells that are wholly inside, cells near the
//! border, and for each row of cells the strip of edges that decides the latter exactly.
//!
//! A point in a cell near the border is inside a part if a ray from it to the east crosses an odd
//! number of the part's edges of its row; it is inside too if it lies on one of them. What lies in
//! neither kind of cell is outside. Cells are marked with a margin: that a phone rounds the number
//! of a cell otherwise than we do moves nobody over a border.

use std::collections::BTreeSet;

use serde::Serialize;
use utoipa::ToSchema;

use crate::atlas::Shape;
use crate::model::LonLat;

/// Rows, and columns, of a shape's cells.
const CELLS: u16 = 64;
/// By how much of a cell its neighbours count as near.
const MARGIN: f64 = 0.01;

/// A shape to be asked without a network.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(in crate::world) struct PackShape {
    /// Western edge of the first column, in degrees.
    west: f64,
    /// Southern edge of the first row.
    south: f64,
    /// Degrees of longitude of a cell.
    cell_width: f64,
    /// Degrees of latitude of a cell.
    cell_height: f64,
    /// Rows, from the south.
    rows: Vec<PackRow>,
    /// Exact borders; the last position of a ring is its first.
    rings: Vec<PackRing>,
}

/// A row of cells; runs are `[first, last]` columns, from 0 in the west.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub(in crate::world) struct PackRow {
    /// Cells wholly inside.
    inside: Vec<[u16; 2]>,
    /// Cells in which the edges decide.
    border: Vec<[u16; 2]>,
    /// The edges of the row: `[ring, first, last]` says that the positions from `first` to `last`
    /// of a ring are joined.
    edges: Vec<[usize; 3]>,
}

/// A ring of a part: of a part's rings, those after the first are holes.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(in crate::world) struct PackRing {
    /// The part it belongs to.
    part: usize,
    /// `[longitude, latitude]`.
    points: Vec<[f64; 2]>,
}

/// West, south, east, north.
type Bounds = [f64; 4];

impl PackShape {
    /// The cells and strips of a shape.
    pub(super) fn of(shape: &Shape) -> Self {
        let rings: Vec<PackRing> = shape
            .parts()
            .iter()
            .enumerate()
            .flat_map(|(part, of)| {
                of.rings().map(move |ring| PackRing {
                    part,
                    points: ring.points().iter().copied().map(position).collect(),
                })
            })
            .collect();
        let [west, south, east, north] = bounds(&rings);
        let cell_width = (east - west) / f64::from(CELLS);
        let cell_height = (north - south) / f64::from(CELLS);
        let mut made = Self { west, south, cell_width, cell_height, rows: Vec::new(), rings };
        made.rows = (0..CELLS).map(|row| made.row(row)).collect();
        made
    }

    fn row(&self, row: u16) -> PackRow {
        let margin = self.cell_height * MARGIN;
        let low = self.south + f64::from(row) * self.cell_height - margin;
        let high = self.south + f64::from(row + 1) * self.cell_height + margin;
        let mut edges: Vec<[usize; 3]> = Vec::new();
        let mut near = BTreeSet::new();
        for (number, ring) in self.rings.iter().enumerate() {
            for (at, (one, other)) in ends(&ring.points).enumerate() {
                let Some([west, east]) = within(one, other, [low, high]) else { continue };
                near.extend(self.columns(west, east));
                match edges.last_mut() {
                    Some([same, _first, last]) if *same == number && *last == at => *last = at + 1,
                    _ => edges.push([number, at, at + 1]),
                }
            }
        }
        let mut made = PackRow { inside: Vec::new(), border: Vec::new(), edges };
        for column in 0..CELLS {
            if near.contains(&column) {
                lengthen(&mut made.border, column);
            } else if self.covers(&made, self.centre(row, column)) {
                lengthen(&mut made.inside, column);
            }
        }
        made
    }

    /// Columns that a stretch of longitude touches, or nearly does.
    fn columns(&self, west: f64, east: f64) -> impl Iterator<Item = u16> + use<> {
        let column = |lon: f64| (lon - self.west) / self.cell_width;
        let (first, last) = (column(west) - MARGIN, column(east) + MARGIN);
        (0..CELLS).filter(move |at| {
            let at = f64::from(*at);
            at + 1.0 >= first && at <= last
        })
    }

    fn centre(&self, row: u16, column: u16) -> [f64; 2] {
        let middle = |at: u16| f64::from(at) + 0.5;
        [self.west + middle(column) * self.cell_width, self.south + middle(row) * self.cell_height]
    }

    /// Whether a point of a row, on no edge, is inside.
    fn covers(&self, row: &PackRow, point: [f64; 2]) -> bool {
        let mut odd = BTreeSet::new();
        for [number, first, last] in &row.edges {
            let Some(ring) = self.rings.get(*number) else { continue };
            let points = ring.points.get(*first..=*last).unwrap_or_default();
            let crossed = ends(points).filter(|(one, other)| crosses(*one, *other, point)).count();
            if crossed % 2 == 1 && !odd.remove(&ring.part) {
                odd.insert(ring.part);
            }
        }
        !odd.is_empty()
    }
}

fn position(point: LonLat) -> [f64; 2] {
    [point.lon(), point.lat()]
}

fn ends(points: &[[f64; 2]]) -> impl Iterator<Item = ([f64; 2], [f64; 2])> + '_ {
    points.iter().copied().zip(points.iter().skip(1).copied())
}

fn bounds(rings: &[PackRing]) -> Bounds {
    let mut found = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
    for [lon, lat] in rings.iter().flat_map(|ring| ring.points.iter().copied()) {
        let [west, south, east, north] = found;
        found = [west.min(lon), south.min(lat), east.max(lon), north.max(lat)];
    }
    found
}

/// The longitudes of an edge between two latitudes; none where it does not reach there.
fn within(one: [f64; 2], other: [f64; 2], [low, high]: [f64; 2]) -> Option<[f64; 2]> {
    let ([x, y], [u, v]) = if one[1] <= other[1] { (one, other) } else { (other, one) };
    if v < low || y > high {
        return None;
    }
    let (west, east) = (x.min(u), x.max(u));
    if y >= low && v <= high {
        return Some([west, east]);
    }
    let at = |lat: f64| (x + (u - x) * ((lat - y) / (v - y))).clamp(west, east);
    let (from, to) = (at(low.max(y)), at(high.min(v)));
    Some([from.min(to), from.max(to)])
}

/// Whether a ray from a point to the east crosses an edge.
fn crosses([x, y]: [f64; 2], [u, v]: [f64; 2], [lon, lat]: [f64; 2]) -> bool {
    (y > lat) != (v > lat) && lon < x + (u - x) * ((lat - y) / (v - y))
}

fn lengthen(runs: &mut Vec<[u16; 2]>, column: u16) {
    match runs.last_mut() {
        Some([_first, last]) if *last + 1 == column => *last = column,
        _ => runs.push([column, column]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atlas::rectangle;

    #[test]
    fn a_rectangle_has_its_border_around_and_its_cells_inside() {
        let shape = PackShape::of(&rectangle([0.0, 0.0, 64.0, 32.0]).unwrap());
        assert_eq!((shape.cell_width, shape.cell_height), (1.0, 0.5));
        assert_eq!(shape.rows.len(), 64);
        assert_eq!(shape.rows[0].border, [[0, 63]]);
        assert!(shape.rows[0].inside.is_empty());
        let middle = &shape.rows[30];
        assert_eq!(middle.border, [[0, 0], [63, 63]]);
        assert_eq!(middle.inside, [[1, 62]]);
        assert_eq!(middle.edges.len(), 2, "its western and its eastern edge");
    }

    #[test]
    fn a_slanting_edge_is_near_only_where_it_passes() {
        let edge = ([0.0, 0.0], [10.0, 10.0]);
        assert_eq!(within(edge.0, edge.1, [2.0, 4.0]), Some([2.0, 4.0]));
        assert_eq!(within(edge.1, edge.0, [9.0, 12.0]), Some([9.0, 10.0]));
        assert_eq!(within(edge.0, edge.1, [11.0, 12.0]), None);
        assert!(crosses([5.0, 0.0], [5.0, 10.0], [4.0, 3.0]));
        assert!(!crosses([5.0, 0.0], [5.0, 10.0], [6.0, 3.0]));
    }
}
