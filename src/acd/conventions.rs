//! Conventions: what Microsoft's documentation leaves open, each as a named policy with a stated default.
//!
//! TAPI's pages do not say how a time is rounded, whether ringing counts, when a call enters a total, or what a new
//! session's state is. Switches differ in all of it. So each such question is a field of [`Conventions`], its answers are
//! the variants of an enum, and its default is what a practitioner expects. A scenario sets them in `[conventions]`, every
//! result records them, and a simulated center can be made to answer as the switch under test does.
//!
//! The questions stand once, in `for_each_convention!`; the struct, the words that files use,
//! the scenario's keys and the tables in the docs are made from it.

/// One convention as a tool lists it: its question, its answers and why one of them is the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Convention {
    /// The field's name, which is the key in a scenario.
    pub name: &'static str,
    /// What is open.
    pub question: &'static str,
    /// The words that answer it, each with what it means.
    pub answers: &'static [(&'static str, &'static str)],
    /// The word that is the default.
    pub default: &'static str,
    /// Why that is the default.
    pub why: &'static str,
}

/// Declares the enum of a question's answers.
macro_rules! answers {
    ($(#[doc = $doc:literal] $name:ident { $(#[doc = $what:literal] $variant:ident = $word:literal),+ $(,)? })+) => {$(
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $(#[doc = $what] $variant,)+
        }

        impl $name {
            /// All answers, in the order in which they are listed.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The words that a scenario uses, each with what it means.
            pub const WORDS: &'static [(&'static str, &'static str)] = &[$(($word, $what.trim_ascii())),+];

            /// The word that a scenario uses.
            pub const fn word(self) -> &'static str {
                Self::WORDS[self as usize].0
            }

            /// The answer of this word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|answer| answer.word() == word)
            }
        }
    )+};
}

