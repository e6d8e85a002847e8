//! The policy in force, the history, and policies whose review comes up.

use actix_web::http::header::ETAG;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::{PolicyOut, VersionOut};
use super::{number, within};
use crate::access::act;
use crate::model::AreaId;
use crate::web::{Caller, ETag, Listed, Page, Problem, read_query};
use crate::world::policies::{Review, reviews, versions};
use crate::world::routes::WorldParts;
use crate::world::routes::areas::named;

/// Versions of an area's policy.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct VersionsOut {
    /// Newest first, drafts among them.
    items: Vec<VersionOut>,
    /// For the next page; null on the last.
    next_cursor: Option<String>,
}

/// A policy in force with its review date.
#[derive(Debug, Serialize, ToSchema)]
struct ReviewOut {
    /// The area.
    #[schema(value_type = String)]
    area_id: AreaId,
    /// Its name.
    name: String,
    /// ISO 3166-1 alpha-2; null for areas that belong to no country.
    country: Option<String>,
    /// Version in force.
    policy_version: i32,
    /// Its mode.
    clearance_mode: String,
    /// When it is to be looked at again.
    #[schema(value_type = String, format = DateTime)]
    review_at: Timestamp,
    /// The date has gone by.
    overdue: bool,
}

/// Policies whose review comes up.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReviewsOut {
    /// In order of the dates.
    items: Vec<ReviewOut>,
    /// For the next page; null on the last.
    next_cursor: Option<String>,
}

/// The policy of an area in force, with every key and what differs from the version before; for
/// its security staff, headquarters and auditors.
#[utoipa::path(
    tag = "world",
    params(("area_id" = String, Path, description = "The id, percent-encoded")),
    responses(
        (status = 200, body = PolicyOut),
        (status = 304, description = "As you know it"),
    )
)]
#[get("/v1/areas/{area_id}/policy")]
pub(super) async fn get_policy(
    request: HttpRequest,
    caller: Caller,
    parts: Data<WorldParts>,
    area_id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ReadAssessments>()?;
    let atlas = parts.atlas.load();
    let area = within(&pass, named(&atlas, &area_id)?)?;
    let tag = ETag::of_version(area.state.revision);
    if tag.is_known_to(&request) {
        return Ok(HttpResponse::NotModified().insert_header((ETAG, tag.as_str())).finish());
    }
    let wanted = (Some(area.policy.version), None);
    let found = versions(&parts.database, area.id(), wanted, 1).await?;
    let answer = PolicyOut::of(area.id(), found.first().ok_or_else(Problem::hidden)?)?;
    Ok(HttpResponse::Ok().insert_header((ETAG, tag.as_str())).json(answer))
}

/// Versions of an area's policy, newest first, each with what differs from the version it was
/// based on; drafts among them.
#[utoipa::path(
    tag = "world",
    params(
        ("area_id" = String, Path, description = "The id, percent-encoded"),
        ("limit" = Option<u16>, Query, description = "1 to 200, 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses((status = 200, body = VersionsOut))
)]
#[get("/v1/areas/{area_id}/policy/versions")]
pub(super) async fn list_policy_versions(
    request: HttpRequest,
    caller: Caller,
    parts: Data<WorldParts>,
    area_id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ReadAssessments>()?;
    let page = Page::<i32>::only(&request)?;
    let atlas = parts.atlas.load();
    let area = within(&pass, named(&atlas, &area_id)?)?;
    let wanted = (None, page.after);
    let found = versions(&parts.database, area.id(), wanted, page.limit + 1).await?;
    let out = found.iter().map(|one| VersionOut::of(area.id(), one)).collect::<Result<_, _>>()?;
    let Listed { items, next_cursor } =
        Listed::of(out, page.limit, |last: &VersionOut| last.version);
    Ok(HttpResponse::Ok().json(VersionsOut { items, next_cursor }))
}

/// One version of an area's policy with every key, such as a draft that waits for approval.
#[utoipa::path(
    tag = "world",
    params(
        ("area_id" = String, Path, description = "The id, percent-encoded"),
        ("version" = i32, Path, description = "The version"),
    ),
    responses((status = 200, body = PolicyOut))
)]
#[get("/v1/areas/{area_id}/policy/versions/{version}")]
pub(super) async fn get_policy_version(
    caller: Caller,
    parts: Data<WorldParts>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ReadAssessments>()?;
    let (area_id, version) = path.into_inner();
    let atlas = parts.atlas.load();
    let area = within(&pass, named(&atlas, &area_id)?)?;
    let wanted = (Some(number(&version)?), None);
    let found = versions(&parts.database, area.id(), wanted, 1).await?;
    let found = found.first().ok_or_else(Problem::hidden)?;
    Ok(HttpResponse::Ok().json(PolicyOut::of(area.id(), found)?))
}

/// Policies in force whose review date has gone by, or comes before a time, in order of the dates;
/// of the areas in the caller's scope.
#[utoipa::path(
    tag = "world",
    params(
        ("review_before" = Option<String>, Query, description = "An instant; now by default"),
        ("limit" = Option<u16>, Query, description = "1 to 200, 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses((status = 200, body = ReviewsOut))
)]
#[get("/v1/policies")]
pub(super) async fn list_policies(
    request: HttpRequest,
    caller: Caller,
    parts: Data<WorldParts>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ReadAssessments>()?;
    let (before, Page { limit, after }) = read_query(&request, |query| {
        let before = query.field("review_before").timestamp().unwrap_or(parts.clock.now());
        let page: Page<(Timestamp, String)> = Page::read(query);
        (before, page)
    })?;
    let scope = pass.scope().arrays();
    let found = reviews(&parts.database, before, &scope, after, limit + 1).await?;
    let place = |last: &Review| (last.review_at, last.area_id.as_str().to_owned());
    let Listed { items, next_cursor } = Listed::of(found, limit, place);
    let items = items.into_iter().map(ReviewOut::from).collect();
    Ok(HttpResponse::Ok().json(ReviewsOut { items, next_cursor }))
}

impl From<Review> for ReviewOut {
    fn from(one: Review) -> Self {
        let Review { area_id, name, country, version, clearance_mode, review_at, is_past } = one;
        Self {
            area_id,
            name,
            country,
            policy_version: version,
            clearance_mode,
            review_at,
            overdue: is_past,
        }
    }
}
