//! `/v1/fences`: drawing fences over the areas as GeoJSON, looking at them, taking them away.

mod answer;
mod body;
mod geometry;

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::{ETAG, LOCATION};
use actix_web::web::{Bytes, Data, Path, block};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, delete, get, post, put};
use uuid::Uuid;

use self::answer::{FeatureAnswer, FencePage, Told};
use self::body::{FenceBody, Wished, read};
use super::{WorldParts, may_read};
use crate::access::act;
use crate::atlas::Atlas;
use crate::model::{AreaId, Cause, Claim, FenceId, PersonId};
use crate::web::{
    Caller, ETag, IdempotencyKey, IfMatch, Kind, LargeJsonBody, Listed, Page, Preview, Problem,
    read_query,
};
use crate::world::fences::{
    FenceChange, FenceDrawn, FenceError, FenceFilter, FenceRefusal, draw_for, fences_on_record,
    plan_for, redraw_for, remove_for,
};
use crate::world::preview::{Edit, Foreseen, foresee};

const GEOJSON: &str = "application/geo+json";
const ROUTE: &str = "/v1/fences";
/// How long the answer waits for the loaded world to show the change.
const PATIENCE: Duration = Duration::from_secs(2);

/// Fences on record, in order of id.
#[utoipa::path(
    tag = "world",
    params(
        ("area" = Option<String>, Query, description = "That touch an area"),
        ("kind" = Option<String>, Query, description = "Of one kind"),
        ("effect" = Option<String>, Query, description = "With one effect"),
        ("at" = Option<String>, Query, description = "That stand at an instant, by the hours of an \
            area they touch"),
        ("geometry" = Option<bool>, Query, description = "With their geometry; true by default"),
        ("limit" = Option<u16>, Query, description = "1 to 200, 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses((status = 200, body = FencePage))
)]
#[get("/v1/fences")]
pub(super) async fn list_fences(
    request: HttpRequest,
    caller: Caller,
    parts: Data<WorldParts>,
) -> Result<HttpResponse, Problem> {
    may_read(&caller)?;
    let (page, filter, with_shapes) = read_query(&request, |query| {
        let page: Page<FenceId> = Page::read(query);
        let area = query.field("area");
        let atlas = parts.atlas.load();
        let named =
            area.text(1..=64).map(|name| atlas.area_named(name).map(|area| area.id().clone()));
        if matches!(named, Some(Err(_))) {
            area.fault("CHOICE", "is no area");
        }
        let filter = FenceFilter {
            area: named.and_then(Result::ok),
            kind: query.field("kind").choice(),
            effect: query.field("effect").choice(),
            at: query.field("at").timestamp(),
            fence_id: None,
        };
        let with_shapes = query.field("geometry").boolean().unwrap_or(true);
        (page, filter, with_shapes)
    })?;
    let window = (page.after, page.limit.saturating_add(1));
    let (version, found) = fences_on_record(&parts.database, &filter, window, with_shapes).await?;
    let Listed { items, next_cursor } = Listed::of(found, page.limit, |last| last.fence.fence_id);
    let items = items.iter().map(FeatureAnswer::of).collect::<Result<_, _>>()?;
    Ok(HttpResponse::Ok().json(FencePage { world_version: version, items, next_cursor }))
}

/// One fence as a GeoJSON feature.
#[utoipa::path(
    tag = "world",
    params(("fence_id" = String, Path, description = "Its id")),
    responses(
        (status = 200, body = FeatureAnswer, content_type = "application/geo+json"),
        (status = 304, description = "As you know it"),
    )
)]
#[get("/v1/fences/{fence_id}")]
pub(super) async fn get_fence(
    request: HttpRequest,
    caller: Caller,
    parts: Data<WorldParts>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    may_read(&caller)?;
    let filter = FenceFilter { fence_id: Some(id_of(&path)?), ..FenceFilter::default() };
    let (_, found) = fences_on_record(&parts.database, &filter, (None, 1), true).await?;
    let fence = found.first().ok_or_else(Problem::hidden)?;
    // an emergency becomes unconfirmed without being changed
    let unconfirmed = if fence.is_unconfirmed { "u" } else { "" };
    let tag = ETag::of_version(format_args!("{}{unconfirmed}", fence.fence.version));
    if tag.is_known_to(&request) {
        return Ok(HttpResponse::NotModified().insert_header((ETAG, tag.as_str())).finish());
    }
    let mut answer = HttpResponse::Ok();
    answer.insert_header((ETAG, tag.as_str())).content_type(GEOJSON);
    Ok(answer.body(FeatureAnswer::of(fence)?.written()?))
}

