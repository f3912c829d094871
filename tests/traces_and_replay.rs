//! Traces and their replay: what is read is what was written, what was damaged is refused, and the model does exactly what the
//! simulation did.

mod common;

use std::path::Path;

use acdsim::acd::SessionState;
use acdsim::random::Distribution;
use acdsim::replay::{
    Capabilities, Counted, Deviation, Fate, Fault, Gives, Model, Notice, Noticed, Played, Script, TelephonySystem,
    Time, Tolerance, capture, judge, play, record, scenario_of,
};
use acdsim::scenario::{Break, Scenario};
use acdsim::simulation::{Control, run};
use acdsim::time::{Duration, Instant};
use acdsim::trace::{Given, Header, Place, Problem, Recorder, Seen, TraceError, TraceReader, first_difference};
use assert_cmd::Command;
use common::check;
use common::scenarios::any_scenario;
use proptest::prelude::*;

const FILE: &str = "traces_and_replay";

/// The bytes of the trace of the first replication.
fn trace(scenario: &Scenario) -> Vec<u8> {
    let mut recorder = Recorder::new(scenario, 1, Vec::new()).unwrap();
    let finished = run(scenario, 1, &mut recorder, &Control::default()).unwrap();
    recorder.finish(&finished).unwrap()
}

fn reader(bytes: &[u8]) -> Result<TraceReader, TraceError> {
    TraceReader::new(bytes, Path::new("day.jsonl"))
}

fn script(bytes: &[u8]) -> Script {
    Script::of(reader(bytes).unwrap()).unwrap()
}

fn quickstart() -> Scenario {
    acdsim::scenario::read("scenarios/quickstart.toml".as_ref()).unwrap()
}

#[test]
fn the_model_does_and_counts_what_the_simulation_did() {
    let replay = |scenario: Scenario| {
        let script = script(&trace(&scenario));
        let mut model = Model::default();
        let played = play(&script, &mut model, &Control::default());
        prop_assert_eq!(&played.faults, &[]);
        if let Some(place) = played.seen.iter().zip(&script.seen).position(|(one, other)| one != other) {
            let around = place.saturating_sub(6)..place + 1;
            prop_assert_eq!(&played.seen[around.clone()], &script.seen[around], "{:#?}", script.given);
        }
        prop_assert_eq!(&played.seen, &script.seen);
        prop_assert_eq!(&played.totals, &script.totals);
        let judgement = judge(&script, &played, model.capabilities(), &Tolerance::NONE);
        prop_assert_eq!(&judgement.deviations, &[]);
        prop_assert_eq!(judgement.events, script.seen.len());
        Ok(())
    };
    check(FILE, "the_model_does_and_counts_what_the_simulation_did", 2_000, any_scenario(), replay);
}

/// Agents and two moments each.
type Picks = Vec<(prop::sample::Index, [prop::sample::Index; 2])>;

#[test]
fn breaks_and_ringing_are_played_as_the_simulation_has_them() {
    // Breaks that begin when something else happens, and end so too; telephones that ring for as long as that.
    let picks = proptest::collection::vec((any::<prop::sample::Index>(), any::<[prop::sample::Index; 2]>()), 0..8);
    let rings = proptest::collection::vec((any::<prop::sample::Index>(), any::<bool>()), 0..4);
    let property = |(mut scenario, picks, rings): (Scenario, Picks, Vec<(prop::sample::Index, bool)>)| {
        let mut times: Vec<Instant> = script(&trace(&scenario)).seen.iter().map(|&(at, _)| at).collect();
        times.push(Instant::START + Duration::from_nanos(scenario.horizon.as_nanos() / 3));
        let mut breaks: Vec<(usize, Break)> = picks
            .iter()
            .map(|(agent, moments)| {
                let [one, other] = moments.map(|moment| times[moment.index(times.len())]);
                let length = (one.max(other) - one.min(other)).max(Duration::from_nanos(1));
                (agent.index(scenario.agents.len()), Break { at: one.min(other), length })
            })
            .collect();
        breaks.sort_by_key(|(_, pause)| pause.at);
        for (agent, pause) in breaks {
            scenario.agents[agent].desk.breaks.push(pause);
        }
        for (agent, never_none) in rings {
            let agent = agent.index(scenario.agents.len());
            let longest = scenario.horizon.as_secs_f64() / 20.0;
            let ring = match never_none {
                true => Distribution::constant(longest / 2.0),
                false => Distribution::uniform(0.0, longest),
            };
            scenario.agents[agent].desk.ring = Some(ring.unwrap());
        }
        let script = script(&trace(&scenario));
        let played = played(&script);
        prop_assert_eq!(&played.faults, &[]);
        if let Some(place) = played.seen.iter().zip(&script.seen).position(|(one, other)| one != other) {
            let around = place.saturating_sub(6)..place + 1;
            prop_assert_eq!(&played.seen[around.clone()], &script.seen[around], "{:#?}", script.given);
        }
        prop_assert_eq!(&played.seen, &script.seen);
        prop_assert_eq!(&played.totals, &script.totals);
        Ok(())
    };
    let values = (any_scenario(), picks, rings);
    check(FILE, "breaks_and_ringing_are_played_as_the_simulation_has_them", 1_500, values, property);
}

