//! The room's endpoints.

mod appeals;
mod bulk;
mod decisions;
mod form;
mod leases;
mod obligations;
mod problems;
mod queue;

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::ServiceConfig;
use utoipa::OpenApi;

use super::Desker;
use super::view::{
    AnsweredItem, CertificateView, ContextView, DecisionView, HeldItem, HolderView, LeaseView,
    NightView, ObligationView, OtherClearance, QueueItem, QueueView, StateCount, TravellerView,
};
use crate::access::act;
use crate::model::{Advice, ClearanceId, ObligationOwner};
use crate::web::{Caller, Problem, saved_answer, wing};

/// The operations of this room.
#[derive(Debug, OpenApi)]
#[openapi(
    paths(
        queue::list_approvals,
        queue::list_held,
        queue::get_approval_context,
        leases::claim_next_approvals,
        leases::claim_approval,
        leases::renew_approval,
        leases::release_approval,
        decisions::recommend_clearance,
        decisions::approve_clearance,
        decisions::deny_clearance,
        decisions::return_clearance,
        decisions::escalate_clearance,
        decisions::waive_course,
        decisions::revoke_clearance,
        bulk::decide_approvals,
        appeals::appeal_clearance,
        appeals::decide_appeal,
        obligations::fulfil_obligation,
    ),
    components(schemas(
        QueueView,
        QueueItem,
        HolderView,
        StateCount,
        LeaseView,
        HeldItem,
        DecisionView,
        ObligationView,
        ContextView,
        TravellerView,
        CertificateView,
        OtherClearance,
        NightView,
        Advice,
        ObligationOwner,
        form::ReasonsIn,
        form::RecommendIn,
        form::ApproveIn,
        form::ConditionIn,
        form::OverrideIn,
        form::WaiveIn,
        form::AppealDecisionIn,
        obligations::FulfilIn,
        bulk::DecideIn,
        bulk::DecideEntryIn,
        bulk::DecideResult,
        bulk::DecideResults,
        leases::ClaimNextIn,
        leases::Claimed,
    ))
)]
pub struct Api;

/// Puts the room's routes into a worker; they find [`Desk`](super::Desk) as data.
pub fn configure(config: &mut ServiceConfig) {
    wing::<Api>(config, |wing| {
        wing.service(queue::list_approvals)
            .service(queue::list_held)
            .service(queue::get_approval_context)
            .service(leases::claim_next_approvals)
            .service(bulk::decide_approvals)
            .service(leases::claim_approval)
            .service(leases::renew_approval)
            .service(leases::release_approval)
            .service(decisions::recommend_clearance)
            .service(decisions::approve_clearance)
            .service(decisions::deny_clearance)
            .service(decisions::return_clearance)
            .service(decisions::escalate_clearance)
            .service(decisions::waive_course)
            .service(decisions::revoke_clearance)
            .service(appeals::appeal_clearance)
            .service(appeals::decide_appeal)
            .service(obligations::fulfil_obligation);
    });
}

/// Somebody at the desk; whoever decides nothing is not told that it exists.
fn desker(caller: &Caller) -> Result<Desker, Problem> {
    let pass = caller.admit::<act::Decide>()?;
    Ok(Desker::new(pass, caller.admit::<act::ReadTrips>().ok().as_ref()))
}

/// The same for one id: whether there is such an item is nobody else's business.
fn desker_for_id(caller: &Caller) -> Result<Desker, Problem> {
    let pass = caller.admit_to_id::<act::Decide>()?;
    Ok(Desker::new(pass, caller.admit::<act::ReadTrips>().ok().as_ref()))
}

/// What is no id names nothing.
fn id(path: &str) -> Result<ClearanceId, Problem> {
    path.parse().map_err(|_no_id| Problem::hidden())
}

/// An answer that is kept for repetitions.
fn answered(item: AnsweredItem) -> HttpResponse {
    let AnsweredItem { answer, replayed } = item;
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
