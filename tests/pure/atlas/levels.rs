//! The levels and policies of the demonstration.

use safeconduct::demo::levels::{CountryFlags, SEED, standing};
use safeconduct::model::{AreaPolicy, ClearanceMode, SecurityLevel, StatusKind};

use super::{atlas, counts};

#[test]
fn levels_are_the_same_every_time_and_say_that_they_are_invented() {
    let flags = CountryFlags { response_plan: true, humanitarian_overview: true };
    for area in atlas().areas() {
        let (once, again) = (standing(flags, area.id(), SEED), standing(flags, area.id(), SEED));
        assert_eq!(once, again);
        assert!(area.policy.demonstration && once.demonstration);
        assert_eq!(
            once.policies.iter().map(|policy| policy.version).collect::<Vec<_>>(),
            (1..=i32::try_from(once.policies.len()).unwrap()).collect::<Vec<_>>()
        );
    }
    let others = atlas()
        .areas()
        .iter()
        .filter(|area| standing(flags, area.id(), SEED) != standing(flags, area.id(), SEED + 1));
    assert!(others.count() > 3_000, "the seed changes next to nothing");
}

#[test]
fn every_level_status_and_mode_occurs_and_most_areas_are_automatic() {
    let areas = atlas().areas();
    let levels = counts(areas.iter().map(|area| area.state.security_level.get()));
    assert_eq!(levels.keys().copied().collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    let statuses = counts(areas.iter().map(|area| area.state.status.kind));
    assert_eq!(statuses.len(), StatusKind::ALL.len(), "{statuses:?}");
    let modes = counts(areas.iter().map(|area| area.mode()));
    assert!(
        [
            ClearanceMode::Auto,
            ClearanceMode::Manual,
            ClearanceMode::MscrOnly,
            ClearanceMode::NotifyOnly
        ]
        .iter()
        .all(|mode| modes.contains_key(mode)),
        "{modes:?}"
    );
    let decided_by_people = modes[&ClearanceMode::Manual] * 100 / areas.len();
    assert!((15..=25).contains(&decided_by_people), "{decided_by_people} %: {modes:?}");
    assert!(areas.iter().any(|area| !area.policy.ceilings.is_unlimited()));
    assert!(areas.iter().any(|area| !area.policy.training_required.is_empty()));
    assert!(areas.iter().all(|area| {
        area.state.risk_band.is_none()
            || area.state.security_level >= SecurityLevel::new(4).unwrap()
    }));
}

#[test]
fn the_areas_of_the_documents_stand_as_described() {
    let area = |id: &str| atlas().area(&id.into()).unwrap();
    let rift_valley = area("KEN-890");
    assert_eq!(rift_valley.state.security_level.get(), 4);
    assert_eq!((rift_valley.mode(), rift_valley.policy.version), (ClearanceMode::Manual, 3));
    let standard = AreaPolicy::standard(3, rift_valley.policy.effective_from);
    assert_eq!(*rift_valley.policy, AreaPolicy { demonstration: true, ..standard });
    for id in ["KEN-1196", "KEN-1195"] {
        assert_eq!(area(id).mode(), ClearanceMode::Auto, "{id}");
    }
}
