//! Whatever comes, it is read or told why not; nothing panics and nothing grows without bounds.

use safeconduct::world::{RemarkCode, read_alert};

use super::scene::{Scene, remarks};
use crate::harness::environment;

const SOUND: &[u8] = include_bytes!("messages/oasis12_thunderstorm.xml");

/// A small generator of our own, so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides.max(1)).unwrap()).unwrap()
    }
}

const BITS: [&[u8]; 16] = [
    b"<",
    b">",
    b"&",
    b"&#x0;",
    b"&#1114112;",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b"</alert>",
    b"<polygon>",
    b"NaN,1e999 ",
    b"\xff\xfe",
    b"<?xml",
    b"<info>",
    b"xmlns:a='b' ",
    b"\0",
];

fn spoilt(dice: &mut Dice) -> Vec<u8> {
    let mut bytes = SOUND.to_vec();
    for _ in 0..=dice.roll(6) {
        let at = dice.roll(bytes.len());
        match dice.roll(5) {
            0 => bytes.truncate(at),
            1 if !bytes.is_empty() => bytes[at] = u8::try_from(dice.roll(256)).unwrap(),
            2 => {
                let end = (at + dice.roll(60)).min(bytes.len());
                bytes.drain(at..end);
            }
            3 => {
                let end = (at + dice.roll(200)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            _ => {
                bytes.splice(at..at, BITS[dice.roll(BITS.len())].iter().copied());
            }
        }
    }
    bytes
}

#[test]
fn a_million_spoilt_messages_are_read_or_refused() {
    let mut dice = Dice(0x5afe_c0de_5afe_c0de);
    let (mut read, mut refused) = (0_usize, 0_usize);
    for _ in 0..environment().count(1_000_000) {
        let reading = read_alert(&spoilt(&mut dice));
        if reading.alert.is_some() {
            assert!(reading.faults.is_empty());
            read += 1;
        } else {
            assert!(!reading.faults.is_empty(), "no reason is told");
            refused += 1;
        }
    }
    assert!(read > 0 && refused > read / 10, "{read} read, {refused} refused");
}

#[test]
fn documents_that_mean_harm_are_refused() {
    let told = |text: &str| read_alert(text.as_bytes()).faults[0].code;
    let laughs = "<!DOCTYPE alert [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]><alert>&b;</alert>";
    assert_eq!(told(laughs), RemarkCode::DocumentType);
    let file = "<!DOCTYPE alert SYSTEM 'file:///etc/passwd'><alert/>";
    assert_eq!(told(file), RemarkCode::DocumentType);
    assert_eq!(told("<alert>&secret;</alert>"), RemarkCode::UnknownEntity);
    assert_eq!(told(&"<a>".repeat(100_000)), RemarkCode::TooDeep);
    let wide = format!("<alert>{}</alert>", "<a/>".repeat(300_000));
    assert_eq!(told(&wide), RemarkCode::TooLarge);
    let spaces: Vec<String> = (0..5_000).map(|n| format!("xmlns:a{n}='b'")).collect();
    let spaces = spaces.join(" ");
    assert_eq!(told(&format!("<alert {spaces}/>")), RemarkCode::NotXml);
    assert_eq!(told("<html/>"), RemarkCode::NotCap);
    assert_eq!(told("<alert><identifier>1</identifier></alert>"), RemarkCode::NotCap);
    assert_eq!(told(""), RemarkCode::NotXml);
    assert_eq!(told("<a/><b/>"), RemarkCode::NotXml);
    assert_eq!(read_alert(b"\xff\xfe\x00<").faults[0].code, RemarkCode::NotText);
    let many = "1,1 ".repeat(150_000);
    let area = format!("<area><areaDesc>x</areaDesc><polygon>{many}</polygon></area>").repeat(2);
    let text =
        String::from_utf8(SOUND.to_vec()).unwrap().replace("<area>", &format!("{area}<area>"));
    assert_eq!(told(&text), RemarkCode::TooLarge);
}

#[test]
fn other_encodings_and_characters_come_through() {
    let text = String::from_utf8(SOUND.to_vec()).unwrap();
    let latin: Vec<u8> = text
        .replace("UTF-8", "ISO-8859-1")
        .replace("SEVERE THUNDERSTORM WARNING", "Orage viol\u{e9}nt &lt;&#233;&gt;")
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let alert = read_alert(&latin).alert.unwrap();
    assert_eq!(alert.infos[0].headline.as_deref(), Some("Orage viol\u{e9}nt <\u{e9}>"));
    let marked = [b"\xef\xbb\xbf".as_slice(), SOUND].concat();
    assert!(read_alert(&marked).alert.is_some(), "a byte order mark");
    let zero = text.replace("SEVERE THUNDERSTORM WARNING", "a\u{0}b");
    let alert = read_alert(zero.as_bytes()).alert.unwrap();
    assert_eq!(alert.infos[0].headline.as_deref(), Some("ab"), "a database takes no zero");
}

#[tokio::test(flavor = "multi_thread")]
async fn rubbish_is_kept_and_told() {
    let scene = Scene::set().await;
    for (body, code) in [
        (b"not a message".as_slice(), "NOT_XML"),
        (b"<!DOCTYPE a><alert/>", "XML_DTD"),
        (b"\xff\xff", "NOT_TEXT"),
        (b"<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'/>", "FIELD_MISSING"),
    ] {
        let alert = scene.send_raw(&scene.feed, body).await.expect(201).json();
        assert_eq!((&alert["state"], remarks(&alert)[0]), (&"quarantined".into(), code));
    }
    assert_eq!(scene.count("SELECT count(*) FROM alert WHERE raw IS NOT NULL").await, 4);
    scene.send_raw(&scene.feed, b"".as_slice()).await.expect(400);
    let kept = "/v1/alerts?state=quarantined&limit=3";
    let page = scene.house.get(&scene.adviser, kept).await.expect(200).json();
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = format!("{kept}&cursor={cursor}");
    let rest = scene.house.get(&scene.adviser, &rest).await.expect(200).json();
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next_cursor"]), (1, &().into()));
    scene.house.close().await;
}
