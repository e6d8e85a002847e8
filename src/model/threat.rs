//! Structured threat assessment (domain.md c.6, d.10; F-092, F-094, F-096): five categories, their
//! scores, and what the scores come to. The arithmetic is data ([`ThreatScale`]); it proposes a
//! level, and people set one (F-093).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{RiskBand, RiskMatrix, SecurityLevel, SpecificEvent};

/// Names the arithmetic that an assessment was computed by.
pub const THREAT_ARITHMETIC: &str = "2026.1";

/// A score of an assessment, 1 to 5 (F-094, B).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct ThreatScore(u8);

impl ThreatScore {
    /// A score; `None` outside 1..=5.
    pub const fn new(score: u8) -> Option<Self> {
        if score >= 1 && score <= 5 { Some(Self(score)) } else { None }
    }

    /// 1..=5.
    pub const fn get(self) -> u8 {
        self.0
    }

    /// The entry of a table with one entry a score.
    fn of(self, table: [u8; 5]) -> u8 {
        table.into_iter().zip(1..).find(|(_, score)| *score == self.0).map_or(6, |(entry, _)| entry)
    }
}

impl TryFrom<i64> for ThreatScore {
    type Error = &'static str;

    fn try_from(score: i64) -> Result<Self, Self::Error> {
        u8::try_from(score).ok().and_then(Self::new).ok_or("a score is 1 to 5")
    }
}

impl From<ThreatScore> for i64 {
    fn from(score: ThreatScore) -> Self {
        score.0.into()
    }
}

/// What a threat is made of (F-092, B).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThreatCategory {
    /// Fighting.
    ArmedConflict,
    /// Attacks on civilians.
    Terrorism,
    /// Robbery, abduction, burglary.
    Crime,
    /// Riots, blockades, mobs.
    CivilUnrest,
    /// Earth, weather, accidents, epidemics: nobody means it.
    Hazards,
}

impl ThreatCategory {
    /// Every category, in the order of documents.
    pub const ALL: [Self; 5] =
        [Self::ArmedConflict, Self::Terrorism, Self::Crime, Self::CivilUnrest, Self::Hazards];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ArmedConflict => "armed_conflict",
            Self::Terrorism => "terrorism",
            Self::Crime => "crime",
            Self::CivilUnrest => "civil_unrest",
            Self::Hazards => "hazards",
        }
    }

    /// Somebody means it: it has an intent, a capability and a context.
    pub const fn is_deliberate(self) -> bool {
        !matches!(self, Self::Hazards)
    }
}

/// How a category is scored: what is deliberate by three questions, hazards by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ThreatScores {
    /// Armed conflict, terrorism, crime, civil unrest.
    Deliberate {
        /// How much it is wanted: 1 not, 5 above all.
        intent: ThreatScore,
        /// What there is to do it with: 1 nothing, 5 everything.
        capability: ThreatScore,
        /// What stands in its way: 1 it is held down, 5 nothing inhibits it.
        inhibiting_context: ThreatScore,
    },
    /// Hazards.
    Hazard {
        /// 1 slight, 5 grave and at any time.
        score: ThreatScore,
    },
}

/// One category of an assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GeneralThreat {
    /// Which.
    pub category: ThreatCategory,
    /// Its scores, of the kind the category has.
    #[serde(flatten)]
    pub scores: ThreatScores,
    /// What it rests on, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// From scores to levels (c.6: B for the axes, D for the arithmetic). Every table rises, so a worse
/// score never gives a milder level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreatScale {
    /// Least sum of the three scores (3 to 15) for level 2, 3, 4, 5 and 6.
    pub sums: [u8; 5],
    /// The highest level that each intent admits: who does not want it is no high threat.
    pub by_intent: [u8; 5],
    /// The highest level that each capability admits: nor is who cannot do it.
    pub by_capability: [u8; 5],
    /// The level of each score of hazards; they alone never make level 6.
    pub hazards: [u8; 5],
}

impl Default for ThreatScale {
    fn default() -> Self {
        Self {
            sums: [5, 7, 9, 11, 14],
            by_intent: [2, 4, 6, 6, 6],
            by_capability: [2, 4, 6, 6, 6],
            hazards: [1, 2, 3, 4, 5],
        }
    }
}

impl ThreatScale {
    /// The level that the scores of one category come to.
    pub fn level(&self, scores: ThreatScores) -> SecurityLevel {
        let level = match scores {
            ThreatScores::Hazard { score } => score.of(self.hazards),
            ThreatScores::Deliberate { intent, capability, inhibiting_context } => {
                let sum = intent.get() + capability.get() + inhibiting_context.get();
                let reached = self.sums.iter().zip(2..).filter(|(least, _)| sum >= **least);
                let by_sum: u8 = reached.map(|(_, level)| level).max().unwrap_or(1);
                by_sum.min(intent.of(self.by_intent)).min(capability.of(self.by_capability))
            }
        };
        SecurityLevel::new(level).unwrap_or(SecurityLevel::EXTREME)
    }
}

