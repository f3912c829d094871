//! How many agents there are: read from a file of half hours, or told from the services in the calls.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, ToSpan};

use super::ImportError;
use super::call::Service;
use crate::time::Duration;

/// The services of each known agent: from when to when.
#[derive(Default)]
pub(super) struct Services(BTreeMap<String, Vec<(DateTime, DateTime)>>);

/// How many agents there are from when on: in order of time, from the first moment of the import.
pub(super) struct Staff {
    pub(super) steps: Vec<(DateTime, u32)>,
    /// The name of the file it was read from.
    pub(super) file: Option<String>,
}

impl Services {
    pub(super) fn add(&mut self, service: Service) {
        let end = service.start.saturating_add(SignedDuration::from_secs(service.secs.into()));
        self.0.entry(service.agent).or_default().push((service.start, end));
    }

    /// The agents between two moments, an agent being at work from the first to the last of services that are at most
    /// `longest_idle` apart.
    pub(super) fn staff(&self, start: DateTime, end: DateTime, longest_idle: Duration) -> Staff {
        let longest_idle = SignedDuration::from_nanos(i64::try_from(longest_idle.as_nanos()).unwrap_or(i64::MAX));
        let mut changes = BTreeMap::<DateTime, i64>::from([(start, 0)]);
        let mut at_work = |from: DateTime, to: DateTime| {
            let (from, to) = (from.max(start), to.min(end));
            if from < to {
                *changes.entry(from).or_default() += 1;
                *changes.entry(to).or_default() -= 1;
            }
        };
        for services in self.0.values() {
            let mut services = services.clone();
            services.sort_unstable();
            let mut stay = services[0];
            for &(from, to) in &services[1..] {
                if from.duration_since(stay.1) > longest_idle {
                    at_work(stay.0, stay.1);
                    stay = (from, to);
                } else {
                    stay.1 = stay.1.max(to);
                }
            }
            at_work(stay.0, stay.1);
        }
        let mut agents = 0;
        let mut steps: Vec<(DateTime, u32)> = Vec::new();
        for (&at, change) in changes.range(..end) {
            agents += change;
            steps.push((at, u32::try_from(agents).expect("nobody leaves who has not come")));
        }
        steps.dedup_by_key(|&mut (_, agents)| agents);
        Staff { steps, file: None }
    }
}

impl Staff {
    /// Reads a CSV file with `date`, `start` and `agents_seen`; a half hour that it does not have is without agents.
    pub(super) fn read(path: &Path, start: DateTime, end: DateTime) -> Result<Self, ImportError> {
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
        Ok(Staff { steps: steps(&agents, start, end), file: Some(name) })
    }

    /// The most agents there ever are.
    pub(super) fn most(&self) -> u32 {
        self.steps.iter().map(|&(_, agents)| agents).max().unwrap_or_default()
    }
}

/// The changes of a number that holds for half an hour each time, and is 0 otherwise.
fn steps(agents: &BTreeMap<DateTime, u32>, start: DateTime, end: DateTime) -> Vec<(DateTime, u32)> {
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
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(clock: &str) -> DateTime {
        format!("1999-02-07T{clock}:00").parse().unwrap()
    }

    #[test]
    fn an_agent_is_at_work_through_idle_times_that_are_not_too_long() {
        let mut services = Services::default();
        let mut add = |agent: &str, start: &str, secs| {
            services.add(Service { agent: agent.into(), start: start.parse().unwrap(), secs });
        };
        // Not in order of time: idle for 10 min, and then for a second more.
        add("A01", "1999-02-07T08:11:00", 60);
        add("A01", "1999-02-07T08:00:00", 60);
        add("A01", "1999-02-07T08:22:01", 59);
        add("A02", "1999-02-07T08:05:00", 3_600);
        // Inside a longer service of the same agent, which happens; and over the end of the day.
        add("A02", "1999-02-07T08:06:00", 60);
        add("A03", "1999-02-07T23:59:00", 600);
        let end = "1999-02-08T00:00:00".parse().unwrap();
        let staff = services.staff(at("00:00"), end, Duration::from_secs(600));
        let back = "1999-02-07T08:22:01".parse().unwrap();
        assert_eq!(
            staff.steps,
            [
                (at("00:00"), 0),
                (at("08:00"), 1),
                (at("08:05"), 2),
                (at("08:12"), 1),
                (back, 2),
                (at("08:23"), 1),
                (at("09:05"), 0),
                (at("23:59"), 1),
            ]
        );
        let never_idle = services.staff(at("00:00"), end, Duration::ZERO).steps;
        assert!(never_idle.contains(&(at("08:01"), 0)), "{never_idle:?}");
        assert_eq!(services.staff(at("10:00"), at("11:00"), Duration::ZERO).most(), 0);
    }

    #[test]
    fn a_half_hour_without_a_row_is_without_agents() {
        let agents = BTreeMap::from([(at("07:00"), 2), (at("07:30"), 2), (at("08:30"), 3), (at("12:00"), 9)]);
        assert_eq!(
            steps(&agents, at("07:00"), at("12:00")),
            [(at("07:00"), 2), (at("08:00"), 0), (at("08:30"), 3), (at("09:00"), 0)]
        );
        assert_eq!(steps(&BTreeMap::new(), at("07:00"), at("12:00")), [(at("07:00"), 0)]);
    }
}
