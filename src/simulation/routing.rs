//! Routing: which agent takes an arriving call, and which call a free agent takes.
//!
//! Whoever decides by these rules decides as the engine does: the engine itself, and the Markov chain that is made of a
//! scenario.

use crate::fault::{self, Fault};
use crate::scenario::{AgentSelection, CallSelection, Scenario};

/// The routing of a scenario with the agents who are idle now.
///
/// The idle agents of a group are in lists, one for each rank that agents have in it, each in the order in which they
/// became idle. An agent has a node in one list of each group that the agent serves, so that being taken for one group
/// removes the agent from all of them in as many steps as there are groups, without a search.
///
/// Lists are closed: the last node is followed by the head of the list, and that by the first. So taking out and putting
/// in are the same wherever it is.
#[derive(Clone, Debug)]
pub(crate) struct Router {
    call_selection: CallSelection,
    /// The heads of the lists, those of a group side by side with the best rank first; then a node for each membership of
    /// an agent in a group.
    nodes: Vec<Node>,
    /// For each agent, the agent's memberships among the nodes: the first, and the one past the last.
    memberships: Vec<(u32, u32)>,
    /// For each group, the heads of its lists: the first, and the one past the last.
    heads: Vec<(u32, u32)>,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    before: u32,
    after: u32,
    /// The head of the list.
    head: u32,
    group: u32,
    agent: u32,
    /// The position of the group in the agent's list.
    position: u32,
}

impl Router {
    /// The routing of a scenario, with nobody idle.
    pub(crate) fn new(scenario: &Scenario) -> Self {
        let all = scenario.agents.iter().map(|agent| (0..agent.groups.len()).collect());
        Router::of(scenario, all.enumerate())
    }

    /// The routing of those who have the groups at these positions of an agent's list, with nobody idle.
    pub(crate) fn of(scenario: &Scenario, those: impl Iterator<Item = (usize, Vec<usize>)>) -> Self {
        let ranked = scenario.routing.agent_selection == AgentSelection::LowestRank;
        let memberships: Vec<Vec<(usize, u32)>> = those
            .map(|(agent, positions)| {
                let of = &scenario.agents[agent];
                let rank = |position: usize| if ranked { of.ranks[position] } else { 1 };
                positions.into_iter().map(|position| (of.groups[position], rank(position))).collect()
            })
            .collect();
        Router::of_ranks(scenario.groups.len(), &memberships, scenario.routing.call_selection)
    }

    /// The routing of agents who have these ranks in these groups.
    pub(crate) fn of_ranks(groups: usize, memberships: &[Vec<(usize, u32)>], call_selection: CallSelection) -> Self {
        let mut ranks: Vec<(usize, u32)> = memberships.iter().flatten().copied().collect();
        ranks.sort_unstable();
        ranks.dedup();
        let heads_before = |group| ranks.partition_point(|&(other, _)| other < group) as u32;
        let heads = (0..groups).map(|group| (heads_before(group), heads_before(group + 1))).collect();
        // Nobody is the agent of a head.
        let head = |(index, &(group, _)): (u32, &(usize, u32))| Node {
            before: index,
            after: index,
            head: index,
            group: group as u32,
            agent: u32::MAX,
            position: 0,
        };
        let mut nodes: Vec<Node> = (0..).zip(&ranks).map(head).collect();
        let mut router_memberships = Vec::with_capacity(memberships.len());
        for (agent, memberships) in (0..).zip(memberships) {
            let first = nodes.len() as u32;
            for (position, &membership) in (0..).zip(memberships) {
                let head = ranks.binary_search(&membership).expect("every rank of every group has a list") as u32;
                nodes.push(Node { before: head, after: head, head, group: membership.0 as u32, agent, position });
            }
            router_memberships.push((first, nodes.len() as u32));
        }
        Router { call_selection, nodes, memberships: router_memberships, heads }
    }

    /// The idle agent who takes a call of a group, with the position of the group in the agent's list of groups.
    #[inline]
    pub(crate) fn agent_for(&self, group: u32) -> Option<(u32, u32)> {
        let (from, to) = self.heads[group as usize];
        let mut lists = from..to;
        let node = if fault::is(Fault::WorstRankFirst) {
            lists.rev().find_map(|head| self.list(head).next())?
        } else if fault::is(Fault::TopDownStops) {
            lists.next().and_then(|head| self.list(head).next())?
        } else if fault::is(Fault::FirstOfTheList) {
            self.list(lists.find(|&head| self.list(head).next().is_some())?).min()?
        } else {
            loop {
                let head = lists.next()?;
                let first = self.nodes[head as usize].after;
                if first != head {
                    break first;
                }
            }
        };
        Some(self.membership(node))
    }

    /// The idle agents of a group, those of the best rank first, each rank in the order in which they became idle; with the
    /// position of the group in each agent's list.
    #[inline]
    pub(crate) fn ready(&self, group: u32) -> impl Iterator<Item = (u32, u32)> {
        let (mut head, end) = self.heads[group as usize];
        let mut node = head;
        std::iter::from_fn(move || {
            while head < end {
                node = self.nodes[node as usize].after;
                if node != head {
                    return Some(self.membership(node));
                }
                head += 1;
                node = head;
            }
            None
        })
    }

    /// The nodes of a list, in its order.
    fn list(&self, head: u32) -> impl Iterator<Item = u32> {
        let after = move |&node: &u32| Some(self.nodes[node as usize].after).filter(|&after| after != head);
        std::iter::successors(after(&head), after)
    }

