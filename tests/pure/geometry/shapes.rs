//! What is a shape and what is not; its stored form.

use fastrand::Rng;
use safeconduct::atlas::geometry::{Mosaic, PreparedError, Shape, ShapeError};
use safeconduct::model::LonLat;

use super::random::GROUNDS;

fn polygon(rings: &str) -> Result<Shape, ShapeError> {
    Shape::from_geojson(&format!(r#"{{"type":"Polygon","coordinates":{rings}}}"#))
}

#[test]
fn stored_and_read_a_shape_is_the_same() {
    let mut rng = Rng::with_seed(4);
    for round in 0..50 {
        let shape = GROUNDS[round % GROUNDS.len()].shape(&mut rng);
        let bytes = shape.to_bytes();
        assert_eq!(Shape::from_bytes(&bytes), Ok(shape.clone()));
        // the fifth has edges of more than 180°, which GeoJSON takes the short way round
        if round % GROUNDS.len() != 4 {
            assert_eq!(Shape::from_geojson(&shape.to_geojson()), Ok(shape));
        }
        for length in [0, 1, 5, 9, 13, bytes.len() / 2, bytes.len() - 1] {
            assert!(matches!(Shape::from_bytes(&bytes[..length]), Err(ShapeError::Bytes(_))));
        }
    }
}

#[test]
fn numbers_are_read_exactly() {
    let shape =
        polygon("[[[0.1,0.30000000000000004],[7e-5,1.5e1,8.5],[2,3],[0.1,0.30000000000000004]]]");
    let shape = shape.unwrap();
    let points = shape.parts()[0].outer.points();
    assert_eq!((points[0].lat(), points[1].lon()), (0.3 + f64::EPSILON / 4.0, 7e-5));
}

#[test]
fn what_is_no_shape_is_refused() {
    let refused = |rings: &str| polygon(rings).unwrap_err();
    assert_eq!(refused("[]"), ShapeError::Empty);
    assert_eq!(refused("[[[0,0],[1,1],[0,0]]]"), ShapeError::Short);
    assert_eq!(refused("[[[0,0],[1,0],[1,1],[0,1]]]"), ShapeError::Open);
    assert_eq!(refused("[[[5,5],[5,5],[5,5],[5,5]]]"), ShapeError::Flat);
    assert_eq!(
        refused("[[[0,0],[1,0],[1,91],[0,0]]]"),
        ShapeError::Position { lon: 1.0, lat: 91.0 }
    );
    assert!(matches!(refused("[[[0,0],[1]]]"), ShapeError::Json(_)));
    let point = Shape::from_geojson(r#"{"type":"Point","coordinates":[0,0]}"#);
    assert_eq!(point, Err(ShapeError::Kind("Point".to_owned())));
}

#[test]
fn unclear_insides_are_found() {
    let check = |rings: &str| polygon(rings).unwrap().check();
    let square = "[[0,0],[10,0],[10,10],[0,10],[0,0]]";
    assert_eq!(check(&format!("[{square}]")), Ok(()));
    assert_eq!(check(&format!("[{square},[[2,2],[4,2],[4,4],[2,2]]]")), Ok(()));
    // a hole may touch the border in one point
    assert_eq!(check(&format!("[{square},[[0,5],[4,2],[4,8],[0,5]]]")), Ok(()));
    let crossing = |rings: &str| matches!(check(rings), Err(ShapeError::Crossing { .. }));
    assert!(crossing("[[[0,0],[10,10],[10,0],[0,10],[0,0]]]"), "crosses itself");
    assert!(crossing("[[[0,0],[10,0],[5,0],[5,5],[0,0]]]"), "goes back over itself");
    assert!(crossing(&format!("[{square},[[5,5],[15,5],[5,8],[5,5]]]")), "hole over the border");
    let outside = check(&format!("[{square},[[20,20],[21,20],[21,21],[20,20]]]"));
    assert_eq!(outside, Err(ShapeError::Hole));
}

#[test]
fn rings_over_the_antimeridian_are_cut() {
    let written = [
        "[[[170,10],[-170,10],[-170,20],[170,20],[170,10]]]",
        "[[[170,10],[190,10],[190,20],[170,20],[170,10]]]",
        "[[[-190,10],[-170,10],[-170,20],[-190,20],[-190,10]]]",
    ];
    for rings in written {
        let shape = polygon(rings).unwrap();
        assert_eq!((shape.parts().len(), shape.check()), (2, Ok(())), "{rings}");
        let mosaic = Mosaic::build([(7, &shape)]).unwrap();
        let covers = |lon, lat| mosaic.at(LonLat::new(lon, lat).unwrap()).contains(7);
        assert!(covers(175.0, 15.0) && covers(-175.0, 15.0) && covers(180.0, 15.0), "{rings}");
        assert!(!covers(169.0, 15.0) && !covers(-169.0, 15.0) && !covers(0.0, 15.0), "{rings}");
    }
    let round = polygon("[[[0,80],[120,80],[-120,80],[0,80]]]");
    assert_eq!(round, Err(ShapeError::AroundPole));
    let cap = polygon("[[[-180,-90],[180,-90],[180,-60],[0,-50],[-180,-60],[-180,-90]]]").unwrap();
    assert_eq!(cap.parts().len(), 1);
}

#[test]
fn a_damaged_index_is_refused() {
    let shape = polygon("[[[0,0],[1,0],[1,1],[0,0]]]").unwrap();
    let mosaic = Mosaic::build([(0, &shape)]).unwrap();
    let bytes = mosaic.to_bytes();
    assert_eq!(Mosaic::from_bytes(&bytes), Ok(mosaic));
    assert_eq!(Mosaic::from_bytes(&bytes[..20]), Err(PreparedError::Form));
    for place in [16, bytes.len() / 2, bytes.len() - 1] {
        let mut damaged = bytes.clone();
        damaged[place] ^= 1;
        assert_eq!(Mosaic::from_bytes(&damaged), Err(PreparedError::Checksum));
    }
    let mut other = bytes;
    other[4] ^= 1;
    assert_eq!(Mosaic::from_bytes(&other), Err(PreparedError::Form));
}
