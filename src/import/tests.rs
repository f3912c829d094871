//! Whole imports of small files made by hand.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::date;
use tempfile::TempDir;

use super::*;

const HEADER: &str = "vru+line\tcall_id\tcustomer_id\tpriority\ttype\tdate\tvru_entry\tvru_exit\tvru_time\tq_start\tq_exit\t\
                      q_time\toutcome\tser_start\tser_exit\tser_time\tserver";

/// Not in order of time, and with something of each kind.
const ROWS: [&str; 19] = [
    "AA0101 1 0 0 PS 990208 9:00:00 9:00:05 5 9:00:05 9:01:05 60 AGENT 9:01:04 9:05:04 240 A02",
    "AA0101 2 0 0 PS 990207 7:22:15 7:22:26 11 0:00:00 0:00:00 0 AGENT 7:22:25 7:26:06 221 A16",
    "AA0101 3 0 0 NW 990207 2:25:05 2:25:27 22 0:00:00 0:00:00 0 HANG 0:00:00 0:00:00 0 NO_SERVER",
    "AA0101 4 0 0 NW 990207 7:30:00 7:30:10 10 7:30:10 7:31:40 90 HANG 0:00:00 0:00:00 0 NO_SERVER",
    "AA0101 5 0 0 PS 990207 7:31:00 7:31:02 2 7:31:02 7:31:05 3 PHANTOM 7:31:05 7:32:00 55 NO_SERVER",
    "AA0102 1 7 2 PS 990207 23:59:56 23:59:56 0 0:00:02 0:00:29 27 AGENT 0:00:29 0:00:58 29 A23",
    "AA0102 2 7 2 PS 990207 9:48:14 9:47:17 -57 9:47:17 9:50:11 174 AGENT 9:50:11 9:51:28 77 A16",
    "AA0102 3 0 0 PS 990207 7:22:20 7:22:26 6 7:22:26 7:22:46 20 AGENT 7:22:46 7:22:46 0 A02",
    "AA0102 4 0 0 PS 990207 7:40:00 7:40:10 10 0:00:00 0:00:00 0 AGENT 7:40:10 8:50:10 4200 A02",
    "AA0102 5 0 0 TT 990207 7:41:00 7:41:02 2 0:00:00 0:00:00 0 AGENT 7:41:02 7:41:06 4 NO_SERVER",
    "AA0103 1 0 0 PS 990207 7:53:45 7:53:59 14 7:53:59 7:53:59 0 HANG 7:53:54 7:54:51 57 A02",
    "AA0103 2 0 0~~~~TT 990207 7:53:45 7:53:59 14 7:53:59 7:53:59 0 HANG 7:53:54 7:54:51 57 A02",
    "AA0103 3 0 0 PS 990231 7:53:45 7:53:59 14 7:53:59 7:53:59 0 HANG 7:53:54 7:54:51 57 A02",
    "AA0103 4 0 0 PS 990207 7:53:45 7:53:99 14 7:53:59 7:53:59 0 HANG 7:53:54 7:54:51 57 A02",
    "AA0103 5 0 0 PS 990207 7:53:45 7:53:59 14 7:53:59 7:53:59 ? HANG 7:53:54 7:54:51 57 A02",
    "AA0103 6 0 0 PS 990207 7:53:45 7:53:59 14 7:53:59 7:53:59 0 LOST 7:53:54 7:54:51 57 A02",
    "AA0103 7 0 0 PS 990210 7:53:45 7:53:59 14 7:53:59 7:54:59 60 HANG 0:00:00 0:00:00 0 NO_SERVER",
    "AA0103 8 0 0 PS 990206 7:53:45 7:53:59 14 0:00:00 0:00:00 0 HANG 0:00:00 0:00:00 0 NO_SERVER",
    "AA0103 9 0 0 ÿ 990207 7:53:45 7:53:59 14 0:00:00 0:00:00 0 HANG 0:00:00 0:00:00 0 NO_SERVER",
];

/// The file of these rows: blanks stand for tabs, `~` for a blank, and `ÿ` for a byte that is not UTF-8.
fn tsv(rows: &[&str]) -> Vec<u8> {
    let rows = rows.iter().map(|row| row.replace(' ', "\t").replace('~', " "));
    let text: String = [HEADER.to_owned()].into_iter().chain(rows).map(|row| row + "\n").collect();
    let mut bytes = Vec::new();
    for char in text.chars() {
        match char {
            'ÿ' => bytes.push(0xff),
            char => bytes.extend(char.encode_utf8(&mut [0; 4]).bytes()),
        }
    }
    bytes
}

