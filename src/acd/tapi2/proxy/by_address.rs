//! The requests of TAPI 2.0, which speak of the agent who is logged in on an address.
//!
//! That agent is the one who has a session there that has not ended; of several the one who came first. Logging in to
//! groups opens a session for each, logging out ends them.

use super::super::arms::{GetAgentCaps, GetAgentStatus, SetAgentState};
use super::super::constants::*;
use super::super::lists::GroupEntry;
use super::super::message::LineMessage;
use super::super::records::{AgentCaps, AgentStatus};
use super::super::request::SetAgentGroup;
use super::super::response::Response;
use super::super::words::{address_goal, address_state, agent_goal_bit, agent_handle};
use super::super::{ApiVersion, LineError};
use super::{Changes, Proxy};
use crate::acd::conventions::BusyStates;
use crate::acd::{AddressId, AgentGoal, AgentId, AgentState, SessionGoal, SessionState};
use crate::time::Instant;

/// What can be asked of an agent on an address.
const FEATURES: u32 = LINEAGENTFEATURE_SETAGENTGROUP
    | LINEAGENTFEATURE_SETAGENTSTATE
    | LINEAGENTFEATURE_GETAGENTACTIVITYLIST
    | LINEAGENTFEATURE_GETAGENTGROUP;

/// The states that a client can ever set, and that can follow a call.
const STATES: u32 = LINEAGENTSTATE_NOTREADY
    | LINEAGENTSTATE_READY
    | LINEAGENTSTATE_BUSYINCOMING
    | LINEAGENTSTATE_BUSYOUTBOUND
    | LINEAGENTSTATE_WORKINGAFTERCALL;
const NEXT_STATES: u32 = LINEAGENTSTATE_NOTREADY | LINEAGENTSTATE_READY;

impl<C: Copy> Proxy<C> {
    pub(super) fn get_agent_caps(&self, asked: GetAgentCaps) -> Result<Response, LineError> {
        // The room tells for which version the client has made it.
        let version = if asked.room.total_size < 72 { ApiVersion::V2_0 } else { ApiVersion::V2_2 };
        Ok(Response::AgentCaps(AgentCaps {
            agent_handler_info: Some(self.name.clone()),
            caps_version: version.0,
            features: FEATURES,
            states: STATES | LINEAGENTSTATE_LOGGEDOFF | LINEAGENTSTATE_BUSYACD | LINEAGENTSTATE_UNKNOWN,
            next_states: NEXT_STATES,
            max_num_group_entries: u16::MAX.into(),
            agent_status_messages: LINEAGENTSTATUS_GROUP | LINEAGENTSTATUS_STATE,
            agent_extension_ids: Vec::new(),
            proxy_guid: self.guid,
        }))
    }

    pub(super) fn get_agent_status(&self, asked: GetAgentStatus) -> Result<Response, LineError> {
        let address = AddressId(asked.address);
        let Some(agent) = self.agent_at(address) else {
            let state = LINEAGENTSTATE_LOGGEDOFF;
            return Ok(Response::AgentStatus(AgentStatus {
                state,
                agent_features: FEATURES,
                ..AgentStatus::default()
            }));
        };
        let groups = self.handler.sessions_of(agent).iter().filter(|&&it| self.handler.session_address(it) == address);
        let entry = |group: &crate::acd::Group| GroupEntry { guid: group.guid, name: Some(group.name.clone()) };
        let groups = groups.map(|&session| entry(self.handler.group(self.handler.session_group(session))));
        let next = agent_goal_bit(self.handler.agent(agent).next_state());
        let state = match self.wraps_up(agent) {
            true => LINEAGENTSTATE_WORKINGAFTERCALL,
            false => address_state(self.agent_bit(agent)),
        };
        Ok(Response::AgentStatus(AgentStatus {
            groups: groups.collect(),
            state,
            next_state: address_state(next),
            agent_features: FEATURES,
            valid_states: self.valid_states(agent),
            valid_next_states: NEXT_STATES,
            ..AgentStatus::default()
        }))
    }

