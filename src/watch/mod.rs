//! A run as it is watched: what a wallboard shows, kept up by the events, and the clock by which they are let happen.
//!
//! [`watch()`] observes a run and holds it up until the watcher's [`Clock`] has come to the next event. What the watcher sees and
//! types goes through a [`Screen`], so that a terminal is one screen and a test another.

mod board;
mod clock;

use std::collections::VecDeque;
use std::io;
use std::time::Duration as Real;

pub use board::{AgentBoard, Board, Doing, GroupBoard};
pub use clock::{Clock, FASTEST, SLOWEST};

use crate::scenario::Scenario;
use crate::simulation::{Control, Event, Observer, SimulationError, run};
use crate::time::Instant;

/// The time between two pictures.
pub const FRAME: Real = Real::from_millis(50);

/// What the watcher asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Hold the clock, or let it go on.
    Pause,
    /// While it is held: go on to the next instant at which something happens.
    Step,
    /// Twice as fast.
    Faster,
    /// Half as fast.
    Slower,
    /// As fast as life.
    RealTime,
    /// Show agents further down.
    Down,
    /// Show agents further up.
    Up,
    /// End.
    Quit,
}

/// Where a wallboard is shown, and where the watcher types.
pub trait Screen {
    /// Shows the board.
    ///
    /// # Errors
    ///
    /// If the device fails.
    fn show(&mut self, board: &Board, clock: &Clock, first_agent: usize) -> io::Result<()>;

    /// What the watcher asks for next, waiting for it at most so long.
    ///
    /// # Errors
    ///
    /// If the device fails.
    fn command(&mut self, wait: Real) -> io::Result<Option<Command>>;
}

/// Shows a replication on a screen, from a moment on at the clock's speed, until the watcher quits.
///
/// What was before the moment has happened when the watcher begins to look.
///
/// # Errors
///
/// If the screen or the run fails. That the watcher quits is no error.
pub fn watch<S: Screen>(
    scenario: &Scenario,
    replication: u32,
    clock: Clock,
    screen: S,
    control: &Control,
) -> Result<(), WatchError> {
    let mut watch = Watch {
        board: Board::new(scenario),
        clock,
        screen,
        control,
        first_agent: 0,
        awaited: VecDeque::new(),
        from: clock.now(),
        shown: None,
        quits: false,
        failure: None,
    };
    let ran = run(scenario, replication, &mut watch, control);
    match (watch.failure, ran) {
        (Some(failure), _) => Err(WatchError::Screen(failure)),
        (None, _) if watch.quits => Ok(()),
        (None, Err(error)) => Err(WatchError::Simulation(error)),
        // A short run may have come to its end before it looked whether it has to stop.
        (None, Ok(_)) => Err(WatchError::Simulation(SimulationError::Interrupted)),
    }
}

/// The board of a replication as it is at a moment, when all has happened that happens until then.
///
/// # Errors
///
/// If the run fails before.
///
/// ```
/// use acdsim::simulation::Control;
/// use acdsim::time::{Duration, Instant};
/// use acdsim::watch::board_at;
///
/// let scenario = acdsim::scenario::read("scenarios/quickstart.toml".as_ref())?;
/// let board = board_at(&scenario, 1, Instant::START + Duration::from_secs(3_600), &Control::default())?;
/// let totals = &board.totals()[0];
/// assert_eq!(totals.offered, totals.answered + totals.abandoned + board.groups()[0].waiting() as u64);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn board_at<'s>(
    scenario: &'s Scenario,
    replication: u32,
    at: Instant,
    control: &Control,
) -> Result<Board<'s>, SimulationError> {
    /// Sees what happens until a moment.
    struct Until<'s, 'c> {
        board: Board<'s>,
        at: Instant,
        own: &'c Control,
        control: &'c Control,
        is_over: bool,
    }

    impl Observer for Until<'_, '_> {
        fn observe(&mut self, now: Instant, event: &Event) {
            self.is_over |= now > self.at;
            if self.is_over || self.control.is_stopped() {
                self.own.stop();
            } else {
                self.board.observe(now, event);
            }
        }
    }

    // What stops this run must not stop the caller's others, so that it has a control of its own.
    let own = Control::default();
    let mut until = Until { board: Board::new(scenario), at, own: &own, control, is_over: false };
    match run(scenario, replication, &mut until, &own) {
        // A short run may have come to its end before it looked whether it has to stop.
        Ok(_) if control.is_stopped() && !until.is_over => return Err(SimulationError::Interrupted),
        Ok(_) => {}
        Err(SimulationError::Interrupted) if until.is_over => {}
        Err(error) => return Err(error),
    }
    until.board.advance(at);
    Ok(until.board)
}

