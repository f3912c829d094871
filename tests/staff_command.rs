//! `acdsim staff`, from end to end: the plan runs and holds, exit codes, and what `docs/staff.md` shows.

use std::path::Path;

use acdsim::planning::shifts::Rules;
use acdsim::planning::{PlanTarget, Request, Targets, plan, plan_files};
use acdsim::simulation::Control;
use assert_cmd::Command;
use assert_cmd::assert::Assert;
use predicates::prelude::*;
use serde_json::Value;

const DEMAND: &str = "scenarios/staff/demand.csv";
const RULES: &str = "scenarios/staff/shifts.toml";

fn acdsim(arguments: &[&str]) -> Assert {
    let mut command = Command::cargo_bin("acdsim").unwrap();
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).assert()
}

fn staff(arguments: &[&str]) -> Assert {
    acdsim(&[&["staff"], arguments].concat())
}

fn printed(assert: &Assert) -> String {
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&printed(&staff(&[arguments, &["--format", "json"]].concat()).success())).unwrap()
}

/// The rows of a CSV file, each with its fields by the names of the columns.
fn rows(path: &Path) -> Vec<std::collections::BTreeMap<String, String>> {
    let mut csv = csv::Reader::from_path(path).unwrap();
    csv.deserialize().map(|row| row.unwrap()).collect()
}

#[test]
fn the_plan_of_a_table_runs_and_holds() {
    let out = tempfile::tempdir().unwrap();
    let plan = out.path().join("plan");
    let arguments = [DEMAND, "--wrap-up", "20s", "--service-level", "80%", "--rules", RULES, "--next-agent"];
    staff(&[&arguments[..], &["--replications", "100", "--out", plan.to_str().unwrap()]].concat()).success();
    for row in rows(&plan.join("plan.csv")) {
        let number = |name: &str| row[name].parse::<i64>().unwrap();
        assert_eq!(number("simulated") - number("formula_scheduled"), number("difference"), "{row:?}");
        assert!(number("on_shift") >= number("simulated"), "{row:?}");
        assert_eq!(row["source"] == "formula", number("difference") == 0, "{row:?}");
    }
    let targets = rows(&plan.join("targets.csv"));
    let of = |span: &str| targets.iter().filter(|row| row["span"] == span).count();
    assert_eq!((of("interval"), of("day"), of("run")), (20, 1, 1));
    assert!(targets.iter().all(|row| row["verdict"] != "missed"), "{targets:?}");
    assert_eq!(rows(&plan.join("next_agent.csv")).len(), 20);
    let shifts = rows(&plan.join("shifts.csv"));
    assert!(shifts.iter().any(|row| row["shift"] == "Full day" && row["breaks"].split(' ').count() == 3));

    // The plan is a scenario, and what it gives with a seed of its own meets the target.
    let scenario = plan.join("scenario.toml");
    let run = acdsim(&["run", scenario.to_str().unwrap(), "--seed", "77", "--replications", "100", "--format", "json"]);
    let run: Value = serde_json::from_str(&printed(&run.success())).unwrap();
    let level = &run["groups"][0]["metrics"]["sl_20_of_offered"];
    let (mean, half_width) = (level["mean"].as_f64().unwrap(), level["ci95"].as_f64().unwrap());
    assert!(mean - half_width >= 0.8, "{level}");
    let paid: f64 = shifts.iter().map(|row| row["paid_h"].parse::<f64>().unwrap()).sum();
    let cost: f64 = shifts.iter().map(|row| row["cost"].parse::<f64>().unwrap()).sum();
    assert!(
        (cost - 24.0 * paid - 12.0 * shifts.iter().filter(|row| row["shift"] == "Half day").count() as f64).abs()
            < 1e-6
    );
}

