//! A very risky Nairobi, two organizations whose people go there, and who speaks of it.

use reqwest::Method;
use safeconduct::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Answer, Caller, Someone};
use crate::trips::stage::{NAIROBI, Stage, Standing};

/// The stage with everybody who speaks of missions.
pub(crate) struct Scene {
    pub(crate) stage: Stage,
    pub(crate) csa: Caller,
    pub(crate) official: Caller,
    pub(crate) usg: Caller,
    /// Heads of `unicef` and of `undp`.
    pub(crate) heads: [Caller; 2],
}

/// The organizations of the heads.
pub(crate) const ORGANIZATIONS: [&str; 2] = ["unicef", "undp"];

impl Scene {
    /// Nairobi at a risk band.
    pub(crate) async fn at(band: &str) -> Self {
        let stage = Stage::set(&[]).await;
        let scene = Self {
            csa: stage
                .house
                .caller(Someone::person().of_countries(Role::SecurityAdviser, &["KE"]))
                .await,
            official: stage
                .house
                .caller(Someone::person().of_countries(Role::DesignatedOfficial, &["KE"]))
                .await,
            usg: stage.house.caller(Someone::person().holding(Role::Usg)).await,
            heads: [head(&stage, Uuid::now_v7(), 0).await, head(&stage, Uuid::now_v7(), 1).await],
            stage,
        };
        scene.risk(band, "open").await;
        scene
    }

    /// Gives Nairobi a band and a status while the service runs.
    pub(crate) async fn risk(&self, band: &str, status: &str) {
        let client = self.stage.house.database().connect().await;
        let update = "UPDATE area_state SET risk_band = nullif($1, '') WHERE area_id = $2";
        client.execute(update, &[&band, &NAIROBI]).await.unwrap();
        self.stage.change(&Standing { status, ..Standing::at_level(NAIROBI, 1) }).await;
    }

    /// A trip to Nairobi, 30 days ahead, with a grade and a mission request.
    pub(crate) fn trip(&self, who: &Caller, grade: Option<&str>, mscr: Option<&str>) -> Value {
        let mut body = self.stage.to_nairobi(who, 30, 2);
        body["pc_grade"] = json!(grade);
        body["mscr_id"] = json!(mscr);
        body
    }

    /// Submits such a trip; answers its one clearance.
    pub(crate) async fn submitted(
        &self,
        who: &Caller,
        grade: Option<&str>,
        mscr: Option<&str>,
    ) -> Value {
        let answer = self.stage.submit(who, &self.trip(who, grade, mscr)).await.expect(201).json();
        answer["clearances"][0].clone()
    }

    /// The body of a request for people, around the days of the trips.
    pub(crate) fn request(&self, people: &[&Caller]) -> Value {
        json!({
            "mission_ref": "M-2026-11", "srm_ref": "SRM-7", "conops": "By road, two vehicles",
            "pc1_record": "PC-KE-12",
            "people": people.iter().map(|one| one.id).collect::<Vec<_>>(),
            "areas": [NAIROBI],
            "window": {"from": self.stage.day(25), "to": self.stage.day(40)},
        })
    }

    /// Opens a request as the adviser; answers its id.
    pub(crate) async fn opened(&self, people: &[&Caller]) -> String {
        let body = self.request(people);
        let opened = self.post(&self.csa, "/v1/mscr", &body).await.expect(201).json();
        opened["mscr_id"].as_str().unwrap().to_owned()
    }

    /// POST with a key that nobody used.
    pub(crate) async fn post(&self, caller: &Caller, path: &str, body: &Value) -> Answer {
        let key = Uuid::new_v4().to_string();
        self.stage.house.post_once(caller, path, &key, body).await
    }

    /// A step of a request.
    pub(crate) async fn step(&self, who: &Caller, id: &str, step: &str, body: &Value) -> Answer {
        self.post(who, &format!("/v1/mscr/{id}/{step}"), body).await
    }

    /// The consent of the head of an organization.
    pub(crate) async fn consent(&self, id: &str, of: usize, decision: &str) -> Answer {
        let codes: &[&str] = if decision == "refuse" { &["SECURITY_ADVICE"] } else { &[] };
        let body = json!({
            "organization": ORGANIZATIONS[of], "decision": decision, "reason_codes": codes,
        });
        self.step(&self.heads[of], id, "consent", &body).await
    }

    /// Headquarters' yes.
    pub(crate) async fn grant(&self, id: &str) -> Answer {
        self.step(&self.usg, id, "decide", &json!({"decision": "grant"})).await
    }

    /// A request as headquarters reads it.
    pub(crate) async fn read(&self, id: &str) -> Value {
        self.stage.house.get(&self.usg, &format!("/v1/mscr/{id}")).await.expect(200).json()
    }

    /// The state of a clearance now.
    pub(crate) async fn state(&self, clearance: &Value) -> String {
        let path = format!("/v1/clearances/{}", clearance["clearance_id"].as_str().unwrap());
        let read = self.stage.house.get(&self.usg, &path).await.expect(200).json();
        read["state"].as_str().unwrap().to_owned()
    }

    /// A step with `If-Match`.
    pub(crate) async fn step_if(
        &self,
        who: &Caller,
        (id, step): (&str, &str),
        tag: &str,
        body: &Value,
    ) -> Answer {
        let path = format!("/v1/mscr/{id}/{step}");
        let request = self.stage.house.request(who, Method::POST, &path);
        let request = request.header("idempotency-key", Uuid::new_v4().to_string());
        Answer::read(request.header("if-match", tag).json(body).send().await.unwrap()).await
    }
}

/// The head of an organization, by a person's id.
pub(crate) async fn head(stage: &Stage, id: Uuid, of: usize) -> Caller {
    let someone = Someone::known(id).of_organization(Role::ExecutiveHead, ORGANIZATIONS[of]);
    stage.house.caller(someone).await
}
