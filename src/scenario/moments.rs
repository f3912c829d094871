//! Moments as people write them: a date and time, a clock of every day, or a time after the start of the run.

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time};

use super::Scenario;
use super::units::{self, LONGEST};
use crate::time::{Duration, Instant, NANOS_PER_SEC};

/// Nanoseconds in a day.
pub(crate) const DAY: i128 = 86_400 * NANOS_PER_SEC as i128;

/// A moment as it is written, before it is known when the run starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// That date and time.
    At(DateTime),
    /// That many nanoseconds after midnight, every day; at most 24 hours.
    Clock(i64),
    /// So long after the start of the run.
    After(Duration),
}

impl Moment {
    /// What kind of moment it is, for messages.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Moment::At(_) => "a date and time",
            Moment::Clock(_) => "a clock",
            Moment::After(_) => "a time after the start",
        }
    }
}

/// Why a text is not a moment, and what would be.
pub(crate) type MomentError = (String, String);

pub(crate) const MOMENT_HELP: &str = "write a clock of every day such as \"09:00\", a date and time such as \
     \"2026-03-02T09:00\", or a time after the start such as \"+90m\"";
pub(crate) const DATE_TIME_HELP: &str = "write a date and time without a time zone, such as \"2026-03-02T09:00\"";

/// The moment that a text says.
pub(crate) fn moment(text: &str) -> Result<Moment, MomentError> {
    let text = text.trim();
    if let Some(after) = text.strip_prefix('+') {
        return units::duration(after).map(Moment::After).map_err(|error| (error.message, error.help));
    }
    if text.get(4..5) == Some("-") {
        return date_time(text).map(Moment::At);
    }
    match clock(text) {
        Some(nanos) if nanos <= DAY as i64 => Ok(Moment::Clock(nanos)),
        Some(_) => Err(("is not a time of day".into(), "a clock is from 00:00 to 24:00".into())),
        None => Err(("is not a moment".into(), MOMENT_HELP.into())),
    }
}

/// The date and time that a text says.
pub(crate) fn date_time(text: &str) -> Result<DateTime, MomentError> {
    let wrong = |why: &str| (why.to_owned(), DATE_TIME_HELP.to_owned());
    let (day, time) = text.trim().split_once(['T', 't', ' ']).ok_or_else(|| wrong("is not a date and time"))?;
    if time.ends_with(['Z', 'z']) || time.contains(['+', '-', '[']) {
        return Err(wrong("has a time zone"));
    }
    let nanos = clock(time).ok_or_else(|| wrong("has no time of day after the date"))?;
    let date = calendar_day(day).ok_or_else(|| wrong("has no date such as 2026-03-02"))?;
    let date = date.ok_or_else(|| wrong("is a day that is not in the calendar"))?;
    let time = time_of(nanos).ok_or_else(|| wrong("has a time of day after 23:59"))?;
    Ok(date.to_datetime(time))
}

/// The date that a text says.
pub(crate) fn date(text: &str) -> Result<Date, MomentError> {
    let wrong = |why: &str| (why.to_owned(), "write a date such as \"2026-03-02\"".to_owned());
    let date = calendar_day(text.trim()).ok_or_else(|| wrong("is not a date"))?;
    date.ok_or_else(|| wrong("is a day that is not in the calendar"))
}

/// The day that a text such as 2026-03-02 says: none if it is not written so, none within if there is no such day.
fn calendar_day(text: &str) -> Option<Option<Date>> {
    let part = |range: std::ops::Range<usize>| text.get(range).and_then(|part| digits(part).map(|part| part as i16));
    let (year, month, day) = (part(0..4)?, part(5..7)?, part(8..10)?);
    let is_written_so = text.len() == 10 && &text[4..5] == "-" && &text[7..8] == "-";
    is_written_so.then(|| Date::new(year, month as i8, day as i8).ok())
}

fn time_of(nanos: i64) -> Option<Time> {
    let secs = nanos / NANOS_PER_SEC as i64;
    let part = |number: i64| i8::try_from(number).ok();
    Time::new(part(secs / 3_600)?, part(secs / 60 % 60)?, part(secs % 60)?, (nanos % NANOS_PER_SEC as i64) as i32).ok()
}

