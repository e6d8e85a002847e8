//! Taking a message in, with those it speaks of and those that already speak of it.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::cap::{CapAlert, Identity, MessageKind, MessageScope, Remark, RemarkCode, Severity};
use super::cap::{Reading, read_alert};
use super::judge::{AlertState, Judged, Suggestion, country_of, judge};
use super::place::country;
use super::store::{self, Known, NewAlert, NewProposal, Source, Waiting};
use crate::access::Land;
use crate::atlas::Atlas;
use crate::database::{Database, DatabaseError};
use crate::metrics::AlertMetrics;
use crate::model::{FenceEffect, PersonId};

/// From where a message came.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The id that it shall have.
    pub alert_id: Uuid,
    /// The identity that sent it; none where it was fetched.
    pub identity: Option<Uuid>,
    /// The machine that sent it.
    pub client: Option<Uuid>,
    /// The feed it was fetched from.
    pub feed: Option<Uuid>,
    /// The land of a person who sent it.
    pub land: Land,
    /// The message in quarantine that it corrects.
    pub corrects: Option<Correction>,
}

/// What a person has put right.
#[derive(Debug, Clone)]
pub struct Correction {
    /// The message in whose place the corrected one is taken in.
    pub alert_id: Uuid,
    /// Who put it right.
    pub by: PersonId,
    /// What was put right, and why.
    pub reason: String,
}

impl Origin {
    /// A message fetched from a feed.
    pub(super) fn fetched(feed: Uuid) -> Self {
        let (alert_id, feed) = (Uuid::now_v7(), Some(feed));
        let (identity, client, corrects) = (None, None, None);
        Self { alert_id, identity, client, feed, land: Land::default(), corrects }
    }
}

/// What was taken in.
#[derive(Debug, Clone)]
pub struct TakenIn {
    /// Its id.
    pub alert_id: Uuid,
    /// What became of it.
    pub state: AlertState,
    /// Something is to be done without a person.
    pub is_due: bool,
    /// The feed on the list that it came by.
    pub feed: Option<Uuid>,
    /// What it proposes: `fence`, `advisory`.
    pub proposes: Vec<&'static str>,
}

impl TakenIn {
    pub(super) fn of(written: &Written) -> Self {
        Self {
            alert_id: written.alert.alert_id,
            state: written.alert.state,
            is_due: written.is_due(),
            feed: written.alert.feed,
            proposes: written.proposals.iter().map(|one| one.kind).collect(),
        }
    }

    /// Counts it.
    pub(in crate::world) fn count(&self, metrics: &AlertMetrics) {
        let feed = self.feed.map(|feed| feed.to_string());
        metrics.came(feed.as_deref(), self.state.as_str());
        for kind in &self.proposes {
            metrics.proposal(kind, "proposed");
        }
    }
}

/// Takes a message in, whatever is wrong with it.
pub async fn take_in(
    database: &Database,
    atlas: &Atlas,
    raw: &[u8],
    origin: &Origin,
) -> Result<TakenIn, DatabaseError> {
    take_in_read(database, atlas, read_alert(raw), raw, origin).await
}

/// Takes in a message that has been read already, with its bytes.
pub(super) async fn take_in_read(
    database: &Database,
    atlas: &Atlas,
    reading: Reading,
    raw: &[u8],
    origin: &Origin,
) -> Result<TakenIn, DatabaseError> {
    let sources = store::sources(database, origin.client, origin.feed).await?;
    let mut intake = store::Intake::begin(database).await?;
    let written = weigh(&mut intake, atlas, (reading, raw), (origin, sources)).await?;
    let taken = TakenIn::of(&written);
    intake.write(written).await?;
    Ok(taken)
}

/// Judges a message by the world and by the others on record, save the one that it corrects.
pub(super) async fn weigh(
    intake: &mut store::Intake,
    atlas: &Atlas,
    (reading, raw): (Reading, &[u8]),
    (origin, sources): (&Origin, Vec<Source>),
) -> Result<Written, DatabaseError> {
    let sender = reading.identity.as_ref().map(|identity| identity.sender.as_str());
    let land = land(&sources, origin, sender, atlas);
    let judged = judge(&reading, atlas, &land, intake.now());
    let keys = keys(&reading);
    let (mut known, mut waiting) = intake.others(&keys, sender.unwrap_or_default()).await?;
    if let Some(Correction { alert_id, .. }) = &origin.corrects {
        known.retain(|one| one.alert_id != *alert_id);
        waiting.retain(|one| one.alert_id != *alert_id);
    }
    let case = Case { reading, judged, sources, known, waiting, now: intake.now(), atlas };
    Ok(case.settle(raw, origin))
}

