//! What the rules of one stay have said so far.

use compact_str::CompactString;
use jiff::Timestamp;

use super::registry::Rule;
use crate::model::{Condition, ConditionCode, Effect, Fact, Finding, Outcome, ReasonCode};

/// Evidence of a finding, by name.
pub(super) type Evidence = Vec<(&'static str, Fact)>;

/// How much weight findings have on this stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stance {
    /// A decision is needed: every finding counts.
    Decide,
    /// The area takes notifications only: what is unknown, its status and its band count, the
    /// rest is shown as warnings.
    NotifyArea,
    /// The travel is private, leave or notified by the organization's choice: all is shown as
    /// warnings.
    NotifyKind,
}

/// Collects findings and conditions and keeps the strictest outcome (c.0).
#[derive(Debug)]
pub(super) struct Findings {
    stance: Stance,
    /// Whether findings are kept or only their outcome.
    keep: bool,
    /// In the order in which the rules spoke.
    pub(super) findings: Vec<Finding>,
    /// What the traveller would owe.
    pub(super) conditions: Vec<Condition>,
    /// Something would be owed, whether conditions are kept or not.
    pub(super) owes: bool,
    /// The strictest outcome that counts.
    pub(super) strictest: Outcome,
    /// The strictest outcome among those shown as warnings only.
    pub(super) held_back: Outcome,
}

impl Findings {
    /// An empty collection.
    pub(super) const fn new(stance: Stance) -> Self {
        Self {
            stance,
            keep: true,
            findings: Vec::new(),
            conditions: Vec::new(),
            owes: false,
            strictest: Outcome::None,
            held_back: Outcome::None,
        }
    }

    /// One that keeps nothing but the outcome: asks what the rules would say elsewhere.
    pub(super) const fn probe(stance: Stance) -> Self {
        let mut probe = Self::new(stance);
        probe.keep = false;
        probe
    }

    /// How much weight findings have.
    pub(super) const fn stance(&self) -> Stance {
        self.stance
    }

    /// An outcome, shown as a warning where the stay is only notified.
    pub(super) fn add(
        &mut self,
        rule: &Rule,
        outcome: Outcome,
        reason: ReasonCode,
        evidence: impl FnOnce() -> Evidence,
    ) {
        match self.stance {
            Stance::Decide => self.count(rule, outcome, reason, evidence),
            Stance::NotifyArea | Stance::NotifyKind => {
                self.hold_back(rule, outcome, reason, evidence);
            }
        }
    }

    /// An outcome that counts in an area of notifications too.
    pub(super) fn add_binding(
        &mut self,
        rule: &Rule,
        outcome: Outcome,
        reason: ReasonCode,
        evidence: impl FnOnce() -> Evidence,
    ) {
        match self.stance {
            Stance::Decide | Stance::NotifyArea => self.count(rule, outcome, reason, evidence),
            Stance::NotifyKind => self.hold_back(rule, outcome, reason, evidence),
        }
    }

    /// A warning: shown, changes nothing.
    pub(super) fn warn(
        &mut self,
        rule: &Rule,
        reason: ReasonCode,
        evidence: impl FnOnce() -> Evidence,
    ) {
        self.push(rule, Effect::Warning, reason, evidence);
    }

    /// A condition.
    pub(super) fn ask(
        &mut self,
        rule: &Rule,
        code: ConditionCode,
        due: Option<Timestamp>,
        about: Option<&CompactString>,
    ) {
        self.owes = true;
        if self.keep {
            let about = about.cloned();
            self.conditions.push(Condition { code, due, rule: rule.id, about });
        }
    }

    fn count(
        &mut self,
        rule: &Rule,
        outcome: Outcome,
        reason: ReasonCode,
        evidence: impl FnOnce() -> Evidence,
    ) {
        self.strictest = self.strictest.max(outcome);
        self.push(rule, Effect::Outcome(outcome), reason, evidence);
    }

    /// Notification itself is the outcome of a notified stay; that nothing stands against a
    /// clearance is not worth a warning there.
    fn hold_back(
        &mut self,
        rule: &Rule,
        outcome: Outcome,
        reason: ReasonCode,
        evidence: impl FnOnce() -> Evidence,
    ) {
        self.held_back = self.held_back.max(outcome);
        match outcome {
            Outcome::None | Outcome::Notify => self.count(rule, outcome, reason, evidence),
            Outcome::Auto => {}
            Outcome::Manual
            | Outcome::Mscr
            | Outcome::Return
            | Outcome::DenyHard
            | Outcome::BlockClosed => self.push(rule, Effect::Warning, reason, evidence),
        }
    }

    fn push(
        &mut self,
        rule: &Rule,
        effect: Effect,
        reason: ReasonCode,
        evidence: impl FnOnce() -> Evidence,
    ) {
        if self.keep {
            self.findings.push(Finding { rule: rule.id, effect, reason, facts: evidence() });
        }
    }
}
