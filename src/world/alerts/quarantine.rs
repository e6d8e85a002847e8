//! The two ways out of quarantine. A person puts right what is wrong with a message, and the message
//! as corrected is taken in in its place; or a person says that nothing is to be done about it.
//! Either way the one that came stays on record, with what was wrong with it.

use uuid::Uuid;

use super::cap::{Remark, read_alert};
use super::intake::{Origin, TakenIn, weigh};
use super::judge::AlertState;
use super::place::country;
use super::store;
use crate::access::Land;
use crate::atlas::Atlas;
use crate::database::{Database, DatabaseError};
use crate::model::{AreaId, PersonId};

/// Where a person may decide about messages.
#[derive(Debug)]
pub(in crate::world) enum Reach {
    /// Anywhere.
    Everywhere,
    /// What is about areas of a land.
    Within(Land),
}

impl Reach {
    /// Whether it holds one of the areas; of a message that names none, everybody's does.
    fn meets(&self, areas: &[AreaId], atlas: &Atlas) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Within(land) => {
                areas.is_empty() || areas.iter().any(|area| land.covers(area, country(atlas, area)))
            }
        }
    }
}

/// Why a message does not leave quarantine.
#[derive(Debug, thiserror::Error)]
pub(in crate::world) enum QuarantineError {
    /// There is no such message.
    #[error("there is no such alert")]
    Unknown,
    /// It is not in quarantine.
    #[error("the alert is not in quarantine: it is {0}")]
    NotQuarantined(String),
    /// As corrected it would be put into quarantine again, or it is another message that came.
    #[error("the message as corrected cannot be taken in")]
    Unsound(Vec<Remark>),
    /// It is about areas of which none is the person's.
    #[error("the message is about areas in which you hold no appointment")]
    Elsewhere,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Takes in a message as corrected, in the place of one in quarantine (`origin.corrects`), or of one
/// that was dismissed from there. What it proposes waits for a person, whatever feed the first one
/// came by.
pub(in crate::world) async fn release(
    database: &Database,
    atlas: &Atlas,
    raw: &[u8],
    origin: &Origin,
    (quarantined, reach): (Uuid, &Reach),
) -> Result<TakenIn, QuarantineError> {
    let reading = read_alert(raw);
    let mut intake = store::Intake::begin(database).await?;
    let refused = match intake.on_record(quarantined).await? {
        None => Some(QuarantineError::Unknown),
        Some(one) if AlertState::UNSOUND.into_iter().any(|state| one.is(state)) => None,
        Some(one) => Some(QuarantineError::NotQuarantined(one.state)),
    };
    if let Some(refused) = refused {
        intake.give_up().await?;
        return Err(refused);
    }
    let written = weigh(&mut intake, atlas, (reading, raw), (origin, Vec::new())).await?;
    let alert = &written.alert;
    let refused = match alert.state {
        AlertState::Quarantined
        | AlertState::Duplicate
        | AlertState::Released
        | AlertState::Dismissed => Some(QuarantineError::Unsound(alert.remarks.clone())),
        AlertState::Accepted | AlertState::Repaired | AlertState::NoEffect => {
            let is_near = reach.meets(&alert.areas, atlas);
            (!is_near).then_some(QuarantineError::Elsewhere)
        }
    };
    if let Some(refused) = refused {
        intake.give_up().await?;
        return Err(refused);
    }
    let taken = TakenIn::of(&written);
    intake.write(written).await?;
    Ok(taken)
}

/// Dismisses a message in quarantine: nothing is done about it. The same person saying so again
/// changes nothing.
pub(in crate::world) async fn set_aside(
    database: &Database,
    atlas: &Atlas,
    (quarantined, reach): (Uuid, &Reach),
    (by, reason): (PersonId, &str),
) -> Result<(), QuarantineError> {
    let mut intake = store::Intake::begin(database).await?;
    let one = intake.on_record(quarantined).await?;
    let wanted = match one {
        None => Err(QuarantineError::Unknown),
        Some(one) if one.is(AlertState::Dismissed) && one.dismissed_by == Some(by) => Ok(false),
        Some(one) if !one.is(AlertState::Quarantined) => {
            Err(QuarantineError::NotQuarantined(one.state))
        }
        Some(one) if !reach.meets(&one.areas, atlas) => Err(QuarantineError::Elsewhere),
        Some(_) => Ok(true),
    };
    match wanted {
        Ok(true) => intake.dismiss(quarantined, by, reason).await?,
        Ok(false) | Err(_) => intake.give_up().await?,
    }
    wanted.map(|_changed| ())
}
