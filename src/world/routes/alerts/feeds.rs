//! `/v1/alert-feeds`: whose alerts an official lets have effects, where, and from which severity.

use actix_web::http::header::{ETAG, LOCATION};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::super::WorldParts;
use super::id_of;
use crate::access::act::KeepAlertFeeds;
use crate::access::{Pass, ScopeArrays};
use crate::model::{Claim, FenceEffect, PersonId};
use crate::web::{
    Caller, ETag, Faults, Field, IdempotencyKey, IfMatch, JsonBody, Kind, Listed, Object, Page,
    Problem, endpoint, read_value,
};
use crate::world::alerts::{FeedError, FeedRow, NewFeed, Severity, add_feed, feeds, remove_feed};

/// A feed to be put on the list.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(in crate::world::routes) struct AlertFeedBody {
    /// What it is called.
    name: String,
    /// Where it is fetched: an Atom or RSS feed, or one message. Either this or `client_id`.
    url: Option<String>,
    /// The machine that sends it.
    #[schema(format = Uuid)]
    client_id: Option<String>,
    /// Countries it is about, within the caller's own.
    countries: Option<Vec<String>>,
    /// Areas it is about, within the caller's own.
    area_ids: Option<Vec<String>>,
    /// Whose messages count; anybody's where it is left out.
    senders: Option<Vec<String>>,
    /// From which severity fences are drawn without a person: `minor`, `moderate`, `severe` or
    /// `extreme`; never where it is left out.
    apply_from: Option<String>,
    /// What those fences do: `manual`, as by default, or `condition`.
    apply_effect: Option<String>,
}

/// A feed on the list.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::world::routes) struct AlertFeedAnswer {
    /// Its id.
    #[schema(value_type = String)]
    feed_id: Uuid,
    /// What it is called.
    name: String,
    /// Where it is fetched.
    url: Option<String>,
    /// The machine that sends it.
    #[schema(value_type = Option<String>)]
    client_id: Option<Uuid>,
    /// Countries it is about.
    countries: Vec<String>,
    /// Areas it is about.
    area_ids: Vec<String>,
    /// Whose messages count; empty for anybody's.
    senders: Vec<String>,
    /// From which severity fences are drawn without a person.
    apply_from: Option<String>,
    /// What those fences do.
    apply_effect: String,
    /// Who put it on the list.
    #[schema(value_type = String)]
    created_by: Uuid,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was fetched last.
    #[schema(value_type = Option<String>, format = DateTime)]
    polled_at: Option<Timestamp>,
    /// Fetches in vain since the last that was not.
    failures: i32,
    /// Why the last one was in vain.
    fault: Option<String>,
}

/// Feeds, the first to be put on the list first.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::world::routes) struct AlertFeedList {
    /// The feeds of this page.
    items: Vec<AlertFeedAnswer>,
    /// For the next page; null on the last.
    next_cursor: Option<String>,
}

impl AlertFeedAnswer {
    fn of(row: FeedRow) -> Self {
        Self {
            feed_id: row.feed_id,
            name: row.name,
            url: row.url,
            client_id: row.client_id,
            countries: row.countries,
            area_ids: row.area_ids,
            senders: row.senders,
            apply_from: row.apply_from,
            apply_effect: row.apply_effect,
            created_by: row.created_by,
            created_at: row.created_at,
            polled_at: row.polled_at,
            failures: row.failures,
            fault: row.fault,
        }
    }
}

/// The feeds on the lists of the caller's land.
#[utoipa::path(
    tag = "alerts",
    params(
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
        ("cursor" = Option<String>, Query, description = "where the page before ended"),
    ),
    responses((status = 200, body = AlertFeedList))
)]
#[get("/v1/alert-feeds")]
pub(in crate::world::routes) async fn list_alert_feeds(
    caller: Caller,
    request: HttpRequest,
    parts: Data<WorldParts>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<KeepAlertFeeds>()?;
    let page = Page::<(Timestamp, Uuid)>::only(&request)?;
    let sight = pass.scope().arrays();
    let limit = page.limit.saturating_add(1);
    let found = feeds(&parts.database, &sight, page.after, (None, limit)).await?;
    let Listed { items, next_cursor } =
        Listed::of(found, page.limit, |last| (last.created_at, last.feed_id));
    let items = items.into_iter().map(AlertFeedAnswer::of).collect();
    Ok(HttpResponse::Ok().json(AlertFeedList { items, next_cursor }))
}

