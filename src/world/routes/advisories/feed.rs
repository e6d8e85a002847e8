//! The latest advisories as a feed.

use actix_web::http::header::{CACHE_CONTROL, ETAG, VARY};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};

use super::answer::{AdvisoryHead, tag};
use super::{CACHING, languages_of, wide_circle};
use crate::access::act;
use crate::atlas::Atlas;
use crate::web::{Caller, Problem};
use crate::world::advisories::{AtomEntry, atom, recent};
use crate::world::routes::WorldParts;

const ATOM: &str = "application/atom+xml";
/// Entries at most.
const MOST: i64 = 200;

/// The latest advisories of areas as an Atom feed: 200 at most, the newest first, each with a link
/// to the advisory, which is a CAP 1.2 message for who asks for `application/cap+xml`; one that was
/// withdrawn is a message that cancels.
#[utoipa::path(
    tag = "advisories",
    params(
        ("Accept-Language" = Option<String>, Header, description = "`en`, `fr`, `es`, `ar`, `ru`, `zh`"),
    ),
    responses(
        (status = 200, body = String, content_type = "application/atom+xml"),
        (status = 304, description = "As you know it"),
    )
)]
#[get("/v1/advisories.atom")]
pub(super) async fn get_advisory_feed(
    request: HttpRequest,
    caller: Caller,
    parts: Data<WorldParts>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ReadAdvisories>()?;
    let (circle, wanted) = (wide_circle(&pass), languages_of(&request));
    let atlas = parts.atlas.load();
    let rows = recent(&parts.database, MOST).await?;
    let heads = rows.into_iter().map(|head| AdvisoryHead::of(head, circle, &wanted));
    let entries: Vec<AtomEntry> = heads.map(|head| entry(head, &atlas)).collect();
    let body = atom(&entries);
    let tag = tag(0, body.as_bytes());
    let is_known = tag.is_known_to(&request);
    let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header((ETAG, tag.as_str()))
        .insert_header((CACHE_CONTROL, CACHING))
        .insert_header((VARY, "accept-language"));
    if is_known {
        return Ok(answer.finish());
    }
    Ok(answer.content_type(ATOM).body(body))
}

fn entry(head: AdvisoryHead, atlas: &Atlas) -> AtomEntry {
    let area = atlas.area(&head.area_id);
    let name = area.map_or(head.area_id.as_str(), |area| head.language.name_of(&area.ground));
    let line = head.headline.or_else(|| head.withdrawn.then(|| "withdrawn".to_owned()));
    let title = line.map_or_else(|| name.to_owned(), |line| format!("{name}: {line}"));
    AtomEntry {
        title,
        area_id: head.area_id.to_string(),
        advisory_id: head.advisory_id,
        published_at: head.published_at,
        summary: head.change_summary,
        language: head.language,
    }
}
