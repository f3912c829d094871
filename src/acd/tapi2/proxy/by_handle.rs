//! The requests of TAPI 2.2, which name agents and sessions by their handles.

use super::super::LineError;
use super::super::arms::{
    GetAgentInfo, GetAgentSessionInfo, GetAgentSessionList, GetQueueInfo, GetQueueList, SetAgentMeasurementPeriod,
    SetAgentSessionState, SetAgentStateEx, SetQueueMeasurementPeriod,
};
use super::super::constants::*;
use super::super::lists::{GroupEntry, GroupList, QueueEntry};
use super::super::message::LineMessage;
use super::super::request::{CreateAgent, CreateAgentSession};
use super::super::response::Response;
use super::super::structures::{AgentInfo, AgentSessionInfo, LineAgentSessionEntry, QueueInfo};
use super::super::words::{
    agent_goal, agent_goal_bit, agent_handle, agent_of, session_goal, session_goal_bit, session_handle, session_of,
    session_state,
};
use super::{Changes, Proxy};
use crate::acd::conventions::{FinalDisposition, ListedSessions, QueuesOfNoGroup};
use crate::acd::{
    AddressId, AgentId, GroupId, QueueId, SessionId, TapiAgentStatistics, TapiQueueStatistics, TapiSessionStatistics,
};
use crate::time::Instant;

impl<C: Copy> Proxy<C> {
    pub(super) fn group_list(&self) -> GroupList {
        let groups = (0..self.handler.group_count()).filter_map(|group| self.handler.known_group(GroupId(group)).ok());
        groups.map(|group| GroupEntry { guid: group.guid, name: Some(group.name.clone()) }).collect()
    }

    pub(super) fn create_agent(
        &mut self,
        asked: CreateAgent,
        user: &str,
        now: Instant,
        changes: &mut Changes,
    ) -> Result<Response, LineError> {
        let (id, pin) = (asked.agent_id.as_deref(), asked.agent_pin.as_deref());
        let agent = self.step(&[], changes, |handler, _| handler.create_agent(user, id, pin, now))?;
        changes.messages.push(LineMessage::AgentStatusEx {
            agent: agent_handle(agent),
            status: LINEAGENTSTATUSEX_NEWAGENT,
            state: 0,
        });
        Ok(Response::Agent(agent_handle(agent)))
    }

    pub(super) fn create_agent_session(
        &mut self,
        asked: CreateAgentSession,
        now: Instant,
        changes: &mut Changes,
    ) -> Result<Response, LineError> {
        let agent = agent_of(asked.agent);
        let pin = asked.agent_pin.as_deref();
        let session =
            self.open_session(agent, asked.group_id, AddressId(asked.working_address_id), pin, now, changes)?;
        Ok(Response::AgentSession(session_handle(session)))
    }

    /// Opens a session for the group of a GUID.
    pub(super) fn open_session(
        &mut self,
        agent: AgentId,
        group_id: uuid::Uuid,
        address: AddressId,
        pin: Option<&str>,
        now: Instant,
        changes: &mut Changes,
    ) -> Result<SessionId, LineError> {
        let group = self.handler.group_of_guid(group_id).ok_or(LineError::InvalParam)?;
        let at = changes.messages.len();
        let session = self.step(&[agent], changes, |handler, changed| {
            handler.create_session(agent, group, address, pin, now, &mut |change| changed(change))
        })?;
        // It is new before it is in any state.
        let new = LineMessage::AgentSessionStatus {
            session: session_handle(session),
            status: LINEAGENTSESSIONSTATUS_NEWSESSION,
            state: 0,
        };
        changes.messages.insert(at, new);
        Ok(session)
    }

    pub(super) fn set_agent_measurement_period(
        &mut self,
        asked: SetAgentMeasurementPeriod,
        now: Instant,
        changes: &mut Changes,
    ) -> Result<Response, LineError> {
        let agent = agent_of(asked.agent);
        let seconds = asked.measurement_period as i32;
        self.step(&[], changes, |handler, _| handler.set_agent_measurement_period(agent, seconds, now))?;
        changes.messages.push(LineMessage::AgentStatusEx {
            agent: asked.agent,
            status: LINEAGENTSTATUSEX_UPDATEINFO,
            state: 0,
        });
        Ok(Response::Done)
    }