#[test]
fn the_written_scenario_is_the_one_that_was_planned() {
    for (path, interval, with_shifts, shrinkage) in [
        ("scenarios/quickstart.toml", 3_600, false, Some(0.1)),
        ("scenarios/quickstart.toml", 3_600, true, None),
        ("scenarios/busy-days.toml", 7_200, false, None),
        ("scenarios/bank-day.toml", 1_800, true, Some(0.05)),
    ] {
        let path = Path::new(path);
        let mut scenario = acdsim::scenario::read(path).unwrap();
        scenario.interval = acdsim::time::Duration::from_secs(interval);
        let level = acdsim::analytic::Target::ServiceLevel {
            definition: acdsim::analytic::ServiceLevel::OfOffered,
            within_s: 30.0,
            at_least: 0.7,
        };
        let shifts = "[[shift]]\nname = \"Long\"\nlength = \"8h\"\n\
            breaks = [{ length = \"30m\", earliest = \"3h\", latest = \"5h\" }]\n\
            [[shift]]\nname = \"Short\"\nlength = \"4h\"\n";
        let rules = Rules::parse(if with_shifts { shifts } else { "" }).unwrap();
        let targets = Targets::new(vec![PlanTarget::Mean(level)]).unwrap();
        let request = Request { replications: 10, shrinkage, rules, ..Request::new(targets) };
        let plan = plan(&scenario, &request, &Control::default()).unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        let files = plan_files(&plan, &text, path.parent().unwrap()).unwrap();
        let out = tempfile::tempdir().unwrap();
        for (name, text) in &files.staff {
            std::fs::write(out.path().join(name), text).unwrap();
        }
        for file in &files.copied {
            std::fs::copy(&file.from, out.path().join(&file.name)).unwrap();
        }
        let written = acdsim::scenario::parse(&files.scenario, &out.path().join("scenario.toml")).unwrap();
        assert_eq!(written, plan.planned(), "{}", path.display());
    }
}

#[test]
fn files_that_a_scenario_names_go_with_the_plan() {
    let out = tempfile::tempdir().unwrap();
    let at = |name: &str| out.path().join(name);
    std::fs::write(at("week.csv"), "day,start,calls\nmon,08:00,20\nmon,08:30,40\ntue,08:00,30\ntue,08:30,20\n")
        .unwrap();
    let text = r#"
        start = 2026-03-02T00:00:00
        horizon = "2d"
        interval = "30m"
        [[group]]
        name = "Calls"
        arrivals = { profile = "week.csv", every = "30m" }
        talk = { distribution = "lognormal", mean = "3m", cv = 1.2 }
        patience = { distribution = "exponential", mean = "2m" }
        [[agents]]
        name = "Agent"
        groups = ["Calls"]
    "#;
    std::fs::write(at("scenario.toml"), text).unwrap();
    let (scenario, plan) = (at("scenario.toml"), at("plan"));
    let scenario = scenario.to_str().unwrap();
    let arguments = [scenario, "--service-level", "80%", "--replications", "20", "--out"];
    staff(&[&arguments[..], &[plan.to_str().unwrap()]].concat()).success();
    assert_eq!(std::fs::read(at("week.csv")).unwrap(), std::fs::read(plan.join("week.csv")).unwrap());
    acdsim(&["run", plan.join("scenario.toml").to_str().unwrap(), "--quiet"]).success();
    // Nobody works at night, and nothing is written over what the plan is made from.
    let night = rows(&plan.join("plan.csv")).into_iter().find(|row| row["start"] == "2026-03-02T03:00:00");
    assert_eq!(night.unwrap()["simulated"], "0");
    staff(&[&arguments[..], &[out.path().to_str().unwrap()]].concat())
        .code(2)
        .stderr(predicate::str::contains("would write over"));
    assert_eq!(std::fs::read_to_string(at("scenario.toml")).unwrap(), text);
}

#[test]
fn the_threads_change_nothing() {
    let arguments = ["scenarios/quickstart.toml", "--interval", "4h", "--service-level", "80%", "--replications", "30"];
    let of =
        |threads| printed(&staff(&[&arguments[..], &["--format", "json", "--threads", threads]].concat()).success());
    assert_eq!(of("1"), of("3"));
}

