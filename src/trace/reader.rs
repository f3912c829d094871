//! Reads a trace line by line, and refuses what is no trace.

use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};

use flate2::Crc;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::entry::{Counts, Entry, Footer, Given, Origin, Seen, Totals};
use super::error::{Problem, TraceError};
use super::header::{FORM, Header};
use super::storage;
use crate::time::Instant;

/// The longest header, in bytes: room for a million agents.
const LONGEST_HEADER: u64 = 1 << 28;

/// The longest other line, in bytes.
const LONGEST_LINE: u64 = 1 << 20;

/// A trace that is being read: an iterator over its entries.
///
/// An error is the last item. When there is none, the trace is whole, and [`footer`](Self::footer) is its last line.
/// An entry refers only to groups and agents of the header, and to calls and sessions of entries before it; times do not run
/// backwards.
pub struct TraceReader {
    path: PathBuf,
    lines: Box<dyn BufRead>,
    buffer: Vec<u8>,
    line: u64,
    crc: Crc,
    header: Header,
    counts: Counts,
    now: u64,
    /// The number of sessions that were created.
    created: u32,
    footer: Option<Footer>,
    failed: bool,
}

impl TraceReader {
    /// Opens a trace, whether it is compressed or not.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is no trace, or one of a newer form.
    pub fn open(path: &Path) -> Result<Self, TraceError> {
        TraceReader::of_lines(storage::open(path)?, path)
    }

