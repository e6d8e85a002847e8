//! Polygons as people send them: what is repaired, what is refused, and where.

use std::f64::consts::TAU;

use fastrand::Rng;
use safeconduct::atlas::geometry::{
    DefectKind, EARTH_RADIUS_KM, Mosaic, Part, RawPolygons, Received, RepairKind, Shape,
    ShapeError, Spot, receive,
};
use safeconduct::model::LonLat;

use super::random::GROUNDS;

const SQUARE: [[f64; 2]; 5] = [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0], [0.0, 0.0]];

fn sound(rings: &[&[[f64; 2]]]) -> Received {
    receive(&vec![rings.iter().map(|ring| ring.to_vec()).collect()], 1000).unwrap()
}

/// What was repaired: kind, ring, position, place.
fn repairs(received: &Received) -> Vec<(RepairKind, usize, Option<usize>, [f64; 2])> {
    let told = |spot: Spot| (spot.ring.unwrap(), spot.position, spot.at.unwrap());
    let repairs = received.repairs.iter().map(|repair| (repair.kind, told(repair.spot)));
    repairs.map(|(kind, (ring, position, at))| (kind, ring, position, at)).collect()
}

fn defects(polygons: &RawPolygons) -> Vec<(DefectKind, usize, Option<usize>, Option<usize>)> {
    let defects = receive(polygons, 1000).unwrap_err();
    let told = |kind, spot: Spot| (kind, spot.polygon, spot.ring, spot.position);
    defects.iter().map(|defect| told(defect.kind, defect.spot)).collect()
}

fn covers(shape: &Shape, lon: f64, lat: f64) -> bool {
    let mosaic = Mosaic::build([(7, shape)]).unwrap();
    mosaic.at(LonLat::new(lon, lat).unwrap()).contains(7)
}

#[test]
fn what_is_sound_stays_number_for_number() {
    let hole = [[2.0, 2.0], [2.0, 4.0], [4.0, 4.0], [2.0, 2.0]];
    let received = sound(&[&SQUARE, &hole]);
    assert!(received.repairs.is_empty(), "{:?}", received.repairs);
    let points = |ring: &[[f64; 2]]| {
        ring.iter().map(|&[lon, lat]| LonLat::new(lon, lat).unwrap()).collect::<Vec<_>>()
    };
    let part = &received.shape.parts()[0];
    assert_eq!(part.outer.points(), points(&SQUARE));
    assert_eq!(part.holes[0].points(), points(&hole));
}

#[test]
fn an_open_ring_is_closed_a_double_point_kept_once_and_a_wrong_turn_turned() {
    let open = sound(&[&SQUARE[..4]]);
    assert_eq!(repairs(&open), [(RepairKind::RingClosed, 0, Some(3), [0.0, 10.0])]);
    assert_eq!(open.shape, sound(&[&SQUARE]).shape);

    let double = [SQUARE[0], SQUARE[1], SQUARE[1], SQUARE[2], SQUARE[3], SQUARE[4]];
    let double = sound(&[&double]);
    assert_eq!(repairs(&double), [(RepairKind::PointRepeated, 0, Some(2), [10.0, 0.0])]);
    assert_eq!(double.shape, open.shape);

    let mut clockwise = SQUARE;
    clockwise.reverse();
    let turned = sound(&[&clockwise]);
    assert_eq!(repairs(&turned), [(RepairKind::WindingTurned, 0, None, [0.0, 0.0])]);
    assert_eq!(turned.shape, open.shape);
    let hole = [[2.0, 2.0], [4.0, 2.0], [4.0, 4.0], [2.0, 2.0]];
    let turned = sound(&[&SQUARE, &hole]);
    assert_eq!(repairs(&turned), [(RepairKind::WindingTurned, 1, None, [2.0, 2.0])]);
}

