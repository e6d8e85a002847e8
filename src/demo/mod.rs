//! What is invented and says so: demonstration levels, the cast, a day's traffic.

pub mod levels;
