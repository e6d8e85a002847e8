//! The world in the database: importing it, loading it into the atlas and keeping the atlas
//! current, telling about areas, changing how they stand, and deciding live clearances again when
//! they changed.

mod advisories;
mod alerts;
mod ceilings;
mod due;
mod fences;
mod import;
mod levels;
mod loader;
mod operators;
mod packs;
mod policies;
mod preview;
mod redecisions;
mod routes;
mod settle;
mod status;
mod store;
mod tiles;

pub use advisories::{Advisories, AdvisoryError};
pub use alerts::{
    AlertState, CapAlert, CapArea, CapCircle, Category, Certainty, Correction,
    Identity as AlertIdentity, Info, Judged, MessageKind, MessageScope, MessageStatus, Origin,
    Poller as AlertPoller, Reading, Remark, RemarkCode, Severity, SuggestedText, Suggestion,
    TakenIn, Urgency, country_of, judge, read_alert, take_in,
};
pub use ceilings::{
    CeilingsChange, CeilingsError, CeilingsSet, NightCeiling, plan_ceilings, set_ceilings,
};
pub use due::DueChanges;
pub use fences::FenceEnds;
pub use import::{
    AreaRow, AreaZone, Attribution, CountryRow, DataFolder, FirstStanding, ImportError, Imported,
    Standing, Tables, WorldData, is_imported, policy_body, write,
};
pub use loader::{LoadError, Loader, WorldFacts};
pub use packs::Packs;
pub use preview::{Counts, Edit, Foreseen, OrganizationCounts, PreviewError, QueueLoad, foresee};
pub use routes::{AdvisoryApi, Api, LevelApi, PolicyApi, WorldParts, configure};
pub use settle::{SettleError, Settler};
pub use status::{
    Change, Changed, StatusError, StatusWatch, WatchError, Watched, change_status, plan_status,
};
pub use tiles::Tiles;
