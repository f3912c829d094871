//! The names of metrics that hold numbers, such as `sl_20_of_offered`.

use crate::analytic::{ServiceLevel, Target};

/// A metric whose name holds a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Metric {
    /// `sl_T_of_offered` and the other definitions; `sl_T` for models in which all callers are answered.
    Level { within_s: f64, definition: Option<ServiceLevel> },
    /// `p_wait_over_T`.
    WaitOver { seconds: f64 },
    /// `p_abandon_within_T`.
    AbandonWithin { seconds: f64 },
    /// `p_calls_N`.
    Calls { calls: u32 },
    /// `agents_for_…`: the fewest agents for a target.
    Agents { target: Wanted },
    /// `calls_per_hour_for_…`: the most calls that the agents take at a target.
    Volume { target: Wanted },
    /// `longest_time_to_answer_group_percentile_P`, and of `session`.
    Percentile { session: bool, percent: f64 },
    /// `p_longest_time_to_answer_group_within_T`, and of `session`.
    LongestWithin { session: bool, seconds: f64 },
}

/// A target as a name has it: `80_20`, `90_30_of_answered`, `asa_30`, `p_abandon_5`, `p_block_1`, `occupancy_85`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Wanted {
    Level { percent: f64, within_s: f64, definition: Option<ServiceLevel> },
    Other(Target),
}

impl Wanted {
    /// The target, with a definition for a service level that says none.
    pub(super) fn target(self) -> Target {
        match self {
            Wanted::Level { percent, within_s, definition } => Target::ServiceLevel {
                definition: definition.unwrap_or(ServiceLevel::OfOffered),
                within_s,
                at_least: percent / 100.0,
            },
            Wanted::Other(target) => target,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let after = |prefix: &str| text.strip_prefix(prefix).and_then(decimal);
        if let Some(at_most_s) = after("asa_") {
            return Some(Wanted::Other(Target::Asa { at_most_s }));
        }
        if let Some(percent) = after("p_abandon_") {
            return Some(Wanted::Other(Target::Abandonment { at_most: percent / 100.0 }));
        }
        if let Some(percent) = after("p_block_") {
            return Some(Wanted::Other(Target::Blocking { at_most: percent / 100.0 }));
        }
        if let Some(percent) = after("occupancy_") {
            return Some(Wanted::Other(Target::Occupancy { at_most: percent / 100.0 }));
        }
        let (percent, rest) = text.split_once('_')?;
        let (within_s, definition) = level(rest)?;
        Some(Wanted::Level { percent: decimal(percent)?, within_s, definition })
    }
}

impl Metric {
    /// The metric of a name.
    pub(super) fn parse(name: &str) -> Option<Self> {
        if let Some(rest) = name.strip_prefix("sl_") {
            let (within_s, definition) = level(rest)?;
            return Some(Metric::Level { within_s, definition });
        }
        if let Some(rest) = name.strip_prefix("p_wait_over_") {
            return Some(Metric::WaitOver { seconds: decimal(rest)? });
        }
        if let Some(rest) = name.strip_prefix("p_abandon_within_") {
            return Some(Metric::AbandonWithin { seconds: decimal(rest)? });
        }
        if let Some(rest) = name.strip_prefix("p_calls_") {
            return Some(Metric::Calls { calls: rest.parse().ok()? });
        }
        if let Some(rest) = name.strip_prefix("agents_for_").or_else(|| name.strip_prefix("servers_for_")) {
            return Some(Metric::Agents { target: Wanted::parse(rest)? });
        }
        if let Some(rest) = name.strip_prefix("calls_per_hour_for_") {
            return Some(Metric::Volume { target: Wanted::parse(rest)? });
        }
        for (of, session) in [("group", false), ("session", true)] {
            if let Some(rest) = name.strip_prefix(&format!("longest_time_to_answer_{of}_percentile_")) {
                return Some(Metric::Percentile { session, percent: decimal(rest)? });
            }
            if let Some(rest) = name.strip_prefix(&format!("p_longest_time_to_answer_{of}_within_")) {
                return Some(Metric::LongestWithin { session, seconds: decimal(rest)? });
            }
        }
        None
    }
}

/// `20` or `20_of_offered`.
fn level(text: &str) -> Option<(f64, Option<ServiceLevel>)> {
    match text.split_once('_') {
        None => Some((decimal(text)?, None)),
        Some((within, definition)) => Some((decimal(within)?, Some(ServiceLevel::from_name(definition)?))),
    }
}

/// A number of digits and a point, 0 or more.
fn decimal(text: &str) -> Option<f64> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    text.parse().ok().filter(|_| plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read() {
        let offered = Some(ServiceLevel::OfOffered);
        for (name, metric) in [
            ("sl_20", Metric::Level { within_s: 20.0, definition: None }),
            ("sl_7.5_of_offered", Metric::Level { within_s: 7.5, definition: offered }),
            ("p_wait_over_30", Metric::WaitOver { seconds: 30.0 }),
            ("p_abandon_within_5", Metric::AbandonWithin { seconds: 5.0 }),
            ("p_calls_30", Metric::Calls { calls: 30 }),
            (
                "agents_for_80_20",
                Metric::Agents { target: Wanted::Level { percent: 80.0, within_s: 20.0, definition: None } },
            ),
            (
                "calls_per_hour_for_92.5_10_of_offered",
                Metric::Volume { target: Wanted::Level { percent: 92.5, within_s: 10.0, definition: offered } },
            ),
            ("agents_for_asa_30", Metric::Agents { target: Wanted::Other(Target::Asa { at_most_s: 30.0 }) }),
            ("servers_for_p_block_1", Metric::Agents { target: Wanted::Other(Target::Blocking { at_most: 0.01 }) }),
            ("agents_for_p_abandon_5", Metric::Agents { target: Wanted::Other(Target::Abandonment { at_most: 0.05 }) }),
            ("agents_for_occupancy_85", Metric::Agents { target: Wanted::Other(Target::Occupancy { at_most: 0.85 }) }),
            ("longest_time_to_answer_session_percentile_95", Metric::Percentile { session: true, percent: 95.0 }),
            ("p_longest_time_to_answer_group_within_300", Metric::LongestWithin { session: false, seconds: 300.0 }),
        ] {
            assert_eq!(Metric::parse(name), Some(metric), "{name}");
        }
        for name in ["sl_", "sl_x", "sl_-5", "sl_20_of_all", "agents_for_80", "asa", "agents_for_80_20_", "p_calls_1.5"]
        {
            assert_eq!(Metric::parse(name), None, "{name}");
        }
    }
}