#[test]
fn the_scenario_of_a_trace_does_what_was_traced() {
    let again = |scenario: Scenario| {
        let first = script(&trace(&scenario));
        let Ok(made) = scenario_of(&first) else { return Ok(()) };
        // Whoever never comes is not in it.
        prop_assume!(made.agents.len() == scenario.agents.len());
        let second = script(&trace(&made));
        prop_assert_eq!(&first.seen, &second.seen);
        prop_assert_eq!(&first.totals, &second.totals);
        Ok(())
    };
    check(FILE, "the_scenario_of_a_trace_does_what_was_traced", 500, any_scenario(), again);
}

#[test]
fn the_shipped_plain_scenarios_are_replayed_exactly() {
    for name in ["quickstart", "two-groups", "erlang-a", "bank-day"] {
        let scenario = acdsim::scenario::read(format!("scenarios/{name}.toml").as_ref()).unwrap();
        let script = script(&trace(&scenario));
        let played = play(&script, &mut Model::default(), &Control::default());
        assert_eq!((played.faults, played.totals), (vec![], script.totals), "{name}");
        assert!(played.seen == script.seen && !script.seen.is_empty(), "{name}");
    }
}

/// Reads all of a trace and says how it ended.
fn read(bytes: &[u8]) -> Result<u64, TraceError> {
    let mut trace = reader(bytes)?;
    for entry in trace.by_ref() {
        entry?;
    }
    Ok(trace.footer().expect("a whole trace has a footer").counts.calls)
}

/// The line and the words of a refusal.
fn refusal(bytes: &[u8]) -> (u64, String) {
    let error = read(bytes).expect_err("it is damaged");
    (error.line.unwrap(), error.problem.to_string())
}

#[test]
fn whatever_byte_of_a_trace_is_changed_it_is_refused() {
    let mut scenario = quickstart();
    scenario.horizon = Duration::from_secs(600);
    let bytes = trace(&scenario);
    assert!(read(&bytes).unwrap() > 10);
    let places = (0..bytes.len(), any::<u8>(), 0..4_u8);
    let property = |(place, byte, what): (usize, u8, u8)| {
        let mut damaged = bytes.clone();
        match what {
            0 if damaged[place] == byte => return Ok(()),
            0 => damaged[place] = byte,
            1 => drop(damaged.remove(place)),
            2 => damaged.insert(place, byte),
            _ => damaged.truncate(place),
        }
        // A carriage return before a line's end is what a copy may add.
        let harmless = damaged.get(place..place + 2) == Some(b"\r\n") && what == 2;
        prop_assert_eq!(read(&damaged).is_err(), !harmless);
        Ok(())
    };
    check(FILE, "whatever_byte_of_a_trace_is_changed_it_is_refused", 3_000, places, property);
}

