//! ITAgent and ITAgentSession.

use super::notices::state_of;
use super::records::object;
use super::tapi::LIST_SIZE;
use super::{Collection, Enumerator, HResult, ITACDGroup, ITAddress, Tapi};
use crate::acd::conventions::OverallCallRate;
use crate::acd::tapi2::ApiVersion;
use crate::acd::tapi2::constants::LINECALLPRIVILEGE_NONE;
use crate::acd::tapi2::lists::SessionList;
use crate::acd::tapi2::service::LineService;
use crate::acd::tapi2::structures::{AgentInfo, AgentSessionInfo};
use crate::acd::tapi2::telephony::{HLine, Output};
use crate::acd::tapi2::words::{agent_goal, agent_state, session_goal, session_state};
use crate::acd::{AgentState, Currency, OleDate, SessionGoal, SessionState};

/// An agent, as [`ITAgentHandler::create_agent`](super::ITAgentHandler::create_agent) makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ITAgent(pub(super) u32);

/// An agent session, as [`ITAgent::create_session`] makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ITAgentSession(pub(super) u32);

impl ITAgent {
    /// Its number among the agents that its TAPI object has told of, from 0: the same for the same agent.
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl ITAgentSession {
    /// Its number among the sessions that its TAPI object has told of, from 0: the same for the same session.
    pub const fn number(self) -> u32 {
        self.0
    }
}

/// The getters that read a member of a structure.
macro_rules! getters {
    ($object:ident: $($(#[doc = $doc:literal])+ $alias:literal $method:ident -> $type:ty = |$info:ident| $value:expr;)*) => {
        impl $object {
            $($(#[doc = $doc])+
            ///
            /// # Errors
            ///
            /// [`HResult::TAPI_E_TIMEOUT`], and what the handler answers.
            #[doc(alias = $alias)]
            pub fn $method<S: LineService>(self, tapi: &mut Tapi<S>) -> Result<$type, HResult> {
                self.info(tapi).map(|$info| $value)
            })*
        }
    };
}

getters! { ITAgent:
    /// get_MeasurementPeriod, in seconds.
    "get_MeasurementPeriod" get_measurement_period -> i32 = |info| info.measurement_period as i32;
    /// get_NumberOfACDCalls, of all sessions in the measurement period.
    "get_NumberOfACDCalls" get_number_of_acd_calls -> i32 = |info| info.number_of_acd_calls as i32;
    /// get_NumberOfIncomingCalls: those that were no ACD calls.
    "get_NumberOfIncomingCalls" get_number_of_incoming_calls -> i32 = |info| info.number_of_incoming_calls as i32;
    /// get_NumberOfOutgoingCalls: those that were no ACD calls.
    "get_NumberOfOutgoingCalls" get_number_of_outgoing_calls -> i32 = |info| info.number_of_outgoing_calls as i32;
    /// get_TotalACDTalkTime, in seconds.
    "get_TotalACDTalkTime" get_total_acd_talk_time -> i32 = |info| info.total_acd_talk_time as i32;
    /// get_TotalACDCallTime, in seconds.
    "get_TotalACDCallTime" get_total_acd_call_time -> i32 = |info| info.total_acd_call_time as i32;
    /// get_TotalWrapUpTime, in seconds.
    "get_TotalWrapUpTime" get_total_wrap_up_time -> i32 = |info| info.total_acd_wrap_up_time as i32;
}

getters! { ITAgentSession:
    /// get_SessionStartTime: when the session was created.
    "get_SessionStartTime" get_session_start_time -> OleDate = |info| OleDate(info.session_start_time);
    /// get_SessionDuration, in seconds.
    "get_SessionDuration" get_session_duration -> i32 = |info| info.session_duration as i32;
    /// get_NumberOfCalls: ACD calls handled in this session.
    "get_NumberOfCalls" get_number_of_calls -> i32 = |info| info.number_of_calls as i32;
    /// get_TotalTalkTime, in seconds.
    "get_TotalTalkTime" get_total_talk_time -> i32 = |info| info.total_talk_time as i32;
    /// get_AverageTalkTime, in seconds.
    "get_AverageTalkTime" get_average_talk_time -> i32 = |info| info.average_talk_time as i32;
    /// get_TotalCallTime, in seconds, wrap-up included.
    "get_TotalCallTime" get_total_call_time -> i32 = |info| info.total_call_time as i32;
    /// get_AverageCallTime, in seconds, wrap-up included.
    "get_AverageCallTime" get_average_call_time -> i32 = |info| info.average_call_time as i32;
    /// get_TotalWrapUpTime, in seconds.
    "get_TotalWrapUpTime" get_total_wrap_up_time -> i32 = |info| info.total_wrap_up_time as i32;
    /// get_AverageWrapUpTime, in seconds.
    "get_AverageWrapUpTime" get_average_wrap_up_time -> i32 = |info| info.average_wrap_up_time as i32;
    /// get_ACDCallRate: calls per hour.
    "get_ACDCallRate" get_acd_call_rate -> Currency = |info| Currency(info.acd_call_rate);
    /// get_LongestTimeToAnswer, in seconds.
    "get_LongestTimeToAnswer" get_longest_time_to_answer -> i32 = |info| info.longest_time_to_answer as i32;
    /// get_AverageTimeToAnswer, in seconds.
    "get_AverageTimeToAnswer" get_average_time_to_answer -> i32 = |info| info.average_time_to_answer as i32;
}

impl ITAgent {
    fn at<S: LineService>(self, tapi: &Tapi<S>) -> Result<(HLine, u32), HResult> {
        let record = object(&tapi.agents, self.0)?;
        Ok((tapi.line_of(record.handler)?, record.handle))
    }

    fn info<S: LineService>(self, tapi: &mut Tapi<S>) -> Result<AgentInfo, HResult> {
        let (line, handle) = self.at(tapi)?;
        let size = AgentInfo::SIZE as u32;
        tapi.ask_structure(line, size, |telephony, size| telephony.get_agent_info(line, handle, size))
    }

    /// CreateSession: a session of the agent for a group at an address.
    ///
    /// # Errors
    ///
    /// [`HResult::E_INVALIDARG`] without a group or an address, or with one of another agent handler;
    /// [`HResult::TAPI_E_CALLCENTER_GROUP_REMOVED`]; [`HResult::E_UNEXPECTED`] if the line of the address cannot be opened;
    /// [`HResult::TAPI_E_TIMEOUT`], and what the handler refuses.
    #[doc(alias = "CreateSession")]
    pub fn create_session<S: LineService>(
        self,
        tapi: &mut Tapi<S>,
        group: Option<ITACDGroup>,
        address: Option<ITAddress>,
    ) -> Result<ITAgentSession, HResult> {
        self.make_session(tapi, group, address, None)
    }

    /// CreateSessionWithPIN: the same for a switch that asks for a PIN again.
    ///
    /// # Errors
    ///
    /// [`HResult::E_INVALIDARG`] without a PIN; [`HResult::TAPI_E_CALLCENTER_NO_AGENT_ID`] for an agent who was not made
    /// with an ID; [`HResult::TAPI_E_CALLCENTER_INVALPASSWORD`]; as [`create_session`](Self::create_session).
    #[doc(alias = "CreateSessionWithPIN")]
    pub fn create_session_with_pin<S: LineService>(
        self,
        tapi: &mut Tapi<S>,
        group: Option<ITACDGroup>,
        address: Option<ITAddress>,
        pin: Option<&str>,
    ) -> Result<ITAgentSession, HResult> {
        let pin = pin.ok_or(HResult::E_INVALIDARG)?;
        self.get_id(tapi)?;
        self.make_session(tapi, group, address, Some(pin))
    }

    fn make_session<S: LineService>(
        self,
        tapi: &mut Tapi<S>,
        group: Option<ITACDGroup>,
        address: Option<ITAddress>,
        pin: Option<&str>,
    ) -> Result<ITAgentSession, HResult> {
        let (line, agent) = self.at(tapi)?;
        let handler = tapi.agents[self.0 as usize].handler;
        let device = tapi.handlers[handler as usize].device;
        let address = address.filter(|address| address.device == device).ok_or(HResult::E_INVALIDARG)?;
        let of_handler = |group: &ITACDGroup| object(&tapi.groups, group.0).is_ok_and(|it| it.handler == handler);
        let group = group.filter(of_handler).ok_or(HResult::E_INVALIDARG)?;
        let (_, guid) = group.present(tapi)?;
        tapi.check_line_of(handler)?;
        let created = tapi.ask(line, |telephony| telephony.create_agent_session(line, agent, pin, address.id, guid))?;
        let Output::AgentSession(handle) = created else { return Err(HResult::TAPI_E_OPERATIONFAILED) };
        let session = tapi.session_of(handler, handle);
        tapi.sessions[session.0 as usize].relation = Some((self, group, address));
        Ok(session)
    }

    /// EnumerateAgentSessions: the agent's current sessions.
    ///
    /// # Errors
    ///
    /// [`HResult::TAPI_E_TIMEOUT`].
    #[doc(alias = "EnumerateAgentSessions")]
    pub fn enumerate_agent_sessions<S: LineService>(
        self,
        tapi: &mut Tapi<S>,
    ) -> Result<Enumerator<ITAgentSession>, HResult> {
        self.get_agent_sessions(tapi).map(|sessions| sessions.new_enum())
    }

    /// get_AgentSessions: a collection of the agent's current sessions.
    ///
    /// # Errors
    ///
    /// [`HResult::TAPI_E_TIMEOUT`].
    #[doc(alias = "get_AgentSessions")]
    pub fn get_agent_sessions<S: LineService>(self, tapi: &mut Tapi<S>) -> Result<Collection<ITAgentSession>, HResult> {
        tapi.catch_up();
        let (line, agent) = self.at(tapi)?;
        let handler = tapi.agents[self.0 as usize].handler;
        let device = tapi.handlers[handler as usize].device;
        let list: SessionList =
            tapi.ask_structure(line, LIST_SIZE, |telephony, size| telephony.get_agent_session_list(line, agent, size))?;
        let mut sessions = Vec::new();
        for entry in list.entries {
            let session = tapi.session_of(handler, entry.agent_session);
            // Of groups that had the same GUID one after the other, it is the last.
            let group = tapi.groups.iter().rposition(|it| it.handler == handler && it.guid == entry.group_id);
            if let Some(group) = group {
                let address = ITAddress { device, id: entry.working_address_id };
                tapi.sessions[session.0 as usize].relation = Some((self, ITACDGroup(group as u32), address));
            }
            sessions.push(session);
        }
        Ok(Collection::new(sessions))
    }

    /// get_ID: the ID with which the agent was made.
    ///
    /// # Errors
    ///
    /// [`HResult::TAPI_E_CALLCENTER_NO_AGENT_ID`] for one who was made without.
    #[doc(alias = "get_ID")]
    pub fn get_id<S: LineService>(self, tapi: &mut Tapi<S>) -> Result<String, HResult> {
        self.at(tapi)?;
        tapi.agents[self.0 as usize].made.clone().flatten().ok_or(HResult::TAPI_E_CALLCENTER_NO_AGENT_ID)
    }

    /// get_User: the user account for which the agent was made, which is that of this application.
    ///
    /// # Errors
    ///
    /// [`HResult::TAPI_E_NOTSUPPORTED`] for an agent whom another client has made: nothing in TAPI tells.
    #[doc(alias = "get_User")]
    pub fn get_user<S: LineService>(self, tapi: &mut Tapi<S>) -> Result<String, HResult> {
        self.at(tapi)?;
        let made = tapi.agents[self.0 as usize].made.is_some();
        if made { Ok(tapi.user().to_owned()) } else { Err(HResult::TAPI_E_NOTSUPPORTED) }
    }

    /// put_State: an AGENT_STATE. The next state that goes with it is none.
    ///
    /// # Errors
    ///
    /// [`HResult::E_INVALIDARG`] for a number that is no state; [`HResult::TAPI_E_CALLCENTER_INVALAGENTSTATE`] for a state
    /// that is not possible now; [`HResult::TAPI_E_TIMEOUT`].
    #[doc(alias = "put_State")]
    pub fn put_state<S: LineService>(self, tapi: &mut Tapi<S>, state: i32) -> Result<(), HResult> {
        let state = AgentState::try_from(state).map_err(|_| HResult::E_INVALIDARG)?;
        let (line, agent) = self.at(tapi)?;
        tapi.ask(line, |telephony| telephony.set_agent_state_ex(line, agent, agent_state(state, false), 0)).map(|_| ())
    }

    /// get_State: what was last told of the agent's state. Only where nothing was told yet, the handler is asked.
    ///
    /// # Errors
    ///
    /// [`HResult::TAPI_E_TIMEOUT`] if it is asked.
    #[doc(alias = "get_State")]
    pub fn get_state<S: LineService>(self, tapi: &mut Tapi<S>) -> Result<AgentState, HResult> {
        tapi.read_messages();
        self.at(tapi)?;
        if let Some(state) = tapi.agents[self.0 as usize].state {
            return Ok(state);
        }
        let asked = agent_goal(self.info(tapi)?.agent_state).map_or(AgentState::Unknown, state_of);
        // What was told meanwhile is newer than the answer.
        Ok(*tapi.agents[self.0 as usize].state.get_or_insert(asked))
    }

    /// put_MeasurementPeriod, in seconds.
    ///
    /// # Errors
    ///
    /// [`HResult::E_INVALIDARG`] for zero, and for a negative period if the conventions refuse it;
    /// [`HResult::TAPI_E_TIMEOUT`].
    #[doc(alias = "put_MeasurementPeriod")]
    pub fn put_measurement_period<S: LineService>(self, tapi: &mut Tapi<S>, seconds: i32) -> Result<(), HResult> {
        if seconds == 0 {
            return Err(HResult::E_INVALIDARG);
        }
        let (line, agent) = self.at(tapi)?;
        tapi.ask(line, |telephony| telephony.set_agent_measurement_period(line, agent, seconds as u32)).map(|_| ())
    }

    /// get_OverallCallRate: ACD calls per agent hour, or ten times that as the conventions have it.
    ///
    /// # Errors
    ///
    /// [`HResult::TAPI_E_TIMEOUT`].
    #[doc(alias = "get_OverallCallRate")]
    pub fn get_overall_call_rate<S: LineService>(self, tapi: &mut Tapi<S>) -> Result<Currency, HResult> {
        let rate = self.info(tapi)?.overall_call_rate;
        // The structure has the rate without the factor that TAPI 3 alone has.
        Ok(Currency(match tapi.service().telephony().conventions().overall_call_rate {
            OverallCallRate::TenfoldInTapi3 => rate.saturating_mul(10),
            OverallCallRate::CallsPerHour | OverallCallRate::Tenfold => rate,
        }))
    }
}

impl ITAgentSession {
    fn at<S: LineService>(self, tapi: &Tapi<S>) -> Result<(HLine, u32), HResult> {
        let record = object(&tapi.sessions, self.0)?;
        Ok((tapi.line_of(record.handler)?, record.handle))
    }

    fn info<S: LineService>(self, tapi: &mut Tapi<S>) -> Result<AgentSessionInfo, HResult> {
        let (line, handle) = self.at(tapi)?;
        let size = AgentSessionInfo::SIZE as u32;
        tapi.ask_structure(line, size, |telephony, size| telephony.get_agent_session_info(line, handle, size))
    }

    /// What the session relates; for one that another client has made, the lists of all known agents are searched.
    fn relation<S: LineService>(self, tapi: &mut Tapi<S>) -> Result<(ITAgent, ITACDGroup, ITAddress), HResult> {
        self.at(tapi)?;
        for agent in 0..tapi.agents.len() as u32 {
            if let Some(relation) = tapi.sessions[self.0 as usize].relation {
                return Ok(relation);
            }
            if tapi.agents[agent as usize].handler == tapi.sessions[self.0 as usize].handler {
                ITAgent(agent).get_agent_sessions(tapi)?;
            }
        }
        tapi.sessions[self.0 as usize].relation.ok_or(HResult::TAPI_E_NOITEMS)
    }

    /// get_Agent.
    ///
    /// # Errors
    ///
    /// [`HResult::TAPI_E_NOITEMS`] for a session of an agent whom this client does not know.
    #[doc(alias = "get_Agent")]
    pub fn get_agent<S: LineService>(self, tapi: &mut Tapi<S>) -> Result<super::ITAgent, HResult> {
        self.relation(tapi).map(|(agent, ..)| agent)
    }

    /// get_Address.
    ///
    /// # Errors
    ///
    /// As [`get_agent`](Self::get_agent).
    #[doc(alias = "get_Address")]
    pub fn get_address<S: LineService>(self, tapi: &mut Tapi<S>) -> Result<ITAddress, HResult> {
        self.relation(tapi).map(|(_, _, address)| address)
    }

    /// get_ACDGroup.
    ///
    /// # Errors
    ///
    /// As [`get_agent`](Self::get_agent).
    #[doc(alias = "get_ACDGroup")]
    pub fn get_acd_group<S: LineService>(self, tapi: &mut Tapi<S>) -> Result<ITACDGroup, HResult> {
        self.relation(tapi).map(|(_, group, _)| group)
    }

    /// put_State: an AGENT_SESSION_STATE. The next state that goes with it is none.
    ///
    /// # Errors
    ///
    /// [`HResult::E_INVALIDARG`] for a number that is no state; [`HResult::TAPI_E_CALLCENTER_INVALAGENTSTATE`] for one that
    /// must not follow the present state, if the conventions have not another error; [`HResult::TAPI_E_TIMEOUT`].
    #[doc(alias = "put_State")]
    pub fn put_state<S: LineService>(self, tapi: &mut Tapi<S>, state: i32) -> Result<(), HResult> {
        let state = SessionState::try_from(state).map_err(|_| HResult::E_INVALIDARG)?;
        let (line, session) = self.at(tapi)?;
        let bit = session_state(state, false);
        tapi.ask(line, |telephony| telephony.set_agent_session_state(line, session, bit, 0)).map(|_| ())
    }

    /// get_State: what was last told of the session's state. Only where nothing was told yet, the handler is asked.
    ///
    /// # Errors
    ///
    /// [`HResult::TAPI_E_TIMEOUT`], and what the handler answers, if it is asked.
    #[doc(alias = "get_State")]
    pub fn get_state<S: LineService>(self, tapi: &mut Tapi<S>) -> Result<SessionState, HResult> {
        tapi.read_messages();
        self.at(tapi)?;
        if let Some(state) = tapi.sessions[self.0 as usize].state {
            return Ok(state);
        }
        let bit = self.info(tapi)?.agent_session_state;
        let asked = session_goal(bit).map(SessionGoal::state).ok_or(HResult::TAPI_E_OPERATIONFAILED)?;
        // What was told meanwhile is newer than the answer.
        Ok(*tapi.sessions[self.0 as usize].state.get_or_insert(asked))
    }
}

impl<S: LineService> Tapi<S> {
    /// Opens the line of a handler's addresses for a moment, to see that it can be.
    fn check_line_of(&mut self, handler: u32) -> Result<(), HResult> {
        let device = self.handlers[handler as usize].device;
        let app = self.application()?;
        let telephony = self.service_mut().telephony_mut();
        let line = telephony.open(app, device, ApiVersion::V3_1, 0, LINECALLPRIVILEGE_NONE, None);
        line.and_then(|line| telephony.close(line)).map_err(|_| HResult::E_UNEXPECTED)
    }
}
