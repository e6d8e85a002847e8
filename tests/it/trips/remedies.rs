//! Every remedy, applied to the submit body, really leads where it says.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::stage::{NAIROBI, NAKURU, Stage, Standing};
use crate::harness::Caller;

/// Outcomes by area; areas that no clearance names need none.
type Outcomes = BTreeMap<String, Vec<String>>;

const ORDER: [&str; 8] =
    ["none", "notify", "auto", "manual", "mscr", "return", "deny_hard", "block_closed"];

fn outcomes(answer: &Value) -> Outcomes {
    let mut found = Outcomes::new();
    for clearance in answer["clearances"].as_array().unwrap() {
        let text = |name: &str| clearance[name].as_str().unwrap().to_owned();
        found.entry(text("area_id")).or_default().push(text("outcome"));
    }
    found
}

fn rank(outcome: &str) -> usize {
    ORDER.iter().position(|known| *known == outcome).unwrap()
}

/// RFC 6902, as far as remedies use it.
fn patched(body: &Value, operations: &Value) -> Value {
    let mut body = body.clone();
    for operation in operations.as_array().unwrap() {
        let path = operation["path"].as_str().unwrap();
        let (parent, name) = path.rsplit_once('/').unwrap();
        let name = name.replace("~1", "/").replace("~0", "~");
        let parent = body.pointer_mut(parent).unwrap_or_else(|| panic!("no {parent} for {path}"));
        match (operation["op"].as_str().unwrap(), parent) {
            ("add", Value::Object(members)) => {
                members.insert(name, operation["value"].clone());
            }
            ("add", Value::Array(items)) if name == "-" => items.push(operation["value"].clone()),
            ("remove", Value::Object(members)) => {
                assert!(members.remove(&name).is_some(), "nothing at {path}");
            }
            ("remove", Value::Array(items)) => {
                items.remove(name.parse().unwrap());
            }
            other => panic!("unexpected {other:?}"),
        }
    }
    body
}

async fn obtain(stage: &Stage, traveller: &Caller, course: &Value) {
    let client = stage.house.database().connect().await;
    let insert = "INSERT INTO certificate (certificate_id, person_id, course, completed_on, \
                  expires_on, evidence_kind, state, verified_by, verified_at) \
                  VALUES (gen_random_uuid(), $1, $2, '2025-01-01', $3, 'lms_feed', 'verified', \
                  gen_random_uuid(), now())";
    let through: jiff::civil::Date = course["valid_through"].as_str().unwrap().parse().unwrap();
    let name = course["course"].as_str().unwrap();
    client.execute(insert, &[&traveller.id, &name, &through]).await.unwrap();
}

async fn forget(stage: &Stage, traveller: &Caller, course: &Value) {
    let client = stage.house.database().connect().await;
    let delete = "DELETE FROM certificate WHERE person_id = $1 AND course = $2 \
                  AND completed_on = '2025-01-01'";
    client.execute(delete, &[&traveller.id, &course["course"].as_str().unwrap()]).await.unwrap();
}

#[tokio::test]
async fn every_remedy_leads_where_it_says() {
    let stage = Stage::set(&[
        Standing {
            policy: |policy| {
                policy.required_fields = vec!["vehicle".into(), "host_permit_no".into()];
                policy.lodging_tba_hours = None;
            },
            ..Standing::at_level(NAIROBI, 1)
        },
        Standing {
            policy: |policy| {
                policy.training_required = vec![safeconduct::model::CourseRule {
                    course: safeconduct::model::Course::SSAFE,
                    categories: Vec::new(),
                    min_stay_nights: 0,
                }];
                policy.lead_time_hours_auto = 24 * 9;
                policy.late_handling = safeconduct::model::LateHandling::RequireJustification;
            },
            ..Standing::at_level(NAKURU, 1)
        },
    ])
    .await;
    let traveller = stage.person("unicef").await;
    let mut kinds = BTreeSet::new();
    for ahead in [5, 30] {
        for lodged in [true, false] {
            let mut body = stage.example(&traveller, ahead);
            if !lodged {
                body["lodging"] = json!([]);
            }
            let before = stage.house.post(&traveller, "/v1/trips/check", &body).await;
            let before = before.expect(200).json();
            for clearance in before["clearances"].as_array().unwrap() {
                for remedy in clearance["remedies"].as_array().unwrap() {
                    try_out(&stage, &traveller, &body, (&before, clearance, remedy)).await;
                    kinds.insert(
                        remedy["text"].as_str().unwrap().split(' ').next().unwrap().to_owned(),
                    );
                }
            }
        }
    }
    assert!(kinds.len() >= 3, "only remedies of these kinds were seen: {kinds:?}");
    stage.house.close().await;
}

/// Applies a remedy of a checked body's clearance, and checks again.
pub(super) async fn try_out(
    stage: &Stage,
    traveller: &Caller,
    body: &Value,
    (before, clearance, remedy): (&Value, &Value, &Value),
) {
    let change = &remedy["change"];
    let course = change.get("obtain");
    if let Some(course) = course {
        obtain(stage, traveller, course).await;
    }
    let patch = change.get("patch").cloned().unwrap_or_else(|| json!([]));
    let after = stage.house.post(traveller, "/v1/trips/check", &patched(body, &patch)).await;
    judge(before, clearance, remedy, &outcomes(&after.expect(200).json()));
    if let Some(course) = course {
        forget(stage, traveller, course).await;
    }
}

/// The clearance's outcome is as said, and no other got worse. Several stays in one area are
/// compared as a whole: dropping one moves the others up.
fn judge(before: &Value, clearance: &Value, remedy: &Value, after: &Outcomes) {
    let area = clearance["area_id"].as_str().unwrap();
    let leads_to = remedy["leads_to"].as_str().unwrap();
    assert!(rank(leads_to) < rank(clearance["outcome"].as_str().unwrap()), "{remedy}");
    let reached = after.get(area).is_some_and(|found| found.iter().any(|one| one == leads_to));
    let gone = after.get(area).map_or(0, Vec::len) < outcomes(before)[area].len();
    assert!(reached || (gone && leads_to == "none"), "{remedy} of {area}: {after:?}");
    for (area, old) in outcomes(before) {
        let worst = |of: &[String]| of.iter().map(|one| rank(one)).max();
        let new = after.get(&area).map(Vec::as_slice).unwrap_or_default();
        assert!(worst(new) <= worst(&old), "{remedy} makes {area} worse: {old:?} to {new:?}");
    }
}
