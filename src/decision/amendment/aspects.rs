//! What differs between a stay of the old version and the same stay of the new one.

use super::Change;
use super::fates::Side;
use crate::model::{Lodging, Segment, StayKind, TerrainStay, Trip};

/// Both versions of one stay.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'p> {
    pub(super) before: &'p Side<'p>,
    pub(super) after: &'p Side<'p>,
    pub(super) old: &'p TerrainStay,
    pub(super) new: &'p TerrainStay,
}

/// Whether the trips differ in what every stay is decided by.
pub(super) fn is_other_matter(before: &Trip, after: &Trip) -> bool {
    before.trip_kind != after.trip_kind
        || before.purpose != after.purpose
        || before.pc_grade != after.pc_grade
        || before.programme_activity_id != after.programme_activity_id
        || before.mscr_id != after.mscr_id
}

impl Pair<'_> {
    /// What differs besides the days, in the order of the table.
    pub(super) fn changes(&self) -> Vec<Change> {
        let mut found = Vec::new();
        let (house, phone) = self.lodging();
        if phone || self.differ(|side, stay| flights(side.trip, stay)) {
            found.push(Change::Details);
        }
        if house {
            found.push(Change::Lodging);
        }
        if self.is_other_kind() {
            found.push(Change::Stay);
        }
        if self.differ(|side, stay| modes(side.trip, stay)) {
            found.push(Change::Mode);
        }
        if self.is_other_way() {
            found.push(Change::Way);
        }
        found
    }

    fn differ<T: PartialEq>(&self, of: impl Fn(&Side<'_>, &TerrainStay) -> T) -> bool {
        of(self.before, self.old) != of(self.after, self.new)
    }

    fn is_other_kind(&self) -> bool {
        self.old.kind != self.new.kind
            || (self.new.kind == StayKind::Stay && self.old.at_start_area != self.new.at_start_area)
    }

    /// Whether the house differs, and whether its telephone does.
    fn lodging(&self) -> (bool, bool) {
        let house = |side: &Side<'_>, stay: &TerrainStay| {
            stay.lodging.and_then(|at| side.trip.itinerary.lodging.get(at)).cloned()
        };
        let (old, new) = (house(self.before, self.old), house(self.after, self.new));
        let bare = |house: &Option<Lodging>| {
            house.clone().map(|house| Lodging { phone: None, from: None, ..house })
        };
        let phone = |house: &Option<Lodging>| {
            let house = house.as_ref()?;
            house.phone.clone()
        };
        (bare(&old) != bare(&new), phone(&old) != phone(&new))
    }

    /// Another point of arrival or departure, or another way on the ground to or in the area. The
    /// way out is the next stay's matter.
    fn is_other_way(&self) -> bool {
        let place = |stay: &TerrainStay| {
            (stay.points.clone(), stay.place.resolved.clone(), stay.place.airport.clone())
        };
        place(self.old) != place(self.new)
            || self.differ(|side, stay| {
                let last = stay.leaves_by.unwrap_or(usize::MAX).max(stay.arrives_by + 1);
                let ways = legs(side.trip, stay.arrives_by, last);
                let ground = ways.iter().filter(|leg| !leg.mode.is_air());
                ground
                    .map(|leg| (leg.from.clone(), leg.to.clone(), leg.route_points.clone()))
                    .collect::<Vec<_>>()
            })
    }
}

/// Segments from one position up to another, which is left out.
fn legs(trip: &Trip, from: usize, until: usize) -> &[Segment] {
    let all = &trip.itinerary.segments;
    all.get(from..until.min(all.len())).unwrap_or_default()
}

/// Segments that end, lie or start in a stay.
fn around<'t>(trip: &'t Trip, stay: &TerrainStay) -> &'t [Segment] {
    let last = stay.leaves_by.unwrap_or(usize::MAX - 1);
    legs(trip, stay.arrives_by, last + 1)
}

type Flown = Vec<(Option<compact_str::CompactString>, Option<compact_str::CompactString>)>;

fn flights(trip: &Trip, stay: &TerrainStay) -> Flown {
    let flown = around(trip, stay).iter();
    flown.map(|leg| (leg.carrier_code.clone(), leg.flight_no.clone())).collect()
}

fn modes(trip: &Trip, stay: &TerrainStay) -> Vec<crate::model::TransportMode> {
    let mut modes: Vec<_> = around(trip, stay).iter().map(|leg| leg.mode).collect();
    modes.dedup();
    modes
}
