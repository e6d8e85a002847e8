//! Check, submit, cancel, batch, read, status questions, re-deciding one trip.
