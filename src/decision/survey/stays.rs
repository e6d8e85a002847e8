//! Stays between segments.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::Ends;
use super::ground::Ground;
use crate::decision::sanity::returns;
use crate::model::{
    Itinerary, LonLat, Resolution, ResolvedPlace, Segment, StayKind, TerrainStay, Zone,
};

/// Stays in order of arrival. The area in which the trip begins is marked (`at_start_area`)
/// before the traveller first leaves it, and when the trip ends there.
pub(super) fn derive(
    itinerary: &Itinerary,
    places: &[Ends],
    ground: &mut Ground<'_>,
) -> Vec<TerrainStay> {
    let mut stays: Vec<TerrainStay> = Vec::new();
    let start = places.first().map(|(from, _)| from);
    let mut at_start = true;
    let segments = itinerary.segments.iter().zip(places);
    for (at, (segment, (from, here))) in segments.enumerate() {
        at_start &= start.is_some_and(|start| is_in(start, from) && is_in(start, here));
        let next = itinerary.segments.get(at + 1).zip(places.get(at + 1));
        let Some((leaving, (there, _))) = next else {
            let home = start.is_some_and(|start| returns(start, here));
            let last = last_stay(itinerary, (at, segment), here, home, ground);
            add(&mut stays, last, places, !home);
            break;
        };
        if is_transit((segment, here), (leaving, there), ground) {
            continue;
        }
        let visit =
            Visit { arrives_by: at, here, there, span: (segment.arrives_at, leaving.departs_at) };
        if here.area_id == there.area_id {
            let mut stay = visit.stay(here, visit.span, ground);
            stay.at_start_area = at_start;
            add(&mut stays, stay, places, true);
        } else {
            let (mut one, other) = visit.cut(itinerary, ground);
            one.at_start_area = at_start;
            add(&mut stays, one, places, true);
            add(&mut stays, other, places, true);
        }
    }
    stays
}

fn is_in(one: &ResolvedPlace, other: &ResolvedPlace) -> bool {
    one.area_id.is_some() && one.area_id == other.area_id
}

/// R-107 (C): by air to an airport and by air on from the same one, said to be airside, within
/// the area's limit. Anything else leaves the airport.
fn is_transit(
    (arriving, here): (&Segment, &ResolvedPlace),
    (leaving, there): (&Segment, &ResolvedPlace),
    ground: &mut Ground<'_>,
) -> bool {
    let said = leaving.airside_transit && arriving.mode.is_air() && leaving.mode.is_air();
    let one_airport = here.airport.is_some() && here.airport == there.airport;
    if !said || !one_airport || !is_in(here, there) {
        return false;
    }
    let area = here.area_id.as_ref().and_then(|id| ground.atlas().area(id));
    area.is_some_and(|area| {
        let most = SignedDuration::from_hours(i64::from(area.policy.transit_max_hours));
        arriving.arrives_at.duration_until(leaving.departs_at) <= most
    })
}

/// The time between two segments.
struct Visit<'a> {
    arrives_by: usize,
    here: &'a ResolvedPlace,
    there: &'a ResolvedPlace,
    span: (Timestamp, Timestamp),
}

impl Visit<'_> {
    fn stay(
        &self,
        place: &ResolvedPlace,
        (arrive_at, depart_at): (Timestamp, Timestamp),
        ground: &mut Ground<'_>,
    ) -> TerrainStay {
        let ends = [self.here, self.there].into_iter().filter(|end| end.area_id == place.area_id);
        let mut stay = TerrainStay {
            kind: StayKind::Stay,
            area: place.area_id.as_ref().and_then(|id| ground.meet_id(id)),
            arrive_at,
            depart_at: Some(depart_at),
            arrive: Date::ZERO,
            depart: None,
            nights: 0,
            arrives_by: self.arrives_by,
            leaves_by: Some(self.arrives_by + 1),
            points: Vec::new(),
            place: place.clone(),
            covered_by: ends.clone().find_map(|end| covered_by(end, ground)),
            near: Vec::new(),
            fences: Vec::new(),
            lodging: None,
            at_start_area: false,
        };
        ends.for_each(|end| add_point(&mut stay.points, end));
        date(&mut stay, ground);
        stay
    }

    /// R-112 (D): arrival and departure in two areas make a stay in each. When the traveller goes
    /// from one to the other is not said: the nights are where the lodging is, else where the
    /// traveller arrives; with lodging in both, in both. The other one is a day's visit, on the
    /// day of departure or of arrival.
    fn cut(&self, itinerary: &Itinerary, ground: &mut Ground<'_>) -> (TerrainStay, TerrainStay) {
        let sleeps = |place: &ResolvedPlace| {
            itinerary.lodging.iter().any(|house| Some(&house.area_id) == place.area_id.as_ref())
        };
        let (arrive, depart) = self.span;
        let (here, there) = (sleeps(self.here), sleeps(self.there));
        let day_of_departure = || {
            let zone = zone_of(self.there, ground);
            zone.start_of(zone.day_of(depart)).max(arrive)
        };
        let day_of_arrival = || {
            let zone = zone_of(self.here, ground);
            let end = zone.end_of(zone.day_of(arrive));
            end.checked_sub(SignedDuration::from_secs(1)).unwrap_or(end).min(depart)
        };
        let first = if there && !here { (arrive, day_of_arrival()) } else { self.span };
        let second = if there { self.span } else { (day_of_departure(), depart) };
        (self.stay(self.here, first, ground), self.stay(self.there, second, ground))
    }
}

