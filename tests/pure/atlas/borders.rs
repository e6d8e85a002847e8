//! Shared borders and bare points, on small worlds of boxes.

use safeconduct::atlas::{AreaBox, Atlas, AtlasParts};
use safeconduct::model::{
    AreaId, ClearanceMode, LonLat, PlaceDoubt, PlaceName, Resolution, SecurityLevel, StatusKind,
};

fn level(level: u8) -> SecurityLevel {
    SecurityLevel::new(level).unwrap()
}

fn atlas(boxes: &[AreaBox]) -> Atlas {
    Atlas::assemble(AtlasParts::of_boxes(7, boxes).unwrap()).unwrap()
}

fn at(lon: f64, lat: f64) -> PlaceName {
    PlaceName::Point(LonLat::new(lon, lat).unwrap())
}

/// Two areas that share the meridian 10.
fn neighbours(west: u8, east: u8) -> [AreaBox; 2] {
    [
        AreaBox::new("A", Some("AA"), [0.0, 0.0, 10.0, 10.0], level(west)),
        AreaBox::new("B", Some("BB"), [10.0, 0.0, 20.0, 10.0], level(east)),
    ]
}

fn decides(atlas: &Atlas) -> AreaId {
    atlas.resolve(&at(10.0, 5.0)).unwrap().area_id.unwrap()
}

#[test]
fn on_a_shared_border_the_stricter_policy_decides() {
    assert_eq!(decides(&atlas(&neighbours(1, 1))), "A".into(), "of equals the smaller id");
    assert_eq!(decides(&atlas(&neighbours(1, 2))), "B".into(), "of one mode the higher level");
    assert_eq!(decides(&atlas(&neighbours(4, 3))), "A".into());
    assert_eq!(decides(&atlas(&neighbours(4, 5))), "B".into(), "two steps before one");
    let mut boxes = neighbours(6, 1);
    boxes[1].policy.clearance_mode = ClearanceMode::MscrOnly;
    assert_eq!(decides(&atlas(&boxes)), "A".into(), "of one mode the higher level");
    let mut boxes = neighbours(3, 1);
    boxes[0].policy.clearance_mode = ClearanceMode::NotifyOnly;
    assert_eq!(decides(&atlas(&boxes)), "B".into(), "mode comes before level");
    let mut boxes = neighbours(6, 1);
    boxes[1].status = StatusKind::Suspended;
    assert_eq!(decides(&atlas(&boxes)), "B".into(), "suspended before mission requests");
    let mut boxes = neighbours(1, 6);
    boxes[0].status = StatusKind::Closed;
    boxes[1].status = StatusKind::Suspended;
    assert_eq!(decides(&atlas(&boxes)), "A".into(), "closed before suspended");
}

#[test]
fn both_areas_of_a_border_are_told() {
    let atlas = atlas(&neighbours(1, 2));
    let ids = |lon, lat| -> Vec<String> {
        let covering = atlas.at(LonLat::new(lon, lat).unwrap());
        covering.areas.iter().map(|area| area.id().to_string()).collect()
    };
    assert_eq!(ids(10.0, 5.0), ["A", "B"]);
    assert_eq!(ids(10.0, 10.0), ["A", "B"]);
    assert_eq!(ids(9.9, 5.0), ["A"]);
    assert_eq!(ids(0.0, 0.0), ["A"]);
    assert!(ids(10.0, 10.1).is_empty());
}

#[test]
fn a_bare_point_takes_the_nearest_area_within_five_kilometres() {
    let atlas = atlas(&neighbours(1, 2));
    // A hundredth of a degree of latitude is 1.1 km.
    let near = atlas.resolve(&at(5.0, 10.04)).unwrap();
    assert_eq!(near.area_id, Some("A".into()));
    assert_eq!(near.resolved, Resolution::Nearest { km: 4.4, covered_by: None });
    let far = atlas.resolve(&at(5.0, 10.05)).unwrap();
    assert_eq!(far.area_id, Some("A".into()), "a queue to ask in");
    assert_eq!(far.resolved, Resolution::Uncertain { doubt: PlaceDoubt::NoAreaNear });
    let ocean = atlas.resolve(&at(-120.0, -60.0)).unwrap();
    assert_eq!(ocean.area_id, None);
    assert_eq!(ocean.resolved, Resolution::Uncertain { doubt: PlaceDoubt::NoAreaNear });
}

#[test]
fn where_two_areas_are_equally_near_the_stricter_decides() {
    let atlas = atlas(&neighbours(1, 2));
    let off_the_corner = atlas.resolve(&at(10.0, 10.02)).unwrap();
    assert_eq!(off_the_corner.area_id, Some("B".into()));
}

#[test]
fn an_area_of_no_country_is_no_certainty() {
    let atlas = atlas(&[AreaBox::new("X", None, [0.0, 0.0, 1.0, 1.0], level(1))]);
    let inside = atlas.resolve(&at(0.5, 0.5)).unwrap();
    assert_eq!(inside.area_id, Some("X".into()));
    assert_eq!(inside.resolved, Resolution::Uncertain { doubt: PlaceDoubt::NoCountry });
}

#[test]
fn parts_that_do_not_fit_are_refused() {
    let mut parts = AtlasParts::of_boxes(1, &neighbours(1, 1)).unwrap();
    parts.areas.reverse();
    assert!(Atlas::assemble(parts).is_err());
}
