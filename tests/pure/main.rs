//! Tests without services: geometry, rules, architecture.

#[cfg(test)]
mod house;
