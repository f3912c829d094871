//! Laws compiled for drawing.

use std::sync::Arc;

use super::Stream;
use super::ahead::{AHEAD, Draw};
use super::alias::AliasTable;
use super::distribution::{Bins, Branch, Component, Law, Steps};
use super::ziggurat::{Normal, UnitExponential};
use crate::time::{Duration, NANOS_PER_SEC};

/// A [`Distribution`](super::Distribution) compiled for drawing, made by
/// [`Distribution::sampler`](super::Distribution::sampler).
///
/// A draw is the nearest whole number of nanoseconds, at most [`Duration::MAX`]. How many random numbers it takes
/// from the stream depends on the law, and for most laws on the draw; a constant takes none.
///
/// ```
/// use acdsim::random::{Distribution, Purpose, Stream};
/// use acdsim::time::Duration;
/// use uuid::Uuid;
///
/// let wrap_up = Distribution::uniform(10.0, 20.0)?.sampler();
/// let mut stream = Stream::new(42, 1, Purpose::WrapUp, Uuid::from_u128(1));
/// let drawn = wrap_up.sample(&mut stream);
/// assert!((Duration::from_secs(10)..=Duration::from_secs(20)).contains(&drawn));
/// # Ok::<(), acdsim::random::DistributionError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sampler(Kind);

/// How each law is drawn; times are in nanoseconds.
#[derive(Clone, Debug)]
enum Kind {
    Constant(Duration),
    Uniform { min: f64, width: f64 },
    Triangular(Triangular),
    Exponential { exponential: UnitExponential, mean: f64 },
    Hyperexponential { exponential: UnitExponential, branch: Arc<AliasTable>, means: Arc<[f64]> },
    Erlang2 { exponential: UnitExponential, phase_mean: f64 },
    Gamma(Gamma),
    Lognormal { normal: Normal, mu: f64, sigma: f64 },
    Weibull { exponential: UnitExponential, scale: f64, power: f64 },
    Values { which: Arc<AliasTable>, values: Arc<[Duration]> },
    Histogram { which: Arc<AliasTable>, bins: Arc<[(f64, f64)]> },
    Mixture { which: Arc<AliasTable>, laws: Arc<[Sampler]> },
}

impl Sampler {
    pub(super) fn new(law: &Law) -> Self {
        let exponential = UnitExponential::new();
        Sampler(match *law {
            Law::Constant { value } => Kind::Constant(Duration::from_secs_f64(value)),
            Law::Uniform { min, max } => Kind::Uniform { min: nanos(min), width: nanos(max - min) },
            Law::Triangular { min, mode, max } => Kind::Triangular(Triangular::new(min, mode, max)),
            Law::Exponential { mean } => Kind::Exponential { exponential, mean: nanos(mean) },
            Law::Hyperexponential(ref branches) => Kind::hyperexponential(branches),
            // Faster than as a gamma; with three phases that ends.
            Law::Gamma { shape: 2.0, scale } => Kind::Erlang2 { exponential, phase_mean: nanos(scale) },
            Law::Gamma { shape, scale } => Kind::Gamma(Gamma::new(shape, scale)),
            Law::Lognormal { mu, sigma } => {
                Kind::Lognormal { normal: Normal::new(), mu: mu + libm::log(NANOS_PER_SEC as f64), sigma }
            }
            Law::Weibull { shape, scale } => Kind::Weibull { exponential, scale: nanos(scale), power: 1.0 / shape },
            Law::Values(ref steps) => Kind::values(steps),
            Law::Histogram(ref bins) => Kind::histogram(bins),
            Law::Mixture(ref components) => Kind::mixture(components),
        })
    }

    /// Draws one duration.
    #[inline]
    pub fn sample(&self, stream: &mut Stream) -> Duration {
        match &self.0 {
            Kind::Exponential { exponential, mean } => {
                Duration::from_nanos_f64(draw_exponential(*exponential, *mean, stream))
            }
            Kind::Constant(value) => *value,
            Kind::Lognormal { normal, mu, sigma } => {
                Duration::from_nanos_f64(draw_lognormal(*normal, *mu, *sigma, stream))
            }
            other => other.sample(stream),
        }
    }
}

#[inline(always)]
fn draw_exponential(exponential: UnitExponential, mean: f64, stream: &mut Stream) -> f64 {
    mean * exponential.draw(stream)
}

#[inline(always)]
fn draw_lognormal(normal: Normal, mu: f64, sigma: f64, stream: &mut Stream) -> f64 {
    libm::exp(mu + sigma * normal.draw(stream))
}

/// Fills a room with draws of nanoseconds, which are rounded together.
#[inline(always)]
fn fill(room: &mut [Duration], mut draw: impl FnMut() -> f64) {
    let mut nanos = [0.0; AHEAD];
    for room in room.chunks_mut(AHEAD) {
        let nanos = &mut nanos[..room.len()];
        nanos.fill_with(&mut draw);
        Duration::fill_from_nanos_f64(room, nanos);
    }
}

impl Draw for Sampler {
    type Value = Duration;

    #[inline]
    fn draw_one(&self, stream: &mut Stream) -> Duration {
        self.sample(stream)
    }

    fn fill(&self, room: &mut [Duration], stream: &mut Stream) {
        match self.0 {
            Kind::Exponential { exponential, mean } => {
                fill(room, || draw_exponential(exponential, mean, stream));
            }
            Kind::Lognormal { normal, mu, sigma } => {
                fill(room, || draw_lognormal(normal, mu, sigma, stream));
            }
            _ => room.fill_with(|| self.sample(stream)),
        }
    }
}

