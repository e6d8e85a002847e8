//! A service in the shipped world, with areas that stand as the test says and people of its own.

use jiff::civil::Date;
use jiff::{Span, Timestamp};
use safeconduct::access::Role;
use safeconduct::model::AreaPolicy;
use safeconduct::world::policy_body;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Answer, Caller, House, Someone, TestDatabase};

/// Nairobi, Nakuru, and what lies between.
pub(crate) const NAIROBI: &str = "KEN-1196";
pub(crate) const NAKURU: &str = "KEN-890";
pub(crate) const BETWEEN: &str = "KEN-1195";

/// The service and its world.
pub(crate) struct Stage {
    pub(crate) house: House,
    /// The day the tests call today.
    today: Date,
}

/// How an area shall stand.
pub(crate) struct Standing<'s> {
    pub(crate) area: &'s str,
    pub(crate) level: i16,
    pub(crate) status: &'s str,
    /// What differs from the standard policy.
    pub(crate) policy: fn(&mut AreaPolicy),
}

impl<'s> Standing<'s> {
    pub(crate) fn at_level(area: &'s str, level: i16) -> Self {
        Self { area, level, status: "open", policy: |_policy| {} }
    }
}

impl Stage {
    /// Every area open, at level 1, under the standard policy, save those that are named.
    pub(crate) async fn set(standings: &[Standing<'_>]) -> Self {
        Self::set_on(TestDatabase::create_with_world().await, standings).await
    }

    /// The same on a database with the shipped world that the test has chosen.
    pub(super) async fn set_on(database: TestDatabase, standings: &[Standing<'_>]) -> Self {
        Self::stand(&database, standings).await;
        let house = House::start_on(database, |_config| {}).await;
        let today = jiff::tz::TimeZone::UTC.to_datetime(house.now()).date();
        Self { house, today }
    }

    /// Puts the areas of a database as the test says.
    async fn stand(database: &TestDatabase, standings: &[Standing<'_>]) {
        let client = database.connect().await;
        let calm = policy_body(&AreaPolicy::standard(1, Timestamp::UNIX_EPOCH)).unwrap();
        client
            .batch_execute(
                "UPDATE area_state SET security_level = 1, risk_band = NULL, status = 'open', \
                 status_since = NULL, review_at = NULL",
            )
            .await
            .unwrap();
        let calm: Value = serde_json::from_str(&calm).unwrap();
        client.execute("UPDATE area_policy SET body = $1", &[&calm]).await.unwrap();
        for standing in standings {
            stand(&client, standing).await;
        }
    }

    /// Changes how an area stands while the service runs, and waits until it has noticed.
    pub(crate) async fn change(&self, standing: &Standing<'_>) {
        let client = self.house.database().connect().await;
        client.batch_execute("BEGIN; SELECT lock_world_exclusive()").await.unwrap();
        stand(&client, standing).await;
        client
            .batch_execute(
                "UPDATE world_state SET version = version + 1; \
                 UPDATE area_state SET revision = (SELECT version FROM world_state) \
                 WHERE area_id = current_setting('test.area')",
            )
            .await
            .unwrap();
        client.batch_execute("COMMIT").await.unwrap();
        self.house.running().parts.world.refresh().await.unwrap();
    }

    /// Has every stored policy name its own version, for drafts to be based on.
    pub(crate) async fn number_policies(&self) {
        let number =
            "UPDATE area_policy SET body = jsonb_set(body, '{version}', to_jsonb(version))";
        self.house.database().connect().await.batch_execute(number).await.unwrap();
    }

    /// A day so many days from today.
    pub(crate) fn day(&self, days: i32) -> Date {
        self.today.checked_add(Span::new().days(days)).unwrap()
    }

    /// A time of such a day, in East Africa.
    pub(crate) fn at(&self, days: i32, time: &str) -> String {
        format!("{}T{time}:00+03:00", self.day(days))
    }

    /// An organization's international member of personnel with everything that is asked for.
    pub(crate) async fn person(&self, organization: &str) -> Caller {
        let id = Uuid::now_v7();
        self.write_person(id, organization, None).await;
        self.house.caller(Someone::known(id)).await
    }

    /// A dependant of somebody.
    pub(crate) async fn dependant(&self, of: &Caller, organization: &str) -> Uuid {
        let id = Uuid::now_v7();
        self.write_person(id, organization, Some(of.id)).await;
        id
    }

    /// A machine of an organization.
    pub(crate) async fn erp(&self, organization: &str) -> Caller {
        let erp = Someone::client(organization).of_organization(Role::ErpClient, organization);
        self.house.caller(erp).await
    }

    /// Their row, with everything that is asked for.
    pub(crate) async fn write_person(&self, id: Uuid, organization: &str, sponsor: Option<Uuid>) {
        let client = self.house.database().connect().await;
        let insert = "INSERT INTO organization (organization_id, name) VALUES ($1, $1) \
                      ON CONFLICT DO NOTHING";
        client.execute(insert, &[&organization]).await.unwrap();
        let category =
            if sponsor.is_some() { "eligible_family_member" } else { "staff_international" };
        let insert = "INSERT INTO person (person_id, organization_id, staff_no, family_name, \
                      category, recruitment, sponsor_person_id) \
                      VALUES ($1, $2, $3, 'Tester', $4, 'international', $5)";
        let staff_no = id.simple().to_string();
        client
            .execute(insert, &[&id, &organization, &staff_no, &category, &sponsor])
            .await
            .unwrap();
        for insert in [
            "INSERT INTO person_contact (person_id, position, kind, value) \
             VALUES ($1, 1, 'mobile', '+254 700 000 000')",
            "INSERT INTO emergency_contact (person_id, position, name, relation, phone) \
             VALUES ($1, 1, 'Kin', 'other', '+41 22 000 00 00')",
            "INSERT INTO certificate (certificate_id, person_id, course, completed_on, \
             evidence_kind, state, verified_by, verified_at) \
             VALUES (gen_random_uuid(), $1, 'BSAFE', '2024-01-01', 'lms_feed', 'verified', \
             gen_random_uuid(), now())",
        ] {
            client.execute(insert, &[&id]).await.unwrap();
        }
    }

    /// The trip of the documentation, so many days ahead: Nairobi, Nakuru, Nairobi.
    pub(crate) fn example(&self, traveller: &Caller, ahead: i32) -> Value {
        let at = |days: i32, time: &str| self.at(ahead + days, time);
        json!({
            "trip_kind": "official", "purpose": "duty_travel", "purpose_text": "Field monitoring",
            "pc_grade": "PC2",
            "travellers": [{"person_id": traveller.id}],
            "segments": [
                {"seq": 1, "mode": "air_commercial", "carrier_code": "ET", "flight_no": "ET308",
                 "from": {"airport": "ADD"}, "to": {"airport": "NBO"},
                 "departs_at": at(0, "08:30"), "arrives_at": at(0, "10:45")},
                {"seq": 2, "mode": "road_own",
                 "from": {"airport": "NBO"},
                 "to": {"lon": 36.07, "lat": -0.30, "place": "Nakuru"},
                 "route_points": [[36.65, -0.95]],
                 "departs_at": at(2, "07:00"), "arrives_at": at(2, "11:00")},
                {"seq": 3, "mode": "road_own",
                 "from": {"lon": 36.07, "lat": -0.30}, "to": {"airport": "NBO"},
                 "departs_at": at(4, "13:00"), "arrives_at": at(4, "17:00")},
                {"seq": 4, "mode": "air_commercial",
                 "from": {"airport": "NBO"}, "to": {"airport": "ADD"}, "airside_transit": false,
                 "departs_at": at(5, "09:00"), "arrives_at": at(5, "11:10")}
            ],
            "lodging": [
                {"area_id": NAIROBI, "kind": "hotel", "name": "Park Side", "phone": "+254…"},
                {"area_id": NAKURU, "kind": "hotel", "name": "Lake View", "lon": 36.07,
                 "lat": -0.29, "phone": "+254…"}
            ],
            "external_refs": [{"system": "umoja", "id": "TR-991"}]
        })
    }

    /// A return flight to Nairobi with nights there.
    pub(crate) fn to_nairobi(&self, traveller: &Caller, ahead: i32, nights: i32) -> Value {
        let mut body = self.example(traveller, ahead);
        let legs = body["segments"].as_array_mut().unwrap();
        legs.drain(1..3);
        legs[1]["departs_at"] = json!(self.at(ahead + nights, "09:00"));
        legs[1]["arrives_at"] = json!(self.at(ahead + nights, "11:10"));
        legs[1]["seq"] = json!(2);
        body["lodging"].as_array_mut().unwrap().truncate(1);
        body
    }

    /// Submits with a key that nobody used.
    pub(crate) async fn submit(&self, caller: &Caller, body: &Value) -> Answer {
        let key = Uuid::new_v4().to_string();
        self.house.post_once(caller, "/v1/trips", &key, body).await
    }

    /// How many rows a query counts.
    pub(crate) async fn count(&self, query: &str) -> i64 {
        let client = self.house.database().connect().await;
        client.query_one(query, &[]).await.unwrap().get(0)
    }
}

async fn stand(client: &tokio_postgres::Client, standing: &Standing<'_>) {
    let Standing { area, level, status, policy } = standing;
    let mut own = AreaPolicy::standard(1, Timestamp::UNIX_EPOCH);
    policy(&mut own);
    let body: Value = serde_json::from_str(&policy_body(&own).unwrap()).unwrap();
    client
        .execute("UPDATE area_policy SET body = $1 WHERE area_id = $2", &[&body, area])
        .await
        .unwrap();
    client
        .execute(
            "UPDATE area_state SET security_level = $1, status = $2 WHERE area_id = $3",
            &[level, status, area],
        )
        .await
        .unwrap();
    client.execute("SELECT set_config('test.area', $1, false)", &[area]).await.unwrap();
}
