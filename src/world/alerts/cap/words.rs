//! Words of the standard that mean something to us. Services write them with their own capitals.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$one:meta])* $word:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$one])* $word,)*
        }

        impl $name {
            /// Every word.
            pub const ALL: &'static [Self] = &[$(Self::$word,)*];

            /// The word in JSON and SQL.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$word => $text,)* }
            }

            /// The meaning of a word, whatever its capitals.
            pub fn named(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.as_str().eq_ignore_ascii_case(text))
            }
        }
    };
}

words! {
    /// How a message is meant. Only what is actual has effects.
    MessageStatus {
        /// To be acted on.
        Actual = "actual",
        /// For those who take part in an exercise.
        Exercise = "exercise",
        /// Between machines.
        System = "system",
        /// A test of the line.
        Test = "test",
        /// Not yet in force.
        Draft = "draft",
    }
}

words! {
    /// What a message does to earlier ones.
    MessageKind {
        /// Nothing: it is the first.
        Alert = "alert",
        /// Takes their place.
        Update = "update",
        /// Takes them back.
        Cancel = "cancel",
        /// Says that they were received.
        Ack = "ack",
        /// Says that they were refused.
        Error = "error",
    }
}

words! {
    /// For whom a message is meant.
    MessageScope {
        /// For everybody.
        Public = "public",
        /// For users with a need.
        Restricted = "restricted",
        /// For the addressees.
        Private = "private",
    }
}

words! {
    /// How bad, the worst last.
    Severity {
        /// Not known.
        Unknown = "unknown",
        /// Little or no threat.
        Minor = "minor",
        /// Possible threat to life or property.
        Moderate = "moderate",
        /// Significant threat.
        Severe = "severe",
        /// Extraordinary threat.
        Extreme = "extreme",
    }
}

words! {
    /// How soon to act.
    Urgency {
        /// At once.
        Immediate = "immediate",
        /// Within the hour.
        Expected = "expected",
        /// In the near future.
        Future = "future",
        /// No longer.
        Past = "past",
        /// Not known.
        Unknown = "unknown",
    }
}

words! {
    /// How sure.
    Certainty {
        /// It happened.
        Observed = "observed",
        /// More likely than not.
        Likely = "likely",
        /// Possible.
        Possible = "possible",
        /// Not expected.
        Unlikely = "unlikely",
        /// Not known.
        Unknown = "unknown",
    }
}

words! {
    /// What an event is about.
    Category {
        /// Geophysical.
        Geo = "geo",
        /// Meteorological.
        Met = "met",
        /// General emergency and public safety.
        Safety = "safety",
        /// Law enforcement, military, security.
        Security = "security",
        /// Rescue.
        Rescue = "rescue",
        /// Fire.
        Fire = "fire",
        /// Medical and public health.
        Health = "health",
        /// Pollution and other environmental matters.
        Env = "env",
        /// Public and private transport.
        Transport = "transport",
        /// Utilities.
        Infra = "infra",
        /// Chemical, biological, radiological, nuclear, explosive.
        Cbrne = "cbrne",
        /// Anything else.
        Other = "other",
    }
}
