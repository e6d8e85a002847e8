//! The declared form of the submit body, beside the types of the fast path. The tests hold the
//! two equal: every name and every requirement here is one of [`TripBody`](super::TripBody).

use serde_json::Value;
use uuid::Uuid;

use crate::model::{
    LodgingKind, LonLat, PcGrade, PersonId, Purpose, TransportMode, TravellerRole, TripKind,
};

use super::form::{Form, Member, kind, reads};
use super::leaf::{Day, Degrees, Instant, Label, PLACE_FORM, PlaceIn, Words};

macro_rules! leaf {
    ($type:ty, $says:expr) => {
        &Form::Leaf { reads: reads::<$type>, says: $says }
    };
}

macro_rules! one_of {
    ($type:ty) => {
        &Form::Leaf {
            reads: reads::<$type>,
            says: |_value| {
                let names: Vec<&str> = <$type>::ALL.iter().map(|one| one.as_str()).collect();
                ("CHOICE", format!("one of {}", names.join(", ")))
            },
        }
    };
}

const fn required(name: &'static str, form: &'static Form) -> Member {
    Member { name, optional: false, form }
}

const fn optional(name: &'static str, form: &'static Form) -> Member {
    Member { name, optional: true, form }
}

const LABEL: &Form = leaf!(Label, |value| text(value, 200));
const WORDS: &Form = leaf!(Words, |value| text(value, 4000));
const FLAG: &Form = leaf!(bool, |value| typed(value, "true or false"));
const ID: &Form = leaf!(Uuid, |_value| ("FORMAT", "an id is a UUID".to_owned()));
const PERSON: &Form = leaf!(PersonId, |_value| ("FORMAT", "a person_id is a UUID".to_owned()));
const SEQ: &Form = leaf!(u16, |value| typed(value, "a whole number from 0 to 65535"));
const CITY: &Form = leaf!(u32, |value| typed(value, "the whole number of a GeoNames id"));
const LON: &Form = leaf!(Degrees<180>, |_value| degrees("a longitude from -180 to 180"));
const LAT: &Form = leaf!(Degrees<90>, |_value| degrees("a latitude from -90 to 90"));
const POINT: &Form = leaf!(LonLat, |_value| degrees(
    "[lon, lat], longitude from -180 to 180 and latitude from -90 to 90"
));
const DAY: &Form = leaf!(Day, |_value| ("FORMAT", "a day as YYYY-MM-DD".to_owned()));
const TIME: &Form = leaf!(Instant, time);

const PLACE: &Form = &Form::Object {
    members: &[
        optional("airport", LABEL),
        optional("city", CITY),
        optional("lon", LON),
        optional("lat", LAT),
        optional("area_id", LABEL),
        optional("place", LABEL),
    ],
    whole: |value| (!reads::<PlaceIn>(value)).then_some(("PLACE_FORM", PLACE_FORM)),
};

const SEGMENT: &Form = &Form::Object {
    members: &[
        required("seq", SEQ),
        required("mode", one_of!(TransportMode)),
        required("from", PLACE),
        required("to", PLACE),
        required("departs_at", TIME),
        required("arrives_at", TIME),
        optional("carrier_code", LABEL),
        optional("flight_no", LABEL),
        optional("airside_transit", FLAG),
        optional("route_points", &Form::List { of: POINT, least: 0, most: 500 }),
    ],
    whole: sound,
};

const TRAVELLER: &Form = &Form::Object {
    members: &[required("person_id", PERSON), optional("role", one_of!(TravellerRole))],
    whole: sound,
};

const LODGING: &Form = &Form::Object {
    members: &[
        required("area_id", LABEL),
        required("kind", one_of!(LodgingKind)),
        optional("name", LABEL),
        optional("address", WORDS),
        optional("phone", LABEL),
        optional("lon", LON),
        optional("lat", LAT),
        optional("from", DAY),
    ],
    whole: sound,
};

const PRIVATE_DAYS: &Form =
    &Form::Object { members: &[required("from", DAY), required("to", DAY)], whole: sound };

const EXTERNAL_REF: &Form =
    &Form::Object { members: &[required("system", LABEL), required("id", LABEL)], whole: sound };

/// The submit body.
pub(super) const TRIP: Form = Form::Object {
    members: &[
        required("trip_kind", one_of!(TripKind)),
        required("purpose", one_of!(Purpose)),
        optional("purpose_text", WORDS),
        optional("justification", WORDS),
        optional("pc_grade", one_of!(PcGrade)),
        optional("programme_activity_id", LABEL),
        required("travellers", &Form::List { of: TRAVELLER, least: 1, most: 200 }),
        required("segments", &Form::List { of: SEGMENT, least: 1, most: 60 }),
        optional("until", DAY),
        optional("open_ended", FLAG),
        optional("lodging", &Form::List { of: LODGING, least: 0, most: 120 }),
        optional("private_days", &Form::List { of: PRIVATE_DAYS, least: 0, most: 60 }),
        optional("organization", LABEL),
        optional("external_refs", &Form::List { of: EXTERNAL_REF, least: 0, most: 20 }),
        optional("mscr_id", ID),
        optional("fields", &Form::Named(WORDS)),
        optional("idempotency_key", LABEL),
    ],
    whole: sound,
};

const fn sound(_value: &Value) -> Option<(&'static str, &'static str)> {
    None
}

fn typed(value: &Value, wanted: &str) -> (&'static str, String) {
    ("TYPE", format!("{wanted} is wanted here, not {}", kind(value)))
}

fn text(value: &Value, most: usize) -> (&'static str, String) {
    if value.is_string() {
        ("FORMAT", format!("a text of at most {most} letters, without NUL"))
    } else {
        typed(value, "a text")
    }
}

fn degrees(wanted: &str) -> (&'static str, String) {
    ("COORDINATES_IMPOSSIBLE", format!("{wanted} is wanted here"))
}

fn time(value: &Value) -> (&'static str, String) {
    let local = value.as_str().is_some_and(|text| text.parse::<jiff::civil::DateTime>().is_ok());
    let without_offset = local && !reads::<jiff::Timestamp>(value);
    if without_offset {
        (
            "TIME_OFFSET_MISSING",
            "a time needs its offset, as in 2026-12-01T08:30:00+03:00".to_owned(),
        )
    } else {
        ("FORMAT", "a time as in 2026-12-01T08:30:00+03:00".to_owned())
    }
}
