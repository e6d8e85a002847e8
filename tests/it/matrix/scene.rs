//! A trip of an organization to Kenya, and everybody who may or may not care.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use safeconduct::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::asked::advisory;
use super::levels::Levels;
use super::papers::Papers;
use super::{alerts, desk, ground};
use crate::harness::{Answer, Caller, House, Someone};
use crate::trips::stage::{BETWEEN, NAIROBI, NAKURU, Stage};

/// The organization of the trip, another one, and the one of those who look after security.
pub(super) const OURS: &str = "unicef";
const OTHERS: &str = "wfp";
const SECURITY: &str = "undss";
/// An area in which nobody of the trip sets foot.
const ELSEWHERE: &str = "UGA-3300";
/// Days ahead of the trip that everybody asks about.
pub(super) const AHEAD: i32 = 20;

/// Who asks: the columns of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    Nobody,
    OtherFocal,
    OtherErp,
    OtherTraveller,
    Traveller,
    Focal,
    Erp,
    Asc,
    OtherAsc,
    Csa,
    Do,
    Usg,
    Auditor,
    Admin,
    Learning,
    Exec,
    Air,
    Warden,
    AlertFeed,
}

impl Who {
    pub(super) const ALL: [Self; 19] = [
        Self::Nobody,
        Self::OtherFocal,
        Self::OtherErp,
        Self::OtherTraveller,
        Self::Traveller,
        Self::Focal,
        Self::Erp,
        Self::Asc,
        Self::OtherAsc,
        Self::Csa,
        Self::Do,
        Self::Usg,
        Self::Auditor,
        Self::Admin,
        Self::Learning,
        Self::Exec,
        Self::Air,
        Self::Warden,
        Self::AlertFeed,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::OtherFocal => "focal²",
            Self::OtherErp => "erp²",
            Self::OtherTraveller => "traveller²",
            Self::Traveller => "traveller",
            Self::Focal => "focal",
            Self::Erp => "erp",
            Self::Asc => "asc",
            Self::OtherAsc => "asc²",
            Self::Csa => "csa",
            Self::Do => "do",
            Self::Usg => "usg",
            Self::Auditor => "auditor",
            Self::Admin => "admin",
            Self::Learning => "learning",
            Self::Exec => "exec",
            Self::Air => "air",
            Self::Warden => "warden",
            Self::AlertFeed => "alerts",
        }
    }

    /// Its number, so that each may submit on days of its own.
    pub(super) fn place(self) -> i32 {
        let place = Self::ALL.into_iter().position(|one| one == self).unwrap();
        i32::try_from(place).unwrap()
    }
}

/// The stage with everybody on it.
pub(super) struct Scene {
    pub(super) stage: Stage,
    cast: BTreeMap<Who, Caller>,
    pub(super) papers: Papers,
    pub(super) levels: Levels,
    /// The trip that everybody asks about.
    pub(super) trip: Value,
    /// A trip of the same traveller for each to cancel.
    to_cancel: BTreeMap<Who, String>,
    /// Clearances for Nairobi whose stay began yesterday: one to speak of, one where nobody came.
    pub(super) begun: [String; 2],
    /// Headcounts of Nairobi for each to close; nobody's runs on.
    headcounts: BTreeMap<Who, String>,
    /// A mission request that names the traveller for each to speak of.
    missions: BTreeMap<Who, String>,
    /// Fences for each to speak of: one that stays, one to take away.
    fences: [BTreeMap<Who, String>; 2],
    /// Items of the desk.
    pub(super) items: desk::Items,
    /// Alerts, feeds and an operator.
    pub(super) alerts: alerts::Items,
    /// Webhooks of the organization's machine: one that stays, one to delete.
    webhooks: [Uuid; 2],
}

