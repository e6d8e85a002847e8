//! The second question of every ERP.

use jiff::civil::Date;
use uuid::Uuid;

use super::named;
use crate::access::Scope;
use crate::database::{Database, DatabaseError, Statement, statement};
use crate::model::{CertificateState, Course, OrganizationId, PersonId};

const TRAINING: Statement = statement!("people/training");

/// Whether somebody holds a course on a day.
#[derive(Debug, Clone)]
pub(in crate::people) struct TrainingQuestion {
    /// Who, by id or by number in an organization.
    pub(in crate::people) person: PersonName,
    /// The course.
    pub(in crate::people) course: Course,
    /// The day.
    pub(in crate::people) day: Date,
}

/// How a question names a person.
#[derive(Debug, Clone)]
pub(in crate::people) enum PersonName {
    /// By id.
    Id(PersonId),
    /// By number in an organization.
    Staff(OrganizationId, String),
}

/// What was found: the person, and the best certificate that stands.
#[derive(Debug, Clone)]
pub(in crate::people) struct Held {
    pub(in crate::people) person_id: PersonId,
    pub(in crate::people) certificate: Option<(Date, Option<Date>, CertificateState)>,
}

/// Answers in the order of the questions; none for one who is unknown or out of the scope.
pub(in crate::people) async fn training(
    database: &Database,
    questions: &[TrainingQuestion],
    scope: &Scope,
) -> Result<Vec<Option<Held>>, DatabaseError> {
    let arrays = scope.arrays();
    let numbers: Vec<i32> = (0..).take(questions.len()).collect();
    let (mut ids, mut organizations, mut staff) = (Vec::new(), Vec::new(), Vec::new());
    for question in questions {
        let (id, organization, number) = match &question.person {
            PersonName::Id(id) => (Some(id.0), None, None),
            PersonName::Staff(of, number) => (None::<Uuid>, Some(of.as_str()), Some(&**number)),
        };
        ids.push(id);
        organizations.push(organization);
        staff.push(number);
    }
    let courses: Vec<&str> = questions.iter().map(|of| of.course.as_str()).collect();
    let days: Vec<Date> = questions.iter().map(|of| of.day).collect();
    let mut connection = database.reader().await?;
    let rows = connection
        .rows(
            &TRAINING,
            &[
                &numbers,
                &ids,
                &organizations,
                &staff,
                &courses,
                &days,
                &arrays.everywhere,
                &arrays.persons,
                &arrays.organizations,
                &arrays.areas,
                &arrays.countries,
            ],
        )
        .await?;
    let mut answers = vec![None; questions.len()];
    for row in &rows {
        let completed: Option<Date> = row.try_get("completed_on")?;
        let expires = row.try_get("expires_on")?;
        let state = named(row, "state", CertificateState::ALL, CertificateState::as_str)?;
        let certificate = completed.zip(state).map(|(on, state)| (on, expires, state));
        let number: i32 = row.try_get("question")?;
        if let Some(answer) = usize::try_from(number).ok().and_then(|at| answers.get_mut(at)) {
            *answer = Some(Held { person_id: PersonId(row.try_get("person_id")?), certificate });
        }
    }
    Ok(answers)
}
