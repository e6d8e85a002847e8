//! The counts of a change, foreseen or applied: one form for both.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::{AreaId, Became, Cause, ClearanceId, OrganizationId, Tally};

/// Near departures that an answer names; the rest are in the batch's own list.
pub(in crate::world) const LISTED: usize = 100;

/// What became of clearances, before it is put into words.
#[derive(Debug, Clone, Default)]
pub(in crate::world) struct Outcome {
    pub(in crate::world) tally: Tally,
    /// Near departures that stand.
    pub(in crate::world) near: BTreeSet<ClearanceId>,
}

/// How many clearances go where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Counts {
    /// Frozen.
    pub suspended: u64,
    /// Handed to a person.
    pub pending_review: u64,
    /// Positive again.
    pub reinstated: u64,
    /// Replaced by what a person has already.
    pub superseded: u64,
    /// Withdrawn with their travellers.
    pub cancelled: u64,
    /// Stand though a person would be asked now: the departure is near.
    pub near: u64,
    /// Stand: the traveller is there, or should be.
    pub inside: u64,
    /// Stand, and are warned: a policy that is to come asks for a course.
    #[serde(default)]
    pub warned: u64,
    /// Stand, and are told of another advisory.
    #[serde(default)]
    pub informed: u64,
    /// Stand.
    pub stands: u64,
}

/// The same for one organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrganizationCounts {
    /// Which.
    #[schema(value_type = String)]
    pub organization: OrganizationId,
    /// How many of its clearances go where.
    #[serde(flatten)]
    #[schema(inline)]
    pub clearances: Counts,
}

/// Work that comes to a queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QueueLoad {
    /// Whose queue; null for headquarters.
    #[schema(value_type = Option<String>)]
    pub queue_area_id: Option<AreaId>,
    /// Whose word is needed.
    pub role: String,
    /// Items more.
    pub added: u64,
}

/// What a change does to live clearances: foreseen by `?preview=true`, and counted once it is
/// applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Foreseen {
    /// What changes.
    pub cause: Cause,
    /// Areas it touches.
    #[schema(value_type = Vec<String>)]
    pub areas: Vec<AreaId>,
    /// Live clearances decided again.
    pub listed: u64,
    /// Those that move.
    pub moved: u64,
    /// Organizations with a clearance that moves.
    pub organizations: u64,
    /// Where they go.
    pub clearances: Counts,
    /// Where they go, by organization.
    pub by_organization: Vec<OrganizationCounts>,
    /// Load that is added to queues.
    pub queues: Vec<QueueLoad>,
    /// Near departures that stand, for the official: the first hundred by id.
    #[schema(value_type = Vec<Uuid>)]
    pub near_departures: Vec<ClearanceId>,
    /// Where the people inside are listed, for those who may see them. Nobody inside is touched.
    pub inside: Vec<String>,
    /// What the official is offered for the people inside: `headcount`, `relocation_list`. Neither
    /// is begun by itself.
    pub offers: Vec<String>,
}

impl Counts {
    fn add(&mut self, became: Became, count: u64) {
        let slot = match became {
            Became::Suspended => &mut self.suspended,
            Became::PendingReview => &mut self.pending_review,
            Became::Reinstated => &mut self.reinstated,
            Became::Superseded => &mut self.superseded,
            Became::Cancelled => &mut self.cancelled,
            Became::Near => &mut self.near,
            Became::Inside => &mut self.inside,
            Became::Warned => &mut self.warned,
            Became::Informed => &mut self.informed,
            Became::Stands => &mut self.stands,
        };
        *slot += count;
    }

    const fn moved(&self) -> u64 {
        self.suspended + self.pending_review + self.reinstated + self.superseded + self.cancelled
    }
}

impl Foreseen {
    /// A change that changes nothing.
    pub(in crate::world) fn nothing(cause: Cause, area: &AreaId) -> Self {
        Self::of(cause, std::slice::from_ref(area), &Outcome::default())
    }

