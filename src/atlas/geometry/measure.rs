//! Distances from a point to the shapes of a mosaic.

use std::collections::BTreeMap;

use super::block::Parts;
use super::distance::{EARTH_RADIUS_KM, Eye};
use super::handles::Handle;
use super::mosaic::Mosaic;
use super::point::Xy;
use super::walk::{Border, Reach};
use crate::model::LonLat;

/// The first circle in which the nearest shape is looked for.
const FIRST_KM: f64 = 2.0;

pub(super) fn nearest(
    mosaic: &Mosaic,
    point: LonLat,
    max_km: f64,
    filter: impl Fn(Handle) -> bool,
) -> Option<(Handle, f64)> {
    if let Some(handle) = mosaic.at(point).iter().find(|&handle| filter(handle)) {
        return Some((handle, 0.0));
    }
    let mut km = FIRST_KM.min(max_km);
    loop {
        let near = within(mosaic, point, km).into_iter().filter(|&(handle, _)| filter(handle));
        let best = near.reduce(|best, next| if next.1 < best.1 { next } else { best });
        if best.is_some() || km >= max_km {
            return best;
        }
        km = (km * 4.0).min(max_km);
    }
}

pub(super) fn within(mosaic: &Mosaic, point: LonLat, km: f64) -> Vec<(Handle, f64)> {
    let mut found = BTreeMap::new();
    let p = Xy::from(point);
    let circle = Circle::new(p.y, km);
    for turn in [0.0, -360.0, 360.0] {
        let p = Xy { x: p.x + turn, ..p };
        let Some(reach) = circle.reach(p) else { continue };
        let eye = Eye::at(p);
        mosaic.visit(&reach, &mut |border| border_within(border, eye, km, &mut found));
    }
    found.extend(mosaic.at(point).iter().map(|handle| (handle, 0.0)));
    found.into_iter().collect()
}

/// Edges that follow each other often border the same parts; what is known of these is looked up
/// once for all of them.
fn border_within(border: Border<'_>, eye: Eye, km: f64, found: &mut BTreeMap<Handle, f64>) {
    let (mut run, mut limit, mut best) = (0, km, f64::INFINITY);
    border.edges(|parts, a, b| {
        if parts != run {
            keep(border, run, best, km, found);
            (run, limit, best) = (parts, 0.0, f64::INFINITY);
            border.owners(parts, |handle| {
                limit = limit.max(found.get(&handle).copied().unwrap_or(km));
            });
        }
        best = best.min(eye.to_edge(a, b, limit.min(best)));
    });
    keep(border, run, best, km, found);
}

fn keep(border: Border<'_>, parts: Parts, best: f64, km: f64, found: &mut BTreeMap<Handle, f64>) {
    if best <= km {
        border.owners(parts, |handle| {
            let held = found.entry(handle).or_insert(best);
            *held = held.min(best);
        });
    }
}

/// A circle around a point: degrees from its middle to the north, and to the side where it is widest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Circle {
    up: f64,
    across: f64,
}

impl Circle {
    /// Around a point of a latitude.
    pub(super) fn new(lat: f64, km: f64) -> Self {
        let angle = km / EARTH_RADIUS_KM;
        let up = angle.to_degrees() * (1.0 + 1e-9) + 1e-9;
        let ratio = angle.sin() / lat.to_radians().cos();
        let across = if lat.abs() + up >= 90.0 || ratio >= 1.0 {
            180.0
        } else {
            ratio.asin().to_degrees() * (1.0 + 1e-9) + 1e-9
        };
        Self { up, across }
    }

    /// The part of the map in which it lies; its middle may be a turn off it.
    pub(super) fn reach(self, p: Xy) -> Option<Reach> {
        let (west, east) = (p.x - self.across, p.x + self.across);
        if east < -180.0 || west > 180.0 {
            return None;
        }
        let from = Xy { x: west.max(-180.0), y: (p.y - self.up).max(-90.0) };
        let to = Xy { x: east.min(180.0), y: (p.y + self.up).min(90.0) };
        Some(Reach::new(from, to, false))
    }
}
