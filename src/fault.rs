//! Faults: the defects that real call centers and simulators of them have had, each to be switched on at one place.
//!
//! A harness is as good as what it catches. With the cargo feature `faults` the AgentSession logic, the engine and the
//! routing can be made to err in the ways listed here, and `acdsim verify --self-test` shows that each is noticed, by which
//! check, and how soon. Without the feature the question whether a fault is on is the constant `false`, so that nothing of
//! this is in the program.
//!
//! A fault is on for what runs on the calling thread; an experiment carries it over to the threads of its replications.
//! This module uses nothing of the crate, and every other module may use it.

macro_rules! faults {
    ($($variant:ident $name:literal $what:literal)+) => {
        /// A defect that can be switched on.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Fault {
            $(#[doc = $what] $variant,)+
        }

        impl Fault {
            /// All of them: first those of what is counted, then those of what TAPI shows of it, of agents' states and
            /// times, of routing and queues, and of traffic.
            pub const ALL: &'static [Fault] = &[$(Fault::$variant,)+];

            /// Its name: words in lower case with hyphens between them.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Fault::$variant => $name,)+
                }
            }

            /// What is wrong then, in one sentence.
            pub const fn what(self) -> &'static str {
                match self {
                    $(Fault::$variant => $what,)+
                }
            }
        }
    };
}

faults! {
    EveryTenthCallTwice "every-tenth-call-twice"
        "Every tenth call of a session is counted twice, as a call is that is transferred and answered again."
    TalksCountedAtAnswer "talks-counted-at-answer"
        "A call is among those whose talk has ended from its answer on, so that averages are too low while calls are in progress."
    TimeToAnswerFromOffer "time-to-answer-from-offer"
        "A session's time to answer runs from the offer to the agent instead of the entry into the queue."
    WholeSecondsBeforeSums "whole-seconds-before-sums"
        "Each time to answer is cut to whole seconds before it is added, so that every average is half a second short."
    MillisecondClock "millisecond-clock"
        "The time that a state lasted is cut to whole milliseconds before it is added."
    TalkLostAt24Days "talk-lost-at-24-days"
        "The total talk time is kept in 31 bits of milliseconds and begins again from nothing after 24.8 days."
    LongestIsLast "longest-is-last"
        "LongestTimeToAnswer is the time of the last call."
    LongestKeptAcrossSessions "longest-kept-across-sessions"
        "A new session begins with the LongestTimeToAnswer of the agent's session before."
    AbandonedInLongest "abandoned-in-longest"
        "The waits of callers who gave up enter a session's LongestTimeToAnswer."
    AbandonedInAverage "abandoned-in-average"
        "The waits of callers who gave up enter a session's time to answer, though the calls are not counted."
    NotReadyCountedAsReady "not-ready-counted-as-ready"
        "Time in NOT_READY is added to the time in READY."
    DurationAfterEnd "duration-after-end"
        "The duration of a session goes on after its end."
    StartAtFirstCall "start-at-first-call"
        "A session starts anew with its first call: its start and its duration are too late and too short."
    WarmUpKept "warm-up-kept"
        "What sessions counted before the measurement began is not forgotten."
    AgentForgetsEndedSessions "agent-forgets-ended-sessions"
        "The statistics of an agent lose what a session has counted when it ends."
    AbandonedCountedTwice "abandoned-counted-twice"
        "A queue counts each abandoned call twice."
    AbandonedCountedAsAnswered "abandoned-counted-as-answered"
        "A queue counts an abandoned call among the answered ones too."
    QueueLongestOfAnswered "queue-longest-of-answered"
        "LongestEverWaitTime of a queue leaves out the callers who gave up."

    WrapUpLeftOut "wrap-up-left-out"
        "TotalCallTime and AverageCallTime are of the talk alone."
    TalkAverageOfAllCalls "talk-average-of-all-calls"
        "AverageTalkTime divides the talk of the calls that have ended by all calls, those that still talk among them."
    QueueAverageOfAnswered "queue-average-of-answered"
        "AverageWaitTime divides the waits of all calls that left a queue by those that were answered."
    CallRateOfWholeHours "call-rate-of-whole-hours"
        "Calls per hour are per whole hour: the part of an hour that has begun is left out."
    AgentHoursSummed "agent-hours-summed"
        "OverallCallRate takes the hours of all sessions of an agent added, though they are at the same time."
    LongestInMilliseconds "longest-in-milliseconds"
        "LongestTimeToAnswer is in milliseconds."
    AveragesRoundedUp "averages-rounded-up"
        "Averages are rounded up to whole seconds and totals down."

    WrapUpSecondLate "wrap-up-second-late"
        "The timer that ends wrap-up is one second late."
    TalkNanosecondLate "talk-nanosecond-late"
        "The timer that ends a talk is one nanosecond late."
    WrapUpCutByCall "wrap-up-cut-by-call"
        "A call that finds no idle agent ends the wrap-up of an agent."
    WrapUpSkippedInSeveralQueues "wrap-up-skipped-in-several-queues"
        "An agent who serves several queues has no wrap-up."
    WrapUpHeldUntilLast "wrap-up-held-until-last"
        "An agent whose wrap-up is over stays in it until the wrap-ups of all others are."
    WrapUpShownAsReady "wrap-up-shown-as-ready"
        "A session shows READY while its agent is in wrap-up."
    OthersStayReady "others-stay-ready"
        "The other sessions of an agent stay READY during a call."
    WrongSessionCredited "wrong-session-credited"
        "A call of an agent with several sessions goes to the first of them, whichever group it is for."
    AgentStuckReserved "agent-stuck-reserved"
        "After every twenty-fifth call of the center its agent shows READY and is offered no call any more."
    LogOutCutsCall "log-out-cuts-call"
        "The end of a shift ends the agent's sessions in the middle of a call."
    LogInIgnoresQueue "log-in-ignores-queue"
        "An agent who logs in waits for the next call to arrive, though calls are waiting."

    FirstOfTheList "first-of-the-list"
        "A call goes to the idle agent who stands first in the list of agents, so that the load is unbalanced."
    LeastRecentKeepsRinging "least-recent-keeps-ringing"
        "A call goes to the agent who became idle last, so that one agent gets all."
    WorstRankFirst "worst-rank-first"
        "A call goes to the agent of the worst rank first."
    TopDownStops "top-down-stops"
        "The search for an agent stops at the best rank, though agents of other ranks are idle."
    LastInFirstOut "last-in-first-out"
        "The call that came last is answered first."
    PrioritiesIgnored "priorities-ignored"
        "An agent takes the call that has waited longest, though the groups have an order."
    OnlyFirstQueue "only-first-queue"
        "An agent who becomes free looks into the first queue alone."
    QueueOneTooLong "queue-one-too-long"
        "A full queue takes one call more."
    TrunksMinusAgents "trunks-minus-agents"
        "A queue has as many places less as the group has agents."
    GhostsInQueue "ghosts-in-queue"
        "A caller who gave up keeps the place in the queue."
    AnsweredAfterHangUp "answered-after-hang-up"
        "A caller who gives up within a second before an agent is free is answered nevertheless."
    PatienceSecondLong "patience-second-long"
        "Callers give up one second late."

    ArrivalsHeldBack "arrivals-held-back"
        "The generator of calls makes none while one waits, as a load test does that waits for an answer first."
    ArrivalsEvenlySpaced "arrivals-evenly-spaced"
        "Calls arrive at the right rate, but one after the other at even gaps."
    SharedStream "shared-stream"
        "Patience and talk are drawn from the same random numbers, so that patient callers talk long."
}