#[test]
fn a_damaged_trace_is_refused_with_the_line_and_the_reason() {
    let bytes = trace(&quickstart());
    let text = String::from_utf8(bytes.clone()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let of = |lines: &[&str]| refusal(format!("{}\n", lines.join("\n")).as_bytes());
    // Altered.
    let altered = lines[99].replace("\"t\":", "\"t\":1");
    let mut changed = lines.clone();
    changed[99] = &altered;
    let (line, why) = of(&changed);
    assert!(line == 100 && why.contains("this line was altered"), "{line}: {why}");
    // Moved, and removed.
    changed = lines.clone();
    changed.swap(200, 201);
    assert_eq!(of(&changed).0, 201);
    changed.remove(300);
    changed.swap(200, 201);
    assert_eq!(of(&changed).0, 301);
    // Cut between lines, and within one.
    assert_eq!(of(&lines[..500]), (501, Problem::Truncated.to_string()));
    let (line, why) = refusal(&bytes[..bytes.len() - 7]);
    assert_eq!((line, why), (lines.len() as u64, Problem::Truncated.to_string()));
    // Something after the end.
    let more = [&bytes[..], b"{}\n"].concat();
    assert_eq!(refusal(&more), (lines.len() as u64 + 1, Problem::AfterEnd.to_string()));
    // Newer, and no trace at all.
    let newer = text.replacen("\"acdsim_trace\":1", "\"acdsim_trace\":2", 1);
    let (line, why) = refusal(newer.as_bytes());
    assert_eq!((line, why.as_str()), (1, "form 2 of traces is newer than this program, which reads up to form 1"));
    for none in ["", "hello\n", "{\"acdsim_trace\":true}\n"] {
        assert!(matches!(reader(none.as_bytes()), Err(TraceError { problem: Problem::NoTrace, .. })), "{none}");
    }
}

#[test]
fn what_does_not_follow_is_refused_though_its_checksum_is_right() {
    use acdsim::trace::{Ending, TraceWriter};

    let header = Header::of(&quickstart(), 1);
    let refused = |write: &dyn Fn(&mut TraceWriter<Vec<u8>>)| {
        let mut trace = TraceWriter::new(Vec::new(), &header).unwrap();
        write(&mut trace);
        refusal(&trace.finish(Ending::Complete, None).unwrap())
    };
    let call = |call, group| Given::CallArrives {
        call,
        group,
        class: None,
        origin: None,
        talk_ns: 1,
        wrap_up_ns: 0,
        patience_ns: None,
    };
    let second = Instant::from_nanos(1_000_000_000);
    assert_eq!(
        refused(&|trace| trace.given(second, &call(2, 0)).unwrap()).1,
        "call 2 arrives where call 1 is the next"
    );
    assert_eq!(
        refused(&|trace| trace.given(second, &call(1, 7)).unwrap()).1,
        "group 7 is none of the header's, which are numbered from 0 to 1"
    );
    let backwards = |trace: &mut TraceWriter<Vec<u8>>| {
        trace.given(second, &call(1, 0)).unwrap();
        trace.seen(Instant::START, &Seen::CallWaits { call: 1, group: 0 }).unwrap();
    };
    assert_eq!(refused(&backwards), (3, "the time runs backwards, from 1000000000 ns to 0 ns".to_owned()));
    assert_eq!(
        refused(&|trace| trace.seen(second, &Seen::CallWaits { call: 1, group: 0 }).unwrap()).1,
        "call 1 has not arrived"
    );
    assert_eq!(
        refused(&|trace| trace.seen(second, &Seen::CallRings { call: 1, session: 3 }).unwrap()).1,
        "call 1 has not arrived"
    );
    let after = Instant::from_nanos(header.horizon_ns);
    assert!(refused(&|trace| trace.given(after, &call(1, 0)).unwrap()).1.contains("is not before the end of the run"));
}

#[test]
fn the_first_difference_of_two_traces_is_found() {
    let scenario = quickstart();
    let one = trace(&scenario);
    let compare = |other: &[u8]| first_difference(reader(&one).unwrap(), reader(other).unwrap()).unwrap();
    assert_eq!(compare(&one), None);
    let mut seed = scenario.clone();
    seed.seed = 2;
    assert!(matches!(compare(&trace(&seed)).unwrap().place, Place::Header("seed", _)));
    // The same callers, and one agent who leaves an hour earlier.
    let script = script(&one);
    let mut other = script.clone();
    let place = other.given.iter().position(|(at, _)| at.as_nanos() > 3_600_000_000_000).unwrap();
    let at = other.given[place].0;
    other.given.insert(place, (at, Given::AgentLogsOut { agent: 3 }));
    let played = play(&other, &mut Model::default(), &Control::default());
    let bytes = record(&other, &played, "one leaves", Vec::new()).unwrap();
    let difference = compare(&bytes).unwrap();
    assert_eq!(difference.before.len(), 5);
    let Place::Entry(sides) = difference.place else { panic!("{difference:?}") };
    let [left, right] = *sides;
    assert_eq!(left.line, right.line);
    assert_eq!(right.entry, Some(acdsim::trace::Entry::Given(at, Given::AgentLogsOut { agent: 3 })));
}

/// What the model does when a trace is played against it.
fn played(script: &Script) -> Played {
    play(script, &mut Model::default(), &Control::default())
}

const CLOCKED: Capabilities = Capabilities {
    name: String::new(),
    time: Time::Wall,
    live: false,
    gives: Gives::ALL,
    exact: false,
    measures_from: false,
};

/// Two agents of whom the one logs in so much later than the other, and a call after that.
fn two_agents(first: &str, second: &str) -> Script {
    let text = format!(
        r#"
        horizon = "1h"
        [[group]]
        name = "Sales"
        arrivals = {{ recorded = "one-call.csv" }}
        talk = "3m"
        [[agents]]
        name = "Ann"
        groups = ["Sales"]
        log_in = "{first}"
        [[agents]]
        name = "Bob"
        groups = ["Sales"]
        log_in = "{second}"
        "#
    );
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("one-call.csv"), "arrival_s\n1800\n").unwrap();
    let path = directory.path().join("two.toml");
    std::fs::write(&path, text).unwrap();
    script(&trace(&acdsim::scenario::read(&path).unwrap()))
}

