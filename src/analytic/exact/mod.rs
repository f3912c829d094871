//! Exact figures of queues that have no closed form, from Markov chains that are solved numerically.
//!
//! | question | answer |
//! | --- | --- |
//! | any finite continuous-time Markov chain: routing over several skills, priorities, ... | [`chain`] |
//! | M/PH/c: talk and wrap-up apart, Erlang and hyperexponential handle times, with or without patience | [`MPhc`] of a [`PhaseType`] |
//! | M/D/c: every call takes the same time | [`MDc`] |
//! | a day: arrivals and agents that change with the time, from an empty start, calls that wait at the close | [`transient`] |
//!
//! "Exact" means that nothing is approximated but the last digits: where an infinite state space has to end somewhere,
//! the mass or the flow that was cut off is part of the result.
//!
//! Everything here gives the same bits on every platform: the arithmetic is `+ - * /` and the square root, the other
//! functions of analysis come from the `libm` crate, the linear algebra is written here, and nothing depends on the
//! order of a hash table.
//!
//! Rates are per second and times in seconds, unless a caller uses another unit for both.

pub mod chain;
mod error;
mod gauss;
mod matrix;
mod mdc;
mod mphc;
mod phase_type;
mod poisson;
mod qbd;
pub mod transient;

pub use error::ExactError;
pub use mdc::{MDc, MDcFigures};
pub use mphc::{After, MPhc, MPhcFigures};
pub use phase_type::PhaseType;

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    /// What the platform may answer differently.
    const FORBIDDEN: [&str; 16] = [
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
        ".sin(",
        ".cos(",
        ".hypot(",
        ".mul_add(",
        "f64::exp",
        "f32",
    ];

    fn scan(folder: &Path, files: &mut usize) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                scan(&path, files);
            } else if path.file_name().is_some_and(|name| name != "tests.rs") {
                let source = fs::read_to_string(&path).unwrap();
                let program = source.split("#[cfg(test)]").next().unwrap_or_default();
                for line in program.lines().filter(|line| !line.trim_start().starts_with("//")) {
                    assert!(!FORBIDDEN.iter().any(|name| line.contains(name)), "{}: use libm: {line}", path.display());
                }
                *files += 1;
            }
        }
    }

    #[test]
    fn the_mathematics_of_the_platform_is_not_used() {
        let mut files = 0;
        scan(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/analytic/exact"), &mut files);
        assert!(files >= 15, "the module's files are found: {files}");
    }
}