/// Why a run could not be watched to its end.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The screen failed.
    #[error("the terminal: {0}")]
    Screen(io::Error),
    /// The run failed.
    #[error(transparent)]
    Simulation(SimulationError),
}

/// Holds a run up to the clock of who watches it.
struct Watch<'s, 'c, S> {
    board: Board<'s>,
    clock: Clock,
    screen: S,
    control: &'c Control,
    first_agent: usize,
    /// Commands that have been typed and not yet followed.
    awaited: VecDeque<Command>,
    /// The moment from which on it is watched.
    from: Instant,
    /// When the last picture was shown.
    shown: Option<std::time::Instant>,
    quits: bool,
    failure: Option<io::Error>,
}

impl<S: Screen> Watch<'_, '_, S> {
    fn is_over(&self) -> bool {
        self.quits || self.failure.is_some() || self.control.is_stopped()
    }

    /// Comes back when the clock is at `next`, or the watcher asks for it, or quits.
    fn wait_until(&mut self, next: Instant) {
        while !self.is_over() && next > self.from {
            let since = self.shown.map_or(Real::ZERO, |shown| shown.elapsed());
            if self.shown.is_none() || since >= FRAME {
                self.clock.advance(since);
                self.shown = Some(std::time::Instant::now());
                self.frame(next);
            } else if self.clock.now() < next {
                let wait = (FRAME - since).min(self.clock.real_time_to(next));
                if let Err(failure) = self.read(wait) {
                    self.failure = Some(failure);
                }
            }
            if self.clock.now() >= next {
                return;
            }
            self.follow(next);
        }
        if self.is_over() {
            self.control.stop();
        }
    }

    /// Shows the board as it is before `next`, and reads what was typed.
    fn frame(&mut self, next: Instant) {
        self.board.advance(self.clock.now().min(next));
        let shown = self.screen.show(&self.board, &self.clock, self.first_agent);
        if let Err(failure) = shown.and_then(|()| self.read(Real::ZERO)) {
            self.failure = Some(failure);
        }
        self.follow(next);
    }

    fn read(&mut self, mut wait: Real) -> io::Result<()> {
        while let Some(command) = self.screen.command(wait)? {
            self.awaited.push_back(command);
            wait = Real::ZERO;
        }
        Ok(())
    }

    fn follow(&mut self, next: Instant) {
        while let Some(command) = self.awaited.pop_front() {
            match command {
                Command::Quit => self.quits = true,
                Command::Down => self.first_agent = (self.first_agent + 1).min(self.board.agents().len() - 1),
                Command::Up => self.first_agent = self.first_agent.saturating_sub(1),
                Command::Step if self.clock.is_paused() && next < Instant::NEVER => {
                    // One instant a step: what else was typed waits for the next.
                    self.clock.step_to(next);
                    return;
                }
                command => self.clock.follow(command),
            }
        }
    }
}

impl<S: Screen> Observer for Watch<'_, '_, S> {
    fn observe(&mut self, now: Instant, event: &Event) {
        self.wait_until(now);
        if !self.is_over() {
            self.board.observe(now, event);
        }
    }

    fn finish(&mut self, end: Instant) {
        self.wait_until(end);
        self.board.finish(end);
        // The last picture stays until the watcher has seen it.
        self.wait_until(Instant::NEVER);
    }
}

#[cfg(test)]
mod tests;
