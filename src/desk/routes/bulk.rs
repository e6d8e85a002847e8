//! Up to 200 decisions at once.

use std::collections::BTreeSet;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::super::bulk::Entry;
use super::{desker, form};
use crate::access::Deed;
use crate::desk::{AnsweredItem, Desk, DeskError};
use crate::model::{Claim, ClearanceId};
use crate::web::{
    Caller, Faults, Field, IdempotencyKey, JsonBody, Object, Problem, ProblemBody, note, read_value,
};

/// Decisions in one request at most.
const MOST: usize = 200;

/// Many decisions.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "the schema of the body; it is read field by field")]
pub(super) struct DecideIn {
    /// 1 to 200, each of another item.
    items: Vec<DecideEntryIn>,
}

/// One of them: its item, what is done, and the fields of that deed.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "the schema of the body; it is read field by field")]
pub(super) struct DecideEntryIn {
    /// The item.
    clearance_id: Uuid,
    /// `recommend`, `approve`, `deny`, `return`, `escalate`, `waive` or `revoke`.
    action: String,
    /// The version that is decided; any where it is left out.
    version: Option<i32>,
    /// Why, by code.
    reason_codes: Option<Vec<String>>,
    /// For everybody concerned.
    text_for_traveller: Option<String>,
    /// For the chain alone.
    restricted_text: Option<String>,
    /// `favourable` or `unfavourable`, of a recommendation.
    advice: Option<String>,
    /// What a yes obliges to.
    conditions: Option<Vec<form::ConditionIn>>,
    /// Above the ceiling.
    override_ceiling: Option<form::OverrideIn>,
    /// Which course is waived; may be left out where one alone is missing.
    course: Option<String>,
    /// The delegation to be used, and no other power.
    delegation_id: Option<Uuid>,
    /// In an emergency.
    emergency: Option<bool>,
}

/// What came of one.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DecideResult {
    /// The item.
    clearance_id: Uuid,
    /// The status its own request would have had.
    status: u16,
    /// The decision, where it was written.
    #[schema(value_type = Option<Object>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<Value>,
    /// Why not, where it was not.
    #[schema(value_type = Option<Object>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemBody>,
}

/// What came of each, in the order of the request.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DecideResults {
    /// One an item.
    results: Vec<DecideResult>,
}

/// Decides up to 200 items, or takes back what was given; each stands for itself.
#[utoipa::path(
    tag = "approvals",
    params(("Idempotency-Key" = String, Header, description = "1 to 255 visible characters")),
    request_body = DecideIn,
    responses((status = 200, body = DecideResults))
)]
#[post("/v1/approvals/decide")]
pub(super) async fn decide_approvals(
    request: HttpRequest,
    caller: Caller,
    desk: Data<Desk>,
    key: IdempotencyKey,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let desker = desker(&caller)?;
    let entries = entries(&body.0, desker.principal().identity, &key.0)?;
    note(&request, "items", entries.len());
    let results = desk.decide_many(&desker, &entries).await?;
    let results = entries.iter().zip(results).map(|(entry, result)| outcome(entry, result));
    Ok(HttpResponse::Ok().json(DecideResults { results: results.collect() }))
}

fn outcome(entry: &Entry, result: Result<AnsweredItem, DeskError>) -> DecideResult {
    let clearance_id = entry.clearance_id.0;
    match result {
        Ok(AnsweredItem { answer, .. }) => DecideResult {
            clearance_id,
            status: answer.status,
            decision: serde_json::from_slice(&answer.body).ok(),
            problem: None,
        },
        Err(error) => {
            let problem = Problem::from(error).body(None);
            DecideResult {
                clearance_id,
                status: problem.status,
                decision: None,
                problem: Some(problem),
            }
        }
    }
}

fn entries(body: &[u8], principal: Uuid, key: &str) -> Result<Vec<Entry>, Problem> {
    let value = read_value(body)?;
    let faults = Faults::new();
    let read = Object::body(&value, &faults).map(|mut object| {
        let items = object.field("items").required().list(1..=MOST).unwrap_or_default();
        let mut known = BTreeSet::new();
        let entries = items.iter().filter_map(|field| entry(field, principal, key, &mut known));
        let entries: Vec<Entry> = entries.collect();
        object.finish();
        entries
    });
    faults.settle(read)
}

fn entry(
    field: &Field<'_>,
    principal: Uuid,
    key: &str,
    known: &mut BTreeSet<Uuid>,
) -> Option<Entry> {
    let mut object = field.object()?;
    let id = object.field("clearance_id").required();
    let clearance_id: Option<Uuid> = id.parse("a clearance_id");
    if clearance_id.is_some_and(|one| !known.insert(one)) {
        id.fault("REPEATED", "is decided twice in one request");
    }
    let version = object.field("version").integer(1..=i64::from(i32::MAX));
    let deed = deed(&object.field("action").required());
    let wish = form::wish(&mut object, deed.unwrap_or(Deed::Approve));
    object.finish();
    let (clearance_id, _) = (clearance_id?, deed?);
    // each decision has its own answer under the request's key
    let own = format!("{key}#{clearance_id}");
    let text = field.value().map(ToString::to_string).unwrap_or_default();
    Some(Entry {
        clearance_id: ClearanceId(clearance_id),
        wish,
        claim: Claim::of(principal, "POST", "/v1/approvals/decide", &own, text.as_bytes()),
        version: version.and_then(|version| i32::try_from(version).ok()),
    })
}

fn deed(field: &Field<'_>) -> Option<Deed> {
    let name = field.text(1..=20)?;
    let deeds = [
        Deed::Recommend,
        Deed::Approve,
        Deed::Deny,
        Deed::Return,
        Deed::Escalate,
        Deed::Waive,
        Deed::Revoke,
    ];
    let found = deeds.into_iter().find(|deed| deed.as_str() == name);
    if found.is_none() {
        field.fault("CHOICE", "is not one of the actions that are known here");
    }
    found
}