/// Puts a feed on the list, for land that is the caller's own.
#[utoipa::path(
    tag = "alerts",
    params(("Idempotency-Key" = String, Header, description = "1 to 255 visible characters")),
    request_body = AlertFeedBody,
    responses(
        (status = 201, body = AlertFeedAnswer, headers(("Location" = String), ("ETag" = String))),
    )
)]
#[post("/v1/alert-feeds")]
pub(in crate::world::routes) async fn add_alert_feed(
    caller: Caller,
    parts: Data<WorldParts>,
    key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<KeepAlertFeeds>()?;
    let by = person(&pass)?;
    let new = wished(&body, parts.alerts.allow_loopback)?;
    let identity = pass.principal().identity;
    let claim = Claim::of(identity, "POST", "/v1/alert-feeds", &key.0, &body);
    let feed_id = id_of(&claim);
    let is_new = add_feed(&parts.database, (feed_id, &claim), &new, by).await?;
    let feed = seen(&parts, &pass.scope().arrays(), feed_id).await?;
    let mut answer = HttpResponse::Created();
    answer
        .insert_header((LOCATION, format!("/v1/alert-feeds/{feed_id}")))
        .insert_header((ETAG, tag(&feed).as_str()));
    if !is_new {
        answer.insert_header(("idempotent-replayed", "true"));
    }
    Ok(answer.json(AlertFeedAnswer::of(feed)))
}

/// Takes a feed off the list. What it drew stands until it ends.
#[utoipa::path(
    tag = "alerts",
    params(
        ("feed_id" = String, Path, description = "its id"),
        ("If-Match" = String, Header, description = "the version that was read, or `*`"),
    ),
    responses((status = 204, description = "It is off the list"))
)]
#[delete("/v1/alert-feeds/{feed_id}")]
pub(in crate::world::routes) async fn remove_alert_feed(
    caller: Caller,
    parts: Data<WorldParts>,
    path: Path<String>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<KeepAlertFeeds>()?;
    let by = person(&pass)?;
    let feed_id: Uuid = path.parse().map_err(|_no_id| Problem::hidden())?;
    let feed = seen(&parts, &pass.scope().arrays(), feed_id).await?;
    if_match.permit(&tag(&feed))?;
    remove_feed(&parts.database, feed_id, by).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn person(pass: &Pass<KeepAlertFeeds>) -> Result<PersonId, Problem> {
    pass.principal().person().ok_or_else(|| Problem::new(Kind::Forbidden))
}

/// A feed never changes but by leaving the list.
fn tag(feed: &FeedRow) -> ETag {
    ETag::of_version(feed.created_at.as_microsecond())
}

async fn seen(parts: &WorldParts, sight: &ScopeArrays, feed_id: Uuid) -> Result<FeedRow, Problem> {
    let found = feeds(&parts.database, sight, None, (Some(feed_id), 1)).await?;
    found.into_iter().next().ok_or_else(Problem::hidden)
}

fn wished(body: &[u8], allow_loopback: bool) -> Result<NewFeed, Problem> {
    let value = read_value(body)?;
    let faults = Faults::new();
    let read = Object::body(&value, &faults).and_then(|mut object| {
        let name = object.field("name").required().text(1..=200).map(str::to_owned);
        let url = object.field("url");
        let address = url.text(1..=2048).map(str::to_owned);
        if let Some(fault) = address.as_deref().and_then(|url| endpoint(url, allow_loopback).err())
        {
            url.fault(fault.code(), fault.to_string());
        }
        let client = object.field("client_id");
        if client.is_present() == url.is_present() {
            client.fault("ONE_OF", "a feed is fetched from a `url` or sent by a `client_id`");
        }
        let client_id = client.parse("a UUID");
        let texts = |field: Field<'_>, length: usize| {
            let list = field.list(0..=200).unwrap_or_default();
            list.iter().filter_map(|one| one.text(1..=length)).map(str::to_owned).collect()
        };
        let countries: Vec<String> = texts(object.field("countries"), 2);
        let area_ids: Vec<String> = texts(object.field("area_ids"), 100);
        if countries.is_empty() && area_ids.is_empty() {
            object.field("countries").fault("REQUIRED", "`countries` or `area_ids` are needed");
        }
        let senders = texts(object.field("senders"), 1_000);
        let least = object.field("apply_from");
        let apply_from = least.choice::<Severity>();
        if apply_from == Some(Severity::Unknown) {
            least.fault("CHOICE", "must be minor, moderate, severe or extreme");
        }
        let effect = object.field("apply_effect");
        let apply_effect = effect.choice::<FenceEffect>().unwrap_or(FenceEffect::Manual);
        if !matches!(apply_effect, FenceEffect::Condition | FenceEffect::Manual) {
            effect.fault("CHOICE", "must be condition or manual: nothing else needs no person");
        }
        object.finish();
        Some(NewFeed {
            name: name?,
            url: address,
            client_id,
            countries: countries.iter().map(|iso2| iso2.to_ascii_uppercase()).collect(),
            area_ids,
            senders,
            apply_from,
            apply_effect,
        })
    });
    faults.settle(read)
}

impl From<FeedError> for Problem {
    fn from(error: FeedError) -> Self {
        let told = error.to_string();
        match error {
            FeedError::NotPermitted => Self::new(Kind::Forbidden).detail(told),
            FeedError::UnknownClient => Self::new(Kind::Unprocessable).detail(told),
            FeedError::KeyReused => {
                Self::new(Kind::Unprocessable).code("IDEMPOTENCY_KEY_REUSED").detail(told)
            }
            FeedError::Database(error) => error.into(),
        }
    }
}
