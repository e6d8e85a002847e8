//! Who sees whom, and who writes what.

use reqwest::Method;
use safeconduct::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::harness::{Answer, Caller, Someone};
use super::Town;

async fn put(town: &Town, caller: &Caller, path: &str, tag: Option<&str>, body: &Value) -> Answer {
    let mut request = town.house.request(caller, Method::PUT, path).json(body);
    if let Some(tag) = tag {
        request = request.header("if-match", tag);
    }
    Answer::read(request.send().await.unwrap()).await
}

#[tokio::test]
async fn one_sees_oneself_whole() {
    let town = Town::new().await;
    let me = town.house.get(&town.person, "/v1/people/me").await.expect(200);
    assert_eq!(me.header("etag"), "\"v1\"");
    let body = me.json();
    assert_eq!(body["person_id"], town.person.id.to_string());
    assert_eq!(body["contacts"][0]["value"], "+999123456789");
    assert_eq!(body["emergency_contacts"][0]["name"], "Next of Kin");
    let again = town.house.request(&town.person, Method::GET, "/v1/people/me");
    let again = again.header("if-none-match", "\"v1\"").send().await.unwrap();
    assert_eq!(again.status(), 304);
    let spouse = format!("/v1/people/{}", town.spouse);
    town.house.get(&town.person, &spouse).await.expect(200);
    let family = town.house.get(&town.person, "/v1/people/me/dependants").await.expect(200);
    assert_eq!(family.json()["items"][0]["relation"], "spouse");
    town.house.close().await;
}

#[tokio::test]
async fn whom_one_may_not_see_is_not_there() {
    let town = Town::new().await;
    let stranger = town.house.caller(Someone::person()).await;
    let other = town.focal("beta").await;
    let asc = Someone::person().of_areas(Role::AreaSecurityCoordinator, &["KEN-890"]);
    let asc = town.house.caller(asc).await;
    let learning = town.house.caller(Someone::client("beta").holding(Role::LearningSystem)).await;
    for caller in [&stranger, &other, &asc, &learning] {
        for path in ["", "/certificates", "/dependants"] {
            town.house.get(caller, &format!("{}{path}", town.path())).await.expect(404);
        }
        let nobody = format!("/v1/people/{}", Uuid::now_v7());
        let unknown = town.house.get(caller, &nobody).await.expect(404).json();
        let hidden = town.house.get(caller, &town.path()).await.expect(404).json();
        assert_eq!(unknown["title"], hidden["title"]);
        let put = put(&town, caller, &town.path(), Some("*"), &json!({})).await;
        assert_eq!(put.status, 404, "{}", put.text);
    }
    town.house.get(&town.person, "/v1/people/someone").await.expect(404);
    town.house.close().await;
}

#[tokio::test]
async fn an_organization_sees_no_contacts_no_health_and_only_that_one_is_away() {
    let town = Town::new().await;
    town.add_area("KEN-890", "KE").await;
    let focal = town.focal("alpha").await;
    let body = town.house.get(&focal, &town.path()).await.expect(200).json();
    assert_eq!(body["family_name"], "Mwangi");
    for hidden in
        ["contacts", "emergency_contacts", "residence", "medical_valid_to", "status", "languages"]
    {
        assert_eq!(body[hidden], Value::Null, "{hidden}");
    }
    assert_eq!((&body["away"], &body["from"]), (&json!(false), &Value::Null));
    town.add_stay("KEN-890", true).await;
    let body = town.house.get(&focal, &town.path()).await.expect(200).json();
    assert_eq!(body["away"], true);
    assert!(body["from"].is_string() && body["to"].is_string(), "{body}");
    assert!(!body.to_string().contains("KEN-890"), "{body}");
    town.house.close().await;
}

#[tokio::test]
async fn security_staff_see_whoever_has_a_live_stay_in_their_land() {
    let town = Town::new().await;
    town.add_area("KEN-890", "KE").await;
    town.add_area("COL-1", "CO").await;
    let of_area = Someone::person().of_areas(Role::AreaSecurityCoordinator, &["KEN-890"]);
    let of_country = Someone::person().of_countries(Role::DesignatedOfficial, &["KE"]);
    let elsewhere = Someone::person().of_countries(Role::DesignatedOfficial, &["CO"]);
    let (asc, official, other) = (
        town.house.caller(of_area).await,
        town.house.caller(of_country).await,
        town.house.caller(elsewhere).await,
    );
    town.house.get(&asc, &town.path()).await.expect(404);
    town.add_stay("KEN-890", false).await;
    for caller in [&asc, &official] {
        let body = town.house.get(caller, &town.path()).await.expect(200).json();
        assert_eq!(body["contacts"][0]["value"], "+999123456789");
        assert_eq!(body["emergency_contacts"], Value::Null);
    }
    town.house.get(&other, &town.path()).await.expect(404);
    town.client.execute("UPDATE clearance SET state = 'cancelled'", &[]).await.unwrap();
    town.house.get(&asc, &town.path()).await.expect(404);
    town.house.close().await;
}

#[tokio::test]
async fn to_auditors_and_administrators_personal_fields_are_null() {
    let town = Town::new().await;
    for role in [Role::Auditor, Role::Administrator] {
        let caller = town.house.caller(Someone::person().holding(role)).await;
        let body = town.house.get(&caller, &town.path()).await.expect(200).json();
        assert_eq!((&body["sealed"], &body["status"]), (&json!(true), &json!("active")));
        for sealed in ["family_name", "given_names", "staff_no", "contacts", "emergency_contacts"] {
            assert_eq!(body[sealed], Value::Null, "{sealed} to {role:?}");
        }
        let refused = put(&town, &caller, &town.path(), Some("*"), &json!({})).await;
        assert_eq!(refused.status, 404, "{}", refused.text);
    }
    town.house.close().await;
}

