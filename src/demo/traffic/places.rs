//! The areas of towns and airports, asked of the service itself.

use serde_json::{Value, json};

use super::TrafficError;
use super::client::Client;
use crate::model::{AreaId, LonLat};

/// Points of one question.
const MOST: usize = 10_000;

/// The deciding area of each point; none at sea.
pub(super) async fn areas(
    client: &Client<'_>,
    points: &[LonLat],
) -> Result<Vec<Option<AreaId>>, TrafficError> {
    let mut areas = Vec::with_capacity(points.len());
    for some in points.chunks(MOST) {
        let answer = client.ask("/v1/areas/at", &json!({"points": some})).await?;
        let results = answer.get("results").and_then(Value::as_array);
        let area = |result: &Value| result.get("area_id")?.as_str().map(AreaId::from);
        areas.extend(results.into_iter().flatten().map(area));
    }
    Ok(areas)
}
