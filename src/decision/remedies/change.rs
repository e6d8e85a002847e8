//! A change of a trip: in words, as a patch of the submit body, and applied to the values.

use std::borrow::Cow;

use compact_str::CompactString;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::decision::case::days_after;
use crate::decision::registry::Rule;
use crate::decision::rules::area::R_404;
use crate::decision::rules::ceilings::{R_410, R_503};
use crate::decision::rules::completeness::R_205;
use crate::decision::rules::knowledge::{R_004, R_005};
use crate::decision::rules::lateness::R_403;
use crate::decision::rules::lodging::R_203;
use crate::decision::rules::training::{R_301, R_303, R_304};
use crate::model::{
    AreaId, Certificate, CertificateState, Course, DayRange, Facts, Lodging, LodgingKind, PersonId,
    RuleId, Secret, Trip,
};

/// What stands in a patch where only the requester knows the words.
const TO_BE_GIVEN: &str = "(to be given)";

/// One entry of the catalogue.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Change {
    /// Obtain a verified certificate.
    Obtain {
        /// Who.
        person: PersonId,
        /// Which course.
        course: Course,
        /// Completed by this day.
        on: Date,
        /// Valid through this day.
        through: Date,
    },
    /// Give fields that the area's policy adds.
    Supply {
        /// Which.
        fields: Vec<CompactString>,
    },
    /// Say why so late.
    Justify,
    /// Give the address of a house.
    Address {
        /// Position of the lodging.
        at: usize,
    },
    /// Sleep somewhere, or somewhere else.
    Lodge {
        /// Position of the lodging to replace; none adds one.
        at: Option<usize>,
        /// Area of the stay.
        area_id: Option<AreaId>,
        /// What kind.
        kind: LodgingKind,
        /// The house's name.
        name: Option<CompactString>,
    },
    /// Go later: this segment and everything after it.
    Shift {
        /// Position of the first segment that moves.
        from: usize,
        /// Days given by date move from this one on.
        since: Date,
        /// By how many days.
        days: i32,
    },
    /// Leave out the segments from the first to the last, both included.
    Drop {
        /// Position of the first.
        first: usize,
        /// Position of the last.
        last: usize,
    },
}

/// So many days later.
pub(super) fn later(day: Date, days: i32) -> Date {
    days_after(day, days)
}

