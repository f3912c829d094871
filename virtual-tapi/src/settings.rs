//! What a user sets: which center, from when on, and how fast.
//!
//! Each setting is an environment variable, or else a value in the registry; [`Settings::read`] is told how to look one up.

use std::path::PathBuf;

use acdsim::scenario::{self, Scenario, ScenarioErrors};
use acdsim::time::Instant;
use acdsim::watch::{FASTEST, SLOWEST};

use crate::center::{Center, CenterError};
use crate::clock::{Clock, Pace};

/// The call center that is there when none is named: one group, three agents, and room for those of clients.
pub const BUILT_IN: &str = include_str!("center.toml");

/// What the settings are called.
pub mod names {
    /// The scenario file.
    pub const SCENARIO: &str = "Scenario";
    /// The replication, from 1.
    pub const REPLICATION: &str = "Replication";
    /// The moment at which the first application finds the center, such as `10:30` or `+90m`.
    pub const FROM: &str = "From";
    /// How many simulated seconds pass in one.
    pub const SPEED: &str = "Speed";
    /// The simulated time that passes in each call of a client, in place of a speed.
    pub const STEP: &str = "Step";
    /// Whether the scenario's calls and agents come: `scenario`, or `none`.
    pub const ARRIVALS: &str = "Arrivals";
    /// All.
    pub const ALL: [&str; 6] = [SCENARIO, REPLICATION, FROM, SPEED, STEP, ARRIVALS];
}

/// The environment variable of a setting.
///
/// ```
/// use virtual_tapi::settings::{names, variable};
///
/// assert_eq!(variable(names::SCENARIO), "ACDSIM_TAPI_SCENARIO");
/// ```
pub fn variable(name: &str) -> String {
    format!("ACDSIM_TAPI_{}", name.to_uppercase())
}

/// The settings as they are in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The scenario file; none for the [built-in](BUILT_IN) center.
    pub scenario: Option<PathBuf>,
    /// The replication, from 1.
    pub replication: u32,
    /// The moment at which the first application finds the center; none for the start.
    pub from: Option<String>,
    /// How time passes.
    pub pace: Pace,
    /// Whether the calls and the agents of the scenario come; else applications bring all of them.
    pub arrivals: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { scenario: None, replication: 1, from: None, pace: Pace::Wall { speed: SLOWEST }, arrivals: true }
    }
}

/// Why there is no call center.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A setting has a value that it cannot have.
    #[error("{variable} is `{value}`; {allowed}")]
    Value {
        /// The environment variable.
        variable: String,
        /// What it is, or what the registry has for it.
        value: String,
        /// What it may be.
        allowed: String,
    },
    /// The scenario cannot be read.
    #[error("{}", .0.render(100, false))]
    Scenario(Box<ScenarioErrors>),
    /// There can be no center of the scenario.
    #[error("{file}: {why}")]
    Center {
        /// The scenario file.
        file: String,
        /// Why.
        why: CenterError,
    },
}

impl Settings {
    /// The settings, each looked up by its name.
    ///
    /// # Errors
    ///
    /// [`SettingsError::Value`].
    pub fn read(look_up: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let refused = |name: &str, value: &str, allowed: String| SettingsError::Value {
            variable: variable(name),
            value: value.to_owned(),
            allowed,
        };
        let set = |name: &str| look_up(name).filter(|value| !value.trim().is_empty());
        let number = |name: &str, default: u32, most: u32| match set(name) {
            None => Ok(default),
            Some(value) => match value.trim().parse::<u32>() {
                Ok(number) if (1..=most).contains(&number) => Ok(number),
                _ => Err(refused(name, &value, format!("allowed is a whole number from 1 to {most}"))),
            },
        };
        let speed = number(names::SPEED, SLOWEST, FASTEST)?;
        let pace = match set(names::STEP) {
            None => Pace::Wall { speed },
            Some(value) => match scenario::parse_duration(value.trim()) {
                Ok(step) => Pace::Calls { step },
                Err(why) => return Err(refused(names::STEP, &value, why)),
            },
        };
        let arrivals = match set(names::ARRIVALS) {
            None => true,
            Some(value) => match value.trim() {
                "scenario" => true,
                "none" => false,
                _ => return Err(refused(names::ARRIVALS, &value, "allowed are scenario and none".to_owned())),
            },
        };
        Ok(Settings {
            scenario: set(names::SCENARIO).map(PathBuf::from),
            replication: number(names::REPLICATION, 1, 1_000_000)?,
            from: set(names::FROM),
            pace,
            arrivals,
        })
    }

