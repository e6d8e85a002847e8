//! The rows of the ground: for each role a fence of its own.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use super::asked::Asked;
use super::scene::{Scene, Who};
use crate::harness::Caller;
use crate::trips::stage::{BETWEEN, NAIROBI, Stage};

/// West, south, east, north: between Nairobi and Nakuru, where nobody of the trip stays.
const EDGES: [f64; 4] = [36.9, -0.6, 36.91, -0.59];

/// A fence for each to speak of, drawn by somebody who may.
pub(super) async fn fences(stage: &Stage, official: &Caller) -> BTreeMap<Who, String> {
    let mut fences = BTreeMap::new();
    for who in Who::ALL {
        let key = Uuid::new_v4().to_string();
        let fence = stage.house.post_once(official, "/v1/fences", &key, &drawn()).await;
        let fence = fence.expect(201).json();
        fences.insert(who, fence["id"].as_str().unwrap().to_owned());
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
        "get_pack" => Asked::plainly(),
        "get_pack_keys" => Asked::plainly().showing("Ed25519"),
        "add_fence" => Asked::json(drawn()),
        "put_fence" => own(Asked::json(drawn())),
        "delete_fence" => own(Asked::plainly()),
        _ => return None,
    })
}
