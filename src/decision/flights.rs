//! Who sits on which flight: the organization's side of a trip.

use std::collections::BTreeMap;

use compact_str::CompactString;

use super::rules::aviation::{R_702, R_703};
use crate::model::{
    CENTRAL_DIRECTOR_ABOVE, Facts, Flight, FlightSeats, GateKeeper, OperatorUse, OrganizationGate,
    PersonFacts, Segment, Terrain, TransportMode, Trip, TripKind,
};

/// The flight of a segment; none on the ground, or where carrier and number do not name one.
pub(super) fn flight(trip: &Trip, terrain: &Terrain, segment: usize) -> Option<Flight> {
    let leg = trip.itinerary.segments.get(segment).filter(|leg| leg.mode.is_air())?;
    let (from, _) = terrain.places.get(segment)?;
    Some(Flight { number: number(leg)?, day: from.zone.day_of(leg.departs_at) })
}

/// Carrier and number in one: a number often begins with its carrier already. Digits alone name no
/// flight.
fn number(leg: &Segment) -> Option<CompactString> {
    let plain = |text: &CompactString| -> CompactString {
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
    };
    let number = leg.flight_no.as_ref().map(plain).filter(|number| !number.is_empty())?;
    let carrier = leg.carrier_code.as_ref().map(plain).unwrap_or_default();
    if !carrier.is_empty() && !number.starts_with(carrier.as_str()) {
        return Some(carrier + number.as_str());
    }
    number.chars().any(|c| c.is_ascii_alphabetic()).then_some(number)
}

/// Every flight of a trip, once, in the order of the way.
pub fn flights(trip: &Trip, terrain: &Terrain) -> Vec<Flight> {
    let mut found = Vec::new();
    for at in 0..trip.itinerary.segments.len() {
        found.extend(flight(trip, terrain, at).filter(|flight| !found.contains(flight)));
    }
    found
}

/// Seats that a trip takes on its flights, by the organization of each traveller. Private travel is
/// no organization's matter.
pub fn seats(trip: &Trip, people: &[PersonFacts], terrain: &Terrain) -> Vec<FlightSeats> {
    let mut by_organization = BTreeMap::new();
    for who in people {
        let count: &mut u32 = by_organization.entry(&who.person.organization).or_default();
        *count = count.saturating_add(1);
    }
    if trip.trip_kind == TripKind::Personal {
        return Vec::new();
    }
    let seats = flights(trip, terrain).into_iter().flat_map(|flight| {
        let of = by_organization.iter();
        of.map(move |(organization, people)| FlightSeats {
            organization: (*organization).clone(),
            flight: flight.clone(),
            people: *people,
        })
    });
    seats.collect()
}

/// People of the trip's organization on a segment's flight: the group's, and those of all other
/// live trips.
pub(super) fn aboard(company: u32, facts: &Facts, flight: Option<&Flight>) -> u32 {
    let others = facts.flights.iter().find(|count| Some(&count.flight) == flight);
    company.saturating_add(others.map_or(0, |count| count.people))
}

/// Travellers of the trip's own organization.
pub(super) fn company(trip: &Trip, facts: &Facts) -> u32 {
    let own = facts.people.iter().filter(|who| who.person.organization == trip.organization);
    u32::try_from(own.count()).unwrap_or(u32::MAX)
}

/// Who flies a segment, by ICAO or IATA code, and on which day: the carrier that is named, or the one
/// the flight's number begins with. Nobody asks who flies for the organization itself.
pub(super) fn operator(trip: &Trip, terrain: &Terrain, segment: usize) -> Option<OperatorUse> {
    let leg = trip.itinerary.segments.get(segment)?;
    if !leg.mode.is_air() || leg.mode == TransportMode::AirUn {
        return None;
    }
    let (from, _) = terrain.places.get(segment)?;
    let code = code(leg.carrier_code.as_deref().or(leg.flight_no.as_deref())?)?;
    Some(OperatorUse { code, day: from.zone.day_of(leg.departs_at) })
}

/// The code that a carrier or a flight's number begins with: three letters, or two characters.
fn code(text: &str) -> Option<CompactString> {
    let plain = text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase());
    let plain: CompactString = plain.take(4).collect();
    let letters = plain.chars().take_while(char::is_ascii_alphabetic).count();
    let length = if letters == 3 { 3 } else { 2 };
    let code: CompactString = plain.chars().take(length).collect();
    let named = code.len() == length && code.chars().any(|c| c.is_ascii_alphabetic());
    named.then_some(code)
}

