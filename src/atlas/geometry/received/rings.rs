//! Rings as they came, put right one by one.

use super::{Defect, DefectKind, Repair, RepairKind, Spot, on_map};
use crate::atlas::geometry::antimeridian;
use crate::atlas::geometry::geojson::{Position, Rings};
use crate::atlas::geometry::point::Xy;
use crate::atlas::geometry::side::side;

/// Positions repeated in a row are told so often, a ring at most.
const MOST_REPEATED: usize = 20;
/// Longitudes may run on so far beyond the edge of the map.
const FARTHEST: f64 = 540.0;

/// A ring as it was drawn, closed, on an endless map.
#[derive(Clone, Debug)]
pub(super) struct Laid {
    pub(super) line: Vec<Xy>,
    /// For each position of the line its place in what was sent.
    pub(super) came_from: Vec<usize>,
}

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) repairs: Vec<Repair>,
    pub(super) defects: Vec<Defect>,
}

impl Reading {
    /// The rings of a polygon; none where one of them is no ring.
    pub(super) fn polygon(&mut self, polygon: usize, rings: &[Vec<[f64; 2]>]) -> Option<Vec<Laid>> {
        if rings.is_empty() {
            self.defect(DefectKind::Empty, Spot { polygon, ..Spot::default() });
            return None;
        }
        let read: Vec<_> =
            (0..).zip(rings).map(|(ring, line)| self.ring((polygon, ring), line)).collect();
        let mut laid = read.into_iter().collect::<Option<Vec<_>>>()?;
        if laid.iter().any(|ring| antimeridian::leaves_map(&positions(&ring.line))) {
            self.lay_out(polygon, &mut laid)?;
        }
        for (ring, laid) in laid.iter().enumerate() {
            if laid.is_flat() {
                let at = laid.line.first().map(|&at| on_map(at));
                let spot = Spot { polygon, ring: Some(ring), position: None, at };
                self.defect(DefectKind::RingFlat, spot);
                return None;
            }
        }
        Some(laid)
    }

    /// The polygon with every ring the right way round.
    pub(super) fn turned(&mut self, polygon: usize, laid: Vec<Laid>) -> Rings {
        let turn = |(ring, mut laid): (usize, Laid)| {
            let wants_left = ring == 0;
            if (laid.area() > 0.0) != wants_left {
                laid.line.reverse();
                let at = laid.line.first().map(|&at| on_map(at));
                let spot = Spot { polygon, ring: Some(ring), position: None, at };
                self.repairs.push(Repair { kind: RepairKind::WindingTurned, spot });
            }
            positions(&laid.line)
        };
        laid.into_iter().enumerate().map(turn).collect()
    }

    fn ring(&mut self, (polygon, ring): (usize, usize), sent: &[[f64; 2]]) -> Option<Laid> {
        let spot = |position: Option<usize>| Spot {
            polygon,
            ring: Some(ring),
            position,
            at: sent.get(position.unwrap_or_default()).copied(),
        };
        let strays = sent.iter().enumerate().filter(|&(_, &[lon, lat])| {
            // not a number is nowhere
            let is_on = (-FARTHEST..=FARTHEST).contains(&lon) && (-90.0..=90.0).contains(&lat);
            !is_on
        });
        let strays: Vec<usize> = strays.map(|(position, _)| position).collect();
        for &position in strays.iter().take(MOST_REPEATED) {
            self.defect(DefectKind::OffTheMap, spot(Some(position)));
        }
        let mut laid = Laid { line: Vec::new(), came_from: Vec::new() };
        let mut repeated = 0;
        for (position, &[x, y]) in sent.iter().enumerate() {
            if laid.line.last() == Some(&Xy { x, y }) {
                repeated += 1;
                if repeated <= MOST_REPEATED {
                    let kind = RepairKind::PointRepeated;
                    self.repairs.push(Repair { kind, spot: spot(Some(position)) });
                }
                continue;
            }
            laid.line.push(Xy { x, y });
            laid.came_from.push(position);
        }
        if strays.is_empty() { self.closed(laid, spot) } else { None }
    }

