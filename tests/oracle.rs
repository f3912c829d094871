//! The engine and its statistics against two independent judges, on random scenarios full of simultaneous events.
//!
//! [`naive`] is a second simulator, slow and plain, which must write the same call log. [`recount`] and [`dynamics`]
//! know nothing of simulation: they read the call log and recompute every statistic from it, and check that whoever
//! answered was the one who should.

mod common;
#[path = "oracle/dynamics.rs"]
mod dynamics;
#[path = "oracle/naive.rs"]
mod naive;
#[path = "oracle/recount.rs"]
mod recount;
#[path = "oracle/statistics.rs"]
mod statistics;

use acdsim::scenario::Scenario;
use acdsim::simulation::{Control, Event, Observer, run};
use acdsim::time::{Duration, Instant};
use common::scenarios::{any_scenario, recorded_scenario};
use common::{check, rows};
use naive::Fate;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

/// Notes what each call brings along, group by group.
struct Fates(Vec<Vec<Fate>>);

impl Observer for Fates {
    fn observe(&mut self, now: Instant, event: &Event) {
        if let Event::CallArrived { group, talk, wrap_up, patience, .. } = *event {
            self.0[group.0 as usize].push(Fate {
                arrival: now.as_nanos(),
                talk: talk.as_nanos(),
                wrap_up: wrap_up.as_nanos(),
                patience: (patience != Duration::MAX).then(|| patience.as_nanos()),
            });
        }
    }
}

/// The engine and the naive simulator, given the same calls, write the same call log and have the same sessions.
fn same_as_naive(scenario: &Scenario, fates: &[Vec<Fate>]) -> Result<(), TestCaseError> {
    let ran = common::run(scenario);
    let found = naive::simulate(scenario, fates);
    for (engine, naive) in ran.calls.lines().zip(found.calls.lines()) {
        prop_assert_eq!(engine, naive, "the engine's row is on the left");
    }
    prop_assert_eq!(ran.calls.len(), found.calls.len());
    let mut sessions: Vec<_> = ran
        .result
        .sessions
        .iter()
        .map(|session| {
            let started = session.statistics.started.as_nanos();
            let ended = session.ended.map(Instant::as_nanos);
            (session.session.0, naive::Session { agent: session.agent, group: session.group, started, ended })
        })
        .collect();
    sessions.sort_by_key(|&(number, _)| number);
    let sessions: Vec<_> = sessions.into_iter().map(|(_, session)| session).collect();
    prop_assert_eq!(sessions, found.sessions);
    Ok(())
}

#[test]
fn recorded_calls_go_as_in_the_naive_simulator() {
    check("oracle", "recorded_calls_go_as_in_the_naive_simulator", 1_200, recorded_scenario(), |mut scenario| {
        // What the record leaves open, the scenario leaves out, so that nothing is drawn.
        for group in &mut scenario.groups {
            group.patience = None;
        }
        let Some(fates) = naive::recorded_fates(&scenario) else { panic!("all is recorded") };
        same_as_naive(&scenario, &fates)
    });
}

#[test]
fn drawn_calls_go_as_in_the_naive_simulator() {
    check("oracle", "drawn_calls_go_as_in_the_naive_simulator", 1_200, any_scenario(), |scenario| {
        let mut fates = Fates(vec![Vec::new(); scenario.groups.len()]);
        run(&scenario, 1, &mut fates, &Control::default()).expect("it runs to its end");
        same_as_naive(&scenario, &fates.0)
    });
}

#[test]
fn every_statistic_can_be_recomputed_from_the_call_log() {
    check("oracle", "every_statistic_can_be_recomputed_from_the_call_log", 1_200, any_scenario(), |scenario| {
        let ran = common::run(&scenario);
        let rows = rows::parse(&ran.calls);
        let diaries = recount::diaries(&scenario, &rows);
        statistics::check(&scenario, &ran.result, &rows, &diaries)
    });
}

#[test]
fn agents_and_calls_find_each_other_as_they_should() {
    check("oracle", "agents_and_calls_find_each_other_as_they_should", 1_200, any_scenario(), |scenario| {
        let ran = common::run(&scenario);
        let rows = rows::parse(&ran.calls);
        let diaries = recount::diaries(&scenario, &rows);
        dynamics::check(&scenario, &rows, &diaries)
    });
}

/// The random scenarios are worth something only if what is hard happens in them.
#[test]
fn the_random_scenarios_have_what_is_hard_in_them() {
    use std::cell::{Cell, RefCell};
    let seen = RefCell::new(std::collections::BTreeMap::<&str, u32>::new());
    let all = Cell::new(0);
    check("oracle", "the_random_scenarios_have_what_is_hard_in_them", 400, any_scenario(), |scenario| {
        let ran = common::run(&scenario);
        let rows = rows::parse(&ran.calls);
        let diaries = recount::diaries(&scenario, &rows);
        all.set(all.get() + 1);
        let note = |what, happens: bool| *seen.borrow_mut().entry(what).or_default() += u32::from(happens);
        for outcome in ["waiting", "blocked", "abandoned", "talking", "wrapping_up", "completed"] {
            note(outcome, rows.iter().any(|row| row.outcome == outcome));
        }
        let some = |test: fn(&rows::Row) -> bool| rows.iter().any(test);
        note("a call that is not counted", some(|row| !row.counted));
        note("a talk of no length", some(|row| row.talk == Some(0)));
        note("a wrap-up of no length", some(|row| row.wrap_up == Some(0)));
        note("a patience of no length", some(|row| row.outcome == "abandoned" && row.wait == 0));
        note("an answer when the patience ends", some(|row| row.session.is_some() && row.patience == Some(row.wait)));
        note("two arrivals at once", rows.windows(2).any(|pair| pair[0].arrival == pair[1].arrival));
        let stays = || diaries.iter().flat_map(|diary| &diary.stays);
        note("a late log-out", stays().any(|stay| stay.ended.is_some_and(|ended| ended > stay.log_out)));
        let mut late = false;
        let mut skipped = false;
        for (agent, diary) in scenario.agents.iter().zip(&diaries) {
            let started = |at: i128| agent.shifts.iter().any(|shift| i128::from(shift.log_in.as_nanos()) == at);
            late |= diary.stays.iter().any(|stay| !started(stay.started));
            skipped |= diary.stays.len() < agent.shifts.len();
        }
        note("a late log-in", late);
        note("a shift that did not take place", skipped);
        note(
            "touching stays",
            diaries.iter().any(|diary| diary.stays.windows(2).any(|pair| pair[0].ended == Some(pair[1].started))),
        );
        Ok(())
    });
    for (what, times) in seen.into_inner() {
        assert!(40 * times >= all.get(), "{what} happens in {times} of {} scenarios", all.get());
    }
}