fn later_at(at: Timestamp, days: i32) -> Timestamp {
    at.checked_add(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(at)
}

impl Change {
    /// The itinerary changes: it must be surveyed again.
    pub(super) const fn moves(&self) -> bool {
        matches!(self, Self::Shift { .. } | Self::Drop { .. } | Self::Lodge { .. })
    }

    /// Whether a segment is left out.
    pub(super) fn leaves_out(&self, segment: usize) -> bool {
        matches!(self, Self::Drop { first, last } if (*first..=*last).contains(&segment))
    }

    /// Whether what a rule says can become another by it. Asked of changes that do not move. Counts
    /// move with what others are decided.
    pub(super) fn touches(&self, rule: RuleId) -> bool {
        let read: &[Rule] = match self {
            Self::Obtain { .. } => &[R_004, R_005, R_301, R_303, R_304, R_404],
            Self::Supply { .. } => &[R_205, R_403],
            Self::Justify => &[R_403, R_205],
            Self::Address { .. } => &[R_203],
            Self::Lodge { .. } | Self::Shift { .. } | Self::Drop { .. } => return true,
        };
        [R_410, R_503].iter().chain(read).any(|known| known.id == rule)
    }

    /// Both do the same, this one less of it.
    pub(super) const fn is_smaller_kin_of(&self, other: &Self) -> bool {
        matches!(
            (self, other),
            (Self::Shift { .. }, Self::Shift { .. }) | (Self::Lodge { .. }, Self::Lodge { .. })
        )
    }

    /// In words.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Obtain { course, through, .. } => {
                format!("Obtain {}, valid through {through}.", course.as_str())
            }
            Self::Supply { fields } => format!("Give {}.", fields.join(", ")),
            Self::Justify => "Say why the request is late.".to_owned(),
            Self::Address { .. } => "Give the address of the house.".to_owned(),
            Self::Lodge { kind: LodgingKind::Tba, .. } => {
                "Say that the lodging will be advised.".to_owned()
            }
            Self::Lodge { kind: LodgingKind::UnCompound, .. } => {
                "Stay in a compound of the organization.".to_owned()
            }
            Self::Lodge { name: Some(name), .. } => format!("Stay at {name}."),
            Self::Lodge { name: None, .. } => "Give the hotel.".to_owned(),
            Self::Shift { days: 1, .. } => "Go one day later.".to_owned(),
            Self::Shift { days, .. } => format!("Go {days} days later."),
            Self::Drop { .. } => "Leave out this stay.".to_owned(),
        }
    }

    /// `{"course", "valid_through"}` of a course to be obtained.
    pub(super) fn obtained(&self) -> Option<Value> {
        let Self::Obtain { course, through, .. } = self else { return None };
        Some(json!({"course": course.as_str(), "valid_through": through.to_string()}))
    }

    /// RFC 6902 operations on the submit body of the trip as it stands.
    pub(super) fn patch(&self, trip: &Trip) -> Vec<Value> {
        match self {
            Self::Obtain { .. } => Vec::new(),
            Self::Supply { fields } => supply_patch(trip, fields),
            Self::Justify => vec![add("/justification", &json!(TO_BE_GIVEN))],
            Self::Address { at } => {
                vec![add(&format!("/lodging/{at}/address"), &json!(TO_BE_GIVEN))]
            }
            Self::Lodge { at: None, area_id, kind, name } => {
                let mut house = json!({"area_id": area_id, "kind": kind});
                if let (Some(name), Some(house)) = (name, house.as_object_mut()) {
                    house.insert("name".to_owned(), json!(name));
                }
                if trip.itinerary.lodging.is_empty() {
                    vec![add("/lodging", &json!([house]))]
                } else {
                    vec![add("/lodging/-", &house)]
                }
            }
            Self::Lodge { at: Some(at), kind, name, .. } => {
                relodge_patch(trip, *at, *kind, name.as_ref())
            }
            Self::Shift { from, since, days } => shift_patch(trip, *from, *since, *days),
            Self::Drop { first, last } => {
                (*first..=*last).rev().map(|at| remove(&format!("/segments/{at}"))).collect()
            }
        }
    }

    /// The change made to the values: what the patched body would be read as.
    pub(super) fn apply(&self, trip: &mut Cow<'_, Trip>, facts: &mut Cow<'_, Facts>) {
        match self {
            Self::Obtain { person, course, on, through } => {
                let people = &mut facts.to_mut().people;
                let who = people.iter_mut().find(|who| who.person.person_id == *person);
                if let Some(who) = who {
                    who.certificates.push(Certificate {
                        course: course.clone(),
                        completed_on: *on,
                        expires_on: Some(*through),
                        state: CertificateState::Verified,
                    });
                }
            }
            Self::Supply { fields } => {
                let trip = trip.to_mut();
                for field in fields {
                    match field.as_str() {
                        "purpose_text" => trip.purpose_text = Some(Secret::new(TO_BE_GIVEN.into())),
                        "justification" => {
                            trip.justification = Some(Secret::new(TO_BE_GIVEN.into()));
                        }
                        _ => trip.supplied_fields.push(field.clone()),
                    }
                }
            }
            Self::Justify => trip.to_mut().justification = Some(Secret::new(TO_BE_GIVEN.into())),
            Self::Address { at } => {
                if let Some(house) = trip.to_mut().itinerary.lodging.get_mut(*at) {
                    house.address = Some(Secret::new(TO_BE_GIVEN.into()));
                }
            }
            Self::Lodge { at, area_id, kind, name } => {
                let Some(area_id) = area_id.clone() else { return };
                let lodging = &mut trip.to_mut().itinerary.lodging;
                let from = at.and_then(|at| lodging.get(at)?.from);
                let name = name.clone().map(Secret::new);
                let (address, phone, point) = (None, None, None);
                let house = Lodging { area_id, kind: *kind, name, address, phone, point, from };
                match at.and_then(|at| lodging.get_mut(at)) {
                    Some(known) => *known = house,
                    None => lodging.push(house),
                }
            }
            Self::Shift { from, since, days } => shift(trip.to_mut(), *from, *since, *days),
            Self::Drop { first, last } => {
                let mut at = 0;
                trip.to_mut().itinerary.segments.retain(|_| {
                    let left_out = (*first..=*last).contains(&at);
                    at += 1;
                    !left_out
                });
            }
        }
    }
}

