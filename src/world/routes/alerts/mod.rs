//! `/v1/alerts`: messages in the Common Alerting Protocol, what became of them and what they propose.

mod feeds;
mod release;
mod shown;

use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use jiff::Timestamp;
use uuid::{Builder, Uuid};

pub(super) use self::feeds::{
    __path_add_alert_feed, __path_list_alert_feeds, __path_remove_alert_feed, add_alert_feed,
    list_alert_feeds, remove_alert_feed,
};
use self::release::reach;
pub(super) use self::release::{__path_release_alert, release_alert};
use self::shown::{AlertAnswer, AlertConfirmed, AlertList, ConfirmBody, DismissBody};
use super::WorldParts;
use crate::access::{Holder, Land, ScopeArrays, act};
use crate::database::Database;
use crate::metrics::AlertMetrics;
use crate::model::{Cause, Claim, FenceEffect, FenceKind, PersonId};
use crate::web::{
    Caller, Faults, IdempotencyKey, JsonBody, Kind, Listed, Object, Page, Preview, Problem,
    ProblemBody, XmlBody, note, read_query, read_value,
};
use crate::world::advisories::PublishError;
use crate::world::alerts::{
    AlertState, DecideError, ListQuestion, Origin, ProposalRow, ProposalState, Wish, confirm,
    dismiss, do_what_is_due, list, planned, proposals, repeated, set_aside, take_in,
};
use crate::world::preview::{Edit, foresee};

/// Takes a message in. It is kept as it came, whatever is wrong with it, and `state` and `remarks`
/// tell what became of it. Only what comes by a feed on an official's list has effects without a
/// person.
#[utoipa::path(
    tag = "alerts",
    params(("Idempotency-Key" = String, Header, description = "1 to 255 visible characters")),
    request_body(content(
        (String = "application/cap+xml"), (String = "application/xml"), (String = "text/xml"),
    ), description = "CAP 1.2; 1.1 and 1.0 too. 16 MiB at most"),
    responses(
        (status = 201, body = AlertAnswer, headers(("Location" = String))),
        (status = 422, body = ProblemBody, description = "`IDEMPOTENCY_KEY_REUSED`"),
    )
)]
#[post("/v1/alerts")]
pub(super) async fn add_alert(
    caller: Caller,
    request: HttpRequest,
    parts: Data<WorldParts>,
    key: IdempotencyKey,
    XmlBody(body): XmlBody,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ImportAlerts>()?;
    if body.is_empty() {
        return Err(Problem::new(Kind::Malformed).detail("there is no body"));
    }
    let principal = pass.principal();
    let claim = Claim::of(principal.identity, "POST", "/v1/alerts", &key.0, &body);
    let alert_id = id_of(&claim);
    let mut answer = HttpResponse::Created();
    answer.insert_header((LOCATION, format!("/v1/alerts/{alert_id}")));
    if was_sent(&parts, alert_id, &claim.fingerprint).await? {
        answer.insert_header(("idempotent-replayed", "true"));
    } else {
        let origin = Origin {
            alert_id,
            identity: Some(principal.identity),
            client: match principal.holder {
                Holder::Client(client) => Some(client),
                Holder::Person(_) => None,
            },
            feed: None,
            land: land(&pass.scope().arrays()),
            corrects: None,
        };
        let taken = take_in(&parts.database, &parts.atlas.load(), &body, &origin).await?;
        taken.count(&parts.metrics.alerts);
        note(&request, "alert_id", taken.alert_id.to_string());
        note(&request, "alert_state", taken.state.as_str().to_owned());
        if taken.is_due {
            apply(&parts).await;
        }
    }
    let asked = ListQuestion {
        identity: principal.identity,
        alert_id: Some(alert_id),
        limit: 1,
        ..ListQuestion::default()
    };
    let alert = one(&parts, &asked).await?;
    Ok(answer.json(alert))
}

