//! Releasing a message from quarantine: a person puts right what is wrong with it, and the message as
//! corrected is taken in in its place. The one that came stays on record, with what was wrong with it.

use uuid::Uuid;

use super::cap::{Remark, read_alert};
use super::intake::{Origin, TakenIn, weigh};
use super::judge::AlertState;
use super::place::country;
use super::store;
use crate::access::Land;
use crate::atlas::Atlas;
use crate::database::{Database, DatabaseError};
use crate::model::AreaId;

/// Where a person may release messages.
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

/// Why a message is not released.
#[derive(Debug, thiserror::Error)]
pub(in crate::world) enum ReleaseError {
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

/// Takes in a message as corrected, in the place of one in quarantine (`origin.corrects`). What it
/// proposes waits for a person, whatever feed the first one came by.
pub(in crate::world) async fn release(
    database: &Database,
    atlas: &Atlas,
    raw: &[u8],
    origin: &Origin,
    (quarantined, reach): (Uuid, &Reach),
) -> Result<TakenIn, ReleaseError> {
    let reading = read_alert(raw);
    let mut intake = store::Intake::begin(database).await?;
    let refused = match intake.state_of(quarantined).await? {
        None => Some(ReleaseError::Unknown),
        Some(state) if state != AlertState::Quarantined.as_str() => {
            Some(ReleaseError::NotQuarantined(state))
        }
        Some(_) => None,
    };
    if let Some(refused) = refused {
        intake.give_up().await?;
        return Err(refused);
    }
    let written = weigh(&mut intake, atlas, (reading, raw), (origin, Vec::new())).await?;
    let alert = &written.alert;
    let refused = match alert.state {
        AlertState::Quarantined | AlertState::Duplicate | AlertState::Released => {
            Some(ReleaseError::Unsound(alert.remarks.clone()))
        }
        AlertState::Accepted | AlertState::Repaired | AlertState::NoEffect => {
            let is_near = reach.meets(&alert.areas, atlas);
            (!is_near).then_some(ReleaseError::Elsewhere)
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
