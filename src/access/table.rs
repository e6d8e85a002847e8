//! The role × action table (fine-print.md, "Who may call what"), as data.

use std::fmt::Write as _;

use super::action::Action;
use super::scope::Sight;
use crate::model::Role;

/// How far a role reaches in an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Oneself and one's own dependants.
    Own,
    /// Official matters of the own organization.
    Organization,
    /// The areas and countries of the appointment.
    Land,
    /// Everything.
    Everywhere,
}

/// A cell of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// How far.
    pub reach: Reach,
    /// What is seen there.
    pub sight: Sight,
}

const fn to(reach: Reach, sight: Sight) -> Grant {
    Grant { reach, sight }
}

const OWN: Grant = to(Reach::Own, Sight::PLAIN);
const ORGANIZATION: Grant = to(Reach::Organization, Sight::PLAIN);
const LAND: Grant = to(Reach::Land, Sight::PLAIN);
const LAND_RESTRICTED: Grant = to(Reach::Land, Sight::RESTRICTED);
const ALL: Grant = to(Reach::Everywhere, Sight::PLAIN);
const ALL_RESTRICTED: Grant = to(Reach::Everywhere, Sight::RESTRICTED);
const ALL_LOGGED: Grant = to(Reach::Everywhere, Sight::RESTRICTED_LOGGED);
const ALL_SEALED: Grant = to(Reach::Everywhere, Sight::SEALED);

