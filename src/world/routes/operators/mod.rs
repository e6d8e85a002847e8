//! `/v1/operators`: advice of organizations on air operators, for their air focal points and for
//! security staff alone. Travellers are told to ask their air travel focal point.

mod shown;

use actix_web::http::header::{ETAG, LOCATION};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post, put};
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::{Builder, Uuid};

use self::shown::{
    OperatorAdviceAnswer, OperatorAnswer, OperatorAuthorizationAnswer, OperatorAuthorizationBody,
    OperatorAuthorizationList, OperatorBody, OperatorTripAnswer, OperatorTripList,
};
use super::WorldParts;
use crate::access::{Pass, act};
use crate::model::{Claim, OperatorStanding, OrganizationId, PersonId};
use crate::web::{
    Caller, ETag, Faults, IdempotencyKey, IfMatch, JsonBody, Kind, Listed, Object, Page, Problem,
    read_value,
};
use crate::world::operators::{
    AdviceSight, Authorization, BASES, Flying, NewAdvice, NewAuthorization, OperatorError, advice,
    advise, authorizations, authorize, flying, name,
};

/// Trips in the answer to a change of advice; the rest by page.
const SOME: i64 = 200;

/// What is said of an operator: by the caller's organization to its air focal point, by all of them
/// to security staff. Nobody else may know.
#[utoipa::path(
    tag = "operators",
    params(("code" = String, Path, description = "ICAO or IATA code")),
    responses((status = 200, body = OperatorAnswer, headers(("ETag" = String))))
)]
#[get("/v1/operators/{code}")]
pub(super) async fn get_operator(
    caller: Caller,
    parts: Data<WorldParts>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ReadOperators>()?;
    let code = code(&path)?;
    shown(&parts, &code, &sight(&pass), None).await
}

async fn shown(
    parts: &WorldParts,
    code: &str,
    sight: &AdviceSight,
    trips: Option<Vec<Flying>>,
) -> Result<HttpResponse, Problem> {
    let known = advice(&parts.database, code, sight).await?;
    let revisions: i64 = known.iter().map(|one| i64::from(one.revision)).sum();
    let answer = OperatorAnswer {
        name: name(&parts.database, code).await?,
        code: code.to_owned(),
        advice: known.into_iter().map(OperatorAdviceAnswer::of).collect(),
        trips: trips.map(|trips| trips.into_iter().map(OperatorTripAnswer::of).collect()),
    };
    let tag = ETag::of_version(revisions);
    Ok(HttpResponse::Ok().insert_header((ETAG, tag.as_str())).json(answer))
}

/// Says what the organization thinks of an operator. Clearances stay as they are: the answer lists
/// the live trips that fly with it, for the air focal point to look at.
#[utoipa::path(
    tag = "operators",
    params(
        ("code" = String, Path, description = "ICAO or IATA code"),
        ("If-Match" = String, Header, description = "the version that was read, or `*`"),
    ),
    request_body = OperatorBody,
    responses((status = 200, body = OperatorAnswer, headers(("ETag" = String))))
)]
#[put("/v1/operators/{code}")]
pub(super) async fn put_operator(
    caller: Caller,
    parts: Data<WorldParts>,
    path: Path<String>,
    if_match: IfMatch,
    JsonBody(body): JsonBody,
) -> Result<HttpResponse, Problem> {
    let (organization, by) = focal_point(&caller)?;
    let code = code(&path)?;
    let new = wished(&body)?;
    let permit = |revision: i32| if_match.permit(&ETag::of_version(revision));
    advise::<Problem>(&parts.database, (&organization, &code), &new, by, permit).await?;
    let sight = own(&organization);
    let trips = flying(&parts.database, &code, &sight, None, SOME).await?;
    shown(&parts, &code, &sight, Some(trips)).await
}

