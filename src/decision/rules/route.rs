//! Stays from segments: the rules of the survey, and the way that is not known (R-107..R-114).

use crate::decision::case::Case;
use crate::decision::findings::{Evidence, Findings};
use crate::decision::registry::Rule;
use crate::model::{Fact, FactClass, Outcome, ReasonCode, TerrainRoute, Trip};

/// R-107's declaration; the survey applies it.
pub(in crate::decision) const R_107: Rule =
    Rule::new("R-107", "C", "An airside transit is no stay", &[]);

/// R-109's declaration; every stay is decided under its own area's policy.
pub(in crate::decision) const R_109: Rule =
    Rule::new("R-109", "C", "Another area of the same country is a stay of its own", &[]);

/// R-112's declaration; the survey applies it.
pub(in crate::decision) const R_112: Rule = Rule::new(
    "R-112",
    "D",
    "Stays are cut at area borders, neighbours in one area merge, nights are local midnights",
    &[],
);

/// R-113's declaration; the survey applies it.
pub(in crate::decision) const R_113: Rule =
    Rule::new("R-113", "D", "A way on the ground through an area is a passage", &[]);

/// R-114's declaration.
pub(in crate::decision) const R_114: Rule = Rule::new(
    "R-114",
    "D",
    "A way on the ground must be known",
    &[("segment", FactClass::I), ("gap_km", FactClass::I)],
);

/// R-114 (D): a way on the ground with a long gap, or with an end known only as an area, goes to
/// a person where the straight line meets a fence or an area that is not automatic.
pub(in crate::decision) fn known_way(case: &Case<'_>, out: &mut Findings) {
    for route in &case.burden.routes {
        let evidence = || route_evidence(case.trip(), route);
        if route.delicate {
            out.add(&R_114, Outcome::Manual, ReasonCode::RouteUnknown, evidence);
        } else {
            out.warn(&R_114, ReasonCode::RouteUnknown, evidence);
        }
    }
}

/// The evidence of a way that is not known.
pub(in crate::decision) fn route_evidence(trip: &Trip, route: &TerrainRoute) -> Evidence {
    let seq = trip.itinerary.segments.get(route.segment).map(|segment| segment.seq);
    let mut evidence = Vec::with_capacity(2);
    evidence.extend(seq.map(|seq| ("segment", Fact::Number(i64::from(seq)))));
    evidence.extend(route.gap_km.map(|km| ("gap_km", Fact::Number(i64::from(km)))));
    evidence
}
