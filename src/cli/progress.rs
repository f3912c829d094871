//! How far long work has come, on a terminal and nowhere else.
//!
//! There is one line at most, at the bottom, drawn from the [`Control`] of the process: how many replications are done of those that are
//! planned, calls and calls a second, and how long it may take still. Whatever is printed meanwhile goes above it.

use std::io::{self, IsTerminal};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::terminal;
use crate::simulation::Control;

/// The line that is drawn, if one is.
static LINE: Mutex<Option<ProgressBar>> = Mutex::new(None);

fn line() -> Option<ProgressBar> {
    LINE.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Draws the line from now on, if there is a terminal and nobody has asked for quiet. `noun` is what is done one after the other.
pub(super) fn begin(control: &Arc<Control>, noun: &'static str) {
    if terminal::is_quiet() || !io::stderr().is_terminal() {
        return;
    }
    let control = Arc::clone(control);
    let work = move |state: &ProgressState, out: &mut dyn std::fmt::Write| {
        let _ = out.write_str(&said(&control, noun, state.elapsed().as_secs_f64()));
    };
    let style = ProgressStyle::with_template("{spinner} {work}").expect("the template is well formed");
    let bar =
        ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()).with_style(style.with_key("work", work));
    bar.enable_steady_tick(Duration::from_millis(200));
    *LINE.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar);
}

/// Takes the line away.
pub(super) fn end() {
    if let Some(bar) = LINE.lock().unwrap_or_else(PoisonError::into_inner).take() {
        bar.finish_and_clear();
    }
}

/// Prints something while the line is out of the way.
pub(super) fn aside<T>(print: impl FnOnce() -> T) -> T {
    match line() {
        Some(bar) => bar.suspend(print),
        None => print(),
    }
}

/// The line.
fn said(control: &Control, noun: &str, secs: f64) -> String {
    let (done, planned, calls) = (control.done(), control.planned(), control.calls());
    let mut parts = Vec::new();
    const WIDTH: u64 = 24;
    if let Some(full) = (WIDTH * done.min(planned)).checked_div(planned) {
        let bar = "━".repeat(full as usize) + &" ".repeat((WIDTH - full) as usize);
        parts.push(format!("{bar} {done}/{planned} {noun}"));
    } else if done > 0 {
        parts.push(format!("{done} {noun}"));
    }
    if calls > 0 {
        parts.push(rate(calls, secs));
    }
    match (done, planned) {
        // What is planned may grow where it depends on what was found.
        (1.., 1..) if done <= planned => {
            parts.push(format!("{} left", span(secs / done as f64 * (planned - done) as f64)));
        }
        _ => parts.push(span(secs)),
    }
    parts.join(", ")
}

/// Calls, and calls a second.
pub(super) fn rate(calls: u64, secs: f64) -> String {
    let unit = |number: f64| match number {
        0.0..1e3 => format!("{number:.0}"),
        1e3..1e6 => format!("{:.1} k", number / 1e3),
        _ => format!("{:.1} M", number / 1e6),
    };
    format!("{} calls, {}/s", unit(calls as f64), unit(calls as f64 / secs.max(1e-3)))
}

/// A time for people who wait.
fn span(secs: f64) -> String {
    let secs = secs.min(1e9) as u64;
    match secs {
        0..60 => format!("{secs} s"),
        60..3_600 => format!("{} min {} s", secs / 60, secs % 60),
        _ => format!("{} h {} min", secs / 3_600, secs % 3_600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_how_far_it_is_how_fast_and_how_long_still() {
        let control = Control::default();
        assert_eq!(said(&control, "replications", 2.0), "2 s");
        control.plan(40, 2);
        control.advance(10);
        assert_eq!(
            said(&control, "replications", 20.0),
            format!("{}{} 10/40 replications, 1 min 0 s left", "━".repeat(6), " ".repeat(18))
        );
        control.advance(30);
        assert!(said(&control, "replications", 20.0).ends_with("40/40 replications, 0 s left"));
    }

    #[test]
    fn what_has_no_end_in_sight_says_how_much_was_done() {
        let control = Control::default();
        control.advance(1_234);
        assert_eq!(said(&control, "runs", 4_000.0), "1234 runs, 1 h 6 min");
        assert_eq!(rate(1_500_000, 3.0), "1.5 M calls, 500.0 k/s");
        assert_eq!(rate(30, 0.5), "30 calls, 60/s");
    }
}