answers! {
    /// How a number is made whole.
    Rounding {
        /// what is over is dropped
        Truncate = "truncate",
        /// to the nearest, halves upwards
        Nearest = "nearest",
        /// to the next larger one
        Up = "up",
    }
    /// What an average is the quotient of.
    AverageOf {
        /// the exact total over the number of calls, made whole last
        Exact = "exact-total",
        /// the total in whole seconds over the number of calls
        WholeSeconds = "whole-seconds",
    }
    /// What is reported of a value too large for TAPI's type.
    Overflow {
        /// the largest that a LONG holds, 2,147,483,647
        Saturate = "saturate",
        /// the lowest 32 bits, as a counter that wraps around
        Wrap = "wrap",
    }
    /// What averages and longest times are when there is no call to take them from.
    WithoutCalls {
        /// 0
        Zero = "zero",
        /// all bits set: -1 as a LONG
        AllOnes = "all-ones",
    }
    /// The scale of `ITAgent::OverallCallRate`, beside the 10,000 of CURRENCY.
    OverallCallRate {
        /// calls per agent hour, in both spellings
        CallsPerHour = "calls-per-hour",
        /// ten times that in TAPI 3, as its page has it, and calls per agent hour in LINEAGENTINFO
        TenfoldInTapi3 = "tenfold-in-tapi3",
        /// ten times that, in both spellings
        Tenfold = "tenfold",
    }
    /// What a session's calls are divided by for `ACDCallRate`.
    CallRatePer {
        /// the session's duration, of the time that `session_duration` names
        SessionDuration = "session-duration",
        /// the time in which the session was not NOT_READY
        AvailableTime = "available-time",
        /// the time on calls, talk and wrap-up
        CallTime = "call-time",
    }
    /// What time a session's duration is made of.
    DurationOf {
        /// all from the creation to the end
        WholeSession = "whole-session",
        /// all but the time in NOT_READY
        WithoutNotReady = "without-not-ready",
    }
    /// The zone of `SessionStartTime`.
    TimeZone {
        /// the site's wall clock
        Local = "local",
        /// UTC, by the scenario's `utc_offset_minutes`
        Utc = "utc",
    }
    /// From where to where the time to answer runs.
    TimeToAnswer {
        /// from entering the queue of the group to the answer, ringing included
        QueueToAnswer = "queue-to-answer",
        /// from entering the queue of the group to being offered to the agent, without ringing
        QueueToOffer = "queue-to-offer",
        /// from arriving in the system, other queues before this one included, to the answer
        ArrivalToAnswer = "arrival-to-answer",
        /// from being offered to the agent to the answer: ringing alone
        OfferToAnswer = "offer-to-answer",
    }
    /// Which calls the times to answer are of.
    TimesOf {
        /// the calls that the session answered
        Answered = "answered",
        /// the calls that were offered to the session, those that it let ring among them
        Offered = "offered",
    }
    /// Where the ringing at the agent counts.
    Ringing {
        /// in neither talk nor call time
        Nowhere = "nowhere",
        /// in call time
        CallTime = "call-time",
        /// in talk and in call time
        TalkTime = "talk-time",
    }
    /// Where the time on hold counts.
    Hold {
        /// in talk and in call time
        TalkTime = "talk-time",
        /// in call time alone
        CallTime = "call-time",
        /// in neither
        Nowhere = "nowhere",
    }
    /// When a call enters `NumberOfCalls`.
    CallCounts {
        /// at the answer
        AtAnswer = "at-answer",
        /// when its talk ends
        AtTalkEnd = "at-talk-end",
        /// when its wrap-up ends
        AtWrapUpEnd = "at-wrap-up-end",
    }
    /// When talk and wrap-up enter the totals.
    TotalsOf {
        /// when the phase ends
        EndedPhases = "ended-phases",
        /// as they pass
        RunningPhases = "running-phases",
    }
    /// Where a call counts that one agent transfers to another.
    Transfers {
        /// in the session of each agent who answers it
        EachAgent = "each-agent",
        /// in the session of the first agent alone
        FirstAgent = "first-agent",
    }
    /// What the statistics of a session are after its end.
    EndedSession {
        /// those at its end
        Frozen = "frozen",
        /// zeros, but for the start
        Zero = "zero",
        /// none: asking for them fails
        Refused = "refused",
    }
    /// What an agent hour is made of.
    AgentHours {
        /// the time in which one or more sessions were open
        Union = "union",
        /// the durations of all sessions, added
        Sum = "sum",
    }
    /// The window that a measurement period makes.
    Window {
        /// windows that follow each other from where the period was set; the counts start anew with each
        Tumbling = "tumbling",
        /// the period before now, always
        Sliding = "sliding",
        /// all since the period was set; its length has no effect
        SinceSet = "since-set",
    }
    /// What setting a measurement period sets to zero.
    PeriodResets {
        /// an agent's counts, and not a queue's
        Agents = "agents",
        /// the counts of whichever it is
        Both = "agents-and-queues",
        /// nothing
        Nothing = "nothing",
    }
    /// What setting the measurement period that is in force does.
    SamePeriod {
        /// the same as setting another
        AsAnother = "as-another",
        /// nothing
        Nothing = "nothing",
    }
    /// What a negative measurement period does.
    NegativePeriod {
        /// it is kept, and read as a DWORD: 68 years and more
        Accepted = "accepted",
        /// it is refused as zero is
        Refused = "refused",
    }
    /// Whether calls that flow in from another queue are among `TotalCallsQueued`.
    FlowedIn {
        /// they are
        Queued = "queued",
        /// they are counted in `TotalCallsFlowedIn` alone
        Apart = "apart",
    }
    /// The calls that a queue's `AverageWaitTime` is of.
    AverageWait {
        /// those that left the queue, in whichever way
        Left = "left",
        /// those that an agent answered
        Answered = "answered",
        /// those that left, and those that wait, with their wait so far
        All = "all",
    }
    /// The time that a queue's longest and average wait are of.
    QueueWaits {
        /// the measurement period, as the TAPI 3 pages have it
        Period = "period",
        /// the queue's life, as LINEQUEUEINFO has it
        Life = "life",
    }
    /// What `FinalDisposition` is in LINEQUEUEINFO.
    FinalDisposition {
        /// the number of calls that reached the bottom of a call guide, as in TAPI 3
        Calls = "calls",
        /// 0: the structure does not tell it, and so TAPI 3 does not either
        Untold = "untold",
    }
    /// The state of a new session.
    NewSession {
        /// NOT_READY
        NotReady = "not-ready",
        /// READY, unless the agent is busy
        Ready = "ready",
    }
    /// Whether a client may put a session or an agent into a busy state.
    BusyStates {
        /// it may
        Clients = "clients",
        /// only the switch does: a client is refused
        Switch = "switch",
    }
    /// The error of a state that must not follow the present one.
    StateError {
        /// LINEERR_INVALAGENTSTATE
        AgentState = "inval-agent-state",
        /// LINEERR_INVALAGENTSESSIONSTATE
        AgentSessionState = "inval-agent-session-state",
        /// LINEERR_OPERATIONFAILED
        Failed = "operation-failed",
    }
    /// What a client's setting of the present state does.
    SameState {
        /// it succeeds, and nothing is announced
        Accepted = "accepted",
        /// it succeeds, and is announced as a change is
        Announced = "announced",
        /// it is refused
        Refused = "refused",
    }
    /// When a next state takes effect.
    NextState {
        /// when the talk ends, in place of wrap-up
        AfterTalk = "after-talk",
        /// when the wrap-up ends
        AfterWrapUp = "after-wrap-up",
    }
    /// What becomes of a next state that has taken effect.
    UsedNextState {
        /// it is cleared
        Cleared = "cleared",
        /// it holds for the calls that follow
        Kept = "kept",
    }
    /// What 0 as a next state means.
    ZeroNextState {
        /// no next state: the switch's usual course
        Default = "default",
        /// the next state stays as it is
        Unchanged = "unchanged",
    }
    /// What RELEASED adds to the end of a session.
    Released {
        /// the name of the state
        Name = "name",
        /// the handler forgets the session
        Forgets = "forgets",
    }
    /// When a session ends whose end a client asks for in the middle of a call.
    EndDuringCall {
        /// at once
        AtOnce = "at-once",
        /// when the call and its wrap-up are done
        AfterCall = "after-call",
    }
    /// What the agent's other READY sessions show while the agent is on a call.
    OtherSessions {
        /// NOT_READY
        NotReady = "not-ready",
        /// what they were: READY, but no call is offered there
        Unchanged = "unchanged",
    }
    /// What becomes of the agent's other sessions when a client ends one.
    OthersAtEnd {
        /// nothing
        Stay = "stay",
        /// they end too
        End = "end",
    }
    /// When a second session of one agent is refused.
    SecondSession {
        /// when the agent has one for the same group
        SameGroup = "same-group-refused",
        /// when the agent has one for the same group at the same address
        SameGroupAndAddress = "same-group-and-address-refused",
        /// never
        Allowed = "allowed",
    }
    /// The state of an agent who has no session.
    NewAgent {
        /// AS_NOT_READY
        NotReady = "not-ready",
        /// AS_UNKNOWN
        Unknown = "unknown",
    }
    /// The state of an agent in wrap-up.
    AgentInWrapUp {
        /// AS_BUSY_ACD
        BusyAcd = "busy-acd",
        /// AS_NOT_READY
        NotReady = "not-ready",
    }
    /// What setting an agent's state does to the agent's sessions.
    AgentStateReach {
        /// those that are not busy become READY or NOT_READY with the agent
        Sessions = "sessions",
        /// nothing: it is kept beside them
        AgentAlone = "agent-alone",
    }
    /// The error of a handle that the agent handler does not know.
    UnknownHandle {
        /// LINEERR_INVALPARAM
        Param = "inval-param",
        /// LINEERR_OPERATIONFAILED
        Failed = "operation-failed",
        /// LINEERR_INVALAGENTID
        AgentId = "inval-agent-id",
    }
    /// What the list of queues of an unknown group, or of none, is.
    QueuesOfNoGroup {
        /// it is refused, but for the nil GUID, which lists the queues of no group
        Refused = "refused",
        /// all queues
        All = "all",
        /// an empty list
        Empty = "empty",
    }
    /// Which of a request's reply and the messages that it causes is delivered first.
    ReplyOrder {
        /// the reply
        ReplyFirst = "reply-first",
        /// the messages
        StatusFirst = "status-first",
    }
    /// The form in which a TAPI 3 method returns a line function's error.
    ComErrors {
        /// the HRESULT that means the same
        Translated = "translated",
        /// the LINEERR_ value itself
        Raw = "raw",
    }
    /// Whether ACD group events are delivered.
    GroupEvents {
        /// they are
        Delivered = "delivered",
        /// they are not, as ITACDGroupEvent's page says
        NotSupported = "not-supported",
    }
    /// Which sessions of an agent are listed.
    ListedSessions {
        /// those that have not ended
        Current = "current",
        /// all that the handler has not forgotten
        UntilForgotten = "until-forgotten",
    }
    /// Where the offset of a name in an entry of a list counts from.
    NameOffsets {
        /// from the beginning of the list, which is the structure with the header
        FromList = "from-list",
        /// from the beginning of the entry
        FromEntry = "from-entry",
    }
}

