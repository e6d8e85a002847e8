//! Stays from segments, the rules, the outcome lattice, remedies, replay. Pure: no I/O, no clock,
//! nothing that fails.
//!
//! Two steps. [`survey()`] reads the map once and finds the ground an itinerary covers; [`decide()`]
//! reads that [`Terrain`](crate::model::Terrain), the trip and the facts, and never the map. What
//! it says is stored beside its inputs, so that [`differences`] can compare it with the same
//! decision made again.
//!
//! | file | what |
//! | --- | --- |
//! | `survey/` | stays, passages, fences, margins, ways not known |
//! | `decide`, `burden`, `case` | every traveller, every stay; what a way lays upon a stay; what a rule may read |
//! | `rules/`, `registry` | the rules by group, and their declarations |
//! | `findings`, `demand`, `clearance` | what was said; places under ceilings; the answer made of both |
//! | `remedies/`, `replay`, `sanity` | better outcomes; comparison; what is no itinerary at all |
//!
//! # Choices where the design is silent
//!
//! **Home.** The area of the first `from` yields no stay before the traveller first leaves it, nor
//! when the trip ends there; in between it does. R-111's exceptions (suspended, closed, return
//! control) hold for the traveller's duty station alone. A traveller whose facts could not be read
//! is taken to live where the trip begins.
//!
//! **Stays.** A stay whose arrival and departure lie in two areas is one in each: its nights are
//! where the lodging is, else where the traveller arrives, with lodging in both in both; the other
//! is a visit of one day. A transit is by air on both sides, at one airport. Stays merge only where
//! one segment with both ends in the area joins them. A place given as an area has no point:
//! neither margins nor covering fences are read there. A last stay without end counts nights up to
//! the policy's longest stay.
//!
//! **Passages.** A segment makes none where it starts, ends or lies in a stay, nor where the trip
//! begins. Only the rules of `rules::PASSAGE` are asked. A passage that comes to `auto` without a
//! condition is listed in `crossings`, its warnings become the trip's. What a way meets where this
//! traveller is asked nothing falls to the stay it leads to, else the one it leaves, else the next
//! or the last that is asked anything, else to the trip's warnings.
//!
//! **Notification.** By the traveller's side everything else is a warning. By
//! the area's side (R-402 `notify_only`, R-108) what is unknown (R-001..R-003, R-005), R-101, R-401
//! and R-604 still count. Notified stays owe no conditions and hold no places.
//!
//! **Time.** Lead time and retroaction are measured from the departure of the
//! segment that brings the traveller to the stay, the advance limit from the first
//! departure of the trip. Manual lead time applies where the *mode* asks a person. After departure
//! R-207 stands in R-403's place. A decision is due a day before the trip begins, at once if that
//! is past.
//!
//! **Courses.** A certificate counts from its day of completion; it must be valid on arrival and on
//! the last day. For SSAFE and other courses a claimed certificate goes to a person. A missing
//! SSAFE is the Designated Official's, who alone may waive it.
//!
//! **Level and band.** A row's extras hold whatever the mode. The stricter of band and
//! policy decides the least grade; a policy that names one asks for it. High bands go to the
//! Designated Official, whatever the chain.
//!
//! **Comparing areas** (R-004, R-005) asks `rules::PROBE` of both, for this traveller and these days:
//! nothing that was booked, no counts, no fences. A stricter area near is a finding, never a
//! change of owner.
//!
//! **Counts.** A count that was not handed in is unknown and goes to a person. Travellers of one
//! trip take places in their order; only automatic ones take them.
//!
//! **Conditions and warnings.** A fence's condition is also a warning, so that its id is kept.
//! Advice on briefings is shown only where the policy says so. What a remedy cannot know is
//! written `(to be given)`; days are shifted later only, with everything after them.

mod amendment;
mod burden;
mod case;
mod clearance;
mod decide;
mod demand;
mod entry;
mod findings;
mod flights;
mod registry;
mod remedies;
mod replay;
mod rules;
mod sanity;
mod survey;

pub use amendment::{
    AMENDMENT_RULES, AmendmentRule, Asked, Change, Fate, Fates, Holding, Material, Reach,
    STANDS_IN, Side, Word, fates, has_room, window,
};
pub use decide::decide;
pub use entry::{EntryCourse, EntryRules, entry_rules};
pub use flights::{flights, operators, organization_gates, seats};
pub use registry::{RULES, Rule, is_kept_elsewhere, rule};
pub use remedies::remedies;
pub use replay::{Difference, differences};
pub use sanity::{
    Ends, Fault, MOST_ROUTE_POINTS, MOST_SEGMENTS, MOST_TRAVELLERS, itinerary_faults, open_fault,
    plain_faults,
};
pub use survey::{survey, survey_between};

/// Version of the rules. Raised with every change that alters an outcome of the rule cases.
pub const RULESET_VERSION: &str = "2026.11.1";

/// What `survey` is told beside the itinerary and the map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurveySettings {
    /// Within so many kilometres of a border the map's own error counts (2 by default).
    pub near_margin_km: f64,
    /// The world's data is older than its maximum age: people decide.
    pub world_stale: bool,
}

impl Default for SurveySettings {
    fn default() -> Self {
        Self { near_margin_km: 2.0, world_stale: false }
    }
}
