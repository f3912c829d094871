//! What the reader makes of good scenarios, and that no text makes it panic.

use std::path::Path;

use acdsim::acd::Conventions;
use acdsim::acd::conventions::{Hold, Rounding, SETTINGS};
use acdsim::random::Distribution;
use acdsim::scenario::{
    AgentSelection, Arrivals, CallSelection, Handling, RateStep, RecordedPatience, Scenario, Shift, parse, read,
};
use acdsim::time::{Duration, Instant};
use proptest::prelude::*;

const HOUR: u64 = 3_600;

fn at(secs: u64) -> Instant {
    Instant::from_nanos(secs * 1_000_000_000)
}

fn scenario(top: &str, arrivals: &str, agents: &str) -> Scenario {
    scenario_in(Path::new(""), top, arrivals, agents)
}

fn scenario_in(directory: &Path, top: &str, arrivals: &str, agents: &str) -> Scenario {
    let text = format!(
        "start = 2026-03-02T08:00:00\n{top}\n[[group]]\nname = \"A\"\narrivals = {{ {arrivals} }}\ntalk = \"1m\"\n\
         [[agents]]\nname = \"Ann\"\ngroups = [\"A\"]\n{agents}\n"
    );
    parse(&text, &directory.join("x.toml")).unwrap_or_else(|errors| panic!("{text}\n{}", errors.render(100, false)))
}

fn rates(scenario: &Scenario) -> Vec<(Instant, f64)> {
    match &scenario.groups[0].arrivals {
        Arrivals::Poisson(steps) => steps.iter().map(|&RateStep { from, per_second }| (from, per_second)).collect(),
        _ => panic!("the arrivals are a rate"),
    }
}

fn shifts(scenario: &Scenario) -> Vec<Vec<(Instant, Instant)>> {
    let shift = |shift: &Shift| (shift.log_in, shift.log_out);
    scenario.agents.iter().map(|agent| agent.shifts.iter().map(shift).collect()).collect()
}

#[test]
fn what_is_absent_has_its_default() {
    let text = "horizon = \"9h\"\n[[group]]\nname = \"A\"\narrivals = { rate = \"1/s\" }\ntalk = \"1m\"\n\
                [[agents]]\nname = \"Ann\"\ngroups = [\"A\"]\n";
    let scenario = parse(text, Path::new("some/desk.toml")).expect("it is sound");
    assert_eq!(scenario.name, "desk");
    assert_eq!(scenario.start.to_string(), "2026-01-05T00:00:00");
    assert_eq!((scenario.seed, scenario.replications), (1, 1));
    assert_eq!((scenario.warm_up, scenario.interval), (Duration::ZERO, Duration::from_secs(1_800)));
    assert_eq!(scenario.service_level_threshold, Duration::from_secs(20));
    let group = &scenario.groups[0];
    assert_eq!(group.queue, "A queue");
    let (talk, wrap_up) = (Distribution::constant(60.0).unwrap(), Distribution::constant(0.0).unwrap());
    assert_eq!(group.handling, Handling::Apart { talk, wrap_up });
    assert_eq!((group.patience.clone(), group.queue_capacity), (None, None));
    assert_eq!(rates(&scenario), [(Instant::START, 1.0)]);
    assert_eq!(scenario.agents[0].address, "Ann");
    assert_eq!(shifts(&scenario), [[(Instant::START, Instant::NEVER)]]);
}

