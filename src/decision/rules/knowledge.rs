//! What is known: a gap in knowledge leads to a person, never to a rule's yes. Ids of our own
//! (fine-print.md, "Places"; ARCHITECTURE.md, invariants).

use crate::decision::case::Case;
use crate::decision::findings::{Findings, Stance};
use crate::decision::registry::Rule;
use crate::decision::rules::PROBE;
use crate::model::{
    ClearanceMode, Fact, FactClass, Gap, Outcome, PlaceDoubt, ReasonCode, Resolution,
    ResolvedPlace, StatusKind, TerrainArea,
};

/// From this level on, the map's margin of error goes to a person (fine-print.md, "Places").
const HIGH: u8 = 5;

/// R-001's declaration.
pub(in crate::decision) const R_001: Rule = Rule::new(
    "R-001",
    "D",
    "What a rule reads must be known",
    &[("missing", FactClass::I), ("area_id", FactClass::P)],
);

/// R-001 (D): a fact that could not be read, or that contradicts another, leads to a person.
pub(in crate::decision) fn facts_read(case: &Case<'_>, out: &mut Findings) {
    let mut missing = |what: Fact| {
        out.add_binding(&R_001, Outcome::Manual, ReasonCode::RuleError, || vec![("missing", what)]);
    };
    if case.who.is_none() {
        missing(Fact::Name("person"));
    }
    if case.stay.area.is_some() && case.area.is_none() {
        missing(Fact::Name("area"));
    }
    if case.area.is_some() && case.policy.is_none() {
        missing(Fact::Name("policy"));
    }
    if case.arriving().is_none() {
        missing(Fact::Name("segment"));
    }
    if case.facts().organization.organization != case.trip().organization {
        missing(Fact::Name("organization"));
    }
    for gap in &case.facts().gaps {
        match gap {
            Gap::Person(id) if *id != case.traveller.person_id => {}
            Gap::Person(_) => missing(Fact::Name("person")),
            Gap::Counts(id) if case.area.is_none_or(|area| area.area_id != *id) => {}
            Gap::Counts(_) => missing(Fact::Name("counts")),
            Gap::Organization(_) => missing(Fact::Name("organization")),
            Gap::Other(name) => missing(Fact::Text(name.clone())),
        }
    }
}

/// R-002's declaration.
pub(in crate::decision) const R_002: Rule =
    Rule::new("R-002", "D", "The world must be fresh", &[("world_version", FactClass::P)]);

/// R-002 (D): past the world's maximum age, decisions go to people.
pub(in crate::decision) fn world_fresh(case: &Case<'_>, out: &mut Findings) {
    if case.matter.terrain.world_stale {
        out.add_binding(&R_002, Outcome::Manual, ReasonCode::WorldStale, || {
            vec![("world_version", Fact::Number(case.matter.terrain.world_version))]
        });
    }
}

/// R-003's declaration.
pub(in crate::decision) const R_003: Rule = Rule::new(
    "R-003",
    "D",
    "A place must have one certain area",
    &[("doubt", FactClass::P), ("area_id", FactClass::P)],
);

/// R-003 (D): where a place cannot be put into an area for certain, a person decides.
pub(in crate::decision) fn place_certain(case: &Case<'_>, out: &mut Findings) {
    let left = case
        .stay
        .leaves_by
        .and_then(|segment| case.matter.terrain.places.get(segment))
        .map(|(from, _)| from)
        .filter(|from| from.area_id == case.stay.place.area_id);
    let doubt = doubt(&case.stay.place).or_else(|| left.and_then(doubt));
    let Some(doubt) = doubt.or(case.stay.area.is_none().then_some("no_area")) else { return };
    out.add_binding(&R_003, Outcome::Manual, ReasonCode::PlaceUncertain, || {
        let mut evidence = vec![("doubt", Fact::Name(doubt))];
        evidence.extend(case.area.map(|area| ("area_id", Fact::Area(area.area_id.clone()))));
        evidence
    });
}

const fn doubt(place: &ResolvedPlace) -> Option<&'static str> {
    match place.resolved {
        Resolution::Uncertain { doubt } => Some(match doubt {
            PlaceDoubt::NoOwnAreaNear => "no_own_area_near",
            PlaceDoubt::NoAreaNear => "no_area_near",
            PlaceDoubt::NoCountry => "no_country",
        }),
        Resolution::Covered | Resolution::Named | Resolution::Nearest { .. } => None,
    }
}

/// R-004's declaration.
pub(in crate::decision) const R_004: Rule = Rule::new(
    "R-004",
    "D",
    "The map errs by a margin: a stricter area may begin here",
    &[
        ("area_id", FactClass::P),
        ("km", FactClass::P),
        ("security_level", FactClass::P),
        ("would_be", FactClass::I),
    ],
);

/// R-004 (D): a point within the margin of a stricter area is warned of; where that area is
/// suspended, closed or at level 5 or 6, a person decides.
pub(in crate::decision) fn map_margin(case: &Case<'_>, out: &mut Findings) {
    if case.stay.near.is_empty() {
        return;
    }
    let own = outcome_within(case, case.area, out.stance());
    for near in &case.stay.near {
        let Some(area) = case.matter.terrain.areas.get(near.area) else { continue };
        let there = outcome_within(case, Some(area), Stance::Decide);
        if there <= own {
            continue;
        }
        let evidence = || {
            vec![
                ("area_id", Fact::Area(area.area_id.clone())),
                ("km", Fact::Km(near.km)),
                ("security_level", Fact::Number(i64::from(area.security_level.get()))),
                ("would_be", Fact::Name(there.as_str())),
            ]
        };
        if area.status.kind != StatusKind::Open || area.security_level.get() >= HIGH {
            out.add(&R_004, Outcome::Manual, ReasonCode::NearStricterArea, evidence);
        } else {
            out.warn(&R_004, ReasonCode::NearStricterArea, evidence);
        }
    }
}

/// R-005's declaration.
pub(in crate::decision) const R_005: Rule = Rule::new(
    "R-005",
    "D",
    "Two areas claim the place: the stricter decides",
    &[("area_id", FactClass::P), ("security_level", FactClass::P), ("area_outcome", FactClass::I)],
);

/// R-005 (D): an airport of one country inside the shape of another takes the stricter outcome
/// of the two areas (Goma).
pub(in crate::decision) fn two_areas(case: &Case<'_>, out: &mut Findings) {
    let covering = case.stay.covered_by.and_then(|at| case.matter.terrain.areas.get(at));
    let Some(covering) = covering else { return };
    let there = outcome_within(case, Some(covering), Stance::Decide);
    if there > outcome_within(case, case.area, out.stance()) {
        out.add_binding(&R_005, there, ReasonCode::NearStricterArea, || {
            vec![
                ("area_id", Fact::Area(covering.area_id.clone())),
                ("security_level", Fact::Number(i64::from(covering.security_level.get()))),
                ("area_outcome", Fact::Name(there.as_str())),
            ]
        });
    }
}

/// What the rules of an area would come to for this traveller on these days. Where notification
/// is enough, by the stay's own stance or by that area's mode, only what counts there counts.
fn outcome_within<'a>(case: &Case<'a>, area: Option<&'a TerrainArea>, own: Stance) -> Outcome {
    let there = case.within(area);
    let notified = own == Stance::NotifyArea || there.mode == Some(ClearanceMode::NotifyOnly);
    let mut probe = Findings::probe(if notified { Stance::NotifyArea } else { Stance::Decide });
    for say in PROBE {
        say(&there, &mut probe);
    }
    probe.strictest
}
