//! Whole imports of tables that a mapping describes, recorded and fitted.

use std::fs;
use std::io::Write;
use std::path::Path;

use jiff::ToSpan;
use jiff::civil::date;
use tempfile::TempDir;

use super::tests::plain;
use super::*;

/// An import of the table `log.csv`, as the bank's is in the other tests, with a mapping.
fn options(folder: &TempDir, format: Format, mapping: &str, table: &str) -> ImportOptions {
    let input = folder.path().join("log.csv");
    fs::write(&input, table).unwrap();
    ImportOptions {
        mapping: Some(Mapping::parse(mapping, "map.toml").unwrap()),
        ..plain(format, input, folder.path().join("out"))
    }
}

fn done(options: &ImportOptions) -> ImportReport {
    let report = import(options, &Control::default()).unwrap();
    assert_eq!(report.read, report.used + report.dropped);
    report
}

fn error(options: &ImportOptions) -> String {
    let error = import(options, &Control::default()).unwrap_err().to_string();
    assert!(!options.out.exists(), "nothing stays behind");
    error
}

fn file(options: &ImportOptions, name: &str) -> String {
    fs::read_to_string(options.out.join(name)).unwrap()
}

fn names(options: &ImportOptions) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(&options.out).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Runs the scenario once: the calls of each of its groups.
fn simulated(out: &Path) -> u64 {
    let scenario = crate::scenario::read(&out.join("scenario.toml")).unwrap();
    crate::experiment::replicate(&scenario, 1, (), &Control::default()).unwrap().calls
}

const CALLS: &str = "[columns]\narrival = \"at\"\nwait = \"wait\"\ntalk = \"talk\"\nwrap_up = \"wrap\"\ngroup = \"skill\"\nagent = \"who\"\n";

/// Four weeks of weekdays with 40 calls of sales and 10 of service each, but 200 of sales on 17 January 2024.
fn log() -> String {
    let mut log = "at,wait,talk,wrap,skill,who\n".to_owned();
    for day in 0..28_i64 {
        let day = date(2024, 1, 1).saturating_add(day.days());
        if day.weekday().to_monday_zero_offset() > 4 {
            continue;
        }
        let sales = if day == date(2024, 1, 17) { 200 } else { 40 };
        for call in 0..sales + 10 {
            let (skill, who) = if call < sales { ("Sales", "Ann") } else { ("Service", "Ben") };
            let at = day.at(9, 0, 0, 0) + jiff::SignedDuration::from_secs(call * 29);
            let gave_up = call % 5 == 4;
            let (talk, wrap, who) = if gave_up { (0, 0, "") } else { (60 + call % 7 * 30, 10 + call % 3, who) };
            log += &format!("{at},{},{talk},{wrap},{skill},{who}\n", call % 9 * 4);
        }
    }
    log
}

