//! How many agents there are: counted in the calls, or read from a file. A bank of half hours either way.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, ToSpan};

use super::ImportError;
use super::call::Service;

const HALF_HOUR_SECS: i64 = 1_800;

/// Which agents have a service in which half hour.
#[derive(Default)]
pub(super) struct Seen {
    agents: BTreeMap<String, u32>,
    /// Half hours since 1970, and the number of the agent.
    half_hours: BTreeSet<(i64, u32)>,
}

/// How many agents there are from when on: in order of time, from the first moment of the import.
pub(super) struct Staff {
    pub(super) steps: Vec<(DateTime, u32)>,
    /// The name of the file it was read from.
    pub(super) file: Option<String>,
}

fn epoch() -> DateTime {
    DateTime::constant(1970, 1, 1, 0, 0, 0, 0)
}

impl Seen {
    pub(super) fn add(&mut self, service: &Service) {
        let next = self.agents.len() as u32;
        let agent = *self.agents.entry(service.agent.clone()).or_insert(next);
        let start = service.start.duration_since(epoch()).as_secs();
        let half_hours =
            start.div_euclid(HALF_HOUR_SECS)..=(start + i64::from(service.secs) - 1).div_euclid(HALF_HOUR_SECS);
        self.half_hours.extend(half_hours.map(|half_hour| (half_hour, agent)));
    }

    /// The agents of each half hour between two moments.
    pub(super) fn staff(&self, start: DateTime, end: DateTime) -> Staff {
        let mut agents = BTreeMap::new();
        for &(half_hour, _) in &self.half_hours {
            let from = epoch().saturating_add(SignedDuration::from_secs(half_hour * HALF_HOUR_SECS));
            *agents.entry(from).or_default() += 1;
        }
        Staff { steps: steps(&agents, start, end), file: None }
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
    fn an_agent_is_seen_in_each_half_hour_of_a_service_and_once() {
        let mut seen = Seen::default();
        let mut add = |agent: &str, start: &str, secs| {
            seen.add(&Service { agent: agent.into(), start: start.parse().unwrap(), secs });
        };
        add("A01", "1999-02-07T08:10:00", 100);
        add("A01", "1999-02-07T08:20:00", 100);
        // Ends with the half hour, so it is not in the next; one second longer is.
        add("A02", "1999-02-07T08:29:00", 60);
        add("A03", "1999-02-07T08:29:00", 61);
        // Over the end of the day.
        add("A01", "1999-02-07T23:59:00", 600);
        let end = "1999-02-08T00:00:00".parse().unwrap();
        assert_eq!(
            seen.staff(at("00:00"), end).steps,
            [(at("00:00"), 0), (at("08:00"), 3), (at("08:30"), 1), (at("09:00"), 0), (at("23:30"), 1)]
        );
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
