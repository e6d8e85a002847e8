//! The desk: what people decide.

mod mscr;

pub use mscr::{
    Answered as MissionAnswered, Api as MissionApi, Asked as MissionAsked, ConsentView, Kept,
    LeftView, MissionError, MissionView, Missions, MovedView, NamedView, SaidView, SteppedView,
    Wanted as MissionWanted, WindowView, configure as configure_missions,
};
