//! A rule case: a small trip, its facts and its terrain, said by what differs from the usual.
//!
//! Usually one member of staff flies from HOME, where they live, to HERE and back three nights
//! later, asked a month ahead; both areas are at level 1 with the standard policy; nothing is
//! missing. A case patches that (RFC 7396), list by list and item by item; an item beyond the
//! usual ones is a copy of the first, patched.

use std::path::Path;
use std::sync::Arc;

use safeconduct::decision::decide;
use safeconduct::model::{
    AreaPolicy, ClearanceDecision, Decision, Effect, Facts, Finding, Terrain, Trip,
};
use serde::Deserialize;
use serde_json::{Value, json};

/// What differs from the usual.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// What it shows, in words.
    #[serde(rename = "says")]
    pub(crate) _says: String,
    #[serde(default)]
    trip: Value,
    #[serde(default)]
    segments: Vec<Value>,
    #[serde(default)]
    people: Vec<Value>,
    #[serde(default)]
    facts: Value,
    #[serde(default)]
    terrain: Value,
    #[serde(default)]
    areas: Vec<Value>,
    #[serde(default)]
    policies: Vec<Value>,
    #[serde(default)]
    stays: Vec<Value>,
    /// Area ids of both ends of each segment.
    #[serde(default)]
    places: Vec<(String, String)>,
    /// Policies that could not be read, by position of their area.
    #[serde(default)]
    without_policy: Vec<usize>,
    /// What comes of it, clearance by clearance.
    pub(crate) expect: Vec<Expected>,
    /// Rule and reason of the trip's warnings.
    #[serde(default)]
    pub(crate) warnings: Vec<String>,
    /// Segment and area of the crossings.
    #[serde(default)]
    pub(crate) crossings: Vec<(u16, String)>,
}

/// What is expected of a clearance.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expected {
    /// Every finding: `R-301 return TRAINING_BSAFE_MISSING`, `R-408 warning FENCE_ADVICE`.
    findings: Vec<String>,
    /// Every condition with its due time, where one is due.
    conditions: Option<Vec<String>>,
    /// Facts of the findings, by position; only those named are compared.
    #[serde(default)]
    facts: Vec<(usize, Value)>,
    /// Other fields of the clearance, as JSON; only those named are compared.
    #[serde(default)]
    also: Value,
}

/// The inputs of a decision.
#[derive(Debug, Clone)]
pub(crate) struct Inputs {
    pub(crate) trip: Trip,
    pub(crate) facts: Facts,
    pub(crate) terrain: Terrain,
}

impl Inputs {
    pub(crate) fn decide(&self) -> Decision {
        decide(&self.trip, &self.facts, &self.terrain)
    }
}

/// Every case with its name, `R-301/missing`, in order of name.
pub(crate) fn all_cases() -> Vec<(String, Case)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases = Vec::new();
    for rule in std::fs::read_dir(&root).unwrap().map(Result::unwrap) {
        if !rule.file_type().unwrap().is_dir() {
            continue;
        }
        for file in std::fs::read_dir(rule.path()).unwrap().map(Result::unwrap) {
            let name = format!(
                "{}/{}",
                rule.file_name().to_str().unwrap(),
                file.path().file_stem().unwrap().to_str().unwrap()
            );
            let text = std::fs::read_to_string(file.path()).unwrap();
            let case = serde_json::from_str(&text).unwrap_or_else(|why| panic!("{name}: {why}"));
            cases.push((name, case));
        }
    }
    cases.sort_by(|(one, _), (other, _)| one.cmp(other));
    cases
}

impl Case {
    /// The usual with the case's patches.
    pub(crate) fn inputs(&self) -> Inputs {
        let mut trip = usual_trip();
        patch(&mut trip, &self.trip);
        patch_list(&mut trip["itinerary"]["segments"], &self.segments);
        let mut facts = usual_facts();
        patch_list(&mut facts["people"], &self.people);
        patch(&mut facts, &self.facts);
        for person in facts["people"].as_array().unwrap().iter().skip(1) {
            let traveller = json!({"person_id": person["person"]["person_id"], "role": "member"});
            let travellers = trip["travellers"].as_array_mut().unwrap();
            if travellers.iter().all(|known| known["person_id"] != traveller["person_id"]) {
                travellers.push(traveller);
            }
        }
        let mut terrain = usual_terrain();
        patch_list(&mut terrain["areas"], &self.areas);
        patch_list(&mut terrain["stays"], &self.stays);
        if !self.places.is_empty() {
            let ends = self.places.iter().map(|(from, to)| json!([place(from), place(to)]));
            terrain["places"] = ends.collect();
        }
        patch(&mut terrain, &self.terrain);
        Inputs {
            trip: read(trip),
            facts: read(facts),
            terrain: with_policies(read(terrain), &self.policies, &self.without_policy),
        }
    }