/// Draws a fence: a GeoJSON feature with a `Polygon` or `MultiPolygon`, or `null` and a `circle`
/// among its properties. What was put right is listed in `repairs`, with its place; what is unclear
/// is refused with its place on the earth. Nothing is ever simplified. A fence with effect `deny`
/// or `mscr` that an area's own security staff draw is looked at by an official within 24 hours.
/// Live clearances are decided again afterwards.
#[utoipa::path(
    tag = "world",
    params(
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
        ("preview" = Option<bool>, Query, description = "Only say what it would do: 200"),
    ),
    request_body(content = FenceBody, content_type = "application/geo+json"),
    responses(
        (status = 200, body = Foreseen, description = "With `preview`"),
        (status = 201, body = FeatureAnswer, content_type = "application/geo+json",
            headers(("Location" = String), ("ETag" = String))),
    )
)]
#[post("/v1/fences")]
pub(super) async fn add_fence(
    caller: Caller,
    parts: Data<WorldParts>,
    key: IdempotencyKey,
    Preview(preview): Preview,
    LargeJsonBody(body): LargeJsonBody,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::WriteFences>()?;
    let by = pass.principal().person().ok_or_else(|| Problem::new(Kind::Forbidden))?;
    let claim = Claim::of(pass.principal().identity, "POST", ROUTE, &key.0, &body);
    let (atlas, wished) = wished(&parts, body).await?;
    let Wished { wish, repairs, .. } = &wished;
    if preview {
        let change = (None, FenceChange::Draw(wish), by);
        return foreseen(&parts, &atlas, change, |_version| Ok(())).await;
    }
    let tell = |written: &_| FeatureAnswer::told(&Told { wish, written, repairs })?.written();
    let drawn = draw_for::<Problem>(&parts.database, &atlas, (wish, by), &claim, tell).await?;
    let (fence_id, body, is_replayed) = match drawn {
        FenceDrawn::Drawn(written, body) => {
            seen(&parts, written.changed.world_version).await;
            (written.fence_id, body, false)
        }
        FenceDrawn::Replayed(fence_id, body) => (fence_id, body, true),
    };
    let mut answer = HttpResponse::Created();
    answer.insert_header((LOCATION, format!("{ROUTE}/{fence_id}")));
    if is_replayed {
        answer.insert_header(("idempotent-replayed", "true"));
    }
    Ok(told(answer, 1, body))
}

/// Draws a fence anew, whole. An official who does so confirms what staff drew in an emergency.
#[utoipa::path(
    tag = "world",
    params(
        ("fence_id" = String, Path, description = "Its id"),
        ("If-Match" = String, Header, description = "The fence's `ETag`, or `*`"),
        ("preview" = Option<bool>, Query, description = "Only say what it would do: 200"),
    ),
    request_body(content = FenceBody, content_type = "application/geo+json"),
    responses(
        (status = 200, description = "As it stands now; with `preview`, what it would do",
            content(
                (FeatureAnswer = "application/geo+json"),
                (Foreseen = "application/json"),
            ),
            headers(("ETag" = String))),
    )
)]
#[put("/v1/fences/{fence_id}")]
pub(super) async fn put_fence(
    caller: Caller,
    parts: Data<WorldParts>,
    path: Path<String>,
    (if_match, preview): (IfMatch, Preview),
    LargeJsonBody(body): LargeJsonBody,
) -> Result<HttpResponse, Problem> {
    let (fence_id, by) = writer(&caller, &path)?;
    let (atlas, wished) = wished(&parts, body).await?;
    let Wished { wish, repairs, .. } = &wished;
    let permit = |version: i32| permit(&if_match, version);
    if preview.0 {
        let change = (Some(fence_id), FenceChange::Draw(wish), by);
        return foreseen(&parts, &atlas, change, permit).await;
    }
    let what = (fence_id, wish, by);
    let written = redraw_for::<Problem>(&parts.database, &atlas, what, permit).await?;
    seen(&parts, written.changed.world_version).await;
    let body = FeatureAnswer::told(&Told { wish, written: &written, repairs })?.written()?;
    Ok(told(HttpResponse::Ok(), written.version, body))
}