#[test]
fn conventions_are_the_defaults_but_for_those_that_are_set() {
    let of = |table: &str| {
        let agents = format!("[conventions]\n{table}\n");
        scenario("horizon = \"9h\"", "rate = \"1/h\"", &agents).conventions
    };
    assert_eq!(of(""), Conventions::default());
    let conventions = of("hold = \"call-time\"\nseconds = \"nearest\"\nutc_offset_minutes = -360");
    assert_eq!((conventions.hold, conventions.seconds), (Hold::CallTime, Rounding::Nearest));
    let changed: Vec<_> = conventions.changed().map(|(name, answer)| format!("{name} = {answer}")).collect();
    assert_eq!(changed, ["seconds = nearest", "hold = call-time", "utc_offset_minutes = -360"]);
    // Every word of every question is one that the file may have.
    for convention in Conventions::DECLARED {
        for (word, _) in convention.answers {
            let set = of(&format!("{} = \"{word}\"", convention.name));
            assert_eq!(set.get(convention.name).as_deref(), Some(*word), "{}", convention.name);
        }
    }
    for setting in SETTINGS {
        for value in [setting.least, setting.most] {
            assert_eq!(of(&format!("{} = {value}", setting.name)).get(setting.name), Some(value.to_string()));
        }
    }
}

#[test]
fn rates_by_the_clock_repeat_every_day() {
    let steps = "rates = [{ from = \"09:00\", rate = \"1/s\" }, { from = \"18:00\", rate = \"2/s\" }]";
    let scenario = scenario("horizon = \"2d\"", steps, "");
    let expected = [(0, 0.0), (1, 1.0), (10, 2.0), (16, 0.0), (25, 1.0), (34, 2.0), (40, 0.0)];
    assert_eq!(rates(&scenario), expected.map(|(hour, rate)| (at(hour * HOUR), rate)));
}

#[test]
fn rates_that_began_before_the_run_hold_at_its_start() {
    let steps =
        "rates = [{ from = 2026-03-01T00:00:00, rate = \"1/s\" }, { from = 2026-03-02T10:00:00, rate = \"2/s\" }]";
    assert_eq!(rates(&scenario("horizon = \"9h\"", steps, "")), [(at(0), 1.0), (at(2 * HOUR), 2.0)]);
    assert_eq!(rates(&scenario("horizon = \"1h\"", steps, "")), [(at(0), 1.0)]);
}

#[test]
fn shifts_are_clipped_merged_and_repeated() {
    let of =
        |horizon: &str, agents: &str| shifts(&scenario(&format!("horizon = \"{horizon}\""), "rate = \"1/h\"", agents));
    let to = |from: u64, until: u64| (at(from * HOUR), at(until * HOUR));
    assert_eq!(of("9h", "log_in = \"07:00\"\nlog_out = \"12:00\""), [[to(0, 4)]]);
    assert_eq!(of("9h", "log_in = \"12:00\"\nlog_out = \"17:00\""), [[(at(4 * HOUR), Instant::NEVER)]]);
    assert_eq!(of("2d", "log_in = \"22:00\"\nlog_out = \"06:00\""), [[to(14, 22), to(38, 46)]]);
    assert_eq!(of("9h", "log_out = \"+90m\""), [[(at(0), at(5_400))]]);
    assert_eq!(of("2d", "log_in = \"07:00\""), [[(at(23 * HOUR), Instant::NEVER)]]);
    let touching = "shifts = [{ log_in = \"+2h\", log_out = \"+3h\" }, { log_in = \"+1h\", log_out = \"+2h\" }]";
    assert_eq!(of("9h", touching), [[to(1, 3)]]);
    assert_eq!(of("9h", "count = 2\nlog_out = \"09:00\""), [[to(0, 1)], [to(0, 1)]]);
}

