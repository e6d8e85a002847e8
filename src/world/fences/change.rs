//! Fences as people change them: who may, and what is written (fine-print.md, "Who may call what",
//! "Suspension, closure and end dates").

use std::sync::Arc;

use compact_str::CompactString;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::FenceError;
use crate::atlas::{DrawnFence, Shape};
use crate::model::{AreaId, DailyHours, Fence, FenceEffect, FenceId, FenceKind, Validity};

/// A fence with effect `deny` or `mscr` that an area's own security staff draws is looked at again
/// within this time; it does not end by itself.
const EMERGENCY: SignedDuration = SignedDuration::from_hours(24);

/// A fence as a person wishes it.
#[derive(Debug, Clone)]
pub(in crate::world) struct FenceWish {
    /// What it is.
    pub(in crate::world) kind: FenceKind,
    /// Name for people.
    pub(in crate::world) name: CompactString,
    /// What contact does.
    pub(in crate::world) effect: FenceEffect,
    /// When it stands.
    pub(in crate::world) validity: Validity,
    /// At which local hours.
    pub(in crate::world) hours: Option<DailyHours>,
    /// When a person looks at it again.
    pub(in crate::world) review_at: Option<Timestamp>,
    /// Words for colleagues.
    pub(in crate::world) note: Option<String>,
    /// Where.
    pub(in crate::world) shape: Shape,
}

impl FenceWish {
    /// The fence as it would be drawn over areas.
    pub(in crate::world) fn drawn(&self, fence_id: FenceId, areas: &[AreaId]) -> DrawnFence {
        let Self { kind, name, effect, validity, hours, .. } = self;
        let fence = Fence {
            fence_id,
            kind: *kind,
            name: name.clone(),
            effect: *effect,
            validity: *validity,
            hours: *hours,
            areas: areas.into(),
            version: 0,
        };
        DrawnFence { fence: Arc::new(fence), shape: Arc::new(self.shape.clone()) }
    }
}

/// What a person wishes done.
#[derive(Debug, Clone, Copy)]
pub(in crate::world) enum FenceChange<'w> {
    /// Draws a fence, or draws it anew.
    Draw(&'w FenceWish),
    /// Takes it away.
    Remove,
}

/// Why a person does not change a fence.
#[derive(Debug, thiserror::Error)]
pub(in crate::world) enum FenceRefusal {
    /// There is no such fence.
    #[error("there is no such fence")]
    Unknown,
    /// It touches areas over which the person holds no appointment in force.
    #[error("no appointment in force covers every area that the fence touches")]
    Beyond(Vec<AreaId>),
    /// What an official has drawn is not an area's staff's to change.
    #[error("an official has drawn or confirmed this fence")]
    Confirmed,
    /// The key stands for another body.
    #[error("the key stands for another body")]
    KeyReused,
    /// The fence cannot be drawn.
    #[error(transparent)]
    Fence(#[from] FenceError),
}

/// A fence on record, as far as a change of it depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Before {
    pub(super) version: i32,
    pub(super) effect: FenceEffect,
    pub(super) emergency: bool,
    pub(super) review_at: Option<Timestamp>,
}

/// What a change stands on, under the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ground {
    pub(super) now: Timestamp,
    pub(super) world_version: i64,
    pub(super) before: Option<Before>,
    /// Areas touched before and after.
    pub(super) touched: Vec<AreaId>,
    /// Those that the person's appointments do not cover.
    pub(super) beyond: Vec<AreaId>,
    /// An official of every one of them.
    pub(super) is_official: bool,
    /// Of headquarters.
    pub(super) is_everywhere: bool,
}

/// How a wish is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Permitted {
    pub(super) review_at: Option<Timestamp>,
    pub(super) emergency: bool,
}

/// Whether a fence freezes clearances.
pub(super) const fn is_danger(effect: FenceEffect) -> bool {
    matches!(effect, FenceEffect::Deny | FenceEffect::Mscr)
}

impl Ground {
    /// Whether the person may, and how it is written. A fence at sea is headquarters' alone. What
    /// staff draw in an emergency, they may change and take away until an official has drawn it
    /// anew; that does not put off the time at which it is looked at.
    pub(super) fn judge(&self, change: FenceChange<'_>) -> Result<Permitted, FenceRefusal> {
        if !self.beyond.is_empty() || (self.touched.is_empty() && !self.is_everywhere) {
            return Err(FenceRefusal::Beyond(self.beyond.clone()));
        }
        let is_official = self.is_official && (!self.touched.is_empty() || self.is_everywhere);
        let stood = self.before.as_ref().filter(|before| is_danger(before.effect));
        if stood.is_some_and(|before| !before.emergency) && !is_official {
            return Err(FenceRefusal::Confirmed);
        }
        let FenceChange::Draw(wish) = change else {
            return Ok(Permitted { review_at: None, emergency: false });
        };
        let emergency = is_danger(wish.effect) && !is_official;
        let latest = emergency.then(|| {
            let fresh = self.now.checked_add(EMERGENCY).unwrap_or(self.now);
            let standing = stood.and_then(|before| before.review_at);
            standing.map_or(fresh, |standing| standing.min(fresh))
        });
        let review_at = [wish.review_at, latest].into_iter().flatten().min();
        Ok(Permitted { review_at, emergency })
    }
}

