//! The calls of a small Israeli bank's center in 1999, as the Technion published them: a row for each call, with whole
//! seconds of the VRU, the queue and the service, the outcome and the agent.
//!
//! L. Brown, N. Gans, A. Mandelbaum, A. Sakov, H. Shen, S. Zeltyn, L. Zhao, "Statistical analysis of a telephone call
//! center: a queueing-science perspective", JASA 100(469), 2005; data collected by I. Guedj and A. Mandelbaum, Technion.
//!
//! How a row reads:
//! - a clock has no date: it is that of the day which puts it nearest to `vru_entry`, whose day is `date`. So a queue
//!   entered after midnight is on the next day, and a `vru_exit` a little before `vru_entry` (the two come from
//!   clocks that disagree) stays where it is;
//! - a call queued unless `q_start`, `q_exit` and `q_time` are all zero; midnight is a sound `q_start`;
//! - it arrived at `q_start`, or at `vru_exit` if it did not queue; then it waited 0 s;
//! - a caller who hung up without having queued was never offered;
//! - a service of 0 s, or of more than 3,600 s, is a fault of the recording: the talk time is unknown;
//! - a service by `NO_SERVER` is a talk time like any other, but of no agent.

use std::sync::LazyLock;

use csv::ByteRecord;
use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, ToSpan};

use super::ImportError;
use super::call::{Call, DropReason, Note, Outcome, Reading, Reported, Service, Source, Unreadable};
use super::errors::shown;
use super::fit::LawName;
use crate::time::Duration;

/// The bank's calls; with their types as groups, and the priorities as classes, if that is wanted.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct AnonymousBank {
    pub(super) with_groups: bool,
    pub(super) with_classes: bool,
}

const HEADER: [&str; 17] = [
    "vru+line",
    "call_id",
    "customer_id",
    "priority",
    "type",
    "date",
    "vru_entry",
    "vru_exit",
    "vru_time",
    "q_start",
    "q_exit",
    "q_time",
    "outcome",
    "ser_start",
    "ser_exit",
    "ser_time",
    "server",
];

const COMMENTS: [&str; 11] = [
    "Source: the call center of a bank in Israel, 1999; data collected by I. Guedj and A. Mandelbaum, Technion. See",
    "L. Brown, N. Gans, A. Mandelbaum, A. Sakov, H. Shen, S. Zeltyn, L. Zhao, \"Statistical analysis of a telephone call",
    "center: a queueing-science perspective\", JASA 100(469), 2005.",
    "",
    "What is taken for granted:",
    "- a call arrives when it enters the queue, or when it leaves the VRU if it did not queue; the VRU is not simulated;",
    ALIKE,
    "- the talk time of an answered call is its recorded service, and is unknown where that is 0 s or above 3,600 s;",
    "- there is no wrap-up: the data has none;",
    "- who hung up has exactly the patience recorded; who was answered has more than the recorded wait;",
    "- an unknown time is drawn from the laws below, which are fitted to these calls.",
];
const ALIKE: &str =
    "- all calls are alike: their types and the credit of 90 s that the bank's high priority gives are left out;";

impl Source for AnonymousBank {
    fn group(&self) -> &str {
        "Bank"
    }

    fn delimiter(&self, _file: &str) -> u8 {
        b'\t'
    }

    fn header(&mut self, file: &str, row: &ByteRecord) -> Result<(), ImportError> {
        let columns = row.len().max(HEADER.len());
        let found = |index| row.get(index).map(String::from_utf8_lossy).unwrap_or_default();
        let expected = |index: usize| HEADER.get(index).copied().unwrap_or_default();
        match (0..columns).find(|&index| found(index) != expected(index)) {
            None => Ok(()),
            Some(index) => Err(ImportError::Header {
                file: file.to_owned(),
                format: "anonymous-bank",
                column: index + 1,
                found: found(index).into_owned(),
                expected: expected(index),
            }),
        }
    }

    fn read(&mut self, fields: &[&str]) -> Result<Reading, Unreadable> {
        let mut reading = read(fields)?;
        if let Ok(reported) = &mut reading.call {
            reported.group = self.with_groups.then(|| field(fields, "type").to_owned());
            let class = if field(fields, "priority") == "2" { "high" } else { "regular" };
            reported.class = self.with_classes.then(|| class.to_owned());
        }
        Ok(reading)
    }

    fn comments(&self) -> Vec<String> {
        let left_out = match (self.with_groups, self.with_classes) {
            (false, false) => ALIKE,
            (true, false) => {
                "- the types of the calls are groups; the credit of 90 s that high priority gives is left out;"
            }
            (false, true) => "- the types of the calls are left out; high priority gives a credit of 90 s;",
            (true, true) => "- the types of the calls are groups; high priority gives a credit of 90 s;",
        };
        let lines = COMMENTS.iter().map(|&line| if line == ALIKE { left_out } else { line });
        lines.map(str::to_owned).collect()
    }

