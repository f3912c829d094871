//! The objects of events: ITAgentEvent and its likes.

use acdsim::acd::tapi3::{self as model, HResult};
use windows::Win32::System::Com::IDispatch;
use windows_core::{ComObject, Interface, implement};

use super::agent::{ITAgent, ITAgentSession, agent, session};
use super::call::call_event;
use super::dual::{dispatches, dual};
use super::handler::{ITACDGroup, ITAgentHandler, ITQueue, group, handler, queue};
use super::root::{Of, Shared};
use super::values::Com;
use crate::center::News;

#[implement(ITAgentEvent)]
struct AgentEvent(Of<(model::ITAgent, i32)>);

#[implement(ITAgentSessionEvent)]
struct AgentSessionEvent(Of<(model::ITAgentSession, i32)>);

#[implement(ITACDGroupEvent)]
struct AcdGroupEvent(Of<(model::ITACDGroup, i32)>);

#[implement(ITQueueEvent)]
struct QueueEvent(Of<(model::ITQueue, i32)>);

#[implement(ITAgentHandlerEvent)]
struct AgentHandlerEvent(Of<(model::ITAgentHandler, i32)>);

/// What sinks are told of.
#[derive(Clone, Copy)]
pub(super) enum Told {
    /// Agents, sessions, groups, queues, handlers.
    Agents(model::Event),
    /// Calls.
    Calls(News),
}

impl Told {
    /// The bit of the filter, which is the number of the event as well.
    pub(super) fn filter_bit(self) -> i32 {
        match self {
            Told::Agents(event) => event.filter_bit(),
            Told::Calls(News::New { .. }) => model::events::TE_CALLNOTIFICATION,
            Told::Calls(News::State { .. }) => model::events::TE_CALLSTATE,
        }
    }

    /// The object that a sink gets.
    pub(super) fn object(self, root: &Shared) -> Option<IDispatch> {
        match self {
            Told::Agents(event) => event_object(root, event),
            Told::Calls(news) => call_event(root, news),
        }
    }
}

/// The object that a sink gets with an event, in the form in which every sink gets it.
fn event_object(root: &Shared, event: model::Event) -> Option<IDispatch> {
    fn object<I: Interface>(object: I) -> Option<IDispatch> {
        object.cast().ok()
    }
    match event {
        model::Event::Agent(of, event) => {
            object::<ITAgentEvent>(ComObject::new(AgentEvent(Of::new(root, (of, event as i32)))).into_interface())
        }
        model::Event::AgentSession(of, event) => object::<ITAgentSessionEvent>(
            ComObject::new(AgentSessionEvent(Of::new(root, (of, event as i32)))).into_interface(),
        ),
        model::Event::AcdGroup(of, event) => {
            object::<ITACDGroupEvent>(ComObject::new(AcdGroupEvent(Of::new(root, (of, event as i32)))).into_interface())
        }
        model::Event::Queue(of, event) => {
            object::<ITQueueEvent>(ComObject::new(QueueEvent(Of::new(root, (of, event as i32)))).into_interface())
        }
        model::Event::AgentHandler(of, event) => object::<ITAgentHandlerEvent>(
            ComObject::new(AgentHandlerEvent(Of::new(root, (of, event as i32)))).into_interface(),
        ),
    }
}

dual! {
    /// ITAgentEvent.
    AgentEvent AgentEvent_Impl: ITAgentEvent ITAgentEvent_Impl "5AFC314A-4BCC-11D1-BF80-00805FC147D3" invoke_agent {
        get_Agent() -> Com<ITAgent> = |this| Ok::<_, HResult>(agent(&this.0.root, this.0.model.0));
        get_Event() -> i32 = |this| Ok::<_, HResult>(this.0.model.1);
    }
}

dual! {
    /// ITAgentSessionEvent.
    AgentSessionEvent AgentSessionEvent_Impl: ITAgentSessionEvent ITAgentSessionEvent_Impl
    "5AFC314B-4BCC-11D1-BF80-00805FC147D3" invoke_session {
        get_Session() -> Com<ITAgentSession> = |this| Ok::<_, HResult>(session(&this.0.root, this.0.model.0));
        get_Event() -> i32 = |this| Ok::<_, HResult>(this.0.model.1);
    }
}

dual! {
    /// ITACDGroupEvent.
    AcdGroupEvent AcdGroupEvent_Impl: ITACDGroupEvent ITACDGroupEvent_Impl "297F3032-BD11-11D1-A0A7-00805FC147D3"
    invoke_group {
        get_Group() -> Com<ITACDGroup> = |this| Ok::<_, HResult>(group(&this.0.root, this.0.model.0));
        get_Event() -> i32 = |this| Ok::<_, HResult>(this.0.model.1);
    }
}

dual! {
    /// ITQueueEvent.
    QueueEvent QueueEvent_Impl: ITQueueEvent ITQueueEvent_Impl "297F3033-BD11-11D1-A0A7-00805FC147D3" invoke_queue {
        get_Queue() -> Com<ITQueue> = |this| Ok::<_, HResult>(queue(&this.0.root, this.0.model.0));
        get_Event() -> i32 = |this| Ok::<_, HResult>(this.0.model.1);
    }
}

dual! {
    /// ITAgentHandlerEvent.
    AgentHandlerEvent AgentHandlerEvent_Impl: ITAgentHandlerEvent ITAgentHandlerEvent_Impl
    "297F3034-BD11-11D1-A0A7-00805FC147D3" invoke_handler {
        get_AgentHandler() -> Com<ITAgentHandler> = |this| Ok::<_, HResult>(handler(&this.0.root, this.0.model.0));
        get_Event() -> i32 = |this| Ok::<_, HResult>(this.0.model.1);
    }
}

dispatches!(AgentEvent_Impl: "ITAgentEvent" invoke_agent);
dispatches!(AgentSessionEvent_Impl: "ITAgentSessionEvent" invoke_session);
dispatches!(AcdGroupEvent_Impl: "ITACDGroupEvent" invoke_group);
dispatches!(QueueEvent_Impl: "ITQueueEvent" invoke_queue);
dispatches!(AgentHandlerEvent_Impl: "ITAgentHandlerEvent" invoke_handler);
