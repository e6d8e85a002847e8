//! Identifiers. Each kind is a type of its own, so that one cannot stand where another is meant.

use std::fmt::{Display, Formatter, Result as FmtResult};
use std::str::FromStr;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl Display for $name {
            fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
                Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    };
}

uuid_id! {
    /// A person, stable for life; never an e-mail address (domain.md d.1). UUIDv7.
    PersonId
}
uuid_id! {
    /// A trip. UUIDv7; people use the [`Reference`](super::Reference).
    TripId
}
uuid_id! {
    /// The decision for one traveller and one stay. UUIDv7.
    ClearanceId
}
uuid_id! {
    /// An overlay fence. UUIDv7.
    FenceId
}
uuid_id! {
    /// A headcount. UUIDv7.
    HeadcountId
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub CompactString);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl Display for $name {
            fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
                f.write_str(self.as_str())
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(CompactString::new(id))
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(CompactString::from(id))
            }
        }
    };
}

text_id! {
    /// A security area: the stable id of the shipped data, such as `KEN-890`; opaque
    /// (fine-print.md, "Ids and limits"). Up to 24 bytes stay on the stack.
    AreaId
}
text_id! {
    /// An organization (agency, fund, programme): a short code such as `unicef`.
    OrganizationId
}
