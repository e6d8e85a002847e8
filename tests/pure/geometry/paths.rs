//! What a path becomes before anything is asked of it.

use safeconduct::atlas::geometry::{Path, PathError, PathKind, Vertex, distance_km};
use safeconduct::model::LonLat;

fn point(lon: f64, lat: f64) -> LonLat {
    LonLat::new(lon, lat).unwrap_or_else(|_| panic!("no place: {lon} {lat}"))
}

fn path(vertices: &[(f64, f64)], kind: PathKind) -> Path {
    let vertices: Vec<LonLat> = vertices.iter().map(|&(lon, lat)| point(lon, lat)).collect();
    Path::new(&vertices, kind).unwrap()
}

fn places(line: &[Vertex]) -> Vec<(f64, f64)> {
    line.iter().map(|vertex| (vertex.lon, vertex.lat)).collect()
}

fn lines(path: &Path) -> Vec<Vec<(f64, f64)>> {
    path.lines().map(places).collect()
}

#[test]
fn great_circles_are_cut_into_equal_steps() {
    let (from, to) = ((8.57, 50.03), (36.93, -1.32));
    let refined = path(&[from, to], PathKind::GreatCircle);
    let line = refined.lines().next().unwrap();
    let km = distance_km(point(from.0, from.1), point(to.0, to.1));
    assert!((refined.km() - km).abs() < 1e-6);
    let steps = f64::from(u32::try_from(line.len()).unwrap()) - 1.0;
    assert!((steps - (km / 25.0).ceil()).abs() < 0.5);
    assert_eq!((places(line)[0], *places(line).last().unwrap()), (from, to));
    let first = distance_km(point(line[0].lon, line[0].lat), point(line[1].lon, line[1].lat));
    for ends in line.windows(2) {
        let step = distance_km(point(ends[0].lon, ends[0].lat), point(ends[1].lon, ends[1].lat));
        assert!(step <= 25.0 + 1e-6 && (step - first).abs() < 1e-6);
    }
}

#[test]
fn steps_of_25_km_stay_whole() {
    let degrees = (25.0_f64 / 6371.0088).to_degrees();
    assert_eq!(lines(&path(&[(0.0, 0.0), (0.0, degrees)], PathKind::GreatCircle))[0].len(), 2);
    let more = degrees * (1.0 + 1e-7);
    assert_eq!(lines(&path(&[(0.0, 0.0), (0.0, more)], PathKind::GreatCircle))[0].len(), 3);
}

#[test]
fn the_antimeridian_cuts_the_short_way() {
    let crossing = path(&[(179.0, 10.0), (-179.0, 12.0)], PathKind::Straight);
    assert_eq!(
        lines(&crossing),
        [[(179.0, 10.0), (180.0, 11.0)], [(-180.0, 11.0), (-179.0, 12.0)]]
    );
    let ends: Vec<f64> = crossing.lines().flatten().map(|vertex| vertex.at).collect();
    assert_eq!((ends[0], ends[1], ends[3]), (0.0, ends[2], 1.0));
    assert!((ends[1] - 0.5).abs() < 1e-9);
}

#[test]
fn a_vertex_on_the_antimeridian_lies_on_both_edges() {
    let touching = path(&[(179.0, 10.0), (180.0, 11.0), (179.0, 12.0)], PathKind::Straight);
    assert_eq!(lines(&touching).len(), 1);
    assert_eq!(places(touching.points()), [(-180.0, 11.0)]);
    let along = path(&[(180.0, 10.0), (180.0, 11.0)], PathKind::Straight);
    assert!(lines(&along).contains(&vec![(-180.0, 10.0), (-180.0, 11.0)]));
    assert!(lines(&along).contains(&vec![(180.0, 10.0), (180.0, 11.0)]));
}

#[test]
fn a_vertex_that_names_the_antimeridian_by_the_other_side_stays_there() {
    for edge in [180.0_f64, -180.0] {
        let (before, after) = (edge - edge.signum(), edge.signum() - edge);
        let vertices = [(before, 10.0), (edge, 10.0), (-edge, 10.0), (after, 10.0)];
        let straight = path(&vertices, PathKind::Straight);
        assert_eq!(lines(&straight), [&vertices[..2], &vertices[2..]]);
        let refined = path(&vertices, PathKind::GreatCircle);
        let marked = || refined.lines().flatten().chain(refined.points());
        assert!(marked().all(|vertex| (vertex.lat - 10.0).abs() < 0.01 && vertex.at.is_finite()));
        for ends in refined.lines().flat_map(|line| line.windows(2)) {
            assert!((ends[1].lon - ends[0].lon).abs() < 0.3, "{ends:?}");
        }
    }
}

