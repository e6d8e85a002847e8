//! What a change of a trip means for the clearances it has (domain.md b.4).
//!
//! The table is [`AMENDMENT_RULES`]. Each stay of the old version is found again in the new one
//! (`identity`); what differs between the two is looked up in the table line by line (`aspects`);
//! one material line has the stay decided again (`fates`). What the table does not name is
//! material as soon as the rules would say something else of the new stay than of the old one,
//! in the same world and under the same clock: no change may slip past a decision.

mod aspects;
mod fates;
mod identity;
mod room;

pub use self::fates::{Asked, Fate, Fates, Holding, Side, Word, fates};
pub use self::room::{has_room, window};
use crate::model::RuleId;

/// A line of the table of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AmendmentRule {
    /// Its id: `B-403` is the third line.
    pub id: RuleId,
    /// Provenance (domain.md).
    pub source: &'static str,
    /// What it says, in a few words.
    pub title: &'static str,
    /// What changed.
    pub change: Change,
    /// When that matters to the decision.
    pub material: Material,
    /// Which stays it touches.
    pub reach: Reach,
}

/// What an amendment may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Flight number, carrier, telephone of the house.
    Details,
    /// Where the traveller sleeps.
    Lodging,
    /// Arrival or departure, within the window that was decided.
    DaysWithinGrace,
    /// Arrival or departure beyond it, or on nights that have no place left.
    Days,
    /// A stay came or went, or became a passage.
    Stay,
    /// Who travels.
    Traveller,
    /// Kind, purpose, grade, activity or mission request of the trip; category of the person; family.
    Matter,
    /// The means of a way to, in or from the area.
    Mode,
    /// The way on the ground, or the point of arrival or departure within the area.
    Way,
    /// Anything else that the rules judge otherwise.
    Judgement,
    /// Any amendment of what was sent back.
    Answer,
    /// Nights of a stay that waits for nothing but a place.
    WaitingNights,
}

/// When a change matters to the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Material {
    /// Never: recorded, the area is told, the clearance stands.
    Never,
    /// Always.
    Always,
    /// Where a person decides by the area's mode, or the house is not on the area's list.
    WhereAPersonDecides,
    /// Where the area controls roads.
    WhereRoadsAreControlled,
    /// It is no change at all: a new trip.
    Refused,
}

/// Which stays a change touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The stay itself.
    Stay,
    /// Every stay of the trip, or of the person.
    AllStays,
}

const fn line(
    id: &'static str,
    source: &'static str,
    title: &'static str,
    (change, material, reach): (Change, Material, Reach),
) -> AmendmentRule {
    AmendmentRule { id: RuleId(id), source, title, change, material, reach }
}

/// The table of b.4, and below it what the table leaves open (D).
pub const AMENDMENT_RULES: &[AmendmentRule] = &[
    line(
        "B-401",
        "D",
        "Flight number, carrier and telephone are told, not decided",
        (Change::Details, Material::Never, Reach::Stay),
    ),
    line(
        "B-402",
        "D",
        "Another house matters where a person decides, or off the area's list",
        (Change::Lodging, Material::WhereAPersonDecides, Reach::Stay),
    ),
    line(
        "B-403",
        "C/D",
        "Days moved within the grace adjust the window",
        (Change::DaysWithinGrace, Material::Never, Reach::Stay),
    ),
    line(
        "B-404",
        "C/D",
        "Days beyond the grace, or without a place, are decided again",
        (Change::Days, Material::Always, Reach::Stay),
    ),
    line(
        "B-405",
        "D",
        "A stay that comes is decided, one that goes is withdrawn, the others stand",
        (Change::Stay, Material::Always, Reach::Stay),
    ),
    line(
        "B-406",
        "D",
        "A different traveller is a new trip",
        (Change::Traveller, Material::Refused, Reach::AllStays),
    ),
    line(
        "B-407",
        "D",
        "Purpose, grade, category of the person and family concern every stay",
        (Change::Matter, Material::Always, Reach::AllStays),
    ),
    line(
        "B-408",
        "D",
        "Another means of travel matters where the area controls roads",
        (Change::Mode, Material::WhereRoadsAreControlled, Reach::Stay),
    ),
    line(
        "B-409",
        "D",
        "Another way or point of arrival matters where a person decides",
        (Change::Way, Material::WhereAPersonDecides, Reach::Stay),
    ),
    line(
        "B-410",
        "D",
        "What the rules judge otherwise than before is decided again",
        (Change::Judgement, Material::Always, Reach::Stay),
    ),
    line(
        "B-411",
        "D",
        "What was sent back is answered by any amendment",
        (Change::Answer, Material::Always, Reach::Stay),
    ),
    line(
        "B-412",
        "D",
        "Other nights of a stay that only waits for a place are decided again",
        (Change::WaitingNights, Material::Always, Reach::Stay),
    ),
];

/// B-400 (D): a positive clearance whose stay is decided again stands in for its successor, for
/// travel within its own window, until a decision on that one is made; then it is superseded.
pub const STANDS_IN: RuleId = RuleId("B-400");

/// The line of a change; a change without one would be decided again.
fn rule_of(change: Change) -> &'static AmendmentRule {
    const NONE: &AmendmentRule = &line(
        "B-410",
        "D",
        "A change without a line is decided again",
        (Change::Judgement, Material::Always, Reach::Stay),
    );
    AMENDMENT_RULES.iter().find(|rule| rule.change == change).unwrap_or(NONE)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_change_has_one_line_and_every_line_its_own_id() {
        let changes: BTreeSet<Change> = AMENDMENT_RULES.iter().map(|rule| rule.change).collect();
        let ids: BTreeSet<RuleId> = AMENDMENT_RULES.iter().map(|rule| rule.id).collect();
        assert_eq!((changes.len(), ids.len()), (AMENDMENT_RULES.len(), AMENDMENT_RULES.len()));
        assert_eq!(changes.len(), 12);
        assert_eq!(rule_of(Change::DaysWithinGrace).id, RuleId("B-403"));
    }
}
