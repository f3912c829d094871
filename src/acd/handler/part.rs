//! A part of a call center as an agent handler of its own: some groups, with the agents who are logged in to them.
//!
//! One switch routes all calls, and may do so through one [`AgentHandler`]. What it shows to clients may be several: each
//! has groups and agents that no other has, and numbers of its own for them.

use std::collections::HashMap;
use std::hash::Hash;

use super::super::queue::WaitingRoom;
use super::super::{AcdError, QueueId};
use super::{AddressId, AgentHandler, AgentId, GroupId, Identity, Measured, OUTGOING, SessionId};

/// What an agent handler that is made of another one has of it, by the numbers there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members {
    /// Groups, with their queues.
    pub groups: Vec<GroupId>,
    /// Queues of no group.
    pub queues: Vec<QueueId>,
    /// Agents, with their sessions.
    pub agents: Vec<AgentId>,
    /// Addresses.
    pub addresses: Vec<AddressId>,
}

/// The new numbers of things that had others.
struct Numbers<T> {
    what: &'static str,
    new: HashMap<T, u32>,
}

impl<T: Copy + Eq + Hash> Numbers<T> {
    fn of(what: &'static str, old: &[T]) -> Self {
        let mut new = HashMap::with_capacity(old.len());
        for &number in old {
            let next = new.len() as u32;
            new.entry(number).or_insert(next);
        }
        Numbers { what, new }
    }

    fn get(&self, old: T, number: u32) -> Result<u32, AcdError> {
        self.new.get(&old).copied().ok_or(AcdError::Unknown { what: self.what, number })
    }
}

impl<C: Copy> AgentHandler<C> {
    /// An agent handler of these members alone, with all that they have counted, their states and the calls that wait for them.
    ///
    /// Groups, agents and addresses are numbered in the order in which they are listed, queues and sessions in the order of
    /// their numbers here. What is true of a member here is true of it there, and stays so if the same happens to both.
    ///
    /// # Errors
    ///
    /// [`AcdError::Unknown`] for a member that is not here or is listed twice, for a queue of no group that belongs to one, and
    /// for the group or address of a member's session if it is not a member.
    ///
    /// ```
    /// use acdsim::acd::{AcdError, AgentHandler, Members};
    /// use acdsim::time::Instant;
    /// use uuid::Uuid;
    ///
    /// let mut switch = AgentHandler::<()>::new();
    /// let sales = switch.create_group(Uuid::from_u128(1), "Sales")?;
    /// let service = switch.create_group(Uuid::from_u128(2), "Service")?;
    /// let desk = switch.create_address("4101")?;
    /// let ann = switch.create_agent("ann", None, None, Instant::START)?;
    /// switch.create_session(ann, service, desk, None, Instant::START, &mut |_| {})?;
    ///
    /// let members = Members { groups: vec![service], agents: vec![ann], addresses: vec![desk], ..Members::default() };
    /// let handler = switch.part(&members)?;
    /// assert_eq!((handler.group_count(), handler.session_count()), (1, 1));
    /// assert!(handler.group_of_guid(Uuid::from_u128(1)).is_none(), "Sales is another handler's");
    ///
    /// let torn = Members { groups: vec![sales], ..members };
    /// assert_eq!(switch.part(&torn).err(), Some(AcdError::Unknown { what: "group", number: service.0 }));
    /// # Ok::<(), AcdError>(())
    /// ```
    pub fn part(&self, members: &Members) -> Result<Self, AcdError> {
        let groups = Numbers::of("group", &members.groups);
        let agents = Numbers::of("agent", &members.agents);
        let addresses = Numbers::of("address", &members.addresses);
        let mut part = AgentHandler {
            directory: self.directory.clone(),
            measured_from: self.measured_from,
            measured_until: self.measured_until,
            most: self.most,
            ..Self::with_conventions(self.conventions)
        };
        for &address in once("address", &members.addresses, |address| address.0, self.address_count())? {
            part.addresses.push(self.addresses[address.0 as usize].clone());
        }
        for &group in once("group", &members.groups, |group| group.0, self.group_count())? {
            part.groups.push(super::Group { queues: Vec::new(), ..self.groups[group.0 as usize].clone() });
        }
        self.move_queues(&mut part, members, &groups)?;
        once("agent", &members.agents, |agent| agent.0, self.agent_count())?;
        let sessions = self.move_sessions(&mut part, &groups, &agents, &addresses)?;
        self.move_agents(&mut part, members, &sessions);
        let agents = (0..part.agent_count()).map(Measured::Agent);
        for measured in agents.chain((0..part.queue_count()).map(Measured::Queue)) {
            part.plan_window(measured);
        }
        Ok(part)
    }