/// A place where drawing is hard: at an edge of the map or just beside it, at a pole, or anywhere.
fn hard(rng: &mut fastrand::Rng) -> (f64, f64) {
    let beside = rng.f64() * [1e-12, 1e-3, 1.0][rng.usize(..3)];
    let lon = [180.0, -180.0, 180.0 - beside, beside - 180.0, 0.0][rng.usize(..5)];
    let lat = [90.0, -90.0, 90.0 - beside, beside - 90.0, 85.0][rng.usize(..5)];
    let anywhere = (rng.f64() * 360.0 - 180.0, rng.f64() * 180.0 - 90.0);
    [(lon, anywhere.1), (anywhere.0, lat), (lon, lat), anywhere][rng.usize(..4)]
}

#[test]
fn no_step_is_drawn_the_long_way_and_every_vertex_is_on_the_path() {
    let mut rng = fastrand::Rng::with_seed(180);
    let mut drawn = 0;
    for _ in 0..20_000 {
        let vertices: Vec<_> = (0..rng.usize(1..5)).map(|_| hard(&mut rng)).collect();
        let points: Vec<_> = vertices.iter().map(|&(lon, lat)| point(lon, lat)).collect();
        let kind = [PathKind::GreatCircle, PathKind::Straight][rng.usize(..2)];
        let Ok(path) = Path::new(&points, kind) else { continue };
        drawn += 1;
        for line in path.lines() {
            for ends in line.windows(2) {
                let (from, to) = (ends[0], ends[1]);
                let (across, up) = ((to.lon - from.lon).abs(), (to.lat - from.lat).abs());
                let inside = |at: &Vertex| at.lon.abs() <= 180.0 && at.lat.abs() <= 90.0;
                assert!(ends.iter().all(inside), "{vertices:?} {kind:?}: {ends:?}");
                assert!(across <= 180.0 && up <= 180.0, "{vertices:?} {kind:?}: {from:?} {to:?}");
                let km = distance_km(point(from.lon, from.lat), point(to.lon, to.lat));
                assert!(kind == PathKind::Straight || km < 100.0, "{vertices:?}: {km} km");
            }
        }
        let on = |(lon, lat): (f64, f64)| {
            let same = |one: &Vertex| {
                (one.lat - lat).abs() < 1e-9
                    && ((one.lon - lon).abs() < 1e-9
                        || (one.lon - lon).abs() > 360.0 - 1e-9
                        || lat.abs() >= 90.0)
            };
            path.points().iter().any(same) || path.lines().flatten().any(same)
        };
        assert!(vertices.iter().all(|&one| on(one)), "{vertices:?} {kind:?}");
    }
    assert!(drawn > 15_000, "{drawn}");
}

#[test]
fn near_a_pole_the_step_goes_over_it() {
    let over = path(&[(10.0, 89.0), (170.0, 88.0)], PathKind::Straight);
    assert_eq!(lines(&over), [[(10.0, 89.0), (10.0, 90.0)], [(170.0, 90.0), (170.0, 88.0)]]);
    let south = path(&[(-100.0, -86.0), (100.0, -86.0)], PathKind::Straight);
    assert_eq!(
        lines(&south),
        [[(-100.0, -86.0), (-100.0, -90.0)], [(100.0, -90.0), (100.0, -86.0)]]
    );
    let round = path(&[(10.0, 84.0), (170.0, 84.0)], PathKind::Straight);
    assert_eq!(lines(&round), [[(10.0, 84.0), (170.0, 84.0)]]);
}

#[test]
fn one_repeated_point_is_that_point() {
    for kind in [PathKind::GreatCircle, PathKind::Straight] {
        let still = path(&[(5.0, 5.0), (5.0, 5.0), (5.0, 5.0)], kind);
        assert_eq!((lines(&still).len(), places(still.points())), (0, vec![(5.0, 5.0)]));
        assert!(still.points()[0].at.abs() <= 0.0);
    }
    let edge = path(&[(180.0, 5.0)], PathKind::Straight);
    assert_eq!(places(edge.points()), [(-180.0, 5.0), (180.0, 5.0)]);
}

#[test]
fn what_is_no_path_is_refused() {
    assert_eq!(Path::new(&[], PathKind::Straight), Err(PathError::Empty));
    let opposite = [point(0.0, 0.0), point(30.0, 0.0), point(-150.0, 0.0)];
    assert_eq!(Path::new(&opposite, PathKind::GreatCircle), Err(PathError::Opposite(1, 2)));
}
