//! The command from end to end: what it prints, what it writes, and how it ends.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::{contains, is_empty, starts_with};
use serde_json::Value;

const QUICKSTART: &str = "scenarios/quickstart.toml";

/// The files of `--out` without `--calls`.
const FILES: [&str; 7] =
    ["agents.csv", "groups.csv", "intervals.csv", "queues.csv", "sessions.csv", "summary.csv", "summary.json"];

fn acdsim() -> Command {
    Command::cargo_bin("acdsim").expect("the program is built")
}

fn temporary() -> tempfile::TempDir {
    tempfile::tempdir().expect("a directory can be made")
}

fn stdout(command: &mut Command) -> String {
    let output = command.assert().success().get_output().stdout.clone();
    String::from_utf8(output).expect("it is UTF-8")
}

/// The names in a directory, hidden ones too, in order.
fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("the directory is there");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("it can be listed").file_name().into_string().expect("ASCII")).collect();
    names.sort();
    names
}

/// A scenario whose run takes so long that nobody waits for its end.
fn endless(directory: &Path) -> PathBuf {
    let path = directory.join("endless.toml");
    let text = r#"
        horizon = "15000h"
        interval = "1000h"
        replications = 100
        [[group]]
        name = "Calls"
        arrivals = { rate = "3000/h" }
        talk = { distribution = "exponential", mean = "100s" }
        [[agents]]
        name = "Agent"
        count = 100
        groups = ["Calls"]
        "#;
    fs::write(&path, text).expect("a file can be written");
    path
}

#[test]
fn run_prints_tables_for_people() {
    let text = stdout(acdsim().args(["run", QUICKSTART]));
    let mut settings = insta::Settings::clone_current();
    // The fingerprint is held by the tests of determinism.
    settings.add_filter(r"Fingerprint [0-9a-f]{16}", "Fingerprint [fingerprint]");
    settings.bind(|| insta::assert_snapshot!("quickstart", text));
}

#[test]
fn run_prints_json() {
    let text = stdout(acdsim().args(["run", QUICKSTART, "--format", "json", "--replications", "3"]));
    let json: Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!(json["scenario"], "Support desk");
    assert_eq!(json["start"], "2026-03-02T09:00:00");
    assert_eq!((&json["seed"], &json["replications"], &json["horizon_s"]), (&1.into(), &3.into(), &28_800.0.into()));
    assert_eq!(json["fingerprint"].as_str().map(str::len), Some(16));
    let length = |key: &str| json[key].as_array().map(Vec::len);
    assert_eq!((length("groups"), length("queues")), (Some(2), Some(2)));
    // Seven and three in one group, four in both.
    assert_eq!(length("sessions"), Some(7 + 3 + 2 * 4));
    let support = &json["groups"][0];
    assert_eq!(support["group"], "Support");
    let offered = &support["metrics"]["offered"];
    assert_eq!(offered["replications"], 3);
    assert!(offered["mean"].as_f64().is_some_and(|mean| (700.0..1_060.0).contains(&mean)), "{offered}");
    assert!(offered["ci95"].as_f64().is_some_and(|half_width| half_width > 0.0), "{offered}");
    let calls: f64 = (0..2).filter_map(|group| json["groups"][group]["metrics"]["offered"]["mean"].as_f64()).sum();
    assert_eq!(json["calls"].as_f64(), Some((3.0 * calls).round()));
}

#[test]
fn run_prints_csv() {
    let text = stdout(acdsim().args(["run", QUICKSTART, "--format", "csv", "--replications", "2"]));
    let mut csv = csv::Reader::from_reader(text.as_bytes());
    let header = csv.headers().expect("there is a header").clone();
    let columns = ["table", "group", "agent", "ordinal", "start", "metric", "mean", "ci95", "replications"];
    assert_eq!(header.iter().collect::<Vec<_>>(), columns);
    let records: Vec<csv::StringRecord> = csv.records().map(|record| record.expect("a row is sound")).collect();
    let asa = records.iter().find(|row| row[0] == *"group" && row[1] == *"Support" && row[5] == *"asa_s");
    assert!(asa.is_some_and(|row| row[6].parse::<f64>().is_ok_and(|mean| mean > 0.0)));
    for table in ["group", "queue", "agent", "session", "interval"] {
        assert!(records.iter().any(|row| row[0] == *table), "no row of {table}");
    }
}

