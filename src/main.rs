//! The command line of safeconduct.

fn main() {}