/// Whether a request with this key has made its alert already, with the same bytes.
async fn was_sent(parts: &WorldParts, alert_id: Uuid, digest: &[u8]) -> Result<bool, Problem> {
    match repeated(&parts.database, alert_id).await? {
        Some(before) if before != digest => Err(Problem::new(Kind::Unprocessable)
            .code("IDEMPOTENCY_KEY_REUSED")
            .detail("this key was used with another body")),
        before => Ok(before.is_some()),
    }
}

/// What an official has asked for is done at once; where that fails, the loop does it.
async fn apply(parts: &WorldParts) {
    match do_what_is_due(counted(parts), &parts.atlas.load()).await {
        Ok(true) => parts.changed(),
        Ok(false) => {}
        Err(error) => tracing::info!(%error, "what alerts ask for is done later"),
    }
}

/// The id that a caller's key stands for: who repeats a request finds what the first one made.
fn id_of(claim: &Claim) -> Uuid {
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(claim.key_hash) {
        *to = from;
    }
    Builder::from_custom_bytes(bytes).into_uuid()
}

fn land(arrays: &ScopeArrays) -> Land {
    Land {
        areas: arrays.areas.iter().map(|area| area.as_str().into()).collect(),
        countries: arrays.countries.iter().map(|country| country.as_str().into()).collect(),
    }
}

/// One alert in sight with what it proposes.
async fn one(parts: &WorldParts, asked: &ListQuestion) -> Result<AlertAnswer, Problem> {
    let found = list(&parts.database, asked).await?;
    let alert = found.into_iter().next().ok_or_else(Problem::hidden)?;
    let proposals = proposals(&parts.database, &[alert.alert_id]).await?;
    Ok(AlertAnswer::whole(alert, proposals))
}

/// Alerts, the latest to come first; without their messages.
#[utoipa::path(
    tag = "alerts",
    params(
        ("state" = Option<String>, Query,
            description = "`accepted`, `repaired`, `quarantined`, `duplicate`, `no_effect`, `released` or \
                `dismissed`"),
        ("area" = Option<String>, Query, description = "an area they are about"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
        ("cursor" = Option<String>, Query, description = "where the page before ended"),
    ),
    responses((status = 200, body = AlertList))
)]
#[get("/v1/alerts")]
pub(super) async fn list_alerts(
    caller: Caller,
    request: HttpRequest,
    parts: Data<WorldParts>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ReadAlerts>()?;
    let (state, area, page) = read_query(&request, |query| {
        let page: Page<i64> = Page::read(query);
        let state = query.field("state").choice::<AlertState>();
        let area = query.field("area").text(1..=100).map(str::to_owned);
        (state, area, page)
    })?;
    let asked = ListQuestion {
        sight: pass.scope().arrays(),
        identity: pass.principal().identity,
        state: state.map(AlertState::as_str),
        area,
        before: page.after,
        limit: page.limit.saturating_add(1),
        alert_id: None,
    };
    let found = list(&parts.database, &asked).await?;
    let Listed { items, next_cursor } = Listed::of(found, page.limit, |last| last.position);
    let items = items.into_iter().map(AlertAnswer::brief).collect();
    Ok(HttpResponse::Ok().json(AlertList { items, next_cursor }))
}

/// An alert with its message and what it proposes.
#[utoipa::path(
    tag = "alerts",
    params(("alert_id" = String, Path, description = "its id")),
    responses((status = 200, body = AlertAnswer))
)]
#[get("/v1/alerts/{alert_id}")]
pub(super) async fn get_alert(
    caller: Caller,
    parts: Data<WorldParts>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let asked = sought(&caller, &path)?;
    Ok(HttpResponse::Ok().json(one(&parts, &asked).await?))
}

/// The question for one alert in the caller's sight.
fn sought(caller: &Caller, path: &str) -> Result<ListQuestion, Problem> {
    let pass = caller.admit_to_id::<act::ReadAlerts>()?;
    let alert_id = path.parse().map_err(|_no_id| Problem::hidden())?;
    Ok(ListQuestion {
        sight: pass.scope().arrays(),
        identity: pass.principal().identity,
        alert_id: Some(alert_id),
        limit: 1,
        ..ListQuestion::default()
    })
}

