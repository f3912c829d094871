//! The rules of a plan: opening hours, costs, the most agents at once, and the shifts that may be worked. Read from TOML.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use jiff::civil::{Time, Weekday};
use serde::de::{Deserialize, Deserializer, Error, Visitor};

use crate::planning::{Demand, Team};
use crate::scenario::{Scenario, parse_duration};
use crate::time::{Duration, NANOS_PER_SEC};

/// The rules of a plan.
///
/// ```
/// use acdsim::planning::shifts::Rules;
///
/// let rules = Rules::parse(r#"
///     open = [{ from = "08:00", to = "20:00" }]
///     max_agents = 30
///     [[shift]]
///     name = "Full"
///     length = "8h 30m"
///     breaks = [{ length = "30m", earliest = "3h", latest = "5h" }]
/// "#)?;
/// assert_eq!(rules.shifts[0].paid().as_secs(), 8 * 3_600);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// When the center is open; always, if empty. Agents work and calls are judged in intervals that lie in one of these.
    #[serde(default)]
    pub open: Vec<OpenHours>,
    /// So many agents of all teams are at their telephones at once, at most.
    #[serde(default, deserialize_with = "most")]
    pub max_agents: Option<u32>,
    /// What an agent of a team costs an hour, by the team's name; 1 for a team that is not named.
    #[serde(default)]
    pub cost: BTreeMap<String, f64>,
    /// Shifts begin at multiples of it after midnight.
    #[serde(default = "half_an_hour", deserialize_with = "duration")]
    pub grid: Duration,
    /// So long an agent has off from one shift to the next, at least.
    #[serde(default = "eleven_hours", deserialize_with = "duration")]
    pub rest: Duration,
    /// The shifts; none for a plan without shifts.
    #[serde(default, rename = "shift")]
    pub shifts: Vec<ShiftRule>,
}

/// A part of the week in which a center is open.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenHours {
    /// The days on which it begins; every day, if empty.
    #[serde(default, deserialize_with = "days")]
    pub days: Vec<Weekday>,
    /// From when, after midnight.
    #[serde(deserialize_with = "clock")]
    pub from: Duration,
    /// To when, after midnight; on the next day, if it is not after `from`.
    #[serde(deserialize_with = "clock")]
    pub to: Duration,
}

/// A shift that may be worked.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShiftRule {
    /// Its name.
    pub name: String,
    /// How long it lasts, breaks included.
    #[serde(deserialize_with = "duration")]
    pub length: Duration,
    /// The days on which it may begin; every day, if empty.
    #[serde(default, deserialize_with = "days")]
    pub days: Vec<Weekday>,
    /// It begins at this time of the day at the earliest.
    #[serde(default, deserialize_with = "clock")]
    pub earliest: Duration,
    /// It begins at this time of the day at the latest.
    #[serde(default = "midnight", deserialize_with = "clock")]
    pub latest: Duration,
    /// What it costs besides its paid hours, in the unit of `cost`.
    #[serde(default)]
    pub extra_cost: f64,
    /// The teams that may work it, by their names; all, if empty.
    #[serde(default)]
    pub teams: Vec<String>,
    /// So many agents of all teams begin it on a day, at most.
    #[serde(default, deserialize_with = "most")]
    pub max_agents: Option<u32>,
    /// Its breaks, in order.
    #[serde(default)]
    pub breaks: Vec<BreakRule>,
}

/// A break of a shift.
#[derive(Clone, Copy, Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreakRule {
    /// How long it lasts.
    #[serde(deserialize_with = "duration")]
    pub length: Duration,
    /// So long after the shift's beginning it begins at the earliest.
    #[serde(deserialize_with = "duration")]
    pub earliest: Duration,
    /// So long after the shift's beginning it begins at the latest.
    #[serde(deserialize_with = "duration")]
    pub latest: Duration,
    /// Whether it is paid.
    #[serde(default)]
    pub paid: bool,
}

/// Rules that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// The file cannot be read.
    #[error("{file}: {reason}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why not.
        reason: std::io::Error,
    },
    /// It is not what rules look like.
    #[error("{file}: {reason}")]
    Malformed {
        /// The file.
        file: String,
        /// What is wrong, with line and column.
        reason: String,
    },
    /// A value that does not go with the others.
    #[error("{file}: {what}")]
    Wrong {
        /// The file.
        file: String,
        /// What is wrong, and what would be right.
        what: String,
    },
}

const DAY: Duration = Duration::from_secs(86_400);

impl Default for Rules {
    fn default() -> Self {
        let (grid, rest) = (half_an_hour(), eleven_hours());
        Rules { open: Vec::new(), max_agents: None, cost: BTreeMap::new(), grid, rest, shifts: Vec::new() }
    }
}

