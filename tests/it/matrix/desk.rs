//! The desk's rows: for each role an item of its own, so that none finds it decided by another.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use super::asked::Asked;
use super::scene::{Scene, Who};
use crate::desk::bench::least;
use crate::harness::Caller;
use crate::trips::stage::{BETWEEN, NAIROBI, Stage};

/// Rows that need an item, with the state it is in.
const ROWS: [(&str, &str); 16] = [
    ("appeal_clearance", "denied"),
    ("approve_clearance", "pending_review"),
    ("claim_approval", "pending_review"),
    ("decide_appeal", "under_appeal"),
    ("decide_approvals", "pending_review"),
    ("deny_clearance", "pending_review"),
    ("escalate_clearance", "pending_review"),
    ("fulfil_obligation", "approved"),
    ("get_approval_context", "pending_review"),
    ("list_held", "pending_review"),
    ("recommend_clearance", "pending_review"),
    ("release_approval", "pending_review"),
    ("renew_approval", "pending_review"),
    ("return_clearance", "pending_review"),
    ("revoke_clearance", "approved"),
    ("waive_course", "pending_review"),
];

/// Items by row and role.
pub(super) type Items = BTreeMap<(&'static str, Who), Uuid>;

/// Copies of a stay in Nairobi that wait for its coordinator.
pub(super) async fn items(stage: &Stage, traveller: &Caller) -> Items {
    let trip = stage.submit(traveller, &stage.to_nairobi(traveller, 330, 2)).await.expect(201);
    let first = trip.json()["clearances"][0]["clearance_id"].as_str().unwrap().to_owned();
    let client = stage.house.database().connect().await;
    let mut items = Items::new();
    for (row, state) in ROWS {
        for who in Who::ALL {
            let id = Uuid::now_v7();
            let missing = json!({"outcomes": [
                {"reason": "TRAINING_SSAFE_MISSING", "facts": {"course": "SSAFE"}},
            ]});
            let answer = (row == "waive_course").then_some(missing);
            client
                .execute(COPY, &[&first.parse::<Uuid>().unwrap(), &id, &state, &answer])
                .await
                .unwrap();
            if row == "fulfil_obligation" {
                client.batch_execute(&OWED.replace("$1", &format!("'{id}'"))).await.unwrap();
            }
            items.insert((row, who), id);
        }
    }
    let held = items[&("list_held", Who::Nobody)];
    let hold = "INSERT INTO desk_lease VALUES ($1, 1, $2, sc_now(), sc_now() + interval '1 hour')";
    client.execute(hold, &[&held, &Uuid::now_v7()]).await.unwrap();
    items
}

const COPY: &str = "
    INSERT INTO clearance (clearance_id, trip_id, trip_version, person_id, area_id, kind, stay_no,
        state, outcome, arrive, depart, arrive_at, depart_at, nights, security_level,
        policy_version, advisory_version, revision, world_version, ruleset_version, valid_from,
        valid_to, late, two_step, decider_role, queue_area_id, submitted_at, moved_at, entries,
        counts_arrival, urgent_at, answer)
    SELECT $2, trip_id, trip_version, person_id, area_id, kind, stay_no, $3::text, 'manual', arrive,
        depart, arrive_at, depart_at, nights, security_level, policy_version, advisory_version,
        revision, world_version, ruleset_version, valid_from, valid_to, false, false,
        'area_security_coordinator', area_id, submitted_at, moved_at, 1, false, 1,
        coalesce($4::json, answer)
    FROM clearance
    WHERE clearance_id = $1";

/// What an approval obliges the traveller to.
const OWED: &str = "
    INSERT INTO ledger_entry (clearance_id, entry, trip_id, at, from_state, to_state, capacity,
        rules, reasons, world_version, policy_version, advisory_version, ruleset_version)
    SELECT clearance_id, 1, trip_id, moved_at, 'pending_review', 'approved', 'own', '{}', '{}',
        world_version, policy_version, advisory_version, ruleset_version
    FROM clearance
    WHERE clearance_id = $1;
    INSERT INTO obligation (obligation_id, clearance_id, number, entry, code, owner)
    VALUES (gen_random_uuid(), $1, 1, 1, 'OTHER', 'traveller')";

/// The request of a row.
pub(super) fn asked(scene: &Scene, row: &str, who: Who) -> Option<Asked> {
    let of = |row| scene.items[&(row, who)].to_string();
    let send = |row, body: Value| Asked::json(body).of("{clearance_id}", of(row));
    let dismiss = || {
        let mut body = least("deny");
        body["decision"] = json!("dismiss");
        body
    };
    Some(match row {
        "list_approvals" => Asked::with(format!("?can=any&area={NAIROBI}&limit=200"))
            .showing(scene.items[&("approve_clearance", Who::Nobody)].to_string()),
        "list_held" => {
            Asked::plainly().showing(scene.items[&("list_held", Who::Nobody)].to_string())
        }
        "claim_next_approvals" => Asked::json(json!({"areas": [BETWEEN]})),
        "get_approval_context" => Asked::plainly().of("{clearance_id}", of("get_approval_context")),
        "claim_approval" => Asked::plainly().of("{clearance_id}", of("claim_approval")),
        "renew_approval" => Asked::plainly().of("{clearance_id}", of("renew_approval")),
        "release_approval" => Asked::plainly().of("{clearance_id}", of("release_approval")),
        "recommend_clearance" => send("recommend_clearance", least("recommend")),
        "approve_clearance" => send("approve_clearance", json!({})),
        "deny_clearance" => send("deny_clearance", least("deny")),
        "return_clearance" => send("return_clearance", least("return")),
        "escalate_clearance" => send("escalate_clearance", least("escalate")),
        "waive_course" => send("waive_course", json!({})),
        "decide_approvals" => {
            let item = json!({"clearance_id": of("decide_approvals"), "action": "approve"});
            Asked::json(json!({"items": [item]})).showing("\"status\":200")
        }
        "revoke_clearance" => send("revoke_clearance", least("revoke")),
        "fulfil_obligation" => send("fulfil_obligation", json!({"evidence": "The log of the day"})),
        "appeal_clearance" => send("appeal_clearance", json!({})),
        "decide_appeal" => send("decide_appeal", dismiss()),
        _ => return None,
    })
}
