//! Plans against what they have to hold: theory, exhaustive search, order, and what the plan's own scenario gives.

use super::shifts::Rules;
use super::{Plan, PlanTarget, Request, Targets, Verdict, plan};
use crate::analytic::{ServiceLevel, Target};
use crate::scenario::Scenario;
use crate::simulation::Control;

fn parse(text: &str) -> Scenario {
    crate::scenario::parse(text, "plan.toml".as_ref()).expect("it is sound")
}

fn level(share: f64) -> Targets {
    let level = Target::ServiceLevel { definition: ServiceLevel::OfOffered, within_s: 20.0, at_least: share };
    Targets::new(vec![PlanTarget::Mean(level)]).expect("a target")
}

/// A group with a rate a half hour each, whose callers give up after two minutes.
fn desk(rates: &[u32], more: &str) -> Scenario {
    let steps: Vec<String> = (0..)
        .zip(rates)
        .map(|(index, rate)| format!("{{ from = \"+{}m\", rate = \"{rate}/30min\" }}", 30 * index))
        .collect();
    parse(&format!(
        r#"
        start = 2026-03-02T08:00:00
        horizon = "{}m"
        seed = 5
        [[group]]
        name = "Calls"
        arrivals = {{ rates = [{}] }}
        talk = {{ distribution = "exponential", mean = "3m" }}
        patience = {{ distribution = "exponential", mean = "2m" }}
        {more}
        [[agents]]
        name = "Agent"
        count = 1
        groups = ["Calls"]
        "#,
        30 * rates.len(),
        steps.join(", ")
    ))
}

fn planned(scenario: &Scenario, request: Request) -> Plan {
    let request = Request { threads: 1, ..request };
    plan(scenario, &request, &Control::default()).expect("it can be planned")
}

#[test]
fn a_plan_holds_in_every_interval_and_one_agent_less_does_not() {
    let scenario = desk(&[20, 60, 90, 40, 10], "");
    let request = Request { replications: 60, ..Request::new(level(0.8)) };
    let plan = planned(&scenario, request);
    let model = plan.model();
    for (index, seen) in plan.seen.intervals.iter().enumerate() {
        assert_ne!(model.verdict(&seen[0]), Verdict::Missed, "interval {index} of {:?}", plan.levels);
    }
    assert!(plan.unreached.is_empty());
    // What was searched with says that no interval can do with one less.
    for index in 0..5 {
        let mut fewer = plan.levels.clone();
        fewer[0][index] -= 1;
        let seen = model.assess(&fewer, 1, 60, &Control::default()).expect("it runs");
        let holds = |seen: &super::Seen| model.verdict(seen) == Verdict::Held;
        let checked = model.assess(&fewer, 61, 60, &Control::default()).expect("it runs");
        let all = |seen: &super::Assessment| seen.intervals.iter().all(|groups| holds(&groups[0]));
        assert!(!all(&seen) || !all(&checked), "interval {index} of {:?} has one too many", plan.levels);
    }
}

#[test]
fn more_calls_and_stricter_targets_take_no_fewer_agents() {
    let hours = |rates: &[u32], share| {
        let plan = planned(&desk(rates, ""), Request { replications: 40, ..Request::new(level(share)) });
        plan.agent_hours(&plan.levels)
    };
    let base = hours(&[20, 60, 40], 0.8);
    assert!(hours(&[30, 80, 60], 0.8) >= base);
    assert!(hours(&[20, 60, 40], 0.95) > base);
}

