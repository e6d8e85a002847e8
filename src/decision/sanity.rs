//! What makes a body no itinerary at all: refused with 422, nothing stored.

use crate::model::{PersonFacts, ResolvedPlace, Trip};

/// A defect of the submitted body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer (RFC 6901) into the submit body.
    pub pointer: String,
    /// Stable code.
    pub code: &'static str,
    /// For a person.
    pub detail: String,
}

/// Every defect of an itinerary at once (fine-print.md, "422 or returned"). `places` holds, for
/// each segment, where it starts and ends (`None` where that place itself was refused); `people`
/// is read for duty stations alone and may be empty.
pub fn itinerary_faults(
    _trip: &Trip,
    _places: &[(Option<ResolvedPlace>, Option<ResolvedPlace>)],
    _people: &[PersonFacts],
) -> Vec<Fault> {
    todo!()
}
