//! What an agent handler refuses to do.

use std::fmt;

use super::{AgentId, AgentState, QueueId, SessionId, SessionState};

/// What keeps an agent busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engagement {
    /// An ACD call, or its wrap-up, in this session.
    Session(SessionId),
    /// An incoming call that is no ACD call.
    Incoming,
    /// An outgoing call that is no ACD call.
    Outgoing,
}

impl fmt::Display for Engagement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Engagement::Session(session) => write!(f, "busy in {session}"),
            Engagement::Incoming => f.write_str("on an incoming call"),
            Engagement::Outgoing => f.write_str("on an outgoing call"),
        }
    }
}

/// What an [`AgentHandler`](super::AgentHandler) refuses to do; nothing has changed then.
///
/// Where an operation could be refused for several reasons, the error is the one that its docs name first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AcdError {
    /// A state that must not follow the present one.
    #[error("{session} is in {from}, which {to} must not follow")]
    IllegalTransition {
        /// The session.
        session: SessionId,
        /// Its present state.
        from: SessionState,
        /// The state that was asked for.
        to: SessionState,
    },
    /// A state of a session that only the switch sets, by [`BusyStates`](super::conventions::BusyStates).
    #[error("only the switch puts {session} into {to}")]
    ReservedState {
        /// The session.
        session: SessionId,
        /// The state that was asked for.
        to: SessionState,
    },
    /// A state that an agent cannot be put into now.
    #[error("{agent} is in {from} and cannot be put into {to}")]
    IllegalAgentState {
        /// The agent.
        agent: AgentId,
        /// The present state.
        from: AgentState,
        /// The state that was asked for.
        to: AgentState,
    },
    /// A call for an agent who is busy.
    #[error("{agent} is {with} and can take no other call")]
    AgentBusy {
        /// The agent.
        agent: AgentId,
        /// What keeps the agent busy.
        with: Engagement,
    },
    /// The end of a call that the agent does not have.
    #[error("{agent} is on no such call")]
    NoCall {
        /// The agent.
        agent: AgentId,
    },
    /// A second session of one agent, by [`SecondSession`](super::conventions::SecondSession).
    #[error("{agent} has {session} for this group already")]
    SessionExists {
        /// The agent.
        agent: AgentId,
        /// The session that is there.
        session: SessionId,
    },
    /// Statistics of an ended session, by [`EndedSession`](super::conventions::EndedSession).
    #[error("{session} has ended and reports nothing")]
    SessionEnded {
        /// The session.
        session: SessionId,
    },
    /// An agent who was released takes part in nothing any more.
    #[error("{agent} has been released")]
    AgentReleased {
        /// The agent.
        agent: AgentId,
    },
    /// An agent ID that nobody has.
    #[error("no agent has this agent ID")]
    UnknownAgentId,
    /// A PIN that is not that of the agent.
    #[error("the PIN is wrong")]
    WrongPin,
    /// An agent without an agent ID, where one is needed.
    #[error("{agent} was created without an agent ID")]
    NoAgentId {
        /// The agent.
        agent: AgentId,
    },
    /// A measurement period of no length, or a negative one where it is refused.
    #[error("a measurement period of {seconds} s is not possible")]
    BadPeriod {
        /// What was asked for.
        seconds: i64,
    },
    /// A queue in which calls wait cannot be removed.
    #[error("{waiting} calls wait in {queue}")]
    QueueInUse {
        /// The queue.
        queue: QueueId,
        /// How many calls wait there.
        waiting: u32,
    },
    /// More objects than a handler can have.
    #[error("the agent handler has {most} {what}, and no room for more")]
    Full {
        /// What there are too many of.
        what: &'static str,
        /// How many there can be.
        most: u32,
    },
    /// An agent, group, address, queue or session that the handler does not have, or has forgotten.
    #[error("the agent handler has no {what} of number {number}")]
    Unknown {
        /// What was looked for.
        what: &'static str,
        /// The number that was given.
        number: u32,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_its_objects_their_states_and_what_keeps_an_agent_busy() {
        let (agent, session) = (AgentId(3), SessionId(7));
        let (from, to) = (SessionState::Ready, SessionState::BusyWrapup);
        for (error, text) in [
            (
                AcdError::IllegalTransition { session, from, to },
                "session 7 is in ASST_READY, which ASST_BUSY_WRAPUP must not follow",
            ),
            (AcdError::ReservedState { session, to }, "only the switch puts session 7 into ASST_BUSY_WRAPUP"),
            (
                AcdError::IllegalAgentState { agent, from: AgentState::NotReady, to: AgentState::BusyAcd },
                "agent 3 is in AS_NOT_READY and cannot be put into AS_BUSY_ACD",
            ),
            (
                AcdError::AgentBusy { agent, with: Engagement::Session(session) },
                "agent 3 is busy in session 7 and can take no other call",
            ),
            (
                AcdError::AgentBusy { agent, with: Engagement::Incoming },
                "agent 3 is on an incoming call and can take no other call",
            ),
            (
                AcdError::AgentBusy { agent, with: Engagement::Outgoing },
                "agent 3 is on an outgoing call and can take no other call",
            ),
            (AcdError::QueueInUse { queue: QueueId(5), waiting: 2 }, "2 calls wait in queue 5"),
        ] {
            assert_eq!(error.to_string(), text);
        }
    }
}
