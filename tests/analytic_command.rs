//! `acdsim analytic` from end to end: every model, staffing both ways, checks of expected values, and the exit codes.

use std::path::{Path, PathBuf};

use acdsim::analytic::Model;
use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::{contains, starts_with};
use serde_json::Value;

fn acdsim() -> Command {
    let mut command = Command::cargo_bin("acdsim").expect("the program is built");
    command.arg("analytic");
    command
}

fn stdout(arguments: &str) -> String {
    let arguments = arguments.split_whitespace();
    let output = acdsim().args(arguments).assert().success().stderr("").get_output().stdout.clone();
    String::from_utf8(output).expect("it is UTF-8")
}

fn json(arguments: &str) -> Value {
    serde_json::from_str(&stdout(&format!("{arguments} --format json"))).expect("it is JSON")
}

/// Options of each model.
const MODELS: [&str; 17] = [
    "erlang-b --servers 10 --offered-load 9.5",
    "erlang-b --servers 10 --rate 190/h --aht 3m",
    "erlang-c --agents 14 --calls-per-hour 360 --aht 120s",
    "erlang-a --agents 10 --calls-per-hour 200 --aht 180 --patience 2m",
    "mmc-plus-g --agents 20 --rate 500/h --aht 3m --patience weibull,shape=1.5,scale=2m",
    "mmc-plus-g --agents 20 --rate 300/h --aht 3m",
    "mmck --agents 20 --capacity 40 --calls-per-hour 400 --aht 180",
    "mmck-plus-m --agents 28 --capacity 80 --rate 0.1/s --aht 4m --patience 5m",
    "mg1 --rate 18/h --aht 100s --scv 0.25",
    "mg1 --rate 18/h --handle-time erlang,phases=4,mean=100s",
    "mmc-priority --agents 20 --calls-per-hour 50,100,200 --aht 180s --class 2",
    "longest-wait-erlang-c --agents 10 --calls-per-hour 324 --aht 100 --horizon 28800",
    "longest-wait-mmc-plus-g --agents 10 --rate 0.1/s --aht 100 --patience 100 --horizon 100000s",
    "session --agents 10 --rate 324/h --talk 80s --wrap-up 20s --duration 8h",
    "mphc --agents 10 --rate 250/h --talk erlang,phases=2,mean=90s --wrap-up exponential,mean=30s --capacity 20 --patience 3m",
    "mdc --agents 3 --rate 1/s --aht 2.1",
    "transient --period 8h,252,12 --period 30m,60,12 --aht 2m",
];

#[test]
fn every_model_prints_all_its_metrics_in_every_form() {
    let mut seen = Vec::new();
    for options in MODELS {
        let json = json(options);
        let name = json["model"].as_str().expect("the model has a name");
        let metrics = json["metrics"].as_object().expect("metrics are an object");
        let model = Model::new(name, &json["parameters"]).expect("the parameters make the same model");
        assert_eq!(metrics.keys().cloned().collect::<Vec<_>>(), model.metrics_within(&[20.0]), "{options}");
        let (text, csv) = (stdout(options), stdout(&format!("{options} --format csv")));
        assert!(text.starts_with(&format!("{name}: ")), "{text}");
        assert_eq!(text.lines().count(), 1 + metrics.len());
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row is sound")).collect();
        assert_eq!(rows.len(), metrics.len());
        for (row, (metric, value)) in rows.iter().zip(metrics) {
            assert_eq!((&row[0], &row[2]), (name, metric.as_str()));
            assert_eq!(row[3].parse::<f64>().ok(), value.as_f64());
            assert_eq!(Some(model.metric(metric).expect("it is a metric")), value.as_f64());
        }
        seen.push(name.to_owned());
    }
    assert!(Model::names().iter().all(|name| seen.iter().any(|seen| seen == name)));
}

#[test]
fn values_are_right() {
    // Computed with 30 digits.
    for (options, metric, exact) in [
        (MODELS[0], "p_block", 0.191_379_158_301_318),
        (MODELS[2], "sl_20", 0.654_843_018_049_747),
        (MODELS[2], "agents_for_80_20", 15.0),
        (MODELS[3], "sl_20_of_answered", 0.741_929_818_749_949),
        (MODELS[4], "p_abandon", 0.214_010_569_785_803),
        (MODELS[6], "asa", 74.722_504_972_507_8),
        (MODELS[7], "sl_20_of_offered", 0.860_018_160_180_345),
        (MODELS[7], "p_calls_30", 0.036_550_867_161_883_586),
        (MODELS[9], "asa", 62.5),
        (MODELS[10], "asa", 53.355_575_300_339_4),
        (MODELS[11], "expected_longest_time_to_answer_group", 347.458_431_764_093),
        (MODELS[13], "longest_time_to_answer_s", 324.813_573_276_015),
    ] {
        let value = &json(&format!("{options} --metric {metric}"))["metrics"][metric];
        let value = value.as_f64().expect("a metric is a number");
        assert!((value / exact - 1.0).abs() < 1e-12, "{options}: {metric} is {value}, not {exact}");
    }
}

