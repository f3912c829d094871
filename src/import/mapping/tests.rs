//! Tables of many kinds, and what is said of mappings that are wrong.

use csv::ByteRecord;

use super::*;
use crate::import::ImportError;
use crate::import::call::{Call, DropReason, Note, Outcome, Reported, Source, Unreadable};
use crate::time::Duration;

/// What the rows of a table read as; fields are separated by blanks, and `_` stands for an empty one.
fn read(mapping: &str, header: &str, rows: &[&str]) -> Vec<Result<Reported, Unreadable>> {
    let mut calls = MappedCalls::new(Mapping::parse(mapping, "map.toml").unwrap()).unwrap();
    calls.header("log.csv", &ByteRecord::from(header.split(' ').collect::<Vec<_>>())).unwrap();
    let mut read = |row: &&str| {
        let fields: Vec<&str> = row.split(' ').map(|field| if field == "_" { "" } else { field }).collect();
        let reading = calls.read(&fields)?;
        reading.call.map_err(|reason| Unreadable { reason, detail: String::new() })
    };
    rows.iter().map(&mut read).collect()
}

fn one(mapping: &str, header: &str, row: &str) -> Reported {
    read(mapping, header, &[row]).remove(0).unwrap()
}

fn refused(mapping: &str, header: &str, row: &str) -> String {
    let Unreadable { reason, detail } = read(mapping, header, &[row]).remove(0).unwrap_err();
    if detail.is_empty() { reason.to_string() } else { format!("{reason}: {detail}") }
}

fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

fn wrong(mapping: &str) -> String {
    let read = Mapping::parse(mapping, "map.toml").and_then(MappedCalls::new);
    read.err().unwrap().to_string()
}

const BASIC: &str = "[columns]\narrival = \"at\"\nwait = \"wait\"\ntalk = \"talk\"\n";

#[test]
fn a_call_is_answered_if_it_has_a_talk_and_nothing_else_tells() {
    let answered = one(BASIC, "talk at wait", "62.5 2024-03-01T08:00:00 9");
    let outcome = Outcome::Answered { talk: Some(Duration::from_nanos(62_500_000_000)), wrap_up: None };
    let arrival = "2024-03-01T08:00:00".parse().unwrap();
    assert_eq!(answered.call, Call { arrival, waited: secs(9), outcome });
    assert_eq!(
        (answered.sample, answered.service, answered.group),
        (Some(Duration::from_nanos(62_500_000_000)), None, None)
    );
    let abandoned = one(BASIC, "talk at wait", "_ 2024-03-01T08:00:00 9");
    assert_eq!(abandoned.call.outcome, Outcome::Abandoned);
}

#[test]
fn wait_and_talk_come_from_times_where_there_are_no_durations() {
    let map = "[columns]\narrival = \"in\"\nanswer = \"got\"\nend = \"out\"\nwrap_up = \"wrap\"\nagent = \"who\"\n";
    let header = "in got out wrap who";
    let answered = one(map, header, "2024-03-01T23:59:00 2024-03-02T00:00:10 2024-03-02T00:03:10 20 Ann");
    assert_eq!(answered.call.waited, secs(70));
    assert_eq!(answered.call.outcome, Outcome::Answered { talk: Some(secs(180)), wrap_up: Some(secs(20)) });
    let service = answered.service.unwrap();
    assert_eq!(
        (service.agent.as_str(), service.start, service.length),
        ("Ann", "2024-03-02T00:00:10".parse().unwrap(), secs(180))
    );
    let abandoned = one(map, header, "2024-03-01T08:00:00 _ 2024-03-01T08:01:00 _ _");
    assert_eq!((abandoned.call.waited, abandoned.call.outcome), (secs(60), Outcome::Abandoned));
    assert_eq!(
        refused(map, header, "2024-03-01T08:00:00 2024-03-01T07:59:59 2024-03-01T08:01:00 _ _"),
        "times in the wrong order: 2024-03-01T07:59:59 is before 2024-03-01T08:00:00"
    );
    assert_eq!(refused(map, header, "2024-03-01T08:00:00 _ _ _ _"), "no wait, and no times that tell it");
    assert_eq!(refused(map, header, "_ _ _ _ _"), "no time of arrival");
}

