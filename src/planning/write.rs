//! A plan as files: the scenario with the planned agents, which is read back as it was planned, and what it needs beside it.
//!
//! The scenario's own file is kept as it is, but for its agents, and for what the plan was made with: the intervals, and the threshold
//! of the service level. CSV files that it names are copied.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::{Plan, Team};
use crate::scenario::{Scenario, spell_duration, wall_clock};
use crate::time::Instant;

/// The files that make a plan run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanFiles {
    /// The text of `scenario.toml`.
    pub scenario: String,
    /// CSV files of how many agents of each team there are, by name; none where the agents have shifts.
    pub staff: Vec<(String, String)>,
    /// Files that the scenario names, to be copied.
    pub copied: Vec<CopiedFile>,
}

/// A file that a scenario names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopiedFile {
    /// Where it is.
    pub from: PathBuf,
    /// What it is called beside the plan.
    pub name: String,
}

/// Why the files of a plan cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WritePlanError {
    /// The text is not the scenario that was planned for.
    #[error("the scenario file is no longer what it was when the plan began: {0}")]
    Changed(String),
}

/// The files of a plan, made from the text of the scenario that was planned for; paths in it are relative to `base`.
///
/// The agents are those of the shifts, if the plan has some, else as many as each interval needs; each stays away for a whole shift with the
/// probability of the shrinkage (`absence`), as they did when the plan was simulated.
///
/// # Errors
///
/// If the text is not that of the plan's scenario.
pub fn plan_files(plan: &Plan, text: &str, base: &Path) -> Result<PlanFiles, WritePlanError> {
    let changed = |why: &str| WritePlanError::Changed(why.to_owned());
    let mut table: Table = text.parse().map_err(|error: toml::de::Error| changed(error.message()))?;
    let tables = match table.remove("agents") {
        Some(Value::Array(tables)) => tables,
        _ => return Err(changed("it has no agents")),
    };
    let mut copied = Vec::new();
    if let Some(Value::Array(groups)) = table.get_mut("group") {
        for group in groups.iter_mut().filter_map(Value::as_table_mut) {
            let Some(arrivals) = group.get_mut("arrivals").and_then(Value::as_table_mut) else { continue };
            for key in ["counts", "profile", "recorded"] {
                if let Some(Value::String(path)) = arrivals.get_mut(key) {
                    *path = copy(&mut copied, base.join(&*path));
                }
            }
        }
    }
    let scenario = &plan.scenario;
    table.insert("name".to_owned(), Value::String(scenario.name.clone()));
    table.insert("seed".to_owned(), Value::Integer(scenario.seed as i64));
    table.insert("interval".to_owned(), Value::String(spell_duration(scenario.interval)));
    let mut threshold = Table::new();
    let seconds = spell_duration(scenario.service_level_threshold);
    threshold.insert("threshold".to_owned(), Value::String(seconds));
    table.insert("service_level".to_owned(), Value::Table(threshold));
    let mut staff = Vec::new();
    let mut agents = Vec::new();
    for (index, team) in plan.teams.iter().enumerate() {
        let like = like(team, scenario, &tables).ok_or_else(|| changed("an agent of it is missing"))?;
        match &plan.roster {
            Some(_) => agents.extend(on_shifts(plan, index, &like)),
            None => {
                let levels = &plan.levels[index];
                if levels.iter().all(|&level| level == 0) {
                    continue;
                }
                let name =
                    if plan.teams.len() == 1 { "staff.csv".to_owned() } else { format!("staff-{}.csv", index + 1) };
                staff.push((name.clone(), staff_csv(plan, levels)));
                let mut agent = named(&team.name, &like, team.desk.absence);
                agent.insert("staff".to_owned(), Value::String(name));
                agents.push(Value::Table(agent));
            }
        }
    }
    table.insert("agents".to_owned(), Value::Array(agents));
    let head = "# Written by `acdsim staff`: the scenario that was planned for, with the agents of the plan.\n\n";
    Ok(PlanFiles { scenario: format!("{head}{table}"), staff, copied })
}