#[test]
fn rings_over_the_antimeridian_are_cut_wherever_they_begin() {
    for turn in [-360.0, 0.0] {
        let at = |lon: f64, lat: f64| [lon + turn, lat];
        let ring = [at(170.0, 10.0), at(190.0, 10.0), at(190.0, 20.0), at(170.0, 20.0)];
        let hole = [[-179.0, 12.0], [-175.0, 18.0], [-175.0, 12.0], [-179.0, 12.0]];
        let closed: Vec<_> = ring.iter().chain(ring.first()).copied().collect();
        let cut = sound(&[&closed, &hole]);
        assert_eq!(repairs(&cut)[0].0, RepairKind::AntimeridianCut, "{turn}");
        let (_, _, position, [lon, lat]) = repairs(&cut)[0];
        assert_eq!((position, lon.abs(), lat), (Some(0), 180.0, 10.0), "{turn}");
        let shape = &cut.shape;
        assert!(covers(shape, 175.0, 15.0) && covers(shape, -178.9, 17.0), "{turn}");
        assert!(!covers(shape, -176.0, 13.0) && !covers(shape, 0.0, 15.0), "{turn}");
    }
    // RFC 7946 asks for cut polygons; written as one, it is taken the short way round
    let short = sound(&[&[[170.0, 10.0], [-170.0, 10.0], [-170.0, 20.0], [170.0, 10.0]]]);
    assert!(covers(&short.shape, 180.0, 10.0) && !covers(&short.shape, 0.0, 10.0));
}

#[test]
fn what_is_unclear_is_refused_and_pointed_at() {
    let bow = vec![vec![[0.0, 0.0], [4.0, 4.0], [4.0, 0.0], [0.0, 4.0], [0.0, 0.0]]];
    let found = receive(&vec![vec![SQUARE.to_vec()], bow.clone()], 1000).unwrap_err();
    let [defect] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(defect.kind, DefectKind::EdgesMeet);
    assert_eq!(defect.spot.at, Some([2.0, 2.0]));
    let place = |spot: Spot| (spot.polygon, spot.ring, spot.position);
    assert_eq!(place(defect.spot), (1, Some(0), Some(0)));
    assert_eq!(place(defect.other.unwrap()), (1, Some(0), Some(2)));

    // on the far side of the antimeridian the place is one on the map
    let far = vec![vec![bow[0].iter().map(|&[lon, lat]| [lon + 179.0, lat]).collect()]];
    let found = receive(&far, 1000).unwrap_err();
    assert_eq!(found[0].spot.at, Some([-179.0, 2.0]));

    let outside = vec![[20.0, 4.0], [21.0, 4.0], [22.0, 5.0]];
    assert_eq!(
        defects(&vec![vec![SQUARE.to_vec(), outside]]),
        [(DefectKind::HoleOutside, 0, Some(1), None)]
    );
    let of = |ring: &[[f64; 2]]| defects(&vec![vec![ring.to_vec()]]);
    assert_eq!(of(&[]), [(DefectKind::RingShort, 0, Some(0), None)]);
    assert_eq!(of(&SQUARE[..2]), [(DefectKind::RingShort, 0, Some(0), None)]);
    let flat = [[0.0, 0.0], [1.0, 1.0], [2.0, 2.0], [0.0, 0.0]];
    assert_eq!(of(&flat), [(DefectKind::RingFlat, 0, Some(0), None)]);
    let round = [[0.0, 80.0], [120.0, 80.0], [-120.0, 80.0], [0.0, 80.0]];
    assert_eq!(of(&round), [(DefectKind::AroundPole, 0, Some(0), None)]);
    assert_eq!(defects(&vec![]), [(DefectKind::Empty, 0, None, None)]);
    assert_eq!(defects(&vec![vec![]]), [(DefectKind::Empty, 0, None, None)]);
    let many = vec![vec![vec![[0.0, 0.0]; 1001]]];
    assert_eq!(defects(&many), [(DefectKind::TooManyPositions, 0, None, None)]);
}

#[test]
fn axes_the_wrong_way_round_are_seen_where_they_can_be() {
    // Suva, as latitude and longitude: 178 is no latitude
    let suva = [[-18.1, 178.4], [-18.2, 178.4], [-18.2, 178.5], [-18.1, 178.4]];
    assert_eq!(
        defects(&vec![vec![suva.to_vec()]]),
        [(DefectKind::AxesSwapped, 0, Some(0), Some(0))]
    );
    let stray = [[0.0, 0.0], [1.0, 91.0], [f64::NAN, 0.0], [200.0, 1.0], [0.0, 0.0]];
    let off = DefectKind::OffTheMap;
    assert_eq!(
        defects(&vec![vec![stray.to_vec()]]),
        [(off, 0, Some(0), Some(1)), (off, 0, Some(0), Some(2))]
    );
}

