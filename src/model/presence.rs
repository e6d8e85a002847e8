//! What is reported of a stay on the ground, and which clock rang over what waits (domain.md b.3
//! steps 10-12, c.9, R-1005). Written in the same transaction as what follows from it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AreaId, ClearanceId, ClearanceState, EventKind, PersonId};

/// What can be reported of a stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportKind {
    /// The traveller is there.
    Arrived,
    /// The traveller was briefed.
    Briefed,
    /// The traveller has left.
    Departed,
    /// Nobody came.
    NoShow,
}

impl ReportKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Arrived, Self::Briefed, Self::Departed, Self::NoShow];

    /// The name in JSON and SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Arrived => "arrived",
            Self::Briefed => "briefed",
            Self::Departed => "departed",
            Self::NoShow => "no_show",
        }
    }

    /// The event that announces it.
    pub const fn event(self) -> EventKind {
        match self {
            Self::Arrived => EventKind::StayArrived,
            Self::Briefed => EventKind::StayBriefed,
            Self::Departed => EventKind::StayDeparted,
            Self::NoShow => EventKind::StayNoShow,
        }
    }
}

/// A report about the stay of a clearance. The first of each kind stands.
#[derive(Debug, Clone)]
pub struct StayReport {
    /// The clearance.
    pub clearance_id: ClearanceId,
    /// Its area.
    pub area_id: Option<AreaId>,
    /// What.
    pub kind: ReportKind,
    /// When it happened, as reported.
    pub at: Timestamp,
    /// Who says so; none for a machine.
    pub by: Option<PersonId>,
    /// Where, in words; erasable, in no event and no log.
    pub place: Option<String>,
    /// States the clearance may be in; in any other nothing is written.
    pub while_in: Vec<ClearanceState>,
}

/// The clocks over what waits (c.9) and over who is expected (R-1005).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Clock {
    /// A working day passed without action: the approver is reminded, the alternate sees it.
    Reminder,
    /// 72 h before departure: the adviser and the agency's focal point.
    Adviser,
    /// 48 h before: the designated official and the stand-in.
    Official,
    /// 24 h before: the Communications Centre, which phones and does not decide.
    Centre,
    /// Not cleared, and it will not come by itself: do not travel.
    NotCleared,
    /// Nobody reported an arrival within a day (R-1005).
    OverdueArrival,
}

impl Clock {
    /// Every clock.
    pub const ALL: [Self; 6] = [
        Self::Reminder,
        Self::Adviser,
        Self::Official,
        Self::Centre,
        Self::NotCleared,
        Self::OverdueArrival,
    ];

    /// The name in JSON and SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reminder => "reminder",
            Self::Adviser => "adviser",
            Self::Official => "official",
            Self::Centre => "centre",
            Self::NotCleared => "not_cleared",
            Self::OverdueArrival => "overdue_arrival",
        }
    }

    /// The clock of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|clock| clock.as_str() == name)
    }

    /// The event that announces that it rang.
    pub const fn event(self) -> EventKind {
        match self {
            Self::Reminder => EventKind::ClearanceReminded,
            Self::Adviser => EventKind::ClearanceAdviserInformed,
            Self::Official => EventKind::ClearanceOfficialInformed,
            Self::Centre => EventKind::ClearanceCentreInformed,
            Self::NotCleared => EventKind::ClearanceNotCleared,
            Self::OverdueArrival => EventKind::StayOverdue,
        }
    }
}

/// A clock that rings over a clearance. Each rings once in a round; one that rang already leaves
/// the whole record unwritten.
#[derive(Debug, Clone)]
pub struct ClockNotice {
    /// The clearance.
    pub clearance_id: ClearanceId,
    /// Its area.
    pub area_id: Option<AreaId>,
    /// Which clock.
    pub clock: Clock,
    /// The ledger entry since which it waits, for a clock that rings again after the next move; 0
    /// for those that ring once.
    pub round: i32,
    /// Whom it is for, as roles: names of [`Role`](super::Role), `communications_centre`,
    /// `requester`.
    pub roles: Vec<&'static str>,
    /// Who that is now.
    pub persons: Vec<PersonId>,
    /// States the clearance may be in; in any other nothing is written.
    pub while_in: Vec<ClearanceState>,
}