/// Every convention: `name: Type = Default "word", question, why`.
///
/// Calls `$use!` with all of them, so that each maker of something takes them from here.
macro_rules! for_each_convention {
    ($use:ident) => {
        $use! {
            seconds: Rounding = Truncate "truncate",
                "How a time becomes whole seconds.",
                "counters of seconds that a clock drives tick when a second is full";
            averages: AverageOf = Exact "exact-total",
                "What an average time is the quotient of.",
                "it is what the word says, and cannot be off by more than a second";
            rates: Rounding = Truncate "truncate",
                "How a rate becomes ten-thousandths.",
                "what is not a whole ten-thousandth is dropped, as what is not a whole second is";
            overflow: Overflow = Saturate "saturate",
                "What is reported of a value that a LONG cannot hold.",
                "a verdict must not take a counter that wrapped around for a small one";
            without_calls: WithoutCalls = Zero "zero",
                "What averages and longest times are without a call.",
                "the pages name no error code for it, so S_OK with 0 is the only answer that needs none";
            overall_call_rate: OverallCallRate = CallsPerHour "calls-per-hour",
                "The scale of OverallCallRate; the TAPI 3 page says ten times the calls per agent hour, LINEAGENTINFO does not.",
                "both spellings agree then, with each other and with ACDCallRate";
            call_rate_per: CallRatePer = SessionDuration "session-duration",
                "What ACDCallRate divides a session's calls by.",
                "calls per hour of the session is what its page says";
            session_duration: DurationOf = WholeSession "whole-session",
                "Whether NOT_READY is part of SessionDuration.",
                "only the end is said to stop its clock";
            session_start_time: TimeZone = Local "local",
                "The zone of SessionStartTime.",
                "Automation shows a DATE as it is, and people read it on the site's clock";
            time_to_answer: TimeToAnswer = QueueToAnswer "queue-to-answer",
                "From where to where the time to answer runs.",
                "it is the caller's wait for this group, and the ASA of the trade";
            times_to_answer_of: TimesOf = Answered "answered",
                "Which calls the times to answer of a session are of.",
                "a call that the session did not answer has no time to answer there";
            ringing: Ringing = Nowhere "nowhere",
                "Where the ringing at the agent counts.",
                "nobody talks while it rings, and it is in the time to answer already";
            hold: Hold = TalkTime "talk-time",
                "Where the time on hold counts.",
                "handle time as the trade has it: talk, hold included, and after-call work";
            number_of_calls: CallCounts = AtAnswer "at-answer",
                "When a call enters the numbers of calls.",
                "the times to answer are known then, and their average is over the number that is shown beside it";
            totals: TotalsOf = EndedPhases "ended-phases",
                "When talk and wrap-up enter totals and averages.",
                "an average of phases that have ended has no bias towards what happens to run";
            transfers: Transfers = EachAgent "each-agent",
                "Where a transferred call counts.",
                "each agent handled it";
            ended_session: EndedSession = Frozen "frozen",
                "What an ended session reports.",
                "its duration is said to stop, not to vanish";
            agent_hours: AgentHours = Union "union",
                "What an agent hour is when sessions overlap.",
                "an hour in which the agent was active in one or more sessions is one hour";
            measurement_window: Window = Tumbling "tumbling",
                "What window a measurement period makes.",
                "the pages speak of the current measurement period, which ends and is followed by another";
            period_resets: PeriodResets = Agents "agents",
                "What setting a measurement period sets to zero.",
                "it is said of ITAgent and of nothing else";
            same_period: SamePeriod = AsAnother "as-another",
                "What setting the same measurement period again does.",
                "it is the documented way to set the counts to zero";
            negative_period: NegativePeriod = Accepted "accepted",
                "What a negative measurement period does in TAPI 3.",
                "its pages say that it is accepted";
            flowed_in: FlowedIn = Queued "queued",
                "Whether TotalCallsQueued includes the calls that flowed in.",
                "they are incoming calls of this queue, wherever they come from";
            average_wait: AverageWait = Left "left",
                "Which calls AverageWaitTime is of.",
                "their waits are known, those of the callers who gave up among them";
            queue_waits: QueueWaits = Period "period",
                "Whether a queue's longest and average wait are of the period or of its life.",
                "all other counts of a queue are of the period";
            final_disposition: FinalDisposition = Calls "calls",
                "What dwFinalDisposition of LINEQUEUEINFO is.",
                "TAPI 3 calls it a count of calls, and takes it from that member";
            new_session: NewSession = NotReady "not-ready",
                "The state of a new session.",
                "an agent who has just logged in has not said that calls may come";
            busy_states: BusyStates = Clients "clients",
                "Who may put a session into BUSY_ON_CALL and BUSY_WRAPUP.",
                "put_State takes the whole enumeration, and no page reserves a value";
            state_error: StateError = AgentState "inval-agent-state",
                "The error of a state that must not follow.",
                "it is the one that the functions list";
            same_state: SameState = Accepted "accepted",
                "What setting the present state does.",
                "a client that repeats itself has done no harm";
            next_state: NextState = AfterTalk "after-talk",
                "When a next state takes effect.",
                "lineSetAgentState says: when the current call becomes idle";
            used_next_state: UsedNextState = Cleared "cleared",
                "What becomes of a next state that has taken effect.",
                "it is about the current call";
            zero_next_state: ZeroNextState = Default "default",
                "What 0 as a next state means.",
                "lineSetAgentState says: the default next state";
            released: Released = Name "name",
                "What RELEASED adds to the end of a session.",
                "what was counted stays readable";
            end_during_call: EndDuringCall = AtOnce "at-once",
                "When a session ends whose end is asked for during a call.",
                "the table of transitions allows it";
            other_sessions: OtherSessions = NotReady "not-ready",
                "What the agent's other sessions show during a call.",
                "NOT_READY means unable to handle calls, and so the agent is";
            others_at_end: OthersAtEnd = Stay "stay",
                "What becomes of the agent's other sessions when one is ended.",
                "each session is a relation of its own";
            second_session: SecondSession = SameGroup "same-group-refused",
                "When a second session of an agent is refused.",
                "two for one group would count a call at a place that routing cannot tell from the other";
            new_agent: NewAgent = NotReady "not-ready",
                "The state of an agent without a session.",
                "such an agent is unable to take calls; UNKNOWN is said to be transitional";
            agent_in_wrap_up: AgentInWrapUp = BusyAcd "busy-acd",
                "The state of an agent in wrap-up.",
                "wrap-up is part of the ACD call's time";
            agent_state_reach: AgentStateReach = Sessions "sessions",
                "What setting an agent's state does to the sessions.",
                "an agent who is on a break is so in all groups";
            unknown_handle: UnknownHandle = Param "inval-param",
                "The error of an unknown hAgent or hAgentSession.",
                "it is the only one that the functions list which is about an argument";
            queues_of_no_group: QueuesOfNoGroup = Refused "refused",
                "What lineGetQueueList gives for an unknown group.",
                "an unknown group is a mistake that should show";
            reply_order: ReplyOrder = ReplyFirst "reply-first",
                "Whether LINE_REPLY or the status messages of the same request come first.",
                "a client knows its handle then before it hears of it";
            com_errors: ComErrors = Translated "translated",
                "In what form a TAPI 3 method returns an error of a line function.",
                "clients compare with the TAPI_E_ values of the method pages";
            group_events: GroupEvents = Delivered "delivered",
                "Whether ACD group events are delivered in TAPI 3.",
                "the messages that cause them exist, and a client that knows none ignores them";
            listed_sessions: ListedSessions = Current "current",
                "Which sessions of an agent are listed.",
                "get_AgentSessions gives current agent sessions";
            name_offsets: NameOffsets = FromList "from-list",
                "Where the offset of a name in a list's entry counts from.",
                "a variable-size structure is one flat record with one header"
        }
    };
}
pub(crate) use for_each_convention;

