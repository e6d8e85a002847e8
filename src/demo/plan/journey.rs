//! A journey as it is made: legs with their times, stays between them.

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Span, Timestamp};

use super::spot::Spot;
use crate::demo::chance::Chance;
use crate::demo::distance::{km, part_way};
use crate::model::{AreaId, LonLat, TransportMode};

/// Points of a way on the ground stand at most so far apart.
const POINT_GAP_KM: f64 = 80.0;

/// One leg.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Leg {
    pub(super) mode: TransportMode,
    pub(super) from: Spot,
    pub(super) to: Spot,
    pub(super) departs_at: Timestamp,
    pub(super) arrives_at: Timestamp,
    /// Carrier and flight number.
    pub(super) flight: Option<(String, String)>,
    pub(super) airside_transit: bool,
    pub(super) route_points: Vec<LonLat>,
}

/// A stay that wants lodging.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rest {
    pub(super) area: Option<AreaId>,
    pub(super) at: LonLat,
}

/// A journey under way.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Journey {
    pub(super) start: Spot,
    at: Spot,
    pub(super) now: Timestamp,
    pub(super) legs: Vec<Leg>,
    pub(super) rests: Vec<Rest>,
    /// Last day of a last stay that no leg ends.
    pub(super) until: Option<Date>,
    /// The last stay has no end.
    pub(super) open_ended: bool,
}

impl Journey {
    /// Sets out.
    pub(super) fn begin(start: Spot, now: Timestamp) -> Self {
        Self {
            at: start.clone(),
            start,
            now,
            legs: Vec::new(),
            rests: Vec::new(),
            until: None,
            open_ended: false,
        }
    }

    /// Goes on to a place.
    pub(super) fn go(&mut self, mode: TransportMode, to: Spot, chance: &mut Chance) {
        let away = km(self.at.at, to.at);
        let arrives_at = later(self.now, duration(mode, away));
        self.legs.push(Leg {
            mode,
            from: self.at.clone(),
            to: to.clone(),
            departs_at: self.now,
            arrives_at,
            flight: mode.is_air().then(|| flight(mode, chance)),
            airside_transit: false,
            route_points: if mode.is_air() { Vec::new() } else { points(self.at.at, to.at, away) },
        });
        self.at = to;
        self.now = arrives_at;
    }

    /// Changes planes without leaving the airport: the next flight departs some hours later.
    pub(super) fn change_planes(&mut self, mode: TransportMode, to: Spot, chance: &mut Chance) {
        self.now = later(self.now, SignedDuration::from_mins(i64::from(chance.between(90, 360))));
        self.go(mode, to, chance);
        if let Some(leg) = self.legs.last_mut() {
            leg.airside_transit = true;
        }
    }

    /// Stays so many nights, and leaves in the hours after.
    pub(super) fn rest(&mut self, nights: u32, chance: &mut Chance) {
        self.rests.push(Rest { area: self.at.area.clone(), at: self.at.at });
        let minutes = i64::from(nights) * 24 * 60 + i64::from(chance.between(60, 420));
        self.now = later(self.now, SignedDuration::from_mins(minutes));
    }

    /// Goes back to the start.
    pub(super) fn return_home(&mut self, mode: TransportMode, chance: &mut Chance) {
        self.go(mode, self.start.clone(), chance);
    }

    /// Stays on: so many nights, or for ever.
    pub(super) fn remain(&mut self, nights: Option<u32>, chance: &mut Chance) {
        self.rest(nights.unwrap_or(0), chance);
        self.until = nights.map(|_| Offset::UTC.to_datetime(self.now).date());
        self.open_ended = nights.is_none();
    }

    /// First departure.
    pub(super) fn departs_at(&self) -> Timestamp {
        self.legs.first().map_or(self.now, |leg| leg.departs_at)
    }
}

/// An instant and a duration after it.
pub(super) fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(at)
}

fn duration(mode: TransportMode, away_km: f64) -> SignedDuration {
    let (speed, extra_minutes) = match mode {
        TransportMode::AirCommercial => (800.0, 45.0),
        TransportMode::AirUn | TransportMode::AirCharter => (450.0, 30.0),
        TransportMode::RoadOwn => (60.0, 10.0),
        TransportMode::RoadUnConvoy => (40.0, 20.0),
        TransportMode::Rail => (90.0, 15.0),
        TransportMode::Sea => (30.0, 30.0),
        TransportMode::Foot => (4.0, 5.0),
        TransportMode::Mixed => (45.0, 30.0),
    };
    let minutes = (away_km / speed).mul_add(60.0, extra_minutes).ceil();
    SignedDuration::try_from_secs_f64(minutes * 60.0).unwrap_or(SignedDuration::from_hours(1))
}

/// Points between the ends, so that the way is known.
fn points(from: LonLat, to: LonLat, away_km: f64) -> Vec<LonLat> {
    let mut between = Vec::new();
    let mut done = POINT_GAP_KM;
    while done < away_km && between.len() < 40 {
        between.push(part_way(from, to, done / away_km));
        done += POINT_GAP_KM;
    }
    between
}

fn flight(mode: TransportMode, chance: &mut Chance) -> (String, String) {
    const CARRIERS: [&str; 12] =
        ["ET", "KQ", "TK", "AF", "KL", "LH", "QR", "EK", "AV", "SQ", "SA", "MS"];
    let carrier = if mode == TransportMode::AirCommercial {
        chance.pick(&CARRIERS).copied().unwrap_or("ET")
    } else {
        "UN"
    };
    (carrier.to_owned(), format!("{carrier}{}", chance.between(100, 999)))
}

/// The beginning of a day in UTC, plus minutes.
pub(super) fn at(today: Date, days: i64, minutes: i64) -> Timestamp {
    let midnight = today.saturating_add(Span::new().days(days)).at(0, 0, 0, 0);
    let start = Offset::UTC.to_timestamp(midnight).unwrap_or(Timestamp::UNIX_EPOCH);
    later(start, SignedDuration::from_mins(minutes))
}
