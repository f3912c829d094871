//! ITAgent and ITAgentSession.

use acdsim::acd::tapi3 as model;
use acdsim::acd::{Currency, OleDate};
use windows_core::{ComObject, Interface, implement};

use super::collection::{EnumAgentSession, IEnumAgentSession, collection};
use super::dual::{dispatches, dual};
use super::handler::{ITACDGroup, ITAddress, address, address_of, group, group_of};
use super::root::{Kind, Of, Shared};
use super::values::{Com, Passed};
use windows::Win32::System::Variant::VARIANT;

/// An agent.
#[implement(ITAgent)]
pub(super) struct Agent(Of<model::ITAgent>);

/// An agent session.
#[implement(ITAgentSession)]
pub(super) struct AgentSession(Of<model::ITAgentSession>);

/// The COM object of an agent.
pub(super) fn agent(root: &Shared, model: model::ITAgent) -> Com<ITAgent> {
    Com(root
        .object(Kind::Agent, model.number().into(), || ComObject::new(Agent(Of::new(root, model))).into_interface()))
}

/// The COM object of a session.
pub(super) fn session(root: &Shared, model: model::ITAgentSession) -> Com<ITAgentSession> {
    Com(root.object(Kind::Session, model.number().into(), || {
        ComObject::new(AgentSession(Of::new(root, model))).into_interface()
    }))
}

dual! {
    /// ITAgent.
    Agent Agent_Impl: ITAgent ITAgent_Impl "5770ECE5-4B27-11D1-BF80-00805FC147D3" invoke_agent {
        EnumerateAgentSessions() -> Com<IEnumAgentSession> = |this| {
            let sessions = this.0.root.call(|tapi| this.0.model.enumerate_agent_sessions(tapi))?;
            Ok(EnumAgentSession::of(sessions, |model| session(&this.0.root, model).0))
        };
        CreateSession(pACDGroup: Passed, pAddress: Passed) -> Com<ITAgentSession> = |this| {
            let (group, address) = (group_of(&pACDGroup, &this.0.root)?, address_of(&pAddress, &this.0.root)?);
            this.0.root.call(|tapi| this.0.model.create_session(tapi, group, address))
                .map(|model| session(&this.0.root, model))
        };
        CreateSessionWithPIN(pACDGroup: Passed, pAddress: Passed, pPIN: Option<String>) -> Com<ITAgentSession> = |this| {
            let (group, address) = (group_of(&pACDGroup, &this.0.root)?, address_of(&pAddress, &this.0.root)?);
            this.0.root.call(|tapi| this.0.model.create_session_with_pin(tapi, group, address, pPIN.as_deref()))
                .map(|model| session(&this.0.root, model))
        };
        get_ID() -> String = |this| this.0.root.call(|tapi| this.0.model.get_id(tapi));
        get_User() -> String = |this| this.0.root.call(|tapi| this.0.model.get_user(tapi));
        put_State(AgentState: i32) = |this| this.0.root.call(|tapi| this.0.model.put_state(tapi, AgentState));
        get_State() -> i32 = |this| this.0.root.call(|tapi| this.0.model.get_state(tapi).map(|state| state as i32));
        put_MeasurementPeriod(lPeriod: i32) = |this| {
            this.0.root.call(|tapi| this.0.model.put_measurement_period(tapi, lPeriod))
        };
        get_MeasurementPeriod() -> i32 = |this| this.0.root.call(|tapi| this.0.model.get_measurement_period(tapi));
        get_OverallCallRate() -> Currency = |this| this.0.root.call(|tapi| this.0.model.get_overall_call_rate(tapi));
        get_NumberOfACDCalls() -> i32 = |this| this.0.root.call(|tapi| this.0.model.get_number_of_acd_calls(tapi));
        get_NumberOfIncomingCalls() -> i32 = |this| {
            this.0.root.call(|tapi| this.0.model.get_number_of_incoming_calls(tapi))
        };
        get_NumberOfOutgoingCalls() -> i32 = |this| {
            this.0.root.call(|tapi| this.0.model.get_number_of_outgoing_calls(tapi))
        };
        get_TotalACDTalkTime() -> i32 = |this| this.0.root.call(|tapi| this.0.model.get_total_acd_talk_time(tapi));
        get_TotalACDCallTime() -> i32 = |this| this.0.root.call(|tapi| this.0.model.get_total_acd_call_time(tapi));
        get_TotalWrapUpTime() -> i32 = |this| this.0.root.call(|tapi| this.0.model.get_total_wrap_up_time(tapi));
        get_AgentSessions() -> VARIANT = |this| {
            let sessions = this.0.root.call(|tapi| this.0.model.get_agent_sessions(tapi))?;
            collection(sessions, |model| session(&this.0.root, model).0.cast())
        };
    }
}

dual! {
    /// ITAgentSession.
    AgentSession AgentSession_Impl: ITAgentSession ITAgentSession_Impl "5AFC3147-4BCC-11D1-BF80-00805FC147D3"
    invoke_session {
        get_Agent() -> Com<ITAgent> = |this| {
            this.0.root.call(|tapi| this.0.model.get_agent(tapi)).map(|model| agent(&this.0.root, model))
        };
        get_Address() -> Com<ITAddress> = |this| {
            this.0.root.call(|tapi| this.0.model.get_address(tapi)).map(|model| address(&this.0.root, model))
        };
        get_ACDGroup() -> Com<ITACDGroup> = |this| {
            this.0.root.call(|tapi| this.0.model.get_acd_group(tapi)).map(|model| group(&this.0.root, model))
        };
        put_State(SessionState: i32) = |this| this.0.root.call(|tapi| this.0.model.put_state(tapi, SessionState));
        get_State() -> i32 = |this| this.0.root.call(|tapi| this.0.model.get_state(tapi).map(|state| state as i32));
        get_SessionStartTime() -> OleDate = |this| this.0.root.call(|tapi| this.0.model.get_session_start_time(tapi));
        get_SessionDuration() -> i32 = |this| this.0.root.call(|tapi| this.0.model.get_session_duration(tapi));
        get_NumberOfCalls() -> i32 = |this| this.0.root.call(|tapi| this.0.model.get_number_of_calls(tapi));
        get_TotalTalkTime() -> i32 = |this| this.0.root.call(|tapi| this.0.model.get_total_talk_time(tapi));
        get_AverageTalkTime() -> i32 = |this| this.0.root.call(|tapi| this.0.model.get_average_talk_time(tapi));
        get_TotalCallTime() -> i32 = |this| this.0.root.call(|tapi| this.0.model.get_total_call_time(tapi));
        get_AverageCallTime() -> i32 = |this| this.0.root.call(|tapi| this.0.model.get_average_call_time(tapi));
        get_TotalWrapUpTime() -> i32 = |this| this.0.root.call(|tapi| this.0.model.get_total_wrap_up_time(tapi));
        get_AverageWrapUpTime() -> i32 = |this| this.0.root.call(|tapi| this.0.model.get_average_wrap_up_time(tapi));
        get_ACDCallRate() -> Currency = |this| this.0.root.call(|tapi| this.0.model.get_acd_call_rate(tapi));
        get_LongestTimeToAnswer() -> i32 = |this| {
            this.0.root.call(|tapi| this.0.model.get_longest_time_to_answer(tapi))
        };
        get_AverageTimeToAnswer() -> i32 = |this| {
            this.0.root.call(|tapi| this.0.model.get_average_time_to_answer(tapi))
        };
    }
}

dispatches!(Agent_Impl: "ITAgent" invoke_agent);
dispatches!(AgentSession_Impl: "ITAgentSession" invoke_session);