#[test]
fn dates_and_clocks_in_columns_of_their_own_go_over_midnight() {
    let map = "time = \"%H.%M\"\ndate_format = \"%d/%m/%y\"\n[columns]\ndate = \"day\"\narrival = \"in\"\n\
               answer = \"got\"\nend = \"out\"\n";
    let call = one(map, "day in got out", "29/02/24 23.58 00.01 00.11");
    assert_eq!(call.call.arrival, "2024-02-29T23:58:00".parse().unwrap());
    assert_eq!(call.call.waited, secs(180));
    assert_eq!(call.call.outcome, Outcome::Answered { talk: Some(secs(600)), wrap_up: None });
    assert_eq!(
        refused(map, "day in got out", "30/02/24 23.58 _ _"),
        "bad date: day is \"30/02/24\"; it is a date as %d/%m/%y"
    );
    assert_eq!(
        refused(map, "day in got out", "29/02/24 24.58 _ _"),
        "bad clock: in is \"24.58\"; it is a clock as %H.%M"
    );
    let seconds =
        "time = \"seconds-in-day\"\n[columns]\ndate = \"day\"\narrival = \"in\"\nwait = \"w\"\ntalk = \"t\"\n";
    let call = one(seconds, "day in w t", "2024-02-29 86399.5 1 1");
    assert_eq!(call.call.arrival, "2024-02-29T23:59:59.5".parse().unwrap());
    assert_eq!(
        refused(seconds, "day in w t", "2024-02-29 86400 1 1"),
        "bad clock: in is \"86400\"; it is seconds since midnight, from 0 to 86,399"
    );
}

#[test]
fn instants_become_the_wall_clock_of_the_zone() {
    let map = |time: &str| format!("time = \"{time}\"\nzone = \"America/New_York\"\n{BASIC}");
    let arrival = |time: &str, text: &str| one(&map(time), "at wait talk", &format!("{text} 9 60")).call.arrival;
    let expected = "2024-07-01T08:00:00".parse().unwrap();
    assert_eq!(arrival("iso", "2024-07-01T12:00:00Z"), expected);
    assert_eq!(arrival("iso", "2024-07-01T14:00:00+02:00"), expected);
    assert_eq!(arrival("iso", "2024-07-01T08:00:00"), expected);
    assert_eq!(arrival("unix", "1719835200"), expected);
    assert_eq!(arrival("unix-ms", "1719835200250"), "2024-07-01T08:00:00.25".parse().unwrap());
    assert_eq!(arrival("unix", "-0.5"), "1969-12-31T18:59:59.5".parse().unwrap());
    assert_eq!(arrival("%Y%m%d-%H:%M:%S%z", "20240701-14:00:00+0200"), expected);
    // Without a zone an offset means nothing.
    let no_zone = refused(BASIC, "at wait talk", "2024-07-01T12:00:00Z 9 60");
    assert_eq!(no_zone, "bad date: at is \"2024-07-01T12:00:00Z\"; it is a wall clock, as the mapping has no `zone`");
}

#[test]
fn skipped_and_repeated_wall_clocks_are_noted() {
    let map = "zone = \"Europe/Berlin\"\n[columns]\narrival = \"in\"\nanswer = \"got\"\nend = \"out\"\n";
    let header = "in got out";
    // There was no 02:30 on that day: the clocks went from 02:00 to 03:00.
    let skipped = one(map, header, "2024-03-31T02:30:00 2024-03-31T03:31:00 2024-03-31T03:41:00");
    assert_eq!((skipped.call.arrival, skipped.call.waited), ("2024-03-31T03:30:00".parse().unwrap(), secs(60)));
    assert_eq!(skipped.notes, [Note::SkippedClock]);
    // From 01:59 to 03:00 a minute passed.
    let over = one(map, header, "2024-03-31T01:59:00 2024-03-31T03:00:00 2024-03-31T03:10:00");
    assert_eq!((over.call.waited, over.notes), (secs(60), vec![]));
    // 02:30 was there twice, and an hour passed from the first to the second.
    let repeated = one(map, header, "2024-10-27T02:30:00 2024-10-27T02:31:00 2024-10-27T02:41:00");
    assert_eq!((repeated.call.waited, repeated.notes), (secs(60), vec![Note::RepeatedClock]));
    let twice = one(map, header, "2024-10-27T02:30:00+02:00 2024-10-27T02:30:00+01:00 2024-10-27T02:40:00+01:00");
    assert_eq!((twice.call.arrival, twice.call.waited), ("2024-10-27T02:30:00".parse().unwrap(), secs(3_600)));
    assert_eq!(twice.notes, []);
}

