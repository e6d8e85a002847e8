//! Which facts a decision needs, and how they come together.

use jiff::Timestamp;
use jiff::civil::Date;

use super::error::TripsError;
use super::sound;
use super::store::{FactAnswer, FactQuestion, KnownPerson, NightQuestion};
use crate::access::{Scope, Subject};
use crate::decision::{flights, operators};
use crate::model::{
    AreaId, AreaPolicy, CountKey, Facts, Gap, Itinerary, NightCount, OrganizationId,
    OrganizationRules, PersonFacts, PersonId, Terrain, TerrainStay, Trip, TripKind,
};
use crate::web::Fault;

/// The question of a trip on its ground, for a caller who may act within a scope.
pub(super) fn question(trip: &Trip, terrain: &Terrain, scope: &Scope) -> FactQuestion {
    let mut question = FactQuestion {
        people: trip.travellers.iter().map(|one| one.person_id).collect(),
        scope: scope.clone(),
        nights: Vec::new(),
        arrivals: Vec::new(),
        window: Some(window(trip, terrain)),
        flights: flights(trip, terrain),
        operators: operators(trip, terrain),
        own: None,
        mission: trip.mscr_id,
    };
    for stay in &terrain.stays {
        let Some(area) = stay.area.and_then(|area| terrain.areas.get(area)) else { continue };
        let Some(policy) = &area.policy else { continue };
        for night in counted_nights(stay, policy) {
            question.nights.extend(count_keys(policy).map(|key| NightQuestion {
                area_id: area.area_id.clone(),
                night,
                key,
            }));
        }
        if policy.auto_quota_per_day.is_some() {
            question.arrivals.push((area.area_id.clone(), stay.arrive));
        }
    }
    question
}

/// The question for people alone, to tell who is unknown.
pub(super) fn people_question(people: Vec<PersonId>, scope: &Scope) -> FactQuestion {
    FactQuestion {
        people,
        scope: scope.clone(),
        nights: Vec::new(),
        arrivals: Vec::new(),
        window: None,
        flights: Vec::new(),
        operators: Vec::new(),
        own: None,
        mission: None,
    }
}

/// First departure and the end of the trip; the end of time for one that has none.
pub(super) fn window(trip: &Trip, terrain: &Terrain) -> (Timestamp, Timestamp) {
    let Itinerary { segments, until, open_ended, .. } = &trip.itinerary;
    let start = segments.first().map_or(Timestamp::MAX, |segment| segment.departs_at);
    let arrival = segments.last().map_or(start, |segment| segment.arrives_at);
    let last_zone = terrain.places.last().map(|(_, to)| &to.zone);
    let end = match (open_ended, until, last_zone) {
        (true, ..) => Timestamp::MAX,
        (false, Some(until), Some(zone)) => arrival.max(zone.end_of(*until)),
        (false, ..) => arrival,
    };
    (start, end)
}

/// Nights that take a place under ceilings; a visit within a day takes its day's place where the
/// area counts those.
fn counted_nights(stay: &TerrainStay, policy: &AreaPolicy) -> Vec<Date> {
    let ceilings = &policy.ceilings;
    if ceilings.is_unlimited() {
        return Vec::new();
    }
    match stay.nights {
        0 if ceilings.count_day_visits => vec![stay.arrive],
        nights => stay.arrive.series(jiff::Span::new().days(1)).take(usize_of(nights)).collect(),
    }
}