/// Live trips of the organization that fly with an operator, by day, for its air focal point.
#[utoipa::path(
    tag = "operators",
    params(
        ("code" = String, Path, description = "ICAO or IATA code"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
        ("cursor" = Option<String>, Query, description = "where the page before ended"),
    ),
    responses((status = 200, body = OperatorTripList))
)]
#[get("/v1/operators/{code}/trips")]
pub(super) async fn list_operator_trips(
    caller: Caller,
    request: HttpRequest,
    parts: Data<WorldParts>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (organization, _) = focal_point(&caller)?;
    let code = code(&path)?;
    let page = Page::<(Date, Uuid, String)>::only(&request)?;
    let limit = page.limit.saturating_add(1);
    let found = flying(&parts.database, &code, &own(&organization), page.after, limit).await?;
    let place = |last: &Flying| (last.day, last.trip_id, last.flight.clone());
    let Listed { items, next_cursor } = Listed::of(found, page.limit, place);
    let items = items.into_iter().map(OperatorTripAnswer::of).collect();
    Ok(HttpResponse::Ok().json(OperatorTripList { items, next_cursor }))
}

/// Permissions to use an operator, the latest first.
#[utoipa::path(
    tag = "operators",
    params(
        ("code" = String, Path, description = "ICAO or IATA code"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
        ("cursor" = Option<String>, Query, description = "where the page before ended"),
    ),
    responses((status = 200, body = OperatorAuthorizationList))
)]
#[get("/v1/operators/{code}/authorizations")]
pub(super) async fn list_operator_authorizations(
    caller: Caller,
    request: HttpRequest,
    parts: Data<WorldParts>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ReadOperators>()?;
    let code = code(&path)?;
    let page = Page::<(Timestamp, Uuid)>::only(&request)?;
    let limit = page.limit.saturating_add(1);
    let sight = sight(&pass);
    let found = authorizations(&parts.database, &code, &sight, page.after, (None, limit)).await?;
    let place = |last: &Authorization| (last.given_at, last.authorization_id);
    let Listed { items, next_cursor } = Listed::of(found, page.limit, place);
    let items = items.into_iter().map(OperatorAuthorizationAnswer::of).collect();
    Ok(HttpResponse::Ok().json(OperatorAuthorizationList { items, next_cursor }))
}

/// Permits the use of an operator: for one trip of the organization, or for all its people for a
/// time. Decisions made from then on ask for the organization's word no more.
#[utoipa::path(
    tag = "operators",
    params(
        ("code" = String, Path, description = "ICAO or IATA code"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
    ),
    request_body = OperatorAuthorizationBody,
    responses(
        (status = 201, body = OperatorAuthorizationAnswer, headers(("Location" = String))),
    )
)]
#[post("/v1/operators/{code}/authorizations")]
pub(super) async fn add_operator_authorization(
    caller: Caller,
    parts: Data<WorldParts>,
    path: Path<String>,
    key: IdempotencyKey,
    JsonBody(body): JsonBody,
) -> Result<HttpResponse, Problem> {
    let (organization, by) = focal_point(&caller)?;
    let code = code(&path)?;
    let new = permission(&body)?;
    let route = format!("/v1/operators/{code}/authorizations");
    let claim = Claim::of(caller.0.identity, "POST", &route, &key.0, &body);
    let named = (&organization, code.as_str());
    let (given, is_new) =
        authorize(&parts.database, (id_of(&claim), &claim), named, &new, by).await?;
    let mut answer = HttpResponse::Created();
    answer.insert_header((LOCATION, route));
    if !is_new {
        answer.insert_header(("idempotent-replayed", "true"));
    }
    Ok(answer.json(OperatorAuthorizationAnswer::of(given)))
}

fn id_of(claim: &Claim) -> Uuid {
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(claim.key_hash) {
        *to = from;
    }
    Builder::from_custom_bytes(bytes).into_uuid()
}

/// A code in capitals; what is none names nothing.
fn code(path: &str) -> Result<String, Problem> {
    let code = path.to_ascii_uppercase();
    let is_iata = code.len() == 2 && code.bytes().all(|b| b.is_ascii_alphanumeric());
    let is_icao = code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
    if is_iata || is_icao { Ok(code) } else { Err(Problem::hidden()) }
}

