//! A law that was fitted: its parameters, how likely it makes what was seen, and how the scenario file spells it.

use std::fmt::Write;

use serde::Serialize;

use crate::random::{Branch, Distribution};

/// The names of laws that can be fitted, as they are on the command line and in a scenario file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LawName {
    /// The exponential law, of one parameter.
    Exponential,
    /// A mixture of two exponentials, of three parameters.
    Hyperexponential,
    /// The lognormal law, of two parameters.
    Lognormal,
    /// The gamma law, of two parameters.
    Gamma,
    /// The Weibull law, of two parameters.
    Weibull,
    /// What was seen, as it was seen: no parameters, and no likelihood that could be compared.
    Empirical,
}

impl LawName {
    /// The laws that a talk time can have.
    pub const OF_TALK: [LawName; 5] =
        [LawName::Lognormal, LawName::Gamma, LawName::Weibull, LawName::Exponential, LawName::Empirical];
    /// The laws that a patience can have.
    pub const OF_PATIENCE: [LawName; 5] =
        [LawName::Exponential, LawName::Hyperexponential, LawName::Lognormal, LawName::Weibull, LawName::Empirical];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            LawName::Exponential => "exponential",
            LawName::Hyperexponential => "hyperexponential",
            LawName::Lognormal => "lognormal",
            LawName::Gamma => "gamma",
            LawName::Weibull => "weibull",
            LawName::Empirical => "empirical",
        }
    }
}

/// A fitted law, in seconds, with its parameters as the scenario file has them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "law", rename_all = "lowercase")]
pub enum Law {
    /// Of this mean.
    Exponential {
        /// The mean, in seconds.
        mean_s: f64,
    },
    /// A mixture, the branch of the smaller mean first.
    Hyperexponential {
        /// The branches.
        branches: Vec<PatienceBranch>,
    },
    /// Of the logarithm of the seconds.
    Lognormal {
        /// Its mean.
        mu: f64,
        /// Its standard deviation, at least 0.0001.
        sigma: f64,
    },
    /// Shape and scale; the mean is their product.
    Gamma {
        /// The shape.
        shape: f64,
        /// The scale, in seconds.
        scale_s: f64,
    },
    /// Shape and scale.
    Weibull {
        /// The shape.
        shape: f64,
        /// The scale, in seconds.
        scale_s: f64,
    },
    /// Values and how often each is drawn, in proportion.
    Empirical {
        /// The values, in seconds, rising, each with its weight; in JSON only how many there are.
        #[serde(serialize_with = "how_many")]
        values: Vec<(f64, f64)>,
    },
}

fn how_many<S: serde::Serializer>(values: &[(f64, f64)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(values.len() as u64)
}

/// One exponential of a mixture.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PatienceBranch {
    /// Its probability.
    pub weight: f64,
    /// Its mean, in seconds.
    pub mean_s: f64,
}

/// A law fitted to what was seen, and how well it does.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fit {
    /// The law.
    #[serde(flatten)]
    pub law: Law,
    /// The logarithm of the likelihood of what was seen; none for the empirical law.
    pub log_likelihood: Option<f64>,
    /// Akaike's criterion, twice the number of parameters less twice the log-likelihood (H. Akaike, "A new look at the
    /// statistical model identification", IEEE Trans. Automatic Control 19, 1974); none for the empirical law.
    pub aic: Option<f64>,
    /// The distance of Kolmogorov and Smirnov: the largest difference of the law's distribution function from that of
    /// what was seen (for a patience, from the product limit, as long as 30 callers still wait).
    pub ks_distance: f64,
}

/// The laws fitted to what was seen, and the one that is taken.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fits {
    /// For a talk time, how many services; for a patience, how many callers gave up.
    pub seen: u64,
    /// For a patience, how many callers who waited were answered: their patience is known from below only.
    pub censored: u64,
    /// Whether it is fitted to the calls of all groups, because the group's own are too few.
    pub of_all_groups: bool,
    /// The laws.
    pub candidates: Vec<Fit>,
    /// The name of the law that is taken.
    pub taken: LawName,
}

impl Fits {
    /// The law that is taken.
    pub fn law(&self) -> &Law {
        let taken = self.candidates.iter().find(|fit| fit.law.name() == self.taken);
        &taken.expect("what is taken is a candidate").law
    }

