//! Words of a headcount: what is heard of a person, why the person is expected, and how that is
//! known (domain.md b.8, c.14).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$word:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$word])* $variant,)*
        }

        impl $name {
            /// Every one, in the order of this list.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in JSON and SQL.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// The one of a name.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == name)
            }
        }
    };
}

words! {
    /// What is known of a person in a headcount (domain.md b.8).
    HeadcountStatus {
        /// Nobody has heard of the person yet.
        Unaccounted = "unaccounted",
        /// Safe.
        Safe = "safe",
        /// In need of help.
        NotSafe = "not_safe",
        /// Known to be somewhere else.
        ConfirmedElsewhere = "confirmed_elsewhere",
        /// Looked for and not found.
        Missing = "missing",
        /// Injured.
        Injured = "injured",
        /// Held by an authority.
        Detained = "detained",
        /// Held by somebody else.
        Abducted = "abducted",
        /// Dead.
        Deceased = "deceased",
    }
}

words! {
    /// Why a person is counted: the five groups of domain.md c.14.
    HeadcountBasis {
        /// The duty station is in the area, and no live stay elsewhere covers the instant.
        Resident = "resident",
        /// A positive or notified stay covers the instant, or ended less than 72 hours before
        /// without a confirmed departure.
        Visitor = "visitor",
        /// Family of a resident, left behind or not, or accompanying a visitor.
        Dependant = "dependant",
        /// Seen there without a positive stay: unplanned.
        Observed = "observed",
        /// Denied or undecided, with the day of arrival passed.
        Possible = "possible",
    }
}

words! {
    /// How the estimate is known, best first (domain.md c.14). Where residence lists younger than 90
    /// days and undecided itineraries stand is ours: below every itinerary that was cleared.
    HeadcountSource {
        /// The person said so less than 12 hours before.
        SelfReport = "self_report",
        /// A warden, or security staff, said so.
        Warden = "warden",
        /// The arrival was confirmed.
        Arrival = "arrival",
        /// A log of the area.
        AreaLog = "area_log",
        /// A cleared or notified itinerary.
        Itinerary = "itinerary",
        /// The person's record, changed within 90 days.
        ResidenceList = "residence_list",
        /// The same, older.
        OldResidenceList = "old_residence_list",
        /// An itinerary that nobody has said yes to.
        UndecidedItinerary = "undecided_itinerary",
    }
}

impl HeadcountStatus {
    /// Whether people may say it of themselves and their dependants; the rest is for wardens and
    /// security staff, who can be asked how they know.
    pub const fn is_for_oneself(self) -> bool {
        matches!(self, Self::Safe | Self::NotSafe | Self::ConfirmedElsewhere)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_are_those_of_json() {
        for &status in HeadcountStatus::ALL {
            assert_eq!(HeadcountStatus::named(status.as_str()), Some(status));
            let json = serde_json::to_value(status).unwrap();
            assert_eq!(json, status.as_str());
        }
        for &source in HeadcountSource::ALL {
            assert_eq!(serde_json::to_value(source).unwrap(), source.as_str());
        }
        assert_eq!(HeadcountBasis::named("guest"), None);
    }

    #[test]
    fn nobody_reports_their_own_death() {
        let own: Vec<&str> = HeadcountStatus::ALL
            .iter()
            .filter(|status| status.is_for_oneself())
            .map(|status| status.as_str())
            .collect();
        assert_eq!(own, ["safe", "not_safe", "confirmed_elsewhere"]);
    }
}
