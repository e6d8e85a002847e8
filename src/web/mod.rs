//! Extractors, problems, paging, limits, bodies.