/// What came of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::world) struct FenceChanged {
    /// The world's new version.
    pub(in crate::world) world_version: i64,
    /// What decides the live clearances of each touched area again.
    pub(in crate::world) redecisions: Vec<(AreaId, Uuid)>,
}

/// A fence as it was written, to be told.
#[derive(Debug, Clone)]
pub(in crate::world) struct FenceWritten {
    /// Id.
    pub(in crate::world) fence_id: FenceId,
    /// Version, from 1.
    pub(in crate::world) version: i32,
    /// Areas it touches.
    pub(in crate::world) areas: Vec<AreaId>,
    /// When a person looks at it again.
    pub(in crate::world) review_at: Option<Timestamp>,
    /// Drawn by the area's own staff, until an official confirms it.
    pub(in crate::world) emergency: bool,
    /// When it was drawn first.
    pub(in crate::world) created_at: Timestamp,
    /// When it was changed last.
    pub(in crate::world) changed_at: Timestamp,
    /// What follows.
    pub(in crate::world) changed: FenceChanged,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atlas::rectangle;

    fn ground(is_official: bool, before: Option<Before>) -> Ground {
        Ground {
            now: Timestamp::UNIX_EPOCH,
            world_version: 7,
            before,
            touched: vec![AreaId::from("KEN-890")],
            beyond: Vec::new(),
            is_official,
            is_everywhere: false,
        }
    }

    fn wish(effect: FenceEffect, review_at: Option<Timestamp>) -> FenceWish {
        FenceWish {
            kind: FenceKind::NoGo,
            name: "Bridge".into(),
            effect,
            validity: Validity { from: None, until: None },
            hours: None,
            review_at,
            note: None,
            shape: rectangle([0.0, 0.0, 1.0, 1.0]).unwrap(),
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "as it stands in what it is compared with")]
    fn hours(hours: i64) -> Option<Timestamp> {
        Some(Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours))
    }

    #[expect(clippy::unnecessary_wraps, reason = "as it stands in what it is compared with")]
    fn before(effect: FenceEffect, emergency: bool) -> Option<Before> {
        Some(Before { version: 1, effect, emergency, review_at: hours(5) })
    }

    #[test]
    fn staff_draw_a_danger_for_a_day_and_an_official_as_long_as_they_wish() {
        use FenceEffect::{Advise, Condition, Deny, Manual, Mscr};
        let judge = |official, effect, review| {
            let permitted = ground(official, None).judge(FenceChange::Draw(&wish(effect, review)));
            let Permitted { review_at, emergency } = permitted.unwrap();
            (review_at, emergency)
        };
        for danger in [Deny, Mscr] {
            assert_eq!(judge(false, danger, None), (hours(24), true));
            assert_eq!(judge(false, danger, hours(100)), (hours(24), true));
            assert_eq!(judge(false, danger, hours(3)), (hours(3), true));
            assert_eq!(judge(true, danger, hours(100)), (hours(100), false));
            assert_eq!(judge(true, danger, None), (None, false));
        }
        for mild in [Advise, Condition, Manual] {
            assert_eq!(judge(false, mild, hours(100)), (hours(100), false));
        }
    }

    #[test]
    fn what_an_official_confirmed_is_not_the_staffs_to_change() {
        use FenceEffect::{Advise, Deny, Mscr};
        let lift = |official, before| ground(official, before).judge(FenceChange::Remove).is_ok();
        for danger in [Deny, Mscr] {
            assert!(!lift(false, before(danger, false)));
            assert!(lift(false, before(danger, true)), "they drew it in an emergency");
            assert!(lift(true, before(danger, false)));
        }
        assert!(lift(false, before(Advise, false)));
        // drawing it anew puts nothing off, and an official confirms by drawing it
        let again = wish(Deny, None);
        let by = |official| {
            ground(official, before(Deny, true)).judge(FenceChange::Draw(&again)).unwrap()
        };
        assert_eq!(by(false), Permitted { review_at: hours(5), emergency: true });
        assert_eq!(by(true), Permitted { review_at: None, emergency: false });
    }

    #[test]
    fn nobody_draws_beyond_their_land_and_the_sea_is_headquarters() {
        let area = AreaId::from("UGA-3300");
        let over = Ground { beyond: vec![area.clone()], ..ground(true, None) };
        let drawn = over.judge(FenceChange::Remove);
        assert!(matches!(drawn, Err(FenceRefusal::Beyond(areas)) if areas == [area]));
        let sea = Ground { touched: Vec::new(), ..ground(true, None) };
        assert!(matches!(sea.judge(FenceChange::Remove), Err(FenceRefusal::Beyond(_))));
        let headquarters = Ground { is_everywhere: true, ..sea };
        assert!(headquarters.judge(FenceChange::Remove).is_ok());
    }
}
