//! Reads the agent handlers of a TAPI server as a client of TAPI 2.2.

use super::{AgentReading, GroupReading, HandlerReading, QueueReading, Reading, SessionReading};
use crate::acd::catalogue::STATISTICS;
use crate::acd::conventions::EndedSession;
use crate::acd::tapi2::constants::LINECALLPRIVILEGE_NONE;
use crate::acd::tapi2::layout::Kind;
use crate::acd::tapi2::lists::{GroupList, QueueList};
use crate::acd::tapi2::message::{LineMessage, ReplyError};
use crate::acd::tapi2::records::AgentCaps;
use crate::acd::tapi2::service::LineService;
use crate::acd::tapi2::structures::{AgentInfo, AgentSessionInfo, QueueInfo};
use crate::acd::tapi2::telephony::{HLine, HLineApp, Output, RequestId, Telephony};
use crate::acd::tapi2::virtual_time::VirtualTapi;
use crate::acd::tapi2::words::{agent_handle, session_handle};
use crate::acd::tapi2::{ApiVersion, LineError, Structure, Variable};
use crate::acd::{AddressId, AgentHandler, AgentId, SessionId};

/// The first room for a list.
const LIST_SIZE: u32 = 1_024;

/// Reads all agent handlers of a server whose devices have one each, in their order, such as
/// [`Finished::tapi`](crate::simulation::Finished::tapi) gives.
///
/// # Errors
///
/// The error of the function of TAPI that failed.
///
/// # Panics
///
/// If the server has a device without a proxy, or proxies in another order.
///
/// ```
/// use acdsim::report::handlers;
/// use acdsim::simulation::{Control, run};
///
/// let scenario = acdsim::scenario::read("scenarios/two-handlers.toml".as_ref())?;
/// let finished = run(&scenario, 1, &mut (), &Control::default())?;
/// let read = handlers::read(&mut finished.tapi(&scenario)?)?;
/// assert_eq!(read[1].name, "Lyon");
/// assert_eq!(read[1].groups[0].queues[0].name, "Overflow queue");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read<C: Copy>(service: &mut VirtualTapi<C>) -> Result<Vec<HandlerReading>, LineError> {
    let app = service.telephony_mut().initialize_ex("REPORT", "report");
    let mut handlers = Vec::new();
    for device in 0..service.telephony().device_count() {
        let line = service.telephony_mut().open(app, device, ApiVersion::V3_1, 0, LINECALLPRIVILEGE_NONE, None)?;
        handlers.push(Client { service, app, device, line }.read()?);
    }
    Ok(handlers)
}

/// A client's line to an agent handler.
struct Client<'s, C> {
    service: &'s mut VirtualTapi<C>,
    app: HLineApp,
    device: u32,
    line: HLine,
}