    pub(super) fn set_agent_state(
        &mut self,
        asked: SetAgentState,
        now: Instant,
        changes: &mut Changes,
    ) -> Result<Response, LineError> {
        let agent = self.agent_at(AddressId(asked.address)).ok_or(LineError::InvalAddressState)?;
        let goal = |state: u32| match state {
            0 => Ok(None),
            state => address_goal(state).map(Some).ok_or(LineError::InvalAgentState),
        };
        let next = goal(asked.next_agent_state)?;
        if asked.agent_state == LINEAGENTSTATE_WORKINGAFTERCALL {
            let session = self.handler.busy_in(agent).ok_or(LineError::InvalAgentState)?;
            let wrap_up = Some(SessionGoal::State(SessionState::BusyWrapup));
            self.step(&[agent], changes, |handler, changed| {
                handler.request_session_state(session, wrap_up, None, now, &mut |change| changed(change))
            })?;
        }
        let state = match asked.agent_state {
            LINEAGENTSTATE_WORKINGAFTERCALL => None,
            state => goal(state)?,
        };
        // Even where both are 0: that says something about the next state.
        self.step(&[agent], changes, |handler, changed| {
            handler.request_agent_state(agent, state, next, now, &mut |change| changed(change))
        })?;
        Ok(Response::Done)
    }

    pub(super) fn set_agent_group(
        &mut self,
        asked: SetAgentGroup,
        user: &str,
        now: Instant,
        changes: &mut Changes,
    ) -> Result<Response, LineError> {
        let address = AddressId(asked.address);
        let wanted: Vec<_> = asked.groups.entries.iter().map(|entry| entry.guid).collect();
        if wanted.iter().any(|&guid| self.handler.group_of_guid(guid).is_none()) {
            return Err(LineError::InvalAgentGroup);
        }
        let agent = match self.agent_at(address) {
            Some(agent) => agent,
            None if wanted.is_empty() => return Ok(Response::Done),
            None => self.agent_of_user(user, now, changes)?,
        };
        let guid_of = |proxy: &Self, session| proxy.handler.group(proxy.handler.session_group(session)).guid;
        for session in self.handler.sessions_of(agent).to_vec() {
            if self.handler.session_address(session) == address && !wanted.contains(&guid_of(self, session)) {
                let end = Some(SessionGoal::State(SessionState::SessionEnded));
                self.step(&[agent], changes, |handler, changed| {
                    handler.request_session_state(session, end, None, now, &mut |change| changed(change))
                })?;
            }
        }
        for guid in wanted {
            let there = self.handler.sessions_of(agent).iter().any(|&session| guid_of(self, session) == guid);
            if !there {
                self.open_session(agent, guid, address, None, now, changes)?;
            }
        }
        changes.messages.push(LineMessage::AgentStatus { address: address.0, status: LINEAGENTSTATUS_GROUP, state: 0 });
        Ok(Response::Done)
    }

    /// The states that a client can set now: a call of the agent's own can be begun by one who is free, and wrap-up by one
    /// who talks on an ACD call.
    fn valid_states(&self, agent: AgentId) -> u32 {
        let busy = self.handler.agent_state(agent);
        let free = matches!(busy, AgentState::NotReady | AgentState::Ready) && self.handler.busy_in(agent).is_none();
        let talks = self.handler.busy_in(agent);
        let talks = talks.is_some_and(|session| self.handler.session(session).state() == SessionState::BusyOnCall);
        let by_clients = self.handler.conventions().busy_states == BusyStates::Clients;
        let when = |possible: bool, states| if possible && by_clients { states } else { 0 };
        LINEAGENTSTATE_NOTREADY
            | LINEAGENTSTATE_READY
            | when(free, LINEAGENTSTATE_BUSYINCOMING | LINEAGENTSTATE_BUSYOUTBOUND)
            | when(talks, LINEAGENTSTATE_WORKINGAFTERCALL)
    }

    /// The agent who is logged in on an address.
    fn agent_at(&self, address: AddressId) -> Option<AgentId> {
        let at = |&session: &_| self.handler.session_address(session) == address;
        (0..self.handler.agent_count()).map(AgentId).find(|&agent| self.handler.sessions_of(agent).iter().any(at))
    }

    /// The agent of a user account, who is made if there is none.
    fn agent_of_user(&mut self, user: &str, now: Instant, changes: &mut Changes) -> Result<AgentId, LineError> {
        let known = |&agent: &AgentId| {
            let agent = self.handler.agent(agent);
            agent.user == user && !agent.is_released()
        };
        if let Some(agent) = (0..self.handler.agent_count()).map(AgentId).find(known) {
            return Ok(agent);
        }
        let agent = self.step(&[], changes, |handler, _| handler.create_agent(user, None, None, now))?;
        changes.messages.push(LineMessage::AgentStatusEx {
            agent: agent_handle(agent),
            status: LINEAGENTSTATUSEX_NEWAGENT,
            state: 0,
        });
        Ok(agent)
    }
}

// What can be set is what has a goal, and wrap-up.
const _: () = assert!(matches!(address_goal(LINEAGENTSTATE_READY), Some(AgentGoal::State(_))));
