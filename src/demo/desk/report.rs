//! The accounts: who decided what, in which capacity, what was passed up, and that nothing is
//! positive without a person. Read back from the ledger, not from what the day's people were told.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use futures_util::StreamExt as _;
use futures_util::stream::iter;
use indicatif::ProgressBar;
use jiff::Timestamp;

use super::DeskDay;
use super::client::{Client, items, text};
use super::stage::Office;
use super::submit::Submitted;
use super::work::Worked;
use crate::demo::traffic::TrafficError;

/// Questions at once.
const CONCURRENCY: usize = 16;
/// States in which nobody has had the last word.
const WAITING: [&str; 3] = ["pending_review", "recommended", "escalated"];

/// What became of the day.
#[derive(Debug, Default)]
pub struct Report {
    requests: usize,
    wanted: usize,
    areas: usize,
    coordinators: usize,
    absent: usize,
    passed_over: BTreeMap<String, u64>,
    worked: Worked,
    /// Moves by kind of capacity and target.
    capacities: BTreeMap<(String, String), u64>,
    /// Moves by person, kind of capacity and target.
    people: BTreeMap<(String, String, String), u64>,
    /// Last states.
    states: BTreeMap<String, u64>,
    escalated: BTreeSet<String>,
    /// Positive without a person, or moved by somebody who was absent.
    faults: Vec<String>,
}

impl Report {
    /// Every request was played and has an end, nothing is positive without a person, the
    /// delegation was tried once more after its end and refused by its rule, and the ledger holds
    /// no decision by it from then.
    pub fn is_clean(&self) -> bool {
        let waits = self.states.keys().any(|state| WAITING.contains(&state.as_str()));
        let refused = self.worked.after_noon.by_name;
        self.faults.is_empty() && self.requests == self.wanted && refused && !waits
    }
}

/// Reads the history of every request.
pub(super) async fn account(
    day: &DeskDay<'_>,
    client: &Client<'_>,
    (office, submitted): (&Office, &Submitted),
    worked: Worked,
    bar: &ProgressBar,
) -> Result<Report, TrafficError> {
    let mut report = Report {
        requests: submitted.waiting.len(),
        wanted: day.requests,
        areas: office.areas.len(),
        coordinators: office.coordinators.len(),
        absent: office.coordinators.iter().filter(|one| one.absent).count(),
        passed_over: submitted.passed_over.clone(),
        worked,
        ..Report::default()
    };
    let names = names(office);
    let histories = submitted.waiting.keys().map(|id| async move {
        let path = format!("/v1/clearances/{id}/history");
        let history = client.get("usg", &path).await;
        bar.inc(1);
        (id, history)
    });
    let mut histories = iter(histories).buffer_unordered(CONCURRENCY);
    while let Some((id, history)) = histories.next().await {
        let history = client.expect(history?, 200, "GET /v1/clearances/{id}/history")?;
        report.read(id, items(&history, "items"), &names);
    }
    Ok(report)
}

/// What the day's people are called in the table.
fn names(office: &Office) -> BTreeMap<String, String> {
    let coordinators = office.coordinators.iter().zip(1..).map(|(one, number)| {
        let word = if one.absent { "coordinator (absent)" } else { "coordinator" };
        (one.person.to_string(), format!("{word} {number:>2}"))
    });
    let official = (office.official.person.to_string(), "designated official".to_owned());
    let usg = (office.headquarters.person.to_string(), "headquarters".to_owned());
    coordinators.chain([official, usg]).collect()
}

impl Report {
    fn read(&mut self, id: &str, moves: &[serde_json::Value], names: &BTreeMap<String, String>) {
        // the first is the rules': the request came to wait
        for step in moves.iter().skip(1) {
            let (to, capacity) = (text(step, "to"), text(step, "capacity"));
            let person = text(step, "person_id");
            let kind = capacity.split(':').next().unwrap_or_default().to_owned();
            *self.capacities.entry((kind.clone(), to.to_owned())).or_default() += 1;
            let who = names.get(person).map_or("somebody else", String::as_str);
            *self.people.entry((who.to_owned(), kind, to.to_owned())).or_default() += 1;
            if to == "escalated" {
                self.escalated.insert(id.to_owned());
            }
            let at: Option<Timestamp> = text(step, "at").parse().ok();
            let ends = self.worked.delegation.ends;
            if capacity.starts_with("delegation") && at.is_none_or(|at| at >= ends) {
                self.faults.push(format!("{id}: {to} by a delegation that had ended"));
            }
            if who.contains("absent") {
                self.faults.push(format!("{id}: moved to {to} by somebody who is absent"));
            }
        }
        let Some(last) = moves.last() else {
            self.faults.push(format!("{id}: no history"));
            return;
        };
        *self.states.entry(text(last, "to").to_owned()).or_default() += 1;
        let positive =
            moves.iter().filter(|step| matches!(text(step, "to"), "approved" | "cleared"));
        for step in positive {
            if text(step, "person_id").is_empty() || text(step, "capacity") == "rules" {
                self.faults.push(format!("{id}: {} without a person", text(step, "to")));
            }
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { requests, areas, coordinators, absent, worked, .. } = self;
        writeln!(
            f,
            "{requests} manual requests in {areas} areas; {coordinators} coordinators, {absent} of them absent"
        )?;
        for (why, count) in &self.passed_over {
            writeln!(f, "  {count:>5}  did not come to wait ({why}); the next person was asked")?;
        }
        writeln!(f, "\nwho moved what, by which capacity")?;
        for ((who, capacity, to), count) in &self.people {
            writeln!(f, "  {count:>5}  {who:<24} {capacity:<12} {to}")?;
        }
        writeln!(f, "\nin all, by capacity")?;
        for ((capacity, to), count) in &self.capacities {
            writeln!(f, "  {count:>5}  {capacity:<24} {to}")?;
        }
        writeln!(f, "\n{} were passed up", self.escalated.len())?;
        writeln!(
            f,
            "delegation {} ended at {} of the service's clock; then: {}",
            worked.delegation.id, worked.delegation.ends, worked.after_noon.told
        )?;
        writeln!(f, "{} decisions came after the official had waived a course", worked.waived)?;
        for (what, count) in &worked.refusals {
            writeln!(f, "  {count:>5}  refused: {what}")?;
        }
        writeln!(f, "\nstates at the end of the day")?;
        for (state, count) in &self.states {
            writeln!(f, "  {count:>5}  {state}")?;
        }
        for fault in &self.faults {
            writeln!(f, "FAULT  {fault}")?;
        }
        if self.faults.is_empty() {
            write!(f, "\nnothing is positive without a person")
        } else {
            write!(f, "\n{} things that must not be", self.faults.len())
        }
    }
}