impl Rules {
    /// The rules in a file.
    ///
    /// # Errors
    ///
    /// [`RulesError`], with the file, line and column.
    pub fn read(path: &Path) -> Result<Self, RulesError> {
        let file = path.display().to_string();
        let text =
            std::fs::read_to_string(path).map_err(|reason| RulesError::Unreadable { file: file.clone(), reason })?;
        Self::of(&text, &file)
    }

    /// The rules in a text.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    ///
    /// ```
    /// use acdsim::planning::shifts::Rules;
    ///
    /// let wrong = Rules::parse("grid = \"0s\"").unwrap_err();
    /// assert_eq!(wrong.to_string(), "the rules: `grid` is 0 s; it is more than 0");
    /// ```
    pub fn parse(text: &str) -> Result<Self, RulesError> {
        Self::of(text, "the rules")
    }

    fn of(text: &str, file: &str) -> Result<Self, RulesError> {
        let malformed = |error: toml::de::Error| RulesError::Malformed {
            file: file.to_owned(),
            reason: error.to_string().trim_end().to_owned(),
        };
        let rules: Rules = toml::from_str(text).map_err(malformed)?;
        match rules.wrong() {
            Some(what) => Err(RulesError::Wrong { file: file.to_owned(), what }),
            None => Ok(rules),
        }
    }

    /// What does not go together, if anything.
    fn wrong(&self) -> Option<String> {
        if self.grid == Duration::ZERO {
            return Some("`grid` is 0 s; it is more than 0".to_owned());
        }
        if let Some((team, cost)) = self.cost.iter().find(|(_, cost)| !(**cost > 0.0 && **cost <= 1e6)) {
            return Some(format!("`cost` of the team {team:?} is {cost}; it is above 0 and at most 1000000 an hour"));
        }
        for (index, shift) in self.shifts.iter().enumerate() {
            if self.shifts[..index].iter().any(|other| other.name == shift.name) {
                return Some(format!("two shifts are named {:?}; each has a name of its own", shift.name));
            }
            let of = |what: String| Some(format!("the shift {:?}: {what}", shift.name));
            if !(shift.length > Duration::ZERO && shift.length <= DAY) {
                let length = shift.length.as_secs_f64();
                return of(format!("`length` is {length} s; it is more than 0 and at most 24 h"));
            }
            if shift.earliest > shift.latest {
                return of("`earliest` is after `latest`".to_owned());
            }
            if !(0.0..=1e6).contains(&shift.extra_cost) {
                return of(format!("`extra_cost` is {}; it is from 0 to 1000000", shift.extra_cost));
            }
            let mut before = Duration::ZERO;
            for (number, pause) in (1..).zip(&shift.breaks) {
                let of = |what: &str| of(format!("break {number}: {what}"));
                if pause.length == Duration::ZERO {
                    return of("`length` is 0 s; it is more than 0");
                }
                if pause.earliest > pause.latest {
                    return of("`earliest` is after `latest`");
                }
                if pause.earliest < before {
                    return of("it may begin before the break before it has ended: make the earlier one end earlier");
                }
                before = sum(pause.latest, pause.length);
            }
            if before > shift.length {
                return of("the last break may end after the shift".to_owned());
            }
        }
        None
    }

    /// What an agent of each team costs an hour.
    ///
    /// # Errors
    ///
    /// If a team is named that is not there.
    pub(in crate::planning) fn costs(&self, teams: &[Team]) -> Result<Vec<f64>, String> {
        let shifts =
            self.shifts.iter().flat_map(|shift| shift.teams.iter().map(move |team| (team, shift.name.as_str())));
        let named = self.cost.keys().map(|team| (team, "")).chain(shifts);
        for (team, shift) in named {
            if !teams.iter().any(|known| known.name == *team) {
                let known: Vec<String> = teams.iter().map(|team| format!("{:?}", team.name)).collect();
                let place = if shift.is_empty() { "`cost`".to_owned() } else { format!("the shift {shift:?}") };
                let known = known.join(", ");
                return Err(format!("{place} names the team {team:?}, which is not there; the teams are {known}"));
            }
        }
        Ok(teams.iter().map(|team| self.cost.get(&team.name).copied().unwrap_or(1.0)).collect())
    }

    /// The parts of a run in which the center is open, in nanoseconds after its start; none if it is always open.
    fn windows(&self, scenario: &Scenario) -> Option<Vec<(i128, i128)>> {
        (!self.open.is_empty()).then(|| {
            let mut windows: Vec<(i128, i128)> = Vec::new();
            for (day, weekday) in days_of(scenario) {
                for hours in self.open.iter().filter(|hours| is_of(&hours.days, weekday)) {
                    let from = day + i128::from(hours.from.as_nanos());
                    let overnight = if hours.to <= hours.from { DAY } else { Duration::ZERO };
                    let to = day + i128::from(hours.to.as_nanos()) + i128::from(overnight.as_nanos());
                    windows.push((from, to));
                }
            }
            // What touches is one.
            windows.sort_unstable();
            let mut joined: Vec<(i128, i128)> = Vec::new();
            for (from, to) in windows {
                match joined.last_mut() {
                    Some(last) if from <= last.1 => last.1 = last.1.max(to),
                    _ => joined.push((from, to)),
                }
            }
            joined
        })
    }

