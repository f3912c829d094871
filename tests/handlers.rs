//! Scenarios with several agent handlers: each shows its own, the same as one handler for all would show of it.

use std::collections::BTreeMap;
use std::path::Path;

use acdsim::acd::SessionState;
use acdsim::acd::tapi2::constants::LINECALLPRIVILEGE_NONE;
use acdsim::acd::tapi2::message::{LineMessage, ReplyError};
use acdsim::acd::tapi2::service::LineService;
use acdsim::acd::tapi2::telephony::{HLine, RequestId, Telephony};
use acdsim::acd::tapi2::virtual_time::VirtualTapi;
use acdsim::acd::tapi2::{ApiVersion, LineError};
use acdsim::acd::tapi3::events::{TE_AGENT, TE_AGENTSESSION};
use acdsim::acd::tapi3::{AgentSessionEvent, Event, HResult, ITAgentHandler, Tapi};
use acdsim::report::handlers::{HandlerReading, Reading, read};
use acdsim::scenario::{Scenario, parse};
use acdsim::simulation::{Control, Fingerprint, Finished, run};
use assert_cmd::Command;
use serde_json::Value;

#[path = "handlers/scenarios.rs"]
mod scenarios;

const FILE: &str = "scenarios/two-handlers.toml";

fn text() -> String {
    std::fs::read_to_string(FILE).expect("the scenario is there").replace("\r\n", "\n")
}

/// The scenario with its two handlers.
fn apart() -> Scenario {
    parse(&text(), FILE.as_ref()).expect("it is sound")
}

/// The text of the same scenario with one handler for all.
fn united_text() -> String {
    let united: String =
        text().lines().filter(|line| !line.starts_with("handler")).flat_map(|line| [line, "\n"]).collect();
    assert_eq!(united.lines().count() + 3, text().lines().count(), "three groups name a handler");
    united
}

fn united() -> Scenario {
    parse(&united_text(), FILE.as_ref()).expect("it is sound")
}

fn finished(scenario: &Scenario) -> (Finished, u64) {
    let mut fingerprint = Fingerprint::default();
    let finished = run(scenario, 1, &mut fingerprint, &Control::default()).expect("it ends");
    (finished, fingerprint.value())
}

fn readings(scenario: &Scenario) -> Vec<HandlerReading> {
    let mut service = finished(scenario).0.tapi(scenario).expect("it was this scenario");
    read(&mut service).expect("every handler answers")
}

/// An application of TAPI 3 at the end of a run, and the two handlers that it finds.
macro_rules! desktop {
    ($tapi:ident, $handlers:ident) => {
        let scenario = apart();
        let mut $tapi = Tapi::new(finished(&scenario).0.tapi(&scenario).expect("it was run"), "DESK-7", "ann");
        assert_eq!($tapi.initialize(), Ok(HResult::S_OK));
        let listed = $tapi.get_agent_handlers().expect("it is initialized");
        assert_eq!(listed.count(), 2);
        let $handlers: [ITAgentHandler; 2] = [1, 2].map(|number| listed.item(number).expect("there are two"));
    };
}

#[test]
fn a_handler_is_known_by_a_name_and_a_guid_that_stay() {
    let handlers = apart().handlers();
    let known: Vec<_> = handlers.iter().map(|handler| (handler.name.as_str(), handler.guid().to_string())).collect();
    assert_eq!(
        known,
        [
            ("Berlin", "db3a2d47-1cb3-513d-8607-d7e85a558afb".to_owned()),
            ("Lyon", "d3045ddf-c2cf-575d-b6d8-0151a1c68936".to_owned()),
        ]
    );
    assert_eq!((&handlers[0].groups[..], handlers[0].agents.len()), (&[0, 1][..], 9));
    assert_eq!((&handlers[1].groups[..], &handlers[1].agents[..]), (&[2][..], &[9, 10, 11][..]));
    let one = united();
    let [all] = &one.handlers()[..] else { panic!("one handler") };
    assert_eq!((all.name.as_str(), all.groups.len(), all.agents.len()), ("Main ACD", 3, 12));
    assert!(apart().has_several_handlers() && !one.has_several_handlers());
}