#[test]
fn csv_files_are_relative_to_the_scenario() {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let file =
        |name: &str, text: &str| std::fs::write(directory.path().join(name), text).expect("a file can be written");

    file("demand.csv", "start,calls\n08:00,1800\n08:30,3600\n10:00,900\n");
    let forecast = scenario_in(directory.path(), "horizon = \"9h\"", "counts = \"demand.csv\"", "");
    let expected = [(0, 1.0), (1_800, 2.0), (3_600, 0.0), (7_200, 0.5), (9_000, 0.0)];
    assert_eq!(rates(&forecast), expected.map(|(secs, rate)| (at(secs), rate)));

    file("staff.csv", "start,agents\n+1h,2\n+2h,1\n+3h,3\n");
    let staffed = scenario_in(directory.path(), "horizon = \"9h\"", "rate = \"1/h\"", "staff = \"staff.csv\"");
    let hours = |from: u64, to: Option<u64>| (at(from * HOUR), to.map_or(Instant::NEVER, |to| at(to * HOUR)));
    assert_eq!(shifts(&staffed), [vec![hours(1, None)], vec![hours(1, Some(2)), hours(3, None)], vec![hours(3, None)]]);
    assert_eq!(staffed.agents[2].name, "Ann 3");

    file(
        "calls.csv",
        "arrival,arrival_s,talk_s,patience_s,patience_at_least_s\n2026-03-02T09:00:00.5,,12.000000001,3,\n\
         07:59,,1,,\n08:00:01,,,,4\n,0.25,,,\n,-3,,,\n",
    );
    let recorded = scenario_in(directory.path(), "horizon = \"9h\"", "recorded = \"calls.csv\"", "");
    let Arrivals::Recorded(calls) = &recorded.groups[0].arrivals else { panic!("the arrivals are recorded") };
    let arrivals: Vec<u64> = calls.iter().map(|call| call.arrival.as_nanos()).collect();
    assert_eq!(arrivals, [250_000_000, 1_000_000_000, 3_600_500_000_000]);
    assert_eq!(calls[2].talk, Some(Duration::from_nanos(12_000_000_001)));
    assert_eq!(calls[2].patience, RecordedPatience::Exactly(Duration::from_secs(3)));
    assert_eq!(calls[1].patience, RecordedPatience::AtLeast(Duration::from_secs(4)));
    assert_eq!((calls[0].patience, calls[0].talk), (RecordedPatience::Unknown, None));
}

#[test]
fn groups_share_a_file_of_recorded_calls() {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let calls = |text: &str| std::fs::write(directory.path().join("calls.csv"), text).expect("a file can be written");
    let group = |name: &str| format!("[[group]]\nname = \"{name}\"\narrivals = {{ recorded = \"calls.csv\" }}\n");
    let text = format!(
        "horizon = \"1h\"\n{}{}{}[[agents]]\nname = \"Ann\"\ngroups = [\"A\", \"B\", \"C\"]\n",
        group("A"),
        group("B"),
        group("C")
    );
    let read = || parse(&text, &directory.path().join("x.toml"));

    calls("arrival_s,group,talk_s\n2,A,1\n1,,2\n2,,3\n2,B,4\n2,A,5\n0,B,6\n");
    let scenario = read().expect("it is sound");
    let talks = |group: usize| {
        let Arrivals::Recorded(calls) = &scenario.groups[group].arrivals else { panic!("the arrivals are recorded") };
        calls.iter().map(|call| call.talk.expect("each has one").as_secs()).collect::<Vec<_>>()
    };
    assert_eq!([talks(0), talks(1), talks(2)], [vec![2, 1, 3, 5], vec![6, 2, 3, 4], vec![2, 3]]);

    calls("arrival_s,group,talk_s\n2,A,x\n1,D,2\n");
    let errors = read().expect_err("a talk time is wrong, and a group is not there");
    let messages: Vec<_> = errors.problems().iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(errors.total(), 2, "{messages:?}");
    assert!(messages[1].starts_with("`group` is `D`, which is no group"), "{messages:?}");

    calls("arrival_s,group,talk_s\n2,A,1\n1,B,\n3,C,1\n");
    let errors = read().expect_err("a talk time is missing");
    assert_eq!(errors.total(), 1);
    assert!(errors.problems()[0].help.as_ref().is_some_and(|help| help.contains("line 3 has no talk_s")));
}