/// The stay after the last segment: at home, until a day, or without end.
fn last_stay(
    itinerary: &Itinerary,
    (at, segment): (usize, &Segment),
    here: &ResolvedPlace,
    home: bool,
    ground: &mut Ground<'_>,
) -> TerrainStay {
    let until = itinerary.until.filter(|_| !home);
    let depart_at = until.map(|day| zone_of(here, ground).end_of(day));
    let visit = Visit {
        arrives_by: at,
        here,
        there: here,
        span: (segment.arrives_at, depart_at.unwrap_or(segment.arrives_at)),
    };
    let mut stay = visit.stay(here, visit.span, ground);
    stay.leaves_by = None;
    stay.at_start_area = home;
    stay.depart_at = depart_at;
    stay.depart = until;
    date(&mut stay, ground);
    if home {
        stay.nights = 0;
    }
    stay
}

/// Local days and nights. The depart day of a last stay is given, not read from the clock. A stay
/// without end counts as long as visitors may stay.
fn date(stay: &mut TerrainStay, ground: &Ground<'_>) {
    let area = stay.area.and_then(|at| ground.area(at));
    let zone = area.map_or(&stay.place.zone, |area| &area.zone);
    stay.arrive = zone.day_of(stay.arrive_at);
    if stay.leaves_by.is_some() {
        stay.depart = stay.depart_at.map(|at| zone.day_of(at));
    }
    stay.nights = match (stay.depart, area.and_then(|area| area.policy.as_ref())) {
        (Some(depart), _) => {
            let days = (depart - stay.arrive).get_days();
            u32::try_from(days).unwrap_or_default()
        }
        (None, Some(policy)) => policy.max_stay_days,
        (None, None) => 0,
    };
}

fn zone_of(place: &ResolvedPlace, ground: &Ground<'_>) -> Zone {
    let area = place.area_id.as_ref().and_then(|id| ground.atlas().area(id));
    area.map_or_else(|| place.zone.clone(), |area| area.ground.zone.clone())
}

/// Adds a stay; one in the area of the stay before, to which one segment inside the area leads,
/// continues it.
fn add(stays: &mut Vec<TerrainStay>, next: TerrainStay, places: &[Ends], may_merge: bool) {
    let inside = places.get(next.arrives_by).is_some_and(|(from, to)| is_in(from, to));
    let last = stays.last_mut().filter(|last| {
        may_merge
            && inside
            && last.area.is_some()
            && last.area == next.area
            && last.leaves_by == Some(next.arrives_by)
    });
    let Some(last) = last else {
        stays.push(next);
        return;
    };
    for point in next.points {
        if !last.points.contains(&point) {
            last.points.push(point);
        }
    }
    last.nights = match next.depart {
        Some(depart) => u32::try_from((depart - last.arrive).get_days()).unwrap_or_default(),
        None => next.nights,
    };
    last.depart_at = next.depart_at;
    last.depart = next.depart;
    last.leaves_by = next.leaves_by;
    last.covered_by = last.covered_by.or(next.covered_by);
    last.at_start_area &= next.at_start_area;
}

/// A place known only by its area has no point: its label is not where the traveller is.
fn add_point(points: &mut Vec<LonLat>, place: &ResolvedPlace) {
    if place.resolved != Resolution::Named && !points.contains(&place.point) {
        points.push(place.point);
    }
}

/// The area of another country whose shape covers the place.
fn covered_by(place: &ResolvedPlace, ground: &mut Ground<'_>) -> Option<usize> {
    match &place.resolved {
        Resolution::Nearest { covered_by: Some(area), .. } => ground.meet_id(area),
        Resolution::Nearest { covered_by: None, .. }
        | Resolution::Covered
        | Resolution::Named
        | Resolution::Uncertain { .. } => None,
    }
}