impl Kind {
    fn hyperexponential(branches: &[Branch]) -> Self {
        let shares: Vec<f64> = branches.iter().map(|branch| branch.weight).collect();
        Kind::Hyperexponential {
            exponential: UnitExponential::new(),
            branch: Arc::new(AliasTable::new(&shares)),
            means: branches.iter().map(|branch| nanos(branch.mean_s)).collect(),
        }
    }

    fn values(steps: &Steps) -> Self {
        Kind::Values {
            which: Arc::new(AliasTable::new(steps.probabilities())),
            values: steps.values().iter().map(|&value| Duration::from_secs_f64(value)).collect(),
        }
    }

    fn histogram(bins: &Bins) -> Self {
        let shares: Vec<f64> = bins.bins().iter().map(|bin| bin.probability).collect();
        Kind::Histogram {
            which: Arc::new(AliasTable::new(&shares)),
            bins: bins.bins().iter().map(|bin| (nanos(bin.low), nanos(bin.high - bin.low))).collect(),
        }
    }

    fn mixture(components: &[Component]) -> Self {
        let shares: Vec<f64> = components.iter().map(|component| component.weight).collect();
        Kind::Mixture {
            which: Arc::new(AliasTable::new(&shares)),
            laws: components.iter().map(|component| component.law.sampler()).collect(),
        }
    }

    /// The laws that are not drawn inline.
    #[inline(never)]
    fn sample(&self, stream: &mut Stream) -> Duration {
        Duration::from_nanos_f64(match self {
            Kind::Uniform { min, width } => min + width * stream.next_unit(),
            Kind::Triangular(triangular) => triangular.draw(stream),
            Kind::Hyperexponential { exponential, branch, means } => {
                means[branch.draw(stream)] * exponential.draw(stream)
            }
            Kind::Erlang2 { exponential, phase_mean } => {
                phase_mean * (exponential.draw(stream) + exponential.draw(stream))
            }
            Kind::Gamma(gamma) => gamma.draw(stream),
            Kind::Weibull { exponential, scale, power } => {
                // E^power; half the time of libm::pow.
                scale * libm::exp(libm::log(exponential.draw(stream)) * power)
            }
            Kind::Values { which, values } => return values[which.draw(stream)],
            Kind::Mixture { which, laws } => return laws[which.draw(stream)].sample(stream),
            Kind::Histogram { which, bins } => {
                let (low, width) = bins[which.draw(stream)];
                low + width * stream.next_unit()
            }
            Kind::Constant(_) | Kind::Exponential { .. } | Kind::Lognormal { .. } => {
                unreachable!("drawn inline by Sampler::sample")
            }
        })
    }
}

/// A triangular law, drawn by the inverse of its cdf.
#[derive(Clone, Debug)]
struct Triangular {
    min: f64,
    max: f64,
    /// The probability of a draw below the mode.
    rising: f64,
    /// Width times the part of it left of the mode, and right of it.
    left: f64,
    right: f64,
}

impl Triangular {
    fn new(min: f64, mode: f64, max: f64) -> Self {
        let width = nanos(max - min);
        let (left, right) = (width * nanos(mode - min), width * nanos(max - mode));
        Triangular { min: nanos(min), max: nanos(max), rising: (mode - min) / (max - min), left, right }
    }

    fn draw(&self, stream: &mut Stream) -> f64 {
        let rank = stream.next_unit();
        if rank < self.rising {
            self.min + (rank * self.left).sqrt()
        } else {
            self.max - ((1.0 - rank) * self.right).sqrt()
        }
    }
}

/// A gamma law (G. Marsaglia and W. W. Tsang, 2000, A simple method for generating gamma variables, ACM Transactions on
/// Mathematical Software 26).
#[derive(Clone, Debug)]
struct Gamma {
    normal: Normal,
    /// For a shape below 1: the exponential, and 1/shape.
    boost: Option<(UnitExponential, f64)>,
    /// The paper's d and c; the shape is that of the law, plus 1 if it is below 1.
    d: f64,
    c: f64,
    /// The scale times d.
    scale: f64,
}

impl Gamma {
    fn new(shape: f64, scale: f64) -> Self {
        let boost = (shape < 1.0).then(|| (UnitExponential::new(), 1.0 / shape));
        let d = if shape < 1.0 { shape + 1.0 } else { shape } - 1.0 / 3.0;
        Gamma { normal: Normal::new(), boost, d, c: 1.0 / (9.0 * d).sqrt(), scale: nanos(scale) * d }
    }

    fn draw(&self, stream: &mut Stream) -> f64 {
        let value = self.scale * self.cube(stream);
        match self.boost {
            // U^(1/shape), where -ln U is exponential.
            Some((exponential, power)) => value * libm::exp(-exponential.draw(stream) * power),
            None => value,
        }
    }

    /// The paper's v: a gamma variate of scale 1/d.
    #[inline]
    fn cube(&self, stream: &mut Stream) -> f64 {
        loop {
            let x = self.normal.draw(stream);
            let root = 1.0 + self.c * x;
            if root <= 0.0 {
                continue;
            }
            let v = root * root * root;
            let rank = 1.0 - stream.next_unit();
            let square = x * x;
            if rank < 1.0 - 0.0331 * square * square
                || libm::log(rank) < 0.5 * square + self.d * (1.0 - v + libm::log(v))
            {
                return v;
            }
        }
    }
}

fn nanos(seconds: f64) -> f64 {
    seconds * NANOS_PER_SEC as f64
}
