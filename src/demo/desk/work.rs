//! The work: coordinators take the next items and speak, side by side; the delegate until noon and
//! once after; at the end of the day the official, for the absent too, and headquarters.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use super::DeskDay;
use super::client::{Answer, Client, items, text};
use super::plan::Word;
use super::stage::{Delegation, Office, Officer};
use super::submit::Submitted;
use crate::demo::traffic::TrafficError;

/// Items that somebody takes at once.
const HANDFUL: u64 = 5;
/// Items that somebody keeps at most without an end, of other days for the most part.
const ARMFUL: usize = 500;
/// Items that are decided by delegation before noon.
const BEFORE_NOON: usize = 6;

/// Status of a decision.
const DONE: u16 = 200;
/// Status of a refusal by a rule of authority.
const BARRED: u16 = 403;

/// What happened besides the decisions that history tells.
#[derive(Debug, Default)]
pub(super) struct Worked {
    /// Answers that were no decision, by status and code.
    pub(super) refusals: BTreeMap<String, u64>,
    /// Decisions that were answered.
    pub(super) decided: u64,
    /// Decisions that needed a waiver first.
    pub(super) waived: u64,
    /// The delegation.
    pub(super) delegation: Delegation,
    /// What the delegate was told after noon.
    pub(super) after_noon: AfterNoon,
}

/// An answer to the delegate when the delegation had ended.
#[derive(Debug, Default)]
pub(super) struct AfterNoon {
    /// It was refused by the rule of delegations.
    pub(super) by_name: bool,
    /// Status and words.
    pub(super) told: String,
}

/// A working day.
pub(super) async fn work(
    day: &DeskDay<'_>,
    client: &Client<'_>,
    office: &Office,
    submitted: &Submitted,
) -> Result<Worked, TrafficError> {
    let delegation = office.delegate(day, client).await?;
    let desk = Desk { day, client, submitted };
    let at_work = office.coordinators.iter().filter(|one| !one.absent);
    let shifts = futures_util::future::join_all(at_work.map(|one| desk.shift(one, false)));
    let (shifts, delegate) = tokio::join!(shifts, desk.delegate(office, &delegation));
    let mut worked = delegate?;
    for shift in shifts {
        worked.add(shift?);
    }
    worked.add(desk.shift(&office.official, true).await?);
    for area in &office.areas {
        worked.add(desk.stand_in(&office.official, area).await?);
    }
    worked.add(desk.shift(&office.headquarters, true).await?);
    worked.delegation = delegation;
    Ok(worked)
}

impl Worked {
    fn add(&mut self, other: Self) {
        self.decided += other.decided;
        self.waived += other.waived;
        for (what, count) in other.refusals {
            *self.refusals.entry(what).or_default() += count;
        }
    }

    /// Counts an answer; whether it was a decision.
    fn count(&mut self, (status, answer): &Answer) -> bool {
        if *status == DONE {
            self.decided += 1;
            return true;
        }
        let (code, rule) = (text(answer, "code"), text(answer, "rule"));
        let what = format!("{status} {code} {rule}").trim_end().to_owned();
        *self.refusals.entry(what).or_default() += 1;
        false
    }
}

struct Desk<'w> {
    day: &'w DeskDay<'w>,
    client: &'w Client<'w>,
    submitted: &'w Submitted,
}