#[test]
fn quiet_prints_nothing() {
    acdsim().args(["run", QUICKSTART, "--replications", "1", "-q"]).assert().success().stdout("").stderr("");
}

#[test]
fn out_writes_these_files_and_no_others() {
    let directory = temporary();
    let out = directory.path().join("results");
    let run = |arguments: &[&str]| {
        acdsim().args(["run", QUICKSTART, "--replications", "2", "--out"]).arg(&out).args(arguments).assert().success();
    };
    run(&[]);
    assert_eq!(names(&out), FILES);
    let json = fs::read_to_string(out.join("summary.json")).expect("it is there");
    assert_eq!(serde_json::from_str::<Value>(&json).expect("it is JSON")["replications"], 2);
    // Once more into the same directory, with calls and events, beside a file of somebody else's.
    fs::write(out.join("notes.txt"), "mine").expect("a file can be written");
    run(&["--calls", "--events"]);
    let mut expected = [&FILES[..], &["calls.csv", "events.csv", "notes.txt"]].concat();
    expected.sort_unstable();
    assert_eq!(names(&out), expected);
    assert_eq!(fs::read_to_string(out.join("notes.txt")).expect("it is there"), "mine");
    let calls = fs::read_to_string(out.join("calls.csv")).expect("it is there");
    assert!(calls.starts_with("replication,call,group,") && calls.contains("\n1,1,") && calls.contains("\n2,1,"));
    // A result without them does not leave those of the one before beside it.
    run(&[]);
    expected.retain(|&name| name != "calls.csv" && name != "events.csv");
    assert_eq!(names(&out), expected);
    assert_eq!(names(directory.path()), ["results"]);
}

/// So long that a batch of its lines would not fit into the memory that is made for them.
#[test]
fn rows_have_a_name_of_any_length() {
    let directory = temporary();
    let (scenario, out) = (directory.path().join("long.toml"), directory.path().join("results"));
    let name = "a long name,".repeat(20_000);
    let text = format!(
        r#"
        horizon = "1h"
        [[group]]
        name = "{name}"
        arrivals = {{ rate = "40/h" }}
        talk = "1m"
        [[agents]]
        name = "Agent"
        groups = ["{name}"]
        "#
    );
    fs::write(&scenario, text).expect("a file can be written");
    acdsim().args(["run", "--calls", "--quiet", "--out"]).args([&out, &scenario]).assert().success();
    let calls = fs::read_to_string(out.join("calls.csv")).expect("it is there");
    let field = format!("\"{name}\"");
    // Behind each of them the rest of its line and the beginning of the next.
    let between: Vec<_> = calls.split(&field).skip(1).collect();
    assert!(between.len() > 20);
    assert!(between.iter().all(|rest| rest.matches('\n').count() == 1 && rest.len() < 200), "{between:?}");
}

#[cfg(unix)]
#[test]
fn results_may_be_read_by_whom_the_mask_lets() {
    use std::os::unix::fs::PermissionsExt;
    let directory = temporary();
    acdsim().args(["run", QUICKSTART, "--replications", "1", "-q", "--out"]).arg(directory.path()).assert().success();
    let beside = directory.path().join("beside");
    fs::write(&beside, "").expect("a file can be written");
    let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    for name in FILES {
        assert_eq!(mode(&directory.path().join(name)), mode(&beside), "{name}");
    }
}

