//! Levels and policies on record, for each role to speak of. Everything is set for much later, so
//! that nothing changes under the other rows.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::asked::Asked;
use super::scene::{Scene, Who};
use crate::harness::{Answer, Caller};
use crate::trips::stage::{NAIROBI, Stage};
use crate::world::levels::assessment;

/// What there is of Nairobi.
pub(super) struct Levels {
    assessment: String,
    /// A setting for each who may take one back, and one that stays.
    settings: BTreeMap<Who, String>,
    /// A draft for each who may approve, and one for each to take back.
    drafts: BTreeMap<Who, [String; 2]>,
}

async fn send(stage: &Stage, caller: &Caller, method: Method, path: &str, body: &Value) -> Value {
    let path = format!("/v1/areas/{NAIROBI}/{path}");
    let request = stage.house.request(caller, method, &path).json(body).header("if-match", "*");
    let request = request.header("idempotency-key", Uuid::new_v4().to_string());
    let answer = Answer::read(request.send().await.unwrap()).await;
    assert!(answer.status < 300, "{}", answer.text);
    answer.json()
}

impl Levels {
    /// By the adviser and the official of Kenya.
    pub(super) async fn write(stage: &Stage, adviser: &Caller, official: &Caller) -> Self {
        let found = send(stage, adviser, Method::POST, "assessments", &assessment([2, 2, 2])).await;
        let assessment = found["assessment_id"].as_str().unwrap().to_owned();
        let (mut settings, mut drafts) = (BTreeMap::new(), BTreeMap::new());
        for (days, who) in (1..).zip([Who::Do, Who::Usg, Who::Nobody]) {
            let later = stage.house.now() + jiff::SignedDuration::from_hours(2400);
            let wish = json!({"security_level": 2, "assessment_id": assessment,
                "effective_from": later});
            let set = send(stage, official, Method::PUT, "security-level", &wish).await;
            settings.insert(who, set["setting_id"].as_str().unwrap().to_owned());
            let mut two = [String::new(), String::new()];
            for (draft, more) in two.iter_mut().zip([0, 10]) {
                let wish = json!({"max_stay_days": 20 + days + more});
                let saved = send(stage, adviser, Method::PUT, "policy", &wish).await;
                *draft = saved["version"].to_string();
            }
            drafts.insert(who, two);
        }
        Self { assessment, settings, drafts }
    }

    fn setting(&self, who: Who) -> String {
        self.settings.get(&who).unwrap_or(&self.settings[&Who::Do]).clone()
    }

    fn drafts(&self, who: Who) -> &[String; 2] {
        self.drafts.get(&who).unwrap_or(&self.drafts[&Who::Do])
    }
}

pub(super) fn asked(scene: &Scene, row: &str, who: Who) -> Option<Asked> {
    let levels = &scene.levels;
    let later = scene.in_hours(2400);
    let found = || levels.assessment.clone();
    Some(match row {
        "add_assessment" => Asked::json(assessment([2, 2, 2])),
        "get_assessment" => Asked::plainly().of("{assessment_id}", found()),
        "put_security_level" => Asked::json(json!({
            "security_level": 2, "assessment_id": found(), "effective_from": later,
        })),
        "cancel_level_setting" => Asked::plainly().of("{setting_id}", levels.setting(who)),
        // who set it from what is for the area's security staff
        "list_assessments" | "get_security_level" => Asked::plainly().showing(found()),
        "get_security_levels" => Asked::with("?lon=36.82&lat=-1.29".to_owned()).showing(NAIROBI),
        "put_policy" => Asked::json(json!({"max_stay_days": 60})),
        "approve_policy_version" => Asked::json(json!({"effective_from": later}))
            .of("{version}", levels.drafts(who)[0].clone()),
        "cancel_policy_version" => Asked::plainly().of("{version}", levels.drafts(who)[1].clone()),
        "get_policy" | "list_policies" => Asked::plainly(),
        "list_policy_versions" => Asked::plainly().showing("/max_stay_days"),
        "get_policy_version" => Asked::plainly().of("{version}", "1".to_owned()),
        _ => return None,
    })
}
