//! Which agent takes a call and which call an agent takes: each policy by a trace, and reserved agents against the chain.

mod common;

use acdsim::experiment::ReplicationResult;
use acdsim::scenario::{AgentSelection, Scenario, ScoreWeights};
use acdsim::simulation::policy::{AgentPolicy, CallPolicy, CallToRoute, Policies, ReadyAgent, WaitingHead};
use acdsim::simulation::{Control, Ends, run_with};
use common::script::{assert_mean, calls, parse, results, script};

/// Three agents with skills and ranks of one group, and a selection.
fn three(selection: &str) -> Scenario {
    let agent =
        |name: &str, skill: f64| format!("[[agents]]\nname = \"{name}\"\ngroups = [\"G\"]\nskills = [{skill:?}]\n");
    parse(&format!(
        "horizon = \"10m\"\nrouting = {{ {selection} }}\n[[group]]\nname = \"G\"\narrivals = {{ rate = \"1/h\" }}\ntalk = \"1m\"\n\
         {}{}{}",
        agent("A", 1.0),
        agent("B", 3.0),
        agent("C", 2.0)
    ))
}

/// Who answers calls of ten seconds that arrive so, one letter each.
fn who_answers(scenario: &mut Scenario, arrivals: &[(f64, f64)]) -> String {
    calls(scenario, 0, arrivals);
    let story = script(scenario, 0);
    story
        .iter()
        .filter(|line| line.contains("answers"))
        .map(|line| line.chars().skip_while(|c| *c != 'A').nth(1).unwrap())
        .collect()
}

/// Calls of 10 s each 20 s: all agents are ready at each arrival.
const APART: [(f64, f64); 7] =
    [(0.0, 10.0), (20.0, 10.0), (40.0, 10.0), (60.0, 10.0), (80.0, 10.0), (100.0, 10.0), (120.0, 10.0)];

#[test]
fn each_selection_has_its_agent() {
    let answered = |selection: &str| who_answers(&mut three(&format!("agent_selection = \"{selection}\"")), &APART);
    assert_eq!(answered("longest-idle"), "0120120");
    assert_eq!(answered("round-robin"), "0120120");
    assert_eq!(answered("top-down"), "0000000");
    assert_eq!(answered("most-skilled"), "1111111");
    assert_eq!(answered("fewest-calls"), "0120120");
    assert_eq!(answered("least-occupied"), "0120120");
}

#[test]
fn selections_differ_where_talks_do() {
    // The first talk is long; the second and third are short, so that they end before it.
    let calls = [(0.0, 50.0), (1.0, 10.0), (2.0, 5.0), (60.0, 1.0), (70.0, 1.0), (80.0, 1.0)];
    let answered = |selection: &str| who_answers(&mut three(&format!("agent_selection = \"{selection}\"")), &calls);
    // Ready since 50, 11 and 7 s: C, B, A.
    assert_eq!(answered("longest-idle"), "012210");
    // In turn, whoever became ready first.
    assert_eq!(answered("round-robin"), "012012");
    // Busy for 50, 10 and 5 s: C stays the least occupied.
    assert_eq!(answered("least-occupied"), "012222");
    // One call each, then the one who has been ready longest.
    assert_eq!(answered("fewest-calls"), "012210");
}

#[test]
fn a_score_weighs_what_it_is_made_of() {
    let mut scenario = three("agent_selection = \"score\", score = { skill = 10, calls = -8 }");
    let skills_and_calls = who_answers(&mut scenario, &APART);
    // Scores 10, 30, 20; each call takes 8 away.
    assert_eq!(skills_and_calls, "1121201");
    scenario.routing.agent_selection = AgentSelection::Score(ScoreWeights { idle_s: 1.0, ..ScoreWeights::default() });
    assert_eq!(who_answers(&mut scenario, &APART), "0120120");
}

#[test]
fn by_lot_all_agents_have_equal_chances() {
    let mut scenario = three("agent_selection = \"random\"");
    let arrivals: Vec<(f64, f64)> = (0..3_000).map(|call| (f64::from(call) * 20.0, 10.0)).collect();
    scenario.horizon = acdsim::time::Duration::from_secs(60_000);
    let answered = who_answers(&mut scenario, &arrivals);
    for agent in ['0', '1', '2'] {
        // Five standard deviations of a binomial count, seed 1.
        let count = answered.chars().filter(|&other| other == agent).count() as f64;
        assert!((count - 1_000.0).abs() < 5.0 * (3_000.0_f64 * 2.0 / 9.0).sqrt(), "{agent}: {count}");
    }
}

#[test]
fn an_agent_takes_calls_only_after_the_delay() {
    let mut scenario = parse(
        r#"
        horizon = "10m"
        [[group]]
        name = "G"
        arrivals = { rate = "1/h" }
        talk = "1m"
        [[agents]]
        name = "A"
        groups = ["G"]
        [[agents]]
        name = "B"
        groups = ["G"]
        delays = ["30s"]
        "#,
    );
    calls(&mut scenario, 0, &[(0.0, 200.0), (10.0, 50.0), (60.0, 50.0), (85.0, 100.0)]);
    let story = script(&scenario, 1);
    let answers: Vec<&String> = story.iter().filter(|line| line.contains("answers")).collect();
    // B is free at 90 s, when the third has waited for 30 s; the fourth waits for its own 30 s, and B for the third.
    assert_eq!(answers, ["40 A1 answers call 2", "90 A1 answers call 3", "140 A1 answers call 4"]);
}