    /// Whether the center is open in all of a part of a run, in nanoseconds after its start.
    pub(super) fn is_open(&self, scenario: &Scenario) -> impl Fn(i128, i128) -> bool + use<> {
        let windows = self.windows(scenario);
        move |from, to| {
            windows.as_ref().is_none_or(|windows| windows.iter().any(|&(open, close)| open <= from && to <= close))
        }
    }

    /// In which intervals of a demand the center is open.
    pub(in crate::planning) fn open(&self, scenario: &Scenario, demand: &Demand) -> Vec<bool> {
        let is_open = self.is_open(scenario);
        let place = |at: crate::time::Instant| i128::from(at.as_nanos());
        demand.intervals.iter().map(|interval| is_open(place(interval.start), place(interval.end))).collect()
    }
}

impl ShiftRule {
    /// How much of it is paid: all but the breaks that are not.
    pub fn paid(&self) -> Duration {
        let unpaid: u64 = self.breaks.iter().filter(|pause| !pause.paid).map(|pause| pause.length.as_nanos()).sum();
        Duration::from_nanos(self.length.as_nanos().saturating_sub(unpaid))
    }

    /// What an agent who costs so much an hour costs in it.
    pub fn costs(&self, an_hour: f64) -> f64 {
        an_hour * self.paid().as_secs_f64() / 3_600.0 + self.extra_cost
    }
}

/// The days that a run touches and the one before, each with its midnight in nanoseconds after the start and its weekday.
pub(super) fn days_of(scenario: &Scenario) -> Vec<(i128, Weekday)> {
    let date = scenario.start.date();
    let into_day = scenario.start.duration_since(date.to_datetime(Time::midnight())).as_nanos();
    let day = i128::from(DAY.as_nanos());
    let days = (into_day + i128::from(scenario.horizon.as_nanos())).div_euclid(day) + 1;
    let first = i32::from(date.weekday().to_monday_zero_offset());
    let weekday = |number: i128| {
        let offset = (i128::from(first) + number).rem_euclid(7) as i8;
        Weekday::from_monday_zero_offset(offset).expect("a remainder of seven is a day of the week")
    };
    (-1..days).map(|number| (number * day - into_day, weekday(number))).collect()
}

/// Whether days, of which none are all, have a day of the week.
pub(super) fn is_of(days: &[Weekday], weekday: Weekday) -> bool {
    days.is_empty() || days.contains(&weekday)
}

fn sum(one: Duration, other: Duration) -> Duration {
    Duration::from_nanos(one.as_nanos().saturating_add(other.as_nanos()))
}

fn half_an_hour() -> Duration {
    Duration::from_secs(30 * 60)
}

fn eleven_hours() -> Duration {
    Duration::from_secs(11 * 3_600)
}

fn midnight() -> Duration {
    DAY
}

/// A text that is read by a function, whose error says what is allowed.
struct Text<T>(fn(&str) -> Result<T, String>, &'static str);

impl<T> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(self.1)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).map_err(E::custom)
    }
}

fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    deserializer.deserialize_str(Text(parse_duration, "a duration in quotes, such as \"7h 30m\""))
}

fn clock<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    deserializer.deserialize_str(Text(clock_of, "a clock in quotes, from \"00:00\" to \"24:00\""))
}

/// The time after midnight of a clock from 00:00 to 24:00.
fn clock_of(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text:?} is no clock: it is from 00:00 to 24:00, such as 08:30");
    let (hours, minutes) = text.split_once(':').ok_or_else(wrong)?;
    let two_digits = |digits: &str| {
        let is_number = (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| digits.parse::<u64>().ok()).flatten()
    };
    match (two_digits(hours), two_digits(minutes)) {
        (Some(hours), Some(mins)) if minutes.len() == 2 && mins < 60 && 60 * hours + mins <= 24 * 60 => {
            Ok(Duration::from_nanos((60 * hours + mins) * 60 * NANOS_PER_SEC))
        }
        _ => Err(wrong()),
    }
}

fn days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Weekday>, D::Error> {
    const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let names = Vec::<String>::deserialize(deserializer)?;
    let day = |name: String| {
        let number = NAMES.iter().position(|known| *known == name);
        let day = number.and_then(|number| Weekday::from_monday_zero_offset(number as i8).ok());
        day.ok_or_else(|| D::Error::custom(format!("{name:?} is no day: the days are {}", NAMES.join(", "))))
    };
    names.into_iter().map(day).collect()
}

fn most<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let most = i64::deserialize(deserializer)?;
    match u32::try_from(most) {
        Ok(most) if (1..=100_000).contains(&most) => Ok(Some(most)),
        _ => Err(D::Error::custom(format!("`max_agents` is {most}; it is from 1 to 100000"))),
    }
}
