//! `acdsim watch`.

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration as Real;

use clap::Args;
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event as Input, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::{Failure, output};
use crate::experiment::ReplicationError;
use crate::report::watch::{Look, board_text, draw_board, full_height};
use crate::scenario::{self, Scenario, moment_in};
use crate::simulation::Control;
use crate::time::Instant;
use crate::watch::{Board, Clock, Command, Screen, WatchError, board_at, watch};

/// So many columns are used where there is no terminal to fit.
const COLUMNS: u16 = 120;

/// Watch the center live on the terminal, as on a wallboard.
///
/// It shows the queues, what each agent does, the service level so far and what happened last, of
/// the very run that `acdsim run` makes of the same seed. With --at it prints the board of one
/// moment, for which it needs no terminal.
///
/// Keys: space pauses, s makes a step, + and - change the speed, 1 is real time, the arrows move
/// through the agents, q ends.
///
/// Examples:
///   acdsim watch scenarios/quickstart.toml
///   acdsim watch scenarios/bank-day.toml --from 10:00 --speed 10
///   acdsim watch scenarios/bank-day.toml --at 10:30
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Watch {
    /// The scenario file (TOML)
    scenario: PathBuf,
    /// The replication that is watched
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    replication: u32,
    /// Take this seed in place of the scenario's
    #[arg(long, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: Option<u64>,
    /// So many simulated seconds pass in one
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=i64::from(crate::watch::FASTEST)))]
    speed: u32,
    /// Begin to watch at this moment: "10:30", "2026-03-02T10:30" or "+90m"
    #[arg(long)]
    from: Option<String>,
    /// Begin with the clock held
    #[arg(long)]
    paused: bool,
    /// Print the board as it is at this moment
    #[arg(long, conflicts_with_all = ["from", "paused"])]
    at: Option<String>,
}

impl Watch {
    pub(super) fn execute(&self, control: &Arc<Control>) -> Result<(), Failure> {
        let mut scenario = scenario::read(&self.scenario)?;
        scenario.seed = self.seed.unwrap_or(scenario.seed);
        let scenario = scenario;
        if let Some(at) = &self.at {
            let at = moment(&scenario, "--at", at)?;
            let board = board_at(&scenario, self.replication, at, control)
                .map_err(|error| Failure::Replication(ReplicationError::Simulation(error)))?;
            let width = output::terminal_width().unwrap_or(COLUMNS);
            return output::print(board_text(&board, (width, full_height(&board, width))));
        }
        let from = self.from.as_ref().map_or(Ok(Instant::START), |from| moment(&scenario, "--from", from))?;
        if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
            let message =
                "watch needs a terminal to show the center and to read keys; --at MOMENT prints one board without";
            return Err(Failure::Argument(message.to_owned()));
        }
        let clock = Clock::new(from, self.speed);
        let clock = if self.paused { clock.paused() } else { clock };
        let wallboard = Wallboard {
            terminal: ratatui::try_init().map_err(Failure::Terminal)?,
            colour: console::colors_enabled(),
            control: Arc::clone(control),
        };
        watch(&scenario, self.replication, clock, wallboard, control).map_err(|error| match error {
            WatchError::Screen(error) => Failure::Terminal(error),
            WatchError::Simulation(error) => Failure::Replication(ReplicationError::Simulation(error)),
        })
    }
}

/// The moment of the run that an argument says.
fn moment(scenario: &Scenario, argument: &str, text: &str) -> Result<Instant, Failure> {
    moment_in(scenario, text).map_err(|why| Failure::Argument(format!("{argument} {text:?} {why}")))
}

/// The terminal as a screen, which is left as it was.
struct Wallboard {
    terminal: DefaultTerminal,
    colour: bool,
    control: Arc<Control>,
}

impl Screen for Wallboard {
    fn show(&mut self, board: &Board, clock: &Clock, first_agent: usize) -> io::Result<()> {
        let look = Look { colour: self.colour, first_agent };
        self.terminal.draw(|frame| draw_board(frame, board, Some(clock), look)).map(drop)
    }

    fn command(&mut self, wait: Real) -> io::Result<Option<Command>> {
        let until = std::time::Instant::now() + wait;
        while event::poll(until.saturating_duration_since(std::time::Instant::now()))? {
            match event::read()? {
                Input::Key(KeyEvent { code: KeyCode::Char('c'), modifiers: KeyModifiers::CONTROL, .. }) => {
                    self.control.stop();
                    return Ok(None);
                }
                Input::Key(key) if key.kind != KeyEventKind::Release => {
                    if let Some(command) = command_of(key.code) {
                        return Ok(Some(command));
                    }
                }
                _ => {}
            }
        }
        Ok(None)
    }
}

impl Drop for Wallboard {
    fn drop(&mut self) {
        ratatui::restore();
    }
}

fn command_of(key: KeyCode) -> Option<Command> {
    Some(match key {
        KeyCode::Char(' ' | 'p') => Command::Pause,
        KeyCode::Char('s') | KeyCode::Right => Command::Step,
        KeyCode::Char('+' | '=') => Command::Faster,
        KeyCode::Char('-') => Command::Slower,
        KeyCode::Char('1') => Command::RealTime,
        KeyCode::Char('j') | KeyCode::Down => Command::Down,
        KeyCode::Char('k') | KeyCode::Up => Command::Up,
        KeyCode::Char('q') | KeyCode::Esc => Command::Quit,
        _ => return None,
    })
}