/// What an organization does in the area (d.10 `programme_assessment`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgrammeActivity {
    /// Whose.
    pub organization: String,
    /// What.
    pub activity: String,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// When and how often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// By whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<String>,
}

/// A structured threat assessment of one area (d.10): what was found, before anything follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreatAssessment {
    /// How things stand, in words.
    pub situational_analysis: String,
    /// What is done there.
    #[serde(default)]
    pub programme_assessment: Vec<ProgrammeActivity>,
    /// Each of the five categories, once.
    pub general_threats: Vec<GeneralThreat>,
    /// What may happen, in particular.
    #[serde(default)]
    pub specific_events: Vec<SpecificEvent>,
    /// After it the assessment is no ground for a level any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
}

impl ThreatAssessment {
    /// The level it comes to: that of its highest category.
    pub fn level(&self, scale: &ThreatScale) -> SecurityLevel {
        let levels = self.general_threats.iter().map(|threat| scale.level(threat.scores));
        levels.max().unwrap_or(SecurityLevel::EXTREME)
    }

    /// The present risk it comes to: the highest of its events after measures (c.6); none without
    /// events.
    pub fn band(&self, matrix: &RiskMatrix) -> Option<RiskBand> {
        self.specific_events.iter().map(|event| event.risk_with_measures(matrix)).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deliberate(scores: [u8; 3]) -> ThreatScores {
        let [intent, capability, inhibiting_context] =
            scores.map(|score| ThreatScore::new(score).unwrap());
        ThreatScores::Deliberate { intent, capability, inhibiting_context }
    }

    #[test]
    fn scores_come_to_levels() {
        let scale = ThreatScale::default();
        let table = [
            ([1, 1, 1], 1),
            ([1, 2, 2], 2),
            ([2, 2, 2], 2),
            ([2, 3, 2], 3),
            ([3, 3, 3], 4),
            ([4, 4, 3], 5),
            ([5, 4, 4], 5),
            ([5, 5, 4], 6),
            ([5, 5, 5], 6),
            // able, and nothing in the way: but nobody wants it
            ([1, 5, 5], 2),
            ([2, 5, 5], 4),
            // wanted above all, with nothing to do it with
            ([5, 1, 5], 2),
            ([5, 2, 5], 4),
        ];
        for (scores, expected) in table {
            assert_eq!(scale.level(deliberate(scores)).get(), expected, "{scores:?}");
        }
        for score in 1..=5 {
            let hazard = ThreatScores::Hazard { score: ThreatScore::new(score).unwrap() };
            assert_eq!(scale.level(hazard).get(), score);
        }
    }

    #[test]
    fn a_worse_score_is_never_a_milder_level() {
        let scale = ThreatScale::default();
        let all = (1..=5).flat_map(|a| (1..=5).flat_map(move |b| (1..=5).map(move |c| [a, b, c])));
        for scores in all {
            let level = scale.level(deliberate(scores));
            for at in 0..3 {
                let mut worse = scores;
                worse[at] += 1;
                if worse[at] <= 5 {
                    assert!(scale.level(deliberate(worse)) >= level, "{scores:?} and {worse:?}");
                }
            }
        }
    }

    #[test]
    fn the_highest_category_is_the_areas_level() {
        let calm = |category| GeneralThreat {
            category,
            scores: if category == ThreatCategory::Hazards {
                ThreatScores::Hazard { score: ThreatScore::new(1).unwrap() }
            } else {
                deliberate([1, 1, 1])
            },
            description: None,
        };
        let mut assessment = ThreatAssessment {
            situational_analysis: "calm".to_owned(),
            programme_assessment: Vec::new(),
            general_threats: ThreatCategory::ALL.map(calm).to_vec(),
            specific_events: Vec::new(),
            valid_until: None,
        };
        let scale = ThreatScale::default();
        assert_eq!(assessment.level(&scale).get(), 1);
        assessment.general_threats[2].scores = deliberate([4, 4, 4]);
        assert_eq!(assessment.level(&scale).get(), 5);
        assert_eq!(assessment.band(&RiskMatrix::default()), None);
        let json = serde_json::to_value(&assessment).unwrap();
        assert_eq!(json["general_threats"][2]["intent"], 4);
        assert_eq!(json["general_threats"][4]["score"], 1);
        assert_eq!(serde_json::from_value::<ThreatAssessment>(json).unwrap(), assessment);
    }

    #[test]
    fn a_score_is_one_to_five() {
        assert_eq!([0, 6].map(ThreatScore::new), [None, None]);
        assert!(serde_json::from_str::<ThreatScore>("0").is_err());
        assert_eq!(serde_json::from_str::<ThreatScore>("5").unwrap().get(), 5);
    }
}
