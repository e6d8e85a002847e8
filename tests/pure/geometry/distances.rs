//! Distances, against points strewn densely over every edge.

use fastrand::Rng;
use safeconduct::atlas::geometry::{Mosaic, Overlay, Part, Shape, distance_km};
use safeconduct::model::LonLat;

use super::random::{GROUNDS, Ground};
use super::reference;

/// Never less than the distance, and more by at most half the gap between two strewn points.
fn strewn(shape: &Shape, point: LonLat) -> f64 {
    if !reference::at(std::slice::from_ref(shape), point).is_empty() {
        return 0.0;
    }
    let mut best = f64::INFINITY;
    let rings = shape.parts().iter().flat_map(Part::rings);
    for (a, b) in rings.flat_map(reference::edges) {
        for step in 0..=400 {
            let t = f64::from(step) / 400.0;
            let (lon, lat) = (a.0 + (b.0 - a.0) * t, a.1 + (b.1 - a.1) * t);
            best = best.min(distance_km(point, LonLat::new(lon, lat).unwrap()));
        }
    }
    best
}

#[test]
fn within_gives_every_shape_and_its_distance() {
    let mut rng = Rng::with_seed(5);
    let grounds: [Ground; 4] = [GROUNDS[0], GROUNDS[1], GROUNDS[2], GROUNDS[3]];
    let mut found_away = 0;
    for round in 0..40 {
        let ground = grounds[round % grounds.len()];
        let shapes = ground.shapes(&mut rng, 12);
        let mosaic = Mosaic::build((0..).zip(&shapes)).unwrap();
        let overlay = Overlay::build((0..).zip(&shapes)).unwrap();
        for _ in 0..5 {
            let point = ground.point(&mut rng);
            let km = [2.0, 15.0, 60.0][rng.usize(0..3)];
            let found = mosaic.within(point, km);
            assert_eq!(overlay.within(point, km), found);
            for (handle, shape) in (0..).zip(&shapes) {
                let wanted = strewn(shape, point);
                let held = found.iter().find(|near| near.0 == handle).map(|near| near.1);
                // edges are up to 20 degrees long here, so strewn points up to 5 km apart
                match held {
                    Some(held) => {
                        assert!(held <= wanted + 1e-6 && held >= wanted - 2.0, "{held} {wanted}");
                        found_away += usize::from(held > 0.0);
                    }
                    None => assert!(wanted > km - 1e-6, "{wanted} km are within {km}"),
                }
            }
        }
    }
    assert!(found_away > 100, "too easy: {found_away}");
}

#[test]
fn nearest_is_the_first_of_within() {
    let mut rng = Rng::with_seed(6);
    for round in 0..40 {
        let ground = GROUNDS[round % GROUNDS.len()];
        let shapes = ground.shapes(&mut rng, 8);
        let mosaic = Mosaic::build((0..).zip(&shapes)).unwrap();
        for _ in 0..5 {
            let point = ground.point(&mut rng);
            let odd = |handle: u32| handle % 2 == 1;
            let near = mosaic.within(point, 300.0).into_iter().filter(|near| odd(near.0));
            let wanted = near.min_by(|one, other| one.1.total_cmp(&other.1));
            let found = mosaic.nearest(point, 300.0, odd);
            assert_eq!(found.map(|near| near.0), wanted.map(|near| near.0));
            let km = |near: Option<(u32, f64)>| near.map_or(-1.0, |near| near.1);
            assert!((km(found) - km(wanted)).abs() < 1e-6);
        }
    }
}
