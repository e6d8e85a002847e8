//! Decisions name the advisory they saw, and reading it is recorded (R-1703).

use reqwest::Method;
use safeconduct::access::Role;
use serde_json::{Value, json};

use super::{advisory, text};
use crate::harness::{Answer, Caller, House, Someone};
use crate::trips::stage::{NAIROBI, Stage};

async fn publish(house: &House, official: &Caller, headline: &str) {
    let path = format!("/v1/advisories/{NAIROBI}");
    let body = advisory(&[text("en", "personnel", headline)]);
    let request = house.request(official, Method::PUT, &path).header("if-match", "*");
    Answer::read(request.json(&body).send().await.unwrap()).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_names_the_advisory_it_saw_and_reading_it_is_recorded() {
    let stage = Stage::set(&[]).await;
    let house = &stage.house;
    let official = Someone::person().of_countries(Role::DesignatedOfficial, &["KE"]);
    let official = house.caller(official).await;
    let traveller = stage.person("unicef").await;
    let trip = stage.to_nairobi(&traveller, 20, 2);
    let checked = house.post(&traveller, "/v1/trips/check", &trip).await.expect(200).json();
    assert_eq!(checked["advisories"], json!([]), "none is published");
    publish(house, &official, "Quiet").await;
    let named = json!([{"area_id": NAIROBI, "version": 1}]);
    let checked = house.post(&traveller, "/v1/trips/check", &trip).await.expect(200).json();
    assert_eq!(checked["advisories"], named);
    let trip = stage.submit(&traveller, &trip).await.expect(201).json();
    assert_eq!(trip["advisories"], named);
    let clearance = trip["clearances"][0]["clearance_id"].as_str().unwrap();
    let path = format!("/v1/clearances/{clearance}");
    let decided = house.get(&traveller, &path).await.expect(200).json();
    assert_eq!(decided["advisory_version"], 1);

    let path = format!("/v1/stays/{clearance}/advisory");
    let standing = house.get(&traveller, &path).await.expect(200).json();
    let expected = json!({
        "clearance_id": clearance, "area_id": NAIROBI, "version": 1, "decided_with": 1,
        "read": null, "is_current": false,
    });
    assert_eq!(standing, expected);
    let reading = format!("{path}/read");
    let body = json!({"version": 1, "language": "fr"});
    let read = house.post_once(&traveller, &reading, "k1", &body).await.expect(200);
    let again = house.post_once(&traveller, &reading, "k1", &body).await.expect(200);
    let other = house.post_once(&traveller, &reading, "k2", &body).await.expect(200);
    assert_eq!((read.json(), read.json()), (again.json(), other.json()), "the first stands");
    assert_eq!(
        (read.header("idempotent-replayed"), again.header("idempotent-replayed")),
        ("", "true")
    );
    assert_eq!(read.json()["read_by"], traveller.id.to_string());
    let reused = house.post_once(&traveller, &reading, "k1", &json!({"version": 2})).await;
    assert_eq!(reused.expect(422).json()["code"], "IDEMPOTENCY_KEY_REUSED");
    let unknown = house.post_once(&traveller, &reading, "k3", &json!({"version": 2})).await;
    let told = [("/version".to_owned(), "VERSION_UNKNOWN".to_owned())];
    assert_eq!(unknown.expect(422).faults(), told);
    let stranger = stage.person("wfp").await;
    house.post_once(&stranger, &reading, "k4", &body).await.expect(404);
    house.get(&stranger, &path).await.expect(404);

    let standing = house.get(&traveller, &path).await.expect(200).json();
    assert_eq!(
        (&standing["is_current"], &standing["read"]["language"]),
        (&true.into(), &"fr".into())
    );
    publish(house, &official, "No longer quiet").await;
    let standing = house.get(&official, &path).await.expect(200).json();
    assert_eq!((&standing["version"], &standing["decided_with"]), (&2.into(), &1.into()));
    assert_eq!((&standing["is_current"], &standing["read"]["version"]), (&false.into(), &1.into()));

    // the traveller's organization is told, and no other
    let focal = Someone::person().of_organization(Role::TravelFocalPoint, "unicef");
    let focal = house.caller(focal).await;
    let others = Someone::person().of_organization(Role::TravelFocalPoint, "wfp");
    let others = house.caller(others).await;
    while stage.count("SELECT count(*) FROM outbox WHERE feed_seq IS NULL").await > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let told = async |caller: &Caller| {
        let events = house.get(caller, "/v1/events?after=0&limit=200").await.expect(200).json();
        let events = events["items"].as_array().unwrap().clone();
        let of = |event: &&Value| event.to_string().contains("advisory.published");
        events.iter().filter(of).count()
    };
    assert_eq!((told(&focal).await, told(&others).await), (1, 0), "of the second version alone");
    stage.house.close().await;
}