#[test]
fn a_log_becomes_its_recorded_calls_group_by_group() {
    let folder = tempfile::tempdir().unwrap();
    let options = options(&folder, Format::Calls, CALLS, &log());
    let report = done(&options);
    assert_eq!((report.read, report.offered, report.groups.len()), (1_160, 1_160, 2));
    assert_eq!(names(&options), ["actual.csv", "calls.csv", "scenario.toml", "staff-1.csv", "staff-2.csv"]);
    let calls = file(&options, "calls.csv");
    insta::assert_snapshot!(calls.lines().take(7).collect::<Vec<_>>().join("\n"), @r#"
    arrival,group,talk_s,wrap_up_s,patience_s,patience_at_least_s
    2024-01-01T09:00:00,Sales,60,10,,0
    2024-01-01T09:00:29,Sales,90,11,,4
    2024-01-01T09:00:58,Sales,120,12,,8
    2024-01-01T09:01:27,Sales,150,10,,12
    2024-01-01T09:01:56,Sales,,,16,
    2024-01-01T09:02:25,Sales,210,12,,20
    "#);
    assert_eq!(simulated(&options.out), 1_160);
    let scenario = crate::scenario::read(&options.out.join("scenario.toml")).unwrap();
    let served: Vec<&[usize]> = scenario.agents.iter().map(|agent| agent.groups.as_slice()).collect();
    assert_eq!(served, [&[0][..], &[1][..]]);
}

#[test]
fn a_log_becomes_rates_by_weekday_with_the_special_day_apart() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = options(&folder, Format::Calls, CALLS, &log());
    done(&options);
    options.form = As::Fitted;
    options.every = Duration::from_secs(3_600);
    let report = done(&options);
    // What the recorded form had left is gone.
    assert!(!options.out.join("calls.csv").exists());
    let special: Vec<_> =
        report.special_days.iter().map(|day| (day.group.as_str(), day.date.as_str(), day.offered)).collect();
    assert_eq!(special, [("Sales", "2024-01-17", 200)]);
    let scenario = crate::scenario::read(&options.out.join("scenario.toml")).unwrap();
    let expected: Vec<f64> = scenario.groups.iter().map(expected_calls).collect();
    // 19 days of 40 and one of 200; 20 of 10.
    assert!((expected[0] - 960.0).abs() < 1e-6 && (expected[1] - 200.0).abs() < 1e-6, "{expected:?}");
    let calls = simulated(&options.out) as f64;
    // Five deviations of a Poisson number.
    assert!((calls - 1_160.0).abs() < 5.0 * 1_160.0_f64.sqrt(), "{calls}");
    assert!(report.groups.iter().all(|group| group.talk.is_some() && group.wrap_up.is_some()));
}

/// The integral of a group's rate over four weeks.
fn expected_calls(group: &crate::scenario::Group) -> f64 {
    let crate::scenario::Arrivals::Poisson(steps) = &group.arrivals else { panic!("{:?}", group.arrivals) };
    let end = 28.0 * 86_400.0;
    let at = |index: usize| {
        steps.get(index).map_or(end, |step: &crate::scenario::RateStep| step.from.as_nanos() as f64 / 1e9)
    };
    steps.iter().enumerate().map(|(index, step)| step.per_second * (at(index + 1) - at(index))).sum()
}

#[test]
fn counts_become_rates_and_special_days() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = "day;from;n;got;asa\n".to_owned();
    for day in 0..42_i64 {
        let day = date(2024, 1, 1).saturating_add(day.days());
        for hour in 8..10 {
            let calls = if day == date(2024, 1, 29) { 900 } else { 100 * (hour - 7) };
            table += &format!("{day};{hour:02}:00:00;{calls};{calls};12.5\n");
        }
    }
    table += "2024-01-01;08:00:00;5;5;1\n2024-01-01;08:10:30;5;5;1\n2024-01-01;10:00:00;-5;5;1\n";
    let map = "delimiter = \"semicolon\"\nevery = \"1h\"\n[columns]\ndate = \"day\"\nstart = \"from\"\ncalls = \"n\"\n\
               answered = \"got\"\nasa = \"asa\"\n";
    let mut options = options(&folder, Format::Counts, map, &table);
    assert_eq!(
        error(&options),
        "counts tell neither how long calls are nor who answers them: --talk and --agents are needed"
    );
    options.agents = Some(20);
    options.talk = Some("\"3x\"".to_owned());
    assert!(
        error(&options).starts_with("--talk is \"\\\"3x\\\"\"; it is a duration such as 3m"),
        "{}",
        error(&options)
    );
    options.talk = Some("\"3m\"".to_owned());
    let report = done(&options);
    assert_eq!((report.read, report.used, report.dropped), (87, 84, 3));
    let reasons: Vec<_> = report.dropped_by_reason.iter().map(|count| (count.name, count.count)).collect();
    assert_eq!(reasons, [("bad_clock", 1), ("bad_count", 1), ("repeated_interval", 1)]);
    assert_eq!((report.offered, report.answered, report.asa_s), (14_100, 14_100, Some(12.5)));
    assert_eq!(names(&options), ["actual.csv", "counts.csv", "scenario.toml", "staff.csv"]);
    assert!(
        file(&options, "counts.csv").starts_with("start,calls\n2024-01-01T08:00:00,100\n2024-01-01T09:00:00,200\n")
    );
    assert!(file(&options, "actual.csv").contains("\n2024-01-29T00:00:00,1800,1800,0,12.500,\n"));
    let scenario = crate::scenario::read(&options.out.join("scenario.toml")).unwrap();
    assert!((expected_calls(&scenario.groups[0]) - 41.0 / 42.0 * 42.0 * 300.0).abs() < 1_801.0);
    options.form = As::Fitted;
    let report = done(&options);
    let special: Vec<_> = report.special_days.iter().map(|day| (day.date.as_str(), day.offered, day.usual)).collect();
    assert_eq!(special, [("2024-01-29", 1_800, 300.0)]);
    simulated(&options.out);
}