fn usize_of(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn count_keys(policy: &AreaPolicy) -> impl Iterator<Item = CountKey> {
    let ceilings = &policy.ceilings;
    let total = ceilings.total.map(|_| CountKey::Total);
    let organizations = ceilings.by_organization.keys().cloned().map(CountKey::Organization);
    let categories = ceilings.by_category.keys().copied().map(CountKey::Category);
    total.into_iter().chain(organizations).chain(categories)
}

/// Settles a trip with what the store knows: everyone is known, the caller may act for them, the
/// trip belongs to an organization and ends somewhere. Answers the facts of the decision.
pub(super) fn settled(
    (trip, named): (&mut Trip, Option<&OrganizationId>),
    terrain: &Terrain,
    asked: &FactQuestion,
    answer: FactAnswer,
) -> Result<Facts, TripsError> {
    let unknown = (0..).zip(&answer.people).filter(|(_, known)| known.is_none());
    let mut faults = sound::unknown_people(unknown.map(|(index, _)| index));
    let known: Vec<KnownPerson> = answer.people.into_iter().flatten().collect();
    let rules = organization_rules(named, &known, &mut faults);
    let people: Vec<PersonFacts> = known.into_iter().map(|known| known.facts).collect();
    faults.extend(sound::open_fault(trip, terrain, &people));
    let Some(organization) = rules.filter(|_| faults.is_empty()) else {
        return Err(TripsError::Invalid(faults));
    };
    let official = trip.trip_kind != TripKind::Personal;
    if !people.iter().all(|one| may_act_for(&asked.scope, one, official)) {
        return Err(TripsError::NotForTraveller);
    }
    trip.organization = organization.organization.clone();
    let gaps = missing_counts(asked, &answer.nights);
    let flights = answer.flights.into_iter();
    let flights = flights.filter(|(of, _)| *of == organization.organization);
    let flights = flights.map(|(_, count)| count).collect();
    let operators = answer.operators.into_iter();
    let operators = operators.filter(|(of, _)| *of == organization.organization);
    let operators = operators.map(|(_, told)| told).collect();
    Ok(Facts {
        now: answer.now,
        people,
        nights: answer.nights,
        arrivals: answer.arrivals,
        organization,
        mscr: answer.mission,
        activity_grades: None,
        gaps,
        flights,
        operators,
        standing: Vec::new(),
    })
}

/// The question of a trip on record: people and mission request alone. What its clearances hold of the counts is theirs
/// already, and other trips do not matter to them.
pub(super) fn question_again(trip: &Trip, scope: &Scope) -> FactQuestion {
    let people = trip.travellers.iter().map(|one| one.person_id).collect();
    FactQuestion { mission: trip.mscr_id, ..people_question(people, scope) }
}

/// The facts of a trip on record. Lateness is judged as it was when a decision was asked for
/// (`then`), and its places are its own: a ceiling lowered since moves nobody. A traveller
/// who is gone is a gap: a person decides.
pub(super) fn again(trip: &Trip, terrain: &Terrain, answer: FactAnswer, then: Timestamp) -> Facts {
    let own = question(trip, terrain, &Scope::service("counts of a trip on record"));
    let pairs = trip.travellers.iter().zip(&answer.people);
    let gone = pairs.filter(|(_, known)| known.is_none());
    let mut gaps: Vec<Gap> = gone.map(|(one, _)| Gap::Person(one.person_id)).collect();
    let known: Vec<KnownPerson> = answer.people.into_iter().flatten().collect();
    let mut rules = known.iter().map(|known| &known.rules);
    let organization = rules.find(|rules| rules.organization == trip.organization).cloned();
    if organization.is_none() {
        gaps.push(Gap::Organization(trip.organization.clone()));
    }
    Facts {
        now: then,
        people: known.into_iter().map(|known| known.facts).collect(),
        nights: own.nights.into_iter().map(free).collect(),
        arrivals: own.arrivals.into_iter().map(|(area, day)| (area, day, 0)).collect(),
        organization: organization.unwrap_or_else(|| OrganizationRules {
            organization: trip.organization.clone(),
            entitlement_notify_only: false,
            flight_concentration_max: u32::MAX,
        }),
        mscr: answer.mission,
        activity_grades: None,
        gaps,
        // the organization's side is no part of a decision made again
        flights: Vec::new(),
        operators: Vec::new(),
        standing: Vec::new(),
    }
}

/// The facts of two versions of a trip that are compared: one clock for both, nobody's places
/// taken, the people as they are now.
pub(super) fn under_one_clock(
    facts: &Facts,
    trip: &Trip,
    terrain: &Terrain,
    then: Timestamp,
) -> Facts {
    let own = question(trip, terrain, &Scope::service("counts of a trip on record"));
    let gaps = facts.gaps.iter().filter(|gap| !matches!(gap, Gap::Counts(_)));
    Facts {
        now: then,
        nights: own.nights.into_iter().map(free).collect(),
        arrivals: own.arrivals.into_iter().map(|(area, day)| (area, day, 0)).collect(),
        gaps: gaps.cloned().collect(),
        flights: Vec::new(),
        operators: Vec::new(),
        standing: Vec::new(),
        ..facts.clone()
    }
}

fn free(place: NightQuestion) -> NightCount {
    let NightQuestion { area_id, night, key } = place;
    NightCount { area_id, night, key, committed: 0, residents: 0 }
}

/// The organization that a trip is for: the one it names, which must be a traveller's; else the
/// first traveller's.
fn organization_rules(
    named: Option<&OrganizationId>,
    people: &[KnownPerson],
    faults: &mut Vec<Fault>,
) -> Option<OrganizationRules> {
    let fitting = people
        .iter()
        .map(|known| &known.rules)
        .find(|rules| named.is_none_or(|named| rules.organization == *named));
    if fitting.is_none() && named.is_some() && faults.is_empty() {
        faults.push(Fault {
            pointer: "/organization".to_owned(),
            code: "ORGANIZATION_UNKNOWN",
            detail: "no traveller is of this organization".to_owned(),
        });
    }
    fitting.cloned()
}

fn may_act_for(scope: &Scope, one: &PersonFacts, official: bool) -> bool {
    let subject = Subject {
        person: one.person.person_id,
        sponsor: one.person.sponsor_person_id,
        organization: &one.person.organization,
        official,
        area: None,
        country: None,
    };
    scope.sight(&subject).is_some()
}

/// Areas of which a count that was asked did not come: a person decides there.
fn missing_counts(asked: &FactQuestion, nights: &[NightCount]) -> Vec<Gap> {
    let mut areas: Vec<&AreaId> = asked
        .nights
        .iter()
        .filter(|wanted| {
            !nights.iter().any(|count| {
                count.area_id == wanted.area_id
                    && count.night == wanted.night
                    && count.key == wanted.key
            })
        })
        .map(|wanted| &wanted.area_id)
        .collect();
    areas.dedup();
    areas.into_iter().cloned().map(Gap::Counts).collect()
}
