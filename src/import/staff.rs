//! How many agents there are: read from a file of half hours, told from the services in the calls, or a fixed number.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};

use super::ImportError;
use super::cells::nanos;
use crate::time::Duration;

/// The most agents that a scenario has.
const MOST_AGENTS: usize = 100_000;

/// The most stays of all agents together: some 64 MiB.
const MOST_STAYS: usize = 2_000_000;

/// When each known agent was at work, as far as services tell: from the first to the last of those that are at most so far
/// apart. It grows with the breaks of the agents, not with their services.
pub(super) struct Services {
    longest_idle: i64,
    stays: usize,
    most_stays: usize,
    agents: BTreeMap<String, Agent>,
}

#[derive(Default)]
struct Agent {
    /// When each stay begins, and when it ends; further apart than the longest idle time.
    stays: BTreeMap<i64, i64>,
    /// How many services of each group.
    served: BTreeMap<u16, u64>,
}

/// The agents of a scenario.
pub(super) struct Staff {
    /// Agents who serve the same groups.
    pub(super) teams: Vec<Team>,
    pub(super) told: Told,
}

/// Agents who serve the same groups, and how many of them there are from when on: in order of time, from the first moment
/// of the import.
#[derive(Debug, PartialEq)]
pub(super) struct Team {
    pub(super) groups: Vec<u16>,
    pub(super) steps: Vec<(i64, u32)>,
}

/// What the agents are told from.
pub(super) enum Told {
    /// A file, by its name.
    File(String),
    /// The services in the calls.
    Services,
    /// The command line.
    Fixed,
}

impl Services {
    pub(super) fn new(longest_idle: Duration) -> Self {
        let longest_idle = i64::try_from(longest_idle.as_nanos()).unwrap_or(i64::MAX);
        Services { longest_idle, stays: 0, most_stays: MOST_STAYS, agents: BTreeMap::new() }
    }

    /// Adds a service of a group that began at a moment.
    pub(super) fn add(&mut self, agent: &str, group: u16, start: i64, length: Duration) -> Result<(), ImportError> {
        if !self.agents.contains_key(agent) {
            if self.agents.len() == MOST_AGENTS {
                let (what, limit, name) = ("agent", MOST_AGENTS as u32, agent.to_owned());
                return Err(ImportError::TooManyNames { what, limit, name });
            }
            self.agents.insert(agent.to_owned(), Agent::default());
        }
        let agent = self.agents.get_mut(agent).expect("it is there now");
        *agent.served.entry(group).or_default() += 1;
        let (mut from, mut to) = (start, start.saturating_add(i64::try_from(length.as_nanos()).unwrap_or(i64::MAX)));
        // Stays that come so near to the service, or to what it has already been joined with, are one.
        while let Some((&begun, &ended)) = agent.stays.range(..=to.saturating_add(self.longest_idle)).next_back()
            && ended.saturating_add(self.longest_idle) >= from
        {
            agent.stays.remove(&begun);
            self.stays -= 1;
            (from, to) = (from.min(begun), to.max(ended));
        }
        agent.stays.insert(from, to);
        self.stays += 1;
        if self.stays > self.most_stays {
            return Err(ImportError::TooManyStays { most: self.most_stays });
        }
        Ok(())
    }

    /// The agents between two moments, in teams. An agent serves each group that at least `share` of the agent's services
    /// were of, and the one that most were of; a group that nobody would serve is served by all.
    pub(super) fn staff(&self, start: i64, end: i64, groups: &[u16], share: f64) -> Staff {
        let mut teams = BTreeMap::<BTreeSet<u16>, BTreeMap<i64, i64>>::new();
        for agent in self.agents.values() {
            let services: u64 = agent.served.values().sum();
            let most = agent.served.values().max().copied().unwrap_or_default();
            let wanted = |count: u64| count == most || count as f64 >= share * services as f64;
            let team = agent.served.iter().filter(|&(_, &count)| wanted(count)).map(|(&group, _)| group).collect();
            let changes = teams.entry(team).or_default();
            for (&from, &to) in &agent.stays {
                let (from, to) = (from.max(start), to.min(end));
                if from < to {
                    *changes.entry(from).or_default() += 1;
                    *changes.entry(to).or_default() -= 1;
                }
            }
        }
        teams.retain(|_, changes| !changes.is_empty());
        let served: BTreeSet<u16> = teams.keys().flatten().copied().collect();
        let unserved: Vec<u16> = groups.iter().copied().filter(|group| !served.contains(group)).collect();
        let in_order = |team: &BTreeSet<u16>| {
            groups.iter().copied().filter(|group| team.contains(group) || unserved.contains(group)).collect()
        };
        let teams = teams.into_iter().map(|(team, mut changes)| {
            changes.entry(start).or_default();
            let mut agents = 0;
            let mut steps: Vec<(i64, u32)> = Vec::new();
            for (&at, change) in changes.range(..end) {
                agents += change;
                steps.push((at, u32::try_from(agents).expect("nobody leaves who has not come")));
            }
            steps.dedup_by_key(|&mut (_, agents)| agents);
            Team { groups: in_order(&team), steps }
        });
        let mut teams: Vec<Team> = teams.collect();
        teams.sort_by(|a, b| {
            let place = |team: &Team| -> Vec<usize> {
                team.groups.iter().filter_map(|group| groups.iter().position(|known| known == group)).collect()
            };
            place(a).cmp(&place(b))
        });
        Staff { teams, told: Told::Services }
    }
}

