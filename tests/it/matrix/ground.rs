//! The rows of the ground: for each role a fence of its own.

use std::collections::BTreeMap;

use safeconduct::atlas::rectangle;
use safeconduct::model::{FenceEffect, FenceId, FenceKind, Validity};
use safeconduct::world::{NewFence, draw_fence};
use serde_json::{Value, json};
use uuid::Uuid;

use super::asked::Asked;
use super::scene::{Scene, Who};
use crate::trips::stage::{BETWEEN, NAIROBI, Stage};

/// West, south, east, north: between Nairobi and Nakuru, where nobody of the trip stays.
const EDGES: [f64; 4] = [36.9, -0.6, 36.91, -0.59];

/// A fence for each to speak of.
pub(super) async fn fences(stage: &Stage) -> BTreeMap<Who, String> {
    let parts = &stage.house.running().parts;
    let mut fences = BTreeMap::new();
    for who in Who::ALL {
        let fence = NewFence {
            fence_id: FenceId(Uuid::now_v7()),
            kind: FenceKind::AdvisoryZone,
            name: "Market".into(),
            effect: FenceEffect::Advise,
            validity: Validity { from: None, until: None },
            hours: None,
            shape: rectangle(EDGES).unwrap(),
            by: None,
        };
        let world = parts.world.snapshot();
        draw_fence(&parts.database, &world.load(), &fence).await.unwrap();
        fences.insert(who, fence.fence_id.to_string());
    }
    fences
}

fn drawn() -> Value {
    let [west, south, east, north] = EDGES;
    let ring = json!([[west, south], [east, south], [east, north], [west, north], [west, south]]);
    json!({
        "type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {"kind": "advisory_zone", "name": "Market", "effect": "advise"},
    })
}

/// The request of a row.
pub(super) fn asked(scene: &Scene, row: &str, who: Who) -> Option<Asked> {
    let own = |asked: Asked| asked.of("{fence_id}", scene.fence_of(row, who));
    Some(match row {
        "list_fences" => {
            Asked::with(format!("?area={BETWEEN}")).showing(scene.fence_of(row, Who::Nobody))
        }
        "get_fence" => {
            Asked::plainly().of("{fence_id}", scene.fence_of(row, Who::Nobody)).showing("Market")
        }
        "get_tile" => Asked::plainly().showing(NAIROBI),
        "add_fence" => Asked::json(drawn()),
        "put_fence" => own(Asked::json(drawn())),
        "delete_fence" => own(Asked::plainly()),
        _ => return None,
    })
}
