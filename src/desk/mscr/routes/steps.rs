//! Steps of mission requests.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, post};

use super::super::{Asked, Missions, SteppedView};
use super::answered;
use super::form::{self, Spoken};
use crate::access::{Act, act};
use crate::model::Claim;
use crate::web::{
    Caller, ETag, IdempotencyKey, JsonBody, MaybeIfMatch, Problem, ProblemBody, note,
};

/// Advises headquarters: the designated official of every area that the request is for. A negative
/// advice is kept and shown, and binds nobody.
#[utoipa::path(
    tag = "missions",
    params(
        ("mscr_id" = Uuid, Path, description = "the request"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
        ("If-Match" = Option<String>, Header, description = "its `ETag`, or `*`"),
    ),
    request_body = form::RecommendBody,
    responses(
        (status = 200, body = SteppedView),
        (status = 409, body = ProblemBody),
    )
)]
#[expect(clippy::too_many_arguments, reason = "a handler's arguments are what it reads")]
#[post("/v1/mscr/{mscr_id}/recommend")]
pub(super) async fn recommend_mscr(
    request: HttpRequest,
    caller: Caller,
    missions: Data<Missions>,
    key: Path<String>,
    (idempotency, if_match): (IdempotencyKey, MaybeIfMatch),
    JsonBody(body): JsonBody,
) -> Result<HttpResponse, Problem> {
    let said = Said { request, caller, missions, key, idempotency, if_match, step: "recommend" };
    said.take::<act::RecommendMission>(&body, form::recommendation).await
}

/// Answers for the people of an organization: its executive head. Heads answer in parallel; the
/// first refusal ends the request and denies its clearances.
#[utoipa::path(
    tag = "missions",
    params(
        ("mscr_id" = Uuid, Path, description = "the request"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
        ("If-Match" = Option<String>, Header, description = "its `ETag`, or `*`"),
    ),
    request_body = form::ConsentBody,
    responses(
        (status = 200, body = SteppedView),
        (status = 409, body = ProblemBody),
    )
)]
#[expect(clippy::too_many_arguments, reason = "a handler's arguments are what it reads")]
#[post("/v1/mscr/{mscr_id}/consent")]
pub(super) async fn consent_mscr(
    request: HttpRequest,
    caller: Caller,
    missions: Data<Missions>,
    key: Path<String>,
    (idempotency, if_match): (IdempotencyKey, MaybeIfMatch),
    JsonBody(body): JsonBody,
) -> Result<HttpResponse, Problem> {
    let said = Said { request, caller, missions, key, idempotency, if_match, step: "consent" };
    said.take::<act::ConsentMission>(&body, form::consent).await
}

/// Decides: headquarters, once every organization has accepted. Granted, the clearances of the
/// people, areas and days it names are approved, save those that something else stands against;
/// refused, they are denied.
#[utoipa::path(
    tag = "missions",
    params(
        ("mscr_id" = Uuid, Path, description = "the request"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
        ("If-Match" = Option<String>, Header, description = "its `ETag`, or `*`"),
    ),
    request_body = form::DecideBody,
    responses(
        (status = 200, body = SteppedView),
        (status = 409, body = ProblemBody),
    )
)]
#[expect(clippy::too_many_arguments, reason = "a handler's arguments are what it reads")]
#[post("/v1/mscr/{mscr_id}/decide")]
pub(super) async fn decide_mscr(
    request: HttpRequest,
    caller: Caller,
    missions: Data<Missions>,
    key: Path<String>,
    (idempotency, if_match): (IdempotencyKey, MaybeIfMatch),
    JsonBody(body): JsonBody,
) -> Result<HttpResponse, Problem> {
    let said = Said { request, caller, missions, key, idempotency, if_match, step: "decide" };
    said.take::<act::DecideMission>(&body, form::decision).await
}

/// What every step comes with.
struct Said {
    request: HttpRequest,
    caller: Caller,
    missions: Data<Missions>,
    key: Path<String>,
    idempotency: IdempotencyKey,
    if_match: MaybeIfMatch,
    step: &'static str,
}

impl Said {
    async fn take<A: Act>(
        self,
        body: &[u8],
        read: fn(&[u8]) -> Result<Spoken, Problem>,
    ) -> Result<HttpResponse, Problem> {
        let pass = self.caller.admit_to_id::<A>()?;
        // who does not see the request is told nothing of it, nor of the body
        let reads = self.caller.admit_to_id::<act::ReadMissions>()?;
        self.missions.one(&reads, &self.key).await?;
        let (word, reasons) = read(body)?;
        let route = format!("/v1/mscr/{}/{}", self.key.as_str(), self.step);
        let identity = pass.principal().identity;
        let claim = Claim::of(identity, "POST", &route, &self.idempotency.0, body);
        let permits = |version: i32| {
            let tag = ETag::of_version(version);
            self.if_match.0.as_ref().is_none_or(|wanted| wanted.permit(&tag).is_ok())
        };
        let asked = Asked { word, reasons, claim };
        let principal = pass.principal();
        let kept = self.missions.step(principal, reads.scope(), &self.key, &asked, permits).await?;
        note(&self.request, "mscr_id", self.key.as_str());
        Ok(answered(kept))
    }
}
