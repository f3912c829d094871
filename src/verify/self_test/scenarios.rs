//! The scenarios of the self-test: small, and together with all that a fault needs to show itself.

use std::path::Path;

use crate::scenario::{self, Scenario};

/// One group whose callers wait for ever: M/M/c, whose measures theory knows.
const ERLANG_C: &str = r#"
name = "erlang-c"
horizon = "12h"
group = [{ name = "Calls", arrivals = { rate = "100/h" }, handle = { distribution = "exponential", mean = "3m" }, wrap_up_share = "25%" }]
agents = [{ name = "Agent", count = 6, groups = ["Calls"] }]
"#;

/// One group with more calls than its agents can take, and callers who give up: M/M/c+M.
const ERLANG_A: &str = r#"
name = "erlang-a"
horizon = "12h"

[[group]]
name = "Calls"
arrivals = { rate = "120/h" }
handle = { distribution = "exponential", mean = "3m" }
wrap_up_share = "20%"
patience = { distribution = "exponential", mean = "3m" }

[[agents]]
name = "Agent"
count = 5
groups = ["Calls"]
"#;

/// Two groups that share agents, with breaks and a warm-up.
const TWO_QUEUES: &str = r#"
name = "two-queues"
start = 2026-03-02T08:00:00
horizon = "13h"
warm_up = "30m"

[[group]]
name = "Sales"
arrivals = { rate = "60/h" }
talk = { distribution = "gamma", mean = "4m", cv = 0.8 }
wrap_up = { distribution = "uniform", min = "10s", max = "50s" }
patience = { distribution = "weibull", mean = "3m", shape = 1.5 }

[[group]]
name = "Service"
arrivals = { rate = "50/h" }
talk = { distribution = "exponential", mean = "3m" }
wrap_up = "20s"
patience = { distribution = "exponential", mean = "4m" }

[[agents]]
name = "Sales agent"
count = 2
groups = ["Sales"]

[[agents]]
name = "Service agent"
count = 1
groups = ["Service"]

[[agents]]
name = "Both"
count = 4
groups = ["Service", "Sales"]
shifts = [
    { log_in = "+0h", log_out = "+1h" },
    { log_in = "+1h10m", log_out = "+4h" },
    { log_in = "+4h45m", log_out = "+13h" },
]
"#;

/// Two groups in an order, agents with ranks, and queues with little room.
const RANKS: &str = r#"
name = "ranks"
horizon = "12h"
routing = { agent_selection = "lowest-rank", call_selection = "group-order" }

[[group]]
name = "Gold"
arrivals = { rate = "40/h" }
talk = { distribution = "exponential", mean = "3m" }
wrap_up = "30s"
patience = { distribution = "exponential", mean = "5m" }
queue_capacity = 8

[[group]]
name = "Basic"
arrivals = { rate = "50/h" }
talk = { distribution = "exponential", mean = "3m" }
wrap_up = "30s"
patience = { distribution = "exponential", mean = "5m" }
queue_capacity = 3

[[agents]]
name = "Expert"
count = 3
groups = ["Gold", "Basic"]
ranks = [1, 2]

[[agents]]
name = "Beginner"
count = 4
groups = ["Gold", "Basic"]
ranks = [2, 1]
"#;

/// One agent for months, with long calls: what is counted grows large.
const MONTHS: &str = r#"
name = "months"
horizon = "120d"

[[group]]
name = "Calls"
arrivals = { rate = "2.5/day" }
talk = { distribution = "exponential", mean = "8h" }
wrap_up = "30m"
patience = { distribution = "exponential", mean = "1d" }

[[agents]]
name = "Agent"
groups = ["Calls"]
"#;

/// All of them.
pub(super) fn all() -> Vec<Scenario> {
    let read = |text: &str| scenario::parse(text, Path::new("self-test.toml")).expect("the scenarios are sound");
    [ERLANG_C, ERLANG_A, TWO_QUEUES, RANKS, MONTHS].map(read).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scenarios_are_sound_and_have_names_of_their_own() {
        let mut names: Vec<String> = all().into_iter().map(|scenario| scenario.name).collect();
        names.dedup();
        assert_eq!(names, ["erlang-c", "erlang-a", "two-queues", "ranks", "months"]);
    }
}
