//! Feeds that are fetched: Atom, RSS, one message; each entry once.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use actix_web::dev::ServerHandle;
use actix_web::web::{self, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use safeconduct::config::Config;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::scene::{Message, Scene};
use crate::harness::spawn;

/// Pages of a feed: body, or a status.
type Pages = Arc<Mutex<BTreeMap<String, Result<String, u16>>>>;

/// A publisher of the test's own. Every page has its content's length as its tag.
struct Publisher {
    url: String,
    pages: Pages,
    /// Requests, and those that were answered 304.
    asked: watch::Sender<(usize, usize)>,
    handle: ServerHandle,
}

impl Publisher {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let pages = Pages::default();
        let asked = watch::Sender::new((0, 0));
        let shared = Data::new((Arc::clone(&pages), asked.clone()));
        let server = HttpServer::new(move || {
            App::new().app_data(shared.clone()).default_service(web::to(answer))
        })
        .workers(1)
        .disable_signals()
        .listen(listener)
        .unwrap()
        .run();
        let handle = server.handle();
        spawn(server);
        Self { url, pages, asked, handle }
    }

    fn put(&self, path: &str, page: Result<String, u16>) {
        self.pages.lock().unwrap().insert(path.to_owned(), page);
    }

    /// An Atom feed of entries: name and version.
    fn atom(&self, entries: &[(&str, &str)]) {
        let url = &self.url;
        let entry = |(name, version): &(&str, &str)| {
            format!(
                "<entry><id>{name}</id><updated>{version}</updated>\
                 <link type='application/cap+xml' href='{url}/{name}'/></entry>"
            )
        };
        let entries: String = entries.iter().map(entry).collect();
        let feed = format!("<feed xmlns='http://www.w3.org/2005/Atom'>{entries}</feed>");
        self.put("/feed", Ok(feed));
    }

    async fn asked_at_least(&self, requests: usize, unchanged: usize) {
        let mut asked = self.asked.subscribe();
        asked.wait_for(|(all, same)| *all >= requests && *same >= unchanged).await.unwrap();
    }
}

async fn answer(
    request: HttpRequest,
    shared: Data<(Pages, watch::Sender<(usize, usize)>)>,
) -> HttpResponse {
    let (pages, asked) = &**shared;
    let page = pages.lock().unwrap().get(request.path()).cloned();
    let tag = |body: &str| format!("\"{}\"", body.len());
    let known = request.headers().get("if-none-match").map(|tag| tag.to_str().unwrap().to_owned());
    let (answer, same) = match page {
        None => (HttpResponse::NotFound().finish(), 0),
        Some(Err(status)) => (HttpResponse::build(status.try_into().unwrap()).finish(), 0),
        Some(Ok(body)) if known == Some(tag(&body)) => (HttpResponse::NotModified().finish(), 1),
        Some(Ok(body)) => (HttpResponse::Ok().insert_header(("etag", tag(&body))).body(body), 0),
    };
    asked.send_modify(|(all, unchanged)| (*all, *unchanged) = (*all + 1, *unchanged + same));
    answer
}

fn often(config: &mut Config) {
    config.alerts.poll_ms = 20;
    config.alerts.feed_seconds = 1;
    config.alerts.allow_loopback = true;
}