impl NewAgent {
    /// The state of an agent who has no session and was put into none.
    pub const fn state(self) -> super::AgentState {
        match self {
            NewAgent::NotReady => super::AgentState::NotReady,
            NewAgent::Unknown => super::AgentState::Unknown,
        }
    }
}

impl Default for NameOffsets {
    /// From the list.
    fn default() -> Self {
        NameOffsets::FromList
    }
}

macro_rules! declare {
    ($($name:ident: $type:ident = $default:ident $word:literal, $question:literal, $why:literal);+) => {
        /// The answers to what TAPI's documentation leaves open, one field a question.
        ///
        /// ```
        /// use acdsim::acd::conventions::{Conventions, Rounding};
        ///
        /// let mut conventions = Conventions::default();
        /// assert_eq!(conventions.seconds, Rounding::Truncate);
        /// conventions.set("seconds", "nearest").unwrap();
        /// assert_eq!(conventions.seconds, Rounding::Nearest);
        /// assert_eq!(conventions.changed().collect::<Vec<_>>(), [("seconds", "nearest".to_owned())]);
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct Conventions {
            $(#[doc = $question] pub $name: $type,)+
            /// The measurement period of a new agent or queue in seconds, from 1 to 2,147,483,647.
            pub measurement_period_s: u32,
            /// How far the site's wall clock is ahead of UTC, in minutes, from -1,080 to 1,080.
            pub utc_offset_minutes: i16,
        }

        impl Default for Conventions {
            fn default() -> Self {
                Conventions {
                    $($name: $type::$default,)+
                    measurement_period_s: MOST_SECONDS,
                    utc_offset_minutes: 0,
                }
            }
        }

        impl Conventions {
            /// The questions that have a word for an answer, in the order of the fields.
            pub const DECLARED: &'static [Convention] = &[$(Convention {
                name: stringify!($name),
                question: $question,
                answers: $type::WORDS,
                default: $word,
                why: $why,
            }),+];

            /// The word in force for a question, or the number of a setting.
            pub fn get(&self, name: &str) -> Option<String> {
                match name {
                    $(stringify!($name) => Some(self.$name.word().to_owned()),)+
                    "measurement_period_s" => Some(self.measurement_period_s.to_string()),
                    "utc_offset_minutes" => Some(self.utc_offset_minutes.to_string()),
                    _ => None,
                }
            }

            /// Answers a question by a word, or a setting by a number.
            ///
            /// # Errors
            ///
            /// [`ConventionError`] for a name that is no convention, and for an answer that is none.
            pub fn set(&mut self, name: &str, answer: &str) -> Result<(), ConventionError> {
                let error = || ConventionError { name: name.to_owned(), answer: answer.to_owned() };
                match name {
                    $(stringify!($name) => self.$name = $type::from_word(answer).ok_or_else(error)?,)+
                    "measurement_period_s" => {
                        let period = answer.parse().ok().filter(|period| (1..=MOST_SECONDS).contains(period));
                        self.measurement_period_s = period.ok_or_else(error)?;
                    }
                    "utc_offset_minutes" => {
                        let minutes = answer.parse().ok().filter(|minutes| UTC_OFFSETS.contains(minutes));
                        self.utc_offset_minutes = minutes.ok_or_else(error)?;
                    }
                    _ => return Err(error()),
                }
                Ok(())
            }
        }

        /// What is the default and what is declared as such are the same.
        #[cfg(test)]
        fn declared_defaults() -> Vec<(&'static str, &'static str, &'static str)> {
            vec![$((stringify!($name), $word, $type::$default.word())),+]
        }
    };
}