type Row = (Action, &'static [(Role, Grant)]);

const FOR_TRAVELLERS: &[(Role, Grant)] = &[
    (Role::Traveller, OWN),
    (Role::TravelFocalPoint, ORGANIZATION),
    (Role::ErpClient, ORGANIZATION),
];

const EVENTS: &[(Role, Grant)] = &[
    (Role::TravelFocalPoint, ORGANIZATION),
    (Role::ErpClient, ORGANIZATION),
    (Role::AreaSecurityCoordinator, LAND),
    (Role::SecurityAdviser, LAND),
    (Role::DesignatedOfficial, LAND_RESTRICTED),
    (Role::Usg, ALL_RESTRICTED),
];

/// Location is for security alone: no organization, line manager or auditor (domain.md c.15).
const HEADCOUNTS: &[(Role, Grant)] = &[
    (Role::Traveller, OWN),
    (Role::AreaSecurityCoordinator, LAND),
    (Role::SecurityAdviser, LAND),
    (Role::DesignatedOfficial, LAND),
    (Role::Usg, ALL),
    (Role::Warden, LAND),
];

const ANYONE: &[(Role, Grant)] = &[(Role::Traveller, ALL)];

/// Every cell that is not empty. A role that is not named has no way in. [`Role::Traveller`] is
/// held by everyone who is known, for themselves.
pub const TABLE: &[Row] = &[
    (Action::CheckTrip, FOR_TRAVELLERS),
    (Action::SubmitTrip, FOR_TRAVELLERS),
    (Action::AmendTrip, FOR_TRAVELLERS),
    (Action::CancelTrip, FOR_TRAVELLERS),
    (
        Action::ReadTrips,
        &[
            (Role::Traveller, OWN),
            (Role::TravelFocalPoint, ORGANIZATION),
            (Role::ErpClient, ORGANIZATION),
            (Role::AreaSecurityCoordinator, LAND),
            (Role::SecurityAdviser, LAND),
            (Role::DesignatedOfficial, LAND_RESTRICTED),
            (Role::Usg, ALL_RESTRICTED),
            (Role::Auditor, ALL_LOGGED),
            (Role::Administrator, ALL_SEALED),
        ],
    ),
    (
        Action::Replay,
        &[
            (Role::AreaSecurityCoordinator, LAND),
            (Role::SecurityAdviser, LAND),
            (Role::DesignatedOfficial, LAND_RESTRICTED),
            (Role::Usg, ALL_RESTRICTED),
            (Role::Auditor, ALL_LOGGED),
        ],
    ),
    (
        Action::AskStatus,
        &[
            (Role::Traveller, OWN),
            (Role::TravelFocalPoint, ORGANIZATION),
            (Role::ErpClient, ORGANIZATION),
            (Role::AreaSecurityCoordinator, LAND),
            (Role::SecurityAdviser, LAND),
            (Role::DesignatedOfficial, LAND),
            (Role::Usg, ALL),
            (Role::Auditor, ALL),
        ],
    ),
    (
        Action::ReadPeople,
        &[
            (Role::Traveller, OWN),
            (Role::TravelFocalPoint, ORGANIZATION),
            (Role::ErpClient, ORGANIZATION),
            (Role::AreaSecurityCoordinator, LAND),
            (Role::SecurityAdviser, LAND),
            (Role::DesignatedOfficial, LAND),
            (Role::Usg, ALL),
            (Role::Auditor, ALL_SEALED),
            (Role::Administrator, ALL_SEALED),
        ],
    ),
    (Action::WritePeople, FOR_TRAVELLERS),
    (
        Action::ImportPeople,
        &[(Role::TravelFocalPoint, ORGANIZATION), (Role::ErpClient, ORGANIZATION)],
    ),
    (
        Action::ConfirmPresence,
        &[
            (Role::Traveller, OWN),
            (Role::TravelFocalPoint, ORGANIZATION),
            (Role::AreaSecurityCoordinator, LAND),
            (Role::SecurityAdviser, LAND),
            (Role::DesignatedOfficial, LAND),
            (Role::Usg, ALL),
            (Role::Warden, LAND),
        ],
    ),
    (
        Action::FulfilObligation,
        &[
            (Role::Traveller, OWN),
            (Role::TravelFocalPoint, ORGANIZATION),
            (Role::ErpClient, ORGANIZATION),
            (Role::AreaSecurityCoordinator, LAND),
            (Role::SecurityAdviser, LAND),
            (Role::DesignatedOfficial, LAND),
            (Role::Usg, ALL),
        ],
    ),
    (
        Action::ReadPresence,
        &[
            (Role::AreaSecurityCoordinator, LAND),
            (Role::SecurityAdviser, LAND),
            (Role::DesignatedOfficial, LAND),
            (Role::Usg, ALL),
        ],
    ),
    (
        Action::OpenHeadcounts,
        &[
            (Role::AreaSecurityCoordinator, LAND),
            (Role::SecurityAdviser, LAND),
            (Role::DesignatedOfficial, LAND),
            (Role::Usg, ALL),
        ],
    ),
    (Action::ReadHeadcounts, HEADCOUNTS),
    (Action::AnswerHeadcounts, HEADCOUNTS),
    (
        Action::VerifyCertificates,
        &[
            (Role::LearningSystem, ALL),
            (Role::AreaSecurityCoordinator, LAND),
            (Role::SecurityAdviser, LAND),
            (Role::DesignatedOfficial, LAND),
        ],
    ),
    (
        Action::Decide,
        &[
            (Role::AreaSecurityCoordinator, LAND),
            (Role::SecurityAdviser, LAND),
            (Role::DesignatedOfficial, LAND_RESTRICTED),
            (Role::Usg, ALL_RESTRICTED),
        ],
    ),
    (Action::Recommend, &[(Role::SecurityAdviser, LAND)]),
    (
        Action::OpenMission,
        &[
            (Role::TravelFocalPoint, ORGANIZATION),
            (Role::SecurityAdviser, LAND),
            (Role::DesignatedOfficial, LAND),
        ],
    ),
    (
        Action::ReadMissions,
        &[
            (Role::Traveller, OWN),
            (Role::TravelFocalPoint, ORGANIZATION),
            (Role::AreaSecurityCoordinator, LAND),
            (Role::SecurityAdviser, LAND),
            (Role::DesignatedOfficial, LAND_RESTRICTED),
            (Role::Usg, ALL_RESTRICTED),
            (Role::Auditor, ALL_LOGGED),
            (Role::ExecutiveHead, ORGANIZATION),
        ],
    ),
    (Action::RecommendMission, &[(Role::DesignatedOfficial, LAND)]),
    (Action::ConsentMission, &[(Role::ExecutiveHead, ORGANIZATION)]),
    (Action::DecideMission, &[(Role::Usg, ALL)]),
    (
        Action::Appeal,
        &[(Role::TravelFocalPoint, ORGANIZATION), (Role::ExecutiveHead, ORGANIZATION)],
    ),
    (
        Action::ProposeLevel,
        &[(Role::SecurityAdviser, LAND), (Role::DesignatedOfficial, LAND), (Role::Usg, ALL)],
    ),
    (
        Action::ReadAssessments,
        &[
            (Role::AreaSecurityCoordinator, LAND),
            (Role::SecurityAdviser, LAND),
            (Role::DesignatedOfficial, LAND),
            (Role::Usg, ALL),
            (Role::Auditor, ALL),
        ],
    ),
    (Action::SetLevel, &[(Role::DesignatedOfficial, LAND), (Role::Usg, ALL)]),
    (
        Action::SuspendArea,
        &[
            (Role::AreaSecurityCoordinator, LAND),
            (Role::SecurityAdviser, LAND),
            (Role::DesignatedOfficial, LAND),
            (Role::Usg, ALL),
        ],
    ),
    (
        Action::ReadRedecisions,
        &[
            (Role::AreaSecurityCoordinator, LAND),
            (Role::SecurityAdviser, LAND),
            (Role::DesignatedOfficial, LAND),
            (Role::Usg, ALL),
            (Role::Auditor, ALL),
        ],
    ),
    (
        Action::WriteFences,
        &[
            (Role::AreaSecurityCoordinator, LAND),
            (Role::SecurityAdviser, LAND),
            (Role::DesignatedOfficial, LAND),
            (Role::Usg, ALL),
        ],
    ),
    (
        Action::DraftAdvisory,
        &[
            (Role::AreaSecurityCoordinator, LAND),
            (Role::SecurityAdviser, LAND),
            (Role::DesignatedOfficial, LAND),
            (Role::Usg, ALL),
        ],
    ),
    (
        Action::PublishAdvisory,
        &[(Role::SecurityAdviser, LAND), (Role::DesignatedOfficial, LAND), (Role::Usg, ALL)],
    ),
    // restricted: the copy for security staff (R-1704)
    (
        Action::ReadAdvisories,
        &[
            (Role::Traveller, ALL),
            (Role::AreaSecurityCoordinator, LAND_RESTRICTED),
            (Role::SecurityAdviser, LAND_RESTRICTED),
            (Role::DesignatedOfficial, LAND_RESTRICTED),
            (Role::Usg, ALL_RESTRICTED),
            (Role::Auditor, ALL_RESTRICTED),
        ],
    ),
    (Action::ReadWorld, ANYONE),
    (
        Action::KeepCalendar,
        &[(Role::SecurityAdviser, LAND), (Role::DesignatedOfficial, LAND), (Role::Usg, ALL)],
    ),
    (
        Action::ReadCeilings,
        &[
            (Role::TravelFocalPoint, ORGANIZATION),
            (Role::ErpClient, ORGANIZATION),
            (Role::AreaSecurityCoordinator, LAND),
            (Role::SecurityAdviser, LAND),
            (Role::DesignatedOfficial, LAND),
            (Role::Usg, ALL),
            (Role::Auditor, ALL),
        ],
    ),
    (Action::ReadEvents, EVENTS),
    (Action::KeepWebhooks, EVENTS),
    (Action::RecordAppointments, &[(Role::Administrator, ALL)]),
    (
        Action::ReadAppointments,
        &[
            (Role::Traveller, OWN),
            (Role::AreaSecurityCoordinator, LAND),
            (Role::SecurityAdviser, LAND),
            (Role::DesignatedOfficial, LAND),
            (Role::Usg, ALL),
            (Role::Auditor, ALL),
            (Role::Administrator, ALL),
            (Role::ExecutiveHead, ORGANIZATION),
        ],
    ),
    (Action::GrantDelegations, &[(Role::DesignatedOfficial, LAND)]),
    (
        Action::ReadDelegations,
        &[
            (Role::Traveller, OWN),
            (Role::AreaSecurityCoordinator, LAND),
            (Role::SecurityAdviser, LAND),
            (Role::DesignatedOfficial, LAND),
            (Role::Usg, ALL),
            (Role::Auditor, ALL),
            (Role::Administrator, ALL),
        ],
    ),
    (
        Action::ImportAlerts,
        &[
            (Role::AreaSecurityCoordinator, LAND),
            (Role::SecurityAdviser, LAND),
            (Role::DesignatedOfficial, LAND),
            (Role::Usg, ALL),
            (Role::AlertFeed, ALL),
        ],
    ),
    (
        Action::ReadAlerts,
        &[
            (Role::AreaSecurityCoordinator, LAND),
            (Role::SecurityAdviser, LAND),
            (Role::DesignatedOfficial, LAND),
            (Role::Usg, ALL),
            (Role::Auditor, ALL),
        ],
    ),
    (Action::KeepAlertFeeds, &[(Role::DesignatedOfficial, LAND), (Role::Usg, ALL)]),
    (
        Action::ReadOperators,
        &[
            (Role::AreaSecurityCoordinator, LAND),
            (Role::SecurityAdviser, LAND),
            (Role::DesignatedOfficial, LAND),
            (Role::Usg, ALL),
            (Role::AirFocalPoint, ORGANIZATION),
        ],
    ),
    (Action::AdviseOperators, &[(Role::AirFocalPoint, ORGANIZATION)]),
];

/// What a role may in an action; none where the cell is empty.
pub fn grant(role: Role, action: Action) -> Option<Grant> {
    let (_, cells) = TABLE.iter().find(|(row, _)| *row == action)?;
    cells.iter().find(|(held, _)| *held == role).map(|(_, grant)| *grant)
}

/// The table as a page, one row an action.
pub fn matrix() -> String {
    let mut page = String::from("| Action |");
    for role in Role::ALL {
        let _infallible = write!(page, " {} |", role.as_str());
    }
    page.push_str("\n|---|");
    page.push_str(&"---|".repeat(Role::ALL.len()));
    for action in Action::ALL {
        let _infallible = write!(page, "\n| {} |", action.name());
        for role in Role::ALL {
            let cell = grant(role, *action).map_or_else(|| "–".to_owned(), cell);
            let _infallible = write!(page, " {cell} |");
        }
    }
    page.push('\n');
    page
}

fn cell(Grant { reach, sight }: Grant) -> String {
    let reach = match reach {
        Reach::Own => "self, dependants",
        Reach::Organization => "own organization",
        Reach::Land => "own areas and countries",
        Reach::Everywhere => "all",
    };
    let mut text = reach.to_owned();
    for (holds, word) in [
        (sight.restricted, ", restricted"),
        (!sight.personal, ", personal fields null"),
        (sight.logged, ", logged"),
    ] {
        if holds {
            text.push_str(word);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reviewed_page_is_this_table() {
        let page = include_str!("../../docs/roles.md");
        let (_, table) = page.split_once("\n\n|").unwrap();
        assert_eq!(format!("|{table}"), matrix(), "docs/roles.md must hold this:\n{}", matrix());
    }

    #[test]
    fn every_action_has_one_row_and_somebody_who_may() {
        for action in Action::ALL {
            assert_eq!(TABLE.iter().filter(|(row, _)| row == action).count(), 1, "{action:?}");
            assert!(Role::ALL.into_iter().any(|role| grant(role, *action).is_some()), "{action:?}");
        }
    }

    #[test]
    fn an_administrator_decides_nothing_and_reads_no_restricted_text() {
        for action in [Action::Decide, Action::SetLevel, Action::Replay, Action::SubmitTrip] {
            assert_eq!(grant(Role::Administrator, action), None);
        }
        for action in Action::ALL {
            let sight = grant(Role::Administrator, *action).map(|grant| grant.sight);
            assert!(sight.is_none_or(|sight| !sight.restricted), "{action:?}");
        }
    }
}