/// Security staff see what every organization says; an air focal point, the own.
fn sight(pass: &Pass<act::ReadOperators>) -> AdviceSight {
    let arrays = pass.scope().arrays();
    let is_staff = !arrays.areas.is_empty() || !arrays.countries.is_empty();
    AdviceSight { everybody: arrays.everywhere || is_staff, organizations: arrays.organizations }
}

fn own(organization: &OrganizationId) -> AdviceSight {
    let organizations = vec![organization.as_str().to_owned()];
    AdviceSight { everybody: false, organizations }
}

/// The organization whose air focal point the caller is.
fn focal_point(caller: &Caller) -> Result<(OrganizationId, PersonId), Problem> {
    let pass = caller.admit::<act::AdviseOperators>()?;
    let by = pass.principal().person().ok_or_else(|| Problem::new(Kind::Forbidden))?;
    let organization = pass.capacities().find_map(|held| held.organization.clone());
    Ok((organization.ok_or_else(|| Problem::new(Kind::Forbidden))?, by))
}

fn wished(body: &[u8]) -> Result<NewAdvice, Problem> {
    let value = read_value(body)?;
    let faults = Faults::new();
    let read = Object::body(&value, &faults).and_then(|mut object| {
        let standing = object.field("status").required().choice::<OperatorStanding>();
        let valid_to = object.field("valid_to").date();
        let state = object.field("aoc_state");
        let aoc_state = state.text(2..=2).map(str::to_ascii_uppercase);
        if aoc_state.as_ref().is_some_and(|state| !state.bytes().all(|b| b.is_ascii_uppercase())) {
            state.fault("FORMAT", "must be two letters");
        }
        let field = object.field("basis");
        let text = field.text(1..=20);
        let basis = text.and_then(|text| BASES.into_iter().find(|known| *known == text));
        if text.is_some() && basis.is_none() {
            field.fault("CHOICE", "must be icao_audit, iosa, bars or own");
        }
        let note = object.field("note").text(1..=2000).map(str::to_owned);
        object.finish();
        Some(NewAdvice { standing: standing?, valid_to, aoc_state, basis, note })
    });
    faults.settle(read)
}

fn permission(body: &[u8]) -> Result<NewAuthorization, Problem> {
    let value = read_value(body)?;
    let faults = Faults::new();
    let read = Object::body(&value, &faults).and_then(|mut object| {
        let kind = object.field("kind").required();
        let is_ad_hoc = match kind.text(1..=20) {
            Some("ad_hoc") => true,
            Some("blanket") => false,
            other => {
                if other.is_some() {
                    kind.fault("CHOICE", "must be ad_hoc or blanket");
                }
                false
            }
        };
        let trip = object.field("trip_id");
        let trip = if is_ad_hoc { trip.required() } else { trip };
        let trip_id = trip.parse("a UUID");
        if !is_ad_hoc && trip.is_present() {
            trip.fault("UNKNOWN_FIELD", "a blanket permission is for no trip in particular");
        }
        let valid_from = object.field("valid_from").date();
        let until = object.field("until").required();
        let valid_to = until.date();
        if valid_to.is_some_and(|last| valid_from.is_some_and(|first| last < first)) {
            until.fault("RANGE", "must not be before `valid_from`");
        }
        let reason = object.field("reason").required().text(1..=2000).map(str::to_owned);
        object.finish();
        Some(NewAuthorization { trip_id, valid_from, valid_to: valid_to?, reason: reason? })
    });
    faults.settle(read)
}

impl From<OperatorError> for Problem {
    fn from(error: OperatorError) -> Self {
        let told = error.to_string();
        match error {
            OperatorError::NotPermitted => Self::new(Kind::Forbidden).detail(told),
            OperatorError::KeyReused => {
                Self::new(Kind::Unprocessable).code("IDEMPOTENCY_KEY_REUSED").detail(told)
            }
            OperatorError::Database(error) => error.into(),
        }
    }
}