/// A setting as a tool lists it: a question whose answer is a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The field's name, which is the key in a scenario.
    pub name: &'static str,
    /// What it is, in one sentence.
    pub what: &'static str,
    /// The least that it can be.
    pub least: i64,
    /// The most that it can be.
    pub most: i64,
    /// What it is by default.
    pub default: &'static str,
    /// Why that is the default.
    pub why: &'static str,
}

/// The settings, in the order of the fields.
pub const SETTINGS: [Setting; 2] = [
    Setting {
        name: "measurement_period_s",
        what: "The measurement period of a new agent or queue, in seconds.",
        least: 1,
        most: MOST_SECONDS as i64,
        default: "2147483647",
        why: "the counts of a whole run are what is looked at after it",
    },
    Setting {
        name: "utc_offset_minutes",
        what: "How far the site's wall clock is ahead of UTC, in minutes, for `session_start_time = \"utc\"`.",
        least: *UTC_OFFSETS.start() as i64,
        most: *UTC_OFFSETS.end() as i64,
        default: "0",
        why: "a scenario's clock has no zone unless it is told",
    },
];

/// The longest measurement period, in seconds: the largest LONG.
pub const MOST_SECONDS: u32 = i32::MAX as u32;

/// What the wall clock may be ahead of UTC, in minutes.
pub const UTC_OFFSETS: std::ops::RangeInclusive<i16> = -1_080..=1_080;

