//! The agents of a scenario by teams, and the scenario with other numbers of them.

use super::demand::Demand;
use crate::scenario::{Agent, Desk, Scenario, Shift};
use crate::time::Instant;

/// Agents who serve the same groups and work alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Team {
    /// Its name: that of its agents, without their numbers, or of the groups where it has agents of several names.
    pub name: String,
    /// The index of its first agent in [`Scenario::agents`].
    pub first: usize,
    /// Indexes into [`Scenario::groups`], in the order of its agents.
    pub groups: Vec<usize>,
    /// The agents' rank in each of those groups.
    pub ranks: Vec<u32>,
    /// How they work, without breaks.
    pub desk: Desk,
}

/// How many agents of each team there are in each interval: team by team, interval by interval.
pub type Levels = Vec<Vec<u32>>;

/// The teams of a scenario, in the order of their first agents. Shifts and breaks are not part of what a team is: a plan makes its
/// own.
///
/// ```
/// use acdsim::planning::teams;
///
/// let scenario = acdsim::scenario::read("scenarios/quickstart.toml".as_ref())?;
/// let names: Vec<String> = teams(&scenario).into_iter().map(|team| team.name).collect();
/// assert_eq!(names, ["Support agent", "Billing agent", "Senior"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn teams(scenario: &Scenario) -> Vec<Team> {
    let mut teams: Vec<(Team, Vec<&str>)> = Vec::new();
    for (first, agent) in scenario.agents.iter().enumerate() {
        let desk = Desk { breaks: Vec::new(), shift_groups: Vec::new(), ..agent.desk.clone() };
        let name = without_number(&agent.name);
        let same = |(team, _): &&mut (Team, Vec<&str>)| {
            team.groups == agent.groups && team.ranks == agent.ranks && team.desk == desk
        };
        match teams.iter_mut().find(same) {
            Some((_, names)) if names.contains(&name) => {}
            Some((_, names)) => names.push(name),
            None => {
                let (groups, ranks) = (agent.groups.clone(), agent.ranks.clone());
                teams.push((Team { name: name.to_owned(), first, groups, ranks, desk }, vec![name]));
            }
        }
    }
    let mut named: Vec<Team> = Vec::new();
    for (mut team, names) in teams {
        if names.len() > 1 {
            let groups: Vec<&str> = team.groups.iter().map(|&group| scenario.groups[group].name.as_str()).collect();
            team.name = format!("{} agent", groups.join(" and "));
        }
        let (name, mut number) = (team.name.clone(), 1);
        while named.iter().any(|other| other.name == team.name) {
            number += 1;
            team.name = format!("{name} ({number})");
        }
        named.push(team);
    }
    named
}

/// A name without the number at its end.
fn without_number(name: &str) -> &str {
    match name.rsplit_once(' ') {
        Some((before, number)) if !before.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => before,
        _ => name,
    }
}

/// The scenario with so many agents of each team in each interval: agent *k* of a team is there while it has *k* agents or more, as with a scenario's `staff`.
///
/// It has no agents at all if all levels are 0.
pub fn with_levels(scenario: &Scenario, demand: &Demand, teams: &[Team], levels: &Levels) -> Scenario {
    let mut agents = Vec::new();
    for (team, levels) in teams.iter().zip(levels) {
        for (index, shifts) in shifts_of(demand, levels).into_iter().enumerate() {
            agents.push(agent(team, index + 1, shifts, team.desk.clone()));
        }
    }
    Scenario { agents, ..scenario.clone() }
}

/// An agent of a team.
pub(super) fn agent(team: &Team, number: usize, shifts: Vec<Shift>, desk: Desk) -> Agent {
    let name = format!("{} {number}", team.name);
    Agent { address: name.clone(), name, groups: team.groups.clone(), ranks: team.ranks.clone(), shifts, desk }
}

/// The shifts of each agent of a team with these levels.
fn shifts_of(demand: &Demand, levels: &[u32]) -> Vec<Vec<Shift>> {
    let mut shifts: Vec<Vec<Shift>> = Vec::new();
    let mut present: Vec<Instant> = Vec::new();
    let last = demand.intervals.last().map_or(Instant::START, |interval| interval.end);
    let steps = demand.intervals.iter().zip(levels).map(|(interval, &level)| (interval.start, level as usize));
    for (at, level) in steps.chain([(last, 0)]) {
        while present.len() > level {
            let log_in = present.pop().expect("more are present than wanted");
            let number = present.len();
            if shifts.len() <= number {
                shifts.resize(number + 1, Vec::new());
            }
            // Whoever is there to the end stays to the end, as one does without a time to leave.
            let log_out = if at == last { Instant::NEVER } else { at };
            shifts[number].push(Shift { log_in, log_out });
        }
        present.resize(level.max(present.len()), at);
    }
    shifts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_become_the_shifts_that_a_staff_table_makes() {
        let text = |agents: &str| {
            format!(
                r#"
            horizon = "4h"
            interval = "1h"
            [[group]]
            name = "Calls"
            arrivals = {{ rate = "30/h" }}
            talk = "3m"
            [[agents]]
            name = "Agent"
            groups = ["Calls"]
            {agents}
            "#
            )
        };
        let parse = |agents: &str| crate::scenario::parse(&text(agents), "team.toml".as_ref()).expect("it is sound");
        let steps = [("0h", 2), ("1h", 0), ("2h", 3), ("3h", 1)];
        let steps: Vec<_> =
            steps.iter().map(|(from, agents)| format!("{{ from = \"+{from}\", agents = {agents} }}")).collect();
        let staffed = parse(&format!("staffing = [{}]", steps.join(", ")));
        let scenario = parse("count = 1");
        let levels = vec![vec![2, 0, 3, 1]];
        let planned = with_levels(&scenario, &Demand::of(&scenario), &teams(&scenario), &levels);
        let shifts = |scenario: &Scenario| -> Vec<(String, Vec<(Instant, Instant)>)> {
            let until = |shift: &Shift| (shift.log_in, shift.log_out.min(Instant::START + scenario.horizon));
            scenario.agents.iter().map(|agent| (agent.name.clone(), agent.shifts.iter().map(until).collect())).collect()
        };
        assert_eq!(shifts(&planned), shifts(&staffed));
    }
}