/// Every operator of a trip with the day, once.
pub fn operators(trip: &Trip, terrain: &Terrain) -> Vec<OperatorUse> {
    let mut found = Vec::new();
    for at in 0..trip.itinerary.segments.len() {
        found.extend(operator(trip, terrain, at).filter(|one| !found.contains(one)));
    }
    found
}

/// Whether the organization has to say yes to who flies a segment.
pub(super) fn needs_word(trip: &Trip, facts: &Facts, terrain: &Terrain, segment: usize) -> bool {
    let leg = trip.itinerary.segments.get(segment);
    let flown = operator(trip, terrain, segment);
    let told = facts.operators.iter().find(|known| Some(&known.of) == flown.as_ref());
    leg.is_some_and(is_unnamed_charter)
        || told.is_some_and(|told| told.standing.needs_word() && !told.authorized)
}

/// A charter whose operator is not named.
fn is_unnamed_charter(leg: &Segment) -> bool {
    leg.mode == TransportMode::AirCharter && leg.carrier_code.is_none()
}

/// What waits for the organization's word: charters that nobody is named for, operators that it does
/// not know or recommend, and flights with more of its people than it allows, by whom the size of the
/// group asks for.
pub fn organization_gates(trip: &Trip, facts: &Facts, terrain: &Terrain) -> Vec<OrganizationGate> {
    let limit = facts.organization.flight_concentration_max;
    let company = company(trip, facts);
    let mut gates = Vec::new();
    if trip.trip_kind == TripKind::Personal {
        return gates;
    }
    for (at, leg) in trip.itinerary.segments.iter().enumerate().filter(|(_, leg)| leg.mode.is_air())
    {
        let flight = flight(trip, terrain, at);
        if needs_word(trip, facts, terrain, at) {
            gates.push(OrganizationGate {
                rule: R_702.id,
                segment: leg.seq,
                flight: flight.clone(),
                people: None,
                limit: None,
                keeper: GateKeeper::AirFocalPoint,
            });
        }
        let people = aboard(company, facts, flight.as_ref());
        if leg.flight_no.is_some() && people > limit {
            let central = people > CENTRAL_DIRECTOR_ABOVE;
            gates.push(OrganizationGate {
                rule: R_703.id,
                segment: leg.seq,
                flight,
                people: Some(people),
                limit: Some(limit),
                keeper: if central {
                    GateKeeper::CentralDirector
                } else {
                    GateKeeper::Organization
                },
            });
        }
    }
    gates
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{LonLat, Place, PlaceName};

    fn leg(carrier: Option<&str>, flight_no: Option<&str>) -> Segment {
        let place = || Place { name: PlaceName::Point(LonLat::ORIGIN), label: None };
        Segment {
            seq: 1,
            mode: TransportMode::AirCommercial,
            from: place(),
            to: place(),
            departs_at: jiff::Timestamp::UNIX_EPOCH,
            arrives_at: jiff::Timestamp::UNIX_EPOCH,
            carrier_code: carrier.map(CompactString::from),
            flight_no: flight_no.map(CompactString::from),
            airside_transit: false,
            route_points: Vec::new(),
        }
    }

    #[test]
    fn a_code_is_three_letters_or_two_characters() {
        for (text, expected) in [
            ("ET", Some("ET")),
            ("et 308", Some("ET")),
            ("ETH308", Some("ETH")),
            ("5Y123", Some("5Y")),
            ("U2", Some("U2")),
            ("ETHI", Some("ET")),
            ("308", None),
            ("E", None),
            ("", None),
        ] {
            assert_eq!(code(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn one_flight_has_one_name() {
        for (carrier, flight_no) in
            [(Some("ET"), "ET308"), (Some("et"), "308"), (None, "ET 308"), (Some("ET"), "et-308")]
        {
            let name = number(&leg(carrier, Some(flight_no)));
            assert_eq!(name.as_deref(), Some("ET308"), "{carrier:?} {flight_no}");
        }
        for (carrier, flight_no) in [(None, Some("308")), (Some("ET"), None), (None, Some(" "))] {
            assert_eq!(number(&leg(carrier, flight_no)), None, "{carrier:?} {flight_no:?}");
        }
    }
}