    /// The queues of the members, with the calls in them, each line in its order.
    fn move_queues(&self, part: &mut Self, members: &Members, groups: &Numbers<GroupId>) -> Result<(), AcdError> {
        for &queue in once("queue", &members.queues, |queue| queue.0, self.queue_count())? {
            if self.queue(queue).group.is_some() {
                return Err(AcdError::Unknown { what: "queue", number: queue.0 });
            }
        }
        part.room = WaitingRoom::new();
        for number in (0..self.queue_count()).map(QueueId) {
            let queue = self.queue(number);
            let group = match queue.group {
                Some(group) if groups.new.contains_key(&group) => Some(GroupId(groups.new[&group])),
                None if members.queues.contains(&number) => None,
                _ => continue,
            };
            let mut moved = queue.without_calls(group);
            for waiting in self.room.iter(queue) {
                part.room.push(&mut moved, *waiting);
            }
            if let Some(group) = group.filter(|_| !queue.is_removed()) {
                let next = QueueId(part.queue_count());
                part.groups[group.0 as usize].queues.push(next);
            }
            part.queues.push(moved);
        }
        Ok(())
    }

    /// The sessions of the members, and their new numbers.
    fn move_sessions(
        &self,
        part: &mut Self,
        groups: &Numbers<GroupId>,
        agents: &Numbers<AgentId>,
        addresses: &Numbers<AddressId>,
    ) -> Result<HashMap<SessionId, SessionId>, AcdError> {
        let mut moved = HashMap::new();
        for number in (0..self.session_count()).map(SessionId) {
            let (session, identity) = (self.session(number), &self.identities[number.0 as usize]);
            let Some(&agent) = agents.new.get(&session.agent()) else { continue };
            let group = GroupId(groups.get(identity.group, identity.group.0)?);
            let address = AddressId(addresses.get(identity.address, identity.address.0)?);
            moved.insert(number, SessionId(part.session_count()));
            part.sessions.push(session.of(AgentId(agent)));
            part.identities.push(Identity { group, address, ..identity.clone() });
        }
        Ok(moved)
    }

    fn move_agents(&self, part: &mut Self, members: &Members, sessions: &HashMap<SessionId, SessionId>) {
        // All sessions of a member have been moved.
        let moved = |list: &[SessionId]| list.iter().map(|session| sessions[session]).collect::<Vec<_>>();
        for &agent in &members.agents {
            let mut record = self.agents[agent.0 as usize].clone();
            record.ended = moved(&record.ended);
            part.agents.push(record);
            part.current.push(moved(self.sessions_of(agent)));
            let mut occupation = self.occupations[agent.0 as usize];
            if occupation.busy_in < OUTGOING {
                occupation.busy_in = sessions[&SessionId(occupation.busy_in)].0;
            }
            part.occupations.push(occupation);
        }
    }
}

