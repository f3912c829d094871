//! Scenarios that are unusual in their handlers, or plain with several of them.

use super::*;

#[test]
fn a_handler_of_many_groups_and_one_without_agents_are_read_whole() {
    let many: String = (0..60)
        .map(|number| {
            let group = format!("A group of a long name, number {number}");
            format!(
                "[[group]]\nname = \"{group}\"\ntalk = \"1m\"\n[[agents]]\nname = \"{group}\"\ngroups = [\"{group}\"]\n\
                     log_out = \"+30m\"\n"
            )
        })
        .collect();
    let idle = "[[group]]\nname = \"Idle\"\nhandler = \"Elsewhere\"\narrivals = { rate = \"60/h\" }\ntalk = \"1m\"\n\
                guide = { after = \"10s\" }\n";
    let conventions = "[conventions]\nended_session = \"refused\"\nname_offsets = \"from-entry\"\n";
    let text = format!("horizon = \"1h\"\n{many}{idle}{conventions}");
    let scenario = parse(&text, "many.toml".as_ref()).unwrap_or_else(|errors| panic!("{}", errors.render(100, false)));
    let handlers = readings(&scenario);
    assert_eq!((handlers[0].groups.len(), handlers[0].agents.len(), handlers[0].addresses.len()), (60, 60, 60));
    assert_eq!(handlers[0].groups[59].queues[0].name, "A group of a long name, number 59 queue");
    let [session] = &handlers[0].agents[59].sessions[..] else { panic!("one session each") };
    assert_eq!((session.state, session.statistics.len()), (SessionState::SessionEnded.name(), 0), "TAPI tells nothing");
    let elsewhere = &handlers[1];
    assert_eq!((elsewhere.name.as_str(), elsewhere.agents.len(), elsewhere.addresses.len()), ("Elsewhere", 0, 0));
    let disposed = elsewhere.groups[0].queues[0].statistics.iter().find(|(name, _)| *name == "FinalDisposition");
    assert!(disposed.is_some_and(|&(_, calls)| calls > 10.0), "{disposed:?}");
    assert!(acdsim::report::handlers::text(&scenario, &handlers, 100).ends_with("It has no agents.\n"));
    // TAPI 3 finds it too.
    let mut tapi = Tapi::new(finished(&scenario).0.tapi(&scenario).expect("it was run"), "DESK-7", "ann");
    tapi.initialize().expect("both answer");
    assert_eq!(tapi.get_agent_handlers().expect("it is initialized").count(), 2);
}

#[test]
fn an_address_that_agents_of_two_handlers_share_is_usable_in_both() {
    let group = |name: &str| {
        format!("[[group]]\nname = \"{name}\"\nhandler = \"{name}\"\narrivals = {{ rate = \"60/h\" }}\ntalk = \"1m\"\n")
    };
    let agent = |name: &str, groups: &str, stay: &str| {
        format!("[[agents]]\nname = \"{name}\"\ngroups = [\"{groups}\"]\naddress = \"4101\"\n{stay}\n")
    };
    let agents = agent("Ann", "East", "log_out = \"+30m\"") + &agent("Ben", "West", "log_in = \"+30m\"");
    let text = format!("horizon = \"1h\"\n{}{}{agents}", group("East"), group("West"));
    let scenario =
        parse(&text, "shared.toml".as_ref()).unwrap_or_else(|errors| panic!("{}", errors.render(100, false)));
    for (handler, user) in readings(&scenario).iter().zip(["Ann", "Ben"]) {
        assert_eq!((&handler.addresses[..], handler.agents.len()), (&["4101".to_owned()][..], 1));
        let agent = &handler.agents[0];
        assert_eq!((agent.user.as_str(), agent.handle, agent.sessions[0].address_id), (user, 1, 0));
    }
}

#[test]
fn a_plain_scenario_stays_plain_and_is_written_with_its_handlers() {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let calls = "arrival_s,group,talk_s\n1,East,60\n2,West,30\n3,East,5\n";
    std::fs::write(directory.path().join("calls.csv"), calls).expect("a file can be written");
    let text = "horizon = \"1h\"\n\
        [[group]]\nname = \"East\"\nhandler = \"Berlin\"\narrivals = { recorded = \"calls.csv\" }\n\
        [[group]]\nname = \"West\"\narrivals = { recorded = \"calls.csv\" }\n\
        [[agents]]\nname = \"Ann\"\ngroups = [\"East\"]\n[[agents]]\nname = \"Ben\"\ngroups = [\"West\"]\n";
    let path = directory.path().join("plain.toml");
    let scenario = parse(text, &path).unwrap_or_else(|errors| panic!("{}", errors.render(100, false)));
    assert!(scenario.is_plain() && scenario.has_several_handlers());
    let written = acdsim::scenario::write(&scenario, "calls.csv").expect("its calls are recorded");
    assert_eq!(written.scenario.matches("handler = ").count(), 1, "the default goes without saying");
    let again = parse(&written.scenario, &path).unwrap_or_else(|errors| panic!("{}", errors.render(100, false)));
    assert_eq!(again, scenario);
    std::fs::write(&path, text).expect("a file can be written");
    let path = path.to_str().expect("it is UTF-8");
    // The last call of East waits for Ann, who talks with the first.
    assert!(printed(&["explain", path, "3"]).contains("Ann"));
}

#[test]
fn groups_of_two_handlers_are_verified_as_those_of_one() {
    let center = |name: &str, handler: &str| {
        format!(
            "[[group]]\nname = \"{name}\"\n{handler}\narrivals = {{ rate = \"60/h\" }}\n\
             talk = {{ distribution = \"exponential\", mean = \"2m\" }}\n\
             [[agents]]\nname = \"{name} agent\"\ncount = 4\ngroups = [\"{name}\"]\n"
        )
    };
    let directory = tempfile::tempdir().expect("a directory can be made");
    let path = directory.path().join("two.toml");
    let verified = |handler: &str| {
        let head = "horizon = \"8h\"\nverify = { precision = \"5%\" }\n";
        let text = format!("{head}{}{}", center("East", handler), center("West", ""));
        std::fs::write(&path, text).expect("a file can be written");
        printed(&["verify", path.to_str().expect("it is UTF-8")])
    };
    let two = verified("handler = \"Berlin\"");
    assert!(two.starts_with("two: pass in "), "{two}");
    assert_eq!(two, verified(""));
}