#[test]
fn durations_have_units() {
    for (unit, text, waited) in [
        ("s", "90", secs(90)),
        ("s", "0.0000000019", Duration::from_nanos(1)),
        ("ms", "1500.5", Duration::from_nanos(1_500_500_000)),
        ("min", "1.5", secs(90)),
        ("h", "0.25", secs(900)),
        ("hh:mm:ss", "1:02:03", secs(3_723)),
        ("hh:mm:ss", "02:03.5", Duration::from_nanos(123_500_000_000)),
    ] {
        let map = format!("duration = \"{unit}\"\n[columns]\narrival = \"at\"\nwait = \"wait\"\nanswer = \"got\"\n");
        let row = format!("2024-03-01T08:00:00 {text} _");
        assert_eq!(one(&map, "at wait got", &row).call.waited, waited, "{unit} {text}");
    }
    for text in ["-1", "1e3", "NaN", "1.", ".5", "1:00", "99999999999", "99999999999999999999999"] {
        let detail = format!("bad number of seconds: wait is {text:?}; it is a number of 0 or more, at most a year");
        assert_eq!(refused(BASIC, "talk at wait", &format!("1 2024-03-01T08:00:00 {text}")), detail);
    }
}

#[test]
fn outcomes_are_lists_of_values() {
    let map = format!(
        "{BASIC}queue_entry = \"q\"\noutcome = \"how\"\nid = \"id\"\n[outcome]\nanswered = [\"OK\", \"XFER\"]\n\
         abandoned = \"GONE\"\nblocked = [\"BUSY\"]\nignored = [\"TEST\"]\n"
    );
    let rows = [
        "1 2024-03-01T08:00:00 2024-03-01T08:00:00 5 60 OK",
        "2 2024-03-01T08:00:00 2024-03-01T08:00:00 5 60 XFER",
        "2 2024-03-01T08:00:00 2024-03-01T08:00:00 5 60 XFER",
        "3 2024-03-01T08:00:00 2024-03-01T08:00:00 5 0 GONE",
        "4 2024-03-01T08:00:00 _ 0 0 GONE",
        "5 2024-03-01T08:00:00 _ 0 0 BUSY",
        "6 2024-03-01T08:00:00 _ 0 0 TEST",
        "7 2024-03-01T08:00:00 _ 0 0 _",
        "8 2024-03-01T08:00:00 2024-03-01T08:00:00 5 9 GONE",
    ];
    let read = read(&map, "id at q wait talk how", &rows);
    let kinds: Vec<Result<bool, DropReason>> = read
        .iter()
        .map(|read| match read {
            Ok(call) => Ok(call.call.outcome != Outcome::Abandoned),
            Err(why) => Err(why.reason),
        })
        .collect();
    assert_eq!(
        kinds,
        [
            Ok(true),
            Ok(true),
            Err(DropReason::RepeatedId),
            Ok(false),
            Err(DropReason::NeverOffered),
            Err(DropReason::Blocked),
            Err(DropReason::Ignored),
            Err(DropReason::UnknownOutcome),
            Ok(false),
        ]
    );
    assert_eq!(read[7].as_ref().unwrap_err().detail, "how is \"\"; it is one of OK, XFER, GONE, BUSY, TEST");
    assert_eq!(read[8].as_ref().unwrap().notes, [Note::ServiceOfAbandoned]);
}

