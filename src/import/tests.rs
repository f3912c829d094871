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

/// An import of one file with nothing that has to be asked for.
pub(super) fn plain(format: Format, input: PathBuf, out: PathBuf) -> ImportOptions {
    ImportOptions {
        format,
        mapping: None,
        groups: false,
        classes: false,
        form: As::Recorded,
        every: Duration::from_secs(1_800),
        inputs: vec![input],
        period: None,
        staff: None,
        agents: None,
        longest_idle: Duration::from_secs(600),
        served_share: 0.0,
        group_limit: 50,
        talk_law: None,
        patience_law: None,
        shortest_talk: None,
        talk: None,
        interval: Duration::from_secs(86_400),
        out,
        dropped: None,
    }
}

fn case(bytes: &[u8]) -> Case {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("calls.tsv");
    fs::write(&input, bytes).unwrap();
    let options = plain(Format::AnonymousBank, input, folder.path().join("bank"));
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
        let error = import(&self.options, &Control::default()).unwrap_err().to_string();
        assert!(!self.options.out.exists(), "nothing stays behind");
        error.replace(&format!("{}{}", self.folder.path().display(), std::path::MAIN_SEPARATOR), "")
    }
}

#[test]
fn calls_are_in_order_of_arrival_with_what_is_known_of_them() {
    let case = two_days();
    import(&case.options, &Control::default()).unwrap();
    insta::assert_snapshot!(case.file("calls.csv"), @r#"
    arrival,talk_s,patience_s,patience_at_least_s
    1999-02-07T07:22:26,221,,0
    1999-02-07T07:22:26,,,20
    1999-02-07T07:30:10,,90,
    1999-02-07T07:40:10,,,0
    1999-02-07T07:41:02,4,,0
    1999-02-07T07:53:59,,0,
    1999-02-07T09:47:17,77,,174
    1999-02-08T00:00:02,29,,27
    1999-02-08T09:00:05,240,,60
    "#);
}

#[test]
fn actual_has_every_interval() {
    let mut case = two_days();
    import(&case.options, &Control::default()).unwrap();
    insta::assert_snapshot!(case.file("actual.csv"), @r#"
    start,offered,answered,abandoned,asa_s,longest_wait_s
    1999-02-07T00:00:00,7,5,2,38.800,174
    1999-02-08T00:00:00,2,2,0,43.500,60
    "#);
    case.options.interval = Duration::from_secs(5 * 3_600);
    import(&case.options, &Control::default()).unwrap();
    insta::assert_snapshot!(case.file("actual.csv"), @r#"
    start,offered,answered,abandoned,asa_s,longest_wait_s
    1999-02-07T00:00:00,0,0,0,,
    1999-02-07T05:00:00,7,5,2,38.800,174
    1999-02-07T10:00:00,0,0,0,,
    1999-02-07T15:00:00,0,0,0,,
    1999-02-07T20:00:00,1,1,0,27.000,27
    1999-02-08T01:00:00,0,0,0,,
    1999-02-08T06:00:00,1,1,0,60.000,60
    1999-02-08T11:00:00,0,0,0,,
    1999-02-08T16:00:00,0,0,0,,
    1999-02-08T21:00:00,0,0,0,,
    "#);
}

#[test]
fn agents_are_told_from_the_services_in_the_calls() {
    let case = two_days();
    import(&case.options, &Control::default()).unwrap();
    insta::assert_snapshot!(case.file("staff.csv"), @r#"
    start,agents
    1999-02-07T00:00:00,0
    1999-02-07T07:22:25,1
    1999-02-07T07:26:06,0
    1999-02-07T09:50:11,1
    1999-02-07T09:51:28,0
    1999-02-08T00:00:29,1
    1999-02-08T00:00:58,0
    1999-02-08T09:01:04,1
    1999-02-08T09:05:04,0
    "#);
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
    let report = import(&case.options, &Control::default()).unwrap();
    assert_eq!((report.staff_file.as_deref(), report.most_agents), (Some("half-hours.csv"), 2));
    insta::assert_snapshot!(case.file("staff.csv"), @r#"
    start,agents
    1999-02-07T00:00:00,0
    1999-02-07T07:00:00,2
    1999-02-07T07:30:00,0
    1999-02-08T00:00:00,1
    1999-02-08T00:30:00,0
    "#);
}

#[test]
fn the_scenario_says_where_it_comes_from_and_what_it_takes_for_granted() {
    let case = two_days();
    import(&case.options, &Control::default()).unwrap();
    insta::assert_snapshot!(case.file("scenario.toml"), @r#"
    # Written by `acdsim import anonymous-bank` from calls.tsv.
    #
    # Source: the call center of a bank in Israel, 1999; data collected by I. Guedj and A. Mandelbaum, Technion. See
    # L. Brown, N. Gans, A. Mandelbaum, A. Sakov, H. Shen, S. Zeltyn, L. Zhao, "Statistical analysis of a telephone call
    # center: a queueing-science perspective", JASA 100(469), 2005.
    #
    # What is taken for granted:
    # - a call arrives when it enters the queue, or when it leaves the VRU if it did not queue; the VRU is not simulated;
    # - all calls are alike: their types and the credit of 90 s that the bank's high priority gives are left out;
    # - the talk time of an answered call is its recorded service, and is unknown where that is 0 s or above 3,600 s;
    # - there is no wrap-up: the data has none;
    # - who hung up has exactly the patience recorded; who was answered has more than the recorded wait;
    # - an unknown time is drawn from the laws below, which are fitted to these calls.

    name = "Bank 1999-02-07"
    start = 1999-02-07T00:00:00
    horizon = "2d"
    interval = "1d"
    replications = 20 # only what is drawn differs between them

    [[group]]
    name = "Bank"
    arrivals = { recorded = "calls.csv" }
    # Fitted to 4 services of 10 s and more by known agents.
    talk = { distribution = "lognormal", mu = 4.6475, sigma = 0.8644 }
    # Fitted to callers who waited: 1 who hung up, and 4 who were answered.
    patience = { distribution = "exponential", mean = "371s" }

    [[agents]]
    name = "Agent"
    groups = ["Bank"]
    # The agents with services in these calls, at work between services that are at most 10m apart. They are
    # not a roster: whoever is idle for longer is taken to be away.
    staff = "staff.csv"
    "#);
}

#[test]
fn the_scenario_can_be_run_and_offers_the_calls_that_are_used() {
    let case = two_days();
    let report = import(&case.options, &Control::default()).unwrap();
    let scenario = crate::scenario::read(&case.options.out.join("scenario.toml")).unwrap();
    let result = crate::experiment::replicate(&scenario, 1, (), &crate::simulation::Control::default()).unwrap();
    assert_eq!(result.calls, report.used);
    assert_eq!(scenario.horizon, Duration::from_secs(2 * 86_400));
    assert_eq!(scenario.agents.len() as u32, report.most_agents);
}

#[test]
fn every_row_is_used_or_in_the_list_of_the_dropped_ones() {
    let case = two_days();
    let report = import(&case.options, &Control::default()).unwrap();
    assert_eq!(report.read, ROWS.len() as u64);
    assert_eq!(report.read, report.used + report.dropped);
    assert_eq!(report.dropped, report.dropped_by_reason.iter().map(|reason| reason.count).sum::<u64>());
    let dropped = fs::read_to_string(case.path("dropped.csv")).unwrap();
    assert_eq!(dropped.lines().count() as u64, 1 + report.dropped);
    insta::assert_snapshot!(dropped.replace('\t', " "), @r#"
    file,line,reason,row
    calls.tsv,4,"hung up in the VRU, never offered",AA0101 3 0 0 NW 990207 2:25:05 2:25:27 22 0:00:00 0:00:00 0 HANG 0:00:00 0:00:00 0 NO_SERVER
    calls.tsv,6,spurious (PHANTOM),AA0101 5 0 0 PS 990207 7:31:00 7:31:02 2 7:31:02 7:31:05 3 PHANTOM 7:31:05 7:32:00 55 NO_SERVER
    calls.tsv,13,wrong number of fields: 16 where there are 17 columns,AA0103 2 0 0    TT 990207 7:53:45 7:53:59 14 7:53:59 7:53:59 0 HANG 7:53:54 7:54:51 57 A02
    calls.tsv,14,"bad date: date is ""990231""; it is a day as YYMMDD, such as 990207",AA0103 3 0 0 PS 990231 7:53:45 7:53:59 14 7:53:59 7:53:59 0 HANG 7:53:54 7:54:51 57 A02
    calls.tsv,15,"bad clock: vru_exit is ""7:53:99""; it is a clock as H:MM:SS, from 0:00:00 to 23:59:59",AA0103 4 0 0 PS 990207 7:53:45 7:53:99 14 7:53:59 7:53:59 0 HANG 7:53:54 7:54:51 57 A02
    calls.tsv,16,"bad number of seconds: q_time is ""?""; it is a whole number of seconds, 0 or more",AA0103 5 0 0 PS 990207 7:53:45 7:53:59 14 7:53:59 7:53:59 ? HANG 7:53:54 7:54:51 57 A02
    calls.tsv,17,"unknown outcome: outcome is ""LOST""; it is AGENT, HANG or PHANTOM",AA0103 6 0 0 PS 990207 7:53:45 7:53:59 14 7:53:59 7:53:59 0 LOST 7:53:54 7:54:51 57 A02
    calls.tsv,18,outside of the wanted days,AA0103 7 0 0 PS 990210 7:53:45 7:53:59 14 7:53:59 7:54:59 60 HANG 0:00:00 0:00:00 0 NO_SERVER
    calls.tsv,19,outside of the wanted days,AA0103 8 0 0 PS 990206 7:53:45 7:53:59 14 0:00:00 0:00:00 0 HANG 0:00:00 0:00:00 0 NO_SERVER
    calls.tsv,20,not UTF-8 text,AA0103 9 0 0 � 990207 7:53:45 7:53:59 14 0:00:00 0:00:00 0 HANG 0:00:00 0:00:00 0 NO_SERVER
    "#);
}

#[test]
fn the_report_is_for_people_and_for_programs() {
    let report = import(&two_days().options, &Control::default()).unwrap();
    insta::assert_snapshot!(report, @r#"
    anonymous-bank: 2 days from 1999-02-07, of calls.tsv
    rows read                                                19
      used                                                    9
      dropped                                                10
        wrong number of fields                                1
        not UTF-8 text                                        1
        bad date                                              1
        bad clock                                             1
        bad number of seconds                                 1
        unknown outcome                                       1
        outside of the wanted days                            2
        spurious (PHANTOM)                                    1
        hung up in the VRU, never offered                     1
    calls offered                                             9
      answered                                                7
      abandoned                                               2
      average speed of answer                            40.1 s
      longest wait                                        174 s
    rows that are used, and odd
      service of 0 s: talk unknown, drawn                     1
      service of more than an hour: talk unknown, drawn       1
      answered, no agent recorded: used as recorded           1
      service of a caller who hung up: ignored                1
      left the VRU before entering it: clocks disagree        1
      arrived after midnight: on the next day                 1
    most agents at once                                       1
    agents: told from the services in the calls
    talk of Bank: 4 services of Bank
      law          parameters                      log-likelihood   AIC  KS distance
      lognormal    mu 4.6475, sigma 0.8644                  -23.7  51.4       0.3074  taken
      gamma        shape 1.7793, scale 79.6642 s            -23.5  51.0       0.3113
      weibull      shape 1.5135, scale 156.9078 s           -23.4  50.8       0.3135
      exponential  mean 141.75 s                            -23.8  49.6       0.2897
      empirical    4 values                                     –     –       0.0000
    patience of Bank: 1 who gave up and 4 who were answered
      law          parameters  log-likelihood   AIC  KS distance
      exponential  mean 371 s            -6.9  15.8       0.2846  taken
      empirical    2 values                 –     –       0.0000
    "#);
    insta::assert_snapshot!(serde_json::to_string_pretty(&report).unwrap(), @r#"
    {
      "format": "anonymous-bank",
      "as": "recorded",
      "files": [
        "calls.tsv"
      ],
      "from": "1999-02-07",
      "days": 2,
      "read": 19,
      "used": 9,
      "dropped": 10,
      "dropped_by_reason": [
        {
          "name": "wrong_field_count",
          "meaning": "wrong number of fields",
          "count": 1
        },
        {
          "name": "not_text",
          "meaning": "not UTF-8 text",
          "count": 1
        },
        {
          "name": "bad_date",
          "meaning": "bad date",
          "count": 1
        },
        {
          "name": "bad_clock",
          "meaning": "bad clock",
          "count": 1
        },
        {
          "name": "bad_seconds",
          "meaning": "bad number of seconds",
          "count": 1
        },
        {
          "name": "unknown_outcome",
          "meaning": "unknown outcome",
          "count": 1
        },
        {
          "name": "outside_period",
          "meaning": "outside of the wanted days",
          "count": 2
        },
        {
          "name": "phantom",
          "meaning": "spurious (PHANTOM)",
          "count": 1
        },
        {
          "name": "hung_up_in_vru",
          "meaning": "hung up in the VRU, never offered",
          "count": 1
        }
      ],
      "notes": [
        {
          "name": "zero_service",
          "meaning": "service of 0 s: talk unknown, drawn",
          "count": 1
        },
        {
          "name": "endless_service",
          "meaning": "service of more than an hour: talk unknown, drawn",
          "count": 1
        },
        {
          "name": "no_agent",
          "meaning": "answered, no agent recorded: used as recorded",
          "count": 1
        },
        {
          "name": "service_of_abandoned",
          "meaning": "service of a caller who hung up: ignored",
          "count": 1
        },
        {
          "name": "vru_clock",
          "meaning": "left the VRU before entering it: clocks disagree",
          "count": 1
        },
        {
          "name": "across_midnight",
          "meaning": "arrived after midnight: on the next day",
          "count": 1
        }
      ],
      "offered": 9,
      "answered": 7,
      "abandoned": 2,
      "asa_s": 40.142857142857146,
      "longest_wait_s": 174.0,
      "groups": [
        {
          "name": "Bank",
          "offered": 9,
          "answered": 7,
          "abandoned": 2,
          "talk": {
            "seen": 4,
            "censored": 0,
            "of_all_groups": false,
            "candidates": [
              {
                "law": "lognormal",
                "mu": 4.6475,
                "sigma": 0.8644,
                "log_likelihood": -23.6827908577605,
                "aic": 51.365581715521,
                "ks_distance": 0.3074179185718455
              },
              {
                "law": "gamma",
                "shape": 1.7793,
                "scale_s": 79.6642,
                "log_likelihood": -23.480788419719588,
                "aic": 50.961576839439175,
                "ks_distance": 0.3112866687603387
              },
              {
                "law": "weibull",
                "shape": 1.5135,
                "scale_s": 156.9078,
                "log_likelihood": -23.403370714069915,
                "aic": 50.80674142813983,
                "ks_distance": 0.3134965385489168
              },
              {
                "law": "exponential",
                "mean_s": 141.75,
                "log_likelihood": -23.816259770431447,
                "aic": 49.632519540862894,
                "ks_distance": 0.2896711230164035
              },
              {
                "law": "empirical",
                "values": 4,
                "log_likelihood": null,
                "aic": null,
                "ks_distance": 0.0
              }
            ],
            "taken": "lognormal"
          },
          "wrap_up": null,
          "patience": {
            "seen": 1,
            "censored": 4,
            "of_all_groups": false,
            "candidates": [
              {
                "law": "exponential",
                "mean_s": 371.0,
                "log_likelihood": -6.916202062607435,
                "aic": 15.83240412521487,
                "ks_distance": 0.28459501319908276
              },
              {
                "law": "empirical",
                "values": 2,
                "log_likelihood": null,
                "aic": null,
                "ks_distance": 0.0
              }
            ],
            "taken": "exponential"
          }
        }
      ],
      "classes": [],
      "special_days": [],
      "staff_file": null,
      "most_agents": 1,
      "teams": [
        {
          "groups": [
            "Bank"
          ],
          "most_agents": 1
        }
      ]
    }
    "#);
}

#[test]
fn without_a_period_the_days_are_those_of_the_calls() {
    let mut case = case(&tsv(&ROWS));
    let report = import(&case.options, &Control::default()).unwrap();
    assert_eq!((report.from.as_str(), report.days), ("1999-02-07", 4));
    case.options.period = Some(Period { from: date(1999, 2, 8), days: None });
    let report = import(&case.options, &Control::default()).unwrap();
    assert_eq!((report.from.as_str(), report.days, report.used), ("1999-02-08", 3, 3));
}

#[test]
fn several_files_are_one_record() {
    let mut case = case(&tsv(&ROWS[..5]));
    let more = case.path("more.tsv");
    // Lines that end as on Windows, the last one not at all.
    fs::write(&more, String::from_utf8(tsv(&ROWS[5..8])).unwrap().replace('\n', "\r\n").trim_end()).unwrap();
    case.options.inputs.push(more);
    let report = import(&case.options, &Control::default()).unwrap();
    assert_eq!((report.read, report.used), (8, 6));
    assert_eq!(report.files, ["calls.tsv", "more.tsv"]);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let (one, other) = (two_days(), two_days());
    for case in [&one, &other] {
        import(&case.options, &Control::default()).unwrap();
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

    insta::assert_snapshot!(case(b"").error(), @r#"calls.tsv: line 1: column 1 is ""; a file of the format anonymous-bank has "vru+line" there"#);
    insta::assert_snapshot!(case(HEADER.replace("q_time", "wait").as_bytes()).error(), @r#"calls.tsv: line 1: column 12 is "wait"; a file of the format anonymous-bank has "q_time" there"#);
    insta::assert_snapshot!(case(HEADER.replace('\t', ",").as_bytes()).error(), @r#"calls.tsv: line 1: column 1 is "vru+line,call_id,customer_id,priority,type,date,vru_entry,vr…"; a file of the format anonymous-bank has "vru+line" there"#);
    insta::assert_snapshot!(case(HEADER.as_bytes()).error(), @r#"no call can be used, of 0 rows read: there is no row after the header"#);
    insta::assert_snapshot!(case(&tsv(&ROWS[2..3])).error(), @r#"no call can be used, of 1 rows read: 1 hung up in the VRU, never offered"#);
    // A call that was given up.
    insta::assert_snapshot!(case(&tsv(&ROWS[3..4])).error(), @r#"no call has a service of 10 s or more by a known agent, so no law of the talk time can be fitted; --talk gives one"#);

    let mut interval = two_days();
    interval.options.interval = Duration::from_nanos(86_400_000);
    insta::assert_snapshot!(interval.error(), @r#"intervals of 86ms 400us in 2 days are more than 1,000,000; an interval there is 172ms 800us or longer"#);
    interval.options.interval = Duration::ZERO;
    insta::assert_snapshot!(interval.error(), @r#"intervals of 0s in 2 days are more than 1,000,000; an interval there is 172ms 800us or longer"#);

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
    case.options.dropped = Some(case.path("taken/file/dropped.csv"));
    assert!(case.error().starts_with("cannot write taken/file"), "{}", case.error());
    for directory in [case.path("taken"), Path::new("/").to_path_buf()] {
        case.options.dropped = Some(directory);
        assert!(case.error().ends_with(": it is a directory"), "{}", case.error());
    }
}

#[test]
fn an_import_that_is_told_to_stop_leaves_nothing_behind() {
    let case = two_days();
    let control = Control::default();
    control.stop();
    assert!(matches!(import(&case.options, &control), Err(ImportError::Interrupted)));
    let left: Vec<_> = fs::read_dir(case.folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left, ["calls.tsv"]);
}

#[test]
fn garbage_is_cut_short() {
    let garbage = case(&b"\x01\xff\x00\"'".repeat(500)).error();
    assert!(garbage.chars().count() < 170 && garbage.contains('…'), "{garbage}");
}

#[test]
fn types_are_groups_and_priorities_classes_if_that_is_wanted() {
    let mut case = two_days();
    (case.options.groups, case.options.classes) = (true, true);
    let report = import(&case.options, &Control::default()).unwrap();
    let calls = case.file("calls.csv");
    let has = |row: &str| calls.lines().any(|line| line == row);
    assert!(has("arrival,group,class,talk_s,patience_s,patience_at_least_s"), "{calls}");
    assert!(has("1999-02-07T07:22:26,PS,regular,221,,0") && has("1999-02-07T09:47:17,PS,high,77,,174"), "{calls}");
    let classes: Vec<_> = report.classes.iter().map(|class| (class.name.as_str(), class.offered)).collect();
    assert_eq!(classes, [("high", 2), ("regular", 7)]);
    let scenario = crate::scenario::read(&case.options.out.join("scenario.toml")).unwrap();
    let high = &scenario.groups.iter().find(|group| group.name == "PS").unwrap().callers.classes[0];
    assert_eq!((high.name.as_str(), high.wait_credit), ("high", Duration::from_secs(90)));
    let result = crate::experiment::replicate(&scenario, 1, (), &Control::default()).unwrap();
    assert_eq!(result.calls, report.used);
}