fn digits(text: &str) -> Option<i64> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// Nanoseconds since midnight of "09:00", "09:00:30" or "09:00:30.5"; at most 99 hours.
fn clock(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next());
    if parts.next().is_some() || hour.len() > 2 || minute.len() != 2 {
        return None;
    }
    let (hour, minute) = (digits(hour)?, digits(minute)?);
    let second = match second {
        None => 0,
        Some(second) => {
            let whole = second.split('.').next().filter(|whole| whole.len() == 2)?;
            digits(whole)?;
            i64::try_from(units::seconds(second).ok()?.as_nanos()).ok()?
        }
    };
    let limits = minute < 60 && second < 60 * NANOS_PER_SEC as i64;
    limits.then(|| (hour * 3_600 + minute * 60) * NANOS_PER_SEC as i64 + second)
}

/// The run that moments are placed in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    pub(crate) start: DateTime,
    pub(crate) horizon: Duration,
}

impl Run {
    /// Nanoseconds after the start of the run, negative before it; for a clock, on the day of the start.
    pub(crate) fn place(&self, moment: Moment) -> i128 {
        match moment {
            Moment::At(at) => at.duration_since(self.start).as_nanos(),
            Moment::Clock(nanos) => i128::from(nanos) - since_midnight(self.start),
            Moment::After(after) => i128::from(after.as_nanos()),
        }
    }

    /// Like [`Run::place`], but a clock that is past at the start is the next day's.
    pub(crate) fn place_first(&self, moment: Moment) -> i128 {
        match (moment, self.place(moment)) {
            (Moment::Clock(_), place) if place < 0 => place + DAY,
            (_, place) => place,
        }
    }

    /// When it is, for messages: what follows "the run".
    pub(crate) fn extent(&self) -> String {
        format!("begins at {} and lasts {}", self.start, units::spelled(self.horizon))
    }

    /// How many days the run may touch, and the one before it.
    pub(crate) fn days(&self) -> usize {
        (i128::from(self.horizon.as_nanos()) / DAY + 3) as usize
    }

    /// The windows that a day's (or the whole run's) windows make in the run, in order and clipped to it.
    ///
    /// `daily` repeats them every day, beginning with the day before the start. A window is from, to, what.
    pub(crate) fn windows<T: Copy>(
        &self,
        windows: &[(i128, i128, T)],
        daily: bool,
    ) -> impl Iterator<Item = (Instant, Instant, T)> {
        let days = if daily { -1..=self.days() as i128 - 2 } else { 0..=0 };
        days.flat_map(move |day| windows.iter().map(move |&(from, to, what)| (from + day * DAY, to + day * DAY, what)))
            .filter_map(|window| self.clip(window))
    }

    /// The part of a window, from, to, what, that is in the run; [`Instant::NEVER`] for one that reaches its end.
    pub(crate) fn clip<T>(&self, (from, to, what): (i128, i128, T)) -> Option<(Instant, Instant, T)> {
        let horizon = i128::from(self.horizon.as_nanos());
        (from < horizon && to > 0 && from < to).then(|| {
            let until = if to >= horizon { Instant::NEVER } else { Instant::from_nanos(to as u64) };
            (Instant::from_nanos(from.max(0) as u64), until, what)
        })
    }

    /// The days that the run touches, each with its midnight in nanoseconds after the start.
    pub(crate) fn dates(&self) -> impl Iterator<Item = (Date, i128)> {
        let horizon = i128::from(self.horizon.as_nanos());
        let midnight = |date: Date| (date, self.place(Moment::At(date.to_datetime(Time::midnight()))));
        std::iter::successors(Some(self.start.date()), |date| date.tomorrow().ok())
            .map(midnight)
            .take_while(move |&(_, midnight)| midnight < horizon)
    }
}

/// The moment of a scenario's run that a text says, as the scenario file writes moments: a clock, of the first day on which it is
/// in the run, a date and time, or a time after the start.
///
/// # Errors
///
/// What is wrong with the text, or that the moment is not in the run, and what would be right.
///
/// ```
/// use acdsim::scenario::moment_in;
///
/// let scenario = acdsim::scenario::read("scenarios/quickstart.toml".as_ref())?;
/// assert_eq!(moment_in(&scenario, "+90m").unwrap().as_nanos(), 90 * 60 * 1_000_000_000);
/// assert!(moment_in(&scenario, "noon").unwrap_err().starts_with("is not a moment"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn moment_in(scenario: &Scenario, text: &str) -> Result<Instant, String> {
    let moment = moment(text).map_err(|(message, help)| format!("{message}: {help}"))?;
    let run = Run { start: scenario.start, horizon: scenario.horizon };
    let place = run.place_first(moment);
    if !(0..=i128::from(scenario.horizon.as_nanos())).contains(&place) {
        return Err(format!("is not in the run, which {}", run.extent()));
    }
    Ok(Instant::from_nanos(place as u64))
}

