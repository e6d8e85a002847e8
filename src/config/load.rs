//! Merging defaults, file and environment, with the key of every fault.

use std::fmt;

use serde::Deserialize as _;
use toml::{Table, Value};

use super::Config;

/// The commented defaults, which are also the list of all keys.
pub const DEFAULT_TEXT: &str = include_str!("../../config/default.toml");

const PREFIX: &str = "SAFECONDUCT__";
const SECRETS: [&str; 2] = ["database.url", "redis.url"];

/// One fault of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFault {
    /// The key, as `section.key`; empty where the whole file is meant.
    pub key: String,
    /// What is wrong with it.
    pub fault: String,
}

impl ConfigFault {
    pub(super) fn new(key: impl Into<String>, fault: impl Into<String>) -> Self {
        Self { key: key.into(), fault: fault.into() }
    }
}

/// All faults of a configuration, told together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFaults(pub Vec<ConfigFault>);

impl std::error::Error for ConfigFaults {}

impl fmt::Display for ConfigFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration has {} fault(s)", self.0.len())?;
        for ConfigFault { key, fault } in &self.0 {
            write!(f, "\n  {key}: {fault}")?;
        }
        Ok(())
    }
}

impl From<ConfigFault> for ConfigFaults {
    fn from(fault: ConfigFault) -> Self {
        Self(vec![fault])
    }
}

