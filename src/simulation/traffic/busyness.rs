//! Busyness: a random factor on the rates of groups, period after period.

use uuid::Uuid;

use crate::random::{Normal, Purpose, Stream, gamma_at_normal};
use crate::scenario::{self, Scenario};
use crate::time::{Duration, Instant, NANOS_PER_SEC};

const DAY: Duration = Duration::from_secs(86_400);

/// The factor of one busyness on one group.
///
/// It is Gamma-distributed by way of a normal: what is common to all groups and what is the group's own are two chains of
/// normals, weighted so that their sum is a standard normal again. The common chain of each group draws the same numbers.
#[derive(Clone, Debug)]
pub(super) struct Busyness {
    shape: f64,
    period: Duration,
    common: Option<Chain>,
    own: Option<Chain>,
    /// When the period ends.
    until: Instant,
    /// The factor of the period; none before it has been asked for.
    factor: Option<f64>,
}

/// Standard normals, of which each is correlated with the one before: an autoregressive process of order 1.
#[derive(Clone, Debug)]
struct Chain {
    normal: Normal,
    stream: Stream,
    autocorrelation: f64,
    /// What the chain counts in the sum.
    weight: f64,
    value: f64,
}

impl Busyness {
    /// What the busynesses of a scenario do to the group with that index.
    pub(super) fn of(scenario: &Scenario, group: usize, replication: u32) -> Vec<Self> {
        let busyness = (0..).zip(&scenario.busyness).filter(|(_, busyness)| busyness.groups.contains(&group));
        busyness.map(|(number, busyness)| Busyness::new(scenario, number, busyness, group, replication)).collect()
    }

    fn new(scenario: &Scenario, number: u32, busyness: &scenario::Busyness, group: usize, replication: u32) -> Self {
        let chain = |purpose, entity, weight: f64| {
            let stream = Stream::new(scenario.seed, replication, purpose, entity);
            (weight > 0.0).then(|| Chain::new(stream, busyness.autocorrelation, weight))
        };
        let of_group = Uuid::new_v5(&scenario.groups[group].guid(), &number.to_le_bytes());
        let clock = scenario.start.time();
        let since_midnight = u64::from(clock.hour() as u8) * 3_600
            + u64::from(clock.minute() as u8) * 60
            + u64::from(clock.second() as u8);
        let since_midnight = since_midnight * NANOS_PER_SEC + clock.subsec_nanosecond() as u64;
        // Without a period the first one is what is left of the day.
        let first = busyness.period.unwrap_or(Duration::from_nanos(DAY.as_nanos() - since_midnight));
        Busyness {
            shape: busyness.shape,
            period: busyness.period.unwrap_or(DAY),
            common: chain(Purpose::Busyness, Uuid::from_u128(number.into()), busyness.correlation.sqrt()),
            own: chain(Purpose::BusynessOfGroup, of_group, (1.0 - busyness.correlation).sqrt()),
            until: Instant::START + first,
            factor: None,
        }
    }

    /// The factor at a moment, which is not before any that was asked for, and until when it holds.
    pub(super) fn at(&mut self, now: Instant) -> (f64, Instant) {
        while self.until <= now {
            self.until = self.until + self.period;
            self.chains().for_each(Chain::step);
            self.factor = None;
        }
        let factor = match self.factor {
            Some(factor) => factor,
            None => {
                let normal: f64 = self.chains().map(|chain| chain.weight * chain.value).sum();
                *self.factor.insert(gamma_at_normal(self.shape, normal) / self.shape)
            }
        };
        (factor, self.until)
    }

    fn chains(&mut self) -> impl Iterator<Item = &mut Chain> {
        self.common.iter_mut().chain(&mut self.own)
    }
}

impl Chain {
    fn new(mut stream: Stream, autocorrelation: f64, weight: f64) -> Self {
        let normal = Normal::new();
        let value = normal.draw(&mut stream);
        Chain { normal, stream, autocorrelation, weight, value }
    }

    fn step(&mut self) {
        let fresh = (1.0 - self.autocorrelation * self.autocorrelation).sqrt();
        self.value = self.autocorrelation * self.value + fresh * self.normal.draw(&mut self.stream);
    }
}