    /// What a decision lacks or has too much against the expectation.
    pub(crate) fn differences(&self, decision: &Decision) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut compare = |what: &str, expected: String, found: String| {
            if expected != found {
                wrong.push(format!("{what}: expected {expected}, found {found}"));
            }
        };
        let count = |n: usize| n.to_string();
        compare("clearances", count(self.expect.len()), count(decision.clearances.len()));
        for (at, (expected, found)) in self.expect.iter().zip(&decision.clearances).enumerate() {
            expected.compare(found, |what, expected, found| {
                compare(&format!("clearance {at}, {what}"), expected, found);
            });
        }
        compare(
            "warnings",
            format!("{:?}", self.warnings),
            format!("{:?}", decision.warnings.iter().map(said).collect::<Vec<_>>()),
        );
        let crossings = decision.crossings.iter();
        let crossings: Vec<_> = crossings.map(|c| (c.segment, c.area_id.to_string())).collect();
        compare("crossings", format!("{:?}", self.crossings), format!("{crossings:?}"));
        wrong
    }
}

impl Expected {
    fn compare(&self, found: &ClearanceDecision, mut differ: impl FnMut(&str, String, String)) {
        let findings: Vec<String> = found.findings.iter().map(said).collect();
        differ("findings", format!("{:#?}", self.findings), format!("{findings:#?}"));
        if let Some(conditions) = &self.conditions {
            let owed: Vec<String> = found
                .conditions
                .iter()
                .map(|c| match c.due {
                    Some(due) => format!("{} {} {due}", c.rule, c.code.as_str()),
                    None => format!("{} {}", c.rule, c.code.as_str()),
                })
                .collect();
            differ("conditions", format!("{conditions:#?}"), format!("{owed:#?}"));
        }
        let found = serde_json::to_value(found).unwrap();
        for (at, facts) in &self.facts {
            for (name, value) in facts.as_object().unwrap() {
                let known = &found["findings"][at]["facts"][name];
                differ(
                    &format!("fact {name} of finding {at}"),
                    value.to_string(),
                    known.to_string(),
                );
            }
        }
        for (name, value) in self.also.as_object().into_iter().flatten() {
            differ(name, value.to_string(), found[name].to_string());
        }
    }
}

/// A finding in three words.
pub(crate) fn said(finding: &Finding) -> String {
    let effect = match finding.effect {
        Effect::Outcome(outcome) => outcome.as_str(),
        Effect::Warning => "warning",
    };
    format!("{} {effect} {}", finding.rule, finding.reason.as_str())
}

fn read<T: for<'a> Deserialize<'a>>(value: Value) -> T {
    let text = value.to_string();
    serde_json::from_value(value).unwrap_or_else(|why| panic!("{why}: {text}"))
}

