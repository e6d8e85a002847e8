//! `/v1/advisories`: reading, drafting and publishing, and what was read for a stay.

mod answer;
mod body;
mod feed;
mod readings;
mod writing;

use actix_web::http::header::{ACCEPT_LANGUAGE, AGE, CACHE_CONTROL, CONTENT_LANGUAGE, ETAG, VARY};
use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, get};
use utoipa::OpenApi;

use self::answer::{AdvisoryCopy, AdvisoryHead, AdvisoryVersion};
use super::WorldParts;
use super::areas::{named, prefers};
use crate::access::{Extent, Pass, Scope, act};
use crate::atlas::AreaEntry;
use crate::model::{AreaId, Role};
use crate::web::{Caller, ETag, Kind, Listed, Page, Problem, ProblemBody, note, read_query, wing};
use crate::world::advisories::{
    AdvisoryError, Classification, Language, Material, PublishError, ReadingError, alert,
    languages, list, version, versions, wanted,
};

const CAP: &str = "application/cap+xml";
/// Nobody else's copy, and none without asking whether it still holds: that is one comparison.
const CACHING: &str = "private, no-cache";

/// The operations of this part.
#[derive(Debug, OpenApi)]
#[openapi(paths(
    get_advisories,
    feed::get_advisory_feed,
    get_advisory,
    list_advisory_versions,
    get_advisory_version,
    writing::put_advisory,
    writing::withdraw_advisory,
    writing::get_advisory_draft,
    readings::get_stay_advisory,
    readings::confirm_advisory
))]
pub struct Api;

/// Its routes.
pub(super) fn configure(config: &mut ServiceConfig) {
    wing::<Api>(config, |wing| {
        wing
            // routes are tried in their order: what is asked most comes first
            .service(get_advisory)
            .service(get_advisories)
            .service(feed::get_advisory_feed)
            .service(writing::get_advisory_draft)
            .service(list_advisory_versions)
            .service(get_advisory_version)
            .service(writing::put_advisory)
            .service(writing::withdraw_advisory)
            .service(readings::get_stay_advisory)
            .service(readings::confirm_advisory);
    });
}

/// Whether an extent reaches an area.
fn reaches(extent: &Extent, area: &AreaEntry) -> bool {
    match extent {
        Extent::Everywhere => true,
        Extent::Land { areas, countries } => {
            areas.contains(area.id()) || area.country().is_some_and(|iso2| countries.contains(iso2))
        }
        Extent::Own(_) | Extent::Organization(_) => false,
    }
}

/// Whether a scope reaches an area.
fn covers(scope: &Scope, area: &AreaEntry) -> bool {
    scope.extents().iter().any(|(extent, _)| reaches(extent, area))
}

/// The circle that a reader belongs to in an area (R-1704): security staff of the area; people, and
/// machines that travel for an organization; other machines.
fn circle(pass: &Pass<act::ReadAdvisories>, area: &AreaEntry) -> Classification {
    let extents = pass.scope().extents();
    if extents.iter().any(|(extent, sight)| sight.restricted && reaches(extent, area)) {
        return Classification::Security;
    }
    wide_circle(pass)
}

/// The circle of a reader everywhere.
fn wide_circle(pass: &Pass<act::ReadAdvisories>) -> Classification {
    let principal = pass.principal();
    if principal.person().is_some() || principal.holds(Role::ErpClient) {
        Classification::Personnel
    } else {
        Classification::Public
    }
}

/// The languages a request asks for.
fn languages_of(request: &HttpRequest) -> Vec<Language> {
    let headers = request.headers().get_all(ACCEPT_LANGUAGE);
    let headers: Vec<&str> = headers.filter_map(|value| value.to_str().ok()).collect();
    wanted(&headers)
}

/// The headers that every form of an advisory has.
fn headed(mut answer: HttpResponseBuilder, tag: &ETag, language: Language) -> HttpResponseBuilder {
    answer
        .insert_header((ETAG, tag.as_str()))
        .insert_header((CONTENT_LANGUAGE, language.as_str()))
        .insert_header((CACHE_CONTROL, CACHING))
        .insert_header((VARY, "accept, accept-language"));
    answer
}

