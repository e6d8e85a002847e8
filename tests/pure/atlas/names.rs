//! Ids and ISO 3166-2 codes of areas.

use std::collections::BTreeSet;

use safeconduct::atlas::PlaceFault;
use safeconduct::model::{AreaId, PlaceName, Resolution};

use super::atlas;

#[test]
fn every_area_is_found_by_its_id() {
    assert_eq!(atlas().areas().len(), 4_596);
    for area in atlas().areas() {
        let found = atlas().area_named(area.id().as_str()).unwrap();
        assert_eq!(found.id(), area.id());
        let place = atlas().resolve(&PlaceName::Area(area.id().clone())).unwrap();
        assert_eq!(
            (place.area_id.as_ref(), place.zone),
            (Some(area.id()), area.ground.zone.clone())
        );
        assert_eq!(place.resolved, Resolution::Named);
    }
}

#[test]
fn a_current_code_means_its_area() {
    let named = |code: &str| atlas().area_named(code).map(|area| area.id().as_str());
    assert_eq!(named("AF-BDG"), Ok("AFG-1741"));
    assert_eq!(named("AF-XXX"), Err(PlaceFault::Unknown));
    assert_eq!(named("af-bdg"), Err(PlaceFault::Unknown));
    assert_eq!(named("KE-110"), Err(PlaceFault::Unknown), "Nairobi has been KE-30 since 2014");
    assert_eq!(named("PH-MNL"), Err(PlaceFault::Unknown), "Manila's 17 cities are PH-00 today");
}

#[test]
fn a_code_on_several_areas_is_ambiguous_with_their_ids() {
    let Err(PlaceFault::Ambiguous(areas)) = atlas().area_named("BA-BIH") else {
        panic!("BA-BIH is on 9 areas");
    };
    assert_eq!(areas.len(), 9);
    assert!(areas.is_sorted());
}

#[test]
fn a_code_whose_parts_are_areas_means_all_of_these() {
    let Err(PlaceFault::Ambiguous(parts)) = atlas().area_named("FR-IDF") else {
        panic!("the region of Paris is several departments");
    };
    // Seven of its eight: the code of Paris itself has changed since.
    assert_eq!(parts.len(), 7);
}

#[test]
fn no_code_is_an_id() {
    let ids: BTreeSet<&AreaId> = atlas().areas().iter().map(|area| area.id()).collect();
    for code in atlas().parts().aliases.keys() {
        assert!(!ids.contains(&AreaId(code.clone())), "{code}");
    }
}
