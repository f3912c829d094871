//! The agents of one `[[agents]]` table: their names, addresses and shifts, placed in the run.

use std::path::Path;

use super::arrivals::{follows, profile, start};
use super::csv_files::{Column, CsvFile, FieldFault};
use super::desk;
use super::keys::MOST_AGENTS;
use super::model::{Agent, Desk, Shift};
use super::moments::{DAY, FOREVER, Moment, Run};
use super::problems::{Fault, Problems, Span, listed, quoted};
use super::values::{At, FromValue, Record, Value};
use crate::time::{Duration, Instant};

/// The most shifts of all agents together.
pub(crate) const MOST_SHIFTS: usize = 10_000_000;
pub(crate) const SHIFTS_HELP: &str = "a scenario has at most 10,000,000 shifts";

/// The agents that a table describes, who serve `groups` and have `ranks` there; none if it was wrong, which has then been reported.
pub(crate) fn read(
    problems: &mut Problems,
    base: &Path,
    run: &Run,
    record: &Record,
    groups: &[usize],
    ranks: &[u32],
    names: &[String],
) -> Option<Vec<Agent>> {
    let broken = ["name", "count", "address", "log_in", "log_out", "shifts", "staff", "staffing"];
    if broken.iter().any(|key| record.is_broken(key)) {
        return None;
    }
    let name = record.get::<String>("name")?.value;
    let address = record.get::<String>("address").map_or(name, |address| address.value);
    let desk = desk::read(problems, run, record, groups.len());
    let agent = |number: Option<usize>, shifts: Vec<Shift>, desk: &Desk| {
        let numbered = |text: &str| number.map_or_else(|| text.to_owned(), |number| format!("{text} {number}"));
        let (groups, ranks) = (groups.to_vec(), ranks.to_vec());
        Agent { name: numbered(name), address: numbered(address), groups, ranks, shifts, desk: desk.clone() }
    };
    if record.has("staff") || record.has("staffing") {
        let staff = staff(problems, base, run, record)?;
        let numbered = staff.into_iter().enumerate();
        return Some(numbered.map(|(index, shifts)| agent(Some(index + 1), shifts, &desk)).collect());
    }
    let stays = shifts(problems, run, record, groups, names)?;
    let mut desk = desk;
    if stays.iter().any(|(_, groups)| !groups.is_empty()) {
        let all = || (0..groups.len()).collect();
        desk.shift_groups =
            stays.iter().map(|(_, groups)| if groups.is_empty() { all() } else { groups.clone() }).collect();
    }
    let shifts: Vec<Shift> = stays.into_iter().map(|(shift, _)| shift).collect();
    if shifts.is_empty() {
        let at = ["log_in", "shifts", "log_out"].into_iter().find(|key| record.has(key));
        let at = record.place(at.unwrap_or("name"));
        let message = format!("{} is never logged in: the shifts are outside the run", quoted(name));
        problems.push(Fault::new(at, message).label("outside the run").help(format!("the run {}", run.extent())));
        return None;
    }
    match record.get::<i64>("count") {
        None if record.has("stagger") => {
            let fault = Fault::new(record.place("stagger"), "`stagger` without `count`");
            problems.push(fault.label("nobody to wait for").help("`stagger` is for several agents, with `count`"));
            None
        }
        None => Some(vec![agent(None, shifts, &desk)]),
        Some(count) if shifts.len().saturating_mul(*count.value as usize) > MOST_SHIFTS => {
            let message = format!("{} agents with {} shifts each are too many", count.value, shifts.len());
            problems.push(Fault::new(count.at, message).help(SHIFTS_HELP));
            None
        }
        Some(count) => {
            let later = record.get::<Duration>("stagger").map_or(Duration::ZERO, |stagger| *stagger.value);
            let agents = (1..=*count.value as usize).map(|number| {
                let late = later.as_nanos().saturating_mul(number as u64 - 1);
                let staggered = shifts.iter().map(|shift| Shift {
                    log_in: (shift.log_in + Duration::from_nanos(late)).min(latest(shift)),
                    log_out: shift.log_out,
                });
                agent(Some(number), staggered.collect(), &desk)
            });
            Some(agents.collect())
        }
    }
}

