//! Drafting and publishing.

use actix_web::http::header::ETAG;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post, put};

use super::answer::{self, AdvisoryCopy, DraftAnswer, draft_tag};
use super::body::{AdvisoryBody, Asked, WithdrawalBody, read, read_withdrawal};
use super::{circle, covers, headed, languages_of};
use crate::access::act;
use crate::atlas::AreaEntry;
use crate::model::PersonId;
use crate::web::{Caller, ETag, IfMatch, JsonBody, Kind, Problem, ProblemBody, note};
use crate::world::advisories::{Publishing, Standing, draft, publish, save};
use crate::world::routes::areas::named;
use crate::world::routes::{PATIENCE, WorldParts};

/// Saves the draft of an area's next advisory, or publishes: the texts of the body, or the draft as
/// it stands. Who may publish publishes, unless the body says `draft`; the area's coordinator drafts.
/// The rules of entry cannot be written.
#[utoipa::path(
    tag = "advisories",
    params(
        ("area_id" = String, Path, description = "The id, percent-encoded"),
        ("If-Match" = String, Header, description = "The `ETag` of the advisory in any form; of the draft, where one is replaced or published; or `*`"),
    ),
    request_body = AdvisoryBody,
    responses(
        (status = 200, body = AdvisoryCopy, description = "Published"),
        (status = 202, body = DraftAnswer, description = "Kept as a draft"),
        (status = 409, body = ProblemBody, description = "`NO_DRAFT`, `DRAFT_OUTDATED`"),
    )
)]
#[put("/v1/advisories/{area_id}")]
pub(super) async fn put_advisory(
    request: HttpRequest,
    caller: Caller,
    parts: Data<WorldParts>,
    area_id: Path<String>,
    written: (IfMatch, JsonBody),
) -> Result<HttpResponse, Problem> {
    let (if_match, JsonBody(body)) = written;
    let pass = caller.admit::<act::DraftAdvisory>()?;
    let by = pass.principal().person().ok_or_else(|| Problem::new(Kind::Forbidden))?;
    let asked = read(&body)?;
    let atlas = parts.atlas.load();
    let area = named(&atlas, &area_id)?;
    note(&request, "area_id", area.id().as_str());
    let publishes = caller.admit::<act::PublishAdvisory>();
    let may_publish = publishes.as_ref().is_ok_and(|pass| covers(pass.scope(), area));
    let of_draft = |standing: &Standing| permitted(&if_match, standing, true);
    let of_either = |standing: &Standing| permitted(&if_match, standing, false);
    let (database, id) = (&parts.database, area.id());
    let world = match asked {
        Asked::Content { content, draft } if draft.unwrap_or(!may_publish) => {
            save::<Problem>(database, id, by, content, of_draft).await?;
            return shown_draft(&parts, area, by, HttpResponse::Accepted()).await;
        }
        Asked::Content { content, .. } => {
            publishes?;
            publish::<Problem>(database, id, by, Publishing::Content(content), of_either).await?
        }
        Asked::PublishDraft => {
            publishes?;
            publish::<Problem>(database, id, by, Publishing::Draft, of_draft).await?
        }
    };
    shown(&request, &caller, &parts, (area, world)).await
}

/// The advisory as it stands once the world has come so far.
async fn shown(
    request: &HttpRequest,
    caller: &Caller,
    parts: &WorldParts,
    (area, world): (&AreaEntry, i64),
) -> Result<HttpResponse, Problem> {
    parts.recorder.written().notify_one();
    let _reached = parts.atlas.wait_for(world, PATIENCE).await;
    let atlas = parts.atlas.load();
    let area = atlas.area(area.id()).ok_or_else(Problem::hidden)?;
    let circle = circle(&caller.admit::<act::ReadAdvisories>()?, area);
    let wanted = languages_of(request);
    let (page, _age) = parts.advisories.page(area, circle, &wanted, answer::render).await?;
    note(request, "advisory_version", area.state.advisory_version);
    let mut answer = headed(HttpResponse::Ok(), &page.tag, page.language);
    Ok(answer.content_type("application/json").body(page.body.clone()))
}

