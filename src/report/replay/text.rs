//! A replay as text.

use std::fmt::Write;

use super::super::text::{counted, span};
use super::{Conclusion, Replayed, clock, parted, sentence};
use crate::replay::{Deviation, Script};
use crate::time::Duration;
use crate::trace::Given;

/// So many deviations of statistics are listed, and as many of events; who wants more takes JSON.
const LISTED: usize = 15;

/// A replay for people.
pub fn replay_text(replayed: &Replayed) -> String {
    let Replayed { name, script, system, played, judgement, .. } = replayed;
    let header = &script.header;
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(
        text,
        "{name}: {} (seed {}, replication {}), played against {} in {}",
        header.scenario,
        header.seed,
        header.replication,
        system.name,
        clock(system.time)
    );
    let calls = script.given.iter().filter(|(_, given)| matches!(given, Given::CallArrives { .. })).count();
    let _ = writeln!(
        text,
        "{}, {}; {} and {} compared",
        counted(calls as u64, "call"),
        counted(script.totals.len() as u64, "session"),
        counted(judgement.events as u64, "event"),
        counted(judgement.figures as u64, "figure"),
    );
    if let Some(lateness) = &replayed.lateness {
        let millis = |late: std::time::Duration| late.as_secs_f64() * 1e3;
        let _ = writeln!(
            text,
            "Late by (ms): {:.1} median, {:.1} at 99 %, {:.1} at most, of {}",
            millis(lateness.quantile(0.5)),
            millis(lateness.quantile(0.99)),
            millis(lateness.longest()),
            counted(lateness.count(), "act")
        );
        for (end, count) in lateness.classes() {
            let _ = writeln!(text, "  below {:>10.3} ms  {count:>8}", millis(end));
        }
    }
    for fault in &played.faults {
        let _ = writeln!(text, "fault: {fault}");
    }
    if let Some(fault) = played.broken_off() {
        let _ = writeln!(text, "It was broken off at {}: {fault}", span(played.end - crate::time::Instant::START));
    }
    for left in &played.left_behind {
        let _ = writeln!(text, "left behind: {left}");
    }
    if let Some(parting) = judgement.parting.as_ref().filter(|parting| !parting.determined) {
        let _ = writeln!(
            text,
            "Nothing is compared with the trace from there on, for it is not determined: {}",
            parted(script, parting)
        );
    }
    let is_of_session =
        |deviation: &&Deviation| matches!(deviation, Deviation::Statistic { .. } | Deviation::Session { .. });
    let (of_sessions, of_events): (Vec<&Deviation>, Vec<&Deviation>) =
        judgement.deviations.iter().partition(is_of_session);
    for deviations in [of_sessions, of_events] {
        for deviation in deviations.iter().take(LISTED) {
            let _ = writeln!(text, "{}", sentence(script, deviation));
        }
        if let Some(more @ 1..) = deviations.len().checked_sub(LISTED) {
            let _ = writeln!(text, "and {}", counted(more as u64, "more deviation"));
        }
    }
    let conclusion = replayed.conclusion();
    let _ = match conclusion {
        Conclusion::Passed => writeln!(text, "PASSED"),
        Conclusion::Failed => writeln!(
            text,
            "FAILED: {}, {}\n  {}",
            counted(judgement.deviations.len() as u64, "deviation"),
            counted(played.faults.len() as u64, "fault"),
            replayed.command
        ),
        Conclusion::TooSlow => writeln!(
            text,
            "NO VERDICT: this machine was too slow for a tolerance of {} s at speed {}",
            replayed.tolerance.time.as_secs_f64(),
            replayed.speed
        ),
        Conclusion::Interrupted => writeln!(text, "INTERRUPTED"),
    };
    text
}

/// What a replay would do to a live system.
pub fn dry_run_text(name: &str, script: &Script, speed: f64, dials: &[(String, String)]) -> String {
    let header = &script.header;
    let mut text = String::new();
    let took = Duration::from_secs_f64(header.horizon_ns as f64 / 1e9 / speed);
    let _ = writeln!(text, "{name}: {} (seed {}), {} at speed {speed}", header.scenario, header.seed, span(took));
    let _ = writeln!(text, "It would log in at these addresses:");
    for (number, agent) in (0..).zip(&header.agents) {
        let count = |wanted: fn(&Given) -> Option<u32>| {
            script.given.iter().filter(|(_, given)| wanted(given) == Some(number)).count() as u64
        };
        let ins = count(|given| match given {
            Given::AgentLogsIn { agent, .. } => Some(*agent),
            _ => None,
        });
        let groups: Vec<&str> = agent.groups.iter().map(|&group| header.groups[group as usize].name.as_str()).collect();
        let (address, name) = (&agent.address, &agent.name);
        let _ = writeln!(text, "  {address}: {name}, {} for {}", counted(ins, "time"), groups.join(", "));
    }
    let _ = writeln!(text, "It would place these calls:");
    for (number, group) in (0..).zip(&header.groups) {
        let of_group = |given: &Given| matches!(given, Given::CallArrives { group, .. } if *group == number);
        let calls = script.given.iter().filter(|(_, given)| of_group(given)).count() as u64;
        let dialled = dials.iter().find(|(name, _)| *name == group.name);
        let dialled = dialled.map_or_else(|| "an address that --dial does not name".to_owned(), |(_, to)| to.clone());
        let _ = writeln!(text, "  {} for {} to {dialled}", counted(calls, "call"), group.name);
    }
    text
}