    pub(super) fn set_queue_measurement_period(
        &mut self,
        asked: SetQueueMeasurementPeriod,
        now: Instant,
        changes: &mut Changes,
    ) -> Result<Response, LineError> {
        let seconds = asked.measurement_period as i32;
        let queue = QueueId(asked.queue_id);
        self.step(&[], changes, |handler, _| handler.set_queue_measurement_period(queue, seconds, now))?;
        changes.messages.push(LineMessage::QueueStatus { queue: queue.0, status: LINEQUEUESTATUS_UPDATEINFO });
        Ok(Response::Done)
    }

    pub(super) fn get_agent_info(&self, asked: GetAgentInfo, now: Instant) -> Result<Response, LineError> {
        let agent = agent_of(asked.agent);
        let record = self.handler.known_agent(agent).map_err(|error| self.line_error(error))?;
        let exact = self.handler.agent_statistics(agent, now);
        let tapi = TapiAgentStatistics::new(&exact, self.handler.conventions());
        Ok(Response::AgentInfo(AgentInfo {
            agent_state: self.agent_bit(agent),
            next_agent_state: agent_goal_bit(record.next_state()),
            measurement_period: record.measurement_period() as u32,
            overall_call_rate: tapi.overall_call_rate_of_line.0,
            number_of_acd_calls: tapi.number_of_acd_calls as u32,
            number_of_incoming_calls: tapi.number_of_incoming_calls as u32,
            number_of_outgoing_calls: tapi.number_of_outgoing_calls as u32,
            total_acd_talk_time: tapi.total_acd_talk_time as u32,
            total_acd_call_time: tapi.total_acd_call_time as u32,
            total_acd_wrap_up_time: tapi.total_wrap_up_time as u32,
        }))
    }

    pub(super) fn get_agent_session_list(&self, asked: GetAgentSessionList) -> Result<Response, LineError> {
        let agent = agent_of(asked.agent);
        let record = self.handler.known_agent(agent).map_err(|error| self.line_error(error))?;
        let ended = match self.handler.conventions().listed_sessions {
            ListedSessions::Current => &[][..],
            ListedSessions::UntilForgotten => record.ended_sessions(),
        };
        let mut sessions = [ended, self.handler.sessions_of(agent)].concat();
        sessions.sort_unstable();
        let entry = |session| LineAgentSessionEntry {
            agent_session: session_handle(session),
            agent: asked.agent,
            group_id: self.handler.group(self.handler.session_group(session)).guid,
            working_address_id: self.handler.session_address(session).0,
        };
        Ok(Response::Sessions(sessions.into_iter().map(entry).collect()))
    }

    pub(super) fn set_agent_session_state(
        &mut self,
        asked: SetAgentSessionState,
        now: Instant,
        changes: &mut Changes,
    ) -> Result<Response, LineError> {
        let session = session_of(asked.agent_session);
        let goal = |bit: u32| match bit {
            0 => Ok(None),
            bit => session_goal(bit).map(Some).ok_or_else(|| self.session_state_error()),
        };
        let (state, next) = (goal(asked.agent_session_state)?, goal(asked.next_agent_session_state)?);
        let agents: Vec<AgentId> = self.agent_of_session(session).into_iter().collect();
        self.step(&agents, changes, |handler, changed| {
            handler.request_session_state(session, state, next, now, &mut |change| changed(change))
        })?;
        Ok(Response::Done)
    }