/// The latest log-in that leaves something of a shift.
fn latest(shift: &Shift) -> Instant {
    Instant::from_nanos(shift.log_out.as_nanos() - 1)
}

/// The shifts of one agent in the run, in order and merged where they touch and are alike, each with the positions in
/// the agent's list of the groups that are served in it; none for all.
fn shifts(
    problems: &mut Problems,
    run: &Run,
    record: &Record,
    groups: &[usize],
    names: &[String],
) -> Option<Vec<(Shift, Vec<usize>)>> {
    let before = problems.count();
    let listed = record.records("shifts");
    let mut stays: Vec<(Instant, Instant, Span, Vec<usize>)> = Vec::new();
    for shift in if record.has("shifts") { listed } else { vec![record] } {
        if shift.is_broken("log_in") || shift.is_broken("log_out") {
            return None;
        }
        let served = if record.has("shifts") { served(problems, shift, groups, names) } else { Vec::new() };
        let Some((window, daily)) = window(problems, run, shift) else { continue };
        if stays.len() + if daily { run.days() } else { 1 } > MOST_SHIFTS {
            problems.push(Fault::new(shift.at, "these are too many shifts, each day counted").help(SHIFTS_HELP));
            return None;
        }
        let at = if shift.has("log_in") { shift.place("log_in") } else { shift.at };
        stays.extend(run.windows(&[window], daily).map(|(from, to, ())| (from, to, at, served.clone())));
    }
    stays.sort_by_key(|&(from, to, ..)| (from, to));
    let mut merged: Vec<(Shift, Vec<usize>)> = Vec::new();
    let mut last_at = Span::default();
    for (log_in, log_out, at, served) in stays {
        match merged.last_mut() {
            Some((last, _)) if log_in < last.log_out => {
                let message = "two shifts of this agent overlap";
                let help = "shifts of one agent are apart, or touch: one ends when the next begins";
                problems.push(Fault::new(at.max(last_at), message).label("overlaps with another shift").help(help));
                return None;
            }
            Some((last, alike)) if log_in == last.log_out && *alike == served => last.log_out = log_out,
            _ => merged.push((Shift { log_in, log_out }, served)),
        }
        last_at = at;
    }
    (problems.count() == before).then_some(merged)
}

/// The positions in an agent's list of the groups that a shift names, in the order of the list.
fn served(problems: &mut Problems, shift: &Record, groups: &[usize], names: &[String]) -> Vec<usize> {
    let Some(listed_names) = shift.get::<Vec<At<Value>>>("groups") else { return Vec::new() };
    let mut served = Vec::new();
    for item in listed_names.value {
        let Some(name) = String::from_value(&item.value) else { continue };
        match groups.iter().position(|&group| names.get(group) == Some(name)) {
            Some(position) => served.push(position),
            None => {
                let of = listed(groups.iter().filter_map(|&group| names.get(group)).map(|name| quoted(name)), "and");
                let message = format!("{} is none of the agent's groups", quoted(name));
                let help = format!("a shift's groups are some of the agent's `groups`, which are {of}");
                problems.push(Fault::new(item.at, message).label("not the agent's").help(help));
            }
        }
    }
    served.sort_unstable();
    served.dedup();
    served
}

/// The window from a log-in to a log-out, and whether it repeats every day.
fn window(problems: &mut Problems, run: &Run, shift: &Record) -> Option<((i128, i128, ()), bool)> {
    let (log_in, log_out) = match (shift.get::<Moment>("log_in"), shift.get::<Moment>("log_out")) {
        (None, None) => return Some(((0, FOREVER, ()), false)),
        (Some(log_in), None) => return Some(((run.place_first(*log_in.value), FOREVER, ()), false)),
        (None, Some(log_out)) => return Some(((0, run.place_first(*log_out.value), ()), false)),
        (Some(log_in), Some(log_out)) => (log_in, log_out),
    };
    let (from, to) = (run.place(*log_in.value), run.place(*log_out.value));
    match (log_in.value, log_out.value) {
        (Moment::Clock(_), Moment::Clock(_)) => {
            let to = if to <= from { to + DAY } else { to };
            return Some(((from, to, ()), true));
        }
        (Moment::At(_), Moment::At(_)) | (Moment::After(_), Moment::After(_)) if from < to => {
            return Some(((from, to, ()), false));
        }
        (Moment::At(_), Moment::At(_)) | (Moment::After(_), Moment::After(_)) => {
            let message = "`log_out` is not after `log_in`";
            problems.push(Fault::new(log_out.at, message).label("too early").help("a shift ends after it begins"));
        }
        (log_in, kind) => {
            let message = format!("`log_in` is {}, but `log_out` is {}", log_in.kind(), kind.kind());
            let help = "both ends of a shift are of the same kind: dates and times, clocks, or times after the start";
            problems.push(Fault::new(log_out.at, message).label("of another kind").help(help));
        }
    }
    None
}