#[test]
fn a_client_of_tapi_3_finds_two_handlers_with_their_own_objects() {
    desktop!(tapi, handlers);
    let expected = [
        ("Berlin", &["Sales", "Service"][..], &["Sales queue", "Service queue"][..], 9),
        ("Lyon", &["Overflow"][..], &["Overflow queue"][..], 3),
    ];
    let guids = apart().handlers().iter().map(|handler| handler.guid()).collect::<Vec<_>>();
    for (index, (name, groups, queues, addresses)) in expected.into_iter().enumerate() {
        let handler = handlers[index];
        assert_eq!(handler.get_name(&mut tapi).as_deref(), Ok(name));
        assert_eq!(handler.proxy_guid(&tapi), Ok(guids[index]));
        let listed = handler.enumerate_acd_groups(&mut tapi).expect("it answers").next(9).1;
        let names: Vec<String> = listed.iter().map(|group| group.get_name(&mut tapi).expect("it is there")).collect();
        assert_eq!(names, groups);
        let of_groups =
            listed.iter().flat_map(|group| group.enumerate_queues(&mut tapi).expect("it answers").next(9).1);
        let of_groups: Vec<_> = of_groups.collect();
        let names: Vec<String> =
            of_groups.iter().map(|queue| queue.get_name(&mut tapi).expect("it is there")).collect();
        assert_eq!(names, queues);
        let usable = handler.get_usable_addresses(&mut tapi).expect("it has a line");
        assert_eq!(usable.count(), addresses);
        assert!((1..=addresses).all(|number| usable.item(number).is_ok_and(|it| it.device_id() as usize == index)));
    }
    assert_eq!(tapi.get_addresses().expect("it is initialized").count(), 12);
}

#[test]
fn what_two_handlers_count_is_what_one_counts_of_the_same_run() {
    /// The statistics of all objects, by what the object is.
    fn by_object(handlers: &[HandlerReading]) -> BTreeMap<Vec<String>, (String, Vec<Reading>)> {
        let mut all = BTreeMap::new();
        for handler in handlers {
            for queue in handler.groups.iter().flat_map(|group| &group.queues) {
                all.insert(vec![queue.name.clone()], (String::new(), queue.statistics.clone()));
            }
            for agent in &handler.agents {
                let known = all.insert(vec![agent.user.clone()], (agent.state.to_owned(), agent.statistics.clone()));
                assert!(known.is_none(), "an agent is of one handler");
                for (number, session) in agent.sessions.iter().enumerate() {
                    let address = &handler.addresses[session.address_id as usize];
                    let key = vec![agent.user.clone(), session.group.clone(), address.clone(), number.to_string()];
                    all.insert(key, (session.state.to_owned(), session.statistics.clone()));
                }
            }
        }
        all
    }
    let (two, one) = (readings(&apart()), readings(&united()));
    assert_eq!((two.len(), one.len()), (2, 1));
    // Three queues, twelve agents; four and three of one session, and five with two sessions in each of two shifts.
    assert_eq!(by_object(&two).len(), 3 + 12 + 4 + 3 + 5 * 2 * 2);
    assert_eq!(by_object(&two), by_object(&one));
    let flowed = |handler: &HandlerReading, name: &str| {
        let statistics = handler.groups.iter().flat_map(|group| &group.queues).flat_map(|queue| &queue.statistics);
        statistics.filter(|(known, _)| *known == name).map(|(_, value)| value).sum::<f64>()
    };
    let (out, came) = (flowed(&two[0], "TotalCallsFlowedOut"), flowed(&two[1], "TotalCallsFlowedIn"));
    assert!(out > 0.0 && out == came, "calls go on from one handler to the other: {out} and {came}");
}

