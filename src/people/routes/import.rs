//! `POST /v1/people/import`: NDJSON in, NDJSON out, a line for a line.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use actix_web::web::{Bytes, Data};
use actix_web::{HttpResponse, post};
use futures_util::stream::{Stream, unfold};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::form;
use crate::access::{Principal, act};
use crate::database::Clock;
use crate::model::{Claim, OrganizationId};
use crate::people::import::{Entry, GROUP, Outcome};
use crate::people::{People, PeopleError};
use crate::record::{Saved, saved};
use crate::web::{
    Caller, Faults, IdempotencyKey, Kind, Line, LinesBody, Object, Problem, ProblemBody,
    answer_lines, lines, read_value,
};

const ROUTE: &str = "/v1/people/import";

/// What became of a line.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportedLine {
    /// Number of the line, from 1.
    line: u64,
    /// 201 added, 200 on record, or the problem's status.
    status: u16,
    /// Who is on record now.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<ImportedPerson>,
    /// Why not, otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemBody>,
}

/// A person on record.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportedPerson {
    /// Id.
    person_id: Uuid,
    /// Number in the organization.
    staff_no: String,
    /// Raised by every change.
    revision: i64,
    /// Whether this line changed anything.
    changed: bool,
}

/// Brings in people of the caller's organization, keyed by their number in it. Each line stands
/// alone; what a line leaves out stays as it is. Certificates come in as claims.
#[utoipa::path(
    tag = "people",
    params(("Idempotency-Key" = String, Header, description = "The same key: the same answer")),
    request_body(content = String, content_type = "application/x-ndjson"),
    responses((status = 200, body = ImportedLine, content_type = "application/x-ndjson"))
)]
#[post("/v1/people/import")]
pub(super) async fn import_people(
    caller: Caller,
    people: Data<People>,
    key: IdempotencyKey,
    body: LinesBody,
) -> Result<HttpResponse, Problem> {
    let pass = caller.admit::<act::ImportPeople>()?;
    let organization = pass.scope().arrays().organizations.into_iter().next();
    let organization = OrganizationId::from(organization.ok_or_else(Problem::hidden)?);
    let claim = Claim::of(caller.0.identity, "POST", ROUTE, &key.0, &body.0);
    if let Some(before) = saved(&people.database, &claim).await? {
        return replay(before);
    }
    let now = Clock::read(&people.database).await?.now();
    let import = Import {
        people: people.into_inner(),
        principal: Arc::clone(pass.principal()),
        organization,
        claim,
        now,
        waiting: Box::new(lines(&body.0)),
        held: None,
        ready: Vec::new().into_iter(),
        answer: Vec::new(),
        is_settled: false,
    };
    Ok(answer_lines(import.run()))
}

fn replay(before: Saved) -> Result<HttpResponse, Problem> {
    match before {
        Saved::Same(answer) => Ok(HttpResponse::Ok()
            .insert_header(("idempotent-replayed", "true"))
            .content_type("application/x-ndjson")
            .body(answer.body)),
        Saved::Other => Err(Problem::new(Kind::Unprocessable)
            .code("IDEMPOTENCY_KEY_REUSED")
            .detail("this key was used with another body")),
    }
}

/// An import under way.
struct Import {
    people: Arc<People>,
    principal: Arc<Principal>,
    organization: OrganizationId,
    claim: Claim,
    now: Timestamp,
    waiting: Box<dyn Iterator<Item = Line>>,
    /// A line whose number stood in the group already: it begins the next.
    held: Option<Line>,
    ready: std::vec::IntoIter<ImportedLine>,
    /// Everything answered, for the key.
    answer: Vec<u8>,
    /// The answer is kept already, or must not be: a group failed for reasons that pass.
    is_settled: bool,
}