#[test]
fn days_that_differ_make_the_target_less_probable_and_take_more_for_a_risk_level() {
    let rates = [40, 60, 60, 40];
    let request = |risk| Request { replications: 120, risk, next_agent: true, ..Request::new(level(0.8)) };
    let steady = planned(&desk(&rates, ""), request(None));
    // The same agents, on days that are busier or quieter by a third.
    let mut varied = desk(&rates, "");
    let text = "[[busyness]]\nshape = 10\n";
    let with_days = parse(&format!(
        "{}\n{text}",
        r#"
        start = 2026-03-02T08:00:00
        horizon = "120m"
        seed = 5
        [[group]]
        name = "Calls"
        arrivals = { rates = [{ from = "+0m", rate = "40/30min" }, { from = "+30m", rate = "60/30min" }, { from = "+90m", rate = "40/30min" }] }
        talk = { distribution = "exponential", mean = "3m" }
        patience = { distribution = "exponential", mean = "2m" }
        [[agents]]
        name = "Agent"
        count = 1
        groups = ["Calls"]
        "#
    ));
    let model = steady.model();
    varied.groups = with_days.groups.clone();
    varied.busyness = with_days.busyness.clone();
    varied.service_level_threshold = steady.scenario.service_level_threshold;
    let of_days = super::Model { scenario: &varied, ..model };
    let seen = of_days.assess(&steady.levels, 1, 120, &Control::default()).expect("it runs");
    let p = |seen: &super::Assessment| seen.days[0][0].p_met().expect("there are calls");
    assert!(p(&seen).high < p(&steady.seen).low, "{:?} {:?}", p(&seen), p(&steady.seen));

    let in_mean = planned(&with_days, request(None));
    let safe = planned(&with_days, request(Some(0.9)));
    assert!(safe.agent_hours(&safe.levels) > in_mean.agent_hours(&in_mean.levels));
    assert!(p(&safe.seen).share >= 0.85, "{:?}", p(&safe.seen));
    assert!(p(&safe.seen).share > p(&in_mean.seen).share);
    // One more agent is worth something, and more on days of which many are bad.
    let gain = |plan: &Plan| {
        let gains = plan.next.iter().map(|next| next.value.difference().mean);
        gains.fold(f64::NEG_INFINITY, f64::max)
    };
    assert_eq!(in_mean.next.len(), 4);
    assert!(gain(&in_mean) > gain(&safe) && gain(&safe) > 0.0);
}

#[test]
fn agents_who_stay_away_are_made_up_for() {
    let scenario = desk(&[60, 60], "");
    let all_come = planned(&scenario, Request { replications: 40, ..Request::new(level(0.8)) });
    let request = Request { replications: 40, shrinkage: Some(0.2), ..Request::new(level(0.8)) };
    let some_stay_away = planned(&scenario, request);
    let (there, scheduled) = (&all_come.levels[0], &some_stay_away.levels[0]);
    for (there, scheduled) in there.iter().zip(scheduled) {
        assert!(f64::from(*scheduled) >= f64::from(*there) / 0.8, "{there} {scheduled}");
    }
    assert_eq!(some_stay_away.by_formula[0][0], (f64::from(some_stay_away.formula[0][0]) / 0.8).ceil() as u32);
    assert!(some_stay_away.planned().agents.iter().all(|agent| agent.desk.absence == 0.2));
}

#[test]
fn without_a_shrinkage_the_agents_are_as_often_absent_as_the_scenario_says() {
    let mut scenario = desk(&[60, 60], "");
    scenario.agents[0].desk.absence = 0.2;
    let request = |shrinkage| Request { replications: 20, shrinkage, ..Request::new(level(0.8)) };
    let (own, said) = (planned(&scenario, request(None)), planned(&desk(&[60, 60], ""), request(Some(0.2))));
    assert_eq!((&own.levels, &own.by_formula), (&said.levels, &said.by_formula));
    assert_eq!(own.seen, said.seen);
    scenario.agents[0].desk.absence = 1.0;
    let refused = plan(&scenario, &request(None), &Control::default()).expect_err("nobody ever comes");
    assert_eq!(refused.to_string(), "the absence of the agents is 1; it is 0 or more and below 1");
}

/// Two groups with specialists, and generalists who serve both.
fn two_groups(sales: u32, help: u32) -> Scenario {
    parse(&format!(
        r#"
        start = 2026-03-02T08:00:00
        horizon = "2h"
        interval = "2h"
        seed = 11
        [[group]]
        name = "Sales"
        arrivals = {{ rate = "{sales}/h" }}
        talk = {{ distribution = "exponential", mean = "3m" }}
        patience = {{ distribution = "exponential", mean = "2m" }}
        [[group]]
        name = "Help"
        arrivals = {{ rate = "{help}/h" }}
        talk = {{ distribution = "exponential", mean = "4m" }}
        patience = {{ distribution = "exponential", mean = "2m" }}
        [[agents]]
        name = "Seller"
        groups = ["Sales"]
        [[agents]]
        name = "Helper"
        groups = ["Help"]
        [[agents]]
        name = "Senior"
        groups = ["Sales", "Help"]
        "#
    ))
}

