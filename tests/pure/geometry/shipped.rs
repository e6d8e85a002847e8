//! The shipped world.

use safeconduct::atlas::geometry::{Mosaic, Path, PathKind};
use safeconduct::model::LonLat;

use super::world;

fn at(lon: f64, lat: f64) -> Vec<&'static str> {
    let found = world::mosaic().at(LonLat::new(lon, lat).unwrap());
    let id = |handle: u32| world::areas()[usize::try_from(handle).unwrap()].0.as_str();
    found.iter().map(id).collect()
}

#[test]
fn known_places_are_where_they_are() {
    assert_eq!(at(36.8219, -1.2921), ["KEN-1196"], "Nairobi");
    assert_eq!(at(-30.0, 35.0), [""; 0], "the Atlantic");
    assert_eq!(at(12.0, -90.0), at(180.0, -89.0), "Antarctica");
    assert_eq!(at(180.0, 68.0), at(-180.0, 68.0), "Chukotka");
    assert_eq!(at(180.0, 68.0).len(), 1);
}

#[test]
fn a_shared_corner_belongs_to_its_neighbours() {
    let kenya = usize::try_from(world::handle_of("KEN-1196")).unwrap();
    let corner = world::areas()[kenya].1.parts()[0].outer.points()[0];
    let found = at(corner.lon(), corner.lat());
    assert!(found.len() >= 2 && found.contains(&"KEN-1196"), "{found:?}");
}

#[test]
fn stored_and_read_the_world_is_the_same() {
    let mosaic = world::mosaic();
    assert_eq!(Mosaic::from_bytes(&mosaic.to_bytes()).as_ref(), Ok(mosaic));
}

#[test]
fn a_road_meets_its_areas_in_order() {
    let point = |lon, lat| LonLat::new(lon, lat).unwrap();
    let road = [point(36.8219, -1.2921), point(36.07, -0.3), point(34.75, -0.1)];
    let found = world::mosaic().along(&Path::new(&road, PathKind::GreatCircle).unwrap());
    assert_eq!(world::areas()[usize::try_from(found[0].handle).unwrap()].0, "KEN-1196");
    let whole: f64 =
        found.iter().flat_map(|contact| &contact.spans).map(|span| span.1 - span.0).sum();
    // one area follows on the other, all the way on land
    assert!((whole - 1.0).abs() < 1e-6, "{whole}");
}
