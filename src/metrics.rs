//! The metric structs.
