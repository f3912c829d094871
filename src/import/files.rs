//! Writes the files of a scenario.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use jiff::SignedDuration;

use super::call::{Call, Outcome, Source};
use super::fit::SHORTEST_SERVICE_SECS;
use super::report::ImportReport;
use super::rows::Collected;
use super::staff::Staff;
use super::{ImportError, ImportOptions};
use crate::files::OutputDirectory;
use crate::scenario::spell_duration;
use crate::time::Duration;

/// The names of the files that [`write`] writes.
pub(super) const NAMES: [&str; 4] = ["calls.csv", "staff.csv", "actual.csv", "scenario.toml"];

/// Replications of the scenario: only the unknown patience and talk times differ between them.
const REPLICATIONS: u32 = 20;

/// Writes all files into a directory that is not yet finished.
pub(super) fn write(
    directory: &mut OutputDirectory,
    options: &ImportOptions,
    collected: &Collected,
    staff: &Staff,
    report: &ImportReport,
) -> Result<(), ImportError> {
    let mut file = |name: &str, write: &dyn Fn(&mut BufWriter<File>) -> io::Result<()>| {
        let mut out = directory.file(name)?;
        write(&mut out).and_then(|()| out.flush()).map_err(|reason| directory.error(name, reason))
    };
    let source = options.format.source();
    file("calls.csv", &|out| calls(out, &collected.calls))?;
    file("staff.csv", &|out| steps(out, staff))?;
    file("actual.csv", &|out| actual(out, collected, options.interval))?;
    file("scenario.toml", &|out| out.write_all(scenario(source, options, collected, staff, report).as_bytes()))?;
    Ok(())
}

fn calls(out: impl Write, calls: &[Call]) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(["arrival", "talk_s", "patience_s", "patience_at_least_s"])?;
    for call in calls {
        let (arrival, waited) = (call.arrival.to_string(), call.waited_s.to_string());
        match call.outcome {
            Outcome::Answered { talk_s } => {
                let talk = talk_s.map(|secs| secs.to_string()).unwrap_or_default();
                csv.write_record([&arrival, &talk, "", &waited])?;
            }
            Outcome::Abandoned => csv.write_record([&arrival, "", &waited, ""])?,
        }
    }
    csv.flush()
}

fn steps(out: impl Write, staff: &Staff) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(["start", "agents"])?;
    for (start, agents) in &staff.steps {
        csv.write_record([start.to_string(), agents.to_string()])?;
    }
    csv.flush()
}

/// What happened to the calls that arrived in one interval.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Happened {
    pub(super) answered: u64,
    pub(super) abandoned: u64,
    waited_to_answer_s: u64,
    longest_wait_s: Option<u32>,
}

impl Happened {
    pub(super) fn add(&mut self, call: &Call) {
        match call.outcome {
            Outcome::Answered { .. } => {
                self.answered += 1;
                self.waited_to_answer_s += u64::from(call.waited_s);
            }
            Outcome::Abandoned => self.abandoned += 1,
        }
        self.longest_wait_s = self.longest_wait_s.max(Some(call.waited_s));
    }

    /// Average speed of answer; none without an answered call.
    pub(super) fn asa_s(&self) -> Option<f64> {
        (self.answered > 0).then(|| self.waited_to_answer_s as f64 / self.answered as f64)
    }

    /// The longest wait of any call; none without one.
    pub(super) fn longest_wait_s(&self) -> Option<u32> {
        self.longest_wait_s
    }
}

fn actual(out: impl Write, collected: &Collected, interval: Duration) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(["start", "offered", "answered", "abandoned", "asa_s", "longest_wait_s"])?;
    let length = SignedDuration::from_nanos(interval.as_nanos() as i64);
    let mut start = collected.start();
    let mut calls = collected.calls.iter().peekable();
    while start < collected.end() {
        let end = start.saturating_add(length);
        let mut happened = Happened::default();
        while let Some(call) = calls.next_if(|call| call.arrival < end) {
            happened.add(call);
        }
        csv.write_record([
            start.to_string(),
            (happened.answered + happened.abandoned).to_string(),
            happened.answered.to_string(),
            happened.abandoned.to_string(),
            happened.asa_s().map(|secs| format!("{secs:.3}")).unwrap_or_default(),
            happened.longest_wait_s().map(|secs| secs.to_string()).unwrap_or_default(),
        ])?;
        start = end;
    }
    csv.flush()
}

fn scenario(
    source: &Source,
    options: &ImportOptions,
    collected: &Collected,
    staff: &Staff,
    report: &ImportReport,
) -> String {
    let mut text = format!("# Written by `acdsim import {}` from {}.\n#\n", source.name, collected.files.join(", "));
    for line in source.comments {
        text += format!("# {line}").trim_end();
        text += "\n";
    }
    let ImportReport { talk, patience, .. } = report;
    text += &format!(
        "\nname = \"{} {}\"\nstart = {}\nhorizon = \"{}d\"\ninterval = \"{}\"\n",
        source.group,
        collected.from,
        collected.start(),
        collected.days,
        spell_duration(options.interval),
    );
    text += &format!("replications = {REPLICATIONS} # only what is drawn differs between them\n");
    text += &format!("\n[[group]]\nname = \"{}\"\narrivals = {{ recorded = \"calls.csv\" }}\n", source.group);
    text += &format!("# Fitted to {} services of {SHORTEST_SERVICE_SECS} s and more by known agents.\n", talk.services);
    text += &format!("talk = {{ distribution = \"lognormal\", mu = {:?}, sigma = {:?} }}\n", talk.mu, talk.sigma);
    match patience {
        None => text += "# Nobody who waited hung up: the patience is endless.\n",
        Some(law) => {
            text += &format!(
                "# Fitted to callers who waited: {} who hung up, and {} who were answered.\n",
                law.abandoned, law.answered
            );
            text += &match law.branches.as_slice() {
                [one] => format!("patience = {{ distribution = \"exponential\", mean = \"{}s\" }}\n", one.mean_s),
                branches => {
                    let branches = branches.iter().map(|branch| {
                        format!("    {{ weight = {}, mean = \"{}s\" }},\n", branch.weight, branch.mean_s)
                    });
                    let branches: String = branches.collect();
                    format!("patience = {{ distribution = \"hyperexponential\", branches = [\n{branches}] }}\n")
                }
            };
        }
    }
    text += "\n[[agents]]\nname = \"Agent\"\n";
    text += &format!("groups = [\"{}\"]\n", source.group);
    text += &match &staff.file {
        Some(file) => format!(
            "# The agents seen at work in each half hour, from {file}. They are not a roster: one who is idle all through\n\
             # it is not seen, and one who takes a single call is counted for all of it.\n"
        ),
        None => format!(
            "# The agents with services in these calls, at work between services that are at most {} apart. They are\n\
             # not a roster: whoever is idle for longer is taken to be away.\n",
            spell_duration(options.longest_idle)
        ),
    };
    text += "staff = \"staff.csv\"\n";
    text
}
