//! The live stream of the caller's queues.

use std::convert::Infallible;
use std::sync::Arc;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use futures_util::StreamExt as _;

use crate::access::act::Decide;
use crate::relay::Streams;
use crate::relay::stream::From;
use crate::web::{Caller, Faults, Parameters, Problem};

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
    let from = beginning(&request)?;
    let events = streams.into_inner().begin(Arc::clone(pass.principal()), from).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header(("cache-control", "no-store"))
        // a proxy must not gather what is meant for now
        .insert_header(("x-accel-buffering", "no"))
        .streaming(events.map(Ok::<_, Infallible>)))
}

fn beginning(request: &HttpRequest) -> Result<From, Problem> {
    let parameters = Parameters::of(request)?;
    let faults = Faults::new();
    let mut object = parameters.read(&faults);
    let asked = object.field("after").integer(0..=i64::MAX);
    let waits = object.field("wait").boolean().unwrap_or(true);
    object.finish();
    let header = request.headers().get("last-event-id").map(|value| {
        let number = value.to_str().ok().and_then(|text| text.trim().parse().ok());
        number.filter(|number: &i64| *number >= 0)
    });
    if header == Some(None) {
        faults.add("Last-Event-ID", "FORMAT", "must be the id of an event of this stream");
    }
    let after = header.flatten().or(asked);
    faults.settle(Some(From { after, waits }))
}
