//! The shapes of journeys.

use crate::demo::chance::Chance;

/// The shape of a journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    Return,
    Transit,
    FlightAndRoad,
    Road,
    TwoStops,
    Until,
    Assignment,
    SpecialFlight,
    Rail,
    Sea,
    OnFoot,
    Mixed,
}

/// How often each shape is drawn.
const WAYS: [(u32, Way); 12] = [
    (380, Way::Return),
    (120, Way::Transit),
    (130, Way::FlightAndRoad),
    (130, Way::Road),
    (70, Way::TwoStops),
    (35, Way::Until),
    (25, Way::Assignment),
    (45, Way::SpecialFlight),
    (30, Way::Rail),
    (12, Way::Sea),
    (8, Way::OnFoot),
    (15, Way::Mixed),
];

impl Way {
    pub(super) fn drawn(chance: &mut Chance) -> Self {
        chance.weighted(&WAYS).unwrap_or(Self::Return)
    }

    /// The word in the table.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Return => "return flight",
            Self::Transit => "flight with transit",
            Self::FlightAndRoad => "flight and road",
            Self::Road => "road",
            Self::TwoStops => "two stops",
            Self::Until => "one way, until a day",
            Self::Assignment => "new assignment",
            Self::SpecialFlight => "special flight",
            Self::Rail => "rail",
            Self::Sea => "sea",
            Self::OnFoot => "on foot",
            Self::Mixed => "mixed means",
        }
    }
}