#[test]
fn wrong_arguments_are_refused() {
    let refused = |arguments: &[&str], said: &str| {
        acdsim().args(arguments).assert().code(2).stdout("").stderr(contains(said));
    };
    refused(&["run", QUICKSTART, "--calls"], "--out");
    refused(&["run", QUICKSTART, "--events"], "--out");
    refused(&["run", QUICKSTART, "--seed", "9223372036854775808"], "--seed");
    refused(&["run", QUICKSTART, "--seed", "-1"], "-1");
    refused(&["run", QUICKSTART, "--replications", "0"], "--replications");
    refused(&["run", QUICKSTART, "--replications", "1000001"], "--replications");
    refused(&["run", QUICKSTART, "--threads", "1025"], "--threads");
    refused(&["run", QUICKSTART, "--format", "xml"], "xml");
    refused(&["run"], "<SCENARIO>");
    refused(&["fly"], "fly");
    refused(&["bench", "W5"], "W5");
    refused(&["bench", "W1", "--calls", "0"], "--calls");
    refused(&["verify"], "<SCENARIO>");
    refused(&["verify", "--self-test", QUICKSTART], "--self-test");
    #[cfg(not(feature = "faults"))]
    refused(&["verify", "--self-test"], "cargo run --release --features faults -- verify --self-test");
}

#[test]
fn the_bounds_of_arguments_are_allowed() {
    acdsim().args(["run", QUICKSTART, "-q", "--replications", "1", "--seed", "9223372036854775807"]).assert().success();
    acdsim().args(["run", QUICKSTART, "-q", "--replications", "1", "--threads", "1024"]).assert().success();
}

#[test]
fn a_scenario_that_is_missing_or_broken_is_refused_with_its_place() {
    acdsim().args(["run", "nowhere.toml"]).assert().code(2).stdout("").stderr(contains("nowhere.toml"));
    let broken = Path::new("tests/broken/negative_rate.toml");
    let directory = temporary();
    let out = directory.path().join("out");
    let assert = acdsim().arg("run").arg(broken).arg("--out").arg(&out).assert().code(2).stdout("");
    let said = String::from_utf8(assert.get_output().stderr.clone()).expect("it is UTF-8").replace('\\', "/");
    let place = said.split_once("tests/broken/negative_rate.toml:").expect(&said).1;
    let place = place.split_once(']').expect(&said).0;
    let (line, column) = place.split_once(':').expect(&said);
    assert!(line.parse::<u32>().is_ok() && column.parse::<u32>().is_ok(), "{said}");
    assert_eq!(names(directory.path()), [""; 0], "nothing is made for it");
}

#[test]
fn commands_that_know_only_plain_scenarios_say_so_and_leave_nothing() {
    let directory = temporary();
    let scenario = directory.path().join("scenario.toml");
    let text = r#"
horizon = "1h"
group = [{ name = "Sales", arrivals = { rate = "60/h" }, talk = "1m", balking = { from_queue_length = 3 } }]
agents = [{ name = "Ann", groups = ["Sales"] }]
"#;
    fs::write(&scenario, text).expect("it can be written");
    acdsim().arg("run").arg(&scenario).assert().success().stdout(contains("Balked"));
    let refused = |command: &mut Command, said: &str| {
        command.assert().code(2).stdout(is_empty()).stderr(contains(said));
    };
    refused(acdsim().arg("explain").arg(&scenario).arg("1"), "only plain scenarios are explained");
    let small = directory.path().join("small");
    let mut shrink = acdsim();
    shrink.arg("shrink").arg(&scenario).args(["--when", "Sales.answered >= 1", "--out"]).arg(&small);
    refused(&mut shrink, "described by more than arrivals");
    acdsim().arg("verify").arg(&scenario).assert().code(1).stdout(contains("not applicable"));
    assert_eq!(names(directory.path()), ["scenario.toml"]);
}

#[test]
fn what_happened_is_put_beside_what_was_simulated() {
    let directory = temporary();
    let file = |text: &str| {
        let path = directory.path().join("actual.csv");
        fs::write(&path, text).expect("a file can be written");
        path
    };
    let run = |path: &Path| {
        let mut command = acdsim();
        command.args(["run", QUICKSTART, "--replications", "1", "--actual"]).arg(path);
        command
    };
    let good = file("start,group,offered,asa_s\n2026-03-02T09:00:00,Support,4711,12.5\n");
    run(&good).assert().success().stdout(contains("Actual and simulated").and(contains("4711")));

    let number = file("start,group,offered\n2026-03-02T09:00:00,Support,1\n2026-03-02T09:30:00,Support,many\n");
    run(&number).assert().code(2).stdout("").stderr(contains("line 3").and(contains("offered")).and(contains("many")));
    run(&file("offered\n1\n")).assert().code(2).stdout("").stderr(contains("`start`"));
    run(&file("start,offered\n2026-03-02T09:00:00\n")).assert().code(2).stdout("").stderr(contains("actual.csv"));
    run(Path::new("nowhere.csv")).assert().code(2).stdout("").stderr(contains("nowhere.csv"));
}

