//! The outcome lattice (domain.md c.0).

use serde::{Deserialize, Serialize};

/// What a rule, and in the end a stay, comes to. Ordered: the greatest is the strictest and wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nothing to record.
    None,
    /// On record, nothing to decide.
    Notify,
    /// Cleared by rule.
    Auto,
    /// A person decides.
    Manual,
    /// A mission security clearance request is needed.
    Mscr,
    /// Sent back: knowledge is missing.
    Return,
    /// Denied by rule.
    DenyHard,
    /// Denied: the area is closed or the risk unacceptable.
    BlockClosed,
}

impl Outcome {
    /// The name used in JSON and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Notify => "notify",
            Self::Auto => "auto",
            Self::Manual => "manual",
            Self::Mscr => "mscr",
            Self::Return => "return",
            Self::DenyHard => "deny_hard",
            Self::BlockClosed => "block_closed",
        }
    }

    /// All outcomes, mildest first.
    pub const ALL: [Self; 8] = [
        Self::None,
        Self::Notify,
        Self::Auto,
        Self::Manual,
        Self::Mscr,
        Self::Return,
        Self::DenyHard,
        Self::BlockClosed,
    ];
}
