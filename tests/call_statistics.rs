//! Statistics of calls that are not all alike: transferred ones, and those of classes, counted again from the call log.

mod common;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use acdsim::acd::conventions::{OtherSessions, Transfers};
use acdsim::experiment::replicate_between;
use acdsim::scenario::{Arrivals, Scenario};
use acdsim::simulation::{Control, Ends};
use acdsim::statistics::GroupTotals;
use acdsim::time::Instant;
use common::rows;
use common::script::{calls, parse, results};

/// Two groups, of which the first passes every call on to the second, under a convention.
fn tandem(transfers: Transfers) -> Scenario {
    let mut scenario = parse(
        r#"
        horizon = "10m"
        [[group]]
        name = "First"
        arrivals = { rate = "1/h" }
        talk = "1m"
        transfers = [{ to = "Second", probability = "100%" }]
        [[group]]
        name = "Second"
        arrivals = { rate = "1/h" }
        talk = "50s"
        wrap_up = "5s"
        [[agents]]
        name = "A"
        groups = ["First"]
        [[agents]]
        name = "B"
        groups = ["Second"]
        "#,
    );
    scenario.conventions.transfers = transfers;
    calls(&mut scenario, 0, &[(0.0, 100.0), (200.0, 100.0)]);
    // Answered at 90 s; the call that is passed on at 100 s waits for its end at 125 s.
    calls(&mut scenario, 1, &[(90.0, 30.0)]);
    scenario
}

/// Seconds of whole nanoseconds.
fn secs(nanos: impl Into<u128>) -> f64 {
    nanos.into() as f64 / 1e9
}

#[test]
fn a_transferred_call_counts_in_its_group_whichever_session_counts_it() {
    for transfers in [Transfers::EachAgent, Transfers::FirstAgent] {
        let result = &results(&tandem(transfers))[0];
        let second = &result.groups[1].totals;
        assert_eq!((second.offered, second.transferred_in, second.answered, second.waiting()), (3, 2, 3, 0));
        // 30 s, and 50 s twice; waits of 0, 25 and 0 s.
        assert_eq!((second.talks, secs(second.talk_nanos), secs(second.wrap_up_nanos)), (3, 130.0, 15.0));
        assert_eq!((secs(second.answered_wait_nanos), second.longest_time_to_answer.as_secs()), (25.0, 25));
        let session = &result.sessions[1].statistics;
        let counted = (session.calls, session.total_talk.as_secs(), session.total_wrap_up.as_secs());
        let waits = (secs(session.total_time_to_answer_nanos), session.longest_time_to_answer.as_secs());
        // The session of the second agent was busy for as long, whatever it counts.
        assert_eq!(session.ready.as_secs(), 600 - 130 - 15);
        match transfers {
            Transfers::EachAgent => assert_eq!((counted, waits), ((3, 130, 15), (25.0, 25))),
            Transfers::FirstAgent => assert_eq!((counted, waits), ((1, 30, 5), (0.0, 0))),
        }
    }
}

/// What all scenarios have beyond the plain, at once.
fn whole() -> Scenario {
    parse(include_str!("common/whole.toml"))
}

#[test]
fn the_identities_hold_of_all_that_calls_and_agents_do_whichever_session_counts_a_transferred_call() {
    for transfers in [Transfers::EachAgent, Transfers::FirstAgent] {
        for others in [OtherSessions::NotReady, OtherSessions::Unchanged] {
            let mut scenario = whole();
            scenario.replications = 12;
            scenario.conventions.transfers = transfers;
            scenario.conventions.other_sessions = others;
            for result in results(&scenario) {
                let sum =
                    |of: fn(&GroupTotals) -> u64| result.groups.iter().map(|group| of(&group.totals)).sum::<u64>();
                let credited: u64 = result.sessions.iter().map(|session| session.statistics.calls).sum();
                let answered = sum(|totals| totals.answered);
                assert!(sum(|totals| totals.transferred_in) > 10 && sum(|totals| totals.flowed_in) > 10);
                assert_eq!(credited < answered, transfers == Transfers::FirstAgent, "{credited} of {answered}");
            }
        }
    }
}

#[test]
fn a_run_that_goes_on_after_the_horizon_holds_the_identities_too() {
    let ends = Ends { drain: true, ..Ends::default() };
    let mut scenario = whole();
    // The experts stay, so that every call has somebody to end it.
    scenario.agents.iter_mut().skip(5).for_each(|agent| agent.shifts[0].log_out = Instant::NEVER);
    for replication in 1..=4 {
        let result = replicate_between(&scenario, &ends, replication, (), &Control::default());
        let result = result.unwrap_or_else(|error| panic!("{error}"));
        let session_time = result.sessions.iter().map(|session| u128::from(session.at_horizon.duration.as_nanos()));
        let attendances = result.groups.iter().map(|group| group.attendance.expect("it is not plain"));
        assert_eq!(attendances.map(|it| it.logged_in_nanos()).sum::<u128>(), session_time.sum::<u128>());
    }
}

