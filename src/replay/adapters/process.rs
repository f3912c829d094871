//! The adapter to any program that speaks JSON Lines on its standard input and output.
//!
//! The protocol is in `docs/replay.md`. A request is a line with an `id`; its answer is a line with the same `id`; lines with
//! `event` come in between. A thread reads the lines; everything else waits for them with a time limit.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::clock::{Lateness, Pace};
use super::super::port::{Capabilities, Counted, Fault, Gives, Notice, Noticed, TelephonySystem, Time};
use super::asides::Asides;
use crate::acd::SessionState;
use crate::scenario::{AgentSelection, CallSelection, group_guid};
use crate::time::{Duration, Instant};
use crate::trace::{Exact, FORM, Header, TapiTotals, TraceAgent, TraceGroup, TraceRouting, check_header, state_named};

/// The version of the protocol.
const PROTOCOL: u64 = 1;

/// The longest line that is read, in bytes.
const LONGEST_LINE: u64 = 1 << 20;

/// So many lines may wait to be looked at; a program that says more is made to wait.
const MOST_LINES: usize = 4096;

/// How long a program is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For an answer, after which the program is taken to hang.
    pub answer: std::time::Duration,
    /// For an answer, after which it is told as slow.
    pub slow: std::time::Duration,
    /// How far its clock may be off that of the run.
    pub drift: Duration,
}

impl Default for Limits {
    /// Two minutes, two seconds, and a second.
    fn default() -> Self {
        Limits {
            answer: std::time::Duration::from_secs(120),
            slow: std::time::Duration::from_secs(2),
            drift: Duration::from_secs(1),
        }
    }
}

/// A program that is a telephony system.
pub struct Process {
    capabilities: Capabilities,
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<Line>,
    limits: Limits,
    pace: Pace,
    next_id: u64,
    events: VecDeque<Noticed>,
    now: Instant,
    asides: Asides,
    faults: Vec<Fault>,
    closed: bool,
}

/// A line as an object, and as it was.
type Message = (Map<String, Value>, String);

