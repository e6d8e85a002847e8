//! The nouns of the domain, as values: who travels, where, under which policy, and what was
//! decided. Nothing here does I/O, knows a clock, or decides anything.
//!
//! | file | nouns |
//! | --- | --- |
//! | [`ids`], [`mod@reference`] | identifiers, the reference a person can read out |
//! | [`space`], [`place`] | points, what a traveller calls a place and what it turned out to be |
//! | [`time`], [`working`] | time zones and day windows, working time |
//! | [`person`], [`certificate`] | who travels and what they hold |
//! | [`trip`] | what is submitted: itinerary, purpose, lodging |
//! | [`policy`], [`template`], [`level`], [`fence`] | what an area asks for |
//! | [`threat`], [`risk`] | what a threat assessment finds, and what its scores come to |
//! | [`terrain`], [`facts`] | what the decision is given, besides the trip |
//! | [`outcome`], [`reason`], [`finding`], [`decision`] | what it says |
//! | [`gate`], [`operator`] | what waits for the organization's word, its advice on operators |
//! | [`clearance`] | the states a clearance may take and the moves between them |
//! | [`event`] | what is told to others |
//! | [`presence`] | what is reported of a stay, which clock rang over what waits |
//! | [`mission`] | what is written of a mission security clearance request |
//! | [`redecision`] | what changed, and what becomes of live clearances |
//! | [`record`], [`moves`], [`amendment`] | what a use case asks to be written, and what comes of it |

mod amendment;
mod certificate;
mod clearance;
mod decision;
mod event;
mod facts;
mod fence;
mod finding;
mod gate;
mod headcount;
mod ids;
mod level;
mod mission;
mod moves;
mod operator;
mod outcome;
mod person;
mod place;
mod policy;
mod presence;
mod reason;
mod record;
mod redecision;
mod reference;
mod risk;
mod space;
mod template;
mod terrain;
mod threat;
mod time;
mod trip;
mod working;

pub use amendment::{Adjustment, Amendment, Flight, FlightCount, FlightSeats, Hull, StandingStay};
pub use certificate::{Certificate, CertificateState, Course};
pub use clearance::{ClearanceState, Mover, TripState, UnknownState};
pub use decision::{ClearanceDecision, Crossing, Decider, Decision, Remedy};
pub use event::{Event, EventKind};
pub use facts::{CountKey, Facts, Gap, MscrFacts, NightCount, OrganizationRules, PersonFacts};
pub use fence::{DailyHours, Fence, FenceEffect, FenceKind, Validity};
pub use finding::{Condition, ConditionCode, Effect, Fact, FactClass, Finding, RuleId};
pub use gate::{CENTRAL_DIRECTOR_ABOVE, GateKeeper, OrganizationGate};
pub use headcount::{HeadcountBasis, HeadcountSource, HeadcountStatus};
pub use ids::{AreaId, ClearanceId, FenceId, HeadcountId, OrganizationId, PersonId, TripId};
pub use level::{AreaStatus, RiskBand, SecurityLevel, StatusKind};
pub use mission::{
    MissionAdvice, MissionChange, MissionConsent, MissionDecision, MissionDeed, MissionPackage,
    MissionState, MissionStep, MissionWord, NewMission, SeenMission,
};
pub use moves::{
    Advice, Authority, ClearanceMove, Fulfilment, Hold, LostMove, LostMoves, MoveTexts, MoveTo,
    Obligation, ObligationOwner, Overbooking, PlaceCheck, Waiver,
};
pub use operator::{OperatorFacts, OperatorStanding, OperatorUse};
pub use outcome::Outcome;
pub use person::{Category, Person, PersonStatus, Recruitment, Relation, Secret};
pub use place::{Place, PlaceDoubt, PlaceName, Resolution, ResolvedPlace};
pub use policy::{
    AreaPolicy, ArrivalRule, BriefingRule, Ceilings, ClearanceMode, CourseRule, EscalationHours,
    InternalMovement, LateHandling, LevelRow, LevelTable, LodgingRule, ModeOverride, MovementRule,
    Role,
};
pub use presence::{Clock, ClockNotice, ReportKind, StayReport};
pub use reason::ReasonCode;
pub use record::{
    Absence, Actor, Capacity, Change, Claim, Committed, Evidence, EvidenceBody, NewClearance,
    NewTrip, OtherTrip, Record, SavedAnswer, Seen, TravelWindow, TripChange, TripDays,
    UrgencyWeights,
};
pub use redecision::{Became, Cause, Queued, Swept, Tally, TallyKey, Weighed, WeighedClearance};
pub use reference::{Reference, ReferenceError};
pub use risk::{Impact, Likelihood, RiskDecision, RiskMatrix, SpecificEvent};
pub use space::{LonLat, LonLatError};
pub use template::PolicyTemplate;
pub use terrain::{
    FenceContact, FenceContactKind, NearArea, StayKind, Terrain, TerrainArea, TerrainCrossing,
    TerrainRoute, TerrainStay,
};
pub use threat::{
    GeneralThreat, ProgrammeActivity, THREAT_ARITHMETIC, ThreatAssessment, ThreatCategory,
    ThreatScale, ThreatScore, ThreatScores,
};
pub use time::{DayRange, Zone, ZoneError};
pub use trip::{
    ExternalRef, Itinerary, Lodging, LodgingKind, PcGrade, Purpose, Segment, TransportMode,
    Traveller, TravellerRole, Trip, TripKind,
};
pub use working::WorkingTime;