    /// Reads a trace that is not compressed; `path` names it in errors.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn new(lines: impl BufRead, path: &Path) -> Result<Self, TraceError> {
        let mut bytes = Vec::new();
        let mut lines = lines;
        let read = lines.read_to_end(&mut bytes);
        read.map_err(|reason| TraceError { path: path.to_path_buf(), line: None, problem: Problem::Read(reason) })?;
        TraceReader::of_lines(Box::new(std::io::Cursor::new(bytes)), path)
    }

    fn of_lines(mut lines: Box<dyn BufRead>, path: &Path) -> Result<Self, TraceError> {
        let (mut buffer, mut crc) = (Vec::new(), Crc::new());
        let error = |problem| TraceError { path: path.to_path_buf(), line: Some(1), problem };
        let object = read_line(&mut lines, &mut buffer, LONGEST_HEADER).map_err(error)?.ok_or(Problem::NoTrace);
        let object = object.map_err(error)?;
        // Whatever a newer form is like, it is told before anything else is looked at.
        let form = object.strip_prefix(b"{\"acdsim_trace\":").ok_or_else(|| error(Problem::NoTrace))?;
        let digits: Vec<u8> = form.iter().copied().take_while(u8::is_ascii_digit).take(18).collect();
        let found = String::from_utf8_lossy(&digits).parse().map_err(|_| error(Problem::NoTrace))?;
        if found > u64::from(FORM) {
            return Err(error(Problem::Newer { found }));
        }
        let header: Header = check(object, &mut crc).and_then(|map| typed(map)).map_err(error)?;
        check_header(&header).map_err(|wrong| error(Problem::Inconsistent(wrong)))?;
        Ok(TraceReader {
            path: path.to_path_buf(),
            lines,
            buffer,
            line: 1,
            crc,
            header,
            counts: Counts::default(),
            now: 0,
            created: 0,
            footer: None,
            failed: false,
        })
    }

    /// The first line.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The last line, once it has been read.
    pub fn footer(&self) -> Option<&Footer> {
        self.footer.as_ref()
    }

    /// The line of the entry that was read last, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The error of the line that was read last.
    pub fn error(&self, problem: Problem) -> TraceError {
        TraceError { path: self.path.clone(), line: Some(self.line), problem }
    }

    fn read(&mut self) -> Result<Option<Entry>, Problem> {
        self.line += 1;
        let Some(object) = read_line(&mut self.lines, &mut self.buffer, LONGEST_LINE)? else {
            return if self.footer.is_some() { Ok(None) } else { Err(Problem::Truncated) };
        };
        if self.footer.is_some() {
            return Err(Problem::AfterEnd);
        }
        let mut map = check(object, &mut self.crc)?;
        let entry = if map.contains_key("in") {
            let at = self.time(&mut map)?;
            let given = typed(map)?;
            self.note_given(&given)?;
            Entry::Given(at, given)
        } else if map.contains_key("out") {
            let at = self.time(&mut map)?;
            let seen = typed(map)?;
            self.note_seen(&seen)?;
            Entry::Seen(at, seen)
        } else if map.contains_key("statistics") {
            let totals: Totals = typed(map)?;
            self.note_statistics(&totals)?;
            Entry::Statistics(totals)
        } else if map.contains_key("end") {
            let footer: Footer = typed(map)?;
            if footer.counts != self.counts {
                let (says, has) = (footer.counts, self.counts);
                return Err(Problem::Inconsistent(format!("the trace should have {says:?}, and it has {has:?}")));
            }
            self.footer = Some(footer);
            return self.read();
        } else {
            let keys = "a line has one of the members `in`, `out`, `statistics` and `end`";
            return Err(Problem::Malformed(keys.to_owned()));
        };
        Ok(Some(entry))
    }

    /// Takes the time out of a line.
    fn time(&mut self, map: &mut Map<String, Value>) -> Result<Instant, Problem> {
        let Some(at) = map.remove("t").as_ref().and_then(Value::as_u64) else {
            return Err(Problem::Malformed("`t`, the time, is a whole number of nanoseconds from 0 on".to_owned()));
        };
        if at < self.now {
            let before = self.now;
            return Err(Problem::Inconsistent(format!("the time runs backwards, from {before} ns to {at} ns")));
        }
        if self.counts.sessions > 0 {
            return Err(Problem::Inconsistent("nothing happens after the statistics".to_owned()));
        }
        let horizon = self.header.horizon_ns;
        if at >= horizon && self.header.system.is_none() {
            return Err(Problem::Inconsistent(format!("{at} ns is not before the end of the run, {horizon} ns")));
        }
        self.now = at;
        Ok(Instant::from_nanos(at))
    }

    fn note_given(&mut self, given: &Given) -> Result<(), Problem> {
        self.counts.given += 1;
        match given {
            Given::CallArrives { call, group, origin, .. } => {
                self.counts.calls += 1;
                let next = self.counts.calls;
                if *call != next {
                    return Err(Problem::Inconsistent(format!("call {call} arrives where call {next} is the next")));
                }
                self.known("group", *group, self.header.groups.len())?;
                match *origin {
                    Some(Origin::Retrial { of }) => self.known_call(of),
                    Some(Origin::Transfer { of, from }) => {
                        self.known("group", from, self.header.groups.len())?;
                        self.known_call(of)
                    }
                    None => Ok(()),
                }
            }
            Given::AgentLogsIn { agent, groups } => {
                self.known("agent", *agent, self.header.agents.len())?;
                let of = &self.header.agents[*agent as usize].groups;
                match groups.iter().find(|group| !of.contains(group)) {
                    Some(group) => Err(Problem::Inconsistent(format!("agent {agent} is not in group {group}"))),
                    None => Ok(()),
                }
            }
            Given::AgentLogsOut { agent } | Given::AgentTakesBreak { agent, .. } => {
                self.known("agent", *agent, self.header.agents.len())
            }
        }
    }

    fn note_seen(&mut self, seen: &Seen) -> Result<(), Problem> {
        self.counts.seen += 1;
        let groups = self.header.groups.len();
        match *seen {
            Seen::MeasurementStarted => Ok(()),
            Seen::SessionCreated { session, agent, group } => {
                let next = self.created;
                if session != next {
                    let wrong = format!("session {session} is created where session {next} is the next");
                    return Err(Problem::Inconsistent(wrong));
                }
                self.created += 1;
                self.known("agent", agent, self.header.agents.len())?;
                self.known("group", group, groups)
            }
            Seen::SessionChanged { session, .. } => self.known_session(session),
            Seen::CallWaits { call, group }
            | Seen::CallBlocked { call, group }
            | Seen::CallBalked { call, group }
            | Seen::CallBackAccepted { call, group }
            | Seen::CallDisposed { call, group }
            | Seen::CallAbandoned { call, group, .. } => {
                self.known_call(call)?;
                self.known("group", group, groups)
            }
            Seen::CallFlowed { call, from, to } => {
                self.known_call(call)?;
                self.known("group", from, groups)?;
                self.known("group", to, groups)
            }
            Seen::CallRings { call, session }
            | Seen::CallUnanswered { call, session }
            | Seen::CallAnswered { call, session, .. }
            | Seen::HoldEnded { call, session, .. }
            | Seen::TalkEnded { call, session, .. }
            | Seen::WrapUpEnded { call, session, .. } => {
                self.known_call(call)?;
                self.known_session(session)
            }
            Seen::AgentAway { agent, .. } | Seen::OtherCallBegan { agent, .. } | Seen::OtherCallEnded { agent } => {
                self.known("agent", agent, self.header.agents.len())
            }
        }
    }

    fn note_statistics(&mut self, totals: &Totals) -> Result<(), Problem> {
        let next = self.counts.sessions;
        self.counts.sessions += 1;
        if u64::from(totals.session) != next {
            let found = totals.session;
            return Err(Problem::Inconsistent(format!("session {found} stands where session {next} is the next")));
        }
        self.known_session(totals.session)?;
        self.known("agent", totals.agent, self.header.agents.len())?;
        self.known("group", totals.group, self.header.groups.len())
    }

    fn known_call(&self, call: u64) -> Result<(), Problem> {
        if call == 0 || call > self.counts.calls {
            return Err(Problem::Inconsistent(format!("call {call} has not arrived")));
        }
        Ok(())
    }

    fn known_session(&self, session: u32) -> Result<(), Problem> {
        if session >= self.created {
            return Err(Problem::Inconsistent(format!("session {session} was not created")));
        }
        Ok(())
    }

    fn known(&self, what: &str, index: u32, count: usize) -> Result<(), Problem> {
        if index as usize >= count {
            let wrong = format!("{what} {index} is none of the header's, which are numbered from 0 to {}", count - 1);
            return Err(Problem::Inconsistent(wrong));
        }
        Ok(())
    }
}