type Record = BTreeMap<String, String>;

/// The rows of a CSV file, by the names of the columns.
fn read(path: &Path) -> Vec<Record> {
    let mut csv = csv::Reader::from_path(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    csv.deserialize().map(|row| row.expect("it is CSV")).collect()
}

/// Runs the command line on a scenario, with all files.
fn run_files(scenario: &str, more: &[&str]) -> tempfile::TempDir {
    let out = tempfile::tempdir().unwrap();
    let status = Command::new(env!("CARGO_BIN_EXE_acdsim"))
        .args(["run", scenario, "--calls", "--quiet", "--out"])
        .arg(out.path())
        .args(more)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .unwrap();
    assert!(status.success());
    out
}

/// The classes of `whole.toml`, and the calls of none of them.
const CLASSES: [(&str, &[&str]); 3] = [
    ("Sales", &["Regular", "Gold", "Odd, \"quoted\""]),
    ("Second level", &["Gold", "Warranty"]),
    ("Backup", &["Gold", "Walk-in", ""]),
];

/// The name of a call's class in a group.
fn class_in<'a>(call: &'a Record, group: &str) -> &'a str {
    let (_, classes) = CLASSES.iter().find(|(name, _)| *name == group).expect("a group of the scenario");
    if classes.contains(&call["class"].as_str()) { &call["class"] } else { "" }
}

#[test]
fn the_statistics_of_classes_are_those_of_their_calls_in_the_call_log() {
    let out = run_files("tests/common/whole.toml", &["--replications", "3"]);
    let calls = read(&out.path().join("calls.csv"));
    let classes = read(&out.path().join("classes.csv"));
    assert_eq!(classes.len(), 3 * 8);
    let mut flowed = 0;
    for row in &classes {
        let (group, class) = (row["group"].as_str(), row["class"].as_str());
        let counted = || calls.iter().filter(|it| it["replication"] == row["replication"] && it["counted"] == "true");
        let offered: Vec<&Record> =
            counted().filter(|it| it["arrived_for"] == group && class_in(it, group) == class).collect();
        let last: Vec<&Record> = counted().filter(|it| it["group"] == group && class_in(it, group) == class).collect();
        let check = |column: &str, expected: usize| {
            assert_eq!(row[column], expected.to_string(), "{column} of {class:?} of {group}");
        };
        let of_outcome = |outcome: &str| last.iter().filter(|it| it["outcome"] == outcome).count();
        let answered: Vec<&Record> = last.iter().copied().filter(|it| !it["session"].is_empty()).collect();
        check("offered", offered.len());
        check("answered", answered.len());
        check("abandoned", of_outcome("abandoned"));
        check("blocked", of_outcome("blocked"));
        check("balked", of_outcome("balked"));
        check("disposed", of_outcome("disposed"));
        check("waiting_at_end", of_outcome("waiting"));
        check("retried", offered.iter().filter(|it| it["origin"] == "retrial").count());
        check("transferred_in", offered.iter().filter(|it| it["origin"] == "transfer").count());
        check("flowed_in", last.iter().filter(|it| it["arrived_for"] != group).count());
        check("flowed_out", offered.iter().filter(|it| it["group"] != group).count());
        flowed += last.iter().filter(|it| it["arrived_for"] != group).count();
        // Whom an agent passes on was of this class before; all calls of the replication may be, not only counted ones.
        let passed_on = counted().filter(|it| it["origin"] == "transfer").filter(|it| {
            let mut before = calls.iter().filter(|other| other["replication"] == row["replication"]);
            let before = before.find(|other| other["call"] == it["origin_call"]).expect("the call that was passed on");
            before["group"] == group && class_in(before, group) == class
        });
        check("transferred_out", passed_on.count());

        let nanos = |column: &str, of: &[&Record]| -> Vec<i128> {
            of.iter().map(|it| &it[column]).filter(|text| !text.is_empty()).map(|text| rows::nanos(text)).collect()
        };
        let mean = |column: &str, times: &[i128]| {
            let sum: i128 = times.iter().sum();
            let mean = sum
                .checked_div(times.len() as i128)
                .map_or(String::new(), |mean| format!("{}.{:09}", mean / 1_000_000_000, mean % 1_000_000_000));
            assert_eq!(row[column], mean, "{column} of {class:?} of {group}");
        };
        mean("average_talk_time_s", &nanos("talk_s", &last));
        mean("average_wrap_up_time_s", &nanos("wrap_up_s", &last));
        let waits = nanos("wait_s", &answered);
        let within = waits.iter().filter(|&&wait| wait <= 20_000_000_000).count() as f64;
        let came = offered.len() + last.iter().filter(|it| it["arrived_for"] != group).count();
        let share = |column: &str, whole: usize| {
            let share = if whole == 0 { String::new() } else { (within / whole as f64).to_string() };
            assert_eq!(row[column], share, "{column} of {class:?} of {group}");
        };
        share("sl_20_of_offered", came);
        share("sl_20_of_answered", answered.len());
        // A wait in the queue is shorter than one from the arrival where calls come from other queues.
        if group != "Backup" {
            mean("asa_s", &waits);
            let longest = waits.iter().copied().max().unwrap_or(0);
            assert_eq!(rows::nanos(&row["longest_time_to_answer_s"]), longest);
        }
    }
    assert!(flowed > 20, "{flowed} calls flowed");
    // Nothing is in the file that is not a class, and calls of none of them have come to Backup.
    let names: Vec<(&str, &str)> =
        classes.iter().take(8).map(|row| (row["group"].as_str(), row["class"].as_str())).collect();
    let expected: Vec<(&str, &str)> =
        CLASSES.iter().flat_map(|&(group, classes)| classes.iter().map(move |&class| (group, class))).collect();
    assert_eq!(names, expected);
    assert!(classes.iter().any(|row| row["class"].is_empty() && row["flowed_in"] != "0"));
}

