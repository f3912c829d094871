//! A crate of a user's own: it makes the scenario of a help desk, and its tests keep what acdsim says of it.
//!
//! ```
//! let scenario = baseline_crate::help_desk(4)?;
//! assert_eq!(scenario.agents.len(), 4);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::path::Path;

use acdsim::scenario::{Scenario, ScenarioErrors, parse};

/// A help desk with so many agents.
///
/// # Errors
///
/// If a scenario cannot have so many, such as none.
pub fn help_desk(agents: usize) -> Result<Scenario, ScenarioErrors> {
    let text = format!(
        r#"
        name = "Help desk"
        horizon = "8h"
        seed = 7
        replications = 10

        [[group]]
        name = "Help"
        arrivals = {{ rate = "50/h" }}
        talk = {{ distribution = "exponential", mean = "3m" }}
        wrap_up = "20s"
        patience = {{ distribution = "exponential", mean = "4m" }}

        [[agents]]
        name = "Agent"
        count = {agents}
        groups = ["Help"]
        "#
    );
    parse(&text, Path::new("help-desk.toml"))
}