/// RFC 7396.
fn patch(target: &mut Value, change: &Value) {
    let Value::Object(changes) = change else {
        if !change.is_null() {
            *target = change.clone();
        }
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let object = target.as_object_mut().unwrap();
    for (name, change) in changes {
        if change.is_null() {
            object.remove(name);
        } else {
            patch(object.entry(name.clone()).or_insert(Value::Null), change);
        }
    }
}

fn patch_list(target: &mut Value, changes: &[Value]) {
    let list = target.as_array_mut().unwrap();
    let first = list[0].clone();
    for (at, change) in changes.iter().enumerate() {
        if at >= list.len() {
            list.push(first.clone());
        }
        patch(&mut list[at], change);
    }
}

fn with_policies(mut terrain: Terrain, policies: &[Value], without: &[usize]) -> Terrain {
    for (at, area) in terrain.areas.iter_mut().enumerate() {
        let standard =
            AreaPolicy::standard(area.policy_version, "2026-01-01T00:00:00Z".parse().unwrap());
        let mut policy = serde_json::to_value(standard).unwrap();
        patch(&mut policy, policies.get(at).unwrap_or(&Value::Null));
        area.policy = (!without.contains(&at)).then(|| Arc::new(read(policy)));
    }
    terrain
}

fn place(area: &str) -> Value {
    let area_id = if area.is_empty() { Value::Null } else { json!(area) };
    json!({
        "point": [36.8, -1.3], "zone": "Africa/Nairobi", "area_id": area_id,
        "resolved": {"by": "covered"}, "airport": null,
    })
}

fn usual_trip() -> Value {
    let end = |code: &str| json!({"name": {"airport": code}, "label": null});
    let segment = |seq: u16, from: &str, to: &str, departs: &str, arrives: &str| {
        json!({
            "seq": seq, "mode": "air_commercial", "from": end(from), "to": end(to),
            "departs_at": departs, "arrives_at": arrives, "carrier_code": "XX",
            "flight_no": format!("XX{seq}"), "airside_transit": false, "route_points": [],
        })
    };
    json!({
        "trip_kind": "official", "purpose": "duty_travel", "purpose_text": null,
        "justification": null, "pc_grade": null, "programme_activity_id": null,
        "travellers": [{"person_id": "00000000-0000-7000-8000-000000000001", "role": "member"}],
        "itinerary": {
            "segments": [
                segment(1, "HOM", "HER", "2026-12-01T06:00:00Z", "2026-12-01T09:00:00Z"),
                segment(2, "HER", "HOM", "2026-12-04T15:00:00Z", "2026-12-04T18:00:00Z"),
            ],
            "until": null, "open_ended": false,
            "lodging": [{
                "area_id": "HERE", "kind": "hotel", "name": "Lake View", "address": null,
                "phone": null, "point": null, "from": null,
            }],
        },
        "private_days": [], "organization": "unicef", "requester_id": null,
        "external_refs": [], "mscr_id": null, "supplied_fields": [],
    })
}

fn usual_facts() -> Value {
    json!({
        "now": "2026-11-01T00:00:00Z",
        "people": [{
            "person": {
                "person_id": "00000000-0000-7000-8000-000000000001", "organization": "unicef",
                "category": "staff_international", "recruitment": "international",
                "status": "active", "duty_station_area_id": "HOME", "sponsor_person_id": null,
                "reachable": true, "next_of_kin": true, "named": true, "senior_official": false,
            },
            "revision": 1,
            "certificates": [
                {"course": "BSAFE", "completed_on": "2024-05-01", "expires_on": null, "state": "verified"},
            ],
            "medical_valid_to": null, "resident": true,
        }],
        "nights": [], "arrivals": [],
        "organization": {
            "organization": "unicef", "entitlement_notify_only": false,
            "flight_concentration_max": 30,
        },
        "mscr": null, "activity_grades": null, "gaps": [],
    })
}

fn usual_terrain() -> Value {
    let area = |id: &str| {
        json!({
            "area_id": id, "country": "KE", "zone": "Africa/Nairobi", "revision": 1,
            "security_level": 1, "risk_band": null,
            "status": {"kind": "open", "since": null, "review_at": null, "reason": null},
            "policy_version": 1, "advisory_version": 0,
        })
    };
    json!({
        "world_version": 7, "world_stale": false,
        "areas": [area("HERE"), area("HOME")],
        "stays": [
            {
                "kind": "stay", "area": 0, "arrive_at": "2026-12-01T09:00:00Z",
                "depart_at": "2026-12-04T15:00:00Z", "arrive": "2026-12-01",
                "depart": "2026-12-04", "nights": 3, "arrives_by": 0, "leaves_by": 1,
                "points": [[36.8, -1.3]], "place": place("HERE"), "covered_by": null,
                "near": [], "fences": [], "lodging": 0, "at_start_area": false,
            },
            {
                "kind": "stay", "area": 1, "arrive_at": "2026-12-04T18:00:00Z",
                "depart_at": null, "arrive": "2026-12-04", "depart": null, "nights": 0,
                "arrives_by": 1, "leaves_by": null, "points": [[38.8, 9.0]],
                "place": place("HOME"), "covered_by": null, "near": [], "fences": [],
                "lodging": null, "at_start_area": true,
            },
        ],
        "crossings": [], "unknown_routes": [],
        "places": [[place("HOME"), place("HERE")], [place("HERE"), place("HOME")]],
        "start_area": "HOME",
    })
}
