//! The rules, tested by data: `tests/cases/<rule>/*.json`.

use std::collections::BTreeMap;
use std::path::Path;

use safeconduct::decision::{RULES, RULESET_VERSION, is_kept_elsewhere, rule};
use safeconduct::model::{Decision, Effect, Outcome};
use serde::{Deserialize, Serialize};

use crate::rules_case::all_cases;

#[test]
fn every_case_comes_out_as_it_says() {
    let mut wrong = Vec::new();
    for (name, case) in all_cases() {
        let found = case.differences(&case.inputs().decide());
        wrong.extend(found.into_iter().map(|line| format!("{name}: {line}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_that_speaks_has_a_case_of_its_own() {
    let cases = all_cases();
    for rule in RULES {
        let own = format!("{}/", rule.id);
        let shaped_by_the_survey = ["R-107", "R-109", "R-112", "R-113"].contains(&rule.id.0);
        assert!(
            shaped_by_the_survey
                || is_kept_elsewhere(rule.id)
                || cases.iter().any(|(name, _)| name.starts_with(&own)),
            "{} has no case",
            rule.id
        );
    }
}

/// Those of the desk, the counts and the clocks too: a ledger entry names no rule without a title.
#[test]
fn every_rule_that_the_program_names_is_declared() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![source];
    let mut unknown = std::collections::BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for named in text.split("RuleId(\"").skip(1) {
                let id = named.split('"').next().unwrap();
                // a letter of domain.md, section b, is no rule of a decision
                let is_rule = id.starts_with("R-");
                if is_rule && !RULES.iter().any(|rule| rule.id.0 == id) {
                    unknown.insert(id.to_owned());
                }
            }
        }
    }
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn every_fact_has_a_class_and_findings_stand_in_rule_order() {
    for (name, case) in all_cases() {
        let decision = case.inputs().decide();
        let of_stays = decision.clearances.iter().flat_map(|clearance| &clearance.findings);
        for finding in of_stays.chain(&decision.warnings) {
            let rule = rule(finding.rule).unwrap_or_else(|| panic!("{name}: {}", finding.rule));
            for (fact, _) in &finding.facts {
                let declared = rule.facts.iter().any(|(known, _)| known == fact);
                assert!(declared, "{name}: {} says nothing of {fact}", rule.id);
            }
        }
        for clearance in &decision.clearances {
            let order =
                clearance.findings.iter().map(|f| RULES.iter().position(|r| r.id == f.rule));
            assert!(order.is_sorted(), "{name}: {:?}", clearance.findings);
        }
    }
}

#[test]
fn the_strictest_finding_is_the_outcome() {
    for (name, case) in all_cases() {
        for clearance in case.inputs().decide().clearances {
            let outcomes = clearance.findings.iter().filter_map(|finding| match finding.effect {
                Effect::Outcome(outcome) => Some(outcome),
                Effect::Warning => None,
            });
            assert_eq!(outcomes.max(), Some(clearance.outcome), "{name}");
            assert!(clearance.outcome != Outcome::None, "{name}");
        }
    }
}

/// What the cases came to under a version of the rules.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Outcomes {
    ruleset_version: String,
    cases: BTreeMap<String, Vec<String>>,
}

fn outcomes_of(decision: &Decision) -> Vec<String> {
    decision
        .clearances
        .iter()
        .map(|clearance| format!("{:?} {}", clearance.kind, clearance.outcome.as_str()))
        .collect()
}

/// Whoever changes an outcome raises the version: replay claims equality within one version only.
#[test]
fn an_outcome_changes_only_with_the_version_of_the_rules() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/outcomes.json");
    let cases = all_cases();
    let cases = cases.into_iter().map(|(name, case)| {
        let outcomes = outcomes_of(&case.inputs().decide());
        (name, outcomes)
    });
    let found = Outcomes { ruleset_version: RULESET_VERSION.to_owned(), cases: cases.collect() };
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let recorded: Option<Outcomes> = serde_json::from_str(&written).ok();
    let changed: Vec<_> = recorded
        .iter()
        .filter(|recorded| recorded.ruleset_version == found.ruleset_version)
        .flat_map(|recorded| &recorded.cases)
        .filter(|(name, before)| found.cases.get(*name).is_some_and(|now| now != *before))
        .map(|(name, _)| name)
        .collect();
    assert!(changed.is_empty(), "outcomes changed, so raise RULESET_VERSION: {changed:?}");
    if recorded.as_ref() != Some(&found) {
        let proposal = Path::new(env!("CARGO_TARGET_TMPDIR")).join("outcomes.json");
        std::fs::write(&proposal, serde_json::to_string_pretty(&found).unwrap() + "\n").unwrap();
        panic!("new cases or a new version: copy {} to {}", proposal.display(), path.display());
    }
}
