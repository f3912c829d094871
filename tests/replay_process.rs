//! `acdsim replay` against a program behind the protocol: this test program itself, as a system with one defect or none.

#[path = "replay_process/system.rs"]
mod system;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use acdsim::trace::{Ending, TraceReader};
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;

/// Two agents, two groups, an hour in which all kinds of things happen.
const SCENARIO: &str = r#"
    name = "wire"
    horizon = "1h"
    seed = 11
    [[group]]
    name = "Sales"
    arrivals = { rate = "60/h" }
    talk = { distribution = "exponential", mean = "90s" }
    wrap_up = { distribution = "uniform", min = "0s", max = "40s" }
    patience = { distribution = "exponential", mean = "2m" }
    queue_capacity = 3
    [[group]]
    name = "Service"
    arrivals = { rate = "40/h" }
    talk = "1m"
    patience = { distribution = "exponential", mean = "3m" }
    [[agents]]
    name = "Ann"
    count = 2
    groups = ["Sales"]
    [[agents]]
    name = "Bob"
    groups = ["Service", "Sales"]
    shifts = [{ log_in = "+0m", log_out = "+25m" }, { log_in = "+30m", log_out = "+55m" }]
"#;

/// A test: its name, and what it does in a directory of its own.
type Test = (&'static str, fn(&Path));

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "--as-system") {
        return system::run(&arguments[1..]);
    }
    let tests: &[Test] = &[
        ("a_system_that_does_right_passes", a_system_that_does_right_passes),
        ("a_wrong_statistic_is_named", a_wrong_statistic_is_named),
        ("every_fault_is_named_and_leaves_a_record", every_fault_is_named_and_leaves_a_record),
        ("what_cannot_be_reached_is_a_failure_of_the_adapter", what_cannot_be_reached_is_a_failure_of_the_adapter),
        ("a_system_with_a_clock_of_its_own_passes", a_system_with_a_clock_of_its_own_passes),
        ("an_interrupt_logs_the_agents_out", an_interrupt_logs_the_agents_out),
        ("a_live_system_is_used_at_allowed_addresses_only", a_live_system_is_used_at_allowed_addresses_only),
    ];
    let trials = tests.iter().map(|&(name, test)| {
        Trial::test(name, move || {
            let directory = tempfile::tempdir()?;
            prepare(directory.path());
            test(directory.path());
            Ok::<(), Failed>(())
        })
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}

/// Writes the scenario and its trace.
fn prepare(directory: &Path) {
    std::fs::write(directory.join("wire.toml"), SCENARIO).unwrap();
    let done = acdsim(directory).args(["trace", "wire.toml", "--output", "day.jsonl"]).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

fn acdsim(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_acdsim"));
    command.current_dir(directory);
    command
}

/// The replay of the trace against this program, with what is said of both.
fn replay(directory: &Path, options: &[&str], system: &[&str]) -> Command {
    let mut command = acdsim(directory);
    command.args(["replay", "day.jsonl", "--adapter", "process"]).args(options).arg("--");
    command.arg(std::env::current_exe().unwrap()).args(["--as-system", "--trace", "day.jsonl"]).args(system);
    command
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

/// How the record ends, after all of it was read.
fn ending(path: PathBuf) -> (Ending, Option<String>) {
    let mut trace = TraceReader::open(&path).unwrap();
    for entry in trace.by_ref() {
        entry.unwrap();
    }
    let footer = trace.footer().unwrap();
    (footer.end, footer.reason.clone())
}

fn a_system_that_does_right_passes(directory: &Path) {
    let options = ["--record", "played.jsonl", "--junit", "replay.xml", "--format", "json"];
    let output = replay(directory, &options, &[]).output().unwrap();
    assert_eq!(code(&output), 0, "{}", said(&output));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["conclusion"], "passed");
    assert!(json["events"].as_u64().unwrap() > 300 && json["figures"].as_u64().unwrap() > 90, "{json}");
    let xml = std::fs::read_to_string(directory.join("replay.xml")).unwrap();
    assert!(xml.contains("failures=\"0\"") && xml.contains("day.jsonl.Sales"), "{xml}");
    // What it did is the trace, to the last line.
    let done = acdsim(directory).args(["trace", "diff", "day.jsonl", "played.jsonl"]).output().unwrap();
    assert_eq!((code(&done), said(&done)), (0, String::new()));
}

fn a_wrong_statistic_is_named(directory: &Path) {
    let options = ["--junit", "replay.xml"];
    let output = replay(directory, &options, &["--defect", "counts-wrong"]).output().unwrap();
    let said = said(&output);
    assert_eq!(code(&output), 1, "{said}");
    assert!(
        said.contains("session 2 of Bob for Service: LongestTimeToAnswer is ") && said.contains("FAILED: 1 deviation"),
        "{said}"
    );
    let xml = std::fs::read_to_string(directory.join("replay.xml")).unwrap();
    assert!(xml.contains("failures=\"1\"") && xml.contains("LongestTimeToAnswer"), "{xml}");
    // Who may be off by a second is not.
    let output = replay(directory, &["--tolerance", "1s"], &["--defect", "counts-wrong"]).output().unwrap();
    assert_eq!(code(&output), 0);
}

fn every_fault_is_named_and_leaves_a_record(directory: &Path) {
    let partial = [
        ("dies", "it ended while it was asked for `"),
        ("closes-output", "it ended while it was asked for `"),
        ("hangs", "within 5 s"),
        ("out-of-order", "request 61 was answered while request 60 was to be"),
        ("garbage", "it said `Segmentation fault (core dumped)`"),
        ("refuses", "the switch is full"),
        ("offers-nobody", "call 5 is offered to session 9999, which nobody has created"),
    ];
    let complete = [
        ("late", "answers that took longer than 2000 ms: 1, the longest "),
        ("twice", "request 60 was answered twice"),
        ("loses-event", "lost, or never happened: call_answered (call 7"),
        ("drifts", "its clock is off by"),
    ];
    for (whole, faults) in [(false, &partial[..]), (true, &complete[..])] {
        for &(defect, words) in faults {
            let options = ["--patience", "5s", "--record", "played.jsonl"];
            let started = Instant::now();
            let output = replay(directory, &options, &["--defect", defect]).output().unwrap();
            let said = said(&output);
            assert_eq!(code(&output), 1, "{defect}: {said}");
            assert!(said.contains(words), "{defect}: {said}");
            assert!(started.elapsed() < Duration::from_secs(60), "{defect} was waited for");
            let (end, reason) = ending(directory.join("played.jsonl"));
            assert_eq!(end == Ending::Complete, whole, "{defect}: {said}");
            assert_eq!(reason.is_some_and(|reason| said.contains(&reason)), !whole, "{defect}: {said}");
        }
    }
}

fn what_cannot_be_reached_is_a_failure_of_the_adapter(directory: &Path) {
    let output = replay(directory, &[], &["--defect", "other-protocol"]).output().unwrap();
    assert_eq!(code(&output), 3, "{}", said(&output));
    assert!(said(&output).contains("it speaks protocol 2, and this program protocol 1"));
    let mut nowhere = acdsim(directory);
    nowhere.args(["replay", "day.jsonl", "--adapter", "process", "--", "./no-such-program"]);
    let output = nowhere.output().unwrap();
    assert_eq!(code(&output), 3);
    assert!(said(&output).contains("`./no-such-program` cannot be started"), "{}", said(&output));
}

fn a_system_with_a_clock_of_its_own_passes(directory: &Path) {
    let options = ["--speed", "600", "--tolerance", "60s", "--tolerance-rate", "20%", "--tolerance-calls", "3"];
    let output = replay(directory, &[&options[..], &["--format", "json"]].concat(), &["--wall"]).output().unwrap();
    let json: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(&output)));
    // Whether a loaded machine is in time is not for a test to say; what it then says is.
    let lateness = &json["lateness"];
    assert!(lateness["count"].as_u64().unwrap() > 100 && lateness["classes"][0]["count"].is_u64(), "{lateness}");
    let expected = match json["conclusion"].as_str().unwrap() {
        "passed" => 0,
        "failed" => 1,
        "no verdict" => 3,
        other => panic!("{other}"),
    };
    assert_eq!(code(&output), expected, "{}", said(&output));
}

