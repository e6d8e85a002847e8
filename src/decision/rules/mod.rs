//! The rules, a file for each group of domain.md section c. Every rule is one function whose
//! first line of documentation carries its id and the letter of its source, and one declaration
//! beside it, listed in [`RULES`](super::RULES).
//!
//! Which rules read what is said once, in the three lists below; findings stand in their order.

pub(super) mod applicability;
pub(super) mod area;
pub(super) mod aviation;
pub(super) mod ceilings;
pub(super) mod completeness;
pub(super) mod criticality;
pub(super) mod fences;
pub(super) mod health;
pub(super) mod kept;
pub(super) mod knowledge;
pub(super) mod lateness;
pub(super) mod lodging;
pub(super) mod movement;
pub(super) mod route;
pub(super) mod routing;
pub(super) mod training;
pub(super) mod validity;

use super::case::Case;
use super::findings::Findings;

/// A rule that says something of a stay.
pub(super) type Saying = fn(&Case<'_>, &mut Findings);

/// What is asked of a stay.
pub(super) const STAY: &[Saying] = &[
    knowledge::facts_read,
    knowledge::world_fresh,
    knowledge::place_certain,
    knowledge::map_margin,
    knowledge::two_areas,
    applicability::eligible,
    applicability::family_linked,
    route::known_way,
    completeness::personal_data,
    lodging::given,
    completeness::added_fields,
    completeness::window,
    lateness::retroactive,
    training::bsafe,
    training::ssafe,
    training::other_courses,
    movement::briefing,
    health::medical,
    health::equipment,
    health::family_admitted,
    area::status,
    area::admission,
    lateness::lead_time,
    area::level_extras,
    lodging::approved,
    movement::on_the_road,
    movement::arrival,
    fences::covering,
    fences::crossed,
    ceilings::daily_quota,
    ceilings::free_places,
    criticality::graded,
    criticality::admitted,
    criticality::approved_list,
    criticality::band,
    aviation::operator,
    aviation::concentration,
];

/// What is asked of a passage (fine-print.md, "Passages").
pub(super) const PASSAGE: &[Saying] = &[
    knowledge::facts_read,
    knowledge::world_fresh,
    applicability::eligible,
    applicability::family_linked,
    lateness::retroactive,
    area::status,
    area::admission,
    area::level_extras,
    movement::on_the_road,
    fences::crossed,
    ceilings::free_places,
    criticality::graded,
    criticality::admitted,
    criticality::approved_list,
    criticality::band,
];

/// What is asked of another area to know whether it is the stricter one: what depends on the
/// area, the traveller and the days, and on nothing that was booked for the stay.
pub(super) const PROBE: &[Saying] = &[
    knowledge::facts_read,
    training::ssafe,
    training::other_courses,
    health::medical,
    health::family_admitted,
    area::status,
    area::admission,
    area::level_extras,
    criticality::graded,
    criticality::admitted,
    criticality::band,
];
