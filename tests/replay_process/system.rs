//! A telephony system that speaks the protocol of the adapter `process`: the model behind it, with defects on request.

use std::io::{BufRead, Write};
use std::time::{Duration as Wall, Instant as Clock};

use acdsim::acd::SessionState;
use acdsim::replay::{Fault, Model, Notice, TelephonySystem};
use acdsim::time::{Duration, Instant};
use acdsim::trace::Header;
use serde_json::{Value, json};

/// The request at which protocols break.
const BREAKS_AT: u64 = 60;

struct System {
    model: Model,
    header: Header,
    defect: String,
    wall: bool,
    speed: f64,
    began: Clock,
    now: Instant,
    requests: u64,
    /// Where every request is noted.
    log: Option<std::fs::File>,
}

/// Answers requests until it is closed. `--wall` and `--live` are what it says of itself, the rest is its defect.
pub(crate) fn run(arguments: &[String]) {
    let has = |word: &str| arguments.iter().any(|argument| argument == word);
    let option = |word: &str| {
        let place = arguments.iter().position(|argument| argument == word)?;
        arguments.get(place + 1).cloned()
    };
    let header = option("--trace").expect("the trace that the header is of");
    let header = acdsim::trace::TraceReader::open(header.as_ref()).unwrap().header().clone();
    let mut system = System {
        model: Model::default(),
        header,
        defect: option("--defect").unwrap_or_default(),
        wall: has("--wall"),
        speed: 1.0,
        began: Clock::now(),
        now: Instant::START,
        requests: 0,
        log: option("--log").map(|path| std::fs::File::create(path).unwrap()),
    };
    let live = has("--live");
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        if let Some(log) = &mut system.log {
            writeln!(log, "{line}").unwrap();
        }
        let request: Value = serde_json::from_str(&line).unwrap();
        if !system.answer(&request, live) {
            return;
        }
    }
}

impl System {
    fn is(&self, defect: &str) -> bool {
        self.defect == defect
    }

    fn answer(&mut self, request: &Value, live: bool) -> bool {
        self.requests += 1;
        let due = self.requests == BREAKS_AT;
        let id = request["id"].clone();
        let mut answer = match self.carry_out(request, live) {
            Ok(members) => members,
            Err(reason) => json!({ "error": reason.to_string() }),
        };
        answer["id"] = id.clone();
        if due {
            match self.defect.as_str() {
                "dies" => std::process::exit(7),
                "hangs" => std::thread::sleep(Wall::from_secs(3_600)),
                "late" => std::thread::sleep(Wall::from_millis(2_500)),
                "garbage" => println!("Segmentation fault (core dumped)"),
                "out-of-order" => answer["id"] = (id.as_u64().unwrap() + 1).into(),
                "refuses" => answer = json!({ "id": id, "error": "the switch is full" }),
                "closes-output" => return false,
                _ => {}
            }
        }
        let asks_for_events = self.wall || request["request"] == "advance";
        if asks_for_events && request["request"] != "hello" && request["request"] != "close" {
            let told = self.tell();
            if request["request"] == "advance" {
                let until = request["t"].as_u64().unwrap();
                answer["t"] = if told { self.now.as_nanos() } else { until }.into();
                if !told {
                    self.now = Instant::from_nanos(until);
                }
            }
        }
        println!("{answer}");
        if due && self.is("twice") {
            println!("{answer}");
        }
        request["request"] != "close"
    }

    fn carry_out(&mut self, request: &Value, live: bool) -> Result<Value, Fault> {
        let number = |key: &str| request[key].as_u64().unwrap_or_default();
        let state = |key: &str| SessionState::ALL.into_iter().find(|state| request[key] == state.name()).unwrap();
        let kind = request["request"].as_str().unwrap();
        if self.wall {
            self.now = Instant::START + Duration::from_secs_f64(self.began.elapsed().as_secs_f64() * self.speed);
        } else if kind != "advance" {
            self.now = self.now.max(Instant::from_nanos(number("t")));
        }
        let now = self.now;
        match kind {
            "hello" => {
                self.speed = request["speed"].as_f64().unwrap();
                let protocol = if self.is("other-protocol") { 2 } else { 1 };
                return Ok(json!({ "hello": {
                    "protocol": protocol,
                    "system": "model on a wire 1",
                    "time": if self.wall { "wall" } else { "virtual" },
                    "live": live,
                    "exact": !self.wall,
                    "measures_from": true,
                    "events": ["session_changed", "call_waits", "call_answered", "call_abandoned"],
                } }));
            }
            "open" => {
                self.began = Clock::now();
                assert_eq!(request["groups"].as_array().unwrap().len(), self.header.groups.len());
                self.model.open(&self.header)?;
            }
            "measure_from" => self.model.measure_from(now)?,
            "create_session" => self.model.create_session(number("agent") as u32, number("group") as u32, now)?,
            "put_state" => self.model.put_state(number("session") as u32, state("state"), now)?,
            "place_call" => self.model.place_call(number("call"), number("group") as u32, now)?,
            "answer" => self.model.answer(number("session") as u32, number("call"), now)?,
            "hang_up" => self.model.hang_up(number("call"), state("then"), now)?,
            "advance" | "close" => {}
            "statistics" => {
                let mut counted = self.model.statistics(number("session") as u32, now)?;
                if self.is("counts-wrong") && number("session") == 2 {
                    counted.statistics.longest_time_to_answer += 1.0;
                }
                return Ok(json!({
                    "ended": counted.ended,
                    "statistics": counted.statistics,
                    "exact": counted.exact.filter(|_| !self.is("counts-wrong")),
                }));
            }
            other => panic!("there is no request {other}"),
        }
        Ok(json!({}))
    }

    /// Tells what has happened.
    fn tell(&mut self) -> bool {
        let notices = self.model.observe(self.now).unwrap_or_default();
        let told = !notices.is_empty();
        for notice in notices {
            let mut event = match notice.what {
                Notice::SessionChanged { session, from, to } => json!({
                    "event": "session_changed", "session": session, "from": from.name(), "to": to.name(),
                }),
                Notice::CallWaits { call } => json!({ "event": "call_waits", "call": call }),
                Notice::CallBlocked { call } => json!({ "event": "call_blocked", "call": call }),
                Notice::CallOffered { call, session } => {
                    let session = if self.is("offers-nobody") && call == 5 { 9_999 } else { session };
                    json!({ "event": "call_offered", "call": call, "session": session })
                }
                Notice::CallAnswered { call, session } => {
                    if self.is("loses-event") && call == 7 {
                        continue;
                    }
                    json!({ "event": "call_answered", "call": call, "session": session })
                }
                Notice::CallAbandoned { call } => json!({ "event": "call_abandoned", "call": call }),
            };
            let drifts = self.is("drifts") && self.requests > BREAKS_AT;
            event["t"] = if drifts { notice.at.as_nanos() / 2 } else { notice.at.as_nanos() }.into();
            println!("{event}");
        }
        told
    }
}