#[test]
fn a_search_over_teams_finds_what_trying_all_finds() {
    for (sales, help, costs) in [(36, 30, [1.0, 1.0, 1.2]), (20, 40, [1.0, 1.3, 1.5]), (50, 15, [1.0, 1.0, 1.05])] {
        let scenario = two_groups(sales, help);
        let request = Request { replications: 40, ..Request::new(level(0.8)) };
        let found = planned(&scenario, request);
        let model = found.model();
        let control = Control::default();
        let mut assessor = super::assess::Assessor::new(&model, 1, 40, &control);
        let limits = super::search::Limits { costs: &costs, absences: &[0.0; 3], most: None };
        let levels = super::search::search(&mut assessor, &found.formula, limits).expect("it runs").0;
        let searched: Vec<u32> = levels.iter().map(|team| team[0]).collect();
        let cost = |levels: &[u32]| levels.iter().zip(costs).map(|(&level, cost)| f64::from(level) * cost).sum::<f64>();
        let holds = |levels: &[u32]| {
            let levels = levels.iter().map(|&level| vec![level]).collect();
            let seen = model.assess(&levels, 1, 40, &control).expect("it runs");
            seen.intervals[0].iter().all(|seen| model.verdict(seen) == Verdict::Held)
        };
        assert!(holds(&searched), "{searched:?} for {sales} and {help} calls an hour");
        // Nothing that costs less holds.
        let least = cost(&searched) - 1e-9;
        for (seller, helper, senior) in
            (0..8).flat_map(|one| (0..8).flat_map(move |two| (0..8).map(move |all| (one, two, all))))
        {
            let levels = [seller, helper, senior];
            let is_less = cost(&levels) < least && seller + helper + senior > 0;
            assert!(!(is_less && holds(&levels)), "searched {searched:?}, and {levels:?} costs less");
        }
    }
}

#[test]
fn so_many_agents_and_no_more() {
    let scenario = desk(&[20, 90, 20], "");
    let rules = Rules::parse("max_agents = 8").expect("they are sound");
    let plan = planned(&scenario, Request { replications: 20, rules, ..Request::new(level(0.8)) });
    assert_eq!(plan.unreached.iter().copied().collect::<Vec<_>>(), [1]);
    assert!(plan.levels[0].iter().all(|&level| level <= 8));
}

#[test]
fn the_same_plan_for_any_number_of_threads() {
    let scenario = desk(&[30, 50, 30], "");
    let request = |threads| Request { replications: 20, threads, ..Request::new(level(0.8)) };
    let plans =
        [1, 3].map(|threads| plan(&scenario, &request(threads), &Control::default()).expect("it can be planned"));
    assert_eq!(plans[0].levels, plans[1].levels);
    assert_eq!(plans[0].seen, plans[1].seen);
}

#[test]
fn each_interval_may_be_staffed_to_a_risk_level() {
    let scenario = desk(&[40, 60, 40], "");
    let request =
        |risk| Request { replications: 60, risk, risk_of: super::RiskOf::Interval, ..Request::new(level(0.8)) };
    let (in_mean, safe) = (planned(&scenario, request(None)), planned(&scenario, request(Some(0.8))));
    for (index, seen) in safe.seen.intervals.iter().enumerate() {
        assert!(seen[0].p_met().expect("there are calls").share >= 0.8, "interval {index} of {:?}", safe.levels);
    }
    assert!(safe.agent_hours(&safe.levels) > in_mean.agent_hours(&in_mean.levels));
}

#[test]
fn where_no_calls_are_expected_there_is_nothing_to_plan() {
    let request = Request { replications: 2, ..Request::new(level(0.8)) };
    let refused = plan(&desk(&[0, 0], ""), &request, &Control::default()).expect_err("there are no calls");
    assert!(refused.to_string().starts_with("no calls are expected in any interval that is open"), "{refused}");
}
