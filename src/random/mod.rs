//! Random streams and the laws that durations are drawn from.
//!
//! Three things work together:
//!
//! - a [`Distribution`] is a validated law of a duration, made from the parameters that practitioners have (a mean and
//!   a coefficient of variation, a median, recorded values, ...);
//! - a [`Sampler`] is that law compiled for drawing;
//! - a [`Stream`] is where the randomness comes from, one stream for each purpose of each entity.
//!
//! ```
//! use acdsim::random::{Distribution, Purpose, Stream};
//! use uuid::Uuid;
//!
//! let talk = Distribution::lognormal_mean_cv(240.0, 1.2)?.sampler();
//! let mut stream = Stream::new(42, 1, Purpose::Talk, Uuid::from_u128(1));
//! let first = talk.sample(&mut stream);
//! assert_eq!(first.to_string(), "421.830489491"); // on every machine
//! # Ok::<(), acdsim::random::DistributionError>(())
//! ```
//!
//! Everything here gives the same bits on every platform: the generator is ChaCha8, floating-point arithmetic is only
//! `+ - * /` and the square root, which IEEE 754 rounds in one way, and every other function of analysis comes from the
//! `libm` crate, never from the platform. The samplers are written here, because a sampler from elsewhere may change
//! its numbers, or its mathematics by feature unification. A change that gives other values for the same stream is a
//! breaking change.
//!
//! This module uses only [`crate::time`]; every other module may use it.

mod ahead;
mod alias;
mod distribution;
mod sampler;
pub(crate) mod special;
mod stream;
mod ziggurat;

pub(crate) use ahead::Ahead;
pub(crate) use alias::AliasTable;
pub use distribution::{
    Branch, Component, Distribution, DistributionError, MAX_SECONDS, MIN_POSITIVE_SECONDS, Parameter, Phases,
};
pub use sampler::Sampler;
pub(crate) use special::gamma_at_normal;
pub use stream::{Purpose, Stream};
pub(crate) use ziggurat::Normal;
pub use ziggurat::UnitExponential;

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    /// What the platform may answer differently, or what a later compiler may.
    const FORBIDDEN: [&str; 37] = [
        ".ln(",
        ".ln_1p(",
        ".log(",
        ".log2(",
        ".log10(",
        ".exp(",
        ".exp2(",
        ".exp_m1(",
        ".powf(",
        ".powi(",
        ".cbrt(",
        ".hypot(",
        ".sin(",
        ".cos(",
        ".tan(",
        ".sin_cos(",
        ".asin(",
        ".acos(",
        ".atan(",
        ".atan2(",
        ".sinh(",
        ".cosh(",
        ".tanh(",
        ".asinh(",
        ".acosh(",
        ".atanh(",
        ".gamma(",
        ".ln_gamma(",
        ".erf(",
        ".erfc(",
        ".mul_add(",
        "f64::",
        "f32",
        "num_traits",
        "rand_distr",
        "statrs",
        "HashMap",
    ];
    /// What gives the same bits everywhere: exact functions, and a map with a hash of its own that is never gone through.
    const ALLOWED: [&str; 10] = [
        "use std::collections::HashMap;",
        "= HashMap<K, V, BuildHasherDefault<QuickHasher>>",
        "f64::from(",
        "f64::from_bits(",
        "f64::max)",
        "f64::min)",
        "f64::total_cmp",
        "f64::MAX",
        "f64::INFINITY",
        "std::f64::consts",
    ];

    /// The forbidden things that the program's lines of a source file name, each with its line.
    fn forbidden_in(source: &str) -> Vec<String> {
        let program = source.split("#[cfg(test)]").next().unwrap_or_default();
        let code = program.lines().filter(|line| !line.trim_start().starts_with("//"));
        let mut found = Vec::new();
        for line in code {
            let stripped = ALLOWED.iter().fold(line.to_owned(), |line, allowed| line.replace(allowed, ""));
            found.extend(
                FORBIDDEN.iter().filter(|name| stripped.contains(**name)).map(|name| format!("{name}: {line}")),
            );
        }
        found
    }

    fn source_files(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                source_files(&path, files);
            } else if path.file_name().is_some_and(|name| name != "tests.rs") {
                files.push(path);
            }
        }
    }

    #[test]
    fn the_mathematics_of_the_platform_is_not_used() {
        let mut files = Vec::new();
        for module in ["src/random", "src/analytic"] {
            let found = files.len();
            source_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(module), &mut files);
            assert!(files.len() >= found + 10, "the files of {module} are found: {files:?}");
        }
        for file in files {
            let found = forbidden_in(&fs::read_to_string(&file).unwrap());
            assert!(found.is_empty(), "{}: use libm instead of {found:#?}", file.display());
        }
    }

    #[test]
    fn the_scan_finds_what_it_looks_for() {
        for bad in ["let y = x.ln();", "f64::exp(x)", "    .powf(2.0)", "let z: f32 = 1.0;", "x.mul_add(y, z)"] {
            assert_eq!(forbidden_in(bad).len(), 1, "{bad}");
        }
        for good in ["libm::log(x)", "x.sqrt()", "// x.ln()", "f64::from_bits(1)", "a();\n#[cfg(test)]\nx.ln()"] {
            assert_eq!(forbidden_in(good), [""; 0], "{good}");
        }
    }
}