/// Withdraws an area's advisory: a version of its own that says nothing, so that readers, feeds and
/// those with live stays there are told. Until the next is published the area has its rules of entry
/// alone; a draft stays, and has to be saved again.
#[utoipa::path(
    tag = "advisories",
    params(
        ("area_id" = String, Path, description = "The id, percent-encoded"),
        ("If-Match" = String, Header, description = "The `ETag` of the advisory in any form, or `*`"),
    ),
    request_body = WithdrawalBody,
    responses(
        (status = 200, body = AdvisoryCopy),
        (status = 409, body = ProblemBody, description = "`NOTHING_PUBLISHED`"),
    )
)]
#[post("/v1/advisories/{area_id}/withdraw")]
pub(super) async fn withdraw_advisory(
    request: HttpRequest,
    caller: Caller,
    parts: Data<WorldParts>,
    area_id: Path<String>,
    written: (IfMatch, JsonBody),
) -> Result<HttpResponse, Problem> {
    let (if_match, JsonBody(body)) = written;
    let pass = caller.admit::<act::PublishAdvisory>()?;
    let by = pass.principal().person().ok_or_else(|| Problem::new(Kind::Forbidden))?;
    let withdrawal = Publishing::Withdrawal(read_withdrawal(&body)?);
    let atlas = parts.atlas.load();
    let area = named(&atlas, &area_id)?;
    note(&request, "area_id", area.id().as_str());
    let permit = |standing: &Standing| permitted(&if_match, standing, false);
    let world = publish::<Problem>(&parts.database, area.id(), by, withdrawal, permit).await?;
    shown(&request, &caller, &parts, (area, world)).await
}

/// Whether a precondition fits: a draft that is replaced or published is named by its own tag; the
/// published version by its own, or by that of a draft over it.
fn permitted(if_match: &IfMatch, standing: &Standing, draft_alone: bool) -> Result<(), Problem> {
    let of_draft = standing.draft.as_ref().map(|draft| draft_tag(standing.version, draft));
    let of_version = ETag::of_version(standing.version);
    match of_draft {
        Some(tag) if draft_alone => if_match.permit(&tag),
        Some(tag) => if_match.permit(&of_version).or_else(|_stale| if_match.permit(&tag)),
        None => if_match.permit(&of_version),
    }
}

/// The draft of an area's next advisory, for those who may write it.
#[utoipa::path(
    tag = "advisories",
    params(("area_id" = String, Path, description = "The id, percent-encoded")),
    responses((status = 200, body = DraftAnswer))
)]
#[get("/v1/advisories/{area_id}/draft")]
pub(super) async fn get_advisory_draft(
    caller: Caller,
    parts: Data<WorldParts>,
    area_id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::DraftAdvisory>()?;
    let by = pass.principal().person().ok_or_else(|| Problem::new(Kind::Forbidden))?;
    let atlas = parts.atlas.load();
    let area = named(&atlas, &area_id)?;
    shown_draft(&parts, area, by, HttpResponse::Ok()).await
}

async fn shown_draft(
    parts: &WorldParts,
    area: &AreaEntry,
    by: PersonId,
    mut answer: actix_web::HttpResponseBuilder,
) -> Result<HttpResponse, Problem> {
    let standing = draft(&parts.database, area.id(), by).await?;
    let standing = standing.ok_or_else(|| Problem::new(Kind::Forbidden))?;
    let draft = standing.draft.ok_or_else(Problem::hidden)?;
    answer.insert_header((ETAG, draft_tag(standing.version, &draft).as_str()));
    Ok(answer.json(DraftAnswer::of(area.id().clone(), standing.version, draft)))
}
