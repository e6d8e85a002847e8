//! The live stream of the caller's queues.

use std::sync::Arc;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};

use crate::access::act::Decide;
use crate::relay::Streams;
use crate::web::{Caller, Problem, Resume, event_stream};

/// What happens in the caller's queues, as server-sent events: `entered` (a person must act),
/// `decided`, `left`; each with the event of the feed and its number as `id`. `Last-Event-ID`
/// resumes after a number without loss or repetition, at any replica. Between them, without a number,
/// who takes and gives back which item: `held` and `released`; `missed` asks to read
/// `/v1/approvals/held` anew, as a stream that begins should. A last event `resume` tells
/// why a stream ends and where to go on: `slow_reader`, `stopping`, `long_enough`,
/// `not_permitted`, `unavailable`, `complete`.
#[utoipa::path(
    tag = "approvals",
    params(
        ("Last-Event-ID" = Option<i64>, Header, description = "number of the last event seen"),
        ("after" = Option<i64>, Query, description = "the same, where no header can be sent; \
            without either, what happens from now on"),
        ("wait" = Option<bool>, Query, description = "false: ends once it has shown what there is"),
    ),
    responses((status = 200, body = String, content_type = "text/event-stream"))
)]
#[get("/v1/approvals/stream")]
pub(super) async fn get_approvals_stream(
    caller: Caller,
    request: HttpRequest,
    streams: Data<Streams>,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<Decide>()?;
    let from = Resume::read(&request)?;
    let events = streams.into_inner().begin(Arc::clone(pass.principal()), from).await?;
    Ok(event_stream(events))
}
