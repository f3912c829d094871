//! Standard workloads for timing.

use jiff::civil::date;

use crate::acd::Conventions;
use crate::random::Distribution;
use crate::scenario::{
    Agent, Arrivals, DEFAULT_HANDLER, Group, Handling, RateStep, Routing, Scenario, Shift, VerificationSettings,
};
use crate::time::{Duration, Instant};

/// A call center to time the simulator with. In each the mean handle time is 120 s: talk exponential with 100 s,
/// wrap-up exponential with 20 s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workload {
    /// 100 agents at 92 Erlang, nobody abandons.
    W1,
    /// 100 agents at 105 Erlang, patience exponential with mean 180 s.
    W2,
    /// 1,000 agents at 960 Erlang, nobody abandons.
    W3,
    /// Five groups of 100 agents, each agent in two neighbouring groups (a ring), at 93 % load.
    W4,
}

impl Workload {
    /// All of them.
    pub const ALL: [Workload; 4] = [Workload::W1, Workload::W2, Workload::W3, Workload::W4];

    /// The workload's name.
    pub const fn name(self) -> &'static str {
        match self {
            Workload::W1 => "W1",
            Workload::W2 => "W2",
            Workload::W3 => "W3",
            Workload::W4 => "W4",
        }
    }

    /// A scenario of about so many calls; the first twentieth of the time is warm-up.
    pub fn scenario(self, calls: u64) -> Scenario {
        const HANDLE_SECS: f64 = 120.0;
        let (groups, agents_each, erlangs_each) = match self {
            Workload::W1 => (1, 100, 92.0),
            Workload::W2 => (1, 100, 105.0),
            Workload::W3 => (1, 1_000, 960.0),
            Workload::W4 => (5, 100, 93.0),
        };
        let per_second = erlangs_each / HANDLE_SECS;
        let horizon = Duration::from_secs_f64(calls as f64 / (per_second * groups as f64));
        let exponential = |mean| Distribution::exponential_mean(mean).expect("the mean is positive");
        let group = |number| Group {
            name: format!("Group {number}"),
            queue: format!("Queue {number}"),
            handler: DEFAULT_HANDLER.to_owned(),
            arrivals: Arrivals::Poisson(vec![RateStep { from: Instant::START, per_second }]),
            later_laws: [].into(),
            handling: Handling::Apart { talk: exponential(100.0), wrap_up: exponential(20.0) },
            patience: (self == Workload::W2).then(|| exponential(180.0)),
            queue_capacity: None,
            callers: Default::default(),
            service: Default::default(),
        };
        let agent = |number: usize| {
            let home = number / agents_each;
            let groups = if groups == 1 { vec![0] } else { vec![home, (home + 1) % groups as usize] };
            Agent {
                name: format!("Agent {}", number + 1),
                address: format!("Address {}", number + 1),
                ranks: vec![1; groups.len()],
                groups,
                shifts: vec![Shift { log_in: Instant::START, log_out: Instant::NEVER }],
                desk: Default::default(),
            }
        };
        Scenario {
            busyness: Vec::new(),
            name: self.name().to_owned(),
            start: date(2026, 1, 5).at(0, 0, 0, 0),
            horizon,
            warm_up: Duration::from_nanos(horizon.as_nanos() / 20),
            seed: 1,
            replications: 1,
            interval: Duration::from_secs(1_800),
            service_level_threshold: Duration::from_secs(20),
            groups: (1..=groups).map(group).collect(),
            trunks: Vec::new(),
            agents: (0..groups as usize * agents_each).map(agent).collect(),
            routing: Routing::default(),
            verification: VerificationSettings::default(),
            conventions: Conventions::default(),
        }
    }
}
