//! One traveller and one stay: everything a rule may read.

use jiff::civil::Date;
use jiff::{SignedDuration, Span, Timestamp};

use super::demand::{Demand, Tally};
use super::rules::area;
use crate::model::{
    AreaPolicy, ClearanceMode, Facts, FenceContact, LevelRow, Lodging, PersonFacts, Segment,
    StayKind, Terrain, TerrainArea, TerrainRoute, TerrainStay, Traveller, Trip,
};

/// What is the same for every traveller and stay of a trip.
#[derive(Debug, Clone, Copy)]
pub(super) struct Matter<'a> {
    /// The trip.
    pub(super) trip: &'a Trip,
    /// What the store knows.
    pub(super) facts: &'a Facts,
    /// The ground it covers.
    pub(super) terrain: &'a Terrain,
    /// Travellers of the trip's organization.
    pub(super) company: u32,
}

/// What the ways of a trip lay upon one of its stays, beside what the stay meets itself.
#[derive(Debug, Default)]
pub(super) struct Burden<'a> {
    /// Fences met where this traveller has no stay.
    pub(super) fences: Vec<&'a FenceContact>,
    /// Ways that are not known.
    pub(super) routes: Vec<&'a TerrainRoute>,
    /// Areas read for those ways; positions in the terrain.
    pub(super) areas: Vec<usize>,
}

/// One traveller, one stay.
#[derive(Debug, Clone, Copy)]
pub(super) struct Case<'a> {
    /// The trip's part.
    pub(super) matter: &'a Matter<'a>,
    /// Who travels.
    pub(super) traveller: &'a Traveller,
    /// What is known of them; none where it could not be read.
    pub(super) who: Option<&'a PersonFacts>,
    /// The stay or passage.
    pub(super) stay: &'a TerrainStay,
    /// Its area.
    pub(super) area: Option<&'a TerrainArea>,
    /// The area's policy.
    pub(super) policy: Option<&'a AreaPolicy>,
    /// The row of the area's level in that policy.
    pub(super) row: Option<&'a LevelRow>,
    /// The mode that applies, never `by_level`; none without a policy.
    pub(super) mode: Option<ClearanceMode>,
    /// Last local day of the stay, for certificates and windows.
    pub(super) last: Date,
    /// What the ways lay upon it.
    pub(super) burden: &'a Burden<'a>,
    /// Places it takes under a ceiling.
    pub(super) demand: &'a Demand,
    /// Places taken already.
    pub(super) tally: &'a Tally<'a>,
}

impl<'a> Case<'a> {
    /// The same traveller and days in another area: what would its rules say?
    pub(super) fn within(&self, area: Option<&'a TerrainArea>) -> Self {
        let policy = area.and_then(|area| area.policy.as_deref());
        let row =
            area.zip(policy).and_then(|(area, policy)| policy.level_table.row(area.security_level));
        let mut case = Self { area, policy, row, mode: None, ..*self };
        case.mode = area::mode(&case);
        case
    }

    /// The trip.
    pub(super) const fn trip(&self) -> &'a Trip {
        self.matter.trip
    }

    /// The facts.
    pub(super) const fn facts(&self) -> &'a Facts {
        self.matter.facts
    }

    /// Decided at.
    pub(super) const fn now(&self) -> Timestamp {
        self.matter.facts.now
    }

    /// A stay, not a passage.
    pub(super) fn is_stay(&self) -> bool {
        self.stay.kind == StayKind::Stay
    }

    /// The segment that brings the traveller here.
    pub(super) fn arriving(&self) -> Option<&'a Segment> {
        self.trip().itinerary.segments.get(self.stay.arrives_by)
    }

    /// Segments that end, lie or start in the stay.
    pub(super) fn segments(&self) -> &'a [Segment] {
        let all = &self.trip().itinerary.segments;
        let last = self.stay.leaves_by.unwrap_or(all.len().saturating_sub(1));
        all.get(self.stay.arrives_by..=last).unwrap_or_default()
    }

    /// Fences the stay meets, its own first.
    pub(super) fn fences(&self) -> impl Iterator<Item = &'a FenceContact> + use<'a> {
        self.stay.fences.iter().chain(self.burden.fences.iter().copied())
    }

    /// Where the traveller sleeps.
    pub(super) fn lodging(&self) -> Option<&'a Lodging> {
        let at = self.stay.lodging?;
        self.trip().itinerary.lodging.get(at)
    }

    /// At home in the area: its ceilings hold visitors only.
    pub(super) fn is_resident(&self) -> bool {
        self.who.is_some_and(|who| who.resident && self.is_own_station(who))
    }

    /// The area is that of the traveller's duty station.
    pub(super) fn is_own_station(&self, who: &PersonFacts) -> bool {
        self.area
            .is_some_and(|area| who.person.duty_station_area_id.as_ref() == Some(&area.area_id))
    }

    /// A person decides by the area's mode, whatever else is found.
    pub(super) fn is_manual_by_mode(&self) -> bool {
        matches!(self.mode, Some(ClearanceMode::Manual | ClearanceMode::MscrOnly))
    }
}

/// So many hours later; saturates at the end of time.
pub(super) fn hours_after(at: Timestamp, hours: impl Into<i64>) -> Timestamp {
    at.checked_add(SignedDuration::from_hours(hours.into())).unwrap_or(Timestamp::MAX)
}

/// So many hours earlier; saturates at the beginning of time.
pub(super) fn hours_before(at: Timestamp, hours: impl Into<i64>) -> Timestamp {
    at.checked_sub(SignedDuration::from_hours(hours.into())).unwrap_or(Timestamp::MIN)
}

/// So many days later; saturates at the end of time.
pub(super) fn days_after(day: Date, days: impl Into<i64>) -> Date {
    Span::new().try_days(days).and_then(|span| day.checked_add(span)).unwrap_or(Date::MAX)
}