async fn until(scene: &Scene, query: &str, count: i64) {
    for _ in 0..600 {
        if scene.count(query).await == count {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{query} is not {count}");
}

async fn listed(scene: &Scene) -> Value {
    let list = scene.house.get(&scene.official, "/v1/alert-feeds").await.expect(200).json();
    list["items"][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_atom_feed_is_read_once_and_again_when_it_changes() {
    let scene = Scene::set_with(often).await;
    let publisher = Publisher::start();
    let one = Message::about(&scene.house, "one");
    publisher.put("/one", Ok(one.xml()));
    publisher.put("/two", Ok(Message::about(&scene.house, "two").xml()));
    publisher.put("/gone", Err(404));
    publisher.atom(&[("two", "v1"), ("gone", "v1"), ("one", "v1")]);
    let url = format!("{}/feed", publisher.url);
    scene.list_feed(json!({"url": url, "apply_from": "severe"})).await;
    until(&scene, "SELECT count(*) FROM alert WHERE state = 'accepted'", 2).await;
    until(&scene, "SELECT count(*) FROM fence WHERE removed_at IS NULL", 2).await;

    // unchanged it is asked for and not read; of what is new, only that
    publisher.asked_at_least(5, 1).await;
    publisher.put("/over", Ok(one.then("Cancel", "one-over").xml()));
    publisher.atom(&[("over", "v1"), ("two", "v1"), ("gone", "v1"), ("one", "v1")]);
    until(&scene, "SELECT count(*) FROM fence WHERE removed_at IS NULL", 1).await;
    assert_eq!(scene.count("SELECT count(*) FROM alert").await, 3, "each once");
    assert_eq!(scene.count("SELECT count(*) FROM alert WHERE feed_id IS NOT NULL").await, 3);
    let feed = listed(&scene).await;
    assert_eq!((&feed["failures"], &feed["fault"]), (&0.into(), &Value::Null));
    scene.house.close().await;
    publisher.handle.stop(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rss_and_single_messages_are_feeds_too() {
    let scene = Scene::set_with(often).await;
    let publisher = Publisher::start();
    publisher.put("/one", Ok(Message::about(&scene.house, "one").xml()));
    let url = &publisher.url;
    let rss =
        format!("<rss version='2.0'><channel><item><link>{url}/one</link></item></channel></rss>");
    publisher.put("/rss", Ok(rss));
    publisher.put("/alone", Ok(Message::about(&scene.house, "alone").xml()));
    scene.list_feed(json!({"url": format!("{url}/rss")})).await;
    scene.list_feed(json!({"url": format!("{url}/alone")})).await;
    until(&scene, "SELECT count(*) FROM alert WHERE state = 'accepted'", 2).await;
    let open = "SELECT count(*) FROM alert_proposal WHERE kind = 'fence' AND state = 'open'";
    assert_eq!(scene.count(open).await, 2, "no severity was set");
    scene.house.close().await;
    publisher.handle.stop(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_index_of_a_national_service_is_read_entry_by_entry() {
    let scene = Scene::set_with(often).await;
    let publisher = Publisher::start();
    // as it was served, but for the host of its links
    let index = include_str!("messages/usa_heat_index.xml");
    let (theirs, ours) = ("https://alerts.weather.gov/cap/wwacapget.php?x=", "/cap/");
    let index = index.replace(theirs, &format!("{}{ours}", publisher.url));
    let links = index.split("<entry>").skip(1).filter_map(|entry| {
        let (_, rest) = entry.split_once("<link href=\"")?;
        let (link, _) = rest.split_once('"')?;
        link.strip_prefix(publisher.url.as_str()).map(str::to_owned)
    });
    let links: Vec<String> = links.collect();
    assert_eq!(links.len(), 4);
    for (number, link) in links.iter().enumerate() {
        let message = Message::about(&scene.house, &format!("heat-{number}"));
        publisher.put(link, Ok(message.xml()));
    }
    publisher.put("/az", Ok(index));
    scene.list_feed(json!({"url": format!("{}/az", publisher.url)})).await;
    let many = i64::try_from(links.len()).unwrap();
    until(&scene, "SELECT count(*) FROM alert WHERE state = 'accepted'", many).await;
    let read = "SELECT count(*) FROM alert_feed_item";
    until(&scene, read, many).await;
    assert_eq!(listed(&scene).await["fault"], Value::Null);
    scene.house.close().await;
    publisher.handle.stop(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn why_a_feed_cannot_be_read_is_told() {
    let scene = Scene::set_with(often).await;
    let publisher = Publisher::start();
    publisher.put("/feed", Ok("<html>under construction</html>".to_owned()));
    scene.list_feed(json!({"url": format!("{}/feed", publisher.url)})).await;
    let failed = |fault: &str| format!("SELECT count(*) FROM alert_feed WHERE fault = '{fault}'");
    until(&scene, &failed("unreadable"), 1).await;
    publisher.put("/feed", Err(302));
    until(&scene, &failed("redirected"), 1).await;
    assert!(listed(&scene).await["failures"].as_i64().unwrap() >= 2);
    // an entry that leads into the service's own network is not asked for
    publisher.put(
        "/feed",
        Ok("<rss><channel><item><link>https://10.0.0.1/x</link></item></channel></rss>".to_owned()),
    );
    until(&scene, &failed("address_refused"), 1).await;
    publisher.put("/feed", Ok(Message::about(&scene.house, "one").xml()));
    until(&scene, "SELECT count(*) FROM alert_feed WHERE failures = 0 AND fault IS NULL", 1).await;
    assert_eq!(scene.count("SELECT count(*) FROM alert").await, 1);
    scene.house.close().await;
    publisher.handle.stop(false).await;
}