fn an_interrupt_logs_the_agents_out(directory: &Path) {
    let options = ["--speed", "10", "--record", "played.jsonl"];
    let mut command = replay(directory, &options, &["--wall", "--log", "requests.log"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let log = directory.join("requests.log");
    let logged = |word: &str| std::fs::read_to_string(&log).is_ok_and(|text| text.contains(word));
    let started = Instant::now();
    while !logged("place_call") {
        assert!(started.elapsed() < Duration::from_secs(100), "no call was placed");
        std::thread::sleep(Duration::from_millis(20));
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 130, "{}", said(&output));
    let requests = std::fs::read_to_string(&log).unwrap();
    let ended = requests.matches("ASST_SESSION_ENDED").count();
    assert_eq!(ended, requests.matches("create_session").count(), "{requests}");
    assert!(requests.trim_end().ends_with('}') && requests.contains("\"close\""));
    assert_eq!(ending(directory.join("played.jsonl")), (Ending::Partial, Some("interrupted".to_owned())));
}

fn a_live_system_is_used_at_allowed_addresses_only(directory: &Path) {
    let output = replay(directory, &["--dial", "Sales=5550100"], &["--live"]).output().unwrap();
    let text = said(&output);
    assert_eq!(code(&output), 2, "{text}");
    assert!(text.contains("these addresses are not allowed: ") && text.contains("5550100"), "{text}");
    let dry = replay(directory, &["--dry-run", "--dial", "Sales=5550100"], &["--live", "--log", "l"]).output().unwrap();
    let text = said(&dry);
    assert_eq!(code(&dry), 0);
    assert!(text.contains("calls for Sales to 5550100") && text.contains("Bob, 2 times for Service, Sales"), "{text}");
    assert!(!directory.join("l").exists(), "a dry run starts nothing");
    let header = TraceReader::open(&directory.join("day.jsonl")).unwrap().header().clone();
    let mut options = vec!["--allow", "5550100", "--dial", "Sales=5550100"];
    for agent in &header.agents {
        options.extend(["--allow", &agent.address]);
    }
    let output = replay(directory, &options, &["--live"]).output().unwrap();
    assert_eq!(code(&output), 0, "{}", said(&output));
}
