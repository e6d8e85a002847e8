//! Packs for phones: an area to be asked without a network, and what changed of it.

use actix_web::http::header::{CACHE_CONTROL, ETAG};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use serde_json::json;

use super::areas::named;
use super::{WorldParts, may_read};
use crate::web::{Caller, ETag, Problem, read_query};
use crate::world::packs::PackError;

const JOSE: &str = "application/jose";

/// An area's pack, for phones where there is no network: a JSON Web Signature (RFC 7515, compact,
/// Ed25519) whose payload is `{"type": "pack", "pack": {…}}`: the exact border as coarse cells and
/// strips of edges, how the area stands, and the fences that touch it. With `since`, the
/// `world_version` of an older pack, the payload is `{"type": "patch", "area_id", "since",
/// "patch": {…}}`, a JSON Merge Patch (RFC 7396) that makes of that pack this one; a whole pack
/// where the older one is of other data. The pack is as old as it is: decisions are made here.
#[utoipa::path(
    tag = "world",
    params(
        ("area_id" = String, Path, description = "The id, percent-encoded"),
        ("since" = Option<i64>, Query, description = "`world_version` of the pack that is known"),
    ),
    responses(
        (status = 200, body = String, content_type = "application/jose",
            headers(("ETag" = String))),
        (status = 304, description = "As you know it"),
    )
)]
#[get("/v1/packs/{area_id}")]
pub(super) async fn get_pack(
    request: HttpRequest,
    caller: Caller,
    parts: Data<WorldParts>,
    area_id: Path<String>,
) -> Result<HttpResponse, Problem> {
    may_read(&caller)?;
    let since =
        read_query(&request, |query| query.field("since").parse::<i64>("a version of the world"))?;
    let atlas = parts.atlas.load();
    let area = named(&atlas, &area_id)?.id();
    let tag = ETag::of_version(atlas.version());
    if tag.is_known_to(&request) {
        return Ok(HttpResponse::NotModified().insert_header((ETAG, tag.as_str())).finish());
    }
    let (packs, database) = (&parts.packs, &parts.database);
    let patch = match since {
        Some(since) => packs.since(database, &atlas, area, since).await?,
        None => None,
    };
    let signed = match patch {
        Some(patch) => patch,
        None => packs.whole(database, &atlas, area).await?.ok_or_else(Problem::hidden)?,
    };
    Ok(HttpResponse::Ok()
        .insert_header((ETAG, tag.as_str()))
        .insert_header((CACHE_CONTROL, "private, no-cache"))
        .content_type(JOSE)
        .body(signed.0))
}

/// What packs are signed with, as a JSON Web Key Set: a phone keeps it.
#[utoipa::path(
    tag = "world",
    responses(
        (status = 200, body = serde_json::Value, description = "`{\"keys\": […]}`, of RFC 8037"),
    )
)]
#[get("/v1/packs/keys")]
pub(super) async fn get_pack_keys(
    caller: Caller,
    parts: Data<WorldParts>,
) -> Result<HttpResponse, Problem> {
    may_read(&caller)?;
    let key = parts.packs.key(&parts.database).await?;
    Ok(HttpResponse::Ok().json(json!({"keys": [key.public()]})))
}

impl From<PackError> for Problem {
    fn from(error: PackError) -> Self {
        match error {
            PackError::Load(error) => Self::from(error),
            PackError::Database(error) => Self::from(error),
            other @ (PackError::Key | PackError::Encoding(_) | PackError::GivenUp(_)) => {
                Self::internal(&other)
            }
        }
    }
}
