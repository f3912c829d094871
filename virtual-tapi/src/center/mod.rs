//! The call center behind the DLL: TAPI's server, the agent handlers of a scenario with their switches, and the calls.
//!
//! A [`Center`] has no clock of its own: it is told up to when things happen. The same scenario, told of the same requests
//! at the same moments, does the same.

mod calendar;
mod site;
#[cfg(test)]
mod tests;

use acdsim::acd::tapi2::telephony::Telephony;
use acdsim::acd::{AgentHandler, GroupId};
use acdsim::scenario::Scenario;
use acdsim::simulation::Demand;
use acdsim::time::Instant;

pub use site::{Call, SiteError};

use calendar::{Calendar, Due};
use site::Site;

/// So many addresses are there for the agents of clients, on the line device of each agent handler.
pub const CLIENT_ADDRESSES: u32 = 8;

/// So many addresses the last line device has, which no agent handler is behind: an application may register there as a
/// proxy of its own.
pub const FREE_ADDRESSES: u32 = 4;

/// Why there is no call center.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CenterError {
    /// The scenario has what only the simulation knows to do.
    #[error(
        "the scenario has callers, routing or agents that the virtual TAPI does not model: it takes groups with arrivals, talk, \
         wrap-up, patience and a queue capacity, and agents with groups, ranks and shifts"
    )]
    NotPlain,
    /// An agent handler could not be made.
    #[error("{0}")]
    Site(#[from] SiteError),
}

/// A call center in progress.
#[derive(Clone, Debug)]
pub struct Center {
    telephony: Telephony,
    sites: Vec<Site>,
    /// For each group of the scenario, its site and its number there.
    groups: Vec<(usize, GroupId)>,
    demand: Demand,
    calendar: Calendar,
    now: Instant,
}

impl Center {
    /// The center of a scenario at its start: a line device for each agent handler, and one more without any.
    ///
    /// # Errors
    ///
    /// [`CenterError::NotPlain`], [`CenterError::Site`].
    pub fn new(scenario: &Scenario, replication: u32) -> Result<Self, CenterError> {
        if !scenario.is_plain() {
            return Err(CenterError::NotPlain);
        }
        let mut telephony = Telephony::new(scenario.conventions);
        let mut calendar = Calendar::default();
        let handlers = scenario.handlers();
        let mut groups = vec![(0, GroupId(0)); scenario.groups.len()];
        let mut sites = Vec::with_capacity(handlers.len());
        for (number, of) in handlers.iter().enumerate() {
            sites.push(Site::new(scenario, number, CLIENT_ADDRESSES, &mut telephony, &mut calendar)?);
            for (local, &group) in (0..).zip(&of.groups) {
                groups[group] = (number, GroupId(local));
            }
        }
        telephony.add_device(FREE_ADDRESSES);
        if scenario.warm_up > acdsim::time::Duration::ZERO {
            calendar.plan(Instant::START + scenario.warm_up, Due::Measurement);
        }
        let demand = Demand::new(scenario, replication);
        Ok(Center { telephony, sites, groups, demand, calendar, now: Instant::START })
    }

    /// TAPI's server.
    pub fn telephony(&self) -> &Telephony {
        &self.telephony
    }

    /// TAPI's server, to call its functions.
    pub fn telephony_mut(&mut self) -> &mut Telephony {
        &mut self.telephony
    }

    /// Up to when everything has happened.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The agent handler of a line device; `None` for the device without one.
    pub fn handler(&self, device: u32) -> Option<&AgentHandler<Call>> {
        self.sites.get(device as usize).map(Site::handler)
    }

    /// The name of a line device: that of its agent handler.
    pub fn device_name(&self, device: u32) -> String {
        self.sites.get(device as usize).map_or_else(|| "Free line".to_owned(), |site| site.name().to_owned())
    }

    /// The name of an address of a device; one of its number where the device has no handler.
    pub fn address_name(&self, device: u32, address: u32) -> String {
        let of_handler = self.handler(device).filter(|handler| address < handler.address_count());
        of_handler.map_or_else(
            || format!("Free {}", address + 1),
            |handler| handler.address(acdsim::acd::AddressId(address)).name.clone(),
        )
    }

    /// When the next thing happens of itself; [`Instant::NEVER`] if nothing does any more.
    pub fn next_at(&self) -> Instant {
        let planned = self.calendar.next_at().unwrap_or(Instant::NEVER);
        planned.min(self.demand.next_at().unwrap_or(Instant::NEVER))
    }

    /// Lets everything happen that happens before or at `to`, in its order, and then answers the requests that wait.
    /// Going back is going nowhere.
    pub fn advance_to(&mut self, to: Instant) {
        while self.next_at() <= to && self.next_at() != Instant::NEVER {
            self.step();
        }
        self.now = self.now.max(to);
        self.answer_requests();
    }

    /// Answers the requests to the center's own handlers as of now; says whether there was one.
    pub fn answer_requests(&mut self) -> bool {
        let Center { telephony, sites, calendar, now, .. } = self;
        sites.iter_mut().fold(false, |any, site| site.answer_requests(telephony, calendar, *now) | any)
    }

    /// Lets the next thing happen.
    fn step(&mut self) {
        let Center { telephony, sites, calendar, .. } = self;
        let planned = calendar.next_at().unwrap_or(Instant::NEVER);
        // Calls arrive after all else that happens at the same instant.
        if self.demand.next_at().is_some_and(|at| at < planned) {
            if let Some(call) = self.demand.next() {
                self.now = call.at;
                let (site, group) = self.groups[call.group];
                sites[site].call_arrives(group, &call, telephony, calendar);
            }
            return;
        }
        let Some((now, due)) = calendar.pop() else { return };
        self.now = now;
        match due {
            Due::Measurement => sites.iter_mut().for_each(|site| site.measure_from(now)),
            Due::LogOut(site, agent) => sites[site].log_out(agent, telephony, calendar, now),
            Due::LogIn(site, agent) => sites[site].log_in(agent, telephony, calendar, now),
            Due::Handling(site, agent) => sites[site].handling_ends(agent, telephony, calendar, now),
            Due::Patience(site, number) => sites[site].patience_is_out(number, telephony, calendar, now),
        }
    }
}
