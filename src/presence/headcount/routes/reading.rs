//! Reading and following.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};

use super::named;
use crate::access::act;
use crate::model::{AreaId, HeadcountId, HeadcountStatus, PersonId};
use crate::presence::headcount::{
    EntryFilter, Headcount, HeadcountPage, HeadcountState, Headcounts,
};
use crate::web::{Caller, ETag, Listed, Page, Problem, Resume, event_stream, note, read_query};

/// Headcounts of the caller's areas, and those in which the caller or a dependant is counted, newest
/// first.
#[utoipa::path(
    tag = "presence",
    params(
        ("state" = Option<String>, Query, description = "`open`, `running` or `closed`"),
        ("limit" = Option<i64>, Query, description = "1 to 200"),
        ("cursor" = Option<String>, Query, description = "next_cursor of the page before"),
    ),
    responses((status = 200, body = Listed<Headcount>))
)]
#[get("/v1/headcounts")]
pub(super) async fn list_headcounts(
    request: HttpRequest,
    caller: Caller,
    headcounts: Data<Headcounts>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ReadHeadcounts>()?;
    let (state, page) = read_query(&request, |query| {
        let page: Page<HeadcountId> = Page::read(query);
        (query.field("state").choice::<HeadcountState>(), page)
    })?;
    let items = headcounts.list(&pass, (page.after, state), page.limit).await?;
    Ok(HttpResponse::Ok().json(Listed::of(items, page.limit, |last| last.headcount_id)))
}

/// A headcount: how it stands, the mix, the figures, and a page of its people. Security staff and
/// wardens see those in their areas; a traveller sees oneself and dependants; the figures count whom
/// the caller sees.
#[utoipa::path(
    tag = "presence",
    params(
        ("headcount_id" = uuid::Uuid, Path, description = "Its id"),
        ("status" = Option<String>, Query, description = "Only people of whom this is known"),
        ("limit" = Option<i64>, Query, description = "1 to 200"),
        ("cursor" = Option<String>, Query, description = "next_cursor of the page before"),
    ),
    responses((status = 200, body = HeadcountPage, headers(("ETag" = String))))
)]
#[get("/v1/headcounts/{headcount_id}")]
pub(super) async fn get_headcount(
    request: HttpRequest,
    caller: Caller,
    headcounts: Data<Headcounts>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<act::ReadHeadcounts>()?;
    let id = named(&path)?;
    let (status, page) = read_query(&request, |query| {
        let page: Page<PersonId> = Page::read(query);
        (query.field("status").choice::<HeadcountStatus>(), page)
    })?;
    note(&request, "headcount_id", id.to_string());
    let found = headcounts.found(&pass, id).await?;
    let end = if found.0.closed_at.is_some() { "c" } else { "" };
    let tag = ETag::of_version(format_args!("{}{end}", found.0.changes));
    if tag.is_known_to(&request) {
        return Ok(HttpResponse::NotModified().insert_header(("etag", tag.as_str())).finish());
    }
    let filter = EntryFilter { status, after: page.after, limit: page.limit };
    let (view, entries) = headcounts.read(found, filter).await?;
    let Listed { items, next_cursor } = Listed::of(entries, page.limit, |last| last.person_id);
    let body = HeadcountPage { view, items, next_cursor };
    Ok(HttpResponse::Ok().insert_header(("etag", tag.as_str())).json(body))
}

/// The people of a headcount as a list for paper, for when networks fail: comma-separated values, an
/// area after the other, people by name, with how each is reached. Each sees whom they see in the
/// headcount. What is heard of them comes in later as responses, with the time at which it was seen.
#[utoipa::path(
    tag = "presence",
    params(
        ("headcount_id" = uuid::Uuid, Path, description = "Its id"),
        ("area" = Option<String>, Query, description = "Only people in this area"),
        ("status" = Option<String>, Query, description = "Only people of whom this is known"),
    ),
    responses((status = 200, body = String, content_type = "text/csv"))
)]
#[get("/v1/headcounts/{headcount_id}/list")]
pub(super) async fn get_headcount_list(
    request: HttpRequest,
    caller: Caller,
    headcounts: Data<Headcounts>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<act::ReadHeadcounts>()?;
    let id = named(&path)?;
    let (area, status) = read_query(&request, |query| {
        let area = query.field("area").text(1..=200).map(AreaId::from);
        (area, query.field("status").choice::<HeadcountStatus>())
    })?;
    note(&request, "headcount_id", id.to_string());
    let lines = headcounts.list_for_paper(&pass, id, (area.as_ref(), status)).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8; header=present")
        .insert_header(("cache-control", "no-store"))
        .insert_header((
            "content-disposition",
            format!("attachment; filename=\"headcount-{id}.csv\""),
        ))
        .streaming(lines))
}

/// What happens in a headcount, as server-sent events: `answered`, with the response's number as `id`,
/// the person, what is known, whether it is shown (a later observation may be), and the mix as it
/// stands. `Last-Event-ID` resumes after a number without loss or repetition, at any replica. A last
/// event `resume` tells why a stream ends and where to go on: `closed`, `stopping`, `long_enough`,
/// `not_permitted`, `unavailable`, `complete`.
#[utoipa::path(
    tag = "presence",
    params(
        ("headcount_id" = uuid::Uuid, Path, description = "Its id"),
        ("Last-Event-ID" = Option<i64>, Header, description = "number of the last event seen"),
        ("after" = Option<i64>, Query, description = "the same, where no header can be sent; \
            without either, what happens from now on"),
        ("wait" = Option<bool>, Query, description = "false: ends once it has shown what there is"),
    ),
    responses((status = 200, body = String, content_type = "text/event-stream"))
)]
#[get("/v1/headcounts/{headcount_id}/stream")]
pub(super) async fn get_headcount_stream(
    request: HttpRequest,
    caller: Caller,
    headcounts: Data<Headcounts>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<act::ReadHeadcounts>()?;
    let (id, from) = (named(&path)?, Resume::read(&request)?);
    note(&request, "headcount_id", id.to_string());
    let events = headcounts.follow(&pass, id, from).await?;
    Ok(event_stream(events))
}
