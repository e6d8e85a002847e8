//! The desk: what waits for a person, what people decide, and the clocks over it (domain.md b.6,
//! c.8, c.9).

mod clocks;
mod mscr;

pub use clocks::{ClockError, ClockParts, Clocks, Round, WorkingTimes};
pub use mscr::{
    Answered as MissionAnswered, Api as MissionApi, Asked as MissionAsked, ConsentView, Kept,
    LeftView, MissionError, MissionView, Missions, MovedView, NamedView, SaidView, SteppedView,
    Wanted as MissionWanted, WindowView, configure as configure_missions,
};