    pub(super) fn get_agent_session_info(
        &self,
        asked: GetAgentSessionInfo,
        now: Instant,
    ) -> Result<Response, LineError> {
        let session = session_of(asked.agent_session);
        let exact = self.handler.request_session_statistics(session, now).map_err(|error| self.line_error(error))?;
        let tapi = TapiSessionStatistics::new(&exact, self.start, self.handler.conventions());
        let released = self.handler.session_is_released(session);
        Ok(Response::AgentSessionInfo(AgentSessionInfo {
            agent_session_state: session_state(self.handler.session(session).state(), released),
            next_agent_session_state: session_goal_bit(self.handler.session_next_state(session)),
            session_start_time: tapi.session_start_time.0,
            session_duration: tapi.session_duration as u32,
            number_of_calls: tapi.number_of_calls as u32,
            total_talk_time: tapi.total_talk_time as u32,
            average_talk_time: tapi.average_talk_time as u32,
            total_call_time: tapi.total_call_time as u32,
            average_call_time: tapi.average_call_time as u32,
            total_wrap_up_time: tapi.total_wrap_up_time as u32,
            average_wrap_up_time: tapi.average_wrap_up_time as u32,
            acd_call_rate: tapi.acd_call_rate.0,
            longest_time_to_answer: tapi.longest_time_to_answer as u32,
            average_time_to_answer: tapi.average_time_to_answer as u32,
        }))
    }

    pub(super) fn get_queue_list(&self, asked: GetQueueList) -> Result<Response, LineError> {
        let all = (0..self.handler.queue_count()).map(QueueId).filter(|&it| self.handler.known_queue(it).is_ok());
        let of_group = |group: Option<GroupId>| {
            all.clone().filter(|&queue| self.handler.queue(queue).group == group).collect::<Vec<_>>()
        };
        let queues = match (self.handler.group_of_guid(asked.group_id), self.handler.conventions().queues_of_no_group) {
            (Some(group), _) => of_group(Some(group)),
            (None, QueuesOfNoGroup::All) => all.collect(),
            (None, QueuesOfNoGroup::Empty) => Vec::new(),
            (None, QueuesOfNoGroup::Refused) if asked.group_id.is_nil() => of_group(None),
            (None, QueuesOfNoGroup::Refused) => return Err(LineError::InvalParam),
        };
        let entry = |queue: QueueId| QueueEntry { id: queue.0, name: Some(self.handler.queue(queue).name.clone()) };
        Ok(Response::Queues(queues.into_iter().map(entry).collect()))
    }

    pub(super) fn get_queue_info(&self, asked: GetQueueInfo, now: Instant) -> Result<Response, LineError> {
        let queue = QueueId(asked.queue_id);
        let record = self.handler.known_queue(queue).map_err(|error| self.line_error(error))?;
        let (period, life) = (self.handler.queue_statistics(queue, now), self.handler.queue_life(queue, now));
        let conventions = self.handler.conventions();
        let tapi = TapiQueueStatistics::new(&period, &life, conventions);
        let disposed = match conventions.final_disposition {
            FinalDisposition::Calls => tapi.final_disposition,
            FinalDisposition::Untold => 0,
        };
        Ok(Response::QueueInfo(QueueInfo {
            measurement_period: record.measurement_period() as u32,
            total_calls_queued: tapi.total_calls_queued as u32,
            current_calls_queued: tapi.current_calls_queued as u32,
            total_calls_abandoned: tapi.total_calls_abandoned as u32,
            total_calls_flowed_in: tapi.total_calls_flowed_in as u32,
            total_calls_flowed_out: tapi.total_calls_flowed_out as u32,
            longest_ever_wait_time: tapi.longest_ever_wait_time as u32,
            current_longest_wait_time: tapi.current_longest_wait_time as u32,
            average_wait_time: tapi.average_wait_time as u32,
            final_disposition: disposed as u32,
        }))
    }

    pub(super) fn set_agent_state_ex(
        &mut self,
        asked: SetAgentStateEx,
        now: Instant,
        changes: &mut Changes,
    ) -> Result<Response, LineError> {
        let agent = agent_of(asked.agent);
        let goal = |bit: u32| match bit {
            0 => Ok(None),
            bit => agent_goal(bit).map(Some).ok_or(LineError::InvalAgentState),
        };
        let (state, next) = (goal(asked.agent_state)?, goal(asked.next_agent_state)?);
        let announce = self.step(&[agent], changes, |handler, changed| {
            handler.request_agent_state(agent, state, next, now, &mut |change| changed(change))
        })?;
        if announce {
            changes.messages.push(LineMessage::AgentStatusEx {
                agent: asked.agent,
                status: LINEAGENTSTATUSEX_STATE,
                state: self.agent_bit(agent),
            });
        }
        Ok(Response::Done)
    }
}