impl Import {
    /// The answer's lines, group by group; at the end the whole is kept under the key.
    fn run(self) -> impl Stream<Item = Box<RawValue>> {
        unfold(self, |mut import| async move {
            loop {
                if let Some(line) = import.ready.next() {
                    let text = to_raw_value(&line).ok()?;
                    import.answer.extend_from_slice(text.get().as_bytes());
                    import.answer.push(b'\n');
                    return Some((text, import));
                }
                let group = import.group();
                if group.is_empty() {
                    import.save().await;
                    return None;
                }
                import.ready = import.bring_in(group).await.into_iter();
            }
        })
    }

    /// The next lines, read; no number twice.
    fn group(&mut self) -> Vec<(u64, Result<Entry, Problem>)> {
        let mut group = Vec::new();
        let mut numbers = BTreeSet::new();
        while group.len() < GROUP {
            let Some(line) = self.held.take().or_else(|| self.waiting.next()) else { break };
            let entry = self.read(&line);
            if let Ok(entry) = &entry
                && !numbers.insert(entry.staff_no.clone())
            {
                self.held = Some(line);
                break;
            }
            group.push((line.number, entry));
        }
        group
    }

    fn read(&self, line: &Line) -> Result<Entry, Problem> {
        let value = read_value(&line.text)?;
        let faults = Faults::new();
        let today = self.now.to_zoned(TimeZone::UTC).date();
        let entry = Object::body(&value, &faults).map(|object| {
            form::entry(
                object,
                line.number,
                &form::Importer {
                    organization: &self.organization,
                    is_machine: self.principal.is_client(),
                    today,
                },
            )
        });
        faults.settle(entry)
    }

    async fn bring_in(&mut self, group: Vec<(u64, Result<Entry, Problem>)>) -> Vec<ImportedLine> {
        let mut answers = BTreeMap::new();
        let mut entries = Vec::new();
        for (number, read) in group {
            match read {
                Ok(entry) => entries.push(entry),
                Err(problem) => {
                    answers.insert(number, refused(number, &problem));
                }
            }
        }
        let numbers: Vec<u64> = entries.iter().map(|entry| entry.number).collect();
        let by = self.principal.identity;
        match self.people.bring_in(&self.organization, entries, by).await {
            Ok(outcomes) => {
                answers.extend(outcomes.into_iter().map(|(line, of)| (line, imported(line, of))));
            }
            Err(error) => {
                tracing::warn!(%error, "a group of an import was not written");
                self.is_settled = true;
                let problem = Problem::from(error);
                answers.extend(numbers.iter().map(|&line| (line, refused(line, &problem))));
            }
        }
        answers.into_values().collect()
    }

    /// Keeps the answer under its key, unless a group failed for reasons that pass: then the same
    /// key tries again.
    async fn save(&mut self) {
        if std::mem::replace(&mut self.is_settled, true) {
            return;
        }
        let answer = Bytes::from(std::mem::take(&mut self.answer));
        if let Err(error) = self.people.keep_answer(self.claim, self.now, answer).await {
            tracing::warn!(%error, "the answer of an import was not kept under its key");
        }
    }
}

fn refused(line: u64, problem: &Problem) -> ImportedLine {
    let body = problem.body(None);
    ImportedLine { line, status: body.status, person: None, problem: Some(body) }
}

fn imported(line: u64, outcome: Outcome) -> ImportedLine {
    let fault = |pointer, code, detail| {
        let faults = Faults::new();
        faults.add(pointer, code, detail);
        refused(line, &Problem::invalid(faults.into_vec()))
    };
    match outcome {
        Outcome::Done { person_id, staff_no, revision, created, changed } => ImportedLine {
            line,
            status: if created { 201 } else { 200 },
            person: Some(ImportedPerson { person_id: person_id.0, staff_no, revision, changed }),
            problem: None,
        },
        Outcome::AreaUnknown => fault("/duty_station_area_id", "AREA_UNKNOWN", "no such area"),
        Outcome::SponsorUnknown => {
            fault("/sponsor_staff_no", "PERSON_UNKNOWN", "nobody has this number")
        }
        Outcome::Raced => refused(line, &PeopleError::Stale.into()),
    }
}