#[test]
fn the_run_does_not_depend_on_whose_the_groups_are() {
    assert_eq!(finished(&apart()).1, finished(&united()).1);
    let directory = tempfile::tempdir().expect("a directory can be made");
    let path = directory.path().join("two-handlers.toml");
    std::fs::write(&path, united_text()).expect("a file can be written");
    let files = |scenario: &Path, out: &str| -> BTreeMap<String, String> {
        let out = directory.path().join(out);
        let mut command = Command::cargo_bin("acdsim").expect("the program is built");
        let run = command.arg("run").arg(scenario).args(["--replications", "2", "--calls", "--events", "--out"]);
        run.arg(&out).assert().success();
        let names = ["calls", "events", "groups", "queues", "agents", "sessions", "intervals", "summary"];
        let read = |name: &str| std::fs::read_to_string(out.join(format!("{name}.csv"))).expect("it is there");
        names.map(|name| (name.to_owned(), read(name))).into()
    };
    let (apart, united) = (files(FILE.as_ref(), "apart"), files(&path, "united"));
    for name in ["calls", "events", "intervals", "summary"] {
        assert_eq!(apart[name], united[name], "{name}.csv");
    }
    for (name, groups) in [("groups", 1), ("queues", 2), ("agents", 1), ("sessions", 3)] {
        let mut csv = csv::Reader::from_reader(apart[name].as_bytes());
        let header = csv.headers().expect("there is one").clone();
        let column = header.iter().position(|column| column == "handler").expect("the handler is told");
        let without = |row: &csv::StringRecord| {
            let fields = row.iter().enumerate().filter(|&(number, _)| number != column);
            fields.map(|(_, field)| field.to_owned()).collect::<Vec<_>>()
        };
        let mut rows = vec![without(&header)];
        for row in csv.records() {
            let row = row.expect("it is CSV");
            // An agent of Lyon is called so, and so its group is not.
            let is_lyon = row[groups].starts_with("Lyon") || row[groups].starts_with("Overflow");
            assert_eq!(&row[column], if is_lyon { "Lyon" } else { "Berlin" }, "{name}: {row:?}");
            rows.push(without(&row));
        }
        let mut csv = csv::ReaderBuilder::new().has_headers(false).from_reader(united[name].as_bytes());
        let expected: Vec<Vec<String>> =
            csv.records().map(|row| row.expect("it is CSV").iter().map(str::to_owned).collect()).collect();
        assert!(rows == expected, "{name}.csv has other rows");
    }
}

#[test]
fn an_object_of_another_handler_is_refused_in_tapi_3() {
    desktop!(tapi, handlers);
    let [berlin, lyon] = handlers;
    let group = |handler: ITAgentHandler, tapi: &mut _| handler.get_acd_groups(tapi).unwrap().item(1).ok();
    let address = |handler: ITAgentHandler, tapi: &mut _| handler.get_usable_addresses(tapi).unwrap().item(1).ok();
    let (sales, overflow) = (group(berlin, &mut tapi), group(lyon, &mut tapi));
    let (here, there) = (address(berlin, &mut tapi), address(lyon, &mut tapi));
    let agent = lyon.create_agent(&mut tapi).unwrap();
    let invalid = Err(HResult::E_INVALIDARG);
    assert_eq!(agent.create_session(&mut tapi, sales, there), invalid, "a group of Berlin");
    assert_eq!(agent.create_session(&mut tapi, overflow, here), invalid, "an address of Berlin");
    assert_eq!(agent.create_session(&mut tapi, sales, here), invalid);
    let session = agent.create_session(&mut tapi, overflow, there).expect("all are of Lyon");
    assert_eq!(agent.get_agent_sessions(&mut tapi).unwrap().item(1), Ok(session));
}

/// A line that a client has open on a device, and what the proxy there answers.
struct Line<C> {
    service: VirtualTapi<C>,
    line: HLine,
}

impl<C: Copy> Line<C> {
    fn open(mut service: VirtualTapi<C>, device: u32) -> Self {
        let telephony = service.telephony_mut();
        let app = telephony.initialize_ex("DESK-8", "bob");
        let line = telephony.open(app, device, ApiVersion::V2_2, 0, LINECALLPRIVILEGE_NONE, None).unwrap();
        Line { service, line }
    }

    fn ask(
        &mut self,
        start: impl FnOnce(&mut Telephony, HLine) -> Result<RequestId, LineError>,
    ) -> Result<(), LineError> {
        let request = start(self.service.telephony_mut(), self.line).expect("it is served");
        let now = self.service.now();
        self.service.wait(now);
        while let Some(message) = self.service.telephony_mut().get_message(self.line).unwrap() {
            match LineMessage::from(message) {
                LineMessage::Reply { request: of, result } if of == request.0 => {
                    return result.map_err(|error| match error {
                        ReplyError::Line(error) => error,
                        other => panic!("{other}"),
                    });
                }
                _ => {}
            }
        }
        panic!("it is answered")
    }
}