/// The members of a kind, if they are there and none is listed twice.
fn once<'a, T>(what: &'static str, listed: &'a [T], number: fn(&T) -> u32, count: u32) -> Result<&'a [T], AcdError> {
    let mut seen = std::collections::HashSet::with_capacity(listed.len());
    match listed.iter().map(number).find(|&it| it >= count || !seen.insert(it)) {
        Some(number) => Err(AcdError::Unknown { what, number }),
        None => Ok(listed),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::super::{CallTimes, Conventions, Place, SessionState, StateChange};
    use super::*;
    use crate::time::{Duration, Instant};

    fn at(secs: u64) -> Instant {
        Instant::START + Duration::from_secs(secs)
    }

    /// A switch with three groups: two agents for the first, one for the others, whose numbers are not in that order.
    fn switch(conventions: Conventions) -> (AgentHandler<u32>, [Members; 2]) {
        let mut switch = AgentHandler::with_conventions(conventions);
        let [sales, service, claims] = [(1, "Sales"), (2, "Service"), (3, "Claims")].map(|(number, name)| {
            let group = switch.create_group(Uuid::from_u128(number), name).unwrap();
            switch.create_queue(&format!("{name} queue"), Some(group), at(0)).unwrap();
            group
        });
        let welcome = switch.create_queue("Welcome", None, at(0)).unwrap();
        let [cat, ann, ben] = ["cat", "ann", "ben"].map(|name| switch.create_agent(name, None, None, at(0)).unwrap());
        let [a, b, c] = ["4101", "4102", "4103"].map(|name| switch.create_address(name).unwrap());
        for (agent, group, address) in [(ann, sales, a), (cat, claims, c), (ben, sales, b), (cat, service, c)] {
            let session = switch.create_session(agent, group, address, None, at(0), &mut |_| {}).unwrap();
            switch.set_session_state(session, SessionState::Ready, at(0), &mut |_| {}).unwrap();
        }
        let others =
            Members { groups: vec![claims, service], queues: vec![welcome], agents: vec![cat], addresses: vec![c] };
        let first =
            Members { groups: vec![sales], agents: vec![ann, ben], addresses: vec![a, b], ..Members::default() };
        (switch, [first, others])
    }

    /// What happens at the switch to Cat, who is busy for claims and then for service, with a call that waits meanwhile.
    fn until_40(switch: &mut AgentHandler<u32>) -> Place {
        let times = CallTimes::straight(at(5), at(9));
        switch.call_arrives(QueueId(2), at(5));
        switch.answer(QueueId(2), SessionId(1), times, at(9), &mut |_| {}).unwrap();
        switch.call_arrives(QueueId(0), at(12));
        switch.call_waits(QueueId(0), 7, at(12));
        switch.call_arrives(QueueId(1), at(20));
        let place = switch.call_waits(QueueId(1), 8, at(20));
        switch.end_talk(SessionId(1), at(40), &mut |_| {}).unwrap();
        place
    }

    #[test]
    fn what_was_counted_is_the_same_in_the_parts() {
        let (mut switch, members) = switch(Conventions::default());
        until_40(&mut switch);
        let now = at(50);
        let parts = members.clone().map(|members| switch.part(&members).unwrap());
        for (part, members) in parts.iter().zip(&members) {
            for (number, &agent) in (0..).map(AgentId).zip(&members.agents) {
                assert_eq!(part.agent(number).user, switch.agent(agent).user);
                assert_eq!(part.agent_state(number), switch.agent_state(agent));
                assert_eq!(part.agent_life(number, now), switch.agent_life(agent, now));
                assert_eq!(part.agent_statistics(number, now), switch.agent_statistics(agent, now));
            }
        }
        let sessions = [(0, 0, 0), (0, 1, 2), (1, 0, 1), (1, 1, 3)];
        for (of, part, whole) in sessions.map(|(of, part, whole)| (&parts[of], SessionId(part), SessionId(whole))) {
            assert_eq!(of.session(part).state(), switch.session(whole).state());
            assert_eq!(of.session_statistics(part, now), switch.session_statistics(whole, now));
            let (group, other) = (of.session_group(part), switch.session_group(whole));
            assert_eq!(of.group(group).guid, switch.group(other).guid);
            let (address, other) = (of.session_address(part), switch.session_address(whole));
            assert_eq!(of.address(address).name, switch.address(other).name);
        }
        assert_eq!(parts.each_ref().map(AgentHandler::session_count), [2, 2], "and there are no others");
        for (of, part, whole) in [(0, 0, 0), (1, 0, 1), (1, 1, 2), (1, 2, 3)] {
            let (part, whole) = (QueueId(part), QueueId(whole));
            assert_eq!(parts[of].queue(part).name, switch.queue(whole).name);
            assert_eq!(parts[of].queue_life(part, now), switch.queue_life(whole, now));
            assert_eq!(parts[of].queue_statistics(part, now), switch.queue_statistics(whole, now));
            let calls =
                |handler: &AgentHandler<u32>, queue| handler.waiting_in(queue).map(|it| it.call).collect::<Vec<_>>();
            assert_eq!(calls(&parts[of], part), calls(&switch, whole));
        }
        let names = |part: &AgentHandler<u32>, group| {
            part.group(GroupId(group)).queues().iter().map(|&queue| part.queue(queue).name.clone()).collect::<Vec<_>>()
        };
        assert_eq!([names(&parts[1], 0), names(&parts[1], 1)], [["Claims queue"], ["Service queue"]]);
        assert_eq!(parts[1].queue(QueueId(2)).group, None);
    }

    #[test]
    fn what_happens_afterwards_is_the_same_in_a_part() {
        for window in ["since-set", "tumbling", "sliding"] {
            let mut conventions = Conventions::default();
            conventions.set("measurement_window", window).unwrap();
            conventions.set("measurement_period_s", "60").unwrap();
            let (mut whole, [_, members]) = switch(conventions);
            let place = until_40(&mut whole);
            let mut part = whole.part(&members).unwrap();
            // The same call, whose place in the part is the first.
            let story = |handler: &mut AgentHandler<u32>, queue, place, sessions: [SessionId; 2]| {
                let mut told: Vec<(SessionState, SessionState)> = Vec::new();
                let mut changed = |change: StateChange| told.push((change.from, change.to));
                handler.end_wrap_up(sessions[0], at(65), &mut changed).unwrap();
                let waiting = handler.take(queue, place);
                let times = CallTimes::straight(waiting.arrived, at(65));
                handler.answer(queue, sessions[1], times, at(65), &mut changed).unwrap();
                handler.end_talk(sessions[1], at(130), &mut changed).unwrap();
                handler.end_wrap_up(sessions[1], at(131), &mut changed).unwrap();
                told
            };
            let of_whole = story(&mut whole, QueueId(1), place, [SessionId(1), SessionId(3)]);
            let of_part = story(&mut part, QueueId(0), Place(0), [SessionId(0), SessionId(1)]);
            assert!(of_whole.len() >= 6, "{of_whole:?}");
            assert_eq!(of_whole, of_part);
            for now in [at(131), at(150), at(200)] {
                let agent = |handler: &AgentHandler<u32>, agent| handler.agent_statistics(agent, now);
                assert_eq!(agent(&whole, AgentId(0)), agent(&part, AgentId(0)), "{window}");
                let queue = |handler: &AgentHandler<u32>, queue| handler.queue_statistics(queue, now);
                assert_eq!(queue(&whole, QueueId(1)), queue(&part, QueueId(0)), "{window}");
            }
        }
    }

    #[test]
    fn members_are_there_and_once_and_all_that_their_sessions_relate() {
        let (switch, [first, others]) = switch(Conventions::default());
        let refused = |members: Members| switch.part(&members).err();
        let unknown = |what, number| Some(AcdError::Unknown { what, number });
        let without_address = Members { addresses: vec![AddressId(0)], ..first.clone() };
        assert_eq!(refused(without_address), unknown("address", 1));
        let without_group = Members { groups: vec![GroupId(2)], ..others.clone() };
        assert_eq!(refused(without_group), unknown("group", 1));
        let twice = Members { agents: vec![AgentId(1), AgentId(2), AgentId(1)], ..first.clone() };
        assert_eq!(refused(twice), unknown("agent", 1));
        assert_eq!(refused(Members { agents: vec![AgentId(3)], ..first.clone() }), unknown("agent", 3));
        assert_eq!(refused(Members { queues: vec![QueueId(0)], ..first }), unknown("queue", 0));
        assert!(refused(Members::default()).is_none(), "a handler of nothing");
    }
}