struct Case {
    folder: TempDir,
    options: ImportOptions,
}

fn case(bytes: &[u8]) -> Case {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("calls.tsv");
    fs::write(&input, bytes).unwrap();
    let options = ImportOptions {
        format: Format::AnonymousBank,
        inputs: vec![input],
        period: None,
        staff: None,
        interval: Duration::from_secs(86_400),
        out: folder.path().join("bank"),
        dropped: None,
    };
    Case { folder, options }
}

fn two_days() -> Case {
    let mut case = case(&tsv(&ROWS));
    case.options.period = Some(Period { from: date(1999, 2, 7), days: Some(2) });
    case.options.dropped = Some(case.folder.path().join("dropped.csv"));
    case
}

impl Case {
    fn file(&self, name: &str) -> String {
        fs::read_to_string(self.options.out.join(name)).unwrap()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The error of the import, without the folder.
    fn error(&self) -> String {
        let error = import(&self.options).unwrap_err().to_string();
        assert!(!self.options.out.exists(), "nothing stays behind");
        error.replace(&format!("{}{}", self.folder.path().display(), std::path::MAIN_SEPARATOR), "")
    }
}

#[test]
fn calls_are_in_order_of_arrival_with_what_is_known_of_them() {
    let case = two_days();
    import(&case.options).unwrap();
    insta::assert_snapshot!(case.file("calls.csv"), @"");
}

#[test]
fn actual_has_every_interval() {
    let mut case = two_days();
    import(&case.options).unwrap();
    insta::assert_snapshot!(case.file("actual.csv"), @"");
    case.options.interval = Duration::from_secs(5 * 3_600);
    import(&case.options).unwrap();
    insta::assert_snapshot!(case.file("actual.csv"), @"");
}

#[test]
fn agents_are_counted_in_the_calls() {
    let case = two_days();
    import(&case.options).unwrap();
    insta::assert_snapshot!(case.file("staff.csv"), @"");
}

#[test]
fn agents_are_read_from_a_file() {
    let mut case = two_days();
    let staff = case.path("half-hours.csv");
    fs::write(
        &staff,
        "date,start,offered,agents_seen\n1999-02-06,23:30,5,9\n1999-02-07,07:00,5,2\n1999-02-08,00:00,5,1\n1999-02-09,00:00,5,9\n",
    )
    .unwrap();
    case.options.staff = Some(staff);
    let report = import(&case.options).unwrap();
    assert_eq!((report.staff_file.as_deref(), report.most_agents), (Some("half-hours.csv"), 2));
    insta::assert_snapshot!(case.file("staff.csv"), @"");
}

#[test]
fn the_scenario_says_where_it_comes_from_and_what_it_takes_for_granted() {
    let case = two_days();
    import(&case.options).unwrap();
    insta::assert_snapshot!(case.file("scenario.toml"), @"");
}

#[test]
fn the_scenario_can_be_run_and_offers_the_calls_that_are_used() {
    let case = two_days();
    let report = import(&case.options).unwrap();
    let scenario = crate::scenario::read(&case.options.out.join("scenario.toml")).unwrap();
    let result = crate::experiment::replicate(&scenario, 1, (), &crate::simulation::Control::default()).unwrap();
    assert_eq!(result.calls, report.used);
    assert_eq!(scenario.horizon, Duration::from_secs(2 * 86_400));
    assert_eq!(scenario.agents.len() as u32, report.most_agents);
}

#[test]
fn every_row_is_used_or_in_the_list_of_the_dropped_ones() {
    let case = two_days();
    let report = import(&case.options).unwrap();
    assert_eq!(report.read, ROWS.len() as u64);
    assert_eq!(report.read, report.used + report.dropped);
    assert_eq!(report.dropped, report.dropped_by_reason.iter().map(|reason| reason.count).sum::<u64>());
    let dropped = fs::read_to_string(case.path("dropped.csv")).unwrap();
    assert_eq!(dropped.lines().count() as u64, 1 + report.dropped);
    insta::assert_snapshot!(dropped.replace('\t', " "), @"");
}

#[test]
fn the_report_is_for_people_and_for_programs() {
    let report = import(&two_days().options).unwrap();
    insta::assert_snapshot!(report, @"");
    insta::assert_snapshot!(serde_json::to_string_pretty(&report).unwrap(), @"");
}

#[test]
fn without_a_period_the_days_are_those_of_the_calls() {
    let mut case = case(&tsv(&ROWS));
    let report = import(&case.options).unwrap();
    assert_eq!((report.from.as_str(), report.days), ("1999-02-07", 4));
    case.options.period = Some(Period { from: date(1999, 2, 8), days: None });
    let report = import(&case.options).unwrap();
    assert_eq!((report.from.as_str(), report.days, report.used), ("1999-02-08", 3, 3));
}

#[test]
fn several_files_are_one_record() {
    let mut case = case(&tsv(&ROWS[..5]));
    let more = case.path("more.tsv");
    // Lines that end as on Windows, the last one not at all.
    fs::write(&more, String::from_utf8(tsv(&ROWS[5..8])).unwrap().replace('\n', "\r\n").trim_end()).unwrap();
    case.options.inputs.push(more);
    let report = import(&case.options).unwrap();
    assert_eq!((report.read, report.used), (8, 6));
    assert_eq!(report.files, ["calls.tsv", "more.tsv"]);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let (one, other) = (two_days(), two_days());
    for case in [&one, &other] {
        import(&case.options).unwrap();
    }
    for name in ["calls.csv", "staff.csv", "actual.csv", "scenario.toml"] {
        assert_eq!(one.file(name), other.file(name));
    }
}

#[test]
fn what_makes_an_import_impossible_is_said_with_its_place() {
    let mut absent = two_days();
    absent.options.inputs[0] = absent.path("nothing.tsv");
    assert!(absent.error().starts_with("nothing.tsv: "), "{}", absent.error());

    insta::assert_snapshot!(case(b"").error(), @"");
    insta::assert_snapshot!(case(HEADER.replace("q_time", "wait").as_bytes()).error(), @"");
    insta::assert_snapshot!(case(HEADER.replace('\t', ",").as_bytes()).error(), @"");
    insta::assert_snapshot!(case(HEADER.as_bytes()).error(), @"");
    insta::assert_snapshot!(case(&tsv(&ROWS[2..3])).error(), @"");
    // A call that was given up, and one whose service is too short.
    insta::assert_snapshot!(case(&tsv(&ROWS[3..4])).error(), @"");

    let mut interval = two_days();
    interval.options.interval = Duration::from_nanos(86_400_000);
    insta::assert_snapshot!(interval.error(), @"");
    interval.options.interval = Duration::ZERO;
    insta::assert_snapshot!(interval.error(), @"");

    let mut staff = two_days();
    let file = staff.path("staff.csv");
    staff.options.staff = Some(file.clone());
    for (text, expected) in STAFF_ERRORS {
        fs::write(&file, text).unwrap();
        assert_eq!(staff.error(), expected);
    }
}

const STAFF_ERRORS: [(&str, &str); 6] = [
    (
        "date,start,agents\n",
        "staff.csv: line 1: there is no column `agents_seen`; the columns date, start and agents_seen are needed",
    ),
    (
        "date,start,agents_seen\n7.2.1999,07:00,3\n",
        "staff.csv: line 2: `date` is \"7.2.1999\"; it is a date such as 1999-02-07",
    ),
    ("date,start,agents_seen\n1999-02-07,7,3\n", "staff.csv: line 2: `start` is \"7\"; it is a clock such as 07:30"),
    (
        "date,start,agents_seen\n1999-02-07,07:00,3\n1999-02-07,07:30,-3\n",
        "staff.csv: line 3: `agents_seen` is \"-3\"; it is a number of agents, 0 to 100000",
    ),
    (
        "date,start,agents_seen\n1999-02-07,07:00,3\n1999-02-07,07:00,4\n",
        "staff.csv: line 3: `start` is \"07:00\"; a row before this one is of the same half hour",
    ),
    ("date,start,agents_seen\n1999-02-06,07:00,3\n", "no agent is seen at work in the 2 days from 1999-02-07"),
];

#[test]
fn a_list_of_dropped_rows_that_cannot_be_written_is_an_error() {
    let mut case = two_days();
    fs::create_dir(case.path("taken")).unwrap();
    fs::write(case.path("taken/file"), "").unwrap();
    case.options.dropped = Some(case.path("taken"));
    assert!(case.error().starts_with("cannot write taken: "), "{}", case.error());
    case.options.dropped = Some(Path::new("/").to_path_buf());
    assert!(import(&case.options).is_err());
}
