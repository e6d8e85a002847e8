//! Points, against the reference.

use fastrand::Rng;
use safeconduct::atlas::geometry::{Mosaic, Overlay, Part, Shape};
use safeconduct::model::LonLat;

use super::random::GROUNDS;
use super::reference;

#[test]
fn both_layers_answer_as_the_linear_scan() {
    let mut rng = Rng::with_seed(1);
    let (mut covered, mut crowded) = (0, 0);
    for round in 0..60 {
        let ground = GROUNDS[round % GROUNDS.len()];
        let shapes = ground.shapes(&mut rng, 1 + round);
        let mosaic = Mosaic::build((0..).zip(&shapes)).unwrap();
        let overlay = Overlay::build((0..).zip(&shapes)).unwrap();
        for _ in 0..400 {
            let point = ground.point(&mut rng);
            let wanted = reference::at(&shapes, point);
            assert_eq!(mosaic.at(point).as_slice(), wanted, "mosaic, round {round}, {point:?}");
            assert_eq!(overlay.at(point).as_slice(), wanted, "overlay, round {round}, {point:?}");
            covered += usize::from(!wanted.is_empty());
            crowded += usize::from(wanted.len() > 8);
        }
    }
    assert!(covered > 5_000 && crowded > 500, "too easy: {covered} covered, {crowded} crowded");
}

#[test]
fn every_corner_is_covered_by_its_shape() {
    let mut rng = Rng::with_seed(2);
    for round in 0..30 {
        let ground = GROUNDS[round % GROUNDS.len()];
        let shapes = ground.shapes(&mut rng, 20);
        let mosaic = Mosaic::build((0..).zip(&shapes)).unwrap();
        for (handle, shape) in (0..).zip(&shapes) {
            for ring in shape.parts().iter().flat_map(Part::rings) {
                for &point in ring.points() {
                    assert!(mosaic.at(point).contains(handle), "round {round}, {point:?}");
                }
            }
        }
    }
}

#[test]
fn an_empty_layer_covers_nothing() {
    let none: [(u32, &Shape); 0] = [];
    let point = LonLat::new(180.0, -90.0).unwrap();
    assert!(Mosaic::build(none).unwrap().at(point).is_empty());
    assert!(Overlay::build(none).unwrap().at(point).is_empty());
}