/// The name under which a file is copied: its own, unless something else has it.
fn copy(copied: &mut Vec<CopiedFile>, from: PathBuf) -> String {
    if let Some(known) = copied.iter().find(|known| known.from == from) {
        return known.name.clone();
    }
    let own = from.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let is_taken =
        |name: &String| copied.iter().any(|known| known.name == *name) || name.starts_with("staff") || is_of_plan(name);
    let mut names = std::iter::once(own.clone()).chain((1..).map(|number| format!("demand-{number}-{own}")));
    let name = names.find(|name| !is_taken(name)).expect("there are more names than files");
    copied.push(CopiedFile { from, name: name.clone() });
    name
}

/// Whether a plan itself writes a file of this name.
fn is_of_plan(name: &str) -> bool {
    ["scenario.toml", "plan.csv", "targets.csv", "shifts.csv", "next_agent.csv", "plan.json"].contains(&name)
}

/// The table of the team's first agent.
fn like(team: &Team, scenario: &Scenario, tables: &[Value]) -> Option<Table> {
    let name = &scenario.agents[team.first].name;
    let is_named = |table: &&Table| {
        let Some(Value::String(own)) = table.get("name") else { return false };
        let number = name.strip_prefix(own.as_str()).and_then(|rest| rest.strip_prefix(' '));
        let is_number = |number: &str| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let is_several = ["count", "staff", "staffing"].iter().any(|key| table.contains_key(*key));
        if is_several { number.is_some_and(is_number) } else { name == own }
    };
    tables.iter().filter_map(Value::as_table).find(is_named).cloned()
}

/// The table of agents who are like those of another, without what says when they work.
fn named(name: &str, like: &Table, absence: f64) -> Table {
    let mut agent = Table::new();
    agent.insert("name".to_owned(), Value::String(name.to_owned()));
    let when = [
        "name", "address", "count", "log_in", "log_out", "shifts", "staff", "staffing", "stagger", "breaks", "absence",
    ];
    let kept = like.iter().filter(|(key, _)| !when.contains(&key.as_str()));
    agent.extend(kept.map(|(key, value)| (key.clone(), value.clone())));
    if absence > 0.0 {
        agent.insert("absence".to_owned(), Value::Float(absence));
    }
    agent
}

/// How many agents there are from when on.
fn staff_csv(plan: &Plan, levels: &[u32]) -> String {
    let mut text = "start,agents\n".to_owned();
    let mut last = None;
    for (interval, &level) in plan.demand.intervals.iter().zip(levels) {
        if last != Some(level) {
            let _ = writeln!(text, "{},{level}", wall_clock(&plan.scenario, interval.start));
            last = Some(level);
        }
    }
    text
}

/// The tables of the agents of a team who work shifts: one each.
fn on_shifts(plan: &Plan, team: usize, like: &Table) -> Vec<Value> {
    let Some(roster) = &plan.roster else { return Vec::new() };
    let members = std::slice::from_ref(&plan.teams[team]);
    let of_team = super::shifts::Roster {
        shifts: roster
            .shifts
            .iter()
            .filter(|shift| shift.team == team)
            .map(|shift| super::shifts::PlannedShift { team: 0, ..shift.clone() })
            .collect(),
        ..roster.clone()
    };
    let agents = of_team.scenario(&plan.scenario, members).agents;
    let end = Instant::START + plan.scenario.horizon;
    let moment = |at: Instant| Value::String(wall_clock(&plan.scenario, at.min(end)));
    let table = |pairs: [(&str, Value); 2]| {
        Value::Table(pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    };
    let agent = |agent: crate::scenario::Agent| {
        let mut written = named(&agent.name, like, agent.desk.absence);
        let shift = |shift: &crate::scenario::Shift| {
            table([("log_in", moment(shift.log_in)), ("log_out", moment(shift.log_out))])
        };
        written.insert("shifts".to_owned(), Value::Array(agent.shifts.iter().map(shift).collect()));
        let breaks: Vec<Value> = agent
            .desk
            .breaks
            .iter()
            .map(|pause| table([("at", moment(pause.at)), ("length", Value::String(spell_duration(pause.length)))]))
            .collect();
        if !breaks.is_empty() {
            written.insert("breaks".to_owned(), Value::Array(breaks));
        }
        Value::Table(written)
    };
    agents.into_iter().map(agent).collect()
}
