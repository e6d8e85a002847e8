//! States of a clearance and of a trip, and the moves between them (fine-print.md, "States").

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Outcome;

macro_rules! states {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$vdoc])* $variant,)*
        }

        impl $name {
            /// Every state.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in JSON and SQL.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// The state of a name.
            pub fn named(name: &str) -> Result<Self, UnknownState> {
                match name {
                    $($text => Ok(Self::$variant),)*
                    _ => Err(UnknownState),
                }
            }
        }
    };
}

/// A text names no state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such state")]
pub struct UnknownState;

states! {
    /// State of a clearance (domain.md b.1).
    ClearanceState {
        /// Received; only ever the `from` of the first move.
        Submitted = "submitted",
        /// On record, nothing to decide.
        Notified = "notified",
        /// Positive, by rule.
        Cleared = "cleared",
        /// Waits for the area's approver.
        PendingReview = "pending_review",
        /// Sent back to the requester.
        Returned = "returned",
        /// The adviser has spoken; waits for the decider.
        Recommended = "recommended",
        /// Passed up.
        Escalated = "escalated",
        /// Positive, by a person.
        Approved = "approved",
        /// No.
        Denied = "denied",
        /// A review of a no is open.
        UnderAppeal = "under_appeal",
        /// Was positive; do not travel until lifted.
        Suspended = "suspended",
        /// Was positive; withdrawn for good.
        Revoked = "revoked",
        /// Withdrawn by the requester.
        Cancelled = "cancelled",
        /// Replaced by a newer version of the same stay.
        Superseded = "superseded",
        /// Never used within its window.
        Expired = "expired",
        /// The stay ended.
        Completed = "completed",
    }
}

states! {
    /// State of a trip, derived from its current clearances (b.2, fine-print.md).
    TripState {
        /// Some clearance is undecided.
        InProgress = "in_progress",
        /// Something was sent back.
        ActionNeeded = "action_needed",
        /// Every required clearance is positive.
        Go = "go",
        /// Some positive, some negative.
        PartlyCleared = "partly_cleared",
        /// A required clearance is negative, none positive.
        NoGo = "no_go",
        /// Nothing to decide, all on record.
        Notified = "notified",
        /// An arrival is confirmed.
        Travelling = "travelling",
        /// Withdrawn.
        Cancelled = "cancelled",
        /// Over.
        Completed = "completed",
    }
}

/// Who makes a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mover {
    /// The rules; the only ones who may enter `cleared`.
    Rules,
    /// A person in a capacity.
    Person,
}

impl ClearanceState {
    /// The state a first decision leads to (domain.md c.0). `None` outcomes make no clearance.
    /// A suspended area's request is parked for review (c.0): its outcome is `Manual`.
    pub const fn first(outcome: Outcome) -> Option<Self> {
        match outcome {
            Outcome::None => None,
            Outcome::Notify => Some(Self::Notified),
            Outcome::Auto => Some(Self::Cleared),
            Outcome::Manual => Some(Self::PendingReview),
            Outcome::Mscr => Some(Self::Escalated),
            Outcome::Return => Some(Self::Returned),
            Outcome::DenyHard | Outcome::BlockClosed => Some(Self::Denied),
        }
    }

    /// "Yes" to an ERP.
    pub const fn is_positive(self) -> bool {
        matches!(self, Self::Cleared | Self::Approved)
    }

    /// No move leads on, save an appeal from `denied` and `revoked`.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Cancelled | Self::Superseded | Self::Expired | Self::Completed)
    }

    /// Nothing is decided yet.
    pub const fn is_undecided(self) -> bool {
        matches!(
            self,
            Self::Submitted
                | Self::PendingReview
                | Self::Recommended
                | Self::Escalated
                | Self::UnderAppeal
        )
    }

    /// Takes a binding place under a ceiling.
    pub const fn holds_place(self) -> bool {
        self.is_positive()
    }

    /// The moves of fine-print.md, "State machine"; anything else is an error (409).
    pub fn may_become(self, to: Self, by: Mover) -> bool {
        if to == Self::Cleared && by != Mover::Rules {
            return false;
        }
        moves(self).contains(&to)
    }
}

