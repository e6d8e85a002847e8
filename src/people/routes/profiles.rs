//! Profiles and dependants.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post, put};

use super::form::{self, PersonIn};
use super::shown::{DependantsOut, PersonOut, etag};
use super::{person_of, trace};
use crate::access::act;
use crate::model::PersonStatus;
use crate::people::{People, Profile, SeenProfile, store};
use crate::web::{Caller, Faults, IfMatch, JsonBody, Problem, read_value};

/// A person's profile, as far as the caller may see it.
#[utoipa::path(
    tag = "people",
    params(("person_id" = String, Path, description = "An id, or `me`")),
    responses(
        (status = 200, body = PersonOut, headers(("ETag" = String))),
        (status = 304, description = "Not changed"),
    )
)]
#[get("/v1/people/{person_id}")]
pub(super) async fn get_person(
    request: HttpRequest,
    path: Path<String>,
    caller: Caller,
    people: Data<People>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<act::ReadPeople>()?;
    let person = person_of(&path, pass.principal())?;
    let seen = people.profile(person, pass.scope()).await?;
    trace(&request, &seen);
    let tag = etag(&seen);
    if tag.is_known_to(&request) {
        return Ok(HttpResponse::NotModified().insert_header(("etag", tag.as_str())).finish());
    }
    Ok(shown(&seen))
}

/// Writes a profile: the person what is theirs, the organization what it keeps.
#[utoipa::path(
    tag = "people",
    params(
        ("person_id" = String, Path, description = "An id, or `me`"),
        ("If-Match" = String, Header, description = "The tag that was read")
    ),
    request_body = PersonIn,
    responses((status = 200, body = PersonOut, headers(("ETag" = String))))
)]
#[put("/v1/people/{person_id}")]
pub(super) async fn put_person(
    path: Path<String>,
    caller: Caller,
    people: Data<People>,
    if_match: IfMatch,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<act::WritePeople>()?;
    let person = person_of(&path, pass.principal())?;
    let (before, hand) = people.writable(person, &pass).await?;
    if_match.permit(&etag(&before))?;
    let faults = Faults::new();
    let after = form::profile(&read_value(&body.0)?, &before, hand, &faults);
    if let Some(after) = &after {
        refuse_unknown_area(&people, &before, after, &faults).await?;
    }
    let after = faults.settle(after)?;
    people.replace(&before, &after, pass.principal().identity).await?;
    let seen = people.profile(person, pass.scope()).await?;
    Ok(shown(&seen))
}

/// Deactivates a person of the own organization: they travel no more. Their future stays are
/// cancelled; whoever is inside an area is left as they are, and shows there (R-1004, c.11).
#[utoipa::path(
    tag = "people",
    params(
        ("person_id" = String, Path, description = "An id"),
        ("If-Match" = String, Header, description = "The tag that was read, or `*`")
    ),
    responses((status = 200, body = PersonOut, headers(("ETag" = String))))
)]
#[post("/v1/people/{person_id}/deactivate")]
pub(super) async fn deactivate_person(
    path: Path<String>,
    caller: Caller,
    people: Data<People>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<act::ImportPeople>()?;
    let person = person_of(&path, pass.principal())?;
    let before = people.profile(person, pass.scope()).await?;
    if_match.permit(&etag(&before))?;
    if before.profile.status != PersonStatus::Deactivated {
        let status = PersonStatus::Deactivated;
        let after = Profile { status, ..before.profile.clone() };
        people.replace(&before, &after, pass.principal().identity).await?;
    }
    let seen = people.profile(person, pass.scope()).await?;
    Ok(shown(&seen))
}

async fn refuse_unknown_area(
    people: &People,
    before: &SeenProfile,
    after: &Profile,
    faults: &Faults,
) -> Result<(), Problem> {
    let station = after.duty_station_area_id.as_ref();
    let changed = station.filter(|_| before.profile.duty_station_area_id.as_ref() != station);
    if let Some(area) = changed
        && !store::area_exists(&people.database, area).await?
    {
        faults.add("/duty_station_area_id", "AREA_UNKNOWN", "no such area");
    }
    Ok(())
}

/// Family and guests of a person in sight.
#[utoipa::path(
    tag = "people",
    params(("person_id" = String, Path, description = "An id, or `me`")),
    responses((status = 200, body = DependantsOut))
)]
#[get("/v1/people/{person_id}/dependants")]
pub(super) async fn list_dependants(
    request: HttpRequest,
    path: Path<String>,
    caller: Caller,
    people: Data<People>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<act::ReadPeople>()?;
    let person = person_of(&path, pass.principal())?;
    let seen = people.profile(person, pass.scope()).await?;
    trace(&request, &seen);
    let dependants = store::load_dependants(&people.database, &seen).await?;
    Ok(HttpResponse::Ok().json(DependantsOut::of(dependants, seen.view)))
}

fn shown(seen: &SeenProfile) -> HttpResponse {
    HttpResponse::Ok().insert_header(("etag", etag(seen).as_str())).json(PersonOut::of(seen))
}
