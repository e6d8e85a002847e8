//! Fences changed one by one: the overlay answers as one that was built of what there is.

use std::collections::BTreeMap;
use std::sync::Arc;

use fastrand::Rng;
use safeconduct::atlas::geometry::{Path, PathKind};
use safeconduct::atlas::{AreaBox, Atlas, AtlasParts, DrawnFence, FenceLayer};
use safeconduct::model::{
    AreaId, Fence, FenceEffect, FenceId, FenceKind, LonLat, SecurityLevel, Validity,
};
use uuid::Uuid;

use crate::geometry::random::{GROUNDS, Ground};

const AREAS: [&str; 3] = ["A", "B", "C"];

type Model = BTreeMap<FenceId, DrawnFence>;

fn drawn(ground: Ground, rng: &mut Rng, fence_id: FenceId) -> DrawnFence {
    let areas = AREAS.into_iter().filter(|_| rng.bool()).map(AreaId::from).collect();
    let fence = Fence {
        fence_id,
        kind: FenceKind::Restricted,
        name: "A fence".into(),
        effect: FenceEffect::Manual,
        validity: Validity { from: None, until: None },
        hours: None,
        areas,
        version: rng.i32(..),
    };
    DrawnFence { fence: Arc::new(fence), shape: Arc::new(ground.shape(rng)) }
}

/// A few changes, made to the model as well.
fn changes(ground: Ground, rng: &mut Rng, model: &mut Model) -> Vec<(FenceId, Option<DrawnFence>)> {
    let mut changes = Vec::new();
    for _ in 0..rng.usize(1..6) {
        let known: Vec<FenceId> = model.keys().copied().collect();
        let id = match rng.choice(&known) {
            Some(&known) if rng.u8(0..3) > 0 => known,
            _ => FenceId(Uuid::from_u128(rng.u128(..))),
        };
        let change = (rng.u8(0..3) > 0).then(|| drawn(ground, rng, id));
        match &change {
            Some(drawn) => model.insert(id, drawn.clone()),
            None => model.remove(&id),
        };
        changes.push((id, change));
    }
    changes
}

fn atlas(layer: FenceLayer) -> Atlas {
    let boxes =
        AREAS.map(|id| AreaBox::new(id, None, [0.0, 0.0, 1.0, 1.0], SecurityLevel::MINIMAL));
    let mut parts = AtlasParts::of_boxes(1, &boxes).unwrap();
    parts.fences = Arc::new(layer);
    Atlas::assemble(parts).unwrap()
}

fn assert_same(ground: Ground, rng: &mut Rng, changed: &FenceLayer, model: &Model) {
    let (changed, whole) =
        (atlas(changed.clone()), atlas(FenceLayer::new(model.values().cloned()).unwrap()));
    assert!(changed.fences().eq(whole.fences()));
    assert_eq!(changed.parts().fences.len(), model.len());
    for area in AREAS.map(AreaId::from) {
        assert!(changed.fences_in(&area).eq(whole.fences_in(&area)));
    }
    for _ in 0..50 {
        let point = ground.point(rng);
        assert_eq!(changed.at(point).fences, whole.at(point).fences, "{point:?}");
    }
    for _ in 0..5 {
        let line: Vec<LonLat> = (0..rng.usize(1..5)).map(|_| ground.point(rng)).collect();
        let Ok(path) = Path::new(&line, PathKind::Straight) else { continue };
        assert_eq!(changed.along(&path).fences, whole.along(&path).fences, "{line:?}");
    }
}

#[test]
fn a_changed_overlay_answers_as_a_new_one() {
    for (seed, ground) in (0..).zip(GROUNDS) {
        let mut rng = Rng::with_seed(seed);
        let mut model = Model::new();
        for _ in 0..rng.usize(0..60) {
            let id = FenceId(Uuid::from_u128(rng.u128(..)));
            model.insert(id, drawn(ground, &mut rng, id));
        }
        let mut layer = FenceLayer::new(model.values().cloned()).unwrap();
        for _ in 0..30 {
            layer = layer.changed(changes(ground, &mut rng, &mut model)).unwrap();
            assert_same(ground, &mut rng, &layer, &model);
        }
        // a new base is made of what there is now, while changes go on
        let then = layer.clone();
        for _ in 0..rng.usize(0..10) {
            layer = layer.changed(changes(ground, &mut rng, &mut model)).unwrap();
        }
        let merged = then.merged().unwrap();
        let layer = layer.onto(&merged, &then).unwrap().unwrap();
        assert_same(ground, &mut rng, &layer, &model);
        let other = FenceLayer::new(model.values().cloned()).unwrap();
        assert!(other.onto(&merged, &then).unwrap().is_none(), "another base");
    }
}

#[test]
fn a_base_is_renewed_when_much_lies_over_it_and_not_before() {
    let (ground, mut rng) = (GROUNDS[0], Rng::with_seed(7));
    let ids: Vec<FenceId> = (0..600_u128).map(|id| FenceId(Uuid::from_u128(id))).collect();
    let one = drawn(ground, &mut rng, ids[0]);
    let of = |id: FenceId| {
        let fence = Fence { fence_id: id, ..Fence::clone(&one.fence) };
        Some(DrawnFence { fence: Arc::new(fence), shape: Arc::clone(&one.shape) })
    };
    let empty = FenceLayer::default();
    let few = empty.changed(ids.iter().take(512).map(|&id| (id, of(id)))).unwrap();
    assert!(!few.wants_merging());
    let more = empty.changed(ids.iter().map(|&id| (id, of(id)))).unwrap();
    assert!(more.wants_merging());
    let merged = more.merged().unwrap();
    assert!(!merged.wants_merging());
    let gone = merged.changed(ids.iter().map(|&id| (id, None))).unwrap();
    assert!(gone.wants_merging() && gone.is_empty());
}
