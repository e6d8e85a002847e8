//! A day of trips, drawn from a seed: the same seed, people and day give the same trips.
//!
//! Nothing here asks anybody: [`fn@day`] is a function of its arguments, and the traffic only sends
//! what it answers.

mod body;
mod day;
mod draw;
mod journey;
mod purpose;
mod roster;
mod spot;
mod way;
mod wrong;

use jiff::civil::Date;
use serde_json::Value;

use super::gazetteer::Gazetteer;

pub use day::day;
pub(super) use day::reference;
pub use wrong::Wrong;

/// What a day is drawn from.
#[derive(Debug, Clone, Copy)]
pub struct World<'g> {
    /// Towns and airports, with their areas where lodging is to be given.
    pub gazetteer: &'g Gazetteer,
    /// Size of the generated population.
    pub people: u64,
    /// The day on which the trips are submitted.
    pub today: Date,
}

/// Who sends a trip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sender {
    /// The machine client of an organization, by its position.
    Client(usize),
    /// A person of the population, by number.
    Person(u64),
    /// A machine that may not submit: the learning system.
    NoRight,
    /// Nobody: no token.
    Nobody,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Payload {
    /// A JSON document.
    Json(Value),
    /// Text under a media type.
    Text {
        /// The media type.
        media: &'static str,
        /// The text.
        text: String,
    },
}

/// What must come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// 201 with a clearance for each traveller and stay.
    Accepted,
    /// 201 with the very answer of an earlier trip, by its position.
    Repeated(usize),
    /// A refusal, and nothing stored.
    Refused(Wrong),
}

/// One request of the day.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedTrip {
    /// What kind of trip it is, for the table.
    pub label: &'static str,
    /// Who sends it.
    pub sender: Sender,
    /// What is sent.
    pub payload: Payload,
    /// The idempotency key.
    pub key: Option<String>,
    /// What must come back.
    pub expect: Expect,
    /// How many travel.
    pub travellers: usize,
}

impl PlannedTrip {
    /// It needs the answer of another before it is sent.
    pub fn follows(&self) -> bool {
        match self.expect {
            Expect::Accepted => false,
            Expect::Repeated(_) => true,
            Expect::Refused(wrong) => wrong.follows(),
        }
    }
}
