//! Row 2 as the service lives it: fences built, one changed among many, all laid into a new base.

use std::sync::Arc;

use safeconduct::atlas::geometry::Shape;
use safeconduct::atlas::{DrawnFence, FenceLayer};
use safeconduct::model::{Fence, FenceEffect, FenceId, FenceKind, Validity};
use safeconduct::telemetry::Stopwatch;
use uuid::Uuid;

use crate::timing::{Figures, Table};

/// Changes made one after the other.
const CHANGES: u128 = 400;

/// Times building, changing and merging so many fences.
pub(crate) fn measure(shapes: Vec<Shape>, table: &mut Table) {
    let count = shapes.len();
    let drawn = |(number, shape): (u128, Shape)| DrawnFence {
        fence: Arc::new(fence(number)),
        shape: Arc::new(shape),
    };
    let fences: Vec<DrawnFence> = (0..).zip(shapes).map(drawn).collect();
    let watch = Stopwatch::start();
    let layer = FenceLayer::new(fences.clone()).expect("fences");
    table.at_most(&format!("2  build the layer of {count} fences"), 150.0, millis(watch), "ms");

    // every change is made to what the one before left, as the loader does
    let mut held = layer;
    let changes: Vec<(FenceId, DrawnFence)> = (0..CHANGES)
        .zip(&fences)
        .map(|(number, old)| {
            let id = FenceId(Uuid::from_u128(number * 97 + 1));
            let fence = Fence { fence_id: id, ..Fence::clone(&old.fence) };
            (id, DrawnFence { fence: Arc::new(fence), shape: Arc::clone(&old.shape) })
        })
        .collect();
    let mut took = Vec::new();
    for (id, change) in changes {
        let watch = Stopwatch::start();
        held = held.changed([(id, Some(change))]).expect("a change");
        took.push(millis(watch));
    }
    took.sort_by(f64::total_cmp);
    table.say(&format!("2  one change among {count} fences: p50"), took[took.len() / 2], "ms");
    table.at_most("2  one change: slowest", 50.0, took[took.len() - 1], "ms");

    let watch = Stopwatch::start();
    let merged = held.merged().expect("fences");
    table.at_most("2  a new base, beside the work", 150.0, millis(watch), "ms");
    let onto = Figures::of(&[()], |_nothing| {
        held.onto(&merged, &held).expect("fences").map_or(0, |layer| layer.len())
    });
    table.say("2  going over to it", onto.mean / 1e6, "ms");
}

fn fence(number: u128) -> Fence {
    Fence {
        fence_id: FenceId(Uuid::from_u128(number * 97)),
        kind: FenceKind::Restricted,
        name: "A fence".into(),
        effect: FenceEffect::Manual,
        validity: Validity { from: None, until: None },
        hours: None,
        areas: Arc::new([]),
        version: 1,
    }
}

fn millis(watch: Stopwatch) -> f64 {
    watch.seconds() * 1e3
}
