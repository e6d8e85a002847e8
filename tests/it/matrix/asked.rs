//! What is asked of each operation: a sound request about the trip or its traveller.

use serde_json::{Value, json};

use super::scene::{AHEAD, OURS, Scene, Who, mission};
use super::{alerts, desk, ground, levels, papers};
use crate::trips::stage::{BETWEEN, NAIROBI};

/// A body.
pub(super) enum Sent {
    Nothing,
    Json(Value),
    /// A message in the Common Alerting Protocol.
    Xml(String),
    /// One line of NDJSON.
    Line(Value),
}

/// A request, as far as the document does not tell it.
pub(super) struct Asked {
    /// With its question mark.
    pub(super) query: String,
    pub(super) sent: Sent,
    /// What an answer holds that tells of what was asked about.
    pub(super) shown: Option<String>,
    /// The id of another one than everybody asks about: its name in the path, and itself.
    pub(super) instead: Option<(&'static str, String)>,
}

impl Asked {
    pub(super) fn plainly() -> Self {
        Self { query: String::new(), sent: Sent::Nothing, shown: None, instead: None }
    }

    pub(super) fn with(query: String) -> Self {
        Self { query, ..Self::plainly() }
    }

    pub(super) fn json(body: Value) -> Self {
        Self { sent: Sent::Json(body), ..Self::plainly() }
    }

    fn line(line: Value) -> Self {
        Self { sent: Sent::Line(line), ..Self::plainly() }
    }

    pub(super) fn of(mut self, name: &'static str, id: String) -> Self {
        self.instead = Some((name, id));
        self
    }

