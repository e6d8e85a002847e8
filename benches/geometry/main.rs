//! Rows 1 to 3 of the performance budget: points and routes over the shipped world, in process.
//!
//! `cargo bench --bench geometry` prints the table; `-- --json FILE` also writes it.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "a benchmark prints, and stops at the first thing that is not as it should be"
)]

#[expect(dead_code, reason = "the comparison with PostGIS draws routes of more classes")]
mod samples;
mod timing;

use std::f64::consts::TAU;
use std::path::Path;

use fastrand::Rng;
use safeconduct::atlas::geometry::{Handle, Mosaic, Overlay, Path as Route, PathKind, Shape};
use safeconduct::model::LonLat;
use safeconduct::telemetry::Stopwatch;

use samples::{PointClass, RouteClass, World};
use timing::{Figures, Table};

const POINTS: usize = 20_000;

fn main() {
    let world = World::read(Path::new(env!("CARGO_MANIFEST_DIR")));
    let mut table = Table::default();
    let mosaic = build(&world, &mut table);
    let mut asked = world.points(POINTS, 7);
    Rng::with_seed(8).shuffle(&mut asked);
    let points: Vec<LonLat> = asked.iter().map(|&(_, point)| point).collect();
    let one = Figures::of(&points, |&point| mosaic.at(point).len());
    table.row("1  point, areas, all classes: p50", Some(150.0), one.p50, "ns");
    table.row("1  point, areas, all classes: p99", Some(1500.0), one.p99, "ns");
    table.row("1  point, areas, all classes: mean", None, one.mean, "ns");
    for (class, _) in PointClass::SHARES {
        let of_class = asked.iter().filter(|asked| asked.0 == class).map(|asked| asked.1);
        let figures = Figures::of(&of_class.collect::<Vec<_>>(), |&point| mosaic.at(point).len());
        table.row(&format!("     {class:?}: p50"), None, figures.p50, "ns");
        table.row(&format!("     {class:?}: p99"), None, figures.p99, "ns");
    }
    for (count, times) in [(100_000, 4.0), (1_000_000, 8.0)] {
        overlay(&world, &mosaic, &points, (count, times * one.p50), &mut table);
    }
    routes(&world, &mosaic, &mut table);
    table.print();
    table.save();
}

fn build(world: &World, table: &mut Table) -> Mosaic {
    let shapes = || (0..).zip(world.areas.iter().map(|(_, shape)| shape));
    let watch = Stopwatch::start();
    let mosaic = Mosaic::build(shapes()).expect("the world");
    table.row("   build the world from shapes", Some(1000.0), millis(watch), "ms");
    let bytes = mosaic.to_bytes();
    table.row("   prepared form", None, bytes.len() as f64 / 1e6, "MB");
    let watch = Stopwatch::start();
    let loaded = Mosaic::from_bytes(&bytes).expect("what was written");
    table.row("   load the prepared form", None, millis(watch), "ms");
    loaded
}

fn overlay(
    world: &World,
    mosaic: &Mosaic,
    points: &[LonLat],
    (count, goal): (usize, f64),
    table: &mut Table,
) {
    let fences = fences(world, count);
    let watch = Stopwatch::start();
    let overlay = Overlay::build((0..).zip(&fences)).expect("fences");
    let goal_ms = (count == 100_000).then_some(150.0);
    table.row(&format!("2  build {count} fences"), goal_ms, millis(watch), "ms");
    drop(fences);
    let figures = Figures::of(points, |&point| mosaic.at(point).len() + overlay.at(point).len());
    table.row(&format!("2  point, areas and {count} fences: p50"), Some(goal), figures.p50, "ns");
    table.row(&format!("2  point, areas and {count} fences: p99"), None, figures.p99, "ns");
    let found: usize = points.iter().map(|&point| overlay.at(point).len()).sum();
    table.row("     fences found per point", None, found as f64 / points.len() as f64, "");
}

/// Eight corners around places, 0.5 to 5 km across.
fn fences(world: &World, count: usize) -> Vec<Shape> {
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

fn routes(world: &World, mosaic: &Mosaic, table: &mut Table) {
    let mut rng = Rng::with_seed(10);
    let vertices: Vec<Vec<LonLat>> =
        (0..1000).map(|_| world.route(RouteClass::Road, &mut rng)).collect();
    let refine =
        |vertices: &Vec<LonLat>| Route::new(vertices, PathKind::GreatCircle).expect("a route");
    let paths: Vec<Route> = vertices.iter().map(refine).collect();
    let along = Figures::of(&paths, |path| mosaic.along(path).len());
    table.row("3  route of 200 vertices, areas: p50", Some(20_000.0), along.p50, "ns");
    table.row("3  route of 200 vertices, areas: p99", None, along.p99, "ns");
    let refined = Figures::of(&vertices, |vertices| refine(vertices).points().len());
    table.row("3  refining it: p50", None, refined.p50, "ns");
    let handles: Vec<Vec<Handle>> = paths
        .iter()
        .map(|path| mosaic.along(path).iter().map(|contact| contact.handle).collect())
        .collect();
    let met: usize = handles.iter().map(Vec::len).sum();
    table.row("     areas per route", None, met as f64 / handles.len() as f64, "");
}

fn millis(watch: Stopwatch) -> f64 {
    watch.seconds() * 1e3
}