/// Where its alerts should lie: the feeds' land; else the sender's country with the land of the
/// person who passed it on.
fn land(sources: &[Source], origin: &Origin, sender: Option<&str>, atlas: &Atlas) -> Land {
    let mut land = Land::default();
    for source in sources {
        land.areas.extend(source.land.areas.iter().cloned());
        land.countries.extend(source.land.countries.iter().cloned());
    }
    if sources.is_empty() {
        land = origin.land.clone();
        land.countries.extend(sender.and_then(|sender| country_of(sender, atlas)));
    }
    land
}

/// The key of a message, then those it speaks of.
fn keys(reading: &Reading) -> Vec<String> {
    let own = reading.identity.iter().map(Identity::key);
    let others = reading.alert.iter().flat_map(|alert| &alert.references).map(Identity::key);
    own.chain(others).collect()
}

/// Everything that decides what is written.
struct Case<'a> {
    reading: Reading,
    judged: Judged,
    sources: Vec<Source>,
    known: Vec<Known>,
    waiting: Vec<Waiting>,
    now: Timestamp,
    atlas: &'a Atlas,
}

/// What is written of a message.
pub(super) struct Written {
    pub(super) alert: NewAlert,
    pub(super) proposals: Vec<NewProposal>,
    /// Earlier messages whose open proposals are withdrawn.
    pub(super) withdrawn: Vec<Uuid>,
    /// Earlier messages whose standing fences are to be taken away.
    pub(super) lifted: Vec<Uuid>,
    /// Feeds by which that is done without a person.
    pub(super) lifting_feeds: Vec<Uuid>,
    /// Cancellations that waited for this one.
    pub(super) found: Vec<Uuid>,
}

impl Written {
    fn is_due(&self) -> bool {
        !self.lifting_feeds.is_empty() || self.proposals.iter().any(|one| one.state == "due")
    }
}

