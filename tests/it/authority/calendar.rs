//! When an area works: kept over HTTP, counted by the clocks.

use reqwest::Method;
use safeconduct::access::Role;
use safeconduct::model::AreaId;
use serde_json::{Value, json};

use crate::harness::{Answer, Caller, House, Someone};

const NAIROBI: &str = "KEN-1196";

async fn put(house: &House, who: &Caller, version: Option<&str>, body: &Value) -> Answer {
    let path = format!("/v1/areas/{NAIROBI}/calendar");
    let mut request = house.request(who, Method::PUT, &path).json(body);
    if let Some(version) = version {
        request = request.header("if-match", version);
    }
    Answer::read(request.send().await.unwrap()).await
}

#[tokio::test]
async fn an_area_says_when_it_works_and_the_clocks_count_so() {
    let house = House::start().await;
    let of_kenya = |role| Someone::person().of_countries(role, &["KE"]);
    let official = house.caller(of_kenya(Role::DesignatedOfficial)).await;
    let adviser = house.caller(of_kenya(Role::SecurityAdviser)).await;
    let client = house.database().connect().await;
    let holiday = "INSERT INTO holiday (country, day, name) VALUES ('KE', '2030-12-12', 'Jamhuri')";
    client.batch_execute(holiday).await.unwrap();

    let path = format!("/v1/areas/{NAIROBI}/calendar");
    let before = house.get(&official, &path).await.expect(200).json();
    assert_eq!((&before["version"], &before["week"]), (&json!(0), &Value::Null));
    let usual = json!({"days": [1, 2, 3, 4, 5], "opens": "08:00", "closes": "17:00"});
    assert_eq!(before["week_in_force"], usual);
    assert_eq!(before["holidays_in_force"], json!(["2030-12-12"]));

    let week = json!({"days": [7, 1, 2, 3], "opens": "09:00", "closes": "15:30"});
    let own = json!({"day": "2030-05-01", "name": "Our day"});
    let body = json!({"week": week, "holidays": [own]});
    put(&house, &official, None, &body).await.expect(428);
    let kept = put(&house, &official, Some("\"v0\""), &body).await.expect(200).json();
    assert_eq!((&kept["version"], &kept["changed_by"]), (&json!(1), &json!(official.id)));
    assert_eq!(kept["week_in_force"]["days"], json!([1, 2, 3, 7]));
    assert_eq!(kept["holidays"], json!([own]));
    assert_eq!(kept["holidays_in_force"], json!(["2030-05-01", "2030-12-12"]));
    let counted = house.running().parts.identity.authority();
    let counted = counted.working_time(&AreaId::from(NAIROBI), Some("KE"));
    assert_eq!(counted.week_days, [1, 2, 3, 7].into());
    assert_eq!(counted.holidays.len(), 2);

    put(&house, &adviser, Some("\"v0\""), &body).await.expect(412);
    let back = json!({"week": null, "holidays": []});
    let kept = put(&house, &adviser, Some("\"v1\""), &back).await.expect(200).json();
    assert_eq!((&kept["version"], &kept["week_in_force"]), (&json!(2), &usual));
    assert_eq!(kept["holidays_in_force"], json!(["2030-12-12"]));
    house.close().await;
}

#[tokio::test]
async fn others_do_not_and_nonsense_is_named() {
    let house = House::start().await;
    let body = json!({"holidays": []});
    for someone in [
        Someone::person(),
        Someone::person().of_areas(Role::AreaSecurityCoordinator, &[NAIROBI]),
        Someone::person().of_countries(Role::DesignatedOfficial, &["UG"]),
    ] {
        let caller = house.caller(someone).await;
        put(&house, &caller, Some("*"), &body).await.expect(403);
    }
    let usg = house.caller(Someone::person().holding(Role::Usg)).await;
    house.get(&usg, "/v1/areas/ZZZ-1/calendar").await.expect(404);
    let wrong = json!({
        "week": {"days": [0], "opens": "25:00", "closes": "17:00"},
        "holidays": [{"day": "2030-05-01", "name": "a"}, {"day": "2030-05-01", "name": ""}],
    });
    let told = put(&house, &usg, Some("*"), &wrong).await.expect(422).json();
    let named: Vec<&str> =
        told["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
    let expected =
        ["/week/days/0", "/week/opens", "/holidays/1/day", "/holidays/1/name"].map(str::to_owned);
    assert!(expected.iter().all(|one| named.contains(&one.as_str())), "{named:?}");
    put(&house, &usg, Some("*"), &body).await.expect(200);
    house.close().await;
}
