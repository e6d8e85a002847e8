//! Rows 1 to 3, ours alone.

use std::f64::consts::TAU;

use fastrand::Rng;
use safeconduct::atlas::geometry::{Handle, Mosaic, Overlay, Path as Route, PathKind, Shape};
use safeconduct::model::LonLat;
use safeconduct::telemetry::Stopwatch;

use crate::samples::{self, PointClass, RouteClass, World};
use crate::timing::{Figures, Table};

const POINTS: usize = 20_000;
/// A layer of fences is built so many times; the least disturbed of them counts.
const BUILDS: usize = 5;

/// What was asked, and what of ours the peers are held against.
pub(crate) struct Ours {
    /// The areas.
    pub(crate) mosaic: Mosaic,
    /// Points of all classes, shuffled.
    pub(crate) points: Vec<LonLat>,
    /// Row 1.
    pub(crate) point: Figures,
    /// Roads of 200 vertices, refined.
    pub(crate) paths: Vec<Route>,
    /// Row 3.
    pub(crate) route: Figures,
}

/// Measures rows 1 to 3.
pub(crate) fn measure(world: &World, table: &mut Table) -> Ours {
    let mosaic = build(world, table);
    let mut asked = world.points(POINTS, 7);
    Rng::with_seed(8).shuffle(&mut asked);
    let points: Vec<LonLat> = asked.iter().map(|&(_, point)| point).collect();
    let one = Figures::of(&points, |&point| mosaic.at(point).len());
    table.at_most("1  point, areas, all classes: p50", 150.0, one.p50, "ns");
    table.at_most("1  point, areas, all classes: p99", 1500.0, one.p99, "ns");
    table.say("1  point, areas, all classes: mean", one.mean, "ns");
    for (class, _) in PointClass::SHARES {
        let of_class = asked.iter().filter(|asked| asked.0 == class).map(|asked| asked.1);
        let figures = Figures::of(&of_class.collect::<Vec<_>>(), |&point| mosaic.at(point).len());
        table.say(&format!("   {class:?}: p50"), figures.p50, "ns");
        table.say(&format!("   {class:?}: p99"), figures.p99, "ns");
    }
    for (count, times) in
        [(1_000, None), (10_000, None), (100_000, Some(4.0)), (1_000_000, Some(8.0))]
    {
        overlay(world, &mosaic, &points, (count, times), table);
    }
    let (paths, route) = routes(world, &mosaic, table);
    Ours { mosaic, points, point: one, paths, route }
}

fn build(world: &World, table: &mut Table) -> Mosaic {
    let shapes = || (0..).zip(world.areas.iter().map(|(_, shape)| shape));
    let watch = Stopwatch::start();
    let mosaic = Mosaic::build(shapes()).expect("the world");
    table.at_most("   build the world from shapes", 1000.0, millis(watch), "ms");
    let bytes = mosaic.to_bytes();
    table.say("   prepared form", bytes.len() as f64 / 1e6, "MB");
    let watch = Stopwatch::start();
    let loaded = Mosaic::from_bytes(&bytes).expect("what was written");
    table.say("   load the prepared form", millis(watch), "ms");
    loaded
}

fn overlay(
    world: &World,
    mosaic: &Mosaic,
    points: &[LonLat],
    (count, times): (usize, Option<f64>),
    table: &mut Table,
) {
    let fences = fences(world, count);
    let (overlay, took) = built(&fences);
    let least = took.iter().copied().fold(f64::INFINITY, f64::min);
    let built = format!("2  build {count} fences");
    if count == 100_000 {
        table.at_most(&built, 150.0, least, "ms");
    } else {
        table.say(&built, least, "ms");
    }
    table.say("   the first time, with memory that is new to it", took[0], "ms");
    drop(fences);
    let [areas, figures] = Figures::beside(
        points,
        |&point| mosaic.at(point).len(),
        |&point| mosaic.at(point).len() + overlay.at(point).len(),
    );
    let asked = format!("2  point, areas and {count} fences: p50");
    match times {
        Some(times) => table.at_most(&asked, times * areas.p50, figures.p50, "ns"),
        None => table.say(&asked, figures.p50, "ns"),
    }
    table.say(&format!("2  point, areas and {count} fences: p99"), figures.p99, "ns");
    let found: usize = points.iter().map(|&point| overlay.at(point).len()).sum();
    table.say("   fences found per point", found as f64 / points.len() as f64, "");
}

/// The layer, and the milliseconds that building it took each time.
fn built(fences: &[Shape]) -> (Overlay, [f64; BUILDS]) {
    let mut overlay = Overlay::default();
    let times = [(); BUILDS].map(|()| {
        let watch = Stopwatch::start();
        overlay = Overlay::build((0..).zip(fences)).expect("fences");
        millis(watch)
    });
    (overlay, times)
}

/// Eight corners around places, 0.5 to 5 km across.
pub(crate) fn fences(world: &World, count: usize) -> Vec<Shape> {
    let mut rng = Rng::with_seed(9);
    let classes = [PointClass::Border, PointClass::City, PointClass::Airport, PointClass::Uniform];
    let fence = |_| {
        let class = *rng.choice(&classes).expect("four of them");
        let at = world.point(class, &mut rng);
        let at = samples::point(at.lon().clamp(-179.0, 179.0), at.lat().clamp(-84.0, 84.0));
        let at = samples::near(at, 20.0, &mut rng);
        let (half, turn) = (0.0025 + rng.f64() * 0.02, rng.f64());
        let corner = |step: u32| {
            let angle = (f64::from(step % 8) + turn) / 8.0 * TAU;
            format!("[{},{}]", at.lon() + angle.cos() * half, at.lat() + angle.sin() * half)
        };
        let corners: Vec<String> = (0..9).map(corner).collect();
        let text = format!(r#"{{"type":"Polygon","coordinates":[[{}]]}}"#, corners.join(","));
        Shape::from_geojson(&text).expect("eight corners")
    };
    (0..count).map(fence).collect()
}

fn routes(world: &World, mosaic: &Mosaic, table: &mut Table) -> (Vec<Route>, Figures) {
    let mut rng = Rng::with_seed(10);
    let vertices: Vec<Vec<LonLat>> =
        (0..1000).map(|_| world.route(RouteClass::Road, &mut rng)).collect();
    let refine =
        |vertices: &Vec<LonLat>| Route::new(vertices, PathKind::GreatCircle).expect("a route");
    let paths: Vec<Route> = vertices.iter().map(refine).collect();
    let along = Figures::of(&paths, |path| mosaic.along(path).len());
    table.at_most("3  route of 200 vertices, areas: p50", 20_000.0, along.p50, "ns");
    table.say("3  route of 200 vertices, areas: p99", along.p99, "ns");
    let refined = Figures::of(&vertices, |vertices| refine(vertices).points().len());
    table.say("3  refining it: p50", refined.p50, "ns");
    let handles: Vec<Vec<Handle>> = paths
        .iter()
        .map(|path| mosaic.along(path).iter().map(|contact| contact.handle).collect())
        .collect();
    let met: usize = handles.iter().map(Vec::len).sum();
    table.say("   areas per route", met as f64 / handles.len() as f64, "");
    (paths, along)
}

fn millis(watch: Stopwatch) -> f64 {
    watch.seconds() * 1e3
}
