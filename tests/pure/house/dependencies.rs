//! Licences, sources and bans of everything that is linked, by the policy in deny.toml.

use std::process::Command;

use serde::Deserialize;

use super::{Finding, must_be_clean, tree};

const LOCK: &str = "Cargo.lock";

#[derive(Deserialize)]
struct Policy {
    licenses: Licenses,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
    exceptions: Vec<Permission>,
}

/// Licences that one crate may have beside those of everybody.
#[derive(Deserialize)]
struct Permission {
    #[serde(rename = "crate")]
    name: String,
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

/// A crate nobody may use; `name@<1` bans versions below, `name@>=1` from there on.
#[derive(Deserialize)]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
}

fn policy() -> Policy {
    toml::from_str(include_str!("../../../deny.toml")).unwrap()
}

/// The packages for this platform, from the lock file, without the network.
fn packages() -> Vec<Package> {
    let cargo = env!("CARGO");
    let version = Command::new(cargo).arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let output = Command::new(cargo)
        .args(["metadata", "--offline", "--locked", "--format-version", "1"])
        .args(["--filter-platform", host])
        .current_dir(tree::root())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "cargo metadata failed:\n{told}");
    let metadata: Metadata = serde_json::from_slice(&output.stdout).unwrap();
    assert!(metadata.packages.len() > 100, "these are not all packages");
    metadata.packages
}

fn licences(packages: &[Package], policy: &Licenses) -> Vec<Finding> {
    let mut found = Vec::new();
    for Package { name, version, license, .. } in packages {
        let own = policy.exceptions.iter().filter(|permission| permission.name == *name);
        let mut allowed: Vec<&str> = policy.allow.iter().map(String::as_str).collect();
        allowed.extend(own.flat_map(|permission| &permission.allow).map(String::as_str));
        let stated = license.as_deref().unwrap_or("none");
        if !permitted(stated, &allowed) {
            let what = format!("{name} {version} has the licence `{stated}`");
            let fix = "do without it, or add an exception with its reason to deny.toml";
            found.push(Finding::new(LOCK, 0, what, fix));
        }
    }
    for Permission { name, .. } in &policy.exceptions {
        if !packages.iter().any(|package| package.name == *name) {
            let what = format!("the exception for {name} has no crate");
            found.push(Finding::new("deny.toml", 0, what, "remove it"));
        }
    }
    found
}

/// Whether a licence expression can be satisfied with allowed licences; `OR` binds less than `AND`.
fn permitted(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let satisfied = either(&words, &mut at, allowed);
    satisfied && at == words.len()
}

fn either(words: &[&str], at: &mut usize, allowed: &[&str]) -> bool {
    let mut satisfied = both(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        satisfied |= both(words, at, allowed);
    }
    satisfied
}

fn both(words: &[&str], at: &mut usize, allowed: &[&str]) -> bool {
    let mut satisfied = single(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        satisfied &= single(words, at, allowed);
    }
    satisfied
}

fn single(words: &[&str], at: &mut usize, allowed: &[&str]) -> bool {
    let Some(word) = words.get(*at) else { return false };
    *at += 1;
    if *word == "(" {
        let satisfied = either(words, at, allowed);
        *at += 1;
        return satisfied;
    }
    let mut licence = (*word).to_owned();
    if words.get(*at) == Some(&"WITH") {
        licence = format!("{licence} WITH {}", words.get(*at + 1).unwrap_or(&""));
        *at += 2;
    }
    allowed.contains(&licence.as_str())
}

fn sources(packages: &[Package]) -> Vec<Finding> {
    const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";
    let strange = packages.iter().filter(|package| match &package.source {
        Some(source) => source != REGISTRY,
        None => package.name != env!("CARGO_PKG_NAME"),
    });
    let finding = |package: &Package| {
        let from = package.source.as_deref().unwrap_or("a folder");
        let what = format!("{} {} comes from {from}", package.name, package.version);
        Finding::new(LOCK, 0, what, "take a published version from crates.io")
    };
    strange.map(finding).collect()
}

