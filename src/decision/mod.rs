//! Stays from segments, the rules, the outcome lattice, remedies, replay. Pure.
