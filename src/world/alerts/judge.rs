//! What is made of a message: whether it means anything here, and what it proposes. Pure: time and
//! world are arguments.

use std::collections::BTreeSet;

use compact_str::CompactString;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::cap::{
    CapAlert, CapArea, Category, Info, MessageKind, MessageStatus, Reading, Remark, RemarkCode,
    Severity, Urgency,
};
use super::place::{self, Axes, Placed};
use crate::access::Land;
use crate::atlas::{Atlas, Shape};
use crate::model::{AreaId, FenceEffect, FenceKind};

/// Longest name of a fence.
const LONGEST_NAME: usize = 200;

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertState {
    /// As it came.
    Accepted,
    /// With something put right: a person looks before it has effects.
    Repaired,
    /// Without effects, for a reason that is told.
    Quarantined,
    /// It came before.
    Duplicate,
    /// Nothing to do: an exercise, an answer, something that is over.
    NoEffect,
    /// It was in quarantine; a person put it right, and another message stands in its place.
    Released,
    /// It was in quarantine; a person said that nothing is to be done about it.
    Dismissed,
}

impl AlertState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Accepted,
        Self::Repaired,
        Self::Quarantined,
        Self::Duplicate,
        Self::NoEffect,
        Self::Released,
        Self::Dismissed,
    ];

    /// Those in which a person may put a message right, or say that nothing is to be done about it.
    pub const UNSOUND: [Self; 2] = [Self::Quarantined, Self::Dismissed];

    /// The name in JSON and SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Repaired => "repaired",
            Self::Quarantined => "quarantined",
            Self::Duplicate => "duplicate",
            Self::NoEffect => "no_effect",
            Self::Released => "released",
            Self::Dismissed => "dismissed",
        }
    }
}

/// What an alert proposes for one place.
#[derive(Debug, Clone)]
pub struct Suggestion {
    /// Where; none where only an advisory can be written.
    pub shape: Option<Shape>,
    /// Areas it touches.
    pub areas: Vec<AreaId>,
    /// Name of the fence.
    pub name: String,
    /// Kind of the fence.
    pub kind: FenceKind,
    /// What the fence should do.
    pub effect: FenceEffect,
    /// How bad, the worst of its blocks.
    pub severity: Severity,
    /// From when.
    pub from: Option<Timestamp>,
    /// Until when; none where a block does not say.
    pub until: Option<Timestamp>,
    /// The words, by language.
    pub texts: Vec<SuggestedText>,
    /// Nothing about the place had to be put right.
    pub as_received: bool,
}

/// What people are told, in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuggestedText {
    /// Language.
    pub language: String,
    /// The kind of event.
    pub event: String,
    /// In a line.
    pub headline: Option<String>,
    /// What happens.
    pub description: Option<String>,
    /// What to do.
    pub instruction: Option<String>,
    /// Where, in words.
    pub area: String,
}

/// What is made of a message.
#[derive(Debug, Clone)]
pub struct Judged {
    /// What became of it.
    pub state: AlertState,
    /// What is wrong, odd or was put right.
    pub remarks: Vec<Remark>,
    /// What it proposes.
    pub suggestions: Vec<Suggestion>,
    /// Areas it is about.
    pub areas: Vec<AreaId>,
    /// When the last of it ends; none where a block does not say.
    pub expires_at: Option<Timestamp>,
}

impl Judged {
    fn plain(state: AlertState, remarks: Vec<Remark>) -> Self {
        Self { state, remarks, suggestions: Vec::new(), areas: Vec::new(), expires_at: None }
    }
}