#[test]
fn the_length_of_counts_is_the_smallest_gap_if_nothing_says_it() {
    let folder = tempfile::tempdir().unwrap();
    let map = "[columns]\nstart = \"at\"\ncalls = \"n\"\n";
    let table = |starts: &[&str]| -> String {
        ["at,n\n".to_owned()].into_iter().chain(starts.iter().map(|start| format!("2024-01-01T{start},5\n"))).collect()
    };
    let imported = |starts: &[&str]| {
        let mut options = options(&folder, Format::Counts, map, &table(starts));
        (options.talk, options.agents) = (Some("\"3m\"".to_owned()), Some(5));
        options
    };
    let quarter = imported(&["08:00", "08:30", "08:45"]);
    done(&quarter);
    assert!(file(&quarter, "scenario.toml").contains("every = \"15m\""));
    fs::remove_dir_all(&quarter.out).unwrap();
    let error_of = |starts: &[&str]| error(&imported(starts));
    assert!(error_of(&["08:00"]).starts_with("the length of the intervals is unknown"));
    assert!(error_of(&["08:00", "08:07"]).starts_with("the smallest gap between two intervals is 7m, which does not"));
}

#[test]
fn a_packed_log_reads_as_the_plain_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = options(&folder, Format::Calls, CALLS, &log());
    let plain = done(&options);
    let calls = file(&options, "calls.csv");
    let packed = folder.path().join("log.csv.gz");
    let mut encoder = flate2::write::GzEncoder::new(fs::File::create(&packed).unwrap(), flate2::Compression::fast());
    encoder.write_all(log().as_bytes()).unwrap();
    encoder.finish().unwrap();
    options.inputs = vec![packed];
    let report = done(&options);
    assert_eq!((report.used, file(&options, "calls.csv")), (plain.used, calls));
    assert_eq!(report.files, ["log.csv.gz"]);
}

#[test]
fn groups_have_a_limit_and_few_calls_take_the_law_of_all() {
    let folder = tempfile::tempdir().unwrap();
    let few = "2024-01-01T12:00:00,5,60,5,Rare,Ann\n";
    let mut options = options(&folder, Format::Calls, CALLS, &(log() + few));
    options.group_limit = 2;
    assert_eq!(error(&options), "\"Rare\" is one group too many: there may be 2, and as many as 1000 by --group-limit");
    options.group_limit = 3;
    let report = done(&options);
    let talk = |name: &str| report.groups.iter().find(|group| group.name == name).unwrap().talk.as_ref().unwrap();
    assert!(talk("Rare").of_all_groups && !talk("Sales").of_all_groups);
    assert_eq!(talk("Rare").seen, report.answered);
}

#[test]
fn options_that_do_not_go_together_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let sound = options(&folder, Format::Calls, CALLS, &log());
    let every = ImportOptions { every: Duration::from_secs(7 * 60), ..sound.clone() };
    assert_eq!(error(&every), "--every is whole minutes, and a day is a multiple of it, such as 30m");
    let bare = ImportOptions { mapping: None, ..sound.clone() };
    assert_eq!(error(&bare), "nothing says what the columns are: --map FILE or --column KEY=COLUMN is needed");
    let bank = ImportOptions { format: Format::AnonymousBank, ..sound.clone() };
    assert_eq!(error(&bank), "a mapping goes with calls and counts; the format anonymous-bank has its own");
    let groups = ImportOptions { groups: true, ..sound };
    assert_eq!(
        error(&groups),
        "--groups and --classes go with anonymous-bank; a mapping has `columns.group` and `columns.class`"
    );
}