    fn laws(&self) -> (Option<LawName>, Option<LawName>) {
        (Some(LawName::Lognormal), Some(LawName::Hyperexponential))
    }

    /// Shorter ones are mostly callers whom the agent dropped, too many for any lognormal law.
    fn shortest_service_s(&self) -> u32 {
        10
    }

    fn wait_credits(&self) -> &[(String, Duration)] {
        static CREDITS: LazyLock<[(String, Duration); 1]> =
            LazyLock::new(|| [("high".to_owned(), Duration::from_secs(90))]);
        if self.with_classes { &*CREDITS } else { &[] }
    }
}

fn field<'f>(fields: &[&'f str], name: &str) -> &'f str {
    let index = HEADER.iter().position(|column| *column == name);
    fields[index.expect("the header has every column that is read")].trim()
}

/// A longer service is a fault of the recording.
const LONGEST_SERVICE_SECS: u32 = 3_600;

fn read(fields: &[&str]) -> Result<Reading, Unreadable> {
    let field = |name: &str| field(fields, name);
    let date = date(field("date"))?;
    let entered = date.to_datetime(jiff::civil::Time::midnight()) + clock("vru_entry", field("vru_entry"))?;
    let near = |name| Ok(nearest(clock(name, field(name))?, date, entered));
    let (left_vru, queued_at, served_at): (DateTime, DateTime, DateTime) =
        (near("vru_exit")?, near("q_start")?, near("ser_start")?);
    let at_midnight = |name| Ok(clock(name, field(name))?.is_zero());
    let (waited_s, service_s) = (seconds("q_time", field("q_time"))?, seconds("ser_time", field("ser_time"))?);
    let unqueued = at_midnight("q_start")? && at_midnight("q_exit")? && waited_s == 0;
    let named = Some(field("server")).filter(|&server| server != "NO_SERVER");

    let arrival = if unqueued { left_vru } else { queued_at };
    let mut notes = Vec::new();
    let mut note = |applies: bool, note| {
        if applies {
            notes.push(note);
        }
    };
    note(left_vru < entered, Note::VruClock);
    note(arrival.date() != date, Note::AcrossMidnight);
    let (outcome, service) = match field("outcome") {
        "PHANTOM" => return Ok(Reading { arrival, call: Err(DropReason::Phantom) }),
        "HANG" if unqueued => return Ok(Reading { arrival, call: Err(DropReason::HungUpInVru) }),
        "HANG" => {
            note(service_s > 0, Note::ServiceOfAbandoned);
            (Outcome::Abandoned, None)
        }
        "AGENT" => {
            note(service_s == 0, Note::ZeroService);
            note(service_s > LONGEST_SERVICE_SECS, Note::EndlessService);
            note(named.is_none(), Note::NoAgent);
            let talk_s = Some(service_s).filter(|secs| (1..=LONGEST_SERVICE_SECS).contains(secs));
            let talk = talk_s.map(|secs| Duration::from_secs(secs.into()));
            let service = named.zip(talk);
            let service = service.map(|(agent, length)| Service { agent: agent.to_owned(), start: served_at, length });
            (Outcome::Answered { talk, wrap_up: None }, service)
        }
        other => return Err(unreadable(DropReason::UnknownOutcome, "outcome", other, "AGENT, HANG or PHANTOM")),
    };
    let call = Call { arrival, waited: Duration::from_secs(waited_s.into()), outcome };
    let sample = service.as_ref().map(|service| service.length);
    Ok(Reading { arrival, call: Ok(Reported { call, group: None, class: None, sample, service, notes }) })
}

fn unreadable(reason: DropReason, field: &str, value: &str, allowed: &str) -> Unreadable {
    Unreadable { reason, detail: format!("{field} is {}; it is {allowed}", shown(value)) }
}

/// `990207` is 7 February 1999.
fn date(text: &str) -> Result<Date, Unreadable> {
    let parsed = || {
        let number: u32 = digits(text).filter(|_| text.len() == 6)?;
        let (year, month, day) = (1900 + number / 10_000, number / 100 % 100, number % 100);
        Date::new(year as i16, month as i8, day as i8).ok()
    };
    parsed().ok_or_else(|| unreadable(DropReason::BadDate, "date", text, "a day as YYMMDD, such as 990207"))
}

/// `8:09:15`: the time since midnight.
fn clock(field: &str, text: &str) -> Result<SignedDuration, Unreadable> {
    let parsed = || {
        let mut parts = text.split(':');
        let mut part = |most: u32| digits(parts.next()?).filter(|&number| number <= most);
        let secs = part(23)? * 3_600 + part(59)? * 60 + part(59)?;
        parts.next().is_none().then(|| SignedDuration::from_secs(secs.into()))
    };
    parsed()
        .ok_or_else(|| unreadable(DropReason::BadClock, field, text, "a clock as H:MM:SS, from 0:00:00 to 23:59:59"))
}