/// Areas that have an advisory, with its headline, in order of id.
#[utoipa::path(
    tag = "advisories",
    params(
        ("country" = Option<String>, Query, description = "ISO 3166-1 alpha-2"),
        ("limit" = Option<i64>, Query, description = "1 to 200, 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
        ("Accept-Language" = Option<String>, Header, description = "`en`, `fr`, `es`, `ar`, `ru`, `zh`"),
    ),
    responses((status = 200, body = Listed<AdvisoryHead>))
)]
#[get("/v1/advisories")]
async fn get_advisories(
    request: HttpRequest,
    caller: Caller,
    parts: Data<WorldParts>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ReadAdvisories>()?;
    let (page, country) = read_query(&request, |query| {
        let page: Page<AreaId> = Page::read(query);
        let country = query.field("country").text(2..=2).map(str::to_ascii_uppercase);
        (page, country)
    })?;
    let rows =
        list(&parts.database, page.after.as_ref(), country.as_deref(), page.limit + 1).await?;
    let (circle, wanted) = (wide_circle(&pass), languages_of(&request));
    let heads: Vec<_> =
        rows.into_iter().map(|head| AdvisoryHead::of(head, circle, &wanted)).collect();
    let listed = Listed::of(heads, page.limit, |last| last.area_id.clone());
    Ok(HttpResponse::Ok().insert_header((VARY, "accept-language")).json(listed))
}

/// The current advisory of an area: in the copy for the reader's circle, in the best of the wanted
/// languages, else in the area's own (`Content-Language` says which). The rules of entry in it follow
/// from the policy in force and change with it. An area without an advisory has those alone. With
/// `Accept: application/cap+xml` as a CAP 1.2 message. `Age` says that the answer is older than it
/// should be, because nothing newer can be read.
#[utoipa::path(
    tag = "advisories",
    params(
        ("area_id" = String, Path, description = "The id, percent-encoded: `KAS%2B00%3F`"),
        ("Accept-Language" = Option<String>, Header, description = "`en`, `fr`, `es`, `ar`, `ru`, `zh`"),
    ),
    responses(
        (status = 200, description = "The advisory", content(
            (AdvisoryCopy = "application/json"),
            (String = "application/cap+xml"),
        )),
        (status = 304, description = "As you know it"),
        (status = 422, body = ProblemBody, description = "`AREA_AMBIGUOUS`"),
    )
)]
#[get("/v1/advisories/{area_id}")]
async fn get_advisory(
    request: HttpRequest,
    caller: Caller,
    parts: Data<WorldParts>,
    area_id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ReadAdvisories>()?;
    let atlas = parts.atlas.load();
    let area = named(&atlas, &area_id)?;
    let circle = circle(&pass, area);
    let wanted = languages_of(&request);
    if prefers(&request, CAP) {
        return message(&request, &parts, area, circle).await;
    }
    let (page, age) = parts.advisories.page(area, circle, &wanted, answer::render).await?;
    let age = age.max(parts.atlas.is_stale().then(|| parts.atlas.age()));
    let is_known = page.tag.is_known_to(&request);
    let answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    let mut answer = headed(answer, &page.tag, page.language);
    if let Some(age) = age {
        answer.insert_header((AGE, age.as_secs().to_string()));
    }
    if is_known {
        return Ok(answer.finish());
    }
    Ok(answer.content_type("application/json").body(page.body.clone()))
}

/// The advisory as a CAP message.
async fn message(
    request: &HttpRequest,
    parts: &WorldParts,
    area: &AreaEntry,
    circle: Classification,
) -> Result<HttpResponse, Problem> {
    let nothing = || Problem::hidden().detail("no advisory is published for this area");
    let id = area.state.advisory_id.ok_or_else(nothing)?;
    let (held, _age) = parts.advisories.text(area, id).await?;
    let document = &held.document;
    let language = document.default_language;
    let material = Material { area, document: Some(document), circle, language };
    let xml = alert(&parts.atlas.load(), &material).ok_or_else(nothing)?;
    let tag = answer::tag(document.version, xml.as_bytes());
    if tag.is_known_to(request) {
        return Ok(headed(HttpResponse::NotModified(), &tag, language).finish());
    }
    Ok(headed(HttpResponse::Ok(), &tag, language).content_type(CAP).body(xml))
}

