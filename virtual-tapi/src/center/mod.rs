//! The call center behind the DLL: TAPI's server, the agent handlers of a scenario with their switches, and the calls.
//!
//! A [`Center`] has no clock of its own: it is told up to when things happen. The same scenario, told of the same requests
//! at the same moments, does the same.

mod calendar;
mod calls;
mod site;
#[cfg(test)]
mod tests;

use acdsim::acd::tapi2::telephony::Telephony;
use acdsim::acd::{AddressId, AgentHandler, GroupId, QueueId};
use acdsim::scenario::Scenario;
use acdsim::simulation::Demand;
use acdsim::time::Instant;

pub use calls::{At, CallEnd, CallError, CallState, Cause, EndInfo, Listener, News};
pub use site::{Call, SiteError};

use calendar::{Calendar, Due};
use calls::{Calls, Happened};
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
    /// The calls of the scenario; none if only applications call.
    demand: Option<Demand>,
    calendar: Calendar,
    calls: Calls,
    now: Instant,
}

impl Center {
    /// The center of a scenario at its start: a line device for each agent handler, and one more without any.
    ///
    /// # Errors
    ///
    /// [`CenterError::NotPlain`], [`CenterError::Site`].
    pub fn new(scenario: &Scenario, replication: u32) -> Result<Self, CenterError> {
        Self::with_demand(scenario, Some(Demand::new(scenario, replication)))
    }