impl<C: Copy> Client<'_, C> {
    /// What the proxy knows: it is the one of this device's number.
    fn handler(&self) -> &AgentHandler<C> {
        self.service.proxy(self.device as usize).handler()
    }

    /// What a function writes.
    fn ask(
        &mut self,
        start: impl FnOnce(&mut Telephony, HLine) -> Result<RequestId, LineError>,
    ) -> Result<Vec<u8>, LineError> {
        let request = start(self.service.telephony_mut(), self.line)?;
        let now = self.service.now();
        self.service.wait(now);
        while let Some(message) = self.service.telephony_mut().get_message(self.line)? {
            if let LineMessage::Reply { request: of, result } = LineMessage::from(message)
                && of == request.0
            {
                result.map_err(|error| match error {
                    ReplyError::Line(error) => error,
                    ReplyError::Other(_) => LineError::OperationFailed,
                })?;
            }
        }
        match self.service.telephony_mut().take_output(self.line, request) {
            Some(Output::Structure(bytes)) => Ok(bytes),
            _ => Err(LineError::OperationFailed),
        }
    }

    /// A structure of variable size, in as much room as it needs.
    fn list<V: Variable>(
        &mut self,
        start: impl Fn(&mut Telephony, HLine, u32) -> Result<RequestId, LineError>,
    ) -> Result<V, LineError> {
        let bytes = self.ask(|telephony, line| start(telephony, line, LIST_SIZE))?;
        let needed = bytes.get(4..8).and_then(|dword| dword.try_into().ok()).map_or(0, u32::from_le_bytes);
        let bytes =
            if needed > LIST_SIZE { self.ask(|telephony, line| start(telephony, line, needed))? } else { bytes };
        let offsets = self.service.telephony().conventions().name_offsets;
        V::decode_with(&bytes, offsets).map_err(|_| LineError::OperationFailed)
    }

    fn read(&mut self) -> Result<HandlerReading, LineError> {
        let (app, device) = (self.app, self.device);
        let caps: AgentCaps =
            self.list(|telephony, _, size| telephony.get_agent_caps(app, device, 0, ApiVersion::V2_2, size))?;
        let groups: GroupList = self.list(|telephony, line, size| telephony.get_group_list(line, size))?;
        let mut group_readings = Vec::with_capacity(groups.entries.len());
        for group in groups.entries {
            let queues: QueueList =
                self.list(|telephony, line, size| telephony.get_queue_list(line, group.guid, size))?;
            let mut queue_readings = Vec::with_capacity(queues.entries.len());
            for queue in queues.entries {
                let size = QueueInfo::SIZE as u32;
                let info = self.ask(|telephony, line| telephony.get_queue_info(line, queue.id, size))?;
                let (name, statistics) = (queue.name.unwrap_or_default(), readings::<QueueInfo>(&info));
                queue_readings.push(QueueReading { name, queue_id: queue.id, statistics });
            }
            let name = group.name.unwrap_or_default();
            group_readings.push(GroupReading { name, guid: group.guid, queues: queue_readings });
        }
        let agents = (0..self.handler().agent_count()).map(AgentId);
        let mut agent_readings: Vec<AgentReading> = agents.map(|agent| self.agent(agent)).collect::<Result<_, _>>()?;
        for session in (0..self.handler().session_count()).map(SessionId) {
            let agent = self.handler().session(session).agent();
            let reading = self.session(session)?;
            agent_readings[agent.0 as usize].sessions.push(reading);
        }
        let handler = self.handler();
        let addresses = (0..handler.address_count()).map(|id| handler.address(AddressId(id)).name.clone()).collect();
        Ok(HandlerReading {
            name: caps.agent_handler_info.unwrap_or_default(),
            guid: caps.proxy_guid,
            device_id: self.device,
            addresses,
            groups: group_readings,
            agents: agent_readings,
        })
    }

    fn agent(&mut self, agent: AgentId) -> Result<AgentReading, LineError> {
        let handle = agent_handle(agent);
        let info = self.ask(|telephony, line| telephony.get_agent_info(line, handle, AgentInfo::SIZE as u32))?;
        let state = self.handler().agent_state(agent).name();
        let user = self.handler().agent(agent).user.clone();
        Ok(AgentReading { user, handle, state, statistics: readings::<AgentInfo>(&info), sessions: Vec::new() })
    }

    fn session(&mut self, session: SessionId) -> Result<SessionReading, LineError> {
        let handle = session_handle(session);
        let size = AgentSessionInfo::SIZE as u32;
        let info = self.ask(|telephony, line| telephony.get_agent_session_info(line, handle, size));
        let handler = self.handler();
        let ended_is_refused = handler.conventions().ended_session == EndedSession::Refused;
        let statistics = match info {
            Ok(info) => readings::<AgentSessionInfo>(&info),
            // The proxy tells this of one that has ended, if the conventions have it so.
            Err(LineError::OperationFailed) if ended_is_refused && handler.session_ended(session).is_some() => {
                Vec::new()
            }
            Err(error) => return Err(error),
        };
        Ok(SessionReading {
            handle,
            group: handler.group(handler.session_group(session)).name.clone(),
            address_id: handler.session_address(session).0,
            state: handler.session(session).state().name(),
            statistics,
        })
    }
}

/// The statistics that a structure of TAPI 2.2 holds, by the names that TAPI 3 has for them.
fn readings<S: Structure>(bytes: &[u8]) -> Vec<Reading> {
    let of_structure = STATISTICS.iter().filter(|statistic| statistic.structure == S::LAYOUT.name);
    let read = of_structure.filter_map(|statistic| {
        let field = S::LAYOUT.fields.iter().find(|field| field.name == statistic.field)?;
        let bytes = bytes.get(field.offset..field.offset + field.size)?;
        let value = match field.kind {
            Kind::Currency => i64::from_le_bytes(bytes.try_into().ok()?) as f64 / 10_000.0,
            Kind::Date => f64::from_le_bytes(bytes.try_into().ok()?),
            _ => f64::from(u32::from_le_bytes(bytes.try_into().ok()?)),
        };
        Some((statistic.name, value))
    });
    read.collect()
}
