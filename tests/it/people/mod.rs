//! People over HTTP: who sees whom, who writes what, certificates, imports, training.

mod certificates;
mod import;
mod kept;
mod profiles;

use jiff::civil::Date;
use safeconduct::access::Role;
use serde_json::{Value, json};
use tokio_postgres::Client;
use uuid::Uuid;

use super::harness::{Caller, House, Someone, TestDatabase};

/// A house with two organizations and a member of personnel in the first.
pub(super) struct Town {
    pub(super) house: House,
    pub(super) client: Client,
    /// Of `alpha`, with a spouse.
    pub(super) person: Caller,
    pub(super) spouse: Uuid,
}

impl Town {
    pub(super) async fn new() -> Self {
        // without the shipped world: these tests have areas of their own
        let house = House::start_on(TestDatabase::create().await, |_config| {}).await;
        // stays that a test makes up have no evidence to decide again from
        house.expect_alarm("could not be decided again");
        let client = house.database().connect().await;
        for organization in ["alpha", "beta"] {
            let insert = "INSERT INTO organization (organization_id, name) VALUES ($1, $1)";
            client.execute(insert, &[&organization]).await.unwrap();
        }
        let (id, spouse) = (Uuid::now_v7(), Uuid::now_v7());
        add_person(&client, id, "alpha", "A-1").await;
        add_person(&client, spouse, "alpha", "A-2").await;
        let update = "UPDATE person SET sponsor_person_id = $2, relation = 'spouse', \
                      category = 'eligible_family_member', staff_no = NULL WHERE person_id = $1";
        client.execute(update, &[&spouse, &id]).await.unwrap();
        let person = house.caller(Someone::known(id)).await;
        Self { house, client, person, spouse }
    }

    pub(super) async fn focal(&self, organization: &str) -> Caller {
        let focal = Someone::person().of_organization(Role::TravelFocalPoint, organization);
        self.house.caller(focal).await
    }

    pub(super) async fn erp(&self, organization: &str) -> Caller {
        let erp = Someone::client(organization).of_organization(Role::ErpClient, organization);
        self.house.caller(erp).await
    }

    pub(super) fn path(&self) -> String {
        format!("/v1/people/{}", self.person.id)
    }

    /// The stored revision of a person.
    pub(super) async fn revision(&self, person: Uuid) -> i64 {
        let select = "SELECT revision FROM person WHERE person_id = $1";
        self.client.query_one(select, &[&person]).await.unwrap().get(0)
    }

    /// Residents counted in an area in all.
    pub(super) async fn residents(&self, area: &str) -> i32 {
        let select = "SELECT coalesce(sum(residents), 0)::integer FROM resident_count \
                      WHERE area_id = $1 AND key_kind = 'total'";
        self.client.query_one(select, &[&area]).await.unwrap().get(0)
    }

    /// An area of a country, as far as people need one.
    pub(super) async fn add_area(&self, area: &str, iso2: &str) {
        let insert = "INSERT INTO area (area_id, name, name_generated, iso2, territory, \
                      iso_3166_2_status, lon, lat, vertex_lon, vertex_lat, area_km2, time_zone, \
                      time_zone_basis) \
                      VALUES ($1, $1, true, $2, $2, 'none', 0, 0, 0, 0, 1, 'UTC', 'set')";
        self.client.execute(insert, &[&area, &iso2]).await.unwrap();
    }

    /// A live trip of the person with a stay in an area.
    pub(super) async fn add_stay(&self, area: &str, personal: bool) {
        let (trip, clearance) = (Uuid::now_v7(), Uuid::now_v7());
        let insert = "INSERT INTO trip (trip_id, reference, version, change_no, trip_kind, purpose, \
                      organization_id, personal, state, starts_at, ends_at, submitted_at, \
                      world_version, ruleset_version, travellers) VALUES ($1, gen_random_uuid()::text, 1, 1, \
                      CASE WHEN $3 THEN 'personal' ELSE 'official' END, 'meeting', 'alpha', $3, \
                      'go', sc_now() + interval '2 days', sc_now() + interval '5 days', sc_now(), \
                      0, 'test', ARRAY[$2::uuid])";
        self.client.execute(insert, &[&trip, &self.person.id, &personal]).await.unwrap();
        let insert = "INSERT INTO trip_traveller (person_id, covers_until, trip_id, covers_from, \
                      starts_at, ends_at, role, personal, live, organization_id) \
                      SELECT $2, ends_at, trip_id, starts_at, starts_at, ends_at, 'member', \
                      personal, true, organization_id FROM trip WHERE trip_id = $1";
        self.client.execute(insert, &[&trip, &self.person.id]).await.unwrap();
        let insert = "INSERT INTO clearance (clearance_id, trip_id, trip_version, person_id, \
                      area_id, kind, stay_no, state, outcome, arrive, arrive_at, nights, \
                      policy_version, advisory_version, revision, world_version, ruleset_version, \
                      valid_from, late, two_step, submitted_at, moved_at, entries, counts_arrival) \
                      VALUES ($1, $2, 1, $3, $4, 'stay', 0, 'cleared', 'auto', '2026-12-01', \
                      sc_now(), 3, 1, 0, 0, 0, 'test', sc_now(), false, false, sc_now(), sc_now(), \
                      1, false)";
        let stay = (clearance, trip, self.person.id, area);
        self.client.execute(insert, &[&stay.0, &stay.1, &stay.2, &stay.3]).await.unwrap();
    }

    /// Rows that ask for deciding a person again.
    pub(super) async fn redecisions(&self, person: Uuid) -> i64 {
        let select = "SELECT count(*) FROM redecision WHERE person_id = $1 AND cause <> 'place'";
        self.client.query_one(select, &[&person]).await.unwrap().get(0)
    }
}

pub(super) async fn add_person(client: &Client, id: Uuid, organization: &str, staff_no: &str) {
    let insert = "INSERT INTO person (person_id, organization_id, staff_no, family_name, \
                  given_names, category, recruitment) \
                  VALUES ($1, $2, $3, 'Mwangi', 'Grace', 'staff_international', 'international')";
    client.execute(insert, &[&id, &organization, &staff_no]).await.unwrap();
    let insert = "INSERT INTO person_contact (person_id, position, kind, value) \
                  VALUES ($1, 0, 'mobile', '+999123456789')";
    client.execute(insert, &[&id]).await.unwrap();
    let insert = "INSERT INTO emergency_contact (person_id, position, name, relation, phone) \
                  VALUES ($1, 0, 'Next of Kin', 'parent', '+999987654321')";
    client.execute(insert, &[&id]).await.unwrap();
}

pub(super) fn bsafe(completed_on: Date) -> Value {
    json!({"course": "BSAFE", "completed_on": completed_on})
}
