//! One log line a request; durations.
