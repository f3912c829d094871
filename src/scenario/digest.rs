//! The digest of a scenario: what tells results that changed from a scenario that changed.

use std::fmt::{self, Write};

use super::{Agent, Scenario};

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

impl Scenario {
    /// The digest of what results come from, 16 hexadecimal digits; the name, the seed and the number of replications are
    /// told apart from it.
    ///
    /// ```
    /// let scenario = acdsim::scenario::read("scenarios/quickstart.toml".as_ref())?;
    /// let mut other = scenario.clone();
    /// other.seed += 1;
    /// assert_eq!(scenario.digest(), other.digest());
    /// other.warm_up = acdsim::time::Duration::from_secs(1);
    /// assert_ne!(scenario.digest(), other.digest());
    /// # Ok::<(), acdsim::scenario::ScenarioErrors>(())
    /// ```
    pub fn digest(&self) -> String {
        self.digest_of(|_| true)
    }

    /// The digest of what the results of the groups of these names come from: those groups, the agents who serve them, and the
    /// settings of the whole run.
    pub fn digest_of(&self, has_group: impl Fn(&str) -> bool) -> String {
        let Scenario {
            start, horizon, warm_up, service_level_threshold, trunks, busyness, routing, conventions, ..
        } = self;
        let mut digest = Digest(0xcbf2_9ce4_8422_2325);
        // A digest takes everything that is written to it.
        let _ =
            write!(digest, "{start:?} {horizon:?} {warm_up:?} {service_level_threshold:?} {routing:?} {conventions:?}");
        let _ = write!(digest, "{trunks:?} {busyness:?}");
        for group in self.groups.iter().filter(|group| has_group(&group.name)) {
            let _ = write!(digest, "{group:?}");
        }
        for agent in &self.agents {
            let names: Vec<&str> = agent.groups.iter().map(|&group| self.groups[group].name.as_str()).collect();
            if names.iter().any(|name| has_group(name)) {
                let Agent { name, address, ranks, shifts, desk, .. } = agent;
                let _ = write!(digest, "{name:?} {address:?} {names:?} {ranks:?} {shifts:?} {desk:?}");
            }
        }
        format!("{:016x}", digest.0)
    }
}