for_each_convention!(declare);

impl Conventions {
    /// Every question and setting with the answer in force, in the order of the fields.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, String)> + '_ {
        let settings = SETTINGS.iter().map(|setting| setting.name);
        let names = Self::DECLARED.iter().map(|convention| convention.name).chain(settings);
        names.map(|name| (name, self.get(name).expect("each of these is a field")))
    }

    /// Those whose answer is not the default.
    pub fn changed(&self) -> impl Iterator<Item = (&'static str, String)> + '_ {
        let default = Conventions::default();
        self.iter().filter(move |(name, answer)| default.get(name).as_ref() != Some(answer))
    }
}

/// A convention that does not exist, or an answer that it does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` cannot be `{answer}`: {}", allowed(name))]
pub struct ConventionError {
    /// The name that was given.
    pub name: String,
    /// The answer that was given.
    pub answer: String,
}

fn allowed(name: &str) -> String {
    match (Conventions::DECLARED.iter().find(|convention| convention.name == name), name) {
        (Some(convention), _) => {
            let words: Vec<_> = convention.answers.iter().map(|(word, _)| *word).collect();
            format!("it is one of {}", words.join(", "))
        }
        (None, "measurement_period_s") => format!("it is a whole number from 1 to {MOST_SECONDS}"),
        (None, "utc_offset_minutes") => {
            format!("it is a whole number from {} to {}", UTC_OFFSETS.start(), UTC_OFFSETS.end())
        }
        (None, _) => "there is no such convention".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declared_defaults_are_the_defaults() {
        for (name, word, default) in declared_defaults() {
            assert_eq!(word, default, "{name}");
        }
        for setting in SETTINGS {
            assert_eq!(Conventions::default().get(setting.name).as_deref(), Some(setting.default));
        }
        assert_eq!(Conventions::default().changed().count(), 0);
    }

    #[test]
    fn the_limits_of_a_setting_can_be_set_and_nothing_beyond_them() {
        for Setting { name, least, most, .. } in SETTINGS {
            let set = |value: i64| Conventions::default().set(name, &value.to_string());
            assert!(set(least).is_ok() && set(most).is_ok(), "{name}");
            assert!(set(least - 1).is_err() && set(most + 1).is_err(), "{name}");
        }
    }

    #[test]
    fn every_answer_can_be_set_and_is_told_again() {
        for convention in Conventions::DECLARED {
            for (word, what) in convention.answers {
                assert!(!what.is_empty() && *what == what.trim());
                let mut conventions = Conventions::default();
                conventions.set(convention.name, word).unwrap();
                assert_eq!(conventions.get(convention.name).as_deref(), Some(*word));
                assert_eq!(conventions.changed().count(), usize::from(*word != convention.default));
            }
        }
    }

    #[test]
    fn what_is_not_allowed_is_refused_with_what_is() {
        let mut conventions = Conventions::default();
        let message = |error: Result<(), ConventionError>| error.unwrap_err().to_string();
        assert_eq!(
            message(conventions.set("seconds", "floor")),
            "`seconds` cannot be `floor`: it is one of truncate, nearest, up"
        );
        assert_eq!(
            message(conventions.set("measurement_period_s", "0")),
            "`measurement_period_s` cannot be `0`: it is a whole number from 1 to 2147483647"
        );
        assert_eq!(
            message(conventions.set("utc_offset_minutes", "1081")),
            "`utc_offset_minutes` cannot be `1081`: it is a whole number from -1080 to 1080"
        );
        assert_eq!(message(conventions.set("mood", "good")), "`mood` cannot be `good`: there is no such convention");
        assert_eq!(conventions, Conventions::default());
        conventions.set("measurement_period_s", "2147483647").unwrap();
        conventions.set("utc_offset_minutes", "-1080").unwrap();
        assert_eq!(conventions.get("utc_offset_minutes").as_deref(), Some("-1080"));
        assert_eq!(conventions.get("mood"), None);
    }
}
