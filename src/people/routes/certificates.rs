//! Certificates of a person.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post, put};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::form::{self, CertificateIn, CertificatesIn};
use super::shown::{CertificateOut, CertificatesOut};
use super::{person_of, trace};
use crate::access::act;
use crate::model::PersonId;
use crate::people::{People, PeopleError, Reporter, View, reporter, store};
use crate::web::{
    Caller, ETag, Faults, IfMatch, JsonBody, MaybeIfMatch, Object, Problem, read_value,
};

/// A person whose certificates the caller may write, and in which part.
struct Writable {
    person: PersonId,
    revision: i64,
    reporter: Reporter,
    view: View,
    today: Date,
}

impl Writable {
    fn tag(&self) -> ETag {
        ETag::of_version(self.revision)
    }
}

/// The certificates of a person, by course and day.
#[utoipa::path(
    tag = "people",
    params(("person_id" = String, Path, description = "An id, or `me`")),
    responses(
        (status = 200, body = CertificatesOut, headers(("ETag" = String))),
        (status = 304, description = "Not changed"),
    )
)]
#[get("/v1/people/{person_id}/certificates")]
pub(super) async fn list_certificates(
    request: HttpRequest,
    path: Path<String>,
    caller: Caller,
    people: Data<People>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<act::ReadPeople>()?;
    let person = person_of(&path, pass.principal())?;
    let seen = people.profile(person, pass.scope()).await?;
    trace(&request, &seen);
    let tag = ETag::of_version(seen.revision);
    if tag.is_known_to(&request) {
        return Ok(HttpResponse::NotModified().insert_header(("etag", tag.as_str())).finish());
    }
    answer(&people, person, seen.view, &tag).await
}

/// Puts a list of claims in the place of the claims there are. What was verified stays.
#[utoipa::path(
    tag = "people",
    params(
        ("person_id" = String, Path, description = "An id, or `me`"),
        ("If-Match" = String, Header, description = "The tag that was read")
    ),
    request_body = CertificatesIn,
    responses((status = 200, body = CertificatesOut, headers(("ETag" = String))))
)]
#[put("/v1/people/{person_id}/certificates")]
pub(super) async fn put_certificates(
    path: Path<String>,
    caller: Caller,
    people: Data<People>,
    if_match: IfMatch,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let target = writable(&path, &caller, &people).await?;
    if_match.permit(&target.tag())?;
    let value = read_value(&body.0)?;
    let faults = Faults::new();
    let reports = Object::body(&value, &faults).and_then(|mut object| {
        let entries = object.field("certificates").required().list(0..=100);
        object.finish();
        let read = |entry: &crate::web::Field<'_>| {
            form::certificate(entry.object()?, target.reporter, target.today)
        };
        entries.map(|entries| entries.iter().filter_map(read).collect::<Vec<_>>())
    });
    if let Some(reports) = &reports {
        refuse_twice(reports, &faults);
    }
    let reports = faults.settle(reports)?;
    let by = caller.0.identity;
    let revision = people.report((target.person, target.revision), &reports, true, by).await?;
    answer(&people, target.person, target.view, &ETag::of_version(revision)).await
}

/// Reports one certificate. The same course and day again changes the one that is there.
#[utoipa::path(
    tag = "people",
    params(
        ("person_id" = String, Path, description = "An id, or `me`"),
        ("If-Match" = Option<String>, Header, description = "The tag that was read, if any"),
    ),
    request_body = CertificateIn,
    responses((status = 201, body = CertificateOut, headers(("ETag" = String))))
)]
#[post("/v1/people/{person_id}/certificates")]
pub(super) async fn add_certificate(
    path: Path<String>,
    caller: Caller,
    people: Data<People>,
    if_match: MaybeIfMatch,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let target = writable(&path, &caller, &people).await?;
    if let MaybeIfMatch(Some(if_match)) = if_match {
        if_match.permit(&target.tag())?;
    }
    let value = read_value(&body.0)?;
    let faults = Faults::new();
    let report = Object::body(&value, &faults)
        .and_then(|object| form::certificate(object, target.reporter, target.today));
    let report = faults.settle(report)?;
    let key = (report.course.clone(), report.completed_on);
    let by = caller.0.identity;
    let revision = people.report((target.person, target.revision), &[report], false, by).await?;
    let stored = people.certificates(target.person).await?.into_iter();
    let mut same =
        stored.filter(|of| (&of.report.course, of.report.completed_on) == (&key.0, key.1));
    let stored = same.next().ok_or(PeopleError::Stale)?;
    let place = format!("/v1/people/{}/certificates", target.person);
    Ok(HttpResponse::Created()
        .insert_header(("location", place))
        .insert_header(("etag", ETag::of_version(revision).as_str()))
        .json(CertificateOut::of(stored, target.view)))
}

/// As one who may verify, where the caller is one for this person; else as one who claims.
async fn writable(path: &str, caller: &Caller, people: &People) -> Result<Writable, Problem> {
    let person = person_of(path, &caller.0)?;
    if let Ok(pass) = caller.admit::<act::VerifyCertificates>()
        && let Some((revision, now)) =
            store::verifiable(&people.database, person, pass.scope()).await?
        // nobody verifies their own
        && caller.0.person() != Some(person)
    {
        let (reporter, today) = (reporter(&pass), day(now));
        return Ok(Writable { person, revision, reporter, view: View::Security, today });
    }
    let pass = caller.admit_to_id::<act::WritePeople>()?;
    let (seen, _) = people.writable(person, &pass).await?;
    Ok(Writable {
        person,
        revision: seen.revision,
        reporter: Reporter::Claimant,
        view: seen.view,
        today: day(seen.now),
    })
}

fn day(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date()
}

/// A course on one day is one certificate.
fn refuse_twice(reports: &[crate::people::CertificateReport], faults: &Faults) {
    let mut seen = std::collections::BTreeSet::new();
    for (index, report) in reports.iter().enumerate() {
        if !seen.insert((&report.course, report.completed_on)) {
            let pointer = format!("/certificates/{index}");
            faults.add(pointer, "TWICE", "the same course on the same day is listed before");
        }
    }
}

async fn answer(
    people: &People,
    person: PersonId,
    view: View,
    tag: &ETag,
) -> Result<HttpResponse, Problem> {
    let stored = people.certificates(person).await?;
    let items = stored.into_iter().map(|stored| CertificateOut::of(stored, view)).collect();
    Ok(HttpResponse::Ok().insert_header(("etag", tag.as_str())).json(CertificatesOut { items }))
}
