//! Three ways to keep what a scenario gives. `cargo insta review`, or `INSTA_UPDATE=always cargo test`, accepts what has changed.

use acdsim::baseline::{Baseline, Scope, Tolerance, compare};
use baseline_crate::help_desk;

fn scope() -> Scope {
    Scope {
        groups: vec!["Help".into()],
        metrics: ["answered", "asa_s", "NumberOfCalls", "LongestTimeToAnswer"].map(String::from).to_vec(),
    }
}

/// A snapshot without redactions: there is no time, path or host in it, and the same scenario gives the same on any machine.
#[test]
fn the_help_desk_is_as_it_was() {
    let baseline = Baseline::of(&help_desk(4).unwrap(), &scope()).unwrap();
    insta::assert_json_snapshot!(baseline.results);
}

/// The text of a baseline is that of the files of `acdsim baseline`, a line a figure.
#[test]
fn the_text_of_the_help_desk_is_as_it_was() {
    let baseline = Baseline::of(&help_desk(4).unwrap(), &scope()).unwrap();
    let text = baseline.to_text();
    let results = text.split_once("\"results\"").expect("it has results").1;
    insta::assert_snapshot!(results);
}

/// Two variants of one's own, within tolerances; what is beyond them is named.
#[test]
fn one_agent_more_changes_waits_and_hardly_any_counts() {
    let accepted = Baseline::of(&help_desk(5).unwrap(), &scope()).unwrap();
    let accepted = accepted.with_tolerance("answered", Tolerance::Relative(0.05)).unwrap();
    let now = Baseline::of(&help_desk(6).unwrap(), &scope()).unwrap();
    let difference = compare(&accepted, &now);
    let of_group: Vec<&str> = difference
        .changes()
        .filter(|change| change.subject == "group Help")
        .map(|change| change.metric.as_str())
        .collect();
    assert_eq!(of_group, ["asa_s"]);
}
