//! The window of a stay that stands, and whether it finds a place on the nights it gains.

use jiff::civil::Date;

use crate::decision::case::{hours_after, hours_before};
use crate::model::{AreaId, AreaPolicy, Ceilings, CountKey, Hull, NightCount, TerrainStay};

/// The window of an adjusted stay (R-1001), inside the one that was granted: the grace is used up
/// by moving into it, and no adjustment opens a day that nobody decided.
pub fn window(stay: &TerrainStay, policy: Option<&AreaPolicy>, granted: Option<Hull>) -> Hull {
    let (early, late) =
        policy.map_or((0, 0), |policy| (policy.early_grace_hours, policy.late_grace_hours));
    let from = hours_before(stay.arrive_at, early);
    let to = stay.depart_at.map(|at| hours_after(at, late));
    let Some((granted_from, granted_to)) = granted else { return (from, to) };
    let to = match (to, granted_to) {
        (Some(to), Some(granted)) => Some(to.min(granted)),
        (to, granted) => to.or(granted),
    };
    (from.max(granted_from), to)
}

/// Whether every night that a stay gains has a place in every count it falls under.
/// `counts` are what others hold. A count that was not handed in is no place.
pub fn has_room(
    area: &AreaId,
    gained: &[Date],
    keys: &[CountKey],
    ceilings: &Ceilings,
    counts: &[NightCount],
) -> bool {
    let free = |night: Date, key: &CountKey| {
        let Some(limit) = limit(ceilings, key) else { return true };
        let mut counts = counts.iter();
        let count =
            counts.find(|one| one.area_id == *area && one.night == night && one.key == *key);
        count.is_some_and(|count| count.committed.saturating_add(count.residents) < limit)
    };
    gained.iter().all(|night| keys.iter().all(|key| free(*night, key)))
}

fn limit(ceilings: &Ceilings, key: &CountKey) -> Option<u32> {
    match key {
        CountKey::Total => ceilings.total,
        CountKey::Organization(organization) => ceilings.by_organization.get(organization).copied(),
        CountKey::Category(category) => ceilings.by_category.get(category).copied(),
    }
}