#[test]
fn an_object_of_another_handler_is_unknown_to_the_line() {
    let answers = [
        ("inval-param", LineError::InvalParam),
        ("operation-failed", LineError::OperationFailed),
        ("inval-agent-id", LineError::InvalAgentId),
    ];
    for (answer, error) in answers {
        let mut scenario = apart();
        scenario.conventions.set("unknown_handle", answer).unwrap();
        let guid = |number: usize| scenario.groups[number].guid();
        let mut lyon = Line::open(finished(&scenario).0.tapi(&scenario).unwrap(), 1);
        // Berlin has nine agents and more than three sessions, Lyon three of each.
        let foreign = Err(error);
        assert_eq!(lyon.ask(|tapi, line| tapi.get_agent_info(line, 3, 1_000)), Ok(()));
        assert_eq!(lyon.ask(|tapi, line| tapi.get_agent_info(line, 4, 1_000)), foreign);
        assert_eq!(lyon.ask(|tapi, line| tapi.get_agent_session_list(line, 4, 1_000)), foreign);
        assert_eq!(lyon.ask(|tapi, line| tapi.set_agent_state_ex(line, 4, 2, 0)), foreign);
        assert_eq!(lyon.ask(|tapi, line| tapi.create_agent_session(line, 4, None, 0, guid(2))), foreign);
        assert_eq!(lyon.ask(|tapi, line| tapi.get_agent_session_info(line, 3, 1_000)), Ok(()));
        assert_eq!(lyon.ask(|tapi, line| tapi.get_agent_session_info(line, 4, 1_000)), foreign);
        assert_eq!(lyon.ask(|tapi, line| tapi.set_agent_session_state(line, 4, 2, 0)), foreign);
        // Groups, queues and addresses that are unknown are a wrong parameter under all conventions.
        let wrong = Err(LineError::InvalParam);
        assert_eq!(lyon.ask(|tapi, line| tapi.create_agent_session(line, 1, None, 0, guid(0))), wrong);
        assert_eq!(lyon.ask(|tapi, line| tapi.create_agent_session(line, 1, None, 3, guid(2))), wrong);
        assert_eq!(lyon.ask(|tapi, line| tapi.get_queue_list(line, guid(1), 1_000)), wrong);
        assert_eq!(lyon.ask(|tapi, line| tapi.get_queue_info(line, 0, 1_000)), Ok(()));
        assert_eq!(lyon.ask(|tapi, line| tapi.get_queue_info(line, 1, 1_000)), wrong);
    }
}

#[test]
fn a_change_is_told_on_the_line_of_its_handler_only() {
    desktop!(tapi, handlers);
    let [berlin, lyon] = handlers;
    tapi.put_event_filter(TE_AGENT | TE_AGENTSESSION);
    let app = tapi.service_mut().telephony_mut().initialize_ex("DESK-8", "bob");
    let lines = [0, 1].map(|device| {
        let telephony = tapi.service_mut().telephony_mut();
        telephony.open(app, device, ApiVersion::V2_2, 0, LINECALLPRIVILEGE_NONE, None).unwrap()
    });
    for (handler, line, other) in [(lyon, lines[1], lines[0]), (berlin, lines[0], lines[1])] {
        let agent = handler.create_agent(&mut tapi).unwrap();
        let group = handler.get_acd_groups(&mut tapi).unwrap().item(1).ok();
        let address = handler.get_usable_addresses(&mut tapi).unwrap().item(1).ok();
        let session = agent.create_session(&mut tapi, group, address).unwrap();
        session.put_state(&mut tapi, SessionState::Ready as i32).unwrap();
        let told: Vec<Event> = std::iter::from_fn(|| tapi.next_event()).collect();
        assert!(told.contains(&Event::AgentSession(session, AgentSessionEvent::NewSession)), "{told:?}");
        assert!(told.iter().all(|event| match *event {
            Event::AgentSession(of, _) => of == session,
            Event::Agent(of, _) => of == agent,
            _ => false,
        }));
        let telephony = tapi.service_mut().telephony_mut();
        assert_eq!(telephony.get_message(other), Ok(None));
        let mut heard = 0;
        while telephony.get_message(line).unwrap().is_some() {
            heard += 1;
        }
        assert!(heard >= 3, "an agent, a session and its state: {heard}");
    }
}

