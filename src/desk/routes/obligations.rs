//! Meeting what an approval obliges to.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::obligations::Said;
use super::{answered, id};
use crate::access::act;
use crate::desk::Desk;
use crate::model::Claim;
use crate::trips::ObligationAnswer;
use crate::web::{
    Caller, Faults, IdempotencyKey, JsonBody, Object, Problem, ProblemBody, note, read_value,
};

/// Letters of a proof.
const WORDS: std::ops::RangeInclusive<usize> = 1..=4000;

/// What proves that an obligation was met.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "the schema of the body; it is read field by field")]
pub(super) struct FulfilIn {
    /// In words: where it is filed, who was spoken to.
    evidence: String,
}

/// Says that an obligation of the newest approval was met: by who owes it, or security staff of
/// the area. The first word stands. A report that the traveller was briefed or has arrived meets
/// the obligation to be by itself.
#[utoipa::path(
    tag = "clearances",
    params(
        ("clearance_id" = uuid::Uuid, Path, description = "the clearance"),
        ("number" = i32, Path, description = "number of the obligation"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
    ),
    request_body = FulfilIn,
    responses(
        (status = 200, body = ObligationAnswer),
        (status = 403, body = ProblemBody, description = "`NOT_OWNER`"),
        (status = 409, body = ProblemBody, description = "`OBLIGES_NO_MORE`"),
    )
)]
#[post("/v1/clearances/{clearance_id}/obligations/{number}/fulfil")]
pub(super) async fn fulfil_obligation(
    request: HttpRequest,
    caller: Caller,
    desk: Data<Desk>,
    path: Path<(String, String)>,
    (key, body): (IdempotencyKey, JsonBody),
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit_to_id::<act::FulfilObligation>()?;
    let (clearance, number) = path.into_inner();
    let clearance_id = id(&clearance)?;
    let number: i32 = number.parse().map_err(|_no_number| Problem::hidden())?;
    let proof = read(&body.0)?;
    let route = format!("/v1/clearances/{clearance_id}/obligations/{number}/fulfil");
    let claim = Claim::of(pass.principal().identity, "POST", &route, &key.0, &body.0);
    note(&request, "clearance_id", clearance);
    let said = Said { clearance_id, number, proof: &proof };
    Ok(answered(desk.fulfil(&pass, &said, claim).await?))
}

fn read(body: &[u8]) -> Result<String, Problem> {
    let value = read_value(body)?;
    let faults = Faults::new();
    let read = Object::body(&value, &faults).and_then(|mut object| {
        let proof = object.field("evidence").required().text(WORDS).map(str::to_owned);
        object.finish();
        proof
    });
    faults.settle(read)
}