impl Scene {
    pub(super) async fn set() -> Self {
        let stage = Stage::set(&[]).await;
        let mut cast = BTreeMap::new();
        for who in Who::ALL.into_iter().skip(1) {
            cast.insert(who, enter(&stage, who).await);
        }
        let papers = Papers::write(&stage, cast[&Who::Do].id).await;
        let levels = Levels::write(&stage, &cast[&Who::Csa], &cast[&Who::Do]).await;
        let traveller = &cast[&Who::Traveller];
        let trip = stage.submit(traveller, &stage.example(traveller, AHEAD)).await.expect(201);
        let mut to_cancel = BTreeMap::new();
        for who in Who::ALL {
            let body = stage.to_nairobi(traveller, 200 + 4 * who.place(), 2);
            let trip = stage.submit(traveller, &body).await.expect(201).json();
            to_cancel.insert(who, trip["trip_id"].as_str().unwrap().to_owned());
        }
        let begun = [begun(&stage, traveller, 300).await, begun(&stage, traveller, 310).await];
        let headcounts = headcounts(&stage, &cast[&Who::Usg]).await;
        let mut missions = BTreeMap::new();
        for who in Who::ALL {
            let body = mission(&stage, &[traveller], AHEAD);
            let key = Uuid::new_v4().to_string();
            let opened = stage.house.post_once(&cast[&Who::Csa], "/v1/mscr", &key, &body).await;
            let id = opened.expect(201).json()["mscr_id"].as_str().unwrap().to_owned();
            missions.insert(who, id);
        }
        let alerts = alerts::items(&stage).await;
        let items = desk::items(&stage, traveller).await;
        write_advisory(&stage, &cast[&Who::Usg], 200).await;
        write_advisory(&stage, &cast[&Who::Asc], 202).await;
        let usg = &cast[&Who::Usg];
        let fences = [ground::fences(&stage, usg).await, ground::fences(&stage, usg).await];
        // the feed shows what is numbered
        while stage.count("SELECT count(*) FROM outbox WHERE feed_seq IS NULL").await > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let trip = trip.json();
        let owner = cast[&Who::Erp].identity;
        let webhooks = [webhook(&stage, owner).await, webhook(&stage, owner).await];
        Self {
            stage,
            cast,
            papers,
            levels,
            trip,
            to_cancel,
            begun,
            headcounts,
            missions,
            fences,
            items,
            alerts,
            webhooks,
        }
    }

    pub(super) fn house(&self) -> &House {
        &self.stage.house
    }

    pub(super) fn caller(&self, who: Who) -> Option<&Caller> {
        self.cast.get(&who)
    }

    /// The traveller of the trip.
    pub(super) fn traveller(&self) -> &Caller {
        &self.cast[&Who::Traveller]
    }

    /// The caller, or the traveller where nobody calls.
    pub(super) fn oneself(&self, who: Who) -> &Caller {
        self.caller(who).unwrap_or_else(|| self.traveller())
    }

    pub(super) fn trip_to_cancel(&self, who: Who) -> String {
        self.to_cancel[&who].clone()
    }

    /// The headcount that somebody closes.
    pub(super) fn headcount_of(&self, who: Who) -> String {
        self.headcounts[&who].clone()
    }

    /// The mission request that somebody speaks of.
    pub(super) fn mission_of(&self, who: Who) -> String {
        self.missions[&who].clone()
    }

    /// The fence that somebody speaks of in a row.
    pub(super) fn fence_of(&self, row: &str, who: Who) -> String {
        self.fences[usize::from(row == "delete_fence")][&who].clone()
    }

    /// The webhook that a row asks about.
    pub(super) fn webhook(&self, row: &str) -> Uuid {
        self.webhooks[usize::from(row == "delete_webhook")]
    }

    /// A member of the trip as text.
    pub(super) fn of_trip(&self, name: &str) -> String {
        self.trip[name].as_str().unwrap().to_owned()
    }

    /// An instant from now.
    pub(super) fn in_hours(&self, hours: i64) -> Timestamp {
        self.house().now() + SignedDuration::from_hours(hours)
    }

    /// A path of the document with ids in the place of names.
    pub(super) fn filled(&self, path: &str, instead: Option<(&str, String)>) -> String {
        let clearances = self.trip["clearances"].as_array().unwrap();
        let nairobi = clearances.iter().find(|one| one["area_id"] == NAIROBI).unwrap();
        let (name, id) = instead.unwrap_or_default();
        let path = if name.is_empty() { path.to_owned() } else { path.replace(name, &id) };
        let path = path
            .replace("{trip_id}", &self.of_trip("trip_id"))
            .replace("{clearance_id}", nairobi["clearance_id"].as_str().unwrap())
            .replace("{person_id}", &self.traveller().id.to_string())
            .replace("{area_id}", NAIROBI)
            .replace("{z}/{x}/{y}", "4/9/8")
            .replace("{number}", "1");
        assert!(!path.contains('{'), "the scene has no id for {path}");
        path
    }

    pub(super) async fn close(self) {
        self.stage.house.close().await;
    }
}

/// A mission request for people in Nairobi, around days ahead.
pub(super) fn mission(stage: &Stage, people: &[&Caller], ahead: i32) -> Value {
    json!({
        "mission_ref": "M-1", "srm_ref": "S-1", "conops": "By road", "pc1_record": "P-1",
        "people": people.iter().map(|one| one.id).collect::<Vec<_>>(),
        "areas": [NAIROBI],
        "window": {"from": stage.day(ahead), "to": stage.day(ahead + 10)},
    })
}