    /// Takes the wanted law, or the one of the least criterion of Akaike; none if there is no candidate.
    pub(super) fn choose(seen: u64, censored: u64, candidates: Vec<Fit>, wanted: Option<LawName>) -> Option<Fits> {
        let has = |name: LawName| candidates.iter().any(|fit| fit.law.name() == name);
        let least = || {
            let by_aic = candidates.iter().filter_map(|fit| Some((fit.aic?, fit.law.name())));
            by_aic.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
        };
        // A mixture that is no better than one exponential is not among the candidates.
        let taken = match wanted {
            Some(name) if has(name) => name,
            Some(LawName::Hyperexponential) if has(LawName::Exponential) => LawName::Exponential,
            _ => least().or_else(|| candidates.first().map(|fit| fit.law.name()))?,
        };
        Some(Fits { seen, censored, of_all_groups: false, candidates, taken })
    }
}

impl Law {
    /// Its name.
    pub fn name(&self) -> LawName {
        match self {
            Law::Exponential { .. } => LawName::Exponential,
            Law::Hyperexponential { .. } => LawName::Hyperexponential,
            Law::Lognormal { .. } => LawName::Lognormal,
            Law::Gamma { .. } => LawName::Gamma,
            Law::Weibull { .. } => LawName::Weibull,
            Law::Empirical { .. } => LawName::Empirical,
        }
    }

    /// The parameters in words.
    pub(in crate::import) fn parameters(&self) -> String {
        match self {
            Law::Exponential { mean_s } => format!("mean {mean_s} s"),
            Law::Hyperexponential { branches } => {
                let branch = |branch: &PatienceBranch| {
                    format!("{} % with mean {} s", rounded(branch.weight * 100.0, 2), branch.mean_s)
                };
                branches.iter().map(branch).collect::<Vec<_>>().join(" and ")
            }
            Law::Lognormal { mu, sigma } => format!("mu {mu}, sigma {sigma}"),
            Law::Gamma { shape, scale_s } | Law::Weibull { shape, scale_s } => {
                format!("shape {shape}, scale {scale_s} s")
            }
            Law::Empirical { values } => format!("{} values", values.len()),
        }
    }

    /// The law as the value of a key of a scenario file.
    pub(in crate::import) fn toml(&self) -> String {
        match self {
            Law::Exponential { mean_s } => format!("{{ distribution = \"exponential\", mean = \"{mean_s}s\" }}"),
            Law::Hyperexponential { branches } => {
                let branches = branches
                    .iter()
                    .map(|branch| format!("    {{ weight = {}, mean = \"{}s\" }},\n", branch.weight, branch.mean_s));
                let branches: String = branches.collect();
                format!("{{ distribution = \"hyperexponential\", branches = [\n{branches}] }}")
            }
            Law::Lognormal { mu, sigma } => {
                format!("{{ distribution = \"lognormal\", mu = {mu:?}, sigma = {sigma:?} }}")
            }
            Law::Gamma { shape, scale_s } => {
                format!("{{ distribution = \"gamma\", shape = {shape:?}, scale = \"{scale_s}s\" }}")
            }
            Law::Weibull { shape, scale_s } => {
                format!("{{ distribution = \"weibull\", shape = {shape:?}, scale = \"{scale_s}s\" }}")
            }
            Law::Empirical { values } => {
                let (mut seconds, mut weights) = (String::new(), String::new());
                for (value, weight) in values {
                    let _ = write!(seconds, "\"{value}s\", ");
                    let _ = write!(weights, "{weight}, ");
                }
                let (seconds, weights) = (seconds.trim_end_matches(", "), weights.trim_end_matches(", "));
                format!("{{ distribution = \"empirical\", values = [{seconds}], weights = [{weights}] }}")
            }
        }
    }

    /// The law of the simulator; none if its parameters are outside of what that takes.
    pub(in crate::import) fn distribution(&self) -> Option<Distribution> {
        let law = match self {
            Law::Exponential { mean_s } => Distribution::exponential_mean(*mean_s),
            Law::Hyperexponential { branches } => {
                let branch = |branch: &PatienceBranch| Branch { weight: branch.weight, mean_s: branch.mean_s };
                Distribution::hyperexponential(&branches.iter().map(branch).collect::<Vec<_>>())
            }
            Law::Lognormal { mu, sigma } => Distribution::lognormal_mu_sigma(*mu, *sigma),
            Law::Gamma { shape, scale_s } => Distribution::gamma_shape_scale(*shape, *scale_s),
            Law::Weibull { shape, scale_s } => Distribution::weibull_shape_scale(*shape, *scale_s),
            Law::Empirical { values } => {
                let (values, weights): (Vec<f64>, Vec<f64>) = values.iter().copied().unzip();
                Distribution::empirical_values(&values, Some(&weights))
            }
        };
        law.ok()
    }
}

/// To so many decimals, as the scenario file has it.
pub(super) fn rounded(value: f64, decimals: i32) -> f64 {
    let power = libm::pow(10.0, f64::from(decimals));
    libm::round(value * power) / power
}