#[test]
fn people_programs_and_tables_get_the_same() {
    insta::assert_snapshot!("erlang_c_text", stdout(&format!("{} --within 20s --within 7.5", MODELS[2])));
    insta::assert_snapshot!("mmc_plus_g_json", stdout(&format!("{} --format json", MODELS[4])));
    insta::assert_snapshot!("longest_wait_csv", stdout(&format!("{} --format csv", MODELS[12])));
}

#[test]
fn agents_and_volumes_are_found() {
    let found =
        json("staff agents --calls-per-hour 200 --aht 3m --service-level 80% --max-occupancy 85% --shrinkage 30%");
    assert_eq!((&found["metrics"]["agents"], &found["metrics"]["scheduled_agents"]), (&14.0.into(), &20.0.into()));
    assert_eq!(found["parameters"]["targets"][1], "occupancy of at most 0.85");
    let found = json("staff agents --rate 10/s --aht 1s --lost --max-blocking 2%");
    assert_eq!((&found["model"], &found["metrics"]["agents"]), (&"erlang_b".into(), &17.0.into()));

    let options = "--aht 3m --patience 2m --service-level 0.8 --within 20 --service-level-is of_answered";
    let volume = json(&format!("staff volume --agents 14 {options}"));
    let calls = volume["metrics"]["calls_per_hour"].as_f64().expect("it is a number");
    assert!((volume["metrics"]["sl_20_of_answered"].as_f64().expect("it is a number") - 0.8).abs() < 1e-9);
    for (calls, agents) in [(calls * 0.999_999, 14.0), (calls * 1.000_001, 15.0)] {
        let found = json(&format!("staff agents --calls-per-hour {calls} {options}"));
        assert_eq!(found["metrics"]["agents"], agents);
    }
    let text = stdout("staff agents --rate 360/h --aht 2m --max-asa 30s");
    assert!(text.contains("\n  agents                 14\n"), "{text}");
}

/// A file of expected values in a directory.
fn expected(directory: &tempfile::TempDir, rows: &str) -> PathBuf {
    let path = directory.path().join("expected.csv");
    let header = "id,model,parameters,metric,expected\n";
    std::fs::write(&path, header.to_owned() + rows).expect("a file can be written");
    path
}

const GOOD: &str = r#"b,erlang_b,"{""servers"": 2, ""offered_load"": 1}",p_block,0.2
c,erlang_c,"{""agents"": 1, ""calls_per_hour"": 18, ""aht_s"": 100}",asa,100.0
"#;

fn check(path: &Path) -> Command {
    let mut command = acdsim();
    command.arg("check").arg(path);
    command
}

#[test]
fn expected_values_that_hold_pass() {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let path = expected(&directory, GOOD);
    let output = check(&path).assert().code(0).stderr("").get_output().stdout.clone();
    let text = String::from_utf8(output).expect("it is UTF-8");
    assert_eq!(text.lines().count(), 4, "{text}");
    let last = text.lines().last().expect("there is a last line");
    assert!(last.starts_with("largest relative error "), "{last}");
    assert!(last.ends_with("; 0 of 2 cases above the tolerance of 1e-7"), "{last}");
    check(&path).args(["--format", "csv"]).assert().code(0).stdout(starts_with(
        "id,model,metric,expected,computed,relative_error\nb,erlang_b,p_block,0.2,0.2,0\nc,erlang_c,",
    ));
    let json = check(&path).args(["--format", "json"]).assert().code(0).get_output().stdout.clone();
    let json: Value = serde_json::from_slice(&json).expect("it is JSON");
    assert_eq!((&json["failed"], &json["cases"][0]["computed"]), (&0.into(), &0.2.into()));
}

#[test]
fn an_expected_value_that_does_not_hold_fails() {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let path = expected(&directory, &GOOD.replace("0.2\n", "0.20001\n"));
    let said = contains("largest relative error 5.0e-5 (p_block of b); 1 of 2 cases above the tolerance of 1e-7")
        .and(contains("to see it again: acdsim analytic check"));
    check(&path).assert().code(1).stdout(contains("0.20001")).stderr(said);
    check(&path).args(["--tolerance", "1e-4"]).assert().code(0).stderr("");
}

