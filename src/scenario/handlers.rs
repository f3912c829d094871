//! The agent handlers of a scenario: which groups, agents and addresses are whose, and how a file says it.
//!
//! A handler is what a client of TAPI sees of a switch. The switch routes and passes calls on between all groups; only what
//! is counted and shown is a handler's.

use uuid::Uuid;

use super::model::{Agent, Scenario};
use super::problems::{Fault, Problems, Span, listed, quoted};

/// The name of the agent handler of groups that name none.
pub const DEFAULT_HANDLER: &str = "Main ACD";

/// An agent handler and what belongs to it, by indexes into the scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handler {
    /// Its name, as ITAgentHandler has it.
    pub name: String,
    /// Its groups in [`Scenario::groups`], in their order; at least one.
    pub groups: Vec<usize>,
    /// Those agents in [`Scenario::agents`] who serve these groups, in their order.
    pub agents: Vec<usize>,
}

impl Handler {
    /// The handler's GUID, which LINEAGENTCAPS has as ProxyGUID: version 5 of its name, so that it is the same in every run.
    pub fn guid(&self) -> Uuid {
        /// The namespace of acdsim's agent handlers; never changes.
        const NAMESPACE: Uuid = Uuid::from_u128(0x0f6d_3b1c_5c1e_5d0a_9b3e_ac05_1e99_0a02);
        Uuid::new_v5(&NAMESPACE, self.name.as_bytes())
    }
}

impl Scenario {
    /// The agent handlers, in the order in which the groups name them; at least one.
    ///
    /// ```
    /// let scenario = acdsim::scenario::read("scenarios/two-handlers.toml".as_ref())?;
    /// let handlers = scenario.handlers();
    /// assert_eq!(handlers.iter().map(|handler| handler.name.as_str()).collect::<Vec<_>>(), ["Berlin", "Lyon"]);
    /// assert_eq!(handlers[1].groups, [2]);
    /// # Ok::<(), acdsim::scenario::ScenarioErrors>(())
    /// ```
    pub fn handlers(&self) -> Vec<Handler> {
        let mut handlers: Vec<Handler> = Vec::new();
        // Of each group.
        let mut handler_of = Vec::with_capacity(self.groups.len());
        for (number, group) in self.groups.iter().enumerate() {
            let known = handlers.iter().position(|handler| handler.name == group.handler);
            let index = known.unwrap_or_else(|| {
                handlers.push(Handler { name: group.handler.clone(), groups: Vec::new(), agents: Vec::new() });
                handlers.len() - 1
            });
            handlers[index].groups.push(number);
            handler_of.push(index);
        }
        for (number, agent) in self.agents.iter().enumerate() {
            handlers[handler_of[agent.groups[0]]].agents.push(number);
        }
        handlers
    }

    /// Whether the groups are of more than one agent handler.
    pub fn has_several_handlers(&self) -> bool {
        self.groups.iter().any(|group| group.handler != self.groups[0].handler)
    }

    /// The name of an agent's handler, which is that of the agent's groups.
    pub fn handler_of(&self, agent: &Agent) -> &str {
        &self.groups[agent.groups[0]].handler
    }
}

/// Checks that the groups which an agents' table names, at `at`, are of one agent handler; `handlers` has that of each group,
/// none for one whose handler could not be read.
pub(super) fn check(
    problems: &mut Problems,
    name: &str,
    served: &[usize],
    names: &[String],
    handlers: &[Option<&str>],
    at: Span,
) {
    let mut by_handler: Vec<(&str, Vec<String>)> = Vec::new();
    for &group in served {
        let Some(handler) = handlers[group] else { continue };
        match by_handler.iter_mut().find(|(known, _)| *known == handler) {
            Some((_, groups)) => groups.push(quoted(&names[group])),
            None => by_handler.push((handler, vec![quoted(&names[group])])),
        }
    }
    if by_handler.len() > 1 {
        let parts =
            by_handler.iter().map(|(handler, groups)| format!("{} of {}", listed(groups, "and"), quoted(handler)));
        let message = format!(
            "{} has groups of {} agent handlers: {}",
            quoted(name),
            by_handler.len(),
            parts.collect::<Vec<_>>().join("; ")
        );
        let help = "an agent's groups are all of one `handler`; who works with two handlers is an agent of each, apart";
        problems.push(Fault::new(at, message).label("not of one handler").help(help));
    }
}
