//! Every stored decision made again (`safeconduct replay`): evidence is read in ranges of ids, decided
//! on all cores, and compared with what was stored. Nothing is written.

use std::fmt;
use std::num::NonZero;
use std::ops::AddAssign;
use std::pin::pin;
use std::sync::Arc;
use std::thread::available_parallelism;

use futures_util::TryStreamExt as _;
use futures_util::stream::try_unfold;
use indicatif::ProgressBar;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::error::TripsError;
use super::store::{self, Policies, StoredEvidence};
use crate::database::Database;
use crate::decision::{RULESET_VERSION, decide, differences};
use crate::model::{Facts, Terrain, Trip};

/// Evidence that is read and decided together.
const TOGETHER: i64 = 500;
/// Most decisions that are named because they came out otherwise.
const MOST_NAMED: usize = 20;
/// What the evidence of a decision begins with; the words of a person do not.
const DECISION: &[u8] = br#"{"trip":"#;

/// What came of making decisions again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Replayed {
    /// The same answer.
    pub equal: u64,
    /// By the same rules another answer.
    pub unequal: u64,
    /// Made by other rules than those that are running: nothing is claimed.
    pub other_rules: u64,
    /// Erased, and words of people: nothing to decide.
    pub passed_over: u64,
    /// No evidence that can be read.
    pub unread: u64,
    /// The first of those that are unequal or unread: the evidence, and where the answers differ as
    /// JSON pointers into the decision.
    pub named: Vec<(Uuid, Vec<String>)>,
}

impl Replayed {
    /// Every decision that could be made again came out the same.
    pub const fn is_clean(&self) -> bool {
        self.unequal == 0 && self.unread == 0
    }

    /// How much evidence was looked at.
    const fn seen(&self) -> u64 {
        self.equal + self.unequal + self.other_rules + self.passed_over + self.unread
    }

    fn name(&mut self, evidence: Uuid, pointers: Vec<String>) {
        if self.named.len() < MOST_NAMED {
            self.named.push((evidence, pointers));
        }
    }
}

impl AddAssign for Replayed {
    fn add_assign(&mut self, other: Self) {
        self.equal += other.equal;
        self.unequal += other.unequal;
        self.other_rules += other.other_rules;
        self.passed_over += other.passed_over;
        self.unread += other.unread;
        self.named.extend(other.named);
        self.named.truncate(MOST_NAMED);
    }
}

impl fmt::Display for Replayed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (evidence, pointers) in &self.named {
            writeln!(f, "evidence {evidence} differs at {}", pointers.join(" "))?;
        }
        writeln!(f, "{:>9} equal", self.equal)?;
        writeln!(f, "{:>9} unequal", self.unequal)?;
        writeln!(f, "{:>9} unread", self.unread)?;
        writeln!(f, "{:>9} of other rules than {RULESET_VERSION}", self.other_rules)?;
        write!(f, "{:>9} erased, or the words of a person", self.passed_over)
    }
}

/// Makes every decision again that is stored when it begins, and compares. The bar advances by one for
/// each.
pub async fn replay_all(database: &Database, bar: &ProgressBar) -> Result<Replayed, TripsError> {
    let mut whole = Replayed::default();
    let Some((last, count)) = store::evidence_extent(database).await? else { return Ok(whole) };
    bar.set_length(count);
    // read after the end is known: whatever policy a decision up to there names is among them
    let policies = Arc::new(store::every_policy(database).await?);
    let pages = try_unfold(Uuid::nil(), |after| async move {
        let page = store::evidence_page(database, (after, last), TOGETHER).await?;
        let next = page.last().map(|one| one.evidence_id);
        Ok::<_, TripsError>(next.map(|next| (page, next)))
    });
    let replays = pages.map_ok(|page| {
        let policies = Arc::clone(&policies);
        async move {
            let replay = spawn_blocking(move || replay_page(&page, &policies));
            replay.await.map_err(|_stopped| TripsError::Unsettled)
        }
    });
    // one more than can be decided at once is read meanwhile
    let cores = available_parallelism().map_or(1, NonZero::get);
    let mut replays = pin!(replays.try_buffer_unordered(cores + 1));
    while let Some(part) = replays.try_next().await? {
        bar.inc(part.seen());
        whole += part;
    }
    Ok(whole)
}

fn replay_page(page: &[StoredEvidence], policies: &Policies) -> Replayed {
    let mut replayed = Replayed::default();
    for StoredEvidence { evidence_id, body } in page {
        let Some(body) = body.as_deref().filter(|body| body.starts_with(DECISION)) else {
            replayed.passed_over += 1;
            continue;
        };
        match replay(body, policies) {
            Ok(Again::Equal) => replayed.equal += 1,
            Ok(Again::OtherRules) => replayed.other_rules += 1,
            Ok(Again::Unequal(pointers)) => {
                replayed.unequal += 1;
                replayed.name(*evidence_id, pointers);
            }
            Err(error) => {
                replayed.unread += 1;
                replayed.name(*evidence_id, vec![error.to_string()]);
            }
        }
    }
    replayed
}

/// A decision made again.
enum Again {
    Equal,
    Unequal(Vec<String>),
    OtherRules,
}

/// `EvidenceBody` whose decision is only read where its bytes are not the same.
#[derive(Deserialize)]
struct Body<'e> {
    trip: Trip,
    facts: Facts,
    terrain: Terrain,
    #[serde(borrow)]
    decision: &'e RawValue,
}

fn replay(evidence: &[u8], policies: &Policies) -> Result<Again, serde_json::Error> {
    let Body { trip, facts, mut terrain, decision } = serde_json::from_slice(evidence)?;
    for area in &mut terrain.areas {
        let key = (area.area_id.clone(), area.policy_version);
        area.policy = policies.get(&key).map(Arc::clone);
    }
    let decided = decide(&trip, &facts, &terrain);
    if serde_json::to_vec(&decided)? == decision.get().as_bytes() {
        return Ok(Again::Equal);
    }
    let stored: Value = serde_json::from_str(decision.get())?;
    if stored.get("ruleset_version").and_then(Value::as_str) != Some(RULESET_VERSION) {
        return Ok(Again::OtherRules);
    }
    let found = differences(&stored, &decided);
    if found.is_empty() {
        return Ok(Again::Equal);
    }
    Ok(Again::Unequal(found.into_iter().map(|one| one.pointer).collect()))
}
