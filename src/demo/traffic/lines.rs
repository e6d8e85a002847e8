//! The day as lines for a load generator: nothing is sent.

use jiff::tz::TimeZone;
use serde_json::Value;

use super::client::Client;
use super::{Traffic, TrafficError, places};
use crate::demo::gazetteer::Gazetteer;
use crate::demo::plan::{Expect, Payload, PlannedTrip, Sender, World, day};

/// A sound trip of an organization's machine, and the status question about its first traveller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Token of the organization's machine.
    pub token: String,
    /// The submit body, on one line.
    pub body: String,
    /// Path and query of `GET /v1/clearance-status` for the day of departure.
    pub question: String,
}

/// The sound trips of a day that machines submit, in their order. The service is asked for its
/// time and for the areas of towns only.
pub async fn lines(
    traffic: &Traffic<'_>,
    gazetteer: &mut Gazetteer,
) -> Result<Vec<Line>, TrafficError> {
    let client = Client::new(traffic)?;
    let now = client.server_time().await?;
    gazetteer.locate(places::areas(&client, &gazetteer.points()).await?);
    let today = now.to_zoned(TimeZone::UTC).date();
    let planned =
        day(traffic.seed, traffic.trips, &World { gazetteer, people: traffic.people, today });
    let mut lines = Vec::new();
    for PlannedTrip { sender, payload, expect, .. } in planned {
        let (Sender::Client(_), Expect::Accepted, Payload::Json(body)) = (sender, expect, payload)
        else {
            continue;
        };
        let (Some(token), Some(question)) = (client.token_of(sender)?, question(&body)) else {
            continue;
        };
        lines.push(Line { token, body: body.to_string(), question });
    }
    Ok(lines)
}

fn question(body: &Value) -> Option<String> {
    let person = body.pointer("/travellers/0/person_id")?.as_str()?;
    let departs_at = body.pointer("/segments/0/departs_at")?.as_str()?;
    let on = departs_at.split('T').next()?;
    Some(format!("/v1/clearance-status?person={person}&on={on}"))
}
