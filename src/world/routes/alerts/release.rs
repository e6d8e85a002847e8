//! `/v1/alerts/{alert_id}/release`: a message that was put right leaves quarantine.

use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, post};

use super::shown::{AlertAnswer, ReleaseBody};
use super::{id_of, land, one, sought, was_sent};
use crate::access::{ScopeArrays, act};
use crate::model::Claim;
use crate::web::{
    Caller, Faults, IdempotencyKey, Kind, LargeJsonBody, Object, Problem, ProblemBody, note,
    read_value,
};
use crate::world::alerts::{Correction, ListQuestion, Origin, QuarantineError, Reach, release};
use crate::world::routes::WorldParts;

/// Largest message in characters; a body's size ends it sooner.
const LONGEST: usize = 16 * 1024 * 1024;

/// Releases a message from quarantine: whoever may draw fences where it is about sends the whole
/// message with what is wrong put right. It is taken in as an alert of its own in the place of the
/// one that came, which is kept and is `released`. What it proposes waits for a person, whatever
/// feed the first one came by.
#[utoipa::path(
    tag = "alerts",
    params(
        ("alert_id" = String, Path, description = "its id"),
        ("Idempotency-Key" = String, Header, description = "1 to 255 visible characters"),
    ),
    request_body = ReleaseBody,
    responses(
        (status = 201, body = AlertAnswer, headers(("Location" = String))),
        (status = 409, body = ProblemBody, description = "`NOT_QUARANTINED`"),
        (
            status = 422,
            body = ProblemBody,
            description = "What is still wrong with the message; `IDEMPOTENCY_KEY_REUSED`"
        ),
    )
)]
#[post("/v1/alerts/{alert_id}/release")]
pub(in crate::world::routes) async fn release_alert(
    (caller, request): (Caller, HttpRequest),
    parts: Data<WorldParts>,
    path: Path<String>,
    key: IdempotencyKey,
    LargeJsonBody(body): LargeJsonBody,
) -> Result<HttpResponse, Problem> {
    let asked = sought(&caller, &path)?;
    let quarantined = one(&parts, &asked).await?.alert_id;
    let pass = caller.admit::<act::WriteFences>()?;
    let by = pass.principal().person().ok_or_else(|| Problem::new(Kind::Forbidden))?;
    let (message, reason) = corrected(&body)?;
    let route = format!("/v1/alerts/{quarantined}/release");
    let claim = Claim::of(pass.principal().identity, "POST", &route, &key.0, message.as_bytes());
    let alert_id = id_of(&claim);
    let mut answer = HttpResponse::Created();
    answer.insert_header((LOCATION, format!("/v1/alerts/{alert_id}")));
    if was_sent(&parts, alert_id, &claim.fingerprint).await? {
        answer.insert_header(("idempotent-replayed", "true"));
    } else {
        let arrays = pass.scope().arrays();
        let origin = Origin {
            alert_id,
            identity: Some(pass.principal().identity),
            client: None,
            feed: None,
            land: land(&arrays),
            corrects: Some(Correction { alert_id: quarantined, by, reason }),
        };
        let (atlas, place) = (parts.atlas.load(), (quarantined, &reach(&arrays)));
        let taken = release(&parts.database, &atlas, message.as_bytes(), &origin, place).await?;
        taken.count(&parts.metrics.alerts);
        note(&request, "alert_id", taken.alert_id.to_string());
        note(&request, "alert_state", taken.state.as_str().to_owned());
    }
    let asked = ListQuestion { alert_id: Some(alert_id), ..asked };
    Ok(answer.json(one(&parts, &asked).await?))
}

pub(super) fn reach(arrays: &ScopeArrays) -> Reach {
    if arrays.everywhere { Reach::Everywhere } else { Reach::Within(land(arrays)) }
}

/// The message as corrected, and why.
fn corrected(body: &[u8]) -> Result<(String, String), Problem> {
    let value = read_value(body)?;
    let faults = Faults::new();
    let read = Object::body(&value, &faults).and_then(|mut object| {
        let message = object.field("message").required().text(1..=LONGEST).map(str::to_owned);
        let reason = object.field("reason").required().text(1..=2000).map(str::to_owned);
        object.finish();
        message.zip(reason)
    });
    faults.settle(read)
}

impl From<QuarantineError> for Problem {
    fn from(error: QuarantineError) -> Self {
        let told = error.to_string();
        match error {
            QuarantineError::Unknown => Self::hidden(),
            QuarantineError::NotQuarantined(_) => {
                Self::new(Kind::Conflict).code("NOT_QUARANTINED").detail(told)
            }
            QuarantineError::Unsound(remarks) => {
                let faults = Faults::new();
                for remark in remarks {
                    faults.add("/message", remark.code.as_str(), remark.detail);
                }
                Self::invalid(faults.into_vec()).detail(told)
            }
            QuarantineError::Elsewhere => Self::new(Kind::Forbidden).detail(told),
            QuarantineError::Database(error) => error.into(),
        }
    }
}
