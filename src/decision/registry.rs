//! The rules by name: what each is, how sure its source is, and who may read its evidence.

use super::rules::{
    applicability, area, aviation, ceilings, completeness, criticality, fences, health, kept,
    knowledge, lateness, lodging, movement, route, routing, training, validity,
};
use crate::model::{FactClass, RuleId};

/// A rule's declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its id in findings.
    pub id: RuleId,
    /// Provenance (domain.md): `A` to `D`, two where the sources differ.
    pub source: &'static str,
    /// What it says, in a few words.
    pub title: &'static str,
    /// Every name its evidence may carry, with who may read it.
    pub facts: &'static [(&'static str, FactClass)],
}

/// Every rule, in the order in which findings stand. Rules of the survey come without evidence:
/// they shape the stays and say nothing themselves.
pub const RULES: &[Rule] = &[
    knowledge::R_001,
    knowledge::R_002,
    knowledge::R_003,
    knowledge::R_004,
    knowledge::R_005,
    applicability::R_101,
    applicability::R_102,
    applicability::R_103,
    applicability::R_104,
    applicability::R_105,
    applicability::R_106,
    route::R_107,
    applicability::R_108,
    route::R_109,
    applicability::R_110,
    applicability::R_111,
    route::R_112,
    route::R_113,
    route::R_114,
    completeness::R_201,
    lodging::R_203,
    completeness::R_205,
    completeness::R_206,
    lateness::R_207,
    training::R_301,
    training::R_302,
    training::R_303,
    training::R_304,
    movement::R_305,
    health::R_306,
    health::R_308,
    health::R_310,
    area::R_401,
    area::R_402,
    lateness::R_403,
    area::R_404,
    lodging::R_405,
    movement::R_406,
    movement::R_407,
    fences::R_408,
    fences::R_409,
    ceilings::R_410,
    ceilings::R_501,
    ceilings::R_502,
    ceilings::R_503,
    kept::R_504,
    kept::R_505,
    kept::R_506,
    kept::R_507,
    kept::R_508,
    criticality::R_601,
    criticality::R_602,
    criticality::R_603,
    criticality::R_604,
    aviation::R_702,
    aviation::R_703,
    routing::R_801,
    routing::R_802,
    kept::R_803,
    kept::R_804,
    routing::R_805,
    kept::R_806,
    kept::R_807,
    kept::R_808,
    validity::R_1001,
    kept::R_1005,
    kept::R_1201,
    kept::R_1202,
    kept::R_1203,
];

/// Whether a rule is kept where things are written and decided by people: no decision of the rules
/// says anything by it.
pub fn is_kept_elsewhere(id: RuleId) -> bool {
    kept::KEPT_ELSEWHERE.contains(&id.0)
}

/// The declaration of a rule; none for an id that is no rule's.
pub fn rule(id: RuleId) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

impl Rule {
    /// A declaration.
    pub(super) const fn new(
        id: &'static str,
        source: &'static str,
        title: &'static str,
        facts: &'static [(&'static str, FactClass)],
    ) -> Self {
        Self { id: RuleId(id), source, title, facts }
    }

    /// Who may read a fact of this rule; an undeclared name is for nobody but named people.
    pub fn class_of(&self, fact: &str) -> FactClass {
        self.facts.iter().find(|(name, _)| *name == fact).map_or(FactClass::R, |(_, class)| *class)
    }
}
