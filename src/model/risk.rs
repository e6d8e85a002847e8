//! Risk: how likely, how bad, and the band that follows (domain.md c.6, R-605; F-097).

use serde::{Deserialize, Serialize};

use super::RiskBand;

macro_rules! steps {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $step:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$of])* #[serde(rename = $text)] $step,)*
        }

        impl $name {
            /// Every step, from the least on.
            pub const ALL: [Self; 5] = [$(Self::$step,)*];

            /// The name in JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$step => $text,)* }
            }
        }
    };
}

steps! {
    /// How likely an event is.
    Likelihood {
        /// Hardly ever.
        VeryUnlikely = "very_unlikely",
        /// Rather not.
        Unlikely = "unlikely",
        /// It may.
        ModeratelyLikely = "moderately_likely",
        /// Rather yes.
        Likely = "likely",
        /// Nearly always.
        VeryLikely = "very_likely",
    }
}

steps! {
    /// How bad an event would be.
    Impact {
        /// Nothing to speak of.
        Negligible = "negligible",
        /// A nuisance.
        Minor = "minor",
        /// Injury, or work held up.
        Moderate = "moderate",
        /// Grave injury, or work stopped.
        Severe = "severe",
        /// Death, or the end of the programme.
        Critical = "critical",
    }
}

/// What is done about a risk (F-098, B).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskDecision {
    /// Borne.
    Accept,
    /// Borne with measures.
    Control,
    /// Kept away from.
    Avoid,
    /// Borne by others.
    Transfer,
}

/// The risk matrix: a row for each likelihood, from very unlikely on; in it a band for each
/// impact, from negligible on. Values as commonly taught (D).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RiskMatrix(pub [[RiskBand; 5]; 5]);

impl RiskMatrix {
    /// The band of an event.
    pub fn band(&self, likelihood: Likelihood, impact: Impact) -> RiskBand {
        let rows = Likelihood::ALL.into_iter().zip(&self.0);
        let row = rows.filter(|(own, _)| *own == likelihood).flat_map(|(_, row)| row);
        let cell = Impact::ALL.into_iter().zip(row).find(|(own, _)| *own == impact);
        // every step has its row and its cell
        cell.map_or(RiskBand::Unacceptable, |(_, band)| *band)
    }
}

impl Default for RiskMatrix {
    fn default() -> Self {
        use RiskBand::{High, Low, Medium, Unacceptable, VeryHigh};
        Self([
            [Low, Low, Low, Low, Low],
            [Low, Low, Low, Medium, Medium],
            [Low, Low, Medium, High, High],
            [Low, Medium, High, High, VeryHigh],
            [Low, Medium, High, VeryHigh, Unacceptable],
        ])
    }
}

/// Something that may happen in an area (d.10 `specific_events`). Both risks are kept, without and
/// with measures, so that the value of a measure is seen (c.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecificEvent {
    /// What.
    pub description: String,
    /// How likely, if nothing is done.
    pub likelihood: Likelihood,
    /// How bad, if nothing is done.
    pub impact: Impact,
    /// What is done about it.
    #[serde(default)]
    pub measures: Vec<String>,
    /// How likely with the measures in place.
    pub likelihood_with_measures: Likelihood,
    /// How bad with the measures in place.
    pub impact_with_measures: Impact,
    /// What was decided about it.
    pub decision: RiskDecision,
}

impl SpecificEvent {
    /// The risk if nothing were done.
    pub fn risk_without_measures(&self, matrix: &RiskMatrix) -> RiskBand {
        matrix.band(self.likelihood, self.impact)
    }

    /// The present risk.
    pub fn risk_with_measures(&self, matrix: &RiskMatrix) -> RiskBand {
        matrix.band(self.likelihood_with_measures, self.impact_with_measures)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of domain.md c.6, as it stands there.
    const TABLE: &str = "
        very_likely | low | medium | high | very_high | unacceptable
        likely | low | medium | high | high | very_high
        moderately_likely | low | low | medium | high | high
        unlikely | low | low | low | medium | medium
        very_unlikely | low | low | low | low | low";

    #[test]
    fn the_matrix_is_the_one_of_the_rules() {
        let matrix = RiskMatrix::default();
        let mut cells = 0;
        for line in TABLE.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let mut words = line.split(" | ");
            let named = words.next().unwrap();
            let likelihood = Likelihood::ALL.into_iter().find(|one| one.as_str() == named).unwrap();
            for (impact, band) in Impact::ALL.into_iter().zip(words) {
                let expected = RiskBand::named(band).unwrap();
                assert_eq!(matrix.band(likelihood, impact), expected, "{named} {impact:?}");
                cells += 1;
            }
        }
        assert_eq!(cells, 25);
    }

    #[test]
    fn likelier_or_worse_is_never_less_risk() {
        let matrix = RiskMatrix::default();
        for likelihood in Likelihood::ALL {
            for impact in Impact::ALL {
                let here = matrix.band(likelihood, impact);
                let likelier = Likelihood::ALL.into_iter().filter(|one| *one >= likelihood);
                assert!(likelier.into_iter().all(|one| matrix.band(one, impact) >= here));
                let worse = Impact::ALL.into_iter().filter(|one| *one >= impact);
                assert!(worse.into_iter().all(|one| matrix.band(likelihood, one) >= here));
            }
        }
    }

    #[test]
    fn both_risks_of_an_event_are_kept() {
        let event = SpecificEvent {
            description: "ambush on the road".to_owned(),
            likelihood: Likelihood::VeryLikely,
            impact: Impact::Severe,
            measures: vec!["convoy".to_owned()],
            likelihood_with_measures: Likelihood::Unlikely,
            impact_with_measures: Impact::Severe,
            decision: RiskDecision::Control,
        };
        let matrix = RiskMatrix::default();
        let both = (event.risk_without_measures(&matrix), event.risk_with_measures(&matrix));
        assert_eq!(both, (RiskBand::VeryHigh, RiskBand::Medium));
        let json = serde_json::to_value(&event).unwrap();
        assert_eq!(json["likelihood_with_measures"], "unlikely");
        for step in Likelihood::ALL {
            assert_eq!(serde_json::to_value(step).unwrap(), step.as_str());
        }
    }
}
