//! The map as vector tiles.

use actix_web::http::header::{CACHE_CONTROL, ETAG};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};

use super::{WorldParts, may_read};
use crate::web::{Caller, ETag, Problem, ProblemBody};
use crate::world::tiles::{Tile, TileError};

const VECTOR_TILE: &str = "application/vnd.mapbox-vector-tile";

/// A tile of the map (Mapbox Vector Tile 2.1): the layer `areas` with `area_id`, `name`, `country`,
/// `level` and `status`, and the layer `fences` with `fence_id`, `name`, `kind`, `effect` and
/// validity. What is too small to be seen is left out of the areas; a fence is then a small square.
/// At most 5,000 fences, the strictest first. The map decides nothing: `/v1/areas/at` does.
#[utoipa::path(
    tag = "world",
    params(
        ("z" = u8, Path, description = "Level, 0 to 14"),
        ("x" = u32, Path, description = "Column, from the west"),
        ("y" = u32, Path, description = "Row, from the north"),
    ),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/vnd.mapbox-vector-tile",
            headers(("ETag" = String))),
        (status = 304, description = "As you know it"),
        (status = 404, body = ProblemBody, description = "No such tile"),
    )
)]
#[get("/v1/tiles/{z}/{x}/{y}.mvt")]
pub(super) async fn get_tile(
    request: HttpRequest,
    caller: Caller,
    parts: Data<WorldParts>,
    path: Path<(String, String, String)>,
) -> Result<HttpResponse, Problem> {
    may_read(&caller)?;
    let (level, column, row) = path.into_inner();
    let number = |text: &str| text.parse::<u32>().ok();
    let level = level.parse::<u8>().ok();
    let tile = level.zip(number(&column)).zip(number(&row));
    let tile = tile.and_then(|((level, column), row)| Tile::new(level, column, row));
    let tile = tile.ok_or_else(Problem::hidden)?;
    let atlas = parts.atlas.load();
    let tag = ETag::of_version(atlas.version());
    if tag.is_known_to(&request) {
        return Ok(HttpResponse::NotModified().insert_header((ETAG, tag.as_str())).finish());
    }
    let body = parts.tiles.tile(&parts.database, &atlas, tile).await?;
    Ok(HttpResponse::Ok()
        .insert_header((ETAG, tag.as_str()))
        // the map may have moved on: ask, and mostly hear that it has not
        .insert_header((CACHE_CONTROL, "private, no-cache"))
        .content_type(VECTOR_TILE)
        .body(body))
}

impl From<TileError> for Problem {
    fn from(error: TileError) -> Self {
        match error {
            TileError::Load(error) => Self::from(error),
            TileError::GivenUp(_) => Self::internal(&error),
        }
    }
}