enum Line {
    Text(String),
    Bad { start: String, why: &'static str },
    End,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hello {
    protocol: u64,
    system: String,
    time: String,
    #[serde(default)]
    live: bool,
    #[serde(default)]
    exact: bool,
    #[serde(default)]
    measures_from: bool,
    #[serde(default)]
    events: Vec<String>,
}

#[derive(Deserialize)]
struct Statistics {
    #[serde(default)]
    ended: bool,
    statistics: TapiTotals,
    #[serde(default)]
    exact: Option<Exact>,
}

/// The center of a system that is watched.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Center {
    start: String,
    #[serde(default)]
    routing: TraceRouting,
    groups: Vec<CenterGroup>,
    agents: Vec<CenterAgent>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CenterGroup {
    name: String,
    queue: Option<String>,
    capacity: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CenterAgent {
    name: String,
    address: Option<String>,
    groups: Vec<u32>,
    ranks: Option<Vec<u32>>,
}

impl Center {
    fn header(self, system: &str) -> Header {
        let group = |CenterGroup { name, queue, capacity }| TraceGroup {
            guid: group_guid(&name),
            queue: queue.unwrap_or_else(|| name.clone()),
            name,
            capacity,
            classes: Vec::new(),
        };
        let agent = |CenterAgent { name, address, groups, ranks }| TraceAgent {
            address: address.unwrap_or_else(|| name.clone()),
            name,
            ranks: ranks.unwrap_or_else(|| vec![1; groups.len()]),
            groups,
        };
        let word = |word: String, usual: &str| if word.is_empty() { usual.to_owned() } else { word };
        Header {
            acdsim_trace: FORM,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            system: Some(system.to_owned()),
            scenario: system.to_owned(),
            scenario_hash: "captured".to_owned(),
            replication: 1,
            start: self.start,
            // How long it will be is not known yet.
            horizon_ns: u64::MAX,
            routing: TraceRouting {
                agent_selection: word(self.routing.agent_selection, AgentSelection::default().word()),
                call_selection: word(self.routing.call_selection, CallSelection::default().word()),
            },
            groups: self.groups.into_iter().map(group).collect(),
            agents: self.agents.into_iter().map(agent).collect(),
            ..Header::default()
        }
    }
}

impl Process {
    /// Starts a program and greets it. `speed` is how many seconds of the run pass in one, if it has a clock of its own.
    ///
    /// # Errors
    ///
    /// If it cannot be started, or does not greet as it should.
    pub fn start(command: &[String], limits: Limits, speed: f64) -> Result<Self, Fault> {
        let unreachable = Fault::Unreachable;
        let (program, arguments) =
            command.split_first().ok_or_else(|| unreachable("there is no program to start".to_owned()))?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        keep_from_interrupts(&mut command);
        let mut child =
            command.spawn().map_err(|error| unreachable(format!("`{program}` cannot be started: {error}")))?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let output = output.ok_or_else(|| unreachable(format!("`{program}` has no standard output")))?;
        let (sender, lines) = sync_channel(MOST_LINES);
        thread::spawn(move || read_lines(output, &sender));
        let mut process = Process {
            capabilities: Capabilities {
                name: program.clone(),
                time: Time::Virtual,
                live: false,
                gives: Gives::ALL,
                exact: false,
                measures_from: false,
            },
            child,
            input,
            lines,
            limits,
            pace: Pace::new(speed),
            next_id: 1,
            events: VecDeque::new(),
            now: Instant::START,
            asides: Asides::default(),
            faults: Vec::new(),
            closed: false,
        };
        process.greet(speed)?;
        Ok(process)
    }

    fn greet(&mut self, speed: f64) -> Result<(), Fault> {
        let program = format!("acdsim {}", env!("CARGO_PKG_VERSION"));
        let answer = self.ask("hello", json!({ "protocol": PROTOCOL, "program": program, "speed": speed }))?;
        let hello = answer.get("hello").cloned().unwrap_or_default();
        let hello: Hello =
            serde_json::from_value(hello).map_err(|error| garbage(&Value::Object(answer), &error.to_string()))?;
        if hello.protocol != PROTOCOL {
            let found = hello.protocol;
            return Err(Fault::Unreachable(format!(
                "it speaks protocol {found}, and this program protocol {PROTOCOL}"
            )));
        }
        let time = match hello.time.as_str() {
            "virtual" => Time::Virtual,
            "wall" => Time::Wall,
            other => return Err(Fault::Unreachable(format!("its time is `{other}`: it is `virtual` or `wall`"))),
        };
        let gives = |event: &str| hello.events.iter().any(|given| given == event);
        self.capabilities = Capabilities {
            time,
            live: hello.live,
            gives: Gives {
                session_changed: gives("session_changed"),
                call_waits: gives("call_waits"),
                call_answered: gives("call_answered"),
                call_abandoned: gives("call_abandoned"),
            },
            exact: hello.exact,
            measures_from: hello.measures_from,
            name: hello.system,
        };
        Ok(())
    }

    /// Sends a request and waits for its answer.
    fn ask(&mut self, request: &str, members: Value) -> Result<Map<String, Value>, Fault> {
        let id = self.next_id;
        self.next_id += 1;
        let mut line = json!({ "id": id, "request": request });
        if let (Some(line), Value::Object(members)) = (line.as_object_mut(), members) {
            line.extend(members);
        }
        let sent = self.input.as_mut().map(|input| writeln!(input, "{line}").and_then(|()| input.flush()));
        if !matches!(sent, Some(Ok(()))) {
            return Err(self.died(request));
        }
        // A program that starts is given all the time that anything is.
        let greets = request == "hello";
        let most = if greets { Limits::default().answer } else { self.limits.answer };
        let started = std::time::Instant::now();
        loop {
            let left = most.saturating_sub(started.elapsed());
            let (mut answer, text) = match self.next_line(left, request)? {
                Some(line) => line,
                None => {
                    let after = most.as_secs();
                    return Err(Fault::Silent { request: format!("`{request}`"), after });
                }
            };
            if answer.contains_key("event") {
                self.note(answer, &text)?;
                continue;
            }
            let Some(found) = answer.remove("id").as_ref().and_then(Value::as_u64) else {
                return Err(garbage_text(&text, "a line has `id` or `event`"));
            };
            match found.cmp(&id) {
                std::cmp::Ordering::Less => self.faults.push(Fault::AnsweredTwice { id: found }),
                std::cmp::Ordering::Greater => return Err(Fault::OutOfOrder { expected: id, found }),
                std::cmp::Ordering::Equal => {
                    let took = started.elapsed();
                    if !greets {
                        self.asides.note_answer(took, &self.limits);
                    }
                    if let Some(reason) = answer.get("error") {
                        let reason = reason.as_str().map_or_else(|| reason.to_string(), str::to_owned);
                        return Err(Fault::Refused { request: line.to_string(), reason });
                    }
                    return Ok(answer);
                }
            }
        }
    }

    /// The next line as an object, with its text; none if there is none in time.
    fn next_line(&mut self, wait: std::time::Duration, during: &str) -> Result<Option<Message>, Fault> {
        match self.lines.recv_timeout(wait) {
            Ok(Line::Text(text)) => match serde_json::from_str(&text) {
                Ok(Value::Object(object)) => Ok(Some((object, text))),
                Ok(_) => Err(garbage_text(&text, "a line is a JSON object")),
                Err(error) => Err(garbage_text(&text, &error.to_string())),
            },
            Ok(Line::Bad { start, why }) => Err(garbage_text(&start, why)),
            Ok(Line::End) | Err(RecvTimeoutError::Disconnected) => Err(self.died(during)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
        }
    }

    fn died(&mut self, during: &str) -> Fault {
        self.input = None;
        let how = match wait_for(&mut self.child, std::time::Duration::from_secs(5)) {
            Some(status) => status.to_string(),
            None => {
                let _ = self.child.kill();
                "it closed its output, and did not end by itself".to_owned()
            }
        };
        self.closed = true;
        Fault::Died { during: format!("it was asked for `{during}`"), how }
    }

    fn note(&mut self, event: Map<String, Value>, text: &str) -> Result<(), Fault> {
        let wrong = |why: &str| garbage_text(text, why);
        let whole = |key: &str| {
            event.get(key).and_then(Value::as_u64).ok_or_else(|| wrong(&format!("`{key}` is a whole number from 0 on")))
        };
        let index = |key: &str| {
            whole(key).and_then(|index| u32::try_from(index).map_err(|_| wrong(&format!("there is no such {key}"))))
        };
        let session = || index("session");
        let state = |key: &str| {
            let name = event.get(key).and_then(Value::as_str);
            name.and_then(state_named).ok_or_else(|| wrong(&format!("`{key}` is the name of a state, as ASST_READY")))
        };
        let call = || whole("call");
        let what = match event.get("event").and_then(Value::as_str) {
            Some("session_changed") => {
                Notice::SessionChanged { session: session()?, from: state("from")?, to: state("to")? }
            }
            Some("call_waits") => Notice::CallWaits { call: call()? },
            Some("call_blocked") => Notice::CallBlocked { call: call()? },
            Some("call_offered") => Notice::CallOffered { call: call()?, session: session()? },
            Some("call_answered") => Notice::CallAnswered { call: call()?, session: session()? },
            Some("call_abandoned") => Notice::CallAbandoned { call: call()? },
            Some("call_arrived") => Notice::CallArrived { call: call()?, group: index("group")? },
            Some("session_created") => {
                Notice::SessionCreated { session: index("session")?, agent: index("agent")?, group: index("group")? }
            }
            Some("call_ended") => Notice::CallEnded { call: call()? },
            Some("over") => Notice::Over,
            _ => return Err(wrong("there is no such event")),
        };
        let at = Instant::from_nanos(whole("t")?);
        self.check_clock(at);
        self.events.push_back(Noticed { at, what });
        Ok(())
    }

    /// Compares the clock of the system with that of the run.
    fn check_clock(&mut self, at: Instant) {
        let (now, allowed) = match self.capabilities.time {
            Time::Virtual => (self.now, Duration::ZERO),
            Time::Wall => (self.pace.now(), self.limits.drift),
        };
        let off = i128::from(at.as_nanos()) - i128::from(now.as_nanos());
        // In virtual time an event may be later than the last request, up to the instant that is allowed.
        let ahead = self.capabilities.time == Time::Virtual && off > 0;
        if !ahead && off.unsigned_abs() > u128::from(allowed.as_nanos()) {
            let off_ms = (off / 1_000_000) as i64;
            if self.asides.drift.is_none_or(|(worst, _)| off_ms.abs() > worst.abs()) {
                self.asides.drift = Some((off_ms, now));
            }
        }
    }

    fn order(&mut self, request: &str, mut members: Value, now: Instant) -> Result<(), Fault> {
        self.now = self.now.max(now);
        if self.capabilities.time == Time::Wall {
            self.pace.note_lateness(now);
        }
        members["t"] = now.as_nanos().into();
        self.ask(request, members).map(|_| ())
    }

    fn taken(&mut self) -> Vec<Noticed> {
        self.events.drain(..).collect()
    }
}

impl TelephonySystem for Process {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn open(&mut self, center: &Header) -> Result<(), Fault> {
        let groups: Vec<Value> = center
            .groups
            .iter()
            .map(|group| json!({ "name": group.name, "queue": group.queue, "capacity": group.capacity }))
            .collect();
        let agents: Vec<Value> = center
            .agents
            .iter()
            .map(|agent| {
                json!({ "name": agent.name, "address": agent.address, "groups": agent.groups, "ranks": agent.ranks })
            })
            .collect();
        let members = json!({
            "start": center.start,
            "horizon_ns": center.horizon_ns,
            "routing": center.routing,
            "conventions": center.conventions,
            "beyond_plain": center.beyond_plain,
            "groups": groups,
            "agents": agents,
        });
        self.ask("open", members)?;
        self.pace.begin();
        Ok(())
    }

    fn measure_from(&mut self, now: Instant) -> Result<(), Fault> {
        self.order("measure_from", json!({}), now)
    }

    fn create_session(&mut self, agent: u32, group: u32, now: Instant) -> Result<(), Fault> {
        self.order("create_session", json!({ "agent": agent, "group": group }), now)
    }

    fn put_state(&mut self, session: u32, state: SessionState, now: Instant) -> Result<(), Fault> {
        self.order("put_state", json!({ "session": session, "state": state.name() }), now)
    }

    fn place_call(&mut self, call: u64, group: u32, now: Instant) -> Result<(), Fault> {
        self.order("place_call", json!({ "call": call, "group": group }), now)
    }

    fn answer(&mut self, session: u32, call: u64, now: Instant) -> Result<(), Fault> {
        self.order("answer", json!({ "session": session, "call": call }), now)
    }

    fn hang_up(&mut self, call: u64, then: SessionState, now: Instant) -> Result<(), Fault> {
        self.order("hang_up", json!({ "call": call, "then": then.name() }), now)
    }

    fn observe(&mut self, until: Instant) -> Result<Vec<Noticed>, Fault> {
        if !self.events.is_empty() {
            return Ok(self.taken());
        }
        if self.capabilities.time == Time::Virtual {
            let answer = self.ask("advance", json!({ "t": until.as_nanos() }))?;
            let Some(at) = answer.get("t").and_then(Value::as_u64).map(Instant::from_nanos) else {
                return Err(garbage(&Value::Object(answer), "the answer to `advance` has `t`, the time by then"));
            };
            let latest = self.events.back().map_or(at, |last| last.at);
            if at > until || at < self.now || latest > at {
                let off = i128::from(at.max(latest).as_nanos()) - i128::from(until.as_nanos());
                self.asides.drift = Some(((off / 1_000_000) as i64, until));
            }
            self.now = self.now.max(at.min(until));
            return Ok(self.taken());
        }
        // What is due is waited for in slices, so that an interrupt is seen.
        let wait = self.pace.until(until).min(std::time::Duration::from_millis(100));
        if let Some((line, text)) = self.next_line(wait, "events")? {
            if !line.contains_key("event") {
                let id = line.get("id").and_then(Value::as_u64).unwrap_or_default();
                self.faults.push(Fault::AnsweredTwice { id });
                return Ok(Vec::new());
            }
            self.note(line, &text)?;
        }
        Ok(self.taken())
    }

    fn statistics(&mut self, session: u32, now: Instant) -> Result<Counted, Fault> {
        let answer = self.ask("statistics", json!({ "session": session, "t": now.as_nanos() }))?;
        let line = Value::Object(answer);
        let statistics = Statistics::deserialize(&line).map_err(|error| garbage(&line, &error.to_string()))?;
        let Statistics { ended, statistics, exact } = statistics;
        Ok(Counted { ended, statistics, exact })
    }

    fn watch(&mut self) -> Result<Header, Fault> {
        let answer = self.ask("watch", json!({}))?;
        self.pace.begin();
        let center = answer.get("center").cloned().unwrap_or_default();
        let center: Center =
            serde_json::from_value(center).map_err(|error| garbage(&Value::Object(answer), &error.to_string()))?;
        let header = center.header(&self.capabilities.name);
        check_header(&header).map_err(|why| garbage(&Value::from("center"), &why))?;
        Ok(header)
    }

    fn now(&self) -> Instant {
        match self.capabilities.time {
            Time::Virtual => self.now,
            Time::Wall => self.pace.now(),
        }
    }

    fn faults(&mut self) -> Vec<Fault> {
        let mut faults = std::mem::take(&mut self.faults);
        faults.extend(self.asides.faults(&self.limits));
        faults
    }

    fn lateness(&self) -> Option<&Lateness> {
        (self.capabilities.time == Time::Wall).then(|| self.pace.lateness())
    }

    fn close(&mut self) -> Result<(), Fault> {
        if self.closed {
            return Ok(());
        }
        self.closed = true;
        let asked = self.ask("close", json!({}));
        self.input = None;
        let ended = wait_for(&mut self.child, self.limits.answer.min(std::time::Duration::from_secs(10)));
        if ended.is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        asked?;
        match ended {
            Some(status) if status.success() => Ok(()),
            Some(status) => Err(Fault::Died { during: "it was closed".to_owned(), how: status.to_string() }),
            None => Err(Fault::Silent { request: "the end of the program".to_owned(), after: 10 }),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.input = None;
        if self.child.try_wait().ok().flatten().is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// Lets an interrupt from the keyboard reach this program alone, which then takes leave of the other.
fn keep_from_interrupts(command: &mut Command) {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    #[cfg(windows)]
    {
        const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;
        std::os::windows::process::CommandExt::creation_flags(command, CREATE_NEW_PROCESS_GROUP);
    }
    #[cfg(not(any(unix, windows)))]
    let _ = command;
}

/// Waits for a program to end.
fn wait_for(child: &mut Child, most: std::time::Duration) -> Option<std::process::ExitStatus> {
    let started = std::time::Instant::now();
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        if started.elapsed() >= most {
            return None;
        }
        thread::sleep(std::time::Duration::from_millis(5));
    }
}

fn read_lines(output: ChildStdout, sender: &SyncSender<Line>) {
    let mut output = BufReader::new(output);
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let read = (&mut output).take(LONGEST_LINE + 1).read_until(b'\n', &mut bytes);
        let text = || String::from_utf8_lossy(&bytes).trim_end().to_owned();
        let line = match read {
            Ok(0) | Err(_) => Line::End,
            Ok(_) if bytes.len() as u64 > LONGEST_LINE => {
                Line::Bad { start: text(), why: "a line has at most 1,048,576 bytes" }
            }
            Ok(_) if !bytes.ends_with(b"\n") => Line::Bad { start: text(), why: "it ended within a line" },
            Ok(_) if std::str::from_utf8(&bytes).is_err() => Line::Bad { start: text(), why: "it is no UTF-8" },
            Ok(_) if bytes.iter().all(u8::is_ascii_whitespace) => continue,
            Ok(_) => Line::Text(text()),
        };
        let over = !matches!(line, Line::Text(_));
        if sender.send(line).is_err() || over {
            return;
        }
    }
}

fn garbage(line: &Value, why: &str) -> Fault {
    garbage_text(&line.to_string(), why)
}

fn garbage_text(text: &str, why: &str) -> Fault {
    const MOST: usize = 200;
    let mut line: String = text.chars().take(MOST).collect();
    if line.len() < text.len() {
        line.push('\u{2026}');
    }
    Fault::Garbage { line, why: why.to_owned() }
}