#[test]
fn a_name_has_no_blanks_around_it() {
    let text = "horizon = \"1h\"\n[[group]]\nname = \"A \"\narrivals = { rate = \"1/s\" }\ntalk = \"1m\"\n\
                [[agents]]\nname = \" Ann\"\ngroups = [\"A \"]\n";
    let errors = parse(text, Path::new("x.toml")).expect_err("names have blanks around them");
    let messages: Vec<_> = errors.problems().iter().map(|problem| problem.message.as_str()).collect();
    let expected = ["`name` is `A `", "`name` is ` Ann`", "`groups` is `A `"];
    assert_eq!(messages, expected.map(|of| format!("{of}, which begins or ends with a blank")));
}

#[test]
fn the_quickstart_is_the_desk_that_its_comments_say() {
    let scenario = read(Path::new("scenarios/quickstart.toml")).expect("it is sound");
    assert_eq!((scenario.groups.len(), scenario.agents.len()), (2, 14));
    let load = |group: usize| {
        let Arrivals::Poisson(steps) = &scenario.groups[group].arrivals else { panic!("the arrivals are a rate") };
        steps[0].per_second
            * (scenario.groups[group].handling.mean_talk_s() + scenario.groups[group].handling.mean_wrap_up_s())
    };
    let occupancy = (load(0) + load(1)) / 14.0;
    assert!((0.85..0.90).contains(&occupancy), "{occupancy}");
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC*") {
        let _ = parse(&text, Path::new("x.toml")).map_err(|errors| errors.render(80, false));
    }

    #[test]
    fn no_mutated_scenario_panics(
        which in 0..3_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..12_usize, "[\\PC]{0,3}"), 1..6),
    ) {
        const NAMES: [&str; 3] = ["quickstart", "two-groups", "erlang-a"];
        let path = format!("scenarios/{}.toml", NAMES[which]);
        let mut text: Vec<char> = std::fs::read_to_string(&path).expect("it can be read").chars().collect();
        for (place, removed, inserted) in changes {
            let from = place.index(text.len());
            let to = (from + removed).min(text.len());
            text.splice(from..to, inserted.chars());
        }
        let text: String = text.into_iter().collect();
        if let Err(errors) = parse(&text, Path::new(&path)) {
            prop_assert!(errors.total() >= 1 && errors.problems().len() <= 20);
            prop_assert!(errors.render(80, false).contains(&path));
        }
    }
}

#[test]
fn ranks_shares_and_rooms_are_read() {
    let text = "horizon = \"9h\"\n[routing]\nagent_selection = \"lowest-rank\"\ncall_selection = \"group-order\"\n\
                [[group]]\nname = \"A\"\narrivals = { rate = \"1/s\" }\nhandle = \"100s\"\nwrap_up_share = \"20%\"\n\
                queue_capacity = 5\n[[group]]\nname = \"B\"\narrivals = { rate = \"1/s\" }\nhandle = \"1m\"\n\
                [[agents]]\nname = \"Ann\"\ngroups = [\"B\", \"A\"]\nranks = [2, 1]\n";
    let scenario = parse(text, Path::new("x.toml")).expect("it is sound");
    assert_eq!(scenario.routing.agent_selection, AgentSelection::LowestRank);
    assert_eq!(scenario.routing.call_selection, CallSelection::GroupOrder);
    let split =
        |secs: f64, wrap_up_share| Handling::Split { handle: Distribution::constant(secs).unwrap(), wrap_up_share };
    assert_eq!(scenario.groups[0].handling, split(100.0, 0.2));
    assert_eq!((scenario.groups[0].handling.mean_talk_s(), scenario.groups[0].handling.mean_wrap_up_s()), (80.0, 20.0));
    assert_eq!((&scenario.groups[1].handling, scenario.groups[1].queue_capacity), (&split(60.0, 0.0), None));
    assert_eq!(scenario.groups[0].queue_capacity, Some(5));
    assert_eq!((&scenario.agents[0].groups[..], &scenario.agents[0].ranks[..]), (&[1, 0][..], &[2, 1][..]));
}