impl Iterator for TraceReader {
    type Item = Result<Entry, TraceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        match self.read() {
            Ok(entry) => {
                // At the end there is nothing more to read.
                self.failed = entry.is_none();
                entry.map(Ok)
            }
            Err(problem) => {
                self.failed = true;
                Some(Err(self.error(problem)))
            }
        }
    }
}

/// The next line without what ends it; none at the end of the file.
fn read_line<'b>(lines: &mut impl BufRead, buffer: &'b mut Vec<u8>, most: u64) -> Result<Option<&'b [u8]>, Problem> {
    buffer.clear();
    let read = lines.take(most + 1).read_until(b'\n', buffer).map_err(Problem::Read)?;
    if read == 0 {
        return Ok(None);
    }
    if read as u64 > most {
        return Err(Problem::TooLong { most });
    }
    match buffer.strip_suffix(b"\n") {
        Some(line) => Ok(Some(line.strip_suffix(b"\r").unwrap_or(line))),
        None => Err(Problem::Truncated),
    }
}

/// The members of a line, after its checksum has been found right.
fn check(line: &[u8], crc: &mut Crc) -> Result<Map<String, Value>, Problem> {
    const BEFORE: &[u8] = b",\"crc\":\"";
    const LENGTH: usize = BEFORE.len() + 8 + 2;
    let (object, end) = line.split_at(line.len().saturating_sub(LENGTH));
    let sum = end.strip_prefix(BEFORE).and_then(|rest| rest.strip_suffix(b"\"}"));
    let is_digit = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
    let Some(sum) = sum.filter(|sum| sum.iter().all(is_digit)) else {
        return Err(Problem::NoChecksum { found: String::from_utf8_lossy(end).into_owned() });
    };
    crc.update(object);
    let (found, computed) = (String::from_utf8_lossy(sum).into_owned(), format!("{:08x}", crc.sum()));
    if found != computed {
        return Err(Problem::Checksum { found, computed });
    }
    let mut object = object.to_vec();
    object.push(b'}');
    serde_json::from_slice(&object).map_err(|error| Problem::Malformed(format!("the line is no JSON object: {error}")))
}

fn typed<T: DeserializeOwned>(map: Map<String, Value>) -> Result<T, Problem> {
    serde_json::from_value(Value::Object(map)).map_err(|error| Problem::Malformed(error.to_string()))
}

/// What is wrong with a header, beyond its form.
fn check_header(header: &Header) -> Result<(), String> {
    header.conventions()?;
    if header.groups.is_empty() || header.agents.is_empty() {
        return Err("a trace has a group and an agent or more".to_owned());
    }
    if header.horizon_ns == 0 || header.measured_from_ns >= header.horizon_ns {
        return Err("`measured_from_ns` is less than `horizon_ns`".to_owned());
    }
    header.start.parse::<jiff::civil::DateTime>().map_err(|error| format!("`start`: {error}"))?;
    for agent in &header.agents {
        let name = &agent.name;
        if agent.groups.len() != agent.ranks.len() {
            return Err(format!("agent `{name}` has {} groups and {} ranks", agent.groups.len(), agent.ranks.len()));
        }
        if let Some(group) = agent.groups.iter().find(|&&group| group as usize >= header.groups.len()) {
            return Err(format!("agent `{name}` is in group {group}, which is none"));
        }
    }
    Ok(())
}
