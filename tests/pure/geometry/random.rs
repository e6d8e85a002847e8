//! Shapes, points and routes by chance, from a seed, on a grid of 1/64 degree where coincidences
//! are the rule: shared borders, corners on edges, edges over each other.

use std::f64::consts::TAU;

use fastrand::Rng;
use safeconduct::atlas::geometry::{Part, Ring, Shape};
use safeconduct::model::LonLat;

/// Where things happen and how coarse the grid is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ground {
    pub(crate) west: f64,
    pub(crate) south: f64,
    pub(crate) width: i32,
    pub(crate) step: f64,
}

/// From crowded to wide, in the middle of the map, on its edges and at a pole.
pub(crate) const GROUNDS: [Ground; 6] = [
    Ground { west: -3.0, south: -2.0, width: 12, step: 0.5 },
    Ground { west: 10.0, south: 45.0, width: 40, step: 1.0 / 64.0 },
    Ground { west: -180.0, south: -20.0, width: 10, step: 0.25 },
    Ground { west: 170.0, south: 60.0, width: 20, step: 0.5 },
    Ground { west: -180.0, south: -90.0, width: 36, step: 10.0 },
    Ground { west: -60.0, south: 70.0, width: 40, step: 0.5 },
];

impl Ground {
    pub(crate) fn point(self, rng: &mut Rng) -> LonLat {
        let mut place = || f64::from(rng.i32(0..=2 * self.width)) * self.step / 2.0;
        let (lon, lat) = (self.west + place(), self.south + place());
        LonLat::new(lon.min(180.0), lat.min(90.0)).unwrap()
    }

    fn corner(self, x: i32, y: i32) -> LonLat {
        let lon = (self.west + f64::from(x) * self.step).min(180.0);
        let lat = (self.south + f64::from(y) * self.step).min(90.0);
        LonLat::new(lon, lat).unwrap()
    }

    fn rectangle(self, (x, y): (i32, i32), (wide, high): (i32, i32)) -> Option<Ring> {
        let corners = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y)];
        Ring::new(corners.iter().map(|&(x, y)| self.corner(x, y)).collect()).ok()
    }

    fn rectangle_with_hole(self, rng: &mut Rng) -> Option<Part> {
        let low = (rng.i32(0..self.width), rng.i32(0..self.width));
        let size = (rng.i32(3..=self.width.max(4)), rng.i32(3..=self.width.max(4)));
        let hole = self.rectangle((low.0 + 1, low.1 + 1), (size.0 - 2, size.1 - 2));
        let holes = if rng.bool() { vec![hole?] } else { Vec::new() };
        Some(Part { outer: self.rectangle(low, size)?, holes })
    }

    fn triangle(self, rng: &mut Rng) -> Option<Part> {
        let mut corner = || self.corner(rng.i32(0..=self.width), rng.i32(0..=self.width));
        let (a, b, c) = (corner(), corner(), corner());
        Some(Part { outer: Ring::new(vec![a, b, c, a]).ok()?, holes: Vec::new() })
    }

    /// Around a middle, so that it rarely crosses itself.
    fn star(self, rng: &mut Rng) -> Option<Part> {
        let spikes = rng.i32(3..40);
        let middle = (rng.i32(0..=self.width), rng.i32(0..=self.width));
        let mut corners: Vec<LonLat> = (0..spikes)
            .map(|spike| {
                let angle = f64::from(spike) / f64::from(spikes) * TAU;
                let reach = f64::from(rng.i32(1..=self.width));
                let x = f64::from(middle.0) + (angle.cos() * reach).round();
                let y = f64::from(middle.1) + (angle.sin() * reach).round();
                let lon = (self.west + x * self.step).clamp(-180.0, 180.0);
                let lat = (self.south + y * self.step).clamp(-90.0, 90.0);
                LonLat::new(lon, lat).unwrap()
            })
            .collect();
        corners.dedup();
        corners.push(corners[0]);
        Some(Part { outer: Ring::new(corners).ok()?, holes: Vec::new() })
    }

    fn part(self, rng: &mut Rng) -> Option<Part> {
        match rng.u8(0..3) {
            0 => self.rectangle_with_hole(rng),
            1 => self.triangle(rng),
            _ => self.star(rng),
        }
    }

    /// A shape with a clear inside, of one to three parts that may lie over each other.
    pub(crate) fn shape(self, rng: &mut Rng) -> Shape {
        loop {
            let parts = (0..rng.usize(1..=3)).filter_map(|_| self.part(rng)).collect();
            if let Ok(shape) = Shape::new(parts)
                && shape.check().is_ok()
            {
                return shape;
            }
        }
    }

    pub(crate) fn shapes(self, rng: &mut Rng, count: usize) -> Vec<Shape> {
        (0..count).map(|_| self.shape(rng)).collect()
    }
}
