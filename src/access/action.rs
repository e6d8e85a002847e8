//! What can be asked of the service.

/// A marker type for each action, so that a pass for one cannot be used for another.
pub trait Act: Send + Sync + 'static {
    /// The action it stands for.
    const ACTION: Action;
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// An action, as a row of the role × action table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Action {
            $($(#[$doc])* $name,)*
        }

        impl Action {
            /// Every action.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name in refusals and documents.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }

        /// The marker types.
        pub mod act {
            $(
                $(#[$doc])*
                #[derive(Debug, Clone, Copy)]
                pub struct $name;

                impl super::Act for $name {
                    const ACTION: super::Action = super::Action::$name;
                }
            )*
        }
    };
}

actions! {
    /// Decide a trip without storing it.
    CheckTrip = "check a trip",
    /// Submit a trip, alone or in a batch.
    SubmitTrip = "submit a trip",
    /// Change a trip.
    AmendTrip = "amend a trip",
    /// Withdraw a trip.
    CancelTrip = "cancel a trip",
    /// Read trips, clearances and their history.
    ReadTrips = "read trips",
    /// Decide a clearance again from its stored facts.
    Replay = "replay a decision",
    /// Ask whether somebody is cleared or trained.
    AskStatus = "ask the status",
    /// Read people.
    ReadPeople = "read people",
    /// Change a person's profile, contacts, dependants and claimed certificates.
    WritePeople = "change people",
    /// Bring in people of the own organization.
    ImportPeople = "import people",
    /// Confirm arrivals, departures and briefings, and that nobody came.
    ConfirmPresence = "confirm presence",
    /// Say that what an approval obliges to was done.
    FulfilObligation = "fulfil obligations",
    /// Read who is inside an area.
    ReadPresence = "read presence",
    /// Open and close headcounts.
    OpenHeadcounts = "open headcounts",
    /// Read who should be there and who was heard of.
    ReadHeadcounts = "read headcounts",
    /// Say in a headcount that somebody is safe, or what else is known.
    AnswerHeadcounts = "answer headcounts",
    /// Record certificates as verified.
    VerifyCertificates = "verify certificates",
    /// Decide clearances.
    Decide = "decide clearances",
    /// Advise the one who decides.
    Recommend = "recommend on clearances",
    /// Open a mission security clearance request.
    OpenMission = "open a mission request",
    /// Read mission security clearance requests.
    ReadMissions = "read mission requests",
    /// Advise headquarters on a mission request.
    RecommendMission = "recommend on a mission request",
    /// Answer for the people of an organization on a mission request.
    ConsentMission = "consent to a mission request",
    /// Decide a mission request.
    DecideMission = "decide a mission request",
    /// Appeal against a decision in the name of the traveller's organization.
    Appeal = "appeal against a decision",
    /// Propose a level, policy or status.
    ProposeLevel = "propose a level",
    /// Read threat assessments, and policies in full with their history.
    ReadAssessments = "read assessments and policies",
    /// Set level, policy and status.
    SetLevel = "set a level",
    /// Suspend an area in an emergency.
    SuspendArea = "suspend an area",
    /// Follow how live clearances are decided again.
    ReadRedecisions = "read re-decisions",
    /// Change fences.
    WriteFences = "change fences",
    /// Draft an advisory.
    DraftAdvisory = "draft advisories",
    /// Publish an advisory.
    PublishAdvisory = "publish advisories",
    /// Read advisories.
    ReadAdvisories = "read advisories",
    /// Read areas, the world, and what lies at a point or along a route.
    ReadWorld = "read the world",
    /// Say when an area works.
    KeepCalendar = "keep calendars",
    /// Read how the nights of an area stand against its ceilings.
    ReadCeilings = "read ceilings",
    /// Receive events, as feed, stream or webhook.
    ReadEvents = "receive events",
    /// Keep webhooks.
    KeepWebhooks = "keep webhooks",
    /// Record appointments.
    RecordAppointments = "record appointments",
    /// See who is appointed to what.
    ReadAppointments = "read appointments",
    /// Give power in writing.
    GrantDelegations = "delegate",
    /// See what was delegated.
    ReadDelegations = "read delegations",
    /// Bring in alerts.
    ImportAlerts = "import alerts",
    /// Read alerts and what they propose.
    ReadAlerts = "read alerts",
    /// Keep the list of alert feeds.
    KeepAlertFeeds = "keep alert feeds",
    /// Read advice on air operators.
    ReadOperators = "read advice on operators",
    /// Advise on air operators, and authorize their use.
    AdviseOperators = "advise on operators",
}