/// Publishes an advisory for Nairobi, or drafts the next.
async fn write_advisory(stage: &Stage, by: &Caller, expected: u16) {
    let path = format!("/v1/advisories/{NAIROBI}");
    let request = stage.house.request(by, Method::PUT, &path).header("if-match", "*");
    let sent = request.json(&advisory("Calm")).send().await.unwrap();
    Answer::read(sent).await.expect(expected);
}

/// The clearance of a trip, as if it had begun thirty hours ago.
async fn begun(stage: &Stage, traveller: &Caller, ahead: i32) -> String {
    let trip = stage.submit(traveller, &stage.to_nairobi(traveller, ahead, 2)).await.expect(201);
    let id = trip.json()["clearances"][0]["clearance_id"].as_str().unwrap().to_owned();
    let client = stage.house.database().connect().await;
    let update = format!(
        "UPDATE clearance SET arrive_at = sc_now() - interval '30 hours', \
         valid_from = sc_now() - interval '54 hours', valid_to = sc_now() + interval '4 days' \
         WHERE clearance_id = '{id}'"
    );
    client.batch_execute(&update).await.unwrap();
    id
}

/// A headcount of Nairobi for each.
async fn headcounts(stage: &Stage, usg: &Caller) -> BTreeMap<Who, String> {
    let body = json!({"areas": [NAIROBI], "reason": "An exercise"});
    let mut opened = BTreeMap::new();
    for who in Who::ALL {
        let key = Uuid::new_v4().to_string();
        let answer = stage.house.post_once(usg, "/v1/headcounts", &key, &body).await.expect(201);
        opened.insert(who, answer.json()["headcount_id"].as_str().unwrap().to_owned());
    }
    opened
}

/// Somebody with the role of a column, with a profile of their own unless it is a machine.
async fn enter(stage: &Stage, who: Who) -> Caller {
    let organization = match who {
        Who::OtherFocal | Who::OtherErp | Who::OtherTraveller => OTHERS,
        Who::Traveller | Who::Focal | Who::Erp | Who::Exec | Who::Air => OURS,
        Who::Nobody
        | Who::Asc
        | Who::OtherAsc
        | Who::Csa
        | Who::Do
        | Who::Usg
        | Who::Auditor
        | Who::Admin
        | Who::Learning
        | Who::Warden
        | Who::AlertFeed => SECURITY,
    };
    let id = Uuid::now_v7();
    stage.write_person(id, organization, None).await;
    let person = Someone::known(id);
    let machine = Someone::client(organization);
    let someone = match who {
        Who::Nobody | Who::Traveller | Who::OtherTraveller => person,
        Who::Focal | Who::OtherFocal => {
            person.of_organization(Role::TravelFocalPoint, organization)
        }
        Who::Erp | Who::OtherErp => machine.of_organization(Role::ErpClient, organization),
        Who::Asc => person.of_areas(Role::AreaSecurityCoordinator, &[NAIROBI, BETWEEN, NAKURU]),
        Who::OtherAsc => person.of_areas(Role::AreaSecurityCoordinator, &[ELSEWHERE]),
        Who::Csa => person.of_countries(Role::SecurityAdviser, &["KE"]),
        Who::Do => person.of_countries(Role::DesignatedOfficial, &["KE"]),
        Who::Usg => person.holding(Role::Usg),
        Who::Auditor => person.holding(Role::Auditor),
        Who::Admin => person.holding(Role::Administrator),
        Who::Learning => machine.holding(Role::LearningSystem),
        Who::Exec => person.of_organization(Role::ExecutiveHead, organization),
        Who::Air => person.of_organization(Role::AirFocalPoint, organization),
        Who::Warden => person.of_areas(Role::Warden, &[NAIROBI, BETWEEN, NAKURU]),
        Who::AlertFeed => machine.holding(Role::AlertFeed),
    };
    stage.house.caller(someone).await
}

/// A webhook of somebody, at an address that nobody asks.
async fn webhook(stage: &Stage, owner: Uuid) -> Uuid {
    let insert =
        "INSERT INTO webhook (webhook_id, identity_id, url, kinds, secret, secret_of, state,
                      disabled_reason, disabled_at, created_at, revision, position, resume_at,
                      leased_until)
                  VALUES ($1, $2, 'https://127.0.0.1/', '{}', 'secret', 'request', 'disabled',
                      'failing', sc_now(), sc_now(), 1, 0, sc_now(), '-infinity')";
    let id = Uuid::now_v7();
    let client = stage.house.database().connect().await;
    client.execute(insert, &[&id, &owner]).await.unwrap();
    id
}