#[test]
fn by_the_clock_the_wrong_agent_is_a_deviation_where_the_trace_determines_who_it_is() {
    let tolerance = Tolerance { time: Duration::from_secs(2), calls: 0, rate: 0.05 };
    let judged = |gap: &str| {
        let (ann_first, bob_first) = (two_agents("+0m", gap), two_agents(gap, "+0m"));
        judge(&ann_first, &played(&bob_first), &CLOCKED, &tolerance)
    };
    let far = judged("+60s");
    let Some(Deviation::Routing(parting)) = far.deviations.first() else { panic!("{far:?}") };
    assert!(parting.determined && parting.call == 1, "{parting:?}");
    assert_eq!(parting.expected, Fate::Answered { agent: 0, group: 0 });
    assert_eq!(parting.found, Fate::Answered { agent: 1, group: 0 });
    // Within twice the tolerance a message's way makes the difference. Their sessions begin at other times all the same.
    let near = judged("+3s");
    assert!(near.parting.as_ref().is_some_and(|parting| !parting.determined), "{near:?}");
    assert!(!near.deviations.iter().any(|deviation| matches!(deviation, Deviation::Routing(_))), "{near:?}");
}

#[test]
fn by_the_clock_what_was_counted_is_compared_with_what_was_seen() {
    let script = script(&trace(&quickstart()));
    let tolerance = Tolerance { time: Duration::from_secs(1), calls: 0, rate: 0.01 };
    let mut played = played(&script);
    let judgement = judge(&script, &played, &CLOCKED, &tolerance);
    assert_eq!((judgement.deviations, judgement.parting), (vec![], None));
    played.totals[4].statistics.longest_time_to_answer += 1.5;
    let judgement = judge(&script, &played, &CLOCKED, &tolerance);
    assert!(
        matches!(
            &judgement.deviations[..],
            [Deviation::Statistic { session: 4, statistic: "LongestTimeToAnswer", .. }]
        ),
        "{:?}",
        judgement.deviations
    );
    // An event that was moved, and one that was lost.
    played.totals = script.totals.clone();
    let late = played.seen.iter().rposition(|(_, seen)| matches!(seen, Seen::TalkEnded { .. })).unwrap();
    played.seen[late].0 = played.seen[late].0 + Duration::from_secs(5);
    let lost = played.seen.iter().position(|(_, seen)| matches!(seen, Seen::SessionChanged { .. })).unwrap();
    played.seen.remove(lost);
    let deviations = judge(&script, &played, &CLOCKED, &tolerance).deviations;
    assert!(deviations.iter().any(|deviation| matches!(deviation, Deviation::Moved { .. })), "{deviations:?}");
    assert!(deviations.iter().any(|deviation| matches!(deviation, Deviation::Missing { .. })), "{deviations:?}");
}

fn acdsim(arguments: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("acdsim").unwrap();
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).assert()
}

fn said(assert: &assert_cmd::assert::Assert) -> String {
    let output = assert.get_output();
    String::from_utf8([&output.stdout[..], &output.stderr[..]].concat()).unwrap()
}