#[test]
fn a_file_that_cannot_be_used_is_refused() {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let desk = r#""{""agents"": 3, ""calls_per_hour"": 18, ""aht_s"": 100}""#;
    for (rows, said) in [
        (String::new(), "expected.csv: there are no cases"),
        (format!("{GOOD}x,erlang_d,{desk},asa,1\n"), "line 4: column `model` is \"erlang_d\"; there is no model"),
        (format!("x,erlang_c,{desk},luck,1\n"), "line 2: column `metric` is \"luck\"; `erlang_c` has no metric"),
        (format!("x,erlang_c,{desk},asa,much\n"), "column `expected` is \"much\"; a number is expected"),
        ("x,erlang_c,{,asa,1\n".to_owned(), "column `parameters` is \"{\"; a JSON object is expected"),
        (format!("x,erlang_c,{},asa,1\n", desk.replace('3', "0")), "`agents` must be from 1 to 1000000, not 0"),
        (format!("x,erlang_c,{},asa,1\n", desk.replace("18", "180")), "or the queue grows without end"),
        ("x,erlang_c,asa,1\n".to_owned(), "expected.csv: CSV error"),
    ] {
        let path = expected(&directory, &rows);
        check(&path).assert().code(2).stdout("").stderr(contains("expected.csv").and(contains(said)));
    }
    let path = directory.path().join("other.csv");
    std::fs::write(&path, "id,model,metric,expected\n").expect("a file can be written");
    check(&path).assert().code(2).stderr(contains("line 1: there is no column `parameters`; the columns are id, "));
    check(&directory.path().join("none.csv")).assert().code(2).stderr(contains("none.csv"));
}

#[test]
fn what_is_wrong_is_refused() {
    for (options, said) in [
        ("erlang-c --agents 12 --calls-per-hour 360 --aht 120s", "must be more than the offered load of 12 Erlang"),
        ("erlang-c --agents 0 --calls-per-hour 360 --aht 120s", "`agents` must be from 1 to 1000000, not 0"),
        ("erlang-c --agents 1 --calls-per-hour 360 --rate 1/h --aht 120s", "cannot be used with"),
        ("erlang-c --agents 14 --aht 120s", "--calls-per-hour"),
        ("erlang-c --agents 14 --rate 360 --aht 120s", "has no `/`"),
        ("erlang-c --agents 14 --rate 360/h --aht 120minuts", "where a unit should be"),
        (
            "erlang-c --agents 14 --rate 360/h --aht 120s --metric luck",
            "`erlang_c` has no metric `luck`; it has p_wait",
        ),
        ("erlang-b --servers 10", "required"),
        ("erlang-b --servers 10 --offered-load 5 --aht 3", "cannot be used with"),
        (
            "mmc-plus-g --agents 3 --rate 1/h --aht 1m --patience weibull,shape=2",
            "`patience.weibull` must be given by scale, shape; or by",
        ),
        ("mmck --agents 5 --capacity 4 --rate 1/h --aht 1m", "`capacity` must be from the number of agents"),
        ("mg1 --rate 1/h --aht 1m", "--scv"),
        ("mmc-priority --agents 1 --calls-per-hour 5,x --aht 1m", "x"),
        (
            "longest-wait-erlang-c --agents 10 --rate 0.099/s --aht 100 --horizon 1m",
            "`horizon_s` must be longer than the mean period in which all agents are busy",
        ),
        ("staff agents --rate 1/h --aht 1m", "--service-level"),
        ("staff agents --rate 1/h --aht 1m --service-level 1", "`service_level` must be above 0 and below 1, not 1"),
        ("staff volume --agents 3 --aht 1m --max-abandonment 5%", "is no target: with these callers it is always"),
        ("staff volume --agents 3 --aht 1m --patience 1m --max-abandonment 1", "is reached with any number of calls"),
        ("staff agents --rate 1e6/s --aht 1h --max-asa 1s", "1000000 agents, the most there may be, do not reach asa"),
        ("check nothing.csv --tolerance=-1", "a tolerance is a number, 0 or more"),
    ] {
        acdsim().args(options.split_whitespace()).assert().code(2).stdout("").stderr(contains(said));
    }
}

/// `docs/analytic.md`, with the line ends of this platform's checkout made plain.
fn documentation() -> String {
    include_str!("../docs/analytic.md").replace("\r\n", "\n")
}

#[test]
fn the_commands_of_the_documentation_print_what_it_shows() {
    let text = documentation();
    let blocks: Vec<&str> = text.split("```console\n$ acdsim analytic ").skip(1).collect();
    assert!(blocks.len() >= 12, "each model has its example");
    for block in blocks {
        let (command, rest) = block.split_once('\n').expect("a command is a line");
        let (shown, _) = rest.split_once("```").expect("the block ends");
        assert_eq!(stdout(command), shown, "{command}");
    }
}

#[test]
fn every_model_and_metric_is_documented() {
    let text = documentation();
    for options in MODELS {
        let json = json(options);
        let name = json["model"].as_str().expect("the model has a name");
        assert!(text.contains(&format!("`{name}`")), "{name}");
        let model = Model::new(name, &json["parameters"]).expect("the parameters make the same model");
        for metric in model.metrics() {
            assert!(text.contains(&format!("`{metric}`")), "{name} has {metric}");
        }
    }
}
