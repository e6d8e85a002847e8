//! Opening, suspending and closing areas (domain.md b.8, c.4; fine-print.md, "Who may call what",
//! "World changes and commits in flight").

mod store;
mod watch;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

pub use self::watch::{StatusWatch, WatchError, Watched};
use crate::database::{Database, DatabaseError};
use crate::model::{AreaId, AreaStatus, Cause, EventKind, PersonId, Role, StatusKind};

/// An emergency suspension is looked at again within this time; it does not end by itself.
const EMERGENCY: SignedDuration = SignedDuration::from_hours(24);

/// A wish to change an area's status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Open, suspended or closed.
    pub status: StatusKind,
    /// When a person looks at it again.
    pub review_at: Option<Timestamp>,
    /// Words for travellers.
    pub reason: Option<String>,
    /// Who.
    pub by: PersonId,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed {
    /// The world's new version; none where the area stood so already.
    pub version: Option<i64>,
    /// What decides live clearances again; none where nothing changed.
    pub redecision: Option<Uuid>,
}

/// Why a status is not changed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StatusError {
    /// There is no such area.
    #[error("there is no such area")]
    UnknownArea,
    /// No appointment in force permits it for this area.
    #[error("no appointment in force permits this for the area")]
    NotPermitted,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// A change that somebody may make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Permitted {
    review_at: Option<Timestamp>,
    /// Suspended by the area's own security staff, until an official confirms it.
    emergency: bool,
}

impl Change {
    /// Roles that may make the change, the one that carries most first: security staff only
    /// suspend, in an emergency; officials open and suspend; headquarters closes too.
    const fn roles(&self) -> &'static [Role] {
        use Role::{AreaSecurityCoordinator, DesignatedOfficial, SecurityAdviser, Usg};
        match self.status {
            StatusKind::Open => &[Usg, DesignatedOfficial],
            StatusKind::Suspended => {
                &[Usg, DesignatedOfficial, SecurityAdviser, AreaSecurityCoordinator]
            }
            StatusKind::Closed => &[Usg],
        }
    }

    /// What is written for a role in force, seen from the status the area has; none where it stands
    /// so already. What headquarters closed, headquarters opens; what security staff suspended in an
    /// emergency, an official confirms by suspending it.
    fn judge(
        &self,
        (status, unconfirmed): (StatusKind, bool),
        role: Option<Role>,
        now: Timestamp,
    ) -> Result<Option<Permitted>, StatusError> {
        let role = role.ok_or(StatusError::NotPermitted)?;
        if status == StatusKind::Closed && role != Role::Usg {
            return Err(StatusError::NotPermitted);
        }
        let emergency = !matches!(role, Role::Usg | Role::DesignatedOfficial);
        let confirms = unconfirmed && !emergency;
        if status == self.status && !confirms {
            return Ok(None);
        }
        let latest = now.checked_add(EMERGENCY).unwrap_or(now);
        let review_at = if emergency {
            Some(self.review_at.map_or(latest, |wished| wished.min(latest)))
        } else {
            self.review_at
        };
        Ok(Some(Permitted { review_at, emergency }))
    }

    /// What the loop is told.
    pub const fn cause(&self) -> Cause {
        match self.status {
            StatusKind::Open => Cause::Reopened,
            StatusKind::Suspended => Cause::Suspended,
            StatusKind::Closed => Cause::Closed,
        }
    }

    /// What everybody is told.
    const fn event(&self) -> EventKind {
        match self.status {
            StatusKind::Open => EventKind::AreaReopened,
            StatusKind::Suspended => EventKind::AreaSuspended,
            StatusKind::Closed => EventKind::AreaClosed,
        }
    }
}

/// What the status of an area would be, with the same checks as [`change_status`] and nothing
/// written; none where the area stands so already.
pub async fn plan_status<E: From<StatusError>>(
    database: &Database,
    area_id: &AreaId,
    change: &Change,
    permit: impl FnOnce(i64) -> Result<(), E>,
) -> Result<Option<AreaStatus>, E> {
    store::plan(database, area_id, change, permit).await
}

/// Changes the status of an area in one transaction under the lock `world`. `permit` sees the
/// area's revision first, for conditional requests. A change that changes nothing writes nothing.
pub async fn change_status<E: From<StatusError>>(
    database: &Database,
    area_id: &AreaId,
    change: &Change,
    permit: impl FnOnce(i64) -> Result<(), E>,
) -> Result<Changed, E> {
    store::change(database, area_id, change, permit).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(status: StatusKind) -> Change {
        Change { status, review_at: None, reason: None, by: PersonId(Uuid::nil()) }
    }

    #[test]
    fn who_may_make_which_change() {
        use StatusKind::{Closed, Open, Suspended};
        let now = Timestamp::UNIX_EPOCH;
        let made = |from, to, role| {
            let change = change(to);
            let role = Some(role).filter(|role| change.roles().contains(role));
            change.judge((from, false), role, now).map(|made| made.is_some()).ok()
        };
        let roles = [
            Role::AreaSecurityCoordinator,
            Role::SecurityAdviser,
            Role::DesignatedOfficial,
            Role::Usg,
        ];
        // rows: from, to; then what each role makes of it
        let (no, same, yes) = (None, Some(false), Some(true));
        let table = [
            (Open, Suspended, [yes, yes, yes, yes]),
            (Open, Closed, [no, no, no, yes]),
            (Open, Open, [no, no, same, same]),
            (Suspended, Open, [no, no, yes, yes]),
            (Suspended, Suspended, [same, same, same, same]),
            (Suspended, Closed, [no, no, no, yes]),
            (Closed, Open, [no, no, no, yes]),
            (Closed, Suspended, [no, no, no, yes]),
            (Closed, Closed, [no, no, no, same]),
        ];
        for (from, to, expected) in table {
            assert_eq!(roles.map(|role| made(from, to, role)), expected, "{from:?} to {to:?}");
        }
        for role in Role::ALL.into_iter().filter(|role| !roles.contains(role)) {
            assert_eq!(made(Open, Suspended, role), None, "{role:?}");
        }
    }

    #[test]
    fn an_emergency_is_looked_at_within_a_day() {
        let now = Timestamp::UNIX_EPOCH;
        let far = now + SignedDuration::from_hours(100);
        let change = Change { review_at: Some(far), ..change(StatusKind::Suspended) };
        let open = (StatusKind::Open, false);
        let by = |role| change.judge(open, Some(role), now).unwrap().unwrap();
        let staff = by(Role::AreaSecurityCoordinator);
        assert_eq!((staff.emergency, staff.review_at), (true, Some(now + EMERGENCY)));
        let official = by(Role::DesignatedOfficial);
        assert_eq!((official.emergency, official.review_at), (false, Some(far)));
        // an official confirms what staff suspended, and nobody else does
        let again = |role| change.judge((StatusKind::Suspended, true), Some(role), now).unwrap();
        assert_eq!(again(Role::SecurityAdviser), None);
        assert_eq!(again(Role::DesignatedOfficial), Some(official));
    }
}
