//! The day's requests: as many as wait for a person, in every area.

use std::collections::BTreeMap;

use futures_util::StreamExt as _;
use futures_util::stream::iter;
use indicatif::ProgressBar;

use super::DeskDay;
use super::client::{Client, items, text};
use super::plan::trip;
use super::stage::Office;
use crate::demo::gazetteer::Gazetteer;
use crate::demo::organizations::ORGANIZATIONS;
use crate::demo::population::{self, Outline};
use crate::demo::traffic::TrafficError;

/// Requests at once.
const CONCURRENCY: usize = 16;

/// What was submitted.
#[derive(Debug, Default)]
pub(super) struct Submitted {
    /// Clearances that wait for a person, each with the number of its request.
    pub(super) waiting: BTreeMap<String, u64>,
    /// Requests that did not come to wait, and why; the next person was asked instead.
    pub(super) passed_over: BTreeMap<String, u64>,
}

/// Submits until enough requests wait, each for the next person of the population who may travel.
pub(super) async fn submit(
    day: &DeskDay<'_>,
    client: &Client<'_>,
    office: &Office,
    gazetteer: &Gazetteer,
    bar: &ProgressBar,
) -> Result<Submitted, TrafficError> {
    let mut submitted = Submitted::default();
    let travellers = (0..day.people)
        .map(|index| population::outline(index, gazetteer))
        .filter(travels)
        .filter(|of| office.coordinators.iter().all(|one| one.person != of.person_id));
    let mut numbered = (0_u64..).zip(travellers);
    while submitted.waiting.len() < day.requests {
        let missing = day.requests - submitted.waiting.len();
        let some: Vec<(u64, Outline)> = numbered.by_ref().take(missing).collect();
        if some.is_empty() {
            break;
        }
        let answers = some.into_iter().map(|(number, of)| ask(day, client, office, (number, of)));
        let mut answers = iter(answers).buffer_unordered(CONCURRENCY);
        while let Some(answer) = answers.next().await {
            match answer? {
                Ok((clearance, number)) => {
                    submitted.waiting.insert(clearance, number);
                    bar.inc(1);
                }
                Err(why) => *submitted.passed_over.entry(why).or_default() += 1,
            }
        }
    }
    Ok(submitted)
}

fn travels(of: &Outline) -> bool {
    use crate::model::Category::{Consultant, StaffInternational, StaffLocal};
    let fits = matches!(of.category, StaffInternational | StaffLocal | Consultant);
    of.active && of.sponsor.is_none() && fits
}

type Asked = Result<(String, u64), String>;

async fn ask(
    day: &DeskDay<'_>,
    client: &Client<'_>,
    office: &Office,
    (number, of): (u64, Outline),
) -> Result<Asked, TrafficError> {
    let areas = u64::try_from(office.areas.len()).unwrap_or(1).max(1);
    let area = usize::try_from(number % areas).unwrap_or(0);
    let Some(area) = office.areas.get(area) else { return Ok(Err("no area".to_owned())) };
    let machine = ORGANIZATIONS.get(of.organization).map_or("erp", |one| one.client);
    let body = trip(day.seed, number, of.person_id, area, office.now);
    let key = format!("trip-{number}");
    let (status, answer) = client.post(machine, "/v1/trips", &key, &body).await?;
    if status != 201 {
        let code = items(&answer, "errors").first().map(|fault| text(fault, "code").to_owned());
        return Ok(Err(format!("{status} {}", code.unwrap_or_default())));
    }
    match items(&answer, "clearances") {
        [only] if text(only, "state") == "pending_review" => {
            Ok(Ok((text(only, "clearance_id").to_owned(), number)))
        }
        others => {
            let found: Vec<&str> = others.iter().map(|one| text(one, "state")).collect();
            Ok(Err(found.join(" and ")))
        }
    }
}
