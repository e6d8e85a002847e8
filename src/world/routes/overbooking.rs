//! A place above a ceiling, permitted ahead of the decision.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::WorldParts;
use super::areas::named;
use super::ceilings::{Sight, sight};
use crate::access::act;
use crate::decision::RULESET_VERSION;
use crate::model::{
    Actor, AreaId, Authority, Capacity, Change, Claim, ClearanceId, Committed, Overbooking,
    PersonId, Record, Role, RuleId, SavedAnswer, Seen,
};
use crate::web::{
    Caller, Faults, IdempotencyKey, JsonBody, Kind, Object, Problem, read_value, saved_answer,
};
use crate::world::ceilings::{Permissible, permissible};

const ROUTE: &str = "/v1/areas/{area_id}/ceilings/override";
/// The rule by which it is refused.
const OVERBOOKING: RuleId = RuleId("R-506");
const CREATED: u16 = 201;

/// Which clearance may go above the ceiling, and why.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(super) struct OverrideBody {
    /// A clearance of the area that waits for a decision.
    clearance_id: Uuid,
    /// Why; shown in reports.
    reason: String,
}

/// The permission as it was recorded.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OverridePermitted {
    /// The permission.
    override_id: Uuid,
    /// Area whose ceiling it is.
    #[schema(value_type = String)]
    area_id: AreaId,
    /// Clearance that may go above.
    #[schema(value_type = Uuid)]
    clearance_id: ClearanceId,
    /// Why.
    reason: String,
    /// By whom.
    #[schema(value_type = Uuid)]
    by: PersonId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// Permits a clearance that waits to take its places above the ceiling: whoever decides it may then
/// approve it. Only the role that the area's policy names may; the reason is shown in reports.
#[utoipa::path(
    tag = "world",
    params(
        ("area_id" = String, Path, description = "The id, percent-encoded"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
    ),
    request_body = OverrideBody,
    responses(
        (status = 201, body = OverridePermitted),
        (status = 403, body = crate::web::ProblemBody, description = "`NOT_AUTHORIZED` by R-506"),
        (status = 409, body = crate::web::ProblemBody, description = "`ALREADY_DECIDED`"),
    )
)]
#[post("/v1/areas/{area_id}/ceilings/override")]
pub(super) async fn add_ceiling_override(
    caller: Caller,
    parts: Data<WorldParts>,
    area_id: Path<String>,
    key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::Decide>()?;
    let by = pass.principal().person().ok_or_else(|| Problem::new(Kind::Forbidden))?;
    let (clearance_id, reason) = wish(&body)?;
    let atlas = parts.atlas.load();
    let area = named(&atlas, &area_id)?;
    if !matches!(sight(pass.scope(), area), Some(Sight::Whole)) {
        return Err(Problem::new(Kind::Forbidden));
    }
    let found = permissible(&parts.database, area.id(), clearance_id, by).await?;
    let found = found.ok_or_else(Problem::hidden)?;
    let claim = Claim::of(pass.principal().identity, "POST", ROUTE, &key.0, &body);
    let permitted = OverridePermitted {
        override_id: Uuid::now_v7(),
        area_id: area.id().clone(),
        clearance_id,
        reason,
        by,
        at: found.now,
    };
    let record = record(&permitted, &found, claim, atlas.version())?;
    let answer = record.change.answer.clone();
    match parts.recorder.commit(record).await? {
        Committed::Written { .. } => {
            let body = answer.map(|answer| answer.body.to_vec()).unwrap_or_default();
            let mut response = saved_answer(CREATED, body);
            response.headers_mut().remove("idempotent-replayed");
            Ok(response)
        }
        Committed::Replayed(answer) => Ok(saved_answer(answer.status, answer.body.to_vec())),
        Committed::KeyReused => Err(Problem::new(Kind::Unprocessable)
            .code("IDEMPOTENCY_KEY_REUSED")
            .detail("the key stands for another body")),
        Committed::NotAuthorized { rule } => Err(not_authorized(rule)),
        Committed::MoveLost(lost) => {
            let lost = lost.first();
            Err(Problem::new(Kind::Conflict)
                .code("ALREADY_DECIDED")
                .with("by", json!(lost.and_then(|lost| lost.by)))
                .with("at", json!(lost.and_then(|lost| lost.at))))
        }
        Committed::Stale { .. }
        | Committed::Overlap(_)
        | Committed::Held(_)
        | Committed::CeilingFull { .. }
        | Committed::ReferenceTaken => Err(Problem::new(Kind::Unavailable)),
    }
}

fn not_authorized(rule: RuleId) -> Problem {
    Problem::new(Kind::Forbidden)
        .code("NOT_AUTHORIZED")
        .detail("the area's policy gives this to another role")
        .with("rule", rule.0)
}

/// What is written: the permission, in the capacity that the policy asks for.
fn record(
    permitted: &OverridePermitted,
    found: &Permissible,
    claim: Claim,
    world_version: i64,
) -> Result<Record, Problem> {
    let (appointment, role, ad_interim) = found.power.ok_or_else(|| not_authorized(OVERBOOKING))?;
    let capacity = if ad_interim {
        Capacity::AdInterim
    } else if matches!(role, Role::DesignatedOfficial | Role::Usg) {
        Capacity::Own
    } else {
        Capacity::Policy(found.policy_version)
    };
    let actor = Actor { capacity, person_id: Some(permitted.by) };
    let mut change = Change::empty(found.now, actor, world_version, RULESET_VERSION);
    change.authority = Some(Authority {
        appointment_id: Some(appointment),
        delegation_id: None,
        areas: vec![permitted.area_id.clone()],
    });
    change.overbookings = vec![Overbooking {
        override_id: permitted.override_id,
        clearance_id: permitted.clearance_id,
        trip_id: found.trip_id,
        reason: permitted.reason.clone(),
    }];
    let body = serde_json::to_vec(permitted).map_err(|error| Problem::internal(&error))?;
    let headers = Vec::new();
    change.answer = Some(SavedAnswer { status: CREATED, headers, body: body.into() });
    Ok(Record { seen: Seen::default(), claim: Some(claim), change })
}

/// The wish of a body.
fn wish(body: &[u8]) -> Result<(ClearanceId, String), Problem> {
    let value = read_value(body)?;
    let faults = Faults::new();
    let mut wish = None;
    if let Some(mut object) = Object::body(&value, &faults) {
        let clearance: Option<Uuid> = object.field("clearance_id").required().parse("a UUID");
        let reason = object.field("reason").required().text(1..=2000);
        wish = clearance.map(ClearanceId).zip(reason.map(str::to_owned));
        object.finish();
    }
    faults.settle(wish)
}
