//! The slow model: every clearance decided again from nothing, and what c.11 makes of it by its
//! words.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use safeconduct::atlas::Atlas;
use safeconduct::decision::{SurveySettings, decide, survey};
use safeconduct::model::{AreaId, Decision, Effect, EvidenceBody, Outcome, ReasonCode};
use tokio_postgres::Client;
use uuid::Uuid;

/// A clearance as the model has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Own {
    pub(super) trip: Uuid,
    person: Uuid,
    area: String,
    arrive: jiff::civil::Date,
    arrive_at: Timestamp,
    submitted_at: Timestamp,
    state: String,
    prior: Option<String>,
}

pub(super) async fn stored(client: &Client) -> BTreeMap<Uuid, Own> {
    let rows = "SELECT clearance_id, trip_id, person_id, area_id, arrive, arrive_at, \
                submitted_at, state, prior_state FROM clearance";
    let rows = client.query(rows, &[]).await.unwrap();
    let own = |row: &tokio_postgres::Row| Own {
        trip: row.get(1),
        person: row.get(2),
        area: row.get(3),
        arrive: row.get(4),
        arrive_at: row.get(5),
        submitted_at: row.get(6),
        state: row.get(7),
        prior: row.get(8),
    };
    rows.iter().map(|row| (row.get(0), own(row))).collect()
}

/// Clearances that are decided by an area: in it, or near enough to have read it.
pub(super) async fn concerned(client: &Client, area: &AreaId) -> BTreeSet<Uuid> {
    let rows = "SELECT clearance_id FROM clearance WHERE area_id = $1 \
                UNION SELECT clearance_id FROM clearance_reads WHERE area_id = $1";
    client.query(rows, &[&area.as_str()]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

pub(super) async fn evidences(client: &Client) -> BTreeMap<Uuid, EvidenceBody> {
    let rows = "SELECT t.trip_id, e.body FROM trip t JOIN evidence e USING (evidence_id)";
    let rows = client.query(rows, &[]).await.unwrap();
    let body = |row: &tokio_postgres::Row| serde_json::from_slice(row.get(1)).unwrap();
    rows.iter().map(|row| (row.get(0), body(row))).collect()
}

/// What has changed, and when it is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change<'c> {
    pub(super) cause: &'c str,
    /// Whether the change is one of an area that the clearance is decided by.
    pub(super) concerns: bool,
    pub(super) now: Timestamp,
}

/// What c.11 makes of one clearance, from the words: a change of status, mode, level or courses.
fn becomes(own: &Own, decision: &Decision, atlas: &Atlas, change: Change<'_>) -> Own {
    let Change { cause, concerns, now } = change;
    let stay = decision.clearances.iter().find(|one| {
        one.person_id.0 == own.person
            && one.area_id.as_ref().is_some_and(|area| area.as_str() == own.area)
            && one.arrive == own.arrive
    });
    let stay = stay.unwrap();
    let outcomes: Vec<(Outcome, ReasonCode)> = stay
        .findings
        .iter()
        .filter_map(|found| match found.effect {
            Effect::Outcome(outcome) => Some((outcome, found.reason)),
            Effect::Warning => None,
        })
        .collect();
    let says = |wanted: &[ReasonCode]| outcomes.iter().any(|(_, reason)| wanted.contains(reason));
    let frozen = says(&[
        ReasonCode::AreaSuspended,
        ReasonCode::AreaClosed,
        ReasonCode::FenceDeny,
        ReasonCode::FenceMscr,
        ReasonCode::RiskUnacceptable,
    ]);
    let untrained = says(&[ReasonCode::TrainingSsafeMissing, ReasonCode::TrainingOtherMissing]);
    let asks = stay.outcome > Outcome::Auto;
    let area = atlas.area(&own.area.as_str().into()).unwrap();
    let hours = i64::from(area.policy.lead_time_hours_manual);
    let near = own.arrive_at.duration_since(now) < jiff::SignedDuration::from_hours(hours);
    let to = |state: &str, prior: Option<&str>| Own {
        state: state.to_owned(),
        prior: prior.map(str::to_owned),
        ..own.clone()
    };
    match own.state.as_str() {
        "cleared" | "approved" if frozen => to("suspended", Some(&own.state)),
        // a level that rose near the departure let it stand: another area's policy takes nothing
        "cleared" | "approved" if untrained && cause == "policy" && concerns => {
            to("suspended", Some(&own.state))
        }
        "cleared" if asks && !near => to("pending_review", None),
        "suspended" if !frozen && !untrained => match (cause, own.prior.as_deref()) {
            ("reopened", Some("approved")) => to("approved", None),
            ("reopened", Some("cleared")) if !asks => to("cleared", None),
            _ => to("pending_review", None),
        },
        _ => own.clone(),
    }
}

/// What a clearance is after a change, in the world as it is then.
pub(super) fn after(own: &Own, body: &EvidenceBody, atlas: &Atlas, change: Change<'_>) -> Own {
    let EvidenceBody { trip, facts, .. } = body;
    let settings = SurveySettings { near_margin_km: 2.0, world_stale: false };
    let terrain = survey(&trip.itinerary, atlas, &settings);
    let mut facts = facts.clone();
    facts.now = own.submitted_at;
    becomes(own, &decide(trip, &facts, &terrain), atlas, change)
}