#[test]
fn a_class_of_calls_is_what_was_recorded_and_its_waits_are_its_own() {
    let classes = "classes = [{ name = \"N\", share = \"50%\" }, { name = \"V\", share = \"50%\" }]";
    let mut scenario = parse(&format!(
        "horizon = \"10m\"\n[[group]]\nname = \"G\"\narrivals = {{ rate = \"1/h\" }}\ntalk = \"1m\"\npatience = \"100s\"\n{classes}\n\
         [[agents]]\nname = \"A\"\ngroups = [\"G\"]"
    ));
    // Answered at 10 and 110 s, given up at 130 s, answered at 200 s.
    calls(&mut scenario, 0, &[(10.0, 100.0), (20.0, 90.0), (30.0, 10.0), (120.0, 30.0)]);
    let Arrivals::Recorded(recorded) = &mut scenario.groups[0].arrivals else { panic!("recorded") };
    let mut with_class = recorded.to_vec();
    with_class.iter_mut().zip([0, 1, 1, 0]).for_each(|(call, class)| call.class = Some(class));
    scenario.groups[0].arrivals = Arrivals::Recorded(with_class.into());
    let group = &results(&scenario)[0].groups[0];
    let [normal, vip, none] = &group.classes[..] else { panic!("two classes and the rest") };
    assert_eq!((normal.offered, normal.answered, normal.abandoned, normal.delayed), (2, 2, 0, 1));
    assert_eq!((vip.offered, vip.answered, vip.abandoned, vip.delayed), (2, 1, 1, 2));
    assert_eq!((secs(normal.answered_wait_nanos), secs(vip.answered_wait_nanos)), (80.0, 90.0));
    assert_eq!((normal.longest_queue, vip.longest_queue, group.totals.longest_queue), (1, 2, 2));
    assert_eq!((secs(normal.talk_nanos), secs(vip.talk_nanos)), (130.0, 90.0));
    assert_eq!((none.offered, none.answered, none.talks), (0, 0, 0));
}

#[test]
fn classes_are_in_all_outputs_and_only_where_there_are_any() {
    let out = run_files("tests/common/whole.toml", &["--replications", "2"]);
    let json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(out.path().join("summary.json")).unwrap()).unwrap();
    let listed: Vec<(&str, Option<&str>)> = json["classes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["group"].as_str().unwrap(), it["class"].as_str()))
        .collect();
    let expected: Vec<(&str, Option<&str>)> = CLASSES
        .iter()
        .flat_map(|&(group, classes)| {
            classes.iter().map(move |&class| (group, Some(class).filter(|it| !it.is_empty())))
        })
        .collect();
    assert_eq!(listed, expected);
    // The mean over two replications is that of the rows.
    let rows = read(&out.path().join("classes.csv"));
    let offered = |row: usize| rows[row]["offered"].parse::<f64>().unwrap();
    assert_eq!(json["classes"][1]["metrics"]["offered"]["mean"], (offered(1) + offered(9)) / 2.0);
    let summary = read(&out.path().join("summary.csv"));
    let of_class =
        summary.iter().find(|row| row["table"] == "class" && row["class"] == "Gold" && row["metric"] == "offered");
    assert_eq!(of_class.unwrap()["mean"].parse::<f64>().unwrap(), (offered(1) + offered(9)) / 2.0);

    // A later result without classes leaves none behind.
    let status = Command::new(env!("CARGO_BIN_EXE_acdsim"))
        .args(["run", "scenarios/quickstart.toml", "--replications", "1", "--calls", "--quiet", "--out"])
        .arg(out.path())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .unwrap();
    assert!(status.success());
    assert!(!out.path().join("classes.csv").exists());
    let json = std::fs::read_to_string(out.path().join("summary.json")).unwrap();
    assert!(!json.contains("\"classes\""));
    let header = std::fs::read_to_string(out.path().join("calls.csv")).unwrap();
    assert!(header.lines().next().unwrap().ends_with("talk_s,wrap_up_s"));
}