#[test]
fn talks_that_cannot_be_one_are_unknown() {
    let map = format!(
        "longest_talk = \"1h\"\n{BASIC}agent = \"who\"\noutcome = \"how\"\ngroup = \"skill\"\nclass = \"vip\"\n\
         [outcome]\nanswered = \"OK\"\n[unknown]\nwho = \"NOBODY\"\n[class_names]\n1 = \"high\"\n"
    );
    let header = "at wait talk who how skill vip";
    for (row, notes, talk, group, class) in [
        ("60 Ann OK A 1", vec![], Some(60), "A", "high"),
        ("0 Ann OK A 0", vec![Note::ZeroService], None, "A", "0"),
        ("_ Ann OK _ _", vec![Note::NoTalk], None, "unknown", "unknown"),
        ("3600 NOBODY OK B 1", vec![Note::NoAgent], Some(3_600), "B", "high"),
        ("3601 Ann OK B 1", vec![Note::TooLong], None, "B", "high"),
    ] {
        let call = one(&map, header, &format!("2024-03-01T08:00:00 5 {row}"));
        assert_eq!(call.notes, notes, "{row}");
        assert_eq!(call.call.outcome, Outcome::Answered { talk: talk.map(secs), wrap_up: None });
        assert_eq!((call.group.as_deref(), call.class.as_deref()), (Some(group), Some(class)));
        assert_eq!(call.service.is_some(), row.contains("60 Ann"));
        assert_eq!(call.sample.is_some(), call.service.is_some());
    }
}

#[test]
fn a_wrong_mapping_is_told_its_line_its_key_and_what_is_allowed() {
    for (text, message) in [
        (
            "delimiter = \"tabs\"\n",
            "map.toml: line 1: `delimiter` is \"tabs\"; it is comma, tab, semicolon, pipe, or one character that is no letter or digit",
        ),
        (
            "\nzone = \"Mars/Olympus\"\n",
            "map.toml: line 2: `zone` is \"Mars/Olympus\"; it is a zone of the IANA database, such as Asia/Jerusalem",
        ),
        (
            "time = \"unix\"\n",
            "map.toml: line 1: `time` is \"unix\"; it needs `zone`, such as zone = \"America/New_York\", or \"UTC\"",
        ),
        (
            "time = \"epoch\"\n",
            "map.toml: line 1: `time` is \"epoch\"; it is iso, unix (seconds), unix-ms (milliseconds), or a strptime pattern such as \"%d.%m.%Y %H:%M:%S\"",
        ),
        (
            "time = \"%,\"\n",
            "map.toml: line 1: `time` is \"%,\"; it is iso, unix (seconds), unix-ms (milliseconds), or a strptime pattern such as \"%d.%m.%Y %H:%M:%S\"",
        ),
        (
            "date_format = \"%d\"\n",
            "map.toml: line 1: `date_format` is \"%d\"; it is a strptime pattern such as \"%d/%m/%Y\", and needs `columns.date`",
        ),
        ("duration = \"sec\"\n", "map.toml: line 1: `duration` is \"sec\"; it is s, ms, min, h or hh:mm:ss"),
        ("longest_talk = \"0s\"\n", "map.toml: line 1: `longest_talk` is \"0s\"; it is more than zero"),
    ] {
        assert_eq!(wrong(&format!("{text}{BASIC}")), message);
    }
    let no_unit = wrong(&format!("longest_talk = \"5\"\n{BASIC}"));
    assert!(
        no_unit.starts_with("map.toml: line 1: `longest_talk`: ") && no_unit.contains("without a unit"),
        "{no_unit}"
    );
    let unknown = wrong("[columns]\narrival = \"a\"\nwiat = \"w\"\n");
    assert!(
        unknown.starts_with("map.toml: line 3: unknown field `wiat`, expected one of `date`, `day_of`, `arrival`"),
        "{unknown}"
    );
    assert!(wrong("[columns]\narrival = 5\n").starts_with("map.toml: line 2: "));
    assert!(wrong("[columns\n").starts_with("map.toml: line 1: "));
    for (text, message) in [
        ("", "there is no `columns.arrival` and no `columns.queue_entry`: one of them is needed"),
        ("[columns]\narrival = \"a\"\n", "nothing tells how long a caller waited"),
        ("[columns]\narrival = \"a\"\nwait = \"w\"\n", "nothing tells which calls were answered"),
        ("[columns]\narrival = \"a\"\nwait = \"w\"\noutcome = \"o\"\n", "`outcome.answered` is empty"),
        ("[columns]\narrival = \"a\"\nwait = \"w\"\ntalk = \"t\"\nday_of = \"d\"\n", "it needs `columns.date`"),
        (
            "[columns]\narrival = \"a\"\nwait = \"w\"\ntalk = \"t\"\ncalls = \"c\"\n",
            "`columns.calls` is a column of counts",
        ),
        (
            "[columns]\narrival = \"a\"\nwait = \"w\"\ntalk = \"t\"\n[outcome]\nanswered = \"x\"\n",
            "there is no `columns.outcome`",
        ),
        (
            "[columns]\narrival = \"a\"\nwait = \"w\"\noutcome = \"o\"\n[outcome]\nanswered = \"x\"\nblocked = \"x\"\n",
            "`outcome` has the value \"x\" twice",
        ),
        (
            "[columns]\narrival = \"a\"\nwait = \"w\"\ntalk = \"t\"\n[unknown]\nx = \"0\"\n",
            "`unknown.x` is of a column that `columns` does not have",
        ),
    ] {
        let error = wrong(text);
        assert!(error.starts_with("map.toml: ") && error.contains(message), "{error}");
    }
}