#[test]
fn a_service_level_of_each_definition_and_the_other_targets_are_planned_for() {
    let agents = |targets: &[&str]| {
        let plan = json(&[&[DEMAND, "--wrap-up", "20s", "--replications", "40"], targets].concat());
        plan["agent_hours"]["plan"].as_f64().unwrap()
    };
    let base = agents(&["--service-level", "80%"]);
    assert!(agents(&["--service-level", "95%"]) > base);
    assert!(agents(&["--service-level", "80%", "--max-occupancy", "70%"]) > base);
    // Who answers 80 % of all calls in time answers at least so many of those who are left.
    for definition in ["of_answered", "excl_short_abandons"] {
        assert!(agents(&["--service-level", "80%", "--service-level-is", definition]) <= base, "{definition}");
    }
    assert!(agents(&["--max-asa", "5s"]) > agents(&["--max-asa", "30s"]));
    assert!(agents(&["--max-abandonment", "1%"]) > agents(&["--max-abandonment", "8%"]));
    assert!(agents(&["--longest-wait", "30s"]) > agents(&["--longest-wait", "4m"]));
}

#[test]
fn what_cannot_be_reached_is_told_and_written() {
    let out = tempfile::tempdir().unwrap();
    let rules = out.path().join("rules.toml");
    std::fs::write(&rules, "max_agents = 9\n").unwrap();
    let plan = out.path().join("plan");
    let arguments = [DEMAND, "--wrap-up", "20s", "--service-level", "80%", "--replications", "20", "--rules"];
    let arguments = [&arguments[..], &[rules.to_str().unwrap(), "--out", plan.to_str().unwrap()]].concat();
    let told =
        staff(&arguments).code(1).stderr(predicate::str::contains("no number of agents that is allowed reaches"));
    assert!(printed(&told).contains("No number of agents that is allowed reaches the targets from 10:00."));
    assert!(rows(&plan.join("plan.csv")).iter().any(|row| row["reached"] == "false"));
    std::fs::write(&rules, "[[shift]]\nname = \"Late\"\nlength = \"4h\"\nearliest = \"12:00\"\n").unwrap();
    staff(&arguments).code(1).stderr(predicate::str::contains(
        "no shift that the rules allow has an agent of the team Agent at work at 2026-03-02T08:00:00",
    ));
}

#[test]
fn what_is_wrong_is_refused_with_what_is_allowed() {
    let out = tempfile::tempdir().unwrap();
    let rules = out.path().join("rules.toml");
    let refused = |arguments: &[&str], message: &str| {
        staff(arguments).code(2).stderr(predicate::str::contains(message));
    };
    refused(&[DEMAND], "--service-level");
    refused(&["none.csv", "--service-level", "80%"], "none.csv");
    refused(&["none.toml", "--service-level", "80%"], "none.toml");
    refused(
        &["scenarios/quickstart.toml", "--service-level", "80%", "--talk", "3m"],
        "--talk is for a table of demand",
    );
    refused(&[DEMAND, "--service-level", "120%"], "120%");
    refused(&[DEMAND, "--service-level", "100%"], "must be above 0 and below 1");
    refused(&[DEMAND, "--service-level", "80%", "--service-level-is", "of_all"], "of_offered, of_answered");
    refused(&[DEMAND, "--service-level", "80%", "--confidence", "40%"], "the confidence is 0.4; it is above 0.5");
    refused(&[DEMAND, "--service-level", "80%", "--risk", "100%"], "the risk level is 1; it is above 0 and below 1");
    refused(&[DEMAND, "--service-level", "80%", "--shrinkage", "100%"], "the shrinkage is 1; it is 0 or more");
    refused(&["scenarios/quickstart.toml", "--service-level", "80%", "--interval", "0s"], "--interval makes");
    for (text, message) in [
        ("grid = \"0s\"", "`grid` is 0 s; it is more than 0"),
        ("gird = \"1h\"", "unknown field `gird`"),
        ("open = [{ from = \"8\", to = \"18:00\" }]", "is no clock: it is from 00:00 to 24:00"),
        ("open = [{ days = [\"monday\"], from = \"08:00\", to = \"18:00\" }]", "the days are mon, tue"),
        ("max_agents = 0", "`max_agents` is 0; it is from 1 to 100000"),
        ("cost = { Nobody = 3 }", "names the team \"Nobody\", which is not there; the teams are \"Agent\""),
        ("cost = { Agent = 0 }", "it is above 0 and at most 1000000 an hour"),
        ("[[shift]]\nname = \"A\"\nlength = \"4 hurs\"", "did you mean"),
        ("[[shift]]\nname = \"A\"\nlength = \"25h\"", "it is more than 0 and at most 24 h"),
        ("[[shift]]\nname = \"A\"\nlength = \"4h\"\nteams = [\"B\"]", "the shift \"A\" names the team \"B\""),
        (
            "[[shift]]\nname = \"A\"\nlength = \"4h\"\nbreaks = [{ length = \"1h\", earliest = \"3h\", latest = \"4h\" }]",
            "the last break may end after the shift",
        ),
        (
            "grid = \"700ms\"\n[[shift]]\nname = \"A\"\nlength = \"4h\"",
            "have no more than 100ms in common: make them multiples of some minutes",
        ),
    ] {
        std::fs::write(&rules, text).unwrap();
        let arguments = [DEMAND, "--service-level", "80%", "--replications", "2", "--rules"];
        refused(&[&arguments[..], &[rules.to_str().unwrap()]].concat(), message);
    }
    // A file where the directory should be.
    let arguments = [DEMAND, "--service-level", "80%", "--replications", "2", "--out"];
    staff(&[&arguments[..], &[rules.to_str().unwrap()]].concat()).code(3);
}

