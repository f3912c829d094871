//! What a client of TAPI 3 knows of the objects behind its handles.

use uuid::Uuid;

use super::tapi::LIST_SIZE;
use super::{AcdGroupEvent, Event, HResult, ITACDGroup, ITAddress, ITAgent, ITAgentSession, ITQueue, Tapi};
use crate::acd::tapi2::lists::{GroupList, QueueList};
use crate::acd::tapi2::records::AgentCaps;
use crate::acd::tapi2::service::LineService;
use crate::acd::tapi2::telephony::HLine;
use crate::acd::tapi2::{ApiVersion, LineError};
use crate::acd::{AgentState, SessionState};

/// An agent handler: what a proxy is on the line of a device.
#[derive(Clone, Debug)]
pub(super) struct HandlerRecord {
    pub(super) device: u32,
    pub(super) line: HLine,
    pub(super) name: String,
    pub(super) guid: Uuid,
    pub(super) removed: bool,
    /// Whether its groups have changed since they were listed.
    pub(super) groups_changed: bool,
}

#[derive(Clone, Debug)]
pub(super) struct AgentRecord {
    pub(super) handler: u32,
    pub(super) handle: u32,
    /// Whether this client made it, and with which ID.
    pub(super) made: Option<Option<String>>,
    /// What was last told or asked.
    pub(super) state: Option<AgentState>,
}

#[derive(Clone, Debug)]
pub(super) struct SessionRecord {
    pub(super) handler: u32,
    pub(super) handle: u32,
    /// What was last told or asked.
    pub(super) state: Option<SessionState>,
    /// The agent, group and address, once they are known.
    pub(super) relation: Option<(ITAgent, ITACDGroup, ITAddress)>,
}

#[derive(Clone, Debug)]
pub(super) struct GroupRecord {
    pub(super) handler: u32,
    pub(super) guid: Uuid,
    pub(super) name: String,
    pub(super) removed: bool,
}

#[derive(Clone, Debug)]
pub(super) struct QueueRecord {
    pub(super) handler: u32,
    pub(super) id: u32,
    /// Its name, once it was listed.
    pub(super) name: Option<String>,
    pub(super) removed: bool,
}

/// What is known of an object.
///
/// # Errors
///
/// [`HResult::E_INVALIDARG`] for one that another TAPI object has given.
pub(super) fn object<T>(records: &[T], number: u32) -> Result<&T, HResult> {
    records.get(number as usize).ok_or(HResult::E_INVALIDARG)
}

impl<S: LineService> Tapi<S> {
    pub(super) fn handler_on(&self, device: u32) -> Option<u32> {
        let handler = self.handlers.iter().position(|handler| handler.device == device && !handler.removed);
        handler.map(|handler| handler as u32)
    }

    /// Asks a device whether an agent handler is behind it: a proxy that says what it is and lists its groups.
    pub(super) fn look_for_handler(&mut self, device: u32, line: HLine) -> Result<(), HResult> {
        let app = self.application()?;
        let asked = self.ask_structure::<AgentCaps>(line, 256, |telephony, size| {
            telephony.get_agent_caps(app, device, 0, ApiVersion::V2_2, size)
        });
        let found = match asked {
            Ok(caps) => {
                let name = caps.agent_handler_info.unwrap_or_default();
                let (guid, removed, groups_changed) = (caps.proxy_guid, false, false);
                self.handlers.push(HandlerRecord { device, line, name, guid, removed, groups_changed });
                // So that those that come and go can be told.
                let handler = self.handlers.len() - 1;
                let listed = self.list_groups(handler as u32, false);
                self.handlers[handler].removed = listed.is_err();
                listed.map(|_| ())
            }
            Err(error) => Err(error),
        };
        // A device without a proxy, without addresses or with an older proxy is none of a call center.
        if found == Err(HResult::TAPI_E_TIMEOUT) { found } else { Ok(()) }
    }

    /// The groups of a handler, listed anew; what has come and gone is noted, and told if it is news.
    pub(super) fn list_groups(&mut self, handler: u32, announce: bool) -> Result<Vec<ITACDGroup>, HResult> {
        let line = self.line_of(handler)?;
        let list: GroupList =
            self.ask_structure(line, LIST_SIZE, |telephony, size| telephony.get_group_list(line, size))?;
        let known = |groups: &[GroupRecord], guid| {
            let place = groups.iter().position(|it| it.handler == handler && it.guid == guid && !it.removed);
            place.map(|place| ITACDGroup(place as u32))
        };
        let mut present = Vec::new();
        for entry in &list.entries {
            present.push(known(&self.groups, entry.guid).unwrap_or_else(|| {
                let name = entry.name.clone().unwrap_or_default();
                self.groups.push(GroupRecord { handler, guid: entry.guid, name, removed: false });
                let group = ITACDGroup(self.groups.len() as u32 - 1);
                if announce {
                    self.deliver(Event::AcdGroup(group, AcdGroupEvent::NewGroup));
                }
                group
            }));
        }
        for number in 0..self.groups.len() as u32 {
            let record = &mut self.groups[number as usize];
            if record.handler == handler && !record.removed && !present.contains(&ITACDGroup(number)) {
                record.removed = true;
                self.deliver(Event::AcdGroup(ITACDGroup(number), AcdGroupEvent::GroupRemoved));
            }
        }
        Ok(present)
    }

    /// The line to a handler. Of one that has gone there is none, lest another one there gets what is not for it.
    pub(super) fn line_of(&self, handler: u32) -> Result<HLine, HResult> {
        self.application()?;
        match object(&self.handlers, handler)? {
            HandlerRecord { removed: true, .. } => Err(self.hresult(LineError::OperationUnavail)),
            HandlerRecord { line, .. } => Ok(*line),
        }
    }

    /// The agent of a handle, who is known from now on.
    pub(super) fn agent_of(&mut self, handler: u32, handle: u32) -> ITAgent {
        let known = self.agents.iter().position(|it| (it.handler, it.handle) == (handler, handle));
        ITAgent(known.unwrap_or_else(|| {
            self.agents.push(AgentRecord { handler, handle, made: None, state: None });
            self.agents.len() - 1
        }) as u32)
    }

    /// The session of a handle, which is known from now on.
    pub(super) fn session_of(&mut self, handler: u32, handle: u32) -> ITAgentSession {
        let known = self.sessions.iter().position(|it| (it.handler, it.handle) == (handler, handle));
        ITAgentSession(known.unwrap_or_else(|| {
            self.sessions.push(SessionRecord { handler, handle, state: None, relation: None });
            self.sessions.len() - 1
        }) as u32)
    }

    /// The queue of a number, which is known from now on.
    pub(super) fn queue_of(&mut self, handler: u32, id: u32, name: Option<&str>) -> ITQueue {
        let known = self.queues.iter().position(|it| (it.handler, it.id) == (handler, id));
        let number = known.unwrap_or_else(|| {
            self.queues.push(QueueRecord { handler, id, name: None, removed: false });
            self.queues.len() - 1
        });
        if let Some(name) = name {
            self.queues[number].name = Some(name.to_owned());
        }
        ITQueue(number as u32)
    }

    /// The queues of a group, listed anew; those of no group for the nil GUID.
    pub(super) fn list_queues(&mut self, handler: u32, guid: Uuid) -> Result<Vec<ITQueue>, HResult> {
        let line = self.line_of(handler)?;
        let list: QueueList =
            self.ask_structure(line, LIST_SIZE, |telephony, size| telephony.get_queue_list(line, guid, size))?;
        Ok(list.entries.iter().map(|it| self.queue_of(handler, it.id, it.name.as_deref())).collect())
    }
}