#[test]
fn the_command_line_goes_over_the_file_and_is_named_in_messages() {
    let mut mapping = Mapping::parse(BASIC, "map.toml").unwrap();
    mapping.set("columns.arrival=q_start,vru_exit", "--column").unwrap();
    mapping.set("columns.outcome=how", "--column").unwrap();
    mapping.set("outcome.answered=OK,XFER", "--set").unwrap();
    mapping.set("time=unix", "--set").unwrap();
    let error = MappedCalls::new(mapping.clone()).err().unwrap().to_string();
    assert!(error.starts_with("--set time=unix: `time` is \"unix\"; it needs `zone`"), "{error}");
    mapping.set("zone=UTC", "--set").unwrap();
    let mut calls = MappedCalls::new(mapping.clone()).unwrap();
    calls.header("log.csv", &ByteRecord::from(vec!["q_start", "vru_exit", "wait", "talk", "how"])).unwrap();
    let reading = calls.read(&["", "60", "1", "2", "XFER"]).unwrap();
    assert_eq!(reading.arrival, "1970-01-01T00:01:00".parse().unwrap());
    for (set, message) in [
        ("time", "--set time: there is no `=`; it is a key, `=` and a value, such as time=iso"),
        ("tmie=iso", "--set tmie=iso: unknown field `tmie`"),
        ("time.zone=iso", "--set time.zone=iso: `time` is no table"),
        ("quotes=maybe", "--set quotes=maybe: invalid type"),
    ] {
        let error = mapping.clone().set(set, "--set").unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }
}

#[test]
fn a_column_that_a_file_lacks_is_named_with_those_it_has() {
    let mut calls = MappedCalls::new(Mapping::parse(BASIC, "map.toml").unwrap()).unwrap();
    let mut error = |header: &[&str]| {
        calls.header("log.csv", &ByteRecord::from(header.to_vec())).map_err(|error: ImportError| error.to_string())
    };
    assert_eq!(
        error(&["at", "talk"]).unwrap_err(),
        "log.csv: line 1: there is no column \"wait\", which the mapping names; the columns are at, talk"
    );
    assert_eq!(error(&["at", "talk", "wait", "at"]).unwrap_err(), "log.csv: line 1: the column \"at\" is there twice");
    // A mark of the byte order is no part of the first name.
    assert_eq!(error(&["\u{feff}at", " talk ", "wait"]), Ok(()));
}

#[test]
fn the_mappings_that_are_built_in_are_sound() {
    for (name, text) in BUILT_IN {
        let mapping = Mapping::parse(text, name).unwrap();
        if name == "bank-2003" {
            crate::import::counts::Counts::new(mapping).unwrap();
        } else {
            MappedCalls::new(mapping).unwrap();
        }
        assert!(Mapping::read(std::path::Path::new(name)).is_ok());
    }
    let error = Mapping::read(std::path::Path::new("nothing.toml")).unwrap_err().to_string();
    assert!(error.starts_with("nothing.toml: cannot be read: ") && error.ends_with("one of anonymous-bank, bank-2003"));
}
