//! Appointments, delegations and a batch on record, for each role to confirm, end, take back and
//! follow.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tokio_postgres::Client;
use uuid::Uuid;

use super::asked::Asked;
use super::scene::{OURS, Scene, Who};
use crate::trips::stage::{NAIROBI, NAKURU, Stage};

/// A batch that decided clearances of Nairobi again.
const BATCH: &str = "01900000-0000-7000-8000-000000000001";

/// One of each for everybody.
pub(super) struct Papers {
    waiting: BTreeMap<Who, Uuid>,
    standing: BTreeMap<Who, Uuid>,
    lent: BTreeMap<Who, Uuid>,
    leaving: BTreeMap<Who, Uuid>,
    /// Somebody of no column, for what a column would gain by it.
    delegate: Uuid,
}

impl Papers {
    /// Written by an official of Kenya and by an administrator of old.
    pub(super) async fn write(stage: &Stage, official: Uuid) -> Self {
        let client = stage.house.database().connect().await;
        let delegate = Uuid::now_v7();
        stage.write_person(delegate, "undss", None).await;
        let (waiting, standing, lent) = ([].into(), [].into(), [].into());
        let mut papers = Self { waiting, standing, lent, leaving: [].into(), delegate };
        let batch = format!(
            "INSERT INTO redecision (redecision_id, area_id, cause, world_version, settled_at) \
             VALUES ('{BATCH}', '{NAIROBI}', 'level', 1, sc_now())"
        );
        client.batch_execute(&batch).await.unwrap();
        for who in Who::ALL {
            papers.waiting.insert(who, appointment(&client, false).await);
            papers.standing.insert(who, appointment(&client, true).await);
            papers.lent.insert(who, delegation(&client, official).await);
            let leaving = Uuid::now_v7();
            stage.write_person(leaving, OURS, None).await;
            papers.leaving.insert(who, leaving);
        }
        papers
    }
}

async fn appointment(client: &Client, confirmed: bool) -> Uuid {
    let insert = "INSERT INTO appointment (appointment_id, person_id, role, area_ids, letter_ref, \
                  recorded_by, confirmed_by, confirmed_at, valid_from, valid_to) \
                  SELECT $1, gen_random_uuid(), 'area_security_coordinator', ARRAY[$2], 'matrix', \
                  gen_random_uuid(), CASE WHEN $3 THEN gen_random_uuid() END, \
                  CASE WHEN $3 THEN sc_now() END, sc_now(), sc_now() + interval '9 days'";
    let id = Uuid::now_v7();
    client.execute(insert, &[&id, &NAKURU, &confirmed]).await.unwrap();
    id
}

async fn delegation(client: &Client, official: Uuid) -> Uuid {
    let insert = "INSERT INTO delegation (delegation_id, delegator_id, given_from, \
                  delegate_person_id, area_ids, risk_bands, letter_ref, valid_from, valid_to) \
                  SELECT $1, $2, appointment_id, gen_random_uuid(), ARRAY[$3], '{low}', 'matrix', \
                  sc_now(), sc_now() + interval '9 days' FROM appointment WHERE person_id = $2";
    let id = Uuid::now_v7();
    client.execute(insert, &[&id, &official, &NAKURU]).await.unwrap();
    id
}

pub(super) fn asked(scene: &Scene, row: &str, who: Who) -> Option<Asked> {
    let papers = &scene.papers;
    let of_nobody = |ids: &BTreeMap<Who, Uuid>| ids[&Who::Nobody].to_string();
    let body = |more: Value| {
        let mut body = json!({
            "area_ids": [NAKURU], "letter_ref": "KE/2026/7",
            // not begun: what it would open is asked about by other rows
            "valid_from": scene.in_hours(20), "valid_to": scene.in_hours(40),
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        Asked::json(body)
    };
    let person = scene.traveller().id;
    Some(match row {
        "list_appointments" => {
            Asked::with(format!("?area={NAKURU}&limit=200")).showing(of_nobody(&papers.waiting))
        }
        "add_appointment" => {
            body(json!({"person_id": person, "role": "area_security_coordinator"}))
        }
        "confirm_appointment" => {
            Asked::plainly().of("{appointment_id}", papers.waiting[&who].to_string())
        }
        "cancel_appointment" => {
            Asked::plainly().of("{appointment_id}", papers.standing[&who].to_string())
        }
        "deactivate_person" => Asked::plainly().of("{person_id}", papers.leaving[&who].to_string()),
        "list_redecisions" => Asked::with("?limit=200".to_owned()).showing(BATCH),
        "get_redecision" | "list_near_departures" => {
            Asked::plainly().of("{redecision_id}", BATCH.to_owned())
        }
        "resume_redecision" => Asked::json(json!({})).of("{redecision_id}", BATCH.to_owned()),
        "list_delegations" => {
            Asked::with(format!("?area={NAKURU}&limit=200")).showing(of_nobody(&papers.lent))
        }
        "add_delegation" => {
            body(json!({"delegate": {"person_id": papers.delegate}, "risk_bands": ["low"]}))
        }
        "cancel_delegation" => {
            Asked::plainly().of("{delegation_id}", papers.lent[&who].to_string())
        }
        _ => return None,
    })
}
