//! `CloudEvents` 1.0 in JSON: what is sent.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::relay::event::Told;

/// The media type of one event in JSON.
pub(super) const MEDIA_TYPE: &str = "application/cloudevents+json; charset=utf-8";
/// Where the same events can be read.
const SOURCE: &str = "/v1/events";
/// The kind of the message that asks an endpoint whether it wants to be told.
const CHALLENGE: &str = "webhook.challenge";

/// What is sent: an id that is the same at every try, and a body.
#[derive(Debug, Clone)]
pub(super) struct Message {
    /// `webhook-id`
    pub(super) id: String,
    /// The envelope.
    pub(super) body: Vec<u8>,
}

#[derive(Serialize)]
struct Envelope<'e, D> {
    specversion: &'static str,
    id: &'e str,
    source: &'static str,
    #[serde(rename = "type")]
    kind: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    time: &'e str,
    datacontenttype: &'static str,
    /// The number in the feed, so long that numbers and texts sort alike (extension `sequence`).
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence: Option<String>,
    /// The trip, whose events come in order (extension `partitionkey`).
    #[serde(skip_serializing_if = "Option::is_none")]
    partitionkey: Option<String>,
    data: D,
}

#[derive(Serialize)]
struct Challenge<'c> {
    challenge: &'c str,
}

/// An event of the feed; none where its text is not one.
pub(super) fn event(seq: i64, event: &RawValue) -> Option<Message> {
    let told: Told = serde_json::from_str(event.get()).ok()?;
    let id = told.event_id.to_string();
    let body = serde_json::to_vec(&Envelope {
        specversion: "1.0",
        id: &id,
        source: SOURCE,
        kind: &told.kind,
        subject: told.clearance_id.or(told.trip_id).map(|subject| subject.to_string()),
        time: &told.at,
        datacontenttype: "application/json",
        sequence: Some(format!("{seq:020}")),
        partitionkey: told.trip_id.map(|trip| trip.to_string()),
        data: event,
    });
    Some(Message { id, body: body.ok()? })
}

/// The question whether an endpoint wants to be told: it answers the same `challenge`.
pub(super) fn challenge(id: &str, time: &str, challenge: &str) -> Message {
    let body = serde_json::to_vec(&Envelope {
        specversion: "1.0",
        id,
        source: SOURCE,
        kind: CHALLENGE,
        subject: None,
        time,
        datacontenttype: "application/json",
        sequence: None,
        partitionkey: None,
        data: Challenge { challenge },
    });
    Message { id: id.to_owned(), body: body.unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn an_event_travels_whole_in_its_envelope() {
        let (event_id, trip) = (uuid::Uuid::from_u128(1), uuid::Uuid::from_u128(2));
        let told = json!({
            "event_id": event_id, "kind": "trip.submitted", "at": "2026-12-01T08:30:00Z",
            "trip_id": trip, "trip_version": 1, "clearance_id": null, "areas": ["KEN-890"],
            "organization": "unicef", "personal": false, "reasons": [], "of_a_later_release": 7,
        });
        let raw = RawValue::from_string(told.to_string()).unwrap();
        let message = event(42, &raw).unwrap();
        let body: Value = serde_json::from_slice(&message.body).unwrap();
        assert_eq!(message.id, event_id.to_string());
        assert_eq!(
            body,
            json!({
                "specversion": "1.0", "id": event_id, "source": "/v1/events",
                "type": "trip.submitted", "subject": trip, "time": "2026-12-01T08:30:00Z",
                "datacontenttype": "application/json", "sequence": "00000000000000000042",
                "partitionkey": trip, "data": told,
            })
        );
    }
}
