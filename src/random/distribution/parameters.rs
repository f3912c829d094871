//! What a law was made of, for whoever writes it down.

use super::{Distribution, Law};

/// A parameter of a law.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Parameter {
    /// A time in seconds.
    Seconds(f64),
    /// A number without a unit.
    Number(f64),
}

impl Distribution {
    /// The law's name and its parameters with theirs, as a scenario file spells them; none for a mixture and for a law
    /// of recorded durations.
    ///
    /// ```
    /// use acdsim::random::{Distribution, Parameter};
    ///
    /// let (name, parameters) = Distribution::uniform(10.0, 20.0)?.parameters().expect("it is neither");
    /// assert_eq!(name, "uniform");
    /// assert_eq!(parameters, [("min", Parameter::Seconds(10.0)), ("max", Parameter::Seconds(20.0))]);
    /// # Ok::<(), acdsim::random::DistributionError>(())
    /// ```
    pub fn parameters(&self) -> Option<(&'static str, Vec<(&'static str, Parameter)>)> {
        use Parameter::{Number, Seconds};
        Some(match self.0 {
            Law::Constant { value } => ("constant", vec![("value", Seconds(value))]),
            Law::Uniform { min, max } => ("uniform", vec![("min", Seconds(min)), ("max", Seconds(max))]),
            Law::Triangular { min, mode, max } => {
                ("triangular", vec![("min", Seconds(min)), ("mode", Seconds(mode)), ("max", Seconds(max))])
            }
            Law::Exponential { mean } => ("exponential", vec![("mean", Seconds(mean))]),
            Law::Gamma { shape, scale } => ("gamma", vec![("shape", Number(shape)), ("scale", Seconds(scale))]),
            Law::Lognormal { mu, sigma } => ("lognormal", vec![("mu", Number(mu)), ("sigma", Number(sigma))]),
            Law::Weibull { shape, scale } => ("weibull", vec![("shape", Number(shape)), ("scale", Seconds(scale))]),
            Law::Hyperexponential(_) | Law::Values(_) | Law::Histogram(_) | Law::Mixture(_) => return None,
        })
    }
}