fn banned(packages: &[Package], bans: &[Ban]) -> Vec<Finding> {
    let mut found = Vec::new();
    for package in packages {
        for ban in bans.iter().filter(|ban| matches(&ban.name, package)) {
            let what = format!("{} {} is banned: {}", package.name, package.version, ban.reason);
            found.push(Finding::new(LOCK, 0, what, "do without it"));
        }
    }
    found
}

fn matches(ban: &str, package: &Package) -> bool {
    let (name, range) = ban.split_once('@').unwrap_or((ban, ""));
    let version = numbers(&package.version);
    let in_range = match (range.strip_prefix(">="), range.strip_prefix('<')) {
        (Some(first), _) => version >= numbers(first),
        (_, Some(end)) => version < numbers(end),
        _ => {
            assert!(range.is_empty(), "`{ban}` in deny.toml is not understood");
            true
        }
    };
    name == package.name && in_range
}

fn numbers(version: &str) -> Vec<u64> {
    let numeric = version.split(['-', '+']).next().unwrap_or(version);
    numeric.split('.').map(|part| part.parse().unwrap()).collect()
}

#[test]
fn licences_are_on_the_list() {
    must_be_clean("licences", &licences(&packages(), &policy().licenses));
}

#[test]
fn packages_come_from_one_registry() {
    must_be_clean("sources", &sources(&packages()));
}

#[test]
fn banned_crates_are_absent() {
    must_be_clean("bans", &banned(&packages(), &policy().bans.deny));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, version: &str, license: Option<&str>, source: Option<&str>) -> Package {
        Package {
            name: name.to_owned(),
            version: version.to_owned(),
            license: license.map(str::to_owned),
            source: source.map(str::to_owned),
        }
    }

    #[test]
    fn expressions_are_understood() {
        let allowed = ["MIT", "Apache-2.0", "BSD-3-Clause"];
        for good in [
            "MIT",
            "GPL-3.0 OR MIT",
            "MIT/Apache-2.0",
            "(MIT OR GPL-3.0) AND BSD-3-Clause",
            "GPL-3.0 OR MIT AND Apache-2.0",
            "Apache-2.0 WITH LLVM-exception OR MIT",
        ] {
            assert!(permitted(good, &allowed), "{good}");
        }
        for bad in [
            "",
            "none",
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "(MIT OR Apache-2.0) AND GPL-3.0",
            "Apache-2.0 WITH LLVM-exception",
            "MIT GPL-3.0",
        ] {
            assert!(!permitted(bad, &allowed), "{bad}");
        }
    }

    #[test]
    fn strangers_are_found() {
        let policy = policy();
        let gpl = [package("actix-governor", "1.0.0", Some("GPL-3.0-or-later"), None)];
        assert_eq!(sources(&gpl).len(), 1);
        assert_eq!(banned(&gpl, &policy.bans.deny).len(), 1);
        let without = Licenses { allow: policy.licenses.allow, exceptions: Vec::new() };
        assert_eq!(licences(&gpl, &without).len(), 1);
        assert_eq!(licences(&[package("x", "1.0.0", None, None)], &without).len(), 1);
        let git = Some("git+https://example.org/x");
        assert_eq!(sources(&[package("x", "1.0.0", None, git)]).len(), 1);
    }

    #[test]
    fn bans_understand_versions() {
        let bans = policy().bans.deny;
        let count = |version| banned(&[package("rstar", version, None, None)], &bans).len();
        assert_eq!(["0.11.9", "0.12.0", "0.12.4", "0.13.0"].map(count), [1, 0, 0, 1]);
    }

    #[test]
    fn an_idle_exception_is_found() {
        let permission = Permission { name: "gone".to_owned(), allow: vec!["X".to_owned()] };
        let policy = Licenses { allow: Vec::new(), exceptions: vec![permission] };
        assert_eq!(licences(&[], &policy).len(), 1);
    }
}
