//! Advisories as CAP 1.2 messages, held against the rules of the schema.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{AREA, PATH, advisory, get_with, official, put, text, withdraw};
use crate::harness::{Answer, Caller, House, Someone};
use crate::world::drawing::{draw, fence, square};

/// An element with its text or its children.
#[derive(Debug)]
struct Element {
    name: String,
    text: String,
    children: Vec<Self>,
}

impl Element {
    /// Reads a document of elements and text; anything else is a failure.
    fn read(document: &str) -> Self {
        let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
        let mut rest = document.strip_prefix(declaration).unwrap();
        let root = Self::next(&mut rest);
        assert_eq!(rest.trim(), "");
        root
    }

    fn next(rest: &mut &str) -> Self {
        let (tag, after) = rest.strip_prefix('<').unwrap().split_once('>').unwrap();
        *rest = after;
        let name = tag.split(' ').next().unwrap().to_owned();
        let (mut text, mut children) = (String::new(), Vec::new());
        loop {
            let (before, _) = rest.split_once('<').unwrap();
            text.push_str(before);
            *rest = rest.strip_prefix(before).unwrap();
            match rest.strip_prefix(&format!("</{name}>")) {
                Some(after) => {
                    *rest = after;
                    break;
                }
                None => children.push(Self::next(rest)),
            }
        }
        assert!(!text.contains(['>', '"']), "{text}");
        let text =
            [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#13;", "\r"), ("&amp;", "&")]
                .iter()
                .fold(text, |text, (from, to)| text.replace(from, to));
        Self { name, text, children }
    }

    fn all(&self, name: &str) -> Vec<&Self> {
        self.children.iter().filter(|child| child.name == name).collect()
    }

    fn one(&self, name: &str) -> &str {
        let [one] = self.all(name)[..] else { panic!("{name} is not there once: {self:?}") };
        &one.text
    }

    fn parameters(&self) -> BTreeMap<&str, &str> {
        let pairs = self.all("parameter").into_iter();
        pairs.map(|one| (one.one("valueName"), one.one("value"))).collect()
    }
}

/// Children of an element in the order of the schema: how often each at least, and at most (0: any).
type Sequence = [(&'static str, usize, usize)];

const ALERT: &Sequence = &[
    ("identifier", 1, 1),
    ("sender", 1, 1),
    ("sent", 1, 1),
    ("status", 1, 1),
    ("msgType", 1, 1),
    ("source", 0, 1),
    ("scope", 1, 1),
    ("restriction", 0, 1),
    ("addresses", 0, 1),
    ("code", 0, 0),
    ("note", 0, 1),
    ("references", 0, 1),
    ("incidents", 0, 1),
    ("info", 0, 0),
];
const INFO: &Sequence = &[
    ("language", 0, 1),
    ("category", 1, 0),
    ("event", 1, 1),
    ("responseType", 0, 0),
    ("urgency", 1, 1),
    ("severity", 1, 1),
    ("certainty", 1, 1),
    ("audience", 0, 1),
    ("eventCode", 0, 0),
    ("effective", 0, 1),
    ("onset", 0, 1),
    ("expires", 0, 1),
    ("senderName", 0, 1),
    ("headline", 0, 1),
    ("description", 0, 1),
    ("instruction", 0, 1),
    ("web", 0, 1),
    ("contact", 0, 1),
    ("parameter", 0, 0),
    ("resource", 0, 0),
    ("area", 0, 0),
];
const PAIR: &Sequence = &[("valueName", 1, 1), ("value", 1, 1)];
const AREA_PARTS: &Sequence = &[
    ("areaDesc", 1, 1),
    ("polygon", 0, 0),
    ("circle", 0, 0),
    ("geocode", 0, 0),
    ("altitude", 0, 1),
    ("ceiling", 0, 1),
];

/// The values that the schema permits.
const CHOICES: &[(&str, &[&str])] = &[
    ("status", &["Actual", "Exercise", "System", "Test", "Draft"]),
    ("msgType", &["Alert", "Update", "Cancel", "Ack", "Error"]),
    ("scope", &["Public", "Restricted", "Private"]),
    (
        "category",
        &[
            "Geo",
            "Met",
            "Safety",
            "Security",
            "Rescue",
            "Fire",
            "Health",
            "Env",
            "Transport",
            "Infra",
            "CBRNE",
            "Other",
        ],
    ),
    (
        "responseType",
        &[
            "Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear",
            "None",
        ],
    ),
    ("urgency", &["Immediate", "Expected", "Future", "Past", "Unknown"]),
    ("severity", &["Extreme", "Severe", "Moderate", "Minor", "Unknown"]),
    ("certainty", &["Observed", "Likely", "Possible", "Unlikely", "Unknown"]),
];

fn follows(element: &Element, sequence: &Sequence) {
    let mut children = element.children.iter().peekable();
    for (name, least, most) in sequence {
        let mut count = 0;
        while children.next_if(|child| child.name == *name).is_some() {
            count += 1;
        }
        assert!(count >= *least && (*most == 0 || count <= *most), "{count} {name}");
    }
    assert!(children.peek().is_none(), "out of order: {:?}", children.peek());
}

/// Holds a message against the schema of CAP 1.2 and what the standard says beside it.
fn valid(document: &str) -> Element {
    assert!(document.contains("<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">"));
    let alert = Element::read(document);
    assert_eq!(alert.name, "alert");
    follows(&alert, ALERT);
    for name in ["identifier", "sender"] {
        assert!(!alert.one(name).contains([' ', ',', '<', '&']), "{}", alert.one(name));
    }
    assert_eq!(alert.one("scope") == "Restricted", !alert.all("restriction").is_empty());
    moment(alert.one("sent"));
    for reference in alert.all("references") {
        let [_, _, sent] = reference.text.split(',').collect::<Vec<_>>()[..] else {
            panic!("{}", reference.text)
        };
        moment(sent);
    }
    for info in alert.all("info") {
        follows(info, INFO);
        info.all("effective").into_iter().for_each(|one| moment(&one.text));
        info.all("parameter").into_iter().for_each(|one| follows(one, PAIR));
        for area in info.all("area") {
            follows(area, AREA_PARTS);
            area.all("geocode").into_iter().for_each(|one| follows(one, PAIR));
            area.all("polygon").into_iter().for_each(|one| ring(&one.text));
        }
    }
    choices(&alert);
    alert
}

fn choices(element: &Element) {
    for child in &element.children {
        let known = CHOICES.iter().find(|(name, _)| *name == child.name);
        assert!(known.is_none_or(|(_, values)| values.contains(&child.text.as_str())), "{child:?}");
        assert!(!child.children.is_empty() || !child.text.is_empty(), "{} is empty", child.name);
        choices(child);
    }
}

/// `\d\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\d[-,+]\d\d:\d\d`
fn moment(text: &str) {
    let form: String = text.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    assert!(["9999-99-99T99:99:99-99:99", "9999-99-99T99:99:99+99:99"].contains(&&*form), "{text}");
}

/// At least four positions, latitude first, the last equal to the first.
fn ring(text: &str) {
    let positions: Vec<Vec<f64>> = text
        .split(' ')
        .map(|position| position.split(',').map(|number| number.parse().unwrap()).collect())
        .collect();
    assert!(positions.len() >= 4 && positions.first() == positions.last(), "{text}");
    assert!(
        positions.iter().all(|at| at.len() == 2 && at[0].abs() <= 90.0 && at[1].abs() <= 180.0)
    );
}

async fn message(house: &House, caller: &Caller) -> Answer {
    get_with(house, caller, "accept", "application/cap+xml").await
}

/// A fence in the area, with a name and an effect.
fn named(name: &str, effect: &str) -> Value {
    let mut body = fence(&square(36.0, -0.4), effect);
    body["properties"]["name"] = name.into();
    body["properties"]["kind"] = "no_go".into();
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn an_advisory_is_a_message_that_the_schema_permits() {
    let house = House::start().await;
    let official = official(&house).await;
    let caller = house.caller(Someone::person()).await;
    message(&house, &caller).await.expect(404);
    let mut english = text("en", "personnel", "Calm & <quiet>, \"mostly\"");
    for (part, words) in [
        ("summary", "Two lines\r\nand a \u{1} stray sign ]]>"),
        ("lodging", "Park Side"),
        ("arrival_instructions", "Report to the office"),
    ] {
        english[part] = words.into();
    }
    english["threat_summary"] = json!({"crime": "Theft at night"});
    english["restrictions"] =
        json!([{"kind": "curfew", "where": "town", "hours": {"from": "20:00", "to": "06:00"}}]);
    english["contacts"] = json!([{"name": "Radio room", "radio": "channel 4"}]);
    let french = text("fr", "public", "Calme");
    let hidden = text("en", "security", "A cell is in town");
    let body = advisory(&[english, french, hidden]);
    put(&house, &official, "*", &body).await.expect(200);
    for drawn in [named("Minefield", "deny"), named("View", "advise")] {
        draw(&house, &official, &drawn).await.expect(201);
    }

    let first = message(&house, &caller).await.expect(200);
    assert_eq!(first.header("content-type"), "application/cap+xml");
    let alert = valid(&first.text);
    assert_eq!((alert.one("msgType"), alert.one("scope")), ("Alert", "Restricted"));
    assert_eq!(alert.one("identifier"), format!("safeconduct.{AREA}.1"));
    assert_eq!(alert.one("status"), "Exercise", "the shipped levels are invented, and say so");
    let [english, french] = alert.all("info")[..] else { panic!("{alert:?}") };
    assert_eq!((english.one("language"), french.one("language")), ("en", "fr"));
    assert_eq!(english.one("headline"), "Calm & <quiet>, \"mostly\"");
    assert_eq!(english.one("description"), "Two lines\r\nand a \u{fffd} stray sign ]]>");
    assert_eq!(english.one("instruction"), "Report to the office\n\nPark Side");
    assert_eq!(english.one("contact"), "Radio room, channel 4");
    let parameters = english.parameters();
    assert_eq!(parameters["threat.crime"], "Theft at night");
    assert_eq!(parameters["restriction.curfew"], "town (20:00:00-06:00:00)");
    let area = house.get(&caller, &format!("/v1/areas/{AREA}")).await.expect(200).json();
    assert_eq!(parameters["security_level"], area["security_level"].to_string());
    assert_eq!(parameters["clearance_mode"], area["clearance_mode"].as_str().unwrap());
    let areas = english.all("area");
    let named: Vec<&str> = areas.iter().map(|area| area.one("areaDesc")).collect();
    assert_eq!(named.len(), 2, "the area, and what stops a traveller: {named:?}");
    assert_eq!(named[1], "Minefield (no_go, deny)");
    assert_eq!(areas[1].one("polygon").split(' ').count(), 5);
    assert!(!first.text.contains("cell"));
    let known = get_with(&house, &caller, "if-none-match", first.header("etag")).await;
    assert_eq!(known.status, 200, "the tag of one form is not that of another");

    let hidden = message(&house, &official).await.expect(200);
    assert_eq!(valid(&hidden.text).all("info")[0].one("headline"), "A cell is in town");
    put(&house, &official, "*", &advisory(&[text("en", "public", "Calm")])).await.expect(200);
    let machine = house.caller(Someone::client("unicef")).await;
    let second = valid(&message(&house, &machine).await.expect(200).text);
    assert_eq!((second.one("msgType"), second.one("scope")), ("Update", "Public"));
    let before = format!("safeconduct,safeconduct.{AREA}.1,{}", alert.one("sent"));
    assert_eq!(second.one("references"), before);
    withdraw(&house, &official, "*", "Written for another area").await.expect(200);
    let third = valid(&message(&house, &machine).await.expect(200).text);
    assert_eq!((third.one("msgType"), third.one("scope")), ("Cancel", "Public"));
    let before = format!("safeconduct,safeconduct.{AREA}.2,{}", second.one("sent"));
    assert_eq!(third.one("references"), before);
    assert_eq!(third.all("info")[0].one("description"), "The advisory is withdrawn.");
    let plain = house.get(&caller, PATH).await.expect(200);
    assert_eq!(plain.header("content-type"), "application/json");
    house.close().await;
}
