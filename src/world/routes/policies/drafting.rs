//! Drafting a policy.

use std::sync::Arc;

use actix_web::http::header::ETAG;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, put};
use jiff::Timestamp;
use utoipa::ToSchema;

use super::answer::PolicyOut;
use super::keys::PolicyKeys;
use super::reading;
use crate::access::act;
use crate::model::{AreaId, AreaPolicy, Cause, PersonId, PolicyTemplate};
use crate::web::{
    Caller, ETag, Faults, IfMatch, JsonBody, Kind, Object, Preview, Problem, read_value,
};
use crate::world::policies::{Draft, save_draft, to_draft, versions};
use crate::world::preview::{Edit, Foreseen, foresee};
use crate::world::routes::WorldParts;
use crate::world::routes::areas::named;

/// A policy as it shall be.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(super) struct PolicyBody {
    /// Start from `open`, `watched`, `controlled`, `restricted`, `mscr` or `closed` instead of the
    /// policy in force; ceilings, lodging list and who decides are kept.
    template: Option<String>,
    /// From when; from its approval by default.
    #[schema(format = DateTime)]
    effective_from: Option<String>,
    /// When it is to be looked at again; as the policy in force by default.
    #[schema(format = DateTime)]
    review_at: Option<String>,
    /// Why.
    change_note: Option<String>,
    /// The meeting of the security management team that spoke of it.
    smt_minutes_ref: Option<String>,
    #[schema(inline)]
    #[serde(flatten)]
    keys: PolicyKeys,
}

/// The draft, or what the policy would do.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes the answer, which is one of the two")]
enum PolicyChangeAnswer {
    Saved(PolicyOut),
    Foreseen(Foreseen),
}

/// Saves a draft of an area's policy: the keys given, over a template or the policy in force. It
/// changes nothing until it is approved. The adviser of the area, its official or headquarters
/// drafts. What would be the policy in force again is answered as it is, with 200.
#[utoipa::path(
    tag = "world",
    params(
        ("area_id" = String, Path, description = "The id, percent-encoded"),
        ("If-Match" = String, Header, description = "The area's `ETag`, or `*`"),
        ("preview" = Option<bool>, Query, description = "Only say what it would do in force"),
    ),
    request_body = PolicyBody,
    responses(
        (status = 200, body = PolicyChangeAnswer, description = "Nothing differs, or a preview"),
        (status = 201, body = PolicyOut, description = "The draft"),
        (status = 403, body = crate::web::ProblemBody, description = "`NO_OFFICE`"),
        (status = 409, body = crate::web::ProblemBody, description = "`OVERTAKEN`"),
    )
)]
#[expect(clippy::too_many_arguments, reason = "a handler's arguments are what it reads")]
#[put("/v1/areas/{area_id}/policy")]
pub(super) async fn put_policy(
    caller: Caller,
    parts: Data<WorldParts>,
    area_id: Path<String>,
    if_match: IfMatch,
    Preview(preview): Preview,
    JsonBody(body): JsonBody,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ProposeLevel>()?;
    let by = pass.principal().person().ok_or_else(|| Problem::new(Kind::Forbidden))?;
    let area_id = named(&parts.atlas.load(), &area_id)?.id().clone();
    let in_force = to_draft(&parts.database, &area_id, by).await?;
    let draft = wish(&body, &in_force, (by, parts.clock.now()))?;
    let permit = |revision: i64| if_match.permit(&ETag::of_version(revision));
    if preview {
        let atlas = parts.atlas.load();
        permit(atlas.area(&area_id).map_or(0, |area| area.state.revision))?;
        return foreseen(&parts, &area_id, draft.policy).await;
    }
    let saved = save_draft::<Problem>(&parts.database, &area_id, &draft, permit).await?;
    let version = saved.unwrap_or(in_force.version);
    let found = versions(&parts.database, &area_id, (Some(version), None), 1).await?;
    let found = found.first().ok_or_else(Problem::hidden)?;
    let revision = parts.atlas.load().area(&area_id).map(|area| area.state.revision);
    let tag = ETag::of_version(revision.unwrap_or_default());
    let mut answer = if saved.is_some() { HttpResponse::Created() } else { HttpResponse::Ok() };
    answer.insert_header((ETAG, tag.as_str()));
    Ok(answer.json(PolicyOut::of(&area_id, found)?))
}

/// What a policy would do to live clearances, were it in force now.
pub(super) async fn foreseen(
    parts: &WorldParts,
    area_id: &AreaId,
    policy: AreaPolicy,
) -> Result<HttpResponse, Problem> {
    let atlas = parts.atlas.load();
    let area = atlas.area(area_id).ok_or_else(Problem::hidden)?;
    let AreaPolicy { version, effective_from, .. } = *area.policy;
    if *area.policy == (AreaPolicy { version, effective_from, ..policy.clone() }) {
        return Ok(HttpResponse::Ok().json(Foreseen::nothing(Cause::Policy, area_id)));
    }
    let (area_id, state) = (area_id.clone(), area.state.clone());
    let edit = Edit::Area { area_id, state, policy: Arc::new(policy) };
    Ok(HttpResponse::Ok().json(foresee(parts, &edit, Cause::Policy).await?))
}

/// The draft of a body, over a template or the policy in force.
fn wish(
    body: &[u8],
    in_force: &AreaPolicy,
    (by, now): (PersonId, Timestamp),
) -> Result<Draft, Problem> {
    let value = read_value(body)?;
    let faults = Faults::new();
    let mut draft = None;
    if let Some(mut object) = Object::body(&value, &faults) {
        let template: Option<PolicyTemplate> = object.field("template").choice();
        let mut policy = template.map_or_else(|| in_force.clone(), |one| one.of(in_force));
        let [effective_from, review_at] = ["effective_from", "review_at"].map(|name| {
            let field = object.field(name);
            let time = field.timestamp();
            if time.is_some_and(|time| time <= now) {
                field.fault("RANGE", "must be in the future");
            }
            time
        });
        let change_note = object.field("change_note").text(1..=2000).map(str::to_owned);
        let minutes = object.field("smt_minutes_ref").text(1..=200).map(str::to_owned);
        reading::read(&mut object, &mut policy);
        let ceilings = object.field("ceilings");
        if template.is_some_and(PolicyTemplate::needs_ceilings) && policy.ceilings.is_unlimited() {
            ceilings.fault("REQUIRED", "is needed: a restricted area has ceilings");
        }
        object.finish();
        draft = Some(Draft {
            policy,
            based_on: in_force.version,
            template,
            effective_from,
            review_at,
            change_note,
            smt_minutes_ref: minutes,
            by,
        });
    }
    faults.settle(draft)
}
