//! Builds the parts, runs, drains.