#[cfg(feature = "zstd")]
#[test]
fn a_compressed_trace_is_the_same_trace() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).display().to_string();
    let (plain, compressed) = (path("day.jsonl"), path("day.jsonl.zst"));
    acdsim(&["trace", "scenarios/quickstart.toml", "--output", &plain]).success();
    acdsim(&["trace", "scenarios/quickstart.toml", "--output", &compressed]).success();
    let bytes = [&plain, &compressed].map(|path| std::fs::metadata(path).unwrap().len());
    assert!(bytes[1] * 4 < bytes[0], "{bytes:?}");
    acdsim(&["trace", "diff", &plain, &compressed]).success().stdout("");
    // Reading does not go by the name; what was cut is refused.
    let renamed = path("renamed");
    std::fs::copy(&compressed, &renamed).unwrap();
    acdsim(&["replay", &renamed, "--adapter", "model"]).success();
    let whole = std::fs::read(&compressed).unwrap();
    std::fs::write(&renamed, &whole[..whole.len() / 2]).unwrap();
    acdsim(&["replay", &renamed, "--adapter", "model"]).code(2);
}

#[cfg(not(feature = "zstd"))]
#[test]
fn a_trace_is_not_compressed_by_a_program_without_that() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("day.jsonl.zst");
    let name = path.display().to_string();
    let refused = said(&acdsim(&["trace", "scenarios/quickstart.toml", "--output", &name]).code(3));
    assert!(refused.contains("without the feature `zstd`") && !path.exists(), "{refused}");
    std::fs::write(&path, b"\x28\xb5\x2f\xfd and so on").unwrap();
    let refused = said(&acdsim(&["replay", &name, "--adapter", "model"]).code(2));
    assert!(refused.contains("it is compressed by zstd"), "{refused}");
}

#[test]
fn the_commands_end_with_the_codes_that_are_documented() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).display().to_string();
    let (one, other) = (path("one.jsonl"), path("other.jsonl"));
    acdsim(&["trace", "scenarios/quickstart.toml", "--output", &one]).success();
    acdsim(&["trace", "scenarios/quickstart.toml", "--output", &other, "--replication", "2"]).success();
    acdsim(&["trace", "diff", &one, &one]).success().stdout("");
    let differ = said(&acdsim(&["trace", "diff", &one, &other]).code(1));
    assert!(differ.contains("the headers differ in `replication`"), "{differ}");
    let null = said(&acdsim(&["trace", "diff", &one, &one, "--format", "json"]).success());
    assert_eq!(null, "null\n");
    let passed = said(&acdsim(&["replay", &one, "--adapter", "model"]).success());
    assert!(passed.ends_with("468 figures compared\nPASSED\n"), "{passed}");

    // The verdict is a section of a report.
    let (verdict, page) = (path("verdict.json"), path("page.html"));
    acdsim(&["replay", &one, "--adapter", "model", "--json", &verdict]).success();
    acdsim(&["report", &verdict, "--output", &page]).success();
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains("8791 events and 468 figures of sessions are as they should be"), "{page}");

    // What is no trace, what the model does not play, what is not there, what runs elsewhere.
    let nothing = said(&acdsim(&["replay", "README.md", "--adapter", "model"]).code(2));
    assert!(nothing.contains("README.md, line 1: this is no trace"), "{nothing}");
    let whole = path("whole.jsonl");
    acdsim(&["trace", "scenarios/whole-center.toml", "--output", &whole]).success();
    let beyond = said(&acdsim(&["replay", &whole, "--adapter", "model"]).code(2));
    assert!(beyond.contains("the trace is of a scenario with ") && beyond.contains("transfers"), "{beyond}");
    acdsim(&["replay", &path("none.jsonl"), "--adapter", "model"]).code(2);
    acdsim(&["trace", "scenarios/none.toml", "--output", &path("x.jsonl")]).code(2);
    assert!(!directory.path().join("x.jsonl").exists());
    #[cfg(not(windows))]
    {
        for adapter in ["tapi3", "tapi2"] {
            let elsewhere = said(&acdsim(&["replay", &one, "--adapter", adapter]).code(2));
            assert!(elsewhere.contains("run on Windows"), "{elsewhere}");
        }
    }
    let live = said(&acdsim(&["capture", "--adapter", "tapi3", "--output", &path("y.jsonl")]).code(2));
    assert!(live.contains("live TAPI cannot be captured") && !directory.path().join("y.jsonl").exists(), "{live}");
    acdsim(&["replay", &one, "--adapter", "model", "--speed", "0"]).code(2);
    let program = said(&acdsim(&["replay", &one, "--adapter", "process"]).code(2));
    assert!(program.contains("has a program"), "{program}");
    let group = said(&acdsim(&["replay", &one, "--adapter", "model", "--dial", "Sale=1"]).code(2));
    assert!(group.contains("no group of that name"), "{group}");
    acdsim(&["trace", "scenarios/quickstart.toml", "--output", "README.md/day.jsonl"]).code(3);
}