/// Confirms what an alert proposes: one proposal, or all that are open. A fence is drawn, at once
/// in the place of those of earlier messages; one that was cancelled is taken away; words for
/// travellers go before what the advisory of each area says, as a draft that somebody looks at and
/// publishes. Whoever may draw fences in all of its areas.
#[utoipa::path(
    tag = "alerts",
    params(
        ("alert_id" = String, Path, description = "its id"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
        ("preview" = Option<bool>, Query, description = "Only say what it would do"),
    ),
    request_body = ConfirmBody,
    responses(
        (status = 200, body = AlertConfirmed),
        (
            status = 409,
            body = ProblemBody,
            description = "`ALREADY_DECIDED`, `ENDED`, `FENCE_REDRAWN`, `DRAFT_OVERTAKEN`"
        ),
    )
)]
#[post("/v1/alerts/{alert_id}/confirm")]
pub(super) async fn confirm_alert(
    caller: Caller,
    parts: Data<WorldParts>,
    path: Path<String>,
    asking: (IdempotencyKey, Preview),
    JsonBody(body): JsonBody,
) -> Result<HttpResponse, Problem> {
    let asked = sought(&caller, &path)?;
    let by = person(&caller)?;
    let (chosen, wish) = wished(&body, parts.clock.now())?;
    let chosen = chosen_of(&parts, &asked, chosen).await?;
    let (_, Preview(is_preview)) = asking;
    if is_preview {
        return foreseen(&parts, &chosen, by, &wish).await;
    }
    let mut version = None;
    for proposal in chosen {
        let atlas = parts.atlas.load();
        let changed = confirm(counted(&parts), &atlas, proposal, by, &wish).await?;
        version = version.max(changed);
    }
    if version.is_some() {
        parts.changed();
    }
    let alert = Box::new(one(&parts, &asked).await?);
    Ok(HttpResponse::Ok().json(AlertConfirmed::Alert(alert)))
}

/// What confirming would do to live clearances.
async fn foreseen(
    parts: &WorldParts,
    chosen: &[Uuid],
    by: PersonId,
    wish: &Wish,
) -> Result<HttpResponse, Problem> {
    let mut changes = Vec::new();
    for proposal in chosen {
        let atlas = parts.atlas.load();
        changes.extend(planned(&parts.database, &atlas, *proposal, by, wish).await?);
    }
    let foreseen = foresee(parts, &Edit::Fences(changes), Cause::Fence).await?;
    Ok(HttpResponse::Ok().json(AlertConfirmed::Foreseen(Box::new(foreseen))))
}

