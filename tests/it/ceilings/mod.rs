//! Ceilings (domain.md c.5): who takes the last place, who may go above, who waits, and that the
//! counts are what a recount finds.

mod acceptance;
mod approving;
mod counting;
mod listing;
mod waiting;

use safeconduct::model::{
    Actor, Capacity, ClearanceId, ClearanceState as S, Committed, Effect, MoveTo, Outcome,
    PlaceCheck, ReasonCode, Record, TripId,
};

use crate::record::fixture::{Draft, Setting, Stay, person};
use crate::record::moves::{clearances, moving, step};

/// Nobody who decides travels.
const DECIDER: u32 = 900;

/// The nights, and what clearances hold of them when they are counted one by one.
const RECOUNT: &str = "
    WITH held AS (
        SELECT area_id, night, split_part(k, ':', 1) AS kind, split_part(k, ':', 2) AS key,
            count(*) FILTER (WHERE place_hold(state) = 'binding') AS committed,
            count(*) FILTER (WHERE place_hold(state) = 'soft') AS soft, 0 AS away
        FROM clearance, unnest(place_nights) AS night, unnest(place_keys) AS k
        GROUP BY 1, 2, 3, 4
        UNION ALL
        SELECT away_area_id, night, split_part(k, ':', 1), split_part(k, ':', 2), 0, 0,
            count(*) FILTER (WHERE place_hold(state) = 'binding')
        FROM clearance, unnest(away_nights) AS night, unnest(away_keys) AS k
        GROUP BY 1, 2, 3, 4
    ),
    counted AS (
        SELECT area_id, night, kind, key, sum(committed) AS committed, sum(soft) AS soft,
            sum(away) AS away
        FROM held GROUP BY 1, 2, 3, 4
    )
    SELECT coalesce(n.area_id, h.area_id) || ' ' || coalesce(n.night, h.night)::text
    FROM night_count AS n
    FULL JOIN counted AS h
        ON h.area_id = n.area_id AND h.night = n.night AND h.kind = n.key_kind AND h.key = n.key
    WHERE (coalesce(n.committed, 0), coalesce(n.soft, 0), coalesce(n.away, 0))
        <> (coalesce(h.committed, 0), coalesce(h.soft, 0), coalesce(h.away, 0))";

/// Fails unless the counts are what clearances hold.
pub(crate) async fn recount(client: &tokio_postgres::Client) {
    let rows = client.query(RECOUNT, &[]).await.unwrap();
    let wrong: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert!(wrong.is_empty(), "counts differ from a recount: {wrong:?}");
}

/// Sets the ceilings of area 1, as the policy in force has them.
async fn ceilings(setting: &Setting, ceilings: &str) {
    let body: serde_json::Value =
        serde_json::from_str(&format!("{{\"ceilings\": {ceilings}}}")).unwrap();
    let sql = "UPDATE area_policy SET body = $1 WHERE area_id = 'AAA-1'";
    setting.client().await.execute(sql, &[&body]).await.unwrap();
}

/// Submits a stay that found no place, and answers its trip and clearance.
async fn waiting(setting: &Setting, stay: Stay) -> (TripId, ClearanceId) {
    let draft = Draft::of([stay.state(S::PendingReview)]);
    let mut record = draft.record();
    for new in &mut record.change.trip.as_mut().unwrap().clearances {
        for found in &mut new.decision.findings {
            found.effect = Effect::Outcome(Outcome::Manual);
            found.reason = ReasonCode::CeilingFull;
        }
    }
    setting.written(record).await;
    (draft.trip_id, clearances(setting, draft.trip_id).await[0])
}

/// The decision of a person on one clearance.
fn decision(
    who: u32,
    (trip, clearance): (TripId, ClearanceId),
    to: S,
    places: PlaceCheck,
) -> Record {
    let from: Vec<S> = S::ALL
        .iter()
        .copied()
        .filter(|from| from.may_become(to, safeconduct::model::Mover::Person))
        .collect();
    let mut step = step(trip, clearance, &from, MoveTo::State(to));
    step.places = places;
    moving(Actor { capacity: Capacity::Own, person_id: Some(person(who)) }, vec![step])
}

/// Approves within the ceiling.
async fn approve(setting: &Setting, who: u32, item: (TripId, ClearanceId)) -> Committed {
    let record = decision(who, item, S::Approved, PlaceCheck::Within);
    setting.recorder.commit(record).await.unwrap()
}

/// Appoints somebody to a role in area 1.
async fn appoint(setting: &Setting, who: u32, role: &str) {
    let sql = "INSERT INTO appointment (appointment_id, person_id, role, area_ids, letter_ref,
            recorded_by, confirmed_by, confirmed_at, valid_from, valid_to)
        VALUES (gen_random_uuid(), $1, $2, '{AAA-1}', 'test', gen_random_uuid(), gen_random_uuid(),
            sc_now(), sc_now() - interval '1 hour', sc_now() + interval '1 year')";
    setting.client().await.execute(sql, &[&person(who).0, &role]).await.unwrap();
}
