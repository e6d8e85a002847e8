//! The document is committed, and lints clean.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use reqwest::Method;
use safeconduct::app::openapi;
use serde_json::{Map, Value};

use crate::harness::{Answer, House, Someone};

/// What an operation may begin with.
const VERBS: [&str; 39] = [
    "add",
    "amend",
    "answer",
    "appeal",
    "approve",
    "cancel",
    "check",
    "claim",
    "close",
    "confirm",
    "consent",
    "deactivate",
    "decide",
    "delete",
    "deny",
    "dismiss",
    "escalate",
    "fulfil",
    "get",
    "import",
    "list",
    "open",
    "post",
    "put",
    "query",
    "recommend",
    "release",
    "remove",
    "renew",
    "replay",
    "report",
    "resume",
    "return",
    "revoke",
    "rotate",
    "submit",
    "verify",
    "waive",
    "withdraw",
];
/// Refusals with a body of their own: readiness names what is missing.
const OWN_BODY: [(&str, &str); 1] = [("get_readyz", "503")];

fn document() -> Value {
    serde_json::from_str(&openapi()).unwrap()
}

#[test]
fn the_committed_document_is_the_one_of_this_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed.trim_end() == openapi().trim_end(),
        "docs/openapi.json is not what the code says; after looking at what changed, write it \
         again: cargo run -- openapi > docs/openapi.json"
    );
}

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap()
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

#[test]
fn the_document_lints_clean() {
    let document = document();
    let mut findings = Vec::new();
    let mut ids = BTreeSet::new();
    for (path, operations) in object(&document["paths"]) {
        for operation in object(operations).values() {
            let id = text(operation, "operationId");
            if !ids.insert(id.to_owned()) {
                findings.push(format!("{id} is there twice"));
            }
            let mut found = named(operation, id);
            found.extend(answers(operation, id));
            found.extend(secured(&document, operation, path));
            found.extend(parameters(operation, path));
            findings.extend(found.into_iter().map(|found| format!("{id} of {path}: {found}")));
        }
    }
    for (name, schema) in object(&document["components"]["schemas"]) {
        undescribed(schema, name, &mut findings);
    }
    dangling(&document, &document, &mut findings);
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    assert!(ids.len() > 25, "the document lost its operations");
}

fn named(operation: &Value, id: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (verb, noun) = id.split_once('_').unwrap_or_default();
    let is_snake = noun.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_');
    if noun.is_empty() || !is_snake || !VERBS.contains(&verb) {
        found.push("its id is not <verb>_<noun>".to_owned());
    }
    if text(operation, "summary").is_empty() {
        found.push("no summary".to_owned());
    }
    if operation["tags"].as_array().is_none_or(Vec::is_empty) {
        found.push("no tag".to_owned());
    }
    found
}

fn answers(operation: &Value, id: &str) -> Vec<String> {
    let responses = object(&operation["responses"]);
    let mut found = Vec::new();
    if !responses.keys().any(|status| status.starts_with('2')) {
        found.push("no answer of success".to_owned());
    }
    let refusals = responses.iter().filter(|(status, _)| status.starts_with(['4', '5']));
    let refusals = refusals.filter(|(status, _)| !OWN_BODY.contains(&(id, status.as_str())));
    let refusals: Vec<_> = refusals.collect();
    if refusals.is_empty() {
        found.push("no problem".to_owned());
    }
    for (status, response) in refusals {
        let schema = &response["content"]["application/problem+json"]["schema"];
        if schema["$ref"] != "#/components/schemas/ProblemBody" {
            found.push(format!("{status} is no application/problem+json"));
        }
    }
    let mute = responses.iter().filter(|(_, response)| text(response, "description").is_empty());
    found.extend(mute.map(|(status, _)| format!("{status} is not described")));
    found
}

/// What is under `/v1/` takes a token, and nothing else does.
fn secured(document: &Value, operation: &Value, path: &str) -> Vec<String> {
    let own = operation.get("security").unwrap_or(&document["security"]);
    let wanted = own.as_array().into_iter().flatten().flat_map(object);
    let schemes: Vec<&String> = wanted.map(|(scheme, _)| scheme).collect();
    let mut found = Vec::new();
    if schemes.is_empty() == path.starts_with("/v1/") {
        found.push(format!("security is {own}"));
    }
    let known = &document["components"]["securitySchemes"];
    let unknown = schemes.iter().filter(|scheme| known.get(scheme.as_str()).is_none());
    found.extend(unknown.map(|scheme| format!("no security scheme {scheme}")));
    found
}

