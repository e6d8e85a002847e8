//! The HTTP side of the people room.

mod certificates;
mod form;
mod import;
mod profiles;
mod shown;
mod training;

use actix_web::HttpRequest;
use actix_web::web::ServiceConfig;
use utoipa::OpenApi;

use super::{PeopleError, SeenProfile};
use crate::access::Principal;
use crate::model::PersonId;
use crate::web::{Kind, Problem, note, wing};

/// The operations of this room.
#[derive(Debug, OpenApi)]
#[openapi(
    paths(
        profiles::get_person,
        profiles::put_person,
        profiles::deactivate_person,
        profiles::list_dependants,
        certificates::list_certificates,
        certificates::put_certificates,
        certificates::add_certificate,
        import::import_people,
        training::get_training_status,
        training::query_training_status,
    ),
    components(schemas(
        shown::PersonOut,
        shown::DependantsOut,
        shown::CertificatesOut,
        shown::CertificateOut,
        form::PersonIn,
        form::CertificateIn,
        form::CertificatesIn,
        import::ImportedLine,
        import::ImportedPerson,
        training::TrainingOut,
        training::TrainingQuery,
        training::TrainingAnswers,
    ))
)]
pub struct Api;

/// The room's routes; they need a [`People`](super::People) among the application's data.
pub fn configure(config: &mut ServiceConfig) {
    wing::<Api>(config, |wing| {
        wing.service(import::import_people)
            .service(profiles::get_person)
            .service(profiles::put_person)
            .service(profiles::deactivate_person)
            .service(profiles::list_dependants)
            .service(certificates::list_certificates)
            .service(certificates::put_certificates)
            .service(certificates::add_certificate)
            .service(training::get_training_status)
            .service(training::query_training_status);
    });
}

/// `me`, or an id. What is no id names nobody.
fn person_of(path: &str, principal: &Principal) -> Result<PersonId, Problem> {
    let named = if path == "me" { principal.person() } else { path.parse().ok() };
    named.ok_or_else(Problem::hidden)
}

/// Leaves a trace where the caller's role asks for one.
fn trace(request: &HttpRequest, seen: &SeenProfile) {
    if seen.logged {
        note(request, "read_person", seen.profile.person_id.to_string());
    }
}

impl From<PeopleError> for Problem {
    fn from(error: PeopleError) -> Self {
        match error {
            PeopleError::Hidden => Self::hidden(),
            PeopleError::Stale => Self::new(Kind::PreconditionFailed),
            PeopleError::Record(error) => Self::new(Kind::Unavailable).because(&error),
            PeopleError::Database(error) => match error.constraint().as_deref() {
                Some("person_staff_no_key") => Self::new(Kind::Conflict)
                    .code("STAFF_NO_TAKEN")
                    .detail("another person of the organization has this number"),
                _ => error.into(),
            },
        }
    }
}