/// The published versions of an area's advisory, newest first.
#[utoipa::path(
    tag = "advisories",
    params(
        ("area_id" = String, Path, description = "The id, percent-encoded"),
        ("limit" = Option<i64>, Query, description = "1 to 200, 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses((status = 200, body = Listed<AdvisoryVersion>))
)]
#[get("/v1/advisories/{area_id}/versions")]
async fn list_advisory_versions(
    request: HttpRequest,
    caller: Caller,
    parts: Data<WorldParts>,
    area_id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ReadAdvisories>()?;
    let page = Page::<i32>::only(&request)?;
    let atlas = parts.atlas.load();
    let area = named(&atlas, &area_id)?;
    let circle = circle(&pass, area);
    let seen = Classification::ALL.into_iter().filter(|one| *one <= circle);
    let seen: Vec<&str> = seen.map(Classification::as_str).collect();
    let rows = versions(&parts.database, area.id(), page.after, page.limit + 1, &seen).await?;
    let listed = Listed::of(rows, page.limit, |last| last.version);
    let items = listed.items.into_iter().map(|one| AdvisoryVersion::of(one, circle)).collect();
    Ok(HttpResponse::Ok().json(Listed { items, next_cursor: listed.next_cursor }))
}

/// A published version of an area's advisory, as people wrote it, in the copy for the reader's
/// circle.
#[utoipa::path(
    tag = "advisories",
    params(
        ("area_id" = String, Path, description = "The id, percent-encoded"),
        ("version" = i32, Path, description = "From 1"),
        ("Accept-Language" = Option<String>, Header, description = "`en`, `fr`, `es`, `ar`, `ru`, `zh`"),
    ),
    responses(
        (status = 200, body = AdvisoryCopy),
        (status = 304, description = "As you know it"),
        (status = 422, body = ProblemBody, description = "`AREA_AMBIGUOUS`"),
    )
)]
#[get("/v1/advisories/{area_id}/versions/{version}")]
async fn get_advisory_version(
    request: HttpRequest,
    caller: Caller,
    parts: Data<WorldParts>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ReadAdvisories>()?;
    let (area_id, number) = path.into_inner();
    let atlas = parts.atlas.load();
    let area = named(&atlas, &area_id)?;
    let number: i32 = number.parse().map_err(|_no_version| Problem::hidden())?;
    let document = version(&parts.database, area.id(), number).await?;
    let document = document.ok_or_else(Problem::hidden)?;
    let circle = circle(&pass, area);
    let there = languages(&document.texts, circle);
    let wanted = languages_of(&request).into_iter().find(|one| there.contains(one));
    let language = wanted.unwrap_or(document.default_language);
    let material = Material { area, document: Some(&document), circle, language };
    let (body, tag) = answer::older(material).map_err(|error| Problem::internal(&error))?;
    note(&request, "advisory_version", number);
    if tag.is_known_to(&request) {
        return Ok(headed(HttpResponse::NotModified(), &tag, language).finish());
    }
    Ok(headed(HttpResponse::Ok(), &tag, language).content_type("application/json").body(body))
}

impl From<AdvisoryError> for Problem {
    fn from(error: AdvisoryError) -> Self {
        match error {
            AdvisoryError::Database(error) => Self::from(error),
            AdvisoryError::Missing(_) | AdvisoryError::Unreadable(_) => Self::internal(&error),
        }
    }
}

impl From<PublishError> for Problem {
    fn from(error: PublishError) -> Self {
        let conflict = |code| Self::new(Kind::Conflict).code(code);
        match error {
            PublishError::UnknownArea => Self::hidden(),
            PublishError::NotPermitted => Self::new(Kind::Forbidden).detail(error.to_string()),
            PublishError::NoDraft => conflict("NO_DRAFT").detail("there is no draft to publish"),
            PublishError::NothingStands => conflict("NOTHING_PUBLISHED")
                .detail("no advisory is published for this area, or it was withdrawn"),
            PublishError::Outdated { based_on, current } => conflict("DRAFT_OUTDATED")
                .detail("another version was published since: look at it and save the draft again")
                .with("based_on", based_on)
                .with("version", current),
            PublishError::Overtaken => {
                Self::new(Kind::PreconditionFailed).detail("another draft was saved a moment ago")
            }
            PublishError::Advisory(error) => Self::from(error),
            PublishError::Unwritable(_) => Self::internal(&error),
            PublishError::Database(error) => Self::from(error),
        }
    }
}

impl From<ReadingError> for Problem {
    fn from(error: ReadingError) -> Self {
        match error {
            ReadingError::NoVersion => Self::invalid(vec![crate::web::Fault {
                pointer: "/version".to_owned(),
                code: "VERSION_UNKNOWN",
                detail: "no such version was published for the area".to_owned(),
            }]),
            ReadingError::KeyReused => Self::new(Kind::Unprocessable)
                .code("IDEMPOTENCY_KEY_REUSED")
                .detail("the key stands for another body"),
            ReadingError::Database(error) => Self::from(error),
        }
    }
}