/// Judges a message by the world, the land its feed or sender is about, and the time.
pub fn judge(reading: &Reading, atlas: &Atlas, land: &Land, now: Timestamp) -> Judged {
    let mut remarks: Vec<Remark> = reading.faults.iter().chain(&reading.notes).cloned().collect();
    let Some(alert) = &reading.alert else {
        return Judged::plain(AlertState::Quarantined, remarks);
    };
    if alert.status != MessageStatus::Actual {
        let told = format!("its status is `{}`", alert.status.as_str());
        remarks.push(Remark::new(RemarkCode::NotActual, told));
        return Judged::plain(AlertState::NoEffect, remarks);
    }
    match alert.kind {
        MessageKind::Ack | MessageKind::Error => {
            let told = format!("it answers another message: `{}`", alert.kind.as_str());
            remarks.push(Remark::new(RemarkCode::Acknowledgement, told));
            Judged::plain(AlertState::NoEffect, remarks)
        }
        MessageKind::Cancel if alert.references.is_empty() => {
            remarks
                .push(Remark::new(RemarkCode::FieldMissing, "a cancellation needs `references`"));
            Judged::plain(AlertState::Quarantined, remarks)
        }
        MessageKind::Cancel => Judged::plain(AlertState::Accepted, remarks),
        MessageKind::Alert | MessageKind::Update => proposed(alert, remarks, atlas, land, now),
    }
}

fn proposed(
    alert: &CapAlert,
    mut remarks: Vec<Remark>,
    atlas: &Atlas,
    land: &Land,
    now: Timestamp,
) -> Judged {
    let is_live = |info: &&Info| info.expires.is_none_or(|expires| now < expires);
    let live: Vec<&Info> = alert.infos.iter().filter(is_live).collect();
    if live.is_empty() && !alert.infos.is_empty() {
        remarks.push(Remark::new(RemarkCode::Expired, "it no longer held when it came"));
        return Judged::plain(AlertState::NoEffect, remarks);
    }
    let (axes, told) = place::axes(&live, atlas, land);
    let is_outside = told.iter().any(|remark| remark.code == RemarkCode::OutsideCountries);
    remarks.extend(told);
    let mut groups = Vec::new();
    let mut faults = Vec::new();
    for info in &live {
        match grouped(&mut groups, info, axes, atlas) {
            Ok(()) => {}
            Err(told) => faults.extend(told),
        }
    }
    if !faults.is_empty() {
        faults.append(&mut remarks);
        return Judged::plain(AlertState::Quarantined, faults);
    }
    let is_closed = groups.iter().any(|group: &Group<'_>| group.placed.closed);
    if is_closed {
        remarks.push(Remark::new(RemarkCode::RingClosed, "a ring was left open and is closed"));
    }
    remarks.extend(oddities(&groups));
    let is_repaired = axes == Axes::Swapped || is_closed;
    let as_received = !is_repaired && !is_outside;
    let sent = alert.identity.sent;
    let suggestions: Vec<_> =
        groups.into_iter().map(|one| one.suggest(sent, as_received)).collect();
    let areas: BTreeSet<AreaId> = suggestions.iter().flat_map(|one| one.areas.clone()).collect();
    Judged {
        state: if is_repaired { AlertState::Repaired } else { AlertState::Accepted },
        remarks,
        expires_at: latest(live.iter().map(|info| info.expires)),
        areas: areas.into_iter().collect(),
        suggestions,
    }
}

/// Blocks about one place: the same in several languages.
struct Group<'i> {
    places: &'i [CapArea],
    placed: Placed,
    infos: Vec<&'i Info>,
}

fn grouped<'i>(
    groups: &mut Vec<Group<'i>>,
    info: &'i Info,
    axes: Axes,
    atlas: &Atlas,
) -> Result<(), Vec<Remark>> {
    let same = groups.iter_mut().find(|group| is_one_place(group.places, &info.areas));
    if let Some(group) = same {
        group.infos.push(info);
        return Ok(());
    }
    let areas: Vec<&CapArea> = info.areas.iter().collect();
    let placed = place::place(&areas, axes, atlas)?;
    groups.push(Group { places: &info.areas, placed, infos: vec![info] });
    Ok(())
}

fn is_one_place(some: &[CapArea], others: &[CapArea]) -> bool {
    some.len() == others.len()
        && some.iter().zip(others).all(|(one, other)| {
            one.polygons == other.polygons
                && one.circles == other.circles
                && (!one.polygons.is_empty()
                    || !one.circles.is_empty()
                    || one.geocodes == other.geocodes)
        })
}