fn seconds(field: &str, text: &str) -> Result<u32, Unreadable> {
    digits(text).ok_or_else(|| unreadable(DropReason::BadSeconds, field, text, "a whole number of seconds, 0 or more"))
}

/// A number of decimal digits only.
fn digits(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// The clock on that of the three days around `date` which puts it nearest to `reference`.
fn nearest(clock: SignedDuration, date: Date, reference: DateTime) -> DateTime {
    let days =
        [0, -1, 1].map(|days| date.saturating_add(days.days()).to_datetime(jiff::civil::Time::midnight()) + clock);
    let near = days.into_iter().min_by_key(|day| day.duration_since(reference).abs());
    near.expect("there are three days")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row of the file, without what is not read.
    fn row(
        date: &str,
        vru: [&str; 2],
        queue: [&str; 3],
        outcome: &str,
        service: [&str; 3],
        server: &str,
    ) -> Vec<String> {
        let [entry, exit] = vru;
        let [q_start, q_exit, q_time] = queue;
        let [ser_start, ser_exit, ser_time] = service;
        let fields = [
            "AA0101", "34904", "0", "0", "PS", date, entry, exit, "9", q_start, q_exit, q_time, outcome, ser_start,
            ser_exit, ser_time, server,
        ];
        fields.map(str::to_owned).to_vec()
    }

    fn reading(row: &[String]) -> Result<Reading, Unreadable> {
        read(&row.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn reported(row: &[String]) -> Reported {
        reading(row).unwrap().call.unwrap()
    }

    fn at(text: &str) -> DateTime {
        text.parse().unwrap()
    }

    const NO_QUEUE: [&str; 3] = ["0:00:00", "0:00:00", "0"];
    const NO_SERVICE: [&str; 3] = ["0:00:00", "0:00:00", "0"];

    #[test]
    fn a_call_that_did_not_queue_arrives_from_the_vru_and_waits_for_nothing() {
        let reported =
            reported(&row("990207", ["7:22:15", "7:22:26"], NO_QUEUE, "AGENT", ["7:22:25", "7:26:06", "221"], "A16"));
        let outcome = Outcome::Answered { talk: Some(Duration::from_secs(221)), wrap_up: None };
        assert_eq!(reported.call, Call { arrival: at("1999-02-07T07:22:26"), waited: Duration::ZERO, outcome });
        let service =
            Service { agent: "A16".into(), start: at("1999-02-07T07:22:25"), length: Duration::from_secs(221) };
        assert_eq!((reported.service, reported.notes), (Some(service), vec![]));
    }

    #[test]
    fn a_call_that_queued_arrives_with_the_queue() {
        let queue = ["8:09:26", "8:10:58", "92"];
        let answered =
            reported(&row("990207", ["8:09:15", "8:09:25"], queue, "AGENT", ["8:10:57", "8:11:59", "62"], "A16"));
        let outcome = Outcome::Answered { talk: Some(Duration::from_secs(62)), wrap_up: None };
        assert_eq!(
            answered.call,
            Call { arrival: at("1999-02-07T08:09:26"), waited: Duration::from_secs(92), outcome }
        );
        let abandoned = reported(&row("990207", ["8:09:15", "8:09:25"], queue, "HANG", NO_SERVICE, "NO_SERVER"));
        assert_eq!(abandoned.call, Call { outcome: Outcome::Abandoned, ..answered.call });
        assert_eq!(abandoned.service, None);
    }

    #[test]
    fn spurious_calls_and_those_that_never_left_the_vru_are_none() {
        let queue = ["8:09:26", "8:10:58", "92"];
        let phantom = reading(&row("990207", ["8:09:15", "8:09:25"], queue, "PHANTOM", NO_SERVICE, "NO_SERVER"));
        assert_eq!(phantom.unwrap().call, Err(DropReason::Phantom));
        let hung_up = reading(&row("990207", ["2:25:05", "2:25:27"], NO_QUEUE, "HANG", NO_SERVICE, "NO_SERVER"));
        assert_eq!(hung_up.unwrap().call, Err(DropReason::HungUpInVru));
    }

    #[test]
    fn a_queue_entered_after_midnight_is_on_the_next_day() {
        let late = ["23:59:56", "23:59:56"];
        for (queue, second) in [(["0:00:02", "0:00:29", "27"], "02"), (["0:00:00", "0:00:27", "27"], "00")] {
            let reported = reported(&row("990228", late, queue, "AGENT", ["0:00:29", "0:00:58", "29"], "A23"));
            assert_eq!(reported.call.arrival, at(&format!("1999-03-01T00:00:{second}")));
            assert_eq!(reported.service.unwrap().start, at("1999-03-01T00:00:29"));
            assert_eq!(reported.notes, [Note::AcrossMidnight]);
        }
    }

    #[test]
    fn clocks_that_disagree_do_not_move_a_call_to_another_day() {
        let queue = ["9:47:17", "9:50:11", "174"];
        let service = ["9:50:11", "9:51:28", "77"];
        let same_day = reported(&row("990207", ["9:48:14", "9:47:17"], queue, "AGENT", service, "A06"));
        assert_eq!((same_day.call.arrival, same_day.notes), (at("1999-02-07T09:47:17"), vec![Note::VruClock]));
        let service = ["0:00:20", "0:01:20", "60"];
        let before = reported(&row("990207", ["0:00:10", "23:59:50"], NO_QUEUE, "AGENT", service, "A06"));
        assert_eq!(before.call.arrival, at("1999-02-06T23:59:50"));
        assert_eq!(before.notes, [Note::VruClock, Note::AcrossMidnight]);
    }

    #[test]
    fn a_service_that_cannot_be_one_leaves_the_talk_time_unknown() {
        for (secs, server, talk_s, expected) in [
            ("0", "A01", None, vec![Note::ZeroService]),
            ("1", "A01", Some(1), vec![]),
            ("3600", "A01", Some(3_600), vec![]),
            ("3601", "A01", None, vec![Note::EndlessService]),
            ("5", "NO_SERVER", Some(5), vec![Note::NoAgent]),
            ("0", "NO_SERVER", None, vec![Note::ZeroService, Note::NoAgent]),
        ] {
            let service = ["8:00:10", "8:00:10", secs];
            let reported = reported(&row("990207", ["8:00:00", "8:00:10"], NO_QUEUE, "AGENT", service, server));
            let talk = talk_s.map(Duration::from_secs);
            assert_eq!((reported.call.outcome, reported.notes), (Outcome::Answered { talk, wrap_up: None }, expected));
            assert_eq!(reported.service.is_some(), server == "A01" && talk.is_some());
        }
    }

    #[test]
    fn the_service_of_a_caller_who_hung_up_is_ignored() {
        let queue = ["7:53:59", "7:53:59", "0"];
        let service = ["7:53:54", "7:54:51", "57"];
        let reported = reported(&row("990418", ["7:53:45", "7:53:59"], queue, "HANG", service, "A02"));
        assert_eq!(reported.call.outcome, Outcome::Abandoned);
        assert_eq!((reported.service, reported.notes), (None, vec![Note::ServiceOfAbandoned]));
    }

    #[test]
    fn what_cannot_be_read_is_named_with_its_field() {
        let sound = row("990207", ["7:22:15", "7:22:26"], NO_QUEUE, "AGENT", ["7:22:25", "7:26:06", "221"], "A16");
        for (index, value, reason, detail) in [
            (5, "990230", DropReason::BadDate, "date is \"990230\"; it is a day as YYMMDD, such as 990207"),
            (5, "99027", DropReason::BadDate, "date is \"99027\"; it is a day as YYMMDD, such as 990207"),
            (
                6,
                "24:00:00",
                DropReason::BadClock,
                "vru_entry is \"24:00:00\"; it is a clock as H:MM:SS, from 0:00:00 to 23:59:59",
            ),
            (
                9,
                "8:61:00",
                DropReason::BadClock,
                "q_start is \"8:61:00\"; it is a clock as H:MM:SS, from 0:00:00 to 23:59:59",
            ),
            (
                10,
                "8:00",
                DropReason::BadClock,
                "q_exit is \"8:00\"; it is a clock as H:MM:SS, from 0:00:00 to 23:59:59",
            ),
            (11, "-4", DropReason::BadSeconds, "q_time is \"-4\"; it is a whole number of seconds, 0 or more"),
            (15, "", DropReason::BadSeconds, "ser_time is \"\"; it is a whole number of seconds, 0 or more"),
            (12, "agent", DropReason::UnknownOutcome, "outcome is \"agent\"; it is AGENT, HANG or PHANTOM"),
        ] {
            let mut row = sound.clone();
            row[index] = value.to_owned();
            let error = reading(&row).err().unwrap();
            assert_eq!(error, Unreadable { reason, detail: detail.to_owned() });
        }
    }

    #[test]
    fn blanks_around_a_field_do_not_matter() {
        let mut row = row("990207", ["7:22:15", "7:22:26"], NO_QUEUE, "AGENT", ["7:22:25", "7:26:06", "221"], "A16");
        row[4] = " TT".into();
        row[12] = " AGENT ".into();
        assert_eq!(
            reported(&row).call.outcome,
            Outcome::Answered { talk: Some(Duration::from_secs(221)), wrap_up: None }
        );
    }
}
