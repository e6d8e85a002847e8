//! What is told to others (domain.md d.19). An event row commits with its fact.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{AreaId, ClearanceId, ClearanceState, OrganizationId, TripId};

macro_rules! event_kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Name of an event, in the past tense.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum EventKind {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl EventKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name in JSON and SQL.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

event_kinds! {
    /// A trip was submitted.
    TripSubmitted = "trip.submitted",
    /// A trip was amended. Its areas are those of the stays that the change touches.
    TripAmended = "trip.amended",
    /// A trip was cancelled.
    TripCancelled = "trip.cancelled",
    /// On record.
    ClearanceNotified = "clearance.notified",
    /// Positive by rule.
    ClearanceCleared = "clearance.cleared",
    /// Waits for a person.
    ClearancePending = "clearance.pending_review",
    /// An adviser has spoken.
    ClearanceRecommended = "clearance.recommended",
    /// Passed up.
    ClearanceEscalated = "clearance.escalated",
    /// Positive by a person.
    ClearanceApproved = "clearance.approved",
    /// No.
    ClearanceDenied = "clearance.denied",
    /// Sent back.
    ClearanceReturned = "clearance.returned",
    /// A no is reviewed.
    ClearanceAppealed = "clearance.under_appeal",
    /// Frozen.
    ClearanceSuspended = "clearance.suspended",
    /// Withdrawn.
    ClearanceRevoked = "clearance.revoked",
    /// Positive again after a suspension.
    ClearanceReinstated = "clearance.reinstated",
    /// Withdrawn by the requester.
    ClearanceCancelled = "clearance.cancelled",
    /// Replaced.
    ClearanceSuperseded = "clearance.superseded",
    /// Stands in the next version of its trip, with other days or details.
    ClearanceAdjusted = "clearance.adjusted",
    /// Not used in its window.
    ClearanceExpired = "clearance.expired",
    /// A missing course was waived.
    CourseWaived = "clearance.course_waived",
    /// What an approval obliges to was done.
    ObligationMet = "clearance.obligation_met",
    /// A policy that comes into force before the stay asks for a course that is missing.
    ClearanceWarned = "clearance.warned",
    /// The advisory of its area was published again.
    ClearanceInformed = "clearance.informed",
    /// The stay ended.
    ClearanceCompleted = "clearance.completed",
    /// Arrival confirmed.
    StayArrived = "stay.arrived",
    /// Departure confirmed.
    StayDeparted = "stay.departed",
    /// The traveller was briefed.
    StayBriefed = "stay.briefed",
    /// Nobody came.
    StayNoShow = "stay.no_show",
    /// Nobody reported an arrival in time.
    StayOverdue = "stay.overdue",
    /// The approver was reminded, and the alternate told.
    ClearanceReminded = "clearance.reminded",
    /// Departure is near: the adviser and the focal point were told.
    ClearanceAdviserInformed = "clearance.adviser_informed",
    /// Departure is nearer: the official and the stand-in were told.
    ClearanceOfficialInformed = "clearance.official_informed",
    /// Departure is tomorrow: the Communications Centre was told.
    ClearanceCentreInformed = "clearance.centre_informed",
    /// Not cleared: the traveller was told not to travel.
    ClearanceNotCleared = "clearance.not_cleared",
    /// A mission security clearance request was opened.
    MscrOpened = "mscr.opened",
    /// The official has spoken on it.
    MscrRecommended = "mscr.recommended",
    /// The head of an organization accepts the risk for its people.
    MscrConsented = "mscr.consented",
    /// The head of an organization has left it without an answer for another day.
    MscrReminded = "mscr.reminded",
    /// Somebody said no to it.
    MscrRefused = "mscr.refused",
    /// Headquarters said yes to it.
    MscrGranted = "mscr.granted",
    /// Another security level or risk band holds in an area.
    AreaLevelChanged = "area.level_changed",
    /// Another version of an area's policy is in force.
    AreaPolicyChanged = "area.policy_changed",
    /// An area was suspended.
    AreaSuspended = "area.suspended",
    /// No official has confirmed an emergency suspension: it stays, and is passed up.
    AreaUnconfirmed = "area.suspension_unconfirmed",
    /// The Communications Centre was told of it.
    AreaCentreInformed = "area.centre_informed",
    /// An area was closed.
    AreaClosed = "area.closed",
    /// An area was opened again.
    AreaReopened = "area.reopened",
    /// A version of an area's advisory was published.
    AdvisoryPublished = "advisory.published",
    /// An area's advisory was withdrawn: none holds until the next.
    AdvisoryWithdrawn = "advisory.withdrawn",
    /// A fence was drawn.
    FenceDrawn = "fence.drawn",
    /// A fence was drawn anew.
    FenceRedrawn = "fence.redrawn",
    /// A fence was taken away.
    FenceRemoved = "fence.removed",
    /// People of areas are being accounted for.
    HeadcountOpened = "headcount.opened",
    /// A headcount takes no more responses.
    HeadcountClosed = "headcount.closed",
}

impl EventKind {
    /// The event of a clearance that entered a state; `reinstated` when it comes back positive
    /// from a suspension.
    pub const fn of_state(state: ClearanceState, from: ClearanceState) -> Self {
        use ClearanceState as S;
        match state {
            S::Submitted => Self::TripSubmitted,
            S::Notified => Self::ClearanceNotified,
            S::Cleared | S::Approved if matches!(from, S::Suspended) => Self::ClearanceReinstated,
            S::Cleared => Self::ClearanceCleared,
            S::PendingReview => Self::ClearancePending,
            S::Returned => Self::ClearanceReturned,
            S::Recommended => Self::ClearanceRecommended,
            S::Escalated => Self::ClearanceEscalated,
            S::Approved => Self::ClearanceApproved,
            S::Denied => Self::ClearanceDenied,
            S::UnderAppeal => Self::ClearanceAppealed,
            S::Suspended => Self::ClearanceSuspended,
            S::Revoked => Self::ClearanceRevoked,
            S::Cancelled => Self::ClearanceCancelled,
            S::Superseded => Self::ClearanceSuperseded,
            S::Expired => Self::ClearanceExpired,
            S::Completed => Self::ClearanceCompleted,
        }
    }
}

/// An event: ids and codes, no personal datum (fine-print.md, "The feed").
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// UUIDv7, the same at every delivery.
    pub event_id: Uuid,
    /// What happened.
    pub kind: EventKind,
    /// When, by the database.
    pub at: Timestamp,
    /// Trip, where it is about one.
    pub trip_id: Option<TripId>,
    /// Version of the trip.
    pub trip_version: i32,
    /// Clearance, where it is about one.
    pub clearance_id: Option<ClearanceId>,
    /// Areas it concerns, for filtering by scope.
    pub areas: Vec<AreaId>,
    /// Organization it concerns.
    pub organization: Option<OrganizationId>,
    /// About personal travel: never told to an organization.
    pub personal: bool,
    /// Reason codes.
    pub reasons: Vec<super::ReasonCode>,
}