#[test]
fn a_directory_that_cannot_be_made_is_said_to_be_so() {
    let directory = temporary();
    let file = directory.path().join("file");
    fs::write(&file, "a file").expect("a file can be written");
    for out in [file.clone(), file.join("below"), file.join("below/deeper")] {
        let run = acdsim().args(["run", QUICKSTART, "--replications", "1", "--out"]).arg(&out).assert();
        run.code(3).stdout("").stderr(starts_with("acdsim: cannot write").and(contains("file")));
    }
    assert_eq!(names(directory.path()), ["file"]);
    assert_eq!(fs::read_to_string(&file).expect("it is there"), "a file");
}

#[test]
fn a_file_that_cannot_be_written_is_said_to_be_so_and_leaves_nothing_half_done() {
    let directory = temporary();
    // A directory has the name of the first result.
    let taken = directory.path().join("groups.csv");
    fs::create_dir(&taken).expect("a directory can be made");
    let run = acdsim().args(["run", QUICKSTART, "--replications", "1", "--out"]).arg(directory.path()).assert();
    run.code(3).stdout("").stderr(contains("groups.csv"));
    assert!(names(directory.path()).iter().all(|name| !name.starts_with('.')), "{:?}", names(directory.path()));
}

/// The quickstart with these conventions.
fn quickstart_with(directory: &Path, conventions: &str) -> PathBuf {
    let text = fs::read_to_string(QUICKSTART).expect("it is there");
    let path = directory.join("quickstart.toml");
    fs::write(&path, format!("{text}\n[conventions]\n{conventions}\n")).expect("a file can be written");
    path
}

#[test]
fn conventions_that_are_not_the_default_are_told_and_recorded() {
    let directory = temporary();
    let text = stdout(acdsim().args(["run", QUICKSTART, "--replications", "1"]));
    assert!(!text.contains("Conventions"), "{text}");
    let path =
        quickstart_with(directory.path(), "seconds = \"nearest\"\nhold = \"call-time\"\ntotals = \"ended-phases\"");
    let text = stdout(acdsim().arg("run").arg(&path).args(["--replications", "1"]));
    let expected = "\nConventions that are not the default: seconds = nearest, hold = call-time\n";
    assert!(text.contains(expected), "{text}");

    let json = |path: &Path| -> Value {
        let text = stdout(acdsim().arg("run").arg(path).args(["--replications", "1", "--format", "json"]));
        serde_json::from_str(&text).expect("it is JSON")
    };
    let (plain, changed) = (json(Path::new(QUICKSTART)), json(&path));
    assert_eq!(plain["form"], 2);
    let words = |json: &Value| {
        let object = json["conventions"].as_object().expect("it is an object").clone();
        object.into_iter().map(|(name, answer)| (name, answer.to_string().replace('"', ""))).collect::<Vec<_>>()
    };
    let default: Vec<_> =
        acdsim::acd::Conventions::default().iter().map(|(name, word)| (name.to_owned(), word)).collect();
    assert_eq!(words(&plain), default);
    let differ: Vec<_> = words(&changed).into_iter().filter(|entry| !default.contains(entry)).collect();
    let expected = [("seconds", "nearest"), ("hold", "call-time")].map(|(name, word)| (name.into(), word.into()));
    assert_eq!(differ, expected);
    // The same calls happen: conventions of statistics change what is reported of them, and nothing else.
    assert_eq!(plain["fingerprint"], changed["fingerprint"]);
}

