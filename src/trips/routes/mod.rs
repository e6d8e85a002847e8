//! The room's endpoints.

mod amendment;
mod batch;
mod clearances;
mod status;
mod submission;
mod trips;

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::ServiceConfig;
use utoipa::OpenApi;

use super::body::{
    ExternalRefBody, LodgingBody, PlaceParts, PrivateDays, SegmentBody, TravellerBody, TripBody,
};
use super::error::TripsError;
use super::submit::Submitted;
use super::{
    AdvisoryAnswer, AmendedAnswer, Became, CancelledClearance, CancelledView, ClearanceAnswer,
    ClearanceItem, ClearanceView, ConditionAnswer, CrossingAnswer, DeciderAnswer, FactsError,
    FindingAnswer, GateAnswer, HistoryView, MoveView, ObligationAnswer, RemedyAnswer, ReplayView,
    StatusAnswer, StatusClearanceAnswer, StatusTripAnswer, StatusWord, StayChange, TripAnswer,
    TripItem, TripView, VersionView,
};
use crate::web::{Kind, Problem, saved_answer, wing};

/// The operations of this room.
#[derive(Debug, OpenApi)]
#[openapi(
    paths(
        submission::check_trip,
        submission::submit_trip,
        batch::submit_batch,
        trips::list_trips,
        trips::get_trip,
        trips::cancel_trip,
        amendment::amend_trip,
        amendment::list_trip_versions,
        clearances::get_clearance,
        clearances::get_clearance_history,
        clearances::replay_clearance,
        status::get_clearance_status,
        status::query_clearance_status,
    ),
    components(schemas(
        TripBody,
        TravellerBody,
        SegmentBody,
        PlaceParts,
        LodgingBody,
        PrivateDays,
        ExternalRefBody,
        TripAnswer,
        ClearanceAnswer,
        DeciderAnswer,
        FindingAnswer,
        ConditionAnswer,
        RemedyAnswer,
        CrossingAnswer,
        AdvisoryAnswer,
        GateAnswer,
        crate::model::GateKeeper,
        TripView,
        TripItem,
        ClearanceItem,
        ClearanceView,
        ObligationAnswer,
        MoveView,
        HistoryView,
        ReplayView,
        CancelledView,
        CancelledClearance,
        AmendedAnswer,
        StayChange,
        Became,
        VersionView,
        StatusAnswer,
        StatusTripAnswer,
        StatusClearanceAnswer,
        StatusWord,
        status::StatusPair,
        status::StatusQuery,
        status::StatusResults,
        batch::BatchLine
    ))
)]
pub struct Api;

/// Puts the room's routes into a worker; they find [`Trips`](super::Trips) as data.
pub fn configure(config: &mut ServiceConfig) {
    wing::<Api>(config, |wing| {
        // routes are tried in their order: what is asked most comes first
        wing.service(status::get_clearance_status)
            .service(submission::check_trip)
            .service(submission::submit_trip)
            .service(batch::submit_batch)
            .service(trips::list_trips)
            .service(trips::get_trip)
            .service(trips::cancel_trip)
            .service(amendment::amend_trip)
            .service(amendment::list_trip_versions)
            .service(clearances::get_clearance)
            .service(clearances::get_clearance_history)
            .service(clearances::replay_clearance)
            .service(status::query_clearance_status);
    });
}

/// An answer that is kept for repetitions, given for the first time or again.
fn answered(submitted: Submitted) -> HttpResponse {
    let Submitted { answer, replayed, .. } = submitted;
    let mut response = saved_answer(answer.status, answer.body.to_vec());
    let headers = response.headers_mut();
    if !replayed {
        headers.remove("idempotent-replayed");
    }
    for (name, value) in &answer.headers {
        let name = HeaderName::try_from(name.as_str());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::try_from(value.as_str())) {
            headers.insert(name, value);
        }
    }
    response
}

impl From<TripsError> for Problem {
    fn from(error: TripsError) -> Self {
        match error {
            TripsError::NotJson(not_json) => Self::new(Kind::Malformed)
                .detail(format!("the body is not JSON: {}", not_json.place())),
            TripsError::Invalid(faults) => Self::invalid(faults),
            TripsError::NotForTraveller => Self::new(Kind::Forbidden)
                .code("NOT_FOR_TRAVELLER")
                .detail("you may not act for every traveller on a trip of this kind"),
            TripsError::Refused(refusal) => refusal.into(),
            TripsError::Hidden => Self::hidden(),
            TripsError::KeyMissing => Self::new(Kind::Malformed)
                .code("IDEMPOTENCY_KEY_MISSING")
                .detail("the line needs idempotency_key, or organization and external_refs"),
            TripsError::KeyReused => Self::new(Kind::Unprocessable)
                .code("IDEMPOTENCY_KEY_REUSED")
                .detail("the key stands for another body"),
            TripsError::OtherVersion(version) => {
                Self::new(Kind::PreconditionFailed).header("etag", format!("\"v{version}\""))
            }
            TripsError::Over => Self::new(Kind::Conflict)
                .code("TRIP_OVER")
                .detail("the trip is withdrawn or over; submit a new one"),
            TripsError::Erased => Self::new(Kind::Gone)
                .code("TRIP_ERASED")
                .detail("what was submitted is erased; submit a new trip"),
            TripsError::NothingToCancel => Self::new(Kind::Conflict)
                .code("NOTHING_TO_CANCEL")
                .detail("everything of the trip is over, refused or withdrawn already"),
            TripsError::Unsettled => Self::new(Kind::Unavailable)
                .code("WORLD_MOVING")
                .detail("what the decision reads keeps changing; repeat with the same key"),
            TripsError::Facts(FactsError::Database(error)) | TripsError::Database(error) => {
                error.into()
            }
            TripsError::Facts(FactsError::Overloaded(overloaded)) => overloaded.into(),
            TripsError::Record(error) => {
                let kind = if error.is_passing() { Kind::Unavailable } else { Kind::Internal };
                Self::new(kind).because(&error)
            }
            TripsError::Encoding(error) => Self::internal(&error),
        }
    }
}
