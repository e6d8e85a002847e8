//! Live streams: resumable anywhere, by scope, bounded, ended in order.

use std::collections::BTreeSet;
use std::time::Duration;

use safeconduct::access::Role;
use safeconduct::model::ClearanceState;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpSocket;

use super::outbox::{Batch, numbered};
use super::reading::{Frame, Reading, frame};
use crate::desk::bench::Bench;
use crate::harness::{House, Someone, TestDatabase, spawn};
use crate::record::fixture::{Draft, Stay, furnish};

const PENDING: &str = "clearance.pending_review";

fn ids(frames: &[Frame]) -> Vec<i64> {
    frames.iter().map(|frame| frame.id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_resumes_at_another_replica_without_loss_or_repetition() {
    let house = House::start_on(TestDatabase::create().await, |_config| {}).await;
    let other = house.replica(|_config| {}).await;
    let client = house.database().connect().await;
    furnish(&client, 5, 300).await;
    let role = Role::AreaSecurityCoordinator;
    let asc = house.caller(Someone::person().of_areas(role, &["AAA-1", "AAA-2"])).await;
    other.running.parts.identity.authority().refresh().await.unwrap();
    let addresses = [house.url(""), other.url("")];

    let mut reading = Reading::open(&addresses[0], &asc, None).await;
    assert_eq!(reading.next().await.unwrap().event, "ready");
    // half of what happens is the caller's, and all of it goes through both replicas' records
    let recorders = [house.running().parts.recorder.clone(), other.running.parts.recorder.clone()];
    let writing = spawn(async move {
        for person in 1..=200 {
            let area = person % 4;
            let stay = Stay::new(person, area, 10, 2).state(ClearanceState::PendingReview);
            let recorder = &recorders[usize::try_from(person % 3 % 2).unwrap()];
            recorder.commit(Draft::of([stay]).record()).await.unwrap();
        }
    });
    let mut seen: Vec<Frame> = Vec::new();
    for turn in 0..10_usize {
        seen.extend(reading.some(10).await);
        let after = seen.last().unwrap().id;
        // closed by the reader in the middle; the other replica goes on
        drop(reading);
        reading = Reading::open(&addresses[(turn + 1) % 2], &asc, Some(after)).await;
    }
    writing.await.unwrap();
    assert_eq!(seen.len(), 100);
    let sql = "SELECT o.feed_seq - o.event_count + e.place AS seq FROM outbox AS o
               CROSS JOIN LATERAL json_array_elements(o.events) WITH ORDINALITY AS e (event, place)
               WHERE e.event ->> 'kind' = $1 AND e.event -> 'areas' ->> 0 IN ('AAA-1', 'AAA-2')
               ORDER BY 1";
    numbered(&client).await;
    let rows = client.query(sql, &[&PENDING]).await.unwrap();
    let expected: Vec<i64> = rows.iter().map(|row| row.get("seq")).collect();
    assert_eq!(ids(&seen), expected);
    assert!(seen.iter().all(|frame| frame.event == "entered" && frame.data["seq"] == frame.id));

    // from the beginning, to its end
    let whole = "/v1/approvals/stream?after=0&wait=false";
    let whole = house.get(&asc, whole).await.expect(200).text;
    let frames: Vec<Frame> = whole.split("\n\n").filter_map(frame).collect();
    assert_eq!(frames.len(), 102, "a first word, all of it, and a last");
    assert_eq!(ids(&frames[1..101]), expected);
    assert_eq!(frames[101].data["reason"], "complete");

    // a stream that waits is told to resume when its replica stops, and holds up no stop
    let idle = Reading::open(&addresses[1], &asc, Some(expected[89])).await;
    let rest = spawn(idle.rest());
    while house.running().parts.metrics.http.streams.get()
        + other.running.parts.metrics.http.streams.get()
        < 1
    {
        tokio::task::yield_now().await;
    }
    other.close().await;
    let (_, last) = rest.await.unwrap();
    assert_eq!((last.event.as_str(), &last.data["reason"]), ("resume", &"stopping".into()));
    drop(reading);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_does_not_read_is_closed_and_can_resume() {
    let house = House::start_on(TestDatabase::create().await, |config| {
        config.streams.buffer = 2;
    })
    .await;
    let client = house.database().connect().await;
    let usg = house.caller(Someone::person().holding(Role::Usg)).await;

    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut slow = socket.connect(house.running().address).await.unwrap();
    let request = format!(
        "GET /v1/approvals/stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\r\n",
        usg.token
    );
    slow.write_all(request.as_bytes()).await.unwrap();
    let mut first = [0; 12];
    slow.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    // far more than sockets hold, while nobody reads
    let wide = Batch { padding: 20_000, kind: PENDING, ..Batch::of(100) };
    for version in 1..=20 {
        Batch { versions: (version, version), ..wide }.write(&client).await;
    }
    let head = numbered(&client).await;
    let metrics = &house.running().parts.metrics.relay;
    while metrics.stream_position.get() < head {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }

    let mut text = Vec::new();
    let mut piece = vec![0; 65_536];
    while !String::from_utf8_lossy(text.rchunks(400).next().unwrap_or_default()).contains("resume")
    {
        let read = slow.read(&mut piece).await.unwrap();
        assert!(read > 0, "it was closed without a word");
        text.extend_from_slice(&piece[..read]);
    }
    let text = String::from_utf8(text).unwrap();
    let last = text.split("\n\n").filter(|block| block.contains("event: resume")).last().unwrap();
    assert!(last.contains("slow_reader"), "{last}");
    let told = text.matches("event: entered").count();
    let resume: i64 =
        last.lines().find_map(|line| line.strip_prefix("id: ")).unwrap().parse().unwrap();
    assert!(told < 2000, "{told} events were kept for somebody who did not read");
    assert_eq!(usize::try_from(resume).unwrap(), told, "every event up to there was sent");

    let mut resumed = Reading::open(&house.url(""), &usg, Some(resume)).await;
    let rest = resumed.some(2000 - told).await;
    assert_eq!(ids(&rest), (resume + 1..=head).collect::<Vec<_>>());
    drop((slow, resumed));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_shows_the_callers_queues_as_long_as_they_are_theirs() {
    let house = House::start_on(TestDatabase::create_with_world().await, |_config| {}).await;
    let client = house.database().connect().await;
    let role = Role::AreaSecurityCoordinator;
    let of_both = Someone::person().of_areas(role, &["KEN-890"]).of_areas(role, &["UGA-3300"]);
    let asc = house.caller(of_both).await;
    let csa = house.caller(Someone::person().of_countries(Role::SecurityAdviser, &["KE"])).await;
    let mut by_area = Reading::open(&house.url(""), &asc, None).await;
    let mut by_country = Reading::open(&house.url(""), &csa, None).await;
    for reading in [&mut by_area, &mut by_country] {
        assert_eq!(reading.next().await.unwrap().event, "ready");
    }
    let one = Batch { kind: PENDING, ..Batch::of(1) };
    Batch { area: "KEN-890", ..one }.write(&client).await; // 1
    Batch { area: "UGA-3300", personal: true, ..one }.write(&client).await; // 2
    Batch { area: "KEN-1196", ..one }.write(&client).await; // 3
    Batch { area: "KEN-890", kind: "clearance.approved", ..one }.write(&client).await; // 4
    Batch { area: "KEN-890", kind: "clearance.suspended", ..one }.write(&client).await; // 5
    Batch { area: "KEN-890", kind: "clearance.cancelled", ..one }.write(&client).await; // 6
    let told = |frames: Vec<Frame>| -> Vec<(i64, String)> {
        frames.into_iter().map(|frame| (frame.id, frame.event)).collect()
    };
    let expected = |list: &[(i64, &str)]| -> Vec<(i64, String)> {
        list.iter().map(|(id, event)| (*id, (*event).to_owned())).collect()
    };
    let seen = told(by_area.some(4).await);
    assert_eq!(seen, expected(&[(1, "entered"), (2, "entered"), (4, "decided"), (6, "left")]));
    let seen = told(by_country.some(4).await);
    assert_eq!(seen, expected(&[(1, "entered"), (3, "entered"), (4, "decided"), (6, "left")]));

    // one of two areas is taken away: what happens there is not told any more
    let end = "UPDATE appointment SET revoked_at = sc_now() WHERE person_id = $1 AND area_ids = $2";
    client.execute(end, &[&asc.id, &vec!["UGA-3300"]]).await.unwrap();
    house.running().parts.identity.authority().refresh().await.unwrap();
    Batch { area: "UGA-3300", ..one }.write(&client).await; // 7
    Batch { area: "KEN-890", ..one }.write(&client).await; // 8
    assert_eq!(told(by_area.some(1).await), expected(&[(8, "entered")]));
    // and with the last of them the stream ends
    client.execute(end, &[&asc.id, &vec!["KEN-890"]]).await.unwrap();
    house.running().parts.identity.authority().refresh().await.unwrap();
    Batch { area: "KEN-890", ..one }.write(&client).await; // 9
    let (rest, last) = by_area.rest().await;
    assert_eq!((rest, &last.data["reason"]), (vec![], &"not_permitted".into()));
    drop(by_country);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiet_stream_gives_signs_of_life_and_a_long_one_ends() {
    let house = House::start_on(TestDatabase::create_with_world().await, |config| {
        config.streams.heartbeat_seconds = 1;
        config.streams.longest_seconds = 1;
        config.streams.most = 1;
    })
    .await;
    let usg = house.caller(Someone::person().holding(Role::Usg)).await;
    let url = "/v1/approvals/stream";
    let text = house.get(&usg, url).await.expect(200).text;
    assert!(text.contains(": here\nid: 0\n\n"), "{text}");
    assert!(text.contains("\"reason\":\"long_enough\""), "{text}");

    let wish = json!({"areas": ["KEN-1196"], "reason": "an earthquake"});
    let opened = house.post_once(&usg, "/v1/headcounts", "one", &wish).await.expect(201);
    let headcount =
        format!("/v1/headcounts/{}/stream", opened.json()["headcount_id"].as_str().unwrap());
    let open = Reading::open(&house.url(""), &usg, None).await;
    house.get(&usg, url).await.expect(503);
    // a bound for all, whatever they tell of
    house.get(&usg, &headcount).await.expect(503);
    drop(open);
    let malformed = house.request(&usg, reqwest::Method::GET, url).header("last-event-id", "x");
    let malformed = crate::harness::Answer::read(malformed.send().await.unwrap()).await;
    assert_eq!(malformed.expect(422).faults().len(), 1);
    house.get(&usg, &format!("{url}?after=-1&stray=1")).await.expect(422);
    let erp = house.caller(Someone::client("org").of_organization(Role::ErpClient, "org")).await;
    house.get(&erp, url).await.expect(403);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_tells_who_holds_what_at_every_replica() {
    let bench = Bench::set().await;
    let house = &bench.stage.house;
    let other = house.replica(|_config| {}).await;
    let id = bench.waiting(20).await;
    let address = other.url("");
    let mut here = Reading::open(&house.url(""), &bench.official, None).await;
    let mut there = Reading::open(&address, &bench.asc, None).await;
    let mut elsewhere = Reading::open(&house.url(""), &bench.other_asc, None).await;
    for reading in [&mut here, &mut there, &mut elsewhere] {
        assert_eq!(reading.next().await.unwrap().event, "ready");
    }
    // the feed may number what waited before only now: a stream is in step with it once it has shown
    // what came last
    let second = bench.waiting(30).await;
    for reading in [&mut here, &mut there] {
        assert_eq!(reading.until(&second).await.event, "entered");
    }
    bench.lease(&bench.asc, &id, "claim").await.expect(200);
    bench.lease(&bench.asc, &id, "release").await.expect(204);
    bench.lease(&bench.official, &second, "claim").await.expect(200);
    bench.does(&bench.official, &second, "approve").await.expect(200);
    for reading in [&mut here, &mut there] {
        let told = reading.some(3).await;
        let words: Vec<_> = told
            .iter()
            .map(|frame| (frame.event.as_str(), frame.data["clearance_id"].clone()))
            .collect();
        assert_eq!(words[..2], [("held", id.clone().into()), ("released", id.clone().into())]);
        assert_eq!(words[2], ("held", second.clone().into()));
        assert_eq!(told[0].data["holder"], bench.asc.id.to_string());
        assert!(told[0].data["until"].is_string() && told[0].id == 0, "{:?}", told[0]);
        // the lease ends with the decision, which the feed tells in its own time
        let last: BTreeSet<String> =
            reading.some(2).await.into_iter().map(|frame| frame.event).collect();
        assert_eq!(last, ["decided".to_owned(), "released".to_owned()].into());
    }
    let nakuru = Someone::person();
    let traveller = house.caller(nakuru).await;
    house.get(&traveller, "/v1/approvals/stream").await.expect(403);
    other.close().await;
    drop((here, there));
    // another area's coordinator was told nothing of all that
    let rest = spawn(elsewhere.rest());
    house.running().parts.streams.end();
    assert_eq!(rest.await.unwrap().0, []);
    bench.stage.house.close().await;
}
