//! Paths, against the reference.

use std::collections::BTreeSet;

use fastrand::Rng;
use safeconduct::atlas::geometry::{Contact, Mosaic, Overlay, Path, PathKind, Shape};
use safeconduct::model::LonLat;

use super::random::GROUNDS;
use super::reference;

fn straight(vertices: &[LonLat]) -> Path {
    Path::new(vertices, PathKind::Straight).unwrap()
}

/// Where the path is at each of some fractions, on its lines.
fn samples(path: &Path) -> Vec<(f64, (f64, f64))> {
    let mut found = Vec::new();
    for ends in path.lines().flat_map(|line| line.windows(2)) {
        for t in [0.137, 0.5, 0.731, 0.913] {
            let mix = |a: f64, b: f64| a + (b - a) * t;
            let place = (mix(ends[0].lon, ends[1].lon), mix(ends[0].lat, ends[1].lat));
            found.push((mix(ends[0].at, ends[1].at), place));
        }
    }
    found
}

fn spans_fit(path: &Path, shapes: &[Shape], contacts: &[Contact]) {
    for contact in contacts {
        let shape = &shapes[usize::try_from(contact.handle).unwrap()];
        let apart = contact.spans.windows(2).all(|pair| pair[0].1 < pair[1].0);
        assert!(apart && contact.spans.iter().all(|span| span.0 <= span.1), "{contact:?}");
        for (at, place) in samples(path) {
            let near = |edge: f64| (edge - at).abs() < 1e-9;
            // where the path runs along a border, a sample falls on either side
            let on_border = reference::near_edge(shape, place);
            if on_border || contact.spans.iter().any(|span| near(span.0) || near(span.1)) {
                continue;
            }
            let within = contact.spans.iter().any(|span| span.0 <= at && at <= span.1);
            // a step along ±180° runs on both edges of the map
            let covered = reference::covers(shape, place)
                || (place.0.abs() >= 180.0 && reference::covers(shape, (-place.0, place.1)));
            assert_eq!(within, covered, "{at} of {contact:?}");
        }
    }
    let begins: Vec<(f64, u32)> =
        contacts.iter().map(|contact| (contact.spans[0].0, contact.handle)).collect();
    assert!(begins.is_sorted(), "order of first contact: {begins:?}");
}

#[test]
fn both_layers_touch_what_the_linear_scan_touches() {
    let mut rng = Rng::with_seed(3);
    let mut touched = 0;
    for round in 0..60 {
        let ground = GROUNDS[round % 4];
        let shapes = ground.shapes(&mut rng, 1 + round / 2);
        let mosaic = Mosaic::build((0..).zip(&shapes)).unwrap();
        let overlay = Overlay::build((0..).zip(&shapes)).unwrap();
        for _ in 0..60 {
            let count = rng.usize(1..12);
            let vertices: Vec<LonLat> = (0..count).map(|_| ground.point(&mut rng)).collect();
            let path = straight(&vertices);
            let wanted = reference::along(&shapes, &path);
            let found = mosaic.along(&path);
            let set: BTreeSet<u32> = found.iter().map(|contact| contact.handle).collect();
            assert_eq!(set, wanted, "mosaic, round {round}, {vertices:?}");
            spans_fit(&path, &shapes, &found);
            assert_eq!(overlay.along(&path), found, "overlay, round {round}, {vertices:?}");
            touched += wanted.len();
        }
    }
    assert!(touched > 10_000, "too easy: {touched} touched");
}

#[test]
fn a_path_along_a_border_touches_both_sides() {
    let square = |west: f64| {
        let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)];
        let text: Vec<String> =
            corners.iter().map(|(x, y)| format!("[{},{y}]", west + x)).collect();
        let text = format!(r#"{{"type":"Polygon","coordinates":[[{}]]}}"#, text.join(","));
        Shape::from_geojson(&text).unwrap()
    };
    let shapes = [square(10.0), square(11.0), square(13.0)];
    let mosaic = Mosaic::build((0..).zip(&shapes)).unwrap();
    let point = |lon, lat| LonLat::new(lon, lat).unwrap();
    let found = mosaic.along(&straight(&[point(11.0, -1.0), point(11.0, 3.0)]));
    let handles: Vec<u32> = found.iter().map(|contact| contact.handle).collect();
    assert_eq!(handles, [0, 1]);
    for contact in found {
        let (from, to) = contact.spans[0];
        assert!((from - 0.25).abs() < 1e-6 && (to - 0.5).abs() < 1e-6, "{contact:?}");
    }
}
