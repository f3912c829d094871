use std::cell::RefCell;
use std::rc::Rc;

use super::*;
use crate::acd::GroupId;
use crate::scenario::parse;
use crate::time::Duration;

const DESK: &str = r#"
horizon = "1h"
group = [{ name = "Sales", arrivals = { rate = "120/h" }, talk = "2m", wrap_up = "30s", patience = "3m" }]
agents = [{ name = "Agent", count = 4, groups = ["Sales"] }, { name = "Late", groups = ["Sales"], log_in = "00:30" }]
"#;

fn desk() -> Scenario {
    parse(DESK, "desk.toml".as_ref()).expect("it is sound")
}

fn at(secs: u64) -> Instant {
    Instant::START + Duration::from_secs(secs)
}

/// A watcher who types by the number of the picture, and notes what was shown.
struct Script {
    typed: Vec<(usize, Command)>,
    shown: Rc<RefCell<Vec<(Instant, u64)>>>,
    failure: Option<usize>,
}

impl Screen for Script {
    fn show(&mut self, board: &Board, clock: &Clock, _first_agent: usize) -> io::Result<()> {
        assert!(board.now() <= clock.now() || board.is_finished());
        self.shown.borrow_mut().push((board.now(), board.totals()[0].offered));
        if self.failure == Some(self.shown.borrow().len()) {
            return Err(io::Error::other("unplugged"));
        }
        Ok(())
    }

    fn command(&mut self, wait: Real) -> io::Result<Option<Command>> {
        std::thread::sleep(wait.min(FRAME));
        let shown = self.shown.borrow().len();
        let next = self.typed.iter().position(|&(picture, _)| picture <= shown);
        Ok(next.map(|next| self.typed.remove(next).1))
    }
}

fn watched(
    clock: Clock,
    typed: &[(usize, Command)],
    failure: Option<usize>,
) -> (Vec<(Instant, u64)>, Result<(), WatchError>) {
    let shown = Rc::default();
    let script = Script { typed: typed.to_vec(), shown: Rc::clone(&shown), failure };
    let result = watch(&desk(), 1, clock, script, &Control::default());
    (shown.take(), result)
}

#[test]
fn a_run_goes_by_the_clock_until_the_watcher_quits() {
    let (shown, result) = watched(Clock::new(Instant::START, 64), &[(6, Command::Quit)], None);
    result.unwrap();
    assert_eq!(shown.len(), 6);
    assert!(shown.is_sorted());
    // Six pictures are a quarter of a second, longer if the machine is busy.
    assert!(shown[5].0 > shown[0].0 && shown[5].0 < at(3_600));
}

#[test]
fn a_held_clock_stands_and_steps_from_instant_to_instant() {
    use Command::{Pause, Quit, Step};
    let clock = Clock::new(at(600), 1).paused();
    let (shown, _) = watched(clock, &[(4, Quit)], None);
    assert!(shown.iter().all(|&(now, _)| now == at(600)), "{shown:?}");

    let steps = [(1, Step), (2, Step), (3, Step), (6, Quit)];
    let (stepped, _) = watched(clock, &steps, None);
    let mut instants: Vec<Instant> = stepped.iter().map(|&(now, _)| now).collect();
    instants.dedup();
    assert_eq!(instants.len(), 4, "{stepped:?}");

    // Going on from a held clock: nothing that passed while it was held has passed for it.
    let (gone_on, _) = watched(clock, &[(4, Pause), (6, Quit)], None);
    assert!(gone_on[5].0 > at(600) && gone_on[5].0 < at(660), "{gone_on:?}");
}

#[test]
fn what_was_before_the_moment_has_happened_when_the_watcher_begins() {
    let (shown, _) = watched(Clock::new(at(1_800), 1).paused(), &[(1, Command::Quit)], None);
    let scenario = desk();
    let board = board_at(&scenario, 1, at(1_800), &Control::default()).unwrap();
    assert_eq!(shown, [(at(1_800), board.totals()[0].offered)]);
    assert!(board.totals()[0].offered > 30);
}

#[test]
fn the_last_board_stays_until_the_watcher_quits() {
    let (shown, result) = watched(Clock::new(at(3_599), FASTEST), &[(4, Command::Quit)], None);
    result.unwrap();
    assert_eq!(shown[3].0, at(3_600));
}

#[test]
fn a_screen_that_fails_ends_the_run() {
    let (shown, result) = watched(Clock::new(Instant::START, 64), &[], Some(3));
    assert_eq!(shown.len(), 3);
    assert!(result.unwrap_err().to_string().contains("unplugged"));
}

#[test]
fn a_stop_from_outside_is_an_interruption() {
    let control = Control::default();
    control.stop();
    let script = Script { typed: Vec::new(), shown: Rc::default(), failure: None };
    let result = watch(&desk(), 1, Clock::new(Instant::START, 1), script, &control);
    assert!(matches!(result, Err(WatchError::Simulation(SimulationError::Interrupted))));
    let board = board_at(&desk(), 1, at(1_800), &control).map(|board| board.now());
    assert_eq!(board, Err(SimulationError::Interrupted));
}

#[test]
fn speeds_have_bounds() {
    let mut clock = Clock::new(Instant::START, 0);
    clock.follow(Command::Slower);
    assert_eq!(clock.speed(), SLOWEST);
    (0..40).for_each(|_| clock.follow(Command::Faster));
    assert_eq!(clock.speed(), FASTEST);
    (0..10_000).for_each(|_| clock.advance(Real::from_secs(1_000_000)));
    assert!(clock.now() < Instant::NEVER);
    clock.follow(Command::RealTime);
    assert_eq!(clock.real_time_to(Instant::START), Real::ZERO);
}

/// At every moment the board agrees with the counts: who arrived and is nowhere else waits, and who talks has a call.
#[test]
fn the_board_agrees_with_the_counts_at_every_moment() {
    let scenario = desk();
    for minute in 0..=60 {
        let board = board_at(&scenario, 1, at(minute * 60), &Control::default()).unwrap();
        let totals = &board.totals()[0];
        let waiting = totals.offered - totals.answered - totals.abandoned;
        assert_eq!(board.groups()[0].waiting() as u64, waiting, "minute {minute}");
        assert_eq!(board.groups()[0].oldest().is_some(), waiting > 0);
        let talking = board.agents_of(GroupId(0), |doing| matches!(doing, Doing::Talking(_))) as u64;
        assert_eq!(talking, totals.answered - totals.talks, "minute {minute}");
        let wrapping = board.agents_of(GroupId(0), |doing| matches!(doing, Doing::WrapUp(_))) as u64;
        assert_eq!(wrapping, totals.talks - totals.wrap_ups, "minute {minute}");
        assert_eq!(board.agents().iter().map(AgentBoard::calls).sum::<u64>(), totals.answered);
        let there = board.agents_of(GroupId(0), |_| true);
        assert_eq!(there, if minute < 30 { 4 } else { 5 }, "minute {minute}");
    }
}
