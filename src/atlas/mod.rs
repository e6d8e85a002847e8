//! The loaded world: shapes cut for search, R-tree, layers, places, policies; one immutable value. Pure.
