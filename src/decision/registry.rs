//! The rules by name: what each is, how sure its source is, and who may read its evidence.

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

/// Every rule, in the order in which findings stand.
pub const RULES: &[Rule] = &[];

/// The declaration of a rule; none for an id that is no rule's.
pub fn rule(id: RuleId) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

impl Rule {
    /// Who may read a fact of this rule; an undeclared name is for nobody but named people.
    pub fn class_of(&self, fact: &str) -> FactClass {
        self.facts.iter().find(|(name, _)| *name == fact).map_or(FactClass::R, |(_, class)| *class)
    }
}
