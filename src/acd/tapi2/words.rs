//! TAPI 2.2's bits for the states of sessions and agents, and what they mean to an agent handler.

use super::constants::*;
use crate::acd::{AgentGoal, AgentId, AgentState, SessionGoal, SessionId, SessionState};

/// The bit of a session's state.
pub const fn session_state(state: SessionState, released: bool) -> u32 {
    match state {
        SessionState::NotReady => LINEAGENTSESSIONSTATE_NOTREADY,
        SessionState::Ready => LINEAGENTSESSIONSTATE_READY,
        SessionState::BusyOnCall => LINEAGENTSESSIONSTATE_BUSYONCALL,
        SessionState::BusyWrapup => LINEAGENTSESSIONSTATE_BUSYWRAPUP,
        SessionState::SessionEnded if released => LINEAGENTSESSIONSTATE_RELEASED,
        SessionState::SessionEnded => LINEAGENTSESSIONSTATE_ENDED,
    }
}

/// What a client that sets this bit wants of a session; `None` for what is not one state.
pub const fn session_goal(bit: u32) -> Option<SessionGoal> {
    Some(match bit {
        LINEAGENTSESSIONSTATE_NOTREADY => SessionGoal::State(SessionState::NotReady),
        LINEAGENTSESSIONSTATE_READY => SessionGoal::State(SessionState::Ready),
        LINEAGENTSESSIONSTATE_BUSYONCALL => SessionGoal::State(SessionState::BusyOnCall),
        LINEAGENTSESSIONSTATE_BUSYWRAPUP => SessionGoal::State(SessionState::BusyWrapup),
        LINEAGENTSESSIONSTATE_ENDED => SessionGoal::State(SessionState::SessionEnded),
        LINEAGENTSESSIONSTATE_RELEASED => SessionGoal::Released,
        _ => return None,
    })
}

/// The bit of a goal of a session; 0 for none.
pub const fn session_goal_bit(goal: Option<SessionGoal>) -> u32 {
    match goal {
        None => 0,
        Some(SessionGoal::State(state)) => session_state(state, false),
        Some(SessionGoal::Released) => LINEAGENTSESSIONSTATE_RELEASED,
    }
}

/// The bit of an agent's state.
pub const fn agent_state(state: AgentState, released: bool) -> u32 {
    match state {
        _ if released => LINEAGENTSTATEEX_RELEASED,
        AgentState::NotReady => LINEAGENTSTATEEX_NOTREADY,
        AgentState::Ready => LINEAGENTSTATEEX_READY,
        AgentState::BusyAcd => LINEAGENTSTATEEX_BUSYACD,
        AgentState::BusyIncoming => LINEAGENTSTATEEX_BUSYINCOMING,
        AgentState::BusyOutgoing => LINEAGENTSTATEEX_BUSYOUTGOING,
        AgentState::Unknown => LINEAGENTSTATEEX_UNKNOWN,
    }
}

/// What a client that sets this bit wants of an agent; `None` for what is not one state.
pub const fn agent_goal(bit: u32) -> Option<AgentGoal> {
    Some(AgentGoal::State(match bit {
        LINEAGENTSTATEEX_NOTREADY => AgentState::NotReady,
        LINEAGENTSTATEEX_READY => AgentState::Ready,
        LINEAGENTSTATEEX_BUSYACD => AgentState::BusyAcd,
        LINEAGENTSTATEEX_BUSYINCOMING => AgentState::BusyIncoming,
        LINEAGENTSTATEEX_BUSYOUTGOING => AgentState::BusyOutgoing,
        LINEAGENTSTATEEX_UNKNOWN => AgentState::Unknown,
        LINEAGENTSTATEEX_RELEASED => return Some(AgentGoal::Released),
        _ => return None,
    }))
}

/// The bit of a goal of an agent; 0 for none.
pub const fn agent_goal_bit(goal: Option<AgentGoal>) -> u32 {
    match goal {
        None => 0,
        Some(AgentGoal::State(state)) => agent_state(state, false),
        Some(AgentGoal::Released) => LINEAGENTSTATEEX_RELEASED,
    }
}

