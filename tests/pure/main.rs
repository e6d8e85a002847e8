//! Tests without services: geometry, rules, architecture.

#[cfg(test)]
mod atlas;
#[cfg(test)]
mod authority;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod geometry;
#[cfg(test)]
mod house;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod rules_case;
#[cfg(test)]
mod rules_properties;
#[cfg(test)]
mod rules_sanity;
#[cfg(test)]
mod rules_survey;
#[cfg(test)]
mod wings;
