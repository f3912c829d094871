//! What TAPI's clients would see when a run has ended: each agent handler of the scenario apart, behind a line of its own.
//!
//! The engine routes all calls through one [`AgentHandler`], whosever they are; a part of that is what one handler of the
//! scenario shows. It is made when the run is over and costs the run nothing.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::engine::{Call, Finished};
use crate::acd::tapi2::proxy::Proxy;
use crate::acd::tapi2::service::LineService;
use crate::acd::tapi2::virtual_time::VirtualTapi;
use crate::acd::{AcdError, AddressId, AgentHandler, AgentId, GroupId, Members};
use crate::scenario::Scenario;
use crate::time::Duration;

/// An agent handler of a scenario when a run has ended.
#[derive(Clone, Debug)]
pub struct FinishedHandler {
    /// Its name.
    pub name: String,
    /// Its GUID, which is the same in every run.
    pub guid: Uuid,
    /// Its own groups, queues, agents, addresses and sessions, and the calls that wait for them.
    pub handler: AgentHandler<Call>,
}

impl Finished {
    /// The agent handlers of the scenario that was run, in the order of [`Scenario::handlers`].
    ///
    /// Groups, queues and agents are numbered as in the scenario, without those of other handlers; sessions in the order of
    /// creation; addresses in the order in which agents have them. An address that agents of two handlers share is there
    /// in both.
    ///
    /// # Errors
    ///
    /// [`AcdError::Unknown`] if another scenario was run.
    ///
    /// ```
    /// use acdsim::simulation::{Control, run};
    ///
    /// let scenario = acdsim::scenario::read("scenarios/two-handlers.toml".as_ref())?;
    /// let finished = run(&scenario, 1, &mut (), &Control::default())?;
    /// let handlers = finished.handlers(&scenario)?;
    /// let groups = handlers.iter().map(|it| (it.name.as_str(), it.handler.group_count()));
    /// assert_eq!(groups.collect::<Vec<_>>(), [("Berlin", 2), ("Lyon", 1)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn handlers(&self, scenario: &Scenario) -> Result<Vec<FinishedHandler>, AcdError> {
        let addresses = (0..self.handler.address_count()).map(AddressId);
        let numbers: HashMap<&str, AddressId> =
            addresses.map(|address| (self.handler.address(address).name.as_str(), address)).collect();
        let finished = scenario.handlers().into_iter().map(|of| {
            let mut members = Members {
                groups: of.groups.iter().map(|&group| GroupId(group as u32)).collect(),
                agents: of.agents.iter().map(|&agent| AgentId(agent as u32)).collect(),
                ..Members::default()
            };
            let mut seen = HashSet::new();
            for &agent in &of.agents {
                let address = numbers.get(scenario.agents[agent].address.as_str()).copied();
                let address = address.ok_or(AcdError::Unknown { what: "address", number: agent as u32 })?;
                if seen.insert(address) {
                    members.addresses.push(address);
                }
            }
            Ok(FinishedHandler { guid: of.guid(), name: of.name, handler: self.handler.part(&members)? })
        });
        finished.collect()
    }

    /// TAPI's server at the end of the run: a line device for each agent handler, in their order, with a proxy that answers
    /// at once. Clients can read what was counted, and go on.
    ///
    /// A device has the addresses of its handler's agents; where there are no agents it has one, for which there is nobody.
    ///
    /// # Errors
    ///
    /// As [`handlers`](Self::handlers).
    ///
    /// ```
    /// use acdsim::acd::tapi3::{HResult, Tapi};
    /// use acdsim::simulation::{Control, run};
    ///
    /// let scenario = acdsim::scenario::read("scenarios/two-handlers.toml".as_ref()).unwrap();
    /// let finished = run(&scenario, 1, &mut (), &Control::default()).unwrap();
    /// let mut tapi = Tapi::new(finished.tapi(&scenario).unwrap(), "DESK-7", "ann");
    /// tapi.initialize()?;
    /// let handlers = tapi.get_agent_handlers()?;
    /// assert_eq!((handlers.count(), handlers.item(2)?.get_name(&mut tapi)?), (2, "Lyon".to_owned()));
    /// # Ok::<(), HResult>(())
    /// ```
    pub fn tapi(&self, scenario: &Scenario) -> Result<VirtualTapi<Call>, AcdError> {
        let mut service = VirtualTapi::new(scenario.conventions);
        let switch = service.telephony_mut().initialize_ex("SERVER", "acd");
        for FinishedHandler { name, guid, handler } in self.handlers(scenario)? {
            let telephony = service.telephony_mut();
            let device = telephony.add_device(handler.address_count().max(1));
            let proxy = Proxy::register(telephony, switch, device, &name, guid, handler, scenario.start);
            service.add_proxy(proxy.expect("a new device has no other proxy"), Duration::ZERO);
        }
        service.advance_to(self.end);
        Ok(service)
    }
}