    /// The counts of a change of areas.
    pub(in crate::world) fn of(cause: Cause, areas: &[AreaId], outcome: &Outcome) -> Self {
        let mut all = Counts::default();
        let mut organizations: BTreeMap<&OrganizationId, Counts> = BTreeMap::new();
        let mut queues: BTreeMap<(Option<&AreaId>, &'static str), u64> = BTreeMap::new();
        for (key, count) in &outcome.tally.0 {
            all.add(key.became, *count);
            organizations.entry(&key.organization).or_default().add(key.became, *count);
            if let Some(decider) = &key.queue {
                let queue = (decider.queue.as_ref(), decider.role.as_str());
                *queues.entry(queue).or_default() += count;
            }
        }
        let moving = organizations.values().filter(|counts| counts.moved() > 0).count();
        Self {
            cause,
            areas: areas.to_vec(),
            listed: outcome.tally.total(),
            moved: all.moved(),
            organizations: u64::try_from(moving).unwrap_or(u64::MAX),
            clearances: all,
            by_organization: organizations
                .into_iter()
                .map(|(organization, clearances)| OrganizationCounts {
                    organization: organization.clone(),
                    clearances,
                })
                .collect(),
            queues: queues
                .into_iter()
                .map(|((area, role), added)| QueueLoad {
                    queue_area_id: area.cloned(),
                    role: role.to_owned(),
                    added,
                })
                .collect(),
            near_departures: outcome.near.iter().take(LISTED).copied().collect(),
            inside: if all.inside > 0 { areas.iter().map(inside).collect() } else { Vec::new() },
            offers: offers(cause).iter().map(|offer| (*offer).to_owned()).collect(),
        }
    }
}

/// The list of people inside an area; its id percent-encoded, as every URL has it.
fn inside(area: &AreaId) -> String {
    let mut path = "/v1/areas/".to_owned();
    for byte in area.as_str().bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                path.push(char::from(byte));
            }
            _ => path.extend(['%', hexadecimal(byte >> 4), hexadecimal(byte & 15)]),
        }
    }
    path + "/inside"
}

/// A digit below sixteen as URLs write it.
fn hexadecimal(digit: u8) -> char {
    char::from_digit(u32::from(digit), 16).map_or('0', |letter| letter.to_ascii_uppercase())
}

/// What c.11 offers for the people inside.
const fn offers(cause: Cause) -> &'static [&'static str] {
    match cause {
        Cause::Suspended => &["headcount"],
        Cause::Closed => &["headcount", "relocation_list"],
        Cause::Reopened
        | Cause::Policy
        | Cause::Level
        | Cause::Band
        | Cause::Fence
        | Cause::Person
        | Cause::Certificate
        | Cause::Deactivated
        | Cause::Announced
        | Cause::Advisory
        | Cause::Place => &[],
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::model::{Decider, Role, TallyKey};

    #[test]
    fn counts_add_up_and_queues_are_loaded() {
        let area = AreaId::from("KAS+00?");
        let mut outcome = Outcome::default();
        let mut add = |organization: &str, became, queue: Option<Role>| {
            let queue = queue.map(|role| Decider { role, queue: Some(area.clone()) });
            let organization = OrganizationId::from(organization);
            outcome.tally.add(TallyKey { organization, became, queue });
        };
        add("wfp", Became::Suspended, None);
        add("unicef", Became::PendingReview, Some(Role::DesignatedOfficial));
        add("unicef", Became::PendingReview, Some(Role::DesignatedOfficial));
        add("who", Became::Inside, None);
        outcome.near.insert(ClearanceId(Uuid::nil()));
        let foreseen = Foreseen::of(Cause::Closed, &[area], &outcome);
        assert_eq!((foreseen.listed, foreseen.moved, foreseen.organizations), (4, 3, 2));
        assert_eq!(foreseen.by_organization.len(), 3);
        let queue = foreseen.queues.first().unwrap();
        assert_eq!((queue.added, queue.role.as_str()), (2, "designated_official"));
        assert_eq!(foreseen.inside, ["/v1/areas/KAS%2B00%3F/inside"]);
        assert_eq!(foreseen.offers, ["headcount", "relocation_list"]);
    }
}
