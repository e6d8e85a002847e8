//! Alerts to confirm and dismiss, feeds to take off the list, and an operator, for everybody.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::asked::{Asked, Sent};
use super::scene::{OURS, Scene, Who};
use crate::trips::stage::{NAIROBI, Stage};

/// What each speaks of.
#[derive(Default)]
pub(super) struct Items {
    confirmed: BTreeMap<Who, Uuid>,
    dismissed: BTreeMap<Who, Uuid>,
    quarantined: BTreeMap<Who, Uuid>,
    feeds: BTreeMap<Who, Uuid>,
}

pub(super) async fn items(stage: &Stage) -> Items {
    let client = stage.house.database().connect().await;
    let mut items = Items::default();
    let advice = "INSERT INTO operator_advice (organization_id, code, standing, changed_by) \
                  VALUES ($1, 'QQ', 'suitable', gen_random_uuid())";
    client.execute(advice, &[&OURS]).await.unwrap();
    let feed = "INSERT INTO alert_feed (feed_id, name, url, countries, fingerprint, created_by, \
                next_poll_at) VALUES ($1, 'x', 'https://127.0.0.1/', '{KE}', '', \
                gen_random_uuid(), 'infinity')";
    for who in Who::ALL {
        items.confirmed.insert(who, alert(&client).await);
        items.dismissed.insert(who, alert(&client).await);
        items.quarantined.insert(who, quarantined(&client).await);
        let id = Uuid::now_v7();
        client.execute(feed, &[&id]).await.unwrap();
        items.feeds.insert(who, id);
    }
    items
}

/// An alert about Nairobi whose words wait for a person.
async fn alert(client: &tokio_postgres::Client) -> Uuid {
    let id = Uuid::now_v7();
    let alert = "INSERT INTO alert (alert_id, state, remarks, scope, area_ids, digest) \
                 VALUES ($1, 'accepted', '[]', 'public', ARRAY[$2::text], '')";
    client.execute(alert, &[&id, &NAIROBI]).await.unwrap();
    let proposal = "INSERT INTO alert_proposal (proposal_id, alert_id, number, kind, state, \
                    as_received, area_ids, name, severity, texts) VALUES (gen_random_uuid(), $1, \
                    1, 'advisory', 'open', true, ARRAY[$2::text], 'x', 'minor', '[]')";
    client.execute(proposal, &[&id, &NAIROBI]).await.unwrap();
    id
}

/// An alert that nobody could read.
async fn quarantined(client: &tokio_postgres::Client) -> Uuid {
    let id = Uuid::now_v7();
    let alert = "INSERT INTO alert (alert_id, state, remarks, digest) \
                 VALUES ($1, 'quarantined', '[]', '')";
    client.execute(alert, &[&id]).await.unwrap();
    id
}

/// A message about Nairobi.
fn message(scene: &Scene, who: Who) -> String {
    let (number, sent) = (who.place(), scene.in_hours(0));
    let sent = Timestamp::from_second(sent.as_second()).unwrap();
    format!(
        "<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>{number}</identifier>\
         <sender>met@example.ke</sender><sent>{sent}</sent><status>Actual</status>\
         <msgType>Alert</msgType><scope>Public</scope><info><category>Met</category>\
         <event>Flood</event><urgency>Expected</urgency><severity>Minor</severity>\
         <certainty>Likely</certainty><area><areaDesc>Nairobi</areaDesc>\
         <circle>-1.29,36.82 1</circle></area></info></alert>"
    )
}

/// The request of a row.
pub(super) fn asked(scene: &Scene, row: &str, who: Who) -> Option<Asked> {
    let items = &scene.alerts;
    let kept = items.confirmed[&Who::Nobody].to_string();
    let operator = |asked: Asked| Some(asked.of("{code}", "QQ".to_owned()));
    let told = || Asked::plainly().showing(format!("\"organization_id\":\"{OURS}\""));
    Some(match row {
        "add_alert" => {
            Asked { sent: Sent::Xml(format!("<a>{}</a>", who.place())), ..Asked::plainly() }
        }
        "list_alerts" => Asked::with("?limit=200&state=accepted".to_owned()).showing(kept),
        "get_alert" => Asked::plainly().showing(kept.clone()).of("{alert_id}", kept),
        "confirm_alert" => {
            Asked::json(json!({})).of("{alert_id}", items.confirmed[&who].to_string())
        }
        "dismiss_alert" => Asked::json(json!({"reason": "it rains everywhere"}))
            .of("{alert_id}", items.dismissed[&who].to_string()),
        "release_alert" => {
            let body = json!({"message": message(scene, who), "reason": "a tag was not closed"});
            Asked::json(body).of("{alert_id}", items.quarantined[&who].to_string())
        }
        "add_alert_feed" => Asked::json(json!({
            "name": "x", "url": "https://feeds.example.org/", "countries": ["KE"],
        })),
        "list_alert_feeds" => {
            Asked::with("?limit=200".to_owned()).showing(items.feeds[&Who::Nobody].to_string())
        }
        "remove_alert_feed" => Asked::plainly().of("{feed_id}", items.feeds[&who].to_string()),
        "get_operator" => return operator(told()),
        "put_operator" => return operator(Asked::json(json!({"status": "suitable"}))),
        "list_operator_trips" | "list_operator_authorizations" => {
            return operator(Asked::plainly());
        }
        "add_operator_authorization" => {
            let body = json!({"kind": "blanket", "until": "2999-01-01", "reason": "x"});
            return operator(Asked::json(body));
        }
        _ => return None,
    })
}