/// Takes a fence away. What it froze goes back to a person; nothing becomes positive by itself.
#[utoipa::path(
    tag = "world",
    params(
        ("fence_id" = String, Path, description = "Its id"),
        ("If-Match" = String, Header, description = "The fence's `ETag`, or `*`"),
        ("preview" = Option<bool>, Query, description = "Only say what it would do: 200"),
    ),
    responses(
        (status = 200, body = Foreseen, description = "With `preview`"),
        (status = 204, description = "Gone"),
    )
)]
#[delete("/v1/fences/{fence_id}")]
pub(super) async fn delete_fence(
    caller: Caller,
    parts: Data<WorldParts>,
    path: Path<String>,
    if_match: IfMatch,
    Preview(preview): Preview,
) -> Result<HttpResponse, Problem> {
    let what = writer(&caller, &path)?;
    let permit = |version: i32| permit(&if_match, version);
    if preview {
        let change = (Some(what.0), FenceChange::Remove, what.1);
        return foreseen(&parts, &parts.atlas.load(), change, permit).await;
    }
    let changed = remove_for::<Problem>(&parts.database, what, permit).await?;
    seen(&parts, changed.world_version).await;
    Ok(HttpResponse::NoContent().finish())
}

/// What a change would do: looked at as if it were made, and not made.
async fn foreseen(
    parts: &WorldParts,
    atlas: &Atlas,
    (fence_id, change, by): (Option<FenceId>, FenceChange<'_>, PersonId),
    permit: impl FnOnce(i32) -> Result<(), Problem>,
) -> Result<HttpResponse, Problem> {
    let planned = (fence_id, change, by);
    let areas = plan_for::<Problem>(&parts.database, atlas, planned, permit).await?;
    let fence_id = fence_id.unwrap_or_else(|| FenceId(Uuid::now_v7()));
    let next = match change {
        FenceChange::Draw(wish) => Some(wish.drawn(fence_id, &areas)),
        FenceChange::Remove => None,
    };
    let edit = Edit::Fences(vec![(fence_id, next)]);
    Ok(HttpResponse::Ok().json(foresee(parts, &edit, Cause::Fence).await?))
}

/// The fence of a path, and the person who would change it.
fn writer(caller: &Caller, path: &str) -> Result<(FenceId, PersonId), Problem> {
    let pass = caller.admit::<act::WriteFences>()?;
    let by = pass.principal().person().ok_or_else(|| Problem::new(Kind::Forbidden))?;
    Ok((id_of(path)?, by))
}

/// An id of a path; what is none names nothing.
fn id_of(path: &str) -> Result<FenceId, Problem> {
    path.parse().map_err(|_none| Problem::hidden())
}

/// Both forms of the tag stand for the version.
fn permit(if_match: &IfMatch, version: i32) -> Result<(), Problem> {
    let plain = ETag::of_version(version);
    if_match.permit(&plain).or_else(|stale| {
        let unconfirmed = ETag::of_version(format_args!("{version}u"));
        if_match.permit(&unconfirmed).map_err(|_stale| stale)
    })
}

/// The wish of a body, read and looked at off the threads that answer: a large shape takes a while.
async fn wished(parts: &Data<WorldParts>, body: Bytes) -> Result<(Arc<Atlas>, Wished), Problem> {
    let (atlas, now) = (parts.atlas.load(), parts.clock.now());
    let world = Arc::clone(&atlas);
    let read = block(move || {
        let wished = read(&body, now)?;
        geometry::suspect(&world, &wished)?;
        Ok::<_, Problem>(wished)
    });
    let read = read.await.map_err(|error| Problem::internal(&error))?;
    Ok((atlas, read?))
}

/// Has live clearances decided again, and waits until the loaded world shows the change.
async fn seen(parts: &WorldParts, world_version: i64) {
    parts.changed();
    let _reached = parts.atlas.wait_for(world_version, PATIENCE).await;
}

fn told(mut answer: HttpResponseBuilder, version: i32, body: Vec<u8>) -> HttpResponse {
    let tag = ETag::of_version(version);
    answer.insert_header((ETAG, tag.as_str())).content_type(GEOJSON).body(body)
}

impl From<FenceRefusal> for Problem {
    fn from(refusal: FenceRefusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            FenceRefusal::Unknown => Self::hidden(),
            FenceRefusal::Beyond(areas) => {
                let areas: Vec<&str> = areas.iter().map(AreaId::as_str).collect();
                Self::new(Kind::Forbidden)
                    .code("BEYOND_OWN_AREAS")
                    .detail(detail)
                    .with("areas", areas)
            }
            FenceRefusal::Confirmed => {
                Self::new(Kind::Forbidden).code("FENCE_CONFIRMED").detail(detail)
            }
            FenceRefusal::KeyReused => {
                Self::new(Kind::Unprocessable).code("IDEMPOTENCY_KEY_REUSED").detail(detail)
            }
            FenceRefusal::Fence(FenceError::Database(error)) => Self::from(error),
            // what was sent has been looked at before
            FenceRefusal::Fence(error @ FenceError::Border(_)) => {
                Self::new(Kind::Unprocessable).code("GEOMETRY").detail(error.to_string())
            }
        }
    }
}
