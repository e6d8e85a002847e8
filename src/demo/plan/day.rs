//! Putting a day together.

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Span};

use super::body::Draft;
use super::draw::Draw;
use super::journey::{at, later};
use super::purpose;
use super::roster::{Candidate, Roster};
use super::way::Way;
use super::wrong::{Sample, Wrong, spoil};
use super::{Expect, Payload, PlannedTrip, Sender, World};
use crate::demo::chance::Chance;
use crate::model::{PersonId, Purpose, TravellerRole, TripKind};

/// Every 50th request is a wrong one.
const WRONG_EVERY: usize = 50;
const WRONG_AT: usize = 37;
/// Every 200th repeats an earlier one, key and all.
const REPEAT_EVERY: usize = 200;
const REPEAT_AT: usize = 121;

/// The requests of a day, `trips` of them or as many as the population has people for.
pub fn day(seed: u64, trips: usize, world: &World<'_>) -> Vec<PlannedTrip> {
    let mut roster = Roster::new(seed, trips, world.people, world.gazetteer);
    let mut planned: Vec<PlannedTrip> = Vec::with_capacity(trips);
    let mut sample: Option<Sample> = None;
    while planned.len() < trips {
        let position = planned.len();
        let repeats = position % REPEAT_EVERY == REPEAT_AT;
        if let Some(sample) = sample.as_ref().filter(|_| repeats) {
            planned.push(sample.repeated());
            continue;
        }
        let Some(lead) = roster.next() else { break };
        let mut chance = Chance::of(seed, "trip", number(position));
        let Some((draft, way)) = draft(&lead, &mut roster, world, &mut chance) else { continue };
        let draft =
            Draft { reference: format!("{}{position}", reference(seed, world.today)), ..draft };
        let key = format!("day-{seed}-{}-{position}", world.today);
        let sound = sound(&draft, way, &lead, key, &mut chance);
        if position % WRONG_EVERY == WRONG_AT {
            let wrong = Wrong::numbered(position / WRONG_EVERY);
            planned.push(spoil(sound, wrong, sample.as_ref()));
            continue;
        }
        if let (TripKind::Official, Payload::Json(body)) = (draft.kind, &sound.payload) {
            sample = Some(Sample { position, sound: sound.clone(), body: body.clone() });
        }
        planned.push(sound);
    }
    planned
}

/// How the references of a day's requests begin, as they stand in `external_refs`.
pub(in crate::demo) fn reference(seed: u64, today: Date) -> String {
    format!("TR-{seed}-{today}-")
}

fn number(position: usize) -> u64 {
    u64::try_from(position).unwrap_or(u64::MAX)
}

fn sound(
    draft: &Draft,
    way: Way,
    lead: &Candidate,
    key: String,
    chance: &mut Chance,
) -> PlannedTrip {
    let personal = draft.kind == TripKind::Personal;
    let body = draft.to_json(chance);
    PlannedTrip {
        label: if personal { "personal" } else { way.label() },
        // An organization may not see personal travel, so it cannot submit it either.
        sender: if personal {
            Sender::Person(lead.number)
        } else {
            Sender::Client(lead.outline.organization)
        },
        payload: Payload::Json(body),
        key: Some(key),
        expect: Expect::Accepted,
        travellers: draft.travellers.len(),
    }
}

fn draft(
    lead: &Candidate,
    roster: &mut Roster<'_>,
    world: &World<'_>,
    chance: &mut Chance,
) -> Option<(Draft, Way)> {
    let home = roster.home(lead)?;
    let airport = world.gazetteer.airports.get(world.gazetteer.airport_near(home)?)?;
    let days = ahead(chance);
    let begins = at(world.today, days, i64::from(chance.between(4 * 60, 20 * 60)));
    let draw = Draw { gazetteer: world.gazetteer, home, airport, begins };
    let (way, journey) = draw.journey(Way::drawn(chance), chance);
    let kind = purpose::kind(way, chance);
    let purpose = purpose::purpose(kind, way, chance);
    let in_crisis = world.gazetteer.crisis.contains(&home.country);
    let late = days < 8;
    let draft = Draft {
        kind,
        purpose,
        grade: if kind == TripKind::Personal { None } else { purpose::grade(in_crisis, chance) },
        justification: late && chance.permille(800),
        travellers: travellers(lead, kind, purpose, roster, chance),
        private_days: (kind == TripKind::OfficialWithLeave).then(|| leave(&journey)).flatten(),
        journey,
        reference: String::new(),
    };
    Some((draft, way))
}

/// Days from today to the departure: most within 60, some at once, a few already past.
fn ahead(chance: &mut Chance) -> i64 {
    match chance.below(1_000) {
        0..4 => -2,
        4..70 => i64::from(chance.between(0, 3)),
        _ => i64::from(chance.between(4, 60)),
    }
}

/// The lead, sometimes colleagues, on private ways sometimes family.
fn travellers(
    lead: &Candidate,
    kind: TripKind,
    purpose: Purpose,
    roster: &mut Roster<'_>,
    chance: &mut Chance,
) -> Vec<(PersonId, TravellerRole)> {
    let lead_id = lead.outline.person_id;
    let private = kind == TripKind::Personal || purpose.is_entitlement();
    if private && chance.permille(350) {
        let family = roster.family(lead).map(|family| (family.person_id, TravellerRole::Family));
        return [(lead_id, TravellerRole::Member)].into_iter().chain(family).collect();
    }
    if !private && chance.permille(45) {
        let most = usize::try_from(chance.between(1, 7)).unwrap_or(1);
        let others = roster.colleagues(lead, most);
        let others = others.iter().map(|peer| (peer.outline.person_id, TravellerRole::Member));
        return [(lead_id, TravellerRole::Leader)].into_iter().chain(others).collect();
    }
    vec![(lead_id, TravellerRole::Member)]
}

/// The last two days before the way back, where the stay is long enough.
fn leave(journey: &super::journey::Journey) -> Option<(Date, Date)> {
    let back = journey.legs.last()?.departs_at;
    let arrived = later(journey.departs_at(), SignedDuration::from_hours(72));
    let to = Offset::UTC.to_datetime(back).date();
    (arrived < back).then(|| (to.saturating_sub(Span::new().days(1)), to))
}
