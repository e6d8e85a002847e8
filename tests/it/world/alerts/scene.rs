//! A service with an official, a feed and messages about the fields near Nakuru.

use jiff::{SignedDuration, Timestamp};
use safeconduct::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Answer, Caller, House, Someone};

/// Around Nakuru, latitude first as the standard says.
pub(super) const NAKURU_RING: &str = "-0.35,36.00 -0.35,36.15 -0.20,36.15 -0.20,36.00 -0.35,36.00";
/// The area that it lies in.
pub(super) const NAKURU: &str = "KEN-890";

/// A message as a test writes it.
#[derive(Clone)]
pub(super) struct Message {
    pub(super) sender: &'static str,
    pub(super) identifier: String,
    pub(super) sent: Timestamp,
    pub(super) status: &'static str,
    pub(super) kind: &'static str,
    pub(super) references: Vec<String>,
    pub(super) severity: &'static str,
    pub(super) expires: Option<Timestamp>,
    pub(super) area: String,
    pub(super) info: bool,
}

impl Message {
    /// A severe alert around Nakuru for the next day.
    pub(super) fn about(house: &House, identifier: &str) -> Self {
        let now = house.now();
        Self {
            sender: "warnings@met.example.ke",
            identifier: identifier.to_owned(),
            sent: second(now),
            status: "Actual",
            kind: "Alert",
            references: Vec::new(),
            severity: "Severe",
            expires: Some(second(now + SignedDuration::from_hours(24))),
            area: format!("<polygon>{NAKURU_RING}</polygon>"),
            info: true,
        }
    }

    /// A later message about this one.
    pub(super) fn then(&self, kind: &'static str, identifier: &str) -> Self {
        Self {
            kind,
            identifier: identifier.to_owned(),
            sent: self.sent + SignedDuration::from_secs(60),
            references: vec![format!("{},{},{}", self.sender, self.identifier, self.sent)],
            info: kind != "Cancel",
            ..self.clone()
        }
    }

    pub(super) fn xml(&self) -> String {
        let Self { sender, identifier, sent, status, kind, severity, area, .. } = self;
        let references = if self.references.is_empty() {
            String::new()
        } else {
            format!("<references>{}</references>", self.references.join(" "))
        };
        let expires = self.expires.map(|at| format!("<expires>{at}</expires>"));
        let expires = expires.unwrap_or_default();
        let info = format!(
            "<info><language>en-GB</language><category>Met</category><event>Flood</event>\
             <urgency>Immediate</urgency><severity>{severity}</severity>\
             <certainty>Likely</certainty>{expires}<headline>Floods near Nakuru</headline>\
             <area><areaDesc>Nakuru</areaDesc>{area}</area></info>"
        );
        let info = if self.info { info } else { String::new() };
        format!(
            "<?xml version=\"1.0\"?><alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">\
             <identifier>{identifier}</identifier><sender>{sender}</sender><sent>{sent}</sent>\
             <status>{status}</status><msgType>{kind}</msgType><scope>Public</scope>\
             {references}{info}</alert>"
        )
    }
}

/// Times of the standard have no fractions.
fn second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap()
}

/// The codes of what was remarked.
pub(super) fn remarks(alert: &Value) -> Vec<&str> {
    let remarks = alert["remarks"].as_array().unwrap().iter();
    remarks.map(|remark| remark["code"].as_str().unwrap()).collect()
}

/// The proposals of a kind.
pub(super) fn of_kind<'a>(alert: &'a Value, kind: &str) -> Vec<&'a Value> {
    alert["proposals"].as_array().unwrap().iter().filter(|one| one["kind"] == kind).collect()
}

/// The service and those who care.
pub(super) struct Scene {
    pub(super) house: House,
    pub(super) official: Caller,
    pub(super) adviser: Caller,
    /// A machine that sends alerts.
    pub(super) feed: Caller,
}

impl Scene {
    pub(super) async fn set() -> Self {
        Self::set_with(|_config| {}).await
    }

    pub(super) async fn set_with(change: impl FnOnce(&mut safeconduct::config::Config)) -> Self {
        let house = House::start_with(change).await;
        let of = |role| Someone::person().of_countries(role, &["KE"]);
        let official = house.caller(of(Role::DesignatedOfficial)).await;
        let adviser = house.caller(of(Role::SecurityAdviser)).await;
        let feed = house.caller(Someone::client("kmd").holding(Role::AlertFeed)).await;
        Self { house, official, adviser, feed }
    }

    /// Sends bytes as somebody.
    pub(super) async fn send_raw(&self, caller: &Caller, body: impl Into<Vec<u8>>) -> Answer {
        let request = self.house.request(caller, reqwest::Method::POST, "/v1/alerts");
        let request = request
            .header("idempotency-key", Uuid::new_v4().to_string())
            .header("content-type", "application/cap+xml")
            .body(body.into());
        Answer::read(request.send().await.unwrap()).await
    }

    /// Sends a message as somebody; the answer of what became of it.
    pub(super) async fn send(&self, caller: &Caller, message: &Message) -> Value {
        self.send_raw(caller, message.xml()).await.expect(201).json()
    }

    /// An alert as the official sees it.
    pub(super) async fn alert(&self, alert: &Value) -> Value {
        let path = format!("/v1/alerts/{}", alert["alert_id"].as_str().unwrap());
        self.house.get(&self.official, &path).await.expect(200).json()
    }

    /// Confirms or dismisses.
    pub(super) async fn decide(
        &self,
        caller: &Caller,
        alert: &Value,
        verb: &str,
        body: &Value,
    ) -> Answer {
        let path = format!("/v1/alerts/{}/{verb}", alert["alert_id"].as_str().unwrap());
        self.house.post_once(caller, &path, &Uuid::new_v4().to_string(), body).await
    }

    /// Puts a machine's feed on the official's list.
    pub(super) async fn list_feed(&self, more: Value) -> Value {
        let mut body =
            json!({"name": "Met service", "client_id": self.feed.id, "countries": ["KE"]});
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        if body.get("url").is_some() {
            body.as_object_mut().unwrap().remove("client_id");
        }
        let key = Uuid::new_v4().to_string();
        self.house
            .post_once(&self.official, "/v1/alert-feeds", &key, &body)
            .await
            .expect(201)
            .json()
    }

    /// Names, effects and states of the fences that stand.
    pub(super) async fn fences(&self) -> Vec<(String, String)> {
        let client = self.house.database().connect().await;
        let query = "SELECT name, effect FROM fence WHERE removed_at IS NULL ORDER BY fence_id";
        let rows = client.query(query, &[]).await.unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    }

    /// How many events of a kind were written.
    pub(super) async fn told(&self, kind: &str) -> i64 {
        self.count(&format!(
            "SELECT count(*) FROM outbox AS o CROSS JOIN LATERAL \
             json_array_elements(o.events) AS e (event) WHERE e.event ->> 'kind' = '{kind}'"
        ))
        .await
    }

    /// Rows that a query counts.
    pub(super) async fn count(&self, query: &str) -> i64 {
        let client = self.house.database().connect().await;
        client.query_one(query, &[]).await.unwrap().get(0)
    }
}
