//! The HTTP side of the register: appointments, delegations, calendars.

mod appointments;
mod calendars;
mod delegations;
mod form;

use actix_web::web::{Bytes, ServiceConfig};
use utoipa::OpenApi;
use uuid::Uuid;

use super::register::RegisterError;
use crate::model::{Claim, PersonId};
use crate::web::{Caller, IdempotencyKey, Kind, Problem, wing};

/// This room's part of the document.
#[derive(Debug, OpenApi)]
#[openapi(
    paths(
        appointments::list_appointments,
        appointments::add_appointment,
        appointments::confirm_appointment,
        appointments::cancel_appointment,
        delegations::list_delegations,
        delegations::add_delegation,
        delegations::cancel_delegation,
        calendars::get_calendar,
        calendars::put_calendar,
    ),
    components(schemas(
        appointments::AppointmentOut,
        appointments::AppointmentIn,
        appointments::AppointmentsOut,
        delegations::DelegationOut,
        delegations::DelegationIn,
        delegations::DelegationsOut,
        delegations::DelegateShown,
        calendars::CalendarIn,
        calendars::CalendarOut,
        calendars::WeekShown,
        calendars::HolidayShown,
    ))
)]
pub struct Api;

/// The room's routes; they need a [`Register`](super::Register) among the application's data.
pub fn configure(config: &mut ServiceConfig) {
    wing::<Api>(config, |wing| {
        wing.service(appointments::list_appointments)
            .service(appointments::add_appointment)
            .service(appointments::confirm_appointment)
            .service(appointments::cancel_appointment)
            .service(delegations::list_delegations)
            .service(delegations::add_delegation)
            .service(delegations::cancel_delegation)
            .service(calendars::get_calendar)
            .service(calendars::put_calendar);
    });
}

/// The person who calls: the register is written by persons.
fn person(caller: &Caller) -> Result<PersonId, Problem> {
    caller.0.person().ok_or_else(|| Problem::new(Kind::Forbidden))
}

fn claim(caller: &Caller, route: &str, key: &IdempotencyKey, body: &Bytes) -> Claim {
    Claim::of(caller.0.identity, "POST", route, &key.0, body)
}

/// An id of a path; what is none names nothing.
fn id_of(path: &str) -> Result<Uuid, Problem> {
    Uuid::try_parse(path).map_err(|_none| Problem::hidden())
}

impl From<RegisterError> for Problem {
    fn from(error: RegisterError) -> Self {
        let detail = error.to_string();
        match error {
            RegisterError::Hidden => Self::hidden(),
            RegisterError::NotEntitled(_) => {
                Self::new(Kind::Forbidden).code("NOT_ENTITLED").detail(detail)
            }
            RegisterError::Settled(_) => Self::new(Kind::Conflict).code("NOT_OPEN").detail(detail),
            RegisterError::Overtaken(_) => {
                Self::new(Kind::Conflict).code("OVERTAKEN").detail(detail)
            }
            RegisterError::KeyReused => {
                Self::new(Kind::Unprocessable).code("IDEMPOTENCY_KEY_REUSED").detail(detail)
            }
            RegisterError::Database(error) => error.into(),
        }
    }
}