fn shift(trip: &mut Trip, from: usize, since: Date, days: i32) {
    let itinerary = &mut trip.itinerary;
    for segment in itinerary.segments.iter_mut().skip(from) {
        segment.departs_at = later_at(segment.departs_at, days);
        segment.arrives_at = later_at(segment.arrives_at, days);
    }
    itinerary.until = itinerary.until.map(|until| later(until, days));
    for house in &mut itinerary.lodging {
        house.from =
            house.from.map(|first| if first >= since { later(first, days) } else { first });
    }
    for leave in trip.private_days.iter_mut().filter(|leave| leave.from >= since) {
        *leave = DayRange { from: later(leave.from, days), to: later(leave.to, days) };
    }
}

fn shift_patch(trip: &Trip, from: usize, since: Date, days: i32) -> Vec<Value> {
    let mut patch = Vec::new();
    for (at, segment) in trip.itinerary.segments.iter().enumerate().skip(from) {
        let moved = [("departs_at", segment.departs_at), ("arrives_at", segment.arrives_at)];
        patch.extend(moved.into_iter().map(|(name, time)| {
            let value = json!(later_at(time, days).to_string());
            add(&format!("/segments/{at}/{name}"), &value)
        }));
    }
    let day = |path: String, day: Date| add(&path, &json!(later(day, days).to_string()));
    patch.extend(trip.itinerary.until.map(|until| day("/until".to_owned(), until)));
    for (at, house) in trip.itinerary.lodging.iter().enumerate() {
        let first = house.from.filter(|first| *first >= since);
        patch.extend(first.map(|first| day(format!("/lodging/{at}/from"), first)));
    }
    for (at, leave) in trip.private_days.iter().enumerate().filter(|(_, l)| l.from >= since) {
        patch.push(day(format!("/private_days/{at}/from"), leave.from));
        patch.push(day(format!("/private_days/{at}/to"), leave.to));
    }
    patch
}

fn supply_patch(trip: &Trip, fields: &[CompactString]) -> Vec<Value> {
    let mut patch = Vec::new();
    let (own, added): (Vec<_>, Vec<_>) =
        fields.iter().partition(|field| matches!(field.as_str(), "purpose_text" | "justification"));
    patch.extend(own.iter().map(|field| add(&format!("/{field}"), &json!(TO_BE_GIVEN))));
    if trip.supplied_fields.is_empty() && !added.is_empty() {
        let all = added.iter().map(|field| (field.to_string(), json!(TO_BE_GIVEN))).collect();
        patch.push(add("/fields", &Value::Object(all)));
    } else {
        patch.extend(added.iter().map(|field| {
            let name = field.replace('~', "~0").replace('/', "~1");
            add(&format!("/fields/{name}"), &json!(TO_BE_GIVEN))
        }));
    }
    patch
}

/// Another house in the place of one: what belonged to the old one goes.
fn relodge_patch(
    trip: &Trip,
    at: usize,
    kind: LodgingKind,
    name: Option<&CompactString>,
) -> Vec<Value> {
    let path = |field: &str| format!("/lodging/{at}/{field}");
    let mut operations = vec![add(&path("kind"), &json!(kind))];
    let Some(house) = trip.itinerary.lodging.get(at) else { return operations };
    match name {
        Some(name) => operations.push(add(&path("name"), &json!(name))),
        None => operations.extend(house.name.is_some().then(|| remove(&path("name")))),
    }
    operations.extend(house.address.is_some().then(|| remove(&path("address"))));
    operations.extend(house.phone.is_some().then(|| remove(&path("phone"))));
    if house.point.is_some() {
        operations.extend([remove(&path("lon")), remove(&path("lat"))]);
    }
    operations
}

/// Adds a member, or replaces it.
fn add(path: &str, value: &Value) -> Value {
    json!({"op": "add", "path": path, "value": value})
}

fn remove(path: &str) -> Value {
    json!({"op": "remove", "path": path})
}
