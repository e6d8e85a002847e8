//! Areas of Kenya with their officers, and trips that wait for them.

use reqwest::Method;
use safeconduct::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Answer, Caller, Someone};
use crate::trips::stage::{NAIROBI, NAKURU, Stage, Standing};

/// The service, two areas at work, and who decides there.
pub(crate) struct Bench {
    pub(crate) stage: Stage,
    /// Coordinator of Nairobi.
    pub(crate) asc: Caller,
    /// Coordinator of Nakuru.
    pub(crate) other_asc: Caller,
    /// Adviser of Kenya.
    pub(crate) csa: Caller,
    /// Designated official of Kenya.
    pub(crate) official: Caller,
    pub(crate) usg: Caller,
}

impl Bench {
    /// Nairobi and Nakuru at level 4: a coordinator decides.
    pub(crate) async fn set() -> Self {
        Self::set_with(&[Standing::at_level(NAIROBI, 4), Standing::at_level(NAKURU, 4)]).await
    }

    pub(crate) async fn set_with(standings: &[Standing<'_>]) -> Self {
        Self::over(Stage::set(standings).await).await
    }

    async fn over(stage: Stage) -> Self {
        let house = &stage.house;
        let coordinator = |area| Someone::person().of_areas(Role::AreaSecurityCoordinator, &[area]);
        let of_kenya = |role| Someone::person().of_countries(role, &["KE"]);
        let asc = house.caller(coordinator(NAIROBI)).await;
        let other_asc = house.caller(coordinator(NAKURU)).await;
        let csa = house.caller(of_kenya(Role::SecurityAdviser)).await;
        let official = house.caller(of_kenya(Role::DesignatedOfficial)).await;
        let usg = house.caller(Someone::person().holding(Role::Usg)).await;
        Self { stage, asc, other_asc, csa, official, usg }
    }

    /// A stay in Nairobi of a new traveller, so many days ahead, that waits.
    pub(crate) async fn waiting(&self, ahead: i32) -> String {
        let traveller = self.stage.person("unicef").await;
        self.waiting_of(&traveller, ahead).await
    }

    /// The same of somebody.
    pub(crate) async fn waiting_of(&self, traveller: &Caller, ahead: i32) -> String {
        let body = self.stage.to_nairobi(traveller, ahead, 2);
        let trip = self.stage.submit(traveller, &body).await.expect(201).json();
        let clearance = &trip["clearances"][0];
        assert_eq!(clearance["state"], "pending_review", "{clearance}");
        clearance["clearance_id"].as_str().unwrap().to_owned()
    }

    /// A deed, under a key that nobody used.
    pub(crate) async fn act(&self, who: &Caller, id: &str, deed: &str, body: &Value) -> Answer {
        let path = format!("/v1/approvals/{id}/{deed}");
        self.stage.house.post_once(who, &path, &Uuid::new_v4().to_string(), body).await
    }

    /// A deed with the least that it needs.
    pub(crate) async fn does(&self, who: &Caller, id: &str, deed: &str) -> Answer {
        self.act(who, id, deed, &least(deed)).await
    }

    /// A deed on a version.
    pub(crate) async fn act_on(&self, who: &Caller, id: &str, deed: &str, etag: &str) -> Answer {
        let path = format!("/v1/approvals/{id}/{deed}");
        let key = Uuid::new_v4().to_string();
        let request = self.stage.house.request(who, Method::POST, &path);
        let request = request.header("idempotency-key", key).header("if-match", etag);
        Answer::read(request.json(&least(deed)).send().await.unwrap()).await
    }

    /// A request about a lease.
    pub(crate) async fn lease(&self, who: &Caller, id: &str, what: &str) -> Answer {
        let path = format!("/v1/approvals/{id}/{what}");
        let request = self.stage.house.request(who, Method::POST, &path);
        Answer::read(request.send().await.unwrap()).await
    }

    pub(crate) async fn claim_next(&self, who: &Caller, limit: i64) -> Vec<Value> {
        let body = json!({"limit": limit});
        let answer = self.stage.house.post(who, "/v1/approvals/claim-next", &body).await;
        answer.expect(200).json()["items"].as_array().unwrap().clone()
    }

    pub(crate) async fn queue(&self, who: &Caller, query: &str) -> Value {
        let path = format!("/v1/approvals{query}");
        self.stage.house.get(who, &path).await.expect(200).json()
    }

    pub(crate) async fn clearance(&self, who: &Caller, id: &str) -> Value {
        self.stage.house.get(who, &format!("/v1/clearances/{id}")).await.expect(200).json()
    }

    /// The moves of a clearance as somebody sees them.
    pub(crate) async fn history(&self, who: &Caller, id: &str) -> Vec<Value> {
        let path = format!("/v1/clearances/{id}/history");
        let history = self.stage.house.get(who, &path).await.expect(200).json();
        history["items"].as_array().unwrap().clone()
    }

    /// Moves the database's clock on, and the service's idea of it.
    pub(crate) async fn wait_minutes(&self, minutes: i64) {
        let by = jiff::SignedDuration::from_mins(minutes);
        self.stage.house.database().move_clock(by).await;
        self.stage.house.running().parts.identity.authority().refresh().await.unwrap();
    }
}

/// The least body that a deed needs.
pub(crate) fn least(deed: &str) -> Value {
    match deed {
        "deny" | "revoke" => json!({
            "reason_codes": ["SECURITY_ADVICE"], "text_for_traveller": "Not before the elections.",
        }),
        "return" | "escalate" => json!({"reason_codes": ["OTHER"]}),
        "recommend" => json!({"advice": "favourable"}),
        _ => json!({}),
    }
}

/// Ids of items, in order.
pub(crate) fn ids(items: &Value) -> Vec<String> {
    let items = items["items"].as_array().unwrap();
    items.iter().map(|item| item["clearance_id"].as_str().unwrap().to_owned()).collect()
}
