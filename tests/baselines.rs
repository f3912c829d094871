//! The baselines that are kept in `reports/baselines` hold, and a defect of the AgentSession logic makes one fail by name.

use std::path::Path;

use acdsim::baseline::{Baseline, Difference, compare, names, path_of};
use acdsim::scenario;
use acdsim::simulation::Control;

const DIRECTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/reports/baselines");

/// What has become of a baseline that is kept.
fn check(name: &str) -> Difference {
    let accepted = Baseline::read(&path_of(Path::new(DIRECTORY), name)).unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(accepted.file.as_deref().expect("it names its scenario"));
    let mut scenario = scenario::read(&file).unwrap();
    (scenario.seed, scenario.replications) = (accepted.seed, accepted.replications);
    let now = Baseline::measure(&scenario, &accepted.scope, 0, &Control::default()).unwrap();
    compare(&accepted, &now)
}

#[test]
fn what_was_accepted_is_what_there_is() {
    let kept = names(Path::new(DIRECTORY)).unwrap();
    assert_eq!(kept, ["erlang-c", "quickstart", "two-groups"]);
    for name in kept {
        let difference = check(&name);
        let changes: Vec<String> =
            difference.changes().map(|change| format!("{}: {}", change.subject, change.metric)).collect();
        assert!(changes.is_empty(), "{name}: {changes:?}; cargo run --release -- baseline check {name} shows them");
        assert_eq!(difference.scenario_hashes, None, "the scenario of {name} is another than was accepted");
    }
}

#[test]
fn a_file_is_what_its_baseline_is_written_as() {
    for name in names(Path::new(DIRECTORY)).unwrap() {
        let path = path_of(Path::new(DIRECTORY), &name);
        let text = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        assert_eq!(Baseline::read(&path).unwrap().to_text(), text);
    }
}

/// A rule of AgentSession is broken: that of the statistic and no other is named, and what calls do is as it was.
#[test]
#[cfg(feature = "faults")]
fn a_fault_of_agent_sessions_is_named_by_its_statistic() {
    use acdsim::fault::{Fault, with};
    use acdsim::report::baseline::{Checked, difference_text};

    // The average of talk times is taken over all calls, also those that are not over.
    let difference = with(Fault::TalkAverageOfAllCalls, || check("quickstart"));
    assert!(!difference.is_unchanged() && difference.scenario_hashes.is_none());
    for change in difference.changes() {
        assert_eq!(change.metric, "AverageTalkTime");
        assert!(change.subject.starts_with("session "), "{}", change.subject);
    }
    let accepted = Baseline::read(&path_of(Path::new(DIRECTORY), "quickstart")).unwrap();
    let command = "acdsim baseline check quickstart".to_owned();
    let checked = Checked { name: "quickstart".to_owned(), accepted, difference, command };
    let text = difference_text(&checked, 160);
    assert!(text.contains("AverageTalkTime"), "{text}");
    assert!(text.contains("The scenario is as it was accepted: its results have changed"), "{text}");
}