#[test]
fn results_follow_the_conventions() {
    let directory = temporary();
    let table = |conventions: &str, name: &str| {
        let path = quickstart_with(directory.path(), conventions);
        let out = directory.path().join("out");
        acdsim().arg("run").arg(path).args(["-q", "--replications", "2", "--out"]).arg(&out).assert().success();
        let mut csv = csv::Reader::from_path(out.join(name)).expect("it is there");
        let header = csv.headers().expect("there is a header").clone();
        let rows: Vec<csv::StringRecord> = csv.records().map(|row| row.expect("a row is sound")).collect();
        move |column: &str| -> Vec<f64> {
            let place = header.iter().position(|name| name == column).unwrap_or_else(|| panic!("{column}"));
            rows.iter().map(|row| row[place].parse().unwrap_or_else(|_| panic!("{column}: {row:?}"))).collect()
        }
    };
    let less = |one: &[f64], other: &[f64]| one.iter().zip(other).all(|(one, other)| one < other);

    let (down, up) = (table("", "sessions.csv"), table("seconds = \"up\"", "sessions.csv"));
    for name in ["TotalTalkTime", "AverageTalkTime", "AverageCallTime", "LongestTimeToAnswer", "AverageTimeToAnswer"] {
        let (down, up) = (down(name), up(name));
        assert!(down.iter().zip(&up).all(|(down, up)| *up == *down || *up == *down + 1.0), "{name}: {down:?} {up:?}");
        assert!(down != up, "{name}");
    }
    assert_eq!(down("average_talk_time_s"), up("average_talk_time_s"));

    let (run, hour) = (table("", "queues.csv"), table("measurement_period_s = 3600", "queues.csv"));
    assert!(hour("MeasurementPeriod").iter().all(|period| *period == 3_600.0));
    assert!(run("MeasurementPeriod").iter().all(|period| *period == 2_147_483_647.0));
    let groups = table("measurement_period_s = 3600", "groups.csv");
    assert_eq!(run("TotalCallsQueued"), groups("offered"));
    assert!(less(&hour("TotalCallsQueued"), &groups("offered")), "{:?}", hour("TotalCallsQueued"));
    assert_eq!(hour("longest_ever_wait_time_s"), run("longest_ever_wait_time_s"));

    // Windows of an hour end where the run does, so that a new one is open then; one of 50 minutes has been for half an
    // hour, and one that slides is full at any time.
    assert!(hour("TotalCallsQueued").iter().all(|queued| *queued == 0.0), "{:?}", hour("TotalCallsQueued"));
    let open = table("measurement_period_s = 3000", "queues.csv");
    assert!(open("TotalCallsQueued").iter().all(|queued| *queued > 0.0), "{:?}", open("TotalCallsQueued"));
    assert!(less(&open("TotalCallsQueued"), &groups("offered")), "{:?}", open("TotalCallsQueued"));
    let sliding = table("measurement_period_s = 3600\nmeasurement_window = \"sliding\"", "queues.csv");
    assert!(sliding("TotalCallsQueued").iter().all(|queued| *queued > 0.0), "{:?}", sliding("TotalCallsQueued"));
    assert!(less(&sliding("TotalCallsQueued"), &groups("offered")), "{:?}", sliding("TotalCallsQueued"));

    // A queue in which nothing happens reports what there is without calls.
    let empty = table("without_calls = \"all-ones\"\nmeasurement_period_s = 1", "queues.csv");
    assert!(empty("AverageWaitTime").contains(&-1.0), "{:?}", empty("AverageWaitTime"));
}

#[test]
fn the_schema_is_json() {
    let json: Value = serde_json::from_str(&stdout(acdsim().arg("schema"))).expect("it is JSON");
    assert!(json["$schema"].is_string() && json["properties"]["horizon"].is_object());
    assert_eq!(json, acdsim::scenario::json_schema());
}

