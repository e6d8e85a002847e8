//! Which copy a reader gets: circle, language, tag.

use reqwest::Method;
use safeconduct::access::Role;
use serde_json::{Value, json};

use super::{AREA, PATH, advisory, coordinator, get_with, official, put, text};
use crate::harness::{Answer, House, Someone};

#[tokio::test(flavor = "multi_thread")]
async fn an_area_without_an_advisory_tells_its_rules_of_entry() {
    let house = House::start().await;
    let caller = house.caller(Someone::person()).await;
    let answer = house.get(&caller, PATH).await.expect(200);
    let body = answer.json();
    let area = house.get(&caller, &format!("/v1/areas/{AREA}")).await.expect(200).json();
    assert_eq!((&body["version"], &body["headline"]), (&0.into(), &Value::Null));
    let entry = &body["entry_and_clearance"];
    for name in ["clearance_mode", "security_level", "policy_version", "status", "demonstration"] {
        assert_eq!(entry[name], area[name], "{name}");
    }
    assert_eq!(entry["courses"][0]["course"], "BSAFE");
    assert_eq!(answer.header("cache-control"), "private, no-cache");
    assert_eq!(answer.header("age"), "");
    house.get(&caller, "/v1/advisories/NO-SUCH").await.expect(404);
    // an id with letters that mean something elsewhere
    house.get(&caller, "/v1/advisories/KAS%2B00%3F").await.expect(200);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_reader_gets_the_copy_of_the_own_circle() {
    let house = House::start().await;
    let (official, coordinator) = (official(&house).await, coordinator(&house).await);
    let mut personnel = text("en", "personnel", "Mostly quiet");
    personnel["lodging"] = "Park Side".into();
    let mut security = text("en", "security", "A cell is in town");
    security["threat_summary"] = json!({"terrorism": "Names are known"});
    let texts = [text("en", "public", "Quiet"), personnel, security];
    put(&house, &official, "*", &advisory(&texts)).await.expect(200);

    let elsewhere = Someone::person().of_countries(Role::SecurityAdviser, &["UG"]);
    let elsewhere = house.caller(elsewhere).await;
    let traveller = house.caller(Someone::person()).await;
    let auditor = house.caller(Someone::person().holding(Role::Auditor)).await;
    let erp = Someone::client("unicef").of_organization(Role::ErpClient, "unicef");
    let erp = house.caller(erp).await;
    let machine = house.caller(Someone::client("unicef").holding(Role::LearningSystem)).await;
    let staff = ("security", "A cell is in town", Some("Park Side"));
    let own = ("personnel", "Mostly quiet", Some("Park Side"));
    for (who, caller, (classification, headline, lodging)) in [
        ("the official", &official, staff),
        ("the coordinator", &coordinator, staff),
        ("an auditor", &auditor, staff),
        ("an adviser of elsewhere", &elsewhere, own),
        ("a traveller", &traveller, own),
        ("an organization's machine", &erp, own),
        ("another machine", &machine, ("public", "Quiet", None)),
    ] {
        let answer = house.get(caller, PATH).await.expect(200);
        let body = answer.json();
        let got = (&body["classification"], &body["headline"], &body["lodging"]);
        assert_eq!(got, (&classification.into(), &headline.into(), &lodging.into()), "{who}");
        assert_eq!(answer.text.contains("cell"), classification == "security", "{who}");
        assert_eq!(answer.text.contains("Names"), classification == "security", "{who}");
        assert_eq!(body["by"].is_null(), classification == "public", "{who}");
        let list = house.get(caller, "/v1/advisories?country=ke").await.expect(200);
        assert_eq!(list.json()["items"][0]["area_id"], AREA, "{who}");
        assert!(!list.text.contains("cell"), "{who}: a list is for the wide circle");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_reader_gets_the_own_language_or_the_areas() {
    let house = House::start().await;
    let official = official(&house).await;
    let caller = house.caller(Someone::person()).await;
    let texts = [
        text("en", "personnel", "Quiet"),
        text("fr", "personnel", "Calme"),
        text("zh", "personnel", "平静"),
    ];
    let mut body = advisory(&texts);
    body["default_language"] = "fr".into();
    put(&house, &official, "*", &body).await.expect(200);
    let mut tags = Vec::new();
    for (header, language, headline) in [
        ("en-GB, fr;q=0.5", "en", "Quiet"),
        ("zh-Hans-CN", "zh", "平静"),
        ("ar, ru;q=0.9", "fr", "Calme"),
        ("fr;q=0.1, zh;q=0.2", "zh", "平静"),
    ] {
        let answer = get_with(&house, &caller, "accept-language", header).await.expect(200);
        let body = answer.json();
        assert_eq!((&body["language"], &body["headline"]), (&language.into(), &headline.into()));
        assert_eq!(answer.header("content-language"), language, "{header}");
        assert!(answer.header("vary").contains("accept-language"));
        assert_eq!(body["languages"], json!(["en", "fr", "zh"]));
        tags.push((language, answer.header("etag").to_owned()));
    }
    assert_eq!(tags[1], tags[3], "the same copy has the same tag");
    assert_ne!(tags[0].1, tags[1].1);

    // no other copy's tag is this one's
    for (language, tag) in &tags {
        let request = house.request(&caller, Method::GET, PATH).header("if-none-match", tag);
        let request = request.header("accept-language", *language);
        let answer = Answer::read(request.send().await.unwrap()).await;
        assert_eq!((answer.status, answer.text.as_str()), (304, ""), "{language}");
        assert_eq!((answer.header("etag"), answer.header("content-language")), (&**tag, *language));
    }
    let answer = get_with(&house, &caller, "if-none-match", &tags[0].1).await;
    assert_eq!(answer.status, 200, "the default language is another copy");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_policy_shows_at_once_and_nobody_can_write_it() {
    let house = House::start().await;
    let official = official(&house).await;
    put(&house, &official, "*", &advisory(&[text("en", "personnel", "Quiet")])).await.expect(200);
    let caller = house.caller(Someone::person()).await;
    let before = house.get(&caller, PATH).await.expect(200);
    let entry = |answer: &Answer| answer.json()["entry_and_clearance"].clone();
    assert_eq!(entry(&before)["status"], "open");

    let mut body = advisory(&[text("en", "personnel", "Quiet")]);
    body["entry_and_clearance"] = json!({"clearance_mode": "auto"});
    body["texts"][0]["entry_and_clearance"] = json!({"lead_time_hours": 0});
    let refused = put(&house, &official, "*", &body).await.expect(422).faults();
    let generated = |pointer: &str| (pointer.to_owned(), "GENERATED".to_owned());
    let both = ["/texts/0/entry_and_clearance", "/entry_and_clearance"].map(generated);
    assert_eq!(refused, both);

    // The official suspends the area and limits it: the text is the same, the rules are others.
    let status = json!({"status": "suspended", "reason": "fighting in town"});
    let request = house.request(&official, Method::PUT, "/v1/areas/KEN-890/status");
    let sent = request.header("if-match", "*").json(&status).send().await.unwrap();
    Answer::read(sent).await.expect(200);
    let after = house.get(&caller, PATH).await.expect(200);
    assert_eq!(entry(&after)["status"], "suspended");
    assert_eq!(entry(&after)["status_reason"], "fighting in town");
    assert_ne!(before.header("etag"), after.header("etag"));
    assert_eq!(after.json()["version"], 1, "nobody wrote anything");
    let request = house.request(&official, Method::PUT, "/v1/areas/KEN-890/ceilings");
    let sent = request.header("if-match", "*").json(&json!({"total": 7})).send().await.unwrap();
    let policy = Answer::read(sent).await.expect(200).json();
    let limited = entry(&house.get(&caller, PATH).await.expect(200));
    assert_eq!(limited["policy_version"], policy["policy_version"]);
    assert_eq!(limited["ceilings"], true);
    let known = get_with(&house, &caller, "if-none-match", before.header("etag")).await;
    assert_eq!(known.status, 200, "what was known before the change is known no more");
    house.close().await;
}