impl Case<'_> {
    fn settle(mut self, raw: &[u8], origin: &Origin) -> Written {
        let digest: [u8; 32] = Sha256::digest(raw).into();
        let own_key = self.reading.identity.as_ref().map(Identity::key);
        let first = self.known.iter().find(|known| Some(&known.key) == own_key.as_ref());
        let (duplicate_of, keeps_raw) = match first {
            Some(first) => (Some(first.alert_id), first.digest != digest),
            None => (None, true),
        };
        if duplicate_of.is_some() {
            let told = if keeps_raw {
                "a message of this sender, identifier and time came before, with other content"
            } else {
                "the same message came before"
            };
            self.judged.remarks.push(Remark::new(RemarkCode::Duplicate, told));
            self.judged.state = AlertState::Duplicate;
            self.judged.suggestions.clear();
        }
        let earlier = self.earlier();
        let is_late = duplicate_of.is_none() && !self.waiting.is_empty();
        if is_late {
            let told = "a later message of the sender came before it";
            self.judged.remarks.push(Remark::new(RemarkCode::Superseded, told));
        }
        let proposals = self.proposals(is_late);
        let takes_place = self.takes_place(&proposals);
        let found = self.waiting.iter().filter(|one| one.is_cancel).map(|one| one.alert_id);
        let found = if is_late { found.collect() } else { Vec::new() };
        let is_effective = duplicate_of.is_none() && takes_place != TakesPlace::No;
        Written {
            proposals,
            withdrawn: if is_effective { earlier.clone() } else { Vec::new() },
            lifted: if is_effective && takes_place != TakesPlace::WhenDrawn {
                earlier
            } else {
                Vec::new()
            },
            lifting_feeds: if is_effective && takes_place == TakesPlace::ByItself {
                self.sources.iter().map(|source| source.feed_id).collect()
            } else {
                Vec::new()
            },
            found,
            alert: self.alert(raw, digest, (duplicate_of, keeps_raw), origin),
        }
    }

    /// Messages of the same sender that it speaks of. One that cancels what never came waits for it;
    /// messages of others are left alone.
    fn earlier(&mut self) -> Vec<Uuid> {
        let Some(alert) = &self.reading.alert else { return Vec::new() };
        let is_live = matches!(self.judged.state, AlertState::Accepted | AlertState::Repaired)
            || (alert.kind == MessageKind::Update && self.is_over());
        if !is_live || !matches!(alert.kind, MessageKind::Update | MessageKind::Cancel) {
            return Vec::new();
        }
        let sender = &alert.identity.sender;
        let (own, foreign): (Vec<_>, Vec<_>) =
            alert.references.iter().partition(|one| &one.sender == sender);
        if !foreign.is_empty() {
            let told = "it speaks of messages of another sender, which are left alone";
            self.judged.remarks.push(Remark::new(RemarkCode::ReferenceForeign, told));
        }
        let of_key = |key: String| self.known.iter().find(|known| known.key == key);
        let found: Vec<Uuid> =
            own.iter().filter_map(|one| of_key(one.key())).map(|known| known.alert_id).collect();
        if found.len() < own.len() || own.is_empty() {
            let told = "a message that it speaks of has not come";
            self.judged.remarks.push(Remark::new(RemarkCode::ReferenceMissing, told));
        }
        if found.is_empty() && alert.kind == MessageKind::Cancel {
            self.judged.state = AlertState::Quarantined;
        }
        found
    }

    /// It no longer held when it came.
    fn is_over(&self) -> bool {
        self.judged.remarks.iter().any(|remark| remark.code == RemarkCode::Expired)
    }

    fn is_missing_one(&self) -> bool {
        let missing = |remark: &Remark| remark.code == RemarkCode::ReferenceMissing;
        self.judged.remarks.iter().any(missing)
    }

    fn proposals(&self, is_late: bool) -> Vec<NewProposal> {
        let mut proposals = Vec::new();
        for (number, suggestion) in (1..).zip(&self.judged.suggestions) {
            let source = if is_late { None } else { self.applying(suggestion) };
            let mut state = if is_late { "withdrawn" } else { "open" };
            let mut effect = suggestion.effect;
            if let Some(source) = source {
                (state, effect) = ("due", source.effect);
            }
            proposals.push(NewProposal::advisory(number, state, suggestion));
            proposals.extend(NewProposal::fence(number, state, suggestion, effect));
        }
        proposals
    }

    /// The feed by which a fence is drawn, and an advisory published, without a person: the official
    /// has set a severity, and
    /// nothing had to be repaired, guessed or looked up.
    fn applying(&self, suggestion: &Suggestion) -> Option<&Source> {
        let alert = self.reading.alert.as_ref()?;
        let is_sound = self.judged.state == AlertState::Accepted
            && suggestion.as_received
            && suggestion.until.is_some_and(|until| self.now < until)
            && alert.scope == MessageScope::Public
            && !suggestion.areas.is_empty()
            && !self.is_missing_one();
        let covers = |source: &&Source| {
            let mut areas = suggestion.areas.iter();
            source.carries(alert)
                && source.apply_from.is_some_and(|least| least <= suggestion.severity)
                && areas.all(|area| source.land.covers(area, country(self.atlas, area)))
        };
        self.sources.iter().find(covers).filter(|_| is_sound)
    }

    fn takes_place(&self, proposals: &[NewProposal]) -> TakesPlace {
        let Some(alert) = &self.reading.alert else { return TakesPlace::No };
        let draws = proposals.iter().any(|one| one.kind == "fence");
        match (alert.kind, self.judged.state) {
            (MessageKind::Cancel, AlertState::Accepted) => TakesPlace::ByItself,
            (MessageKind::Update, AlertState::Accepted | AlertState::Repaired) if draws => {
                TakesPlace::WhenDrawn
            }
            (MessageKind::Update, AlertState::Accepted | AlertState::Repaired) => TakesPlace::Asked,
            (MessageKind::Update, AlertState::NoEffect) if self.is_over() => TakesPlace::Asked,
            _ => TakesPlace::No,
        }
    }

    fn alert(
        self,
        raw: &[u8],
        digest: [u8; 32],
        (duplicate_of, keeps_raw): (Option<Uuid>, bool),
        origin: &Origin,
    ) -> NewAlert {
        let waits = self.judged.state == AlertState::Quarantined && self.is_missing_one();
        let mut applying = self.judged.suggestions.iter().filter_map(|one| self.applying(one));
        let feed = applying.next().or(self.sources.first()).map(|source| source.feed_id);
        let body = self.reading.alert;
        let references = body.iter().flat_map(|alert| &alert.references).map(Identity::key);
        NewAlert {
            alert_id: origin.alert_id,
            state: self.judged.state,
            remarks: self.judged.remarks,
            identity: self.reading.identity,
            references: references.collect(),
            waits,
            body,
            areas: self.judged.areas,
            expires_at: self.judged.expires_at,
            duplicate_of,
            feed,
            identity_id: origin.identity,
            digest,
            raw: keeps_raw.then(|| raw.to_vec()),
            corrects: origin.corrects.clone(),
        }
    }
}

/// What a message does to the standing fences of those it speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TakesPlace {
    /// Nothing.
    No,
    /// They go when its own is drawn.
    WhenDrawn,
    /// A person is asked to take them away.
    Asked,
    /// They are taken away, if both came by one feed.
    ByItself,
}

impl Source {
    fn carries(&self, alert: &CapAlert) -> bool {
        self.senders.is_empty() || self.senders.contains(&alert.identity.sender)
    }
}

/// The effects that need no person.
pub(super) fn applied_effect(name: &str) -> FenceEffect {
    if name == FenceEffect::Condition.as_str() {
        FenceEffect::Condition
    } else {
        FenceEffect::Manual
    }
}

/// The severity of a name.
pub(super) fn severity(name: &str) -> Severity {
    Severity::named(name).unwrap_or(Severity::Unknown)
}
