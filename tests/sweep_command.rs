//! `acdsim sweep`, from end to end, and what `docs/sweep.md` shows of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use predicates::prelude::*;
use serde_json::Value;
use tempfile::tempdir;

const SCENARIO: &str = "scenarios/quickstart.toml";
const SENIORS: &str = "agents.Senior.count=2..4";
const PATIENCE: &str = "group.Support.patience.mean=1m,2m";

fn acdsim(arguments: &[&str]) -> Assert {
    let mut command = Command::cargo_bin("acdsim").unwrap();
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).assert()
}

fn sweep(arguments: &[&str]) -> Assert {
    acdsim(&[&["sweep", SCENARIO], arguments].concat())
}

fn printed(assert: &Assert) -> String {
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

fn said(assert: &Assert) -> String {
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}

/// Every file below a directory with its bytes.
fn files(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for below in ["", "points"] {
        for entry in fs::read_dir(directory.join(below)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.strip_prefix(directory).unwrap().display().to_string();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// The arguments of a sweep of six points.
fn six<'a>(out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["--set", SENIORS, "--set", PATIENCE, "--replications", "3", "--out", out], more].concat()
}

#[test]
fn points_are_what_the_scenarios_give_that_have_their_values() {
    let csv = printed(&sweep(&["--set", SENIORS, "--replications", "3", "--format", "csv"]).success());
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    let header = rows.headers().unwrap().clone();
    assert_eq!(
        header.iter().collect::<Vec<_>>(),
        ["point", "agents.Senior.count", "seed", "group", "metric", "mean", "ci95", "replications"]
    );
    let of_point = |number: &str| -> Vec<String> {
        let mut rows = csv::Reader::from_reader(csv.as_bytes());
        let rows = rows.records().map(Result::unwrap).filter(|row| &row[0] == number);
        rows.map(|row| row.iter().skip(3).collect::<Vec<_>>().join(",")).collect()
    };
    // The scenario itself has four seniors; the other points are files that say so.
    let run = |path: &str| -> Vec<String> {
        let csv = printed(&acdsim(&["run", path, "--replications", "3", "--format", "csv"]).success());
        let mut rows = csv::Reader::from_reader(csv.as_bytes());
        let names = ["table", "group", "metric", "mean", "ci95", "replications"];
        let places: Vec<usize> = {
            let header = rows.headers().unwrap();
            names.iter().map(|name| header.iter().position(|column| column == *name).expect(name)).collect()
        };
        let rows = rows.records().map(Result::unwrap).filter(|row| &row[places[0]] == "group");
        rows.map(|row| places[1..].iter().map(|&place| &row[place]).collect::<Vec<_>>().join(",")).collect()
    };
    assert_eq!(of_point("3"), run(SCENARIO));
    let directory = tempdir().unwrap();
    let text = fs::read_to_string(SCENARIO).unwrap();
    let changed = text.replace("count = 4", "count = 2");
    assert_ne!(text, changed);
    let path = directory.path().join("quickstart.toml");
    fs::write(&path, changed).unwrap();
    assert_eq!(of_point("1"), run(path.to_str().unwrap()));
}

#[test]
fn a_finished_point_is_not_run_again() {
    let directory = tempdir().unwrap();
    let out = directory.path().join("sweep");
    let arguments = six(out.to_str().unwrap(), &[]);
    let first = sweep(&arguments).success();
    assert_eq!(said(&first), "");
    let whole = files(&out);
    assert_eq!(whole.len(), 8, "{:?}", whole.keys());

    // Nothing is left to do: the files of the points are not even touched.
    let times = |out: &Path| -> Vec<_> {
        let entries = fs::read_dir(out.join("points")).unwrap();
        let mut times: Vec<_> = entries
            .map(|entry| {
                let entry = entry.unwrap();
                (entry.file_name(), entry.metadata().unwrap().modified().unwrap())
            })
            .collect();
        times.sort();
        times
    };
    let before = times(&out);
    let again = sweep(&arguments).success();
    assert_eq!(said(&again), "acdsim: 6 of 6 points are done already and were taken over\n");
    assert_eq!(printed(&again), printed(&first));
    assert_eq!((files(&out), times(&out)), (whole.clone(), before.clone()));

    // One that is gone is run again, and one that is only half there; no other.
    let names: Vec<_> = before.iter().map(|(name, _)| out.join("points").join(name)).collect();
    fs::remove_file(&names[1]).unwrap();
    let half = fs::read(&names[4]).unwrap();
    fs::write(&names[4], &half[..half.len() / 2]).unwrap();
    let again = sweep(&arguments).success();
    assert_eq!(said(&again), "acdsim: 4 of 6 points are done already and were taken over\n");
    assert_eq!(files(&out), whole);
    let after = times(&out);
    let changed: Vec<usize> = (0..6).filter(|&index| before[index] != after[index]).collect();
    assert_eq!(changed, [1, 4]);

    // More values run only what is new; another seed is another sweep.
    let more =
        ["--set", "agents.Senior.count=2..5", "--set", PATIENCE, "--replications", "3", "--out", out.to_str().unwrap()];
    assert_eq!(said(&sweep(&more).success()), "acdsim: 6 of 8 points are done already and were taken over\n");
    assert_eq!(said(&sweep(&six(out.to_str().unwrap(), &["--seed", "5"])).success()), "");
}

#[test]
fn the_bytes_are_the_same_for_any_number_of_threads() {
    let directory = tempdir().unwrap();
    let of = |threads: &str| {
        let out = directory.path().join(threads);
        let arguments = [
            "--set",
            "group.*.patience.mean=30s..5m log",
            "--set",
            SENIORS,
            "--latin-hypercube",
            "5",
            "--replications",
            "3",
            "--threads",
            threads,
            "--out",
            out.to_str().unwrap(),
        ];
        (printed(&sweep(&arguments).success()), files(&out))
    };
    let one = of("1");
    assert_eq!(one, of("2"));
    assert_eq!(one, of("5"));
}

#[cfg(unix)]
#[test]
fn an_interrupted_sweep_keeps_its_finished_points_and_is_taken_up() {
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    let directory = tempdir().unwrap();
    let out = directory.path().join("sweep");
    let arguments = |out: &Path| {
        let sets = [
            "sweep",
            SCENARIO,
            "--set",
            "agents.Senior.count=1..400",
            "--replications",
            "2",
            "--threads",
            "2",
            "--out",
        ];
        sets.map(str::to_owned).into_iter().chain([out.display().to_string()]).collect::<Vec<_>>()
    };
    let mut child = Command::new(env!("CARGO_BIN_EXE_acdsim"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments(&out))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let count = || {
        fs::read_dir(out.join("points")).map_or(0, |entries| {
            entries.filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".json")).count()
        })
    };
    let began = Instant::now();
    while count() < 3 {
        assert!(began.elapsed() < Duration::from_secs(120), "no point is done");
        assert!(child.try_wait().unwrap().is_none(), "it ended before it was interrupted");
        std::thread::sleep(Duration::from_millis(2));
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("interrupted"), "{output:?}");
    let left = files(&out);
    let kept = left.keys().filter(|name| name.starts_with("points/")).count();
    assert!((3..400).contains(&kept), "{kept} points");
    assert!(!left.contains_key("sweep.csv") && left.keys().all(|name| name.ends_with(".json")), "{:?}", left.keys());

    let again = acdsim(&arguments(&out).iter().map(String::as_str).collect::<Vec<_>>()).success();
    assert_eq!(said(&again), format!("acdsim: {kept} of 400 points are done already and were taken over\n"));
    let at_once = directory.path().join("at once");
    acdsim(&arguments(&at_once).iter().map(String::as_str).collect::<Vec<_>>()).success();
    assert_eq!(files(&out), files(&at_once));
}

#[test]
fn wrong_arguments_and_files_exit_with_2_and_leave_nothing() {
    let directory = tempdir().unwrap();
    let out = directory.path().join("sweep");
    let out = out.to_str().unwrap();
    let refused = |arguments: &[&str], what: &[&str]| {
        let assert = sweep(arguments).code(2).stdout("");
        for what in what {
            assert!(said(&assert).contains(what), "{arguments:?}: {}", said(&assert));
        }
        assert!(!Path::new(out).exists(), "{arguments:?} has left {out}");
    };
    refused(
        &["--set", "agents.Seniors.count=2,3", "--out", out],
        &["point 1 of 2 (agents.Seniors.count=2)", "there is no `Seniors` in `agents`", "did you mean `Senior`?"],
    );
    refused(
        &["--set", "agents.Senior.count=0..2", "--out", out],
        &["point 1 of 3", "`count` is `0`, which is out of range"],
    );
    refused(&["--set", "group.Support.patience.mean=5", "--out", out], &["[point 1:1:", "a duration needs a unit"]);
    refused(&["--set", "horizon=1..x", "--out", out], &["--set \"horizon=1..x\"", "has an end that is no number"]);
    refused(&["--set", "group.Support.patience.mean=1m..2m", "--out", out], &["has a range without a step"]);
    refused(&["--set", "seed=1,2", "--seed", "3", "--out", out], &["`seed` is swept over and given by --seed too"]);
    refused(&["--set", SENIORS, "--latin-hypercube", "1", "--out", out], &["1 is not in 2..=1000000"]);
    refused(&[], &["--set <PATH=VALUES>"]);
    refused(
        &["--set", SENIORS, "--replications", "1", "--metric", "asa"],
        &["\"asa\" is no metric of the points", "asa_s"],
    );
    refused(
        &["--set", SENIORS, "--replications", "1", "--group", "Sales"],
        &["\"Sales\" is no group", "Support, Billing"],
    );
    let design = directory.path().join("design.toml");
    fs::write(&design, "[[set]]\n\"agents.Senior.count\" = \"2..4..x\"\n").unwrap();
    let file = design.to_str().unwrap();
    refused(&["--design", file, "--out", out], &[file, "line 2", "\"agents.Senior.count\"", "not of the kind"]);
    fs::write(&design, [0x5b, 0xff]).unwrap();
    refused(&["--design", file, "--out", out], &[file, "line 1", "not UTF-8"]);
    refused(&["--design", "no/such.toml", "--out", out], &["no/such.toml: cannot be read"]);
    acdsim(&["sweep", "no/such.toml", "--set", SENIORS]).code(2).stderr(predicate::str::contains("no/such.toml"));
}

#[test]
fn a_directory_of_something_else_is_refused() {
    let directory = tempdir().unwrap();
    let out = directory.path().to_str().unwrap();
    fs::write(directory.path().join("thesis.txt"), "years of work").unwrap();
    let assert = sweep(&six(out, &[])).code(2);
    assert!(said(&assert).contains("it has \"thesis.txt\" in it and no sweep.json"), "{}", said(&assert));
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);

    let other = tempdir().unwrap();
    let out = other.path().to_str().unwrap();
    sweep(&six(out, &[])).success();
    let before = files(other.path());
    let assert = acdsim(&["sweep", "scenarios/erlang-c.toml", "--set", "seed=1..2", "--out", out]).code(2);
    assert!(said(&assert).contains("it has a sweep of the scenario \"Support desk\""), "{}", said(&assert));
    assert_eq!(files(other.path()), before);

    let file = directory.path().join("thesis.txt");
    let assert = sweep(&six(file.to_str().unwrap(), &[])).code(2);
    assert!(said(&assert).contains("it is no directory"), "{}", said(&assert));
}

#[cfg(unix)]
#[test]
fn a_directory_that_cannot_be_written_exits_with_3() {
    let assert = sweep(&six("/proc/no-such/sweep", &[])).code(3).stdout("");
    assert!(said(&assert).contains("cannot write /proc/no-such/sweep"), "{}", said(&assert));
}

#[test]
fn a_design_file_says_what_the_command_line_says() {
    let directory = tempdir().unwrap();
    let design = directory.path().join("design.toml");
    let text =
        "[[set]]\n\"agents.Senior.count\" = \"2..4\"\n[[set]]\n\"group.Support.patience.mean\" = [\"1m\", \"2m\"]\n";
    fs::write(&design, text).unwrap();
    let common = ["--replications", "2", "--format", "json"];
    let by_file = printed(&sweep(&[&["--design", design.to_str().unwrap()][..], &common].concat()).success());
    let by_line = printed(&sweep(&[&["--set", SENIORS, "--set", PATIENCE][..], &common].concat()).success());
    assert_eq!(by_file, by_line);
    let json: Value = serde_json::from_str(&by_file).unwrap();
    assert_eq!(json["points"].as_array().unwrap().len(), 6);
    let second = &json["points"][1];
    assert_eq!(
        second["values"]["group.Support.patience.mean"],
        serde_json::json!({ "value": "2m", "number_s": 120.0 })
    );
    // Longer patience, longer waits: the same callers, whatever else.
    let asa = |point: usize| json["points"][point]["groups"][0]["metrics"]["asa_s"]["mean"].as_f64().unwrap();
    assert!(asa(1) > asa(0) && asa(5) > asa(4) && asa(0) > asa(4), "{json:#}");
    let offered = |point: usize| json["points"][point]["groups"][0]["metrics"]["offered"]["mean"].as_f64().unwrap();
    assert!((0..6).all(|point| offered(point) == offered(0)));
}

/// The page of the report of a sweep, and how many heat map cells and panels of curves it has.
fn page(directory: &Path, sets: &[&str]) -> (String, usize, usize) {
    let out = directory.join("sweep");
    let mut arguments = vec!["--replications", "2", "--out", out.to_str().unwrap()];
    arguments.extend(sets.iter().flat_map(|set| ["--set", set]));
    sweep(&arguments).success();
    let html = directory.join("sweep.html");
    acdsim(&["report", out.to_str().unwrap(), "--output", html.to_str().unwrap()]).success().stdout("").stderr("");
    let page = fs::read_to_string(html).unwrap();
    let (cells, panels) = (page.matches("<rect class=\"h").count(), page.matches("\nservice level\n").count());
    (page, cells, panels)
}

#[test]
fn the_report_has_curves_over_one_path_and_heat_maps_over_two_and_more() {
    // Two groups; four metrics with a heat map each, whose legends have seven shades.
    let directory = tempdir().unwrap();
    let (curves, cells, panels) = page(directory.path(), &[SENIORS]);
    assert_eq!((cells, panels), (0, 2));
    // Four panels of each group have a band of confidence; what else is filled are the shapes of the points.
    assert_eq!(curves.matches("opacity=\"0.2\"").count(), 2 * 4);
    assert_eq!(curves.matches("class=\"chart\"").count(), 2);
    let directory = tempdir().unwrap();
    let (heat, cells, panels) = page(directory.path(), &[SENIORS, PATIENCE]);
    assert_eq!((cells, panels), (2 * 4 * (6 + 7), 0));
    assert!(heat.contains("agents.Senior.count ↓") && heat.contains("group.Support.patience.mean →"));
    let directory = tempdir().unwrap();
    let (multiples, cells, _) =
        page(directory.path(), &[SENIORS, PATIENCE, "routing.agent_selection=longest-idle,lowest-rank"]);
    assert_eq!(cells, 2 * 4 * (12 + 7));
    assert!(multiples.contains("routing.agent_selection = lowest-rank"));
    // What changes together is one thing.
    let directory = tempdir().unwrap();
    let (_, cells, panels) =
        page(directory.path(), &["agents.Senior.count=2,3; group.Support.queue_capacity=5,6", "horizon=8h"]);
    assert_eq!((cells, panels), (0, 2));
}

#[test]
fn the_report_shows_what_is_done_and_says_what_is_not() {
    let directory = tempdir().unwrap();
    let (whole, ..) = page(directory.path(), &[SENIORS, PATIENCE]);
    assert!(whole.contains("<dd>6 of 6</dd>") && !whole.contains("points are not done"));
    assert!(!whole.contains("http://") && !whole.contains("https://"));
    let out = directory.path().join("sweep");
    let point = fs::read_dir(out.join("points")).unwrap().next().unwrap().unwrap().path();
    fs::remove_file(point).unwrap();
    let html = directory.path().join("part.html");
    acdsim(&["report", out.to_str().unwrap(), "-o", html.to_str().unwrap()]).success();
    let part = fs::read_to_string(&html).unwrap();
    assert!(part.contains("<dd>5 of 6</dd>") && part.contains("1 points are not done"));
    assert_eq!(part.matches("<rect class=\"h").count(), 2 * 4 * (5 + 7));
    // What is no sweep is refused, with its file.
    fs::write(out.join("sweep.json"), "{ \"form\": 9, \"sweep\": \"Support desk\" }").unwrap();
    let refused = acdsim(&["report", out.to_str().unwrap(), "-o", html.to_str().unwrap()]).code(2);
    assert!(
        said(&refused).contains("sweep.json: `form` is 9, and this version of acdsim reads 1"),
        "{}",
        said(&refused)
    );
}

/// Each block after `<!-- run: COMMAND -->` in the page is what the command prints, or what it says if it prints nothing.
#[test]
fn the_page_shows_what_the_command_prints() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sweep.md");
    let page = fs::read_to_string(path).unwrap().replace("\r\n", "\n");
    let mut parts = page.split("<!-- run: acdsim sweep ");
    let mut made = parts.next().unwrap_or_default().to_owned();
    let mut shown = 0;
    for part in parts {
        let (arguments, rest) = part.split_once(" -->\n```text\n").expect("a block follows the command");
        let (_, rest) = rest.split_once("```").expect("the block ends");
        let assert = acdsim(&["sweep"].into_iter().chain(arguments.split(' ')).collect::<Vec<_>>());
        let text = printed(&assert) + &said(&assert);
        made += &format!("<!-- run: acdsim sweep {arguments} -->\n```text\n{text}```{rest}");
        shown += 1;
    }
    assert_eq!(shown, 2, "the page shows a grid and what is said of a wrong path");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(path, &made).unwrap();
    } else {
        assert!(made == page, "docs/sweep.md is out of date: UPDATE_DOCS=1 cargo test --test sweep_command");
    }
}