#[test]
fn bench_says_how_fast_it_was() {
    let json: Value =
        serde_json::from_str(&stdout(acdsim().args(["bench", "W1", "--calls", "2000", "--format", "json"])))
            .expect("it is JSON");
    let keys: Vec<&String> = json.as_object().expect("it is an object").keys().collect();
    assert_eq!(keys, ["workload", "calls", "seconds", "calls_per_s", "asa_s"]);
    assert_eq!(json["workload"], "W1");
    assert!(json["calls"].as_u64().is_some_and(|calls| (1_500..2_500).contains(&calls)), "{json}");
    let number = |key: &str| json[key].as_f64().unwrap_or(f64::NAN);
    assert!(number("seconds") > 0.0 && number("calls_per_s") > 0.0 && number("asa_s") >= 0.0, "{json}");

    let all: Value = serde_json::from_str(&stdout(acdsim().args(["bench", "--calls", "1000", "--format", "json"])))
        .expect("it is JSON");
    let names: Vec<&str> = all.as_array().expect("a list").iter().filter_map(|one| one["workload"].as_str()).collect();
    assert_eq!(names, ["W1", "W2", "W3", "W4"]);
    let csv = stdout(acdsim().args(["bench", "w2", "--calls", "2000", "--format", "csv"]));
    assert!(csv.starts_with("workload,calls,seconds,calls_per_s,asa_s\nW2,"), "{csv}");
    assert!(stdout(acdsim().args(["bench", "W4", "--calls", "2000"])).starts_with("W4: "));
}

#[test]
fn help_and_version_are_printed() {
    acdsim().arg("--help").assert().success().stdout(contains("run").and(contains("schema")).and(contains("bench")));
    acdsim().args(["run", "--help"]).assert().success().stdout(contains("--replications")).stderr(is_empty());
    let version = format!("acdsim {}\n", env!("CARGO_PKG_VERSION"));
    acdsim().arg("--version").assert().success().stdout(version);
}

#[test]
fn a_reader_who_has_had_enough_is_no_failure() {
    use std::process::{Command, Stdio};
    for format in ["text", "json", "csv"] {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin("acdsim"))
            .args(["run", QUICKSTART, "--replications", "1", "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_a_run_and_leaves_nothing_behind() {
    use std::process::{Command, Stdio};
    use std::time::Duration;
    let directory = temporary();
    let scenario = endless(directory.path());
    // One directory that was not there, below another, and one that was.
    for (out, left) in [("new/results", false), ("old", true)] {
        if left {
            fs::create_dir(directory.path().join(out)).expect("a directory can be made");
        }
        let mut child = Command::new(assert_cmd::cargo::cargo_bin("acdsim"))
            .args(["run", "--calls", "--events", "--threads", "2", "--out"])
            .arg(directory.path().join(out))
            .arg(&scenario)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        // The files are made when the interrupt is listened to.
        let written = || fs::read_dir(directory.path().join(out)).is_ok_and(|entries| entries.count() >= 5);
        while !written() {
            assert_eq!(child.try_wait().expect("it can be asked"), None, "it ended before it was interrupted");
            std::thread::sleep(Duration::from_millis(5));
        }
        let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(killed.expect("there is a kill").success());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(130), "{output:?}");
        assert_eq!(
            (output.stdout.as_slice(), String::from_utf8_lossy(&output.stderr)),
            (&b""[..], "acdsim: interrupted\n".into())
        );
        let expected: &[&str] = if left { &["endless.toml", "old"] } else { &["endless.toml"] };
        assert_eq!(names(directory.path()), expected);
    }
    assert_eq!(names(&directory.path().join("old")), [""; 0]);
}

/// The paths of files written by `acdsim man --out`, and a completion script, know what every command has.
#[test]
fn completions_and_man_pages_have_the_options_of_every_command_and_examples() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = acdsim().args(["completions", shell]).assert().success().get_output().stdout.clone();
        let script = String::from_utf8(script).expect("it is UTF-8");
        for word in ["sweep", "latin-hypercube", "quiet", "verbose", "color"] {
            assert!(script.contains(word), "{shell} does not know {word}");
        }
    }
    let directory = temporary();
    acdsim().args(["man", "--out"]).arg(directory.path()).assert().success().stdout("");
    for command in ["run", "sweep", "verify", "baseline"] {
        let page = fs::read_to_string(directory.path().join(format!("acdsim-{command}.1"))).expect("it is there");
        for word in ["verbose", "quiet", "color", "Examples:"] {
            assert!(page.replace("\\-", "-").contains(word), "the page of {command} has no {word}");
        }
    }
}