/// Each block after `<!-- run: COMMAND -->` in the page is what the command prints.
#[test]
fn the_page_shows_what_the_command_prints() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/staff.md");
    let page = std::fs::read_to_string(path).unwrap().replace("\r\n", "\n");
    let mut parts = page.split("<!-- run: acdsim staff ");
    let mut made = parts.next().unwrap_or_default().to_owned();
    let mut shown = 0;
    for part in parts {
        let (arguments, rest) = part.split_once(" -->\n```text\n").expect("a block follows the command");
        let (before, rest) = rest.split_once("```").expect("the block ends");
        let arguments: Vec<&str> = arguments.split(' ').collect();
        // Which of several rosters of the least cost a solver finds is its own.
        let is_other = cfg!(feature = "highs") && arguments.contains(&"--rules");
        let text = if is_other { before.to_owned() } else { printed(&staff(&arguments).success()) };
        made += &format!("<!-- run: acdsim staff {} -->\n```text\n{text}```{rest}", arguments.join(" "));
        shown += 1;
    }
    assert_eq!(shown, 3);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &made).unwrap();
    } else {
        assert!(made == page, "docs/staff.md is out of date: UPDATE_DOCS=1 cargo test --test staff_command");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_interrupt_ends_a_plan_and_leaves_nothing_behind() {
    use std::process::{Command, Stdio};
    let out = tempfile::tempdir().unwrap();
    let (scenario, plan) = (out.path().join("endless.toml"), out.path().join("plan"));
    let text = r#"
        horizon = "15000h"
        interval = "1000h"
        [[group]]
        name = "Calls"
        arrivals = { rate = "3000/h" }
        talk = { distribution = "exponential", mean = "100s" }
        [[agents]]
        name = "Agent"
        groups = ["Calls"]
    "#;
    std::fs::write(&scenario, text).unwrap();
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("acdsim"))
        .args(["staff", "--service-level", "80%", "--threads", "2", "--out"])
        .args([&plan, &scenario])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // From when on it listens to an interrupt.
    let listens = || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        caught.is_some_and(|mask| u64::from_str_radix(mask.trim(), 16).is_ok_and(|mask| mask & 0b10 != 0))
    };
    while !listens() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert_eq!(child.try_wait().unwrap(), None, "it ended before it was interrupted");
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "acdsim: interrupted\n");
    assert!(output.stdout.is_empty() && !plan.exists());
}