fn oddities(groups: &[Group<'_>]) -> Vec<Remark> {
    let mut told = BTreeSet::new();
    for group in groups {
        if group.placed.shape.is_none() && group.placed.points {
            told.insert((RemarkCode::PointOnly, "a point without a radius: no fence around it"));
        } else if group.placed.shape.is_none() {
            told.insert((RemarkCode::NoGeometry, "neither ring nor circle says where"));
        }
        if group.infos.iter().any(|info| info.expires.is_none()) {
            told.insert((RemarkCode::NoExpiry, "it does not say until when it holds"));
        }
        if group.is_past() {
            told.insert((RemarkCode::Past, "it speaks of what is past"));
        }
    }
    if groups.is_empty() {
        told.insert((RemarkCode::NoGeometry, "there is no info block"));
    }
    told.into_iter().map(|(code, detail)| Remark::new(code, detail)).collect()
}

impl Group<'_> {
    fn is_past(&self) -> bool {
        self.infos.iter().all(|info| info.urgency == Urgency::Past)
    }

    fn suggest(self, sent: Timestamp, as_received: bool) -> Suggestion {
        let is_past = self.is_past();
        let severity = self.infos.iter().map(|info| info.severity).max();
        let severity = severity.unwrap_or(Severity::Unknown);
        let from = self.infos.iter().filter_map(|info| info.effective).min();
        Suggestion {
            name: self.name(),
            kind: self.kind(),
            effect: effect(severity),
            severity,
            from: Some(from.map_or(sent, |from| from.min(sent))),
            until: latest(self.infos.iter().map(|info| info.expires)),
            texts: self.infos.iter().map(|info| text(info)).collect(),
            as_received,
            areas: self.placed.areas,
            shape: self.placed.shape.filter(|_| !is_past),
        }
    }

    fn name(&self) -> String {
        let english = self.infos.iter().find(|info| info.language.starts_with("en"));
        let info = english.or_else(|| self.infos.first());
        let name = info.map(|info| info.headline.as_deref().unwrap_or(&info.event));
        name.unwrap_or_default().chars().take(LONGEST_NAME).collect()
    }

    fn kind(&self) -> FenceKind {
        let of_incidents = [Category::Safety, Category::Security, Category::Fire, Category::Cbrne];
        let mut all = self.infos.iter().flat_map(|info| &info.categories);
        if all.any(|category| of_incidents.contains(category)) {
            FenceKind::IncidentPerimeter
        } else {
            FenceKind::AdvisoryZone
        }
    }
}

/// What a fence of such an alert should do, for a person to confirm or change.
const fn effect(severity: Severity) -> FenceEffect {
    match severity {
        Severity::Extreme | Severity::Severe => FenceEffect::Manual,
        Severity::Moderate => FenceEffect::Condition,
        Severity::Minor | Severity::Unknown => FenceEffect::Advise,
    }
}

fn text(info: &Info) -> SuggestedText {
    let places: Vec<&str> = info.areas.iter().map(|area| area.description.as_str()).collect();
    SuggestedText {
        language: info.language.clone(),
        event: info.event.clone(),
        headline: info.headline.clone(),
        description: info.description.clone(),
        instruction: info.instruction.clone(),
        area: places.join("; "),
    }
}

/// The last of several ends; none where one is open.
fn latest(ends: impl Iterator<Item = Option<Timestamp>>) -> Option<Timestamp> {
    ends.reduce(|one, other| Some(one?.max(other?))).flatten()
}

/// The country that a sender's address ends in, if there is an area of it.
pub fn country_of(sender: &str, atlas: &Atlas) -> Option<CompactString> {
    let host = sender.rsplit('@').next()?.trim_end_matches('/');
    let last = host.rsplit('.').next().filter(|last| last.len() == 2 && *last != host)?;
    let code = match last.to_ascii_uppercase().as_str() {
        "UK" => "GB".to_owned(),
        code => code.to_owned(),
    };
    let known = atlas.areas().iter().any(|area| area.country() == Some(code.as_str()));
    known.then(|| CompactString::from(code))
}