/// The shifts of each agent that a staff file wants: agent k is logged in while there are k agents or more.
fn staff(problems: &mut Problems, base: &Path, run: &Run, record: &Record) -> Option<Vec<Vec<Shift>>> {
    const COLUMNS: [Column; 2] = [Column { name: "start", required: true }, Column { name: "agents", required: true }];
    let (mut rows, mut last) = (Vec::new(), None);
    if record.has("staffing") {
        for step in record.records("staffing") {
            let (Some(from), Some(agents)) = (step.get::<Moment>("from"), step.get::<i64>("agents")) else { continue };
            if let Err((message, help)) = follows(last, *from.value) {
                problems.push(Fault::new(from.at, format!("`from` {message}")).help(help));
                return None;
            }
            last = Some(*from.value);
            rows.push((*from.value, *agents.value as usize));
        }
        return staffed(problems, run, &rows, record.place("staffing"), "`staffing`");
    }
    let file = record.get::<String>("staff")?;
    let sound = CsvFile::new(base, file).rows(problems, &COLUMNS, |row| {
        let start = start(row.needed("start")?, last)?;
        let agents = row.needed("agents")?.parse::<u64>().ok().filter(|&agents| agents <= MOST_AGENTS as u64);
        let help = "it is a whole number of agents, at most 100,000";
        let agents = agents.ok_or_else(|| FieldFault::new("agents", "is not a number of agents", help))?;
        last = Some(start);
        rows.push((start, agents as usize));
        Ok(())
    });
    if !sound {
        return None;
    }
    staffed(problems, run, &rows, file.at, &quoted(file.value))
}

/// The shifts of each agent where so many are wanted from each moment on; `what` says who wants them.
fn staffed(
    problems: &mut Problems,
    run: &Run,
    rows: &[(Moment, usize)],
    at: Span,
    what: &str,
) -> Option<Vec<Vec<Shift>>> {
    let (windows, daily) = profile(run, rows);
    if windows.len().saturating_mul(if daily { run.days() } else { 1 }) > MOST_SHIFTS {
        let message = format!("{what} has too many rows, each day counted");
        problems.push(Fault::new(at, message).help("the staff changes at most 10,000,000 times in the run"));
        return None;
    }
    // Since when each of the agents who are there now has been there.
    let mut present: Vec<Instant> = Vec::new();
    let mut shifts: Vec<Vec<Shift>> = Vec::new();
    let mut total = 0;
    let mut until = Instant::START;
    // At the end everybody who is left stays to the end of the run, or leaves when the last window ends.
    let windows = run.windows(&windows, daily).map(Some).chain([None]);
    for window in windows {
        let (from, to, wanted) = window.unwrap_or((until, until, 0));
        let mut leave = |present: &mut Vec<Instant>, wanted: usize, log_out: Instant| {
            while present.len() > wanted {
                let log_in = present.pop().expect("more are present than wanted");
                let agent = present.len();
                if shifts.len() <= agent {
                    shifts.resize(agent + 1, Vec::new());
                }
                shifts[agent].push(Shift { log_in, log_out });
                total += 1;
            }
        };
        if from > until {
            leave(&mut present, 0, until);
        }
        leave(&mut present, wanted, from);
        present.resize(wanted.max(present.len()), from);
        until = to;
        if total + present.len() > MOST_SHIFTS {
            let message = format!("{what} makes more than 10,000,000 shifts");
            problems.push(Fault::new(at, message).help(SHIFTS_HELP));
            return None;
        }
    }
    Some(shifts)
}
