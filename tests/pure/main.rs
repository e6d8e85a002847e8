//! Tests without services: geometry, rules, architecture.

#[cfg(test)]
mod demo;
#[cfg(test)]
mod house;
