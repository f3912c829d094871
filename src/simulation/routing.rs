//! Routing: which agent takes an arriving call. The READY agents of each group, the longest idle first.

/// No node.
const NONE: u32 = u32::MAX;

/// The idle agents of each group, in the order in which they became idle.
///
/// An agent has a node in the list of each group that the agent serves, so that being taken for one group removes the
/// agent from all of them in as many steps as there are groups, without a search.
#[derive(Clone, Debug)]
pub(super) struct IdleLists {
    /// For each membership of an agent in a group.
    nodes: Vec<Node>,
    /// For each agent, the first of the agent's memberships; one more at the end.
    first: Vec<u32>,
    /// For each group.
    lists: Vec<List>,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    before: u32,
    after: u32,
    group: u32,
    agent: u32,
}

#[derive(Clone, Copy, Debug)]
struct List {
    first: u32,
    last: u32,
}

impl IdleLists {
    /// Lists for agents who serve the given groups, with nobody idle.
    pub(super) fn new<'a>(groups: usize, memberships: impl Iterator<Item = &'a [usize]>) -> Self {
        let mut lists =
            IdleLists { nodes: Vec::new(), first: vec![0], lists: vec![List { first: NONE, last: NONE }; groups] };
        for (agent, groups) in (0..).zip(memberships) {
            let node = |&group: &usize| Node { before: NONE, after: NONE, group: group as u32, agent };
            lists.nodes.extend(groups.iter().map(node));
            lists.first.push(lists.nodes.len() as u32);
        }
        lists
    }

    /// The agent of a group who has been idle longest, with the position of the group in the agent's list of groups.
    #[inline]
    pub(super) fn longest_idle(&self, group: u32) -> Option<(u32, u32)> {
        let node = self.lists[group as usize].first;
        if node == NONE {
            return None;
        }
        let agent = self.nodes[node as usize].agent;
        Some((agent, node - self.first[agent as usize]))
    }

    /// The groups of an agent, in the agent's order.
    #[inline]
    pub(super) fn groups(&self, agent: u32) -> impl Iterator<Item = u32> {
        self.nodes[self.memberships(agent)].iter().map(|node| node.group)
    }

    /// The group at a position of an agent's list.
    #[inline]
    pub(super) fn group_at(&self, agent: u32, position: u32) -> u32 {
        self.nodes[(self.first[agent as usize] + position) as usize].group
    }

    /// Puts an agent at the end of the lists of all the agent's groups.
    #[inline]
    pub(super) fn insert(&mut self, agent: u32) {
        for index in self.memberships(agent) {
            let node = &mut self.nodes[index];
            let list = &mut self.lists[node.group as usize];
            (node.before, node.after) = (list.last, NONE);
            match std::mem::replace(&mut list.last, index as u32) {
                NONE => list.first = index as u32,
                last => self.nodes[last as usize].after = index as u32,
            }
        }
    }

    /// Takes an idle agent out of all lists.
    #[inline]
    pub(super) fn remove(&mut self, agent: u32) {
        for index in self.memberships(agent) {
            let Node { before, after, group, .. } = self.nodes[index];
            match before {
                NONE => self.lists[group as usize].first = after,
                before => self.nodes[before as usize].after = after,
            }
            match after {
                NONE => self.lists[group as usize].last = before,
                after => self.nodes[after as usize].before = before,
            }
        }
    }

    #[inline]
    fn memberships(&self, agent: u32) -> std::ops::Range<usize> {
        self.first[agent as usize] as usize..self.first[agent as usize + 1] as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The lists against one plain list of idle agents.
        #[test]
        fn the_longest_idle_of_each_group_is_that_of_a_plain_list(
            memberships in prop::collection::vec(prop::sample::subsequence(vec![0_usize, 1, 2], 1..=3), 1..8),
            steps in prop::collection::vec(0_usize..8, 0..60),
        ) {
            let mut lists = IdleLists::new(3, memberships.iter().map(Vec::as_slice));
            let mut idle: Vec<usize> = Vec::new();
            for agent in steps.into_iter().map(|step| step % memberships.len()) {
                match idle.iter().position(|&other| other == agent) {
                    Some(place) => {
                        idle.remove(place);
                        lists.remove(agent as u32);
                    }
                    None => {
                        idle.push(agent);
                        lists.insert(agent as u32);
                    }
                }
                for group in 0..3 {
                    let expected = idle.iter().find_map(|&agent| {
                        let position = memberships[agent].iter().position(|&other| other == group)?;
                        Some((agent as u32, position as u32))
                    });
                    prop_assert_eq!(lists.longest_idle(group as u32), expected);
                }
            }
        }
    }
}
