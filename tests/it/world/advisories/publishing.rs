//! Drafts, versions, preconditions, and what a publication touches.

use reqwest::Method;
use safeconduct::access::Role;
use serde_json::{Value, json};

use super::{AREA, PATH, advisory, coordinator, official, put, text, withdraw};
use crate::harness::{Answer, House, Someone};

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_written_by_one_and_published_by_another() {
    let house = House::start().await;
    let (official, coordinator) = (official(&house).await, coordinator(&house).await);
    let reader = house.caller(Someone::person()).await;
    let path = format!("{PATH}/draft");
    house.get(&coordinator, &path).await.expect(404);
    let tag = house.get(&coordinator, PATH).await.expect(200).header("etag").to_owned();
    let first = advisory(&[text("en", "personnel", "First thoughts")]);
    let saved = put(&house, &coordinator, &tag, &first).await.expect(202);
    assert_eq!((&saved.json()["state"], &saved.json()["revision"]), (&"draft".into(), &1.into()));
    // the published version's tag does not replace a draft that nobody looked at
    put(&house, &coordinator, &tag, &first).await.expect(412);
    let second = advisory(&[text("en", "personnel", "Second thoughts")]);
    let tag = saved.header("etag");
    let saved = put(&house, &coordinator, tag, &second).await.expect(202);
    assert_eq!(saved.json()["revision"], 2);
    let publish = json!({"publish_draft": true});
    put(&house, &official, tag, &publish).await.expect(412);
    put(&house, &coordinator, saved.header("etag"), &publish).await.expect(403);
    let shown = house.get(&reader, PATH).await.expect(200).json();
    assert_eq!((&shown["version"], &shown["headline"]), (&0.into(), &Value::Null));

    let read = house.get(&official, &path).await.expect(200);
    assert_eq!(read.header("etag"), saved.header("etag"));
    assert_eq!(read.json()["texts"][0]["headline"], "Second thoughts");
    let published = put(&house, &official, read.header("etag"), &publish).await.expect(200);
    assert_eq!(published.json()["version"], 1);
    let shown = house.get(&reader, PATH).await.expect(200).json();
    assert_eq!(shown["headline"], "Second thoughts");
    house.get(&official, &path).await.expect(404);
    let refused = put(&house, &official, "*", &publish).await.expect(409).json();
    assert_eq!(refused["code"], "NO_DRAFT");

    // A draft over a version that is no longer current is looked at again first.
    put(&house, &coordinator, "*", &first).await.expect(202);
    let mut kept = first.clone();
    kept["draft"] = false.into();
    put(&house, &coordinator, "*", &kept).await.expect(403);
    let client = house.database().connect().await;
    let older = "UPDATE advisory_draft SET based_on = 0";
    client.execute(older, &[]).await.unwrap();
    let refused = put(&house, &official, "*", &publish).await.expect(409).json();
    assert_eq!((&refused["code"], &refused["version"]), (&"DRAFT_OUTDATED".into(), &1.into()));
    assert_eq!(house.get(&official, &path).await.expect(200).json()["outdated"], true);
    drop(client);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publication_is_one_version_one_event_and_no_reason_to_decide_again() {
    let house = House::start().await;
    let official = official(&house).await;
    let area = format!("/v1/areas/{AREA}");
    let before = house.get(&official, &area).await.expect(200);
    let tag = house.get(&official, PATH).await.expect(200).header("etag").to_owned();
    let body = advisory(&[text("en", "personnel", "Quiet")]);
    let first = put(&house, &official, &tag, &body).await.expect(200);
    put(&house, &official, &tag, &body).await.expect(412);
    let second = advisory(&[text("en", "personnel", "Quiet still")]);
    let second = put(&house, &official, first.header("etag"), &second).await.expect(200);
    let (one, two) = (first.json(), second.json());
    assert_eq!((&one["version"], &one["supersedes"]), (&1.into(), &Value::Null));
    assert_eq!((&two["version"], &two["supersedes"]), (&2.into(), &1.into()));

    let after = house.get(&official, &area).await.expect(200);
    let (was, is) = (before.json(), after.json());
    assert_eq!(is["advisory_version"], 2);
    assert_eq!(is["revision"], was["revision"], "no decision in flight is disturbed");
    assert_ne!(after.header("etag"), before.header("etag"), "the area names its advisory");
    let world = house.get(&official, "/v1/world").await.expect(200).json();
    assert_eq!(world["world_version"], 3);
    // a change of the area may still be made with the tag it was read by
    let request = house.request(&official, Method::PUT, &format!("{area}/status"));
    let request = request.header("if-match", after.header("etag"));
    let status = json!({"status": "suspended", "reason": "flood"});
    Answer::read(request.json(&status).send().await.unwrap()).await.expect(200);

    let versions = house.get(&official, &format!("{PATH}/versions?limit=1")).await.expect(200);
    let versions = versions.json();
    assert_eq!(versions["items"][0]["version"], 2);
    assert_eq!(versions["items"][0]["change_summary"], "The road is open again");
    let cursor = versions["next_cursor"].as_str().unwrap();
    let rest = house.get(&official, &format!("{PATH}/versions?cursor={cursor}")).await.expect(200);
    let rest = rest.json();
    assert_eq!(
        (rest["items"].as_array().unwrap().len(), &rest["items"][0]["version"]),
        (1, &1.into())
    );
    let older = house.get(&official, &format!("{PATH}/versions/1")).await.expect(200).json();
    assert_eq!(
        (&older["headline"], &older["entry_and_clearance"]),
        (&"Quiet".into(), &Value::Null)
    );
    house.get(&official, &format!("{PATH}/versions/3")).await.expect(404);

    let client = house.database().connect().await;
    let told = "SELECT e ->> 'kind', e -> 'areas' ->> 0 FROM outbox AS o, \
                json_array_elements(o.events) AS e WHERE e ->> 'kind' LIKE 'advisory%'";
    let told = client.query(told, &[]).await.unwrap();
    let told: Vec<(&str, &str)> = told.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(told, [("advisory.published", AREA); 2]);
    let asked = "SELECT cause FROM redecision WHERE cause <> 'advisory'";
    let asked = client.query(asked, &[]).await.unwrap();
    assert_eq!(asked.len(), 1, "the suspension alone");
    drop(client);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_is_refused_and_nothing_is_written() {
    let house = House::start().await;
    let body = advisory(&[text("en", "personnel", "Quiet")]);
    let nobody = house.caller(Someone::person()).await;
    put(&house, &nobody, "*", &body).await.expect(403);
    let elsewhere = Someone::person().of_countries(Role::DesignatedOfficial, &["UG"]);
    let elsewhere = house.caller(elsewhere).await;
    put(&house, &elsewhere, "*", &body).await.expect(403);
    house.get(&elsewhere, &format!("{PATH}/draft")).await.expect(403);
    let official = official(&house).await;
    let request = house.request(&official, Method::PUT, PATH).json(&body);
    Answer::read(request.send().await.unwrap()).await.expect(428);
    // An appointment that was revoked a moment ago is no appointment, whatever the snapshot says.
    let client = house.database().connect().await;
    client.execute("UPDATE appointment SET revoked_at = sc_now()", &[]).await.unwrap();
    put(&house, &official, "*", &body).await.expect(403);
    let rows = "SELECT (SELECT count(*) FROM advisory) + (SELECT count(*) FROM advisory_draft)";
    let rows: i64 = client.query_one(rows, &[]).await.unwrap().get(0);
    let version: i64 =
        client.query_one("SELECT version FROM world_state", &[]).await.unwrap().get(0);
    assert_eq!((rows, version), (0, 1));
    drop(client);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_defect_of_a_text_is_told() {
    let house = House::start().await;
    let official = official(&house).await;
    let body = json!({
        "default_language": "de",
        "texts": [
            {"language": "en", "classification": "secret", "headline": ""},
            {
                "language": "fr", "classification": "public", "threat_summary": {"weather": "x"},
                "restrictions": [{"kind": "curfew", "where": "town", "hours": {"from": "25:00"}}],
                "contacts": [{"phone": "+254"}],
            },
        ],
        "by": "me",
    });
    let told = put(&house, &official, "*", &body).await.expect(422).faults();
    let expected = [
        ("/default_language", "CHOICE"),
        ("/change_summary", "REQUIRED"),
        ("/texts/0/classification", "CHOICE"),
        ("/texts/0/headline", "LENGTH"),
        ("/texts/1/threat_summary/weather", "UNKNOWN_FIELD"),
        ("/texts/1/restrictions/0/hours/from", "FORMAT"),
        ("/texts/1/restrictions/0/hours/to", "REQUIRED"),
        ("/texts/1/contacts/0/name", "REQUIRED"),
        ("/by", "UNKNOWN_FIELD"),
    ];
    assert_eq!(told, expected.map(|(at, code)| (at.to_owned(), code.to_owned())));
    let twice = [text("en", "personnel", "One"), text("en", "personnel", "Other")];
    let told = put(&house, &official, "*", &advisory(&twice)).await.expect(422).faults();
    assert_eq!(told, [("/texts/1".to_owned(), "REPEATED".to_owned())]);
    let headless = [text("fr", "personnel", "Calme"), text("en", "security", "Hidden")];
    let told = put(&house, &official, "*", &advisory(&headless)).await.expect(422).faults();
    assert_eq!(told, [("/texts".to_owned(), "HEADLINE_MISSING".to_owned())]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_withdrawn_says_nothing_until_the_next() {
    let house = House::start().await;
    let (official, coordinator) = (official(&house).await, coordinator(&house).await);
    let reader = house.caller(Someone::person()).await;
    let machine = house.caller(Someone::client("reader").holding(Role::LearningSystem)).await;
    let told = withdraw(&house, &official, "*", "Nothing there").await.expect(409).json();
    assert_eq!(told["code"], "NOTHING_PUBLISHED");
    let body = advisory(&[text("fr", "personnel", "Calme")]);
    let mut body_in_french = body.clone();
    body_in_french["default_language"] = "fr".into();
    let first = put(&house, &official, "*", &body_in_french).await.expect(200);
    let request = house.request(&coordinator, Method::PUT, PATH).header("if-match", "*");
    let draft = request.json(&advisory(&[text("en", "personnel", "Next")]));
    Answer::read(draft.send().await.unwrap()).await.expect(202);

    let reason = "Written for another area";
    for (who, status) in [(&coordinator, 403), (&reader, 403)] {
        withdraw(&house, who, "*", reason).await.expect(status);
    }
    withdraw(&house, &official, "\"9\"", reason).await.expect(412);
    let request = house.request(&official, Method::POST, &format!("{PATH}/withdraw"));
    let bare = request.header("if-match", "*").json(&json!({"why": 1})).send().await.unwrap();
    let faults = Answer::read(bare).await.expect(422).faults();
    assert_eq!(faults.len(), 2, "{faults:?}");
    let done = withdraw(&house, &official, first.header("etag"), reason).await.expect(200);
    let copy = done.json();
    assert_eq!((&copy["version"], &copy["supersedes"]), (&2.into(), &1.into()));
    assert_eq!((&copy["withdrawn"], &copy["headline"]), (&true.into(), &Value::Null));
    assert!(copy["entry_and_clearance"].is_object(), "the rules of entry stand: {copy}");

    let seen = house.get(&reader, PATH).await.expect(200);
    assert_eq!(seen.json()["change_summary"], reason);
    assert_ne!(seen.header("etag"), first.header("etag"));
    let outside = house.get(&machine, PATH).await.expect(200).json();
    assert_eq!((&outside["withdrawn"], &outside["change_summary"]), (&true.into(), &Value::Null));
    let listed = house.get(&reader, "/v1/advisories").await.expect(200).json();
    assert_eq!(listed["items"], json!([]));
    let feed = house.get(&reader, "/v1/advisories.atom").await.expect(200).text;
    assert!(feed.contains("<title>Vallée du Rift: withdrawn</title>"), "{feed}");
    let versions = house.get(&reader, &format!("{PATH}/versions")).await.expect(200).json();
    let withdrawn = |index: usize| versions["items"][index]["withdrawn"].as_bool().unwrap();
    assert_eq!((withdrawn(0), withdrawn(1)), (true, false));
    let before = house.get(&reader, &format!("{PATH}/versions/1")).await.expect(200).json();
    assert_eq!((&before["withdrawn"], &before["headline"]), (&false.into(), &"Calme".into()));

    // once is enough; the draft stays, and whoever publishes it has to look at it again
    withdraw(&house, &official, "*", reason).await.expect(409);
    let draft = house.get(&coordinator, &format!("{PATH}/draft")).await.expect(200).json();
    assert_eq!(
        (&draft["outdated"], &draft["texts"][0]["headline"]),
        (&true.into(), &"Next".into())
    );
    let publish = json!({"publish_draft": true});
    let late = put(&house, &official, "*", &publish).await.expect(409).json();
    assert_eq!(late["code"], "DRAFT_OUTDATED");
    let next = put(&house, &official, done.header("etag"), &body).await.expect(422);
    assert_eq!(next.faults()[0].1, "HEADLINE_MISSING");
    let next = advisory(&[text("en", "personnel", "Calm")]);
    let next = put(&house, &official, done.header("etag"), &next).await.expect(200).json();
    assert_eq!((&next["version"], &next["withdrawn"]), (&3.into(), &false.into()));
    let client = house.database().connect().await;
    let told = "SELECT e ->> 'kind' FROM outbox AS o, json_array_elements(o.events) AS e \
                WHERE e ->> 'kind' LIKE 'advisory%' ORDER BY o.outbox_id";
    let told = client.query(told, &[]).await.unwrap();
    let told: Vec<&str> = told.iter().map(|row| row.get(0)).collect();
    assert_eq!(told, ["advisory.published", "advisory.withdrawn", "advisory.published"]);
    drop(client);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_latest_are_a_feed_that_says_when_it_is_the_same() {
    let house = House::start().await;
    let official = official(&house).await;
    let caller = house.caller(Someone::person()).await;
    let machine = house.caller(Someone::client("reader").holding(Role::LearningSystem)).await;
    let path = "/v1/advisories.atom";
    let empty = house.get(&caller, path).await.expect(200);
    assert_eq!(empty.header("content-type"), "application/atom+xml");
    assert!(!empty.text.contains("<entry"), "{}", empty.text);
    let body = advisory(&[text("en", "personnel", "Calm & quiet"), text("fr", "public", "Calme")]);
    put(&house, &official, "*", &body).await.expect(200);

    let feed = house.get(&caller, path).await.expect(200);
    for expected in [
        "<feed xmlns=\"http://www.w3.org/2005/Atom\">",
        "<title>Rift Valley: Calm &amp; quiet</title>",
        "<link rel=\"alternate\" type=\"application/cap+xml\" href=\"/v1/advisories/KEN-890\">",
        "<summary>The road is open again</summary>",
    ] {
        assert!(feed.text.contains(expected), "{expected}: {}", feed.text);
    }
    let known = house.request(&caller, Method::GET, path);
    let known = known.header("if-none-match", feed.header("etag")).send().await.unwrap();
    assert_eq!(known.status(), 304);
    // who is outside is told that there is one, and nothing that is not for everybody
    let outside = house.get(&machine, path).await.expect(200).text;
    assert!(outside.contains("<title>Rift Valley</title>"), "{outside}");
    assert!(!outside.contains("quiet") && !outside.contains("<summary>"), "{outside}");
    house.close().await;
}
