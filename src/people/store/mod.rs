//! The statements of the people room.

mod certificates;
mod import;
mod profiles;
mod training;

pub(super) use certificates::{load_certificates, verifiable, write_certificates};
pub(super) use import::{known_staff, write_import};
pub(super) use profiles::{Dependant, area_exists, load_dependants, load_profile, write_profile};
pub(super) use training::{Held, PersonName, TrainingQuestion, training};

use crate::database::{DatabaseError, Row, Statement, statement};
use crate::model::{Category, CertificateState, PersonStatus, Recruitment, Relation};

const LOCK: Statement = statement!("people/lock");
const REDECIDE: Statement = statement!("people/redecide");

/// A name in a column that the schema's checks and this program disagree on.
fn named<T: Copy>(
    row: &Row,
    column: &str,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Result<Option<T>, DatabaseError> {
    let text: Option<&str> = row.try_get(column)?;
    Ok(text.and_then(|text| all.iter().copied().find(|&value| name(value) == text)))
}

fn category(row: &Row) -> Result<Category, DatabaseError> {
    // The schema admits these names alone; what cannot be is outside the system, hence refused.
    Ok(named(row, "category", Category::ALL, Category::as_str)?.unwrap_or(Category::AreaStaff))
}

fn status(row: &Row) -> Result<PersonStatus, DatabaseError> {
    Ok(named(row, "status", PersonStatus::ALL, PersonStatus::as_str)?
        .unwrap_or(PersonStatus::Deactivated))
}

fn recruitment(row: &Row) -> Result<Recruitment, DatabaseError> {
    Ok(named(row, "recruitment", Recruitment::ALL, Recruitment::as_str)?
        .unwrap_or(Recruitment::International))
}

fn relation(row: &Row) -> Result<Option<Relation>, DatabaseError> {
    named(row, "relation", Relation::ALL, Relation::as_str)
}

fn state(row: &Row) -> Result<CertificateState, DatabaseError> {
    Ok(named(row, "state", CertificateState::ALL, CertificateState::as_str)?
        .unwrap_or(CertificateState::Revoked))
}
