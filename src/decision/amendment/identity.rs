//! Which stay of the new version is which of the old: the same person, the same area, days that
//! overlap (fine-print.md, "Beginning, end and home of a trip").

use jiff::civil::Date;

use crate::model::{AreaId, PersonId, StayKind};

/// What a stay is known by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark<'m> {
    pub(super) person: PersonId,
    pub(super) area: Option<&'m AreaId>,
    pub(super) kind: StayKind,
    pub(super) arrive: Date,
    pub(super) depart: Option<Date>,
    /// What is over comes after what is not, where both could be the one.
    pub(super) is_over: bool,
}

impl Mark<'_> {
    fn last(&self) -> Date {
        self.depart.unwrap_or(Date::MAX)
    }

    /// How well two marks go together, the greatest best; none where they are not one stay.
    fn likeness(&self, other: &Self) -> Option<(bool, bool, i32, i32)> {
        if self.person != other.person || self.area != other.area {
            return None;
        }
        let (first, last) = (self.arrive.max(other.arrive), self.last().min(other.last()));
        if last < first {
            return None;
        }
        let days = |from: Date, to: Date| (to - from).get_days();
        let apart = days(self.arrive, other.arrive).abs();
        let live = !self.is_over && !other.is_over;
        Some((live, self.kind == other.kind, days(first, last), -apart))
    }
}

/// For each mark of the old version the position of the same stay in the new one: the best pairs
/// first, none taken twice.
pub(super) fn pairs(old: &[Mark<'_>], new: &[Mark<'_>]) -> Vec<Option<usize>> {
    let mut candidates = Vec::new();
    for (from, before) in old.iter().enumerate() {
        for (to, after) in new.iter().enumerate() {
            candidates.extend(before.likeness(after).map(|likeness| (likeness, from, to)));
        }
    }
    candidates
        .sort_by(|one, other| other.0.cmp(&one.0).then((one.1, one.2).cmp(&(other.1, other.2))));
    let mut found = vec![None; old.len()];
    let mut taken = vec![false; new.len()];
    for (_, from, to) in candidates {
        if let (Some(slot @ None), Some(taken @ false)) = (found.get_mut(from), taken.get_mut(to)) {
            *slot = Some(to);
            *taken = true;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERSON: PersonId = PersonId(uuid::Uuid::from_u128(1));

    fn mark(area: &AreaId, from: i8, to: i8) -> Mark<'_> {
        Mark {
            person: PERSON,
            area: Some(area),
            kind: StayKind::Stay,
            arrive: Date::constant(2030, 1, from),
            depart: Some(Date::constant(2030, 1, to)),
            is_over: false,
        }
    }

    #[test]
    fn a_stay_is_found_by_area_and_days() {
        let (a, b) = (AreaId::from("A"), AreaId::from("B"));
        let old = [mark(&a, 1, 3), mark(&b, 3, 5), mark(&a, 5, 6)];
        assert_eq!(pairs(&old, &old), [Some(0), Some(1), Some(2)]);
        let later = [mark(&a, 4, 6), mark(&b, 6, 8)];
        assert_eq!(pairs(&old, &later), [None, None, Some(0)], "days must overlap");
        let other = PersonId(uuid::Uuid::from_u128(2));
        let theirs = [Mark { person: other, ..mark(&a, 1, 3) }];
        assert_eq!(pairs(&old, &theirs), [None, None, None]);
    }

    #[test]
    fn the_better_pair_wins_and_what_is_over_waits() {
        let a = AreaId::from("A");
        let old = [mark(&a, 1, 3), mark(&a, 3, 9)];
        assert_eq!(pairs(&old, &[mark(&a, 2, 9)]), [None, Some(0)], "more days in common");
        let over = [Mark { is_over: true, ..mark(&a, 1, 9) }, mark(&a, 2, 4)];
        assert_eq!(pairs(&over, &[mark(&a, 1, 9)]), [None, Some(0)]);
        let open = [Mark { depart: None, ..mark(&a, 1, 3) }];
        assert_eq!(pairs(&open, &[mark(&a, 20, 22)]), [Some(0)], "an open stay has no last day");
    }
}
