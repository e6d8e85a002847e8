//! What operators and users rely on is written down: metrics, configuration keys, shipped files.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use sha2::{Digest as _, Sha256};
use toml::{Table, Value};

use super::reading::Source;
use super::{Finding, must_be_clean, tree};

const GUIDE: &str = "docs/operations.md";
const DEFAULTS: &str = "config/default.toml";
const SUMS: &str = "data/SHA256SUMS";

/// Files of `data/` that speak of the others and are made by hand.
const UNSUMMED: [&str; 3] = ["data/SHA256SUMS", "data/SOURCES.md", "data/LICENSES.md"];

fn read(path: &str) -> String {
    fs::read_to_string(tree::root().join(path)).unwrap_or_else(|_| panic!("{path} is missing"))
}

/// The metric families that a source registers: the first text given to a method of `families`.
fn families(source: &Source) -> Vec<(usize, String)> {
    let tokens: Vec<&str> = source.tokens.iter().map(|token| token.text.as_str()).collect();
    let mut literals = source.literals.iter();
    let mut found = Vec::new();
    for (at, text) in tokens.iter().enumerate() {
        if *text != "\"\"" {
            continue;
        }
        let literal = literals.next().unwrap();
        let before = at.checked_sub(4).map(|first| &tokens[first..at]);
        if let Some(["families", ".", _, "("]) = before {
            found.push((literal.line, format!("safeconduct_{}", literal.text)));
        }
    }
    found
}

fn metrics_missing(sources: &[Source], guide: &str) -> Vec<Finding> {
    let rooms = sources.iter().filter(|source| source.room() == Some("metrics"));
    let mut found = Vec::new();
    for source in rooms {
        for (line, name) in families(source) {
            if !guide.contains(&format!("`{name}`")) {
                let what = format!("the metric {name} is not documented");
                found.push(Finding::new(
                    &source.path,
                    line,
                    what,
                    "describe it in docs/operations.md",
                ));
            }
        }
    }
    found
}

/// All keys of a configuration as `section.key`.
fn keys(table: &Table, before: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (key, value) in table {
        let name = if before.is_empty() { key.clone() } else { format!("{before}.{key}") };
        if let Value::Table(inner) = value {
            found.extend(keys(inner, &name));
        } else {
            found.push(name);
        }
    }
    found
}

fn keys_missing(defaults: &str, guide: &str) -> Vec<Finding> {
    let names = keys(&defaults.parse().unwrap(), "");
    let missing = names.iter().filter(|name| !guide.contains(&format!("`{name}`")));
    let finding = |name: &String| {
        let what = format!("the key {name} is not documented");
        Finding::new(DEFAULTS, 0, what, "describe it in docs/operations.md")
    };
    missing.map(finding).collect()
}

/// Names in the guide's configuration table that are no keys any more.
fn keys_gone(defaults: &str, guide: &str) -> Vec<Finding> {
    let names = keys(&defaults.parse().unwrap(), "");
    let mut found = Vec::new();
    let mut inside = false;
    for (index, line) in guide.lines().enumerate() {
        if line.starts_with('#') {
            inside = line.contains("Configuration");
        }
        let first = line.strip_prefix("| `").and_then(|rest| rest.split('`').next());
        if let (true, Some(name)) = (inside, first)
            && !names.iter().any(|key| key == name)
        {
            let what = format!("`{name}` is not a configuration key");
            found.push(Finding::new(GUIDE, index + 1, what, "remove the row"));
        }
    }
    found
}

fn sums(text: &str) -> BTreeMap<String, String> {
    let line = |line: &str| {
        let (sum, file) = line.split_once("  ").unwrap();
        (format!("data/{file}"), sum.to_owned())
    };
    text.lines().map(line).collect()
}

fn sum_of(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn sums_wrong(
    listed: &BTreeMap<String, String>,
    shipped: &BTreeMap<String, String>,
) -> Vec<Finding> {
    let mut found = Vec::new();
    for (file, sum) in shipped {
        match listed.get(file) {
            None => found.push(Finding::new(file, 0, "has no checksum", "add it to SHA256SUMS")),
            Some(known) if known != sum => {
                let fix = "make it again from its sources, with its checksum";
                found.push(Finding::new(file, 0, "is not the file of the checksum", fix));
            }
            Some(_) => {}
        }
    }
    let gone = listed.keys().filter(|file| !shipped.contains_key(*file));
    let finding =
        |file: &String| Finding::new(SUMS, 0, format!("{file} is not shipped"), "remove it");
    found.extend(gone.map(finding));
    found
}

#[test]
fn every_metric_is_documented() {
    let sources = tree::sources();
    let count: usize = sources.iter().map(|source| families(source).len()).sum();
    assert!(count > 10, "only {count} metric families found: the scanner does not see them");
    must_be_clean("documented metrics", &metrics_missing(&sources, &read(GUIDE)));
}

#[test]
fn every_configuration_key_is_documented() {
    let (defaults, guide) = (read(DEFAULTS), read(GUIDE));
    assert!(keys(&defaults.parse().unwrap(), "").len() > 20, "these are not all keys");
    must_be_clean("documented keys", &keys_missing(&defaults, &guide));
    must_be_clean("keys that are gone", &keys_gone(&defaults, &guide));
}

#[test]
fn shipped_data_is_what_its_checksums_say() {
    let mut files = tree::paths("data");
    files.retain(|file| !UNSUMMED.contains(&file.as_str()) && !file.starts_with("data/tools/"));
    let sum = |file: String| {
        let bytes = fs::read(tree::root().join(&file)).unwrap();
        (file, sum_of(&bytes))
    };
    let shipped: BTreeMap<String, String> = files.into_iter().map(sum).collect();
    must_be_clean("data checksums", &sums_wrong(&sums(&read(SUMS)), &shipped));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undocumented_metrics_are_found() {
        let text = "let a = families.counter(\n\"a_total\", \"Help.\")?; let b = families\n.gauges(\
            \"b_seconds\", \"Help.\", &[\"label\"])?;";
        let sources = [Source::read("src/metrics.rs", text)];
        assert_eq!(metrics_missing(&sources, "").len(), 2);
        assert_eq!(metrics_missing(&sources, "| `safeconduct_a_total` | x |").len(), 1);
    }

    #[test]
    fn undocumented_and_gone_keys_are_found() {
        let defaults = "mode = 1\n[server]\nport = 1\nsize = 2\n";
        let guide =
            "# Configuration\n| `server.port` | x |\n| `server.gone` | x |\n# Other\n| `y` |\n";
        let missing: Vec<String> =
            keys_missing(defaults, guide).into_iter().map(|finding| finding.what).collect();
        assert_eq!(
            missing,
            ["the key mode is not documented", "the key server.size is not documented"]
        );
        let gone = keys_gone(defaults, guide);
        assert_eq!((gone.len(), gone[0].line), (1, 3));
    }

    #[test]
    fn wrong_sums_are_found() {
        let listed = sums("aa  x.csv\nbb  y.csv\n");
        let shipped = [("data/x.csv", "ab"), ("data/z.csv", "cc")];
        let shipped = shipped.map(|(file, sum)| (file.to_owned(), sum.to_owned()));
        assert_eq!(sums_wrong(&listed, &shipped.into()).len(), 3);
        assert_eq!(sum_of(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