const fn moves(from: ClearanceState) -> &'static [ClearanceState] {
    use ClearanceState as S;
    match from {
        S::Submitted => {
            &[S::Notified, S::Cleared, S::PendingReview, S::Returned, S::Denied, S::Escalated]
        }
        S::PendingReview => &[
            S::Cleared,
            S::Recommended,
            S::Approved,
            S::Denied,
            S::Returned,
            S::Escalated,
            S::Superseded,
            S::Cancelled,
            S::Expired,
        ],
        S::Recommended => &[
            S::Approved,
            S::Denied,
            S::Returned,
            S::PendingReview,
            S::Superseded,
            S::Cancelled,
            S::Expired,
            S::Escalated,
        ],
        S::Escalated => &[
            S::Approved,
            S::Denied,
            S::Returned,
            S::PendingReview,
            S::Superseded,
            S::Cancelled,
            S::Expired,
            S::Recommended,
        ],
        S::Returned => &[S::Superseded, S::Cancelled, S::Expired],
        S::Cleared | S::Approved => &[
            S::PendingReview,
            S::Suspended,
            S::Revoked,
            S::Superseded,
            S::Cancelled,
            S::Expired,
            S::Completed,
        ],
        // back to the state it had, which the store keeps beside it
        S::Suspended => &[
            S::Cleared,
            S::Approved,
            S::PendingReview,
            S::Revoked,
            S::Superseded,
            S::Cancelled,
            S::Expired,
            S::Completed,
        ],
        S::Denied | S::Revoked => &[S::UnderAppeal, S::Superseded],
        S::UnderAppeal => &[S::Approved, S::Denied, S::Revoked, S::Cancelled, S::Expired],
        S::Notified => &[S::Superseded, S::Cancelled, S::Expired, S::Completed],
        S::Cancelled | S::Superseded | S::Expired | S::Completed => &[],
    }
}

impl TripState {
    /// The first that holds over the current (not superseded) clearances; `arrived` says that an
    /// arrival is confirmed (fine-print.md, "State of a trip").
    pub fn of(states: &[ClearanceState], arrived: bool) -> Self {
        use ClearanceState as S;
        let all = |test: fn(S) -> bool| states.iter().copied().all(test);
        let any = |test: fn(S) -> bool| states.iter().copied().any(test);
        if !states.is_empty() && all(|s| s == S::Cancelled) {
            Self::Cancelled
        } else if !states.is_empty()
            && all(|s| matches!(s, S::Completed | S::Expired | S::Cancelled))
        {
            Self::Completed
        } else if any(|s| s == S::Returned) {
            Self::ActionNeeded
        } else if any(S::is_undecided) {
            Self::InProgress
        } else if any(|s| matches!(s, S::Denied | S::Revoked | S::Suspended)) {
            if any(S::is_positive) { Self::PartlyCleared } else { Self::NoGo }
        } else if !states.is_empty() && all(|s| s == S::Notified) {
            Self::Notified
        } else if arrived {
            Self::Travelling
        } else {
            Self::Go
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rules_enter_cleared() {
        for &from in ClearanceState::ALL {
            assert!(!from.may_become(ClearanceState::Cleared, Mover::Person));
        }
        assert!(ClearanceState::PendingReview.may_become(ClearanceState::Cleared, Mover::Rules));
    }

    #[test]
    fn nothing_leaves_the_end() {
        for &from in ClearanceState::ALL {
            for &to in ClearanceState::ALL {
                let open = from.may_become(to, Mover::Rules);
                assert!(!(open && from.is_over()), "{from:?} to {to:?}");
                assert!(!(open && to == ClearanceState::Submitted), "{from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn trip_states_in_their_order() {
        use ClearanceState as S;
        assert_eq!(TripState::of(&[S::Cancelled], false), TripState::Cancelled);
        assert_eq!(TripState::of(&[S::Cancelled, S::Completed], false), TripState::Completed);
        assert_eq!(TripState::of(&[S::Returned, S::Denied], false), TripState::ActionNeeded);
        assert_eq!(TripState::of(&[S::Cleared, S::PendingReview], false), TripState::InProgress);
        assert_eq!(TripState::of(&[S::Cleared, S::Denied], false), TripState::PartlyCleared);
        assert_eq!(TripState::of(&[S::Suspended], false), TripState::NoGo);
        assert_eq!(TripState::of(&[S::Notified, S::Notified], false), TripState::Notified);
        assert_eq!(TripState::of(&[S::Cleared, S::Approved], true), TripState::Travelling);
        assert_eq!(TripState::of(&[S::Cleared, S::Notified], false), TripState::Go);
        assert_eq!(TripState::of(&[], false), TripState::Go);
    }
}
