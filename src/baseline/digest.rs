//! The digest of a scenario: what tells results that changed from a scenario that changed.

use std::fmt::{self, Write};

use super::Scope;
use crate::scenario::Scenario;

/// FNV-1a of 64 bits (Fowler, Noll & Vo 1991) of the text that is written to it.
struct Digest(u64);

impl Write for Digest {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        Ok(())
    }
}

/// The digest of what the results of the chosen groups come from: those groups, the agents who serve them, and the settings
/// of the whole run; the name, the seed and the number of replications are told apart from it.
pub(super) fn of(scenario: &Scenario, scope: &Scope) -> String {
    let Scenario { start, horizon, warm_up, service_level_threshold, trunks, busyness, routing, conventions, .. } =
        scenario;
    let mut digest = Digest(0xcbf2_9ce4_8422_2325);
    // A digest takes everything that is written to it.
    let _ = write!(digest, "{start:?} {horizon:?} {warm_up:?} {service_level_threshold:?} {routing:?} {conventions:?}");
    let _ = write!(digest, "{trunks:?} {busyness:?}");
    for group in scenario.groups.iter().filter(|group| scope.has_group(&group.name)) {
        let _ = write!(digest, "{group:?}");
    }
    for agent in &scenario.agents {
        let served = agent.groups.iter().map(|&group| scenario.groups[group].name.as_str());
        let names: Vec<&str> = served.collect();
        if names.iter().any(|name| scope.has_group(name)) {
            let crate::scenario::Agent { name, address, ranks, shifts, desk, .. } = agent;
            let _ = write!(digest, "{name:?} {address:?} {names:?} {ranks:?} {shifts:?} {desk:?}");
        }
    }
    format!("{:016x}", digest.0)
}