fn printed(arguments: &[&str]) -> String {
    let mut command = Command::cargo_bin("acdsim").expect("the program is built");
    let output = command.args(arguments).assert().success().stderr("").get_output().stdout.clone();
    String::from_utf8(output).expect("it is UTF-8")
}

#[test]
fn people_and_tools_see_each_handler_with_its_objects() {
    let arguments = |format| ["tapi", "handlers", "--scenario", FILE, "--format", format];
    insta::assert_snapshot!("handlers", printed(&arguments("text")));
    let json: Value = serde_json::from_str(&printed(&arguments("json"))).expect("it is JSON");
    let readings = readings(&apart());
    let handlers = json["handlers"].as_array().expect("a list");
    assert_eq!(handlers.len(), 2);
    for (number, (handler, reading)) in handlers.iter().zip(&readings).enumerate() {
        assert_eq!(handler["handler"], reading.name.as_str());
        assert_eq!(handler["guid"], reading.guid.to_string());
        assert_eq!(handler["device_id"], number);
        let lengths = ["addresses", "groups", "agents"].map(|key| handler[key].as_array().expect("a list").len());
        assert_eq!(lengths, [reading.addresses.len(), reading.groups.len(), reading.agents.len()]);
    }
    assert_eq!(handlers[1]["groups"][0]["queues"][0]["queue"], "Overflow queue");
    let session = &handlers[1]["agents"][2]["sessions"][0];
    assert_eq!(
        (&session["agent_session"], &session["group"], &session["address_id"]),
        (&3.into(), &"Overflow".into(), &2.into())
    );
    let calls = session["statistics"]["NumberOfCalls"].as_u64().expect("a count");
    assert!(calls > 0);
    let table = printed(&arguments("csv"));
    let mut csv = csv::Reader::from_reader(table.as_bytes());
    let rows: Vec<csv::StringRecord> = csv.records().map(|row| row.expect("it is CSV")).collect();
    let of_session = rows.iter().filter(|row| &row[0] == "Lyon" && &row[2] == "agent session" && &row[3] == "3");
    let found: Vec<_> = of_session.filter(|row| &row[7] == "NumberOfCalls").map(|row| row[8].to_owned()).collect();
    assert_eq!(found, [calls.to_string()]);
}

#[test]
fn a_result_says_whose_an_object_is_where_there_are_several_handlers() {
    let json = |file: &str| -> Value {
        serde_json::from_str(&printed(&["run", file, "--replications", "1", "--format", "json"])).expect("it is JSON")
    };
    let several = json(FILE);
    let names = several["handlers"].as_array().expect("a list").iter().map(|handler| handler["handler"].clone());
    assert_eq!(names.collect::<Vec<_>>(), ["Berlin", "Lyon"]);
    for (list, first, last) in
        [("groups", "Berlin", "Lyon"), ("queues", "Berlin", "Lyon"), ("agents", "Berlin", "Lyon")]
    {
        let list = several[list].as_array().expect("a list");
        assert_eq!((&list[0]["handler"], &list[list.len() - 1]["handler"]), (&first.into(), &last.into()));
    }
    let text = printed(&["run", FILE, "--replications", "1"]);
    assert!(
        text.contains("2 agent handlers:\n  Berlin: Sales, Service; 9 agents\n  Lyon: Overflow; 3 agents\n"),
        "{text}"
    );
    let one = json("scenarios/quickstart.toml").to_string();
    assert!(!one.contains("\"handler"), "what goes without saying is not said");
}

#[test]
fn handlers_are_those_of_a_scenario() {
    let mut command = Command::cargo_bin("acdsim").expect("the program is built");
    let refused = command.args(["tapi", "handlers"]).assert().code(2).stdout("");
    refused.stderr(predicates::str::contains("`handlers` are those of a scenario: name one with --scenario FILE"));
}