impl Fault {
    /// The fault of a name.
    ///
    /// ```
    /// use acdsim::fault::Fault;
    ///
    /// assert_eq!(Fault::from_name("last-in-first-out"), Some(Fault::LastInFirstOut));
    /// assert_eq!(Fault::from_name("none"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        Fault::ALL.iter().copied().find(|fault| fault.name() == name)
    }
}

#[cfg(feature = "faults")]
mod switched {
    use std::cell::Cell;

    use super::Fault;

    thread_local! {
        static ACTIVE: Cell<Option<Fault>> = const { Cell::new(None) };
    }

    /// Restores what was on before, also when what ran panics.
    struct Before(Option<Fault>);

    impl Drop for Before {
        fn drop(&mut self) {
            ACTIVE.set(self.0);
        }
    }

    /// Runs something with a fault on.
    pub fn with<T>(fault: Fault, run: impl FnOnce() -> T) -> T {
        carry(Some(fault), run)
    }

    pub(crate) fn is(fault: Fault) -> bool {
        ACTIVE.get() == Some(fault)
    }

    pub(crate) fn active() -> Option<Fault> {
        ACTIVE.get()
    }

    pub(crate) fn carry<T>(fault: Option<Fault>, run: impl FnOnce() -> T) -> T {
        let _before = Before(ACTIVE.replace(fault));
        run()
    }
}

#[cfg(not(feature = "faults"))]
mod switched {
    use super::Fault;

    /// Whether a fault is on: never.
    #[inline(always)]
    pub(crate) const fn is(_fault: Fault) -> bool {
        false
    }

    /// The fault that is on: none.
    #[inline(always)]
    pub(crate) const fn active() -> Option<Fault> {
        None
    }

    /// Runs something with no fault on.
    #[inline(always)]
    pub(crate) fn carry<T>(_fault: Option<Fault>, run: impl FnOnce() -> T) -> T {
        run()
    }
}

#[cfg(feature = "faults")]
pub use switched::with;
pub(crate) use switched::{active, carry, is};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_a_name_of_its_own_and_one_sentence() {
        let kebab = |name: &str| name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        for &fault in Fault::ALL {
            assert_eq!(Fault::from_name(fault.name()), Some(fault));
            assert!(kebab(fault.name()), "{}", fault.name());
            assert!(fault.what().ends_with('.') && !fault.what().contains(". "), "{}", fault.what());
        }
    }

    #[test]
    fn no_fault_is_on_unless_it_is_switched_on() {
        assert!(active().is_none() && Fault::ALL.iter().all(|&fault| !is(fault)));
    }

    #[test]
    #[cfg(feature = "faults")]
    fn a_fault_is_on_where_it_is_switched_on_and_nowhere_else() {
        with(Fault::LongestIsLast, || {
            assert!(is(Fault::LongestIsLast) && !is(Fault::LastInFirstOut));
            with(Fault::LastInFirstOut, || assert!(!is(Fault::LongestIsLast)));
            assert_eq!(active(), Some(Fault::LongestIsLast));
            std::thread::scope(|scope| {
                scope.spawn(|| assert_eq!(active(), None)).join().expect("another thread has none");
            });
        });
        let panicked = std::panic::catch_unwind(|| with(Fault::LongestIsLast, || panic!("in the middle")));
        assert!(panicked.is_err() && active().is_none());
    }
}