    /// The center of a scenario without its calls and its agents' shifts: applications bring all of them. An agent whom one
    /// makes with the name of an agent of the scenario as ID has that agent's ranks.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn without_arrivals(scenario: &Scenario) -> Result<Self, CenterError> {
        Self::with_demand(scenario, None)
    }

    fn with_demand(scenario: &Scenario, demand: Option<Demand>) -> Result<Self, CenterError> {
        if !scenario.is_plain() {
            return Err(CenterError::NotPlain);
        }
        let mut telephony = Telephony::new(scenario.conventions);
        let mut calendar = Calendar::default();
        let handlers = scenario.handlers();
        let mut groups = vec![(0, GroupId(0)); scenario.groups.len()];
        let mut sites = Vec::with_capacity(handlers.len());
        for (number, of) in handlers.iter().enumerate() {
            sites.push(Site::new(scenario, number, demand.is_some(), CLIENT_ADDRESSES, &mut telephony, &mut calendar)?);
            for (local, &group) in (0..).zip(&of.groups) {
                groups[group] = (number, GroupId(local));
            }
        }
        telephony.add_device(FREE_ADDRESSES);
        if scenario.warm_up > acdsim::time::Duration::ZERO {
            calendar.plan(Instant::START + scenario.warm_up, Due::Measurement);
        }
        let calls = Calls::default();
        Ok(Center { telephony, sites, groups, demand, calendar, calls, now: Instant::START })
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
        planned.min(self.demand.as_ref().and_then(Demand::next_at).unwrap_or(Instant::NEVER))
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
        let any = sites.iter_mut().fold(false, |any, site| site.answer_requests(telephony, calendar, *now) | any);
        self.follow_calls();
        any
    }

    /// Lets the next thing happen.
    fn step(&mut self) {
        self.next();
        self.follow_calls();
    }

    fn next(&mut self) {
        let Center { telephony, sites, calendar, .. } = self;
        let planned = calendar.next_at().unwrap_or(Instant::NEVER);
        // Calls arrive after all else that happens at the same instant.
        if let Some(demand) = self.demand.as_mut().filter(|demand| demand.next_at().is_some_and(|at| at < planned)) {
            if let Some(call) = demand.next() {
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

    /// Tells of what has become of calls.
    fn follow_calls(&mut self) {
        for (device, site) in (0..).zip(&mut self.sites) {
            for (number, what) in site.take_happened() {
                let queue = if let Happened::Rings(_, queue) = what { queue } else { QueueId(0) };
                let called = || site.handler().queue(queue).name.clone();
                self.calls.note(device, number, called, what);
            }
        }
    }

    /// An application wants to hear of calls.
    pub fn listen(&mut self) -> Listener {
        self.calls.listen()
    }

    /// An application leaves: the calls that it has dialled are hung up.
    pub fn stop_listening(&mut self, listener: Listener) {
        for end in self.calls.leave(listener) {
            self.hang_up(end);
        }
        self.find_owned();
    }

    /// An application wants to hear of the calls at an address of a device, or at all of its addresses; as their owner they
    /// ring until it answers. Returns the number of the registration.
    ///
    /// # Errors
    ///
    /// [`CallError::Address`].
    pub fn register(
        &mut self,
        listener: Listener,
        device: u32,
        address: Option<u32>,
        owner: bool,
        instance: i32,
    ) -> Result<i32, CallError> {
        let count = self.telephony.address_count(device).map_err(|_| CallError::Address)?;
        if address.is_some_and(|address| address >= count) {
            return Err(CallError::Address);
        }
        let number = self.calls.register(listener, device, address, owner, instance);
        self.find_owned();
        Ok(number)
    }

    /// Takes a registration back.
    ///
    /// # Errors
    ///
    /// [`CallError::Unknown`].
    pub fn unregister(&mut self, listener: Listener, number: i32) -> Result<(), CallError> {
        if !self.calls.unregister(listener, number) {
            return Err(CallError::Unknown);
        }
        self.find_owned();
        Ok(())
    }

    /// Lets the sites know at which addresses calls are owned.
    fn find_owned(&mut self) {
        let Center { telephony, sites, calendar, calls, now, .. } = self;
        for (device, site) in (0..).zip(sites) {
            let addresses = (0..site.handler().address_count()).map(AddressId);
            let owned = addresses.filter(|address| calls.is_owned((device, address.0))).collect();
            site.set_owned(owned, telephony, calendar, *now);
        }
        self.follow_calls();
    }

    /// What an application has not heard of.
    pub fn take_news(&mut self, listener: Listener) -> Vec<News> {
        self.calls.take_news(listener)
    }

    /// Makes a call from an address, which is not dialled yet.
    ///
    /// # Errors
    ///
    /// [`CallError::Address`].
    pub fn create_call(
        &mut self,
        listener: Listener,
        (device, address): At,
        called: &str,
        instance: i32,
    ) -> Result<CallEnd, CallError> {
        let count = self.telephony.address_count(device).map_err(|_| CallError::Address)?;
        if address >= count {
            return Err(CallError::Address);
        }
        let caller = self.address_name(device, address);
        Ok(self.calls.create(listener, (device, address), caller, called, instance))
    }

    /// Dials: the name of a group's queue, and the call enters that; any other address does not exist.
    ///
    /// # Errors
    ///
    /// [`CallError::Unknown`], [`CallError::NotOwner`]; [`CallError::State`] if it was dialled before.
    pub fn dial(&mut self, listener: Listener, end: CallEnd) -> Result<(), CallError> {
        let number = self.calls.owned(listener, end)?;
        let EndInfo { state, called, at: (device, _), .. } = self.calls.info(end)?.clone();
        if state != CallState::Idle {
            return Err(CallError::State);
        }
        self.calls.set(end, CallState::InProgress);
        // A queue of the same site goes before one of that name at another.
        let sites = (0..self.sites.len()).filter(|&site| site == device as usize);
        let others = (0..self.sites.len()).filter(|&site| site != device as usize);
        let found = sites.chain(others).find_map(|site| Some((site, self.sites[site].group_called(&called)?)));
        match found {
            Some((site, group)) => {
                let Center { telephony, sites, calendar, now, .. } = self;
                sites[site].is_dialled(group, number, telephony, calendar, *now);
                self.follow_calls();
            }
            None => self.calls.end(number, Cause::BadAddress),
        }
        Ok(())
    }

    /// Answers a call that rings.
    ///
    /// # Errors
    ///
    /// [`CallError::Unknown`], [`CallError::NotOwner`]; [`CallError::State`] if it does not ring there.
    pub fn answer_call(&mut self, listener: Listener, end: CallEnd) -> Result<(), CallError> {
        let number = self.calls.owned(listener, end)?;
        let EndInfo { state, at: (device, _), .. } = *self.calls.info(end)?;
        if state != CallState::Offering {
            return Err(CallError::State);
        }
        let Center { telephony, sites, calendar, now, .. } = self;
        let answered =
            sites.get_mut(device as usize).is_some_and(|site| site.pick_up(number, telephony, calendar, *now));
        self.follow_calls();
        if answered { Ok(()) } else { Err(CallError::State) }
    }

    /// Hangs up.
    ///
    /// # Errors
    ///
    /// [`CallError::Unknown`], [`CallError::NotOwner`]; [`CallError::State`] if the call is over, or was never dialled.
    pub fn drop_call(&mut self, listener: Listener, end: CallEnd) -> Result<(), CallError> {
        self.calls.owned(listener, end)?;
        match self.calls.info(end)?.state {
            CallState::Idle | CallState::Disconnected(_) => Err(CallError::State),
            _ => {
                self.hang_up(end);
                Ok(())
            }
        }
    }

    fn hang_up(&mut self, end: CallEnd) {
        let Some(number) = self.calls.number(end) else { return };
        let Center { telephony, sites, calendar, now, .. } = self;
        for site in sites {
            site.hang_up(number, telephony, calendar, *now);
        }
        self.follow_calls();
        // One that nobody has dialled is at no site.
        self.calls.end(number, Cause::Normal);
    }

    /// What is known of an end of a call.
    ///
    /// # Errors
    ///
    /// [`CallError::Unknown`].
    pub fn call(&self, end: CallEnd) -> Result<&EndInfo, CallError> {
        self.calls.info(end)
    }

    /// Whether an application owns an end of a call.
    pub fn owns_call(&self, listener: Listener, end: CallEnd) -> bool {
        self.calls.owns(listener, end)
    }

    /// An application has no more use for an end of a call.
    ///
    /// # Errors
    ///
    /// [`CallError::Unknown`]; [`CallError::State`] if it owns it and it is not over.
    pub fn forget_call(&mut self, listener: Listener, end: CallEnd) -> Result<(), CallError> {
        let over = matches!(self.calls.info(end)?.state, CallState::Disconnected(_) | CallState::Idle);
        if self.calls.owns(listener, end) && !over {
            return Err(CallError::State);
        }
        self.calls.forget(listener, end)
    }
}