/// Two groups and one agent, who becomes free when one call of each group waits.
fn two_wait(routing: &str, first: &str, second: &str, arrivals: [f64; 2]) -> Vec<String> {
    let group = |name: &str, keys: &str| {
        format!("[[group]]\nname = \"{name}\"\narrivals = {{ rate = \"1/h\" }}\ntalk = \"1m\"\n{keys}\n")
    };
    let mut scenario = parse(&format!(
        "horizon = \"10m\"\nrouting = {{ {routing} }}\n{}{}[[agents]]\nname = \"A\"\ngroups = [\"G\", \"H\"]",
        group("G", first),
        group("H", second)
    ));
    calls(&mut scenario, 0, &[(0.0, 100.0), (arrivals[0], 10.0)]);
    calls(&mut scenario, 1, &[(arrivals[1], 10.0)]);
    script(&scenario, 100).into_iter().filter(|line| line.contains("answers")).collect()
}

#[test]
fn call_selections_compare_waits_weights_priorities_and_levels() {
    // The call of G arrives first and is number 2; that of H is number 3.
    let first_of = |routing: &str, g: &str, h: &str| {
        let answers = two_wait(routing, g, h, [20.0, 60.0]);
        assert_eq!(answers.len(), 2, "{answers:?}");
        if answers[0].ends_with("call 2") { 'G' } else { 'H' }
    };
    let longest = "call_selection = \"longest-waiting\"";
    assert_eq!(first_of(longest, "reserved_agents = 0", ""), 'G');
    assert_eq!(first_of(longest, "priority = 2", ""), 'H');
    let weighted = "call_selection = \"weighted\"";
    // 80 s against 40 s.
    assert_eq!(first_of(weighted, "", "weight = 1.9"), 'G');
    assert_eq!(first_of(weighted, "", "weight = 2.1"), 'H');
    let level = "call_selection = \"service-level\"";
    // One of two in time so far in G, none of one in H.
    assert_eq!(first_of(level, "service_level_target = \"80%\"", "service_level_target = \"20%\""), 'G');
    assert_eq!(first_of(level, "service_level_target = \"80%\"", "service_level_target = \"80%\""), 'H');
}

/// Whoever came last, and the newest call: policies of one's own.
struct Last;

impl AgentPolicy for Last {
    fn choose(&mut self, _call: &CallToRoute, ready: &[ReadyAgent]) -> Option<usize> {
        ready.len().checked_sub(1)
    }
}

impl CallPolicy for Last {
    fn choose(&mut self, _agent: acdsim::acd::AgentId, waiting: &[WaitingHead]) -> Option<usize> {
        (0..waiting.len()).min_by_key(|&index| waiting[index].waited)
    }
}

#[test]
fn a_policy_of_ones_own_decides() {
    let mut scenario = three("agent_selection = \"longest-idle\"");
    calls(&mut scenario, 0, &APART);
    let policies = Policies { agents: Some(Box::new(Last)), calls: Some(Box::new(Last)) };
    let ran = run_with(&scenario, &Ends::default(), 1, policies, &mut (), &Control::default()).unwrap();
    let answered: Vec<u64> = (0..3).map(|session| ran.at_horizon[session].calls).collect();
    assert_eq!(answered, [0, 0, 7]);
}

/// Two classes and no room to wait, one with a reserved agent: a birth-death chain, in which the class without the
/// reserved agents is accepted only while more than those are ready.
#[test]
fn reserved_agents_make_the_birth_death_chain_of_trunk_reservation() {
    let (agents, reserved, rates, ends) = (6_usize, 2_usize, [60.0, 60.0], 20.0);
    let scenario = parse(
        r#"
        horizon = "60h"
        warm_up = "1h"
        replications = 20
        [[group]]
        name = "Gold"
        arrivals = { rate = "60/h" }
        talk = { distribution = "exponential", mean = "3m" }
        queue_capacity = 0
        [[group]]
        name = "Other"
        arrivals = { rate = "60/h" }
        talk = { distribution = "exponential", mean = "3m" }
        queue_capacity = 0
        reserved_agents = 2
        [[agents]]
        name = "A"
        count = 6
        groups = ["Gold", "Other"]
        "#,
    );
    let mut weights = vec![1.0];
    for busy in 0..agents {
        let rate = rates[0] + if agents - busy > reserved { rates[1] } else { 0.0 };
        weights.push(weights[busy] * rate / ((busy + 1) as f64 * ends));
    }
    let all: f64 = weights.iter().sum();
    let blocked = [weights[agents] / all, weights[agents - reserved..].iter().sum::<f64>() / all];
    let results = results(&scenario);
    for (group, expected) in blocked.into_iter().enumerate() {
        let share = |result: &ReplicationResult| {
            let totals = &result.groups[group].totals;
            totals.blocked as f64 / totals.offered as f64
        };
        assert_mean(&scenario.groups[group].name, &results, share, expected, 0.03);
    }
}
