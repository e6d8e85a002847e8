//! Batches that decide live clearances again: following them, and waking one that rests.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::WorldParts;
use crate::access::{Scope, act};
use crate::model::{AreaId, Cause, ClearanceId, PersonId};
use crate::web::{Caller, IdempotencyKey, Listed, Page, Problem, note};
use crate::world::preview::Foreseen;
use crate::world::redecisions::{BatchPlace, BatchRow, batch, batches, near_departures, so_far};

/// A batch: what it was asked for, how far it is, what was foreseen and what was done.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BatchAnswer {
    /// Its id.
    redecision_id: Uuid,
    /// `waiting`, `under_way` or `settled`.
    state: &'static str,
    /// What changed.
    cause: Cause,
    /// Areas that changed.
    #[schema(value_type = Vec<String>)]
    areas: Vec<AreaId>,
    /// The person of whom something changed.
    #[schema(value_type = Option<Uuid>)]
    person_id: Option<PersonId>,
    /// Version of the world in which the change is.
    world_version: i64,
    /// Who made the change; null for the program itself.
    #[schema(value_type = Option<Uuid>)]
    requested_by: Option<PersonId>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    requested_at: Timestamp,
    /// When the batch began.
    #[schema(value_type = Option<String>, format = DateTime)]
    began_at: Option<Timestamp>,
    /// When the clearances it touches were known.
    #[schema(value_type = Option<String>, format = DateTime)]
    listed_at: Option<Timestamp>,
    /// When it was known what becomes of each, before anything moved.
    #[schema(value_type = Option<String>, format = DateTime)]
    decided_at: Option<Timestamp>,
    /// When the last of it was written.
    #[schema(value_type = Option<String>, format = DateTime)]
    settled_at: Option<Timestamp>,
    /// Clearances it touches.
    listed: i64,
    /// Clearances that are done.
    done: i64,
    /// The dry counts, before anything moved.
    #[schema(value_type = Option<Foreseen>)]
    foreseen: Option<Box<RawValue>>,
    /// What was done, in the same form; null until it is settled.
    #[schema(value_type = Option<Foreseen>)]
    applied: Option<Box<RawValue>>,
    /// What is done so far, while it is under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    so_far: Option<Foreseen>,
}

impl BatchAnswer {
    fn of(row: BatchRow, so_far: Option<Foreseen>) -> Self {
        let state = match (row.began_at, row.settled_at) {
            (_, Some(_)) => "settled",
            (Some(_), None) => "under_way",
            (None, None) => "waiting",
        };
        // the counts are written by this program alone
        let counts = |text: Option<String>| RawValue::from_string(text?).ok();
        Self {
            redecision_id: row.redecision_id,
            state,
            cause: row.cause,
            areas: row.areas,
            person_id: row.person_id,
            world_version: row.world_version,
            requested_by: row.requested_by,
            requested_at: row.requested_at,
            began_at: row.began_at,
            listed_at: row.listed_at,
            decided_at: row.decided_at,
            settled_at: row.settled_at,
            listed: row.listed,
            done: row.done,
            foreseen: counts(row.foreseen),
            applied: counts(row.applied),
            so_far,
        }
    }
}

/// A near departure that stands.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NearAnswer {
    /// The clearance.
    #[schema(value_type = Uuid)]
    clearance_id: ClearanceId,
}

/// Batches that decided or decide live clearances again, the latest first: those that touch the
/// caller's areas.
#[utoipa::path(
    tag = "world",
    params(
        ("limit" = Option<u16>, Query, description = "1 to 200, 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses((status = 200, body = Listed<BatchAnswer>))
)]
#[get("/v1/redecisions")]
pub(super) async fn list_redecisions(
    request: HttpRequest,
    caller: Caller,
    parts: Data<WorldParts>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ReadRedecisions>()?;
    let page = Page::<BatchPlace>::only(&request)?;
    let rows = batches(&parts.database, pass.scope(), page.after, page.limit + 1).await?;
    let place = |last: &BatchRow| -> BatchPlace { (last.requested_at, last.redecision_id) };
    let Listed { items, next_cursor } = Listed::of(rows, page.limit, place);
    let items = items.into_iter().map(|row| BatchAnswer::of(row, None)).collect();
    Ok(HttpResponse::Ok().json(Listed { items, next_cursor }))
}

/// A batch with its counts. The id of any change that it is made of finds it.
#[utoipa::path(
    tag = "world",
    params(("redecision_id" = Uuid, Path, description = "Of the batch, or of a change in it")),
    responses((status = 200, body = BatchAnswer))
)]
#[get("/v1/redecisions/{redecision_id}")]
pub(super) async fn get_redecision(
    caller: Caller,
    parts: Data<WorldParts>,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ReadRedecisions>()?;
    let row = in_sight(&parts, pass.scope(), &id).await?;
    Ok(HttpResponse::Ok().json(answer(&parts, row).await?))
}

/// Near departures that stand though a person would be asked now, for the area's official.
#[utoipa::path(
    tag = "world",
    params(
        ("redecision_id" = Uuid, Path, description = "Of the batch, or of a change in it"),
        ("limit" = Option<u16>, Query, description = "1 to 200, 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses((status = 200, body = Listed<NearAnswer>))
)]
#[get("/v1/redecisions/{redecision_id}/near")]
pub(super) async fn list_near_departures(
    request: HttpRequest,
    caller: Caller,
    parts: Data<WorldParts>,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ReadRedecisions>()?;
    let page = Page::<ClearanceId>::only(&request)?;
    let row = in_sight(&parts, pass.scope(), &id).await?;
    let near = near_departures(&parts.database, &row, page.after, page.limit + 1).await?;
    let Listed { items, next_cursor } = Listed::of(near, page.limit, |last| *last);
    let items = items.into_iter().map(|clearance_id| NearAnswer { clearance_id }).collect();
    Ok(HttpResponse::Ok().json(Listed { items, next_cursor }))
}

/// Wakes a batch that rests: whoever decides again takes it up at once, where it was. Nothing is
/// moved or told twice. A batch that is settled stays as it is.
#[utoipa::path(
    tag = "world",
    params(
        ("redecision_id" = Uuid, Path, description = "Of the batch, or of a change in it"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
    ),
    responses((status = 200, body = BatchAnswer))
)]
#[post("/v1/redecisions/{redecision_id}/resume")]
pub(super) async fn resume_redecision(
    request: HttpRequest,
    caller: Caller,
    parts: Data<WorldParts>,
    id: Path<String>,
    _key: IdempotencyKey,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::SuspendArea>()?;
    let row = in_sight(&parts, pass.scope(), &id).await?;
    note(&request, "redecision_id", row.redecision_id.to_string());
    if row.settled_at.is_none() {
        parts.settle.notify_one();
    }
    Ok(HttpResponse::Ok().json(answer(&parts, row).await?))
}

async fn in_sight(parts: &WorldParts, scope: &Scope, id: &str) -> Result<BatchRow, Problem> {
    let id: Uuid = id.parse().map_err(|_malformed| Problem::hidden())?;
    batch(&parts.database, scope, id).await?.ok_or_else(Problem::hidden)
}

async fn answer(parts: &WorldParts, row: BatchRow) -> Result<BatchAnswer, Problem> {
    let under_way = row.began_at.is_some() && row.settled_at.is_none();
    let so_far = if under_way { Some(so_far(&parts.database, &row).await?) } else { None };
    Ok(BatchAnswer::of(row, so_far))
}
