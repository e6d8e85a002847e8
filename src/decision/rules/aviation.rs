//! The organization's side of a flight: a condition on the clearance, never an
//! outcome (fine-print.md, "Further calls").

use crate::decision::case::Case;
use crate::decision::findings::Findings;
use crate::decision::flights;
use crate::decision::registry::Rule;
use crate::model::{ConditionCode, Segment};

/// R-702's declaration.
pub(in crate::decision) const R_702: Rule =
    Rule::new("R-702", "B", "The organization says yes to an operator that is not known", &[]);

/// R-702 (B): an operator that the organization does not know or recommend waits for its word, and
/// so does a charter whose operator is not named. What it thinks of it is not told.
pub(in crate::decision) fn operator(case: &Case<'_>, out: &mut Findings) {
    let (trip, terrain) = (case.trip(), case.matter.terrain);
    let needs_word = |at| flights::needs_word(trip, case.facts(), terrain, at);
    if flown(case).any(|(at, _)| needs_word(at)) {
        out.ask(&R_702, ConditionCode::OrganizationGate, None, None);
    }
}

/// R-703's declaration.
pub(in crate::decision) const R_703: Rule = Rule::new(
    "R-703",
    "B",
    "The organization says yes to too many of its people on one flight",
    &[],
);

/// R-703 (B): more people of the organization on one flight than it allows wait for its word. The
/// group is counted with everyone of the organization on that flight by another live trip.
pub(in crate::decision) fn concentration(case: &Case<'_>, out: &mut Findings) {
    let most = case.facts().organization.flight_concentration_max;
    for (at, segment) in flown(case) {
        let Some(number) = &segment.flight_no else { continue };
        let flight = flights::flight(case.trip(), case.matter.terrain, at);
        if flights::aboard(case.matter.company, case.facts(), flight.as_ref()) > most {
            out.ask(&R_703, ConditionCode::OrganizationGate, None, Some(number));
        }
    }
}

/// The flights that bring the traveller here and away, with the positions of their segments.
fn flown<'a>(case: &Case<'a>) -> impl Iterator<Item = (usize, &'a Segment)> + use<'a> {
    let legs = &case.trip().itinerary.segments;
    let ends = [Some(case.stay.arrives_by), case.stay.leaves_by];
    let legs = ends.into_iter().flatten().filter_map(|at| Some((at, legs.get(at)?)));
    legs.filter(|(_, segment)| segment.mode.is_air())
}