fn parameters(operation: &Value, path: &str) -> Vec<String> {
    let declared = operation["parameters"].as_array().cloned().unwrap_or_default();
    let of_path = declared.iter().filter(|one| one["in"] == "path" && one["required"] == true);
    let of_path: BTreeSet<&str> = of_path.map(|one| text(one, "name")).collect();
    let in_path =
        path.split('/').filter_map(|part| Some(part.strip_prefix('{')?.split_once('}')?.0));
    let in_path: BTreeSet<&str> = in_path.collect();
    let mut found = Vec::new();
    if of_path != in_path {
        found.push(format!("declares {of_path:?}"));
    }
    let mute = declared.iter().filter(|one| text(one, "description").is_empty());
    found.extend(mute.map(|one| format!("parameter {} is not described", text(one, "name"))));
    found
}

/// A property says what it is, or is of a schema that does.
fn is_described(property: &Value) -> bool {
    let says =
        |value: &Value| value.get("$ref").is_some() || !text(value, "description").is_empty();
    let choices = ["oneOf", "anyOf", "allOf"].into_iter().filter_map(|name| property.get(name));
    says(property) || choices.flat_map(|list| list.as_array().unwrap()).any(says)
}

fn undescribed(schema: &Value, at: &str, findings: &mut Vec<String>) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::Object(properties)) = members.get("properties") {
                let mute = properties.iter().filter(|(_, property)| !is_described(property));
                findings.extend(mute.map(|(name, _)| format!("{at}.{name} is not described")));
            }
            for (name, member) in members {
                // names, not a schema: a property may be called `properties` itself
                let names = member.as_object().filter(|_| name == "properties");
                for (name, property) in names.into_iter().flatten() {
                    undescribed(property, &format!("{at}.{name}"), findings);
                }
                if names.is_none() {
                    undescribed(member, &format!("{at}.{name}"), findings);
                }
            }
        }
        Value::Array(members) => {
            for member in members {
                undescribed(member, at, findings);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn dangling(document: &Value, value: &Value, findings: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(place)) = members.get("$ref") {
                let target = place.strip_prefix('#').and_then(|path| document.pointer(path));
                if target.is_none() {
                    findings.push(format!("{place} leads nowhere"));
                }
            }
            members.values().for_each(|member| dangling(document, member, findings));
        }
        Value::Array(members) => {
            for member in members {
                dangling(document, member, findings);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// To a caller an id that names nothing looks as a route that is not there: the metrics, which
/// count by route, tell them apart.
#[tokio::test(flavor = "multi_thread")]
async fn routes_with_ids_are_there_too() {
    let document = document();
    let house = House::start().await;
    let caller = house.caller(Someone::person()).await;
    let mut asked = BTreeMap::new();
    for (path, operations) in object(&document["paths"]) {
        for method in object(operations).keys().filter(|_| path.contains('{')) {
            // `{y}.mvt` keeps what follows the name
            let parts = path.split('/').map(|part| match part.split_once('}') {
                Some((_, rest)) => format!("-{rest}"),
                None => part.to_owned(),
            });
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let impossible = parts.collect::<Vec<_>>().join("/");
            let request = house.request(&caller, method.clone(), &impossible);
            let request = request.header("if-match", "*").header("idempotency-key", "probe");
            let request = request.json(&serde_json::json!({}));
            let answer = Answer::read(request.send().await.unwrap()).await;
            assert_ne!(answer.status, 405, "{method} {path}");
            let refused = answer.status;
            answer.expect(refused);
            asked.insert((method, path.clone()), impossible);
        }
    }
    assert!(asked.len() > 8, "the document lost its ids: {asked:?}");
    let metrics = house.get_bare("/metrics").await.expect(200).text;
    for (method, path) in asked.keys() {
        let counted = format!("{{method=\"{method}\",route=\"{path}\",status=\"4xx\"}}");
        assert!(metrics.contains(&counted), "{method} {path} is not registered\n{metrics}");
    }
    house.close().await;
}
