//! Wrong requests, each in one way, with the refusal it must meet.

use serde_json::{Value, json};

use super::{Expect, Payload, PlannedTrip, Sender};
use crate::demo::organizations::ORGANIZATIONS;

/// Beyond the ordinary limit of a body.
const TOO_LARGE_BYTES: usize = 300 * 1024;

macro_rules! wrongs {
    ($($(#[$doc:meta])* $name:ident = $text:literal: $status:literal, $code:expr,)*) => {
        /// A way to be wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Wrong {
            $($(#[$doc])* $name,)*
        }

        impl Wrong {
            /// Every way.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word in the table.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The status of the refusal.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// A code that the refusal must name, where its problem has one.
            pub const fn code(self) -> Option<&'static str> {
                match self { $(Self::$name => $code,)* }
            }
        }
    };
}

wrongs! {
    /// Not JSON.
    Malformed = "malformed JSON": 400, None,
    /// Another media type.
    MediaType = "wrong media type": 415, None,
    /// More than the limit.
    TooLarge = "body too large": 413, None,
    /// No idempotency key.
    KeyMissing = "no idempotency key": 400, Some("IDEMPOTENCY_KEY_MISSING"),
    /// No token.
    NoToken = "no token": 401, None,
    /// A machine that may not submit.
    NoRight = "no right to submit": 403, None,
    /// No such airport.
    UnknownAirport = "unknown airport": 422, Some("PLACE_UNKNOWN"),
    /// 91 degrees north.
    Latitude = "latitude 91": 422, Some("COORDINATES_IMPOSSIBLE"),
    /// Arrives before it departs.
    Backwards = "arrival before departure": 422, Some("ARRIVAL_NOT_AFTER_DEPARTURE"),
    /// Nobody has this id.
    UnknownPerson = "unknown person": 422, Some("PERSON_UNKNOWN"),
    /// Of another organization than the client's.
    Stranger = "person of another organization": 422, Some("PERSON_UNKNOWN"),
    /// The next leg begins on another continent.
    Gap = "gap in the itinerary": 422, Some("ITINERARY_GAP"),
    /// Legs numbered downwards.
    Disorder = "legs out of order": 422, Some("SEQ_OUT_OF_ORDER"),
    /// Nobody travels.
    NoTraveller = "no traveller": 422, Some("LENGTH"),
    /// Official, and on holiday.
    Contradiction = "kind against purpose": 422, Some("KIND_CONTRADICTS_PURPOSE"),
    /// A field that does not exist.
    UnknownField = "unknown field": 422, Some("UNKNOWN_FIELD"),
    /// The last stay has no end.
    Open = "no end": 422, Some("ITINERARY_OPEN"),
    /// More segments than the cap.
    TooManySegments = "61 segments": 422, Some("LENGTH"),
    /// The same people at the same time, again.
    Overlap = "overlap with a live trip": 422, Some("ITINERARY_OVERLAP"),
    /// A used key with another body.
    OtherBody = "used key, other body": 422, Some("IDEMPOTENCY_KEY_REUSED"),
}

impl Wrong {
    /// The ways in turn.
    pub(super) fn numbered(number: usize) -> Self {
        Self::ALL.get(number % Self::ALL.len()).copied().unwrap_or(Self::Malformed)
    }

    /// It needs the answer of another trip before it is sent.
    pub const fn follows(self) -> bool {
        matches!(self, Self::Overlap | Self::OtherBody)
    }
}

/// A sound trip of the day that later requests refer to.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    pub(super) position: usize,
    pub(super) sound: PlannedTrip,
    pub(super) body: Value,
}

impl Sample {
    /// The same request again.
    pub(super) fn repeated(&self) -> PlannedTrip {
        PlannedTrip {
            label: "the same again",
            expect: Expect::Repeated(self.position),
            ..self.sound.clone()
        }
    }
}

/// Makes a sound trip wrong.
pub(super) fn spoil(sound: PlannedTrip, wrong: Wrong, sample: Option<&Sample>) -> PlannedTrip {
    let wrong = if fits(&sound, wrong, sample) { wrong } else { Wrong::NoTraveller };
    let mut planned = PlannedTrip { label: "wrong", expect: Expect::Refused(wrong), ..sound };
    match wrong {
        Wrong::Malformed => planned.payload = text("application/json", "{\"trip_kind\": "),
        Wrong::MediaType => planned.payload = text("text/plain", "by train, on Monday"),
        Wrong::KeyMissing => planned.key = None,
        Wrong::NoToken => planned.sender = Sender::Nobody,
        Wrong::NoRight => planned.sender = Sender::NoRight,
        Wrong::Stranger => planned.sender = other_client(planned.sender),
        Wrong::Overlap | Wrong::OtherBody => follow(&mut planned, wrong, sample),
        Wrong::TooLarge
        | Wrong::UnknownAirport
        | Wrong::Latitude
        | Wrong::Backwards
        | Wrong::UnknownPerson
        | Wrong::Gap
        | Wrong::Disorder
        | Wrong::NoTraveller
        | Wrong::Contradiction
        | Wrong::UnknownField
        | Wrong::Open
        | Wrong::TooManySegments => {
            if let Payload::Json(body) = &mut planned.payload {
                twist(body, wrong);
            }
        }
    }
    planned
}

/// Some ways to be wrong need a second leg, an organization, or an earlier trip.
fn fits(sound: &PlannedTrip, wrong: Wrong, sample: Option<&Sample>) -> bool {
    match (wrong, &sound.payload) {
        (Wrong::Overlap | Wrong::OtherBody, _) => sample.is_some(),
        (Wrong::Stranger, _) => matches!(sound.sender, Sender::Client(_)),
        (Wrong::Gap | Wrong::Disorder, Payload::Json(body)) => {
            body.pointer("/segments/1").is_some()
        }
        _ => true,
    }
}

fn text(media: &'static str, text: &str) -> Payload {
    Payload::Text { media, text: text.to_owned() }
}

/// The client of the next organization, which does not know these people.
fn other_client(sender: Sender) -> Sender {
    match sender {
        Sender::Client(own) => Sender::Client((own + 1) % ORGANIZATIONS.len()),
        Sender::Person(_) | Sender::NoRight | Sender::Nobody => Sender::Client(0),
    }
}

/// The people and days of the sample, under another key; or its key with another body.
fn follow(planned: &mut PlannedTrip, wrong: Wrong, sample: Option<&Sample>) {
    let Some(sample) = sample else { return };
    let mut body = sample.body.clone();
    set(&mut body, "purpose_text", json!("Twice at the same time"));
    planned.payload = Payload::Json(body);
    planned.sender = sample.sound.sender;
    if wrong == Wrong::OtherBody {
        planned.key.clone_from(&sample.sound.key);
    }
}

fn twist(body: &mut Value, wrong: Wrong) {
    match wrong {
        Wrong::TooLarge => set(body, "purpose_text", json!("x".repeat(TOO_LARGE_BYTES))),
        Wrong::UnknownAirport => set_at(body, "/segments/0/to", json!({"airport": "QQQQ"})),
        Wrong::Latitude => set_at(body, "/segments/0/to", json!({"lon": 36.8, "lat": 91.0})),
        Wrong::Backwards => {
            let departs = body.pointer("/segments/0/departs_at").cloned().unwrap_or_default();
            let arrives = body.pointer("/segments/0/arrives_at").cloned().unwrap_or_default();
            set_at(body, "/segments/0/departs_at", arrives);
            set_at(body, "/segments/0/arrives_at", departs);
        }
        Wrong::UnknownPerson => {
            let nobody = "01900000-0000-7000-8000-000000000000";
            set_at(body, "/travellers/0/person_id", json!(nobody));
        }
        Wrong::Gap => set_at(body, "/segments/0/to", json!({"lon": -140.0, "lat": -9.0})),
        Wrong::Disorder => set_at(body, "/segments/0/seq", json!(99)),
        Wrong::NoTraveller => set(body, "travellers", json!([])),
        Wrong::Contradiction => {
            set(body, "trip_kind", json!("official"));
            set(body, "purpose", json!("private"));
        }
        Wrong::UnknownField => set(body, "colour", json!("green")),
        Wrong::Open => open(body),
        Wrong::TooManySegments => {
            let first = body.pointer("/segments/0").cloned().unwrap_or_default();
            set(body, "segments", Value::Array(vec![first; 61]));
        }
        Wrong::Malformed
        | Wrong::MediaType
        | Wrong::KeyMissing
        | Wrong::NoToken
        | Wrong::NoRight
        | Wrong::Stranger
        | Wrong::Overlap
        | Wrong::OtherBody => {}
    }
}

/// One leg to where nobody lives, on duty, with no word on the end.
fn open(body: &mut Value) {
    set_at(body, "/segments/0/to", json!({"airport": "KEF"}));
    let first = body.pointer("/segments/0").cloned().unwrap_or_default();
    set(body, "segments", json!([first]));
    set(body, "trip_kind", json!("official"));
    set(body, "purpose", json!("duty_travel"));
    if let Some(fields) = body.as_object_mut() {
        fields.remove("until");
        fields.remove("open_ended");
        fields.remove("private_days");
    }
}

fn set(body: &mut Value, name: &str, value: Value) {
    if let Some(fields) = body.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}

fn set_at(body: &mut Value, pointer: &str, value: Value) {
    if let Some(place) = body.pointer_mut(pointer) {
        *place = value;
    }
}