#[tokio::test]
async fn a_write_needs_the_version_it_read() {
    let town = Town::new().await;
    let body = json!({"full_name_local": "Grace W. Mwangi"});
    put(&town, &town.person, "/v1/people/me", None, &body).await.expect(428);
    put(&town, &town.person, "/v1/people/me", Some("\"v7\""), &body).await.expect(412);
    let written = put(&town, &town.person, "/v1/people/me", Some("\"v1\""), &body).await;
    let written = written.expect(200);
    assert_eq!(written.header("etag"), "\"v2\"");
    assert_eq!(written.json()["full_name_local"], "Grace W. Mwangi");
    assert_eq!(written.json()["contacts"][0]["value"], "+999123456789", "left out stays");
    put(&town, &town.person, "/v1/people/me", Some("\"v1\""), &body).await.expect(412);
    town.house.close().await;
}

#[tokio::test]
async fn what_was_read_may_be_written_back() {
    let town = Town::new().await;
    for caller in [town.person.clone(), town.focal("alpha").await] {
        let read = town.house.get(&caller, &town.path()).await.expect(200);
        let mut body = read.json();
        let tag = read.header("etag").to_owned();
        if body["contacts"].is_null() {
            // an organization may write contacts without seeing them: null would clear them
            for hidden in ["contacts", "emergency_contacts", "languages"] {
                body.as_object_mut().unwrap().remove(hidden);
            }
        }
        put(&town, &caller, &town.path(), Some(&tag), &body).await.expect(200);
    }
    let me = town.house.get(&town.person, "/v1/people/me").await.json();
    assert_eq!(me["contacts"][0]["value"], "+999123456789");
    town.house.close().await;
}

#[tokio::test]
async fn each_hand_writes_its_own_fields_and_hears_of_every_defect() {
    let town = Town::new().await;
    let body = json!({
        "category": "dignitary", "duty_station_area_id": "KEN-890", "organization": "beta",
        "medical_valid_to": "2030-01-01", "colour": "green", "contacts": [{"kind": "smoke"}],
    });
    let told = put(&town, &town.person, "/v1/people/me", Some("*"), &body).await.expect(422);
    let told = told.faults();
    for (pointer, code) in [
        ("/category", "FIELD_NOT_YOURS"),
        ("/duty_station_area_id", "FIELD_NOT_YOURS"),
        ("/organization", "FIELD_NOT_YOURS"),
        ("/medical_valid_to", "FIELD_NOT_YOURS"),
        ("/colour", "UNKNOWN_FIELD"),
        ("/contacts/0/kind", "CHOICE"),
        ("/contacts/0/value", "REQUIRED"),
    ] {
        assert!(told.contains(&(pointer.to_owned(), code.to_owned())), "{pointer}: {told:?}");
    }
    assert_eq!(told.len(), 7, "{told:?}");
    let focal = town.focal("alpha").await;
    let body = json!({"status": "deactivated", "duty_station_area_id": "NOWHERE"});
    let told = put(&town, &focal, &town.path(), Some("*"), &body).await.expect(422).faults();
    let codes: Vec<&str> = told.iter().map(|(_, code)| code.as_str()).collect();
    assert_eq!(codes, ["FIELD_NOT_YOURS", "AREA_UNKNOWN"]);
    assert_eq!(town.revision(town.person.id).await, 1);
    town.house.close().await;
}

#[tokio::test]
async fn moving_house_moves_the_resident_and_asks_for_deciding_again() {
    let town = Town::new().await;
    for (area, iso2) in [("KEN-890", "KE"), ("KEN-1196", "KE")] {
        town.add_area(area, iso2).await;
    }
    let focal = town.focal("alpha").await;
    let to = |area: &str| json!({"duty_station_area_id": area});
    put(&town, &focal, &town.path(), Some("*"), &to("KEN-890")).await.expect(200);
    assert_eq!((town.residents("KEN-890").await, town.residents("KEN-1196").await), (1, 0));
    assert_eq!(town.redecisions(town.person.id).await, 0, "no live trip");
    town.add_stay("KEN-1196", false).await;
    put(&town, &focal, &town.path(), Some("*"), &to("KEN-1196")).await.expect(200);
    assert_eq!((town.residents("KEN-890").await, town.residents("KEN-1196").await), (0, 1));
    assert_eq!(town.redecisions(town.person.id).await, 1);
    let on_leave = json!({"status": "on_leave"});
    put(&town, &town.person, "/v1/people/me", Some("*"), &on_leave).await.expect(200);
    assert_eq!(town.residents("KEN-1196").await, 0);
    assert_eq!(town.revision(town.person.id).await, 4);
    town.house.close().await;
}

#[tokio::test]
async fn a_number_belongs_to_one_person_of_an_organization() {
    let town = Town::new().await;
    super::add_person(&town.client, Uuid::now_v7(), "alpha", "A-9").await;
    let focal = town.focal("alpha").await;
    let body = json!({"staff_no": "A-9"});
    let taken = put(&town, &focal, &town.path(), Some("*"), &body).await.expect(409);
    assert_eq!(taken.json()["code"], "STAFF_NO_TAKEN");
    town.house.close().await;
}