/// The wall clock at an instant of a scenario's run, with as many decimals of the second as it takes; beyond the calendar, the seconds
/// after the start.
///
/// ```
/// use acdsim::scenario::wall_clock;
/// use acdsim::time::Instant;
///
/// let scenario = acdsim::scenario::read("scenarios/quickstart.toml".as_ref())?;
/// assert_eq!(wall_clock(&scenario, Instant::from_nanos(1_500_000_000)), "2026-03-02T09:00:01.5");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn wall_clock(scenario: &Scenario, instant: Instant) -> String {
    let nanos = SignedDuration::from_nanos(i64::try_from(instant.as_nanos()).unwrap_or(i64::MAX));
    match scenario.start.checked_add(nanos) {
        Ok(clock) => clock.to_string(),
        Err(_) => format!("{instant} s"),
    }
}

/// A place that no window reaches past: later than any horizon.
pub(crate) const FOREVER: i128 = LONGEST as i128 + DAY;

fn since_midnight(at: DateTime) -> i128 {
    at.duration_since(at.date().to_datetime(Time::midnight())).as_nanos()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::datetime;
    use proptest::prelude::*;

    const HOUR: i64 = 3_600 * NANOS_PER_SEC as i64;

    #[test]
    fn three_kinds_of_moments() {
        assert_eq!(moment("09:00"), Ok(Moment::Clock(9 * HOUR)));
        assert_eq!(moment("24:00"), Ok(Moment::Clock(24 * HOUR)));
        assert_eq!(moment("09:00:30.5"), Ok(Moment::Clock(9 * HOUR + 30_500_000_000)));
        assert_eq!(moment("2026-03-02T09:00"), Ok(Moment::At(datetime(2026, 3, 2, 9, 0, 0, 0))));
        assert_eq!(moment("2026-03-02 09:00:00.25"), Ok(Moment::At(datetime(2026, 3, 2, 9, 0, 0, 250_000_000))));
        assert_eq!(moment("+1.5s"), Ok(Moment::After(Duration::from_nanos(1_500_000_000))));
    }

    #[test]
    fn what_is_not_a_moment_says_why() {
        for (text, why) in [
            ("nine", "is not a moment"),
            ("24:01", "is not a time of day"),
            ("9:5", "is not a moment"),
            ("09:60", "is not a moment"),
            ("2026-02-30T09:00", "not in the calendar"),
            ("2026-03-02", "not a date and time"),
            ("2026-03-02T09:00Z", "time zone"),
            ("2026-03-02T09:00+01:00", "time zone"),
            ("2026-03-02T24:00", "after 23:59"),
            ("+90", "without a unit"),
        ] {
            let (message, _) = moment(text).expect_err(text);
            assert!(message.contains(why), "{text}: {message}");
        }
    }

    #[test]
    fn clocks_are_placed_on_the_day_of_the_start() {
        let run = Run { start: datetime(2026, 3, 2, 18, 0, 0, 0), horizon: Duration::from_secs(86_400) };
        let six = Moment::Clock(6 * HOUR);
        assert_eq!(run.place(six), i128::from(-12 * HOUR));
        assert_eq!(run.place_first(six), i128::from(12 * HOUR));
    }

    #[test]
    fn windows_repeat_every_day_and_are_clipped() {
        let run = Run { start: datetime(2026, 3, 2, 0, 0, 0, 0), horizon: Duration::from_secs(86_400) };
        let night = [(i128::from(22 * HOUR), i128::from(30 * HOUR), ())];
        let windows: Vec<_> = run.windows(&night, true).map(|(from, to, ())| (from, to)).collect();
        let at = |hour: i64| Instant::from_nanos((hour * HOUR) as u64);
        assert_eq!(windows, [(at(0), at(6)), (at(22), Instant::NEVER)]);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = (moment(&text), date_time(&text));
        }

        #[test]
        fn almost_moments_do_not_panic(text in "[0-9T:+. -]{0,24}") {
            let _ = (moment(&text), date_time(&text));
        }
    }
}
