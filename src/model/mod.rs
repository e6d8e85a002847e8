//! The nouns: ids, person, trip, segment, stay, clearance and its states, policy, level, certificate, reasons, outcomes. Pure.