/// The LINEAGENTSTATE_ of 2.0 for a LINEAGENTSTATEEX_ of 2.2.
pub const fn address_state(state_ex: u32) -> u32 {
    match state_ex {
        LINEAGENTSTATEEX_NOTREADY => LINEAGENTSTATE_NOTREADY,
        LINEAGENTSTATEEX_READY => LINEAGENTSTATE_READY,
        LINEAGENTSTATEEX_BUSYACD => LINEAGENTSTATE_BUSYACD,
        LINEAGENTSTATEEX_BUSYINCOMING => LINEAGENTSTATE_BUSYINCOMING,
        LINEAGENTSTATEEX_BUSYOUTGOING => LINEAGENTSTATE_BUSYOUTBOUND,
        LINEAGENTSTATEEX_UNKNOWN => LINEAGENTSTATE_UNKNOWN,
        LINEAGENTSTATEEX_RELEASED => LINEAGENTSTATE_LOGGEDOFF,
        _ => 0,
    }
}

/// What a client that sets this LINEAGENTSTATE_ of 2.0 wants of an agent; `None` for one that cannot be set.
pub const fn address_goal(state: u32) -> Option<AgentGoal> {
    Some(AgentGoal::State(match state {
        LINEAGENTSTATE_NOTREADY => AgentState::NotReady,
        LINEAGENTSTATE_READY => AgentState::Ready,
        LINEAGENTSTATE_BUSYINCOMING => AgentState::BusyIncoming,
        LINEAGENTSTATE_BUSYOUTBOUND => AgentState::BusyOutgoing,
        _ => return None,
    }))
}

/// The hAgent of an agent. Handles count from 1, so that 0 is none.
pub const fn agent_handle(agent: AgentId) -> u32 {
    agent.0 + 1
}

/// The agent of an hAgent; one that no handler has for 0.
pub const fn agent_of(handle: u32) -> AgentId {
    AgentId(handle.wrapping_sub(1))
}

/// The hAgentSession of a session. Handles count from 1, so that 0 is none.
pub const fn session_handle(session: SessionId) -> u32 {
    session.0 + 1
}

/// The session of an hAgentSession; one that no handler has for 0.
pub const fn session_of(handle: u32) -> SessionId {
    SessionId(handle.wrapping_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_become_bits_and_bits_goals() {
        for state in SessionState::ALL {
            let bit = session_state(state, false);
            assert_eq!(session_goal(bit), Some(SessionGoal::State(state)));
            assert_eq!(bit, 1 << state as u32, "the bits follow the numbers");
        }
        assert_eq!(session_goal(session_state(SessionState::SessionEnded, true)), Some(SessionGoal::Released));
        for state in AgentState::ALL {
            let bit = agent_state(state, false);
            assert_eq!(agent_goal(bit), Some(AgentGoal::State(state)));
            assert_eq!(bit, 1 << state as u32, "the bits follow the numbers");
        }
        assert_eq!(agent_goal(agent_state(AgentState::NotReady, true)), Some(AgentGoal::Released));
        for bits in [0, 3, 0x40, 0x80] {
            assert_eq!(session_goal(bits), None);
        }
        for bits in [0, 3, 0x80] {
            assert_eq!(agent_goal(bits), None);
        }
    }

    #[test]
    fn goals_become_bits_again() {
        for bit in (0..6).map(|shift| 1 << shift) {
            assert_eq!(session_goal_bit(session_goal(bit)), bit);
        }
        for bit in (0..7).map(|shift| 1 << shift) {
            assert_eq!(agent_goal_bit(agent_goal(bit)), bit);
        }
        assert_eq!((session_goal_bit(None), agent_goal_bit(None)), (0, 0));
    }

    #[test]
    fn the_states_of_2_0_are_other_bits() {
        let bits = (0..7).map(|shift| address_state(1 << shift)).collect::<Vec<_>>();
        assert_eq!(bits, [0x2, 0x4, 0x8, 0x10, 0x20, 0x100, 0x1]);
        assert_eq!(address_state(0x80), 0);
        assert_eq!(address_goal(LINEAGENTSTATE_READY), Some(AgentGoal::State(AgentState::Ready)));
        assert_eq!(address_goal(LINEAGENTSTATE_NOTREADY), Some(AgentGoal::State(AgentState::NotReady)));
        assert_eq!(address_goal(LINEAGENTSTATE_BUSYINCOMING), Some(AgentGoal::State(AgentState::BusyIncoming)));
        assert_eq!(address_goal(LINEAGENTSTATE_BUSYOUTBOUND), Some(AgentGoal::State(AgentState::BusyOutgoing)));
        assert_eq!(address_goal(LINEAGENTSTATE_BUSYACD), None);
    }

    #[test]
    fn handles_are_never_0() {
        assert_eq!(agent_of(agent_handle(AgentId(0))), AgentId(0));
        assert_eq!(session_of(session_handle(SessionId(6))), SessionId(6));
        assert_eq!((agent_handle(AgentId(0)), agent_of(0).0, session_of(0).0), (1, u32::MAX, u32::MAX));
    }
}
