use super::*;
use crate::acd::{AgentId, GroupId};
use crate::simulation::{Event, Observer, Origin};

fn scenario(routing: &str, agents: &str) -> Scenario {
    let text = format!(
        r#"
        horizon = "10m"
        [[group]]
        name = "Sales"
        arrivals = {{ rate = "0/h" }}
        talk = "10s"
        [[group]]
        name = "Help"
        arrivals = {{ rate = "0/h" }}
        talk = "10s"
        {agents}
        [routing]
        {routing}
        "#
    );
    crate::scenario::parse(&text, "test.toml".as_ref()).unwrap_or_else(|errors| panic!("{}", errors.render(80, false)))
}

const ANN_AND_BOB: &str = "
    [[agents]]
    name = \"Ann\"
    groups = [\"Help\", \"Sales\"]
    [[agents]]
    name = \"Bob\"
    groups = [\"Sales\"]
    [[agents]]
    name = \"Zoe\"
    groups = [\"Help\"]
    ";

fn at(secs: u64) -> Instant {
    Instant::START + Duration::from_secs(secs)
}

/// What an engine could tell, sound or not.
#[derive(Clone, Copy)]
enum Told {
    LogIn { agent: u32, sessions: [u32; 2] },
    Arrive { call: u64, group: u32 },
    Wait { call: u64, group: u32 },
    Answer { call: u64, group: u32, agent: u32, session: u32 },
    Done { call: u64, group: u32, session: u32 },
    GiveUp { call: u64, group: u32 },
}

fn explained(scenario: &Scenario, call: u64, told: &[(u64, Told)]) -> Explanation {
    let (asked, own) = (Control::default(), Control::default());
    let mut watch = Watch::new(scenario, 1, call, &asked, &own);
    let counted = true;
    for &(secs, told) in told {
        let (now, zero) = (at(secs), Duration::ZERO);
        let mut tell = |event: Event| watch.observe(now, &event);
        match told {
            Told::LogIn { agent, sessions } => {
                let groups = &scenario.agents[agent as usize].groups;
                for (&group, session) in groups.iter().zip(sessions) {
                    let (session, agent) = (SessionId(session), AgentId(agent));
                    tell(Event::SessionCreated { session, agent, group: GroupId(group as u32) });
                }
            }
            Told::Arrive { call, group } => tell(Event::CallArrived {
                class: 0,
                origin: Origin::Outside,
                call,
                group: GroupId(group),
                talk: Duration::from_secs(10),
                wrap_up: zero,
                patience: Duration::from_secs(60),
                counted,
            }),
            Told::Wait { call, group } => tell(Event::CallWaits { call, group: GroupId(group), counted }),
            Told::Answer { call, group, agent, session } => tell(Event::CallAnswered {
                arrived: Instant::START,
                called_back: false,
                call,
                group: GroupId(group),
                session: SessionId(session),
                agent: AgentId(agent),
                waited: zero,
                counted,
            }),
            Told::Done { call, group, session } => {
                let (group, session) = (GroupId(group), SessionId(session));
                tell(Event::TalkEnded { call, group, session, talk: zero, counted });
                tell(Event::WrapUpEnded { call, group, session, wrap_up: zero, counted });
            }
            Told::GiveUp { call, group } => {
                tell(Event::CallAbandoned {
                    call,
                    group: GroupId(group),
                    waited: zero,
                    arrived: Instant::START,
                    counted,
                });
            }
        }
    }
    watch.finish(at(600));
    watch.into_explanation().expect("the call arrives")
}

const SALES: u32 = 0;
const HELP: u32 = 1;
const ANN: u32 = 0;
const BOB: u32 = 1;

/// Ann and Bob are on calls 1 and 2, and call 3 of Sales begins to wait behind call 4 of Help that came before.
fn busy() -> Vec<(u64, Told)> {
    vec![
        (0, Told::LogIn { agent: ANN, sessions: [0, 1] }),
        (0, Told::LogIn { agent: BOB, sessions: [2, 0] }),
        (1, Told::Arrive { call: 1, group: SALES }),
        (1, Told::Answer { call: 1, group: SALES, agent: ANN, session: 1 }),
        (2, Told::Arrive { call: 2, group: SALES }),
        (2, Told::Answer { call: 2, group: SALES, agent: BOB, session: 2 }),
        (3, Told::Arrive { call: 3, group: HELP }),
        (3, Told::Wait { call: 3, group: HELP }),
        (4, Told::Arrive { call: 4, group: SALES }),
        (4, Told::Wait { call: 4, group: SALES }),
    ]
}

fn waiting(call: u64, group: u32, secs: u64) -> Waiting {
    Waiting { call, group: group as usize, since: at(secs) }
}

#[test]
fn what_agents_do_and_which_calls_are_ahead_is_known_when_the_call_arrives() {
    let found = explained(&scenario("", ANN_AND_BOB), 4, &busy());
    let on =
        |call, since, until| Doing::Talking(Busy { call, group: SALES as usize, since: at(since), until: at(until) });
    let doing: Vec<_> = found.agents.iter().map(|serving| (serving.agent, serving.doing)).collect();
    assert_eq!(doing, [(0, on(1, 1, 11)), (1, on(2, 2, 12))]);
    let ahead = Ahead { group: HELP as usize, agents: vec![ANN as usize], calls: vec![waiting(3, HELP, 3)] };
    assert_eq!(found.ahead, [ahead]);
    assert_eq!(found.end, End::StillWaiting { at: at(600) });
}

#[test]
fn an_agent_takes_what_has_waited_longer_and_then_the_call_itself() {
    let mut told = busy();
    told.extend([
        (11, Told::Done { call: 1, group: SALES, session: 1 }),
        (11, Told::Answer { call: 3, group: HELP, agent: ANN, session: 0 }),
        (12, Told::Done { call: 2, group: SALES, session: 2 }),
        (12, Told::Answer { call: 4, group: SALES, agent: BOB, session: 2 }),
    ]);
    let found = explained(&scenario("", ANN_AND_BOB), 4, &told);
    let freed = Freed::Done { call: 1 };
    let what = What::TookOther { agent: 0, freed, call: waiting(3, HELP, 3), why: WhyCall::WaitedLonger };
    assert_eq!(found.steps, [Step { at: at(11), what }]);
    let freed = Freed::Done { call: 2 };
    let end = End::Answered { at: at(12), agent: 1, session: SessionId(2), freed, waiting: 1, rule: None };
    assert_eq!(found.end, end);
}

#[test]
fn group_order_is_given_as_the_reason() {
    let scenario = scenario("call_selection = \"group-order\"", ANN_AND_BOB);
    let mut told = busy();
    // Call 5 comes later and is taken first all the same.
    told.extend([
        (5, Told::GiveUp { call: 3, group: HELP }),
        (6, Told::Arrive { call: 5, group: HELP }),
        (6, Told::Wait { call: 5, group: HELP }),
        (11, Told::Done { call: 1, group: SALES, session: 1 }),
        (11, Told::Answer { call: 5, group: HELP, agent: ANN, session: 0 }),
    ]);
    let found = explained(&scenario, 4, &told);
    let freed = Freed::Done { call: 1 };
    let took = What::TookOther { agent: 0, freed, call: waiting(5, HELP, 6), why: WhyCall::GroupOrder };
    let gave_up = What::GaveUp(waiting(3, HELP, 3));
    assert_eq!(found.steps, [Step { at: at(5), what: gave_up }, Step { at: at(11), what: took }]);
}

#[test]
fn what_is_against_the_rules_is_said_to_be() {
    let scenario = scenario("", ANN_AND_BOB);
    let mut told = busy();
    told.extend([
        (11, Told::Done { call: 1, group: SALES, session: 1 }),
        (11, Told::Answer { call: 4, group: SALES, agent: ANN, session: 1 }),
    ]);
    let found = explained(&scenario, 4, &told);
    assert!(matches!(found.end, End::Answered { rule: Some(3), waiting: 2, .. }), "{:?}", found.end);

    let mut told = busy();
    told.extend([
        (12, Told::Done { call: 2, group: SALES, session: 2 }),
        (13, Told::Done { call: 1, group: SALES, session: 1 }),
        (13, Told::Arrive { call: 5, group: SALES }),
        (13, Told::Answer { call: 5, group: SALES, agent: BOB, session: 2 }),
    ]);
    let found = explained(&scenario, 4, &told);
    let none = |at: Instant, agent, call| Step { at, what: What::TookNone { agent, freed: Freed::Done { call } } };
    let (freed, why) = (Freed::Idle { since: at(12) }, WhyCall::AgainstRule { rule: 4 });
    let took = What::TookOther { agent: 1, freed, call: waiting(5, SALES, 13), why };
    assert_eq!(found.steps, [none(at(12), 1, 2), none(at(13), 0, 1), Step { at: at(13), what: took }]);
}

#[test]
fn who_is_idle_is_in_the_order_of_the_routing() {
    let agents = "
        [[agents]]
        name = \"Ann\"
        groups = [\"Sales\"]
        ranks = [2]
        [[agents]]
        name = \"Bob\"
        groups = [\"Sales\"]
        [[agents]]
        name = \"Zoe\"
        groups = [\"Help\"]
        ";
    let told = [
        (0, Told::LogIn { agent: ANN, sessions: [0, 0] }),
        (0, Told::LogIn { agent: BOB, sessions: [1, 0] }),
        (1, Told::Arrive { call: 1, group: SALES }),
        (1, Told::Answer { call: 1, group: SALES, agent: ANN, session: 0 }),
    ];
    let order = |routing: &str| match explained(&scenario(routing, agents), 1, &told).end {
        End::AnsweredAtOnce { idle, .. } => idle.iter().map(|idle| idle.agent).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(order("agent_selection = \"longest-idle\""), [0, 1]);
    assert_eq!(order("agent_selection = \"lowest-rank\""), [1, 0]);
}