    /// Closes a ring that was left open.
    fn closed(&mut self, mut laid: Laid, spot: impl Fn(Option<usize>) -> Spot) -> Option<Laid> {
        let (Some(&first), Some(&last)) = (laid.line.first(), laid.line.last()) else {
            self.defect(DefectKind::RingShort, spot(None));
            return None;
        };
        let is_open = first != last;
        if is_open && laid.line.len() > 2 {
            let position = laid.came_from.last().copied();
            self.repairs.push(Repair { kind: RepairKind::RingClosed, spot: spot(position) });
            laid.line.push(first);
            laid.came_from.push(0);
        }
        if laid.line.len() < 4 {
            self.defect(DefectKind::RingShort, spot(None));
            return None;
        }
        Some(laid)
    }

    /// Lays the rings out on an endless map, every step the short way round, the outer ring
    /// beginning on the map and the holes beside it.
    fn lay_out(&mut self, polygon: usize, laid: &mut [Laid]) -> Option<()> {
        let mut middle = None;
        for (ring, laid) in laid.iter_mut().enumerate() {
            let start = laid.line.first().map(|&at| on_map(at));
            let spot = Spot { polygon, ring: Some(ring), position: None, at: start };
            let out = antimeridian::lay_out(&positions(&laid.line)).ok();
            let Some((out, west, east)) = out.and_then(within_a_turn) else {
                self.defect(DefectKind::AroundPole, spot);
                return None;
            };
            let own = f64::midpoint(west, east);
            let (start, beside) = (out.first().map_or(0.0, |at| at.0), middle.unwrap_or(own));
            let turns = if ring == 0 { -start / 360.0 } else { (beside - own) / 360.0 }.round();
            laid.line = out.iter().map(|at| Xy { x: at.0 + 360.0 * turns, y: at.1 }).collect();
            if ring == 0 {
                middle = Some(own + 360.0 * turns);
                let crossing = laid.crossing();
                let position = crossing.and_then(|(place, _)| laid.came_from.get(place)).copied();
                let spot = Spot { position, at: crossing.map(|(_, at)| at), ..spot };
                self.repairs.push(Repair { kind: RepairKind::AntimeridianCut, spot });
            }
        }
        Some(())
    }

    fn defect(&mut self, kind: DefectKind, spot: Spot) {
        self.defects.push(Defect { kind, spot, other: None });
    }
}

impl Laid {
    /// Twice the area in square degrees, positive where the ring runs counterclockwise.
    fn area(&self) -> f64 {
        let origin = self.line.first().copied().unwrap_or_default();
        let ends = self.line.iter().zip(self.line.iter().skip(1));
        ends.map(|(a, b)| (a.x - origin.x) * (b.y - origin.y) - (b.x - origin.x) * (a.y - origin.y))
            .sum()
    }

    /// Whether all of it lies on one line.
    fn is_flat(&self) -> bool {
        let [a, b, ..] = self.line.as_slice() else { return true };
        self.line.iter().all(|&p| side(*a, *b, p).abs() <= 0.0)
    }

    /// The first edge that reaches over ±180°, by its place, and where it does.
    fn crossing(&self) -> Option<(usize, [f64; 2])> {
        let edges = self.line.iter().zip(self.line.iter().skip(1)).enumerate();
        edges.into_iter().find_map(|(place, (a, b))| {
            let over = [-180.0, 180.0].into_iter().find(|&edge| {
                let (low, high) = (a.x.min(b.x), a.x.max(b.x));
                low < edge && edge < high
            })?;
            let t = (over - a.x) / (b.x - a.x);
            Some((place, [over, a.y + (b.y - a.y) * t]))
        })
    }
}

/// A ring with its extent, unless it reaches more than once round the earth.
fn within_a_turn(out: Vec<Position>) -> Option<(Vec<Position>, f64, f64)> {
    let (west, east) = antimeridian::extent(&out);
    (east - west <= 360.0).then_some((out, west, east))
}

fn positions(line: &[Xy]) -> Vec<Position> {
    line.iter().map(|at| Position(at.x, at.y)).collect()
}
