//! Waiving a missing course for one stay: course places are scarce, and the designated
//! official may do without. It moves nothing: the item goes to whoever decides it then.

use super::error::DeskError;
use super::moving::Moving;
use super::wish::Wish;
use crate::model::{Change, Course, Event, EventKind, TripChange, Waiver};
use crate::record::event_id;

/// The change that waives.
pub(super) fn change(moving: &Moving<'_>) -> Result<Change, DeskError> {
    let item = moving.item;
    let course = course(moving.wish, &item.missing_courses())?;
    let mut change = moving.by_person();
    change.waivers = vec![Waiver {
        clearance_id: item.clearance_id,
        trip_id: item.trip_id,
        from: vec![item.state],
        version: item.entries,
        course,
        texts: moving.wish.texts(moving.shown()),
    }];
    let (organization, areas) = (item.organization.clone(), item.area_id.iter().cloned());
    change.events = vec![Event {
        event_id: event_id(item.now),
        kind: EventKind::CourseWaived,
        at: item.now,
        trip_id: Some(item.trip_id),
        trip_version: item.trip_version,
        clearance_id: Some(item.clearance_id),
        areas: areas.collect(),
        organization: Some(organization.clone()),
        personal: item.personal,
        reasons: moving.wish.reasons.clone(),
    }];
    change.trip = Some(TripChange {
        trip_id: item.trip_id,
        version: item.trip_version,
        organization,
        personal: item.personal,
        new: None,
        withdrawn: false,
        clearances: Vec::new(),
    });
    Ok(change)
}

/// The course that is named, or the only one that is missing.
fn course(wish: &Wish, missing: &[Course]) -> Result<Course, DeskError> {
    match (&wish.course, missing) {
        (Some(named), _) if missing.contains(named) => Ok(named.clone()),
        (None, [only]) => Ok(only.clone()),
        _ => Err(DeskError::NothingToWaive),
    }
}