impl Staff {
    /// Reads a CSV file with `date`, `start` and `agents_seen`; a half hour that it does not have is without agents.
    pub(super) fn read(path: &Path, start: DateTime, end: DateTime, groups: &[u16]) -> Result<Self, ImportError> {
        const COLUMNS: [(&str, &str); 3] = [
            ("date", "it is a date such as 1999-02-07"),
            ("start", "it is a clock such as 07:30"),
            ("agents_seen", "it is a number of agents, 0 to 100000"),
        ];
        let file = path.display().to_string();
        let unreadable = |reason| ImportError::Unreadable { file: file.clone(), reason };
        let mut csv = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(path).map_err(unreadable)?;
        let header = csv.headers().map_err(unreadable)?.clone();
        let mut indexes = [0; 3];
        for (index, (column, _)) in indexes.iter_mut().zip(COLUMNS) {
            let found = header.iter().position(|name| name == column);
            *index = found.ok_or_else(|| ImportError::NoColumn { file: file.clone(), column })?;
        }
        let mut agents = BTreeMap::new();
        for row in csv.records() {
            let row = row.map_err(unreadable)?;
            let wrong = |column: usize, allowed| ImportError::Staff {
                file: file.clone(),
                line: row.position().map_or(0, csv::Position::line),
                column: COLUMNS[column].0,
                value: row[indexes[column]].to_owned(),
                allowed,
            };
            let needed = |column: usize| wrong(column, COLUMNS[column].1);
            let date: Date = row[indexes[0]].parse().map_err(|_| needed(0))?;
            let clock: Time = row[indexes[1]].parse().map_err(|_| needed(1))?;
            let count = row[indexes[2]].parse().ok().filter(|&count| count <= 100_000).ok_or_else(|| needed(2))?;
            if agents.insert(date.to_datetime(clock), count).is_some() {
                return Err(wrong(1, "a row before this one is of the same half hour"));
            }
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let team = Team { groups: groups.to_vec(), steps: steps(&agents, start, end) };
        Ok(Staff { teams: vec![team], told: Told::File(name) })
    }

    /// So many agents for all groups, from a moment on.
    pub(super) fn fixed(agents: u32, start: i64, groups: &[u16]) -> Self {
        Staff { teams: vec![Team { groups: groups.to_vec(), steps: vec![(start, agents)] }], told: Told::Fixed }
    }

    /// The most agents there ever are at once.
    pub(super) fn most(&self) -> u32 {
        let mut changes = BTreeMap::<i64, i64>::new();
        for team in &self.teams {
            let mut before = 0;
            for &(at, agents) in &team.steps {
                *changes.entry(at).or_default() += i64::from(agents) - before;
                before = i64::from(agents);
            }
        }
        let counts = changes.values().scan(0, |agents, change| {
            *agents += change;
            Some(*agents)
        });
        u32::try_from(counts.max().unwrap_or_default()).unwrap_or(u32::MAX)
    }
}

/// The changes of a number that holds for half an hour each time, and is 0 otherwise.
fn steps(agents: &BTreeMap<DateTime, u32>, start: DateTime, end: DateTime) -> Vec<(i64, u32)> {
    let mut steps = Vec::new();
    let mut until = start;
    for (&from, &agents) in agents.range(start..end) {
        if until < from {
            steps.push((until, 0));
        }
        steps.push((from, agents));
        until = from.saturating_add(30.minutes());
    }
    if until < end {
        steps.push((until, 0));
    }
    steps.dedup_by_key(|&mut (_, agents)| agents);
    steps.into_iter().filter_map(|(at, agents)| Some((nanos(at)?, agents))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(clock: &str) -> DateTime {
        format!("1999-02-07T{clock}:00").parse().unwrap()
    }

    fn at(clock: &str) -> i64 {
        nanos(day(clock)).unwrap()
    }

    fn exactly(at: &str) -> i64 {
        nanos(at.parse().unwrap()).unwrap()
    }

    /// From an agent's services: who, of which group, from when, and how many seconds.
    fn services(longest_idle_s: u64, all: &[(&str, u16, &str, u64)]) -> Services {
        let mut services = Services::new(Duration::from_secs(longest_idle_s));
        for &(agent, group, start, secs) in all {
            services.add(agent, group, exactly(start), Duration::from_secs(secs)).unwrap();
        }
        services
    }

    #[test]
    fn an_agent_is_at_work_through_idle_times_that_are_not_too_long() {
        // Not in order of time: idle for 10 min, and then for a second more.
        let all = [
            ("A01", 0, "1999-02-07T08:11:00", 60),
            ("A01", 0, "1999-02-07T08:00:00", 60),
            ("A01", 0, "1999-02-07T08:22:01", 59),
            ("A02", 0, "1999-02-07T08:05:00", 3_600),
            // Inside a longer service of the same agent, which happens; and over the end of the day.
            ("A02", 0, "1999-02-07T08:06:00", 60),
            ("A03", 0, "1999-02-07T23:59:00", 600),
        ];
        let end = exactly("1999-02-08T00:00:00");
        let staff = services(600, &all).staff(at("00:00"), end, &[0], 0.0);
        let back = exactly("1999-02-07T08:22:01");
        assert_eq!(
            staff.teams,
            [Team {
                groups: vec![0],
                steps: vec![
                    (at("00:00"), 0),
                    (at("08:00"), 1),
                    (at("08:05"), 2),
                    (at("08:12"), 1),
                    (back, 2),
                    (at("08:23"), 1),
                    (at("09:05"), 0),
                    (at("23:59"), 1),
                ]
            }]
        );
        let never_idle = services(0, &all).staff(at("00:00"), end, &[0], 0.0).teams.remove(0).steps;
        assert!(never_idle.contains(&(at("08:01"), 0)), "{never_idle:?}");
        assert_eq!(services(0, &all).staff(at("10:00"), at("11:00"), &[0], 0.0).most(), 0);
    }

    #[test]
    fn agents_who_come_and_go_too_often_are_an_error() {
        let mut services =
            services(60, &[("A01", 0, "1999-02-07T08:00:00", 60), ("A02", 0, "1999-02-07T08:00:00", 60)]);
        services.most_stays = 2;
        let mut add =
            |start| services.add("A01", 0, exactly(start), Duration::from_secs(60)).map_err(|error| error.to_string());
        // Joined with the one before it.
        assert_eq!(add("1999-02-07T08:02:00"), Ok(()));
        let error = add("1999-02-07T08:04:01").unwrap_err();
        assert_eq!(error, "agents come and go more than 2 times; with a longer --longest-idle their stays are fewer");
    }

    #[test]
    fn stays_do_not_depend_on_the_order_of_the_services() {
        let mut all: Vec<(&str, u16, String, u64)> = (0..300_u64)
            .map(|index| {
                let secs = index * 7_919 % 20_000;
                let at = day("08:00") + jiff::SignedDuration::from_secs(secs as i64);
                ("A01", 0, at.to_string(), 1 + index * 31 % 200)
            })
            .collect();
        let stays = |all: &[(&str, u16, String, u64)]| {
            let all: Vec<_> = all.iter().map(|(agent, group, at, secs)| (*agent, *group, at.as_str(), *secs)).collect();
            services(20, &all).agents["A01"].stays.clone()
        };
        let one = stays(&all);
        all.reverse();
        assert_eq!(one, stays(&all));
        all.sort_by(|a, b| a.2.cmp(&b.2));
        assert_eq!(one, stays(&all));
        let gaps = one.iter().zip(one.iter().skip(1)).map(|(before, after)| after.0 - before.1);
        assert!(one.len() > 10 && gaps.min().unwrap() > 20_000_000_000);
    }

    #[test]
    fn agents_are_in_teams_by_the_groups_they_serve() {
        let mut all = vec![("Ann", 0, "1999-02-07T08:00:00", 60), ("Ben", 1, "1999-02-07T08:00:00", 60)];
        all.extend([("Ann", 0, "1999-02-07T08:01:00", 60); 9]);
        all.push(("Ann", 1, "1999-02-07T08:02:00", 60));
        let services = services(600, &all);
        let teams = |share| -> Vec<Vec<u16>> {
            let staff = services.staff(at("00:00"), at("23:00"), &[1, 0, 2], share);
            assert_eq!(staff.most(), 2);
            staff.teams.into_iter().map(|team| team.groups).collect()
        };
        // Nobody was seen to serve group 2, so all do.
        assert_eq!(teams(0.0), [vec![1, 0, 2], vec![1, 2]]);
        assert_eq!(teams(0.2), [vec![1, 2], vec![0, 2]]);
    }

    #[test]
    fn a_half_hour_without_a_row_is_without_agents() {
        let agents = BTreeMap::from([(day("07:00"), 2), (day("07:30"), 2), (day("08:30"), 3), (day("12:00"), 9)]);
        assert_eq!(
            steps(&agents, day("07:00"), day("12:00")),
            [(at("07:00"), 2), (at("08:00"), 0), (at("08:30"), 3), (at("09:00"), 0)]
        );
        assert_eq!(steps(&BTreeMap::new(), day("07:00"), day("12:00")), [(at("07:00"), 0)]);
    }
}