    /// The agent of a node, with the position of its group in the agent's list.
    #[inline]
    fn membership(&self, node: u32) -> (u32, u32) {
        let Node { agent, position, .. } = self.nodes[node as usize];
        (agent, position)
    }

    /// The waiting call that a free agent takes, with the position of its group in the agent's list of groups.
    ///
    /// `longest` is asked for the longest waiting call of a group, and since when it waits.
    #[inline]
    pub(crate) fn call_for<C, W: PartialOrd>(
        &self,
        agent: u32,
        mut longest: impl FnMut(u32) -> Option<(C, W)>,
    ) -> Option<(C, u32)> {
        let mut chosen: Option<(C, W, u32)> = None;
        for (position, group) in (0..).zip(self.groups(agent)) {
            if let Some((call, since)) = longest(group)
                && chosen.as_ref().is_none_or(|(_, earliest, _)| since < *earliest)
            {
                if self.call_selection == CallSelection::GroupOrder && !fault::is(Fault::PrioritiesIgnored) {
                    return Some((call, position));
                }
                chosen = Some((call, since, position));
            }
            if fault::is(Fault::OnlyFirstQueue) {
                break;
            }
        }
        chosen.map(|(call, _, position)| (call, position))
    }

    /// The groups of an agent, in the agent's order.
    #[inline]
    pub(crate) fn groups(&self, agent: u32) -> impl Iterator<Item = u32> {
        self.nodes[self.nodes_of(agent)].iter().map(|node| node.group)
    }

    /// The group at a position of an agent's list.
    #[inline]
    pub(crate) fn group_at(&self, agent: u32, position: u32) -> u32 {
        self.nodes[(self.memberships[agent as usize].0 + position) as usize].group
    }

    /// Puts an agent, who has become idle, behind those who are idle already.
    #[inline]
    pub(crate) fn insert(&mut self, agent: u32) {
        for index in self.nodes_of(agent) {
            let head = self.nodes[index].head;
            let (before, after) = if fault::is(Fault::LeastRecentKeepsRinging) {
                (head, self.nodes[head as usize].after)
            } else {
                (self.nodes[head as usize].before, head)
            };
            let node = &mut self.nodes[index];
            (node.before, node.after) = (before, after);
            self.nodes[before as usize].after = index as u32;
            self.nodes[after as usize].before = index as u32;
        }
    }

    /// Takes an agent away who is idle no more.
    #[inline]
    pub(crate) fn remove(&mut self, agent: u32) {
        for index in self.nodes_of(agent) {
            let Node { before, after, .. } = self.nodes[index];
            self.nodes[before as usize].after = after;
            self.nodes[after as usize].before = before;
        }
    }

    #[inline]
    fn nodes_of(&self, agent: u32) -> std::ops::Range<usize> {
        let (first, end) = self.memberships[agent as usize];
        first as usize..end as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Groups that an agent may serve, each with a rank.
    fn memberships() -> impl Strategy<Value = Vec<(usize, u32)>> {
        (prop::sample::subsequence(vec![0_usize, 1, 2], 1..=3), prop::array::uniform3(1_u32..4))
            .prop_map(|(groups, ranks)| groups.into_iter().zip(ranks).collect())
    }

    proptest! {
        /// The lists against one plain list of idle agents.
        #[test]
        fn the_agent_of_each_group_is_that_of_a_plain_list(
            memberships in prop::collection::vec(memberships(), 1..8),
            steps in prop::collection::vec(0_usize..8, 0..60),
        ) {
            let mut router = Router::of_ranks(3, &memberships, CallSelection::LongestWaiting);
            let mut idle: Vec<usize> = Vec::new();
            for agent in steps.into_iter().map(|step| step % memberships.len()) {
                match idle.iter().position(|&other| other == agent) {
                    Some(place) => {
                        idle.remove(place);
                        router.remove(agent as u32);
                    }
                    None => {
                        idle.push(agent);
                        router.insert(agent as u32);
                    }
                }
                for group in 0..3 {
                    let candidates = idle.iter().enumerate().filter_map(|(place, &agent)| {
                        let position = memberships[agent].iter().position(|&(other, _)| other == group)?;
                        Some((memberships[agent][position].1, place, (agent as u32, position as u32)))
                    });
                    prop_assert_eq!(router.agent_for(group as u32), candidates.min().map(|(.., found)| found));
                }
            }
        }

        /// The call that a free agent takes, of at most one a group.
        #[test]
        fn a_free_agent_takes_the_call_of_the_rule(
            memberships in memberships(),
            since in prop::array::uniform3(prop::option::of(0_u32..4)),
        ) {
            let longest = |group: u32| since[group as usize].map(|since| (group, since));
            let waiting = || (0..).zip(&memberships).filter_map(|(position, &(group, _))| {
                Some((since[group]?, position, group as u32))
            });
            let call_for = |selection| Router::of_ranks(3, std::slice::from_ref(&memberships), selection).call_for(0, longest);
            let oldest = waiting().min().map(|(_, position, group)| (group, position));
            prop_assert_eq!(call_for(CallSelection::LongestWaiting), oldest);
            let first = waiting().next().map(|(_, position, group)| (group, position));
            prop_assert_eq!(call_for(CallSelection::GroupOrder), first);
        }
    }
}