#[test]
fn what_people_send_is_received_as_the_shape_it_is() {
    let mut rng = Rng::with_seed(11);
    for ground in GROUNDS {
        for _ in 0..40 {
            let shape = ground.shape(&mut rng);
            // edges of more than 180° are taken the short way round
            let wide = |ring: &[LonLat]| {
                ring.windows(2).any(|ends| (ends[0].lon() - ends[1].lon()).abs() > 180.0)
            };
            let mut rings = shape.parts().iter().flat_map(Part::rings);
            if rings.any(|ring| wide(ring.points())) {
                continue;
            }
            let raw: RawPolygons = shape
                .parts()
                .iter()
                .map(|part| {
                    part.rings()
                        .map(|ring| {
                            let mut points: Vec<[f64; 2]> =
                                ring.points().iter().map(|&point| point.into()).collect();
                            if rng.bool() {
                                points.reverse();
                            }
                            if rng.bool() {
                                points.pop();
                            }
                            points
                        })
                        .collect()
                })
                .collect();
            let received = receive(&raw, 100_000).unwrap();
            assert_eq!(received.shape.check(), Ok(()));
            let (sent, kept) = (
                Mosaic::build([(0, &shape)]).unwrap(),
                Mosaic::build([(0, &received.shape)]).unwrap(),
            );
            for _ in 0..50 {
                let point = ground.point(&mut rng);
                assert_eq!(sent.at(point).is_empty(), kept.at(point).is_empty(), "{point:?}");
            }
        }
    }
}

#[test]
fn rubbish_breaks_nothing() {
    const ODD: [f64; 12] = [
        f64::NAN,
        f64::INFINITY,
        1e308,
        -540.0,
        540.0,
        -180.0,
        180.0,
        -90.0,
        90.0,
        0.0,
        -0.0,
        5e-324,
    ];
    let mut rng = Rng::with_seed(13);
    let mut received = 0;
    for _ in 0..5_000 {
        let share = rng.u8(0..8);
        let mut number = |most: f64| {
            let is_odd = rng.u8(0..8) < share;
            if is_odd { *rng.choice(&ODD).unwrap() } else { (rng.f64() * 2.0 - 1.0) * most }
        };
        let mut drawn = |length: usize| -> Vec<[f64; 2]> {
            (0..length).map(|_| [number(190.0), number(90.0)]).collect()
        };
        let rings = vec![drawn(3), drawn(4), drawn(0)];
        let kept = usize::from(share % 4).min(rings.len());
        let polygons = vec![rings.into_iter().take(kept).collect()];
        if let Ok(shape) = receive(&polygons, 100) {
            assert!(!shape.shape.parts().is_empty());
            received += 1;
        }
    }
    assert!(received > 0);
}

#[test]
fn a_circle_is_drawn_around_and_never_inside() {
    let mut rng = Rng::with_seed(12);
    for round in 0..200 {
        let km = [0.05, 1.0, 30.0, 200.0, 500.0][round % 5] * (0.5 + rng.f64() / 2.0);
        let most = 84.5 - (km * 1.01 / EARTH_RADIUS_KM).to_degrees();
        let middle = LonLat::new(
            [0.0, 179.9, -180.0, 36.8][round % 4],
            ([1.0, -1.0, 0.0, 0.3, -0.8][rng.usize(0..5)]) * most,
        );
        let middle = middle.unwrap();
        let shape = Shape::around(middle, km).unwrap();
        let mosaic = Mosaic::build([(0, &shape)]).unwrap();
        for _ in 0..200 {
            let near = away(middle, km, rng.f64() * TAU);
            let far = away(middle, km * 1.01, rng.f64() * TAU);
            assert!(mosaic.at(near).contains(0), "{middle:?} {km} {near:?}");
            // and not much larger
            assert!(!mosaic.at(far).contains(0) || km > 100.0, "{middle:?} {km} {far:?}");
        }
    }
    let pole = Shape::around(LonLat::new(0.0, 84.9).unwrap(), 100.0);
    assert_eq!(pole, Err(ShapeError::AroundPole));
    for km in [0.0, -1.0, f64::NAN, 501.0] {
        assert_eq!(Shape::around(LonLat::ORIGIN, km), Err(ShapeError::Flat));
    }
}

/// The point so many kilometres away, on the sphere.
fn away(from: LonLat, km: f64, bearing: f64) -> LonLat {
    let (lat, reach) = (from.lat().to_radians(), km / EARTH_RADIUS_KM);
    let sin = lat.sin() * reach.cos() + lat.cos() * reach.sin() * bearing.cos();
    let east = (bearing.sin() * reach.sin() * lat.cos()).atan2(reach.cos() - lat.sin() * sin);
    let lon = from.lon() + east.to_degrees();
    let lon = lon - 360.0 * (lon / 360.0).round();
    LonLat::new(lon, sin.asin().to_degrees()).unwrap()
}