impl Desk<'_> {
    /// Takes the next items and speaks, until none is left that is the day's. What was taken and
    /// not ended (another day's, refused, passed up) stays with its holder until then, so that
    /// it does not come again and again, and is given back at the end: others wait for it.
    async fn shift(&self, officer: &Officer, official: bool) -> Result<Worked, TrafficError> {
        let (mut worked, mut held) = (Worked::default(), BTreeSet::new());
        for round in 0.. {
            let taken = self.take(officer, round).await?;
            held.extend(taken.iter().cloned());
            if taken.is_empty() || held.len() > ARMFUL {
                break;
            }
            for id in taken.iter().filter(|id| self.is_ours(id)) {
                let ended = if official {
                    self.decide(officer, id, &mut worked).await?
                } else {
                    let number = self.submitted.waiting.get(id).copied().unwrap_or_default();
                    let word = Word::of_coordinator(self.day.seed, number);
                    let answer = self.say(officer, id, word, None).await?;
                    worked.count(&answer)
                };
                if ended {
                    held.remove(id);
                }
            }
        }
        self.give_back(officer, &held).await?;
        Ok(worked)
    }

    /// The next items, now leased.
    async fn take(&self, officer: &Officer, round: u32) -> Result<Vec<String>, TrafficError> {
        let key = format!("next-{}-{round}", officer.subject);
        let path = "/v1/approvals/claim-next";
        let taken =
            self.client.post(&officer.subject, path, &key, &json!({"limit": HANDFUL})).await?;
        let taken = self.client.expect(taken, 200, "POST /v1/approvals/claim-next")?;
        Ok(items(&taken, "items").iter().map(|lease| clearance(lease).to_owned()).collect())
    }

    /// Ends leases without a decision.
    async fn give_back(
        &self,
        officer: &Officer,
        held: &BTreeSet<String>,
    ) -> Result<(), TrafficError> {
        for id in held {
            let path = format!("/v1/approvals/{id}/release");
            let key = format!("{}-release-{id}", officer.subject);
            self.client.post(&officer.subject, &path, &key, &json!({})).await?;
        }
        Ok(())
    }

    /// The official's word on what is left in an area: all of it, where the coordinators are
    /// absent; elsewhere what they could not end.
    async fn stand_in(&self, officer: &Officer, area: &str) -> Result<Worked, TrafficError> {
        let mut worked = Worked::default();
        let queue = format!("/v1/approvals?area={area}&limit=200");
        let queue = self.client.get(&officer.subject, &queue).await?;
        let queue = self.client.expect(queue, 200, "GET /v1/approvals")?;
        for id in items(&queue, "items").iter().map(clearance).filter(|id| self.is_ours(id)) {
            self.decide(officer, id, &mut worked).await?;
        }
        Ok(worked)
    }

    /// A word with which an item ends, with the waiver that it needs first; whether it ended.
    async fn decide(
        &self,
        officer: &Officer,
        id: &str,
        worked: &mut Worked,
    ) -> Result<bool, TrafficError> {
        let number = self.submitted.waiting.get(id).copied().unwrap_or_default();
        let word = Word::of_official(self.day.seed, number);
        let mut answer = self.say(officer, id, word, None).await?;
        if text(&answer.1, "code") == "COURSE_MISSING" {
            answer = self.waive(officer, id, word).await?;
            worked.waived += u64::from(answer.0 == DONE);
        }
        Ok(worked.count(&answer))
    }

    /// Decides some items of another's area by delegation, and tries one more after noon.
    async fn delegate(
        &self,
        office: &Office,
        delegation: &Delegation,
    ) -> Result<Worked, TrafficError> {
        let mut worked = Worked::default();
        let Some(first) = office.coordinators.first() else { return Ok(worked) };
        let area = office.names(&[delegation.area]).join("");
        let path = format!("/v1/approvals?area={area}&can=any&limit=50");
        let queue = self.client.get(&office.official.subject, &path).await?;
        let queue = self.client.expect(queue, 200, "GET /v1/approvals")?;
        let mut own = items(&queue, "items").iter().map(clearance).filter(|id| self.is_ours(id));
        let by = Some(delegation.id.as_str());
        for id in own.by_ref().take(BEFORE_NOON) {
            let answer = self.say(first, id, Word::Approve, by).await?;
            worked.count(&answer);
        }
        while self.client.server_time().await? <= delegation.ends {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        if let Some(id) = own.next() {
            let answer = self.say(first, id, Word::Approve, by).await?;
            worked.count(&answer);
            worked.after_noon = AfterNoon {
                by_name: answer.0 == BARRED && text(&answer.1, "rule") == "R-803",
                told: format!("{} {}", answer.0, text(&answer.1, "detail")),
            };
        }
        Ok(worked)
    }

    /// The official waives the course that is missing, and speaks again.
    async fn waive(&self, officer: &Officer, id: &str, word: Word) -> Result<Answer, TrafficError> {
        let path = format!("/v1/approvals/{id}/waive");
        let body = json!({"reason_codes": ["SECURITY_ADVICE"]});
        let waived =
            self.client.post(&officer.subject, &path, &format!("waive-{id}"), &body).await?;
        if waived.0 != DONE {
            return Ok(waived);
        }
        self.say(officer, id, word, None).await
    }

    async fn say(
        &self,
        officer: &Officer,
        id: &str,
        word: Word,
        delegation: Option<&str>,
    ) -> Result<Answer, TrafficError> {
        let path = format!("/v1/approvals/{id}/{}", word.path());
        let key = format!("{}-{}-{id}", officer.subject, word.path());
        let key = if delegation.is_some() { format!("{key}-d") } else { key };
        self.client.post(&officer.subject, &path, &key, &word.body(delegation)).await
    }

    fn is_ours(&self, id: &str) -> bool {
        self.submitted.waiting.contains_key(id)
    }
}

/// The clearance of an item, or of a lease on one.
fn clearance(item: &Value) -> &str {
    text(item.get("item").unwrap_or(item), "clearance_id")
}