/// A system that has the day of a trace of its own, and tells of it.
struct Watched {
    capabilities: Capabilities,
    script: Script,
    notices: Vec<Noticed>,
    now: Instant,
}

impl Watched {
    fn new(script: &Script) -> Self {
        let mut notices = Vec::new();
        let mut given = script.given.iter().peekable();
        let mut arrive = |until: Instant, notices: &mut Vec<Noticed>| {
            while let Some((at, what)) = given.next_if(|(at, _)| *at <= until) {
                if let Given::CallArrives { call, group, .. } = *what {
                    notices.push(Noticed { at: *at, what: Notice::CallArrived { call, group } });
                }
            }
        };
        for (at, seen) in &script.seen {
            arrive(*at, &mut notices);
            let what = match *seen {
                Seen::SessionCreated { session, agent, group } => Notice::SessionCreated { session, agent, group },
                Seen::SessionChanged { session, from, to } => Notice::SessionChanged { session, from, to },
                Seen::CallWaits { call, .. } => Notice::CallWaits { call },
                Seen::CallBlocked { call, .. } => Notice::CallBlocked { call },
                Seen::CallAnswered { call, session, .. } => Notice::CallAnswered { call, session },
                Seen::CallAbandoned { call, .. } => Notice::CallAbandoned { call },
                Seen::TalkEnded { call, .. } => Notice::CallEnded { call },
                _ => continue,
            };
            notices.push(Noticed { at: *at, what });
        }
        arrive(script.header.horizon(), &mut notices);
        notices.reverse();
        Watched { capabilities: CLOCKED, script: script.clone(), notices, now: Instant::START }
    }
}

impl TelephonySystem for Watched {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn watch(&mut self) -> Result<Header, Fault> {
        Ok(self.script.header.clone())
    }

    fn observe(&mut self, until: Instant) -> Result<Vec<Noticed>, Fault> {
        let next = self.notices.pop();
        self.now = next.as_ref().map_or(until, |notice| notice.at);
        Ok(next.into_iter().collect())
    }

    fn statistics(&mut self, session: u32, _now: Instant) -> Result<Counted, Fault> {
        let totals = &self.script.totals[session as usize];
        Ok(Counted { ended: totals.ended, statistics: totals.statistics, exact: totals.exact })
    }

    fn now(&self) -> Instant {
        self.now
    }

    fn close(&mut self) -> Result<(), Fault> {
        Ok(())
    }

    fn open(&mut self, _: &Header) -> Result<(), Fault> {
        unreachable!("it is watched")
    }

    fn measure_from(&mut self, _: Instant) -> Result<(), Fault> {
        unreachable!("it is watched")
    }

    fn create_session(&mut self, _: u32, _: u32, _: Instant) -> Result<(), Fault> {
        unreachable!("it is watched")
    }

    fn put_state(&mut self, _: u32, _: SessionState, _: Instant) -> Result<(), Fault> {
        unreachable!("it is watched")
    }

    fn place_call(&mut self, _: u64, _: u32, _: Instant) -> Result<(), Fault> {
        unreachable!("it is watched")
    }

    fn answer(&mut self, _: u32, _: u64, _: Instant) -> Result<(), Fault> {
        unreachable!("it is watched")
    }

    fn hang_up(&mut self, _: u64, _: SessionState, _: Instant) -> Result<(), Fault> {
        unreachable!("it is watched")
    }
}

#[test]
fn what_was_captured_is_played_as_it_was_seen() {
    let watch = |mut scenario: Scenario| {
        scenario.warm_up = Duration::ZERO;
        let script = script(&trace(&scenario));
        let length = Duration::from_nanos(script.header.horizon_ns);
        let captured = capture(&mut Watched::new(&script), length, &Control::default()).unwrap();
        prop_assert_eq!(captured.fault, None);
        prop_assert_eq!(&captured.script.seen, &script.seen);
        prop_assert_eq!(&captured.script.totals, &script.totals);
        let played = played(&captured.script);
        prop_assert_eq!(&played.faults, &[]);
        prop_assert_eq!(&played.seen, &script.seen);
        prop_assert_eq!(&played.totals, &script.totals);
        // As a file it is a whole trace.
        prop_assert!(read(&captured.script.write(Vec::new(), None).unwrap()).is_ok());
        Ok(())
    };
    check(FILE, "what_was_captured_is_played_as_it_was_seen", 500, any_scenario(), watch);
}
