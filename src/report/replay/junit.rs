//! JUnit XML: a case a session, one for the events and one for the system itself.

use std::collections::BTreeMap;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::super::verify::without_skipped;
use super::{Conclusion, Replayed, sentence};
use crate::replay::Deviation;

/// A replay as JUnit XML: each session that deviates is a failure, with the command that repeats the replay. If there is no
/// verdict, the case of the system is an error.
pub fn replay_junit(replayed: &Replayed) -> String {
    let Replayed { name, script, system, played, judgement, command, .. } = replayed;
    let mut report = Report::new("acdsim replay");
    let mut suite = TestSuite::new(name.as_str());
    let mut of_sessions: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    let names = script.totals.iter().map(|totals| {
        let header = &script.header;
        let agent = &header.agents[totals.agent as usize].name;
        (header.groups[totals.group as usize].name.clone(), agent.clone())
    });
    of_sessions.extend(names.map(|name| (name, Vec::new())));
    let mut of_events = Vec::new();
    for deviation in &judgement.deviations {
        match deviation {
            Deviation::Statistic { agent, group, .. } | Deviation::Session { agent, group, .. } => {
                of_sessions.entry((group.clone(), agent.clone())).or_default().push(sentence(script, deviation));
            }
            _ => of_events.push(sentence(script, deviation)),
        }
    }
    for ((group, agent), wrong) in &of_sessions {
        let mut case = TestCase::new(agent.as_str(), status(wrong, command, NonSuccessKind::Failure));
        case.set_classname(format!("{name}.{group}"));
        suite.add_test_case(case);
    }
    let mut events = TestCase::new("events", status(&of_events, command, NonSuccessKind::Failure));
    events.set_classname(name.as_str());
    suite.add_test_case(events);
    let faults: Vec<String> = played.faults.iter().map(ToString::to_string).collect();
    let (wrong, kind) = match replayed.conclusion() {
        Conclusion::TooSlow => {
            (vec!["this machine was too slow for the verdict to hold".to_owned()], NonSuccessKind::Error)
        }
        Conclusion::Interrupted => (faults, NonSuccessKind::Error),
        Conclusion::Passed | Conclusion::Failed => (faults, NonSuccessKind::Failure),
    };
    let mut whole = TestCase::new(system.name.as_str(), status(&wrong, command, kind));
    whole.set_classname(name.as_str());
    suite.add_test_case(whole);
    report.add_test_suite(suite);
    let xml = report.to_string().expect("a report of text can be written");
    without_skipped(&xml)
}

fn status(wrong: &[String], command: &str, kind: NonSuccessKind) -> TestCaseStatus {
    let Some(first) = wrong.first() else { return TestCaseStatus::success() };
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(first.as_str());
    status.set_type("replay");
    status.set_description(format!("{}\n{command}", wrong.join("\n")));
    status
}