/// Dismisses what an alert proposes: one proposal, or all that are open. A message in quarantine,
/// which proposes nothing, is dismissed itself: it is kept as it came, with the reason.
#[utoipa::path(
    tag = "alerts",
    params(
        ("alert_id" = String, Path, description = "its id"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
    ),
    request_body = DismissBody,
    responses(
        (status = 200, body = AlertAnswer),
        (
            status = 409,
            body = ProblemBody,
            description = "`ALREADY_DECIDED`, `NOT_QUARANTINED`"
        ),
    )
)]
#[post("/v1/alerts/{alert_id}/dismiss")]
pub(super) async fn dismiss_alert(
    caller: Caller,
    parts: Data<WorldParts>,
    path: Path<String>,
    _key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<HttpResponse, Problem> {
    let asked = sought(&caller, &path)?;
    let by = person(&caller)?;
    let value = read_value(&body)?;
    let faults = Faults::new();
    let read = Object::body(&value, &faults).and_then(|mut object| {
        let chosen = object.field("proposal_id").parse("a UUID");
        let reason = object.field("reason").required().text(1..=2000).map(str::to_owned);
        object.finish();
        Some((chosen, reason?))
    });
    let (chosen, reason) = faults.settle(read)?;
    let alert = one(&parts, &asked).await?;
    if chosen.is_none() && alert.was_quarantined() {
        let own = reach(&caller.admit::<act::WriteFences>()?.scope().arrays());
        let (atlas, place) = (parts.atlas.load(), (alert.alert_id, &own));
        set_aside(&parts.database, &atlas, place, (by, &reason)).await?;
        return Ok(HttpResponse::Ok().json(one(&parts, &asked).await?));
    }
    for proposal in chosen_of(&parts, &asked, chosen).await? {
        dismiss(counted(&parts), proposal, by, &reason).await?;
    }
    Ok(HttpResponse::Ok().json(one(&parts, &asked).await?))
}

/// The database, and where what is decided is counted.
fn counted(parts: &WorldParts) -> (&Database, &AlertMetrics) {
    (&parts.database, &parts.metrics.alerts)
}

/// Who may draw fences somewhere; where exactly is asked of the database.
fn person(caller: &Caller) -> Result<PersonId, Problem> {
    let pass = caller.admit::<act::WriteFences>()?;
    pass.principal().person().ok_or_else(|| Problem::new(Kind::Forbidden))
}

/// The proposal that is named, or all that are open, of an alert in sight.
async fn chosen_of(
    parts: &WorldParts,
    asked: &ListQuestion,
    chosen: Option<Uuid>,
) -> Result<Vec<Uuid>, Problem> {
    let found = list(&parts.database, asked).await?;
    let alert = found.first().ok_or_else(Problem::hidden)?;
    let all = proposals(&parts.database, &[alert.alert_id]).await?;
    let wanted = |one: &&ProposalRow| match chosen {
        Some(chosen) => one.proposal_id == chosen,
        None => one.state == ProposalState::Open,
    };
    let found: Vec<Uuid> = all.iter().filter(wanted).map(|one| one.proposal_id).collect();
    match (found.is_empty(), chosen) {
        (false, _) => Ok(found),
        (true, Some(_)) => Err(Problem::hidden()),
        (true, None) => Err(Problem::new(Kind::Conflict)
            .code("ALREADY_DECIDED")
            .detail("nothing of this alert waits for a decision")),
    }
}

fn wished(body: &[u8], now: Timestamp) -> Result<(Option<Uuid>, Wish), Problem> {
    let value = read_value(body)?;
    let faults = Faults::new();
    let read = Object::body(&value, &faults).map(|mut object| {
        let chosen = object.field("proposal_id").parse("a UUID");
        let effect = object.field("effect");
        let strict = effect.choice::<FenceEffect>();
        if strict.is_some_and(|wished| wished > FenceEffect::Manual) {
            effect.fault("CHOICE", "must be advise, condition or manual; stricter ones are drawn");
        }
        let end = object.field("valid_until");
        let until = end.timestamp();
        if until.is_some_and(|until| until <= now) {
            end.fault("RANGE", "must be in the future");
        }
        let wish = Wish {
            effect: strict,
            kind: object.field("kind").choice::<FenceKind>(),
            name: object.field("name").text(1..=200).map(str::to_owned),
            until,
            reason: object.field("reason").text(1..=2000).map(str::to_owned),
        };
        object.finish();
        (chosen, wish)
    });
    faults.settle(read)
}

impl From<DecideError> for Problem {
    fn from(error: DecideError) -> Self {
        let told = error.to_string();
        match error {
            DecideError::Unknown => Self::hidden(),
            DecideError::NotPermitted => Self::new(Kind::Forbidden).detail(told),
            DecideError::Settled(_) => {
                Self::new(Kind::Conflict).code("ALREADY_DECIDED").detail(told)
            }
            DecideError::Redrawn => Self::new(Kind::Conflict).code("FENCE_REDRAWN").detail(told),
            DecideError::Ended => Self::new(Kind::Conflict).code("ENDED").detail(told),
            DecideError::Advisory(PublishError::Overtaken) => {
                Self::new(Kind::Conflict).code("DRAFT_OVERTAKEN").detail(told)
            }
            DecideError::Advisory(error) => error.into(),
            DecideError::Border(error) => Self::internal(&error),
            error @ DecideError::Unreadable => Self::internal(&error),
            DecideError::Database(error) => error.into(),
        }
    }
}