    /// The center with its clock, as the first application finds it.
    ///
    /// # Errors
    ///
    /// [`SettingsError::Scenario`], [`SettingsError::Center`]; [`SettingsError::Value`] for a moment that is not in the run.
    pub fn open(&self) -> Result<(Center, Clock), SettingsError> {
        let scenario = self.read_scenario()?;
        let center = match self.arrivals {
            true => Center::new(&scenario, self.replication),
            false => Center::without_arrivals(&scenario),
        };
        let file = self.scenario.as_ref().map_or("the built-in center".to_owned(), |path| path.display().to_string());
        let mut center = center.map_err(|why| SettingsError::Center { file, why })?;
        let from = match &self.from {
            None => Instant::START,
            Some(text) => scenario::moment_in(&scenario, text).map_err(|why| SettingsError::Value {
                variable: variable(names::FROM),
                value: text.clone(),
                allowed: why,
            })?,
        };
        center.advance_to(from);
        Ok((center, Clock::new(from, self.pace)))
    }

    fn read_scenario(&self) -> Result<Scenario, SettingsError> {
        let read = match &self.scenario {
            Some(path) => scenario::read(path),
            None => scenario::parse(BUILT_IN, "center.toml".as_ref()),
        };
        read.map_err(|errors| SettingsError::Scenario(Box::new(errors)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use acdsim::time::Duration;

    fn read(set: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        Settings::read(|name| set.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn without_any_the_center_is_the_built_in_one_as_fast_as_life() {
        let settings = read(&[]).expect("nothing is wrong");
        assert_eq!(settings, Settings::default());
        let (center, clock) = settings.open().expect("it is sound");
        assert_eq!((center.telephony().device_count(), center.now()), (2, Instant::START));
        assert!(clock.now() < Instant::START + Duration::from_secs(60));
    }

    #[test]
    fn each_is_read() {
        let settings = read(&[
            (names::SCENARIO, "desk.toml"),
            (names::REPLICATION, " 7 "),
            (names::FROM, "+90m"),
            (names::SPEED, "60"),
            (names::STEP, ""),
            (names::ARRIVALS, "none"),
        ]);
        let expected = Settings {
            scenario: Some("desk.toml".into()),
            replication: 7,
            from: Some("+90m".into()),
            pace: Pace::Wall { speed: 60 },
            arrivals: false,
        };
        assert_eq!(settings.expect("nothing is wrong"), expected);
        let stepped = read(&[(names::SPEED, "60"), (names::STEP, "10s")]).expect("nothing is wrong");
        assert_eq!(stepped.pace, Pace::Calls { step: Duration::from_secs(10) });
    }

    #[test]
    fn what_is_wrong_is_named() {
        let message = |set: &[(&str, &str)]| read(set).expect_err("it is wrong").to_string();
        assert_eq!(
            message(&[(names::SPEED, "0")]),
            "ACDSIM_TAPI_SPEED is `0`; allowed is a whole number from 1 to 131072"
        );
        assert!(message(&[(names::STEP, "10 parsecs")]).starts_with("ACDSIM_TAPI_STEP is `10 parsecs`; "));
        assert!(message(&[(names::REPLICATION, "-1")]).starts_with("ACDSIM_TAPI_REPLICATION is `-1`; "));
        assert_eq!(
            message(&[(names::ARRIVALS, "some")]),
            "ACDSIM_TAPI_ARRIVALS is `some`; allowed are scenario and none"
        );
        let open = |settings: Settings| settings.open().expect_err("it is wrong").to_string();
        let from = Settings { from: Some("noon".into()), ..Settings::default() };
        assert!(open(from).starts_with("ACDSIM_TAPI_FROM is `noon`; is not a moment"));
        let missing = Settings { scenario: Some("nowhere.toml".into()), ..Settings::default() };
        assert!(open(missing).contains("nowhere.toml"));
        let whole = Settings { scenario: Some("../scenarios/whole-center.toml".into()), ..Settings::default() };
        assert!(open(whole).starts_with("../scenarios/whole-center.toml: the scenario has callers, routing or agents"));
    }

    #[test]
    fn the_center_is_found_at_the_moment_that_is_set() {
        let settings = Settings { from: Some("+30m".into()), ..Settings::default() };
        let (center, _) = settings.open().expect("it is sound");
        assert_eq!(center.now(), Instant::START + Duration::from_secs(1_800));
    }
}