    pub(super) fn showing(mut self, shown: impl Into<String>) -> Self {
        self.shown = Some(shown.into());
        self
    }
}

/// The request of a row.
pub(super) fn asked(scene: &Scene, row: &str, who: Who) -> Asked {
    trips(scene, row, who)
        .or_else(|| presence(scene, row, who))
        .or_else(|| people(scene, row, who))
        .or_else(|| desk::asked(scene, row, who))
        .or_else(|| papers::asked(scene, row, who))
        .or_else(|| levels::asked(scene, row, who))
        .or_else(|| alerts::asked(scene, row, who))
        .or_else(|| missions(scene, row, who))
        .or_else(|| ground::asked(scene, row, who))
        .or_else(|| events(scene, row))
        .or_else(|| advisories(row))
        .or_else(|| elsewhere(scene, row))
        .unwrap_or_else(|| panic!("nobody knows how to ask `{row}`"))
}

fn trips(scene: &Scene, row: &str, who: Who) -> Option<Asked> {
    let (stage, traveller) = (&scene.stage, scene.traveller());
    let nairobi = |ahead: i32| stage.to_nairobi(traveller, ahead, 2);
    let on = stage.day(AHEAD + 1);
    let person = traveller.id;
    let of_trip = |name: &str| format!("\"{name}\":\"{}\"", scene.of_trip(name));
    Some(match row {
        "check_trip" => Asked::json(nairobi(400)),
        "check_trip, of oneself" => Asked::json(stage.to_nairobi(scene.oneself(who), 410, 2)),
        "submit_trip" => Asked::json(nairobi(40 + 4 * who.place())),
        "submit_batch" => {
            let mut line = nairobi(110 + 4 * who.place());
            line["idempotency_key"] = json!(who.name().trim_end_matches('²'));
            Asked::line(line).showing("\"status\":201")
        }
        "list_trips" => Asked::with("?limit=200".to_owned()).showing(of_trip("trip_id")),
        "get_trip" => Asked::plainly().showing("Field monitoring"),
        "get_trip, its stays" => Asked::plainly().showing(format!("\"area_id\":\"{NAIROBI}\"")),
        "amend_trip" => Asked::json(json!({"purpose_text": "Field monitoring, longer"}))
            .of("{trip_id}", scene.trip_to_cancel(who)),
        "cancel_trip" => Asked::plainly().of("{trip_id}", scene.trip_to_cancel(who)),
        "list_trip_versions" | "get_clearance" | "get_clearance_history" | "replay_clearance" => {
            Asked::plainly()
        }
        "get_clearance_status" => Asked::with(format!("?person={person}&on={on}&area={NAIROBI}"))
            .showing(of_trip("reference")),
        "query_clearance_status" => {
            let pair = json!({"person": person, "on": on, "area": NAIROBI});
            Asked::json(json!({"pairs": [pair]})).showing(of_trip("reference"))
        }
        _ => return None,
    })
}

fn missions(scene: &Scene, row: &str, who: Who) -> Option<Asked> {
    let named = [scene.traveller()];
    let step = |body: Value| Asked::json(body).of("{mscr_id}", scene.mission_of(who));
    Some(match row {
        "submit_mscr" => Asked::json(mission(&scene.stage, &named, AHEAD)),
        "list_mscrs" => Asked::plainly().showing(scene.mission_of(Who::Nobody)),
        "get_mscr" => Asked::plainly().of("{mscr_id}", scene.mission_of(Who::Nobody)),
        "recommend_mscr" => step(json!({"recommendation": "favourable"})),
        "consent_mscr" => step(json!({"organization": OURS, "decision": "accept"})),
        "decide_mscr" => step(json!({"decision": "refuse", "reason_codes": ["OTHER"]})),
        _ => return None,
    })
}

fn presence(scene: &Scene, row: &str, who: Who) -> Option<Asked> {
    let headcount = |asked: Asked, id| asked.of("{headcount_id}", id);
    let running = || scene.headcount_of(Who::Nobody);
    let of = |id: &str| Asked::json(json!({})).of("{clearance_id}", id.to_owned());
    Some(match row {
        "confirm_arrival" | "confirm_briefing" | "confirm_departure" => of(&scene.begun[0]),
        "report_no_show" => of(&scene.begun[1]),
        "list_inside" => Asked::plainly().showing(scene.begun[1].clone()),
        "list_arrivals" => Asked::plainly(),
        "open_headcount" => Asked::json(json!({"areas": [NAIROBI], "reason": "An exercise"})),
        "close_headcount" => headcount(Asked::plainly(), scene.headcount_of(who)),
        "list_headcounts" => Asked::with("?limit=200".to_owned()).showing(running()),
        "get_headcount" => {
            let person = format!("\"person_id\":\"{}\"", scene.traveller().id);
            headcount(Asked::plainly().showing(person), running())
        }
        "get_headcount_list" => headcount(Asked::plainly().showing("Tester"), running()),
        "get_headcount_stream" => {
            headcount(Asked::with("?after=0&wait=false".to_owned()), running())
        }
        "answer_headcount" => {
            let body = json!({"person_id": scene.traveller().id, "status": "safe"});
            headcount(Asked::json(body), running())
        }
        _ => return None,
    })
}

fn people(scene: &Scene, row: &str, who: Who) -> Option<Asked> {
    let person = scene.traveller().id;
    Some(match row {
        "get_person" => Asked::plainly().showing("\"family_name\":\"Tester\""),
        "list_dependants" | "list_certificates" => Asked::plainly(),
        "put_person" => Asked::json(json!({})),
        "put_certificates" => Asked::json(json!({"certificates": []})),
        "add_certificate" => {
            Asked::json(json!({"course": "SSAFE", "completed_on": scene.stage.day(-30)}))
        }
        "import_people" => Asked::line(json!({
            "staff_no": format!("I-{}", who.place()), "family_name": "Otieno",
            "given_names": "Samuel", "category": "consultant", "recruitment": "international",
            "contacts": [{"kind": "mobile", "value": "+999111222333"}],
            "emergency_contacts": [{"name": "Anna", "relation": "spouse", "phone": "+999444"}],
        }))
        .showing("\"status\":201"),
        "get_training_status" => {
            Asked::with(format!("?person={person}&course=BSAFE")).showing("\"answer\":\"held\"")
        }
        "query_training_status" => {
            let question = json!({"person": person, "course": "BSAFE"});
            Asked::json(json!({"questions": [question]})).showing("\"answer\":\"held\"")
        }
        _ => return None,
    })
}

fn events(scene: &Scene, row: &str) -> Option<Asked> {
    let trip = format!("\"trip_id\":\"{}\"", scene.of_trip("trip_id"));
    let webhook = |asked: Asked| asked.of("{webhook_id}", scene.webhook(row).to_string());
    Some(match row {
        "list_events" => Asked::with("?after=0&limit=200".to_owned()).showing(trip),
        "get_approvals_stream" => Asked::with("?after=0&wait=false".to_owned()).showing(trip),
        "list_webhooks" => Asked::plainly().showing(scene.webhook(row).to_string()),
        "add_webhook" => Asked::json(json!({"url": "https://127.0.0.1/"})),
        "get_webhook" | "delete_webhook" | "rotate_webhook" | "verify_webhook"
        | "list_deliveries" => webhook(Asked::plainly()),
        "replay_deliveries" => webhook(Asked::json(json!({"dead_letters": true}))),
        _ => return None,
    })
}

fn advisories(row: &str) -> Option<Asked> {
    // the copy for security staff
    const RESTRICTED: &str = "\"classification\":\"security\"";
    Some(match row {
        "get_advisories" | "get_advisory_feed" => Asked::plainly().showing(NAIROBI),
        "get_advisory" => Asked::plainly().showing(RESTRICTED),
        "get_advisory_version" => {
            Asked::plainly().of("{version}", "1".to_owned()).showing(RESTRICTED)
        }
        "list_advisory_versions" => Asked::plainly().showing("\"drafted_by\":\""),
        "get_advisory_draft" | "get_stay_advisory" => Asked::plainly(),
        "put_advisory" => Asked::json(advisory("Quiet")),
        "withdraw_advisory" => Asked::json(json!({"reason": "Written for another area"})),
        "confirm_advisory" => Asked::json(json!({"version": 1})),
        _ => return None,
    })
}

/// An advisory of one line.
pub(super) fn advisory(headline: &str) -> Value {
    let text = json!({"language": "en", "classification": "personnel", "headline": headline});
    json!({"change_summary": "New", "texts": [text]})
}

fn elsewhere(scene: &Scene, row: &str) -> Option<Asked> {
    Some(match row {
        "get_areas" | "get_area" | "get_world" | "get_healthz" | "get_readyz" | "get_metrics"
        | "get_openapi" | "get_docs" | "get_root" | "get_calendar" => Asked::plainly(),
        // the staff of the area see what was permitted above; an organization whether nights are full
        "get_ceilings" => Asked::plainly().showing("\"overrides\":"),
        "put_ceilings" => Asked::json(json!({"total": 500})).of("{area_id}", BETWEEN.to_owned()),
        // it was cleared by rule: whoever may permit is told that nothing waits
        "add_ceiling_override" => {
            let clearance = scene.filled("{clearance_id}", None);
            Asked::json(json!({"clearance_id": clearance, "reason": "A surgeon is needed"}))
        }
        "put_area_status" => Asked::json(json!({
            "status": "suspended", "reason": "Floods", "review_at": scene.in_hours(12),
        }))
        .of("{area_id}", BETWEEN.to_owned()),
        "put_calendar" => Asked::json(json!({"holidays": []})).of("{area_id}", BETWEEN.to_owned()),
        "get_areas_at" => Asked::with("?lon=36.82&lat=-1.29".to_owned()).showing(NAIROBI),
        "post_areas_at" => Asked::json(json!({"points": [[36.82, -1.29]]})).showing(NAIROBI),
        "post_areas_along" => {
            Asked::json(json!({"line": [[36.82, -1.29], [36.07, -0.30]]})).showing(NAIROBI)
        }
        _ => return None,
    })
}