/// Defaults, overlaid with the file, overlaid with the environment.
pub(super) fn merged(
    file: Option<&str>,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Table, ConfigFaults> {
    let mut table = parsed(DEFAULT_TEXT, "the built-in defaults")?;
    let mut faults = Vec::new();
    if let Some(text) = file {
        overlay(&mut table, parsed(text, "the configuration file")?, "", &mut faults);
    }
    for (name, text) in environment {
        if let Some(path) = name.strip_prefix(PREFIX) {
            set(&mut table, path, &text, &mut faults);
        }
    }
    if faults.is_empty() { Ok(table) } else { Err(ConfigFaults(faults)) }
}

/// The merged table as the struct; the key of a wrong type or value is in the text.
pub(super) fn typed(table: Table) -> Result<Config, ConfigFaults> {
    let mut faults = Vec::new();
    for (section, value) in &table {
        let alone = Table::from_iter([(section.clone(), value.clone())]);
        if let Err(error) = section_alone(&alone) {
            faults.push(ConfigFault::new(section.as_str(), error));
        }
    }
    if !faults.is_empty() {
        return Err(ConfigFaults(faults));
    }
    Config::deserialize(Value::Table(table))
        .map_err(|error| ConfigFault::new("", one_line(&error)).into())
}

/// Reads the table with one section replaced into the defaults, so that each section's fault shows.
fn section_alone(section: &Table) -> Result<(), String> {
    let mut table = parsed(DEFAULT_TEXT, "the built-in defaults").map_err(|e| e.to_string())?;
    table.extend(section.clone());
    Config::deserialize(Value::Table(table)).map(|_| ()).map_err(|error| one_line(&error))
}

/// The table as text, with secrets replaced.
pub(super) fn masked(mut table: Table) -> String {
    for path in SECRETS {
        if let Some((section, key)) = path.split_once('.')
            && let Some(Value::Table(section)) = table.get_mut(section)
            && let Some(value @ Value::String(_)) = section.get_mut(key)
        {
            let shown = if value.as_str() == Some("") { "" } else { "[secret]" };
            *value = Value::String(shown.to_owned());
        }
    }
    let (sections, plain): (Vec<_>, Vec<_>) = table.into_iter().partition(|(_, v)| v.is_table());
    let mut lines: Vec<String> = plain.iter().map(line).collect();
    for (name, section) in sections {
        lines.push(format!("\n[{name}]"));
        if let Value::Table(section) = section {
            lines.extend(section.iter().map(|(key, value)| line(&(key.clone(), value.clone()))));
        }
    }
    lines.join("\n")
}

/// `key = value`; the JSON of texts, numbers, truths and lists is TOML too.
fn line((key, value): &(String, Value)) -> String {
    format!("{key} = {}", serde_json::to_string(value).unwrap_or_default())
}

fn parsed(text: &str, what: &str) -> Result<Table, ConfigFaults> {
    text.parse::<Table>()
        .map_err(|error| ConfigFault::new("", format!("{what}: {}", one_line(&error))).into())
}

fn one_line(error: &toml::de::Error) -> String {
    error.message().replace('\n', " ")
}

fn overlay(base: &mut Table, over: Table, path: &str, faults: &mut Vec<ConfigFault>) {
    for (key, value) in over {
        let name = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match (base.get_mut(&key), value) {
            (Some(Value::Table(inner)), Value::Table(value)) => {
                overlay(inner, value, &name, faults);
            }
            (Some(Value::Table(_)), _) => faults.push(ConfigFault::new(name, "is a section")),
            (Some(slot), value) => *slot = value,
            (None, _) => faults.push(ConfigFault::new(name, "is not a known key")),
        }
    }
}

fn set(table: &mut Table, path: &str, text: &str, faults: &mut Vec<ConfigFault>) {
    let name = path.to_ascii_lowercase().replace("__", ".");
    let slot = match name.split_once('.') {
        None => table.get_mut(&name),
        Some((section, key)) => {
            table.get_mut(section).and_then(Value::as_table_mut).and_then(|s| s.get_mut(key))
        }
    };
    let known = slot.filter(|slot| !slot.is_table());
    let Some(slot) = known else {
        faults.push(ConfigFault::new(name, "is not a known key (from the environment)"));
        return;
    };
    match like(slot, text) {
        Some(value) => *slot = value,
        None => faults.push(ConfigFault::new(name, format!("must be {}", kind(slot)))),
    }
}

/// Reads a text as the kind of value that the default has.
fn like(default: &Value, text: &str) -> Option<Value> {
    match default {
        Value::String(_) | Value::Datetime(_) | Value::Table(_) => {
            Some(Value::String(text.to_owned()))
        }
        Value::Integer(_) => text.parse().ok().map(Value::Integer),
        Value::Float(_) => text.parse().ok().map(Value::Float),
        Value::Boolean(_) => text.parse().ok().map(Value::Boolean),
        Value::Array(_) => {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            Some(Value::Array(parts.map(|part| Value::String(part.to_owned())).collect()))
        }
    }
}

fn kind(default: &Value) -> &'static str {
    match default {
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::String(_) | Value::Datetime(_) | Value::Table(_) | Value::Array(_) => "a text",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::IdentityMode;

    fn load(file: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigFaults> {
        let usual = [("SAFECONDUCT__IDENTITY__ISSUER", "https://issuer.example")];
        let all = usual.iter().chain(environment);
        Config::load(Some(file), all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    fn keys(refused: Result<Config, ConfigFaults>) -> Vec<String> {
        refused.unwrap_err().0.into_iter().map(|fault| fault.key).collect()
    }

    #[test]
    fn the_environment_overrides_the_file_and_the_file_the_defaults() {
        let file = "[server]\nport = 1\nworkers = 3\n";
        let environment = [
            ("SAFECONDUCT__SERVER__PORT", "2"),
            ("SAFECONDUCT__IDENTITY__ALGORITHMS", "ES256, EdDSA"),
        ];
        let config = load(file, &environment).unwrap();
        assert_eq!((config.server.port, config.server.workers), (2, 3));
        assert_eq!(config.identity.algorithms, ["ES256", "EdDSA"]);
        assert_eq!(config.identity.mode, IdentityMode::Oidc);
    }

    #[test]
    fn unknown_keys_and_wrong_types_are_told_together() {
        let file = "strange = 1\n[server]\nprot = 1\n[log]\nlevel = \"loud\"\n";
        let environment = [("SAFECONDUCT__SERVER__PORT", "many"), ("SAFECONDUCT__SERVER", "x")];
        assert_eq!(
            keys(load(file, &environment)),
            ["server.prot", "strange", "server.port", "server"]
        );
        assert_eq!(
            keys(load("[log]\nlevel = \"loud\"\n[server]\nport = 70000\n", &[])),
            ["log", "server"]
        );
    }

    #[test]
    fn every_value_out_of_bounds_is_told() {
        let file = "[server]\nport = 7\nmetrics_port = 7\n[database]\nwait_timeout_ms = 0\n\
                    [identity]\nalgorithms = [\"none\"]\naudience = \"\"\n";
        assert_eq!(
            keys(load(file, &[])),
            [
                "server.metrics_port",
                "database.wait_timeout_ms",
                "identity.audience",
                "identity.algorithms"
            ]
        );
    }

    #[test]
    fn development_mode_stays_on_this_machine() {
        let file = "[identity]\nmode = \"development\"\ndevelopment_key_file = \"k\"\n";
        assert!(load(file, &[]).is_ok());
        assert_eq!(
            keys(load(file, &[("SAFECONDUCT__SERVER__ADDRESS", "0.0.0.0")])),
            ["identity.mode"]
        );
    }

    #[test]
    fn secrets_are_never_shown() {
        let file = "[database]\nurl = \"postgresql://u:hunter2@h/d\"\n";
        let config = load(file, &[]).unwrap();
        assert!(!format!("{config:?}").contains("hunter2"));
        let shown = Config::describe(Some(file), []).unwrap();
        assert!(!shown.contains("hunter2") && shown.contains("[secret]"));
        // what is shown can be read back, apart from the secrets
        assert!(shown.parse::<Table>().is_ok(), "{shown}");
    }
}