#[test]
fn quiet_and_verbose_are_of_every_command_and_leave_the_results_alone() {
    let directory = temporary();
    let run = ["run", QUICKSTART, "--replications", "2", "--out", "results"];
    let out = |arguments: &[&str]| {
        let scenario = Path::new(env!("CARGO_MANIFEST_DIR")).join(QUICKSTART);
        let arguments = arguments
            .iter()
            .map(|&argument| if argument == QUICKSTART { scenario.to_str().unwrap() } else { argument });
        let assert = acdsim().current_dir(directory.path()).args(arguments).assert().success();
        let output = assert.get_output();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("it is UTF-8");
        (text(&output.stdout), text(&output.stderr))
    };
    let (plain, said) = out(&run);
    assert_eq!(said, "", "there is no progress where there is no terminal");
    let before = fs::read(directory.path().join("results/summary.json")).expect("it is there");
    let (verbose, said) = out(&[&["-v"][..], &run].concat());
    assert_eq!(
        (verbose, fs::read(directory.path().join("results/summary.json")).expect("it is there")),
        (plain, before)
    );
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines.iter().all(|line| line.starts_with("acdsim: ")), "{said}");
    assert!(said.contains("summary.json is written") && said.contains("groups.csv is written"), "{said}");
    let last = lines.last().expect("there is a last line");
    assert!(last.contains(" s, 2.6 k calls, ") && last.contains("/s, 2 replications, "), "{last}");
    assert!(last.ends_with(" threads") || last.ends_with("1 thread"), "{last}");

    for arguments in [
        &["compare", QUICKSTART, QUICKSTART, "--replications", "2", "--quiet"][..],
        &["-q", "analytic", "erlang-b", "--servers", "17", "--offered-load", "10"],
        &["verify", "-q", "scenarios/verify/erlang-c-05.toml"],
        &["sweep", QUICKSTART, "--set", "seed=1..2", "--replications", "1", "-q"],
    ] {
        acdsim().args(arguments).assert().success().stdout("").stderr("");
    }
    // Errors are no noise.
    acdsim().args(["run", "no/such.toml", "-q"]).assert().code(2).stderr(predicates::str::contains("no/such.toml"));
    acdsim()
        .args(["run", QUICKSTART, "-q", "-v"])
        .assert()
        .code(2)
        .stderr(predicates::str::contains("cannot be used with"));
}

#[test]
fn colours_are_used_where_they_are_asked_for() {
    let is_coloured = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = acdsim();
        ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"].iter().for_each(|name| {
            command.env_remove(name);
        });
        let output = command.args(arguments).envs(variables.iter().copied()).output().expect("it runs");
        [output.stdout, output.stderr].concat().contains(&0x1b)
    };
    let broken = ["run", "tests/broken/unknown_unit.toml"];
    for arguments in [&broken[..], &["--help"], &["run", "--no-such-option"]] {
        let with = |color| [arguments, &["--color", color]].concat();
        assert!(!is_coloured(arguments, &[]), "{arguments:?}");
        assert!(is_coloured(arguments, &[("CLICOLOR_FORCE", "1")]), "{arguments:?}");
        assert!(!is_coloured(arguments, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), "{arguments:?}");
        assert!(is_coloured(&with("always"), &[("NO_COLOR", "1")]), "{arguments:?}");
        assert!(!is_coloured(&with("never"), &[("CLICOLOR_FORCE", "1")]), "{arguments:?}");
    }
}

#[test]
fn a_table_fits_the_width_that_is_said() {
    let widest = |columns: Option<&str>| {
        let mut command = acdsim();
        command.env_remove("COLUMNS").envs(columns.map(|columns| ("COLUMNS", columns)));
        let output = command.args(["run", QUICKSTART, "--replications", "2"]).output().expect("it runs");
        let text = String::from_utf8(output.stdout).expect("it is UTF-8");
        text.lines()
            .filter(|line| line.starts_with([' ', '─']))
            .map(|line| line.chars().count())
            .max()
            .expect("there are lines")
    };
    assert!(widest(None) > 100);
    assert!((70..=80).contains(&widest(Some("80"))), "{}", widest(Some("80")));
    assert!(widest(Some("10")) <= 60 && widest(Some("x")) > 100);
}
